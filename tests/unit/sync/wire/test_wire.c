#include <string.h>

#include "kiosk/base/text.h"
#include "sync/wire/wire.h"
#include "tests/support/check.h"

static const struct wire_item item = {
	.id = "261125-WR-04-000047-7f3a9c2b", .lane = WIRE_LANE_PACKET, .sha256 = { 1, 2, [31] = 3 }, .len = 4096
};
static const struct wire_line line = { .state = WIRE_LINE_DOWN,
	.since_ms = 1795575600000,
	.next_ms = -1,
	.answer_ms = INT64_MAX,
	.tries = 7,
	.waiting = 12,
	.why = "could not connect" };
static const struct wire_parked parked = {
	.id = "261125-WR-04-000047-7f3a9c2b", .status = 409, .tries = 1, .why = "other bytes under this id"
};
static const struct error fault = {
	.kind = ERROR_REFUSED, .domain = DOMAIN_HTTP, .detail = -403, .text = "the code was used"
};

static void
gives_back_what_was_put(void **state)
{
	uint8_t bytes[1024];
	struct buffer out = buffer_into(bytes, sizeof(bytes));
	struct error err = { 0 };
	struct wire_item item_back;
	struct wire_line line_back;
	struct wire_parked parked_back;
	struct error fault_back;
	(void)state;
	wire_put_item(&out, &item);
	wire_put_line(&out, &line);
	wire_put_parked(&out, &parked);
	wire_put_error(&out, &fault);
	assert_true(out.ok);
	struct cursor in = cursor_over(buffer_span(&out));
	assert_true(wire_take_item(&in, &item_back, &err));
	assert_true(wire_take_line(&in, &line_back, &err));
	assert_true(wire_take_parked(&in, &parked_back, &err));
	assert_true(wire_take_error(&in, &fault_back, &err));
	assert_true(cursor_done(&in));
	assert_string_equal(item_back.id, item.id);
	assert_int_equal(item_back.lane, item.lane);
	assert_memory_equal(item_back.sha256, item.sha256, 32);
	assert_int_equal(item_back.len, item.len);
	assert_int_equal(line_back.state, line.state);
	assert_true(line_back.since_ms == line.since_ms && line_back.next_ms == line.next_ms);
	assert_true(line_back.answer_ms == line.answer_ms);
	assert_int_equal(line_back.tries, 7);
	assert_int_equal(line_back.waiting, 12);
	assert_string_equal(line_back.why, line.why);
	assert_int_equal(parked_back.status, 409);
	assert_string_equal(parked_back.why, parked.why);
	assert_int_equal(fault_back.kind, fault.kind);
	assert_int_equal(fault_back.detail, -403);
	assert_string_equal(fault_back.text, fault.text);
}

/* The bytes are a contract between two programs: they do not change with the compiler. */
static void
writes_an_item_byte_for_byte(void **state)
{
	static const uint8_t expected[] = { 2, 0, 'A', '1', 1, 0xAA, 0xAA, 0xAA, 0xAA, 0xAA, 0xAA, 0xAA, 0xAA, 0xAA, 0xAA,
		0xAA, 0xAA, 0xAA, 0xAA, 0xAA, 0xAA, 0xAA, 0xAA, 0xAA, 0xAA, 0xAA, 0xAA, 0xAA, 0xAA, 0xAA, 0xAA, 0xAA, 0xAA,
		0xAA, 0xAA, 0xAA, 0xAA, 0x04, 0x03, 0x02, 0x00 };
	struct wire_item small = { .id = "A1", .lane = WIRE_LANE_ENROLMENT, .len = 0x020304 };
	uint8_t bytes[64];
	struct buffer out = buffer_into(bytes, sizeof(bytes));
	(void)state;
	memset(small.sha256, 0xAA, sizeof(small.sha256));
	wire_put_item(&out, &small);
	assert_true(out.ok);
	assert_int_equal(out.len, sizeof(expected));
	assert_memory_equal(bytes, expected, sizeof(expected));
}

