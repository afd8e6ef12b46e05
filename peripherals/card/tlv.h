#pragma once
/*
 * BER-TLV as cards use it (ISO/IEC 7816-4, 5.2.2): tags of one to three bytes, definite lengths of up to 16 MB that
 * need not be shortest. Reading allocates nothing; the first thing that does not fit makes it and every later read
 * fail.
 */
#include <stdbool.h>

#include "kiosk/base/attr.h"
#include "kiosk/base/buffer.h"
#include "kiosk/base/span.h"

struct tlv {
	uint32_t tag;      /* its bytes as a number: 5FC105 */
	struct span value; /* borrowed from the input */
};

struct tlv_reader {
	struct span rest;
	bool ok; /* check once, after the last read */
};

struct tlv_reader tlv_over(struct span input);
/* The next object. False at the end and on bad input: tlv_done() tells which. */
NODISCARD bool tlv_next(struct tlv_reader *in, struct tlv *out);
bool tlv_done(const struct tlv_reader *in); /* ok and nothing left over */

/* The value of the first object with this tag among those at the top of input. False when there is none before the end
 * or the first bad object; *value is set on success only. */
NODISCARD bool tlv_find(struct span input, uint32_t tag, struct span *value);

/* Append tag and shortest length of a value that follows. A tag that is none, or 16 MB, makes the buffer fail. */
void tlv_begin(struct buffer *out, uint32_t tag, size_t len);
/* Append a whole object. */
void tlv_put(struct buffer *out, uint32_t tag, struct span value);
/* Bytes of a whole object whose value has len bytes; to size what encloses it. */
size_t tlv_size(uint32_t tag, size_t len);
