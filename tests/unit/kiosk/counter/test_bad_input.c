#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "kiosk/base/file.h"
#include "kiosk/base/text.h"
#include "tests/support/check.h"
#include "tests/unit/kiosk/counter/support/rig.h"

static bool
is_listed(const struct view *view, enum field field)
{
	for (size_t i = 0; i < view->summary_count; i++)
		if (view->summary[i] == field)
			return true;
	return false;
}

static void
at_identity(struct rig *rig)
{
	rig_open(rig);
	rig_start(rig);
	rig_at_home(rig);
	rig_begin(rig);
}

static void
continue_is_refused_with_a_summary_until_everything_is_there(void **state)
{
	static struct rig rig;
	(void)state;
	at_identity(&rig);
	assert_int_equal(rig.view->summary_count, 0);
	assert_false(rig.view->fields[FIELD_SURNAME].told);
	uint32_t number = rig.view->summary_number;
	rig_do(&rig, COMMAND_CONTINUE);
	assert_int_equal(rig.view->state, FLOW_IDENTITY);
	assert_int_equal(rig.view->summary_number, number + 1);
	assert_true(is_listed(rig.view, FIELD_CARD_NUMBER) && is_listed(rig.view, FIELD_SAME_SURNAME) &&
				is_listed(rig.view, FIELD_GENERATION));
	assert_true(rig.view->fields[FIELD_SURNAME].told);
	assert_int_equal(rig.view->fields[FIELD_SURNAME].problem, PROBLEM_EMPTY);
	uint32_t before = rig.view->summary_count;
	rig_type(&rig, FIELD_SURNAME, "Leung"); /* what is put right leaves the list; the list does not jump */
	assert_int_equal(rig.view->summary_count, before - 1);
	assert_int_equal(rig.view->summary_number, number + 1);
	rig_close(&rig);
}

static void
form_and_card_must_agree(void **state)
{
	static struct rig rig;
	(void)state;
	at_identity(&rig);
	rig_fill_identity(&rig, "A123456", "3", "Leung", "");
	rig_type(&rig, FIELD_FORM_NUMBER, "L123456(3)"); /* a right number, but another */
	rig_type(&rig, FIELD_FORM_BIRTH, "24/05/1991");
	rig_choose(&rig, FIELD_SAME_SURNAME, APPLICATION_DIFFERENT);
	rig_do(&rig, COMMAND_CONTINUE);
	assert_int_equal(rig.view->state, FLOW_IDENTITY);
	assert_int_equal(rig.view->summary_count, 3);
	assert_int_equal(rig.view->fields[FIELD_FORM_NUMBER].problem, PROBLEM_DIFFERENT);
	assert_int_equal(rig.view->fields[FIELD_FORM_BIRTH].problem, PROBLEM_DIFFERENT);
	assert_int_equal(rig.view->fields[FIELD_SAME_SURNAME].problem, PROBLEM_DIFFERENT);
	assert_false(rig.view->form_equals_card_number);
	assert_false(rig.view->form_equals_card_birth);
	rig_do_index(&rig, COMMAND_HOLD, HOLD_CORRECT_FORM); /* the form goes back */
	rig_until(&rig, FLOW_HOME);
	assert_int_equal(rig.view->held[0].why, HOLD_CORRECT_FORM);
	rig_close(&rig);
}

