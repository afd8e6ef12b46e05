#include "peripherals/port/usb_port.h"

#include <libusb.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "kiosk/base/clock.h"

#define PART               16384u /* most bytes of one transfer of a write; whole packets for every packet size */
#define GRACE_MS           500    /* for a transfer that ran out of time to come back */
#define TURN_MS            100    /* longest single wait for events */
#define NOTICE             64u    /* most bytes of one notice: packet 50h of 248 slots */
#define MOST_CONFIGURATION 4096u

/* One direction: its transfer is there for as long as the port. */
struct pipe {
	struct libusb_transfer *transfer;
	uint8_t *bytes;
	size_t cap;
	uint8_t address; /* 0: the interface has no such endpoint */
	uint16_t packet;
	int done; /* for libusb, which wants an int */
	atomic_bool finished;
};

struct usb_port {
	libusb_context *context; /* borrowed */
	libusb_device_handle *handle;
	int interface;
	bool claimed, end_with_empty, answered;
	bool lost;     /* a transfer did not come back: its bytes are not ours any more */
	bool unwaited; /* the last part of a write is under way */
	int64_t write_until_ms;
	size_t write_len; /* of that part */
	struct pipe out, in, notices;
	atomic_bool closing;
	usb_port_notice_fn told;
	void *data;
};

/* A libusb code as an error. */
static bool
port_error(struct error *err, int code, const char *what)
{
	switch (code) {
	case LIBUSB_ERROR_NO_DEVICE:
	case LIBUSB_ERROR_NOT_FOUND:
		return error_set_from(err, ERROR_GONE, DOMAIN_USB, code, "%s: the device went away", what);
	case LIBUSB_ERROR_BUSY:
		return error_set_from(err, ERROR_REFUSED, DOMAIN_USB, code, "%s: held by another program", what);
	case LIBUSB_ERROR_ACCESS:
		return error_set_from(err, ERROR_REFUSED, DOMAIN_USB, code, "%s: not permitted", what);
	case LIBUSB_ERROR_TIMEOUT:
		return error_set_from(err, ERROR_TIMEOUT, DOMAIN_USB, code, "%s: no answer in time", what);
	case LIBUSB_ERROR_OVERFLOW:
		return error_set_from(err, ERROR_INVALID, DOMAIN_USB, code, "%s: the device sent too much", what);
	case LIBUSB_ERROR_PIPE:
		return error_set_from(err, ERROR_SYSTEM, DOMAIN_USB, code, "%s: stalled", what);
	default:
		return error_set_from(err, ERROR_SYSTEM, DOMAIN_USB, code, "%s: %s", what, libusb_strerror(code));
	}
}

static int
code_of(enum libusb_transfer_status status)
{
	switch (status) {
	case LIBUSB_TRANSFER_COMPLETED:
		return LIBUSB_SUCCESS;
	case LIBUSB_TRANSFER_TIMED_OUT:
	case LIBUSB_TRANSFER_CANCELLED: /* by us, after its time */
		return LIBUSB_ERROR_TIMEOUT;
	case LIBUSB_TRANSFER_STALL:
		return LIBUSB_ERROR_PIPE;
	case LIBUSB_TRANSFER_NO_DEVICE:
		return LIBUSB_ERROR_NO_DEVICE;
	case LIBUSB_TRANSFER_OVERFLOW:
		return LIBUSB_ERROR_OVERFLOW;
	case LIBUSB_TRANSFER_ERROR:
		return LIBUSB_ERROR_IO;
	}
	return LIBUSB_ERROR_OTHER;
}

static void
pipe_done(struct libusb_transfer *transfer)
{
	struct pipe *pipe = transfer->user_data;

	pipe->done = 1;
	atomic_store(&pipe->finished, true);
}

/* Run events until the transfer is back or the time is over. */
static bool
await(struct usb_port *self, struct pipe *pipe, int64_t until_ms)
{
	while (!atomic_load(&pipe->finished)) {
		int64_t left = until_ms - clock_monotonic_ms();
		if (left <= 0)
			return false;
		struct timeval turn = { .tv_usec = (left < TURN_MS ? left : TURN_MS) * 1000 };
		(void)libusb_handle_events_timeout_completed(self->context, &turn, &pipe->done);
	}
	return true;
}

/* Give `len` bytes, or room for them, to the kernel; finish() waits for it. A libusb code. */
static int
begin(struct usb_port *self, struct pipe *pipe, size_t len, uint8_t flags, int64_t until_ms)
{
	int64_t left = until_ms - clock_monotonic_ms();

	if (left <= 0)
		return LIBUSB_ERROR_TIMEOUT;
	libusb_fill_bulk_transfer(pipe->transfer, self->handle, pipe->address, pipe->bytes, (int)len, pipe_done, pipe,
		left > INT32_MAX ? INT32_MAX : (unsigned)left);
	pipe->transfer->flags = flags;
	pipe->done = 0;
	atomic_store(&pipe->finished, false);
	int code = libusb_submit_transfer(pipe->transfer);
	if (code != LIBUSB_SUCCESS)
		atomic_store(&pipe->finished, true);
	return code;
}

