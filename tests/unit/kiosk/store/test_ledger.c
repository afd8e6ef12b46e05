/*
 * What the database refuses by itself, to any program that opens the file: here a fresh sqlite3 connection, with and
 * without foreign keys. Each statement that must fail stands beside one like it that may pass, so that a refusal for
 * another reason shows.
 */
#include <sqlite3.h>

#include "tests/unit/kiosk/store/sample.h"

static sqlite3 *
stranger(const struct sample *sample, bool foreign_keys)
{
	sqlite3 *db = NULL;
	assert_int_equal(sqlite3_open_v2(sample->path, &db, SQLITE_OPEN_READWRITE, NULL), SQLITE_OK);
	assert_int_equal(
		sqlite3_exec(db, foreign_keys ? "PRAGMA foreign_keys = ON" : "PRAGMA foreign_keys = OFF", NULL, NULL, NULL),
		SQLITE_OK);
	return db;
}

/* Run a script in a transaction and try to commit it; true if it was committed. */
static bool
commits(sqlite3 *db, const char *sql)
{
	assert_int_equal(sqlite3_exec(db, "BEGIN", NULL, NULL, NULL), SQLITE_OK);
	const bool done = sqlite3_exec(db, sql, NULL, NULL, NULL) == SQLITE_OK &&
					  sqlite3_exec(db, "COMMIT", NULL, NULL, NULL) == SQLITE_OK;
	if (!sqlite3_get_autocommit(db))
		assert_int_equal(sqlite3_exec(db, "ROLLBACK", NULL, NULL, NULL), SQLITE_OK);
	return done;
}

