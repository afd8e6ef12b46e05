#include "kiosk/store/store_stock.h"

#include <string.h>

#include "kiosk/base/text.h"
#include "kiosk/store/internal.h"

#define COLUMNS "kind, brand, serial, state, reason, application, line, officer, at_ms"

static const char sql_add[] =
	"INSERT INTO stock_change (number, kind, brand, serial, state, reason, application, line, officer, at_ms, audit)"
	" VALUES ((SELECT ifnull(max(number), 0) + 1 FROM stock_change), ?, ?, ?, ?, ?, ?, ?, ?, ?,"
	" (SELECT audit_count FROM meta))";
static const char sql_item[] = "SELECT " COLUMNS " FROM stock WHERE kind = ? AND brand = ? AND serial = ?";
static const char sql_find[] = "SELECT " COLUMNS " FROM stock WHERE kind IN ('token', 'envelope') AND serial = ?"
							   " ORDER BY kind DESC, brand";
static const char sql_recent[] = "SELECT " COLUMNS " FROM stock ORDER BY number DESC";
static const char sql_sum[] = "SELECT state, count(*) FROM stock WHERE kind = ? AND brand = ? GROUP BY state";

/* One row to be added. */
struct change {
	const struct store_stock_item *item;
	enum stock_state state;
	enum stock_reason reason;
	int64_t application, line; /* 0: none */
	const char *officer;
	int64_t now_ms;
};
struct receipt {
	const struct store_stock_item *first;
	const char *officer;
	int64_t now_ms;
	unsigned count;
};

static void
put_item(struct query *query, const struct store_stock_item *item)
{
	query_put_text(query, stock_kind_name(item->kind));
	query_put_text(query, item->brand);
	query_put_text(query, item->serial);
}

static void
put_or_null(struct query *query, int64_t value)
{
	if (value != 0)
		query_put_number(query, value);
	else
		query_put_null(query);
}

/* Its audit row is the last one of this transaction. */
static bool
add(struct store *store, const struct change *change, struct error *err)
{
	CLEANUP(query_end) struct query query = query_of(&store->db, sql_add);
	put_item(&query, change->item);
	query_put_text(&query, stock_state_name(change->state));
	query_put_text(&query, stock_reason_name(change->reason));
	put_or_null(&query, change->application);
	put_or_null(&query, change->line);
	query_put_text(&query, change->officer);
	query_put_number(&query, change->now_ms);
	return query_run(&query, err);
}

static void
take_row(struct store *store, struct query *query, struct store_stock_row *row, int64_t *application)
{
	char text[STOCK_BRAND];
	*row = (struct store_stock_row){ 0 };
	query_take_text(query, text, sizeof(text));
	row->item.kind = stock_kind_of(text);
	query_take_text(query, row->item.brand, sizeof(row->item.brand));
	query_take_text(query, row->item.serial, sizeof(row->item.serial));
	query_take_text(query, text, sizeof(text));
	row->state = stock_state_of(text);
	query_take_text(query, text, sizeof(text));
	row->reason = stock_reason_of(text);
	*application = query_take_number(query); /* NULL is 0 */
	row->line = (int)query_take_number(query);
	query_take_text(query, row->officer, sizeof(row->officer));
	row->at_ms = query_take_number(query);
	if (*application != 0)
		store_case_text(store, *application, row->case_number);
}

static bool
read_rows(struct store *store, struct query *query, struct store_stock_row *rows, size_t cap, size_t *count,
	struct error *err)
{
	size_t n = 0;
	int64_t application = 0;
	bool more = true;
	while (n < cap) {
		if (!query_row(query, &more, err))
			return false;
		if (!more)
			break;
		take_row(store, query, &rows[n++], &application);
	}
	if (!query_fits(query, err))
		return false;
	*count = n;
	return true;
}

/* --- taking in --- */

