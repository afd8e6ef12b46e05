#include <inttypes.h>
#include <stdio.h>

#include "kiosk/base/text.h"
#include "kiosk/store/internal.h"
#include "kiosk/store/ledger.h"

static const char sql_get[] =
	"SELECT id, opened_ms, officer, opening, day FROM till WHERE officer = ? AND closed_ms IS NULL";
static const char sql_next[] = "SELECT ifnull(max(id), 0) + 1 FROM till";
static const char sql_open[] =
	"INSERT INTO till (id, officer, day, opened_ms, opening, counts) VALUES (?, ?, ?, ?, ?, ?)";

struct opening {
	struct store_till till;
	char counts[256]; /* JSON */
};

bool
store_till(struct store *store, const char *officer, struct store_till *out, struct error *err)
{
	struct store_till till = { 0 };
	CLEANUP(query_end) struct query query = query_of(&store->db, sql_get);
	query_put_text(&query, officer);
	if (!query_row(&query, &till.open, err))
		return false;
	if (till.open) {
		till.id = query_take_number(&query);
		till.opened_ms = query_take_number(&query);
		query_take_text(&query, till.officer, sizeof(till.officer));
		till.opening.minor = query_take_number(&query);
		till.day = query_take_date(&query);
		if (!query_fits(&query, err))
			return false;
	}
	*out = till;
	return true;
}

static bool
next_till(struct store *store, int64_t *id, struct error *err)
{
	CLEANUP(query_end) struct query query = query_of(&store->db, sql_next);
	if (!query_one(&query, "till", err))
		return false;
	*id = query_take_number(&query);
	return true;
}

static bool
insert(struct store *store, const struct opening *opening, struct error *err)
{
	CLEANUP(query_end) struct query query = query_of(&store->db, sql_open);
	query_put_number(&query, opening->till.id);
	query_put_text(&query, opening->till.officer);
	query_put_date(&query, opening->till.day);
	query_put_number(&query, opening->till.opened_ms);
	query_put_number(&query, opening->till.opening.minor);
	query_put_text(&query, opening->counts);
	return query_run(&query, err);
}

static bool
post_float(struct store *store, const struct store_till *till, const char *name, struct error *err)
{
	struct ledger_posting posting = { .kind = "float",
		.ref = name,
		.officer = till->officer,
		.till = till->id,
		.at_ms = till->opened_ms,
		.day = till->day };
	int64_t id = 0;
	const struct money out_of_safe = { -till->opening.minor };
	return till->opening.minor == 0 ||
		   (ledger_add(&posting, "drawer:", name, till->opening, err) &&
			   ledger_add(&posting, "", "safe", out_of_safe, err) && ledger_post(&store->db, &posting, &id, err));
}

static bool
work(struct store *store, void *self, struct error *err)
{
	struct opening *opening = self;
	char name[24];
	if (!next_till(store, &opening->till.id, err))
		return false;
	(void)snprintf(name, sizeof(name), "%" PRId64, opening->till.id);
	return ledger_day(&store->db, opening->till.day, err) && insert(store, opening, err) &&
		   post_float(store, &opening->till, name, err) &&
		   store_audit_add(store, "till-opened", opening->till.officer, name, "", opening->till.opened_ms, err);
}

static void
write_counts(const int64_t counts[static PAYMENT_PIECES], char *out, size_t cap)
{
	size_t at = 0;
	for (size_t i = 0; i < PAYMENT_PIECES && at < cap; i++) /* payment_count() has bounded each */
		at += (size_t)snprintf(out + at, cap - at, "%c%" PRId64, i == 0 ? '[' : ',', counts[i]);
	(void)snprintf(out + at, cap - at, "]");
}

bool
store_till_open(struct store *store, const char *officer, const int64_t counts[static PAYMENT_PIECES], struct date day,
	int64_t now_ms, struct store_till *out, struct error *err)
{
	struct opening opening = { .till = { .open = true, .opened_ms = now_ms, .day = day } };
	if (!date_valid(day) || !text_copy(opening.till.officer, sizeof(opening.till.officer), officer))
		return error_set(err, ERROR_INVALID, "store: a till without a day or an officer");
	if (!payment_count(counts, &opening.till.opening, err))
		return false;
	write_counts(counts, opening.counts, sizeof(opening.counts));
	if (!store_transaction(store, work, &opening, err))
		return error_in(err, "opening the till");
	*out = opening.till;
	return true;
}
