/*
 * The reader's whole way: CCID over libusb against an emulated reader. The bus lives in this process, its time in a
 * thread of its own, and libusb's events in another one.
 */
#include <libusb.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "kiosk/base/clock.h"
#include "peripherals/card/apdu.h"
#include "peripherals/ccid/ccid_link.h"
#include "peripherals/ccid/ccid_notice.h"
#include "peripherals/port/record_port.h"
#include "peripherals/port/replay_port.h"
#include "peripherals/port/usb_port.h"
#include "peripherals/virtual/bus.h"
#include "peripherals/virtual/virtual_piv.h"
#include "peripherals/virtual/virtual_reader.h"
#include "tests/support/check.h"

#define PLENTY_MS 3000u

struct world {
	struct bus *bus;
	struct virtual_reader *reader;
	struct virtual_piv *piv;
	unsigned number;
	libusb_context *context;
	atomic_bool over;
	atomic_bool pull, plug; /* take the reader out, put it back in: in the thread of the bus */
	pthread_t ticks, events;
	atomic_int present; /* as the last notice said; -1: none yet, 2: the pipe ended */
};

static struct virtual_device_faults *
faults(struct world *world)
{
	return &virtual_reader_device(world->reader)->faults;
}

static void *
tick(void *data)
{
	struct world *world = data;
	struct error err;
	while (!atomic_load(&world->over)) {
		if (atomic_exchange(&world->pull, false))
			assert_true(bus_plug(world->bus, world->number, false, &err));
		const int64_t now_ms = clock_monotonic_ms(), next_ms = bus_tick(world->bus, now_ms);
		if (atomic_load(&world->plug)) { /* behind bus_tick(), which takes out what left by itself */
			bus_lock(world->bus);
			faults(world)->unplug_at = 0;
			bus_unlock(world->bus);
			assert_true(bus_plug(world->bus, world->number, true, &err));
			atomic_store(&world->plug, false);
		}
		struct pollfd wake = { .fd = bus_wake_fd(world->bus), .events = POLLIN };
		const int64_t wait_ms = next_ms - now_ms;
		(void)poll(&wake, 1, wait_ms > 20 ? 20 : wait_ms < 0 ? 0 : (int)wait_ms);
	}
	return NULL;
}

static void *
run_events(void *data)
{
	struct world *world = data;
	while (!atomic_load(&world->over)) {
		struct timeval turn = { .tv_usec = 20000 };
		(void)libusb_handle_events_timeout_completed(world->context, &turn, NULL);
	}
	return NULL;
}

static void
told(void *data, struct span packet)
{
	struct world *world = data;
	struct ccid_notice notice;
	struct error err;
	if (packet.len == 0)
		atomic_store(&world->present, 2);
	else if (ccid_notice_read(packet, 1, &notice, &err))
		atomic_store(&world->present, ccid_notice_present(&notice, 0));
}

/* Whether the notices say so within two seconds. */
static bool
comes_to(struct world *world, int present)
{
	const int64_t until_ms = clock_monotonic_ms() + 2000;
	while (atomic_load(&world->present) != present && clock_monotonic_ms() < until_ms)
		(void)poll(NULL, 0, 2);
	return atomic_load(&world->present) == present;
}

static void
insert(struct world *world, bool in)
{
	bus_lock(world->bus);
	virtual_reader_insert(world->reader, in ? virtual_piv_card(world->piv) : (struct virtual_card){ 0 });
	bus_unlock(world->bus);
}

static struct usb_port *
open_with(struct world *world, bool detach, struct usb_facts *facts, struct error *err)
{
	libusb_device **list;
	const ssize_t count = libusb_get_device_list(world->context, &list);
	struct usb_port *port = NULL;
	for (ssize_t i = 0; i < count && port == NULL; i++) {
		if (!usb_port_facts(list[i], facts, err))
			continue;
		const struct usb_facts_interface *at = usb_facts_of_class(facts, USB_FACTS_READER);
		if (at == NULL || !at->has_ccid)
			continue;
		const struct usb_port_wish wish = {
			.detach = detach, .end_with_empty = true, .answered = true, .most = CCID_MOST
		};
		if (!usb_port_open(world->context, list[i], at, &wish, &port, err))
			break;
	}
	libusb_free_device_list(list, 1);
	return port;
}

