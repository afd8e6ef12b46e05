#include "peripherals/virtual/fleet.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "peripherals/virtual/virtual_piv.h"
#include "peripherals/virtual/virtual_printer.h"
#include "peripherals/virtual/virtual_reader.h"

enum { WORDS = 256, WORD = 128, ARGUMENTS = 4 };

struct member {
	struct virtual_device *device;   /* borrowed from the model below */
	struct virtual_reader *reader;   /* owned; NULL: a printer */
	struct virtual_piv *piv;         /* owned; NULL: no card of its own */
	struct virtual_printer *printer; /* owned */
	bool fixed;                      /* a token: its card cannot be taken out */
	unsigned vpcd_port;
	unsigned number; /* on the bus */
};

struct fleet {
	struct bus *bus;
	const char *fast_keys;
	struct member members[BUS_DEVICES];
	unsigned count;
};

struct wish { /* what the words of one device ask for */
	char kind[WORD];
	char name[WORD], serial[WORD], folder[WORD];
	unsigned long vendor, product, message, width, port, pin_tries;
	bool is_short, has_piv;
};

static bool
take_number(const char *text, unsigned long most, unsigned long *out)
{
	char *end = NULL;
	errno = 0;
	const unsigned long value = strtoul(text, &end, 0);
	if (errno != 0 || end == text || *end != '\0' || value > most)
		return false;
	*out = value;
	return true;
}

static bool
take_ids(const char *text, struct wish *wish)
{
	unsigned vendor, product;
	char end;
	/* NOLINTNEXTLINE(cert-err34-c): at most four digits each, so nothing can overflow */
	if (sscanf(text, "%4x:%4x%c", &vendor, &product, &end) != 2)
		return false;
	wish->vendor = vendor;
	wish->product = product;
	return true;
}

static bool
take_text(const char *text, char *out)
{
	return snprintf(out, WORD, "%s", text) < 64;
}

static bool
take_word(char *word, struct wish *wish)
{
	char *value = strchr(word, '=');
	if (!value) {
		wish->is_short |= strcmp(word, "short") == 0;
		return strcmp(word, "short") == 0;
	}
	*value++ = '\0';
	if (strcmp(word, "id") == 0)
		return take_ids(value, wish);
	if (strcmp(word, "name") == 0)
		return take_text(value, wish->name);
	if (strcmp(word, "serial") == 0)
		return take_text(value, wish->serial);
	if (strcmp(word, "png") == 0)
		return snprintf(wish->folder, WORD, "%s", value) < WORD;
	if (strcmp(word, "message") == 0)
		return take_number(value, 65556, &wish->message) && wish->message >= 271;
	if (strcmp(word, "width") == 0)
		return take_number(value, 576, &wish->width) && (wish->width == 576 || wish->width == 384);
	if (strcmp(word, "vpcd") == 0)
		return take_number(value, 65535, &wish->port) && wish->port > 0;
	if (strcmp(word, "tries") == 0)
		return take_number(value, 15, &wish->pin_tries) && wish->pin_tries > 0;
	wish->has_piv = strcmp(word, "card") == 0 && strcmp(value, "piv") == 0;
	return wish->has_piv;
}

static bool
take_wish(const char *words, struct wish *wish, struct error *err)
{
	char copy[WORDS];
	char *rest = copy, *word;
	*wish = (struct wish){ 0 };
	if (snprintf(copy, sizeof(copy), "%s", words) >= (int)sizeof(copy))
		return error_set(err, ERROR_INVALID, "a device of more than %d characters", WORDS);
	word = strsep(&rest, ",");
	snprintf(wish->kind, sizeof(wish->kind), "%s", word);
	while ((word = strsep(&rest, ",")))
		if (!take_word(word, wish))
			return error_set(err, ERROR_INVALID, "%s: do not know %s", wish->kind, word);
	return true;
}

static struct virtual_piv *
make_piv(const struct fleet *fleet, const struct wish *wish, unsigned number)
{
	unsigned long serial = 70000001 + number;
	if (wish->serial[0])
		take_number(wish->serial, 99999999, &serial);
	return virtual_piv_new(&(struct virtual_piv_options){
		.serial = (uint32_t)serial, .fast_keys = fleet->fast_keys, .pin_tries = (unsigned)wish->pin_tries });
}

static void
make_reader(const struct fleet *fleet, struct member *member, struct wish *wish, unsigned number)
{
	member->fixed = strcmp(wish->kind, "token") == 0;
	if (member->fixed && !wish->vendor) {
		wish->vendor = 0x1209; /* a block for tests that no product may use */
		wish->product = 0x0003;
	}
	if (wish->has_piv || member->fixed)
		member->piv = make_piv(fleet, wish, number);
	member->reader = virtual_reader_new(&(struct virtual_reader_options){
		.vendor = (uint16_t)wish->vendor,
		.product = (uint16_t)wish->product,
		.name = wish->name[0]   ? wish->name
				: member->fixed ? "Training token"
								: NULL,
		.serial = wish->serial[0] ? wish->serial : NULL,
		.short_apdu = wish->is_short,
		.most_message = (uint32_t)wish->message,
	});
	member->device = virtual_reader_device(member->reader);
	member->vpcd_port = (unsigned)wish->port;
	if (member->piv)
		virtual_reader_insert(member->reader, virtual_piv_card(member->piv));
}

