#include "peripherals/deviced/device_reader.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "kiosk/base/clock.h"
#include "kiosk/base/file.h"
#include "peripherals/ccid/ccid_link.h"
#include "peripherals/ccid/ccid_notice.h"
#include "peripherals/deviced/deadline_link.h"
#include "peripherals/deviced/step.h"

#define POLL_MS   250u  /* between two looks at a reader that does not tell of its cards */
#define STATUS_MS 2000u /* for a slot to say whether a card is in it */
#define POWER_MS  5000u /* for a card to answer to reset, with every voltage */

struct reader {
	struct device *device; /* borrowed */
	struct usb_port *usb;  /* owned by port */
	struct port port;      /* owned */
	struct ccid ccid;
	bool listens; /* it tells of cards by itself */
	bool gone;    /* the device is not there any more */
	bool broken;  /* it does not answer as a reader has to; self says how */
	struct device_wire_card cards[DEVICE_WIRE_SLOTS];
	uint8_t outcome[DEVICE_WIRE_OUTCOME_MOST];
	uint8_t answer[DEVICE_WIRE_OUTCOME_MOST + 64]; /* with what is around it in its message */
};

/* In libusb's events: post and nothing else. */
static void
on_notice(void *data, struct span packet)
{
	struct device *device = data;
	struct error err;
	if (!channel_send(&device->notices, DEVICE_NOTICE, packet, -1, 0, &err))
		atomic_store(&device->notices_lost, true);
}

static void
say_card(struct reader *reader, const struct device_wire_card *card)
{
	uint8_t bytes[64];
	struct buffer body = buffer_into(bytes, sizeof(bytes));
	const struct device_wire_card *before = &reader->cards[card->slot];
	if (before->state == card->state && before->atr_len == card->atr_len &&
		memcmp(before->atr, card->atr, card->atr_len) == 0)
		return;
	reader->cards[card->slot] = *card;
	device_wire_put_card(&body, card);
	device_say(reader->device, DEVICE_WIRE_CARD, &body);
}

static struct device_wire_card
card_of(const struct reader *reader, uint8_t slot, enum device_wire_card_state state)
{
	return (struct device_wire_card){ .device = reader->device->self.id, .slot = slot, .state = state };
}

/* Reset the card, which powers it on if need be. A card that does not answer is told as MUTE. */
static bool
reset(struct reader *reader, uint8_t slot, unsigned timeout_ms, struct error *err)
{
	struct atr atr;
	if (!ccid_power_on(&reader->ccid, slot, &atr, timeout_ms, err))
		return false;
	struct device_wire_card card = card_of(reader, slot, DEVICE_WIRE_CARD_IN);
	card.atr_len = atr.len;
	memcpy(card.atr, atr.bytes, atr.len);
	say_card(reader, &card);
	return true;
}

/* Whether a card lies in the slot. Does not succeed when the reader is not there or does not speak as one. */
static bool
look(struct reader *reader, uint8_t slot, enum ccid_card *state, struct error *err)
{
	if (ccid_card(&reader->ccid, slot, state, STATUS_MS, err))
		return true;
	reader->gone = err->kind == ERROR_GONE;
	return false;
}

static void
say_out(struct reader *reader, uint8_t slot)
{
	const struct device_wire_card card = card_of(reader, slot, DEVICE_WIRE_CARD_OUT);
	say_card(reader, &card);
}

/* A card came: tell at once, for resets take their time; then reset it and tell what it is. */
static void
welcome(struct reader *reader, uint8_t slot)
{
	struct error err;
	enum ccid_card state = CCID_CARD_NONE;
	const struct device_wire_card seen = card_of(reader, slot, DEVICE_WIRE_CARD_SEEN);
	say_card(reader, &seen);
	if (reset(reader, slot, POWER_MS, &err))
		return;
	if (!look(reader, slot, &state, &err) || state == CCID_CARD_NONE)
		say_out(reader, slot);
	else {
		const struct device_wire_card card = card_of(reader, slot, DEVICE_WIRE_CARD_MUTE);
		say_card(reader, &card);
	}
}

