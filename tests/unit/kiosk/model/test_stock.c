#include <string.h>

#include "kiosk/model/stock.h"
#include "tests/support/check.h"

static void
a_serial_is_read_as_it_is_printed(void **state)
{
	char serial[STOCK_SERIAL] = "untouched";
	struct error err = { 0 };
	(void)state;
	assert_true(stock_serial_tidy(" 3041 2207-5518 ", serial, &err));
	assert_string_equal(serial, "304122075518");
	assert_true(stock_serial_tidy("sn-00a7", serial, &err));
	assert_string_equal(serial, "SN00A7");
	assert_true(stock_serial_tidy("123456789012345678901234", serial, &err));
	assert_false(stock_serial_tidy("1234567890123456789012345", serial, &err));
	assert_int_equal(err.kind, ERROR_FULL);
	assert_false(stock_serial_tidy("- -", serial, &err));
	assert_int_equal(err.kind, ERROR_INVALID);
	assert_false(stock_serial_tidy("12/34", serial, &err));
	assert_false(stock_serial_tidy("12\xe4\xb8\x80", serial, &err));
	assert_string_equal(serial, "123456789012345678901234");
}

static void
a_range_counts_both_ends(void **state)
{
	unsigned count = 0;
	char serial[STOCK_SERIAL];
	struct error err = { 0 };
	(void)state;
	assert_true(stock_range("304122075518", "304122075518", &count, &err));
	assert_int_equal(count, 1);
	assert_true(stock_range("SN0098", "SN0102", &count, &err));
	assert_int_equal(count, 5);
	stock_range_at("SN0098", 0, serial);
	assert_string_equal(serial, "SN0098");
	stock_range_at("SN0098", 4, serial);
	assert_string_equal(serial, "SN0102");
	assert_true(stock_range("0000", "0999", &count, &err));
	assert_int_equal(count, 1000);
}

static void
what_is_no_range_is_refused(void **state)
{
	static const char *const bad[][2] = { { "SN0102", "SN0098" }, { "SN01", "SN001" }, { "SA01", "SB01" }, { "", "" },
		{ "A10000000000", "A20000000000" }, { "SN1A", "SN1B" } };
	unsigned count = 7;
	struct error err = { 0 };
	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_false(stock_range(bad[i][0], bad[i][1], &count, &err));
	assert_false(stock_range("00000", "01000", &count, &err));
	assert_int_equal(err.kind, ERROR_FULL);
	assert_int_equal(count, 7);
}

static void
what_was_given_or_spoiled_stays_so(void **state)
{
	(void)state;
	for (int to = 0; to < STOCK_STATES; to++) {
		assert_false(stock_may(STOCK_GIVEN, (enum stock_state)to));
		assert_false(stock_may(STOCK_SPOILED, (enum stock_state)to));
		assert_int_equal(stock_may((enum stock_state)to, STOCK_GIVEN), to == STOCK_READY);
		assert_int_equal(stock_state_of(stock_state_name((enum stock_state)to)), to);
	}
	for (int reason = 0; reason < STOCK_REASONS; reason++)
		assert_int_equal(stock_reason_of(stock_reason_name((enum stock_reason)reason)), reason);
	assert_int_equal(stock_kind_of("envelope"), STOCK_ENVELOPE);
	assert_int_equal(stock_state_of("elsewhere"), STOCK_STATES);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_serial_is_read_as_it_is_printed),
		cmocka_unit_test(a_range_counts_both_ends),
		cmocka_unit_test(what_is_no_range_is_refused),
		cmocka_unit_test(what_was_given_or_spoiled_stays_so),
	};
	return cmocka_run_group_tests_name("stock", tests, NULL, NULL);
}
