#include "peripherals/token/evidence.h"

#include <string.h>

#include "kiosk/base/text.h"

enum { FORM = 1, FLAGS = 6 };

static void
put_flags(struct buffer *out, const struct token_evidence *from)
{
	const bool flags[FLAGS] = { from->read, from->key_there, from->key_proved, from->certificate_fits,
		from->record_broken, from->algorithm == TOKEN_RSA2048 };
	uint8_t bits = 0;
	for (unsigned i = 0; i < FLAGS; i++)
		bits |= (uint8_t)(flags[i] ? 1u << i : 0u);
	buffer_u8(out, bits);
}

static bool
take_flags(struct cursor *in, struct token_evidence *out)
{
	const uint8_t bits = cursor_u8(in);
	out->read = bits & 1u;
	out->key_there = bits & 2u;
	out->key_proved = bits & 4u;
	out->certificate_fits = bits & 8u;
	out->record_broken = bits & 16u;
	out->algorithm = bits & 32u ? TOKEN_RSA2048 : TOKEN_P256;
	return bits < 1u << FLAGS;
}

void
evidence_put(struct buffer *out, const struct token_evidence *from)
{
	buffer_u8(out, FORM);
	put_flags(out, from);
	buffer_put(out, (struct span){ from->version, sizeof(from->version) });
	buffer_text(out, from->serial);
	buffer_u8(out, from->pin_left);
	buffer_u8(out, from->puk_left);
	buffer_u8(out, (uint8_t)from->pin);
	buffer_u8(out, (uint8_t)from->puk);
	buffer_u8(out, (uint8_t)from->management);
	buffer_u8(out, (uint8_t)from->stage);
	buffer_u8(out, from->attempts);
	buffer_text(out, from->line);
	buffer_block(out, (struct span){ from->key, from->key_len });
	buffer_block(out, (struct span){ from->certificate, from->certificate_len });
	buffer_put(out, (struct span){ from->certificate_sha256, sizeof(from->certificate_sha256) });
	buffer_put(out, (struct span){ from->transcript, sizeof(from->transcript) });
}

static void
take_array(struct cursor *in, uint8_t *out, size_t len)
{
	const struct span bytes = cursor_take(in, len);
	if (in->ok)
		memcpy(out, bytes.at, len);
}

static void
take_block(struct cursor *in, uint8_t *out, size_t most, size_t *len)
{
	const struct span bytes = cursor_block(in, most);
	*len = in->ok ? bytes.len : 0;
	if (*len > 0)
		memcpy(out, bytes.at, *len);
}

static bool
take_numbers(struct cursor *in, struct token_evidence *out)
{
	out->pin_left = cursor_u8(in);
	out->puk_left = cursor_u8(in);
	const uint8_t pin = cursor_u8(in), puk = cursor_u8(in), management = cursor_u8(in), stage = cursor_u8(in);
	out->attempts = cursor_u8(in);
	if (pin >= TOKEN_HOLDERS || puk >= TOKEN_HOLDERS || management >= TOKEN_HOLDERS || stage >= TOKEN_STAGES)
		return false;
	out->pin = (enum token_holder)pin;
	out->puk = (enum token_holder)puk;
	out->management = (enum token_holder)management;
	out->stage = (enum token_stage)stage;
	return true;
}

bool
evidence_take(struct cursor *in, struct token_evidence *out, struct error *err)
{
	struct token_evidence got = { 0 };
	bool well = cursor_u8(in) == FORM;
	well = take_flags(in, &got) && well;
	take_array(in, got.version, sizeof(got.version));
	cursor_text(in, got.serial, sizeof(got.serial));
	well = take_numbers(in, &got) && well;
	cursor_text(in, got.line, sizeof(got.line));
	take_block(in, got.key, sizeof(got.key), &got.key_len);
	take_block(in, got.certificate, sizeof(got.certificate), &got.certificate_len);
	take_array(in, got.certificate_sha256, sizeof(got.certificate_sha256));
	take_array(in, got.transcript, sizeof(got.transcript));
	if (!in->ok || !well)
		return error_set(err, ERROR_INVALID, "evidence of a token breaks its format");
	if (got.serial[strspn(got.serial, "0123456789")] != '\0')
		return error_set(err, ERROR_INVALID, "evidence of a token: its serial number is no number");
	*out = got;
	return true;
}
