#include "sync/seal/seal.h"

#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/x509v3.h>
#include <stdlib.h>
#include <string.h>

#include "sync/seal/internal.h"

static void
store_free(X509_STORE **store)
{
	X509_STORE_free(*store);
	*store = NULL;
}

static void
context_free(X509_STORE_CTX **context)
{
	X509_STORE_CTX_free(*context);
	*context = NULL;
}

static bool
encode(CMS_ContentInfo *cms, struct file_bytes *out, struct error *err)
{
	CLEANUP(seal_bio_free) BIO *der = BIO_new(BIO_s_mem());
	if (der == NULL || i2d_CMS_bio(der, cms) != 1)
		return seal_fault_set(err, ERROR_SYSTEM, "encoding");
	return seal_bytes_take(der, out, err);
}

/* One whole CMS object of this type and nothing behind it. */
static bool
decode(struct span der, int type, CMS_ContentInfo **out, struct error *err)
{
	const unsigned char *at = der.at;
	CLEANUP(seal_cms_free) CMS_ContentInfo *cms = NULL;
	if (der.len == 0 || der.len > SEAL_MOST)
		return error_set(err, ERROR_INVALID, "CMS of %zu bytes", der.len);
	cms = d2i_CMS_ContentInfo(NULL, &at, (long)der.len);
	if (cms == NULL)
		return seal_fault_set(err, ERROR_INVALID, "CMS");
	if (at != der.at + der.len)
		return error_set(err, ERROR_INVALID, "CMS: %zu bytes left over", (size_t)(der.at + der.len - at));
	if (OBJ_obj2nid(CMS_get0_type(cms)) != type)
		return error_set(err, ERROR_INVALID, "CMS: another content type");
	*out = cms;
	cms = NULL;
	return true;
}

bool
seal_sign(struct span content, const struct seal_key *signer, struct file_bytes *der, struct error *err)
{
	const unsigned flags = CMS_BINARY | CMS_NOSMIMECAP;
	CLEANUP(seal_bio_free) BIO *in = NULL;
	CLEANUP(seal_cms_free) CMS_ContentInfo *cms = NULL;
	ERR_clear_error();
	if (!seal_bytes_bio(content, &in, err))
		return error_in(err, "signing");
	cms = CMS_sign(NULL, NULL, NULL, in, flags | CMS_PARTIAL);
	if (cms == NULL || CMS_add1_signer(cms, signer->certificate, signer->key, EVP_sha256(), flags) == NULL ||
		CMS_final(cms, in, NULL, flags) != 1)
		return seal_fault_set(err, ERROR_SYSTEM, "signing");
	return encode(cms, der, err) || error_in(err, "signing");
}

/* The chain from the signer's certificate to `ca`; whether it may sign at all is its key usage. */
static bool
trust(X509 *certificate, const struct seal_certificate *ca, int64_t now_ms, struct error *err)
{
	CLEANUP(store_free) X509_STORE *store = X509_STORE_new();
	CLEANUP(context_free) X509_STORE_CTX *context = X509_STORE_CTX_new();
	if (store == NULL || context == NULL || X509_STORE_add_cert(store, ca->certificate) != 1 ||
		X509_STORE_CTX_init(context, store, certificate, NULL) != 1 ||
		X509_STORE_CTX_set_purpose(context, X509_PURPOSE_ANY) != 1)
		return seal_fault_set(err, ERROR_SYSTEM, "trust store");
	if (now_ms == 0)
		X509_STORE_CTX_set_flags(context, X509_V_FLAG_NO_CHECK_TIME);
	else
		X509_STORE_CTX_set_time(context, 0, (time_t)(now_ms / 1000));
	if (X509_verify_cert(context) != 1) {
		int fault = X509_STORE_CTX_get_error(context);
		ERR_clear_error();
		return error_set_from(err, ERROR_UNTRUSTED, DOMAIN_OPENSSL, fault, "signer's certificate: %s",
			X509_verify_cert_error_string(fault));
	}
	const EVP_PKEY *key = X509_get0_pubkey(certificate);
	if ((X509_get_extension_flags(certificate) & EXFLAG_KUSAGE) == 0 ||
		(X509_get_key_usage(certificate) & KU_DIGITAL_SIGNATURE) == 0 || key == NULL || !seal_key_is_p256(key))
		return error_set(err, ERROR_UNTRUSTED, "signer's certificate: not for signing");
	/* A key for TLS lies in a process that faces the network: it must not be able to sign. */
	if ((X509_get_extension_flags(certificate) & EXFLAG_XKUSAGE) != 0)
		return error_set(err, ERROR_UNTRUSTED, "signer's certificate: has an extended key usage");
	return true;
}

