#include <sqlite3.h>

#include "kiosk/store/store_stock.h"
#include "tests/unit/kiosk/store/sample.h"

static const struct store_stock_item first = { STOCK_TOKEN, "feitian", "304122075510" };

static struct store_stock_item
token(const char *serial)
{
	struct store_stock_item item = { .kind = STOCK_TOKEN, .brand = "feitian" };
	(void)snprintf(item.serial, sizeof(item.serial), "%s", serial);
	return item;
}

static bool
move(struct sample *sample, const char *serial, enum stock_state to, const char *case_number, struct error *err)
{
	const bool out = to == STOCK_SPOILED || to == STOCK_LOST;
	const struct store_stock_move how = { .item = token(serial),
		.to = to,
		.reason = out ? STOCK_REASON_DAMAGED : STOCK_REASON_NONE,
		.case_number = case_number,
		.line = 1,
		.officer = SUPERVISOR,
		.now_ms = sample->now_ms };
	return store_stock_move(sample->store, &how, err);
}

static void
receive(struct sample *sample)
{
	struct error err = { 0 };
	unsigned count = 0;
	OK(store_stock_receive(sample->store, &first, "304122075519", SUPERVISOR, sample->now_ms, &count, &err));
	assert_int_equal(count, 10);
}

static int64_t
how_many(struct sample *sample, enum stock_state state)
{
	struct error err = { 0 };
	int64_t states[STOCK_STATES];
	OK(store_stock_sum(sample->store, STOCK_TOKEN, "feitian", states, &err));
	return states[state];
}

/* A committed case; its number. */
static const char *
committed(struct sample *sample)
{
	struct error err = { 0 };
	char receipt[STORE_RECEIPT];
	sample_application(sample, sample->made);
	OK(sample_accept(sample, sample->made, receipt, &err));
	return sample->made->case_number;
}

static void
a_range_comes_in_whole_or_not_at_all(void **state)
{
	struct error err = { 0 };
	struct sample sample;
	struct store_stock_row rows[4];
	size_t count = 0;
	unsigned received = 0;
	(void)state;
	sample_start(&sample);
	receive(&sample);
	assert_int_equal(how_many(&sample, STOCK_IN), 10);
	const struct store_stock_item over = token("304122075515");
	REFUSED(store_stock_receive(sample.store, &over, "304122075525", SUPERVISOR, sample.now_ms, &received, &err),
		ERROR_REFUSED);
	const struct store_stock_item before = token("304122075505");
	REFUSED(store_stock_receive(sample.store, &before, "304122075512", SUPERVISOR, sample.now_ms, &received, &err),
		ERROR_REFUSED);
	assert_int_equal(received, 0);
	assert_int_equal(how_many(&sample, STOCK_IN), 10);
	struct store_stock_item other = over; /* a serial belongs to its brand */
	(void)snprintf(other.brand, sizeof(other.brand), "safenet");
	OK(store_stock_receive(sample.store, &other, other.serial, SUPERVISOR, sample.now_ms, &received, &err));
	OK(store_stock_find(sample.store, other.serial, rows, 4, &count, &err));
	assert_int_equal(count, 2);
	assert_string_equal(rows[0].item.brand, "feitian");
	assert_string_equal(rows[1].item.brand, "safenet");
	const struct store_stock_item envelope = { STOCK_ENVELOPE, "", "PE700318" };
	OK(store_stock_receive(sample.store, &envelope, "PE700320", SUPERVISOR, sample.now_ms, &received, &err));
	assert_int_equal(received, 3);
	OK(store_stock_recent(sample.store, rows, 4, &count, &err));
	assert_int_equal(count, 4);
	assert_string_equal(rows[0].item.serial, "PE700320");
	assert_int_equal(rows[0].item.kind, STOCK_ENVELOPE);
	sample_end(&sample);
}

static void
a_token_goes_from_the_drawer_to_its_holder(void **state)
{
	static const enum stock_state way[] = { STOCK_BOUND, STOCK_AWAITING, STOCK_READY, STOCK_GIVEN };
	struct error err = { 0 };
	struct sample sample;
	struct store_stock_row rows[2];
	size_t count = 0;
	(void)state;
	sample_start(&sample);
	receive(&sample);
	const char *number = committed(&sample);
	for (size_t i = 0; i < sizeof(way) / sizeof(way[0]); i++)
		OK(move(&sample, "304122075518", way[i], number, &err));
	store_close(sample.store);
	sample_open(&sample);
	OK(store_stock_find(sample.store, "304122075518", rows, 2, &count, &err));
	assert_int_equal(count, 1);
	assert_int_equal(rows[0].state, STOCK_GIVEN);
	assert_string_equal(rows[0].case_number, number);
	assert_int_equal(rows[0].line, 1);
	assert_string_equal(rows[0].officer, SUPERVISOR);
	assert_int_equal(how_many(&sample, STOCK_IN), 9);
	assert_int_equal(how_many(&sample, STOCK_GIVEN), 1);
	REFUSED(move(&sample, "304122075518", STOCK_SPOILED, number, &err), ERROR_REFUSED);
	REFUSED(move(&sample, "999", STOCK_SPOILED, number, &err), ERROR_GONE);
	sample_end(&sample);
}

