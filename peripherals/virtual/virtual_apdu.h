#pragma once
/* A command APDU taken apart (ISO 7816-3, 12.1.3), short or extended. */
#include <stdbool.h>

#include "kiosk/base/span.h"

struct virtual_apdu {
	uint8_t cla, ins, p1, p2;
	struct span data; /* borrowed from the command */
	size_t expected;  /* bytes of the answer at most; as many as the form can say when the command says nothing */
};

/* False: the lengths in it disagree. */
bool virtual_apdu_take(struct span bytes, struct virtual_apdu *out);
