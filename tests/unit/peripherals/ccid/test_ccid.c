#include <string.h>

#include "peripherals/ccid/ccid_link.h"
#include "peripherals/port/replay_port.h"
#include "tests/support/check.h"

#define PLENTY_MS 3000u

/* A reader over a recording. */
struct bench {
	struct replay_port replay;
	struct ccid reader;
	struct error err;
};

static void
set_up(struct bench *bench, const struct usb_facts_ccid *facts, const char *recording)
{
	bench->replay = replay_port_over(recording);
	assert_true(ccid_init(&bench->reader, replay_port(&bench->replay), facts, &bench->err));
}

static const struct usb_facts_ccid short_reader = {
	.slots = 2, .voltages = 7, .message = 271, .voltage_itself = true, .level = USB_FACTS_SHORT_APDU
};

static bool
transmit(struct bench *bench, struct span command, struct buffer *response)
{
	return ccid_transmit(&bench->reader, 0, command, response, PLENTY_MS, &bench->err);
}

/* One APDU on a short reader against a recording of its answers; all of it must be played. */
static enum error_kind
kind_after(const char *recording, const char *words)
{
	static const uint8_t command[] = { 0x00, 0xA4, 0x04, 0x00 };
	uint8_t bytes[64];
	struct buffer response = buffer_into(bytes, sizeof(bytes));
	struct bench bench;
	set_up(&bench, &short_reader, recording);
	bench.replay.skips_writes = true;
	const bool ok = transmit(&bench, (struct span){ command, sizeof(command) }, &response);
	if (!ok && words != NULL && strstr(bench.err.text, words) == NULL)
		fail_msg("%s", bench.err.text);
	assert_true(replay_port_done(&bench.replay));
	ccid_finish(&bench.reader);
	return ok ? ERROR_NONE : bench.err.kind;
}

static void
powers_on_talks_and_powers_off(void **state)
{
	static const uint8_t select[] = { 0x00, 0xA4, 0x04, 0x00 };
	uint8_t bytes[64];
	struct buffer response = buffer_into(bytes, sizeof(bytes));
	struct bench bench;
	struct atr atr;
	enum ccid_card card;
	(void)state;
	set_up(&bench, &short_reader,
		"> 65 00000000 01 00 000000\n< 81 00000000 01 00 01 00 00\n"
		"> 62 00000000 01 01 000000\n< 80 02000000 01 01 00 00 00 3B00\n"
		"> 6F 04000000 01 02 000000 00A40400\n< 80 04000000 01 02 00 00 00 6F009000\n"
		"> 63 00000000 01 03 000000\n< 81 00000000 01 03 01 00 00\n");
	assert_true(ccid_card(&bench.reader, 1, &card, PLENTY_MS, &bench.err));
	assert_int_equal(card, CCID_CARD_INACTIVE);
	assert_true(ccid_power_on(&bench.reader, 1, &atr, PLENTY_MS, &bench.err));
	assert_int_equal(atr.len, 2);
	struct ccid_link slot = { &bench.reader, 1, PLENTY_MS };
	const struct link link = ccid_link(&slot);
	assert_true(link.ops->transmit(link.self, (struct span){ select, sizeof(select) }, &response, &bench.err));
	assert_int_equal(response.len, 4);
	assert_int_equal(bytes[2], 0x90);
	link.ops->close(link.self);
	assert_true(replay_port_done(&bench.replay));
	ccid_finish(&bench.reader);
	ccid_finish(&bench.reader);
}

static void
waits_while_the_card_asks_for_more_time(void **state)
{
	(void)state;
	assert_int_equal(kind_after("< 80 00000000 00 00 80 01 00\n< 80 00000000 00 00 80 05 00\n"
								"< 80 02000000 00 00 00 00 00 9000\n",
						 NULL),
		ERROR_NONE);
	assert_int_equal(kind_after("< 80 00000000 00 00 80 01 00\n! timeout\n", "after 1 time extensions"), ERROR_TIMEOUT);
}

