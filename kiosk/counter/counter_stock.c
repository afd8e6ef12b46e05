#include <string.h>

#include "kiosk/base/text.h"
#include "kiosk/counter/internal.h"
#include "kiosk/store/store_stock.h"

#define SAME_SERIAL 4u /* items of one serial that are told apart: kinds and brands */

/* --- what there is --- */

static bool
has_sum(const struct view_stock *stock, enum stock_kind kind, const char *brand)
{
	for (uint32_t i = 0; i < stock->sum_count; i++)
		if (stock->sums[i].kind == kind && strcmp(stock->sums[i].brand, brand) == 0)
			return true;
	return false;
}

static void
add_sum(struct view_stock *stock, enum stock_kind kind, const char *brand)
{
	if (stock->sum_count == VIEW_BRANDS || has_sum(stock, kind, brand))
		return;
	struct view_stock_sum *sum = &stock->sums[stock->sum_count++];
	*sum = (struct view_stock_sum){ .kind = kind };
	(void)text_copy(sum->brand, sizeof(sum->brand), brand); /* the catalogue's rules bound it */
}

/* The kinds that the catalogue knows, in its order: what may come in and what is counted. */
static void
list_kinds(const struct counter *counter, struct view_stock *stock)
{
	const struct catalogue_product *product = NULL;
	for (size_t i = 0; (product = catalogue_product_at(counter->catalogue, i)) != NULL; i++) {
		if (product->token_brand[0] != '\0')
			add_sum(stock, STOCK_TOKEN, product->token_brand);
		if (product->pin_envelope)
			add_sum(stock, STOCK_ENVELOPE, "");
	}
}

static void
put_row(struct view_stock *stock, const struct store_stock_row *from)
{
	struct view_stock_row *row = &stock->rows[stock->row_count++];
	*row = (struct view_stock_row){
		.kind = from->item.kind, .state = from->state, .reason = from->reason, .at_ms = from->at_ms
	};
	memcpy(row->brand, from->item.brand, sizeof(row->brand));
	memcpy(row->serial, from->item.serial, sizeof(row->serial));
	memcpy(row->case_number, from->case_number, sizeof(row->case_number));
	memcpy(row->officer, from->officer, sizeof(row->officer));
}

bool
counter_stock_read(struct counter *counter, struct view_stock *out, struct error *err)
{
	struct store_stock_row rows[VIEW_STOCK];
	struct view_stock stock = { .found = counter->stock_found[0] != '\0' };
	size_t count = 0;
	list_kinds(counter, &stock);
	for (uint32_t i = 0; i < stock.sum_count; i++)
		if (!store_stock_sum(counter->store, stock.sums[i].kind, stock.sums[i].brand, stock.sums[i].states, err))
			return false;
	bool ok = stock.found ? store_stock_find(counter->store, counter->stock_found, rows, SAME_SERIAL, &count, err)
						  : store_stock_recent(counter->store, rows, VIEW_STOCK, &count, err);
	for (size_t i = 0; ok && i < count; i++)
		put_row(&stock, &rows[i]);
	if (ok)
		*out = stock;
	return ok;
}

/* --- what was typed --- */

/* A serial as it is kept; false, and told, if it is none. */
static bool
read_serial(struct counter *counter, enum field field, char out[static STOCK_SERIAL])
{
	struct error err = { 0 };
	const char *typed = counter->form[field];
	if (typed[0] == '\0')
		return counter_say(counter, field, PROBLEM_EMPTY);
	if (!stock_serial_tidy(typed, out, &err))
		return counter_say(counter, field, err.kind == ERROR_FULL ? PROBLEM_LONG : PROBLEM_CHARACTER);
	(void)counter_say(counter, field, PROBLEM_NONE);
	return true;
}

static bool
read_kind(struct counter *counter, struct store_stock_item *item)
{
	struct view_stock stock = { 0 };
	int32_t choice = counter->form_choice[FIELD_STOCK_KIND];
	list_kinds(counter, &stock);
	if (choice < 0 || (uint32_t)choice >= stock.sum_count)
		return counter_say(counter, FIELD_STOCK_KIND, PROBLEM_EMPTY);
	(void)counter_say(counter, FIELD_STOCK_KIND, PROBLEM_NONE);
	item->kind = stock.sums[choice].kind;
	memcpy(item->brand, stock.sums[choice].brand, sizeof(item->brand));
	return true;
}

/* The last serial may stay empty: then it is one item. */
static bool
read_last(struct counter *counter, const char *first, char out[static STOCK_SERIAL])
{
	struct error err = { 0 };
	unsigned count = 0;
	(void)text_copy(out, STOCK_SERIAL, first);
	if (counter->form[FIELD_STOCK_LAST][0] != '\0' && !read_serial(counter, FIELD_STOCK_LAST, out))
		return false;
	if (stock_range(first, out, &count, &err))
		return true;
	return counter_say(counter, FIELD_STOCK_LAST, err.kind == ERROR_FULL ? PROBLEM_TOO_MANY : PROBLEM_RANGE);
}

