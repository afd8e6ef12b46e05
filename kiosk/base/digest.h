#pragma once
/* SHA-256 of some bytes (FIPS 180-4). libcrypto's takes a seventh of libsodium's time, where the processor helps. */
#include "kiosk/base/span.h"

#define DIGEST_SHA256 32u

void digest_sha256(struct span bytes, uint8_t out[static DIGEST_SHA256]);
