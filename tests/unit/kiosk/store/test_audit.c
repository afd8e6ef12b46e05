#include <fcntl.h>
#include <sqlite3.h>
#include <sys/stat.h>

#include "kiosk/store/audit_chain.h"
#include "tests/unit/kiosk/store/sample.h"

#define ROWS        1000
#define ALTERATIONS 1000

/* --- the log itself --- */

static void
an_empty_and_a_short_log_hold(void **state)
{
	struct error err = { 0 };
	struct sample sample;
	struct store_audit_report report;
	(void)state;
	sample_folder(&sample);
	sample_open(&sample);
	OK(store_verify_log(sample.path, &report, &err)); /* while it is open */
	assert_int_equal(report.rows, 0);
	assert_int_equal(report.first_bad, 0);
	OK(store_audit(sample.store, "started", "", "", "", sample.now_ms, &err));
	OK(store_verify_log(sample.path, &report, &err));
	assert_int_equal(report.rows, 1);
	assert_int_equal(report.first_bad, 0);
	REFUSED(store_audit(sample.store, "", "", "", "", sample.now_ms, &err), ERROR_FULL);
	REFUSED(store_verify_log("/nowhere/store.db", &report, &err), ERROR_GONE);
	sample_end(&sample);
}

static void
the_hash_covers_every_column_and_its_length(void **state)
{
	const uint8_t zero[AUDIT_CHAIN_HASH] = { 0 }, one[AUDIT_CHAIN_HASH] = { 1 };
	const struct audit_chain_row base = { 1, 2, text_span("ab"), text_span("c"), text_span(""), text_span("d"), false };
	struct audit_chain_row rows[8];
	uint8_t first[AUDIT_CHAIN_HASH], other[AUDIT_CHAIN_HASH];
	(void)state;
	audit_chain_hash(zero, &base, first);
	for (size_t i = 0; i < 8; i++)
		rows[i] = base;
	rows[0].number = 2;
	rows[1].at_ms = 3;
	rows[2].event = text_span("a"); /* the same letters, cut elsewhere */
	rows[2].officer = text_span("bc");
	rows[3].officer = text_span("");
	rows[3].subject = text_span("c");
	rows[4].subject = text_span("d");
	rows[4].detail = text_span("");
	rows[5].detail = text_span("e");
	rows[6].suspect = true;
	for (size_t i = 0; i < 8; i++) {
		audit_chain_hash(i == 7 ? one : zero, &rows[i], other);
		assert_memory_not_equal(first, other, sizeof(first));
	}
}

static int64_t
last_row(const struct sample *sample, bool *suspect)
{
	sqlite3 *db = NULL;
	sqlite3_stmt *statement = NULL;
	assert_int_equal(sqlite3_open_v2(sample->path, &db, SQLITE_OPEN_READONLY, NULL), SQLITE_OK);
	assert_int_equal(
		sqlite3_prepare_v2(db, "SELECT at_ms, suspect FROM audit ORDER BY number DESC LIMIT 1", -1, &statement, NULL),
		SQLITE_OK);
	assert_int_equal(sqlite3_step(statement), SQLITE_ROW);
	const int64_t at_ms = sqlite3_column_int64(statement, 0);
	*suspect = sqlite3_column_int(statement, 1) != 0;
	(void)sqlite3_finalize(statement);
	(void)sqlite3_close(db);
	return at_ms;
}

static void
an_instant_never_goes_back(void **state)
{
	struct error err = { 0 };
	struct sample sample;
	struct store_audit_report report;
	bool suspect = true;
	(void)state;
	sample_folder(&sample);
	sample_open(&sample);
	OK(store_audit(sample.store, "a", "", "", "", 1000000, &err));
	assert_int_equal(last_row(&sample, &suspect), 1000000);
	assert_false(suspect);
	OK(store_audit(sample.store, "b", "", "", "", 400000, &err));
	assert_int_equal(last_row(&sample, &suspect), 1000000);
	assert_true(suspect);
	OK(store_audit(sample.store, "c", "", "", "", 1000000, &err));
	assert_int_equal(last_row(&sample, &suspect), 1000000);
	assert_true(suspect); /* until a supervisor has looked: test_clock.c */
	OK(store_verify_log(sample.path, &report, &err));
	assert_int_equal(report.first_bad, 0);
	sample_end(&sample);
}

