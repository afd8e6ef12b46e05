#pragma once
/*
 * The centre's SQLite database: opened defensively, brought to the newest form, and refused unless a commit in it means
 * what it says (WAL with synchronous FULL, read back). Shared by sqlite_store.c and sqlite_codes.c.
 */
#include <sqlite3.h>

#include "kiosk/base/attr.h"
#include "kiosk/base/error.h"
#include "kiosk/base/file.h"
#include "kiosk/base/span.h"

#define SQLITE_DB_FORM    1    /* the newest form; PRAGMA user_version */
#define SQLITE_DB_WAIT_MS 5000 /* for another connection's transaction */

/* Open or make the database. ERROR_INVALID if it is not a centre's or of a newer form, ERROR_SYSTEM. */
NODISCARD bool sqlite_db_open(const char *path, sqlite3 **out, struct error *err);
/* CLEANUP(): accepts a closed one. */
void sqlite_db_close(sqlite3 **db);
/* Set *err from the connection's last error: ERROR_FULL for a full disk, ERROR_INVALID for a damaged file, else
 * ERROR_SYSTEM. Returns false. */
bool sqlite_db_fault(sqlite3 *db, const char *what, struct error *err);
/* A statement that lives as long as the connection. */
NODISCARD bool sqlite_db_prepare(sqlite3 *db, const char *sql, sqlite3_stmt **out, struct error *err);
/* Step a statement that gives no rows, and reset it. */
NODISCARD bool sqlite_db_run(sqlite3 *db, sqlite3_stmt *statement, const char *what, struct error *err);
/* Copy a column of at most `most` bytes. ERROR_FULL over that. */
NODISCARD bool sqlite_db_blob(
	sqlite3_stmt *statement, int column, size_t most, struct file_bytes *out, struct error *err);
/* Copy a text column. ERROR_FULL if it does not fit. */
NODISCARD bool sqlite_db_text(sqlite3_stmt *statement, int column, char *out, size_t cap, struct error *err);
/* Bind bytes or text that stay where they are until the statement is reset; true if both went in. */
bool sqlite_db_bind_blob(sqlite3_stmt *statement, int index, struct span bytes);
bool sqlite_db_bind_text(sqlite3_stmt *statement, int index, const char *text);
