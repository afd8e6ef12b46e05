#include "kiosk/store/database.h"

#include <errno.h>
#include <fcntl.h>
#include <sqlite3.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "kiosk/base/file.h"
#include "kiosk/store/wal_vfs.h"

#define BUSY_MS          2000
#define CHECKPOINT_PAGES 4000 /* 16 MB of log at most between idle checkpoints */
#define FULL             2    /* PRAGMA synchronous */

static const struct {
	int option, on;
} switches[] = {
	{ SQLITE_DBCONFIG_DEFENSIVE, 1 },
	{ SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0 },
	{ SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0 },
	{ SQLITE_DBCONFIG_DQS_DDL, 0 },
	{ SQLITE_DBCONFIG_DQS_DML, 0 },
	{ SQLITE_DBCONFIG_ENABLE_FKEY, 1 },
	{ SQLITE_DBCONFIG_ENABLE_TRIGGER, 1 },
};

static const struct {
	int limit, most;
} limits[] = {
	{ SQLITE_LIMIT_LENGTH, 8 * 1024 * 1024 },
	{ SQLITE_LIMIT_SQL_LENGTH, 64 * 1024 },
	{ SQLITE_LIMIT_COLUMN, 64 },
	{ SQLITE_LIMIT_EXPR_DEPTH, 100 },
	{ SQLITE_LIMIT_COMPOUND_SELECT, 8 },
	{ SQLITE_LIMIT_FUNCTION_ARG, 16 },
	{ SQLITE_LIMIT_ATTACHED, 0 },
	{ SQLITE_LIMIT_LIKE_PATTERN_LENGTH, 128 },
	{ SQLITE_LIMIT_VARIABLE_NUMBER, 64 },
	{ SQLITE_LIMIT_TRIGGER_DEPTH, 8 },
	{ SQLITE_LIMIT_WORKER_THREADS, 0 },
};

static const char pragmas[] = "PRAGMA cell_size_check = ON;"
							  "PRAGMA mmap_size = 0;"
							  "PRAGMA secure_delete = ON;"
							  "PRAGMA temp_store = MEMORY;";

static const char sql_begin[] = "BEGIN IMMEDIATE";
static const char sql_commit[] = "COMMIT";
static const char sql_rollback[] = "ROLLBACK";

static enum error_kind
kind_of(int code)
{
	switch (code & 0xff) {
	case SQLITE_FULL:
		return ERROR_FULL;
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
		return ERROR_TIMEOUT;
	case SQLITE_CONSTRAINT:
		return ERROR_REFUSED;
	case SQLITE_CORRUPT:
	case SQLITE_NOTADB:
		return ERROR_INVALID;
	default:
		return ERROR_SYSTEM;
	}
}

bool
database_fault(const struct database *db, int code, struct error *err)
{
	const bool own = db->file != NULL && sqlite3_extended_errcode(db->file) == code;
	const char *text = own ? sqlite3_errmsg(db->file) : sqlite3_errstr(code);
	return error_set_from(err, kind_of(code), DOMAIN_SQLITE, code, "store: %s", text);
}

bool
database_run(struct database *db, const char *sql, struct error *err)
{
	int code = sqlite3_exec(db->file, sql, NULL, NULL, NULL);
	return code == SQLITE_OK || database_fault(db, code, err);
}

bool
database_number(struct database *db, const char *sql, int64_t *out, struct error *err)
{
	sqlite3_stmt *statement = NULL;
	int code = sqlite3_prepare_v2(db->file, sql, -1, &statement, NULL);
	if (code != SQLITE_OK)
		return database_fault(db, code, err);
	code = sqlite3_step(statement);
	const int64_t value = code == SQLITE_ROW ? sqlite3_column_int64(statement, 0) : 0;
	bool ok = code == SQLITE_ROW || code == SQLITE_DONE || database_fault(db, code, err);
	(void)sqlite3_finalize(statement);
	if (ok)
		*out = value;
	return ok;
}

