/* The clock of the computer is set while the counter works, or while it is off. */
#include <string.h>

#include "kiosk/base/clock.h"
#include "kiosk/base/text.h"
#include "tests/support/check.h"
#include "tests/unit/kiosk/counter/support/rig.h"

#define MINUTE_MS 60000ll
#define DAY_MS    (24 * 60 * MINUTE_MS)
#define YEAR_MS   (365 * DAY_MS)
#define OFFSET_MS (480 * MINUTE_MS)

static int64_t shifted_ms;

static void
later(int64_t ms)
{
	rig_later(ms);
	shifted_ms += ms;
}

/* Begin at this time of tomorrow in Hong Kong, whenever the test runs. */
static void
open_at(struct rig *rig, int64_t of_day_ms)
{
	int64_t local_ms = clock_now_ms() + OFFSET_MS;
	later(DAY_MS - local_ms % DAY_MS + of_day_ms);
	rig_open(rig);
	rig_start(rig);
}

static void
end(struct rig *rig)
{
	rig_close(rig);
	later(-shifted_ms);
}

static void
start_again(struct rig *rig, int64_t ms)
{
	rig_stop(rig);
	later(ms);
	memset(rig->view, 0, sizeof(*rig->view));
	rig_start(rig);
	rig_until(rig, FLOW_SIGN_IN);
}

static void
release(struct rig *rig, const char *officer, const char *password)
{
	struct command command = { .kind = COMMAND_CLOCK_RELEASE };
	(void)text_copy(command.text, sizeof(command.text), officer);
	(void)text_copy(command.secret, sizeof(command.secret), password);
	rig_act(rig, &command);
}

static void
a_minute_back_is_waited_for(void **state)
{
	static struct rig rig;
	char id[APPLICATION_ID];
	(void)state;
	open_at(&rig, 12 * 60 * MINUTE_MS);
	rig_at_home(&rig);
	int64_t signed_in_ms = rig.view->signed_in_ms;
	later(-MINUTE_MS);
	rig_commit(&rig, "A123456", "3", id);
	assert_false(rig.view->clock_suspect);
	assert_true(rig.view->receipt.at_ms >= signed_in_ms); /* no receipt is earlier than the sign-in */
	assert_int_equal(rig_count(&rig, "audit WHERE suspect"), 0);
	end(&rig);
}

static void
five_minutes_back_are_marked_and_work_goes_on(void **state)
{
	static struct rig rig;
	char id[APPLICATION_ID];
	(void)state;
	open_at(&rig, 12 * 60 * MINUTE_MS);
	rig_at_home(&rig);
	int64_t signed_in_ms = rig.view->signed_in_ms;
	later(-5 * MINUTE_MS);
	rig_commit(&rig, "A123456", "3", id);
	assert_true(rig.view->clock_suspect);
	assert_false(rig.view->clock_holds);
	assert_true(rig.view->receipt.at_ms >= signed_in_ms);
	assert_int_equal(
		rig_count(&rig, "audit WHERE suspect AND event = 'clock-went-back' AND detail LIKE '%s behind the log'"), 1);
	assert_int_equal(rig_count(&rig, "audit WHERE suspect AND event = 'case-accepted'"), 1);
	start_again(&rig, 10 * MINUTE_MS); /* it agrees again, but nobody has looked at it */
	assert_true(rig.view->clock_suspect);
	rig_at_home(&rig);
	rig_do(&rig, COMMAND_CLOCK);
	rig_until(&rig, FLOW_CLOCK);
	release(&rig, RIG_CLERK, RIG_PASSWORD);
	assert_int_equal(rig.view->state, FLOW_CLOCK);
	assert_int_equal(rig.view->fields[FIELD_SIGN_IN_NUMBER].problem, PROBLEM_NOT_SUPERVISOR);
	release(&rig, RIG_SUPERVISOR, "not the password");
	assert_int_equal(rig.view->fields[FIELD_SIGN_IN_PASSWORD].problem, PROBLEM_WRONG);
	assert_true(rig.view->clock_suspect);
	release(&rig, RIG_SUPERVISOR, RIG_PASSWORD);
	rig_until(&rig, FLOW_HOME);
	assert_false(rig.view->clock_suspect);
	assert_int_equal(rig.view->notice, NOTICE_CLOCK_RELEASED);
	assert_string_equal(rig.view->officer.number, RIG_CLERK); /* who was signed in still is */
	assert_int_equal(
		rig_count(&rig, "audit WHERE NOT suspect AND event = 'clock-released' AND officer = '" RIG_SUPERVISOR "'"), 1);
	end(&rig);
}

