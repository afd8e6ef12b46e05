#include "kiosk/store/vault.h"

#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/kdf.h>
#include <openssl/params.h>
#include <openssl/rand.h>
#include <stdlib.h>
#include <string.h>

#define NONCE       12u
#define TAG         16u
#define KEY         32u
#define PLACE_MOST  256u
#define SEALED_MOST (8u * 1024u * 1024u)

struct vault {
	EVP_CIPHER_CTX *seal[2], *unseal[2]; /* by enum vault_use, each with its key set */
	EVP_MAC_CTX *mac;                    /* with its key set */
};

static bool
fault(struct error *err, const char *doing)
{
	return error_set_from(err, ERROR_SYSTEM, DOMAIN_OPENSSL, 0, "sealing: %s failed", doing);
}

static bool
derive(const struct secret *key, struct span salt, const char *info, struct secret *out, struct error *err)
{
	if (!secret_new(KEY, out, err))
		return false;
	char digest[] = "SHA256", label[48] = "";
	memcpy(label, info, strlen(info));
	/* OSSL_PARAM takes pointers to non-const; nothing is written through them. */
	union {
		const uint8_t *in;
		void *out;
	} key_at = { .in = key->at }, salt_at = { .in = salt.at };
	const OSSL_PARAM params[] = {
		OSSL_PARAM_construct_utf8_string(OSSL_KDF_PARAM_DIGEST, digest, 0),
		OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_KEY, key_at.out, key->len),
		OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_SALT, salt_at.out, salt.len),
		OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_INFO, label, strlen(label)),
		OSSL_PARAM_construct_end(),
	};
	EVP_KDF *kdf = EVP_KDF_fetch(NULL, "HKDF", NULL);
	EVP_KDF_CTX *context = EVP_KDF_CTX_new(kdf);
	bool ok = context != NULL && EVP_KDF_derive(context, out->at, out->len, params) == 1;
	EVP_KDF_CTX_free(context);
	EVP_KDF_free(kdf);
	return ok || fault(err, "HKDF");
}

static bool
open_cipher(struct vault *vault, enum vault_use use, const struct secret *key, struct error *err)
{
	vault->seal[use] = EVP_CIPHER_CTX_new();
	vault->unseal[use] = EVP_CIPHER_CTX_new();
	bool ok = vault->seal[use] != NULL && vault->unseal[use] != NULL &&
			  EVP_EncryptInit_ex(vault->seal[use], EVP_aes_256_gcm(), NULL, key->at, NULL) == 1 &&
			  EVP_DecryptInit_ex(vault->unseal[use], EVP_aes_256_gcm(), NULL, key->at, NULL) == 1;
	return ok || fault(err, "AES-256-GCM");
}

static bool
open_mac(struct vault *vault, const struct secret *key, struct error *err)
{
	char digest[] = "SHA256";
	const OSSL_PARAM params[] = {
		OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest, 0),
		OSSL_PARAM_construct_end(),
	};
	EVP_MAC *mac = EVP_MAC_fetch(NULL, "HMAC", NULL);
	vault->mac = EVP_MAC_CTX_new(mac);
	EVP_MAC_free(mac);
	return (vault->mac != NULL && EVP_MAC_init(vault->mac, key->at, key->len, params) == 1) || fault(err, "HMAC");
}

bool
vault_open(const struct secret *key, struct span salt, struct vault **out, struct error *err)
{
	struct vault *vault = calloc(1, sizeof(*vault));
	if (vault == NULL)
		abort();
	CLEANUP(secret_free) struct secret field = { 0 };
	CLEANUP(secret_free) struct secret private_key = { 0 };
	CLEANUP(secret_free) struct secret hash = { 0 };
	bool ok = derive(key, salt, "counter store 1 field", &field, err) &&
			  derive(key, salt, "counter store 1 private key", &private_key, err) &&
			  derive(key, salt, "counter store 1 keyed hash", &hash, err) &&
			  open_cipher(vault, VAULT_FIELD, &field, err) &&
			  open_cipher(vault, VAULT_PRIVATE_KEY, &private_key, err) && open_mac(vault, &hash, err);
	if (!ok) {
		vault_close(vault);
		return false;
	}
	*out = vault;
	return true;
}

