#include <openssl/crypto.h>
#include <stdlib.h>
#include <string.h>

#include "kiosk/base/der.h"
#include "kiosk/base/digest.h"
#include "sync/seal/internal.h"

#define SIGNATURE_MOST 80u /* bytes of an ECDSA signature with P-256 */
#define TIME_BYTES     13u /* "YYMMDDHHMMSSZ" */
#define DER_UTC_TIME   0x17u

/* RFC 5652, 5754: content of object identifiers. */
static const uint8_t oid_signed_data[] = { 0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x07, 0x02 };
static const uint8_t oid_data[] = { 0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x07, 0x01 };
static const uint8_t oid_content_type[] = { 0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x09, 0x03 };
static const uint8_t oid_message_digest[] = { 0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x09, 0x04 };
static const uint8_t oid_sha256[] = { 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01 };
static const uint8_t oid_ecdsa_sha256[] = { 0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x04, 0x03, 0x02 };
static const uint8_t version_one[] = { 1 };

/* AlgorithmIdentifier of this object identifier, with no parameters or NULL. */
static void
expect_algorithm(struct der *in, const uint8_t *oid, size_t len)
{
	struct der algorithm = der_enter(in, DER_SEQUENCE);
	der_expect(&algorithm, DER_OID, oid, len);
	if (der_next_is(&algorithm, DER_NULL))
		der_expect(&algorithm, DER_NULL, "", 0);
	in->ok = in->ok && der_done(&algorithm);
}

/* The one value of an attribute. */
static struct der
enter_value(struct der *attribute)
{
	struct der values = der_enter(attribute, DER_SET);
	attribute->ok = der_done(attribute);
	return values;
}

static bool
is_oid(struct span oid, const uint8_t *expected, size_t len)
{
	return oid.len == len && memcmp(oid.at, expected, len) == 0;
}

/* RFC 5652, 11.1 and 11.2: content type and message digest stand there exactly once, with one value each. */
static bool
read_attributes(struct der attributes, struct span *digest)
{
	unsigned types = 0, digests = 0;
	while (attributes.ok && attributes.rest.len > 0) {
		struct der attribute = der_enter(&attributes, DER_SEQUENCE);
		const struct span oid = der_take(&attribute, DER_OID);
		struct der value = enter_value(&attribute);
		if (!attribute.ok)
			return false;
		if (is_oid(oid, oid_content_type, sizeof(oid_content_type))) {
			der_expect(&value, DER_OID, oid_data, sizeof(oid_data));
			types++;
		} else if (is_oid(oid, oid_message_digest, sizeof(oid_message_digest))) {
			*digest = der_take(&value, DER_OCTETS);
			digests++;
		} else {
			continue;
		}
		if (!der_done(&value))
			return false;
	}
	return attributes.ok && types == 1 && digests == 1 && digest->len == 32;
}

/* RFC 5652, 5.3: version 1 (the signer by issuer and serial number), with signed attributes and no others. */
static bool
read_signer(struct der signers, struct signed_data *out)
{
	struct der info = der_enter(&signers, DER_SEQUENCE);
	der_expect(&info, DER_INTEGER, version_one, sizeof(version_one));
	out->signer = der_take(&info, DER_SEQUENCE);
	expect_algorithm(&info, oid_sha256, sizeof(oid_sha256));
	out->attributes = der_take(&info, DER_INSIDE(0));
	expect_algorithm(&info, oid_ecdsa_sha256, sizeof(oid_ecdsa_sha256));
	out->signature = der_take(&info, DER_OCTETS);
	return der_done(&info) && der_done(&signers) && read_attributes(der_over(out->attributes), &out->digest);
}

static bool
read_content(struct der content, struct signed_data *out)
{
	der_expect(&content, DER_OID, oid_data, sizeof(oid_data));
	struct der inside = der_enter(&content, DER_INSIDE(0));
	out->content = der_take(&inside, DER_OCTETS);
	return der_done(&content) && der_done(&inside);
}