static struct usb_port *
open_reader(struct world *world, struct usb_facts *facts, struct error *err)
{
	return open_with(world, false, facts, err);
}

static const struct usb_facts_ccid *
ccid_facts(const struct usb_facts *facts)
{
	return &usb_facts_of_class(facts, USB_FACTS_READER)->ccid;
}

static int
set_up_with(void **state, const char *driver)
{
	struct world *world = calloc(1, sizeof(*world));
	const struct virtual_piv_options card = { .serial = 4711 };
	const struct virtual_reader_options options = { .serial = "1", .most_message = 300 };
	struct error err;
	atomic_init(&world->present, -1);
	assert_true(bus_open(&world->bus, &err));
	assert_int_equal(setenv("UMOCKDEV_DIR", bus_folder(world->bus), 1), 0);
	world->reader = virtual_reader_new(&options);
	world->piv = virtual_piv_new(&card);
	assert_true(bus_add(world->bus, virtual_reader_device(world->reader), driver, &world->number, &err));
	assert_true(bus_plug(world->bus, world->number, true, &err));
	assert_int_equal(pthread_create(&world->ticks, NULL, tick, world), 0);
	assert_int_equal(libusb_init(&world->context), 0);
	assert_int_equal(pthread_create(&world->events, NULL, run_events, world), 0);
	*state = world;
	return 0;
}

static int
set_up(void **state)
{
	return set_up_with(state, "");
}

static int
set_up_held(void **state)
{
	return set_up_with(state, "usblp");
}

static int
tear_down(void **state)
{
	struct world *world = *state;
	atomic_store(&world->over, true);
	(void)pthread_join(world->events, NULL);
	libusb_exit(world->context);
	(void)pthread_join(world->ticks, NULL);
	bus_close(world->bus);
	virtual_reader_free(world->reader);
	virtual_piv_free(world->piv);
	free(world);
	return 0;
}

static const struct apdu select_piv = {
	.ins = 0xA4,
	.p1 = 4,
	.data = { (const uint8_t[]){ 0xA0, 0, 0, 3, 8 }, 5 },
	.expect = APDU_EXPECT_ALL,
};

/* How many transfers the bus saw for one APDU. */
static unsigned long
transfers_of_one_command(struct world *world, struct ccid_link *slot)
{
	uint8_t bytes[512];
	struct buffer response = buffer_into(bytes, sizeof(bytes));
	struct error err;
	bus_lock(world->bus);
	const unsigned long before = virtual_reader_device(world->reader)->urbs;
	bus_unlock(world->bus);
	assert_true(apdu_order(ccid_link(slot), APDU_SHORT, &select_piv, &response, &err));
	bus_lock(world->bus);
	const unsigned long after = virtual_reader_device(world->reader)->urbs;
	bus_unlock(world->bus);
	return after - before;
}

