#include "tests/support/fake_receipt.h"

#include <openssl/cms.h>
#include <openssl/pem.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void
need(int ok, const char *what)
{
	if (ok > 0)
		return;
	(void)fprintf(stderr, "receipt: %s\n", what);
	abort();
}

size_t
fake_receipt_sign(const struct authority_pair *signer, const char *text, uint8_t *der, size_t cap)
{
	BIO *key_in = BIO_new_mem_buf(signer->key, -1), *certificate_in = BIO_new_mem_buf(signer->certificate, -1);
	BIO *in = BIO_new_mem_buf(text, -1), *out = BIO_new(BIO_s_mem());
	char *at = NULL;
	need(key_in != NULL && certificate_in != NULL && in != NULL && out != NULL, "memory");
	EVP_PKEY *key = PEM_read_bio_PrivateKey(key_in, NULL, NULL, NULL);
	X509 *certificate = PEM_read_bio_X509(certificate_in, NULL, NULL, NULL);
	need(key != NULL && certificate != NULL, "key");
	CMS_ContentInfo *cms = CMS_sign(certificate, key, NULL, in, CMS_BINARY | CMS_NOSMIMECAP);
	need(cms != NULL && i2d_CMS_bio(out, cms) == 1, "signing");
	long len = BIO_get_mem_data(out, &at);
	need(len > 0 && (size_t)len <= cap, "room");
	memcpy(der, at, (size_t)len);
	CMS_ContentInfo_free(cms);
	EVP_PKEY_free(key);
	X509_free(certificate);
	BIO_free(key_in);
	BIO_free(certificate_in);
	BIO_free(in);
	BIO_free(out);
	return (size_t)len;
}

size_t
fake_receipt_make(const struct authority_pair *signer, const char *id, const char *sha256_hex, uint8_t *der, size_t cap)
{
	char text[512];
	int len = snprintf(text, sizeof(text),
		"{\"type\":\"receipt\",\"version\":1,\"id\":\"%s\",\"sha256\":\"%s\",\"bytes\":1,"
		"\"received_at\":\"2026-11-25T03:04:05.678Z\",\"centre\":\"test\"}",
		id, sha256_hex);
	need(len > 0 && (size_t)len < sizeof(text), "text");
	return fake_receipt_sign(signer, text, der, cap);
}
