#include "peripherals/token/token_certificate.h"

#include <openssl/x509.h>
#include <string.h>
#include <time.h>

#include "kiosk/base/attr.h"

static void
free_certificate(X509 **certificate)
{
	X509_free(*certificate);
}

static void
free_bytes(uint8_t **bytes)
{
	OPENSSL_free(*bytes);
}

/* NULL: it is none, or something follows it. */
static X509 *
take(struct span der)
{
	const uint8_t *at = der.at;
	X509 *certificate = der.len == 0 || der.len > TOKEN_CERTIFICATE ? NULL : d2i_X509(NULL, &at, (long)der.len);
	if (certificate == NULL || at == der.at + der.len)
		return certificate;
	X509_free(certificate);
	return NULL;
}

static bool
has_key(const X509 *certificate, struct span key)
{
	CLEANUP(free_bytes) uint8_t *der = NULL;
	const int len = i2d_X509_PUBKEY(X509_get_X509_PUBKEY(certificate), &der);
	return len > 0 && (size_t)len == key.len && memcmp(der, key.at, key.len) == 0;
}

/* Exactly one common name, and this one. */
static bool
has_name(const X509 *certificate, const char *name)
{
	const X509_NAME *subject = X509_get_subject_name(certificate);
	CLEANUP(free_bytes) uint8_t *text = NULL;
	const int at = X509_NAME_get_index_by_NID(subject, NID_commonName, -1);
	if (at < 0 || X509_NAME_get_index_by_NID(subject, NID_commonName, at) >= 0)
		return false;
	const int len = ASN1_STRING_to_UTF8(&text, X509_NAME_ENTRY_get_data(X509_NAME_get_entry(subject, at)));
	return len >= 0 && (size_t)len == strlen(name) && memcmp(text, name, (size_t)len) == 0;
}

enum token_verdict
token_certificate_check(struct span der, struct span key, const char *name, int64_t now_ms)
{
	CLEANUP(free_certificate) X509 *certificate = take(der);
	time_t now = (time_t)(now_ms / 1000);
	if (certificate == NULL)
		return TOKEN_VERDICT_CERTIFICATE;
	if (key.len > 0 && !has_key(certificate, key))
		return TOKEN_VERDICT_OTHER_KEY;
	if (X509_cmp_time(X509_get0_notBefore(certificate), &now) != -1)
		return TOKEN_VERDICT_EARLY;
	if (X509_cmp_time(X509_get0_notAfter(certificate), &now) != 1)
		return TOKEN_VERDICT_EXPIRED;
	if (name != NULL && !has_name(certificate, name))
		return TOKEN_VERDICT_NAME;
	return TOKEN_VERDICT_NONE;
}

bool
token_certificate_has_key(struct span der, struct span key)
{
	CLEANUP(free_certificate) X509 *certificate = take(der);
	return certificate != NULL && has_key(certificate, key);
}