static void
carries_apdus_and_sees_cards_come_and_go(void **state)
{
	struct world *world = *state;
	struct usb_facts facts;
	struct error err = { 0 };
	uint8_t bytes[512];
	struct buffer response = buffer_into(bytes, sizeof(bytes));
	struct ccid reader;
	struct atr atr;
	bool listens = false;
	struct usb_port *usb = open_reader(world, &facts, &err);
	if (usb == NULL)
		fail_msg("%s", err.text);
	char *text = NULL;
	size_t text_len = 0;
	FILE *out = open_memstream(&text, &text_len);
	struct record_port record = { .inner = usb_port(usb), .out = out };
	const struct port port = record_port(&record);
	assert_true(usb_port_listen(usb, told, world, &listens, &err));
	assert_true(listens);
	insert(world, true);
	assert_true(comes_to(world, 1));
	assert_true(ccid_init(&reader, port, ccid_facts(&facts), &err));
	if (!ccid_power_on(&reader, 0, &atr, PLENTY_MS, &err))
		fail_msg("%s", err.text);
	struct ccid_link slot = { &reader, 0, PLENTY_MS };
	if (!apdu_order(ccid_link(&slot), APDU_SHORT, &select_piv, &response, &err))
		fail_msg("%s", err.text);
	assert_true(response.len > 10);
	assert_int_equal(transfers_of_one_command(world, &slot), 2);
	insert(world, false);
	assert_true(comes_to(world, 0));
	assert_false(apdu_order(ccid_link(&slot), APDU_SHORT, &select_piv, &response, &err));
	assert_int_equal(err.kind, ERROR_GONE);
	ccid_finish(&reader);
	port.ops->close(port.self);
	assert_int_equal(fclose(out), 0);

	/* What was recorded plays without the bus. */
	struct replay_port replay = replay_port_over(text);
	assert_true(ccid_init(&reader, replay_port(&replay), ccid_facts(&facts), &err));
	assert_true(ccid_power_on(&reader, 0, &atr, PLENTY_MS, &err));
	slot = (struct ccid_link){ &reader, 0, PLENTY_MS };
	assert_true(apdu_order(ccid_link(&slot), APDU_SHORT, &select_piv, &response, &err));
	ccid_finish(&reader);
	free(text);
}

static void
says_that_another_holds_the_reader(void **state)
{
	struct world *world = *state;
	struct usb_facts facts;
	struct error err = { 0 };
	struct usb_port *first = open_reader(world, &facts, &err);
	assert_non_null(first);
	assert_null(open_reader(world, &facts, &err));
	assert_int_equal(err.kind, ERROR_REFUSED);
	assert_string_equal(err.text, "interface 0: claim: held by another program");
	const struct port port = usb_port(first);
	port.ops->close(port.self);
}

static void
sends_the_kernels_driver_away_where_asked(void **state)
{
	struct world *world = *state;
	struct usb_facts facts;
	struct error err = { 0 };
	assert_null(open_reader(world, &facts, &err));
	assert_string_equal(err.text, "interface 0: claim: held by a driver of the kernel");
	struct usb_port *usb = open_with(world, true, &facts, &err);
	assert_non_null(usb);
	usb_port(usb).ops->close(usb);
	assert_null(open_reader(world, &facts, &err)); /* it came back */
	assert_int_equal(err.kind, ERROR_REFUSED);
}

/* A slot with a powered card in it, for the faults below. */
struct seat {
	struct ccid reader;
	struct port port;
	struct ccid_link slot;
};

static void
sit_down(struct world *world, struct seat *seat)
{
	struct usb_facts facts;
	struct error err = { 0 };
	struct atr atr;
	bool listens;
	struct usb_port *usb = open_reader(world, &facts, &err);
	assert_non_null(usb);
	insert(world, true);
	assert_true(usb_port_listen(usb, told, world, &listens, &err));
	seat->port = usb_port(usb);
	assert_true(ccid_init(&seat->reader, seat->port, ccid_facts(&facts), &err));
	assert_true(ccid_power_on(&seat->reader, 0, &atr, PLENTY_MS, &err));
	seat->slot = (struct ccid_link){ &seat->reader, 0, PLENTY_MS };
}

static bool
select_once(struct seat *seat, struct error *err)
{
	uint8_t bytes[512];
	struct buffer response = buffer_into(bytes, sizeof(bytes));
	return apdu_order(ccid_link(&seat->slot), APDU_SHORT, &select_piv, &response, err);
}

static void
stand_up(struct seat *seat)
{
	const int64_t began_ms = clock_monotonic_ms();
	ccid_finish(&seat->reader);
	seat->port.ops->close(seat->port.self);
	assert_true(clock_monotonic_ms() - began_ms < 400); /* it does not wait for a notice to come */
}

