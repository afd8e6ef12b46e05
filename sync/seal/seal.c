#include "sync/seal/seal.h"

#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/x509v3.h>
#include <stdlib.h>
#include <string.h>

#include "sync/seal/internal.h"

static void
stack_free(STACK_OF(X509) * *stack)
{
	sk_X509_free(*stack); /* what is in it is borrowed */
	*stack = NULL;
}

static bool
encode(CMS_ContentInfo *cms, struct file_bytes *out, struct error *err)
{
	CLEANUP(seal_bio_free) BIO *der = BIO_new(BIO_s_mem());
	if (der == NULL || i2d_CMS_bio(der, cms) != 1)
		return seal_fault_set(err, ERROR_SYSTEM, "encoding");
	return seal_bytes_take(der, out, err);
}

/* One whole SignedData and nothing behind it. */
static bool
decode(struct span der, CMS_ContentInfo **out, struct error *err)
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
	if (OBJ_obj2nid(CMS_get0_type(cms)) != NID_pkcs7_signed)
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

/* Exactly one signer, over content that is inside, with SHA-256: counted before anything is computed. */
static bool
check_shape(CMS_ContentInfo *cms, struct error *err)
{
	STACK_OF(CMS_SignerInfo) *infos = CMS_get0_SignerInfos(cms);
	if (infos == NULL || sk_CMS_SignerInfo_num(infos) != 1)
		return error_set(err, ERROR_INVALID, "not exactly one signer");
	if (OBJ_obj2nid(CMS_get0_eContentType(cms)) != NID_pkcs7_data || CMS_get0_content(cms) == NULL ||
		*CMS_get0_content(cms) == NULL)
		return error_set(err, ERROR_INVALID, "no content inside");
	X509_ALGOR *digest = NULL;
	const ASN1_OBJECT *algorithm = NULL;
	CMS_SignerInfo_get0_algs(sk_CMS_SignerInfo_value(infos, 0), NULL, NULL, &digest, NULL);
	X509_ALGOR_get0(&algorithm, NULL, NULL, digest);
	if (OBJ_obj2nid(algorithm) != NID_sha256)
		return error_set(err, ERROR_UNTRUSTED, "signed over another digest than SHA-256");
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

/* The signature of `rest`, which is SignedData without certificates, by this one. */
static bool
check_signature(struct span rest, X509 *certificate, BIO *content, struct error *err)
{
	/* whether the certificate may sign is known by now: CMS_verify() would want "smimesign" and the time of today */
	const unsigned flags = CMS_BINARY | CMS_NOINTERN | CMS_NO_SIGNER_CERT_VERIFY;
	CLEANUP(seal_cms_free) CMS_ContentInfo *cms = NULL;
	CLEANUP(stack_free) STACK_OF(X509) *signers = sk_X509_new_null();
	if (signers == NULL || sk_X509_push(signers, certificate) <= 0)
		return seal_fault_set(err, ERROR_SYSTEM, "memory");
	if (!decode(rest, &cms, err) || !check_shape(cms, err))
		return false;
	if (CMS_verify(cms, signers, NULL, NULL, content, flags) != 1)
		return seal_fault_set(err, ERROR_UNTRUSTED, "signature");
	return true;
}

static bool
verify(struct span der, const struct seal_certificate *ca, const struct seal_certificate *signer, int64_t now_ms,
	BIO *content, X509 **certificate, struct error *err)
{
	CLEANUP(file_free) struct file_bytes rest = { 0 };
	struct span inside = { 0 };
	if (!signed_split(der, &inside, &rest, err) || !trusted_signer(ca, inside, now_ms, certificate, err))
		return false;
	if (signer != NULL && X509_cmp(*certificate, signer->certificate) != 0)
		return error_set(err, ERROR_UNTRUSTED, "signed by another");
	return check_signature((struct span){ rest.at, rest.len }, *certificate, content, err);
}

bool
seal_verify(struct span der, const struct seal_certificate *ca, const struct seal_certificate *signer, int64_t now_ms,
	struct file_bytes *content, char *signer_name, size_t signer_cap, struct error *err)
{
	CLEANUP(seal_bio_free) BIO *plain = BIO_new(BIO_s_mem());
	CLEANUP(seal_x509_free) X509 *certificate = NULL;
	ERR_clear_error();
	if (plain == NULL)
		return seal_fault_set(err, ERROR_SYSTEM, "verifying");
	if (!verify(der, ca, signer, now_ms, plain, &certificate, err) ||
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
