/* The store does not answer as it should: nothing is half done, and the glass says what it is. */
#include <sqlite3.h>
#include <string.h>

#include "kiosk/base/text.h"
#include "tests/support/check.h"
#include "tests/unit/kiosk/counter/support/rig.h"
#include "tests/unit/kiosk/store/faulty_vfs.h"

static void
to_check(struct rig *rig)
{
	rig_begin(rig);
	rig_to_payment(rig, "A123456", "3", "");
	rig_tender(rig, "cash", 50000, "");
	rig_do(rig, COMMAND_CONTINUE);
	rig_until(rig, FLOW_CHECK);
}

static int64_t
number(const struct rig *rig, const char *sql)
{
	sqlite3 *db = NULL;
	sqlite3_stmt *statement = NULL;
	assert_int_equal(sqlite3_open_v2(rig->store_path, &db, SQLITE_OPEN_READONLY, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_prepare_v2(db, sql, -1, &statement, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_step(statement), SQLITE_ROW);
	int64_t value = sqlite3_column_int64(statement, 0);
	(void)sqlite3_finalize(statement);
	(void)sqlite3_close(db);
	return value;
}

static void
a_disk_that_fills_at_the_commit_leaves_the_case_as_it_was(void **state)
{
	static struct rig rig;
	struct faulty faulty;
	char number_of_case[APPLICATION_CASE];
	(void)state;
	faulty_start(&faulty);
	rig_open(&rig);
	rig_start(&rig);
	rig_at_home(&rig);
	to_check(&rig);
	(void)text_copy(number_of_case, sizeof(number_of_case), rig.view->case_number);
	faulty_arm(&faulty, FAULTY_FULL, 1, true);
	rig_do(&rig, COMMAND_CONTINUE);
	rig_until(&rig, FLOW_FAULT);
	assert_int_equal(rig.view->fault, FAULT_DISK);
	assert_int_equal(atomic_load(&rig.prints), 0);
	faulty_arm(&faulty, FAULTY_NONE, 0, false);
	assert_int_equal(
		number(&rig, "SELECT (SELECT count(*) FROM application) + (SELECT count(*) FROM receipt)"
					 " + (SELECT count(*) FROM packet) + (SELECT count(*) FROM posting WHERE kind = 'fee')"),
		0);
	rig_do(&rig, COMMAND_CONTINUE);
	rig_at_home(&rig);
	rig_do_text(&rig, COMMAND_RESUME, number_of_case);
	rig_until(&rig, FLOW_CHECK);
	rig_do(&rig, COMMAND_CONTINUE);
	rig_until(&rig, FLOW_HAND_OVER);
	assert_string_equal(rig.view->receipt.number, "WR04-000001");
	rig_close(&rig);
	faulty_end(&faulty);
}

/* Whoever signs in on a full disk is told so, and not that the password is wrong. */
static void
nobody_signs_in_while_the_disk_is_full(void **state)
{
	static struct rig rig;
	struct faulty faulty;
	(void)state;
	faulty_start(&faulty);
	rig_open(&rig);
	rig_start(&rig);
	rig_until(&rig, FLOW_SIGN_IN);
	faulty_arm(&faulty, FAULTY_FULL, 1, true);
	rig_sign_in(&rig, RIG_CLERK, RIG_PASSWORD);
	rig_until(&rig, FLOW_FAULT);
	assert_int_equal(rig.view->fault, FAULT_DISK);
	faulty_arm(&faulty, FAULTY_NONE, 0, false);
	rig_do(&rig, COMMAND_CONTINUE);
	rig_at_home(&rig);
	rig_close(&rig);
	faulty_end(&faulty);
}

/* A fault is never told as "no such number" or "taken". */
static void
an_io_error_is_a_fault_wherever_it_comes(void **state)
{
	static struct rig rig;
	struct faulty faulty;
	char id[APPLICATION_ID];
	(void)state;
	faulty_start(&faulty);
	rig_open(&rig);
	rig_start(&rig);
	rig_at_home(&rig);
	rig_commit(&rig, "A123456", "3", id);
	for (int32_t i = 0; i < (int32_t)rig.view->given_count; i++)
		rig_tick(&rig, i);
	rig_do(&rig, COMMAND_CONTINUE);
	rig_until(&rig, FLOW_HOME);
	for (enum faulty_kind kind = FAULTY_FULL; kind <= FAULTY_IO; kind++) {
		uint32_t notice = rig.view->notice_number;
		faulty_arm(&faulty, kind, 1, true);
		rig_do_text(&rig, COMMAND_OPEN, id); /* its audit row cannot be written */
		rig_until(&rig, FLOW_FAULT);
		assert_int_equal(rig.view->fault, kind == FAULTY_FULL ? FAULT_DISK : FAULT_STORE);
		assert_int_equal(rig.view->notice_number, notice);
		faulty_arm(&faulty, FAULTY_NONE, 0, false);
		rig_do(&rig, COMMAND_CONTINUE);
		rig_at_home(&rig);
	}
	rig_do_text(&rig, COMMAND_OPEN, "WR04-000099"); /* and this is no fault */
	assert_int_equal(rig.view->state, FLOW_HOME);
	assert_int_equal(rig.view->notice, NOTICE_NOT_FOUND);
	rig_close(&rig);
	faulty_end(&faulty);
}

static void
unlocking_and_adding_staff_tell_a_fault_as_one(void **state)
{
	static struct rig rig;
	struct faulty faulty;
	struct command add = {
		.kind = COMMAND_STAFF_ADD, .secret = "a plum tree in the yard", .again = "a plum tree in the yard"
	};
	(void)state;
	faulty_start(&faulty);
	rig_open(&rig);
	rig_start(&rig);
	for (int i = 0; i < 2; i++) {
		rig_sign_in(&rig, RIG_SUPERVISOR, RIG_PASSWORD);
		rig_until(&rig, FLOW_HOME);
		rig_do(&rig, COMMAND_STAFF);
		rig_until(&rig, FLOW_STAFF);
		rig_type(&rig, FIELD_STAFF_NUMBER, "K300");
		rig_type(&rig, FIELD_STAFF_NAME, "Ho Yi");
		rig_choose(&rig, FIELD_STAFF_ROLE, OFFICER_CLERK);
		faulty_arm(&faulty, FAULTY_FULL, 1, true);
		if (i == 0)
			rig_do_text(&rig, COMMAND_STAFF_UNLOCK, RIG_CLERK);
		else
			rig_act(&rig, &add);
		rig_until(&rig, FLOW_FAULT);
		assert_int_equal(rig.view->fault, FAULT_DISK);
		faulty_arm(&faulty, FAULTY_NONE, 0, false);
		rig_do(&rig, COMMAND_CONTINUE);
		rig_until(&rig, FLOW_SIGN_IN);
	}
	rig_close(&rig);
	faulty_end(&faulty);
}

static void
another_program_with_the_records_open_has_its_own_words(void **state)
{
	static struct rig rig;
	(void)state;
	rig_open(&rig);
	struct store *other = rig_store(&rig);
	rig_start(&rig);
	rig_until(&rig, FLOW_FAULT);
	assert_int_equal(rig.view->fault, FAULT_OPEN);
	rig_do(&rig, COMMAND_CONTINUE);
	assert_int_equal(rig.view->fault, FAULT_OPEN);
	store_close(other);
	rig_do(&rig, COMMAND_CONTINUE);
	rig_until(&rig, FLOW_SIGN_IN);
	rig_close(&rig);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_disk_that_fills_at_the_commit_leaves_the_case_as_it_was),
		cmocka_unit_test(nobody_signs_in_while_the_disk_is_full),
		cmocka_unit_test(an_io_error_is_a_fault_wherever_it_comes),
		cmocka_unit_test(unlocking_and_adding_staff_tell_a_fault_as_one),
		cmocka_unit_test(another_program_with_the_records_open_has_its_own_words),
	};
	return cmocka_run_group_tests_name("counter faults", tests, NULL, NULL);
}