static void
survives_stalls_silence_and_empty_packets(void **state)
{
	struct world *world = *state;
	struct seat seat;
	struct error err;
	sit_down(world, &seat);
	bus_lock(world->bus);
	virtual_device_halt(virtual_reader_device(world->reader), VIRTUAL_READER_IN);
	bus_unlock(world->bus);
	assert_false(select_once(&seat, &err));
	assert_int_equal(err.kind, ERROR_SYSTEM);
	assert_non_null(strstr(err.text, "stalled"));
	/* The answer waited behind the halt; it is dropped for the next one's. */
	assert_true(select_once(&seat, &err));

	bus_lock(world->bus);
	faults(world)->extra_zlp = true;
	bus_unlock(world->bus);
	assert_true(select_once(&seat, &err));
	assert_true(select_once(&seat, &err));
	bus_lock(world->bus);
	faults(world)->extra_zlp = false;
	faults(world)->mute = true;
	bus_unlock(world->bus);
	seat.slot.timeout_ms = 200;
	const int64_t began_ms = clock_monotonic_ms();
	assert_false(select_once(&seat, &err));
	assert_int_equal(err.kind, ERROR_TIMEOUT);
	assert_true(clock_monotonic_ms() - began_ms < 1500);
	stand_up(&seat);
}

static void
says_that_the_reader_was_unplugged(void **state)
{
	struct world *world = *state;
	struct seat seat;
	struct error err;
	sit_down(world, &seat);
	atomic_store(&world->pull, true);
	assert_true(comes_to(world, 2));
	assert_false(select_once(&seat, &err));
	assert_int_equal(err.kind, ERROR_GONE);
	stand_up(&seat);
}

static void
refuses_what_a_broken_reader_says(void **state)
{
	static const struct {
		enum virtual_reader_fault fault;
		const char *words;
	} broken[] = {
		{ VIRTUAL_READER_WRONG_SEQUENCE, "answer is for" },
		{ VIRTUAL_READER_WRONG_SLOT, "answer is for" },
		{ VIRTUAL_READER_LONG_LENGTH, "says it holds" },
		{ VIRTUAL_READER_SHORT_LENGTH, "says it holds" },
		{ VIRTUAL_READER_WRONG_TYPE, "instead of" },
		{ VIRTUAL_READER_CUT, "says it holds" },
	};
	struct world *world = *state;
	struct seat seat;
	struct error err;
	sit_down(world, &seat);
	for (size_t i = 0; i < sizeof(broken) / sizeof(broken[0]); i++) {
		bus_lock(world->bus);
		virtual_reader_break(world->reader, broken[i].fault);
		bus_unlock(world->bus);
		assert_false(select_once(&seat, &err));
		assert_int_equal(err.kind, ERROR_INVALID);
		if (strstr(err.text, broken[i].words) == NULL)
			fail_msg("fault %d: %s", broken[i].fault, err.text);
		assert_true(select_once(&seat, &err));
	}
	stand_up(&seat);
}

static void
gives_a_card_that_works_for_ever_its_own_time(void **state)
{
	struct world *world = *state;
	struct seat seat;
	struct error err;
	sit_down(world, &seat);
	bus_lock(world->bus);
	virtual_reader_break(world->reader, VIRTUAL_READER_ENDLESS);
	bus_unlock(world->bus);
	seat.slot.timeout_ms = 1000;
	const int64_t began_ms = clock_monotonic_ms();
	assert_false(select_once(&seat, &err));
	assert_int_equal(err.kind, ERROR_TIMEOUT);
	assert_non_null(strstr(err.text, "time extensions"));
	const int64_t took_ms = clock_monotonic_ms() - began_ms;
	assert_true(took_ms >= 900 && took_ms < 3000);
	stand_up(&seat);
}

/* Commands and answers of every length around a packet, with the empty packet behind whole ones and without; long ones
 * go to and fro in parts, because the reader's messages hold 290 bytes. */