static void
passes_over_empty_packets(void **state)
{
	(void)state;
	assert_int_equal(kind_after("<\n<\n< 80 02000000 00 00 00 00 00 9000\n", NULL), ERROR_NONE);
	assert_int_equal(kind_after("<\n<\n<\n<\n<\n", "empty"), ERROR_INVALID);
}

static void
refuses_malformed_answers(void **state)
{
	static const struct {
		const char *recording, *words;
		enum error_kind kind;
	} bad[] = {
		{ "< 80 02000000 01 00 00 00 00 9000", "slot 1 command 0", ERROR_INVALID },
		{ "< 80 02000000 00 01 00 00 00 9000", "command 1, not 0/0", ERROR_INVALID },
		{ "< 80 03000000 00 00 00 00 00 9000", "says it holds 3", ERROR_INVALID },
		{ "< 80 01000000 00 00 00 00 00 9000", "says it holds 1", ERROR_INVALID },
		{ "< 80 FFFFFFFF 00 00 00 00 00 9000", "says it holds 4294967295", ERROR_INVALID },
		{ "< 81 02000000 00 00 00 00 00 9000", "81 instead of 80", ERROR_INVALID },
		{ "< 80 0000", "message of 3 bytes", ERROR_INVALID },
		{ "< 80 00000000 00 00 C0 00 00", "means nothing", ERROR_INVALID },
		{ "< 80 00000000 00 00 42 FE 00", "no card", ERROR_GONE },
		{ "< 80 00000000 00 00 41 FE 00", "does not answer", ERROR_GONE },
		{ "< 80 00000000 00 00 40 E0 00", "error E0: slot busy", ERROR_REFUSED },
		{ "< 80 00000000 00 00 40 05 00", "a field of the message", ERROR_REFUSED },
		{ "< 80 00000000 00 00 40 99 00", "an error of its own", ERROR_REFUSED },
		{ "! gone", "went away", ERROR_GONE },
		{ "! system", "failed", ERROR_SYSTEM },
	};
	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_int_equal(kind_after(bad[i].recording, bad[i].words), bad[i].kind);
}

/* A port whose reader asks for more time for ever. */
struct eternal {
	unsigned asked;
};

static bool
eternal_write(void *self, struct span out, unsigned timeout_ms, struct error *err)
{
	(void)self, (void)out, (void)timeout_ms, (void)err;
	return true;
}

static bool
eternal_read(void *self, uint8_t *in, size_t cap, size_t *len, unsigned timeout_ms, struct error *err)
{
	static const uint8_t more_time[] = { 0x80, 0, 0, 0, 0, 0, 0, 0x80, 1, 0 };
	struct eternal *state = self;
	(void)err;
	assert_true(cap >= sizeof(more_time) && timeout_ms > 0 && timeout_ms <= PLENTY_MS);
	state->asked++;
	memcpy(in, more_time, sizeof(more_time));
	*len = sizeof(more_time);
	return true;
}

static void
gives_endless_time_extensions_up(void **state)
{
	static const struct port_ops ops = { .write = eternal_write, .read = eternal_read };
	struct eternal eternal = { 0 };
	struct ccid reader;
	struct error err;
	uint8_t bytes[64];
	struct buffer response = buffer_into(bytes, sizeof(bytes));
	(void)state;
	assert_true(ccid_init(&reader, (struct port){ &ops, &eternal }, &short_reader, &err));
	assert_false(ccid_transmit(&reader, 0, (struct span){ bytes, 4 }, &response, PLENTY_MS, &err));
	assert_int_equal(err.kind, ERROR_TIMEOUT);
	assert_true(eternal.asked > 4000 && eternal.asked < 5000);
	ccid_finish(&reader);
}

