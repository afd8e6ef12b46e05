#include <string.h>

#include "tests/support/check.h"
#include "tests/unit/kiosk/counter/support/rig.h"

static bool
has_notice_accepted(const struct view *view)
{
	return view->notice == NOTICE_ACCEPTED && view->receipt.accepted;
}

static bool
line_is_up(const struct view *view)
{
	return view->sync.line == VIEW_LINE_UP;
}

static bool
nothing_waits(const struct view *view)
{
	return view->sync.waiting == 0;
}

static void
hand_over(struct rig *rig)
{
	for (int32_t i = 0; i < (int32_t)rig->view->given_count; i++)
		rig_tick(rig, i);
	rig_do(rig, COMMAND_CONTINUE);
	rig_until(rig, FLOW_HOME);
}

static void
a_case_goes_from_the_form_to_the_centres_receipt(void **state)
{
	static struct rig rig;
	char id[WIRE_ID], hex[65], committed[APPLICATION_ID];
	uint8_t body[256];
	struct channel_message message;
	(void)state;
	rig_open(&rig);
	rig_listen(&rig);
	rig_start(&rig);
	rig_accept_line(&rig);
	rig_say_line(&rig, WIRE_LINE_UP);
	rig_until(&rig, FLOW_SIGN_IN);
	rig_until_true(&rig, line_is_up);
	rig_sign_in(&rig, "k200", RIG_PASSWORD); /* small letters are the same number */
	rig_until(&rig, FLOW_TILL);
	rig_count_float(&rig);
	rig_commit(&rig, "E364912", "5", committed);
	assert_string_equal(rig.view->receipt.number, "WR04-000001");
	assert_string_equal(rig.view->masked, "E364\u2022\u2022\u2022(\u2022)");
	assert_int_equal(atomic_load(&rig.prints), 1);
	assert_non_null(strstr(rig.printed, "/WR04-000001.pdf"));
	assert_false(rig.view->receipt.accepted);
	rig_hear_offer(&rig, id, hex);
	assert_string_equal(id, committed);
	rig_say_id(&rig, WIRE_SPOOLED, id);
	rig_say_accepted(&rig, id, &rig.receipt, id, hex);
	rig_hear(&rig, WIRE_ACKNOWLEDGE, body, sizeof(body), &message);
	rig_until_true(&rig, has_notice_accepted);
	hand_over(&rig);
	rig_until_true(&rig, nothing_waits);
	assert_int_equal(rig.view->today.cases, 1);
	assert_int_equal(rig.view->case_count, 1);
	assert_true(rig.view->cases[0].accepted);
	assert_int_equal(rig.view->sync.accepted_today, 1);
	rig_close(&rig);
}

static void
a_copy_is_counted_and_marked(void **state)
{
	static struct rig rig;
	char id[APPLICATION_ID];
	(void)state;
	rig_open(&rig);
	rig_start(&rig);
	rig_at_home(&rig);
	rig_commit(&rig, "A123456", "3", id);
	rig_do(&rig, COMMAND_PRINT);
	assert_int_equal(rig.view->notice, NOTICE_COPY);
	assert_non_null(strstr(rig.printed, "/WR04-000001-copy-1.pdf"));
	hand_over(&rig);
	rig_do_text(&rig, COMMAND_OPEN, "WR04-000001");
	rig_until(&rig, FLOW_STORED);
	assert_int_equal(rig.view->receipt.copies, 1);
	rig_do(&rig, COMMAND_PRINT);
	assert_non_null(strstr(rig.printed, "/WR04-000001-copy-2.pdf"));
	assert_int_equal(rig.view->receipt.copies, 2);
	rig_do(&rig, COMMAND_BACK);
	rig_until(&rig, FLOW_HOME);
	rig_do_text(&rig, COMMAND_OPEN, "WR04-000009");
	assert_int_equal(rig.view->notice, NOTICE_NOT_FOUND);
	assert_int_equal(rig.view->state, FLOW_HOME);
	rig_close(&rig);
}

static void
a_printer_without_paper_does_not_undo_a_case(void **state)
{
	static struct rig rig;
	char id[APPLICATION_ID];
	(void)state;
	rig_open(&rig);
	rig_start(&rig);
	rig_at_home(&rig);
	atomic_store(&rig.print_fails, true);
	rig_commit(&rig, "A123456", "3", id);
	assert_int_equal(rig.view->notice, NOTICE_PRINT_FAILED);
	assert_false(rig.view->receipt.printed);
	atomic_store(&rig.print_fails, false);
	rig_do(&rig, COMMAND_PRINT); /* the receipt itself was still owed: no copy */
	assert_int_equal(rig.view->notice, NOTICE_PRINTED);
	assert_int_equal(rig.view->receipt.copies, 0);
	assert_non_null(strstr(rig.printed, "/WR04-000001.pdf"));
	rig_do(&rig, COMMAND_CONTINUE); /* nothing is ticked yet */
	assert_int_equal(rig.view->state, FLOW_HAND_OVER);
	assert_int_equal(rig.view->summary_count, 1);
	assert_int_equal(rig.view->summary[0], FIELD_CHECKLIST);
	assert_int_equal(rig.view->fields[FIELD_CHECKLIST].problem, PROBLEM_TICKS);
	rig_close(&rig);
}

