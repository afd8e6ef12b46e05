#include "kiosk/store/material.h"

#include <stdlib.h>
#include <string.h>

static const char sql_put[] = "INSERT OR REPLACE INTO material (name, bytes) VALUES (?, ?)";
static const char sql_get[] = "SELECT bytes FROM material WHERE name = ?";
static const char sql_drop[] = "DELETE FROM material WHERE name = ?";

bool
material_put(struct store *store, const char *name, struct span bytes, struct error *err)
{
	CLEANUP(query_end) struct query query = query_of(&store->db, sql_put);
	query_put_text(&query, name);
	query_put_bytes(&query, bytes);
	return query_run(&query, err);
}

bool
material_get(struct store *store, const char *name, struct file_bytes *out, struct error *err)
{
	CLEANUP(query_end) struct query query = query_of(&store->db, sql_get);
	query_put_text(&query, name);
	if (!query_one(&query, name, err))
		return false;
	const struct span bytes = query_take_bytes(&query);
	struct file_bytes copy = { malloc(bytes.len + 1), bytes.len };
	if (copy.at == NULL)
		return error_set(err, ERROR_FULL, "store: no memory for %s", name);
	if (bytes.len > 0)
		memcpy(copy.at, bytes.at, bytes.len);
	copy.at[copy.len] = 0;
	*out = copy;
	return true;
}

static struct vault_place
place_of(const char *name)
{
	return (struct vault_place){ "material", name, "bytes" };
}

bool
material_put_key(struct store *store, const char *name, const struct secret *key, struct error *err)
{
	CLEANUP(file_free) struct file_bytes sealed = { 0 };
	return store_seal(store, VAULT_PRIVATE_KEY, place_of(name), secret_span(key), &sealed, err) &&
		   material_put(store, name, (struct span){ sealed.at, sealed.len }, err);
}

bool
material_get_key(struct store *store, const char *name, struct secret *out, struct error *err)
{
	CLEANUP(file_free) struct file_bytes sealed = { 0 };
	struct secret key = { 0 };
	size_t len = 0;
	if (!material_get(store, name, &sealed, err))
		return false;
	if (sealed.len <= VAULT_OVERHEAD)
		return error_set(err, ERROR_INVALID, "store: %s is too short", name);
	if (!secret_new(sealed.len - VAULT_OVERHEAD, &key, err))
		return false;
	if (!vault_unseal(store->vault, VAULT_PRIVATE_KEY, place_of(name), (struct span){ sealed.at, sealed.len }, key.at,
			key.len, &len, err)) {
		secret_free(&key);
		return false;
	}
	*out = key;
	return true;
}

bool
material_drop(struct store *store, const char *name, struct error *err)
{
	CLEANUP(query_end) struct query query = query_of(&store->db, sql_drop);
	query_put_text(&query, name);
	return query_run(&query, err);
}
