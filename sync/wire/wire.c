#include "sync/wire/wire.h"

#include <string.h>

#include "kiosk/base/text.h"

#define TEXT_MOST 65535u /* bytes of a text: its length is a u16 */

static void
put_u16(struct buffer *out, unsigned v)
{
	buffer_u8(out, (uint8_t)v);
	buffer_u8(out, (uint8_t)(v >> 8));
}

static unsigned
take_u16(struct cursor *in)
{
	unsigned low = cursor_u8(in);
	return low | (unsigned)cursor_u8(in) << 8;
}

static void
put_i64(struct buffer *out, int64_t v)
{
	uint64_t bits = (uint64_t)v;
	buffer_u32le(out, (uint32_t)bits);
	buffer_u32le(out, (uint32_t)(bits >> 32));
}

static int64_t
take_i64(struct cursor *in)
{
	uint64_t low = cursor_u32le(in);
	return (int64_t)(low | (uint64_t)cursor_u32le(in) << 32);
}

/* Whether every read so far was inside the message. */
static bool
whole(const struct cursor *in, const char *what, struct error *err)
{
	return in->ok || error_set(err, ERROR_INVALID, "%s: message ends early", what);
}

void
wire_put_text(struct buffer *out, const char *text)
{
	struct span bytes = text_span(text);
	if (bytes.len > TEXT_MOST) {
		out->ok = false;
		return;
	}
	put_u16(out, (unsigned)bytes.len);
	buffer_put(out, bytes);
}

bool
wire_take_text(struct cursor *in, const char *what, char *out, size_t cap, struct error *err)
{
	struct span bytes = cursor_take(in, take_u16(in));
	if (!whole(in, what, err))
		return false;
	if (bytes.len >= cap)
		return error_set(err, ERROR_INVALID, "%s: %zu bytes, room for %zu", what, bytes.len, cap - 1);
	if (!text_is_utf8(bytes))
		return error_set(err, ERROR_INVALID, "%s: not UTF-8", what);
	if (bytes.len > 0)
		memcpy(out, bytes.at, bytes.len);
	out[bytes.len] = '\0';
	return true;
}

bool
wire_id_ok(const char *id)
{
	size_t len = strnlen(id, WIRE_ID);
	return len > 0 && len < WIRE_ID &&
		   strspn(id, "0123456789-ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz") == len;
}

bool
wire_take_id(struct cursor *in, char out[static WIRE_ID], struct error *err)
{
	char id[WIRE_ID];
	if (!wire_take_text(in, "id", id, sizeof(id), err))
		return false;
	if (!wire_id_ok(id))
		return error_set(err, ERROR_INVALID, "id: not of letters, digits and hyphens");
	memcpy(out, id, sizeof(id));
	return true;
}

void
wire_put_item(struct buffer *out, const struct wire_item *item)
{
	wire_put_text(out, item->id);
	buffer_u8(out, (uint8_t)item->lane);
	buffer_put(out, (struct span){ item->sha256, sizeof(item->sha256) });
	buffer_u32le(out, item->len);
}

bool
wire_take_item(struct cursor *in, struct wire_item *out, struct error *err)
{
	struct wire_item item = { 0 };
	if (!wire_take_id(in, item.id, err))
		return error_in(err, "item");
	unsigned lane = cursor_u8(in);
	struct span sha256 = cursor_take(in, sizeof(item.sha256));
	item.len = cursor_u32le(in);
	if (!whole(in, "item", err))
		return false;
	if (lane >= WIRE_LANES)
		return error_set(err, ERROR_INVALID, "item: lane %u", lane);
	if (item.len == 0 || item.len > WIRE_PACKET_MOST)
		return error_set(err, ERROR_INVALID, "item: %u bytes", (unsigned)item.len);
	item.lane = (enum wire_lane)lane;
	memcpy(item.sha256, sha256.at, sizeof(item.sha256));
	*out = item;
	return true;
}

void
wire_put_line(struct buffer *out, const struct wire_line *line)
{
	buffer_u8(out, (uint8_t)line->state);
	put_i64(out, line->since_ms);
	put_i64(out, line->next_ms);
	put_i64(out, line->answer_ms);
	buffer_u32le(out, line->tries);
	buffer_u32le(out, line->waiting);
	wire_put_text(out, line->why);
}

bool
wire_take_line(struct cursor *in, struct wire_line *out, struct error *err)
{
	struct wire_line line = { 0 };
	unsigned state = cursor_u8(in);
	line.since_ms = take_i64(in);
	line.next_ms = take_i64(in);
	line.answer_ms = take_i64(in);
	line.tries = cursor_u32le(in);
	line.waiting = cursor_u32le(in);
	if (!wire_take_text(in, "why", line.why, sizeof(line.why), err))
		return error_in(err, "line");
	if (state > WIRE_LINE_UNPROVISIONED)
		return error_set(err, ERROR_INVALID, "line: state %u", state);
	line.state = (enum wire_line_state)state;
	*out = line;
	return true;
}

void
wire_put_parked(struct buffer *out, const struct wire_parked *parked)
{
	wire_put_text(out, parked->id);
	buffer_u32le(out, (uint32_t)parked->status);
	buffer_u32le(out, parked->tries);
	wire_put_text(out, parked->why);
}

bool
wire_take_parked(struct cursor *in, struct wire_parked *out, struct error *err)
{
	struct wire_parked parked = { 0 };
	if (!wire_take_id(in, parked.id, err))
		return error_in(err, "parked");
	uint32_t status = cursor_u32le(in);
	parked.tries = cursor_u32le(in);
	if (!wire_take_text(in, "why", parked.why, sizeof(parked.why), err))
		return error_in(err, "parked");
	if (status != 0 && (status < 100 || status > 599))
		return error_set(err, ERROR_INVALID, "parked: status %u", (unsigned)status);
	parked.status = (int32_t)status;
	*out = parked;
	return true;
}

void
wire_put_error(struct buffer *out, const struct error *error)
{
	buffer_u8(out, (uint8_t)error->kind);
	buffer_u8(out, (uint8_t)error->domain);
	buffer_u32le(out, (uint32_t)error->detail);
	wire_put_text(out, error->text);
}

bool
wire_take_error(struct cursor *in, struct error *out, struct error *err)
{
	struct error error = { 0 };
	unsigned kind = cursor_u8(in);
	unsigned domain = cursor_u8(in);
	error.detail = (int)(int32_t)cursor_u32le(in);
	if (!wire_take_text(in, "text", error.text, sizeof(error.text), err))
		return error_in(err, "error");
	if (kind == ERROR_NONE || kind > ERROR_SYSTEM || domain > DOMAIN_HTTP)
		return error_set(err, ERROR_INVALID, "error: kind %u of domain %u", kind, domain);
	error.kind = (enum error_kind)kind;
	error.domain = (enum error_domain)domain;
	*out = error;
	return true;
}
