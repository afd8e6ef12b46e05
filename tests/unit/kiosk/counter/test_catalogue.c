/* The catalogue is read again while the counter works. */
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "kiosk/base/file.h"
#include "kiosk/base/text.h"
#include "tests/support/check.h"
#include "tests/unit/kiosk/counter/support/rig.h"

#define FEES_MOST (256u * 1024)

static void
open_with_signals(struct rig *rig)
{
	sigset_t set;
	(void)sigemptyset(&set);
	(void)sigaddset(&set, SIGTERM);
	(void)sigaddset(&set, SIGINT);
	(void)sigaddset(&set, SIGHUP);
	assert_int_equal(pthread_sigmask(SIG_BLOCK, &set, NULL), 0);
	rig_open(rig);
	rig_own_catalogue(rig);
	rig->signals = true;
	rig_start(rig);
	rig_at_home(rig);
}

/* Until the counter has said what came of it: reading takes as long as it takes. */
static void
read_again(struct rig *rig, bool bad, const char *version)
{
	assert_int_equal(kill(getpid(), SIGHUP), 0);
	for (int i = 0; i < 80; i++) {
		rig_settle(rig);
		if (rig->view->catalogue_bad == bad && strcmp(catalogue_version(rig->view->catalogue), version) == 0)
			return;
	}
	fail_msg("never seen; version %s", catalogue_version(rig->view->catalogue));
}

static void
put(const struct rig *rig, const char *name, struct span text)
{
	char path[400];
	struct error err = { 0 };
	(void)text_format(path, sizeof(path), "%s/%s", rig->catalogue, name);
	assert_true(file_write(path, text, 0600, &err));
}

static struct file_bytes
get(const struct rig *rig, const char *name)
{
	char path[400];
	struct file_bytes bytes = { 0 };
	struct error err = { 0 };
	(void)text_format(path, sizeof(path), "%s/%s", rig->catalogue, name);
	assert_true(file_read(path, FEES_MOST, &bytes, &err));
	return bytes;
}

static void
a_refused_one_stays_in_sight_until_a_good_one_is_read(void **state)
{
	static struct rig rig;
	(void)state;
	open_with_signals(&rig);
	struct file_bytes fees = get(&rig, "facts/fees.json");
	const struct catalogue *good = rig.view->catalogue;
	put(&rig, "facts/fees.json", text_span("{ this is no JSON"));
	read_again(&rig, true, "TRAIN 2026.2");
	assert_int_equal(rig.view->notice, NOTICE_CATALOGUE_BAD);
	rig_do(&rig, COMMAND_FIND);
	rig_do(&rig, COMMAND_BACK);
	assert_true(rig.view->catalogue_bad); /* long after the toast */
	assert_string_not_equal(rig.view->fault_text, "");
	assert_ptr_equal(rig.view->catalogue, good);
	put(&rig, "facts/fees.json", (struct span){ fees.at, fees.len });
	read_again(&rig, false, "TRAIN 2026.2");
	assert_string_equal(rig.view->fault_text, "");
	assert_ptr_equal(rig.view->catalogue, good); /* nothing has changed */
	file_free(&fees);
	rig_close(&rig);
}

/* Whatever the shell cannot look at any more is freed: there is no number of times after which none is read. */
static void
old_ones_are_freed_and_there_is_no_limit(void **state)
{
	static struct rig rig;
	(void)state;
	open_with_signals(&rig);
	struct file_bytes about = get(&rig, "training/catalogue.json");
	for (int i = 0; i < 20; i++) {
		char *text = strdup((const char *)about.at), wanted[] = "TRAIN 2026.2";
		assert_non_null(text);
		char *version = strstr(text, wanted);
		assert_non_null(version);
		version[11] = wanted[11] = (char)('A' + i);
		put(&rig, "training/catalogue.json", text_span(text));
		free(text);
		read_again(&rig, false, wanted);
		assert_int_equal(rig.view->notice, NOTICE_CATALOGUE_NEW);
		rig_do(&rig, COMMAND_FIND);
		rig_do(&rig, COMMAND_BACK);
	}
	rig_stop(&rig);
	assert_int_equal(rig.catalogues, 1);
	file_free(&about);
	rig_close(&rig);
}

#define DAY_MS (24 * 3600 * 1000ll)