static int64_t
number(sqlite3 *db, const char *sql)
{
	sqlite3_stmt *statement = NULL;
	assert_int_equal(sqlite3_prepare_v2(db, sql, -1, &statement, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_step(statement), SQLITE_ROW);
	const int64_t value = sqlite3_column_int64(statement, 0);
	(void)sqlite3_finalize(statement);
	return value;
}

#define POSTING(id, entries)                                                                                           \
	"INSERT INTO posting (id, kind, ref, officer, till, day, at_ms, entries) VALUES (" id                              \
	", 'fee', 'x', 'S1001', 1, '2026-11-25', 1, '" entries "')"
#define NEXT "(SELECT max(id) + 1 FROM posting)"

static const char *const unbalanced[] = {
	POSTING(NEXT, "{\"eps\":100,\"payable:a\":-99}"),
	POSTING(NEXT, "{\"eps\":100}"),
	POSTING(NEXT, "{}"),
	POSTING(NEXT, "[]"),
	POSTING(NEXT, "[100,-100]"),
	POSTING(NEXT, "0"),
	POSTING(NEXT, ""),
	POSTING(NEXT, "{\"eps\":100,\"payable:a\":-100"),
	POSTING(NEXT, "{\"eps\":100.5,\"payable:a\":-100.5}"),
	POSTING(NEXT, "{\"eps\":\"100\",\"payable:a\":-100}"),
	POSTING(NEXT, "{\"eps\":[100],\"payable:a\":-100}"),
	POSTING(NEXT, "{\"eps\":0,\"payable:a\":0}"),
	POSTING(NEXT, "{\"eps\":null,\"payable:a\":null}"),
	POSTING(NEXT, "{\"\":100,\"payable:a\":-100}"),
	POSTING(NEXT, "{\"eps\":9223372036854775807,\"payable:a\":-9223372036854775807}"),
	POSTING(NEXT, "{\"eps\":100000000001,\"payable:a\":-100000000001}"),
	POSTING("NULL", "{\"eps\":100,\"payable:a\":-100}"),
	POSTING("(SELECT max(id) + 2 FROM posting)", "{\"eps\":100,\"payable:a\":-100}"),
	POSTING("1", "{\"eps\":100,\"payable:a\":-100}"),
	"INSERT INTO entry (posting, account, amount) VALUES (1, 'eps', 100)",
	"UPDATE entry SET amount = 1",
	"DELETE FROM entry",
	"INSERT OR REPLACE INTO posting SELECT id, kind, ref, officer, till, day, at_ms, '{\"a\":1,\"b\":-1}' FROM posting"
	" WHERE id = 1",
	"INSERT OR IGNORE INTO posting SELECT id + 2, kind, ref, officer, till, day, at_ms, '{\"a\":1}' FROM posting"
	" WHERE id = 2",
	"REPLACE INTO posting SELECT * FROM posting WHERE id = 1",
	"UPDATE posting SET entries = '{\"eps\":100,\"payable:a\":-100}' WHERE id = 1",
	"UPDATE OR REPLACE posting SET id = 1 WHERE id = 2",
	"DELETE FROM posting WHERE id = 2",
};

static const char *const only_grows[] = {
	"UPDATE audit SET detail = 'x' WHERE number = 1",
	"DELETE FROM audit WHERE number = (SELECT max(number) FROM audit)",
	"REPLACE INTO audit SELECT * FROM audit WHERE number = 1",
	"INSERT INTO audit SELECT max(number) + 2, at_ms, event, officer, subject, detail, suspect, hash FROM audit",
	"INSERT INTO audit SELECT max(number) + 1, at_ms - 1, event, officer, subject, detail, suspect, hash FROM audit",
	"UPDATE meta SET audit_count = audit_count - 1",
	"UPDATE meta SET audit_head = zeroblob(32)",
	"UPDATE meta SET outbox_from = 3",
	"UPDATE meta SET outbox_from = 1",
	"UPDATE meta SET salt = zeroblob(16)",
	"DELETE FROM meta",
	"REPLACE INTO meta SELECT * FROM meta",
	"UPDATE receipt SET total = 1",
	"DELETE FROM receipt",
	"REPLACE INTO receipt SELECT * FROM receipt WHERE number = 1",
	"INSERT INTO receipt SELECT max(number) + 1, application, day, at_ms, officer, total FROM receipt",
	"INSERT INTO receipt SELECT max(number) + 2, application, day, at_ms, officer, total FROM receipt",
	"UPDATE application SET product = 'x'",
	"DELETE FROM application WHERE id = (SELECT max(id) FROM application)",
	"REPLACE INTO application SELECT * FROM application LIMIT 1",
	"DELETE FROM line",
	"UPDATE line SET product = 'x'",
	"REPLACE INTO line SELECT * FROM line LIMIT 1",
	"UPDATE packet SET bytes = NULL WHERE sequence = 2",
	"UPDATE packet SET bytes = x'00' WHERE sequence = 1",
	"UPDATE packet SET id = 'x'",
	"DELETE FROM packet",
	"REPLACE INTO packet SELECT * FROM packet WHERE sequence = 1",
	"INSERT INTO packet SELECT 3, id, receipt, lane, sha256, created_ms, audit_count, audit_head, bytes FROM packet"
	" WHERE sequence = 2",
	"UPDATE delivery SET receipt = x'00'",
	"DELETE FROM delivery",
	"REPLACE INTO delivery SELECT * FROM delivery",
	"INSERT INTO delivery VALUES (2, 'other', 1, '2026-11-25', 2, x'00')",
	"DELETE FROM receipt_print",
	"UPDATE receipt_print SET at_ms = 1",
	"INSERT INTO receipt_print VALUES (1, 1, 'S1001')",
	"INSERT INTO receipt_print VALUES (9, 1, 'S1001')",
	"DELETE FROM receipt_copy",
	"UPDATE receipt_copy SET copy = 7",
	"INSERT INTO receipt_copy VALUES (1, 3, 1, 'S1001')",
	"INSERT INTO receipt_copy VALUES (9, 1, 1, 'S1001')",
	"DELETE FROM till",
	"UPDATE till SET opening = 1",
	"INSERT INTO till VALUES (2, 'S1001', '2026-11-25', 1, NULL, 0, '[]')",
	"UPDATE identity SET training = 0",
	"DELETE FROM identity",
	"DELETE FROM officer",
	"UPDATE officer SET unlocked_by = number",
	"UPDATE officer SET password = 'plain'",
	"INSERT INTO officer (number, name, role, must_change, password, added_by)"
	" VALUES ('X1', x'00', 0, 0, '$argon2id$x', 'X1')",
	"UPDATE business_day SET cases = cases - 1",
	"DELETE FROM business_day",
	"INSERT INTO draft SELECT id, product, officer, 1, 0, '', 1, 1, x'00', x'00' FROM application LIMIT 1",
};

/* The same kinds of statement, but what the store itself may do: these must pass, or the tables above prove nothing. */
static const char *const allowed[] = {
	POSTING(NEXT, "{\"eps\":100,\"payable:a\":-100}"),
	POSTING(NEXT, "{\"eps\":60,\"cash\":40,\"payable:a\":-70,\"payable:b\":-30}"),
	"INSERT INTO audit SELECT number + 1, at_ms, event, officer, subject, detail, suspect, hash FROM audit"
	" ORDER BY number DESC LIMIT 1",
	"UPDATE packet SET bytes = NULL WHERE sequence = 1",
	"INSERT INTO receipt_copy VALUES (1, 2, 1, 'S1001')",
	"UPDATE till SET closed_ms = 1",
	"UPDATE line SET state = 'issued', token_serial = 'T1'",
	"UPDATE identity SET catalogue_version = 'next'",
	"INSERT INTO officer (number, name, role, must_change, password, added_by)"
	" VALUES ('X1', x'00', 0, 0, '$argon2id$x', 'S1001')",
	"INSERT INTO draft VALUES (26112500099, 'personal', 'S1001', 1, 0, '', 1, 1, x'00', x'00')",
};

/* Two cases, the first delivered and copied once. */
static void
fill(struct sample *sample)
{
	struct error err = { 0 };
	struct store_outbox_row rows[2];
	size_t count = 0;
	int copy = 0;
	char text[STORE_RECEIPT];
	sample_start(sample);
	for (int i = 0; i < 2; i++) {
		sample_application(sample, sample->made);
		OK(sample_accept(sample, sample->made, text, &err));
	}
	OK(store_outbox(sample->store, rows, 2, &count, &err));
	OK(store_outbox_accept(sample->store, rows[0].id, text_span("signed"), sample->now_ms, &err));
	OK(store_receipt_printed(sample->store, "WR04-000001", SUPERVISOR, sample->now_ms, &err));
	OK(store_receipt_copy(sample->store, "WR04-000001", SUPERVISOR, sample->now_ms, &copy, &err));
}

static void
try_all(sqlite3 *db, const char *const *list, size_t count, bool wanted)
{
	for (size_t i = 0; i < count; i++)
		if (commits(db, list[i]) != wanted)
			fail_msg("%s: %s", wanted ? "refused" : "committed", list[i]);
}

#define ALL(list) list, sizeof(list) / sizeof((list)[0])

static void
refuses_a_stranger(bool foreign_keys)
{
	struct sample sample;
	fill(&sample);
	sqlite3 *db = stranger(&sample, foreign_keys);
	try_all(db, ALL(unbalanced), false);
	try_all(db, ALL(only_grows), false);
	try_all(db, ALL(allowed), true);
	assert_int_equal(
		number(db, "SELECT count(*) FROM (SELECT 1 FROM entry GROUP BY posting HAVING sum(amount) <> 0)"), 0);
	assert_int_equal(number(db, "SELECT count(*) FROM entry"), 2 + 2 * 4 + 2 + 4);
	assert_int_equal(number(db, "SELECT max(number) FROM receipt"), 2);
	(void)sqlite3_close(db);
	sample_end(&sample);
}

static void
refuses_a_stranger_with_foreign_keys(void **state)
{
	(void)state;
	refuses_a_stranger(true);
}

static void
refuses_a_stranger_without_foreign_keys(void **state)
{
	(void)state;
	refuses_a_stranger(false);
}

/* An application cannot be smuggled in without its money, audit row or packet. */
static void
an_application_needs_all_its_parts(void **state)
{
	static const char head[] = "CREATE TEMP TABLE c AS SELECT * FROM application ORDER BY id DESC LIMIT 1;"
							   "UPDATE c SET id = id + 1, receipt = receipt + 1;";
	static const char tail[] = "INSERT INTO main.application SELECT * FROM c;";
	static const char *const changes[] = {
		"", /* posting, audit row and packet of the case before */
		"UPDATE c SET posting = NULL;",
		"UPDATE c SET posting = NULL, total = 0;", /* packet of the receipt before */
		"UPDATE c SET packet = packet + 1;",
		"UPDATE c SET receipt = receipt + 1;",
		"UPDATE c SET id = id - 1;",
		"UPDATE c SET till = 9;",
	};
	struct sample sample;
	(void)state;
	fill(&sample);
	for (size_t i = 0; i < sizeof(changes) / sizeof(changes[0]); i++) {
		char sql[1024];
		sqlite3 *db = stranger(&sample, i % 2 == 0);
		assert_int_equal(sqlite3_exec(db, head, NULL, NULL, NULL), SQLITE_OK);
		(void)snprintf(sql, sizeof(sql), "%s%s", changes[i], tail);
		if (commits(db, sql))
			fail_msg("committed: %s", changes[i]);
		(void)sqlite3_close(db);
	}
	sample_end(&sample);
}

/* The float went from the safe to the drawer, the tenders to their accounts, the fees to whom they are due. */
static void
every_cent_stands_where_it_is(void **state)
{
	struct sample sample;
	(void)state;
	fill(&sample);
	sqlite3 *db = stranger(&sample, true);
	assert_int_equal(number(db, "SELECT sum(amount) FROM entry"), 0);
	assert_int_equal(number(db, "SELECT sum(amount) FROM entry WHERE account = 'safe'"), -sample.till.opening.minor);
	assert_int_equal(
		number(db, "SELECT sum(amount) FROM entry WHERE account = 'drawer:1'"), sample.till.opening.minor + 2 * 5000);
	assert_int_equal(number(db, "SELECT sum(amount) FROM entry WHERE account = 'eps'"), 2 * 20000);
	assert_int_equal(number(db, "SELECT sum(amount) FROM entry WHERE account = 'payable:hkpost'"), -2 * 15000);
	assert_int_equal(number(db, "SELECT sum(amount) FROM entry WHERE account = 'payable:certizen'"), -2 * 10000);
	(void)sqlite3_close(db);
	sample_end(&sample);
}

static void
a_till_is_opened_once(void **state)
{
	struct error err = { 0 };
	struct sample sample;
	struct store_till till;
	int64_t counts[PAYMENT_PIECES] = { 0 };
	(void)state;
	sample_start(&sample);
	REFUSED(store_till_open(sample.store, SUPERVISOR, counts, SAMPLE_DAY, sample.now_ms, &till, &err), ERROR_REFUSED);
	REFUSED(store_till_open(sample.store, "nobody", counts, SAMPLE_DAY, sample.now_ms, &till, &err), ERROR_REFUSED);
	counts[0] = -1;
	REFUSED(store_till_open(sample.store, CLERK, counts, SAMPLE_DAY, sample.now_ms, &till, &err), ERROR_INVALID);
	OK(store_till(sample.store, SUPERVISOR, &till, &err));
	assert_true(till.open);
	assert_int_equal(till.id, sample.till.id);
	assert_int_equal(till.opening.minor, sample.till.opening.minor);
	OK(store_till(sample.store, CLERK, &till, &err));
	assert_false(till.open);
	sample_end(&sample);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(refuses_a_stranger_with_foreign_keys),
		cmocka_unit_test(refuses_a_stranger_without_foreign_keys),
		cmocka_unit_test(an_application_needs_all_its_parts),
		cmocka_unit_test(every_cent_stands_where_it_is),
		cmocka_unit_test(a_till_is_opened_once),
	};
	return cmocka_run_group_tests_name("ledger", tests, NULL, NULL);
}
