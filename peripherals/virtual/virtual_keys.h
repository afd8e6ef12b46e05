#pragma once
/* The arithmetic of the PIV stand-in, by OpenSSL: key pairs, their public half, signatures, management key ciphers. */
#include <openssl/evp.h>

#include "kiosk/base/buffer.h"
#include "kiosk/base/span.h"

enum { /* SP 800-78-4, table 6-2 */
	VIRTUAL_KEYS_3DES = 0x03,
	VIRTUAL_KEYS_RSA2048 = 0x07,
	VIRTUAL_KEYS_AES128 = 0x08,
	VIRTUAL_KEYS_AES192 = 0x0A,
	VIRTUAL_KEYS_AES256 = 0x0C,
	VIRTUAL_KEYS_P256 = 0x11
};

enum { VIRTUAL_KEYS_BLOCK = 16 };

/* A new pair, owned by the caller; from `folder` (rsa2048-N.pem, p256-N.pem) if it is not NULL and has number `n`.
 * NULL: the algorithm is not for pairs, or the file holds another kind of key. */
EVP_PKEY *virtual_keys_pair(uint8_t algorithm, const char *folder, unsigned n);
/* 7F49 with the public key (SP 800-73-4 part 2, table 12). */
bool virtual_keys_public(EVP_PKEY *pair, struct buffer *out);
/* RSA: the padded block as it is; P-256: a hash of up to 32 bytes, answered as DER. False: the input does not fit. */
bool virtual_keys_sign(EVP_PKEY *pair, struct span input, struct buffer *out);
/* Bytes of a management key and of its blocks; 0: not an algorithm for one. */
size_t virtual_keys_length(uint8_t algorithm);
size_t virtual_keys_block(uint8_t algorithm);
/* One block, ECB. */
bool virtual_keys_cipher(uint8_t algorithm, const uint8_t *key, bool encrypt, const uint8_t *in, uint8_t *out);
