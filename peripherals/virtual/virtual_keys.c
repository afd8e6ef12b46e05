#include "peripherals/virtual/virtual_keys.h"

#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <stdio.h>
#include <string.h>

#include "peripherals/virtual/virtual_tlv.h"

static bool
is_of(const EVP_PKEY *pair, uint8_t algorithm)
{
	if (algorithm == VIRTUAL_KEYS_RSA2048)
		return EVP_PKEY_is_a(pair, "RSA") && EVP_PKEY_get_bits(pair) == 2048;
	return EVP_PKEY_is_a(pair, "EC") && EVP_PKEY_get_bits(pair) == 256;
}

static EVP_PKEY *
from_folder(uint8_t algorithm, const char *folder, unsigned n)
{
	char path[4096];
	const char *name = algorithm == VIRTUAL_KEYS_RSA2048 ? "rsa2048" : "p256";
	snprintf(path, sizeof(path), "%s/%s-%u.pem", folder, name, n);
	FILE *file = fopen(path, "re");
	if (!file)
		return NULL;
	EVP_PKEY *pair = PEM_read_PrivateKey(file, NULL, NULL, NULL);
	fclose(file);
	if (pair && is_of(pair, algorithm))
		return pair;
	EVP_PKEY_free(pair);
	return NULL;
}

EVP_PKEY *
virtual_keys_pair(uint8_t algorithm, const char *folder, unsigned n)
{
	if (algorithm != VIRTUAL_KEYS_RSA2048 && algorithm != VIRTUAL_KEYS_P256)
		return NULL;
	EVP_PKEY *pair = folder ? from_folder(algorithm, folder, n) : NULL;
	if (pair)
		return pair;
	return algorithm == VIRTUAL_KEYS_RSA2048 ? EVP_RSA_gen(2048) : EVP_EC_gen("P-256");
}

static bool
rsa_public(EVP_PKEY *pair, struct buffer *out)
{
	uint8_t modulus[256], exponent[4];
	BIGNUM *n = NULL, *e = NULL;
	bool done = EVP_PKEY_get_bn_param(pair, OSSL_PKEY_PARAM_RSA_N, &n) &&
				EVP_PKEY_get_bn_param(pair, OSSL_PKEY_PARAM_RSA_E, &e) && BN_num_bytes(e) <= 4 &&
				BN_bn2binpad(n, modulus, sizeof(modulus)) == (int)sizeof(modulus);
	if (done) {
		const size_t len = (size_t)BN_bn2bin(e, exponent);
		virtual_tlv_head(out, 0x7F49, 4 + sizeof(modulus) + 2 + len);
		virtual_tlv_put(out, 0x81, (struct span){ modulus, sizeof(modulus) });
		virtual_tlv_put(out, 0x82, (struct span){ exponent, len });
	}
	BN_free(n);
	BN_free(e);
	return done;
}

bool
virtual_keys_public(EVP_PKEY *pair, struct buffer *out)
{
	uint8_t point[65];
	size_t len = 0;
	if (EVP_PKEY_is_a(pair, "RSA"))
		return rsa_public(pair, out);
	if (!EVP_PKEY_get_octet_string_param(pair, OSSL_PKEY_PARAM_PUB_KEY, point, sizeof(point), &len))
		return false;
	virtual_tlv_head(out, 0x7F49, 2 + len);
	virtual_tlv_put(out, 0x86, (struct span){ point, len });
	return true;
}

bool
virtual_keys_sign(EVP_PKEY *pair, struct span input, struct buffer *out)
{
	uint8_t signature[256];
	size_t len = sizeof(signature);
	const bool rsa = EVP_PKEY_is_a(pair, "RSA");
	if (rsa ? input.len != sizeof(signature) : input.len == 0 || input.len > 32)
		return false;
	EVP_PKEY_CTX *context = EVP_PKEY_CTX_new(pair, NULL);
	const bool done =
		context &&
		(rsa ? EVP_PKEY_decrypt_init(context) > 0 && EVP_PKEY_CTX_set_rsa_padding(context, RSA_NO_PADDING) > 0 &&
					EVP_PKEY_decrypt(context, signature, &len, input.at, input.len) > 0
			 : EVP_PKEY_sign_init(context) > 0 && EVP_PKEY_sign(context, signature, &len, input.at, input.len) > 0);
	EVP_PKEY_CTX_free(context);
	if (done)
		buffer_put(out, (struct span){ signature, len });
	return done;
}

size_t
virtual_keys_length(uint8_t algorithm)
{
	switch (algorithm) {
	case VIRTUAL_KEYS_3DES:
	case VIRTUAL_KEYS_AES192:
		return 24;
	case VIRTUAL_KEYS_AES128:
		return 16;
	case VIRTUAL_KEYS_AES256:
		return 32;
	default:
		return 0;
	}
}

size_t
virtual_keys_block(uint8_t algorithm)
{
	return algorithm == VIRTUAL_KEYS_3DES ? 8 : virtual_keys_length(algorithm) ? 16 : 0;
}

static const EVP_CIPHER *
cipher_of(uint8_t algorithm)
{
	switch (algorithm) {
	case VIRTUAL_KEYS_3DES:
		return EVP_des_ede3_ecb();
	case VIRTUAL_KEYS_AES128:
		return EVP_aes_128_ecb();
	case VIRTUAL_KEYS_AES192:
		return EVP_aes_192_ecb();
	default:
		return EVP_aes_256_ecb();
	}
}

bool
virtual_keys_cipher(uint8_t algorithm, const uint8_t *key, bool encrypt, const uint8_t *in, uint8_t *out)
{
	int len = 0;
	EVP_CIPHER_CTX *context = EVP_CIPHER_CTX_new();
	const bool done = context && EVP_CipherInit_ex2(context, cipher_of(algorithm), key, NULL, encrypt ? 1 : 0, NULL) &&
					  EVP_CIPHER_CTX_set_padding(context, 0) &&
					  EVP_CipherUpdate(context, out, &len, in, (int)virtual_keys_block(algorithm));
	EVP_CIPHER_CTX_free(context);
	return done;
}