/* Refuse unless the first row of `sql` reads `wanted`. */
static bool
reads(struct database *db, const char *sql, const char *wanted, enum error_kind kind, struct error *err)
{
	sqlite3_stmt *statement = NULL;
	int code = sqlite3_prepare_v2(db->file, sql, -1, &statement, NULL);
	if (code == SQLITE_OK)
		code = sqlite3_step(statement);
	bool ok = code == SQLITE_ROW || database_fault(db, code, err);
	if (ok) {
		const unsigned char *text = sqlite3_column_text(statement, 0);
		const char *found = text != NULL ? (const char *)text : "";
		ok = strcmp(found, wanted) == 0 || error_set(err, kind, "store: %s reads '%s'", sql, found);
	}
	(void)sqlite3_finalize(statement);
	return ok;
}

static bool
harden(struct database *db, struct error *err)
{
	for (size_t i = 0; i < sizeof(switches) / sizeof(switches[0]); i++) {
		int now = -1;
		int code = sqlite3_db_config(db->file, switches[i].option, switches[i].on, &now);
		if (code != SQLITE_OK || now != switches[i].on)
			return error_set_from(err, ERROR_REFUSED, DOMAIN_SQLITE, code, "store: option %d cannot be set to %d",
				switches[i].option, switches[i].on);
	}
	for (size_t i = 0; i < sizeof(limits) / sizeof(limits[0]); i++)
		(void)sqlite3_limit(db->file, limits[i].limit, limits[i].most);
	(void)sqlite3_busy_timeout(db->file, BUSY_MS);
	return database_run(db, pragmas, err);
}

/* SQLite would make the file readable for others. */
static bool
make_private(const char *path, struct error *err)
{
	CLEANUP(file_close) int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, S_IRUSR | S_IWUSR);
	if (fd < 0)
		return error_set_from(err, ERROR_SYSTEM, DOMAIN_ERRNO, errno, "store: cannot open: %s", strerror(errno));
	struct stat status;
	if (fstat(fd, &status) != 0 || !S_ISREG(status.st_mode))
		return error_set(err, ERROR_INVALID, "store: not a regular file");
	if (status.st_size == 0 && fsync(fd) != 0)
		return error_set_from(err, ERROR_SYSTEM, DOMAIN_ERRNO, errno, "store: fsync: %s", strerror(errno));
	return true;
}

bool
database_open(const char *path, struct database *out, struct error *err)
{
	struct database db = { 0 };
	if (!make_private(path, err))
		return false;
	const int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE | SQLITE_OPEN_PRIVATECACHE;
	if (!wal_vfs_open(&db.vfs, err))
		return false;
	int code = sqlite3_open_v2(path, &db.file, flags, wal_vfs_name(db.vfs));
	if ((code != SQLITE_OK && !database_fault(&db, code, err)) || !harden(&db, err)) {
		database_close(&db);
		return false;
	}
	*out = db;
	return true;
}

bool
database_arm(struct database *db, struct error *err)
{
	int64_t synchronous = -1;
	if (!reads(db, "PRAGMA journal_mode = WAL", "wal", ERROR_REFUSED, err) ||
		!database_run(db, "PRAGMA synchronous = FULL", err) ||
		!reads(db, "PRAGMA journal_mode", "wal", ERROR_REFUSED, err) ||
		!database_number(db, "PRAGMA synchronous", &synchronous, err))
		return false;
	if (synchronous != FULL)
		return error_set(err, ERROR_REFUSED, "store: PRAGMA synchronous reads %d", (int)synchronous);
	(void)sqlite3_wal_autocheckpoint(db->file, CHECKPOINT_PAGES);
	return reads(db, "PRAGMA quick_check(1)", "ok", ERROR_INVALID, err);
}

