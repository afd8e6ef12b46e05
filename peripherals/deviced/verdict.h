#pragma once
/*
 * Whether deviced uses a USB device, as what, and why not: judged from its descriptors alone. It does no I/O.
 */
#include "peripherals/port/usb_facts.h"
#include "peripherals/wire/device_wire.h"

struct verdict {
	bool ours; /* a reader, token or printer; nothing else holds otherwise, but why */
	enum device_wire_kind kind;
	enum device_wire_state state;         /* STARTING: to be used; UNSUPPORTED: ours, but why */
	const struct usb_facts_interface *at; /* borrowed from the facts; NULL unless STARTING */
	uint8_t slots;                        /* that are used */
	char why[DEVICE_WIRE_WHY];            /* for the engineer; empty when STARTING */
};

struct verdict verdict_of(const struct usb_facts *facts);

/* Readers with a chip that stays in are told from those with a slot by their ids: the standard has no field for it.
 * NULL for ids that are not known. */
const char *verdict_known(uint16_t vendor, uint16_t product);

/* In words: "extended APDU". */
const char *verdict_level(enum usb_facts_level level);
