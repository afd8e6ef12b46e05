#pragma once
/*
 * One device and the thread that alone speaks to it. It hears and answers through one channel, in the messages of
 * device_wire.h and the few below, and remembers nothing of one job when it begins the next.
 */
#include <stdatomic.h>

#include "kiosk/base/channel.h"
#include "kiosk/base/secret.h"
#include "peripherals/deviced/verdict.h"
#include "peripherals/port/usb_port.h"

#define DEVICE_MESSAGE_MOST SECRET_MOST /* bytes of a message to the thread; it may hold secrets */

enum device_type {
	/* to the thread; the end of the stream is the order to stop */
	DEVICE_NOTICE = 200, /* a packet of the interrupt pipe; empty: the pipe ended */
	/* from the thread */
	DEVICE_SELF = 210,  /* struct device_wire_devices of one: it changed */
	DEVICE_ENDED = 211, /* empty; the thread may be joined, and the device is not ours or not there any more */
};

struct device {
	struct libusb_context *context; /* borrowed until the thread is joined, like all that is borrowed here */
	struct libusb_device *usb;      /* borrowed */
	struct channel channel;         /* owned: to whoever started the thread */
	struct channel notices;         /* borrowed: its other end, for the event thread to post to */
	atomic_bool notices_lost;       /* one did not fit: look yourself */
	struct device_wire_device self;
	struct secret message; /* owned: the last one that was received */
};

/* How serving a device came to its end. */
enum device_end {
	DEVICE_STOPPED, /* as ordered */
	DEVICE_LEFT,    /* it went away */
	DEVICE_AGAIN,   /* it cannot be used now: self says why; try again later */
};

enum device_heard { DEVICE_MESSAGE, DEVICE_SILENCE, DEVICE_STOP };

/* Make it ready to run: id and kind of *device are set, the rest of self is not known. ERROR_SYSTEM. */
NODISCARD bool device_init(struct device *device, struct error *err);
void device_finish(struct device *device); /* wipes; accepts a zeroed one whose channels are -1 */
/* The thread: pthread_create's function; data is a struct device. Ends with DEVICE_ENDED sent. */
void *device_run(void *data);

/* For the files that serve a kind of device: */

/* Wait for a message, at most timeout_ms (UINT_MAX: for ever). The one before is wiped. */
enum device_heard device_hear(struct device *device, unsigned timeout_ms, struct channel_message *out);
/* Send to whoever started the thread. When that fails nobody listens any more, and the order to stop comes. */
void device_say(struct device *device, uint16_t type, const struct buffer *body);
/* Become `state`, told if it is news. why is words without the kind in front; NULL for none. */
void device_become(struct device *device, enum device_wire_state state, const char *why);
/* Tell what it is now. */
void device_news(struct device *device);
/* End a job as FAILED; left: the device is not there any more. */
void device_fail(struct device *device, uint32_t job, const struct error *why, bool left);
/* The same for a print, with what is on paper. */
void device_fail_print(
	struct device *device, uint32_t job, const struct error *why, uint32_t part, bool resumable, bool left);
/* Answer a job that cannot be begun; messages that are none are passed over. */
void device_decline(struct device *device, const struct channel_message *message);
/* What a failure to open or to speak makes of the device: GONE is DEVICE_LEFT, all else DEVICE_AGAIN and told. */
enum device_end device_judge(struct device *device, const struct error *why);
/* Open the port of the verdict's interface. */
NODISCARD bool device_open(struct device *device, const struct verdict *verdict, const struct usb_port_wish *wish,
	struct usb_port **out, struct error *err);