/* A copy on read-only ground has no log beside it and cannot get a shared-memory file: read the file as it is. */
static bool
open_still(const char *path, struct database *db, struct error *err)
{
	char uri[1024];
	int n = snprintf(uri, sizeof(uri), "file:");
	for (const char *at = path; *at != '\0' && n > 0 && (size_t)n < sizeof(uri) - 32; at++)
		n += snprintf(
			uri + n, sizeof(uri) - (size_t)n, strchr("%?# ", *at) != NULL ? "%%%02X" : "%c", (unsigned char)*at);
	(void)snprintf(uri + n, sizeof(uri) - (size_t)n, "?immutable=1");
	(void)sqlite3_close_v2(db->file);
	db->file = NULL;
	const int flags = SQLITE_OPEN_READONLY | SQLITE_OPEN_URI | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
	int code = sqlite3_open_v2(uri, &db->file, flags, NULL);
	return code == SQLITE_OK || database_fault(db, code, err);
}

bool
database_open_read(const char *path, struct database *out, struct error *err)
{
	struct database db = { 0 };
	int64_t tables = 0;
	if (access(path, F_OK) != 0)
		return error_set_from(err, ERROR_GONE, DOMAIN_ERRNO, errno, "store: %s", strerror(errno));
	const int flags = SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
	int code = sqlite3_open_v2(path, &db.file, flags, NULL);
	bool ok = code == SQLITE_OK
				  ? harden(&db, err) && database_number(&db, "SELECT count(*) FROM sqlite_schema", &tables, err)
				  : database_fault(&db, code, err);
	if (!ok && (err->detail & 0xff) == SQLITE_CANTOPEN)
		ok = open_still(path, &db, err) && harden(&db, err);
	if (!ok) {
		database_close(&db);
		return false;
	}
	*out = db;
	return true;
}

void
database_close(struct database *db)
{
	for (size_t i = 0; i < DATABASE_STATEMENTS; i++)
		(void)sqlite3_finalize(db->kept[i].statement);
	(void)sqlite3_close_v2(db->file);
	wal_vfs_close(db->vfs);
	*db = (struct database){ 0 };
}

struct sqlite3_stmt *
database_statement(struct database *db, const char *sql, int *code)
{
	size_t slot = ((uintptr_t)sql / sizeof(void *)) % DATABASE_STATEMENTS;
	for (size_t tries = 0; tries < DATABASE_STATEMENTS; tries++, slot = (slot + 1) % DATABASE_STATEMENTS) {
		if (db->kept[slot].sql == sql)
			return db->kept[slot].statement;
		if (db->kept[slot].sql != NULL)
			continue;
		sqlite3_stmt *statement = NULL;
		*code = sqlite3_prepare_v3(db->file, sql, -1, SQLITE_PREPARE_PERSISTENT, &statement, NULL);
		if (*code != SQLITE_OK)
			return NULL;
		db->kept[slot].sql = sql;
		db->kept[slot].statement = statement;
		return statement;
	}
	*code = SQLITE_NOMEM; /* more statements than DATABASE_STATEMENTS */
	return NULL;
}

static int
step_once(struct database *db, const char *sql)
{
	int code = SQLITE_OK;
	sqlite3_stmt *statement = database_statement(db, sql, &code);
	if (statement == NULL)
		return code;
	(void)sqlite3_step(statement);
	return sqlite3_reset(statement);
}

static void
roll_back(struct database *db)
{
	/* Some faults (disk full, I/O) have rolled back already. */
	if (sqlite3_get_autocommit(db->file) == 0)
		(void)step_once(db, sql_rollback);
}

bool
database_begin(struct database *db, struct error *err)
{
	int code = step_once(db, sql_begin);
	return code == SQLITE_OK || database_fault(db, code, err);
}

bool
database_finish(struct database *db, bool ok, struct error *err)
{
	if (ok) {
		int code = step_once(db, sql_commit);
		ok = code == SQLITE_OK || database_fault(db, code, err);
	}
	if (!ok)
		roll_back(db);
	return ok;
}

void
database_checkpoint(struct database *db)
{
	int frames = 0, copied = 0;
	(void)sqlite3_wal_checkpoint_v2(db->file, NULL, SQLITE_CHECKPOINT_PASSIVE, &frames, &copied);
}
