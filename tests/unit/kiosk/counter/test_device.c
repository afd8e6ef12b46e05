/* The counter's end of device.sock against a peer that speaks the real wire over a real socket. */
#include <poll.h>
#include <stdlib.h>
#include <string.h>

#include "kiosk/base/file.h"
#include "kiosk/base/text.h"
#include "peripherals/wire/device_wire.h"
#include "tests/support/check.h"
#include "tests/unit/kiosk/counter/support/rig.h"

#define WAIT_MS 15000u

struct peer {
	char path[320];
	int listener;
	struct channel channel;
};

static void
listen_at(struct peer *peer, struct rig *rig)
{
	struct error err = { 0 };
	(void)text_format(peer->path, sizeof(peer->path), "%s/device.sock", rig->folder);
	rig->device_socket = peer->path;
	assert_true(channel_listen(peer->path, false, &peer->listener, &err));
}

/* The counter connects and says which version it speaks. */
static void
meet(struct peer *peer)
{
	uint8_t in[64];
	struct channel_message message;
	struct error err = { 0 };
	uint32_t version = 0;
	struct pollfd waits = { .fd = peer->listener, .events = POLLIN };
	assert_int_equal(poll(&waits, 1, WAIT_MS), 1);
	assert_true(channel_accept(peer->listener, &peer->channel, &err));
	assert_true(channel_receive(&peer->channel, in, sizeof(in), WAIT_MS, &message, &err));
	assert_int_equal(message.type, DEVICE_WIRE_HELLO);
	assert_true(device_wire_take_number(message.body, &version, &err));
	assert_int_equal(version, DEVICE_WIRE_VERSION);
}

static void
leave(struct peer *peer)
{
	channel_close(&peer->channel);
	file_close(&peer->listener);
}

static void
say(struct peer *peer, enum device_wire_type type, struct span body)
{
	struct error err = { 0 };
	assert_true(channel_send(&peer->channel, (uint16_t)type, body, -1, WAIT_MS, &err));
}

static void
say_devices(struct peer *peer, enum device_wire_state printer, bool reader)
{
	uint8_t bytes[8192];
	struct buffer out = buffer_into(bytes, sizeof(bytes));
	struct device_wire_devices devices = { .count = reader ? 2 : 1 };
	devices.device[0] = (struct device_wire_device){
		.id = 1, .kind = DEVICE_WIRE_PRINTER, .state = printer, .dots = 576, .name = "Receipt Printer"
	};
	devices.device[1] = (struct device_wire_device){
		.id = 2, .kind = DEVICE_WIRE_READER, .state = DEVICE_WIRE_READY, .slots = 2, .name = "Training Reader"
	};
	device_wire_put_devices(&out, &devices);
	say(peer, DEVICE_WIRE_SNAPSHOT, buffer_span(&out));
}

static void
say_card(struct peer *peer, uint8_t slot, enum device_wire_card_state state)
{
	uint8_t bytes[64];
	struct buffer out = buffer_into(bytes, sizeof(bytes));
	struct device_wire_card card = { .device = 2, .slot = slot, .state = state };
	if (state == DEVICE_WIRE_CARD_IN) {
		card.atr_len = 2;
		card.atr[0] = 0x3b;
	}
	device_wire_put_card(&out, &card);
	say(peer, DEVICE_WIRE_CARD, buffer_span(&out));
}

#define IS(name, member, wanted_state, wanted_words)                                                                   \
	static bool name(const struct view *view)                                                                          \
	{                                                                                                                  \
		return view->member.state == (wanted_state) && view->member.words == (wanted_words);                           \
	}
IS(no_printer_set_up, printer, VIEW_DEVICE_NONE, VIEW_DEVICE_FINE)
IS(printer_ready, printer, VIEW_DEVICE_READY, VIEW_DEVICE_FINE)
IS(printer_without_paper, printer, VIEW_DEVICE_TROUBLE, VIEW_DEVICE_PAPER_OUT)
IS(printer_not_told, printer, VIEW_DEVICE_AWAY, VIEW_DEVICE_NO_DAEMON)
IS(port_not_told, token_port, VIEW_DEVICE_AWAY, VIEW_DEVICE_NO_DAEMON)
IS(port_away, token_port, VIEW_DEVICE_AWAY, VIEW_DEVICE_FINE)
IS(port_empty, token_port, VIEW_DEVICE_EMPTY, VIEW_DEVICE_FINE)
IS(port_filled, token_port, VIEW_DEVICE_READY, VIEW_DEVICE_FINE)
IS(port_with_two, token_port, VIEW_DEVICE_TROUBLE, VIEW_DEVICE_TOO_MANY)
IS(port_mute, token_port, VIEW_DEVICE_TROUBLE, VIEW_DEVICE_STRANGE)

static void
a_counter_without_devices_shows_none(void **state)
{
	static struct rig rig;
	(void)state;
	rig_open(&rig);
	rig_start(&rig);
	rig_until(&rig, FLOW_SIGN_IN);
	assert_true(no_printer_set_up(rig.view));
	assert_int_equal(rig.view->token_port.state, VIEW_DEVICE_NONE);
	rig_close(&rig);
}