/* Ask a slot, and tell what is new. */
static bool
look_again(struct reader *reader, uint8_t slot, struct error *err)
{
	enum ccid_card state = CCID_CARD_NONE;
	if (!look(reader, slot, &state, err))
		return false;
	if (state == CCID_CARD_NONE)
		say_out(reader, slot);
	else if (reader->cards[slot].state == DEVICE_WIRE_CARD_OUT)
		welcome(reader, slot);
	return true;
}

static bool
look_everywhere(struct reader *reader, struct error *err)
{
	for (uint8_t slot = 0; slot < reader->device->self.slots; slot++)
		if (!look_again(reader, slot, err))
			return false;
	return true;
}

/* What the interrupt pipe said. A notice that makes no sense is a reason to look. */
static bool
on_packet(struct reader *reader, struct span packet, struct error *err)
{
	struct ccid_notice notice;
	struct error bad;
	if (packet.len == 0)
		reader->listens = false;
	if (packet.len == 0 || !ccid_notice_read(packet, reader->ccid.facts.slots, &notice, &bad) || notice.hardware)
		return look_everywhere(reader, err);
	for (uint8_t slot = 0; slot < reader->device->self.slots; slot++) {
		bool present = ccid_notice_present(&notice, slot), was = reader->cards[slot].state != DEVICE_WIRE_CARD_OUT;
		if (was && (!present || ccid_notice_changed(&notice, slot)))
			say_out(reader, slot);
		if (present && reader->cards[slot].state == DEVICE_WIRE_CARD_OUT)
			welcome(reader, slot);
	}
	return true;
}

/* The step itself, on a card that was reset. */
static bool
run_step(struct reader *reader, const struct device_wire_step *order, struct span pin, struct buffer *outcome,
	struct step_end *end, struct error *err)
{
	const int64_t until_ms = clock_monotonic_ms() + order->within_ms;
	struct ccid_link slot = { &reader->ccid, order->slot, order->within_ms };
	struct deadline_link timed = { .slot = &slot, .until_ms = until_ms };
	const uint8_t *before = reader->cards[order->slot].atr;
	uint8_t atr[DEVICE_WIRE_ATR];
	memcpy(atr, before, sizeof(atr));
	if (reader->cards[order->slot].state != DEVICE_WIRE_CARD_IN)
		return error_set(err, ERROR_GONE, "no card that answers is in slot %u", order->slot);
	if (!reset(reader, order->slot, order->within_ms < POWER_MS ? order->within_ms : POWER_MS, err))
		return error_in(err, "resetting the card");
	if (memcmp(atr, reader->cards[order->slot].atr, sizeof(atr)) != 0)
		return error_set(err, ERROR_GONE, "another card is in slot %u than was told", order->slot);
	const struct step step = { order->step, order->parameters, pin };
	return step_run(deadline_link(&timed), &step, outcome, end, err);
}

static void
say_result(struct reader *reader, const struct device_wire_step *order, const struct buffer *outcome)
{
	const struct device_wire_result result = { order->job, order->step, buffer_span(outcome) };
	struct buffer body = buffer_into(reader->answer, sizeof(reader->answer));
	device_wire_put_result(&body, &result);
	device_say(reader->device, DEVICE_WIRE_RESULT, &body);
}

/* After a step that did not come to its end: is the card still there, is the reader? */
static void
look_after(struct reader *reader, uint8_t slot)
{
	struct error err;
	if (look_again(reader, slot, &err) || reader->gone)
		return;
	reader->broken = true;
	device_become(reader->device, DEVICE_WIRE_BROKEN, err.text);
}

/* End a job that failed. A card or reader that went shows at once; one that is silent is not waited for again before
 * the job has its end. */
static void
fail_job(struct reader *reader, const struct device_wire_step *order, const struct error *err)
{
	if (err->kind == ERROR_GONE)
		look_after(reader, order->slot);
	device_fail(reader->device, order->job, err, reader->gone);
	if (err->kind != ERROR_GONE && err->kind != ERROR_REFUSED)
		look_after(reader, order->slot);
}

