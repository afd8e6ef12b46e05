#include "kiosk/store/internal.h"

static const char sql_next[] =
	"SELECT (SELECT ifnull(max(number), 0) + 1 FROM receipt), (SELECT ifnull(max(sequence), 0) + 1 FROM packet),"
	" audit_count, audit_head FROM meta WHERE id = 1";

bool
store_next(struct store *store, struct store_next *out, struct error *err)
{
	struct store_next next = { 0 };
	if (!store->identity.provisioned)
		return error_set(err, ERROR_REFUSED, "store: this counter is not provisioned");
	CLEANUP(query_end) struct query query = query_of(&store->db, sql_next);
	if (!query_one(&query, "number", err))
		return false;
	next.receipt = query_take_number(&query);
	next.sequence = query_take_number(&query);
	next.audit_count = query_take_number(&query);
	query_take_exactly(&query, next.audit_head, sizeof(next.audit_head));
	if (!query_fits(&query, err))
		return false;
	store_receipt_text(store, next.receipt, next.receipt_text);
	*out = next;
	return true;
}