/* Wait for what begin() gave. On failure *moved may still say that some passed. A libusb code. */
static int
finish(struct usb_port *self, struct pipe *pipe, int64_t until_ms, size_t *moved)
{
	*moved = 0;
	if (!await(self, pipe, until_ms + GRACE_MS)) { /* libusb's own timer should have ended it */
		(void)libusb_cancel_transfer(pipe->transfer);
		if (!await(self, pipe, clock_monotonic_ms() + GRACE_MS)) {
			self->lost = true;
			return LIBUSB_ERROR_NO_DEVICE;
		}
	}
	*moved = (size_t)pipe->transfer->actual_length;
	int code = code_of(pipe->transfer->status);
	if (code == LIBUSB_ERROR_PIPE)
		(void)libusb_clear_halt(self->handle, pipe->address); /* whether it helps shows the next transfer */
	return code;
}

static int
carry(struct usb_port *self, struct pipe *pipe, size_t len, uint8_t flags, int64_t until_ms, size_t *moved)
{
	int code = begin(self, pipe, len, flags, until_ms);

	*moved = 0;
	return code == LIBUSB_SUCCESS ? finish(self, pipe, until_ms, moved) : code;
}

/* What a part of a write came to. It may have held a PIN. */
static bool
written(struct usb_port *self, int code, size_t moved, size_t part, struct error *err)
{
	if (!self->lost)
		explicit_bzero(self->out.bytes, part);
	if (code != LIBUSB_SUCCESS)
		return port_error(err, code, "write");
	return moved == part || error_set(err, ERROR_SYSTEM, "write: %zu of %zu bytes were taken", moved, part);
}

/* Wait for the end of the last write, if it is still under way. */
static bool
settle(struct usb_port *self, struct error *err)
{
	size_t moved = 0;

	if (!self->unwaited)
		return true;
	self->unwaited = false;
	int code = finish(self, &self->out, self->write_until_ms, &moved);
	return written(self, code, moved, self->write_len, err);
}

static bool
usable(const struct usb_port *self, const struct pipe *pipe, const char *what, struct error *err)
{
	if (self->lost)
		return error_set(err, ERROR_GONE, "%s: the device does not give transfers back", what);
	if (pipe->address == 0)
		return error_set(err, ERROR_SYSTEM, "%s: the device has no such pipe", what);
	return true;
}

static bool
port_write(void *ptr, struct span out, unsigned timeout_ms, struct error *err)
{
	struct usb_port *self = ptr;
	int64_t until_ms = clock_monotonic_ms() + timeout_ms;
	bool empty = self->end_with_empty && out.len % self->out.packet == 0;

	if (!usable(self, &self->out, "write", err) || !settle(self, err))
		return false;
	while (out.len > 0) {
		size_t part = out.len < PART ? out.len : PART, moved = 0;
		bool last = part == out.len;
		uint8_t flags = last && empty ? LIBUSB_TRANSFER_ADD_ZERO_PACKET : 0;
		memcpy(self->out.bytes, out.at, part);
		self->unwaited = last && self->answered;
		self->write_until_ms = until_ms;
		self->write_len = part;
		int code = self->unwaited ? begin(self, &self->out, part, flags, until_ms)
								  : carry(self, &self->out, part, flags, until_ms, &moved);
		self->unwaited = self->unwaited && code == LIBUSB_SUCCESS;
		if (!self->unwaited && !written(self, code, moved, part, err))
			return false;
		out.at += part;
		out.len -= part;
	}
	return true;
}

/* Wait for an answer, and give up at once when the question before it did not get through. */
static int
finish_answer(struct usb_port *self, int64_t until_ms, size_t *moved)
{
	while (self->unwaited && !atomic_load(&self->in.finished)) {
		if (atomic_load(&self->out.finished) && self->out.transfer->status != LIBUSB_TRANSFER_COMPLETED) {
			(void)libusb_cancel_transfer(self->in.transfer);
			break;
		}
		int64_t left = until_ms + GRACE_MS - clock_monotonic_ms();
		if (left <= 0)
			break;
		struct timeval turn = { .tv_usec = (left < TURN_MS ? left : TURN_MS) * 1000 };
		(void)libusb_handle_events_timeout_completed(self->context, &turn, &self->in.done);
	}
	return finish(self, &self->in, until_ms, moved);
}

