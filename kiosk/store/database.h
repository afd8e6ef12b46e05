#pragma once
/*
 * One SQLite file opened the way the store needs it: hardened, WAL with synchronous=FULL (read back), one writer, and
 * statements that are prepared once and kept. Not for any other file, and not shared between threads.
 */
#include <stddef.h>
#include <stdint.h>

#include "kiosk/base/attr.h"
#include "kiosk/base/error.h"

#define DATABASE_STATEMENTS 128u /* most different statements of the program */

struct sqlite3;
struct sqlite3_stmt;
struct wal_vfs;

struct database {
	struct sqlite3 *file; /* owned */
	struct wal_vfs *vfs;  /* owned; NULL when open for reading */
	struct {
		const char *sql;                /* borrowed: a constant of the program, its address is the key */
		struct sqlite3_stmt *statement; /* owned */
	} kept[DATABASE_STATEMENTS];
};

/* Open or make `path` (mode 0600) with every defence on; nothing is written to a file that is there already. */
NODISCARD bool database_open(const char *path, struct database *out, struct error *err);
/* Turn on WAL and synchronous=FULL and read both back: ERROR_REFUSED if either does not hold. Then quick_check:
 * ERROR_INVALID names the first damage. */
NODISCARD bool database_arm(struct database *db, struct error *err);
/* Open for reading only, also a copy in a folder that cannot be written. ERROR_GONE if it is not there. */
NODISCARD bool database_open_read(const char *path, struct database *out, struct error *err);
void database_close(struct database *db); /* accepts a zeroed one */

/* BEGIN IMMEDIATE. ERROR_TIMEOUT when another program writes for over two seconds. */
NODISCARD bool database_begin(struct database *db, struct error *err);
/* COMMIT when `ok`, otherwise (or when COMMIT fails) ROLLBACK; true only if committed. *err is kept when not ok. */
NODISCARD bool database_finish(struct database *db, bool ok, struct error *err);

/* Run a script of statements that give nothing back. */
NODISCARD bool database_run(struct database *db, const char *sql, struct error *err);
/* First column of the first row, 0 if there is none. */
NODISCARD bool database_number(struct database *db, const char *sql, int64_t *out, struct error *err);
/* The kept statement of `sql`, prepared at its first use. NULL and *code when it cannot be prepared. */
struct sqlite3_stmt *database_statement(struct database *db, const char *sql, int *code);
/* Copy what the write-ahead log holds into the file, as far as nobody reads it; the log starts again when all of it
 * was copied. Never waits for readers. */
void database_checkpoint(struct database *db);
/*
 * Fill *err from an SQLite result code: ERROR_FULL (disk full), ERROR_TIMEOUT (busy), ERROR_REFUSED (a constraint or a
 * trigger said no), ERROR_INVALID (damaged file), else ERROR_SYSTEM: also for a file that cannot be written. The text
 * is SQLite's, which never quotes values.
 */
bool database_fault(const struct database *db, int code, struct error *err);
