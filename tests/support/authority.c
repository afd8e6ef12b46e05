#include "tests/support/authority.h"

#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define DAY_S 86400

struct authority {
	EVP_PKEY *key;
	X509 *certificate;
};

static void
need(int ok, const char *what)
{
	if (ok > 0)
		return;
	(void)fprintf(stderr, "authority: %s\n", what);
	ERR_print_errors_fp(stderr);
	abort();
}

static void
set_name(X509_NAME *name, const char *cn)
{
	need(X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_UTF8, (const unsigned char *)cn, -1, -1, 0), "name");
}

static void
extend(X509 *certificate, int nid, const char *value)
{
	X509V3_CTX context;
	X509V3_set_ctx_nodb(&context);
	X509V3_set_ctx(&context, certificate, certificate, NULL, NULL, 0);
	X509_EXTENSION *extension = X509V3_EXT_conf_nid(NULL, &context, nid, value);
	need(extension != NULL && X509_add_ext(certificate, extension, -1), value);
	X509_EXTENSION_free(extension);
}

static X509 *
begin(EVP_PKEY *key, const char *cn, const X509_NAME *issuer, int64_t from_s, int64_t until_s)
{
	X509 *certificate = X509_new();
	unsigned char serial[16];
	need(certificate != NULL && RAND_bytes(serial, sizeof(serial)), "certificate");
	serial[0] &= 0x7F;
	BIGNUM *number = BN_bin2bn(serial, sizeof(serial), NULL);
	need(number != NULL && BN_to_ASN1_INTEGER(number, X509_get_serialNumber(certificate)) != NULL, "serial");
	BN_free(number);
	need(X509_set_version(certificate, X509_VERSION_3), "version");
	set_name(X509_get_subject_name(certificate), cn);
	need(X509_set_issuer_name(certificate, issuer != NULL ? issuer : X509_get_subject_name(certificate)), "issuer");
	need(X509_set_pubkey(certificate, key), "key");
	if (from_s == 0 && until_s == 0) {
		from_s = (int64_t)time(NULL) - DAY_S;
		until_s = from_s + 366 * DAY_S;
	}
	need(ASN1_TIME_set(X509_getm_notBefore(certificate), (time_t)from_s) != NULL, "from");
	need(ASN1_TIME_set(X509_getm_notAfter(certificate), (time_t)until_s) != NULL, "until");
	return certificate;
}

static void
write_certificate(X509 *certificate, char *pem, size_t cap)
{
	BIO *out = BIO_new(BIO_s_mem());
	char *at = NULL;
	need(out != NULL && PEM_write_bio_X509(out, certificate), "writing");
	long len = BIO_get_mem_data(out, &at);
	need(len > 0 && (size_t)len < cap, "room");
	memcpy(pem, at, (size_t)len);
	pem[len] = '\0';
	BIO_free(out);
}

static void
write_key(EVP_PKEY *key, char *pem, size_t cap)
{
	BIO *out = BIO_new(BIO_s_mem());
	char *at = NULL;
	need(out != NULL && PEM_write_bio_PKCS8PrivateKey(out, key, NULL, NULL, 0, NULL, NULL), "writing");
	long len = BIO_get_mem_data(out, &at);
	need(len > 0 && (size_t)len < cap, "room");
	memcpy(pem, at, (size_t)len);
	pem[len] = '\0';
	BIO_free(out);
}

static void
shape(X509 *certificate, enum authority_role role)
{
	extend(certificate, NID_basic_constraints, "critical,CA:FALSE");
	switch (role) {
	case AUTHORITY_SIGNING:
		extend(certificate, NID_key_usage, "critical,digitalSignature");
		break;
	case AUTHORITY_OPENING:
		extend(certificate, NID_key_usage, "critical,keyAgreement");
		break;
	case AUTHORITY_LINE:
		extend(certificate, NID_key_usage, "critical,digitalSignature");
		extend(certificate, NID_ext_key_usage, "clientAuth,1.3.6.1.5.5.7.3.28");
		break;
	case AUTHORITY_SERVER:
		extend(certificate, NID_key_usage, "critical,digitalSignature");
		extend(certificate, NID_ext_key_usage, "serverAuth");
		extend(certificate, NID_subject_alt_name, "DNS:localhost,IP:127.0.0.1");
		break;
	case AUTHORITY_KEYLESS:
		break;
	}
}

struct authority *
authority_new(const char *name)
{
	struct authority *made = calloc(1, sizeof(*made));
	need(made != NULL, "memory");
	made->key = EVP_EC_gen("P-256");
	need(made->key != NULL, "key");
	made->certificate = begin(made->key, name, NULL, 0, 0);
	extend(made->certificate, NID_basic_constraints, "critical,CA:TRUE,pathlen:0");
	extend(made->certificate, NID_key_usage, "critical,keyCertSign,cRLSign");
	extend(made->certificate, NID_subject_key_identifier, "hash");
	need(X509_sign(made->certificate, made->key, EVP_sha256()), "signing");
	return made;
}

void
authority_free(struct authority *authority)
{
	if (authority == NULL)
		return;
	EVP_PKEY_free(authority->key);
	X509_free(authority->certificate);
	free(authority);
}

void
authority_certificate(const struct authority *authority, char pem[static 4096])
{
	write_certificate(authority->certificate, pem, 4096);
}

void
authority_issue(struct authority *authority, const char *name, enum authority_role role, int64_t from_s,
	int64_t until_s, struct authority_pair *out)
{
	EVP_PKEY *key = EVP_EC_gen("P-256");
	need(key != NULL, "key");
	X509 *certificate = begin(key, name, X509_get_subject_name(authority->certificate), from_s, until_s);
	shape(certificate, role);
	need(X509_sign(certificate, authority->key, EVP_sha256()), "signing");
	write_certificate(certificate, out->certificate, sizeof(out->certificate));
	write_key(key, out->key, sizeof(out->key));
	X509_free(certificate);
	EVP_PKEY_free(key);
}

void
authority_sign(struct authority *authority, const char *csr_pem, const char *name, enum authority_role role,
	char certificate[static 4096])
{
	BIO *in = BIO_new_mem_buf(csr_pem, -1);
	X509_REQ *request = in != NULL ? PEM_read_bio_X509_REQ(in, NULL, NULL, NULL) : NULL;
	need(request != NULL, "request");
	EVP_PKEY *key = X509_REQ_get0_pubkey(request);
	need(key != NULL && X509_REQ_verify(request, key), "request's signature");
	X509 *made = begin(key, name, X509_get_subject_name(authority->certificate), 0, 0);
	shape(made, role);
	need(X509_sign(made, authority->key, EVP_sha256()), "signing");
	write_certificate(made, certificate, 4096);
	X509_free(made);
	X509_REQ_free(request);
	BIO_free(in);
}
