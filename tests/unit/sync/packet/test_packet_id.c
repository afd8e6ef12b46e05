#include <string.h>

#include "sync/packet/packet.h"
#include "tests/support/check.h"

static void
makes_and_reads_ids(void **state)
{
	(void)state;
	static const uint8_t random[4] = { 0x7f, 0x3a, 0x9c, 0x2b };
	char text[APPLICATION_ID];
	struct packet_id id;
	struct error err;
	assert_true(packet_id_make((struct date){ 2026, 11, 25 }, "WR", "04", 47, random, text, &err));
	assert_string_equal(text, "261125-WR-04-000047-7f3a9c2b");
	assert_true(packet_id_parse(text, &id, &err));
	assert_string_equal(id.day, "261125");
	assert_string_equal(id.branch, "WR");
	assert_string_equal(id.counter, "04");
	assert_int_equal(id.sequence, 47);
	assert_memory_equal(id.random, random, 4);
	assert_true(packet_id_make((struct date){ 2000, 2, 29 }, "ABCD1234", "99", PACKET_SEQ_MOST, random, text, &err));
	assert_true(packet_id_parse(text, &id, &err));
}

static void
refuses_parts_that_cannot_stand_in_an_id(void **state)
{
	(void)state;
	static const uint8_t random[4] = { 0 };
	static const struct {
		struct date day;
		const char *branch, *counter;
		int64_t sequence;
	} bad[] = { { { 1999, 12, 31 }, "WR", "04", 1 }, { { 2100, 1, 1 }, "WR", "04", 1 },
		{ { 2026, 2, 29 }, "WR", "04", 1 }, { { 2026, 1, 1 }, "W", "04", 1 }, { { 2026, 1, 1 }, "ABCDEFGHI", "04", 1 },
		{ { 2026, 1, 1 }, "wr", "04", 1 }, { { 2026, 1, 1 }, "W-R", "04", 1 }, { { 2026, 1, 1 }, "WR", "4", 1 },
		{ { 2026, 1, 1 }, "WR", "A4", 1 }, { { 2026, 1, 1 }, "WR", "004", 1 }, { { 2026, 1, 1 }, "WR", "04", 0 },
		{ { 2026, 1, 1 }, "WR", "04", 1000000 }, { { 2026, 1, 1 }, "WR", "04", -1 },
		{ { 2026, 1, 1 }, "ABCDEFGHIJKLMNOPQRSTUVWXYZABCDEFGHIJKLMNOPQRSTUVWXYZABCDEFGH", "04", 1 } };
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		char text[APPLICATION_ID] = "kept";
		struct error err;
		assert_false(packet_id_make(bad[i].day, bad[i].branch, bad[i].counter, bad[i].sequence, random, text, &err));
		assert_int_equal(err.kind, ERROR_INVALID);
		assert_string_equal(text, "kept");
	}
}

static void
names_the_part_that_is_wrong(void **state)
{
	(void)state;
	static const struct {
		const char *id, *part;
	} bad[] = { { "", "day" }, { "26112-WR-04-000047-7f3a9c2b", "day" }, { "261325-WR-04-000047-7f3a9c2b", "day" },
		{ "260230-WR-04-000047-7f3a9c2b", "day" }, { "261125_WR-04-000047-7f3a9c2b", "day" }, { "261125", "branch" },
		{ "261125-W-04-000047-7f3a9c2b", "branch" }, { "261125--04-000047-7f3a9c2b", "branch" },
		{ "261125-WR-4-000047-7f3a9c2b", "counter" }, { "261125-WR-04-47-7f3a9c2b", "sequence" },
		{ "261125-WR-04-000000-7f3a9c2b", "sequence" }, { "261125-WR-04-000047", "random" },
		{ "261125-WR-04-000047-", "random" }, { "261125-WR-04-000047-7F3A9C2B", "random" },
		{ "261125-WR-04-000047-7f3a9c2", "random" }, { "261125-WR-04-000047-7f3a9c2bc", "random" },
		{ "261125-WR-04-000047-7f3a9c2b-", "random" }, { "261125-WR-04-000047-7f3a9c2b ", "random" } };
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct packet_id id = { .sequence = 5 };
		struct error err = { .text = "" };
		assert_false(packet_id_parse(bad[i].id, &id, &err));
		assert_int_equal(err.kind, ERROR_INVALID);
		if (strstr(err.text, bad[i].part) == NULL)
			fail_msg("%zu: %s", i + 1, err.text);
		assert_int_equal(id.sequence, 5);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(makes_and_reads_ids),
		cmocka_unit_test(refuses_parts_that_cannot_stand_in_an_id), cmocka_unit_test(names_the_part_that_is_wrong) };
	return cmocka_run_group_tests(tests, NULL, NULL);
}
