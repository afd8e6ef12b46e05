#pragma once
/*
 * A cursor over a JSON text (RFC 8259) in the one form in which packets are written and signed: no white space, members
 * in the order of their names, no escapes in texts but \" and \\, whole numbers from 0 without leading zeros. Nothing
 * else is taken, so that the same packet is always the same bytes; and nothing is allocated.
 *
 * Each function moves past what it took and returns true, or returns false for something else, where the text is of no
 * further use.
 */
#include <stdbool.h>
#include <stdint.h>

#include "kiosk/base/attr.h"
#include "kiosk/base/span.h"

#define CANONICAL_ESCAPED 512u /* bytes of a text that holds escapes, at most */

struct canonical {
	struct span rest; /* what is still to be read; borrowed */
};

/* A text: points into the packet, or into `unescaped` if it held escapes. Any bytes but '"' and '\': not yet known to
 * be UTF-8. */
struct canonical_text {
	struct span bytes;
	uint8_t unescaped[CANONICAL_ESCAPED];
};

/* Exactly this character, or these. */
NODISCARD bool canonical_char(struct canonical *in, char character);
NODISCARD bool canonical_word(struct canonical *in, const char *word);
/* `"name":`, with a comma in front unless it is the first member of its object. */
NODISCARD bool canonical_name(struct canonical *in, const char *name, bool first);
NODISCARD bool canonical_text(struct canonical *in, struct canonical_text *out);
/* At most 18 digits. */
NODISCARD bool canonical_number(struct canonical *in, int64_t *out);