static void
drops_the_late_answer_of_a_command_given_up(void **state)
{
	uint8_t bytes[64];
	struct buffer response = buffer_into(bytes, sizeof(bytes));
	struct bench bench;
	(void)state;
	set_up(&bench, &short_reader,
		"> 6F 01000000 00 00 000000 11\n! timeout\n"
		"> 6F 01000000 00 01 000000 22\n< 80 00000000 00 00 80 01 00\n< 80 02000000 00 00 00 00 00 6700\n"
		"< 80 02000000 00 01 00 00 00 9000\n"
		"> 6F 01000000 00 02 000000 33\n< 80 02000000 00 00 00 00 00 6700\n");
	assert_false(transmit(&bench, (struct span){ (const uint8_t[]){ 0x11 }, 1 }, &response));
	assert_int_equal(bench.err.kind, ERROR_TIMEOUT);
	assert_true(transmit(&bench, (struct span){ (const uint8_t[]){ 0x22 }, 1 }, &response));
	assert_int_equal(bytes[0], 0x90);
	assert_false(transmit(&bench, (struct span){ (const uint8_t[]){ 0x33 }, 1 }, &response)); /* only once */
	assert_int_equal(bench.err.kind, ERROR_INVALID);
	assert_true(replay_port_done(&bench.replay));
	ccid_finish(&bench.reader);

	set_up(&bench, &short_reader, "! system\n< 80 02000000 00 00 00 00 00 6700\n< 80 02000000 00 01 00 00 00 9000\n");
	bench.replay.skips_writes = true;
	assert_false(transmit(&bench, (struct span){ (const uint8_t[]){ 0x11 }, 1 }, &response));
	assert_true(transmit(&bench, (struct span){ (const uint8_t[]){ 0x22 }, 1 }, &response));
	ccid_finish(&bench.reader);
}

static void
tries_the_lowest_voltage_first(void **state)
{
	const struct usb_facts_ccid facts = { .slots = 1, .voltages = 5, .message = 271, .level = USB_FACTS_SHORT_APDU };
	struct bench bench;
	struct atr atr;
	(void)state;
	set_up(&bench, &facts,
		"> 62 00000000 00 00 030000\n< 80 00000000 00 00 41 FE 00\n"
		"> 63 00000000 00 01 000000\n< 81 00000000 00 01 01 00 00\n"
		"> 65 00000000 00 02 000000\n< 81 00000000 00 02 01 00 00\n"
		"> 62 00000000 00 03 010000\n< 80 02000000 00 03 00 00 00 3B00\n");
	assert_true(ccid_power_on(&bench.reader, 0, &atr, PLENTY_MS, &bench.err));
	assert_true(replay_port_done(&bench.replay));
	ccid_finish(&bench.reader);

	set_up(&bench, &facts,
		"> 62 00000000 00 00 030000\n< 80 00000000 00 00 42 FE 00\n"
		"> 63 00000000 00 01 000000\n< 81 00000000 00 01 02 00 00\n"
		"> 65 00000000 00 02 000000\n< 81 00000000 00 02 42 FE 00\n");
	assert_false(ccid_power_on(&bench.reader, 0, &atr, PLENTY_MS, &bench.err));
	assert_int_equal(bench.err.kind, ERROR_GONE);
	assert_string_equal(bench.err.text, "slot 0 answer to 62: no card");
	assert_true(replay_port_done(&bench.replay));
	ccid_finish(&bench.reader);
}

