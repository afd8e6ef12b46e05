#include <string.h>

#include "kiosk/base/file.h"
#include "kiosk/base/log.h"
#include "peripherals/deviced/internal.h"

#define EACH_ROUND 16 /* messages that are read before others have their turn */
#define ONE(state) (1u << (state))
#define READY      ONE(DEVICED_PEER_READY)
#define STEP_BODY  (4u + 4u + 1u + 1u + 4u + 4u + DEVICE_WIRE_STEP_MOST)

static void
say_failed(struct deviced *deviced, uint32_t job, const struct deviced_seat *seat, const struct error *why)
{
	const struct device_wire_failed failed = {
		.job = job, .why = *why, .state = seat != NULL ? seat->self.state : DEVICE_WIRE_OFFLINE, .left = seat == NULL
	};
	uint8_t bytes[512];
	struct buffer body = buffer_into(bytes, sizeof(bytes));
	device_wire_put_failed(&body, &failed);
	deviced_peer_say(deviced, DEVICE_WIRE_FAILED, buffer_span(&body));
}

static void
say_devices(struct deviced *deviced)
{
	const struct device_wire_devices all = deviced_seats_all(deviced);
	uint8_t bytes[DEVICE_WIRE_DEVICES * 256u];
	struct buffer body = buffer_into(bytes, sizeof(bytes));
	device_wire_put_devices(&body, &all);
	deviced_peer_say(deviced, DEVICE_WIRE_SNAPSHOT, buffer_span(&body));
}

static void
say_cards(struct deviced *deviced, const struct deviced_seat *seat)
{
	for (unsigned slot = 0; slot < DEVICE_WIRE_SLOTS; slot++) {
		uint8_t bytes[64];
		struct buffer body = buffer_into(bytes, sizeof(bytes));
		if (seat->cards[slot].state == DEVICE_WIRE_CARD_OUT)
			continue;
		device_wire_put_card(&body, &seat->cards[slot]);
		deviced_peer_say(deviced, DEVICE_WIRE_CARD, buffer_span(&body));
	}
}

static bool
on_hello(void *self, struct channel_message *message, struct error *err)
{
	struct deviced *deviced = self;
	uint32_t version = 0;
	if (!device_wire_take_number(message->body, &version, err))
		return false;
	if (version != DEVICE_WIRE_VERSION)
		return error_set(err, ERROR_REFUSED, "hello of version %u", (unsigned)version);
	deviced->peer.state = DEVICED_PEER_READY;
	say_devices(deviced);
	for (unsigned i = 0; i < DEVICE_WIRE_DEVICES; i++)
		if (deviced->seats[i].used && deviced->seats[i].told)
			say_cards(deviced, &deviced->seats[i]);
	return true;
}

/* Whether a device may get this job; why not, otherwise. */
static bool
may_begin(struct deviced *deviced, const struct deviced_seat *seat, uint32_t job, bool prints, struct error *err)
{
	if (seat == NULL)
		return error_set(err, ERROR_GONE, "that device is not there any more");
	if (deviced_seats_job(deviced, job) != NULL)
		return error_set(err, ERROR_INVALID, "job %u is under way already", (unsigned)job);
	if (seat->job != 0)
		return error_set(err, ERROR_FULL, "%s: busy with another job", device_wire_kind_words(seat->self.kind));
	if ((seat->self.kind == DEVICE_WIRE_PRINTER) != prints)
		return error_set(err, ERROR_REFUSED, "%s: not a job for it", device_wire_kind_words(seat->self.kind));
	return true;
}

/* Hand a job to the device's thread as it came. A job that cannot begin ends as FAILED; the counter stays. */
static bool
give(struct deviced *deviced, uint32_t device, uint32_t job, const struct channel_message *message)
{
	struct deviced_seat *seat = deviced_seats_find(deviced, device);
	struct error why = { 0 };
	bool prints = message->type == DEVICE_WIRE_PRINT;
	if (!may_begin(deviced, seat, job, prints, &why) ||
		!channel_send(&seat->device.notices, message->type, message->body, message->memfd, 0, &why)) {
		say_failed(deviced, job, seat, &why);
		return false;
	}
	seat->job = job;
	LOG(LOG_LEVEL_INFO, "job", log_count("device", device), log_count("job", job),
		log_kind("kind", prints ? "print" : "step"));
	return true;
}

static bool
on_step(void *self, struct channel_message *message, struct error *err)
{
	struct device_wire_step step;
	struct cursor in = cursor_over(message->body);
	if (!device_wire_take_step(&in, &step, err))
		return false;
	if (!cursor_done(&in))
		return error_set(err, ERROR_INVALID, "step: bytes left over");
	(void)give(self, step.device, step.job, message);
	return true;
}

static bool
on_pin_job(void *self, struct channel_message *message, struct error *err)
{
	struct deviced *deviced = self;
	struct device_wire_pin_job job;
	struct cursor in = cursor_over(message->body);
	if (!device_wire_take_pin_job(&in, &job, err))
		return false;
	if (!cursor_done(&in))
		return error_set(err, ERROR_INVALID, "PIN job: bytes left over");
	for (unsigned i = 0; i < DEVICE_WIRE_DEVICES; i++)
		if (deviced->seats[i].waits_for_pin && deviced->seats[i].number == job.number)
			return error_set(err, ERROR_INVALID, "PIN job: the number of another one");
	if (give(deviced, job.step.device, job.step.job, message)) {
		struct deviced_seat *seat = deviced_seats_job(deviced, job.step.job);
		seat->waits_for_pin = true;
		seat->number = job.number;
	}
	return true;
}