void
vault_close(struct vault *vault)
{
	if (vault == NULL)
		return;
	for (size_t i = 0; i < 2; i++) { /* each free cleanses its key schedule */
		EVP_CIPHER_CTX_free(vault->seal[i]);
		EVP_CIPHER_CTX_free(vault->unseal[i]);
	}
	EVP_MAC_CTX_free(vault->mac);
	free(vault);
}

/* "table|row|column" with the lengths in front, so that no two places read alike. */
static struct span
place_bytes(struct vault_place place, uint8_t out[static PLACE_MOST])
{
	const char *const parts[] = { place.table, place.row, place.column };
	size_t at = 0;
	for (size_t i = 0; i < 3; i++) {
		const size_t len = strlen(parts[i]);
		if (len > 80) /* none of ours is; foreign ones are bounded before */
			abort();
		out[at++] = (uint8_t)len;
		memcpy(out + at, parts[i], len);
		at += len;
	}
	return (struct span){ out, at };
}

bool
vault_seal(struct vault *vault, enum vault_use use, struct vault_place place, struct span plain, uint8_t *out,
	struct error *err)
{
	EVP_CIPHER_CTX *context = vault->seal[use];
	uint8_t bytes[PLACE_MOST];
	const struct span aad = place_bytes(place, bytes);
	int n = 0, end = 0;
	if (plain.len > SEALED_MOST)
		return error_set(err, ERROR_FULL, "sealing: too long");
	uint8_t *const body = out + NONCE;
	bool ok = RAND_bytes(out, NONCE) == 1 && EVP_EncryptInit_ex(context, NULL, NULL, NULL, out) == 1 &&
			  EVP_EncryptUpdate(context, NULL, &n, aad.at, (int)aad.len) == 1;
	n = 0;
	if (ok && plain.len > 0)
		ok = EVP_EncryptUpdate(context, body, &n, plain.at, (int)plain.len) == 1;
	ok = ok && EVP_EncryptFinal_ex(context, body + n, &end) == 1 && (size_t)n == plain.len &&
		 EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_GET_TAG, (int)TAG, body + n) == 1;
	return ok || fault(err, "AES-256-GCM");
}

bool
vault_unseal(struct vault *vault, enum vault_use use, struct vault_place place, struct span sealed, uint8_t *out,
	size_t cap, size_t *len, struct error *err)
{
	EVP_CIPHER_CTX *context = vault->unseal[use];
	uint8_t bytes[PLACE_MOST], tag[TAG];
	const struct span aad = place_bytes(place, bytes);
	int n = 0, end = 0;
	if (sealed.len < VAULT_OVERHEAD)
		return error_set(err, ERROR_UNTRUSTED, "unsealing %s.%s: too short", place.table, place.column);
	const size_t plain = sealed.len - VAULT_OVERHEAD;
	if (plain > cap || sealed.len > SEALED_MOST)
		return error_set(err, ERROR_FULL, "unsealing %s.%s: too long", place.table, place.column);
	memcpy(tag, sealed.at + NONCE + plain, TAG);
	bool ok = EVP_DecryptInit_ex(context, NULL, NULL, NULL, sealed.at) == 1 &&
			  EVP_DecryptUpdate(context, NULL, &n, aad.at, (int)aad.len) == 1;
	n = 0;
	if (ok && plain > 0)
		ok = EVP_DecryptUpdate(context, out, &n, sealed.at + NONCE, (int)plain) == 1;
	uint8_t none[TAG];
	ok = ok && EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_SET_TAG, (int)TAG, tag) == 1 &&
		 EVP_DecryptFinal_ex(context, none, &end) == 1 && (size_t)n == plain;
	if (!ok) {
		secret_wipe(out, plain);
		return error_set(err, ERROR_UNTRUSTED, "unsealing %s.%s: it was changed, moved or sealed with another key",
			place.table, place.column);
	}
	*len = plain;
	return true;
}

bool
vault_hash(
	struct vault *vault, const char *domain, struct span value, uint8_t out[static VAULT_HASH], struct error *err)
{
	size_t len = 0;
	/* The NUL ends the domain, so that domain and value cannot run into each other. */
	bool ok = EVP_MAC_init(vault->mac, NULL, 0, NULL) == 1 &&
			  EVP_MAC_update(vault->mac, (const uint8_t *)domain, strlen(domain) + 1) == 1 &&
			  EVP_MAC_update(vault->mac, value.at, value.len) == 1 &&
			  EVP_MAC_final(vault->mac, out, &len, VAULT_HASH) == 1 && len == VAULT_HASH;
	return ok || fault(err, "HMAC");
}
