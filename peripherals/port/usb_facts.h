#pragma once
/*
 * What a USB device says about itself: its device and configuration descriptors (USB 2.0, 9.6) and the class descriptor
 * of a card reader (CCID 1.1, 5.1), read from their bytes. It does no I/O.
 */
#include "kiosk/base/attr.h"
#include "kiosk/base/error.h"
#include "kiosk/base/span.h"

#define USB_FACTS_INTERFACES 8u /* most of one configuration; further ones are refused */
#define USB_FACTS_ENDPOINTS  8u /* most of one interface; likewise */
#define USB_FACTS_READER     0x0Bu
#define USB_FACTS_PRINTER    0x07u

enum usb_facts_transfer { USB_FACTS_CONTROL, USB_FACTS_ISOCHRONOUS, USB_FACTS_BULK, USB_FACTS_INTERRUPT };

struct usb_facts_endpoint {
	uint8_t address; /* bit 7: towards the host */
	enum usb_facts_transfer kind;
	uint16_t packet; /* most bytes of one packet, 1 to 1024 */
};

/* How a reader wants to be spoken to; later values do what earlier ones do. */
enum usb_facts_level {
	USB_FACTS_CHARACTER,
	USB_FACTS_TPDU,
	USB_FACTS_SHORT_APDU,
	USB_FACTS_EXTENDED_APDU,
};

struct usb_facts_ccid {
	uint8_t slots;        /* 1 to 255 */
	uint8_t voltages;     /* bit 0: 5 V, bit 1: 3 V, bit 2: 1.8 V */
	uint32_t protocols;   /* bit n: T=n */
	uint32_t most_ifsd;   /* bytes; for T=1 */
	uint32_t features;    /* dwFeatures as it stands */
	uint32_t message;     /* most bytes of one message, header included */
	uint8_t get_response; /* class of GET RESPONSE, FF: that of the command */
	uint8_t pin_support;  /* bit 0: verify, bit 1: modify */
	bool voltage_itself;  /* the reader chooses the voltage */
	enum usb_facts_level level;
};

struct usb_facts_interface {
	uint8_t number, class, subclass, protocol;
	uint8_t endpoints; /* used of endpoint[] */
	struct usb_facts_endpoint endpoint[USB_FACTS_ENDPOINTS];
	bool has_ccid; /* then ccid holds */
	struct usb_facts_ccid ccid;
};

struct usb_facts {
	uint16_t vendor, product, release;
	uint8_t class;
	uint8_t maker_text, product_text, serial_text;              /* indices of string descriptors; 0: none */
	uint8_t configuration;                                      /* its value */
	uint8_t interfaces;                                         /* used of interface[] */
	struct usb_facts_interface interface[USB_FACTS_INTERFACES]; /* alternate setting 0 of each */
};

/* Read both descriptors. Unknown descriptors are skipped, as the standard wants it. ERROR_INVALID for lengths that do
 * not add up, endpoints outside an interface and reader facts that contradict themselves; ERROR_FULL for too many. */
NODISCARD bool usb_facts_read(struct span device, struct span configuration, struct usb_facts *out, struct error *err);

/* The first interface of a class, or NULL. Borrowed from facts. */
const struct usb_facts_interface *usb_facts_of_class(const struct usb_facts *facts, uint8_t class);
/* The first endpoint of that kind and direction, or NULL. Borrowed from at. */
const struct usb_facts_endpoint *usb_facts_endpoint(
	const struct usb_facts_interface *at, enum usb_facts_transfer kind, bool to_host);