static void
say_pinned(struct reader *reader, const struct device_wire_pinned *pinned)
{
	uint8_t bytes[8];
	struct buffer body = buffer_into(bytes, sizeof(bytes));
	device_wire_put_pinned(&body, pinned);
	device_say(reader->device, DEVICE_WIRE_PINNED, &body);
}

/* Carry out one job and end it. What the PIN came to is said first: the end of the job ends the wait for it. */
static void
do_job(struct reader *reader, const struct device_wire_step *order, struct span pin)
{
	struct buffer outcome = buffer_into(reader->outcome, sizeof(reader->outcome));
	struct error err = { 0 };
	struct step_end step_end = { .tries = DEVICE_WIRE_TRIES_UNKNOWN };
	bool ok = run_step(reader, order, pin, &outcome, &step_end, &err) &&
			  (outcome.ok || error_set(&err, ERROR_FULL, "the step found too much"));
	bool declined = ok ? !step_end.done : err.kind == ERROR_REFUSED;
	const struct device_wire_pinned pinned = { .outcome = declined ? DEVICE_WIRE_PIN_DECLINED
														  : ok     ? DEVICE_WIRE_PIN_SET
																   : DEVICE_WIRE_PIN_FAILED,
		.tries = step_end.tries };
	if (pin.len > 0)
		say_pinned(reader, &pinned);
	if (ok)
		say_result(reader, order, &outcome);
	else
		fail_job(reader, order, &err);
	secret_wipe(reader->outcome, sizeof(reader->outcome));
	secret_wipe(reader->answer, sizeof(reader->answer));
}

/* A PIN job that waits: its order and, behind it, the parameters, in locked memory. */
struct waiting {
	struct device_wire_pin_job job;
	struct secret parameters;
	int64_t until_ms;
};

/* What came while a PIN job waits. True when the job is at its end. */
static bool
hear_waiting(struct reader *reader, const struct waiting *waiting, const struct channel_message *message)
{
	const struct device_wire_step *order = &waiting->job.step;
	struct device_wire_pin pin;
	struct error err = { 0 };
	struct cursor in = cursor_over(message->body);
	uint32_t number = 0;
	if (message->type == DEVICE_WIRE_PIN && device_wire_take_pin(&in, &pin, &err)) {
		do_job(reader, order, pin.digits);
		return true;
	}
	if (message->type == DEVICE_WIRE_CANCEL && device_wire_take_number(message->body, &number, &err) &&
		number == order->job)
		(void)error_set(&err, ERROR_REFUSED, "cancelled"); /* lint: the job's own end */
	else if (message->type == DEVICE_NOTICE) {
		if (on_packet(reader, message->body, &err) && reader->cards[order->slot].state == DEVICE_WIRE_CARD_IN)
			return false;
		(void)error_set(&err, ERROR_GONE, "the card was taken out"); /* lint: the job's own end */
	} else
		return false;
	device_fail(reader->device, order->job, &err, reader->gone);
	return true;
}

static enum device_heard
await_pin(struct reader *reader, const struct waiting *waiting)
{
	for (;;) {
		struct channel_message message;
		struct error err;
		int64_t left = waiting->until_ms - clock_monotonic_ms();
		switch (device_hear(reader->device, left > 0 ? (unsigned)left : 0, &message)) {
		case DEVICE_STOP:
			return DEVICE_STOP;
		case DEVICE_SILENCE:
			(void)error_set(&err, ERROR_TIMEOUT, "no PIN was typed in time"); /* lint: the job's own end */
			device_fail(reader->device, waiting->job.step.job, &err, false);
			return DEVICE_SILENCE;
		case DEVICE_MESSAGE:
			file_close(&message.memfd);
			if (hear_waiting(reader, waiting, &message))
				return DEVICE_MESSAGE;
			break;
		}
	}
}