static void
a_checked_number_shows_masked_until_it_is_opened(void **state)
{
	static struct rig rig;
	struct store_audit_report report;
	struct error err = { 0 };
	(void)state;
	at_identity(&rig);
	rig_fill_identity(&rig, "A123456", "3", "Leung", "");
	assert_false(rig.view->identity_hidden);
	rig_do(&rig, COMMAND_CONTINUE);
	rig_until(&rig, FLOW_DETAILS);
	assert_string_equal(rig.view->masked, "A123\u2022\u2022\u2022(\u2022)");
	assert_string_equal(rig.view->fields[FIELD_CARD_NUMBER].text, "A123\u2022\u2022\u2022");
	assert_string_equal(rig.view->fields[FIELD_CARD_CHECK].text, "\u2022");
	assert_string_equal(rig.view->fields[FIELD_FORM_NUMBER].text, "A123\u2022\u2022\u2022(\u2022)");
	assert_null(memmem(rig.view, sizeof(*rig.view), "123456", 6)); /* nowhere in the view */
	assert_string_equal(rig.view->checked_by, RIG_CLERK);
	rig_do(&rig, COMMAND_BACK);
	rig_until(&rig, FLOW_IDENTITY);
	assert_true(rig.view->identity_hidden);
	rig_type(&rig, FIELD_CARD_NUMBER, "B123456"); /* closed: nothing happens */
	assert_string_equal(rig.view->fields[FIELD_CARD_NUMBER].text, "A123\u2022\u2022\u2022");
	assert_true(store_verify_log(rig.store_path, &report, &err));
	int64_t rows = report.rows;
	rig_do_index(&rig, COMMAND_CHANGE, FLOW_IDENTITY);
	assert_false(rig.view->identity_hidden);
	assert_string_equal(rig.view->fields[FIELD_CARD_NUMBER].text, "A123456");
	assert_true(store_verify_log(rig.store_path, &report, &err));
	assert_int_equal(report.rows, rows + 1);
	rig_close(&rig);
}

/* A paste larger than a field holds: its beginning is kept, and the field says so until it is changed. */
static void
a_very_long_text_is_kept_and_refused(void **state)
{
	static struct rig rig;
	char much[COMMAND_TEXT];
	(void)state;
	at_identity(&rig);
	memset(much, 'a', sizeof(much) - 1);
	much[sizeof(much) - 1] = '\0';
	rig_type(&rig, FIELD_SURNAME, much);
	assert_int_equal(rig.view->fields[FIELD_SURNAME].problem, PROBLEM_LONG);
	assert_int_equal(strlen(rig.view->fields[FIELD_SURNAME].text), VIEW_TEXT - 1);
	rig_type(&rig, FIELD_SURNAME, rig.view->fields[FIELD_SURNAME].text);
	assert_int_equal(rig.view->fields[FIELD_SURNAME].problem, PROBLEM_LONG);
	rig_type(&rig, FIELD_SURNAME, "Leung");
	assert_int_equal(rig.view->fields[FIELD_SURNAME].problem, PROBLEM_NONE);
	rig_close(&rig);
}

static void
commands_that_mean_nothing_are_passed_over(void **state)
{
	static struct rig rig;
	struct command bad = { .kind = COMMAND_KINDS };
	(void)state;
	at_identity(&rig);
	rig_send(&rig, &bad);
	bad = (struct command){ .kind = COMMAND_FIELD, .field = FIELDS };
	rig_send(&rig, &bad);
	bad = (struct command){ .kind = COMMAND_FIELD, .field = FIELD_SURNAME };
	memset(bad.text, 0xff, sizeof(bad.text)); /* no UTF-8 and no end */
	rig_send(&rig, &bad);
	for (int kind = COMMAND_NONE; kind < COMMAND_KINDS; kind++) {
		bool leaves = kind == COMMAND_SIGN_OUT || kind == COMMAND_LOCK || kind == COMMAND_BACK ||
					  kind == COMMAND_CANCEL || kind == COMMAND_STOP || kind == COMMAND_HOLD;
		bad = (struct command){ .kind = (enum command_kind)kind, .index = -7, .amount = -1, .text = "zz" };
		if (!leaves)
			rig_send(&rig, &bad);
	}
	bad = (struct command){ .kind = COMMAND_TICK, .index = INT32_MAX, .on = true };
	rig_send(&rig, &bad);
	bad = (struct command){ .kind = COMMAND_CHOICE, .field = FIELD_GENERATION, .index = 2011 };
	rig_send(&rig, &bad);
	bad = (struct command){ .kind = COMMAND_HOLD, .index = HOLD_REASONS };
	rig_send(&rig, &bad);
	rig_settle(&rig);
	assert_int_equal(rig.view->state, FLOW_IDENTITY);
	assert_string_equal(rig.view->fields[FIELD_SURNAME].text, "");
	assert_int_equal(rig.view->fields[FIELD_GENERATION].choice, -1);
	assert_int_equal(rig.view->fault, FAULT_NONE);
	rig_close(&rig);
}