static bool
work_receive(struct store *store, void *self, struct error *err)
{
	const struct receipt *receipt = self;
	struct store_stock_item item = *receipt->first;
	char detail[24];
	(void)text_format(detail, sizeof(detail), "%u from here", receipt->count);
	if (!store_audit_add(store, "stock-in", receipt->officer, item.serial, detail, receipt->now_ms, err))
		return false;
	const struct change change = {
		.item = &item, .state = STOCK_IN, .officer = receipt->officer, .now_ms = receipt->now_ms
	};
	for (unsigned i = 0; i < receipt->count; i++) {
		stock_range_at(receipt->first->serial, i, item.serial);
		if (!add(store, &change, err))
			return error_in(err, "item %u of %u", i + 1, receipt->count);
	}
	return true;
}

bool
store_stock_receive(struct store *store, const struct store_stock_item *first, const char *last, const char *officer,
	int64_t now_ms, unsigned *count, struct error *err)
{
	struct receipt receipt = { .first = first, .officer = officer, .now_ms = now_ms };
	if (!stock_range(first->serial, last, &receipt.count, err) ||
		!store_transaction(store, work_receive, &receipt, err))
		return error_in(err, "taking in stock");
	*count = receipt.count;
	return true;
}

/* --- what happens to one --- */

static bool
find_item(struct store *store, const struct store_stock_item *item, struct store_stock_row *row, int64_t *application,
	struct error *err)
{
	CLEANUP(query_end) struct query query = query_of(&store->db, sql_item);
	put_item(&query, item);
	if (!query_one(&query, "item", err))
		return false;
	take_row(store, &query, row, application);
	return query_fits(&query, err);
}

static bool
work_move(struct store *store, void *self, struct error *err)
{
	const struct store_stock_move *move = self;
	struct store_stock_row row;
	int64_t application = 0;
	char event[24];
	if (!find_item(store, &move->item, &row, &application, err))
		return false;
	struct change change = { .item = &move->item,
		.state = move->to,
		.reason = move->reason,
		.application = move->to == STOCK_IN ? 0 : application,
		.line = move->to == STOCK_IN ? 0 : row.line,
		.officer = move->officer,
		.now_ms = move->now_ms };
	if (move->to == STOCK_BOUND) {
		change.line = move->line;
		if (!store_case_id(store, move->case_number, &change.application, err))
			return false;
	}
	(void)text_format(event, sizeof(event), "stock-%s", stock_state_name(move->to));
	return store_audit_add(
			   store, event, move->officer, move->item.serial, stock_reason_name(move->reason), move->now_ms, err) &&
		   add(store, &change, err);
}

bool
store_stock_move(struct store *store, const struct store_stock_move *move, struct error *err)
{
	struct store_stock_move copy = *move;
	return store_transaction(store, work_move, &copy, err) || error_in(err, "stock");
}

/* --- looking --- */

bool
store_stock_find(
	struct store *store, const char *serial, struct store_stock_row *rows, size_t cap, size_t *count, struct error *err)
{
	CLEANUP(query_end) struct query query = query_of(&store->db, sql_find);
	query_put_text(&query, serial);
	return read_rows(store, &query, rows, cap, count, err);
}

bool
store_stock_recent(struct store *store, struct store_stock_row *rows, size_t cap, size_t *count, struct error *err)
{
	CLEANUP(query_end) struct query query = query_of(&store->db, sql_recent);
	return read_rows(store, &query, rows, cap, count, err);
}

bool
store_stock_sum(struct store *store, enum stock_kind kind, const char *brand, int64_t states[static STOCK_STATES],
	struct error *err)
{
	char name[STOCK_BRAND];
	int64_t sums[STOCK_STATES] = { 0 };
	bool more = true;
	CLEANUP(query_end) struct query query = query_of(&store->db, sql_sum);
	query_put_text(&query, stock_kind_name(kind));
	query_put_text(&query, brand);
	while (query_row(&query, &more, err) && more) {
		query_take_text(&query, name, sizeof(name));
		const enum stock_state state = stock_state_of(name);
		const int64_t count = query_take_number(&query);
		if (state < STOCK_STATES)
			sums[state] = count;
	}
	if (more)
		return false; /* *err is set */
	memcpy(states, sums, sizeof(sums));
	return true;
}