/* Pay in full, hold, and come back on the next day under this price of the medium. */
static void
hold_until_tomorrow(struct rig *rig, const char *price, const char *version)
{
	char number[APPLICATION_CASE];
	rig_begin(rig);
	(void)text_copy(number, sizeof(number), rig->view->case_number);
	rig_to_payment(rig, "A123456", "3", "");
	rig_tender(rig, "cash", 50000, "");
	rig_do(rig, COMMAND_CONTINUE);
	rig_until(rig, FLOW_CHECK);
	rig_do_index(rig, COMMAND_HOLD, HOLD_FETCH_DOCUMENT);
	rig_until(rig, FLOW_HOME);
	if (price != NULL) {
		struct file_bytes fees = get(rig, "training/fees.json"), about = get(rig, "training/catalogue.json");
		char *at = strstr((char *)fees.at, "40.00");
		assert_non_null(at);
		memcpy(at, price, strlen(price));
		at = strstr((char *)about.at, "TRAIN 2026.2");
		assert_non_null(at);
		memcpy(at, version, strlen(version));
		put(rig, "training/fees.json", (struct span){ fees.at, fees.len });
		put(rig, "training/catalogue.json", (struct span){ about.at, about.len });
		file_free(&fees);
		file_free(&about);
		read_again(rig, false, version);
	}
	rig_later(DAY_MS);
	rig_do_text(rig, COMMAND_RESUME, number);
}

static void
finish(struct rig *rig)
{
	rig_until(rig, FLOW_CHECK);
	rig_do(rig, COMMAND_CONTINUE);
	rig_until(rig, FLOW_HAND_OVER);
	assert_int_equal(date_compare(rig->view->receipt.application.day, rig->view->day), 0);
	assert_int_equal(date_compare(rig->view->receipt.application.fee.day, rig->view->day), 0);
	assert_int_equal(payment_paid(&rig->view->payment).minor, rig->view->fee.total.minor);
	rig_later(-DAY_MS);
	rig_close(rig);
}

static void
a_paid_case_under_the_same_fee_is_finished_on_the_next_day(void **state)
{
	static struct rig rig;
	(void)state;
	open_with_signals(&rig);
	hold_until_tomorrow(&rig, NULL, NULL);
	rig_until(&rig, FLOW_CHECK);
	assert_true(rig.view->quoted_again);
	assert_int_equal(rig.view->payment.count, 1);
	finish(&rig);
}

static void
what_is_owed_when_the_fee_went_up_is_said_at_once(void **state)
{
	static struct rig rig;
	(void)state;
	open_with_signals(&rig);
	hold_until_tomorrow(&rig, "45.00", "TRAIN 2026.3");
	rig_until(&rig, FLOW_PAYMENT);
	assert_int_equal(rig.view->left.minor, 500);
	assert_int_equal(rig.view->fields[FIELD_AMOUNT].problem, PROBLEM_LEFT);
	assert_int_equal(rig.view->summary_count, 1);
	rig_tender(&rig, "cash", 500, "");
	rig_do(&rig, COMMAND_CONTINUE);
	finish(&rig);
}

static void
what_is_given_back_when_the_fee_went_down_is_said_at_once(void **state)
{
	static struct rig rig;
	(void)state;
	open_with_signals(&rig);
	hold_until_tomorrow(&rig, "30.00", "TRAIN 2026.3");
	rig_until(&rig, FLOW_PAYMENT);
	assert_int_equal(rig.view->fields[FIELD_AMOUNT].problem, PROBLEM_OVERPAID);
	assert_int_equal(rig.view->summary_count, 1);
	rig_do(&rig, COMMAND_CONTINUE); /* no way round */
	assert_int_equal(rig.view->state, FLOW_PAYMENT);
	rig_do_index(&rig, COMMAND_UNTENDER, 0);
	rig_tender(&rig, "cash", 50000, "");
	rig_do(&rig, COMMAND_CONTINUE);
	finish(&rig);
}

/* The next catalogue knows the product of the case in hand under another name only. */
static void
rename_product(struct rig *rig)
{
	char command[600];
	(void)text_format(command, sizeof(command),
		"find '%s' -name '*.json' -exec sed -i 's/\"personal\"/\"personax\"/g; s/TRAIN 2026.2/TRAIN 2026.3/' {} +",
		rig->catalogue);
	assert_int_equal(system(command), 0);
	read_again(rig, false, "TRAIN 2026.3");
	assert_null(catalogue_product(rig->view->catalogue, "personal"));
}