static bool
port_read(void *ptr, uint8_t *in, size_t cap, size_t *len, unsigned timeout_ms, struct error *err)
{
	struct usb_port *self = ptr;
	int64_t until_ms = clock_monotonic_ms() + timeout_ms;
	size_t moved = 0;

	if (!usable(self, &self->in, "read", err))
		return false;
	/* Whole packets, so that what is too long is seen as such. */
	size_t want = (cap + self->in.packet - 1) / self->in.packet * self->in.packet;
	if (want > self->in.cap)
		want = self->in.cap;
	int code = begin(self, &self->in, want, 0, until_ms);
	if (code == LIBUSB_SUCCESS)
		code = finish_answer(self, until_ms, &moved);
	if (!settle(self, err))
		return false;
	/* A device that ends on a whole packet and sends no empty one behind it: what came is all there is. */
	if (code == LIBUSB_ERROR_TIMEOUT && moved > 0 && moved % self->in.packet == 0)
		code = LIBUSB_SUCCESS;
	if (code != LIBUSB_SUCCESS)
		return port_error(err, code, "read");
	if (moved > cap)
		return error_set(err, ERROR_INVALID, "read: the device sent %zu bytes, not at most %zu", moved, cap);
	if (moved > 0)
		memcpy(in, self->in.bytes, moved);
	*len = moved;
	return true;
}

static void
notice_done(struct libusb_transfer *transfer)
{
	struct usb_port *self = transfer->user_data;
	struct pipe *pipe = &self->notices;

	if (transfer->status == LIBUSB_TRANSFER_COMPLETED) {
		if (transfer->actual_length > 0)
			self->told(self->data, (struct span){ pipe->bytes, (size_t)transfer->actual_length });
		if (!atomic_load(&self->closing) && libusb_submit_transfer(transfer) == LIBUSB_SUCCESS)
			return;
	}
	if (!atomic_load(&self->closing))
		self->told(self->data, (struct span){ 0 });
	pipe->done = 1;
	atomic_store(&pipe->finished, true);
}

static void
pipe_finish(struct pipe *pipe)
{
	libusb_free_transfer(pipe->transfer);
	free(pipe->bytes);
}

static void
port_close(void *ptr)
{
	struct usb_port *self = ptr;
	int64_t until_ms = clock_monotonic_ms() + GRACE_MS;

	/* The callback may submit once more between the two: cancel again. */
	atomic_store(&self->closing, true);
	while (!atomic_load(&self->notices.finished) && clock_monotonic_ms() < until_ms) {
		(void)libusb_cancel_transfer(self->notices.transfer);
		(void)await(self, &self->notices, clock_monotonic_ms() + 50);
	}
	if (self->unwaited) { /* a question that nobody read the answer of */
		(void)libusb_cancel_transfer(self->out.transfer);
		if (await(self, &self->out, clock_monotonic_ms() + GRACE_MS))
			explicit_bzero(self->out.bytes, self->write_len);
	}
	if (self->claimed)
		(void)libusb_release_interface(self->handle, self->interface);
	/* Takes what is still under way off the context's list: no callback comes after it. */
	if (self->handle != NULL)
		libusb_close(self->handle);
	pipe_finish(&self->out);
	pipe_finish(&self->in);
	pipe_finish(&self->notices);
	free(self);
}

static bool
pipe_init(struct pipe *pipe, const struct usb_facts_endpoint *at, size_t cap, struct error *err)
{
	pipe->packet = 1;
	if (at == NULL)
		return true;
	pipe->address = at->address;
	pipe->packet = at->packet;
	pipe->cap = (cap + at->packet - 1) / at->packet * at->packet;
	pipe->bytes = calloc(1, pipe->cap);
	pipe->transfer = libusb_alloc_transfer(0);
	if (pipe->bytes == NULL || pipe->transfer == NULL)
		return error_set(err, ERROR_FULL, "no memory for a transfer of %zu bytes", pipe->cap);
	return true;
}

static bool
claim(struct usb_port *self, struct libusb_device *device, bool detach, struct error *err)
{
	int code = libusb_open(device, &self->handle);

	if (code != LIBUSB_SUCCESS)
		return port_error(err, code, "open");
	if (detach)
		(void)libusb_set_auto_detach_kernel_driver(self->handle, 1); /* where the system cannot, claim says so */
	code = libusb_claim_interface(self->handle, self->interface);
	if (code == LIBUSB_ERROR_BUSY && libusb_kernel_driver_active(self->handle, self->interface) == 1 && !detach)
		return error_set_from(err, ERROR_REFUSED, DOMAIN_USB, code, "claim: held by a driver of the kernel");
	if (code != LIBUSB_SUCCESS)
		return port_error(err, code, "claim");
	self->claimed = true;
	return true;
}

