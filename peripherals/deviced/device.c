#include "peripherals/deviced/device.h"

#include <libusb.h>
#include <limits.h>
#include <string.h>

#include "kiosk/base/clock.h"
#include "kiosk/base/file.h"
#include "kiosk/base/text.h"
#include "peripherals/deviced/device_printer.h"
#include "peripherals/deviced/device_reader.h"
#include "peripherals/deviced/holder.h"

#define AGAIN_MS 5000  /* between two tries of a device that cannot be used */
#define SAY_MS   5000u /* whoever started the thread reads all the time */

bool
device_init(struct device *device, struct error *err)
{
	atomic_init(&device->notices_lost, false);
	return channel_pair(&device->channel, &device->notices, err) &&
		   secret_new(DEVICE_MESSAGE_MOST, &device->message, err);
}

void
device_finish(struct device *device)
{
	channel_close(&device->channel);
	secret_free(&device->message);
}

enum device_heard
device_hear(struct device *device, unsigned timeout_ms, struct channel_message *out)
{
	struct error err;
	secret_wipe(device->message.at, device->message.len);
	if (channel_receive(&device->channel, device->message.at, device->message.len, timeout_ms, out, &err))
		return DEVICE_MESSAGE;
	return err.kind == ERROR_TIMEOUT ? DEVICE_SILENCE : DEVICE_STOP;
}

void
device_say(struct device *device, uint16_t type, const struct buffer *body)
{
	struct error err;
	if (!channel_send(&device->channel, type, buffer_span(body), -1, SAY_MS, &err))
		return; /* nobody listens any more, and the order to stop comes */
}

void
device_news(struct device *device)
{
	const struct device_wire_devices one = { .count = 1, .device = { device->self } };
	uint8_t bytes[512];
	struct buffer body = buffer_into(bytes, sizeof(bytes));
	device_wire_put_devices(&body, &one);
	device_say(device, DEVICE_SELF, &body);
}

void
device_become(struct device *device, enum device_wire_state state, const char *why)
{
	char words[DEVICE_WIRE_WHY] = "";
	if (why != NULL)
		(void)text_format(words, sizeof(words), "%s: %s", device_wire_kind_words(device->self.kind), why);
	for (char *c = words; *c != '\0'; c++)
		if (*c < ' ' || *c > '~')
			*c = '?';
	if (device->self.state == state && strcmp(device->self.why, words) == 0)
		return;
	device->self.state = state;
	memcpy(device->self.why, words, sizeof(words));
	device_news(device);
}

void
device_fail(struct device *device, uint32_t job, const struct error *why, bool left)
{
	device_fail_print(device, job, why, 0, false, left);
}

void
device_fail_print(
	struct device *device, uint32_t job, const struct error *why, uint32_t part, bool resumable, bool left)
{
	const struct device_wire_failed failed = {
		.job = job, .why = *why, .part = part, .resumable = resumable, .state = device->self.state, .left = left
	};
	uint8_t bytes[512];
	struct buffer body = buffer_into(bytes, sizeof(bytes));
	device_wire_put_failed(&body, &failed);
	device_say(device, DEVICE_WIRE_FAILED, &body);
}

void
device_decline(struct device *device, const struct channel_message *message)
{
	struct error why;
	struct cursor in = cursor_over(message->body);
	uint32_t job = cursor_u32le(&in); /* of all three, the job comes first */
	if (message->type != DEVICE_WIRE_STEP && message->type != DEVICE_WIRE_PIN_JOB && message->type != DEVICE_WIRE_PRINT)
		return;
	enum error_kind kind = device->self.state == DEVICE_WIRE_STARTING ? ERROR_TIMEOUT : ERROR_REFUSED;
	(void)error_set(
		&why, kind, "%s", device->self.why[0] != '\0' ? device->self.why : device_wire_words(device->self.state));
	device_fail(device, job, &why, false);
}

