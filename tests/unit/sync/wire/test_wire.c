#include <string.h>

#include "kiosk/base/error_wire.h"
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
	error_wire_put(&out, &fault);
	assert_true(out.ok);
	struct cursor in = cursor_over(buffer_span(&out));
	assert_true(wire_take_item(&in, &item_back, &err));
	assert_true(wire_take_line(&in, &line_back, &err));
	assert_true(wire_take_parked(&in, &parked_back, &err));
	assert_true(error_wire_take(&in, &fault_back, &err));
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
			error_wire_put(&out, &fault);
		for (size_t len = 0; len < out.len; len++) {
			struct cursor in = cursor_over((struct span){ bytes, len });
			bool taken = kind == 0   ? wire_take_item(&in, &item_back, &err)
						 : kind == 1 ? wire_take_line(&in, &line_back, &err)
						 : kind == 2 ? wire_take_parked(&in, &parked_back, &err)
									 : error_wire_take(&in, &fault_back, &err);
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
	error_wire_put(&out, &fault);
	bytes[0] = ERROR_NONE;
	in = cursor_over(buffer_span(&out));
	assert_false(error_wire_take(&in, &fault_back, &err));
	bytes[0] = ERROR_SYSTEM + 1;
	in = cursor_over(buffer_span(&out));
	assert_false(error_wire_take(&in, &fault_back, &err));
}

static const struct wire_enrol enrol = {
	.line = "261125-WR-04-000047-7f3a9c2b/1", .label = "personal-mr-safenet", .sha256 = { 9, [31] = 7 }, .len = 700
};
static const struct wire_enrol_wait wait_for = { .line = "261125-WR-04-000047-7f3a9c2b/1",
	.since_ms = 1795575600000,
	.next_ms = INT64_MAX,
	.tries = 3,
	.status = 202,
	.why = "not released yet" };
static const struct wire_enrol_failed enrol_failed = {
	.line = "261125-WR-04-000047-7f3a9c2b/999", .status = 409, .why = "another key for this line"
};

/* Takes kind 0..2 of these messages; what is wrong in it is an ERROR_INVALID. */
static bool
enrol_taken(int kind, struct span bytes, bool *whole)
{
	struct wire_enrol enrol_back;
	struct wire_enrol_wait wait_back;
	struct wire_enrol_failed failed_back;
	struct error err = { 0 };
	struct cursor in = cursor_over(bytes);
	bool taken = kind == 0   ? wire_take_enrol(&in, &enrol_back, &err)
				 : kind == 1 ? wire_take_enrol_wait(&in, &wait_back, &err)
							 : wire_take_enrol_failed(&in, &failed_back, &err);
	if (!taken)
		assert_int_equal(err.kind, ERROR_INVALID);
	else if (kind == 0)
		assert_true(strcmp(enrol_back.line, enrol.line) == 0 && strcmp(enrol_back.label, enrol.label) == 0 &&
					memcmp(enrol_back.sha256, enrol.sha256, 32) == 0 && enrol_back.len == enrol.len);
	else if (kind == 1)
		assert_true(strcmp(wait_back.line, wait_for.line) == 0 && wait_back.since_ms == wait_for.since_ms &&
					wait_back.next_ms == wait_for.next_ms && wait_back.tries == 3 && wait_back.status == 202 &&
					strcmp(wait_back.why, wait_for.why) == 0);
	else
		assert_true(strcmp(failed_back.line, enrol_failed.line) == 0 && failed_back.status == 409 &&
					strcmp(failed_back.why, enrol_failed.why) == 0);
	*whole = cursor_done(&in);
	return taken;
}

static void
carries_enrolments_whole_or_not_at_all(void **state)
{
	uint8_t bytes[512];
	bool whole = false;
	(void)state;
	for (int kind = 0; kind < 3; kind++) {
		struct buffer out = buffer_into(bytes, sizeof(bytes));
		if (kind == 0)
			wire_put_enrol(&out, &enrol);
		else if (kind == 1)
			wire_put_enrol_wait(&out, &wait_for);
		else
			wire_put_enrol_failed(&out, &enrol_failed);
		assert_true(out.ok);
		assert_true(enrol_taken(kind, buffer_span(&out), &whole));
		assert_true(whole);
		for (size_t len = 0; len < out.len; len++)
			assert_false(enrol_taken(kind, (struct span){ bytes, len }, &whole));
	}
}

static bool
this_enrol_taken(const struct wire_enrol *changed)
{
	uint8_t bytes[512];
	struct buffer out = buffer_into(bytes, sizeof(bytes));
	struct wire_enrol back;
	struct error err = { 0 };
	wire_put_enrol(&out, changed);
	struct cursor in = cursor_over(buffer_span(&out));
	return wire_take_enrol(&in, &back, &err);
}

static void
refuses_enrolments_out_of_bounds(void **state)
{
	static const char *const lines[] = { "", "/1", "A1", "A1/", "A1/0", "A1/01", "A1/1000", "A1/1/2", "A1/x", "../1",
		"A 1/1", "A1/-1" };
	static const char *const labels[] = { "", "Personal", "a/b", "a.b", "a%2f", "a b" };
	struct wire_enrol changed = enrol;
	struct wire_enrol_failed bad = enrol_failed;
	uint8_t bytes[512];
	bool whole = false;
	(void)state;
	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		(void)text_copy(changed.line, sizeof(changed.line), lines[i]);
		assert_false(this_enrol_taken(&changed));
	}
	changed = enrol;
	for (size_t i = 0; i < sizeof(labels) / sizeof(labels[0]); i++) {
		(void)text_copy(changed.label, sizeof(changed.label), labels[i]);
		assert_false(this_enrol_taken(&changed));
	}
	changed = enrol;
	changed.len = WIRE_ENROL_MOST;
	assert_true(this_enrol_taken(&changed));
	changed.len = WIRE_ENROL_MOST + 1;
	assert_false(this_enrol_taken(&changed));
	changed.len = 0;
	assert_false(this_enrol_taken(&changed));
	bad.status = 99;
	struct buffer out = buffer_into(bytes, sizeof(bytes));
	wire_put_enrol_failed(&out, &bad);
	assert_false(enrol_taken(2, buffer_span(&out), &whole));
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
		cmocka_unit_test(carries_enrolments_whole_or_not_at_all),
		cmocka_unit_test(refuses_enrolments_out_of_bounds),
	};
	return cmocka_run_group_tests_name("wire", tests, NULL, NULL);
}
