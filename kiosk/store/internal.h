#pragma once
/* What the parts of the store share: the open file, the sealing, who this counter is. Private to this folder. */
#include "kiosk/store/audit_chain.h"
#include "kiosk/store/query.h"
#include "kiosk/store/store.h"
#include "kiosk/store/vault.h"

#define STORE_PATH 512u

struct store {
	struct database db;
	struct vault *vault;            /* owned */
	int lock;                       /* owned; held for as long as the store is open */
	struct store_identity identity; /* as in the file; read once, changed by store_provision() only */
	struct date day;                /* the last business day whose row is known to be there */
	char folder[STORE_PATH];
};

/* Begin, let `work` do its part, commit if it says true. */
typedef bool (*store_work_fn)(struct store *store, void *self, struct error *err);
NODISCARD bool store_transaction(struct store *store, store_work_fn work, void *self, struct error *err);
/* Add an audit row inside the transaction that is open. */
NODISCARD bool store_audit_add(struct store *store, const char *event, const char *officer, const char *subject,
	const char *detail, int64_t now_ms, struct error *err);
/* Read the identity row into store->identity; all zero while there is none. */
NODISCARD bool store_identity_load(struct store *store, struct error *err);
/* "WR04-000318" of number 318; false into *number if `text` is no receipt number of this counter. */
void store_receipt_text(const struct store *store, int64_t number, char out[static STORE_RECEIPT]);
bool store_receipt_number(const struct store *store, const char *text, int64_t *number);
/* "WR04-261125-047" is case 26112500047: its rows are found by that number. ERROR_INVALID if `text` is no case number
 * of this counter; *is false in store_case_is(). */
bool store_case_is(const struct store *store, const char *text, int64_t *id);
NODISCARD bool store_case_id(const struct store *store, const char *text, int64_t *id, struct error *err);
void store_case_text(const struct store *store, int64_t id, char out[static APPLICATION_CASE]);
/* Remove drafts whose case is committed. */
NODISCARD bool store_draft_wipe(struct store *store, struct error *err);
/* Seal `plain` into malloc'ed bytes, and the reverse; for what has no fixed size. */
NODISCARD bool store_seal(struct store *store, enum vault_use use, struct vault_place place, struct span plain,
	struct file_bytes *out, struct error *err);
NODISCARD bool store_unseal(struct store *store, enum vault_use use, struct vault_place place, struct span sealed,
	struct file_bytes *out, struct error *err);