enum device_end
device_judge(struct device *device, const struct error *why)
{
	char holder[48], words[DEVICE_WIRE_WHY];
	if (why->kind == ERROR_GONE)
		return DEVICE_LEFT;
	if (why->domain == DOMAIN_USB && why->detail == LIBUSB_ERROR_BUSY) {
		bool found = holder_find("/proc", device->self.kind, holder, sizeof(holder));
		(void)text_format(words, sizeof(words), "held by %s", found ? holder : "another program");
		device_become(device, DEVICE_WIRE_HELD, words);
	} else if (why->domain == DOMAIN_USB && why->detail == LIBUSB_ERROR_ACCESS)
		device_become(device, DEVICE_WIRE_FORBIDDEN, "not permitted; is the udev rule installed?");
	else
		device_become(device, DEVICE_WIRE_BROKEN, why->text);
	return DEVICE_AGAIN;
}

bool
device_open(struct device *device, const struct verdict *verdict, const struct usb_port_wish *wish,
	struct usb_port **out, struct error *err)
{
	return usb_port_open(device->context, device->usb, verdict->at, wish, out, err);
}

/* Wait with a device that cannot be used, for ever or until it is tried again. */
static enum device_end
wait_out(struct device *device, bool for_ever)
{
	const int64_t until_ms = clock_monotonic_ms() + AGAIN_MS; /* whatever comes in between */
	for (;;) {
		struct channel_message message;
		int64_t left = until_ms - clock_monotonic_ms();
		switch (device_hear(device, for_ever ? UINT_MAX : left > 0 ? (unsigned)left : 0, &message)) {
		case DEVICE_STOP:
			return DEVICE_STOPPED;
		case DEVICE_SILENCE:
			return DEVICE_AGAIN;
		case DEVICE_MESSAGE:
			device_decline(device, &message);
			file_close(&message.memfd);
			break;
		}
	}
}

static void
name_itself(struct device *device, const struct usb_facts *facts)
{
	struct usb_port_texts texts = { 0 };
	struct error err;
	const char *known = verdict_known(facts->vendor, facts->product);
	device->self.vendor = facts->vendor;
	device->self.product = facts->product;
	if (!usb_port_texts(device->usb, facts, &texts, &err)) /* whoever opens it next hears why */
		texts = (struct usb_port_texts){ 0 };
	(void)text_copy(device->self.serial, sizeof(device->self.serial), texts.serial);
	(void)text_copy(device->self.name, sizeof(device->self.name),
		texts.product[0] != '\0' ? texts.product
		: known != NULL          ? known
								 : device_wire_kind_words(device->self.kind));
}

/* One try at the device, from its descriptors to its end. */
static enum device_end
serve(struct device *device)
{
	struct usb_facts facts;
	struct error err = { 0 };
	if (!usb_port_facts(device->usb, &facts, &err))
		return device_judge(device, &err);
	const struct verdict verdict = verdict_of(&facts);
	if (!verdict.ours)
		return DEVICE_LEFT;
	device->self.kind = verdict.kind;
	device->self.slots = verdict.slots;
	name_itself(device, &facts);
	if (verdict.state == DEVICE_WIRE_UNSUPPORTED) {
		device->self.state = DEVICE_WIRE_UNSUPPORTED;
		(void)text_copy(device->self.why, sizeof(device->self.why), verdict.why);
		device_news(device);
		return wait_out(device, true);
	}
	return verdict.kind == DEVICE_WIRE_PRINTER ? device_printer_serve(device, &verdict)
											   : device_reader_serve(device, &verdict);
}

void *
device_run(void *data)
{
	struct device *device = data;
	uint8_t none[1];
	const struct buffer empty = buffer_into(none, sizeof(none));
	enum device_end end = DEVICE_AGAIN;
	while (end == DEVICE_AGAIN) {
		end = serve(device);
		if (end == DEVICE_AGAIN)
			end = wait_out(device, false);
	}
	device_say(device, DEVICE_ENDED, &empty);
	return NULL;
}