static void
the_header_follows_what_deviced_tells(void **state)
{
	static struct rig rig;
	struct peer peer;
	(void)state;
	rig_open(&rig);
	listen_at(&peer, &rig);
	rig_start(&rig);
	rig_until(&rig, FLOW_SIGN_IN);
	meet(&peer);
	rig_until_true(&rig, printer_not_told);
	say_devices(&peer, DEVICE_WIRE_PAPER_OUT, false);
	rig_until_true(&rig, printer_without_paper);
	assert_true(port_away(rig.view));
	assert_string_equal(rig.view->printer.name, "Receipt Printer");
	say_devices(&peer, DEVICE_WIRE_READY, true);
	rig_until_true(&rig, printer_ready);
	assert_true(port_empty(rig.view));
	say_card(&peer, 0, DEVICE_WIRE_CARD_IN);
	rig_until_true(&rig, port_filled);
	say_card(&peer, 1, DEVICE_WIRE_CARD_IN);
	rig_until_true(&rig, port_with_two);
	say_card(&peer, 0, DEVICE_WIRE_CARD_OUT);
	rig_until_true(&rig, port_filled);
	say_card(&peer, 1, DEVICE_WIRE_CARD_MUTE);
	rig_until_true(&rig, port_mute);
	say_devices(&peer, DEVICE_WIRE_READY, false); /* the reader was pulled, its card with it */
	rig_until_true(&rig, port_away);
	say_devices(&peer, DEVICE_WIRE_READY, true);
	rig_until_true(&rig, port_empty);
	rig_close(&rig);
	leave(&peer);
}

static void
a_deviced_that_ends_is_met_again_and_starts_from_nothing(void **state)
{
	static struct rig rig;
	struct peer peer;
	(void)state;
	rig_open(&rig);
	listen_at(&peer, &rig);
	rig_start(&rig);
	rig_until(&rig, FLOW_SIGN_IN);
	meet(&peer);
	say_devices(&peer, DEVICE_WIRE_READY, true);
	say_card(&peer, 0, DEVICE_WIRE_CARD_IN);
	rig_until_true(&rig, port_filled);
	channel_close(&peer.channel);
	rig_until_true(&rig, port_not_told);
	meet(&peer);
	say_devices(&peer, DEVICE_WIRE_READY, true);
	rig_until_true(&rig, port_empty);
	rig_close(&rig);
	leave(&peer);
}

/* Whatever is not in the table, or not of its form, ends the connection; the next one is as good as the first. */
static void
what_deviced_may_not_say_ends_the_connection(void **state)
{
	static const uint8_t nothing[1] = { 0 };
	static uint8_t long_one[9000];
	static const struct {
		enum device_wire_type type;
		struct span body;
		bool after_devices;
	} bad[] = {
		{ DEVICE_WIRE_CARD, { nothing, 1 }, false }, /* before any device */
		{ DEVICE_WIRE_SNAPSHOT, { long_one, sizeof(long_one) }, false },
		{ DEVICE_WIRE_SNAPSHOT, { nothing, 0 }, false },
		{ DEVICE_WIRE_RESULT, { nothing, 1 }, true }, /* of no job */
		{ DEVICE_WIRE_CARD, { nothing, 1 }, true },
		{ DEVICE_WIRE_HELLO, { nothing, 1 }, true },
	};
	static struct rig rig;
	struct peer peer;
	(void)state;
	rig_open(&rig);
	listen_at(&peer, &rig);
	rig_start(&rig);
	rig_until(&rig, FLOW_SIGN_IN);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		meet(&peer);
		if (bad[i].after_devices) {
			say_devices(&peer, DEVICE_WIRE_READY, true);
			rig_until_true(&rig, port_empty);
		}
		say(&peer, bad[i].type, bad[i].body);
		uint8_t in[64];
		struct channel_message message;
		struct error err = { 0 };
		assert_false(channel_receive(&peer.channel, in, sizeof(in), WAIT_MS, &message, &err));
		assert_int_equal(err.kind, ERROR_GONE);
		channel_close(&peer.channel);
	}
	meet(&peer);
	say_devices(&peer, DEVICE_WIRE_READY, true);
	rig_until_true(&rig, port_empty);
	rig_close(&rig);
	leave(&peer);
}

static void
a_deviced_that_says_nothing_is_left(void **state)
{
	static struct rig rig;
	struct peer peer;
	uint8_t in[64];
	struct channel_message message;
	struct error err = { 0 };
	(void)state;
	rig_open(&rig);
	listen_at(&peer, &rig);
	rig_start(&rig);
	rig_until(&rig, FLOW_SIGN_IN);
	meet(&peer);
	assert_false(channel_receive(&peer.channel, in, sizeof(in), WAIT_MS, &message, &err));
	assert_int_equal(err.kind, ERROR_GONE);
	channel_close(&peer.channel);
	meet(&peer);
	rig_close(&rig);
	leave(&peer);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_counter_without_devices_shows_none),
		cmocka_unit_test(the_header_follows_what_deviced_tells),
		cmocka_unit_test(a_deviced_that_ends_is_met_again_and_starts_from_nothing),
		cmocka_unit_test(a_deviced_that_says_nothing_is_left),
		cmocka_unit_test(what_deviced_may_not_say_ends_the_connection),
	};
	return cmocka_run_group_tests_name("device", tests, NULL, NULL);
}
