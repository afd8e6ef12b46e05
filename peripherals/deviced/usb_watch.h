#pragma once
/*
 * The one libusb context: its event thread, which only posts, and the news of devices that come and go. Exactly one
 * program on a bus may do this.
 */
#include <pthread.h>
#include <stdatomic.h>

#include "kiosk/base/channel.h"
#include "peripherals/wire/device_wire.h"

struct libusb_context;
struct libusb_device;

enum usb_watch_type { USB_WATCH_ARRIVED = 1, USB_WATCH_LEFT = 2 };

/* One piece of news; it stays in this process, so that it may hold a pointer. */
struct usb_watch_news {
	struct libusb_device *device; /* ARRIVED: referenced for whoever takes the news; LEFT: to compare only */
	enum usb_watch_type type;
	enum device_wire_kind kind; /* of what ARRIVED */
};

struct usb_watch {
	struct libusb_context *context;
	struct channel news; /* read by the caller */
	struct channel post; /* written by libusb's callbacks */
	pthread_t thread;
	bool runs;
	atomic_bool stop;
	atomic_uint lost; /* news that did not fit */
};

/* Devices that are there arrive at once. Hubs and what is neither reader nor printer by the classes of its interfaces
 * is passed over. ERROR_SYSTEM. self must not move until usb_watch_close(). */
NODISCARD bool usb_watch_open(struct usb_watch *self, struct error *err);
/* The next piece of news; ERROR_TIMEOUT when there is none now. */
NODISCARD bool usb_watch_next(struct usb_watch *self, struct usb_watch_news *out, struct error *err);
/* After every port and reference of the context was given back. Accepts a zeroed one whose channels are -1. */
void usb_watch_close(struct usb_watch *self);
