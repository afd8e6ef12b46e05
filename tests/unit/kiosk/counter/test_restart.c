#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "kiosk/base/text.h"
#include "tests/support/check.h"
#include "tests/unit/kiosk/counter/support/rig.h"

#define DAY_MS (24 * 3600 * 1000ll)

/* The power goes: a copy of the files as they are at this moment is what the next start finds. */
static void
pull_the_plug(struct rig *rig)
{
	char command[2048];
	(void)text_format(command, sizeof(command), "mkdir '%s/after' && cp '%s'* '%s/after/'", rig->folder,
		rig->store_path, rig->folder);
	assert_int_equal(system(command), 0);
	rig_stop(rig);
	(void)text_format(rig->store_path, sizeof(rig->store_path), "%s/after/store.db", rig->folder);
	memset(rig->view, 0, sizeof(*rig->view));
	rig_start(rig);
}

static void
what_was_typed_survives_a_power_cut(void **state)
{
	static struct rig rig;
	char number[APPLICATION_CASE];
	(void)state;
	rig_open(&rig);
	rig_start(&rig);
	rig_at_home(&rig);
	rig_begin(&rig);
	(void)text_copy(number, sizeof(number), rig.view->case_number);
	rig_fill_identity(&rig, "A123456", "3", "Leung", "梁凱晴");
	rig_do(&rig, COMMAND_CONTINUE);
	rig_until(&rig, FLOW_DETAILS);
	rig_type(&rig, FIELD_PHONE, "9123 45");
	usleep(400 * 1000); /* the pause after which it must be durable */
	pull_the_plug(&rig);
	rig_at_home(&rig);
	assert_int_equal(rig.view->notice, NOTICE_RESUMED);
	assert_int_equal(rig.view->held_count, 1);
	assert_string_equal(rig.view->held[0].case_number, number);
	assert_int_equal(rig.view->held[0].why, -1);
	assert_int_equal(rig.view->held[0].step, FLOW_DETAILS);
	assert_string_equal(rig.view->held[0].name, "LEUNG Hoi Ching 梁凱晴");
	rig_do_text(&rig, COMMAND_RESUME, number);
	rig_until(&rig, FLOW_DETAILS);
	assert_string_equal(rig.view->fields[FIELD_PHONE].text, "9123 45");
	assert_string_equal(rig.view->fields[FIELD_CARD_NUMBER].text, "A123\u2022\u2022\u2022");
	assert_string_equal(rig.view->case_number, number);
	rig_close(&rig);
}

static void
money_taken_is_durable_at_once(void **state)
{
	static struct rig rig;
	char number[APPLICATION_CASE];
	(void)state;
	rig_open(&rig);
	rig_start(&rig);
	rig_at_home(&rig);
	rig_begin(&rig);
	(void)text_copy(number, sizeof(number), rig.view->case_number);
	rig_fill_identity(&rig, "A123456", "3", "Leung", "");
	rig_do(&rig, COMMAND_CONTINUE);
	rig_fill_details(&rig);
	rig_do(&rig, COMMAND_CONTINUE);
	rig_fill_declaration(&rig);
	rig_do(&rig, COMMAND_CONTINUE);
	rig_until(&rig, FLOW_PAYMENT);
	rig_tender(&rig, "eps", 4000, "441907");
	assert_int_equal(rig.view->payment.count, 1);
	pull_the_plug(&rig);
	rig_at_home(&rig);
	rig_do_text(&rig, COMMAND_RESUME, number);
	rig_until(&rig, FLOW_PAYMENT);
	assert_int_equal(rig.view->payment.count, 1);
	assert_string_equal(rig.view->payment.tenders[0].reference, "441907");
	assert_int_equal(rig.view->left.minor, rig.view->fee.total.minor - 4000);
	assert_false(rig.view->quoted_again);
	rig_close(&rig);
}

static void
a_committed_case_is_there_once_after_a_power_cut(void **state)
{
	static struct rig rig;
	char id[APPLICATION_ID], offered[WIRE_ID], hex[65];
	(void)state;
	rig_open(&rig);
	rig_start(&rig);
	rig_at_home(&rig);
	rig_commit(&rig, "A123456", "3", id);
	pull_the_plug(&rig);
	rig_listen(&rig);
	rig_accept_line(&rig);
	rig_hear_offer(&rig, offered, hex);
	assert_string_equal(offered, id);
	rig_at_home(&rig);
	assert_int_equal(rig.view->held_count, 0);
	assert_int_equal(rig.view->case_count, 1);
	rig_commit(&rig, "B123456", "6", id); /* the next number, without a gap */
	assert_string_equal(rig.view->receipt.number, "WR04-000002");
	rig_close(&rig);
}

