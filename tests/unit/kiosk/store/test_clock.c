/* A clock that goes back: what the log takes, what it marks, and the one row that may be earlier. */
#include <sqlite3.h>

#include "tests/unit/kiosk/store/sample.h"

#define MINUTE_MS 60000ll
#define YEAR_MS   (365 * 24 * 60 * MINUTE_MS)

/* One number of the file, read by another program. */
static int64_t
number(const struct sample *sample, const char *sql)
{
	sqlite3 *db = NULL;
	sqlite3_stmt *statement = NULL;
	assert_int_equal(sqlite3_open_v2(sample->path, &db, SQLITE_OPEN_READONLY, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_prepare_v2(db, sql, -1, &statement, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_step(statement), SQLITE_ROW);
	const int64_t value = sqlite3_column_int64(statement, 0);
	(void)sqlite3_finalize(statement);
	(void)sqlite3_close(db);
	return value;
}

static int64_t
last(const struct sample *sample, const char *column)
{
	char sql[128];
	(void)snprintf(sql, sizeof(sql), "SELECT %s FROM audit ORDER BY number DESC LIMIT 1", column);
	return number(sample, sql);
}

static void
add(struct sample *sample, int64_t at_ms)
{
	struct error err = { 0 };
	OK(store_audit(sample->store, "a", "", "", "", at_ms, &err));
}

static void
two_minutes_back_only_wait(void **state)
{
	struct sample sample;
	(void)state;
	sample_start(&sample);
	add(&sample, sample.now_ms);
	add(&sample, sample.now_ms - 2 * MINUTE_MS);
	assert_int_equal(last(&sample, "at_ms"), sample.now_ms);
	assert_int_equal(last(&sample, "suspect"), 0);
	add(&sample, sample.now_ms - 2 * MINUTE_MS - 1);
	assert_int_equal(last(&sample, "at_ms"), sample.now_ms);
	assert_int_equal(last(&sample, "suspect"), 1);
	add(&sample, sample.now_ms + MINUTE_MS); /* it came forward again, and nobody has looked at it */
	assert_int_equal(last(&sample, "at_ms"), sample.now_ms + MINUTE_MS);
	assert_int_equal(last(&sample, "suspect"), 1);
	sample_end(&sample);
}

static void
a_supervisor_releases_it_and_the_log_goes_on_earlier(void **state)
{
	struct error err = { 0 };
	struct sample sample;
	struct store_clock clock;
	struct store_audit_report report;
	(void)state;
	sample_start(&sample);
	const int64_t ahead_ms = sample.now_ms + YEAR_MS;
	add(&sample, ahead_ms);
	REFUSED(store_clock_release(sample.store, SUPERVISOR, sample.now_ms, &err), ERROR_REFUSED); /* it is sound */
	OK(store_clock_suspect(sample.store, SUPERVISOR, YEAR_MS, ahead_ms, &err));
	add(&sample, sample.now_ms);
	OK(store_clock(sample.store, &clock, &err));
	assert_true(clock.suspect);
	assert_int_equal(clock.last_ms, ahead_ms);
	assert_int_equal(clock.sound_ms, ahead_ms);
	REFUSED(store_clock_release(sample.store, CLERK, sample.now_ms, &err), ERROR_REFUSED);
	OK(store_clock_release(sample.store, SUPERVISOR, sample.now_ms, &err));
	assert_int_equal(last(&sample, "at_ms"), sample.now_ms);
	assert_int_equal(last(&sample, "officer = '" SUPERVISOR "' AND detail = '31536000 s behind the log'"), 1);
	add(&sample, sample.now_ms + 1);
	assert_int_equal(last(&sample, "at_ms"), sample.now_ms + 1);
	assert_int_equal(last(&sample, "suspect"), 0);
	OK(store_verify_log(sample.path, &report, &err));
	assert_int_equal(report.first_bad, 0);
	assert_int_equal(report.suspect, 2);
	sample_end(&sample);
}

static void
a_password_that_somebody_else_chose_releases_nothing(void **state)
{
	const struct officer other = { .number = "S1003", .name = "Mok Lai", .role = OFFICER_SUPERVISOR };
	struct error err = { 0 };
	struct sample sample;
	(void)state;
	sample_start(&sample);
	OK(store_officer_add(sample.store, &other, text_span(PASSWORD_2), SUPERVISOR, sample.now_ms, &err));
	OK(store_clock_suspect(sample.store, "", MINUTE_MS, sample.now_ms, &err));
	REFUSED(store_clock_release(sample.store, "S1003", sample.now_ms, &err), ERROR_REFUSED);
	OK(store_officer_password(sample.store, "S1003", text_span("nineteen quiet lanterns"), sample.now_ms, &err));
	OK(store_clock_release(sample.store, "S1003", sample.now_ms, &err));
	sample_end(&sample);
}

/* The wait after wrong passwords was counted by a clock that ran ahead. */
static void
nobody_waits_a_year_for_the_next_try(void **state)
{
	struct error err = { 0 };
	struct sample sample;
	struct store_sign_in_result result;
	(void)state;
	sample_start(&sample);
	for (int i = 0; i < 5; i++)
		OK(store_officer_sign_in(
			sample.store, SUPERVISOR, text_span("wrong"), sample.now_ms + YEAR_MS + i * 10 * MINUTE_MS, &result, &err));
	OK(store_clock_suspect(sample.store, "", YEAR_MS, sample.now_ms + YEAR_MS + 60 * MINUTE_MS, &err));
	OK(store_clock_release(sample.store, SUPERVISOR, sample.now_ms, &err));
	OK(store_officer_sign_in(
		sample.store, SUPERVISOR, text_span(PASSWORD_1), sample.now_ms + 10 * MINUTE_MS, &result, &err));
	assert_int_equal(result.what, STORE_SIGN_IN_OK);
	sample_end(&sample);
}

/* Also for a program that opens the file on its own. */
static void
the_database_refuses_what_no_supervisor_released(void **state)
{
#define ROW(event, at, officer, suspect)                                                                               \
	"INSERT INTO audit SELECT number + 1, at_ms + " at ", '" event "', '" officer "', '', '', " suspect                \
	", hash FROM audit ORDER BY number DESC LIMIT 1"
	static const char *const suspect_sql[] = {
		ROW("a", "-1", SUPERVISOR, "1"),
		ROW("a", "1", SUPERVISOR, "0"),
		ROW("clock-released", "-1", CLERK, "0"),
		ROW("clock-released", "-1", "", "0"),
		ROW("clock-released", "-1", SUPERVISOR, "1"),
	};
	static const char *const sound_sql[] = { ROW("a", "-1", SUPERVISOR, "0"),
		ROW("clock-released", "-1", SUPERVISOR, "0") };
	struct error err = { 0 };
	struct sample sample;
	sqlite3 *db = NULL;
	(void)state;
	sample_start(&sample);
	assert_int_equal(sqlite3_open(sample.path, &db), SQLITE_OK);
	for (size_t i = 0; i < sizeof(sound_sql) / sizeof(sound_sql[0]); i++)
		assert_int_equal(sqlite3_exec(db, sound_sql[i], NULL, NULL, NULL), SQLITE_CONSTRAINT);
	OK(store_clock_suspect(sample.store, "", MINUTE_MS, sample.now_ms, &err));
	for (size_t i = 0; i < sizeof(suspect_sql) / sizeof(suspect_sql[0]); i++)
		assert_int_equal(sqlite3_exec(db, suspect_sql[i], NULL, NULL, NULL), SQLITE_CONSTRAINT);
	assert_int_equal(sqlite3_exec(db, ROW("clock-released", "-1", SUPERVISOR, "0"), NULL, NULL, NULL), SQLITE_OK);
	(void)sqlite3_close(db);
	sample_end(&sample);
#undef ROW
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(two_minutes_back_only_wait),
		cmocka_unit_test(a_supervisor_releases_it_and_the_log_goes_on_earlier),
		cmocka_unit_test(a_password_that_somebody_else_chose_releases_nothing),
		cmocka_unit_test(nobody_waits_a_year_for_the_next_try),
		cmocka_unit_test(the_database_refuses_what_no_supervisor_released),
	};
	return cmocka_run_group_tests_name("store clock", tests, NULL, NULL);
}
