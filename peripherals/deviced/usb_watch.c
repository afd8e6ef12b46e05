#include "peripherals/deviced/usb_watch.h"

#include <libusb.h>
#include <string.h>

#include "peripherals/port/usb_facts.h"

#define LONG_S 86400 /* between two turns of the event thread when nothing happens */

/* What the classes of the interfaces make it: known without opening the device. */
static bool
kind_of(libusb_device *device, enum device_wire_kind *kind)
{
	struct libusb_config_descriptor *config = NULL;
	bool found = false;
	if (libusb_get_active_config_descriptor(device, &config) != LIBUSB_SUCCESS &&
		libusb_get_config_descriptor(device, 0, &config) != LIBUSB_SUCCESS)
		return false;
	for (unsigned i = 0; i < config->bNumInterfaces; i++) {
		const struct libusb_interface *at = &config->interface[i];
		uint8_t class = at->num_altsetting > 0 ? at->altsetting[0].bInterfaceClass : 0;
		if (class == USB_FACTS_READER) {
			*kind = DEVICE_WIRE_READER;
			found = true;
		} else if (class == USB_FACTS_PRINTER && !found) {
			*kind = DEVICE_WIRE_PRINTER;
			found = true;
		}
	}
	libusb_free_config_descriptor(config);
	return found;
}

static void
post(struct usb_watch *self, enum usb_watch_type type, libusb_device *device, enum device_wire_kind kind)
{
	const struct usb_watch_news news = {
		.device = type == USB_WATCH_ARRIVED ? libusb_ref_device(device) : device, .type = type, .kind = kind
	};
	struct error err;
	if (channel_send(&self->post, (uint16_t)type, (struct span){ (const uint8_t *)&news, sizeof(news) }, -1, 0, &err))
		return;
	if (type == USB_WATCH_ARRIVED)
		libusb_unref_device(device);
	atomic_fetch_add(&self->lost, 1);
}

static int
on_hotplug(libusb_context *context, libusb_device *device, libusb_hotplug_event event, void *data)
{
	struct usb_watch *self = data;
	enum device_wire_kind kind = DEVICE_WIRE_READER;
	(void)context;
	if (event == LIBUSB_HOTPLUG_EVENT_DEVICE_LEFT)
		post(self, USB_WATCH_LEFT, device, kind);
	else if (kind_of(device, &kind))
		post(self, USB_WATCH_ARRIVED, device, kind);
	return 0;
}

static void *
run_events(void *data)
{
	struct usb_watch *self = data;
	while (!atomic_load(&self->stop)) {
		struct timeval turn = { .tv_sec = LONG_S };
		(void)libusb_handle_events_timeout_completed(self->context, &turn, NULL);
	}
	return NULL;
}

static bool
watch_error(struct error *err, int code, const char *doing)
{
	return error_set_from(err, ERROR_SYSTEM, DOMAIN_USB, code, "%s: %s", doing, libusb_strerror(code));
}

static bool
start(struct usb_watch *self, struct error *err)
{
	int code = libusb_init(&self->context);
	if (code != LIBUSB_SUCCESS)
		return watch_error(err, code, "starting libusb");
	if (!libusb_has_capability(LIBUSB_CAP_HAS_HOTPLUG))
		return error_set(err, ERROR_SYSTEM, "this libusb does not tell of devices that come and go");
	code = libusb_hotplug_register_callback(self->context,
		LIBUSB_HOTPLUG_EVENT_DEVICE_ARRIVED | LIBUSB_HOTPLUG_EVENT_DEVICE_LEFT, LIBUSB_HOTPLUG_ENUMERATE,
		LIBUSB_HOTPLUG_MATCH_ANY, LIBUSB_HOTPLUG_MATCH_ANY, LIBUSB_HOTPLUG_MATCH_ANY, on_hotplug, self, NULL);
	if (code != LIBUSB_SUCCESS)
		return watch_error(err, code, "listening for devices");
	self->runs = pthread_create(&self->thread, NULL, run_events, self) == 0;
	return self->runs || error_set(err, ERROR_SYSTEM, "starting the event thread");
}

bool
usb_watch_open(struct usb_watch *self, struct error *err)
{
	*self = (struct usb_watch){ .news.fd = -1, .post.fd = -1 };
	atomic_init(&self->stop, false);
	atomic_init(&self->lost, 0);
	if (channel_pair(&self->news, &self->post, err) && start(self, err))
		return true;
	usb_watch_close(self);
	return false;
}

bool
usb_watch_next(struct usb_watch *self, struct usb_watch_news *out, struct error *err)
{
	struct channel_message message;
	return channel_receive(&self->news, (uint8_t *)out, sizeof(*out), 0, &message, err);
}

/* Arrivals that nobody took hold references. */
static void
drop_news(struct usb_watch *self)
{
	struct usb_watch_news news;
	struct error err;
	while (usb_watch_next(self, &news, &err))
		if (news.type == USB_WATCH_ARRIVED)
			libusb_unref_device(news.device);
}

void
usb_watch_close(struct usb_watch *self)
{
	if (self->runs) {
		atomic_store(&self->stop, true);
		libusb_interrupt_event_handler(self->context);
		(void)pthread_join(self->thread, NULL);
		self->runs = false;
	}
	if (self->news.fd >= 0)
		drop_news(self);
	if (self->context != NULL)
		libusb_exit(self->context);
	self->context = NULL;
	channel_close(&self->news);
	channel_close(&self->post);
}
