#pragma once
/* BER-TLV as PIV uses it: tags of one to three bytes, definite lengths up to 65535. */
#include <stdbool.h>

#include "kiosk/base/buffer.h"
#include "kiosk/base/cursor.h"

/* The next tag and value, borrowed; false, with the cursor failed, if there is none whole. */
bool virtual_tlv_take(struct cursor *in, uint32_t *tag, struct span *value);
/* The first value with `tag` at the top level of `in`; false if there is none. */
bool virtual_tlv_find(struct span in, uint32_t tag, struct span *value);
void virtual_tlv_put(struct buffer *out, uint32_t tag, struct span value);
/* Tag and length alone. */
void virtual_tlv_head(struct buffer *out, uint32_t tag, size_t len);