static void
refuses_every_shorter_message(void **state)
{
	uint8_t bytes[1024];
	struct error err = { 0 };
	struct wire_item item_back;
	struct wire_line line_back;
	struct wire_parked parked_back;
	struct error fault_back;
	(void)state;
	for (int kind = 0; kind < 4; kind++) {
		struct buffer out = buffer_into(bytes, sizeof(bytes));
		if (kind == 0)
			wire_put_item(&out, &item);
		else if (kind == 1)
			wire_put_line(&out, &line);
		else if (kind == 2)
			wire_put_parked(&out, &parked);
		else
			wire_put_error(&out, &fault);
		for (size_t len = 0; len < out.len; len++) {
			struct cursor in = cursor_over((struct span){ bytes, len });
			bool taken = kind == 0   ? wire_take_item(&in, &item_back, &err)
						 : kind == 1 ? wire_take_line(&in, &line_back, &err)
						 : kind == 2 ? wire_take_parked(&in, &parked_back, &err)
									 : wire_take_error(&in, &fault_back, &err);
			assert_false(taken);
			assert_int_equal(err.kind, ERROR_INVALID);
		}
	}
}

static bool
item_taken(struct wire_item changed)
{
	uint8_t bytes[256];
	struct buffer out = buffer_into(bytes, sizeof(bytes));
	struct wire_item back;
	struct error err = { 0 };
	wire_put_item(&out, &changed);
	struct cursor in = cursor_over(buffer_span(&out));
	return wire_take_item(&in, &back, &err);
}

static void
refuses_items_out_of_bounds(void **state)
{
	static const char *const ids[] = { "", "a/b", "..", "a b", "a\n", "é", "a.b", "a%2f" };
	struct wire_item changed = item;
	(void)state;
	assert_true(item_taken(changed));
	changed.len = WIRE_PACKET_MOST;
	assert_true(item_taken(changed));
	changed.len = WIRE_PACKET_MOST + 1;
	assert_false(item_taken(changed));
	changed.len = 0;
	assert_false(item_taken(changed));
	changed = item;
	changed.lane = WIRE_LANES;
	assert_false(item_taken(changed));
	for (size_t i = 0; i < sizeof(ids) / sizeof(ids[0]); i++) {
		changed = item;
		(void)text_copy(changed.id, sizeof(changed.id), ids[i]);
		assert_false(item_taken(changed));
	}
}

static void
refuses_states_kinds_and_statuses_that_do_not_exist(void **state)
{
	uint8_t bytes[512];
	struct error err = { 0 }, fault_back;
	struct wire_line bad_line = line, line_back;
	struct wire_parked bad_parked = parked, parked_back;
	(void)state;
	struct buffer out = buffer_into(bytes, sizeof(bytes));
	wire_put_line(&out, &bad_line);
	bytes[0] = WIRE_LINE_UNPROVISIONED + 1;
	struct cursor in = cursor_over(buffer_span(&out));
	assert_false(wire_take_line(&in, &line_back, &err));
	bad_parked.status = 600;
	out = buffer_into(bytes, sizeof(bytes));
	wire_put_parked(&out, &bad_parked);
	in = cursor_over(buffer_span(&out));
	assert_false(wire_take_parked(&in, &parked_back, &err));
	out = buffer_into(bytes, sizeof(bytes));
	wire_put_error(&out, &fault);
	bytes[0] = ERROR_NONE;
	in = cursor_over(buffer_span(&out));
	assert_false(wire_take_error(&in, &fault_back, &err));
	bytes[0] = ERROR_SYSTEM + 1;
	in = cursor_over(buffer_span(&out));
	assert_false(wire_take_error(&in, &fault_back, &err));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(gives_back_what_was_put),
		cmocka_unit_test(writes_an_item_byte_for_byte),
		cmocka_unit_test(refuses_every_shorter_message),
		cmocka_unit_test(refuses_items_out_of_bounds),
		cmocka_unit_test(refuses_states_kinds_and_statuses_that_do_not_exist),
	};
	return cmocka_run_group_tests_name("wire", tests, NULL, NULL);
}
