#pragma once
/*
 * The sealing of fields at rest. From the store's key and its salt three keys are derived (HKDF-SHA-256): one for
 * fields, one for private keys, one for the keyed hash by which a field is found again. A sealed field is
 * nonce (12 random bytes) | AES-256-GCM ciphertext | tag (16), and holds only in its table, row and column: moved
 * elsewhere it does not open.
 */
#include "kiosk/base/attr.h"
#include "kiosk/base/error.h"
#include "kiosk/base/secret.h"
#include "kiosk/base/span.h"

#define VAULT_OVERHEAD 28u
#define VAULT_HASH     32u

struct vault;

enum vault_use { VAULT_FIELD, VAULT_PRIVATE_KEY };
struct vault_place {
	const char *table, *row, *column;
};

NODISCARD bool vault_open(const struct secret *key, struct span salt, struct vault **out, struct error *err);
void vault_close(struct vault *vault); /* accepts NULL */
/* Seal into out[plain.len + VAULT_OVERHEAD]. */
NODISCARD bool vault_seal(struct vault *vault, enum vault_use use, struct vault_place place, struct span plain,
	uint8_t *out, struct error *err);
/* Open into out[cap]: ERROR_UNTRUSTED (and out wiped) if a bit or the place differs, ERROR_FULL if it does not fit. */
NODISCARD bool vault_unseal(struct vault *vault, enum vault_use use, struct vault_place place, struct span sealed,
	uint8_t *out, size_t cap, size_t *len, struct error *err);
/* HMAC-SHA-256 over the domain (a constant: what kind of thing it is) and the value. */
NODISCARD bool vault_hash(
	struct vault *vault, const char *domain, struct span value, uint8_t out[static VAULT_HASH], struct error *err);
