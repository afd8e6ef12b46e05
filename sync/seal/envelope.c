#include <string.h>

#include "sync/seal/internal.h"

#define TAG_INTEGER  0x02u
#define TAG_BITS     0x03u
#define TAG_OCTETS   0x04u
#define TAG_OID      0x06u
#define TAG_SEQUENCE 0x30u
#define TAG_SET      0x31u
#define TAG_0_CONS   0xA0u
#define TAG_0        0x80u
#define TAG_1_CONS   0xA1u
#define TAG_KARI     0xA1u /* RFC 5652, 6.2: kari [1] */

/* The rest of an element that is being walked. The first thing that is not as expected makes it and all later ones
 * fail. */
struct walk {
	struct span rest;
	bool ok;
};

static struct span
failed(struct walk *at)
{
	at->ok = false;
	at->rest = (struct span){ 0 };
	return (struct span){ 0 };
}

/* The content of the next element, which must have this tag and a definite length in its shortest form. */
static struct span
take(struct walk *at, uint8_t tag)
{
	size_t header = 2, len = 0;
	if (!at->ok || at->rest.len < 2 || at->rest.at[0] != tag)
		return failed(at);
	len = at->rest.at[1];
	if (len >= 0x80) {
		size_t count = len & 0x7F;
		if (count == 0 || count > 3 || at->rest.len < 2 + count)
			return failed(at);
		len = 0;
		for (size_t i = 0; i < count; i++)
			len = len << 8 | at->rest.at[2 + i];
		header += count;
		if (len < 0x80 || (count > 1 && len >> (8 * (count - 1)) == 0))
			return failed(at);
	}
	if (at->rest.len - header < len)
		return failed(at);
	struct span content = { at->rest.at + header, len };
	at->rest = (struct span){ content.at + len, at->rest.len - header - len };
	return content;
}

static struct walk
enter(struct walk *at, uint8_t tag)
{
	struct span content = take(at, tag);
	return (struct walk){ content, at->ok };
}

static bool
done(const struct walk *at)
{
	return at->ok && at->rest.len == 0;
}

static void
take_exactly(struct walk *at, uint8_t tag, const void *content, size_t len)
{
	struct span got = take(at, tag);
	if (at->ok && (got.len != len || memcmp(got.at, content, len) != 0))
		(void)failed(at);
}

/* RFC 5084, 3.2: GCMParameters with a nonce of 12 bytes and a tag of 16. */
static bool
check_cipher(struct walk cipher)
{
	static const uint8_t aes256_gcm[] = { 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x01, 0x2E };
	static const uint8_t tag_bytes[] = { 16 };
	take_exactly(&cipher, TAG_OID, aes256_gcm, sizeof(aes256_gcm));
	struct walk parameters = enter(&cipher, TAG_SEQUENCE);
	struct span nonce = take(&parameters, TAG_OCTETS);
	take_exactly(&parameters, TAG_INTEGER, tag_bytes, sizeof(tag_bytes));
	return done(&parameters) && done(&cipher) && nonce.len == 12;
}

static bool
check_content(struct walk content)
{
	static const uint8_t data[] = { 0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x07, 0x01 };
	take_exactly(&content, TAG_OID, data, sizeof(data));
	struct walk cipher = enter(&content, TAG_SEQUENCE);
	(void)take(&content, TAG_0);
	return done(&content) && check_cipher(cipher);
}

/* RFC 5753, 7.1.2: the sender's key of this one message, an uncompressed point. */
static bool
check_originator(struct walk originator)
{
	static const uint8_t ec_public_key[] = { 0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x02, 0x01 };
	struct walk key = enter(&originator, TAG_1_CONS);
	struct walk algorithm = enter(&key, TAG_SEQUENCE);
	struct span point = take(&key, TAG_BITS);
	take_exactly(&algorithm, TAG_OID, ec_public_key, sizeof(ec_public_key));
	return done(&originator) && done(&key) && done(&algorithm) && point.len == 66 && point.at[0] == 0 &&
		   point.at[1] == 0x04;
}

