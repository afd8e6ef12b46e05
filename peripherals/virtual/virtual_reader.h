#pragma once
/*
 * A CCID reader with one slot (USB class 0B, CCID 1.1), short or extended APDU level. A token is a reader whose card is
 * never taken out.
 */
#include "peripherals/virtual/virtual_card.h"
#include "peripherals/virtual/virtual_device.h"

enum {
	VIRTUAL_READER_OUT = 0x01,
	VIRTUAL_READER_IN = 0x82,
	VIRTUAL_READER_INTERRUPT = 0x83,
	VIRTUAL_READER_EXTENSION_MS = 400 /* a time extension is asked for as often while the card works */
};

/* What the reader does to its next answer (once), or for good (endless). */
enum virtual_reader_fault {
	VIRTUAL_READER_SOUND,
	VIRTUAL_READER_WRONG_SEQUENCE,
	VIRTUAL_READER_WRONG_SLOT,
	VIRTUAL_READER_LONG_LENGTH,  /* dwLength says more than comes */
	VIRTUAL_READER_SHORT_LENGTH, /* dwLength says less than comes */
	VIRTUAL_READER_WRONG_TYPE,
	VIRTUAL_READER_CUT,    /* the message ends inside its header */
	VIRTUAL_READER_ENDLESS /* time extensions for ever, until set to SOUND */
};

struct virtual_reader_options {
	uint16_t vendor, product; /* 0: 04E6:5116, which libccid knows */
	const char *manufacturer, *name, *serial;
	bool short_apdu;       /* else extended */
	uint32_t most_message; /* dwMaxCCIDMessageLength of an extended one; 0: 65556. Longer APDUs are chained */
};

struct virtual_reader;

struct virtual_reader *virtual_reader_new(const struct virtual_reader_options *options);
void virtual_reader_free(struct virtual_reader *reader);                     /* the card is not freed; accepts NULL */
struct virtual_device *virtual_reader_device(struct virtual_reader *reader); /* borrowed */
/* Put a card in, or take it out with a zeroed one. Sends NotifySlotChange. */
void virtual_reader_insert(struct virtual_reader *reader, struct virtual_card card);
bool virtual_reader_has_card(const struct virtual_reader *reader);
void virtual_reader_break(struct virtual_reader *reader, enum virtual_reader_fault fault);
