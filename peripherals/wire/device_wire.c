#include "peripherals/wire/device_wire.h"

#include <string.h>

#include "kiosk/base/error_wire.h"

#define WIDTH_MOST 576u /* dots */

const char *
device_wire_kind_words(enum device_wire_kind kind)
{
	static const char *const words[DEVICE_WIRE_KINDS] = { "reader", "token", "printer" };
	return kind < DEVICE_WIRE_KINDS ? words[kind] : "device";
}

const char *
device_wire_words(enum device_wire_state state)
{
	static const char *const words[DEVICE_WIRE_STATES] = { "starting", "ready", "held by another program",
		"not permitted", "not supported", "broken", "paper out", "cover open", "offline" };
	return state < DEVICE_WIRE_STATES ? words[state] : "unknown";
}

/* Whether every read so far was inside the message. */
static bool
whole(const struct cursor *in, const char *what, struct error *err)
{
	return in->ok ||
		   error_set(err, ERROR_INVALID, "%s: cut short, or a text or block in it that cannot be taken", what);
}

static bool
in_range(uint32_t value, uint32_t least, uint32_t most, const char *what, struct error *err)
{
	return (value >= least && value <= most) || error_set(err, ERROR_INVALID, "%s: %u", what, (unsigned)value);
}

/* A yes or no; anything else makes the cursor fail. */
static bool
take_flag(struct cursor *in)
{
	uint8_t flag = cursor_u8(in);
	in->ok = in->ok && flag <= 1;
	return flag == 1;
}

/* What a device said of itself: printable ASCII. */
static void
take_words(struct cursor *in, char *out, size_t cap)
{
	cursor_text(in, out, cap);
	for (const char *c = out; *c != '\0'; c++)
		in->ok = in->ok && *c >= ' ' && *c <= '~';
}

static void
put_device(struct buffer *out, const struct device_wire_device *device)
{
	buffer_u32le(out, device->id);
	buffer_u8(out, (uint8_t)device->kind);
	buffer_u8(out, (uint8_t)device->state);
	buffer_u16le(out, device->vendor);
	buffer_u16le(out, device->product);
	buffer_u8(out, device->slots);
	buffer_u8(out, device->paper_low ? 1 : 0);
	buffer_u16le(out, device->dots);
	buffer_text(out, device->serial);
	buffer_text(out, device->name);
	buffer_text(out, device->why);
}

static bool
take_device(struct cursor *in, struct device_wire_device *out, struct error *err)
{
	struct device_wire_device device = { .id = cursor_u32le(in) };
	unsigned kind = cursor_u8(in), state = cursor_u8(in);
	device.vendor = cursor_u16le(in);
	device.product = cursor_u16le(in);
	device.slots = cursor_u8(in);
	device.paper_low = take_flag(in);
	device.dots = cursor_u16le(in);
	take_words(in, device.serial, sizeof(device.serial));
	take_words(in, device.name, sizeof(device.name));
	take_words(in, device.why, sizeof(device.why));
	bool printer = kind == DEVICE_WIRE_PRINTER;
	if (!whole(in, "device", err) || !in_range(device.id, 1, UINT32_MAX, "device: id", err) ||
		!in_range(kind, 0, DEVICE_WIRE_KINDS - 1, "device: kind", err) ||
		!in_range(state, 0, DEVICE_WIRE_STATES - 1, "device: state", err) ||
		!in_range(device.slots, printer ? 0 : 1, printer ? 0 : DEVICE_WIRE_SLOTS, "device: slots", err))
		return false;
	device.kind = (enum device_wire_kind)kind;
	device.state = (enum device_wire_state)state;
	*out = device;
	return true;
}

void
device_wire_put_devices(struct buffer *out, const struct device_wire_devices *devices)
{
	buffer_u8(out, (uint8_t)devices->count);
	for (unsigned i = 0; i < devices->count; i++)
		put_device(out, &devices->device[i]);
}

bool
device_wire_take_devices(struct cursor *in, struct device_wire_devices *out, struct error *err)
{
	struct device_wire_devices devices = { .count = cursor_u8(in) };
	if (!whole(in, "devices", err) || !in_range(devices.count, 0, DEVICE_WIRE_DEVICES, "devices: count", err))
		return false;
	for (unsigned i = 0; i < devices.count; i++) {
		if (!take_device(in, &devices.device[i], err))
			return error_in(err, "devices");
		for (unsigned before = 0; before < i; before++)
			if (devices.device[before].id == devices.device[i].id)
				return error_set(err, ERROR_INVALID, "devices: one id twice");
	}
	*out = devices;
	return true;
}