static void
make_printer(struct member *member, const struct wish *wish)
{
	member->printer = virtual_printer_new(&(struct virtual_printer_options){
		.vendor = (uint16_t)wish->vendor,
		.product = (uint16_t)wish->product,
		.serial = wish->serial[0] ? wish->serial : NULL,
		.width = (unsigned)wish->width,
		.folder = wish->folder[0] ? wish->folder : NULL,
	});
	member->device = virtual_printer_device(member->printer);
}

bool
fleet_add(struct fleet *fleet, const char *words, struct error *err)
{
	struct wish wish;
	if (fleet->count == BUS_DEVICES)
		return error_set(err, ERROR_FULL, "more than %d devices", BUS_DEVICES);
	if (!take_wish(words, &wish, err))
		return false;
	struct member *member = &fleet->members[fleet->count];
	const bool printer = strcmp(wish.kind, "printer") == 0;
	if (printer)
		make_printer(member, &wish);
	else if (strcmp(wish.kind, "reader") == 0 || strcmp(wish.kind, "token") == 0)
		make_reader(fleet, member, &wish, fleet->count);
	else
		return error_set(err, ERROR_INVALID, "%s is no device: reader, token or printer", wish.kind);
	fleet->count++;
	return bus_add(fleet->bus, member->device, printer ? "usblp" : "", &member->number, err) &&
		   bus_plug(fleet->bus, member->number, true, err);
}

struct fleet *
fleet_new(struct bus *bus, const char *fast_keys)
{
	struct fleet *fleet = calloc(1, sizeof(*fleet));
	if (!fleet)
		abort();
	fleet->bus = bus;
	fleet->fast_keys = fast_keys;
	return fleet;
}

void
fleet_free(struct fleet *fleet)
{
	if (!fleet)
		return;
	for (unsigned i = 0; i < fleet->count; i++) {
		virtual_reader_free(fleet->members[i].reader);
		virtual_piv_free(fleet->members[i].piv);
		virtual_printer_free(fleet->members[i].printer);
	}
	free(fleet);
}

unsigned
fleet_vpcd_port(const struct fleet *fleet, unsigned number)
{
	return number < fleet->count ? fleet->members[number].vpcd_port : 0;
}

void
fleet_insert(struct fleet *fleet, unsigned number, struct virtual_vpcd *vpcd)
{
	bus_lock(fleet->bus);
	virtual_reader_insert(fleet->members[number].reader, virtual_vpcd_card(vpcd));
	bus_unlock(fleet->bus);
}

void
fleet_remove(struct fleet *fleet, unsigned number)
{
	bus_lock(fleet->bus);
	virtual_reader_insert(fleet->members[number].reader, (struct virtual_card){ 0 });
	bus_unlock(fleet->bus);
}

/* ---- orders; each gives false if its words are wrong for this device ---- */

struct order {
	struct fleet *fleet;
	struct member *member;
	const char *word; /* after the device's number; "" if there is none */
	bool has_number;
	unsigned long number; /* the last word */
	char *reply;
};

static void reply(const struct order *order, const char *fmt, ...) PRINTF(2, 3);

static void
reply(const struct order *order, const char *fmt, ...)
{
	va_list args;
	va_start(args, fmt);
	vsnprintf(order->reply, FLEET_REPLY, fmt, args);
	va_end(args);
}

static bool
insert(struct order *order)
{
	struct member *member = order->member;
	if (!member->reader || !member->piv || member->fixed)
		return false;
	virtual_reader_insert(member->reader, virtual_piv_card(member->piv));
	return true;
}

static bool
take_out(struct order *order)
{
	if (!order->member->reader || order->member->fixed)
		return false;
	virtual_reader_insert(order->member->reader, (struct virtual_card){ 0 });
	return true;
}

static bool
paper(struct order *order)
{
	const bool out = strcmp(order->word, "out") == 0;
	if (!order->member->printer || (!out && strcmp(order->word, "in") != 0))
		return false;
	virtual_printer_paper(order->member->printer, out, order->has_number ? (uint32_t)order->number : 0);
	return true;
}

static bool
cover(struct order *order)
{
	const bool open = strcmp(order->word, "open") == 0;
	if (!order->member->printer || (!open && strcmp(order->word, "closed") != 0))
		return false;
	virtual_printer_cover(order->member->printer, open);
	return true;
}

static bool
delay(struct order *order)
{
	order->member->device->faults.delay_ms = (unsigned)order->number;
	return order->has_number && order->number <= 600000;
}