bool
signed_read(struct span der, struct signed_data *out, struct error *err)
{
	struct signed_data found = { 0 };
	struct der whole = der_over(der);
	struct der info = der_enter(&whole, DER_SEQUENCE);
	der_expect(&info, DER_OID, oid_signed_data, sizeof(oid_signed_data));
	struct der explicit = der_enter(&info, DER_INSIDE(0));
	struct der body = der_enter(&explicit, DER_SEQUENCE);
	der_expect(&body, DER_INTEGER, version_one, sizeof(version_one));
	struct der digests = der_enter(&body, DER_SET);
	expect_algorithm(&digests, oid_sha256, sizeof(oid_sha256));
	struct der content = der_enter(&body, DER_SEQUENCE);
	struct der certificates = der_enter(&body, DER_INSIDE(0));
	struct der signers = der_enter(&body, DER_SET);
	if (der.len > SEAL_MOST || !der_done(&whole) || !der_done(&info) || !der_done(&explicit) || !der_done(&body) ||
		!der_done(&digests) || !read_content(content, &found))
		return error_set(err, ERROR_INVALID, "not SignedData in DER, with the content and a certificate inside");
	found.certificate = certificates.rest;
	(void)der_take(&certificates, DER_SEQUENCE);
	if (!der_done(&certificates))
		return error_set(err, ERROR_INVALID, "not exactly one certificate inside");
	if (!read_signer(signers, &found))
		return error_set(err, ERROR_INVALID, "not exactly one signer with ECDSA over SHA-256");
	*out = found;
	return true;
}

/* RFC 5652, 5.4: the attributes are signed as the SET that they are, not under the tag that they travel under. */
static bool
digest_set(EVP_MD_CTX *context, struct span attributes, bool sign)
{
	uint8_t header[5];
	size_t len = der_header(DER_SET, attributes.len, header);
	return sign ? EVP_DigestSignUpdate(context, header, len) == 1 &&
					  EVP_DigestSignUpdate(context, attributes.at, attributes.len) == 1
				: EVP_DigestVerifyUpdate(context, header, len) == 1 &&
					  EVP_DigestVerifyUpdate(context, attributes.at, attributes.len) == 1;
}

static void
digest_free(EVP_MD_CTX **context)
{
	EVP_MD_CTX_free(*context);
	*context = NULL;
}

bool
signed_verify(const struct signed_data *data, X509 *certificate, struct error *err)
{
	CLEANUP(digest_free) EVP_MD_CTX *context = EVP_MD_CTX_new();
	uint8_t digest[32];
	digest_sha256(data->content, digest);
	if (!seal_identifies(data->signer, certificate))
		return error_set(err, ERROR_UNTRUSTED, "the certificate inside is not the signer's");
	if (memcmp(digest, data->digest.at, sizeof(digest)) != 0)
		return error_set(err, ERROR_UNTRUSTED, "the content is not what was signed");
	if (context == NULL ||
		EVP_DigestVerifyInit(context, NULL, EVP_sha256(), NULL, X509_get0_pubkey(certificate)) != 1 ||
		!digest_set(context, data->attributes, false) ||
		EVP_DigestVerifyFinal(context, data->signature.at, data->signature.len) != 1)
		return seal_fault_set(err, ERROR_UNTRUSTED, "signature");
	return true;
}

/* Elements are written from their end, each in front of what it holds. */
struct writer {
	uint8_t *at; /* owned */
	size_t cap, begin;
};

static void
put(struct writer *out, const void *bytes, size_t len)
{
	if (len > out->begin)
		abort(); /* a buffer that was counted wrong is a mistake of ours */
	out->begin -= len;
	if (len > 0)
		memcpy(out->at + out->begin, bytes, len);
}

/* Put the header in front of all that was written since `end`. */
static void
wrap(struct writer *out, uint8_t tag, size_t end)
{
	uint8_t header[5];
	size_t len = der_header(tag, end - out->begin, header);
	put(out, header, len);
}

static void
put_element(struct writer *out, uint8_t tag, const void *content, size_t len)
{
	size_t end = out->begin;
	put(out, content, len);
	wrap(out, tag, end);
}

static void
put_algorithm(struct writer *out, const uint8_t *oid, size_t len)
{
	size_t end = out->begin;
	put_element(out, DER_OID, oid, len);
	wrap(out, DER_SEQUENCE, end);
}

static void
put_attribute(struct writer *out, const uint8_t *oid, size_t oid_len, uint8_t tag, const void *value, size_t len)
{
	size_t end = out->begin;
	put_element(out, tag, value, len);
	wrap(out, DER_SET, end);
	put_element(out, DER_OID, oid, oid_len);
	wrap(out, DER_SEQUENCE, end);
}