static void
at_payment(struct rig *rig)
{
	at_identity(rig);
	rig_to_payment(rig, "A123456", "3", "");
}

static void
money_that_is_none_is_refused(void **state)
{
	static struct rig rig;
	(void)state;
	at_payment(&rig);
	int64_t total = rig.view->fee.total.minor;
	assert_true(total > 0);
	rig_do(&rig, COMMAND_CONTINUE); /* nothing paid */
	assert_int_equal(rig.view->state, FLOW_PAYMENT);
	assert_int_equal(rig.view->fields[FIELD_AMOUNT].problem, PROBLEM_LEFT);
	static const struct {
		const char *method;
		int64_t amount;
		const char *reference;
		enum field_problem amount_problem, reference_problem;
	} bad[] = {
		{ "cash", 0, "", PROBLEM_NOTHING, PROBLEM_NONE },
		{ "cash", -4800, "", PROBLEM_NEGATIVE, PROBLEM_NONE },
		{ "cash", 4805, "", PROBLEM_NOT_CASH, PROBLEM_NONE },
		{ "cash", INT64_MAX, "", PROBLEM_NOT_CASH, PROBLEM_NONE },
		{ "cash", INT64_MAX - 7, "", PROBLEM_ABSURD, PROBLEM_NONE },
		{ "eps", 90000, "441907", PROBLEM_OVER, PROBLEM_NONE },
		{ "eps", 1000, "", PROBLEM_NONE, PROBLEM_REFERENCE },
		{ "eps", 1000, "12", PROBLEM_NONE, PROBLEM_REFERENCE },
		{ "seashells", 1000, "441907", PROBLEM_NOT_ACCEPTED, PROBLEM_NONE },
		{ "cheque", 1000, "4111111111111111", PROBLEM_NONE, PROBLEM_CARD_NUMBER },
	};
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		rig_tender(&rig, bad[i].method, bad[i].amount, bad[i].reference);
		assert_int_equal(rig.view->payment.count, 0);
		if (bad[i].amount_problem != PROBLEM_NONE)
			assert_int_equal(rig.view->fields[FIELD_AMOUNT].problem, bad[i].amount_problem);
		if (bad[i].reference_problem != PROBLEM_NONE)
			assert_int_equal(rig.view->fields[FIELD_REFERENCE].problem, bad[i].reference_problem);
	}
	static const struct {
		const char *typed;
		enum field_problem problem;
	} typed[] = { { "48.005", PROBLEM_SHAPE }, { "-48", PROBLEM_NEGATIVE }, { "\u221248", PROBLEM_NEGATIVE },
		{ "99999999999999999999", PROBLEM_ABSURD }, { "4 8", PROBLEM_SHAPE }, { "0", PROBLEM_NOTHING },
		{ "four", PROBLEM_SHAPE } };
	for (size_t i = 0; i < sizeof(typed) / sizeof(typed[0]); i++) {
		rig_type(&rig, FIELD_AMOUNT, typed[i].typed);
		assert_string_equal(rig.view->fields[FIELD_AMOUNT].text, typed[i].typed);
		assert_int_equal(rig.view->fields[FIELD_AMOUNT].problem, typed[i].problem);
	}
	rig_tender(&rig, "eps", 4000, "441907"); /* split: part of it otherwise, the rest in cash with change */
	assert_int_equal(rig.view->payment.count, 1);
	rig_do(&rig, COMMAND_CONTINUE);
	assert_int_equal(rig.view->state, FLOW_PAYMENT);
	assert_int_equal(rig.view->left.minor, total - 4000);
	rig_tender(&rig, "cash", 10000, "");
	assert_int_equal(rig.view->left.minor, 0);
	assert_int_equal(rig.view->payment.tenders[1].given.minor, 10000);
	rig_do_index(&rig, COMMAND_UNTENDER, 0);
	assert_int_equal(rig.view->payment.count, 1);
	rig_tender(&rig, "eps", 4000, "441908");
	rig_do(&rig, COMMAND_CONTINUE);
	rig_until(&rig, FLOW_CHECK);
	rig_close(&rig);
}

