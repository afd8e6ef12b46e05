#include <string.h>

#include "kiosk/base/text.h"
#include "kiosk/store/store_stock.h"
#include "tests/support/check.h"
#include "tests/unit/kiosk/counter/support/rig.h"

static void
at_stock(struct rig *rig)
{
	rig_open(rig);
	rig_start(rig);
	rig_at_home(rig);
	rig_do(rig, COMMAND_STOCK);
	rig_until(rig, FLOW_STOCK);
}

static int32_t
kind_of(const struct rig *rig, enum stock_kind kind, const char *brand)
{
	for (uint32_t i = 0; i < rig->view->stock.sum_count; i++)
		if (rig->view->stock.sums[i].kind == kind && strcmp(rig->view->stock.sums[i].brand, brand) == 0)
			return (int32_t)i;
	return -1;
}

static void
receive(struct rig *rig, int32_t kind, const char *first, const char *last)
{
	rig_choose(rig, FIELD_STOCK_KIND, kind);
	rig_type(rig, FIELD_STOCK_FIRST, first);
	rig_type(rig, FIELD_STOCK_LAST, last);
	rig_do(rig, COMMAND_STOCK_RECEIVE);
}

static enum field_problem
problem(const struct rig *rig, enum field field)
{
	const struct view_field *at = &rig->view->fields[field];
	return at->told ? at->problem : PROBLEM_NONE;
}

static void
tokens_come_in_by_scanning_the_first_and_the_last(void **state)
{
	static struct rig rig;
	(void)state;
	at_stock(&rig);
	const int32_t feitian = kind_of(&rig, STOCK_TOKEN, "feitian");
	assert_true(feitian >= 0 && kind_of(&rig, STOCK_TOKEN, "safenet") >= 0 && kind_of(&rig, STOCK_ENVELOPE, "") >= 0);
	assert_int_equal(rig.view->stock.row_count, 0);
	receive(&rig, feitian, "3041 2207 5510", "3041 2207 5519");
	assert_int_equal(rig.view->notice, NOTICE_RECEIVED);
	assert_string_equal(rig.view->notice_subject, "10");
	assert_int_equal(rig.view->stock.sums[feitian].states[STOCK_IN], 10);
	assert_string_equal(rig.view->stock.rows[0].serial, "304122075519");
	assert_string_equal(rig.view->stock.rows[0].officer, "K200");
	assert_string_equal(rig.view->fields[FIELD_STOCK_FIRST].text, "");
	assert_int_equal(rig.view->fields[FIELD_STOCK_KIND].choice, feitian); /* the next box is often of the same kind */
	receive(&rig, kind_of(&rig, STOCK_ENVELOPE, ""), "PE700318", "");
	assert_string_equal(rig.view->notice_subject, "1");
	rig_do(&rig, COMMAND_BACK);
	rig_until(&rig, FLOW_HOME);
	rig_close(&rig);
}

static void
what_cannot_be_is_told_at_its_field(void **state)
{
	static struct rig rig;
	(void)state;
	at_stock(&rig);
	rig_do(&rig, COMMAND_STOCK_RECEIVE);
	assert_int_equal(problem(&rig, FIELD_STOCK_KIND), PROBLEM_EMPTY);
	assert_int_equal(problem(&rig, FIELD_STOCK_FIRST), PROBLEM_EMPTY);
	receive(&rig, 0, "SN01/2", "");
	assert_int_equal(problem(&rig, FIELD_STOCK_KIND), PROBLEM_NONE);
	assert_int_equal(problem(&rig, FIELD_STOCK_FIRST), PROBLEM_CHARACTER);
	receive(&rig, 0, "SN0012", "SN0009");
	assert_int_equal(problem(&rig, FIELD_STOCK_LAST), PROBLEM_RANGE);
	assert_string_equal(rig.view->fields[FIELD_STOCK_LAST].text, "SN0009"); /* what was typed is kept */
	receive(&rig, 0, "SN0000", "SN9999");
	assert_int_equal(problem(&rig, FIELD_STOCK_LAST), PROBLEM_TOO_MANY);
	receive(&rig, 0, "SN0010", "SN0012");
	assert_int_equal(rig.view->notice, NOTICE_RECEIVED);
	receive(&rig, 0, "SN0005", "SN0010");
	assert_int_equal(problem(&rig, FIELD_STOCK_FIRST), PROBLEM_NOT_FREE);
	assert_int_equal(rig.view->stock.sums[0].states[STOCK_IN], 3);
	rig_choose(&rig, FIELD_STOCK_KIND, 99);
	rig_choose(&rig, FIELD_STAFF_ROLE, 1); /* of another screen */
	assert_int_equal(rig.view->fields[FIELD_STOCK_KIND].choice, 0);
	assert_int_equal(rig.view->fields[FIELD_STAFF_ROLE].choice, -1);
	rig_close(&rig);
}