static void
clear_form(struct counter *counter)
{
	static const enum field fields[] = { FIELD_STOCK_FIRST, FIELD_STOCK_LAST, FIELD_STOCK_SERIAL };
	for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++) {
		memset(counter->form[fields[i]], 0, VIEW_TEXT);
		(void)counter_say(counter, fields[i], PROBLEM_NONE);
	}
	counter->form_choice[FIELD_STOCK_REASON] = -1;
	counter->stock_found[0] = '\0';
	counter->stale = true;
}

/* --- what is asked --- */

void
counter_stock_open(struct counter *counter, struct command *command)
{
	(void)command;
	if (!counter_step(counter, EVENT_STOCK))
		return;
	clear_form(counter);
	counter->form_choice[FIELD_STOCK_KIND] = -1;
}

void
counter_stock_receive(struct counter *counter, struct command *command)
{
	struct store_stock_item first = { 0 };
	char last[STOCK_SERIAL], number[16];
	unsigned count = 0;
	struct error err = { 0 };
	(void)command;
	bool kind = read_kind(counter, &first);
	if (!read_serial(counter, FIELD_STOCK_FIRST, first.serial) || !read_last(counter, first.serial, last) || !kind)
		return;
	if (!store_stock_receive(
			counter->store, &first, last, counter->officer.number, counter_now(counter), &count, &err)) {
		if (counter_declined(&err))
			(void)counter_say(counter, FIELD_STOCK_FIRST, PROBLEM_NOT_FREE);
		else
			(void)counter_fail(counter, FAULT_STORE, &err);
		return;
	}
	(void)text_format(number, sizeof(number), "%u", count);
	counter_notice(counter, NOTICE_RECEIVED, number);
	clear_form(counter);
}

/* The one item that is meant: by serial, and by kind where two have the same. */
static bool
find_one(struct counter *counter, const char *serial, struct store_stock_row *out)
{
	struct store_stock_row rows[SAME_SERIAL];
	struct store_stock_item meant = { 0 };
	struct error err = { 0 };
	size_t count = 0;
	if (!store_stock_find(counter->store, serial, rows, SAME_SERIAL, &count, &err))
		return counter_fail(counter, FAULT_STORE, &err);
	if (count == 0)
		return counter_say(counter, FIELD_STOCK_SERIAL, PROBLEM_NOT_STOCK);
	if (count > 1 && !read_kind(counter, &meant))
		return false;
	for (size_t i = 0; i < count; i++) {
		*out = rows[i];
		if (count == 1 || (rows[i].item.kind == meant.kind && strcmp(rows[i].item.brand, meant.brand) == 0))
			return true;
	}
	return counter_say(counter, FIELD_STOCK_SERIAL, PROBLEM_NOT_STOCK);
}

/* What belongs to a case is spoiled from the case, so that the case does not wait for it. */
static bool
is_free(enum stock_state state)
{
	return state == STOCK_IN || state == STOCK_LOST;
}

void
counter_stock_spoil(struct counter *counter, struct command *command)
{
	char serial[STOCK_SERIAL];
	struct store_stock_row row = { 0 };
	struct error err = { 0 };
	int32_t reason = counter->form_choice[FIELD_STOCK_REASON];
	(void)command;
	(void)counter_say(counter, FIELD_STOCK_REASON, reason <= STOCK_REASON_NONE ? PROBLEM_EMPTY : PROBLEM_NONE);
	if (!read_serial(counter, FIELD_STOCK_SERIAL, serial) || reason <= STOCK_REASON_NONE ||
		!find_one(counter, serial, &row))
		return;
	const struct store_stock_move move = { .item = row.item,
		.to = reason == STOCK_REASON_LOST ? STOCK_LOST : STOCK_SPOILED,
		.reason = (enum stock_reason)reason,
		.officer = counter->officer.number,
		.now_ms = counter_now(counter) };
	if (!is_free(row.state) || !stock_may(row.state, move.to)) {
		(void)counter_say(counter, FIELD_STOCK_SERIAL, PROBLEM_NOT_FREE);
		return;
	}
	if (!store_stock_move(counter->store, &move, &err)) {
		(void)counter_fail(counter, FAULT_STORE, &err);
		return;
	}
	counter_notice(counter, NOTICE_SPOILED, serial);
	clear_form(counter);
}

void
counter_stock_find(struct counter *counter, struct command *command)
{
	char serial[STOCK_SERIAL];
	struct store_stock_row rows[1];
	struct error err = { 0 };
	size_t count = 0;
	(void)command;
	counter->stock_found[0] = '\0';
	counter->stale = true;
	if (counter->form[FIELD_STOCK_SERIAL][0] == '\0') {
		(void)counter_say(counter, FIELD_STOCK_SERIAL, PROBLEM_NONE);
		return;
	}
	if (!read_serial(counter, FIELD_STOCK_SERIAL, serial))
		return;
	if (!store_stock_find(counter->store, serial, rows, 1, &count, &err))
		(void)counter_fail(counter, FAULT_STORE, &err);
	else if (count == 0)
		(void)counter_say(counter, FIELD_STOCK_SERIAL, PROBLEM_NOT_STOCK);
	else
		memcpy(counter->stock_found, serial, sizeof(serial));
}
