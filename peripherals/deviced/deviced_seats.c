#include <libusb.h>
#include <string.h>
#include <sys/socket.h>

#include "kiosk/base/file.h"
#include "kiosk/base/log.h"
#include "peripherals/deviced/internal.h"

#define EACH_ROUND 16 /* messages of one thread that are read before others have their turn */

struct deviced_seat *
deviced_seats_find(struct deviced *deviced, uint32_t id)
{
	for (unsigned i = 0; i < DEVICE_WIRE_DEVICES; i++)
		if (deviced->seats[i].used && deviced->seats[i].told && deviced->seats[i].self.id == id)
			return &deviced->seats[i];
	return NULL;
}

struct deviced_seat *
deviced_seats_job(struct deviced *deviced, uint32_t job)
{
	for (unsigned i = 0; i < DEVICE_WIRE_DEVICES; i++)
		if (deviced->seats[i].used && deviced->seats[i].job == job)
			return &deviced->seats[i];
	return NULL;
}

struct device_wire_devices
deviced_seats_all(const struct deviced *deviced)
{
	struct device_wire_devices all = { .count = 0 };
	for (unsigned i = 0; i < DEVICE_WIRE_DEVICES; i++)
		if (deviced->seats[i].used && deviced->seats[i].told)
			all.device[all.count++] = deviced->seats[i].self;
	return all;
}

/* The thread has ended or was told to: wait for it and forget the device. */
static void
clear(struct deviced_seat *seat)
{
	if (seat->runs)
		(void)pthread_join(seat->thread, NULL);
	(void)sd_event_source_disable_unref(seat->source);
	if (seat->device.usb != NULL)
		libusb_unref_device(seat->device.usb);
	channel_close(&seat->device.notices);
	device_finish(&seat->device);
	*seat = (struct deviced_seat){ .device = { .channel.fd = -1, .notices.fd = -1 } };
}

/* The end of the stream is the thread's order to stop; what it is doing ends first. */
static void
order_to_stop(struct deviced_seat *seat)
{
	(void)shutdown(seat->device.notices.fd, SHUT_WR);
}

static void
log_device(const char *event, const struct deviced_seat *seat)
{
	struct error why;
	(void)error_set(&why, ERROR_REFUSED, "%s", seat->self.why);
	LOG(LOG_LEVEL_INFO, event, log_count("device", seat->self.id),
		log_kind("kind", device_wire_kind_words(seat->self.kind)),
		log_kind("state", device_wire_words(seat->self.state)),
		seat->self.why[0] != '\0' ? log_error(&why) : (struct log_field){ .type = LOG_END });
}

static void
on_self(struct deviced *deviced, struct deviced_seat *seat, struct span body)
{
	struct device_wire_devices one;
	struct error err;
	struct cursor in = cursor_over(body);
	if (!device_wire_take_devices(&in, &one, &err) || one.count != 1)
		return;
	seat->self = one.device[0];
	seat->told = true;
	log_device("device", seat);
	deviced_peer_devices(deviced);
}

static void
on_card(struct deviced *deviced, struct deviced_seat *seat, struct span body)
{
	struct device_wire_card card;
	struct error err;
	struct cursor in = cursor_over(body);
	if (!device_wire_take_card(&in, &card, &err))
		return;
	seat->cards[card.slot] = card;
	deviced_peer_say(deviced, DEVICE_WIRE_CARD, body);
}

/* A job of the seat came to its end, whichever. */
static void
end_job(struct deviced *deviced, struct deviced_seat *seat)
{
	static const struct device_wire_pinned failed = { DEVICE_WIRE_PIN_FAILED, DEVICE_WIRE_TRIES_UNKNOWN };
	LOG(LOG_LEVEL_INFO, "job-ended", log_count("device", seat->self.id), log_count("job", seat->job));
	deviced_pin_answer(deviced, seat, &failed);
	seat->job = 0;
	seat->orphan = seat->waits_for_pin = false;
	seat->number = 0;
}

static void
on_pinned(struct deviced *deviced, struct deviced_seat *seat, struct span body)
{
	struct device_wire_pinned pinned;
	struct error err;
	struct cursor in = cursor_over(body);
	if (device_wire_take_pinned(&in, &pinned, &err))
		deviced_pin_answer(deviced, seat, &pinned);
}

static void
on_job(struct deviced *deviced, struct deviced_seat *seat, const struct channel_message *message)
{
	if (!seat->orphan)
		deviced_peer_say(deviced, message->type, message->body);
	if (message->type != DEVICE_WIRE_PROGRESS)
		end_job(deviced, seat);
}

/* The thread is at its end, and with it a job that it had not begun. */
static void
on_ended(struct deviced *deviced, struct deviced_seat *seat)
{
	bool told = seat->told;
	struct device_wire_failed failed = { .job = seat->job, .state = DEVICE_WIRE_OFFLINE, .left = true };
	(void)error_set(&failed.why, ERROR_GONE, "%s: unplugged", device_wire_kind_words(seat->self.kind));
	uint8_t bytes[512];
	struct buffer body = buffer_into(bytes, sizeof(bytes));
	device_wire_put_failed(&body, &failed);
	if (told)
		LOG(LOG_LEVEL_INFO, "device-left", log_count("device", seat->self.id));
	if (seat->job != 0)
		on_job(deviced, seat, &(struct channel_message){ DEVICE_WIRE_FAILED, buffer_span(&body), -1 });
	clear(seat);
	if (told)
		deviced_peer_devices(deviced);
}

