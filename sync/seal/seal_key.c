#include <openssl/crypto.h>
#include <openssl/ec.h>
#include <openssl/pem.h>
#include <stdlib.h>
#include <string.h>

#include "sync/seal/internal.h"

static void
request_free(X509_REQ **request)
{
	X509_REQ_free(*request);
	*request = NULL;
}

/* A memory BIO that held a key. */
static void
key_bio_free(BIO **bio)
{
	char *at = NULL;
	long len = *bio != NULL ? BIO_get_mem_data(*bio, &at) : 0;
	if (len > 0)
		OPENSSL_cleanse(at, (size_t)len);
	BIO_free_all(*bio);
	*bio = NULL;
}

/* The shape is OpenSSL's pem_password_cb. */
int
seal_key_password(char *buf, int size, int rwflag, void *self) /* NOLINT(readability-non-const-parameter) */
{
	(void)buf, (void)size, (void)rwflag, (void)self;
	return -1;
}

bool
seal_key_is_p256(const EVP_PKEY *key)
{
	char group[32] = "";
	size_t len = 0;
	return EVP_PKEY_is_a(key, "EC") == 1 && EVP_PKEY_get_group_name(key, group, sizeof(group), &len) == 1 &&
		   strcmp(group, "prime256v1") == 0;
}

static bool
certificate_der(X509 *certificate, struct file_bytes *out, struct error *err)
{
	CLEANUP(seal_bio_free) BIO *der = BIO_new(BIO_s_mem());
	if (der == NULL || i2d_X509_bio(der, certificate) != 1)
		return seal_fault_set(err, ERROR_SYSTEM, "certificate");
	return seal_bytes_take(der, out, err);
}

bool
seal_key_read(struct span key_pem, struct span certificate_pem, struct seal_key **out, struct error *err)
{
	CLEANUP(seal_bio_free) BIO *in = NULL;
	CLEANUP(seal_pkey_free) EVP_PKEY *key = NULL;
	CLEANUP(seal_x509_free) X509 *certificate = NULL;
	CLEANUP(file_free) struct file_bytes der = { 0 };
	CLEANUP(file_free) struct file_bytes identifier = { 0 };
	if (key_pem.len > SECRET_MOST)
		return error_set(err, ERROR_FULL, "key of %zu bytes", key_pem.len);
	if (!seal_bytes_bio(key_pem, &in, err))
		return false;
	key = PEM_read_bio_PrivateKey(in, NULL, seal_key_password, NULL);
	if (key == NULL)
		return seal_fault_set(err, ERROR_INVALID, "key");
	if (!seal_key_is_p256(key))
		return error_set(err, ERROR_INVALID, "key: not P-256");
	if (!seal_certificate_parse(certificate_pem, &certificate, err))
		return false;
	if (X509_check_private_key(certificate, key) != 1)
		return seal_fault_set(err, ERROR_INVALID, "key and certificate");
	if (!certificate_der(certificate, &der, err) || !seal_identifier(certificate, &identifier, err))
		return false;
	struct seal_key *made = malloc(sizeof(*made));
	if (made == NULL)
		abort();
	*made = (struct seal_key){ .key = key, .certificate = certificate, .der = der, .identifier = identifier };
	der = identifier = (struct file_bytes){ 0 };
	key = NULL;
	certificate = NULL;
	*out = made;
	return true;
}

void
seal_key_free(struct seal_key *key)
{
	if (key == NULL)
		return;
	EVP_PKEY_free(key->key);
	X509_free(key->certificate);
	file_free(&key->der);
	file_free(&key->identifier);
	free(key);
}

static bool
write_key(EVP_PKEY *key, struct secret *out, struct error *err)
{
	CLEANUP(key_bio_free) BIO *pem = BIO_new(BIO_s_mem());
	char *at = NULL;
	if (pem == NULL || PEM_write_bio_PKCS8PrivateKey(pem, key, NULL, NULL, 0, NULL, NULL) != 1)
		return seal_fault_set(err, ERROR_SYSTEM, "writing the key");
	long len = BIO_get_mem_data(pem, &at);
	return secret_copy((struct span){ (const uint8_t *)at, (size_t)len }, out, err);
}

static bool
write_request(EVP_PKEY *key, const char *name, struct file_bytes *out, struct error *err)
{
	CLEANUP(request_free) X509_REQ *request = X509_REQ_new();
	CLEANUP(seal_bio_free) BIO *pem = BIO_new(BIO_s_mem());
	if (request == NULL || pem == NULL || X509_REQ_set_version(request, X509_REQ_VERSION_1) != 1 ||
		X509_NAME_add_entry_by_txt(
			X509_REQ_get_subject_name(request), "CN", MBSTRING_UTF8, (const unsigned char *)name, -1, -1, 0) != 1 ||
		X509_REQ_set_pubkey(request, key) != 1 || X509_REQ_sign(request, key, EVP_sha256()) <= 0 ||
		PEM_write_bio_X509_REQ(pem, request) != 1)
		return seal_fault_set(err, ERROR_SYSTEM, "certificate request");
	return seal_bytes_take(pem, out, err);
}

bool
seal_key_make(const char *name, struct secret *key_pem, struct file_bytes *csr_pem, struct error *err)
{
	CLEANUP(seal_pkey_free) EVP_PKEY *key = EVP_EC_gen("P-256");
	CLEANUP(secret_free) struct secret pem = { 0 };
	if (key == NULL)
		return seal_fault_set(err, ERROR_SYSTEM, "making a key");
	if (!write_key(key, &pem, err) || !write_request(key, name, csr_pem, err))
		return false;
	*key_pem = pem;
	pem = (struct secret){ 0 };
	return true;
}
