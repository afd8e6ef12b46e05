#include <stdio.h>
#include <string.h>

#include "kiosk/model/money.h"
#include "tests/support/check.h"

static void
reads_what_people_write(void **state)
{
	(void)state;
	static const struct {
		const char *text;
		int64_t minor;
	} cases[] = { { "48", 4800 }, { "48.5", 4850 }, { "48.05", 4805 }, { "1,000.00", 100000 }, { "0", 0 },
		{ "007", 700 }, { "1000000000", MONEY_MOST }, { "1,000,000,000.00", MONEY_MOST }, { "999,999", 99999900 } };
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct money amount;
		struct error err;
		assert_true(money_parse(cases[i].text, &amount, &err));
		assert_int_equal(amount.minor, cases[i].minor);
	}
}

static void
refuses_what_is_no_amount(void **state)
{
	(void)state;
	static const char *const bad[] = { "", " ", "-1", "+1", "48.005", "48.", ".5", "4 8", "1,00", "1000,000", "1,0000",
		",100", "1,,000", "48,", "4e2", "0x10", "４８", "48.0.0", "HK$48", "1.000,00" };
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct money amount = { 77 };
		struct error err;
		assert_false(money_parse(bad[i], &amount, &err));
		assert_int_equal(err.kind, ERROR_INVALID);
		assert_int_equal(amount.minor, 77);
	}
}

static void
refuses_more_than_the_bound(void **state)
{
	(void)state;
	static const char *const bad[] = { "1000000000.01", "1000000001", "99999999999999999999999999999999999999",
		"18446744073709551616", "9,999,999,999" };
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct money amount;
		struct error err;
		assert_false(money_parse(bad[i], &amount, &err));
		assert_int_equal(err.kind, ERROR_FULL);
	}
}

static void
checks_its_arithmetic(void **state)
{
	(void)state;
	struct money most = { MONEY_MOST }, least = { -MONEY_MOST }, wild = { INT64_MAX }, out = { 5 };
	struct error err;
	assert_true(money_add((struct money){ 1 }, (struct money){ -3 }, &out, &err));
	assert_int_equal(out.minor, -2);
	assert_true(money_subtract(most, most, &out, &err));
	assert_int_equal(out.minor, 0);
	assert_true(money_times((struct money){ -4800 }, 3, &out, &err));
	assert_int_equal(out.minor, -14400);
	assert_true(money_times((struct money){ 0 }, MONEY_MOST, &out, &err));
	assert_true(money_times((struct money){ 1 }, -MONEY_MOST, &out, &err));
	out.minor = 5;
	assert_false(money_add(most, (struct money){ 1 }, &out, &err));
	assert_false(money_subtract(least, (struct money){ 1 }, &out, &err));
	assert_false(money_add(wild, wild, &out, &err));
	assert_false(money_subtract(least, wild, &out, &err));
	assert_false(money_times(most, 2, &out, &err));
	assert_false(money_times((struct money){ 2 }, INT64_MAX, &out, &err));
	assert_false(money_times((struct money){ -1 }, INT64_MIN, &out, &err));
	assert_false(money_times((struct money){ INT64_MIN }, 1, &out, &err));
	assert_false(money_times((struct money){ 3 }, MONEY_MOST / 2, &out, &err));
	assert_int_equal(err.kind, ERROR_FULL);
	assert_int_equal(out.minor, 5);
}

static void
writes_for_people_and_for_files(void **state)
{
	(void)state;
	static const struct {
		int64_t minor;
		const char *shown, *plain;
	} cases[] = { { 0, "0.00", "0.00" }, { 5, "0.05", "0.05" }, { 104800, "1,048.00", "1048.00" },
		{ -1000, "\u221210.00", "-10.00" }, { 99999, "999.99", "999.99" },
		{ MONEY_MOST, "1,000,000,000.00", "1000000000.00" },
		{ INT64_MIN, "\u221292,233,720,368,547,758.08", "-92233720368547758.08" } };
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char text[MONEY_TEXT];
		money_format((struct money){ cases[i].minor }, text);
		assert_string_equal(text, cases[i].shown);
		money_plain((struct money){ cases[i].minor }, text);
		assert_string_equal(text, cases[i].plain);
	}
}

static void
reads_back_what_it_wrote(void **state)
{
	(void)state;
	for (int64_t minor = 0; minor <= MONEY_MOST; minor = minor * 7 / 3 + 1) {
		char text[MONEY_TEXT];
		struct money amount;
		struct error err;
		money_plain((struct money){ minor }, text);
		assert_true(money_parse(text, &amount, &err));
		assert_int_equal(amount.minor, minor);
		money_format((struct money){ minor }, text);
		assert_true(money_parse(text, &amount, &err));
		assert_int_equal(amount.minor, minor);
	}
}

static void
orders_and_knows_the_smallest_coin(void **state)
{
	(void)state;
	assert_true(money_compare((struct money){ -1 }, (struct money){ 1 }) < 0);
	assert_true(money_compare((struct money){ 2 }, (struct money){ 1 }) > 0);
	assert_int_equal(money_compare((struct money){ 2 }, (struct money){ 2 }), 0);
	assert_true(money_is_cash((struct money){ 4810 }));
	assert_false(money_is_cash((struct money){ 4805 }));
}

int
main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(reads_what_people_write),
		cmocka_unit_test(refuses_what_is_no_amount), cmocka_unit_test(refuses_more_than_the_bound),
		cmocka_unit_test(checks_its_arithmetic), cmocka_unit_test(writes_for_people_and_for_files),
		cmocka_unit_test(reads_back_what_it_wrote), cmocka_unit_test(orders_and_knows_the_smallest_coin) };
	return cmocka_run_group_tests(tests, NULL, NULL);
}