/* Keep the parameters, for the message's memory goes to the next one, and wait for the PIN. */
static enum device_heard
on_pin_job(struct reader *reader, struct span body, struct error *err)
{
	struct waiting waiting = { .until_ms = 0 };
	CLEANUP(secret_free) struct secret parameters = { 0 };
	struct cursor in = cursor_over(body);
	if (!device_wire_take_pin_job(&in, &waiting.job, err))
		return DEVICE_SILENCE;
	struct device_wire_step *order = &waiting.job.step;
	if (order->parameters.len > 0 && !secret_copy(order->parameters, &parameters, err)) {
		device_fail(reader->device, order->job, err, false);
		return DEVICE_SILENCE;
	}
	order->parameters = secret_span(&parameters);
	waiting.until_ms = clock_monotonic_ms() + waiting.job.wait_ms;
	return await_pin(reader, &waiting);
}

/* One message. False when the reader cannot be served any longer. */
static bool
on_message(struct reader *reader, const struct channel_message *message, bool *stop, struct error *err)
{
	struct cursor in = cursor_over(message->body);
	struct device_wire_step order;
	switch (message->type) {
	case DEVICE_NOTICE:
		return on_packet(reader, message->body, err);
	case DEVICE_WIRE_STEP:
		if (device_wire_take_step(&in, &order, err))
			do_job(reader, &order, (struct span){ 0 });
		return true;
	case DEVICE_WIRE_PIN_JOB:
		*stop = on_pin_job(reader, message->body, err) == DEVICE_STOP;
		return true;
	default: /* CANCEL and PIN for a job that has ended */
		return true;
	}
}

static enum device_end
serve_cards(struct reader *reader, struct error *err)
{
	struct device *device = reader->device;
	bool ok = look_everywhere(reader, err), stop = false;
	if (ok)
		device_become(device, DEVICE_WIRE_READY, NULL);
	while (ok && !stop && !reader->gone && !reader->broken) {
		struct channel_message message;
		switch (device_hear(device, reader->listens ? UINT_MAX : POLL_MS, &message)) {
		case DEVICE_STOP:
			return DEVICE_STOPPED;
		case DEVICE_SILENCE:
			ok = look_everywhere(reader, err);
			break;
		case DEVICE_MESSAGE:
			ok = on_message(reader, &message, &stop, err);
			file_close(&message.memfd);
			break;
		}
		if (ok && atomic_exchange(&device->notices_lost, false))
			ok = look_everywhere(reader, err);
	}
	if (stop)
		return DEVICE_STOPPED;
	if (reader->gone)
		return DEVICE_LEFT;
	return reader->broken ? DEVICE_AGAIN : device_judge(device, err);
}

enum device_end
device_reader_serve(struct device *device, const struct verdict *verdict)
{
	const struct usb_port_wish wish = { .detach = false, .end_with_empty = true, .answered = true, .most = CCID_MOST };
	struct error err = { 0 };
	struct reader *reader = calloc(1, sizeof(*reader));
	if (reader == NULL)
		abort();
	reader->device = device;
	for (uint8_t slot = 0; slot < DEVICE_WIRE_SLOTS; slot++)
		reader->cards[slot] = card_of(reader, slot, DEVICE_WIRE_CARD_OUT);
	enum device_end end = DEVICE_AGAIN;
	if (!device_open(device, verdict, &wish, &reader->usb, &err))
		end = device_judge(device, &err);
	else {
		reader->port = usb_port(reader->usb);
		bool ok = ccid_init(&reader->ccid, reader->port, &verdict->at->ccid, &err) &&
				  usb_port_listen(reader->usb, on_notice, device, &reader->listens, &err);
		end = ok ? serve_cards(reader, &err) : device_judge(device, &err);
		for (uint8_t slot = 0; slot < DEVICE_WIRE_SLOTS; slot++)
			say_out(reader, slot);
		ccid_finish(&reader->ccid);
		reader->port.ops->close(reader->port.self);
	}
	free(reader);
	return end;
}
