#include <inttypes.h>
#include <string.h>

#include "kiosk/base/text.h"
#include "kiosk/store/application_row.h"
#include "kiosk/store/internal.h"
#include "kiosk/store/ledger.h"

#define NUMBERS_MOST 99999 /* cases a day */

static const char sql_next[] = "UPDATE business_day SET cases = cases + 1 WHERE day = ? RETURNING cases";
/* The receipts of a day begin where the day did: the table only grows. */
static const char sql_cases[] =
	"SELECT a.id, a.case_number, a.receipt, a.product, a.at_ms, a.surname, a.given,"
	" EXISTS (SELECT 1 FROM delivery d WHERE d.sequence = a.packet),"
	" EXISTS (SELECT 1 FROM outbox_state o WHERE o.sequence = a.packet AND o.state = 3)"
	" FROM receipt r JOIN application a ON a.id = r.application"
	" WHERE r.number >= (SELECT first_receipt FROM business_day WHERE day = ?1) AND r.day = ?1"
	" ORDER BY r.number DESC";
static const char sql_cases_of[] =
	"SELECT count(*) FROM receipt r JOIN application a ON a.id = r.application"
	" WHERE r.number >= (SELECT first_receipt FROM business_day WHERE day = ?1) AND r.day = ?1 AND a.hkid_hash = ?2";

struct next {
	struct date day;
	int64_t number;
};

void
store_case_text(const struct store *store, int64_t id, char out[static APPLICATION_CASE])
{
	(void)text_format(out, APPLICATION_CASE, "%s%s-%06" PRId64 "-%03" PRId64, store->identity.branch,
		store->identity.counter, id / (NUMBERS_MOST + 1), id % (NUMBERS_MOST + 1));
}

/* Up to `most` digits; false if there are none. */
static bool
take_digits(const char **at, int most, int64_t *value)
{
	const char *begin = *at;
	for (*value = 0; **at >= '0' && **at <= '9' && *at - begin < most; (*at)++)
		*value = *value * 10 + (**at - '0');
	return *at > begin;
}

bool
store_case_is(const struct store *store, const char *text, int64_t *id)
{
	char again[APPLICATION_CASE];
	const char *at = strchr(text, '-');
	int64_t date = 0, number = 0;
	if (!store->identity.provisioned || at++ == NULL || !take_digits(&at, 6, &date) || *at++ != '-' ||
		!take_digits(&at, 5, &number))
		return false;
	/* Written again it must be the same: prefix, leading zeros, nothing behind. */
	store_case_text(store, date * (NUMBERS_MOST + 1) + number, again);
	if (strcmp(again, text) != 0 || number == 0)
		return false;
	*id = date * (NUMBERS_MOST + 1) + number;
	return true;
}

bool
store_case_id(const struct store *store, const char *text, int64_t *id, struct error *err)
{
	return store_case_is(store, text, id) ||
		   error_set(err, ERROR_INVALID, "store: this is no case number of this counter");
}

static bool
work(struct store *store, void *self, struct error *err)
{
	struct next *next = self;
	if (!ledger_day(&store->db, next->day, err))
		return false;
	CLEANUP(query_end) struct query query = query_of(&store->db, sql_next);
	query_put_date(&query, next->day);
	if (!query_one(&query, "business day", err))
		return false;
	next->number = query_take_number(&query);
	return next->number <= NUMBERS_MOST || error_set(err, ERROR_FULL, "store: over %d cases on one day", NUMBERS_MOST);
}

bool
store_case_next(struct store *store, struct date day, char out[static APPLICATION_CASE], struct error *err)
{
	struct next next = { .day = day };
	if (!store->identity.provisioned)
		return error_set(err, ERROR_REFUSED, "store: this counter is not provisioned");
	if (!date_valid(day))
		return error_set(err, ERROR_INVALID, "store: a case without a day");
	if (!store_transaction(store, work, &next, err))
		return false;
	const int64_t date = (day.year % 100) * 10000 + day.month * 100 + day.day;
	store_case_text(store, date * (NUMBERS_MOST + 1) + next.number, out);
	return true;
}

static bool
take_case(struct store *store, struct query *query, struct store_case_row *out, struct error *err)
{
	struct store_case_row row = { 0 };
	const int64_t id = query_take_number(query);
	query_take_text(query, row.case_number, sizeof(row.case_number));
	store_receipt_text(store, query_take_number(query), row.receipt);
	query_take_text(query, row.product, sizeof(row.product));
	row.at_ms = query_take_number(query);
	const struct span surname = query_take_bytes(query), given = query_take_bytes(query);
	row.accepted = query_take_bool(query);
	row.parked = query_take_bool(query);
	if (!query_fits(query, err) ||
		!application_row_name(store->vault, id, surname, given, row.name, sizeof(row.name), err))
		return false;
	*out = row;
	return true;
}

bool
store_cases(
	struct store *store, struct date day, struct store_case_row *rows, size_t cap, size_t *count, struct error *err)
{
	size_t n = 0;
	bool more = true;
	CLEANUP(query_end) struct query query = query_of(&store->db, sql_cases);
	query_put_date(&query, day);
	while (n < cap) {
		if (!query_row(&query, &more, err))
			return false;
		if (!more)
			break;
		if (!take_case(store, &query, &rows[n], err))
			return false;
		n++;
	}
	*count = n;
	return true;
}

bool
store_cases_of(struct store *store, const struct hkid *hkid, struct date day, size_t *count, struct error *err)
{
	uint8_t hash[VAULT_HASH];
	if (!application_row_hkid(store->vault, hkid, hash, err))
		return false;
	CLEANUP(query_end) struct query query = query_of(&store->db, sql_cases_of);
	query_put_date(&query, day);
	query_put_bytes(&query, (struct span){ hash, sizeof(hash) });
	if (!query_one(&query, "count", err))
		return false;
	*count = (size_t)query_take_number(&query);
	return true;
}