/* RFC 5753, 7.1.4: dhSinglePass-stdDH-sha256kdf-scheme with id-aes256-wrap. */
static bool
check_agreement(struct walk algorithm)
{
	static const uint8_t sha256_kdf[] = { 0x2B, 0x81, 0x04, 0x01, 0x0B, 0x01 };
	static const uint8_t aes256_wrap[] = { 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x01, 0x2D };
	take_exactly(&algorithm, TAG_OID, sha256_kdf, sizeof(sha256_kdf));
	struct walk wrap = enter(&algorithm, TAG_SEQUENCE);
	take_exactly(&wrap, TAG_OID, aes256_wrap, sizeof(aes256_wrap));
	return done(&algorithm) && done(&wrap);
}

/* RFC 5652, 6.2.2: issuer and serial number, byte for byte as in the certificate; OpenSSL would compare names without
 * regard to case. */
static bool
check_recipient(struct walk keys, const X509 *recipient)
{
	struct walk key = enter(&keys, TAG_SEQUENCE);
	struct walk identifier = enter(&key, TAG_SEQUENCE);
	struct span wrapped = take(&key, TAG_OCTETS);
	const unsigned char *issuer = NULL;
	size_t issuer_len = 0;
	unsigned char *serial = NULL;
	int serial_len = i2d_ASN1_INTEGER(X509_get0_serialNumber(recipient), &serial);
	bool same = X509_NAME_get0_der(X509_get_issuer_name(recipient), &issuer, &issuer_len) == 1 && serial_len > 0 &&
				identifier.rest.len == issuer_len + (size_t)serial_len &&
				memcmp(identifier.rest.at, issuer, issuer_len) == 0 &&
				memcmp(identifier.rest.at + issuer_len, serial, (size_t)serial_len) == 0;
	OPENSSL_free(serial);
	return same && done(&keys) && done(&key) && wrapped.len == 40; /* RFC 3394: 32 bytes and 8 of check */
}

/* RFC 5652, 6.2.2: version 3, originator, no user keying material, algorithm, one encrypted key. */
static bool
check_recipients(struct walk recipients, const X509 *recipient)
{
	static const uint8_t version[] = { 3 };
	struct walk kari = enter(&recipients, TAG_KARI);
	take_exactly(&kari, TAG_INTEGER, version, sizeof(version));
	struct walk originator = enter(&kari, TAG_0_CONS);
	struct walk algorithm = enter(&kari, TAG_SEQUENCE);
	struct walk keys = enter(&kari, TAG_SEQUENCE);
	return done(&kari) && done(&recipients) && check_originator(originator) && check_agreement(algorithm) &&
		   check_recipient(keys, recipient);
}

bool
envelope_check(struct span der, const X509 *recipient, struct error *err)
{
	static const uint8_t enveloped[] = { 0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x09, 0x10, 0x01, 0x17 };
	static const uint8_t version[] = { 0 };
	struct walk whole = { der, true };
	struct walk info = enter(&whole, TAG_SEQUENCE);
	take_exactly(&info, TAG_OID, enveloped, sizeof(enveloped));
	struct walk explicit = enter(&info, TAG_0_CONS);
	struct walk body = enter(&explicit, TAG_SEQUENCE);
	take_exactly(&body, TAG_INTEGER, version, sizeof(version));
	struct walk recipients = enter(&body, TAG_SET);
	struct walk content = enter(&body, TAG_SEQUENCE);
	struct span tag = take(&body, TAG_OCTETS);
	if (!done(&whole) || !done(&info) || !done(&explicit) || !done(&body))
		return error_set(err, ERROR_INVALID, "not AuthEnvelopedData in DER");
	if (!check_recipients(recipients, recipient))
		return error_set(err, ERROR_INVALID, "not for us alone by key agreement");
	if (!check_content(content) || tag.len != 16)
		return error_set(err, ERROR_INVALID, "not AES-256-GCM with a tag of 16 bytes");
	return true;
}