static void
carries_every_length(void **state)
{
	static uint8_t const zeros[2000] = { 0 };
	struct world *world = *state;
	struct seat seat;
	struct error err;
	sit_down(world, &seat);
	for (size_t len = 0; len < 140; len += len < 40 || len > 60 ? 20 : 1) {
		const struct apdu command = { .ins = 0xCB, .p1 = 0x3F, .p2 = 0xFF, .data = { zeros, len }, .expect = 256 };
		uint8_t bytes[512];
		struct buffer response = buffer_into(bytes, sizeof(bytes));
		uint16_t sw = 0;
		if (!apdu_send(ccid_link(&seat.slot), APDU_SHORT, &command, &response, &sw, &err))
			fail_msg("%zu bytes: %s", len, err.text);
		assert_true(sw != 0);
	}
	const struct apdu command = { .ins = 0xCB, .p1 = 0x3F, .p2 = 0xFF, .data = { zeros, 1500 }, .expect = 65536 };
	uint8_t bytes[512];
	struct buffer response = buffer_into(bytes, sizeof(bytes));
	uint16_t sw = 0;
	if (!apdu_send(ccid_link(&seat.slot), APDU_EXTENDED, &command, &response, &sw, &err))
		fail_msg("%s", err.text);
	assert_true(sw != 0);
	stand_up(&seat);
}

/* A card that answers with as many zeros as P1 and P2 say. */
struct echo {
	size_t len;
};

static bool
echo_reset(void *self, struct buffer *atr)
{
	(void)self;
	buffer_put(atr, (struct span){ (const uint8_t[]){ 0x3B, 0x00 }, 2 });
	return true;
}

static void
echo_power_off(void *self)
{
	(void)self;
}

static bool
echo_start(void *self, struct span command, int64_t now_ms)
{
	struct echo *echo = self;
	(void)now_ms;
	echo->len = (size_t)(command.at[2] << 8 | command.at[3]);
	return true;
}

static enum virtual_card_answer
echo_poll(void *self, struct buffer *response, int64_t now_ms)
{
	const struct echo *echo = self;
	(void)now_ms;
	for (size_t i = 0; i < echo->len; i++)
		buffer_u8(response, 0);
	buffer_put(response, (struct span){ (const uint8_t[]){ 0x90, 0x00 }, 2 });
	return VIRTUAL_CARD_READY;
}

/* Put the echo card in and power it on. */
static void
seat_echo(struct world *world, struct seat *seat, struct echo *echo)
{
	static const struct virtual_card_ops ops = {
		.reset = echo_reset, .power_off = echo_power_off, .start = echo_start, .poll = echo_poll
	};
	struct error err;
	struct atr atr;
	sit_down(world, seat);
	bus_lock(world->bus);
	virtual_reader_insert(world->reader, (struct virtual_card){ 0 });
	virtual_reader_insert(world->reader, (struct virtual_card){ &ops, echo });
	bus_unlock(world->bus);
	assert_true(ccid_power_on(&seat->reader, 0, &atr, PLENTY_MS, &err));
}

/* Ask the echo card for so many bytes. */
static bool
ask_for(struct seat *seat, unsigned len, struct error *err)
{
	uint8_t bytes[1024];
	struct buffer response = buffer_into(bytes, sizeof(bytes));
	const struct apdu command = { .ins = 0xB0, .p1 = (uint8_t)(len >> 8), .p2 = (uint8_t)len, .expect = 65536 };
	if (!apdu_order(ccid_link(&seat->slot), APDU_EXTENDED, &command, &response, err))
		return false;
	assert_int_equal(response.len, len);
	return true;
}

static void
set_faults(struct world *world, struct virtual_device_faults ordered)
{
	bus_lock(world->bus);
	*faults(world) = ordered;
	bus_unlock(world->bus);
}

/* Answers that fill their last packet: with the empty one behind them, and from a reader that forgets it. */
static void
takes_answers_of_whole_packets(void **state)
{
	static const unsigned lens[] = { 52, 116, 500 }; /* 64 and 128 with header and status word; two parts */
	struct world *world = *state;
	struct echo echo = { 0 };
	struct seat seat;
	struct error err;
	seat_echo(world, &seat, &echo);
	for (size_t i = 0; i < 3; i++)
		assert_true(ask_for(&seat, lens[i], &err));
	set_faults(world, (struct virtual_device_faults){ .no_zlp = true });
	seat.slot.timeout_ms = 300;
	assert_true(ask_for(&seat, 52, &err));
	insert(world, false);
	stand_up(&seat);
}