/* --- a thousand alterations by somebody who writes the file and knows how it is made --- */

struct forger {
	char path[320];
	sqlite3 *db;
	uint64_t state;
	int64_t named; /* the last row that a packet names */
};

static int64_t
pick(struct forger *forger, int64_t least, int64_t most)
{
	forger->state = forger->state * 6364136223846793005u + 1442695040888963407u;
	return least + (int64_t)((forger->state >> 33) % (uint64_t)(most - least + 1));
}

static void
run(struct forger *forger, const char *sql)
{
	char *text = NULL;
	if (sqlite3_exec(forger->db, sql, NULL, NULL, &text) != SQLITE_OK)
		fail_msg("%s: %s", sql, text);
}

static void PRINTF(2, 3) runf(struct forger *forger, const char *fmt, ...)
{
	char sql[512];
	va_list args;
	va_start(args, fmt);
	assert_true(vsnprintf(sql, sizeof(sql), fmt, args) < (int)sizeof(sql));
	va_end(args);
	run(forger, sql);
}

static void
flip(struct forger *forger)
{
	static const char *const sets[] = {
		"number = number + 5000",
		"at_ms = at_ms + 1",
		"at_ms = at_ms - 1",
		"event = event || 'x'",
		"event = 'b' || substr(event, 2)",
		"officer = 'S1002'",
		"officer = officer || ' '",
		"subject = subject || '0'",
		"subject = ''",
		"detail = 'other'",
		"suspect = 1 - suspect",
		"hash = CAST(substr(hash, 2) || substr(hash, 1, 1) AS BLOB)",
		"hash = CAST(substr(hash, 32) || substr(hash, 1, 31) AS BLOB)",
		"hash = x''",
	};
	const size_t set = (size_t)pick(forger, 0, (int64_t)(sizeof(sets) / sizeof(sets[0])) - 1);
	const int64_t row = pick(forger, 1, ROWS);
	runf(forger, "UPDATE audit SET %s WHERE number = %d", sets[set], (int)row);
	if (sqlite3_changes(forger->db) != 1)
		fail_msg("nothing changed");
}

static void
take_out(struct forger *forger)
{
	const int row = (int)pick(forger, 1, ROWS);
	runf(forger, "DELETE FROM audit WHERE number = %d", row);
	if (pick(forger, 0, 1) == 0)
		return;
	/* ... and close the gap, count included. */
	runf(forger, "UPDATE audit SET number = -number WHERE number > %d", row);
	run(forger, "UPDATE audit SET number = -number - 1 WHERE number < 0");
	run(forger, "UPDATE meta SET audit_count = audit_count - 1");
}

static void
swap(struct forger *forger)
{
	const int a = (int)pick(forger, 1, ROWS - 1), b = (int)pick(forger, a + 1, ROWS);
	if (pick(forger, 0, 1) == 0) { /* whole rows */
		runf(forger, "UPDATE audit SET number = -1 WHERE number = %d", a);
		runf(forger, "UPDATE audit SET number = %d WHERE number = %d", a, b);
		runf(forger, "UPDATE audit SET number = %d WHERE number = -1", b);
		return;
	}
	/* all but the hashes */
	run(forger, "CREATE TEMP TABLE kept AS SELECT * FROM audit");
	for (int i = 0; i < 2; i++)
		runf(forger,
			"UPDATE audit SET (event, officer, subject, detail) = (SELECT event, officer, subject, detail FROM kept"
			" WHERE number = %d) WHERE number = %d",
			i == 0 ? a : b, i == 0 ? b : a);
}

