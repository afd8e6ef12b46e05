#include "kiosk/base/error_wire.h"

void
error_wire_put(struct buffer *out, const struct error *error)
{
	buffer_u8(out, (uint8_t)error->kind);
	buffer_u8(out, (uint8_t)error->domain);
	buffer_u32le(out, (uint32_t)error->detail);
	buffer_text(out, error->text);
}

bool
error_wire_take(struct cursor *in, struct error *out, struct error *err)
{
	struct error error = { 0 };
	unsigned kind = cursor_u8(in);
	unsigned domain = cursor_u8(in);
	error.detail = (int)(int32_t)cursor_u32le(in);
	cursor_text(in, error.text, sizeof(error.text));
	if (!in->ok)
		return error_set(err, ERROR_INVALID, "error: cut short, or a text in it that cannot be taken");
	if (kind == ERROR_NONE || kind > ERROR_SYSTEM || domain > DOMAIN_HTTP)
		return error_set(err, ERROR_INVALID, "error: kind %u of domain %u", kind, domain);
	error.kind = (enum error_kind)kind;
	error.domain = (enum error_domain)domain;
	*out = error;
	return true;
}
