#pragma once
/*
 * A USB device as the bus sees it: descriptors, control requests, OUT transfers, IN messages queued per endpoint,
 * halts, and faults to order. Models (virtual_reader.c, virtual_printer.c) stand behind it; a transport (bus.c, or a
 * test in its own process) stands in front. No thread, no clock and no I/O of its own: time is what the caller says it
 * is.
 */
#include <stdbool.h>

#include "kiosk/base/buffer.h"
#include "kiosk/base/span.h"

enum {
	VIRTUAL_DEVICE_ENDPOINTS = 3,
	VIRTUAL_DEVICE_DESCRIPTORS = 256,
	VIRTUAL_DEVICE_QUEUE = 64,         /* IN messages an endpoint holds; later ones are lost */
	VIRTUAL_DEVICE_MESSAGE = 70 * 1024 /* bytes of one IN message at most */
};

enum virtual_device_answer {
	VIRTUAL_DEVICE_DONE,
	VIRTUAL_DEVICE_WAIT,     /* NAK: offer the same transfer again later */
	VIRTUAL_DEVICE_STALL,    /* the endpoint is halted until virtual_device_clear_halt() */
	VIRTUAL_DEVICE_OVERFLOW, /* the device sent more than the transfer holds */
	VIRTUAL_DEVICE_GONE      /* unplugged */
};

struct virtual_device_setup { /* USB 2.0, table 9-2 */
	uint8_t request_type, request;
	uint16_t value, index, length;
};

/* What a model does. `self` is the model. */
struct virtual_device_ops {
	/* A class or vendor request; standard ones never come here. An answer goes to `in`. False: stall. */
	bool (*control)(void *self, const struct virtual_device_setup *setup, struct span out, struct buffer *in);
	/* One OUT transfer, of any length. DONE, WAIT (only *taken bytes were taken; the rest is offered again) or STALL.
	 */
	enum virtual_device_answer (*out)(void *self, uint8_t endpoint, struct span data, size_t *taken);
	/* It is `now_ms`. Gives when it wants to be told again, INT64_MAX for never. */
	int64_t (*tick)(void *self, int64_t now_ms);
	/* The bus gave (plug) or took (unplug) power. */
	void (*power)(void *self, bool on);
};

/* Faults to order; zero is a faultless device. */
struct virtual_device_faults {
	unsigned delay_ms;  /* every bulk IN message is that late */
	bool mute;          /* bulk IN messages are lost */
	unsigned babble;    /* bytes too many at the end of the next bulk IN message, once */
	bool no_zlp;        /* no zero-length packet after a message that fills its last packet */
	bool extra_zlp;     /* one zero-length packet too many after every bulk IN message */
	unsigned unplug_at; /* leaves the bus instead of carrying out the n-th URB from now; 0: does not */
};

struct virtual_device_message;

struct virtual_device_endpoint {
	uint8_t address; /* bit 7: IN */
	bool interrupt;
	uint16_t most; /* bytes of a packet */
	bool halted;
	struct virtual_device_message *first; /* owned */
	size_t queued;
};

struct virtual_device {
	const struct virtual_device_ops *ops;
	void *self;                                      /* borrowed: the model, which outlives this */
	uint8_t descriptors[VIRTUAL_DEVICE_DESCRIPTORS]; /* device descriptor (18 bytes), then the configuration */
	size_t descriptors_len;
	uint16_t vendor, product;
	char strings[3][64]; /* ASCII: manufacturer, product, serial number */
	struct virtual_device_endpoint endpoints[VIRTUAL_DEVICE_ENDPOINTS];
	size_t endpoint_count;
	bool plugged;
	int64_t now_ms;
	struct virtual_device_faults faults;
	unsigned long urbs; /* counted by virtual_device_urb() */
};

/* What a model says about itself; class_descriptor may be empty. */
struct virtual_device_identity {
	uint16_t vendor, product;
	const char *manufacturer, *name, *serial;
	uint8_t class, subclass, protocol;
	struct span class_descriptor;
};

/* For models: start unplugged, with the descriptors of one configuration with one interface. */
void virtual_device_init(struct virtual_device *device, const struct virtual_device_ops *ops, void *self,
	const struct virtual_device_identity *identity, const struct virtual_device_endpoint *endpoints, size_t count);
void virtual_device_finish(struct virtual_device *device);
/* For models: queue one message for the host. Lost when unplugged, muted or the queue is full. */
void virtual_device_send(struct virtual_device *device, uint8_t address, struct span bytes);

/* For transports. */
void virtual_device_plug(struct virtual_device *device, bool plugged);
/* Before each URB is carried out: false if the device leaves the bus now (faults.unplug_at); it is unplugged then. */
bool virtual_device_urb(struct virtual_device *device);
/* A control request; `out` is its data stage to the device, `in` takes the answer (at most setup->length bytes). */
enum virtual_device_answer virtual_device_control(
	struct virtual_device *device, const struct virtual_device_setup *setup, struct span out, struct buffer *in);
/* One OUT transfer. WAIT: the device took only *taken bytes; offer the rest again after a tick. */
enum virtual_device_answer virtual_device_out(
	struct virtual_device *device, uint8_t address, struct span data, size_t *taken);

/* One IN transfer; WAIT keeps what came so far in it, and the same transfer goes on with the next packet. */
struct virtual_device_transfer {
	uint8_t endpoint;
	uint8_t *at; /* borrowed */
	size_t cap, len;
};
enum virtual_device_answer virtual_device_in(struct virtual_device *device, struct virtual_device_transfer *transfer);
/* It is `now_ms` (monotonic). Gives when something more will happen, INT64_MAX for never. */
int64_t virtual_device_tick(struct virtual_device *device, int64_t now_ms);
void virtual_device_halt(struct virtual_device *device, uint8_t address);
bool virtual_device_clear_halt(struct virtual_device *device, uint8_t endpoint); /* false: no such endpoint */
