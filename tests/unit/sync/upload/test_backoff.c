#include "sync/upload/backoff.h"
#include "tests/support/check.h"

#define DAY_MS (24ll * 60 * 60 * 1000)

static void
doubles_from_one_second_to_two_minutes(void **state)
{
	static const int64_t whole[] = { 1000, 2000, 4000, 8000, 16000, 32000, 64000, 120000, 120000 };
	(void)state;
	for (uint32_t tries = 1; tries <= 9; tries++)
		assert_true(backoff_wait_ms(tries, 0) == whole[tries - 1]);
	assert_true(backoff_wait_ms(UINT32_MAX, 0) == 120000);
	assert_true(backoff_wait_ms(0, 0) == 1000);
}

static void
takes_up_to_a_quarter_off(void **state)
{
	int64_t least = INT64_MAX, most = 0;
	(void)state;
	for (uint32_t random = 0; random < 100000; random++) {
		int64_t wait = backoff_wait_ms(8, random);
		least = wait < least ? wait : least;
		most = wait > most ? wait : most;
	}
	assert_true(least == 90000 && most == 120000);
}

static void
reads_seconds_and_clamps_them(void **state)
{
	(void)state;
	assert_true(backoff_asked_ms("31", 0) == 31000);
	assert_true(backoff_asked_ms("0", 0) == 30000);
	assert_true(backoff_asked_ms("29", 0) == 30000);
	assert_true(backoff_asked_ms("86400", 0) == DAY_MS);
	assert_true(backoff_asked_ms("86401", 0) == DAY_MS);
	assert_true(backoff_asked_ms("99999999999999999999999999", 0) == DAY_MS);
}

static void
reads_a_date_and_clamps_it(void **state)
{
	const int64_t then_ms = 784111777000; /* RFC 9110, 5.6.7: Sun, 06 Nov 1994 08:49:37 GMT */
	(void)state;
	assert_true(backoff_asked_ms("Sun, 06 Nov 1994 08:49:37 GMT", then_ms - 45000) == 45000);
	assert_true(backoff_asked_ms("Sun, 06 Nov 1994 08:49:37 GMT", then_ms + 1) == 30000);
	assert_true(backoff_asked_ms("Sun, 06 Nov 1994 08:49:37 GMT", 0) == DAY_MS);
	/* 2028-02-29T00:00:00Z, a leap day; 2026-11-25T03:04:05Z */
	assert_true(backoff_asked_ms("Tue, 29 Feb 2028 00:00:00 GMT", 1835395200000 - 60000) == 60000);
	assert_true(backoff_asked_ms("Wed, 25 Nov 2026 03:04:05 GMT", 1795575845000 - 60000) == 60000);
}

static void
takes_nothing_else(void **state)
{
	static const char *const bad[] = { "", " 5", "-5", "5 ", "soon", "1.5", "0x10", "Sun, 06 Nov 1994 08:49:37 UTC",
		"Sun, 06 Nov 1994 08:49:37 GMT ", "Sun, 06 Nuv 1994 08:49:37 GMT", "Sun, 00 Nov 1994 08:49:37 GMT",
		"Sun, 06 Nov 1994 24:49:37 GMT", "Sun, 06 Nov 1994 08:60:37 GMT", "Sun, 06 Nov 1994 08:49:61 GMT",
		"Sun, 06 Nov 1 94 08:49:37 GMT", "Sunday, 06-Nov-94 08:49:37 GMT" };
	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		if (backoff_asked_ms(bad[i], 0) != 0)
			fail_msg("\"%s\" was taken", bad[i]);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(doubles_from_one_second_to_two_minutes),
		cmocka_unit_test(takes_up_to_a_quarter_off),
		cmocka_unit_test(reads_seconds_and_clamps_them),
		cmocka_unit_test(reads_a_date_and_clamps_it),
		cmocka_unit_test(takes_nothing_else),
	};
	return cmocka_run_group_tests_name("backoff", tests, NULL, NULL);
}