static void
chains_what_is_longer_than_a_message(void **state)
{
	static const uint8_t command[70] = { 0 };
	const struct usb_facts_ccid facts = {
		.slots = 1, .voltage_itself = true, .message = 10 + 34, .level = USB_FACTS_EXTENDED_APDU
	};
#define ZEROS_34 "00000000000000000000000000000000000000000000000000000000000000000000"
	uint8_t bytes[64];
	struct buffer response = buffer_into(bytes, sizeof(bytes));
	struct bench bench;
	(void)state;
	set_up(&bench, &facts,
		"> 6F 22000000 00 00 000100 " ZEROS_34 "\n< 80 00000000 00 00 00 00 10\n"
		"> 6F 22000000 00 01 000300 " ZEROS_34 "\n< 80 00000000 00 01 00 00 10\n"
		"> 6F 02000000 00 02 000200 0000\n< 80 02000000 00 02 00 00 01 0102\n"
		"> 6F 00000000 00 03 001000\n< 80 02000000 00 03 00 00 03 0304\n"
		"> 6F 00000000 00 04 001000\n< 80 02000000 00 04 00 00 02 9000\n");
	assert_true(transmit(&bench, (struct span){ command, sizeof(command) }, &response));
	assert_int_equal(response.len, 6);
	assert_memory_equal(bytes, "\1\2\3\4\x90\0", 6);
	assert_true(replay_port_done(&bench.replay));
	ccid_finish(&bench.reader);

	static const char *const out_of_turn[] = {
		"< 80 00000000 00 00 00 00 00\n", /* does not ask for the rest */
		"< 80 00000000 00 00 00 00 10\n< 80 00000000 00 01 00 00 10\n< 80 02000000 00 02 00 00 02 9000\n",
		"< 80 00000000 00 00 00 00 10\n< 80 00000000 00 01 00 00 10\n< 80 00000000 00 02 00 00 01\n",
		("< 80 00000000 00 00 00 00 10\n< 80 00000000 00 01 00 00 10\n< 80 02000000 00 02 00 00 01 0102\n"
		 "< 80 02000000 00 03 00 00 01 0102\n"),
	};
	for (size_t i = 0; i < sizeof(out_of_turn) / sizeof(out_of_turn[0]); i++) {
		set_up(&bench, &facts, out_of_turn[i]);
		bench.replay.skips_writes = true;
		assert_false(transmit(&bench, (struct span){ command, sizeof(command) }, &response));
		assert_int_equal(bench.err.kind, ERROR_INVALID);
		assert_true(replay_port_done(&bench.replay));
		ccid_finish(&bench.reader);
	}
}

static void
bounds_commands_and_responses(void **state)
{
	static const uint8_t command[262] = { 0 };
	uint8_t bytes[1];
	struct buffer response = buffer_into(bytes, sizeof(bytes));
	struct bench bench;
	(void)state;
	set_up(&bench, &short_reader, "< 80 02000000 00 00 00 00 00 9000\n");
	bench.replay.skips_writes = true;
	assert_false(transmit(&bench, (struct span){ command, sizeof(command) }, &response));
	assert_int_equal(bench.err.kind, ERROR_FULL);
	assert_false(transmit(&bench, (struct span){ command, 261 }, &response));
	assert_int_equal(bench.err.kind, ERROR_FULL);
	assert_true(replay_port_done(&bench.replay));
	assert_false(ccid_transmit(&bench.reader, 2, (struct span){ command, 4 }, &response, PLENTY_MS, &bench.err));
	assert_int_equal(bench.err.kind, ERROR_INVALID);
	ccid_finish(&bench.reader);
}

static void
refuses_readers_it_cannot_speak_to(void **state)
{
	static const struct {
		enum usb_facts_level level;
		uint32_t message;
		enum error_kind kind;
		const char *words;
	} bad[] = {
		{ USB_FACTS_TPDU, 271, ERROR_REFUSED, "TPDU" },
		{ USB_FACTS_CHARACTER, 271, ERROR_REFUSED, "characters" },
		{ USB_FACTS_SHORT_APDU, 270, ERROR_INVALID, "270 bytes" },
		{ USB_FACTS_EXTENDED_APDU, 42, ERROR_INVALID, "42 bytes" },
	};
	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		const struct usb_facts_ccid facts = { .slots = 1, .message = bad[i].message, .level = bad[i].level };
		struct replay_port replay = replay_port_over("");
		struct ccid reader;
		struct error err;
		assert_false(ccid_init(&reader, replay_port(&replay), &facts, &err));
		assert_int_equal(err.kind, bad[i].kind);
		assert_non_null(strstr(err.text, bad[i].words));
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(powers_on_talks_and_powers_off),
		cmocka_unit_test(waits_while_the_card_asks_for_more_time),
		cmocka_unit_test(passes_over_empty_packets),
		cmocka_unit_test(refuses_malformed_answers),
		cmocka_unit_test(gives_endless_time_extensions_up),
		cmocka_unit_test(drops_the_late_answer_of_a_command_given_up),
		cmocka_unit_test(tries_the_lowest_voltage_first),
		cmocka_unit_test(chains_what_is_longer_than_a_message),
		cmocka_unit_test(bounds_commands_and_responses),
		cmocka_unit_test(refuses_readers_it_cannot_speak_to),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