static void
cut(struct forger *forger)
{
	const bool tidy = pick(forger, 0, 1) == 1;
	const int last = (int)pick(forger, 0, tidy ? forger->named - 1 : ROWS - 1);
	runf(forger, "DELETE FROM audit WHERE number > %d", last);
	if (tidy) /* as if it had never been longer: only the packets know */
		runf(forger,
			"UPDATE meta SET audit_count = %d, audit_head = ifnull((SELECT hash FROM audit WHERE number = %d),"
			" zeroblob(32))",
			last, last);
}

static struct span
column(sqlite3_stmt *statement, int index)
{
	return (struct span){ sqlite3_column_text(statement, index), (size_t)sqlite3_column_bytes(statement, index) };
}

/* Rewrite one row that a later packet covers, and every hash from there on: only the packets know. */
static void
rewrite(struct forger *forger)
{
	uint8_t head[AUDIT_CHAIN_HASH] = { 0 };
	sqlite3_stmt *rows = NULL, *put = NULL;
	runf(forger, "UPDATE audit SET detail = 'other' WHERE number = %d", (int)pick(forger, 1, forger->named));
	assert_int_equal(sqlite3_prepare_v2(forger->db,
						 "SELECT number, at_ms, event, officer, subject, detail, suspect FROM audit ORDER BY number",
						 -1, &rows, NULL),
		SQLITE_OK);
	assert_int_equal(
		sqlite3_prepare_v2(forger->db, "UPDATE audit SET hash = ? WHERE number = ?", -1, &put, NULL), SQLITE_OK);
	while (sqlite3_step(rows) == SQLITE_ROW) {
		const struct audit_chain_row row = { sqlite3_column_int64(rows, 0), sqlite3_column_int64(rows, 1),
			column(rows, 2), column(rows, 3), column(rows, 4), column(rows, 5), sqlite3_column_int(rows, 6) != 0 };
		uint8_t hash[AUDIT_CHAIN_HASH];
		audit_chain_hash(head, &row, hash);
		memcpy(head, hash, sizeof(head));
		(void)sqlite3_bind_blob(put, 1, hash, sizeof(hash), SQLITE_TRANSIENT);
		(void)sqlite3_bind_int64(put, 2, row.number);
		assert_int_equal(sqlite3_step(put), SQLITE_DONE);
		(void)sqlite3_reset(put);
	}
	(void)sqlite3_finalize(rows);
	(void)sqlite3_finalize(put);
	run(forger, "UPDATE meta SET audit_head = (SELECT hash FROM audit ORDER BY number DESC LIMIT 1)");
}

static void
touch_witness(struct forger *forger)
{
	static const char *const sql[] = {
		"UPDATE meta SET audit_count = audit_count + 1",
		"UPDATE meta SET audit_count = 0",
		"UPDATE meta SET audit_head = zeroblob(32)",
		"UPDATE packet SET audit_head = zeroblob(32) WHERE sequence = 2",
		"UPDATE packet SET audit_count = audit_count + 1 WHERE sequence = 3",
		"UPDATE packet SET audit_count = 99999 WHERE sequence = 1",
	};
	run(forger, sql[pick(forger, 0, (int64_t)(sizeof(sql) / sizeof(sql[0])) - 1)]);
}

static void
disarm(struct forger *forger)
{
	static const char *const triggers[] = { "audit_insert", "audit_inserted", "audit_update", "audit_delete",
		"meta_update", "packet_update" };
	for (size_t i = 0; i < sizeof(triggers) / sizeof(triggers[0]); i++)
		runf(forger, "DROP TRIGGER %s", triggers[i]);
}

static void
copy_file(const char *from, const char *to)
{
	struct error err = { 0 };
	struct file_bytes bytes = { 0 };
	OK(file_read(from, 64u * 1024 * 1024, &bytes, &err));
	FILE *file = fopen(to, "w");
	assert_non_null(file);
	assert_int_equal(fwrite(bytes.at, 1, bytes.len, file), bytes.len);
	assert_int_equal(fclose(file), 0);
	file_free(&bytes);
}

