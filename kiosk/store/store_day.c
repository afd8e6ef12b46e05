#include "kiosk/base/text.h"
#include "kiosk/store/internal.h"

#define OF_DAY                                                                                                         \
	" WHERE p.id >= (SELECT first_posting FROM business_day WHERE day = ?1) AND p.day = ?1"                            \
	" AND p.officer = ?2 AND p.kind = 'fee' AND e.value > 0"

static const char sql_cases[] =
	"SELECT count(*) FROM receipt WHERE number >= (SELECT first_receipt FROM business_day WHERE day = ?1)"
	" AND day = ?1 AND officer = ?2";
static const char sql_methods[] =
	"SELECT CASE WHEN e.key LIKE 'drawer:%' THEN 'cash' ELSE e.key END AS method, sum(e.value)"
	" FROM posting p, json_each(p.entries) e" OF_DAY " GROUP BY method ORDER BY method";

static bool
count_cases(struct store *store, struct date day, const char *officer, struct store_day *out, struct error *err)
{
	CLEANUP(query_end) struct query query = query_of(&store->db, sql_cases);
	query_put_date(&query, day);
	query_put_text(&query, officer);
	if (!query_one(&query, "count", err))
		return false;
	out->cases = query_take_number(&query);
	return true;
}

static bool
add_methods(struct store *store, struct date day, const char *officer, struct store_day *out, struct error *err)
{
	bool more = true;
	CLEANUP(query_end) struct query query = query_of(&store->db, sql_methods);
	query_put_date(&query, day);
	query_put_text(&query, officer);
	while (true) {
		if (!query_row(&query, &more, err))
			return false;
		if (!more)
			return true;
		if (out->method_count == sizeof(out->methods) / sizeof(out->methods[0]))
			return error_set(err, ERROR_FULL, "store: too many ways of paying on one day");
		const size_t n = out->method_count++;
		query_take_text(&query, out->methods[n].method, sizeof(out->methods[n].method));
		out->methods[n].amount.minor = query_take_number(&query);
		if (!money_add(out->taken, out->methods[n].amount, &out->taken, err))
			return false;
	}
}

bool
store_day(struct store *store, struct date day, const char *officer, struct store_day *out, struct error *err)
{
	struct store_day sum = { 0 };
	if (!count_cases(store, day, officer, &sum, err) || !add_methods(store, day, officer, &sum, err))
		return false;
	*out = sum;
	return true;
}
