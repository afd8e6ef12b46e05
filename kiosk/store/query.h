#pragma once
/*
 * One use of a kept statement: values are put in the order of the question marks, columns are taken in the order of
 * the SELECT. A fault while putting or taking is kept and told by the next query_row() or query_run(), so that callers
 * check once. Declare it with CLEANUP(query_end).
 */
#include "kiosk/base/span.h"
#include "kiosk/model/date.h"
#include "kiosk/store/database.h"

struct query {
	struct database *db;            /* borrowed */
	struct sqlite3_stmt *statement; /* kept by db; NULL if it could not be prepared */
	int put, taken;                 /* how many so far */
	int code;                       /* first fault, SQLITE_OK if none */
	bool unfit;                     /* a column did not fit or had not the shape it must have */
};

struct query query_of(struct database *db, const char *sql);
/* Texts and bytes are borrowed until the query ends. */
void query_put_number(struct query *query, int64_t value);
void query_put_text(struct query *query, const char *text);
void query_put_bytes(struct query *query, struct span bytes);
void query_put_date(struct query *query, struct date date); /* "2026-11-25" */
void query_put_null(struct query *query);

/* Step to the next row: *row false at the end. ERROR_INVALID if a column taken before was unfit. */
NODISCARD bool query_row(struct query *query, bool *row, struct error *err);
/* Step to the end of a statement whose rows nobody needs. */
NODISCARD bool query_run(struct query *query, struct error *err);
/* True unless a column taken so far was unfit. */
NODISCARD bool query_fits(const struct query *query, struct error *err);
/* The same, for a statement of which exactly one row is wanted: ERROR_GONE with `what` if there is none. */
NODISCARD bool query_one(struct query *query, const char *what, struct error *err);
int64_t query_take_number(struct query *query);
bool query_take_bool(struct query *query);
void query_take_text(struct query *query, char *out, size_t cap);
struct span query_take_bytes(struct query *query); /* until the next step; empty for NULL */
void query_take_exactly(struct query *query, uint8_t *out, size_t len);
struct date query_take_date(struct query *query);
/* Rows changed by the last query_run() of this database. */
int query_changed(const struct query *query);
/* Row number of the last row inserted by this database; triggers do not count. */
int64_t query_made(const struct query *query);
void query_end(struct query *query);
