#include <string.h>

#include "kiosk/base/text.h"
#include "peripherals/wire/device_wire.h"
#include "tests/support/check.h"

static const struct device_wire_devices devices = {
	.count = 2,
	.device = {
		{ .id = 7, .kind = DEVICE_WIRE_READER, .state = DEVICE_WIRE_HELD, .vendor = 0x04E6, .product = 0x5116,
			.slots = 1, .serial = "0001", .name = "SCR331", .why = "reader: held by pcscd" },
		{ .id = 9, .kind = DEVICE_WIRE_PRINTER, .state = DEVICE_WIRE_READY, .vendor = 0x1209, .product = 4,
			.dots = 576, .paper_low = true },
	},
};
static const struct device_wire_card card = {
	.device = 7, .slot = 1, .state = DEVICE_WIRE_CARD_IN, .atr_len = 3, .atr = { 0x3B, 0x01, 0x55 }
};
static const struct device_wire_pin_job pin_job = {
	.step = { .job = 3,
		.device = 7,
		.slot = 1,
		.step = 5,
		.within_ms = 20000,
		.parameters = { (const uint8_t *)"secret", 6 } },
	.number = 0x0123456789ABCDEF,
	.wait_ms = 90000,
};
static const struct device_wire_print print = {
	.job = 4, .device = 9, .width = 576, .height = 1000, .from_band = 3, .cut = true, .within_ms = 30000
};
static const struct device_wire_failed failed = { .job = 4,
	.why = { .kind = ERROR_GONE, .text = "printer: unplugged" },
	.part = 12,
	.resumable = true,
	.state = DEVICE_WIRE_BROKEN,
	.left = true };

/* One message of each type, by number; how many there are is in KINDS. */
#define KINDS 10

static void
put(struct buffer *out, unsigned kind)
{
	static const struct device_wire_progress progress = { .job = 4, .part = 2, .of = 40 };
	static const struct device_wire_result result = { .job = 3, .step = 5, .outcome = { (const uint8_t *)"seen", 4 } };
	static const struct device_wire_pin pin = { .number = 99, .digits = { (const uint8_t *)"135790", 6 } };
	static const struct device_wire_pinned pinned = { .outcome = DEVICE_WIRE_PIN_DECLINED, .tries = 2 };
	switch (kind) {
	case 0:
		device_wire_put_devices(out, &devices);
		break;
	case 1:
		device_wire_put_card(out, &card);
		break;
	case 2:
		device_wire_put_step(out, &pin_job.step);
		break;
	case 3:
		device_wire_put_pin_job(out, &pin_job);
		break;
	case 4:
		device_wire_put_print(out, &print);
		break;
	case 5:
		device_wire_put_progress(out, &progress);
		break;
	case 6:
		device_wire_put_result(out, &result);
		break;
	case 7:
		device_wire_put_failed(out, &failed);
		break;
	case 8:
		device_wire_put_pin(out, &pin);
		break;
	default:
		device_wire_put_pinned(out, &pinned);
		break;
	}
}

/* Take one message and put it again. */
static bool
again(unsigned kind, struct cursor *in, struct buffer *out, struct error *err)
{
	union {
		struct device_wire_devices devices;
		struct device_wire_card card;
		struct device_wire_pin_job pin_job;
		struct device_wire_print print;
		struct device_wire_progress progress;
		struct device_wire_result result;
		struct device_wire_failed failed;
		struct device_wire_pin pin;
		struct device_wire_pinned pinned;
	} any;
	switch (kind) {
	case 0:
		return device_wire_take_devices(in, &any.devices, err) && (device_wire_put_devices(out, &any.devices), true);
	case 1:
		return device_wire_take_card(in, &any.card, err) && (device_wire_put_card(out, &any.card), true);
	case 2:
		return device_wire_take_step(in, &any.pin_job.step, err) &&
			   (device_wire_put_step(out, &any.pin_job.step), true);
	case 3:
		return device_wire_take_pin_job(in, &any.pin_job, err) && (device_wire_put_pin_job(out, &any.pin_job), true);
	case 4:
		return device_wire_take_print(in, &any.print, err) && (device_wire_put_print(out, &any.print), true);
	case 5:
		return device_wire_take_progress(in, &any.progress, err) &&
			   (device_wire_put_progress(out, &any.progress), true);
	case 6:
		return device_wire_take_result(in, &any.result, err) && (device_wire_put_result(out, &any.result), true);
	case 7:
		return device_wire_take_failed(in, &any.failed, err) && (device_wire_put_failed(out, &any.failed), true);
	case 8:
		return device_wire_take_pin(in, &any.pin, err) && (device_wire_put_pin(out, &any.pin), true);
	default:
		return device_wire_take_pinned(in, &any.pinned, err) && (device_wire_put_pinned(out, &any.pinned), true);
	}
}