static void
a_wrong_password_ten_times_locks_the_account(void **state)
{
	static struct rig rig;
	unsigned wrong = 0, waits = 0;
	int64_t later = 0;
	(void)state;
	rig_open(&rig);
	rig_start(&rig);
	rig_sign_in(&rig, "", "");
	assert_int_equal(rig.view->fields[FIELD_SIGN_IN_NUMBER].problem, PROBLEM_EMPTY);
	rig_sign_in(&rig, "NOBODY", RIG_PASSWORD); /* looks like a wrong password */
	assert_int_equal(rig.view->fields[FIELD_SIGN_IN_PASSWORD].problem, PROBLEM_WRONG);
	enum field_problem problem = PROBLEM_NONE;
	while (problem != PROBLEM_LOCKED && waits + wrong < 40) {
		rig_sign_in(&rig, RIG_CLERK, "not the password at all");
		problem = rig.view->fields[FIELD_SIGN_IN_PASSWORD].problem;
		wrong += problem == PROBLEM_WRONG ? 1 : 0;
		if (problem != PROBLEM_WAIT)
			continue;
		waits++;
		assert_true(rig.view->wait_s > 0);
		later += 61000;
		rig_later(61000);
	}
	assert_int_equal(problem, PROBLEM_LOCKED);
	assert_true(wrong >= OFFICER_TRIES / 2);
	assert_true(waits > 0);
	later += 61000;
	rig_later(61000);
	rig_sign_in(&rig, RIG_CLERK, RIG_PASSWORD); /* the right one does not open it any more */
	assert_int_equal(rig.view->fields[FIELD_SIGN_IN_PASSWORD].problem, PROBLEM_LOCKED);
	rig_sign_in(&rig, RIG_SUPERVISOR, RIG_PASSWORD);
	rig_until(&rig, FLOW_HOME);
	rig_do(&rig, COMMAND_STAFF);
	rig_do_text(&rig, COMMAND_STAFF_UNLOCK, RIG_CLERK);
	assert_int_equal(rig.view->notice, NOTICE_UNLOCKED);
	rig_do(&rig, COMMAND_SIGN_OUT);
	rig_sign_in(&rig, RIG_CLERK, RIG_PASSWORD);
	rig_until(&rig, FLOW_TILL);
	rig_later(-later);
	rig_close(&rig);
}

static void
a_lock_keeps_the_case_and_shows_nothing_of_it(void **state)
{
	static struct rig rig;
	struct command unlock = { .kind = COMMAND_UNLOCK, .secret = "something else entirely" };
	(void)state;
	at_identity(&rig);
	rig_type(&rig, FIELD_SURNAME, "Leung");
	rig_do(&rig, COMMAND_LOCK);
	rig_until(&rig, FLOW_LOCKED);
	assert_null(memmem(rig.view, sizeof(*rig.view), "Leung", 5));
	rig_act(&rig, &unlock);
	assert_int_equal(rig.view->state, FLOW_LOCKED);
	assert_int_equal(rig.view->fields[FIELD_SIGN_IN_PASSWORD].problem, PROBLEM_WRONG);
	(void)text_copy(unlock.secret, sizeof(unlock.secret), RIG_PASSWORD);
	rig_send(&rig, &unlock);
	rig_until(&rig, FLOW_IDENTITY);
	assert_string_equal(rig.view->fields[FIELD_SURNAME].text, "Leung");
	rig_do(&rig, COMMAND_LOCK);
	rig_until(&rig, FLOW_LOCKED);
	rig_do(&rig, COMMAND_SIGN_OUT); /* another officer */
	rig_at_home(&rig);
	assert_int_equal(rig.view->held_count, 1);
	assert_int_equal(rig.view->held[0].why, -1);
	rig_close(&rig);
}

