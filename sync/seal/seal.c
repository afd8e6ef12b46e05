#include "sync/seal/seal.h"

#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/x509v3.h>
#include <stdlib.h>
#include <string.h>

#include "kiosk/base/clock.h"
#include "sync/seal/internal.h"

static bool
encode(CMS_ContentInfo *cms, struct file_bytes *out, struct error *err)
{
	CLEANUP(seal_bio_free) BIO *der = BIO_new(BIO_s_mem());
	if (der == NULL || i2d_CMS_bio(der, cms) != 1)
		return seal_fault_set(err, ERROR_SYSTEM, "encoding");
	return seal_bytes_take(der, out, err);
}

bool
seal_identifier(const X509 *certificate, struct file_bytes *out, struct error *err)
{
	const unsigned char *issuer = NULL;
	unsigned char *serial = NULL;
	size_t issuer_len = 0;
	int serial_len = i2d_ASN1_INTEGER(X509_get0_serialNumber(certificate), &serial);
	bool ok = X509_NAME_get0_der(X509_get_issuer_name(certificate), &issuer, &issuer_len) == 1 && issuer != NULL &&
			  serial != NULL && serial_len > 0;
	if (ok) {
		*out = (struct file_bytes){ malloc(issuer_len + (size_t)serial_len + 1), issuer_len + (size_t)serial_len };
		if (out->at == NULL)
			abort();
		memcpy(out->at, issuer, issuer_len);
		memcpy(out->at + issuer_len, serial, (size_t)serial_len);
		out->at[out->len] = 0;
	}
	OPENSSL_free(serial);
	return ok || seal_fault_set(err, ERROR_SYSTEM, "issuer and serial number");
}

bool
seal_identifies(struct span identifier, const X509 *certificate)
{
	CLEANUP(file_free) struct file_bytes expected = { 0 };
	struct error err;
	return seal_identifier(certificate, &expected, &err) && expected.at != NULL && identifier.len == expected.len &&
		   memcmp(identifier.at, expected.at, expected.len) == 0;
}

bool
seal_sign(struct span content, const struct seal_key *signer, struct file_bytes *der, struct error *err)
{
	ERR_clear_error();
	if (content.len > SEAL_MOST)
		return error_set(err, ERROR_FULL, "signing: %zu bytes, at most %d", content.len, SEAL_MOST);
	return signed_write(content, signer, clock_now_ms(), der, err) || error_in(err, "signing");
}

static bool
name_of(X509 *certificate, char *out, size_t cap, struct error *err)
{
	X509_NAME *subject = X509_get_subject_name(certificate);
	int at = X509_NAME_get_index_by_NID(subject, NID_commonName, -1);
	unsigned char *utf8 = NULL;
	int len = at < 0 ? -1 : ASN1_STRING_to_UTF8(&utf8, X509_NAME_ENTRY_get_data(X509_NAME_get_entry(subject, at)));
	bool fits = len > 0 && (size_t)len < cap && memchr(utf8, 0, (size_t)len) == NULL;
	if (fits) {
		memcpy(out, utf8, (size_t)len);
		out[len] = '\0';
	}
	OPENSSL_free(utf8);
	return fits || error_set(err, ERROR_INVALID, "signer's certificate: no usable name");
}

static bool
copy(struct span content, struct file_bytes *out)
{
	out->at = malloc(content.len + 1);
	if (out->at == NULL)
		abort();
	if (content.len > 0)
		memcpy(out->at, content.at, content.len);
	out->at[content.len] = 0;
	out->len = content.len;
	return true;
}

bool
seal_verify(struct span der, const struct seal_certificate *ca, const struct seal_certificate *signer, int64_t now_ms,
	struct file_bytes *content, char *signer_name, size_t signer_cap, struct error *err)
{
	CLEANUP(seal_x509_free) X509 *certificate = NULL;
	struct signed_data data = { 0 };
	ERR_clear_error();
	if (!signed_read(der, &data, err) || !trusted_signer(ca, data.certificate, now_ms, &certificate, err))
		return error_in(err, "verifying");
	if (signer != NULL && X509_cmp(certificate, signer->certificate) != 0)
		return error_set(err, ERROR_UNTRUSTED, "verifying: signed by another");
	if (!signed_verify(&data, certificate, err) ||
		(signer_name != NULL && !name_of(certificate, signer_name, signer_cap, err)))
		return error_in(err, "verifying");
	return copy(data.content, content);
}

/* SHA-256 for the key derivation: OpenSSL's own choice would be SHA-1. */
static bool
add_recipient(CMS_ContentInfo *cms, X509 *certificate)
{
	CMS_RecipientInfo *info = CMS_add1_recipient_cert(cms, certificate, CMS_KEY_PARAM);
	EVP_PKEY_CTX *context = info != NULL ? CMS_RecipientInfo_get0_pkey_ctx(info) : NULL;
	return context != NULL && EVP_PKEY_CTX_set_ecdh_kdf_md(context, EVP_sha256()) > 0;
}

bool
seal_close(struct span content, const struct seal_certificate *recipient, struct file_bytes *der, struct error *err)
{
	const unsigned flags = CMS_BINARY;
	CLEANUP(seal_bio_free) BIO *in = NULL;
	CLEANUP(seal_cms_free) CMS_ContentInfo *cms = NULL;
	ERR_clear_error();
	if (!seal_bytes_bio(content, &in, err))
		return error_in(err, "sealing");
	cms = CMS_encrypt(NULL, in, EVP_aes_256_gcm(), flags | CMS_PARTIAL);
	if (cms == NULL || !add_recipient(cms, recipient->certificate) || CMS_final(cms, in, NULL, flags) != 1)
		return seal_fault_set(err, ERROR_SYSTEM, "sealing");
	return encode(cms, der, err) || error_in(err, "sealing");
}

bool
seal_open(struct span der, const struct seal_key *recipient, struct file_bytes *content, struct error *err)
{
	struct envelope envelope = { 0 };
	ERR_clear_error();
	if (der.len <= SEAL_MOST && envelope_read(der, recipient->certificate, &envelope, err))
		return envelope_open(&envelope, recipient->key, content, err) || error_in(err, "opening");
	if (der.len > SEAL_MOST)
		(void)error_set(err, ERROR_FULL, "%zu bytes", der.len); /* lint: returned below, as untrusted */
	err->kind = ERROR_UNTRUSTED;
	return error_in(err, "opening");
}

bool
seal_packet(struct span json, const struct seal_key *signer, const struct seal_certificate *recipient,
	struct file_bytes *der, struct error *err)
{
	CLEANUP(file_free) struct file_bytes signed_bytes = { 0 };
	if (!seal_sign(json, signer, &signed_bytes, err))
		return false;
	return seal_close((struct span){ signed_bytes.at, signed_bytes.len }, recipient, der, err);
}

void
seal_cms_free(CMS_ContentInfo **cms)
{
	CMS_ContentInfo_free(*cms);
	*cms = NULL;
}

void
seal_bio_free(BIO **bio)
{
	BIO_free_all(*bio);
	*bio = NULL;
}

void
seal_x509_free(X509 **certificate)
{
	X509_free(*certificate);
	*certificate = NULL;
}

void
seal_pkey_free(EVP_PKEY **key)
{
	EVP_PKEY_free(*key);
	*key = NULL;
}