void
device_wire_put_card(struct buffer *out, const struct device_wire_card *card)
{
	buffer_u32le(out, card->device);
	buffer_u8(out, card->slot);
	buffer_u8(out, (uint8_t)card->state);
	buffer_u8(out, card->atr_len);
	buffer_put(out, (struct span){ card->atr, card->atr_len });
}

bool
device_wire_take_card(struct cursor *in, struct device_wire_card *out, struct error *err)
{
	struct device_wire_card card = { .device = cursor_u32le(in) };
	card.slot = cursor_u8(in);
	unsigned state = cursor_u8(in);
	card.atr_len = cursor_u8(in);
	struct span atr = cursor_take(in, card.atr_len);
	bool inside = state == DEVICE_WIRE_CARD_IN;
	if (!whole(in, "card", err) || !in_range(card.device, 1, UINT32_MAX, "card: device", err) ||
		!in_range(card.slot, 0, DEVICE_WIRE_SLOTS - 1, "card: slot", err) ||
		!in_range(state, 0, DEVICE_WIRE_CARD_STATES - 1, "card: state", err) ||
		!in_range(card.atr_len, inside ? 2 : 0, inside ? DEVICE_WIRE_ATR : 0, "card: bytes of ATR", err))
		return false;
	card.state = (enum device_wire_card_state)state;
	if (atr.len > 0)
		memcpy(card.atr, atr.at, atr.len);
	*out = card;
	return true;
}

void
device_wire_put_step(struct buffer *out, const struct device_wire_step *step)
{
	buffer_u32le(out, step->job);
	buffer_u32le(out, step->device);
	buffer_u8(out, step->slot);
	buffer_u8(out, step->step);
	buffer_u32le(out, step->within_ms);
	buffer_block(out, step->parameters);
}

bool
device_wire_take_step(struct cursor *in, struct device_wire_step *out, struct error *err)
{
	struct device_wire_step step = { .job = cursor_u32le(in) };
	step.device = cursor_u32le(in);
	step.slot = cursor_u8(in);
	step.step = cursor_u8(in);
	step.within_ms = cursor_u32le(in);
	step.parameters = cursor_block(in, DEVICE_WIRE_STEP_MOST);
	if (!whole(in, "step", err) || !in_range(step.job, 1, UINT32_MAX, "step: job", err) ||
		!in_range(step.slot, 0, DEVICE_WIRE_SLOTS - 1, "step: slot", err) ||
		!in_range(step.within_ms, 1, DEVICE_WIRE_WITHIN_MOST, "step: ms", err))
		return false;
	*out = step;
	return true;
}

void
device_wire_put_pin_job(struct buffer *out, const struct device_wire_pin_job *job)
{
	device_wire_put_step(out, &job->step);
	buffer_u64le(out, job->number);
	buffer_u32le(out, job->wait_ms);
}

bool
device_wire_take_pin_job(struct cursor *in, struct device_wire_pin_job *out, struct error *err)
{
	struct device_wire_pin_job job;
	if (!device_wire_take_step(in, &job.step, err))
		return error_in(err, "PIN job");
	job.number = cursor_u64le(in);
	job.wait_ms = cursor_u32le(in);
	if (!whole(in, "PIN job", err) || !in_range(job.wait_ms, 1, DEVICE_WIRE_WITHIN_MOST, "PIN job: ms", err))
		return false;
	*out = job;
	return true;
}

void
device_wire_put_print(struct buffer *out, const struct device_wire_print *print)
{
	buffer_u32le(out, print->job);
	buffer_u32le(out, print->device);
	buffer_u16le(out, print->width);
	buffer_u32le(out, print->height);
	buffer_u32le(out, print->from_band);
	buffer_u8(out, print->cut ? 1 : 0);
	buffer_u8(out, print->kick ? 1 : 0);
	buffer_u32le(out, print->within_ms);
}

bool
device_wire_take_print(struct cursor *in, struct device_wire_print *out, struct error *err)
{
	struct device_wire_print print = { .job = cursor_u32le(in) };
	print.device = cursor_u32le(in);
	print.width = cursor_u16le(in);
	print.height = cursor_u32le(in);
	print.from_band = cursor_u32le(in);
	print.cut = take_flag(in);
	print.kick = take_flag(in);
	print.within_ms = cursor_u32le(in);
	if (!whole(in, "print", err) || !in_range(print.job, 1, UINT32_MAX, "print: job", err) ||
		!in_range(print.width, 8, WIDTH_MOST, "print: dots", err) ||
		!in_range(print.width % 8, 0, 0, "print: dots beyond whole bytes", err) ||
		!in_range(print.height, 1, DEVICE_WIRE_BITMAP_MOST / (print.width / 8u), "print: rows", err) ||
		!in_range(print.from_band, 0, print.height, "print: band", err) ||
		!in_range(print.within_ms, 1, DEVICE_WIRE_WITHIN_MOST, "print: ms", err))
		return false;
	*out = print;
	return true;
}