static void
every_way_that_the_model_refuses_is_refused(void **state)
{
	struct error err = { 0 };
	struct sample sample;
	(void)state;
	sample_start(&sample);
	receive(&sample);
	const char *number = committed(&sample);
	OK(move(&sample, "304122075510", STOCK_BOUND, number, &err));
	OK(move(&sample, "304122075510", STOCK_READY, number, &err));
	static const struct {
		const char *serial;
		enum stock_state from;
	} at[] = { { "304122075510", STOCK_READY }, { "304122075511", STOCK_IN } };
	for (size_t i = 0; i < 2; i++)
		for (int to = 0; to < STOCK_STATES; to++)
			if (!stock_may(at[i].from, (enum stock_state)to))
				REFUSED(move(&sample, at[i].serial, (enum stock_state)to, number, &err), ERROR_REFUSED);
	sample_end(&sample);
}

static void
a_line_has_one_token_until_it_is_spoiled(void **state)
{
	struct error err = { 0 };
	struct sample sample;
	(void)state;
	sample_start(&sample);
	receive(&sample);
	const char *number = committed(&sample);
	OK(move(&sample, "304122075511", STOCK_BOUND, number, &err));
	REFUSED(move(&sample, "304122075512", STOCK_BOUND, number, &err), ERROR_REFUSED);
	OK(move(&sample, "304122075511", STOCK_SPOILED, number, &err));
	OK(move(&sample, "304122075512", STOCK_BOUND, number, &err));
	OK(move(&sample, "304122075512", STOCK_IN, number, &err));
	OK(move(&sample, "304122075513", STOCK_BOUND, number, &err));
	OK(move(&sample, "304122075513", STOCK_LOST, number, &err));
	OK(move(&sample, "304122075513", STOCK_SPOILED, number, &err));
	REFUSED(move(&sample, "304122075514", STOCK_BOUND, "WR04-261125-901", &err), ERROR_REFUSED); /* no such case */
	sample_end(&sample);
}

#define AUDIT(event, subject)                                                                                          \
	"INSERT INTO audit SELECT max(number) + 1, max(at_ms), '" event "', '" SUPERVISOR "', '" subject                   \
	"', '', 0, randomblob(32) FROM audit; "
#define CHANGE_BY(serial, state, reason, application, line, audit)                                                     \
	"INSERT INTO stock_change SELECT (SELECT max(number) + 1 FROM stock_change), 'token', 'feitian', '" serial         \
	"', '" state "', '" reason "', " application ", " line ", '" SUPERVISOR "', 1, " audit " FROM meta"
#define CHANGE(serial, state, reason, application, line)                                                               \
	CHANGE_BY(serial, state, reason, application, line, "audit_count")
#define CASE "(SELECT id FROM application)"

static const char *const refused[] = {
	CHANGE("304122075519", "spoiled", "damaged", "NULL", "NULL"), /* no audit row */
	AUDIT("stock-spoiled", "304122075510") CHANGE("304122075519", "spoiled", "damaged", "NULL", "NULL"), /* another's */
	AUDIT("stock-spoiled", "304122075519") AUDIT("till-opened", "2")
		CHANGE_BY("304122075519", "spoiled", "damaged", "NULL", "NULL", "audit_count - 1"),
	AUDIT("stock-lost", "304122075519") CHANGE("304122075519", "spoiled", "damaged", "NULL", "NULL"),
	AUDIT("stock-spoiled", "304122075519") CHANGE("304122075519", "spoiled", "", "NULL", "NULL"), /* without a reason */
	AUDIT("stock-spoiled", "304122075519") CHANGE("304122075519", "spoiled", "damaged", CASE, "1"),
	AUDIT("stock-bound", "304122075519") CHANGE("304122075519", "bound", "", "NULL", "NULL"),
	AUDIT("stock-bound", "304122075519") CHANGE("304122075519", "bound", "", "7", "1"),
	AUDIT("stock-bound", "304122075519") CHANGE("304122075519", "bound", "", CASE, "NULL"),
	AUDIT("stock-bound", "304122075519") CHANGE("304122075519", "bound", "", CASE, "1"), /* the line has one */
	AUDIT("stock-given", "304122075519") CHANGE("304122075519", "given", "", CASE, "1"),
	AUDIT("stock-ready", "304122075510") CHANGE("304122075510", "ready", "", CASE, "2"),
	AUDIT("stock-in", "304122075519") CHANGE("304122075519", "in", "", "NULL", "NULL"), /* here already */
	AUDIT("stock-in", "x-1") CHANGE("x-1", "in", "", "NULL", "NULL"),
	AUDIT("stock-spoiled", "304122075519") CHANGE(
		"304122075519", "spoiled", "damaged", "NULL", "NULL") " WHERE 1; UPDATE stock_change SET reason = 'lost'",
	"UPDATE stock_change SET state = 'in' WHERE state = 'bound'",
	"UPDATE stock_change SET officer = 'C2002'",
	"DELETE FROM stock_change WHERE number = (SELECT max(number) FROM stock_change)",
	"REPLACE INTO stock_change SELECT * FROM stock_change WHERE number = 1",
	"UPDATE stock SET state = 'in'",
	"DELETE FROM stock",
	"INSERT INTO stock_way VALUES ('given', 'in')",
	"DELETE FROM stock_way",
	"UPDATE stock_way SET state = 'in'",
};
static const char *const allowed[] = {
	AUDIT("stock-spoiled", "304122075519") CHANGE("304122075519", "spoiled", "damaged", "NULL", "NULL"),
	AUDIT("stock-ready", "304122075510") CHANGE("304122075510", "ready", "", CASE, "1"),
	AUDIT("stock-in", "304122075520") CHANGE("304122075520", "in", "", "NULL", "NULL"),
};

