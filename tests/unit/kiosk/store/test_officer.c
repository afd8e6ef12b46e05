#include <sqlite3.h>
#include <time.h>

#include "tests/unit/kiosk/store/sample.h"

#define MINUTE 60000

static int64_t
audited(const struct sample *sample, const char *event)
{
	sqlite3 *db = NULL;
	sqlite3_stmt *statement = NULL;
	assert_int_equal(sqlite3_open_v2(sample->path, &db, SQLITE_OPEN_READONLY, NULL), SQLITE_OK);
	assert_int_equal(
		sqlite3_prepare_v2(db, "SELECT count(*) FROM audit WHERE event = ?", -1, &statement, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_bind_text(statement, 1, event, -1, SQLITE_STATIC), SQLITE_OK);
	assert_int_equal(sqlite3_step(statement), SQLITE_ROW);
	const int64_t count = sqlite3_column_int64(statement, 0);
	(void)sqlite3_finalize(statement);
	(void)sqlite3_close(db);
	return count;
}

static void
add_clerk(struct sample *sample)
{
	struct error err = { 0 };
	const struct officer clerk = { .number = CLERK, .name = "Cheng Ka Yan", .role = OFFICER_CLERK };
	OK(store_officer_add(sample->store, &clerk, text_span(PASSWORD_2), SUPERVISOR, sample->now_ms, &err));
}

static void
signs_in_with_the_right_password_only(void **state)
{
	struct error err = { 0 };
	struct sample sample;
	struct store_sign_in_result result;
	(void)state;
	sample_start(&sample);
	OK(store_officer_sign_in(sample.store, SUPERVISOR, text_span(PASSWORD_2), sample.now_ms, &result, &err));
	assert_int_equal(result.what, STORE_SIGN_IN_WRONG);
	assert_int_equal(result.tries_left, OFFICER_TRIES - 1);
	OK(store_officer_sign_in(sample.store, SUPERVISOR, text_span(""), sample.now_ms, &result, &err));
	assert_int_equal(result.what, STORE_SIGN_IN_WRONG);
	OK(store_officer_sign_in(sample.store, SUPERVISOR, text_span(PASSWORD_1), sample.now_ms, &result, &err));
	assert_int_equal(result.what, STORE_SIGN_IN_OK);
	assert_string_equal(result.officer.name, "Ng Siu Ming");
	assert_int_equal(result.officer.role, OFFICER_SUPERVISOR);
	assert_int_equal(result.last_ms, 0);
	OK(store_officer_sign_in(sample.store, SUPERVISOR, text_span(PASSWORD_1), sample.now_ms + 9, &result, &err));
	assert_int_equal(result.last_ms, sample.now_ms);
	OK(store_officer_sign_out(sample.store, SUPERVISOR, "asked", sample.now_ms, &err));
	assert_int_equal(audited(&sample, "officer-wrong-password"), 2);
	assert_int_equal(audited(&sample, "officer-signed-in"), 2);
	assert_int_equal(audited(&sample, "officer-signed-out"), 1);
	sample_end(&sample);
}

static double
seconds_of(struct sample *sample, const char *number)
{
	struct error err = { 0 };
	struct store_sign_in_result result;
	struct timespec begin, end;
	(void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &begin);
	OK(store_officer_sign_in(
		sample->store, number, text_span("not the password of anybody"), sample->now_ms, &result, &err));
	(void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &end);
	assert_int_equal(result.what, STORE_SIGN_IN_WRONG);
	return (double)(end.tv_sec - begin.tv_sec) + (double)(end.tv_nsec - begin.tv_nsec) / 1e9;
}

static void
nobody_is_like_somebody(void **state)
{
	struct error err = { 0 };
	struct sample sample;
	struct store_sign_in_result known, unknown;
	double somebody = 0, nobody = 0;
	(void)state;
	sample_start(&sample);
	for (int i = 0; i < 3; i++) {
		somebody += seconds_of(&sample, SUPERVISOR);
		nobody += seconds_of(&sample, "N9999");
	}
	if (nobody < somebody * 0.6 || nobody > somebody * 1.7)
		fail_msg("somebody %.3f s, nobody %.3f s", somebody, nobody);
	assert_true(somebody > 3 * 0.03); /* and it is a slow hash */
	for (unsigned tries = 3; tries < OFFICER_TRIES + 2; tries++) {
		const struct span wrong = text_span("not the password of anybody");
		sample.now_ms += 2 * MINUTE;
		OK(store_officer_sign_in(sample.store, SUPERVISOR, wrong, sample.now_ms, &known, &err));
		OK(store_officer_sign_in(sample.store, "N9999", wrong, sample.now_ms, &unknown, &err));
		assert_int_equal(known.what, unknown.what);
		assert_int_equal(known.tries_left, unknown.tries_left);
	}
	assert_int_equal(unknown.what, STORE_SIGN_IN_LOCKED);
	sample_end(&sample);
}

static void
ten_wrong_ones_lock_until_a_supervisor_unlocks(void **state)
{
	struct error err = { 0 };
	struct sample sample;
	struct store_sign_in_result result;
	struct store_officer_row rows[4];
	size_t count = 0;
	(void)state;
	sample_start(&sample);
	add_clerk(&sample);
	for (unsigned tries = 1; tries <= OFFICER_TRIES; tries++) {
		sample.now_ms += 2 * MINUTE;
		OK(store_officer_sign_in(sample.store, CLERK, text_span("wrong"), sample.now_ms, &result, &err));
		assert_int_equal(result.what, tries < OFFICER_TRIES ? STORE_SIGN_IN_WRONG : STORE_SIGN_IN_LOCKED);
	}
	store_close(sample.store); /* a restart does not unlock */
	sample_open(&sample);
	sample.now_ms += 600 * MINUTE;
	OK(store_officer_sign_in(sample.store, CLERK, text_span(PASSWORD_2), sample.now_ms, &result, &err));
	assert_int_equal(result.what, STORE_SIGN_IN_LOCKED);
	OK(store_officers(sample.store, rows, 4, &count, &err));
	assert_int_equal(count, 2);
	assert_string_equal(rows[0].officer.number, CLERK);
	assert_true(rows[0].locked);
	assert_false(rows[1].locked);

	REFUSED(store_officer_unlock(sample.store, CLERK, CLERK, sample.now_ms, &err), ERROR_REFUSED);
	REFUSED(store_officer_unlock(sample.store, SUPERVISOR, SUPERVISOR, sample.now_ms, &err), ERROR_REFUSED);
	REFUSED(store_officer_unlock(sample.store, "N9999", SUPERVISOR, sample.now_ms, &err), ERROR_GONE);
	OK(store_officer_unlock(sample.store, CLERK, SUPERVISOR, sample.now_ms, &err));
	OK(store_officer_sign_in(sample.store, CLERK, text_span(PASSWORD_2), sample.now_ms, &result, &err));
	assert_int_equal(result.what, STORE_SIGN_IN_OK);
	assert_true(result.officer.must_change);
	assert_int_equal(audited(&sample, "officer-locked"), 1);
	assert_int_equal(audited(&sample, "officer-unlocked"), 1);
	sample_end(&sample);
}

/* The only supervisor is locked: who holds the key of the store lets him in again, and the log says how. */
static void
a_lone_supervisor_is_let_in_again_with_the_key_of_the_store(void **state)
{
	struct error err = { 0 };
	struct sample sample;
	struct store_sign_in_result result = { 0 };
	(void)state;
	sample_start(&sample);
	while (result.what != STORE_SIGN_IN_LOCKED) {
		sample.now_ms += 3600 * 1000;
		OK(store_officer_sign_in(sample.store, SUPERVISOR, text_span("wrong"), sample.now_ms, &result, &err));
	}
	REFUSED(store_officer_recover(sample.store, "N9999", text_span(PASSWORD_2), sample.now_ms, &err), ERROR_GONE);
	REFUSED(store_officer_recover(sample.store, SUPERVISOR, text_span("short"), sample.now_ms, &err), ERROR_REFUSED);
	OK(store_officer_recover(sample.store, SUPERVISOR, text_span(PASSWORD_2), sample.now_ms, &err));
	OK(store_officer_sign_in(sample.store, SUPERVISOR, text_span(PASSWORD_1), sample.now_ms, &result, &err));
	assert_int_equal(result.what, STORE_SIGN_IN_WRONG);
	OK(store_officer_sign_in(sample.store, SUPERVISOR, text_span(PASSWORD_2), sample.now_ms, &result, &err));
	assert_int_equal(result.what, STORE_SIGN_IN_OK);
	assert_true(result.officer.must_change);
	assert_int_equal(audited(&sample, "officer-recovered"), 1);
	const struct officer clerk = { .number = CLERK, .name = "Lo Ka Wai", .role = OFFICER_CLERK };
	OK(store_officer_password(sample.store, SUPERVISOR, text_span(PASSWORD_1), sample.now_ms, &err));
	OK(store_officer_add(sample.store, &clerk, text_span(PASSWORD_2), SUPERVISOR, sample.now_ms, &err));
	REFUSED(store_officer_recover(sample.store, CLERK, text_span(PASSWORD_1), sample.now_ms, &err), ERROR_REFUSED);
	sample_end(&sample);
}

static void
waits_longer_after_each_wrong_one(void **state)
{
	struct error err = { 0 };
	struct sample sample;
	struct store_sign_in_result result;
	(void)state;
	sample_start(&sample);
	for (int i = 0; i < 3; i++) {
		OK(store_officer_sign_in(sample.store, SUPERVISOR, text_span("wrong"), sample.now_ms, &result, &err));
		assert_int_equal(result.what, STORE_SIGN_IN_WRONG);
	}
	OK(store_officer_sign_in(sample.store, SUPERVISOR, text_span(PASSWORD_1), sample.now_ms, &result, &err));
	assert_int_equal(result.what, STORE_SIGN_IN_WAIT);
	assert_int_equal(result.wait_s, officer_delay_s(3));
	/* A clock that went back does not make it for ever. */
	OK(store_officer_sign_in(sample.store, SUPERVISOR, text_span(PASSWORD_1), 0, &result, &err));
	assert_int_equal(result.what, STORE_SIGN_IN_WAIT);
	assert_int_equal(result.wait_s, officer_delay_s(3));
	sample.now_ms += (int64_t)officer_delay_s(3) * 1000;
	OK(store_officer_sign_in(sample.store, SUPERVISOR, text_span(PASSWORD_1), sample.now_ms, &result, &err));
	assert_int_equal(result.what, STORE_SIGN_IN_OK);
	OK(store_officer_sign_in(sample.store, SUPERVISOR, text_span("wrong"), sample.now_ms, &result, &err));
	assert_int_equal(result.tries_left, OFFICER_TRIES - 1);
	sample_end(&sample);
}

static void
only_another_supervisor_adds(void **state)
{
	struct error err = { 0 };
	struct sample sample;
	const struct officer third = { .number = "D3003", .name = "Ho", .role = OFFICER_CLERK };
	const struct officer taken = { .number = CLERK, .name = "Ho", .role = OFFICER_SUPERVISOR };
	const struct officer odd = { .number = "D 3", .name = "Ho", .role = OFFICER_CLERK };
	const struct span password = text_span(PASSWORD_1);
	(void)state;
	sample_start(&sample);
	add_clerk(&sample);
	REFUSED(store_officer_add(sample.store, &third, password, CLERK, sample.now_ms, &err), ERROR_REFUSED);
	REFUSED(store_officer_add(sample.store, &third, password, "D3003", sample.now_ms, &err), ERROR_REFUSED);
	REFUSED(store_officer_add(sample.store, &taken, password, SUPERVISOR, sample.now_ms, &err), ERROR_REFUSED);
	REFUSED(store_officer_add(sample.store, &odd, password, SUPERVISOR, sample.now_ms, &err), ERROR_REFUSED);
	REFUSED(
		store_officer_add(sample.store, &third, text_span("short"), SUPERVISOR, sample.now_ms, &err), ERROR_REFUSED);
	assert_int_equal(audited(&sample, "officer-added"), 2);
	sample_end(&sample);
}

static void
a_new_password_is_another_and_clears_the_duty(void **state)
{
	struct error err = { 0 };
	struct sample sample;
	struct store_sign_in_result result;
	(void)state;
	sample_start(&sample);
	add_clerk(&sample);
	REFUSED(store_officer_password(sample.store, CLERK, text_span(PASSWORD_2), sample.now_ms, &err), ERROR_REFUSED);
	REFUSED(
		store_officer_password(sample.store, CLERK, text_span("passwordpassword"), sample.now_ms, &err), ERROR_REFUSED);
	REFUSED(store_officer_password(sample.store, "N9999", text_span(PASSWORD_1), sample.now_ms, &err), ERROR_GONE);
	OK(store_officer_password(sample.store, CLERK, text_span(PASSWORD_1), sample.now_ms, &err));
	OK(store_officer_sign_in(sample.store, CLERK, text_span(PASSWORD_2), sample.now_ms, &result, &err));
	assert_int_equal(result.what, STORE_SIGN_IN_WRONG);
	OK(store_officer_sign_in(sample.store, CLERK, text_span(PASSWORD_1), sample.now_ms, &result, &err));
	assert_int_equal(result.what, STORE_SIGN_IN_OK);
	assert_false(result.officer.must_change);
	sample_end(&sample);
}

/* People type passwords into the field of the staff number: neither log nor table may keep that. */
static void
what_was_typed_as_a_number_is_not_kept(void **state)
{
	struct error err = { 0 };
	struct sample sample;
	struct store_sign_in_result result;
	char command[400];
	(void)state;
	sample_start(&sample);
	OK(store_officer_sign_in(sample.store, "MyOwnPassw0rdHere", text_span("x"), sample.now_ms, &result, &err));
	store_close(sample.store);
	sample.store = NULL;
	(void)snprintf(command, sizeof(command), "grep -qa MyOwnPassw0rd %s*", sample.path);
	assert_int_not_equal(system(command), 0);
	sample_end(&sample);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(signs_in_with_the_right_password_only),
		cmocka_unit_test(nobody_is_like_somebody),
		cmocka_unit_test(ten_wrong_ones_lock_until_a_supervisor_unlocks),
		cmocka_unit_test(a_lone_supervisor_is_let_in_again_with_the_key_of_the_store),
		cmocka_unit_test(waits_longer_after_each_wrong_one),
		cmocka_unit_test(only_another_supervisor_adds),
		cmocka_unit_test(a_new_password_is_another_and_clears_the_duty),
		cmocka_unit_test(what_was_typed_as_a_number_is_not_kept),
	};
	return cmocka_run_group_tests_name("officer", tests, NULL, NULL);
}