static void
a_float_that_cannot_be_is_refused(void **state)
{
	static struct rig rig;
	struct command counts = { .kind = COMMAND_COUNTS, .counts = { [0] = -1 } };
	(void)state;
	rig_open(&rig);
	rig_start(&rig);
	rig_sign_in(&rig, RIG_CLERK, RIG_PASSWORD);
	rig_until(&rig, FLOW_TILL);
	rig_act(&rig, &counts);
	assert_int_equal(rig.view->fields[FIELD_COUNT_PIECES].problem, PROBLEM_NEGATIVE);
	counts.counts[0] = INT64_MAX;
	rig_act(&rig, &counts);
	assert_int_equal(rig.view->fields[FIELD_COUNT_PIECES].problem, PROBLEM_ABSURD);
	counts.counts[0] = 0;
	rig_act(&rig, &counts);
	assert_int_equal(rig.view->fields[FIELD_COUNT_PIECES].problem, PROBLEM_NOTHING);
	assert_int_equal(rig.view->state, FLOW_TILL);
	rig_close(&rig);
}

static const char NO_FEES[] = "{\"payees\":[{\"id\":\"postmaster-general\",\"name\":{\"en\":\"Postmaster General\","
							  "\"zh-Hant-HK\":\"香港郵政署長\",\"zh-Hans\":\"香港邮政署长\"},\"source\":\"test\"}],"
							  "\"fees\":[]}";

static void
replace_in_catalogue(struct rig *rig, const char *file, const char *text)
{
	char path[512];
	struct error err = { 0 };
	(void)text_format(path, sizeof(path), "%s/%s", rig->catalogue, file);
	assert_true(file_write(path, text_span(text), 0644, &err));
}

static void
an_unknown_fee_is_refused_before_a_case_begins(void **state)
{
	static struct rig rig;
	(void)state;
	rig_open(&rig);
	rig_own_catalogue(&rig);
	replace_in_catalogue(&rig, "facts/fees.json", NO_FEES);
	rig_start(&rig);
	rig_at_home(&rig);
	rig_do(&rig, COMMAND_NEW);
	rig_do_text(&rig, COMMAND_PRODUCT, "personal");
	assert_int_equal(rig.view->state, FLOW_PRODUCT);
	assert_int_equal(rig.view->fields[FIELD_PRODUCT].problem, PROBLEM_NO_FEE);
	assert_string_equal(rig.view->case_number, "");
	rig_close(&rig);
}

static bool
is_fault(const struct view *view)
{
	return view->state == FLOW_FAULT;
}

static void
a_malformed_catalogue_is_a_fault_that_can_be_looked_at_again(void **state)
{
	static struct rig rig;
	struct file_bytes good = { 0 };
	char path[512];
	struct error err = { 0 };
	(void)state;
	rig_open(&rig);
	rig_own_catalogue(&rig);
	(void)text_format(path, sizeof(path), "%s/facts/checks.json", rig.catalogue);
	assert_true(file_read(path, 1u << 20, &good, &err));
	replace_in_catalogue(&rig, "facts/checks.json", "{\"checks\": [");
	rig_start(&rig);
	rig_until_true(&rig, is_fault);
	assert_int_equal(rig.view->fault, FAULT_CATALOGUE);
	assert_non_null(strstr(rig.view->fault_text, "checks.json"));
	assert_true(file_write(path, (struct span){ good.at, good.len }, 0644, &err));
	rig_do(&rig, COMMAND_CONTINUE);
	rig_until(&rig, FLOW_SIGN_IN);
	assert_int_equal(rig.view->fault, FAULT_NONE);
	file_free(&good);
	rig_close(&rig);
}

static void
a_lost_key_is_a_fault(void **state)
{
	static struct rig rig;
	(void)state;
	rig_open(&rig);
	assert_int_equal(unlink(rig.key_path), 0);
	rig_start(&rig);
	rig_until_true(&rig, is_fault);
	assert_int_equal(rig.view->fault, FAULT_KEY);
	assert_null(rig.view->catalogue);
	rig_close(&rig);
}