/* Who never got it gets the receipt itself; only then come copies. */
static void
a_receipt_that_was_not_printed_is_still_owed_after_a_power_cut(void **state)
{
	static struct rig rig;
	char id[APPLICATION_ID];
	(void)state;
	rig_open(&rig);
	rig_start(&rig);
	rig_at_home(&rig);
	atomic_store(&rig.print_fails, true);
	rig_commit(&rig, "A123456", "3", id);
	assert_false(rig.view->receipt.printed);
	pull_the_plug(&rig);
	rig_at_home(&rig);
	assert_int_equal(rig.view->notice, NOTICE_RECEIPT_OWED);
	assert_string_equal(rig.view->notice_subject, "WR04-000001");
	rig_do_text(&rig, COMMAND_OPEN, id);
	rig_until(&rig, FLOW_STORED);
	assert_false(rig.view->receipt.printed);
	rig_do(&rig, COMMAND_PRINT); /* still no paper */
	assert_false(rig.view->receipt.printed);
	assert_int_equal(rig.view->notice, NOTICE_PRINT_FAILED);
	atomic_store(&rig.print_fails, false);
	rig_do(&rig, COMMAND_PRINT);
	assert_true(rig.view->receipt.printed);
	assert_int_equal(rig.view->receipt.copies, 0);
	assert_non_null(strstr(rig.printed, "/WR04-000001.pdf"));
	rig_do(&rig, COMMAND_PRINT);
	assert_int_equal(rig.view->receipt.copies, 1);
	assert_non_null(strstr(rig.printed, "/WR04-000001-copy-1.pdf"));
	assert_int_equal(rig_count(&rig, "audit WHERE event = 'receipt-printed' AND subject = 'WR04-000001'"), 1);
	assert_int_equal(rig_count(&rig, "audit WHERE event = 'receipt-copied' AND subject = 'WR04-000001'"), 1);
	rig_stop(&rig);
	memset(rig.view, 0, sizeof(*rig.view));
	rig_start(&rig);
	rig_at_home(&rig);
	assert_int_not_equal(rig.view->notice, NOTICE_RECEIPT_OWED);
	rig_close(&rig);
}

static void
a_stop_in_the_middle_of_typing_loses_nothing(void **state)
{
	static struct rig rig;
	struct command type = { .kind = COMMAND_FIELD, .field = FIELD_SURNAME, .text = "Leu" };
	(void)state;
	rig_open(&rig);
	rig_start(&rig);
	rig_at_home(&rig);
	rig_begin(&rig);
	rig_send(&rig, &type);
	rig_stop(&rig); /* sent before the pause is over */
	memset(rig.view, 0, sizeof(*rig.view));
	rig_start(&rig);
	rig_at_home(&rig);
	assert_int_equal(rig.view->held_count, 1);
	rig_do_text(&rig, COMMAND_RESUME, rig.view->held[0].case_number);
	rig_until(&rig, FLOW_IDENTITY);
	assert_string_equal(rig.view->fields[FIELD_SURNAME].text, "Leu");
	rig_close(&rig);
}

static void
a_signal_asks_for_what_is_typed_first(void **state)
{
	static struct rig rig;
	struct command type = { .kind = COMMAND_FIELD, .field = FIELD_SURNAME, .text = "Leung" };
	sigset_t set;
	(void)state;
	(void)sigemptyset(&set);
	(void)sigaddset(&set, SIGTERM);
	(void)sigaddset(&set, SIGINT);
	(void)sigaddset(&set, SIGHUP);
	assert_int_equal(pthread_sigmask(SIG_BLOCK, &set, NULL), 0);
	rig_open(&rig);
	rig.signals = true;
	rig_start(&rig);
	rig_at_home(&rig);
	rig_begin(&rig);
	rig_signal(&rig);
	rig_send(&rig, &type); /* it was on the glass only */
	rig_stop(&rig);
	rig.signals = false;
	memset(rig.view, 0, sizeof(*rig.view));
	rig_start(&rig);
	rig_at_home(&rig);
	rig_do_text(&rig, COMMAND_RESUME, rig.view->held[0].case_number);
	rig_until(&rig, FLOW_IDENTITY);
	assert_string_equal(rig.view->fields[FIELD_SURNAME].text, "Leung");
	rig_close(&rig);
}

