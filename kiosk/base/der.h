#pragma once
/*
 * DER (X.690), read element by element without an allocation: tags of one byte, definite lengths in their shortest form
 * up to 16 MB. The first thing that is not as expected makes it and every later read fail; a failed read gives nothing.
 * It knows no types: what an element means is the caller's business.
 */
#include <stdbool.h>

#include "kiosk/base/span.h"

#define DER_INTEGER    0x02u
#define DER_BITS       0x03u
#define DER_OCTETS     0x04u
#define DER_NULL       0x05u
#define DER_OID        0x06u
#define DER_SEQUENCE   0x30u
#define DER_SET        0x31u
#define DER_CONTEXT(n) (0x80u + (n)) /* [n], primitive */
#define DER_INSIDE(n)  (0xA0u + (n)) /* [n], constructed */

struct der {
	struct span rest;
	bool ok; /* check once, after the last read */
};

struct der der_over(struct span input);
/* Whether the next element has this tag. */
bool der_next_is(const struct der *in, uint8_t tag);
/* The content of the next element, borrowed from the input; it must have this tag. */
struct span der_take(struct der *in, uint8_t tag);
/* The same, to be read in turn. */
struct der der_enter(struct der *in, uint8_t tag);
/* The next element must have this tag and exactly this content. */
void der_expect(struct der *in, uint8_t tag, const void *content, size_t len);
bool der_done(const struct der *in); /* ok and nothing left over */
/* Tag and length of an element with `len` bytes of content, into out[5]; how many bytes that are. len < 16 MB. */
size_t der_header(uint8_t tag, size_t len, uint8_t out[static 5]);