static void
gives_back_what_was_put(void **state)
{
	(void)state;
	for (unsigned kind = 0; kind < KINDS; kind++) {
		uint8_t bytes[1024], copy[1024];
		struct buffer out = buffer_into(bytes, sizeof(bytes)), second = buffer_into(copy, sizeof(copy));
		struct error err = { 0 };
		put(&out, kind);
		struct cursor in = cursor_over(buffer_span(&out));
		if (!again(kind, &in, &second, &err))
			fail_msg("kind %u: %s", kind, err.text);
		assert_true(out.ok && second.ok && cursor_done(&in));
		assert_int_equal(out.len, second.len);
		assert_memory_equal(bytes, copy, out.len);
	}
}

/* The bytes are a contract between two programs: they do not change with the compiler. */
static void
writes_a_step_byte_for_byte(void **state)
{
	static const uint8_t expected[] = { 3, 0, 0, 0, 7, 0, 0, 0, 1, 5, 0x20, 0x4E, 0, 0, 6, 0, 0, 0, 's', 'e', 'c', 'r',
		'e', 't' };
	uint8_t bytes[64];
	struct buffer out = buffer_into(bytes, sizeof(bytes));
	(void)state;
	device_wire_put_step(&out, &pin_job.step);
	assert_int_equal(out.len, sizeof(expected));
	assert_memory_equal(bytes, expected, sizeof(expected));
}

static void
refuses_every_shorter_message(void **state)
{
	(void)state;
	for (unsigned kind = 0; kind < KINDS; kind++) {
		uint8_t bytes[1024], copy[1024];
		struct buffer out = buffer_into(bytes, sizeof(bytes));
		put(&out, kind);
		for (size_t len = 0; len < out.len; len++) {
			struct buffer second = buffer_into(copy, sizeof(copy));
			struct error err = { 0 };
			struct cursor in = cursor_over((struct span){ bytes, len });
			assert_false(again(kind, &in, &second, &err));
			assert_int_equal(err.kind, ERROR_INVALID);
		}
	}
}

/* One byte of a good message set to a value that is out of its range. */
static void
refuses_what_is_out_of_range(void **state)
{
	static const struct {
		unsigned kind;
		size_t at;
		uint8_t value;
		const char *words;
	} changes[] = {
		{ 0, 0, DEVICE_WIRE_DEVICES + 1, "devices: count" },
		{ 0, 1, 0, "device: id" },
		{ 0, 5, DEVICE_WIRE_KINDS, "device: kind" },
		{ 0, 5, DEVICE_WIRE_PRINTER, "device: slots" },
		{ 0, 6, DEVICE_WIRE_STATES, "device: state" },
		{ 0, 11, 0, "device: slots" },
		{ 0, 11, DEVICE_WIRE_SLOTS + 1, "device: slots" },
		{ 0, 12, 2, "cut short" },
		{ 0, 17, '\n', "cut short" },
		{ 1, 0, 0, "card: device" },
		{ 1, 4, DEVICE_WIRE_SLOTS, "card: slot" },
		{ 1, 5, DEVICE_WIRE_CARD_STATES, "card: state" },
		{ 1, 5, DEVICE_WIRE_CARD_OUT, "card: bytes of ATR" },
		{ 1, 6, 1, "card: bytes of ATR" },
		{ 2, 0, 0, "step: job" },
		{ 2, 8, DEVICE_WIRE_SLOTS, "step: slot" },
		{ 2, 12, 0xFF, "step: ms" },
		{ 2, 16, 0xFF, "cut short" },
		{ 4, 0, 0, "print: job" },
		{ 4, 8, 0x3C, "print: dots beyond" },
		{ 4, 9, 3, "print: dots" },
		{ 4, 13, 0xFF, "print: rows" },
		{ 4, 15, 0xFF, "print: band" },
		{ 4, 22, 0xFF, "print: ms" },
		{ 5, 4, 41, "progress: part" },
		{ 7, 4, ERROR_NONE, "error: kind" },
		{ 8, 8, DEVICE_WIRE_PIN_MOST + 1, "cut short" },
		{ 9, 0, DEVICE_WIRE_PIN_OUTCOMES, "outcome" },
	};
	(void)state;
	for (size_t i = 0; i < sizeof(changes) / sizeof(changes[0]); i++) {
		uint8_t bytes[1024], copy[1024];
		struct buffer out = buffer_into(bytes, sizeof(bytes)), second = buffer_into(copy, sizeof(copy));
		struct error err = { 0 };
		put(&out, changes[i].kind);
		bytes[changes[i].at] = changes[i].value;
		struct cursor in = cursor_over(buffer_span(&out));
		if (again(changes[i].kind, &in, &second, &err) || strstr(err.text, changes[i].words) == NULL)
			fail_msg("change %zu: %s", i, err.text);
		assert_int_equal(err.kind, ERROR_INVALID);
	}
}

