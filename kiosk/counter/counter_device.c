#include "kiosk/counter/counter_device.h"

#include <string.h>

#include "kiosk/base/log.h"
#include "kiosk/base/text.h"
#include "kiosk/counter/internal.h"

#define COUNT(table)     (sizeof(table) / sizeof((table)[0]))
#define BACK_OFF_MS      250u
#define BACK_OFF_MOST_MS 10000u
#define SEND_MS          200u
#define ANSWER_MS        3000u /* for the first list of devices after HELLO */
#define AT_ONCE          64u   /* messages read before the shell gets its turn */
#define MESSAGE_MOST     8192u /* a full list of devices has 3.4 KB */

enum { NEW, OPEN }; /* states of this end: HELLO was sent; the list of devices came */

static int on_timer(sd_event_source *source, uint64_t at_us, void *self);

static bool
is_set_up(const struct counter *counter)
{
	return counter->setup->device_socket != NULL && counter->setup->device_socket[0] != '\0';
}

/* --- the connection --- */

static void
disconnect(struct counter *counter, const struct error *why)
{
	struct counter_device *device = &counter->device;
	const bool stood = device->io != NULL;
	if (stood || device->failures == 0)
		LOG(why->kind == ERROR_GONE ? LOG_LEVEL_INFO : LOG_LEVEL_WARNING, "deviced.gone", log_error(why));
	device->io = sd_event_source_disable_unref(device->io);
	channel_close(&device->channel);
	device->heard = false;
	device->card_count = 0;
	uint64_t wait_ms = (uint64_t)BACK_OFF_MS << (device->failures < 6 ? device->failures : 6);
	device->failures++;
	(void)counter_timer(counter, &device->timer, wait_ms < BACK_OFF_MOST_MS ? wait_ms : BACK_OFF_MOST_MS, on_timer);
	if (stood)
		counter_publish_soon(counter);
}

static bool
knows_device(const struct counter_device *device, uint32_t id)
{
	for (unsigned i = 0; i < device->devices.count; i++)
		if (device->devices.device[i].id == id)
			return true;
	return false;
}

/* A device that is gone takes its cards along. */
static void
drop_cards(struct counter_device *device)
{
	size_t kept = 0;
	for (size_t i = 0; i < device->card_count; i++)
		if (knows_device(device, device->cards[i].device))
			device->cards[kept++] = device->cards[i];
	device->card_count = kept;
}

static bool
on_snapshot(void *self, struct channel_message *message, struct error *err)
{
	struct counter *counter = self;
	struct counter_device *device = &counter->device;
	struct cursor in = cursor_over(message->body);
	if (!device_wire_take_devices(&in, &device->devices, err))
		return false;
	if (!cursor_done(&in))
		return error_set(err, ERROR_INVALID, "devices: bytes left over");
	if (!device->heard)
		device->timer = sd_event_source_disable_unref(device->timer);
	device->heard = true;
	device->failures = 0;
	drop_cards(device);
	return true;
}

static bool
on_card(void *self, struct channel_message *message, struct error *err)
{
	struct counter *counter = self;
	struct counter_device *device = &counter->device;
	struct device_wire_card card;
	size_t at = 0;
	struct cursor in = cursor_over(message->body);
	if (!device_wire_take_card(&in, &card, err))
		return false;
	if (!cursor_done(&in))
		return error_set(err, ERROR_INVALID, "card: bytes left over");
	if (!knows_device(device, card.device))
		return error_set(err, ERROR_INVALID, "card: of a device that is not there");
	while (at < device->card_count && (device->cards[at].device != card.device || device->cards[at].slot != card.slot))
		at++;
	if (at == COUNTER_DEVICE_CARDS)
		return error_set(err, ERROR_FULL, "card: more than %u", COUNTER_DEVICE_CARDS);
	const bool there = at < device->card_count;
	if (card.state != DEVICE_WIRE_CARD_OUT) {
		device->cards[at] = card;
		device->card_count += there ? 0 : 1;
	} else if (there) {
		device->cards[at] = device->cards[--device->card_count];
	}
	return true;
}

/* clang-format off */
static const struct channel_rule rules[] = {
	{ DEVICE_WIRE_SNAPSHOT, 1u << NEW | 1u << OPEN, MESSAGE_MOST, false, on_snapshot },
	{ DEVICE_WIRE_CARD,     1u << OPEN,             MESSAGE_MOST, false, on_card },
};
/* clang-format on */

static int
on_device(sd_event_source *source, int fd, uint32_t events, void *self)
{
	struct counter *counter = self;
	struct counter_device *device = &counter->device;
	(void)source, (void)fd, (void)events;
	for (unsigned i = 0; i < AT_ONCE && device->channel.fd >= 0; i++) {
		uint8_t in[MESSAGE_MOST + 2];
		struct channel_message message;
		struct error err = { 0 };
		bool got = channel_receive(&device->channel, in, sizeof(in), 0, &message, &err);
		if (!got && err.kind == ERROR_TIMEOUT)
			break;
		if (!got || !channel_dispatch(rules, COUNT(rules), device->heard ? OPEN : NEW, counter, &message, &err))
			disconnect(counter, &err);
	}
	counter_publish_soon(counter);
	return 0;
}

static bool
say_hello(struct counter_device *device, struct error *err)
{
	uint8_t bytes[4];
	struct buffer out = buffer_into(bytes, sizeof(bytes));
	buffer_u32le(&out, DEVICE_WIRE_VERSION);
	return channel_send(&device->channel, DEVICE_WIRE_HELLO, buffer_span(&out), -1, SEND_MS, err);
}