/* Exactly one signer, whose certificate is inside, with SHA-256: counted before anything is computed. */
static bool
find_signer(CMS_ContentInfo *cms, X509 **out, struct error *err)
{
	STACK_OF(CMS_SignerInfo) *infos = CMS_get0_SignerInfos(cms);
	if (infos == NULL || sk_CMS_SignerInfo_num(infos) != 1)
		return error_set(err, ERROR_INVALID, "not exactly one signer");
	if (OBJ_obj2nid(CMS_get0_eContentType(cms)) != NID_pkcs7_data || CMS_get0_content(cms) == NULL ||
		*CMS_get0_content(cms) == NULL)
		return error_set(err, ERROR_INVALID, "no content inside");
	CMS_SignerInfo *info = sk_CMS_SignerInfo_value(infos, 0);
	X509_ALGOR *digest = NULL;
	X509 *certificate = NULL;
	(void)CMS_set1_signers_certs(cms, NULL, 0);
	CMS_SignerInfo_get0_algs(info, NULL, &certificate, &digest, NULL);
	if (certificate == NULL)
		return error_set(err, ERROR_UNTRUSTED, "the signer's certificate is not inside");
	const ASN1_OBJECT *algorithm = NULL;
	X509_ALGOR_get0(&algorithm, NULL, NULL, digest);
	if (OBJ_obj2nid(algorithm) != NID_sha256)
		return error_set(err, ERROR_UNTRUSTED, "signed over another digest than SHA-256");
	*out = certificate;
	return true;
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
verify(CMS_ContentInfo *cms, const struct seal_certificate *ca, const struct seal_certificate *signer, int64_t now_ms,
	BIO *content, X509 **certificate, struct error *err)
{
	/* The chain is checked by trust(): CMS_verify() would want the purpose "smimesign" and the time of today. */
	const unsigned flags = CMS_BINARY | CMS_NO_SIGNER_CERT_VERIFY;
	if (!find_signer(cms, certificate, err))
		return false;
	if (signer != NULL && X509_cmp(*certificate, signer->certificate) != 0)
		return error_set(err, ERROR_UNTRUSTED, "signed by another");
	if (!trust(*certificate, ca, now_ms, err))
		return false;
	if (CMS_verify(cms, NULL, NULL, NULL, content, flags) != 1)
		return seal_fault_set(err, ERROR_UNTRUSTED, "signature");
	return true;
}

bool
seal_verify(struct span der, const struct seal_certificate *ca, const struct seal_certificate *signer, int64_t now_ms,
	struct file_bytes *content, char *signer_name, size_t signer_cap, struct error *err)
{
	CLEANUP(seal_cms_free) CMS_ContentInfo *cms = NULL;
	CLEANUP(seal_bio_free) BIO *plain = BIO_new(BIO_s_mem());
	X509 *certificate = NULL; /* borrowed from cms */
	ERR_clear_error();
	if (plain == NULL)
		return seal_fault_set(err, ERROR_SYSTEM, "verifying");
	if (!decode(der, NID_pkcs7_signed, &cms, err) || !verify(cms, ca, signer, now_ms, plain, &certificate, err) ||
		(signer_name != NULL && !name_of(certificate, signer_name, signer_cap, err)) ||
		!seal_bytes_take(plain, content, err))
		return error_in(err, "verifying");
	return true;
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
	CLEANUP(seal_cms_free) CMS_ContentInfo *cms = NULL;
	CLEANUP(seal_bio_free) BIO *plain = BIO_new(BIO_s_mem());
	ERR_clear_error();
	if (plain == NULL)
		return seal_fault_set(err, ERROR_SYSTEM, "opening");
	if (!decode(der, NID_id_smime_ct_authEnvelopedData, &cms, err) ||
		!envelope_check(der, recipient->certificate, err)) {
		err->kind = ERROR_UNTRUSTED;
		return error_in(err, "opening");
	}
	if (CMS_decrypt(cms, recipient->key, recipient->certificate, NULL, plain, CMS_BINARY) != 1)
		return seal_fault_set(err, ERROR_UNTRUSTED, "opening");
	return seal_bytes_take(plain, content, err) || error_in(err, "opening");
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
seal_sha256(struct span bytes, uint8_t out[static 32])
{
	static const uint8_t nothing[1];
	unsigned len = 0;
	if (EVP_Digest(bytes.len > 0 ? bytes.at : nothing, bytes.len, out, &len, EVP_sha256(), NULL) != 1 || len != 32)
		abort();
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