bool
usb_port_open(struct libusb_context *context, struct libusb_device *device, const struct usb_facts_interface *at,
	const struct usb_port_wish *wish, struct usb_port **out, struct error *err)
{
	if (wish->most == 0 || wish->most > USB_PORT_MOST)
		return error_set(err, ERROR_FULL, "a port for reads of %zu bytes", wish->most);
	struct usb_port *self = calloc(1, sizeof(*self));
	if (self == NULL)
		return error_set(err, ERROR_FULL, "no memory for a port");

	self->context = context;
	self->interface = at->number;
	self->end_with_empty = wish->end_with_empty;
	self->answered = wish->answered;
	atomic_init(&self->closing, false);
	atomic_init(&self->out.finished, true);
	atomic_init(&self->in.finished, true);
	atomic_init(&self->notices.finished, true);
	bool ok = pipe_init(&self->out, usb_facts_endpoint(at, USB_FACTS_BULK, false), PART, err);
	ok = ok && pipe_init(&self->in, usb_facts_endpoint(at, USB_FACTS_BULK, true), wish->most, err);
	ok = ok && pipe_init(&self->notices, usb_facts_endpoint(at, USB_FACTS_INTERRUPT, true), NOTICE, err);
	if (!ok || !claim(self, device, wish->detach, err)) {
		port_close(self);
		return error_in(err, "interface %u", at->number);
	}
	*out = self;
	return true;
}

struct port
usb_port(struct usb_port *self)
{
	static const struct port_ops ops = { .write = port_write, .read = port_read, .close = port_close };

	return (struct port){ &ops, self };
}

bool
usb_port_listen(struct usb_port *self, usb_port_notice_fn told, void *data, bool *listens, struct error *err)
{
	struct pipe *pipe = &self->notices;

	*listens = pipe->address != 0;
	if (!*listens)
		return true;
	self->told = told;
	self->data = data;
	libusb_fill_interrupt_transfer(
		pipe->transfer, self->handle, pipe->address, pipe->bytes, (int)pipe->cap, notice_done, self, 0);
	atomic_store(&pipe->finished, false);
	int code = libusb_submit_transfer(pipe->transfer);
	if (code != LIBUSB_SUCCESS) {
		atomic_store(&pipe->finished, true);
		return port_error(err, code, "listen");
	}
	return true;
}

/* A descriptor into out[cap]; a libusb code or its length. */
static int
fetch(libusb_device_handle *handle, uint8_t type, uint8_t *out, size_t cap)
{
	return libusb_get_descriptor(handle, type, 0, out, (int)cap);
}

static bool
read_facts(libusb_device_handle *handle, struct usb_facts *facts, struct error *err)
{
	uint8_t device[18], configuration[MOST_CONFIGURATION];
	int got = fetch(handle, LIBUSB_DT_DEVICE, device, sizeof(device)), all;

	if (got < 0)
		return port_error(err, got, "device descriptor");
	all = fetch(handle, LIBUSB_DT_CONFIG, configuration, 9); /* the whole length stands in the first nine bytes */
	if (all < 0)
		return port_error(err, all, "configuration descriptor");
	size_t total = all < 9 ? 0 : (size_t)(configuration[2] | configuration[3] << 8);
	if (total < 9 || total > sizeof(configuration))
		return error_set(err, ERROR_INVALID, "configuration descriptor of %zu bytes", total);
	all = fetch(handle, LIBUSB_DT_CONFIG, configuration, total);
	if (all < 0)
		return port_error(err, all, "configuration descriptor");
	return usb_facts_read(
		(struct span){ device, (size_t)got }, (struct span){ configuration, (size_t)all }, facts, err);
}

bool
usb_port_facts(struct libusb_device *device, struct usb_facts *facts, struct error *err)
{
	libusb_device_handle *handle;
	int code = libusb_open(device, &handle);

	if (code != LIBUSB_SUCCESS)
		return port_error(err, code, "open");
	bool ok = read_facts(handle, facts, err);
	libusb_close(handle);
	return ok;
}

static void
read_text(libusb_device_handle *handle, uint8_t index, char out[static USB_PORT_TEXT])
{
	int got = index == 0
				  ? 0
				  : libusb_get_string_descriptor_ascii(handle, index, (unsigned char *)out, (int)USB_PORT_TEXT - 1);

	out[got < 0 ? 0 : got] = '\0';
	for (char *c = out; *c != '\0'; c++)
		if (*c < ' ' || *c > '~')
			*c = '?';
}

bool
usb_port_texts(
	struct libusb_device *device, const struct usb_facts *facts, struct usb_port_texts *out, struct error *err)
{
	libusb_device_handle *handle;
	int code = libusb_open(device, &handle);

	if (code != LIBUSB_SUCCESS)
		return port_error(err, code, "open");
	read_text(handle, facts->product_text, out->product);
	read_text(handle, facts->serial_text, out->serial);
	libusb_close(handle);
	return true;
}
