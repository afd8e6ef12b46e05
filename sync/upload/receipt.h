#pragma once
/*
 * A look at what the centre's receipt says, without believing it: whether it speaks of this item. The counter verifies
 * the signature; here only an answer that is for another packet, or no receipt at all, is told apart early.
 */
#include <stdbool.h>

#include "kiosk/base/span.h"

enum receipt_says {
	RECEIPT_OURS,    /* it names this id and this hash */
	RECEIPT_OTHER,   /* it is a receipt, for another id or other bytes */
	RECEIPT_GARBAGE, /* not SignedData around the JSON of a receipt */
};

enum receipt_says receipt_look(struct span der, const char *id, const uint8_t sha256[static 32]);