static void
a_case_whose_product_is_gone_is_held(void **state)
{
	static struct rig rig;
	(void)state;
	open_with_signals(&rig);
	rig_begin(&rig);
	rig_fill_identity(&rig, "A123456", "3", "Leung", "");
	rename_product(&rig);
	rig_until(&rig, FLOW_HOME);
	assert_int_equal(rig.view->notice, NOTICE_HELD);
	assert_string_equal(rig.view->case_number, "");
	assert_int_equal(rig.view->held_count, 1);
	assert_int_equal(rig.view->held[0].why, HOLD_OTHER);
	rig_close(&rig);
}

/* Behind the lock nothing shows, and the unlock leads home. */
static void
a_locked_case_whose_product_is_gone_is_held(void **state)
{
	static struct rig rig;
	(void)state;
	open_with_signals(&rig);
	rig_begin(&rig);
	rig_fill_identity(&rig, "A123456", "3", "Leung", "");
	rig_do(&rig, COMMAND_LOCK);
	rig_until(&rig, FLOW_LOCKED);
	rename_product(&rig);
	assert_int_equal(rig.view->state, FLOW_LOCKED);
	struct command unlock = { .kind = COMMAND_UNLOCK };
	(void)text_copy(unlock.secret, sizeof(unlock.secret), RIG_PASSWORD);
	rig_send(&rig, &unlock);
	rig_until(&rig, FLOW_HOME);
	assert_string_equal(rig.view->case_number, "");
	assert_int_equal(rig.view->held_count, 1);
	assert_int_equal(rig.view->held[0].why, HOLD_OTHER);
	rig_close(&rig);
}

/* A training counter whose overlay is gone does not fall back on the facts. */
static void
a_training_counter_never_works_with_the_production_catalogue(void **state)
{
	static struct rig rig;
	char command[600];
	(void)state;
	rig_open(&rig);
	rig_own_catalogue(&rig);
	(void)text_format(command, sizeof(command), "rm -r '%s/training'", rig.catalogue);
	assert_int_equal(system(command), 0);
	rig_start(&rig);
	rig_until(&rig, FLOW_FAULT);
	assert_int_equal(rig.view->fault, FAULT_CATALOGUE);
	assert_null(rig.view->catalogue);
	rig_close(&rig);
}

/* The overlay lies beside the facts and is not looked at: no sample fee is ever asked for. */
static void
a_production_counter_never_works_with_the_training_overlay(void **state)
{
	static struct rig rig;
	(void)state;
	rig_open_production(&rig);
	rig_start(&rig);
	rig_at_home(&rig);
	assert_false(rig.view->training);
	assert_false(catalogue_is_training(rig.view->catalogue));
	rig_do(&rig, COMMAND_NEW);
	rig_until(&rig, FLOW_PRODUCT);
	rig_do_text(&rig, COMMAND_PRODUCT, "personal");
	assert_int_equal(rig.view->state, FLOW_PRODUCT); /* what the facts do not state is not guessed */
	assert_int_not_equal(rig.view->fields[FIELD_PRODUCT].problem, PROBLEM_NONE);
	rig_close(&rig);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_refused_one_stays_in_sight_until_a_good_one_is_read),
		cmocka_unit_test(old_ones_are_freed_and_there_is_no_limit),
		cmocka_unit_test(a_paid_case_under_the_same_fee_is_finished_on_the_next_day),
		cmocka_unit_test(what_is_owed_when_the_fee_went_up_is_said_at_once),
		cmocka_unit_test(what_is_given_back_when_the_fee_went_down_is_said_at_once),
		cmocka_unit_test(a_case_whose_product_is_gone_is_held),
		cmocka_unit_test(a_locked_case_whose_product_is_gone_is_held),
		cmocka_unit_test(a_production_counter_never_works_with_the_training_overlay),
		cmocka_unit_test(a_training_counter_never_works_with_the_production_catalogue),
	};
	return cmocka_run_group_tests_name("counter catalogue", tests, NULL, NULL);
}