static void
a_token_is_spoiled_with_a_reason_and_found_again(void **state)
{
	static struct rig rig;
	(void)state;
	at_stock(&rig);
	receive(&rig, kind_of(&rig, STOCK_TOKEN, "feitian"), "100", "102");
	receive(&rig, kind_of(&rig, STOCK_TOKEN, "safenet"), "101", "101");
	rig_type(&rig, FIELD_STOCK_SERIAL, "102");
	rig_do(&rig, COMMAND_STOCK_SPOIL);
	assert_int_equal(problem(&rig, FIELD_STOCK_REASON), PROBLEM_EMPTY);
	rig_choose(&rig, FIELD_STOCK_REASON, STOCK_REASON_DAMAGED);
	rig_do(&rig, COMMAND_STOCK_SPOIL);
	assert_int_equal(rig.view->notice, NOTICE_SPOILED);
	assert_string_equal(rig.view->notice_subject, "102");
	rig_type(&rig, FIELD_STOCK_SERIAL, "102");
	rig_choose(&rig, FIELD_STOCK_REASON, STOCK_REASON_DAMAGED);
	rig_do(&rig, COMMAND_STOCK_SPOIL);
	assert_int_equal(problem(&rig, FIELD_STOCK_SERIAL), PROBLEM_NOT_FREE);
	rig_do(&rig, COMMAND_STOCK_FIND);
	assert_true(rig.view->stock.found);
	assert_int_equal(rig.view->stock.row_count, 1);
	assert_int_equal(rig.view->stock.rows[0].state, STOCK_SPOILED);
	assert_int_equal(rig.view->stock.rows[0].reason, STOCK_REASON_DAMAGED);
	/* two of one serial: the kind says which */
	rig_type(&rig, FIELD_STOCK_SERIAL, "101");
	rig_choose(&rig, FIELD_STOCK_KIND, kind_of(&rig, STOCK_TOKEN, "feitian"));
	rig_choose(&rig, FIELD_STOCK_REASON, STOCK_REASON_LOST);
	rig_do(&rig, COMMAND_STOCK_SPOIL);
	assert_int_equal(rig.view->stock.sums[kind_of(&rig, STOCK_TOKEN, "feitian")].states[STOCK_LOST], 1);
	assert_int_equal(rig.view->stock.sums[kind_of(&rig, STOCK_TOKEN, "safenet")].states[STOCK_IN], 1);
	rig_type(&rig, FIELD_STOCK_SERIAL, "777");
	rig_do(&rig, COMMAND_STOCK_FIND);
	assert_int_equal(problem(&rig, FIELD_STOCK_SERIAL), PROBLEM_NOT_STOCK);
	assert_false(rig.view->stock.found);
	assert_int_equal(rig.view->stock.row_count, 4);
	rig_close(&rig);
}

/* Binds SN0010 to the case in hand, with the store open for nobody else. */
static void
bind_to_case(struct rig *rig, const char *case_number)
{
	struct error err = { 0 };
	struct store_stock_row row;
	size_t count = 0;
	struct store *store = rig_store(rig);
	assert_true(store_stock_find(store, "SN0010", &row, 1, &count, &err));
	assert_int_equal(count, 1);
	const struct store_stock_move move = { .item = row.item,
		.to = STOCK_BOUND,
		.case_number = case_number,
		.line = 1,
		.officer = RIG_CLERK,
		.now_ms = row.at_ms };
	assert_true(store_stock_move(store, &move, &err));
	store_close(store);
}

static void
what_belongs_to_a_case_is_not_spoiled_here(void **state)
{
	static struct rig rig;
	char case_number[APPLICATION_CASE];
	(void)state;
	at_stock(&rig);
	receive(&rig, 0, "SN0010", "SN0012");
	rig_do(&rig, COMMAND_BACK);
	rig_until(&rig, FLOW_HOME);
	rig_begin(&rig);
	(void)text_copy(case_number, sizeof(case_number), rig.view->case_number);
	rig_stop(&rig);
	bind_to_case(&rig, case_number);
	rig_start(&rig);
	rig_at_home(&rig);
	rig_do(&rig, COMMAND_STOCK);
	rig_until(&rig, FLOW_STOCK);
	assert_string_equal(rig.view->stock.rows[0].case_number, case_number);
	assert_int_equal(rig.view->stock.rows[0].state, STOCK_BOUND);
	rig_type(&rig, FIELD_STOCK_SERIAL, "sn 0010");
	rig_choose(&rig, FIELD_STOCK_REASON, STOCK_REASON_OTHER);
	rig_do(&rig, COMMAND_STOCK_SPOIL);
	assert_int_equal(problem(&rig, FIELD_STOCK_SERIAL), PROBLEM_NOT_FREE);
	assert_int_equal(rig.view->stock.rows[0].state, STOCK_BOUND);
	rig_close(&rig);
}

static void
nothing_of_it_shows_when_nobody_is_signed_in(void **state)
{
	static struct rig rig;
	(void)state;
	at_stock(&rig);
	receive(&rig, 0, "SN0010", "SN0012");
	rig_do(&rig, COMMAND_LOCK);
	rig_until(&rig, FLOW_LOCKED);
	assert_int_equal(rig.view->stock.row_count, 0);
	assert_int_equal(rig.view->stock.sum_count, 0);
	rig_close(&rig);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(tokens_come_in_by_scanning_the_first_and_the_last),
		cmocka_unit_test(what_cannot_be_is_told_at_its_field),
		cmocka_unit_test(a_token_is_spoiled_with_a_reason_and_found_again),
		cmocka_unit_test(what_belongs_to_a_case_is_not_spoiled_here),
		cmocka_unit_test(nothing_of_it_shows_when_nobody_is_signed_in),
	};
	return cmocka_run_group_tests_name("stock", tests, NULL, NULL);
}
