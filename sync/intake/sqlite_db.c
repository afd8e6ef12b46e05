#include "sync/intake/sqlite_db.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kiosk/base/text.h"

#define WAL_WAIT_MS    20
#define APPLICATION_ID 0x45434E54 /* "ECNT", PRAGMA application_id */
#define LENGTH_MOST    (16 << 20) /* bytes of a row */
#define WAL_PAGES      8192       /* of the log before a commit copies it into the file itself */
#define TEXT_OF(x)     TEXT_OF_(x)
#define TEXT_OF_(x)    #x

/* Form 1. The blobs stand last, so that a walk over the small columns does not read them. */
static const char form_1[] =
	"CREATE TABLE packet ("
	" id TEXT NOT NULL PRIMARY KEY CHECK (length(id) BETWEEN 28 AND 34),"
	" day TEXT NOT NULL CHECK (length(day) = 6),"
	" branch TEXT NOT NULL CHECK (length(branch) BETWEEN 2 AND 8),"
	" counter TEXT NOT NULL CHECK (length(counter) = 2),"
	" seq INTEGER NOT NULL CHECK (seq BETWEEN 1 AND 999999),"
	" sha256 BLOB NOT NULL CHECK (length(sha256) = 32),"
	" bytes INTEGER NOT NULL CHECK (bytes = length(sealed)),"
	" received_ms INTEGER NOT NULL,"
	" receipt BLOB NOT NULL CHECK (length(receipt) > 0),"
	" sealed BLOB NOT NULL CHECK (length(sealed) > 0),"
	" UNIQUE (branch, counter, seq)"
	") STRICT;"
	"CREATE INDEX packet_received ON packet (received_ms);"
	"CREATE TABLE code ("
	" sha256 BLOB NOT NULL PRIMARY KEY CHECK (length(sha256) = 32),"
	" branch TEXT NOT NULL, counter TEXT NOT NULL,"
	" name_en TEXT NOT NULL, name_hk TEXT NOT NULL, name_cn TEXT NOT NULL,"
	" made_ms INTEGER NOT NULL, expires_ms INTEGER NOT NULL,"
	" used_ms INTEGER, csr_sha256 BLOB CHECK (length(csr_sha256) = 32), answer BLOB,"
	" CHECK ((used_ms IS NULL) = (csr_sha256 IS NULL) AND (used_ms IS NULL) = (answer IS NULL))"
	") STRICT;"
	"CREATE TRIGGER packet_kept BEFORE DELETE ON packet BEGIN SELECT RAISE(ABORT, 'packets are kept'); END;"
	"CREATE TRIGGER packet_same BEFORE UPDATE ON packet BEGIN SELECT RAISE(ABORT, 'packets are kept'); END;"
	"CREATE TRIGGER code_once BEFORE UPDATE ON code WHEN OLD.used_ms IS NOT NULL"
	" BEGIN SELECT RAISE(ABORT, 'a code is used once'); END;"
	"PRAGMA application_id = " TEXT_OF(APPLICATION_ID) ";"
													   "PRAGMA user_version = 1;";

bool
sqlite_db_fault(sqlite3 *db, const char *what, struct error *err)
{
	const int code = sqlite3_extended_errcode(db);
	enum error_kind kind = ERROR_SYSTEM;
	if ((code & 0xFF) == SQLITE_FULL)
		kind = ERROR_FULL;
	else if ((code & 0xFF) == SQLITE_CORRUPT || (code & 0xFF) == SQLITE_NOTADB)
		kind = ERROR_INVALID;
	/* Not sqlite3_errmsg(): it may quote a value. */
	return error_set_from(err, kind, DOMAIN_SQLITE, code, "%s: %s (%d)", what, sqlite3_errstr(code), code);
}

static bool
exec(sqlite3 *db, const char *sql, const char *what, struct error *err)
{
	return sqlite3_exec(db, sql, NULL, NULL, NULL) == SQLITE_OK || sqlite_db_fault(db, what, err);
}

/* The first column of the first row as a number or as text. */
static bool
ask(sqlite3 *db, const char *sql, char *out, size_t cap, struct error *err)
{
	sqlite3_stmt *statement = NULL;
	bool done = sqlite3_prepare_v2(db, sql, -1, &statement, NULL) == SQLITE_OK && sqlite3_step(statement) == SQLITE_ROW;
	if (done)
		done = sqlite_db_text(statement, 0, out, cap, err);
	else
		(void)sqlite_db_fault(db, sql, err);
	(void)sqlite3_finalize(statement);
	return done;
}

static bool
expect(sqlite3 *db, const char *pragma, const char *wanted, struct error *err)
{
	char got[32];
	if (!ask(db, pragma, got, sizeof(got), err))
		return false;
	if (strcmp(got, wanted) != 0)
		return error_set(err, ERROR_SYSTEM, "%s is %s and must be %s", pragma, got, wanted);
	return true;
}

/* Several programs that open a new file at once meet at the change to WAL, where SQLite does not wait by itself. */
static bool
write_ahead(sqlite3 *db, struct error *err)
{
	for (int waited_ms = 0;; waited_ms += WAL_WAIT_MS) {
		int code = sqlite3_exec(db, "PRAGMA journal_mode = WAL", NULL, NULL, NULL);
		if (code == SQLITE_OK)
			return true;
		if ((code & 0xff) != SQLITE_BUSY || waited_ms >= SQLITE_DB_WAIT_MS)
			return sqlite_db_fault(db, "configuring", err);
		(void)sqlite3_sleep(WAL_WAIT_MS);
	}
}

