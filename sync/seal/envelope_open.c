#include <openssl/crypto.h>
#include <openssl/ec.h>
#include <stdlib.h>
#include <string.h>

#include "sync/seal/internal.h"

#define KEY_BYTES 32u /* of AES-256, and of SHA-256 and a P-256 coordinate too */

static void
key_context_free(EVP_PKEY_CTX **context)
{
	EVP_PKEY_CTX_free(*context);
	*context = NULL;
}

static void
cipher_free(EVP_CIPHER_CTX **context)
{
	EVP_CIPHER_CTX_free(*context);
	*context = NULL;
}

/*
 * The shared secret. That the point lies on the curve is checked when it is read; P-256 has cofactor 1, so that no
 * other point of it could tell anything about our key, and the full check, which doubles the time, is left out.
 */
static bool
agree(struct span point, EVP_PKEY *ours, uint8_t secret[static KEY_BYTES])
{
	CLEANUP(seal_pkey_free) EVP_PKEY *theirs = EVP_PKEY_new();
	CLEANUP(key_context_free) EVP_PKEY_CTX *context = EVP_PKEY_CTX_new(ours, NULL);
	size_t len = KEY_BYTES;
	return theirs != NULL && context != NULL && EVP_PKEY_copy_parameters(theirs, ours) == 1 &&
		   EVP_PKEY_set1_encoded_public_key(theirs, point.at, point.len) == 1 && EVP_PKEY_derive_init(context) == 1 &&
		   EVP_PKEY_derive_set_peer_ex(context, theirs, 0) == 1 && EVP_PKEY_derive(context, secret, &len) == 1 &&
		   len == KEY_BYTES;
}

/* ANSI X9.63 with SHA-256, whose one block is the whole key; RFC 5753, 7.2: ECC-CMS-SharedInfo of id-aes256-wrap and
 * 256 bits. */
static bool
stretch(const uint8_t secret[static KEY_BYTES], uint8_t key[static KEY_BYTES])
{
	static const uint8_t counter_and_info[] = { 0, 0, 0, 1, 0x30, 0x15, 0x30, 0x0B, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01,
		0x65, 0x03, 0x04, 0x01, 0x2D, 0xA2, 0x06, 0x04, 0x04, 0, 0, 1, 0 };
	uint8_t input[KEY_BYTES + sizeof(counter_and_info)];
	unsigned len = 0;
	memcpy(input, secret, KEY_BYTES);
	memcpy(input + KEY_BYTES, counter_and_info, sizeof(counter_and_info));
	bool ok = EVP_Digest(input, sizeof(input), key, &len, EVP_sha256(), NULL) == 1 && len == KEY_BYTES;
	OPENSSL_cleanse(input, sizeof(input));
	return ok;
}

/* RFC 3394. */
static bool
unwrap(const uint8_t wrapping[static KEY_BYTES], struct span wrapped, uint8_t key[static KEY_BYTES])
{
	CLEANUP(cipher_free) EVP_CIPHER_CTX *context = EVP_CIPHER_CTX_new();
	uint8_t out[ENVELOPE_WRAPPED];
	int len = 0;
	if (context == NULL)
		return false;
	EVP_CIPHER_CTX_set_flags(context, EVP_CIPHER_CTX_FLAG_WRAP_ALLOW);
	bool ok = EVP_DecryptInit_ex(context, EVP_aes_256_wrap(), NULL, wrapping, NULL) == 1 &&
			  EVP_DecryptUpdate(context, out, &len, wrapped.at, (int)wrapped.len) == 1 && len == (int)KEY_BYTES;
	if (ok)
		memcpy(key, out, KEY_BYTES);
	OPENSSL_cleanse(out, sizeof(out));
	return ok;
}

static bool
decrypt(const struct envelope *envelope, const uint8_t key[static KEY_BYTES], struct file_bytes *out)
{
	CLEANUP(cipher_free) EVP_CIPHER_CTX *context = EVP_CIPHER_CTX_new();
	CLEANUP(file_free) struct file_bytes plain = { malloc(envelope->sealed.len + 1), envelope->sealed.len };
	uint8_t tag[ENVELOPE_TAG], end[1];
	int len = 0, end_len = 0;
	if (plain.at == NULL || context == NULL)
		abort();
	plain.at[plain.len] = 0;
	memcpy(tag, envelope->tag.at, sizeof(tag));
	if (EVP_DecryptInit_ex(context, EVP_aes_256_gcm(), NULL, key, envelope->nonce.at) != 1 ||
		(plain.len > 0 &&
			EVP_DecryptUpdate(context, plain.at, &len, envelope->sealed.at, (int)envelope->sealed.len) != 1) ||
		EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_SET_TAG, (int)sizeof(tag), tag) != 1 ||
		EVP_DecryptFinal_ex(context, end, &end_len) != 1 || (size_t)len != plain.len || end_len != 0)
		return false;
	*out = plain;
	plain = (struct file_bytes){ 0 };
	return true;
}

bool
envelope_open(const struct envelope *envelope, EVP_PKEY *recipient, struct file_bytes *content, struct error *err)
{
	uint8_t secret[KEY_BYTES], wrapping[KEY_BYTES], key[KEY_BYTES];
	bool ok = agree(envelope->point, recipient, secret) && stretch(secret, wrapping) &&
			  unwrap(wrapping, envelope->wrapped, key) && decrypt(envelope, key, content);
	OPENSSL_cleanse(secret, sizeof(secret));
	OPENSSL_cleanse(wrapping, sizeof(wrapping));
	OPENSSL_cleanse(key, sizeof(key));
	return ok || seal_fault_set(err, ERROR_UNTRUSTED, "not sealed for this key, or changed");
}