static void
a_key_that_others_may_read_is_a_fault_of_the_key(void **state)
{
	static struct rig rig;
	(void)state;
	rig_open(&rig);
	assert_int_equal(chmod(rig.key_path, 0644), 0);
	rig_start(&rig);
	rig_until_true(&rig, is_fault);
	assert_int_equal(rig.view->fault, FAULT_KEY);
	rig_close(&rig);
}

static void
another_stores_key_is_a_fault_of_the_key(void **state)
{
	static struct rig rig;
	struct error err = { 0 };
	(void)state;
	rig_open(&rig);
	assert_true(file_write(rig.key_path, text_span("0123456789abcdef0123456789abcdef"), 0600, &err));
	rig_start(&rig);
	rig_until_true(&rig, is_fault);
	assert_int_equal(rig.view->fault, FAULT_KEY);
	rig_close(&rig);
}

static void
a_fee_that_is_gone_in_the_middle_of_a_case_is_said(void **state)
{
	static struct rig rig;
	sigset_t set;
	(void)state;
	(void)sigemptyset(&set);
	(void)sigaddset(&set, SIGTERM);
	(void)sigaddset(&set, SIGINT);
	(void)sigaddset(&set, SIGHUP);
	assert_int_equal(pthread_sigmask(SIG_BLOCK, &set, NULL), 0);
	rig_open(&rig);
	rig_own_catalogue(&rig);
	rig.signals = true;
	rig_start(&rig);
	rig_at_home(&rig);
	rig_begin(&rig);
	rig_fill_identity(&rig, "A123456", "3", "Leung", "梁凱晴");
	rig_do(&rig, COMMAND_CONTINUE);
	rig_until(&rig, FLOW_DETAILS);
	rig_fill_details(&rig);
	rig_do(&rig, COMMAND_CONTINUE);
	rig_until(&rig, FLOW_DECLARATION);
	rig_fill_declaration(&rig);
	replace_in_catalogue(&rig, "facts/fees.json", NO_FEES);
	assert_int_equal(kill(getpid(), SIGHUP), 0);
	rig_settle(&rig);
	rig_do(&rig, COMMAND_CONTINUE);
	assert_int_equal(rig.view->state, FLOW_DECLARATION);
	assert_int_equal(rig.view->fields[FIELD_AMOUNT].problem, PROBLEM_NO_FEE);
	assert_int_equal(rig.view->summary_count, 1);
	assert_int_equal(rig.view->summary[0], FIELD_AMOUNT);
	rig_close(&rig);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(continue_is_refused_with_a_summary_until_everything_is_there),
		cmocka_unit_test(form_and_card_must_agree),
		cmocka_unit_test(a_checked_number_shows_masked_until_it_is_opened),
		cmocka_unit_test(a_very_long_text_is_kept_and_refused),
		cmocka_unit_test(commands_that_mean_nothing_are_passed_over),
		cmocka_unit_test(money_that_is_none_is_refused),
		cmocka_unit_test(a_wrong_password_ten_times_locks_the_account),
		cmocka_unit_test(a_lock_keeps_the_case_and_shows_nothing_of_it),
		cmocka_unit_test(a_float_that_cannot_be_is_refused),
		cmocka_unit_test(an_unknown_fee_is_refused_before_a_case_begins),
		cmocka_unit_test(a_malformed_catalogue_is_a_fault_that_can_be_looked_at_again),
		cmocka_unit_test(a_lost_key_is_a_fault),
		cmocka_unit_test(a_key_that_others_may_read_is_a_fault_of_the_key),
		cmocka_unit_test(another_stores_key_is_a_fault_of_the_key),
		cmocka_unit_test(a_fee_that_is_gone_in_the_middle_of_a_case_is_said),
	};
	return cmocka_run_group_tests_name("counter bad input", tests, NULL, NULL);
}