/* A store of ROWS rows, a packet made after every 90 or so. Closed. */
static void
make_log(struct sample *sample, struct forger *forger)
{
	struct error err = { 0 };
	struct store_next next = { 0 };
	char text[STORE_RECEIPT];
	sample_start(sample);
	OK(store_next(sample->store, &next, &err));
	while (next.audit_count < ROWS) {
		sample->now_ms += 1000;
		if (next.audit_count % 90 == 89) {
			sample_application(sample, sample->made);
			OK(sample_accept(sample, sample->made, text, &err));
			forger->named = next.audit_count;
		} else {
			char subject[APPLICATION_CASE]; /* another in each row, so that a swap changes something */
			(void)snprintf(subject, sizeof(subject), "WR04-261125-%03d", (int)next.audit_count);
			OK(store_audit(sample->store, "something", SUPERVISOR, subject, "of note", sample->now_ms, &err));
		}
		OK(store_next(sample->store, &next, &err));
	}
	store_close(sample->store);
	sample->store = NULL;
}

static void
each_of_a_thousand_alterations_is_found(void **state)
{
	static void (*const kinds[])(struct forger *) = { flip, flip, flip, take_out, swap, cut, rewrite, touch_witness };
	struct error err = { 0 };
	struct sample sample;
	struct store_audit_report report = { 0 };
	struct forger forger = { .state = 20261125 };
	char plain[320];
	int found = 0;
	(void)state;
	make_log(&sample, &forger);
	assert_true(forger.named > ROWS / 2);
	(void)snprintf(plain, sizeof(plain), "%s/plain.db", sample.folder);
	(void)snprintf(forger.path, sizeof(forger.path), "%s/forged.db", sample.folder);
	copy_file(sample.path, plain);
	assert_int_equal(sqlite3_open(plain, &forger.db), SQLITE_OK);
	disarm(&forger);
	(void)sqlite3_close(forger.db);
	OK(store_verify_log(plain, &report, &err)); /* without triggers, but not altered */
	assert_int_equal(report.rows, ROWS);
	assert_int_equal(report.first_bad, 0);

	for (int i = 0; i < ALTERATIONS; i++) {
		copy_file(plain, forger.path);
		assert_int_equal(sqlite3_open(forger.path, &forger.db), SQLITE_OK);
		run(&forger, "PRAGMA synchronous = OFF; PRAGMA ignore_check_constraints = ON; BEGIN");
		kinds[i % 8](&forger);
		run(&forger, "COMMIT");
		assert_int_equal(sqlite3_close(forger.db), SQLITE_OK);
		OK(store_verify_log(forger.path, &report, &err));
		if (report.first_bad == 0)
			print_error("alteration %d (kind %d) was not found\n", i, i % 8);
		else
			found++;
	}
	print_message("%d of %d alterations found\n", found, ALTERATIONS);
	assert_int_equal(found, ALTERATIONS);
	sample_end(&sample);
}

/* An auditor's copy lies where nothing can be written. */
static void
a_copy_on_read_only_ground_is_verified(void **state)
{
	struct error err = { 0 };
	struct sample sample;
	struct store_audit_report report = { 0 };
	char folder[300], copy[340];
	(void)state;
	sample_start(&sample);
	store_close(sample.store);
	sample.store = NULL;
	(void)snprintf(folder, sizeof(folder), "%s/only read?#%%", sample.folder);
	(void)snprintf(copy, sizeof(copy), "%s/store.db", folder);
	assert_int_equal(mkdir(folder, 0700), 0);
	copy_file(sample.path, copy);
	assert_int_equal(chmod(copy, 0400), 0);
	assert_int_equal(chmod(folder, 0500), 0);
	OK(store_verify_log(copy, &report, &err));
	assert_int_equal(report.first_bad, 0);
	assert_true(report.rows > 0);
	assert_int_equal(chmod(folder, 0700), 0);
	sample_end(&sample);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_empty_and_a_short_log_hold),
		cmocka_unit_test(the_hash_covers_every_column_and_its_length),
		cmocka_unit_test(an_instant_never_goes_back),
		cmocka_unit_test(each_of_a_thousand_alterations_is_found),
		cmocka_unit_test(a_copy_on_read_only_ground_is_verified),
	};
	return cmocka_run_group_tests_name("audit", tests, NULL, NULL);
}
