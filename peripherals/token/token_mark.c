#include "peripherals/token/token_mark.h"

#include <string.h>

#include "kiosk/base/text.h"
#include "peripherals/card/tlv.h"

enum { VERSION = 1 };

void
token_mark_put(struct buffer *out, const struct token_mark *mark)
{
	tlv_put(out, 0x80, (struct span){ (const uint8_t[]){ VERSION }, 1 });
	tlv_put(out, 0x81, (struct span){ (const uint8_t[]){ (uint8_t)mark->stage }, 1 });
	tlv_put(out, 0x82, (struct span){ &mark->attempts, 1 });
	tlv_put(out, 0x83, text_span(mark->line));
	if (mark->key_len > 0)
		tlv_put(out, 0x84, (struct span){ mark->key, mark->key_len });
}

static bool
take_next(struct tlv_reader *in, uint32_t tag, struct span *value)
{
	struct tlv at;
	if (!tlv_next(in, &at) || at.tag != tag)
		return false;
	*value = at.value;
	return true;
}

static bool
take_byte(struct tlv_reader *in, uint32_t tag, uint8_t *value)
{
	struct span bytes;
	if (!take_next(in, tag, &bytes) || bytes.len != 1)
		return false;
	*value = bytes.at[0];
	return true;
}

static bool
take_key(struct tlv_reader *in, struct token_mark *out)
{
	struct span key = { 0 };
	if (in->rest.len > 0 && !take_next(in, 0x84, &key))
		return false;
	if (key.len > sizeof(out->key))
		return false;
	out->key_len = key.len;
	if (key.len > 0)
		memcpy(out->key, key.at, key.len);
	return tlv_done(in);
}

bool
token_mark_take(struct span value, struct token_mark *out, struct error *err)
{
	struct tlv_reader in = tlv_over(value);
	struct token_mark got = { 0 };
	uint8_t version = 0, stage = 0;
	struct span line = { 0 };
	if (!take_byte(&in, 0x80, &version) || !take_byte(&in, 0x81, &stage) || !take_byte(&in, 0x82, &got.attempts) ||
		!take_next(&in, 0x83, &line))
		return error_set(err, ERROR_INVALID, "our record on the token breaks its format");
	if (version != VERSION || stage == TOKEN_STAGE_NONE || stage >= TOKEN_STAGES || line.len == 0)
		return error_set(err, ERROR_INVALID, "our record on the token: version %u, stage %u", version, stage);
	if (!text_take(line, "line", got.line, sizeof(got.line), err) || !take_key(&in, &got))
		return error_set(err, ERROR_INVALID, "our record on the token: line or key break their format");
	got.stage = (enum token_stage)stage;
	*out = got;
	return true;
}
