#include "kiosk/store/internal.h"

static const char sql_last[] = "SELECT ifnull((SELECT at_ms FROM audit ORDER BY number DESC LIMIT 1), 0)";

bool
store_audit_add(struct store *store, const char *event, const char *officer, const char *subject, const char *detail,
	int64_t now_ms, struct error *err)
{
	const struct audit_chain_event row = { event, officer, subject, detail, now_ms };
	return audit_chain_add(&store->db, &row, err);
}

static bool
add(struct store *store, void *self, struct error *err)
{
	return audit_chain_add(&store->db, self, err);
}

bool
store_audit(struct store *store, const char *event, const char *officer, const char *subject, const char *detail,
	int64_t now_ms, struct error *err)
{
	struct audit_chain_event row = { event, officer, subject, detail, now_ms };
	return store_transaction(store, add, &row, err);
}

bool
store_audit_last(struct store *store, int64_t *at_ms, struct error *err)
{
	CLEANUP(query_end) struct query query = query_of(&store->db, sql_last);
	if (!query_one(&query, "last audit row", err))
		return false;
	int64_t last_ms = query_take_number(&query);
	if (!query_fits(&query, err))
		return false;
	*at_ms = last_ms;
	return true;
}
