#pragma once
/* The brands that we know how to write, by answer to reset; what their tokens carry from the factory. */
#include "kiosk/base/span.h"
#include "peripherals/token/piv.h"
#include "peripherals/token/token.h"

struct token_brand {
	const char *name;                 /* at most TOKEN_BRAND - 1 bytes; what stock and catalogue write */
	bool training;                    /* a stand-in: only for a store of a training centre */
	struct span historical;           /* the historical bytes of its ATR */
	struct span pin, puk, management; /* from the factory; published by the makers of such tokens */
	enum piv_cipher factory_cipher;   /* of management */
	enum piv_cipher cipher;           /* of the transport management key */
};

/* By name or by the bytes of an answer to reset; NULL: not one of ours. Borrowed for ever. */
const struct token_brand *token_brand_named(const char *name);
const struct token_brand *token_brand_of(struct span bytes);
