#pragma once
/*
 * PIV commands over a link (SP 800-73-4 part 2; algorithms by SP 800-78-4), and the four that open tools know besides,
 * because SP 800-73 leaves them to the maker: set management key, serial number, version, metadata. Short APDUs and
 * command chaining. It decides nothing; copies of secrets are wiped.
 *
 * Every function fails with the errors of the link, with ERROR_INVALID for an answer that breaks its format, and with
 * ERROR_REFUSED and DOMAIN_SW for a status word that is none of those its result can tell.
 */
#include "kiosk/base/span.h"
#include "peripherals/card/link.h"
#include "peripherals/token/piv_data.h"

#define PIV_SLOT_AUTHENTICATION 0x9Au
#define PIV_SLOT_MANAGEMENT     0x9Bu
#define PIV_TAG_CERTIFICATE     0x5FC105u /* of 9A */
#define PIV_OBJECT              3072u     /* bytes of an object's value at most */

enum piv_reference { PIV_PIN = 0x80, PIV_PUK = 0x81 };

/* How a PIN or PUK was received. */
struct piv_shown {
	bool well;
	bool blocked;
	uint8_t left; /* tries, when neither */
};

/* False in *there: the card has no such application. */
NODISCARD bool piv_select(struct link link, bool *there, struct error *err);
/* Append the value of an object, without its 53; *there is false, and nothing appended, when there is none or it is
 * empty. */
NODISCARD bool piv_get(struct link link, uint32_t tag, struct buffer *value, bool *there, struct error *err);
/* Put or, with an empty value, remove. The management key was shown. */
NODISCARD bool piv_put(struct link link, uint32_t tag, struct span value, struct error *err);

/* Tries left of the PIN; spends none. Takes back a PIN that was shown. */
NODISCARD bool piv_tries(struct link link, uint8_t *left, struct error *err);
/* Values shorter than TOKEN_PIN are padded with FF. */
NODISCARD bool piv_verify(struct link link, struct span pin, struct piv_shown *out, struct error *err);
NODISCARD bool piv_change(struct link link, enum piv_reference which, struct span old_value, struct span new_value,
	struct piv_shown *out, struct error *err);
/* RESET RETRY COUNTER: whoever shows the PUK sets the PIN, whatever it was. */
NODISCARD bool piv_reset_retry(
	struct link link, struct span puk, struct span pin, struct piv_shown *out, struct error *err);

/* Show the management key: mutually, where card and host prove it to each other, or, where the card declines a witness,
 * by its challenge. *well is false when the key or its algorithm is another one; there is no counter.
 * ERROR_UNTRUSTED when the card takes our answer and then gives a wrong one of its own. */
NODISCARD bool piv_authenticate(
	struct link link, enum piv_cipher cipher, struct span key, bool *well, struct error *err);
NODISCARD bool piv_set_management(struct link link, enum piv_cipher cipher, struct span key, struct error *err);

/* A new pair; the public half is shown this once. */
NODISCARD bool piv_generate(
	struct link link, uint8_t slot, enum token_algorithm algorithm, struct piv_public *out, struct error *err);
/* Whether a slot has a key, and of which kind, found out by a signature that is declined for want of a PIN. */
NODISCARD bool piv_has_key(struct link link, uint8_t slot, bool *there, struct error *err);
/* Sign a SHA-256. RSA: PKCS#1 v1.5; P-256: ECDSA, DER. The PIN was shown. */
NODISCARD bool piv_sign(struct link link, uint8_t slot, enum token_algorithm algorithm, const uint8_t sha256[static 32],
	struct buffer *signature, struct error *err);

/* *there is false where the card does not know the command. */
NODISCARD bool piv_serial(struct link link, uint32_t *serial, bool *there, struct error *err);
NODISCARD bool piv_version(struct link link, uint8_t version[static 3], bool *there, struct error *err);
NODISCARD bool piv_metadata(struct link link, uint8_t which, struct piv_metadata *out, bool *there, struct error *err);
