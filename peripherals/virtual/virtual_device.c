#include "peripherals/virtual/virtual_device.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { DEVICE_LEN = 18, CONFIGURATION_LEN = 9 };

/* One message for the host and where its reading stands. */
struct virtual_device_message {
	struct virtual_device_message *next; /* owned */
	int64_t ready_ms;
	size_t len, at;
	unsigned empties; /* zero-length packets still to follow */
	uint8_t bytes[];
};

static struct virtual_device_endpoint *
endpoint_of(struct virtual_device *device, uint8_t address)
{
	for (size_t i = 0; i < device->endpoint_count; i++)
		if (device->endpoints[i].address == address)
			return &device->endpoints[i];
	return NULL;
}

static void
pop(struct virtual_device_endpoint *endpoint)
{
	struct virtual_device_message *old = endpoint->first;
	endpoint->first = old->next;
	endpoint->queued--;
	free(old);
}

static void
put_device_descriptor(struct buffer *out, const struct virtual_device_identity *is)
{
	buffer_u8(out, DEVICE_LEN);
	buffer_u8(out, 1);
	buffer_u16le(out, 0x0200); /* USB 2.0 */
	buffer_u8(out, 0);         /* class: see the interface */
	buffer_u8(out, 0);
	buffer_u8(out, 0);
	buffer_u8(out, 64); /* packet size of endpoint 0 */
	buffer_u16le(out, is->vendor);
	buffer_u16le(out, is->product);
	buffer_u16le(out, 0x0100);
	buffer_u8(out, 1);
	buffer_u8(out, 2);
	buffer_u8(out, 3);
	buffer_u8(out, 1); /* configurations */
}

static void
put_endpoint(struct buffer *out, const struct virtual_device_endpoint *endpoint)
{
	buffer_u8(out, 7);
	buffer_u8(out, 5);
	buffer_u8(out, endpoint->address);
	buffer_u8(out, endpoint->interrupt ? 3 : 2);
	buffer_u16le(out, endpoint->most);
	buffer_u8(out, endpoint->interrupt ? 8 : 0);
}

static void
put_configuration(struct buffer *out, const struct virtual_device_identity *is,
	const struct virtual_device_endpoint *endpoints, size_t count)
{
	const size_t total = CONFIGURATION_LEN + 9 + is->class_descriptor.len + 7 * count;
	const uint8_t configuration[] = { CONFIGURATION_LEN, 2, (uint8_t)total, (uint8_t)(total >> 8), 1, 1, 0, 0x80, 50 };
	const uint8_t interface[] = { 9, 4, 0, 0, (uint8_t)count, is->class, is->subclass, is->protocol, 0 };
	buffer_put(out, (struct span){ configuration, sizeof(configuration) });
	buffer_put(out, (struct span){ interface, sizeof(interface) });
	buffer_put(out, is->class_descriptor);
	for (size_t i = 0; i < count; i++)
		put_endpoint(out, &endpoints[i]);
}

/* 0: languages, 1 to 3: the identity's texts. */
static bool
put_string(const struct virtual_device *device, unsigned index, struct buffer *in)
{
	if (index == 0) {
		buffer_u16le(in, 0x0304);
		buffer_u16le(in, 0x0409);
		return true;
	}
	if (index > 3)
		return false;
	const char *text = device->strings[index - 1];
	buffer_u8(in, (uint8_t)(2 + 2 * strlen(text)));
	buffer_u8(in, 3);
	for (; *text; text++)
		buffer_u16le(in, (uint8_t)*text);
	return true;
}

static bool
put_descriptor(const struct virtual_device *device, uint16_t value, struct buffer *in)
{
	const size_t rest = device->descriptors_len - DEVICE_LEN;
	switch (value >> 8) {
	case 1:
		buffer_put(in, (struct span){ device->descriptors, DEVICE_LEN });
		return true;
	case 2:
		buffer_put(in, (struct span){ device->descriptors + DEVICE_LEN, rest });
		return (value & 0xff) == 0;
	case 3:
		return put_string(device, value & 0xff, in);
	default: /* no device qualifier: never faster than told */
		return false;
	}
}