static void
a_case_resumed_on_another_day_is_quoted_again(void **state)
{
	static struct rig rig;
	char number[APPLICATION_CASE];
	(void)state;
	rig_open(&rig);
	rig_start(&rig);
	rig_at_home(&rig);
	rig_begin(&rig);
	(void)text_copy(number, sizeof(number), rig.view->case_number);
	rig_fill_identity(&rig, "A123456", "3", "Leung", "");
	rig_do(&rig, COMMAND_CONTINUE);
	rig_fill_details(&rig);
	rig_do(&rig, COMMAND_CONTINUE);
	rig_fill_declaration(&rig);
	rig_do(&rig, COMMAND_CONTINUE);
	rig_until(&rig, FLOW_PAYMENT);
	struct date day = rig.view->fee.day;
	rig_do_index(&rig, COMMAND_HOLD, HOLD_FETCH_MONEY);
	rig_until(&rig, FLOW_HOME);
	assert_int_equal(rig.view->held[0].why, HOLD_FETCH_MONEY);
	assert_int_equal(rig.view->notice, NOTICE_HELD);
	rig_later(DAY_MS);
	rig_do_text(&rig, COMMAND_RESUME, number);
	rig_until(&rig, FLOW_PAYMENT);
	assert_int_equal(rig.view->notice, NOTICE_QUOTED_AGAIN);
	assert_true(rig.view->quoted_again);
	assert_int_equal(date_compare(rig.view->fee.day, day), 1);
	rig_tender(&rig, "cash", 50000, "");
	rig_do(&rig, COMMAND_CONTINUE);
	rig_until(&rig, FLOW_CHECK);
	rig_do(&rig, COMMAND_CONTINUE);
	rig_until(&rig, FLOW_HAND_OVER);
	assert_int_equal(date_compare(rig.view->receipt.application.day, rig.view->fee.day), 0);
	rig_later(-DAY_MS);
	rig_close(&rig);
}

static void
midnight_between_payment_and_commit_is_no_obstacle(void **state)
{
	static struct rig rig;
	(void)state;
	rig_open(&rig);
	rig_start(&rig);
	rig_at_home(&rig);
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
	rig_later(DAY_MS);
	rig_do(&rig, COMMAND_CONTINUE);
	rig_until(&rig, FLOW_HAND_OVER);
	assert_int_equal(date_compare(rig.view->receipt.application.fee.day, rig.view->day), 0);
	rig_later(-DAY_MS);
	rig_close(&rig);
}

static void
a_clock_that_went_back_while_it_was_off_is_suspect(void **state)
{
	static struct rig rig;
	struct date day;
	(void)state;
	rig_open(&rig);
	rig_later(DAY_MS);
	rig_start(&rig);
	rig_at_home(&rig);
	assert_false(rig.view->clock_suspect);
	day = rig.view->day;
	rig_stop(&rig);
	rig_later(-DAY_MS);
	memset(rig.view, 0, sizeof(*rig.view));
	rig_start(&rig);
	rig_until(&rig, FLOW_SIGN_IN);
	assert_true(rig.view->clock_suspect);
	rig_at_home(&rig);
	assert_true(rig.view->clock_suspect);
	assert_int_equal(date_compare(rig.view->day, day), 0);
	rig_close(&rig);
}

static void
a_cancelled_case_leaves_no_draft(void **state)
{
	static struct rig rig;
	(void)state;
	rig_open(&rig);
	rig_start(&rig);
	rig_at_home(&rig);
	rig_begin(&rig);
	rig_do(&rig, COMMAND_BACK); /* nothing was done: nothing is left */
	rig_until(&rig, FLOW_HOME);
	assert_int_equal(rig.view->held_count, 0);
	rig_begin(&rig);
	rig_type(&rig, FIELD_SURNAME, "Leung");
	rig_do(&rig, COMMAND_BACK); /* something was: it is kept */
	rig_until(&rig, FLOW_HOME);
	assert_int_equal(rig.view->held_count, 1);
	rig_do_text(&rig, COMMAND_RESUME, rig.view->held[0].case_number);
	rig_until(&rig, FLOW_IDENTITY);
	rig_do(&rig, COMMAND_CANCEL);
	rig_until(&rig, FLOW_HOME);
	assert_int_equal(rig.view->held_count, 0);
	assert_int_equal(rig.view->notice, NOTICE_CANCELLED);
	rig_close(&rig);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_was_typed_survives_a_power_cut),
		cmocka_unit_test(money_taken_is_durable_at_once),
		cmocka_unit_test(a_committed_case_is_there_once_after_a_power_cut),
		cmocka_unit_test(a_receipt_that_was_not_printed_is_still_owed_after_a_power_cut),
		cmocka_unit_test(a_stop_in_the_middle_of_typing_loses_nothing),
		cmocka_unit_test(a_signal_asks_for_what_is_typed_first),
		cmocka_unit_test(a_case_resumed_on_another_day_is_quoted_again),
		cmocka_unit_test(midnight_between_payment_and_commit_is_no_obstacle),
		cmocka_unit_test(a_clock_that_went_back_while_it_was_off_is_suspect),
		cmocka_unit_test(a_cancelled_case_leaves_no_draft),
	};
	return cmocka_run_group_tests_name("counter restart", tests, NULL, NULL);
}
