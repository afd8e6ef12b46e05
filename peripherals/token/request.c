#include "peripherals/token/request.h"

#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <openssl/x509.h>
#include <stdlib.h>

#include "kiosk/base/digest.h"
#include "kiosk/base/text.h"

static void
free_key(EVP_PKEY **key)
{
	EVP_PKEY_free(*key);
}

static void
free_request(X509_REQ **request)
{
	X509_REQ_free(*request);
}

static void
free_bytes(uint8_t **bytes)
{
	OPENSSL_free(*bytes);
}

/* A key of the kind from its parameters, checked; NULL: it is none. */
static EVP_PKEY *
key_from(const char *kind, OSSL_PARAM_BLD *with)
{
	OSSL_PARAM *parameters = OSSL_PARAM_BLD_to_param(with);
	EVP_PKEY_CTX *context = EVP_PKEY_CTX_new_from_name(NULL, kind, NULL);
	EVP_PKEY *key = NULL;
	if (parameters == NULL || context == NULL || EVP_PKEY_fromdata_init(context) != 1 ||
		EVP_PKEY_fromdata(context, &key, EVP_PKEY_PUBLIC_KEY, parameters) != 1)
		key = NULL;
	EVP_PKEY_CTX_free(context);
	OSSL_PARAM_free(parameters);
	EVP_PKEY_CTX *check = key == NULL ? NULL : EVP_PKEY_CTX_new(key, NULL);
	if (check == NULL || EVP_PKEY_public_check(check) != 1) {
		EVP_PKEY_free(key);
		key = NULL;
	}
	EVP_PKEY_CTX_free(check);
	return key;
}

static EVP_PKEY *
rsa_key(const struct piv_public *from)
{
	OSSL_PARAM_BLD *with = OSSL_PARAM_BLD_new();
	BIGNUM *n = BN_bin2bn(from->modulus.at, (int)from->modulus.len, NULL);
	BIGNUM *e = BN_bin2bn(from->exponent.at, (int)from->exponent.len, NULL);
	const bool well = with != NULL && n != NULL && e != NULL && BN_num_bits(n) == 2048 && BN_num_bits(e) >= 17 &&
					  OSSL_PARAM_BLD_push_BN(with, OSSL_PKEY_PARAM_RSA_N, n) == 1 &&
					  OSSL_PARAM_BLD_push_BN(with, OSSL_PKEY_PARAM_RSA_E, e) == 1;
	EVP_PKEY *key = well ? key_from("RSA", with) : NULL;
	OSSL_PARAM_BLD_free(with);
	BN_free(n);
	BN_free(e);
	return key;
}

static EVP_PKEY *
p256_key(const struct piv_public *from)
{
	OSSL_PARAM_BLD *with = OSSL_PARAM_BLD_new();
	const bool well =
		with != NULL && OSSL_PARAM_BLD_push_utf8_string(with, OSSL_PKEY_PARAM_GROUP_NAME, "prime256v1", 0) == 1 &&
		OSSL_PARAM_BLD_push_octet_string(with, OSSL_PKEY_PARAM_PUB_KEY, from->point.at, from->point.len) == 1;
	EVP_PKEY *key = well ? key_from("EC", with) : NULL;
	OSSL_PARAM_BLD_free(with);
	return key;
}

bool
request_key(const struct piv_public *from, struct buffer *out, struct error *err)
{
	CLEANUP(free_key) EVP_PKEY *key = from->algorithm == TOKEN_RSA2048 ? rsa_key(from) : p256_key(from);
	CLEANUP(free_bytes) uint8_t *der = NULL;
	if (key == NULL)
		return error_set(
			err, ERROR_INVALID, "the card's public key is no %s key", token_algorithm_name(from->algorithm));
	const int len = i2d_PUBKEY(key, &der);
	if (len <= 0)
		return error_set(err, ERROR_SYSTEM, "encoding a public key");
	buffer_put(out, (struct span){ der, (size_t)len });
	return out->ok || error_set(err, ERROR_FULL, "public key of %d bytes", len);
}

/* The key in a whole SubjectPublicKeyInfo; NULL: it is none. */
static EVP_PKEY *
take_key(struct span der)
{
	const uint8_t *at = der.at;
	EVP_PKEY *key = der.len == 0 || der.len > TOKEN_KEY ? NULL : d2i_PUBKEY(NULL, &at, (long)der.len);
	if (key == NULL || at == der.at + der.len)
		return key;
	EVP_PKEY_free(key);
	return NULL;
}

