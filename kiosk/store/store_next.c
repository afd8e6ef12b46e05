#include "kiosk/store/internal.h"

static const char sql_next[] =
	"SELECT (SELECT ifnull(max(number), 0) + 1 FROM receipt), (SELECT ifnull(max(sequence), 0) + 1 FROM packet),"
	" (SELECT ifnull(max(id), 0) + 1 FROM application)";

bool
store_next_inside(struct store *store, struct store_next *out, int64_t *application, struct error *err)
{
	struct store_next next = { 0 };
	if (!store->identity.provisioned)
		return error_set(err, ERROR_REFUSED, "store: this counter is not provisioned");
	CLEANUP(query_end) struct query query = query_of(&store->db, sql_next);
	if (!query_one(&query, "number", err))
		return false;
	next.receipt = query_take_number(&query);
	next.sequence = query_take_number(&query);
	*application = query_take_number(&query);
	store_receipt_text(store, next.receipt, next.receipt_text);
	if (!audit_chain_head(&store->db, &next.audit_count, next.audit_head, err))
		return false;
	*out = next;
	return true;
}

bool
store_next(struct store *store, struct store_next *out, struct error *err)
{
	int64_t application = 0;
	return store_next_inside(store, out, &application, err);
}
