#pragma once
/* Public keys, signatures and certificate requests of a token, by libcrypto. */
#include "kiosk/base/attr.h"
#include "kiosk/base/buffer.h"
#include "kiosk/base/span.h"
#include "peripherals/token/piv_data.h"

/* Append the SubjectPublicKeyInfo of what a card says about its key. ERROR_INVALID: not a key of its kind (a point that
 * is not on the curve, an even modulus, another length or exponent). */
NODISCARD bool request_key(const struct piv_public *from, struct buffer *out, struct error *err);
/* Whether the signature over SHA-256 of message is the key's. */
bool request_verify(struct span key, struct span message, struct span signature);

/* Sign a SHA-256 elsewhere: on the token. */
typedef bool (*request_sign_fn)(
	void *self, const uint8_t sha256[static 32], struct buffer *signature, struct error *err);

/* Append a PKCS#10 with subject CN=line and nothing else, signed by `sign`. ERROR_UNTRUSTED when the signature is not
 * the key's; the errors of sign. */
NODISCARD bool request_make(const char *line, struct span key, enum token_algorithm algorithm, request_sign_fn sign,
	void *self, struct buffer *out, struct error *err);
