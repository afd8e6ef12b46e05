#pragma once
/*
 * Our record on a token: a data object that only the management key can write, in which every change is noted before it
 * is made. TLV: 80 version, 81 stage, 82 attempts, 83 line id, 84 public key (from stage KEYED on).
 */
#include "kiosk/base/attr.h"
#include "kiosk/base/buffer.h"
#include "kiosk/base/span.h"
#include "peripherals/token/token.h"

#define TOKEN_MARK_TAG  0x5FFF1Du
#define TOKEN_MARK_MOST 512u /* bytes of its value */

struct token_mark {
	enum token_stage stage; /* never NONE */
	uint8_t attempts;
	char line[TOKEN_LINE];
	size_t key_len;
	uint8_t key[TOKEN_KEY];
};

void token_mark_put(struct buffer *out, const struct token_mark *mark);
/* ERROR_INVALID for anything that token_mark_put() does not write. *out is set on success only. */
NODISCARD bool token_mark_take(struct span value, struct token_mark *out, struct error *err);
