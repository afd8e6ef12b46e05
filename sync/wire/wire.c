#include "sync/wire/wire.h"

#include <string.h>

#include "kiosk/base/text.h"

/* Whether every read so far was inside the message, and every text short enough and UTF-8. */
static bool
whole(const struct cursor *in, const char *what, struct error *err)
{
	return in->ok || error_set(err, ERROR_INVALID, "%s: cut short, or a text in it that cannot be taken", what);
}

static bool
status_exists(uint32_t status)
{
	return status == 0 || (status >= 100 && status <= 599);
}

bool
wire_take_id(struct cursor *in, char out[static WIRE_ID], struct error *err)
{
	char id[WIRE_ID];
	cursor_text(in, id, sizeof(id));
	if (!whole(in, "id", err))
		return false;
	if (!text_is_id(id, WIRE_ID))
		return error_set(err, ERROR_INVALID, "id: not of letters, digits and hyphens");
	memcpy(out, id, sizeof(id));
	return true;
}

void
wire_put_item(struct buffer *out, const struct wire_item *item)
{
	buffer_text(out, item->id);
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
	buffer_u64le(out, (uint64_t)line->since_ms);
	buffer_u64le(out, (uint64_t)line->next_ms);
	buffer_u64le(out, (uint64_t)line->answer_ms);
	buffer_u32le(out, line->tries);
	buffer_u32le(out, line->waiting);
	buffer_text(out, line->why);
}

bool
wire_take_line(struct cursor *in, struct wire_line *out, struct error *err)
{
	struct wire_line line = { 0 };
	unsigned state = cursor_u8(in);
	line.since_ms = (int64_t)cursor_u64le(in);
	line.next_ms = (int64_t)cursor_u64le(in);
	line.answer_ms = (int64_t)cursor_u64le(in);
	line.tries = cursor_u32le(in);
	line.waiting = cursor_u32le(in);
	cursor_text(in, line.why, sizeof(line.why));
	if (!whole(in, "line", err))
		return false;
	if (state > WIRE_LINE_UNPROVISIONED)
		return error_set(err, ERROR_INVALID, "line: state %u", state);
	line.state = (enum wire_line_state)state;
	*out = line;
	return true;
}

void
wire_put_parked(struct buffer *out, const struct wire_parked *parked)
{
	buffer_text(out, parked->id);
	buffer_u32le(out, (uint32_t)parked->status);
	buffer_u32le(out, parked->tries);
	buffer_text(out, parked->why);
}

bool
wire_take_parked(struct cursor *in, struct wire_parked *out, struct error *err)
{
	struct wire_parked parked = { 0 };
	if (!wire_take_id(in, parked.id, err))
		return error_in(err, "parked");
	uint32_t status = cursor_u32le(in);
	parked.tries = cursor_u32le(in);
	cursor_text(in, parked.why, sizeof(parked.why));
	if (!whole(in, "parked", err))
		return false;
	if (!status_exists(status))
		return error_set(err, ERROR_INVALID, "parked: status %u", (unsigned)status);
	parked.status = (int32_t)status;
	*out = parked;
	return true;
}

bool
wire_line_id_ok(const char *line)
{
	char id[WIRE_LINE_ID];
	size_t len = strnlen(line, WIRE_LINE_ID);
	size_t stem = strcspn(line, "/");
	if (len >= WIRE_LINE_ID || stem == len)
		return false;
	(void)text_format(id, sizeof(id), "%.*s", (int)stem, line);
	const char *place = line + stem + 1;
	size_t digits = strlen(place);
	return text_is_id(id, WIRE_ID) && digits >= 1 && digits <= 3 && strspn(place, "0123456789") == digits &&
		   place[0] != '0';
}