/* USB 2.0, 9.4 */
static bool
standard(struct virtual_device *device, const struct virtual_device_setup *setup, struct buffer *in)
{
	switch (setup->request) {
	case 0: /* GET_STATUS */
		buffer_u16le(in, 0);
		return true;
	case 1: /* CLEAR_FEATURE, ENDPOINT_HALT */
		return setup->request_type == 0x02 && virtual_device_clear_halt(device, (uint8_t)setup->index);
	case 6: /* GET_DESCRIPTOR */
		return setup->request_type == 0x80 && put_descriptor(device, setup->value, in);
	case 8: /* GET_CONFIGURATION */
		buffer_u8(in, 1);
		return true;
	case 10: /* GET_INTERFACE */
		buffer_u8(in, 0);
		return true;
	case 9:  /* SET_CONFIGURATION */
	case 11: /* SET_INTERFACE */
		return true;
	default:
		return false;
	}
}

void
virtual_device_init(struct virtual_device *device, const struct virtual_device_ops *ops, void *self,
	const struct virtual_device_identity *identity, const struct virtual_device_endpoint *endpoints, size_t count)
{
	const char *const texts[] = { identity->manufacturer, identity->name, identity->serial };
	*device = (struct virtual_device){ .ops = ops, .self = self };
	device->vendor = identity->vendor;
	device->product = identity->product;
	device->endpoint_count = count;
	memcpy(device->endpoints, endpoints, count * sizeof(*endpoints));
	for (size_t i = 0; i < 3; i++)
		snprintf(device->strings[i], sizeof(device->strings[i]), "%s", texts[i]);
	struct buffer out = buffer_into(device->descriptors, sizeof(device->descriptors));
	put_device_descriptor(&out, identity);
	put_configuration(&out, identity, endpoints, count);
	device->descriptors_len = out.len;
}

static void
forget_messages(struct virtual_device *device)
{
	for (size_t i = 0; i < device->endpoint_count; i++)
		while (device->endpoints[i].first)
			pop(&device->endpoints[i]);
}

void
virtual_device_finish(struct virtual_device *device)
{
	forget_messages(device);
}

static unsigned
empties_after(const struct virtual_device *device, const struct virtual_device_endpoint *endpoint, size_t len)
{
	if (endpoint->interrupt)
		return 0;
	const bool owed = len % endpoint->most == 0 && !device->faults.no_zlp;
	return (owed ? 1u : 0u) + (device->faults.extra_zlp ? 1u : 0u);
}

void
virtual_device_send(struct virtual_device *device, uint8_t address, struct span bytes)
{
	struct virtual_device_endpoint *endpoint = endpoint_of(device, address);
	if (!device->plugged || !endpoint || endpoint->queued == VIRTUAL_DEVICE_QUEUE)
		return;
	if (!endpoint->interrupt && device->faults.mute)
		return;
	const size_t babble = endpoint->interrupt ? 0 : device->faults.babble;
	const size_t len = bytes.len + babble;
	struct virtual_device_message *message = calloc(1, sizeof(*message) + len);
	if (!message)
		abort();
	if (bytes.len > 0)
		memcpy(message->bytes, bytes.at, bytes.len);
	message->len = len;
	message->ready_ms = device->now_ms + (endpoint->interrupt ? 0 : device->faults.delay_ms);
	message->empties = empties_after(device, endpoint, len);
	if (babble > 0)
		device->faults.babble = 0;
	struct virtual_device_message **last = &endpoint->first;
	while (*last)
		last = &(*last)->next;
	*last = message;
	endpoint->queued++;
}

void
virtual_device_plug(struct virtual_device *device, bool plugged)
{
	if (device->plugged == plugged)
		return;
	forget_messages(device);
	for (size_t i = 0; i < device->endpoint_count; i++)
		device->endpoints[i].halted = false;
	device->plugged = plugged;
	device->ops->power(device->self, plugged);
}

bool
virtual_device_urb(struct virtual_device *device)
{
	device->urbs++;
	if (device->faults.unplug_at == 0 || --device->faults.unplug_at > 0)
		return true;
	virtual_device_plug(device, false);
	return false;
}

