#pragma once
/* What must hold in a store after anything: asked by SQL from outside, as an auditor would. */
#include <sqlite3.h>

#include "tests/unit/kiosk/store/sample.h"

static inline int64_t
whole_number(sqlite3 *db, const char *sql)
{
	sqlite3_stmt *statement = NULL;
	if (sqlite3_prepare_v2(db, sql, -1, &statement, NULL) != SQLITE_OK)
		fail_msg("%s: %s", sql, sqlite3_errmsg(db));
	assert_int_equal(sqlite3_step(statement), SQLITE_ROW);
	const int64_t value = sqlite3_column_int64(statement, 0);
	(void)sqlite3_finalize(statement);
	return value;
}

/* Each counts what must not be there. */
static const char *const whole_rules[] = {
	"SELECT count(*) FROM pragma_integrity_check WHERE integrity_check <> 'ok'",
	"SELECT count(*) FROM pragma_foreign_key_check",
	"SELECT count(*) FROM (SELECT 1 FROM entry GROUP BY posting HAVING sum(amount) <> 0)",
	"SELECT max(number) - count(*) FROM receipt",
	"SELECT count(*) - count(DISTINCT application) FROM receipt",
	"SELECT count(*) FROM receipt r LEFT JOIN application a ON a.id = r.application AND a.receipt = r.number"
	" WHERE a.id IS NULL",
	"SELECT count(*) FROM application a LEFT JOIN receipt r ON r.number = a.receipt AND r.application = a.id"
	" WHERE r.number IS NULL",
	"SELECT count(*) FROM application a LEFT JOIN posting p ON p.id = a.posting AND p.ref = a.case_number"
	" WHERE p.id IS NULL",
	"SELECT count(*) FROM posting p WHERE kind = 'fee' AND NOT EXISTS (SELECT 1 FROM application a WHERE a.posting ="
	" p.id)",
	"SELECT count(*) FROM application a WHERE NOT EXISTS (SELECT 1 FROM line l WHERE l.application = a.id)",
	"SELECT count(*) FROM line l WHERE NOT EXISTS (SELECT 1 FROM application a WHERE a.id = l.application)",
	"SELECT count(*) FROM application a WHERE (SELECT count(*) FROM audit u WHERE u.event = 'case-accepted'"
	" AND u.subject = a.case_number) <> 1",
	"SELECT count(*) FROM audit u WHERE u.event = 'case-accepted' AND NOT EXISTS (SELECT 1 FROM application a"
	" WHERE a.case_number = u.subject)",
	"SELECT count(*) FROM packet p WHERE NOT EXISTS (SELECT 1 FROM application a WHERE a.packet = p.sequence AND"
	" a.receipt = p.receipt)",
	"SELECT count(*) FROM application a WHERE NOT EXISTS (SELECT 1 FROM outbox o WHERE o.sequence = a.packet)"
	" AND NOT EXISTS (SELECT 1 FROM delivery d WHERE d.sequence = a.packet)",
	"SELECT (SELECT ifnull(sum(total), 0) FROM receipt) + (SELECT ifnull(sum(amount), 0) FROM entry WHERE account LIKE"
	" 'payable:%')",
};

/* Check a store that nobody writes; *receipts gets how many there are. */
static inline void
whole_check(const char *path, int64_t *receipts)
{
	struct error err = { 0 };
	struct store_audit_report report = { 0 };
	sqlite3 *db = NULL;
	assert_int_equal(sqlite3_open_v2(path, &db, SQLITE_OPEN_READONLY, NULL), SQLITE_OK);
	for (size_t i = 0; i < sizeof(whole_rules) / sizeof(whole_rules[0]); i++) {
		const int64_t bad = whole_number(db, whole_rules[i]);
		if (bad != 0)
			fail_msg("%d: %s", (int)bad, whole_rules[i]);
	}
	*receipts = whole_number(db, "SELECT ifnull(max(number), 0) FROM receipt");
	(void)sqlite3_close(db);
	OK(store_verify_log(path, &report, &err));
	if (report.first_bad != 0)
		fail_msg("audit row %d: %s", (int)report.first_bad, report.rule);
}
