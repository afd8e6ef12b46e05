#pragma once
/*
 * Stock by serial: what came in, what it is now, and all that happened to it. What an item is now is never written
 * down: it is the last row of its history, and the database refuses a way that stock_may() does not know.
 */
#include "kiosk/model/stock.h"
#include "kiosk/store/store.h"

struct store_stock_item {
	enum stock_kind kind;
	char brand[STOCK_BRAND]; /* empty for an envelope */
	char serial[STOCK_SERIAL];
};
struct store_stock_row {
	struct store_stock_item item;
	enum stock_state state;
	enum stock_reason reason;           /* of SPOILED and LOST, else NONE */
	char case_number[APPLICATION_CASE]; /* empty: with none */
	int line;                           /* from 1; 0: none */
	char officer[OFFICER_NUMBER];       /* who did the last thing */
	int64_t at_ms;                      /* when */
};
struct store_stock_move {
	struct store_stock_item item;
	enum stock_state to;
	enum stock_reason reason;
	const char *case_number; /* borrowed; for BOUND only: a draft's or an application's; else the item's own stays */
	int line;                /* likewise, from 1 */
	const char *officer;     /* borrowed */
	int64_t now_ms;
};

/* Take in the serials first..last, both tidied (stock_range()): all or none. ERROR_REFUSED if one of them is here
 * already, in whatever state. *count is set on success. */
NODISCARD bool store_stock_receive(struct store *store, const struct store_stock_item *first, const char *last,
	const char *officer, int64_t now_ms, unsigned *count, struct error *err);
/* One thing that happens to one item. ERROR_GONE if it is not in this store's stock, ERROR_REFUSED for a way that it
 * cannot go or a line that has one. */
NODISCARD bool store_stock_move(struct store *store, const struct store_stock_move *move, struct error *err);
/* Items of this serial, of every kind and brand. */
NODISCARD bool store_stock_find(struct store *store, const char *serial, struct store_stock_row *rows, size_t cap,
	size_t *count, struct error *err);
/* The items that something happened to last, newest first. */
NODISCARD bool store_stock_recent(
	struct store *store, struct store_stock_row *rows, size_t cap, size_t *count, struct error *err);
/* How many items of a kind and brand are in each state. */
NODISCARD bool store_stock_sum(struct store *store, enum stock_kind kind, const char *brand,
	int64_t states[static STOCK_STATES], struct error *err);
