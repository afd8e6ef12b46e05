#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <stdlib.h>

#include "sync/seal/internal.h"

#define CERTIFICATE_MOST (64u * 1024) /* bytes of a PEM certificate */

bool
seal_certificate_parse(struct span pem, X509 **out, struct error *err)
{
	CLEANUP(seal_bio_free) BIO *in = NULL;
	CLEANUP(seal_x509_free) X509 *certificate = NULL;
	if (pem.len > CERTIFICATE_MOST)
		return error_set(err, ERROR_FULL, "certificate of %zu bytes", pem.len);
	if (!seal_bytes_bio(pem, &in, err))
		return false;
	certificate = PEM_read_bio_X509(in, NULL, seal_key_password, NULL);
	if (certificate == NULL)
		return seal_fault_set(err, ERROR_INVALID, "certificate");
	const EVP_PKEY *key = X509_get0_pubkey(certificate);
	if (key == NULL || !seal_key_is_p256(key))
		return error_set(err, ERROR_INVALID, "certificate: its key is not P-256");
	*out = certificate;
	certificate = NULL;
	return true;
}

bool
seal_certificate_read(struct span pem, struct seal_certificate **out, struct error *err)
{
	X509 *certificate = NULL;
	if (!seal_certificate_parse(pem, &certificate, err))
		return false;
	struct seal_certificate *made = malloc(sizeof(*made));
	if (made == NULL)
		abort();
	*made = (struct seal_certificate){ .certificate = certificate, .trusted = trusted_new() };
	*out = made;
	return true;
}

void
seal_certificate_free(struct seal_certificate *certificate)
{
	if (certificate == NULL)
		return;
	X509_free(certificate->certificate);
	trusted_free(certificate->trusted);
	free(certificate);
}

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

bool
seal_certificate_verify(
	X509 *certificate, const struct seal_certificate *ca, const int64_t *now_ms, const char *what, struct error *err)
{
	CLEANUP(store_free) X509_STORE *store = X509_STORE_new();
	CLEANUP(context_free) X509_STORE_CTX *context = X509_STORE_CTX_new();
	if (store == NULL || context == NULL || X509_STORE_add_cert(store, ca->certificate) != 1 ||
		X509_STORE_CTX_init(context, store, certificate, NULL) != 1 ||
		X509_STORE_CTX_set_purpose(context, X509_PURPOSE_ANY) != 1)
		return seal_fault_set(err, ERROR_SYSTEM, "trust store");
	if (now_ms == NULL)
		X509_STORE_CTX_set_flags(context, X509_V_FLAG_NO_CHECK_TIME);
	else
		X509_STORE_CTX_set_time(context, 0, (time_t)(*now_ms / 1000));
	if (X509_verify_cert(context) == 1)
		return true;
	int fault = X509_STORE_CTX_get_error(context);
	ERR_clear_error();
	return error_set_from(
		err, ERROR_UNTRUSTED, DOMAIN_OPENSSL, fault, "%s: %s", what, X509_verify_cert_error_string(fault));
}

bool
seal_certificate_trust(
	const struct seal_certificate *certificate, const struct seal_certificate *ca, int64_t now_ms, struct error *err)
{
	return seal_certificate_verify(certificate->certificate, ca, &now_ms, "certificate", err);
}