/* False when the seat is empty afterwards. */
static bool
on_report(struct deviced *deviced, struct deviced_seat *seat, const struct channel_message *message)
{
	switch (message->type) {
	case DEVICE_SELF:
		on_self(deviced, seat, message->body);
		return true;
	case DEVICE_WIRE_CARD:
		on_card(deviced, seat, message->body);
		return true;
	case DEVICE_WIRE_PINNED:
		on_pinned(deviced, seat, message->body);
		return true;
	case DEVICE_ENDED:
		on_ended(deviced, seat);
		return false;
	default:
		on_job(deviced, seat, message);
		return true;
	}
}

static struct deviced_seat *
seat_of(struct deviced *deviced, const sd_event_source *source)
{
	for (unsigned i = 0; i < DEVICE_WIRE_DEVICES; i++)
		if (deviced->seats[i].used && deviced->seats[i].source == source)
			return &deviced->seats[i];
	return NULL;
}

static int
on_ready(sd_event_source *source, int fd, uint32_t revents, void *self)
{
	struct deviced *deviced = self;
	struct deviced_seat *seat = seat_of(deviced, source);
	(void)fd, (void)revents;
	for (int i = 0; seat != NULL && i < EACH_ROUND; i++) {
		struct channel_message message;
		struct error err;
		if (!channel_receive(&seat->device.notices, deviced->report, sizeof(deviced->report), 0, &message, &err))
			break;
		bool there = on_report(deviced, seat, &message);
		secret_wipe(deviced->report, message.body.len);
		file_close(&message.memfd);
		if (!there)
			break;
	}
	return 0;
}

static bool
start(struct deviced *deviced, struct deviced_seat *seat, const struct usb_watch_news *news, struct error *err)
{
	seat->device.context = deviced->watch.context;
	seat->device.usb = news->device;
	seat->device.self = (struct device_wire_device){
		.id = ++deviced->last_id, .kind = news->kind, .slots = news->kind == DEVICE_WIRE_PRINTER ? 0 : 1
	};
	if (!device_init(&seat->device, err))
		return false;
	if (sd_event_add_io(deviced->loop, &seat->source, seat->device.notices.fd, EPOLLIN, on_ready, deviced) < 0)
		return error_set(err, ERROR_SYSTEM, "watching a device's thread");
	seat->runs = pthread_create(&seat->thread, NULL, device_run, &seat->device) == 0;
	return seat->runs || error_set(err, ERROR_SYSTEM, "starting a device's thread");
}

static void
arrive(struct deviced *deviced, const struct usb_watch_news *news)
{
	struct deviced_seat *seat = NULL;
	struct error err;
	for (unsigned i = 0; seat == NULL && i < DEVICE_WIRE_DEVICES; i++)
		if (!deviced->seats[i].used)
			seat = &deviced->seats[i];
	if (seat == NULL) {
		LOG(LOG_LEVEL_WARNING, "too-many-devices", log_count("most", DEVICE_WIRE_DEVICES));
		libusb_unref_device(news->device);
		return;
	}
	seat->used = true;
	if (start(deviced, seat, news, &err))
		return;
	LOG(LOG_LEVEL_ERROR, "device-not-started", log_error(&err));
	clear(seat);
}

static void
leave(struct deviced *deviced, const libusb_device *device)
{
	for (unsigned i = 0; i < DEVICE_WIRE_DEVICES; i++)
		if (deviced->seats[i].used && deviced->seats[i].device.usb == device)
			order_to_stop(&deviced->seats[i]);
}

static int
on_news(sd_event_source *source, int fd, uint32_t revents, void *self)
{
	struct deviced *deviced = self;
	struct usb_watch_news news;
	struct error err;
	(void)source, (void)fd, (void)revents;
	unsigned lost = atomic_exchange(&deviced->watch.lost, 0);
	if (lost > 0)
		LOG(LOG_LEVEL_ERROR, "news-of-devices-lost", log_count("count", lost));
	for (int i = 0; i < EACH_ROUND && usb_watch_next(&deviced->watch, &news, &err); i++)
		if (news.type == USB_WATCH_ARRIVED)
			arrive(deviced, &news);
		else
			leave(deviced, news.device);
	return 0;
}

bool
deviced_seats_open(struct deviced *deviced, struct error *err)
{
	if (!usb_watch_open(&deviced->watch, err))
		return false;
	int r = sd_event_add_io(deviced->loop, &deviced->news, deviced->watch.news.fd, EPOLLIN, on_news, deviced);
	return r >= 0 || error_set_from(err, ERROR_SYSTEM, DOMAIN_ERRNO, -r, "watching the bus: %s", strerror(-r));
}

void
deviced_seats_close(struct deviced *deviced)
{
	for (unsigned i = 0; i < DEVICE_WIRE_DEVICES; i++)
		if (deviced->seats[i].used && deviced->seats[i].runs)
			order_to_stop(&deviced->seats[i]);
	for (unsigned i = 0; i < DEVICE_WIRE_DEVICES; i++)
		if (deviced->seats[i].used)
			clear(&deviced->seats[i]);
	(void)sd_event_source_disable_unref(deviced->news);
	usb_watch_close(&deviced->watch);
}
