#pragma once
/* A receipt as the centre would sign it, made with OpenSSL alone. */
#include <stddef.h>
#include <stdint.h>

#include "tests/support/authority.h"

/* SignedData over {"type":"receipt",...,"id":`id`,"sha256":`sha256_hex`,...}, into der[cap]; its length. Aborts. */
size_t fake_receipt_make(
	const struct authority_pair *signer, const char *id, const char *sha256_hex, uint8_t *der, size_t cap);
/* SignedData over any text. */
size_t fake_receipt_sign(const struct authority_pair *signer, const char *text, uint8_t *der, size_t cap);