static bool
on_print(void *self, struct channel_message *message, struct error *err)
{
	struct device_wire_print print;
	struct cursor in = cursor_over(message->body);
	if (!device_wire_take_print(&in, &print, err))
		return false;
	if (!cursor_done(&in))
		return error_set(err, ERROR_INVALID, "print: bytes left over");
	(void)give(self, print.device, print.job, message);
	return true;
}

static void
cancel(struct deviced_seat *seat)
{
	uint8_t bytes[4];
	struct buffer body = buffer_into(bytes, sizeof(bytes));
	struct error err;
	buffer_u32le(&body, seat->job);
	/* a thread that has so much to read already ends its job by its time */
	if (!channel_send(&seat->device.notices, DEVICE_WIRE_CANCEL, buffer_span(&body), -1, 0, &err))
		LOG(LOG_LEVEL_WARNING, "not-cancelled", log_count("job", seat->job), log_error(&err));
}

static bool
on_cancel(void *self, struct channel_message *message, struct error *err)
{
	uint32_t job = 0;
	if (!device_wire_take_number(message->body, &job, err))
		return false;
	struct deviced_seat *seat = job == 0 ? NULL : deviced_seats_job(self, job);
	if (seat != NULL)
		cancel(seat);
	return true;
}

/* clang-format off */
static const struct channel_rule rules[] = {
	{ DEVICE_WIRE_HELLO,   ONE(DEVICED_PEER_NEW), 4,                   false, on_hello },
	{ DEVICE_WIRE_STEP,    READY,                 STEP_BODY,           false, on_step },
	{ DEVICE_WIRE_PIN_JOB, READY,                 STEP_BODY + 8u + 4u, false, on_pin_job },
	{ DEVICE_WIRE_PRINT,   READY,                 64,                  true,  on_print },
	{ DEVICE_WIRE_CANCEL,  READY,                 4,                   false, on_cancel },
};
/* clang-format on */

/* What was under way for this counter is nobody's any more. */
static void
orphan_jobs(struct deviced *deviced)
{
	for (unsigned i = 0; i < DEVICE_WIRE_DEVICES; i++)
		if (deviced->seats[i].used && deviced->seats[i].job != 0) {
			deviced->seats[i].orphan = true;
			cancel(&deviced->seats[i]);
		}
}

void
deviced_peer_close(struct deviced *deviced)
{
	struct deviced_peer *peer = &deviced->peer;
	if (peer->state == DEVICED_PEER_NONE)
		return;
	(void)sd_event_source_disable_unref(peer->source);
	channel_close(&peer->channel);
	*peer = (struct deviced_peer){ .channel.fd = -1 };
	orphan_jobs(deviced);
}

static void
lose(struct deviced *deviced, const struct error *why)
{
	if (why->kind == ERROR_GONE)
		LOG(LOG_LEVEL_INFO, "counter-gone", log_kind("socket", "device.sock"));
	else
		LOG(LOG_LEVEL_WARNING, "counter-dropped", log_error(why));
	deviced_peer_close(deviced);
}

void
deviced_peer_say(struct deviced *deviced, uint16_t type, struct span body)
{
	struct error err;
	if (deviced->peer.state == DEVICED_PEER_READY && !channel_send(&deviced->peer.channel, type, body, -1, 0, &err))
		lose(deviced, &err);
}

void
deviced_peer_devices(struct deviced *deviced)
{
	if (deviced->peer.state == DEVICED_PEER_READY)
		say_devices(deviced);
}

static int
on_ready(sd_event_source *source, int fd, uint32_t revents, void *self)
{
	struct deviced *deviced = self;
	struct deviced_peer *peer = &deviced->peer;
	(void)source, (void)fd, (void)revents;
	for (int i = 0; i < EACH_ROUND && peer->state != DEVICED_PEER_NONE; i++) {
		struct channel_message message;
		struct error err = { 0 };
		if (!channel_receive(&peer->channel, deviced->message.at, deviced->message.len, 0, &message, &err)) {
			if (err.kind != ERROR_TIMEOUT)
				lose(deviced, &err);
			return 0;
		}
		bool ok = channel_dispatch(rules, sizeof(rules) / sizeof(rules[0]), peer->state, deviced, &message, &err);
		secret_wipe(deviced->message.at, deviced->message.len);
		if (!ok)
			lose(deviced, &err);
	}
	return 0;
}

static int
on_connect(sd_event_source *source, int fd, uint32_t revents, void *self)
{
	struct deviced *deviced = self;
	struct deviced_peer *peer = &deviced->peer;
	struct channel channel = { .fd = -1 };
	struct error err = { 0 };
	(void)source, (void)revents;
	if (!channel_accept(fd, &channel, &err))
		return 0;
	if (peer->state != DEVICED_PEER_NONE) {
		LOG(LOG_LEVEL_WARNING, "second-counter-refused", log_kind("socket", "device.sock"));
		channel_close(&channel);
		return 0;
	}
	if (sd_event_add_io(deviced->loop, &peer->source, channel.fd, EPOLLIN, on_ready, deviced) < 0) {
		channel_close(&channel);
		return 0;
	}
	peer->channel = channel;
	peer->state = DEVICED_PEER_NEW;
	LOG(LOG_LEVEL_INFO, "counter-connected", log_kind("socket", "device.sock"));
	return 0;
}

bool
deviced_peer_listen(struct deviced *deviced, struct error *err)
{
	int r = sd_event_add_io(deviced->loop, &deviced->listen, deviced->listener, EPOLLIN, on_connect, deviced);
	return r >= 0 || error_set_from(err, ERROR_SYSTEM, DOMAIN_ERRNO, -r, "listening: %s", strerror(-r));
}