static void
connect_device(struct counter *counter)
{
	struct counter_device *device = &counter->device;
	struct error err = { 0 };
	bool ok = channel_connect(counter->setup->device_socket, &device->channel, &err) && say_hello(device, &err);
	if (ok && (sd_event_add_io(counter->loop, &device->io, device->channel.fd, EPOLLIN, on_device, counter) < 0 ||
				  !counter_timer(counter, &device->timer, ANSWER_MS, on_timer)))
		ok = error_set(&err, ERROR_SYSTEM, "watching deviced's socket");
	if (!ok)
		disconnect(counter, &err);
}

/* Time to connect again, or deviced took the HELLO and does not answer. */
static int
on_timer(sd_event_source *source, uint64_t at_us, void *self)
{
	struct counter *counter = self;
	struct error err = { 0 };
	(void)source, (void)at_us;
	if (counter->device.channel.fd < 0)
		connect_device(counter);
	else if (!counter->device.heard && !error_set(&err, ERROR_TIMEOUT, "deviced does not answer"))
		disconnect(counter, &err);
	return 0;
}

void
counter_device_start(struct counter *counter)
{
	if (is_set_up(counter) && counter->device.channel.fd < 0)
		connect_device(counter);
}

void
counter_device_stop(struct counter *counter)
{
	struct counter_device *device = &counter->device;
	device->io = sd_event_source_disable_unref(device->io);
	device->timer = sd_event_source_disable_unref(device->timer);
	channel_close(&device->channel);
	device->heard = false;
	device->card_count = 0;
	device->failures = 0;
}

/* --- how the header shows it --- */

static struct view_device
without_devices(const struct counter *counter)
{
	if (!is_set_up(counter))
		return (struct view_device){ .state = VIEW_DEVICE_NONE };
	return (struct view_device){ .state = VIEW_DEVICE_AWAY, .words = VIEW_DEVICE_NO_DAEMON };
}

static struct view_device
show_device(const struct device_wire_device *device)
{
	/* clang-format off */
	static const struct {
		enum view_device_state state;
		enum view_device_words words;
	} shown[DEVICE_WIRE_STATES] = {
		[DEVICE_WIRE_STARTING]    = { VIEW_DEVICE_BUSY,    VIEW_DEVICE_FINE },
		[DEVICE_WIRE_READY]       = { VIEW_DEVICE_READY,   VIEW_DEVICE_FINE },
		[DEVICE_WIRE_HELD]        = { VIEW_DEVICE_TROUBLE, VIEW_DEVICE_HELD },
		[DEVICE_WIRE_FORBIDDEN]   = { VIEW_DEVICE_TROUBLE, VIEW_DEVICE_DENIED },
		[DEVICE_WIRE_UNSUPPORTED] = { VIEW_DEVICE_TROUBLE, VIEW_DEVICE_STRANGE },
		[DEVICE_WIRE_BROKEN]      = { VIEW_DEVICE_TROUBLE, VIEW_DEVICE_SILENT },
		[DEVICE_WIRE_PAPER_OUT]   = { VIEW_DEVICE_TROUBLE, VIEW_DEVICE_PAPER_OUT },
		[DEVICE_WIRE_COVER_OPEN]  = { VIEW_DEVICE_TROUBLE, VIEW_DEVICE_COVER_OPEN },
		[DEVICE_WIRE_OFFLINE]     = { VIEW_DEVICE_TROUBLE, VIEW_DEVICE_OTHER },
	};
	/* clang-format on */
	struct view_device out = { .state = shown[device->state].state, .words = shown[device->state].words };
	if (out.state == VIEW_DEVICE_READY && device->paper_low)
		out.words = VIEW_DEVICE_PAPER_LOW;
	(void)text_copy(out.name, sizeof(out.name), device->name);
	return out;
}

/* The first one that is ready, else the first; NULL: none. */
static const struct device_wire_device *
best(const struct counter_device *device, bool printer)
{
	const struct device_wire_device *found = NULL;
	for (unsigned i = 0; i < device->devices.count; i++) {
		const struct device_wire_device *at = &device->devices.device[i];
		if ((at->kind == DEVICE_WIRE_PRINTER) != printer)
			continue;
		if (found == NULL || (found->state != DEVICE_WIRE_READY && at->state == DEVICE_WIRE_READY))
			found = at;
	}
	return found;
}

struct view_device
counter_device_printer(const struct counter *counter)
{
	if (!counter->device.heard)
		return without_devices(counter);
	const struct device_wire_device *printer = best(&counter->device, true);
	return printer != NULL ? show_device(printer) : (struct view_device){ .state = VIEW_DEVICE_AWAY };
}

struct view_device
counter_device_port(const struct counter *counter)
{
	const struct counter_device *device = &counter->device;
	if (!device->heard)
		return without_devices(counter);
	const struct device_wire_device *reader = best(device, false);
	if (reader == NULL)
		return (struct view_device){ .state = VIEW_DEVICE_AWAY };
	struct view_device out = show_device(reader);
	if (out.state != VIEW_DEVICE_READY)
		return out;
	if (device->card_count == 0)
		out.state = VIEW_DEVICE_EMPTY;
	if (device->card_count > 1) {
		out.state = VIEW_DEVICE_TROUBLE;
		out.words = VIEW_DEVICE_TOO_MANY;
	} else if (device->card_count == 1 && device->cards[0].state == DEVICE_WIRE_CARD_MUTE) {
		out.state = VIEW_DEVICE_TROUBLE;
		out.words = VIEW_DEVICE_STRANGE;
	}
	return out;
}
