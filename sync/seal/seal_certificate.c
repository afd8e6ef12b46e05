#include <openssl/pem.h>
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
	made->certificate = certificate;
	*out = made;
	return true;
}

void
seal_certificate_free(struct seal_certificate *certificate)
{
	if (certificate == NULL)
		return;
	X509_free(certificate->certificate);
	free(certificate);
}
