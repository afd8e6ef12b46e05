#include "kiosk/store/material.h"

struct pending {
	const struct secret *signing_key, *opening_key;
	struct span signing_csr, opening_csr;
};

static bool
put(struct store *store, void *self, struct error *err)
{
	const struct pending *pending = self;
	return material_put_key(store, "pending-signing-key", pending->signing_key, err) &&
		   material_put_key(store, "pending-opening-key", pending->opening_key, err) &&
		   material_put(store, "pending-signing-csr", pending->signing_csr, err) &&
		   material_put(store, "pending-opening-csr", pending->opening_csr, err);
}

bool
store_pending_keys(struct store *store, const struct secret *signing_key, const struct secret *opening_key,
	struct span signing_csr, struct span opening_csr, struct error *err)
{
	struct pending pending = { signing_key, opening_key, signing_csr, opening_csr };
	if (store->identity.provisioned)
		return error_set(err, ERROR_REFUSED, "store: this counter is provisioned");
	return store_transaction(store, put, &pending, err);
}

static bool
get(struct store *store, struct secret *signing_key, struct secret *opening_key, struct file_bytes *signing_csr,
	struct file_bytes *opening_csr, struct error *err)
{
	struct secret signing = { 0 }, opening = { 0 };
	struct file_bytes first = { 0 }, second = { 0 };
	if (!material_get_key(store, "pending-signing-key", &signing, err) ||
		!material_get_key(store, "pending-opening-key", &opening, err) ||
		!material_get(store, "pending-signing-csr", &first, err) ||
		!material_get(store, "pending-opening-csr", &second, err)) {
		secret_free(&signing);
		secret_free(&opening);
		file_free(&first);
		return false;
	}
	*signing_key = signing;
	*opening_key = opening;
	*signing_csr = first;
	*opening_csr = second;
	return true;
}

bool
store_pending_keys_get(struct store *store, bool *found, struct secret *signing_key, struct secret *opening_key,
	struct file_bytes *signing_csr, struct file_bytes *opening_csr, struct error *err)
{
	/* The four were written in one transaction: if one is missing, all are. */
	const bool got = get(store, signing_key, opening_key, signing_csr, opening_csr, err);
	if (!got && err->kind != ERROR_GONE)
		return false;
	*found = got;
	return true;
}