/* A message is 300 bytes at most here; a transfer for it takes 320. */
static void
refuses_more_than_a_message(void **state)
{
	static const unsigned more[] = { 10, 40 };
	struct world *world = *state;
	struct echo echo = { 0 };
	struct seat seat;
	struct error err;
	seat_echo(world, &seat, &echo);
	for (size_t i = 0; i < 2; i++) {
		set_faults(world, (struct virtual_device_faults){ .babble = more[i] });
		assert_false(ask_for(&seat, 288, &err));
		assert_int_equal(err.kind, ERROR_INVALID);
		assert_non_null(strstr(err.text, "the device sent"));
	}
	insert(world, false);
	stand_up(&seat);
}

/* One session, unplugged at the n-th transfer from its begin; whether it came through. */
static bool
session(struct world *world, unsigned unplug_at, struct error *err)
{
	struct usb_facts facts;
	struct ccid reader = { 0 };
	struct atr atr;
	struct usb_port *usb = open_reader(world, &facts, err);
	if (usb == NULL)
		return false;
	bus_lock(world->bus);
	faults(world)->unplug_at = unplug_at;
	bus_unlock(world->bus);
	const struct port port = usb_port(usb);
	bool listens;
	bool ok = usb_port_listen(usb, told, world, &listens, err) && ccid_init(&reader, port, ccid_facts(&facts), err) &&
			  ccid_power_on(&reader, 0, &atr, PLENTY_MS, err);
	for (unsigned i = 0; ok && i < 3; i++) {
		struct ccid_link slot = { &reader, 0, PLENTY_MS };
		uint8_t bytes[512];
		struct buffer response = buffer_into(bytes, sizeof(bytes));
		ok = apdu_order(ccid_link(&slot), APDU_SHORT, &select_piv, &response, err);
	}
	ccid_finish(&reader);
	port.ops->close(port.self);
	return ok;
}

static void
ends_at_once_wherever_it_is_unplugged(void **state)
{
	struct world *world = *state;
	unsigned at = 1;
	insert(world, true);
	for (bool through = false; !through; at++) {
		struct error err = { 0 };
		const int64_t began_ms = clock_monotonic_ms();
		assert_true(at < 40);
		through = session(world, at, &err);
		assert_true(clock_monotonic_ms() - began_ms < 2000);
		if (!through && err.kind != ERROR_GONE)
			fail_msg("unplugged at %u: %s", at, err.text);
		atomic_store(&world->plug, true);
		while (atomic_load(&world->plug))
			(void)poll(NULL, 0, 1);
		const int64_t until_ms = clock_monotonic_ms() + 2000;
		struct usb_facts facts;
		struct usb_port *usb = NULL;
		while (usb == NULL && clock_monotonic_ms() < until_ms)
			usb = open_reader(world, &facts, &err);
		assert_non_null(usb);
		usb_port(usb).ops->close(usb);
	}
	assert_true(at > 8);
}

#define ON_A_BUS(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		ON_A_BUS(carries_apdus_and_sees_cards_come_and_go),
		ON_A_BUS(says_that_another_holds_the_reader),
		cmocka_unit_test_setup_teardown(sends_the_kernels_driver_away_where_asked, set_up_held, tear_down),
		ON_A_BUS(survives_stalls_silence_and_empty_packets),
		ON_A_BUS(says_that_the_reader_was_unplugged),
		ON_A_BUS(refuses_what_a_broken_reader_says),
		ON_A_BUS(gives_a_card_that_works_for_ever_its_own_time),
		ON_A_BUS(carries_every_length),
		ON_A_BUS(takes_answers_of_whole_packets),
		ON_A_BUS(refuses_more_than_a_message),
		ON_A_BUS(ends_at_once_wherever_it_is_unplugged),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
