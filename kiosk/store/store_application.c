#include "kiosk/base/text.h"
#include "kiosk/store/application_row.h"
#include "kiosk/store/internal.h"

#define FOUND                                                                                                          \
	"SELECT a.id, a.receipt, a.case_number, p.id, a.officer, a.at_ms, a.day,"                                          \
	" EXISTS (SELECT 1 FROM receipt_print o WHERE o.receipt = a.receipt),"                                             \
	" (SELECT count(*) FROM receipt_copy c WHERE c.receipt = a.receipt),"                                              \
	" ifnull((SELECT d.at_ms FROM delivery d WHERE d.sequence = a.packet), 0)"                                         \
	" FROM application a JOIN packet p ON p.sequence = a.packet WHERE "

static const char sql_by_case[] = FOUND "a.id = ?";
static const char sql_by_packet[] =
	FOUND "a.id = (SELECT r.application FROM packet k JOIN receipt r ON r.number = k.receipt WHERE k.sequence ="
		  " ifnull((SELECT sequence FROM delivery WHERE id = ?1), (SELECT sequence FROM outbox WHERE id = ?1)))";
static const char sql_by_receipt[] = FOUND "a.id = (SELECT application FROM receipt WHERE number = ?)";

struct opening {
	const char *key, *officer;
	int64_t now_ms, id;
	struct application *application;
	struct store_receipt receipt;
};

static bool
take(struct store *store, struct query *query, struct opening *opening, bool *found, struct error *err)
{
	struct store_receipt *receipt = &opening->receipt;
	if (!query_row(query, found, err) || !*found)
		return !*found && query->code == 0 && !query->unfit;
	opening->id = query_take_number(query);
	store_receipt_text(store, query_take_number(query), receipt->text);
	query_take_text(query, receipt->case_number, sizeof(receipt->case_number));
	query_take_text(query, receipt->packet_id, sizeof(receipt->packet_id));
	query_take_text(query, receipt->officer, sizeof(receipt->officer));
	receipt->at_ms = query_take_number(query);
	receipt->day = query_take_date(query);
	receipt->printed = query_take_bool(query);
	receipt->copies = (int)query_take_number(query);
	receipt->accepted_ms = query_take_number(query);
	receipt->accepted = receipt->accepted_ms != 0;
	return query_fits(query, err);
}

static bool
find_number(
	struct store *store, const char *sql, int64_t number, struct opening *opening, bool *found, struct error *err)
{
	CLEANUP(query_end) struct query query = query_of(&store->db, sql);
	query_put_number(&query, number);
	return take(store, &query, opening, found, err);
}

/* A case, receipt or packet number; each has a shape of its own. */
static bool
find(struct store *store, struct opening *opening, bool *found, struct error *err)
{
	int64_t number = 0;
	if (store_case_is(store, opening->key, &number))
		return find_number(store, sql_by_case, number, opening, found, err);
	if (store_receipt_number(store, opening->key, &number))
		return find_number(store, sql_by_receipt, number, opening, found, err);
	CLEANUP(query_end) struct query query = query_of(&store->db, sql_by_packet);
	query_put_text(&query, opening->key);
	return take(store, &query, opening, found, err);
}

static bool
work(struct store *store, void *self, struct error *err)
{
	struct opening *opening = self;
	bool found = false;
	if (!find(store, opening, &found, err))
		return false;
	if (!found)
		return error_set(err, ERROR_GONE, "store: there is no case of this number");
	return application_row_get(&store->db, store->vault, opening->id, opening->application, err) &&
		   store_audit_add(
			   store, "case-opened", opening->officer, opening->receipt.case_number, "", opening->now_ms, err);
}

bool
store_application(struct store *store, const char *key, const char *officer, int64_t now_ms,
	struct application *application, struct store_receipt *receipt, struct error *err)
{
	struct application got;
	struct opening opening = { .key = key, .officer = officer, .now_ms = now_ms, .application = &got };
	if (!store_transaction(store, work, &opening, err))
		return false;
	*application = got;
	*receipt = opening.receipt;
	application_forget(&got);
	return true;
}