static bool
stall(struct order *order)
{
	virtual_device_halt(order->member->device, (uint8_t)order->number);
	return order->has_number;
}

static bool
mute(struct order *order)
{
	order->member->device->faults.mute = strcmp(order->word, "on") == 0;
	return order->member->device->faults.mute || strcmp(order->word, "off") == 0;
}

static bool
babble(struct order *order)
{
	if (!order->has_number || order->number > VIRTUAL_DEVICE_MESSAGE)
		return false;
	order->member->device->faults.babble = (unsigned)order->number;
	return true;
}

static bool
zlp(struct order *order)
{
	order->member->device->faults.no_zlp = strcmp(order->word, "missing") == 0;
	order->member->device->faults.extra_zlp = strcmp(order->word, "extra") == 0;
	return order->member->device->faults.no_zlp || order->member->device->faults.extra_zlp ||
		   strcmp(order->word, "normal") == 0;
}

static bool
unplug_at(struct order *order)
{
	order->member->device->faults.unplug_at = (unsigned)order->number;
	return order->has_number;
}

static bool
garble(struct order *order)
{
	static const char *const names[] = { "sound", "sequence", "slot", "long", "short", "type", "cut", "endless" };
	for (unsigned i = 0; i < sizeof(names) / sizeof(names[0]) && order->member->reader; i++)
		if (strcmp(order->word, names[i]) == 0) {
			virtual_reader_break(order->member->reader, (enum virtual_reader_fault)i);
			return true;
		}
	return false;
}

static bool
state(struct order *order)
{
	const struct member *member = order->member;
	const struct virtual_device *device = member->device;
	if (member->printer) {
		const struct virtual_printer_state is = virtual_printer_state(member->printer);
		reply(order, "plugged=%d urbs=%lu rows=%lu cuts=%lu kicks=%lu unknown=%lu paper-out=%d cover-open=%d",
			device->plugged, device->urbs, is.rows, is.cuts, is.kicks, is.unknown, is.paper_out, is.cover_open);
		return true;
	}
	const struct virtual_piv_counts counts =
		member->piv ? virtual_piv_counts(member->piv) : (struct virtual_piv_counts){ 0 };
	reply(order, "plugged=%d urbs=%lu card=%d commands=%lu generated=%lu signatures=%lu written=%lu", device->plugged,
		device->urbs, virtual_reader_has_card(member->reader), counts.commands, counts.generated, counts.signatures,
		counts.written);
	return true;
}

static const struct {
	const char *name;
	bool (*obey)(struct order *order);
} orders[] = {
	{ "insert", insert },
	{ "remove", take_out },
	{ "paper", paper },
	{ "cover", cover },
	{ "delay", delay },
	{ "stall", stall },
	{ "mute", mute },
	{ "babble", babble },
	{ "zlp", zlp },
	{ "unplug-at", unplug_at },
	{ "garble", garble },
	{ "state", state },
};

static void
obey_plug(struct order *order, bool plugged)
{
	struct error err = { 0 };
	if (!bus_plug(order->fleet->bus, order->member->number, plugged, &err))
		reply(order, "error: %s", err.text);
}

static void
obey_named(struct order *order, const char *name)
{
	bool known = false, done = false;
	bus_lock(order->fleet->bus);
	for (size_t i = 0; i < sizeof(orders) / sizeof(orders[0]); i++)
		if (strcmp(orders[i].name, name) == 0) {
			known = true;
			done = orders[i].obey(order);
		}
	bus_unlock(order->fleet->bus);
	if (!done)
		reply(order, "error: %s", known ? "that order is not for this device" : "no such order");
}

void
fleet_obey(struct fleet *fleet, const char *line, char *to) /* NOLINT(readability-non-const-parameter): the reply */
{
	char copy[WORDS];
	char *rest = copy, *words[ARGUMENTS] = { NULL };
	struct order order = { .fleet = fleet, .word = "", .reply = to };
	unsigned long device = 0;
	unsigned count = 0;
	snprintf(copy, sizeof(copy), "%.255s", line);
	copy[strcspn(copy, "\r\n")] = '\0';
	reply(&order, "ok");
	while (count < ARGUMENTS && (words[count] = strsep(&rest, " ")))
		count++;
	if (count < 2 || !take_number(words[1], BUS_DEVICES, &device) || device >= fleet->count) {
		reply(&order, "error: ORDER NUMBER [WORD] [NUMBER], with the number of a device");
		return;
	}
	order.member = &fleet->members[device];
	order.word = count > 2 ? words[2] : "";
	order.has_number = count > 2 && take_number(words[count - 1], UINT32_MAX, &order.number);
	if (strcmp(words[0], "plug") == 0 || strcmp(words[0], "unplug") == 0)
		obey_plug(&order, words[0][0] == 'p');
	else
		obey_named(&order, words[0]);
}