static bool
configure(sqlite3 *db, struct error *err)
{
	static const int off[] = { SQLITE_DBCONFIG_TRUSTED_SCHEMA, SQLITE_DBCONFIG_DQS_DDL, SQLITE_DBCONFIG_DQS_DML,
		SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, SQLITE_DBCONFIG_ENABLE_VIEW };
	bool done = sqlite3_db_config(db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL) == SQLITE_OK &&
				sqlite3_db_config(db, SQLITE_DBCONFIG_ENABLE_FKEY, 1, NULL) == SQLITE_OK;
	for (size_t i = 0; done && i < sizeof(off) / sizeof(off[0]); i++)
		done = sqlite3_db_config(db, off[i], 0, NULL) == SQLITE_OK;
	if (!done)
		return sqlite_db_fault(db, "configuring", err);
	(void)sqlite3_limit(db, SQLITE_LIMIT_ATTACHED, 0);
	(void)sqlite3_limit(db, SQLITE_LIMIT_LENGTH, LENGTH_MOST);
	(void)sqlite3_extended_result_codes(db, 1);
	(void)sqlite3_busy_timeout(db, SQLITE_DB_WAIT_MS);
	(void)sqlite3_wal_autocheckpoint(db, WAL_PAGES);
	return exec(db, "PRAGMA page_size = 8192;", "configuring", err) && write_ahead(db, err) &&
		   exec(db, "PRAGMA synchronous = FULL; PRAGMA cell_size_check = ON; PRAGMA secure_delete = ON;", "configuring",
			   err) &&
		   expect(db, "PRAGMA journal_mode", "wal", err) && expect(db, "PRAGMA synchronous", "2", err);
}

/* Inside a transaction, so that two programs that open a new file at once make it one after the other. */
static bool
migrate(sqlite3 *db, struct error *err)
{
	char form[16];
	char owner[16];
	if (!ask(db, "PRAGMA user_version", form, sizeof(form), err) ||
		!ask(db, "PRAGMA application_id", owner, sizeof(owner), err))
		return false;
	if (strcmp(form, "0") == 0 && strcmp(owner, "0") == 0)
		return exec(db, form_1, "making the tables", err);
	char ours[16];
	(void)text_format(ours, sizeof(ours), "%d", APPLICATION_ID);
	if (strcmp(owner, ours) != 0)
		return error_set(err, ERROR_INVALID, "not a centre's database");
	if (strcmp(form, TEXT_OF(SQLITE_DB_FORM)) != 0)
		return error_set(err, ERROR_INVALID, "of form %s; this program knows form %d", form, SQLITE_DB_FORM);
	return true;
}

bool
sqlite_db_open(const char *path, sqlite3 **out, struct error *err)
{
	CLEANUP(sqlite_db_close) sqlite3 *db = NULL;
	const int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_FULLMUTEX;
	if (sqlite3_open_v2(path, &db, flags, NULL) != SQLITE_OK) {
		if (db == NULL)
			return error_set(err, ERROR_SYSTEM, "opening the database: no memory");
		return sqlite_db_fault(db, "opening the database", err);
	}
	if (!configure(db, err) || !exec(db, "BEGIN IMMEDIATE", "beginning", err) || !migrate(db, err) ||
		!exec(db, "COMMIT", "committing", err))
		return error_in(err, "opening the database");
	*out = db;
	db = NULL;
	return true;
}

void
sqlite_db_close(sqlite3 **db)
{
	if (*db == NULL)
		return;
	for (sqlite3_stmt *left; (left = sqlite3_next_stmt(*db, NULL)) != NULL;)
		(void)sqlite3_finalize(left);
	(void)sqlite3_close(*db);
	*db = NULL;
}

bool
sqlite_db_prepare(sqlite3 *db, const char *sql, sqlite3_stmt **out, struct error *err)
{
	return sqlite3_prepare_v3(db, sql, -1, SQLITE_PREPARE_PERSISTENT, out, NULL) == SQLITE_OK ||
		   sqlite_db_fault(db, "preparing a statement", err);
}

bool
sqlite_db_run(sqlite3 *db, sqlite3_stmt *statement, const char *what, struct error *err)
{
	const bool done = sqlite3_step(statement) == SQLITE_DONE || sqlite_db_fault(db, what, err);
	(void)sqlite3_reset(statement);
	return done;
}

bool
sqlite_db_blob(sqlite3_stmt *statement, int column, size_t most, struct file_bytes *out, struct error *err)
{
	const void *at = sqlite3_column_blob(statement, column);
	const size_t len = (size_t)sqlite3_column_bytes(statement, column);
	if (len > most)
		return error_set(err, ERROR_FULL, "a stored value of %zu bytes", len);
	uint8_t *copy = malloc(len + 1);
	if (copy == NULL)
		return error_set(err, ERROR_FULL, "no memory for %zu bytes", len);
	if (len > 0)
		memcpy(copy, at, len);
	copy[len] = '\0';
	*out = (struct file_bytes){ .at = copy, .len = len };
	return true;
}

bool
sqlite_db_text(sqlite3_stmt *statement, int column, char *out, size_t cap, struct error *err)
{
	const char *text = (const char *)sqlite3_column_text(statement, column);
	if (!text_format(out, cap, "%s", text != NULL ? text : ""))
		return error_set(err, ERROR_FULL, "a stored text is over %zu bytes", cap - 1);
	return true;
}

bool
sqlite_db_bind_blob(sqlite3_stmt *statement, int index, struct span bytes)
{
	return sqlite3_bind_blob64(statement, index, bytes.at, bytes.len, SQLITE_STATIC) == SQLITE_OK;
}

bool
sqlite_db_bind_text(sqlite3_stmt *statement, int index, const char *text)
{
	return sqlite3_bind_text(statement, index, text, -1, SQLITE_STATIC) == SQLITE_OK;
}
