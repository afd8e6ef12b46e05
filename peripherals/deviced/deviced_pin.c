#include <string.h>

#include "kiosk/base/file.h"
#include "kiosk/base/log.h"
#include "peripherals/deviced/internal.h"

#define PIN_MESSAGE_MOST (8u + 4u + DEVICE_WIRE_PIN_MOST)
#define PATIENCE_US      10000000u /* for whoever connected to send its PIN */

void
deviced_pin_close(struct deviced *deviced)
{
	struct deviced_pin *pin = &deviced->pin;
	(void)sd_event_source_disable_unref(pin->source);
	(void)sd_event_source_disable_unref(pin->limit);
	channel_close(&pin->channel);
	*pin = (struct deviced_pin){ .channel.fd = -1 };
}

static void
answer(struct deviced *deviced, const struct device_wire_pinned *pinned)
{
	uint8_t bytes[8];
	struct buffer body = buffer_into(bytes, sizeof(bytes));
	struct error err;
	device_wire_put_pinned(&body, pinned);
	if (!channel_send(&deviced->pin.channel, DEVICE_WIRE_PINNED, buffer_span(&body), -1, 0, &err))
		LOG(LOG_LEVEL_WARNING, "pin-not-answered", log_error(&err));
	deviced_pin_close(deviced);
}

void
deviced_pin_answer(struct deviced *deviced, const struct deviced_seat *seat, const struct device_wire_pinned *pinned)
{
	if (deviced->pin.channel.fd >= 0 && deviced->pin.seat == seat)
		answer(deviced, pinned);
}

static struct deviced_seat *
seat_with_number(struct deviced *deviced, uint64_t number)
{
	for (unsigned i = 0; i < DEVICE_WIRE_DEVICES; i++)
		if (deviced->seats[i].used && deviced->seats[i].waits_for_pin && deviced->seats[i].number == number)
			return &deviced->seats[i];
	return NULL;
}

/* The number is used up, whatever comes of it. */
static bool
on_pin(void *self, struct channel_message *message, struct error *err)
{
	static const struct device_wire_pinned unknown = { DEVICE_WIRE_PIN_UNKNOWN, DEVICE_WIRE_TRIES_UNKNOWN };
	struct deviced *deviced = self;
	struct device_wire_pin pin;
	struct cursor in = cursor_over(message->body);
	if (!device_wire_take_pin(&in, &pin, err))
		return false;
	if (!cursor_done(&in))
		return error_set(err, ERROR_INVALID, "PIN: bytes left over");
	struct deviced_seat *seat = seat_with_number(deviced, pin.number);
	if (seat == NULL) {
		LOG(LOG_LEVEL_WARNING, "pin-for-no-job", log_kind("socket", "pin.sock"));
		answer(deviced, &unknown);
		return true;
	}
	seat->waits_for_pin = false;
	deviced->pin.seat = seat;
	(void)sd_event_source_set_enabled(deviced->pin.limit, SD_EVENT_OFF); /* the job has its own time */
	return channel_send(&seat->device.notices, DEVICE_WIRE_PIN, message->body, -1, 0, err);
}

static const struct channel_rule rules[] = { { DEVICE_WIRE_PIN, 1u, PIN_MESSAGE_MOST, false, on_pin } };

static int
on_ready(sd_event_source *source, int fd, uint32_t revents, void *self)
{
	struct deviced *deviced = self;
	struct channel_message message;
	struct error err = { 0 };
	(void)source, (void)fd, (void)revents;
	if (!channel_receive(&deviced->pin.channel, deviced->message.at, deviced->message.len, 0, &message, &err)) {
		if (err.kind != ERROR_TIMEOUT)
			deviced_pin_close(deviced);
		return 0;
	}
	bool first = deviced->pin.seat == NULL;
	if (!first)
		file_close(&message.memfd);
	bool ok = first && channel_dispatch(rules, 1, 0, deviced, &message, &err);
	secret_wipe(deviced->message.at, deviced->message.len);
	if (!ok) {
		LOG(LOG_LEVEL_WARNING, "pin-refused", log_kind("socket", "pin.sock"));
		deviced_pin_close(deviced);
	}
	return 0;
}

static int
on_limit(sd_event_source *source, uint64_t usec, void *self)
{
	(void)source, (void)usec;
	deviced_pin_close(self);
	return 0;
}

static int
on_connect(sd_event_source *source, int fd, uint32_t revents, void *self)
{
	struct deviced *deviced = self;
	struct deviced_pin *pin = &deviced->pin;
	struct channel channel = { .fd = -1 };
	struct error err = { 0 };
	(void)source, (void)revents;
	if (!channel_accept(fd, &channel, &err))
		return 0;
	if (pin->channel.fd >= 0) {
		channel_close(&channel);
		return 0;
	}
	pin->channel = channel;
	if (sd_event_add_io(deviced->loop, &pin->source, channel.fd, EPOLLIN, on_ready, deviced) < 0 ||
		sd_event_add_time_relative(deviced->loop, &pin->limit, CLOCK_MONOTONIC, PATIENCE_US, 0, on_limit, deviced) < 0)
		deviced_pin_close(deviced);
	return 0;
}

bool
deviced_pin_listen(struct deviced *deviced, struct error *err)
{
	int r = sd_event_add_io(deviced->loop, &deviced->pin_listen, deviced->pin_listener, EPOLLIN, on_connect, deviced);
	return r >= 0 || error_set_from(err, ERROR_SYSTEM, DOMAIN_ERRNO, -r, "listening for PINs: %s", strerror(-r));
}
