#include <string.h>

#include "kiosk/base/der.h"
#include "sync/seal/internal.h"

#define TAG_KARI DER_INSIDE(1) /* RFC 5652, 6.2: kari [1] */

/* RFC 5084, 3.2: GCMParameters with a nonce of 12 bytes and a tag of 16. */
static bool
check_cipher(struct der cipher, struct envelope *out)
{
	static const uint8_t aes256_gcm[] = { 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x01, 0x2E };
	static const uint8_t tag_bytes[] = { 16 };
	der_expect(&cipher, DER_OID, aes256_gcm, sizeof(aes256_gcm));
	struct der parameters = der_enter(&cipher, DER_SEQUENCE);
	out->nonce = der_take(&parameters, DER_OCTETS);
	der_expect(&parameters, DER_INTEGER, tag_bytes, sizeof(tag_bytes));
	return der_done(&parameters) && der_done(&cipher) && out->nonce.len == ENVELOPE_NONCE;
}

static bool
check_content(struct der content, struct envelope *out)
{
	static const uint8_t data[] = { 0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x07, 0x01 };
	der_expect(&content, DER_OID, data, sizeof(data));
	struct der cipher = der_enter(&content, DER_SEQUENCE);
	out->sealed = der_take(&content, DER_CONTEXT(0));
	return der_done(&content) && check_cipher(cipher, out);
}

/* RFC 5753, 7.1.2: the sender's key of this one message, an uncompressed point. */
static bool
check_originator(struct der originator, struct envelope *out)
{
	static const uint8_t ec_public_key[] = { 0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x02, 0x01 };
	struct der key = der_enter(&originator, DER_INSIDE(1));
	struct der algorithm = der_enter(&key, DER_SEQUENCE);
	struct span point = der_take(&key, DER_BITS);
	der_expect(&algorithm, DER_OID, ec_public_key, sizeof(ec_public_key));
	if (!der_done(&originator) || !der_done(&key) || !der_done(&algorithm) || point.len != 1 + ENVELOPE_POINT ||
		point.at[0] != 0 || point.at[1] != 0x04)
		return false;
	out->point = (struct span){ point.at + 1, ENVELOPE_POINT };
	return true;
}

/* RFC 5753, 7.1.4: dhSinglePass-stdDH-sha256kdf-scheme with id-aes256-wrap. */
static bool
check_agreement(struct der algorithm)
{
	static const uint8_t sha256_kdf[] = { 0x2B, 0x81, 0x04, 0x01, 0x0B, 0x01 };
	static const uint8_t aes256_wrap[] = { 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x01, 0x2D };
	der_expect(&algorithm, DER_OID, sha256_kdf, sizeof(sha256_kdf));
	struct der wrap = der_enter(&algorithm, DER_SEQUENCE);
	der_expect(&wrap, DER_OID, aes256_wrap, sizeof(aes256_wrap));
	return der_done(&algorithm) && der_done(&wrap);
}

static bool
check_recipient(struct der keys, const X509 *recipient, struct envelope *out)
{
	struct der key = der_enter(&keys, DER_SEQUENCE);
	const struct span identifier = der_take(&key, DER_SEQUENCE);
	out->wrapped = der_take(&key, DER_OCTETS);
	return der_done(&keys) && der_done(&key) && out->wrapped.len == ENVELOPE_WRAPPED &&
		   seal_identifies(identifier, recipient);
}

/* RFC 5652, 6.2.2: version 3, originator, no user keying material, algorithm, one encrypted key. */
static bool
check_recipients(struct der recipients, const X509 *recipient, struct envelope *out)
{
	static const uint8_t version[] = { 3 };
	struct der kari = der_enter(&recipients, TAG_KARI);
	der_expect(&kari, DER_INTEGER, version, sizeof(version));
	struct der originator = der_enter(&kari, DER_INSIDE(0));
	struct der algorithm = der_enter(&kari, DER_SEQUENCE);
	struct der keys = der_enter(&kari, DER_SEQUENCE);
	return der_done(&kari) && der_done(&recipients) && check_originator(originator, out) &&
		   check_agreement(algorithm) && check_recipient(keys, recipient, out);
}

bool
envelope_read(struct span der, const X509 *recipient, struct envelope *out, struct error *err)
{
	struct envelope found = { 0 };
	static const uint8_t enveloped[] = { 0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x09, 0x10, 0x01, 0x17 };
	static const uint8_t version[] = { 0 };
	struct der whole = der_over(der);
	struct der info = der_enter(&whole, DER_SEQUENCE);
	der_expect(&info, DER_OID, enveloped, sizeof(enveloped));
	struct der explicit = der_enter(&info, DER_INSIDE(0));
	struct der body = der_enter(&explicit, DER_SEQUENCE);
	der_expect(&body, DER_INTEGER, version, sizeof(version));
	struct der recipients = der_enter(&body, DER_SET);
	struct der content = der_enter(&body, DER_SEQUENCE);
	found.tag = der_take(&body, DER_OCTETS);
	if (!der_done(&whole) || !der_done(&info) || !der_done(&explicit) || !der_done(&body))
		return error_set(err, ERROR_INVALID, "not AuthEnvelopedData in DER");
	if (!check_recipients(recipients, recipient, &found))
		return error_set(err, ERROR_INVALID, "not for us alone by key agreement");
	if (!check_content(content, &found) || found.tag.len != ENVELOPE_TAG)
		return error_set(err, ERROR_INVALID, "not AES-256-GCM with a tag of 16 bytes");
	*out = found;
	return true;
}