/* In the order of a SET OF in DER, which is that of their bytes: the shortest comes first. */
static bool
put_attributes(struct writer *out, struct span content, int64_t now_ms)
{
	static const uint8_t oid_signing_time[] = { 0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x09, 0x05 };
	uint8_t digest[32];
	ASN1_UTCTIME *time = ASN1_UTCTIME_set(NULL, (time_t)(now_ms / 1000));
	bool ok = time != NULL && ASN1_STRING_length(time) == (int)TIME_BYTES;
	digest_sha256(content, digest);
	put_attribute(out, oid_message_digest, sizeof(oid_message_digest), DER_OCTETS, digest, sizeof(digest));
	if (ok)
		put_attribute(
			out, oid_signing_time, sizeof(oid_signing_time), DER_UTC_TIME, ASN1_STRING_get0_data(time), TIME_BYTES);
	put_attribute(out, oid_content_type, sizeof(oid_content_type), DER_OID, oid_data, sizeof(oid_data));
	ASN1_STRING_free(time);
	return ok;
}

static bool
sign_attributes(struct span attributes, EVP_PKEY *key, uint8_t signature[static SIGNATURE_MOST], size_t *len)
{
	CLEANUP(digest_free) EVP_MD_CTX *context = EVP_MD_CTX_new();
	*len = SIGNATURE_MOST;
	return context != NULL && EVP_DigestSignInit(context, NULL, EVP_sha256(), NULL, key) == 1 &&
		   digest_set(context, attributes, true) && EVP_DigestSignFinal(context, signature, len) == 1;
}

static bool
put_signer(struct writer *out, struct span content, const struct seal_key *key, int64_t now_ms)
{
	uint8_t room[256], signature[SIGNATURE_MOST];
	struct writer attributes = { .at = room, .cap = sizeof(room), .begin = sizeof(room) };
	size_t end = out->begin, signature_len = 0;
	if (!put_attributes(&attributes, content, now_ms))
		return false;
	const struct span set = { room + attributes.begin, attributes.cap - attributes.begin };
	if (!sign_attributes(set, key->key, signature, &signature_len))
		return false;
	put_element(out, DER_OCTETS, signature, signature_len);
	put_algorithm(out, oid_ecdsa_sha256, sizeof(oid_ecdsa_sha256));
	put_element(out, DER_INSIDE(0), set.at, set.len);
	put_algorithm(out, oid_sha256, sizeof(oid_sha256));
	put_element(out, DER_SEQUENCE, key->identifier.at, key->identifier.len);
	put_element(out, DER_INTEGER, version_one, sizeof(version_one));
	wrap(out, DER_SEQUENCE, end);
	wrap(out, DER_SET, end);
	return true;
}

static void
put_content(struct writer *out, struct span content)
{
	size_t end = out->begin;
	put_element(out, DER_OCTETS, content.at, content.len);
	wrap(out, DER_INSIDE(0), end);
	put_element(out, DER_OID, oid_data, sizeof(oid_data));
	wrap(out, DER_SEQUENCE, end);
}

bool
signed_write(struct span content, const struct seal_key *key, int64_t now_ms, struct file_bytes *der, struct error *err)
{
	const size_t cap = content.len + key->der.len + key->identifier.len + 1024;
	struct writer out = { .at = malloc(cap), .cap = cap, .begin = cap };
	if (out.at == NULL)
		return error_set(err, ERROR_FULL, "no memory for %zu bytes", cap);
	if (!put_signer(&out, content, key, now_ms)) {
		free(out.at);
		return seal_fault_set(err, ERROR_SYSTEM, "signature");
	}
	put_element(&out, DER_INSIDE(0), key->der.at, key->der.len);
	put_content(&out, content);
	size_t digests = out.begin;
	put_algorithm(&out, oid_sha256, sizeof(oid_sha256));
	wrap(&out, DER_SET, digests);
	put_element(&out, DER_INTEGER, version_one, sizeof(version_one));
	wrap(&out, DER_SEQUENCE, cap);
	wrap(&out, DER_INSIDE(0), cap);
	put_element(&out, DER_OID, oid_signed_data, sizeof(oid_signed_data));
	wrap(&out, DER_SEQUENCE, cap);
	memmove(out.at, out.at + out.begin, cap - out.begin);
	*der = (struct file_bytes){ .at = out.at, .len = cap - out.begin };
	der->at[der->len] = 0; /* within cap: the slack is never all used */
	return true;
}