enum virtual_device_answer
virtual_device_control(
	struct virtual_device *device, const struct virtual_device_setup *setup, struct span out, struct buffer *in)
{
	uint8_t room[512];
	struct buffer whole = buffer_into(room, sizeof(room));
	if (!device->plugged)
		return VIRTUAL_DEVICE_GONE;
	const bool known = (setup->request_type & 0x60) == 0 ? standard(device, setup, &whole)
														 : device->ops->control(device->self, setup, out, &whole);
	if (!known || !whole.ok)
		return VIRTUAL_DEVICE_STALL;
	if (whole.len > setup->length)
		whole.len = setup->length;
	buffer_put(in, buffer_span(&whole));
	return VIRTUAL_DEVICE_DONE;
}

enum virtual_device_answer
virtual_device_out(struct virtual_device *device, uint8_t address, struct span data, size_t *taken)
{
	struct virtual_device_endpoint *endpoint = endpoint_of(device, address);
	*taken = 0;
	if (!device->plugged)
		return VIRTUAL_DEVICE_GONE;
	if (!endpoint || address & 0x80 || endpoint->halted)
		return VIRTUAL_DEVICE_STALL;
	const enum virtual_device_answer answer = device->ops->out(device->self, address, data, taken);
	if (answer == VIRTUAL_DEVICE_STALL)
		endpoint->halted = true;
	return answer;
}

/* The next packet of the first message; WAIT: the transfer has room for more. */
static enum virtual_device_answer
take_packet(struct virtual_device_endpoint *endpoint, struct virtual_device_transfer *transfer)
{
	struct virtual_device_message *message = endpoint->first;
	const size_t left = message->len - message->at;
	const size_t room = transfer->cap - transfer->len;
	const size_t packet = left < endpoint->most ? left : endpoint->most;
	const size_t taken = packet < room ? packet : room;
	if (left == 0)
		message->empties -= message->empties > 0;
	if (taken > 0)
		memcpy(transfer->at + transfer->len, message->bytes + message->at, taken);
	transfer->len += taken;
	message->at += packet;
	if (message->at == message->len && message->empties == 0)
		pop(endpoint);
	if (packet > room)
		return VIRTUAL_DEVICE_OVERFLOW;
	return packet < endpoint->most || transfer->len == transfer->cap ? VIRTUAL_DEVICE_DONE : VIRTUAL_DEVICE_WAIT;
}

enum virtual_device_answer
virtual_device_in(struct virtual_device *device, struct virtual_device_transfer *transfer)
{
	struct virtual_device_endpoint *endpoint = endpoint_of(device, transfer->endpoint);
	if (!device->plugged)
		return VIRTUAL_DEVICE_GONE;
	if (!endpoint || !(transfer->endpoint & 0x80) || endpoint->halted)
		return VIRTUAL_DEVICE_STALL;
	while (endpoint->first && endpoint->first->ready_ms <= device->now_ms) {
		const enum virtual_device_answer answer = take_packet(endpoint, transfer);
		if (answer != VIRTUAL_DEVICE_WAIT)
			return answer;
	}
	return VIRTUAL_DEVICE_WAIT;
}

int64_t
virtual_device_tick(struct virtual_device *device, int64_t now_ms)
{
	device->now_ms = now_ms;
	if (!device->plugged)
		return INT64_MAX;
	int64_t next = device->ops->tick(device->self, now_ms);
	for (size_t i = 0; i < device->endpoint_count; i++) {
		const struct virtual_device_message *first = device->endpoints[i].first;
		if (first && first->ready_ms > now_ms && first->ready_ms < next)
			next = first->ready_ms;
	}
	return next;
}

void
virtual_device_halt(struct virtual_device *device, uint8_t address)
{
	struct virtual_device_endpoint *endpoint = endpoint_of(device, address);
	if (endpoint)
		endpoint->halted = true;
}

bool
virtual_device_clear_halt(struct virtual_device *device, uint8_t address)
{
	struct virtual_device_endpoint *endpoint = endpoint_of(device, address);
	if (endpoint)
		endpoint->halted = false;
	return endpoint;
}
