#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "kiosk/base/text.h"
#include "kiosk/store/internal.h"

static const char sql_next[] = "SELECT ifnull(max(copy), 0) + 1 FROM receipt_copy WHERE receipt = ?";
static const char sql_copy[] = "INSERT INTO receipt_copy (receipt, copy, at_ms, officer) VALUES (?, ?, ?, ?)";
static const char sql_printed[] = "INSERT INTO receipt_print (receipt, at_ms, officer) VALUES (?, ?, ?)";
/* Only what was made lately can still be owed to somebody; the rest of the table is not walked. */
static const char sql_owed[] =
	"SELECT ifnull(max(r.number), 0) FROM receipt r WHERE r.number > (SELECT ifnull(max(number), 0) - 64 FROM receipt)"
	" AND NOT EXISTS (SELECT 1 FROM receipt_print p WHERE p.receipt = r.number)";
static const char sql_get[] = "SELECT number FROM receipt WHERE number = ?";

struct copy {
	const char *receipt, *officer;
	int64_t number, now_ms;
	int copy;
};

void
store_receipt_text(const struct store *store, int64_t number, char out[static STORE_RECEIPT])
{
	(void)text_format(out, STORE_RECEIPT, "%s%s-%06" PRId64, store->identity.branch, store->identity.counter, number);
}

bool
store_receipt_number(const struct store *store, const char *text, int64_t *number)
{
	char again[STORE_RECEIPT];
	const char *dash = strrchr(text, '-');
	int64_t value = 0;
	if (dash == NULL || dash[1] == '\0' || strlen(dash + 1) > 12)
		return false;
	for (const char *at = dash + 1; *at != '\0'; at++) {
		if (*at < '0' || *at > '9')
			return false;
		value = value * 10 + (*at - '0');
	}
	store_receipt_text(store, value, again);
	if (strcmp(again, text) != 0)
		return false;
	*number = value;
	return true;
}

static bool
next_copy(struct store *store, struct copy *copy, struct error *err)
{
	CLEANUP(query_end) struct query known = query_of(&store->db, sql_get);
	query_put_number(&known, copy->number);
	if (!query_one(&known, "receipt", err))
		return false;
	CLEANUP(query_end) struct query query = query_of(&store->db, sql_next);
	query_put_number(&query, copy->number);
	if (!query_one(&query, "receipt", err))
		return false;
	copy->copy = (int)query_take_number(&query);
	return true;
}

static bool
work(struct store *store, void *self, struct error *err)
{
	struct copy *copy = self;
	if (!next_copy(store, copy, err))
		return false;
	CLEANUP(query_end) struct query query = query_of(&store->db, sql_copy);
	query_put_number(&query, copy->number);
	query_put_number(&query, copy->copy);
	query_put_number(&query, copy->now_ms);
	query_put_text(&query, copy->officer);
	return query_run(&query, err) &&
		   store_audit_add(store, "receipt-copied", copy->officer, copy->receipt, "", copy->now_ms, err);
}

bool
store_receipt_copy(
	struct store *store, const char *receipt, const char *officer, int64_t now_ms, int *copy, struct error *err)
{
	struct copy next = { .receipt = receipt, .officer = officer, .now_ms = now_ms };
	if (!store_receipt_number(store, receipt, &next.number))
		return error_set(err, ERROR_GONE, "store: no receipt of this counter has this number");
	if (!store_transaction(store, work, &next, err))
		return false;
	*copy = next.copy;
	return true;
}

static bool
work_printed(struct store *store, void *self, struct error *err)
{
	const struct copy *copy = self;
	CLEANUP(query_end) struct query query = query_of(&store->db, sql_printed);
	query_put_number(&query, copy->number);
	query_put_number(&query, copy->now_ms);
	query_put_text(&query, copy->officer);
	return query_run(&query, err) &&
		   store_audit_add(store, "receipt-printed", copy->officer, copy->receipt, "", copy->now_ms, err);
}

bool
store_receipt_printed(struct store *store, const char *receipt, const char *officer, int64_t now_ms, struct error *err)
{
	struct copy copy = { .receipt = receipt, .officer = officer, .now_ms = now_ms };
	if (!store_receipt_number(store, receipt, &copy.number))
		return error_set(err, ERROR_GONE, "store: no receipt of this counter has this number");
	return store_transaction(store, work_printed, &copy, err);
}

bool
store_receipt_owed(struct store *store, char out[static STORE_RECEIPT], struct error *err)
{
	CLEANUP(query_end) struct query query = query_of(&store->db, sql_owed);
	if (!query_one(&query, "receipts", err))
		return false;
	const int64_t number = query_take_number(&query);
	out[0] = '\0';
	if (number > 0)
		store_receipt_text(store, number, out);
	return true;
}