bool
wire_take_line_id(struct cursor *in, char out[static WIRE_LINE_ID], struct error *err)
{
	char line[WIRE_LINE_ID];
	cursor_text(in, line, sizeof(line));
	if (!whole(in, "line id", err))
		return false;
	if (!wire_line_id_ok(line))
		return error_set(err, ERROR_INVALID, "line id: not a packet id, a slash and a number");
	memcpy(out, line, sizeof(line));
	return true;
}

bool
wire_label_ok(const char *label)
{
	size_t len = strnlen(label, WIRE_LABEL);
	return len > 0 && len < WIRE_LABEL && strspn(label, "0123456789-abcdefghijklmnopqrstuvwxyz") == len;
}

void
wire_put_enrol(struct buffer *out, const struct wire_enrol *enrol)
{
	buffer_text(out, enrol->line);
	buffer_text(out, enrol->label);
	buffer_put(out, (struct span){ enrol->sha256, sizeof(enrol->sha256) });
	buffer_u32le(out, enrol->len);
}

bool
wire_take_enrol(struct cursor *in, struct wire_enrol *out, struct error *err)
{
	struct wire_enrol enrol = { 0 };
	if (!wire_take_line_id(in, enrol.line, err))
		return error_in(err, "enrol");
	cursor_text(in, enrol.label, sizeof(enrol.label));
	struct span sha256 = cursor_take(in, sizeof(enrol.sha256));
	enrol.len = cursor_u32le(in);
	if (!whole(in, "enrol", err))
		return false;
	if (!wire_label_ok(enrol.label))
		return error_set(err, ERROR_INVALID, "enrol: a label not of small letters, digits and hyphens");
	if (enrol.len == 0 || enrol.len > WIRE_ENROL_MOST)
		return error_set(err, ERROR_INVALID, "enrol: %u bytes", (unsigned)enrol.len);
	memcpy(enrol.sha256, sha256.at, sizeof(enrol.sha256));
	*out = enrol;
	return true;
}

void
wire_put_enrol_wait(struct buffer *out, const struct wire_enrol_wait *wait)
{
	buffer_text(out, wait->line);
	buffer_u64le(out, (uint64_t)wait->since_ms);
	buffer_u64le(out, (uint64_t)wait->next_ms);
	buffer_u32le(out, wait->tries);
	buffer_u32le(out, (uint32_t)wait->status);
	buffer_text(out, wait->why);
}

bool
wire_take_enrol_wait(struct cursor *in, struct wire_enrol_wait *out, struct error *err)
{
	struct wire_enrol_wait wait = { 0 };
	if (!wire_take_line_id(in, wait.line, err))
		return error_in(err, "enrol wait");
	wait.since_ms = (int64_t)cursor_u64le(in);
	wait.next_ms = (int64_t)cursor_u64le(in);
	wait.tries = cursor_u32le(in);
	uint32_t status = cursor_u32le(in);
	cursor_text(in, wait.why, sizeof(wait.why));
	if (!whole(in, "enrol wait", err))
		return false;
	if (!status_exists(status))
		return error_set(err, ERROR_INVALID, "enrol wait: status %u", (unsigned)status);
	wait.status = (int32_t)status;
	*out = wait;
	return true;
}

void
wire_put_enrol_failed(struct buffer *out, const struct wire_enrol_failed *failed)
{
	buffer_text(out, failed->line);
	buffer_u32le(out, (uint32_t)failed->status);
	buffer_text(out, failed->why);
}

bool
wire_take_enrol_failed(struct cursor *in, struct wire_enrol_failed *out, struct error *err)
{
	struct wire_enrol_failed failed = { 0 };
	if (!wire_take_line_id(in, failed.line, err))
		return error_in(err, "enrol failed");
	uint32_t status = cursor_u32le(in);
	cursor_text(in, failed.why, sizeof(failed.why));
	if (!whole(in, "enrol failed", err))
		return false;
	if (!status_exists(status))
		return error_set(err, ERROR_INVALID, "enrol failed: status %u", (unsigned)status);
	failed.status = (int32_t)status;
	*out = failed;
	return true;
}
