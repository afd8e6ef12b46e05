#pragma once
/* One slot of a reader as a link. */
#include "peripherals/card/link.h"
#include "peripherals/ccid/ccid.h"

struct ccid_link {
	struct ccid *reader; /* borrowed */
	uint8_t slot;
	unsigned timeout_ms; /* of one APDU, time extensions included; may be changed between two */
};

/* state is borrowed; closing powers the card off and leaves the reader. */
struct link ccid_link(struct ccid_link *state);
