#include "kiosk/store/query.h"

#include <limits.h>
#include <sqlite3.h>
#include <string.h>

static void
note(struct query *query, int code)
{
	if (query->code == SQLITE_OK)
		query->code = code;
}

struct query
query_of(struct database *db, const char *sql)
{
	struct query query = { .db = db, .code = SQLITE_OK };
	query.statement = database_statement(db, sql, &query.code);
	return query;
}

void
query_put_number(struct query *query, int64_t value)
{
	if (query->code == SQLITE_OK)
		note(query, sqlite3_bind_int64(query->statement, ++query->put, value));
}

void
query_put_text(struct query *query, const char *text)
{
	if (query->code == SQLITE_OK)
		note(query, sqlite3_bind_text(query->statement, ++query->put, text, -1, SQLITE_STATIC));
}

void
query_put_bytes(struct query *query, struct span bytes)
{
	if (query->code != SQLITE_OK)
		return;
	if (bytes.len > INT_MAX)
		note(query, SQLITE_TOOBIG);
	else if (bytes.len == 0) /* a NULL pointer would be a NULL, not an empty blob */
		note(query, sqlite3_bind_zeroblob(query->statement, ++query->put, 0));
	else
		note(query, sqlite3_bind_blob(query->statement, ++query->put, bytes.at, (int)bytes.len, SQLITE_STATIC));
}

void
query_put_date(struct query *query, struct date date)
{
	char text[DATE_TEXT];
	date_iso(date, text);
	if (query->code == SQLITE_OK)
		note(query, sqlite3_bind_text(query->statement, ++query->put, text, -1, SQLITE_TRANSIENT));
}

void
query_put_null(struct query *query)
{
	query->put++; /* query_end() has cleared what was bound before */
}

bool
query_fits(const struct query *query, struct error *err)
{
	return !query->unfit || error_set(err, ERROR_INVALID, "store: a column has not the shape it must have: %s",
								query->statement != NULL ? sqlite3_sql(query->statement) : "");
}

bool
query_row(struct query *query, bool *row, struct error *err)
{
	if (query->code != SQLITE_OK)
		return database_fault(query->db, query->code, err);
	if (!query_fits(query, err))
		return false;
	query->taken = 0;
	int code = sqlite3_step(query->statement);
	if (code != SQLITE_ROW && code != SQLITE_DONE) {
		note(query, code);
		return database_fault(query->db, code, err);
	}
	*row = code == SQLITE_ROW;
	return true;
}

bool
query_run(struct query *query, struct error *err)
{
	bool row = true;
	while (row)
		if (!query_row(query, &row, err))
			return false;
	return true;
}

bool
query_one(struct query *query, const char *what, struct error *err)
{
	bool row = false;
	if (!query_row(query, &row, err))
		return false;
	return row || error_set(err, ERROR_GONE, "store: there is no such %s", what);
}

int64_t
query_take_number(struct query *query)
{
	return sqlite3_column_int64(query->statement, query->taken++);
}

bool
query_take_bool(struct query *query)
{
	return query_take_number(query) != 0;
}

void
query_take_text(struct query *query, char *out, size_t cap)
{
	const int column = query->taken++;
	const unsigned char *text = sqlite3_column_text(query->statement, column);
	const size_t len = (size_t)sqlite3_column_bytes(query->statement, column);
	const bool fits = text == NULL || (len < cap && memchr(text, '\0', len) == NULL);
	out[0] = '\0';
	if (!fits)
		query->unfit = true;
	else if (text != NULL)
		memcpy(out, text, len + 1);
}

struct span
query_take_bytes(struct query *query)
{
	const int column = query->taken++;
	const void *at = sqlite3_column_blob(query->statement, column);
	return (struct span){ at, (size_t)sqlite3_column_bytes(query->statement, column) };
}

void
query_take_exactly(struct query *query, uint8_t *out, size_t len)
{
	const struct span bytes = query_take_bytes(query);
	memset(out, 0, len);
	if (bytes.len != len)
		query->unfit = true;
	else
		memcpy(out, bytes.at, len);
}

struct date
query_take_date(struct query *query)
{
	char text[DATE_TEXT];
	struct date date = { 0 };
	struct error ignored = { 0 };
	query_take_text(query, text, sizeof(text));
	if (!date_parse_iso(text, &date, &ignored))
		query->unfit = true;
	return date;
}

int
query_changed(const struct query *query)
{
	return sqlite3_changes(query->db->file);
}

int64_t
query_made(const struct query *query)
{
	return sqlite3_last_insert_rowid(query->db->file);
}

void
query_end(struct query *query)
{
	if (query->statement == NULL)
		return;
	(void)sqlite3_reset(query->statement);
	(void)sqlite3_clear_bindings(query->statement);
	query->statement = NULL;
}
