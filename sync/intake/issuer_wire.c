#include "sync/intake/issuer_wire.h"

#include <string.h>

#include "kiosk/base/text.h"

void
issuer_wire_put_text(struct buffer *out, struct span text)
{
	buffer_u32le(out, (uint32_t)text.len);
	buffer_put(out, text);
}

static struct span
take_span(struct cursor *in)
{
	const uint32_t len = cursor_u32le(in);
	return cursor_take(in, len);
}

static bool
take_field(struct cursor *in, const char *what, char *out, size_t cap, struct error *err)
{
	const struct span bytes = take_span(in);
	if (!in->ok)
		return error_set(err, ERROR_INVALID, "%s: the message is cut", what);
	return text_take(bytes, what, out, cap, err);
}

void
issuer_wire_put_request(struct buffer *out, const struct issuer_request *request)
{
	buffer_u8(out, (uint8_t)request->profile);
	issuer_wire_put_text(out, text_span(request->branch));
	issuer_wire_put_text(out, text_span(request->counter));
	issuer_wire_put_text(out, text_span(request->name));
	issuer_wire_put_text(out, text_span(request->hosts));
	issuer_wire_put_text(out, request->csr_pem);
}

bool
issuer_wire_take_request(struct cursor *in, struct issuer_request *out, struct error *err)
{
	struct issuer_request taken = { 0 };
	const uint8_t profile = cursor_u8(in);
	if (profile >= ISSUER_PROFILES)
		return error_set(err, ERROR_INVALID, "profile %u", profile);
	taken.profile = (enum issuer_profile)profile;
	if (!take_field(in, "branch", taken.branch, sizeof(taken.branch), err) ||
		!take_field(in, "counter", taken.counter, sizeof(taken.counter), err) ||
		!take_field(in, "name", taken.name, sizeof(taken.name), err) ||
		!take_field(in, "hosts", taken.hosts, sizeof(taken.hosts), err) ||
		!issuer_wire_take_text(in, ISSUER_CSR_MOST, &taken.csr_pem, err) || !issuer_check(&taken, err))
		return false;
	*out = taken;
	return true;
}

bool
issuer_wire_take_text(struct cursor *in, size_t most, struct span *out, struct error *err)
{
	const struct span bytes = take_span(in);
	if (!cursor_done(in))
		return error_set(err, ERROR_INVALID, "the message is cut or too long");
	if (bytes.len > most)
		return error_set(err, ERROR_FULL, "a text of %zu bytes", bytes.len);
	*out = bytes;
	return true;
}

void
issuer_wire_put_failure(struct buffer *out, const struct error *error)
{
	buffer_u8(out, (uint8_t)error->kind);
	issuer_wire_put_text(out, text_span(error->text));
}

bool
issuer_wire_take_failure(struct cursor *in, struct error *err)
{
	char text[sizeof(err->text)];
	const uint8_t kind = cursor_u8(in);
	if (kind == ERROR_NONE || kind > ERROR_SYSTEM || !take_field(in, "text", text, sizeof(text), err) ||
		!cursor_done(in))
		return error_set(err, ERROR_INVALID, "the issuer's answer is malformed");
	return error_set(err, (enum error_kind)kind, "the issuer: %s", text);
}