static void
a_year_ahead_and_then_right_goes_on_after_the_release(void **state)
{
	static struct rig rig;
	char id[APPLICATION_ID];
	(void)state;
	open_at(&rig, 12 * 60 * MINUTE_MS);
	rig_at_home(&rig);
	struct date right = rig.view->day;
	start_again(&rig, YEAR_MS);
	rig_at_home(&rig);
	struct date ahead = rig.view->day;
	assert_int_equal(ahead.year, right.year + 1);
	start_again(&rig, -YEAR_MS);
	assert_int_equal(date_compare(rig.view->day, ahead), 0); /* kept */
	assert_true(rig.view->clock_holds);
	rig_at_home(&rig);
	rig_do(&rig, COMMAND_NEW); /* nothing begins on a day that may be the wrong one */
	rig_until(&rig, FLOW_CLOCK);
	assert_true(rig.view->clock_log_ms - (clock_now_ms() + shifted_ms) > YEAR_MS - DAY_MS);
	release(&rig, RIG_SUPERVISOR, RIG_PASSWORD);
	rig_until(&rig, FLOW_HOME);
	assert_int_equal(date_compare(rig.view->day, right), 0);
	rig_commit(&rig, "A123456", "3", id);
	assert_int_equal(date_compare(rig.view->receipt.application.day, right), 0);
	assert_int_equal(date_of_instant(rig.view->receipt.at_ms, 480).year, right.year);
	start_again(&rig, 0); /* and it stays so */
	assert_false(rig.view->clock_suspect);
	assert_int_equal(date_compare(rig.view->day, right), 0);
	struct store_audit_report report;
	struct error err = { 0 };
	assert_true(store_verify_log(rig.store_path, &report, &err));
	assert_int_equal(report.first_bad, 0);
	end(&rig);
}

static void
no_new_day_opens_before_the_release(void **state)
{
	static struct rig rig;
	(void)state;
	open_at(&rig, 23 * 60 * MINUTE_MS);
	rig_at_home(&rig);
	struct date day = rig.view->day;
	later(-5 * MINUTE_MS);
	rig_do(&rig, COMMAND_FIND); /* found at the first thing that is done */
	rig_do(&rig, COMMAND_BACK);
	assert_true(rig.view->clock_suspect);
	later(10 * 60 * MINUTE_MS); /* the next morning */
	rig_do(&rig, COMMAND_NEW);
	rig_until(&rig, FLOW_CLOCK);
	assert_int_equal(date_compare(rig.view->day, day), 0);
	start_again(&rig, 0);
	assert_int_equal(date_compare(rig.view->day, day), 0); /* nor by a restart */
	rig_at_home(&rig);
	rig_do(&rig, COMMAND_CLOCK);
	release(&rig, RIG_SUPERVISOR, RIG_PASSWORD);
	rig_until(&rig, FLOW_HOME);
	assert_int_equal(date_compare(rig.view->day, day), 1);
	end(&rig);
}

/* Five minutes after midnight it is set to five minutes before: the day that was begun is kept, until somebody looks.
 */
static void
back_over_midnight_keeps_the_new_day(void **state)
{
	static struct rig rig;
	(void)state;
	open_at(&rig, 5 * MINUTE_MS);
	rig_at_home(&rig);
	struct date day = rig.view->day;
	later(-10 * MINUTE_MS);
	rig_do(&rig, COMMAND_NEW);
	rig_until(&rig, FLOW_CLOCK);
	assert_int_equal(date_compare(rig.view->day, day), 0);
	later(10 * MINUTE_MS); /* set right again: the day is the same, and work goes on under the mark */
	rig_do(&rig, COMMAND_BACK);
	rig_until(&rig, FLOW_HOME);
	rig_do(&rig, COMMAND_NEW);
	rig_until(&rig, FLOW_PRODUCT);
	assert_true(rig.view->clock_suspect);
	end(&rig);
}

/* Money is on the counter: the case in hand is finished on the day that is kept. */
static void
a_case_in_hand_is_finished_and_the_next_one_waits(void **state)
{
	static struct rig rig;
	(void)state;
	open_at(&rig, 12 * 60 * MINUTE_MS);
	rig_at_home(&rig);
	struct date day = rig.view->day;
	rig_begin(&rig);
	rig_fill_identity(&rig, "A123456", "3", "Leung", "");
	rig_do(&rig, COMMAND_CONTINUE);
	rig_fill_details(&rig);
	rig_do(&rig, COMMAND_CONTINUE);
	rig_fill_declaration(&rig);
	rig_do(&rig, COMMAND_CONTINUE);
	rig_tender(&rig, "cash", 50000, "");
	rig_do(&rig, COMMAND_CONTINUE);
	rig_until(&rig, FLOW_CHECK);
	later(-3 * DAY_MS);
	rig_do(&rig, COMMAND_CONTINUE);
	rig_until(&rig, FLOW_HAND_OVER);
	assert_int_equal(date_compare(rig.view->receipt.application.day, day), 0);
	assert_int_equal(rig_count(&rig, "audit WHERE suspect AND event = 'case-accepted'"), 1);
	for (int32_t i = 0; i < (int32_t)rig.view->given_count; i++)
		rig_tick(&rig, i);
	rig_do(&rig, COMMAND_CONTINUE);
	rig_until(&rig, FLOW_HOME);
	rig_do(&rig, COMMAND_NEW);
	rig_until(&rig, FLOW_CLOCK);
	end(&rig);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_minute_back_is_waited_for),
		cmocka_unit_test(five_minutes_back_are_marked_and_work_goes_on),
		cmocka_unit_test(a_year_ahead_and_then_right_goes_on_after_the_release),
		cmocka_unit_test(no_new_day_opens_before_the_release),
		cmocka_unit_test(back_over_midnight_keeps_the_new_day),
		cmocka_unit_test(a_case_in_hand_is_finished_and_the_next_one_waits),
	};
	return cmocka_run_group_tests_name("counter clock", tests, NULL, NULL);
}