void
device_wire_put_progress(struct buffer *out, const struct device_wire_progress *progress)
{
	buffer_u32le(out, progress->job);
	buffer_u32le(out, progress->part);
	buffer_u32le(out, progress->of);
}

bool
device_wire_take_progress(struct cursor *in, struct device_wire_progress *out, struct error *err)
{
	struct device_wire_progress progress = { .job = cursor_u32le(in) };
	progress.part = cursor_u32le(in);
	progress.of = cursor_u32le(in);
	if (!whole(in, "progress", err) || !in_range(progress.job, 1, UINT32_MAX, "progress: job", err) ||
		!in_range(progress.part, 0, progress.of, "progress: part", err))
		return false;
	*out = progress;
	return true;
}

void
device_wire_put_result(struct buffer *out, const struct device_wire_result *result)
{
	buffer_u32le(out, result->job);
	buffer_u8(out, result->step);
	buffer_block(out, result->outcome);
}

bool
device_wire_take_result(struct cursor *in, struct device_wire_result *out, struct error *err)
{
	struct device_wire_result result = { .job = cursor_u32le(in) };
	result.step = cursor_u8(in);
	result.outcome = cursor_block(in, DEVICE_WIRE_OUTCOME_MOST);
	if (!whole(in, "result", err) || !in_range(result.job, 1, UINT32_MAX, "result: job", err))
		return false;
	*out = result;
	return true;
}

void
device_wire_put_failed(struct buffer *out, const struct device_wire_failed *failed)
{
	buffer_u32le(out, failed->job);
	error_wire_put(out, &failed->why);
	buffer_u32le(out, failed->part);
	buffer_u8(out, failed->resumable ? 1 : 0);
	buffer_u8(out, (uint8_t)failed->state);
	buffer_u8(out, failed->left ? 1 : 0);
}

bool
device_wire_take_failed(struct cursor *in, struct device_wire_failed *out, struct error *err)
{
	struct device_wire_failed failed = { .job = cursor_u32le(in) };
	if (!error_wire_take(in, &failed.why, err))
		return error_in(err, "failed");
	failed.part = cursor_u32le(in);
	failed.resumable = take_flag(in);
	unsigned state = cursor_u8(in);
	failed.left = take_flag(in);
	if (!whole(in, "failed", err) || !in_range(failed.job, 1, UINT32_MAX, "failed: job", err) ||
		!in_range(state, 0, DEVICE_WIRE_STATES - 1, "failed: state", err))
		return false;
	failed.state = (enum device_wire_state)state;
	*out = failed;
	return true;
}

void
device_wire_put_pin(struct buffer *out, const struct device_wire_pin *pin)
{
	buffer_u64le(out, pin->number);
	buffer_block(out, pin->digits);
}

bool
device_wire_take_pin(struct cursor *in, struct device_wire_pin *out, struct error *err)
{
	struct device_wire_pin pin = { .number = cursor_u64le(in) };
	pin.digits = cursor_block(in, DEVICE_WIRE_PIN_MOST);
	if (!whole(in, "PIN", err))
		return false;
	if (pin.digits.len == 0)
		return error_set(err, ERROR_INVALID, "PIN: empty");
	*out = pin;
	return true;
}

void
device_wire_put_pinned(struct buffer *out, const struct device_wire_pinned *pinned)
{
	buffer_u8(out, (uint8_t)pinned->outcome);
	buffer_u8(out, pinned->tries);
}

bool
device_wire_take_pinned(struct cursor *in, struct device_wire_pinned *out, struct error *err)
{
	unsigned outcome = cursor_u8(in);
	uint8_t tries = cursor_u8(in);
	if (!whole(in, "answer to a PIN", err) ||
		!in_range(outcome, 0, DEVICE_WIRE_PIN_OUTCOMES - 1, "answer to a PIN: outcome", err))
		return false;
	*out = (struct device_wire_pinned){ .outcome = (enum device_wire_pin_outcome)outcome, .tries = tries };
	return true;
}

bool
device_wire_take_number(struct span body, uint32_t *out, struct error *err)
{
	struct cursor in = cursor_over(body);
	uint32_t number = cursor_u32le(&in);
	if (!cursor_done(&in))
		return error_set(err, ERROR_INVALID, "a number of %zu bytes", body.len);
	*out = number;
	return true;
}
