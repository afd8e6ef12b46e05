#include <openssl/err.h>
#include <openssl/x509v3.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "kiosk/base/digest.h"
#include "sync/seal/internal.h"

#define TRUSTED_SLOTS 256u   /* certificates that are remembered */
#define SIGNER_MOST   16384u /* bytes of a signer's certificate */
#define SIGNERS       "signer's certificate"

struct slot {
	uint8_t sha256[32];
	X509 *certificate; /* owned; NULL: empty */
};

struct trusted {
	pthread_mutex_t lock;
	struct slot slots[TRUSTED_SLOTS]; /* by the first byte of the hash; a later one takes the place */
};

struct trusted *
trusted_new(void)
{
	struct trusted *made = calloc(1, sizeof(*made));
	if (made == NULL || pthread_mutex_init(&made->lock, NULL) != 0)
		abort();
	return made;
}

void
trusted_free(struct trusted *trusted)
{
	if (trusted == NULL)
		return;
	for (size_t i = 0; i < TRUSTED_SLOTS; i++)
		X509_free(trusted->slots[i].certificate);
	(void)pthread_mutex_destroy(&trusted->lock);
	free(trusted);
}

/* What was found before, for the caller; NULL if nothing. */
static X509 *
recall(struct trusted *trusted, const uint8_t sha256[static 32])
{
	const struct slot *slot = &trusted->slots[sha256[0]];
	X509 *found = NULL;
	(void)pthread_mutex_lock(&trusted->lock);
	if (slot->certificate != NULL && memcmp(slot->sha256, sha256, sizeof(slot->sha256)) == 0 &&
		X509_up_ref(slot->certificate) == 1)
		found = slot->certificate;
	(void)pthread_mutex_unlock(&trusted->lock);
	return found;
}

static void
remember(struct trusted *trusted, const uint8_t sha256[static 32], X509 *certificate)
{
	struct slot *slot = &trusted->slots[sha256[0]];
	if (X509_up_ref(certificate) != 1)
		return;
	(void)pthread_mutex_lock(&trusted->lock);
	X509_free(slot->certificate);
	slot->certificate = certificate;
	memcpy(slot->sha256, sha256, sizeof(slot->sha256));
	(void)pthread_mutex_unlock(&trusted->lock);
}

static bool
parse(struct span der, X509 **out, struct error *err)
{
	const unsigned char *at = der.at;
	if (der.len > SIGNER_MOST)
		return error_set(err, ERROR_INVALID, "signer's certificate of %zu bytes", der.len);
	CLEANUP(seal_x509_free) X509 *certificate = d2i_X509(NULL, &at, (long)der.len);
	if (certificate == NULL)
		return seal_fault_set(err, ERROR_INVALID, "signer's certificate");
	if (at != der.at + der.len)
		return error_set(err, ERROR_INVALID, "signer's certificate: bytes left over");
	*out = certificate;
	certificate = NULL;
	return true;
}

static bool
fault(struct error *err, int number)
{
	ERR_clear_error();
	return error_set_from(
		err, ERROR_UNTRUSTED, DOMAIN_OPENSSL, number, SIGNERS ": %s", X509_verify_cert_error_string(number));
}

/* The authority's signature, and what the certificate is for: what does not change with time. */
static bool
check_origin(X509 *certificate, const struct seal_certificate *ca, struct error *err)
{
	if (!seal_certificate_verify(certificate, ca, NULL, SIGNERS, err))
		return false;
	const EVP_PKEY *key = X509_get0_pubkey(certificate);
	if ((X509_get_extension_flags(certificate) & EXFLAG_KUSAGE) == 0 ||
		(X509_get_key_usage(certificate) & KU_DIGITAL_SIGNATURE) == 0 || key == NULL || !seal_key_is_p256(key))
		return error_set(err, ERROR_UNTRUSTED, "signer's certificate: not for signing");
	/* A key for TLS lies in a process that faces the network: it must not be able to sign. */
	if ((X509_get_extension_flags(certificate) & EXFLAG_XKUSAGE) != 0)
		return error_set(err, ERROR_UNTRUSTED, "signer's certificate: has an extended key usage");
	return true;
}

/* X509_cmp_time() gives 0 for a time that it cannot read. */
static bool
check_time(const X509 *certificate, int64_t now_ms, struct error *err)
{
	time_t now = (time_t)(now_ms / 1000);
	if (X509_cmp_time(X509_get0_notBefore(certificate), &now) >= 0)
		return fault(err, X509_V_ERR_CERT_NOT_YET_VALID);
	if (X509_cmp_time(X509_get0_notAfter(certificate), &now) <= 0)
		return fault(err, X509_V_ERR_CERT_HAS_EXPIRED);
	return true;
}

bool
trusted_signer(const struct seal_certificate *ca, struct span der, int64_t now_ms, X509 **out, struct error *err)
{
	uint8_t sha256[32];
	digest_sha256(der, sha256);
	CLEANUP(seal_x509_free) X509 *certificate = recall(ca->trusted, sha256);
	if (certificate == NULL) {
		if (!parse(der, &certificate, err) || !check_origin(certificate, ca, err))
			return false;
		remember(ca->trusted, sha256, certificate);
	}
	if (now_ms != 0 && (!check_time(certificate, now_ms, err) || !check_time(ca->certificate, now_ms, err)))
		return false;
	*out = certificate;
	certificate = NULL;
	return true;
}