static void
refuses_one_device_twice_and_an_empty_pin(void **state)
{
	struct device_wire_devices twice = devices, back;
	const struct device_wire_pin none = { .number = 1 };
	struct device_wire_pin pin;
	uint8_t bytes[1024];
	struct buffer out = buffer_into(bytes, sizeof(bytes));
	struct error err = { 0 };
	(void)state;
	twice.device[1].id = twice.device[0].id;
	device_wire_put_devices(&out, &twice);
	struct cursor in = cursor_over(buffer_span(&out));
	assert_false(device_wire_take_devices(&in, &back, &err));
	assert_string_equal(err.text, "devices: one id twice");
	out = buffer_into(bytes, sizeof(bytes));
	device_wire_put_pin(&out, &none);
	in = cursor_over(buffer_span(&out));
	assert_false(device_wire_take_pin(&in, &pin, &err));
	assert_string_equal(err.text, "PIN: empty");
}

static void
takes_one_number_and_nothing_behind_it(void **state)
{
	static const uint8_t bytes[5] = { 1, 2, 0, 0, 9 };
	uint32_t number = 0;
	struct error err = { 0 };
	(void)state;
	assert_true(device_wire_take_number((struct span){ bytes, 4 }, &number, &err));
	assert_int_equal(number, 0x0201);
	assert_false(device_wire_take_number((struct span){ bytes, 3 }, &number, &err));
	assert_false(device_wire_take_number((struct span){ bytes, 5 }, &number, &err));
	assert_int_equal(err.kind, ERROR_INVALID);
}

/* Everything that can be said fits into one message. */
static void
holds_the_largest_snapshot_and_outcome(void **state)
{
	static uint8_t bytes[16384 + 64], outcome[DEVICE_WIRE_OUTCOME_MOST];
	struct device_wire_devices many = { .count = DEVICE_WIRE_DEVICES };
	struct device_wire_devices back;
	struct error err = { 0 };
	(void)state;
	for (unsigned i = 0; i < many.count; i++) {
		many.device[i] = devices.device[0];
		many.device[i].id = i + 1;
		memset(many.device[i].why, 'w', sizeof(many.device[i].why) - 1);
		memset(many.device[i].name, 'n', sizeof(many.device[i].name) - 1);
		memset(many.device[i].serial, 's', sizeof(many.device[i].serial) - 1);
	}
	struct buffer out = buffer_into(bytes, sizeof(bytes));
	device_wire_put_devices(&out, &many);
	struct cursor in = cursor_over(buffer_span(&out));
	assert_true(out.ok);
	assert_true(device_wire_take_devices(&in, &back, &err));
	assert_string_equal(back.device[15].why, many.device[15].why);
	const struct device_wire_result large = { .job = 1, .outcome = { outcome, sizeof(outcome) } };
	struct device_wire_result result;
	out = buffer_into(bytes, sizeof(bytes));
	device_wire_put_result(&out, &large);
	in = cursor_over(buffer_span(&out));
	assert_true(out.ok);
	assert_true(device_wire_take_result(&in, &result, &err));
	assert_int_equal(result.outcome.len, sizeof(outcome));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(gives_back_what_was_put),
		cmocka_unit_test(writes_a_step_byte_for_byte),
		cmocka_unit_test(refuses_every_shorter_message),
		cmocka_unit_test(refuses_what_is_out_of_range),
		cmocka_unit_test(refuses_one_device_twice_and_an_empty_pin),
		cmocka_unit_test(takes_one_number_and_nothing_behind_it),
		cmocka_unit_test(holds_the_largest_snapshot_and_outcome),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
