#pragma once
/* What a PIV card answers, taken apart, and what it is asked, put together. Bytes in, values out; no I/O. */
#include "kiosk/base/attr.h"
#include "kiosk/base/buffer.h"
#include "kiosk/base/span.h"
#include "peripherals/token/token.h"

/* Ciphers of a management key (SP 800-78-4, table 6-2). */
enum piv_cipher { PIV_3DES = 0x03, PIV_AES128 = 0x08, PIV_AES192 = 0x0A, PIV_AES256 = 0x0C };

struct piv_public {
	enum token_algorithm algorithm;
	struct span modulus, exponent; /* RSA; borrowed */
	struct span point;             /* P-256: 04 X Y; borrowed */
};

struct piv_metadata { /* what is not said is 0 */
	uint8_t algorithm;
	bool says_default, is_default; /* still the factory's value */
	bool says_tries;
	uint8_t tries, left;
};

/* 7F49 of an answer to GENERATE ASYMMETRIC KEY PAIR (part 2, table 12). ERROR_INVALID. */
NODISCARD bool piv_data_public(
	struct span answer, enum token_algorithm algorithm, struct piv_public *out, struct error *err);
/* The value of a certificate object (part 1, table 10): the certificate, borrowed. ERROR_INVALID, also for one that is
 * compressed or longer than TOKEN_CERTIFICATE. */
NODISCARD bool piv_data_certificate(struct span value, struct span *certificate, struct error *err);
/* Append such a value. */
void piv_data_put_certificate(struct buffer *out, struct span certificate);
/* An answer to GET METADATA. ERROR_INVALID. */
NODISCARD bool piv_data_metadata(struct span answer, struct piv_metadata *out, struct error *err);
/* The one member with this tag of a 7C. ERROR_INVALID. */
NODISCARD bool piv_data_member(struct span answer, uint32_t tag, struct span *value, struct error *err);
/* Bytes of a key and of a block. */
size_t piv_data_key_len(enum piv_cipher cipher);
size_t piv_data_block_len(enum piv_cipher cipher);
