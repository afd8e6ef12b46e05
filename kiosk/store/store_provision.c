#include "kiosk/store/material.h"
#include "kiosk/store/officer_row.h"

static const char sql_identity[] =
	"INSERT INTO identity (id, training, branch, counter, name_en, name_zh_hk, name_zh_cn, centre, offset_min,"
	" catalogue_version) VALUES (1, ?, ?, ?, ?, ?, ?, ?, ?, ?)";

struct provision {
	const struct store_identity *identity;
	const struct store_certificates *certificates;
	const struct secret *signing_key, *opening_key;
	const struct officer *supervisor;
	char hash[PASSWORD_HASH];
	int64_t now_ms;
};

static bool
put_identity(struct store *store, const struct store_identity *identity, struct error *err)
{
	CLEANUP(query_end) struct query query = query_of(&store->db, sql_identity);
	query_put_number(&query, identity->training ? 1 : 0);
	query_put_text(&query, identity->branch);
	query_put_text(&query, identity->counter);
	for (size_t i = 0; i < LANGUAGES; i++)
		query_put_text(&query, identity->branch_name[i]);
	query_put_text(&query, identity->centre);
	query_put_number(&query, identity->offset_min);
	query_put_text(&query, identity->catalogue_version);
	return query_run(&query, err);
}

static struct span
bytes_of(const struct file_bytes *bytes)
{
	return (struct span){ bytes->at, bytes->len };
}

static bool
put_material(struct store *store, const struct provision *provision, struct error *err)
{
	const struct store_certificates *certificates = provision->certificates;
	return material_put(store, "certificate-ca", bytes_of(&certificates->ca), err) &&
		   material_put(store, "certificate-signing", bytes_of(&certificates->signing), err) &&
		   material_put(store, "certificate-opening", bytes_of(&certificates->opening), err) &&
		   material_put(store, "certificate-packet", bytes_of(&certificates->packet), err) &&
		   material_put(store, "certificate-receipt", bytes_of(&certificates->receipt), err) &&
		   material_put_key(store, "signing-key", provision->signing_key, err) &&
		   material_put_key(store, "opening-key", provision->opening_key, err) &&
		   material_drop(store, "pending-signing-key", err) && material_drop(store, "pending-opening-key", err) &&
		   material_drop(store, "pending-signing-csr", err) && material_drop(store, "pending-opening-csr", err);
}

static bool
work(struct store *store, void *self, struct error *err)
{
	const struct provision *provision = self;
	return put_identity(store, provision->identity, err) && put_material(store, provision, err) &&
		   officer_row_add(store, provision->supervisor, provision->hash, "", err) &&
		   store_audit_add(store, "provisioned", "", provision->identity->counter,
			   provision->identity->training ? "training" : "production", provision->now_ms, err) &&
		   store_audit_add(
			   store, "officer-added", "", provision->supervisor->number, "first supervisor", provision->now_ms, err);
}

bool /* NOLINTNEXTLINE(readability-function-size): each parameter is another thing that the centre's answer brings */
store_provision(struct store *store, const struct store_identity *identity,
	const struct store_certificates *certificates, const struct secret *signing_key, const struct secret *opening_key,
	const struct officer *supervisor, struct span password, int64_t now_ms, struct error *err)
{
	struct provision provision = { .identity = identity,
		.certificates = certificates,
		.signing_key = signing_key,
		.opening_key = opening_key,
		.supervisor = supervisor,
		.now_ms = now_ms };
	if (store->identity.provisioned)
		return error_set(err, ERROR_REFUSED, "store: this counter is provisioned");
	if (identity->branch[0] == '\0' || identity->counter[0] == '\0' || supervisor->role != OFFICER_SUPERVISOR)
		return error_set(err, ERROR_INVALID, "store: a provisioning without branch, counter or supervisor");
	return officer_row_fit(supervisor->number, supervisor->name, password, err) &&
		   password_hash(password, provision.hash, err) && store_transaction(store, work, &provision, err) &&
		   store_identity_load(store, err);
}
