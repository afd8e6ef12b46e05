#include "kiosk/store/internal.h"

bool
store_audit_add(struct store *store, const char *event, const char *officer, const char *subject, const char *detail,
	int64_t now_ms, struct error *err)
{
	const struct audit_chain_event row = { event, officer, subject, detail, now_ms, AUDIT_CLOCK_GOES };
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
	struct audit_chain_event row = { event, officer, subject, detail, now_ms, AUDIT_CLOCK_GOES };
	return store_transaction(store, add, &row, err);
}