static bool
runs(sqlite3 *db, const char *sql)
{
	assert_int_equal(sqlite3_exec(db, "BEGIN", NULL, NULL, NULL), SQLITE_OK);
	const bool ok = sqlite3_exec(db, sql, NULL, NULL, NULL) == SQLITE_OK;
	if (!sqlite3_get_autocommit(db)) /* RAISE(ABORT) leaves it open */
		assert_int_equal(sqlite3_exec(db, "ROLLBACK", NULL, NULL, NULL), SQLITE_OK);
	return ok;
}

static void
another_program_cannot_break_it(void **state)
{
	struct error err = { 0 };
	struct sample sample;
	sqlite3 *db = NULL;
	(void)state;
	sample_start(&sample);
	receive(&sample);
	OK(move(&sample, "304122075510", STOCK_BOUND, committed(&sample), &err));
	store_close(sample.store);
	sample.store = NULL;
	assert_int_equal(sqlite3_open_v2(sample.path, &db, SQLITE_OPEN_READWRITE, NULL), SQLITE_OK);
	for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]); i++)
		if (runs(db, refused[i]))
			fail_msg("not refused: %s", refused[i]);
	for (size_t i = 0; i < sizeof(allowed) / sizeof(allowed[0]); i++)
		if (!runs(db, allowed[i]))
			fail_msg("%s: %s", sqlite3_errmsg(db), allowed[i]);
	(void)sqlite3_close(db);
	sample_end(&sample);
}

/* The list in the database and the one of the model are the same. */
static void
the_two_lists_of_ways_agree(void **state)
{
	struct sample sample;
	sqlite3 *db = NULL;
	sqlite3_stmt *statement = NULL;
	(void)state;
	sample_start(&sample);
	store_close(sample.store);
	sample.store = NULL;
	assert_int_equal(sqlite3_open_v2(sample.path, &db, SQLITE_OPEN_READONLY, NULL), SQLITE_OK);
	const char *sql = "SELECT count(*) FROM stock_way WHERE was = ? AND state = ?";
	assert_int_equal(sqlite3_prepare_v2(db, sql, -1, &statement, NULL), SQLITE_OK);
	for (int from = 0; from < STOCK_STATES; from++)
		for (int to = 0; to < STOCK_STATES; to++) {
			(void)sqlite3_bind_text(statement, 1, stock_state_name((enum stock_state)from), -1, SQLITE_STATIC);
			(void)sqlite3_bind_text(statement, 2, stock_state_name((enum stock_state)to), -1, SQLITE_STATIC);
			assert_int_equal(sqlite3_step(statement), SQLITE_ROW);
			assert_int_equal(
				sqlite3_column_int(statement, 0), stock_may((enum stock_state)from, (enum stock_state)to) ? 1 : 0);
			(void)sqlite3_reset(statement);
		}
	(void)sqlite3_finalize(statement);
	(void)sqlite3_close(db);
	sample_end(&sample);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_range_comes_in_whole_or_not_at_all),
		cmocka_unit_test(a_token_goes_from_the_drawer_to_its_holder),
		cmocka_unit_test(every_way_that_the_model_refuses_is_refused),
		cmocka_unit_test(a_line_has_one_token_until_it_is_spoiled),
		cmocka_unit_test(another_program_cannot_break_it),
		cmocka_unit_test(the_two_lists_of_ways_agree),
	};
	return cmocka_run_group_tests_name("stock", tests, NULL, NULL);
}