static void
a_supervisor_adds_a_clerk_who_must_change_the_password(void **state)
{
	static struct rig rig;
	struct command add = {
		.kind = COMMAND_STAFF_ADD, .secret = "paper boats at midnight", .again = "paper boats at midnight"
	};
	struct command change = {
		.kind = COMMAND_PASSWORD, .secret = "copper kettles sing", .again = "copper kettles sang"
	};
	(void)state;
	rig_open(&rig);
	rig_start(&rig);
	rig_sign_in(&rig, RIG_SUPERVISOR, RIG_PASSWORD);
	rig_until(&rig, FLOW_HOME);
	rig_do(&rig, COMMAND_STAFF);
	rig_until(&rig, FLOW_STAFF);
	assert_int_equal(rig.view->staff_count, 2);
	rig_type(&rig, FIELD_STAFF_NUMBER, RIG_CLERK);
	rig_type(&rig, FIELD_STAFF_NAME, "Ho Mei Ling");
	rig_act(&rig, &add);
	assert_int_equal(rig.view->fields[FIELD_STAFF_ROLE].problem, PROBLEM_EMPTY);
	rig_choose(&rig, FIELD_STAFF_ROLE, OFFICER_CLERK);
	rig_act(&rig, &add);
	assert_int_equal(rig.view->fields[FIELD_STAFF_NUMBER].problem, PROBLEM_TAKEN);
	rig_type(&rig, FIELD_STAFF_NUMBER, "k300");
	rig_act(&rig, &add);
	assert_int_equal(rig.view->notice, NOTICE_STAFF_ADDED);
	assert_int_equal(rig.view->staff_count, 3);
	assert_string_equal(rig.view->fields[FIELD_STAFF_NAME].text, "");
	struct store_audit_report log;
	struct error err = { 0 };
	assert_true(store_verify_log(rig.store_path, &log, &err));
	int64_t rows = log.rows;
	rig_do(&rig, COMMAND_SIGN_OUT);
	assert_true(store_verify_log(rig.store_path, &log, &err));
	assert_int_equal(log.rows, rows + 1);
	rig_sign_in(&rig, "K300", "paper boats at midnight");
	rig_until(&rig, FLOW_NEW_PASSWORD);
	rig_act(&rig, &change);
	assert_int_equal(rig.view->fields[FIELD_STAFF_AGAIN].problem, PROBLEM_NOT_EQUAL);
	(void)strcpy(change.again, change.secret);
	rig_send(&rig, &change);
	rig_until(&rig, FLOW_TILL);
	rig_close(&rig);
}

static void
the_same_number_twice_in_a_day_is_told(void **state)
{
	static struct rig rig;
	char id[APPLICATION_ID];
	(void)state;
	rig_open(&rig);
	rig_start(&rig);
	rig_at_home(&rig);
	rig_commit(&rig, "A123456", "3", id);
	hand_over(&rig);
	rig_begin(&rig);
	rig_fill_identity(&rig, "a123456", "3", "Leung", "");
	rig_do(&rig, COMMAND_CONTINUE);
	rig_until(&rig, FLOW_DETAILS);
	assert_int_equal(rig.view->notice, NOTICE_SAME_DAY);
	rig_close(&rig);
}

static void
a_redirected_kind_takes_nothing(void **state)
{
	static struct rig rig;
	(void)state;
	rig_open(&rig);
	rig_start(&rig);
	rig_at_home(&rig);
	rig_do(&rig, COMMAND_NEW);
	rig_do_text(&rig, COMMAND_PRODUCT, "bank-personal");
	rig_until(&rig, FLOW_NOT_HERE);
	assert_string_equal(rig.view->product, "bank-personal");
	assert_string_equal(rig.view->case_number, "");
	rig_do(&rig, COMMAND_BACK);
	rig_until(&rig, FLOW_PRODUCT);
	rig_do_text(&rig, COMMAND_PRODUCT, "no-such-kind");
	assert_int_equal(rig.view->state, FLOW_PRODUCT);
	rig_close(&rig);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_case_goes_from_the_form_to_the_centres_receipt),
		cmocka_unit_test(a_copy_is_counted_and_marked),
		cmocka_unit_test(a_printer_without_paper_does_not_undo_a_case),
		cmocka_unit_test(a_supervisor_adds_a_clerk_who_must_change_the_password),
		cmocka_unit_test(the_same_number_twice_in_a_day_is_told),
		cmocka_unit_test(a_redirected_kind_takes_nothing),
	};
	return cmocka_run_group_tests_name("counter story", tests, NULL, NULL);
}
