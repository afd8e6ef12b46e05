#include <string.h>
#include <time.h>

#include "kiosk/model/date.h"
#include "tests/support/check.h"

#define HONG_KONG 480

/* Every day of four centuries and some, counted one by one. */
static void
counts_days_as_the_calendar_does(void **state)
{
	(void)state;
	static const int lengths[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
	struct date day = { 1800, 1, 1 };
	for (int64_t count = date_days(day); day.year < 2300; count++) {
		struct date back = date_of_days(count);
		assert_true(date_valid(day));
		assert_int_equal(date_days(day), count);
		assert_int_equal(date_compare(back, day), 0);
		bool leap = (day.year % 4 == 0 && day.year % 100 != 0) || day.year % 400 == 0;
		int last = day.month == 2 && leap ? 29 : lengths[day.month - 1];
		assert_false(date_valid((struct date){ day.year, day.month, (uint8_t)(last + 1) }));
		if (day.day++ < last)
			continue;
		day.day = 1;
		if (day.month++ < 12)
			continue;
		day.month = 1;
		day.year++;
	}
}

static void
agrees_with_the_system_about_instants(void **state)
{
	(void)state;
	uint64_t seed = 42;
	for (int i = 0; i < 20000; i++) {
		seed = seed * 6364136223846793005u + 1442695040888963407u;
		int64_t s = (int64_t)(seed >> 30) - (INT64_C(1) << 32);
		time_t at = (time_t)(s + HONG_KONG * 60);
		struct tm tm;
		char text[DATE_TEXT], wanted[DATE_TEXT];
		assert_non_null(gmtime_r(&at, &tm));
		struct date day = date_of_instant(s * 1000 + 999, HONG_KONG);
		assert_int_equal(day.year, tm.tm_year + 1900);
		assert_int_equal(day.month, tm.tm_mon + 1);
		assert_int_equal(day.day, tm.tm_mday);
		assert_int_equal(date_weekday(day), (tm.tm_wday + 6) % 7);
		date_clock(s * 1000 + 999, HONG_KONG, text);
		assert_true(strftime(wanted, sizeof(wanted), "%H:%M", &tm) > 0);
		assert_string_equal(text, wanted);
	}
}

static void
turns_the_day_at_midnight_in_hong_kong(void **state)
{
	(void)state;
	char text[DATE_TEXT];
	int64_t midnight = INT64_C(1795622400000); /* 2026-11-25T16:00:00Z */
	date_iso(date_of_instant(midnight - 1, HONG_KONG), text);
	assert_string_equal(text, "2026-11-25");
	date_iso(date_of_instant(midnight, HONG_KONG), text);
	assert_string_equal(text, "2026-11-26");
	date_clock(midnight - 1, HONG_KONG, text);
	assert_string_equal(text, "23:59");
}

static void
writes_and_reads_instants(void **state)
{
	(void)state;
	static const int64_t instants[] = { 0, 1, 999, 1795604645678, 253402300799999, -1, -62135 };
	for (size_t i = 0; i < sizeof(instants) / sizeof(instants[0]); i++) {
		char text[DATE_TEXT];
		int64_t back;
		struct error err;
		date_instant_iso(instants[i], text);
		assert_true(date_parse_instant(text, &back, &err));
		assert_int_equal(back, instants[i]);
	}
	static const char *const bad[] = { "", "2026-11-25", "2026-11-25T03:04:05Z", "2026-11-25T03:04:05.678",
		"2026-11-25T24:00:00.000Z", "2026-11-25T03:60:00.000Z", "2026-11-25T03:04:60.000Z", "2026-02-30T03:04:05.678Z",
		"2026-11-25T03:04:05.678z", "2026-11-25T03:04:05.678Z ", "2026-11-25 03:04:05.678Z" };
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		int64_t at_ms = 7;
		struct error err;
		assert_false(date_parse_instant(bad[i], &at_ms, &err));
		assert_int_equal(at_ms, 7);
	}
}

static void
reads_day_month_year(void **state)
{
	(void)state;
	static const char *const good[] = { "23/05/1991", "23 5 1991", "23051991", "23-05-1991", "23.5.1991",
		" 23 / 05 / 1991 ", "２３／０５／１９９１" };
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		struct date day;
		struct error err;
		assert_true(date_parse_dmy(good[i], &day, &err));
		assert_int_equal(date_compare(day, (struct date){ 1991, 5, 23 }), 0);
	}
	static const char *const bad[] = { "", "23/05/91", "05/23/1991", "31/04/2000", "29/02/1900", "23/05-1991",
		"2305991", "230519910", "23//05/1991", "23/05/1991x", "0/1/2000", "1/0/2000", "1/1/1799", "23/05/19910",
		"\u202e23/05/1991" };
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct date day = { 1, 1, 1 };
		struct error err;
		assert_false(date_parse_dmy(bad[i], &day, &err));
		assert_int_equal(err.kind, ERROR_INVALID);
		assert_int_equal(day.year, 1);
	}
}

static void
reads_iso_only_as_it_is_written(void **state)
{
	(void)state;
	struct date day;
	struct error err;
	char text[DATE_TEXT];
	assert_true(date_parse_iso("2024-02-29", &day, &err));
	date_iso(day, text);
	assert_string_equal(text, "2024-02-29");
	date_dmy(day, text);
	assert_string_equal(text, "29/02/2024");
	assert_false(date_parse_iso("2023-02-29", &day, &err));
	assert_false(date_parse_iso("2024-2-29", &day, &err));
	assert_false(date_parse_iso("2024-02-29 ", &day, &err));
	assert_false(date_parse_iso("20240229", &day, &err));
}

static void
ages_on_the_birthday(void **state)
{
	(void)state;
	struct date birth = { 2008, 11, 25 }, leap = { 2008, 2, 29 };
	assert_int_equal(date_age(birth, (struct date){ 2026, 11, 24 }), 17);
	assert_int_equal(date_age(birth, (struct date){ 2026, 11, 25 }), 18);
	assert_int_equal(date_age(leap, (struct date){ 2026, 2, 28 }), 17);
	assert_int_equal(date_age(leap, (struct date){ 2026, 3, 1 }), 18);
	assert_int_equal(date_age(leap, (struct date){ 2028, 2, 29 }), 20);
}

int
main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(counts_days_as_the_calendar_does),
		cmocka_unit_test(agrees_with_the_system_about_instants),
		cmocka_unit_test(turns_the_day_at_midnight_in_hong_kong), cmocka_unit_test(writes_and_reads_instants),
		cmocka_unit_test(reads_day_month_year), cmocka_unit_test(reads_iso_only_as_it_is_written),
		cmocka_unit_test(ages_on_the_birthday) };
	return cmocka_run_group_tests(tests, NULL, NULL);
}