bool
request_verify(struct span key, struct span message, struct span signature)
{
	CLEANUP(free_key) EVP_PKEY *with = take_key(key);
	EVP_MD_CTX *context = EVP_MD_CTX_new();
	const bool well = with != NULL && context != NULL &&
					  EVP_DigestVerifyInit(context, NULL, EVP_sha256(), NULL, with) == 1 &&
					  EVP_DigestVerify(context, signature.at, signature.len, message.at, message.len) == 1;
	EVP_MD_CTX_free(context);
	return well;
}

/* Everything of a request but its signature. */
static bool
fill(X509_REQ *request, const char *line, EVP_PKEY *key, struct error *err)
{
	X509_NAME *subject = X509_NAME_new();
	const bool well =
		subject != NULL &&
		X509_NAME_add_entry_by_NID(subject, NID_commonName, MBSTRING_UTF8, text_span(line).at, -1, -1, 0) == 1 &&
		X509_REQ_set_version(request, 0) == 1 && X509_REQ_set_subject_name(request, subject) == 1 &&
		X509_REQ_set_pubkey(request, key) == 1;
	X509_NAME_free(subject);
	return well || error_set(err, ERROR_INVALID, "making a certificate request");
}

static X509_ALGOR *
algorithm_of(enum token_algorithm algorithm)
{
	X509_ALGOR *out = X509_ALGOR_new();
	const bool rsa = algorithm == TOKEN_RSA2048; /* RFC 4055, 5: NULL parameters; RFC 5758, 3.2: none */
	if (out != NULL && X509_ALGOR_set0(out, OBJ_nid2obj(rsa ? NID_sha256WithRSAEncryption : NID_ecdsa_with_SHA256),
						   rsa ? V_ASN1_NULL : V_ASN1_UNDEF, NULL) == 1)
		return out;
	X509_ALGOR_free(out);
	return NULL;
}

static bool
put_signature(X509_REQ *request, enum token_algorithm algorithm, struct span signature, struct error *err)
{
	X509_ALGOR *how = algorithm_of(algorithm);
	ASN1_BIT_STRING *bits = ASN1_BIT_STRING_new();
	const bool well = how != NULL && bits != NULL && X509_REQ_set1_signature_algo(request, how) == 1 &&
					  ASN1_STRING_set(bits, signature.at, (int)signature.len) == 1;
	X509_ALGOR_free(how);
	if (!well) {
		ASN1_BIT_STRING_free(bits);
		return error_set(err, ERROR_SYSTEM, "making a certificate request");
	}

	bits->flags = (bits->flags & ~0x07L) | ASN1_STRING_FLAG_BITS_LEFT; /* every bit of the last byte counts */
	X509_REQ_set0_signature(request, bits);
	return true;
}

bool
request_make(const char *line, struct span key, enum token_algorithm algorithm, request_sign_fn sign, void *self,
	struct buffer *out, struct error *err)
{
	CLEANUP(free_key) EVP_PKEY *with = take_key(key);
	CLEANUP(free_request) X509_REQ *request = X509_REQ_new();
	CLEANUP(free_bytes) uint8_t *inside = NULL, *whole = NULL;
	uint8_t hash[32], bytes[TOKEN_SIGNATURE];
	struct buffer signature = buffer_into(bytes, sizeof(bytes));
	if (with == NULL || request == NULL)
		return error_set(err, ERROR_INVALID, "no key to make a certificate request for");
	if (!fill(request, line, with, err))
		return false;
	const int inside_len = i2d_re_X509_REQ_tbs(request, &inside);
	if (inside_len <= 0)
		return error_set(err, ERROR_SYSTEM, "encoding a certificate request");
	digest_sha256((struct span){ inside, (size_t)inside_len }, hash);
	if (!sign(self, hash, &signature, err) || !put_signature(request, algorithm, buffer_span(&signature), err))
		return error_in(err, "signing the certificate request");
	if (X509_REQ_verify(request, with) != 1)
		return error_set(err, ERROR_UNTRUSTED, "the token's signature of the request is not its key's");
	const int len = i2d_X509_REQ(request, &whole);
	if (len <= 0)
		return error_set(err, ERROR_SYSTEM, "encoding a certificate request");
	buffer_put(out, (struct span){ whole, (size_t)len });
	return out->ok || error_set(err, ERROR_FULL, "certificate request of %d bytes", len);
}
