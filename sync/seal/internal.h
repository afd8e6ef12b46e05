#pragma once
/* What the files of this folder share; not for others. */
#include <openssl/bio.h>
#include <openssl/cms.h>
#include <openssl/evp.h>
#include <openssl/x509.h>

#include "sync/seal/seal.h"

#define SEAL_MOST (8 * 1024 * 1024) /* bytes of anything that is signed, closed, verified or opened */

struct seal_key {
	EVP_PKEY *key;                /* owned */
	X509 *certificate;            /* owned */
	struct file_bytes der;        /* of the certificate; owned */
	struct file_bytes identifier; /* of the certificate: issuer and serial number in DER; owned */
};

struct trusted; /* certificates that were found to come from an authority */

struct seal_certificate {
	X509 *certificate;       /* owned */
	struct trusted *trusted; /* owned; of this one as an authority */
};

/* Thread-safe, as all of it. Accepts NULL. */
struct trusted *trusted_new(void);
void trusted_free(struct trusted *trusted);
/*
 * The certificate in these DER bytes, which must come from `ca`, be for signing and no more, and be in its time at
 * now_ms (0: at any). Asked again for the same bytes, it need not parse them nor verify the authority's signature
 * again, which is most of what seal_verify() costs. *out is the caller's to free. ERROR_UNTRUSTED, ERROR_INVALID.
 */
NODISCARD bool trusted_signer(
	const struct seal_certificate *ca, struct span der, int64_t now_ms, X509 **out, struct error *err);

/* Set *err from OpenSSL's queue, of which only the reason is told: "<what>: <reason>". Empties the queue. */
bool seal_fault_set(struct error *err, enum error_kind kind, const char *what);

/* Read one PEM certificate with a P-256 key. */
NODISCARD bool seal_certificate_parse(struct span pem, X509 **out, struct error *err);
/* Whether `ca` issued it, for any purpose, and it is in its time at *now_ms (NULL: at any). ERROR_UNTRUSTED: "<what>:
 * <reason>"; ERROR_SYSTEM. */
NODISCARD bool seal_certificate_verify(
	X509 *certificate, const struct seal_certificate *ca, const int64_t *now_ms, const char *what, struct error *err);
bool seal_key_is_p256(const EVP_PKEY *key);
/* The password callback for PEM: there is none. Without a callback OpenSSL would ask at the terminal. */
int seal_key_password(char *buf, int size, int rwflag, void *self);

/* Copy what a memory BIO holds. */
NODISCARD bool seal_bytes_take(BIO *from, struct file_bytes *out, struct error *err);
/* A read-only BIO over bytes that stay the caller's. */
NODISCARD bool seal_bytes_bio(struct span bytes, BIO **out, struct error *err);

#define ENVELOPE_POINT   65u /* bytes of an uncompressed P-256 point */
#define ENVELOPE_WRAPPED 40u /* of a wrapped AES-256 key (RFC 3394): 32 and 8 of check */
#define ENVELOPE_NONCE   12u
#define ENVELOPE_TAG     16u

/* AuthEnvelopedData taken apart; all borrowed from its bytes. */
struct envelope {
	struct span point;   /* the sender's key of this one message */
	struct span wrapped; /* the content's key */
	struct span nonce, sealed, tag;
};

/*
 * Read AuthEnvelopedData as seal_close() writes it and no other: strict DER, one P-256 key agreement for `recipient`
 * alone, AES-256-GCM, a nonce of 12 and a tag of 16 bytes, no attributes. OpenSSL's reader would take a cipher that
 * authenticates nothing, a tag of one byte, and changes of bits that nothing authenticates. ERROR_INVALID.
 */
NODISCARD bool envelope_read(struct span der, const X509 *recipient, struct envelope *out, struct error *err);
/* Decrypt it. ERROR_UNTRUSTED, with nothing given, when it was not sealed for this key or was changed. */
NODISCARD bool envelope_open(
	const struct envelope *envelope, EVP_PKEY *recipient, struct file_bytes *content, struct error *err);

/* Whether issuer and serial number (RFC 5652, 10.2.4; the content of the SEQUENCE) are this certificate's, byte for
 * byte; OpenSSL would compare names without regard to case. */
bool seal_identifies(struct span identifier, const X509 *certificate);
/* Those of a certificate. */
NODISCARD bool seal_identifier(const X509 *certificate, struct file_bytes *out, struct error *err);

/* SignedData taken apart; all borrowed from its bytes. */
struct signed_data {
	struct span content;
	struct span certificate;
	struct span signer;     /* issuer and serial number */
	struct span attributes; /* that are signed */
	struct span digest;     /* of the content, among them */
	struct span signature;
};

/*
 * Read SignedData: strict DER, data inside, exactly one certificate, one signer with signed attributes, ECDSA over
 * SHA-256. ERROR_INVALID. Nothing is verified.
 */
NODISCARD bool signed_read(struct span der, struct signed_data *out, struct error *err);
/* Whether it was signed with the key of this certificate, which is trusted by now. ERROR_UNTRUSTED. */
NODISCARD bool signed_verify(const struct signed_data *data, X509 *certificate, struct error *err);
/* Write it: content, the certificate and the time inside. ERROR_FULL, ERROR_SYSTEM. */
NODISCARD bool signed_write(
	struct span content, const struct seal_key *key, int64_t now_ms, struct file_bytes *der, struct error *err);

/* CLEANUP() helpers. */
void seal_cms_free(CMS_ContentInfo **cms);
void seal_bio_free(BIO **bio);
void seal_x509_free(X509 **certificate);
void seal_pkey_free(EVP_PKEY **key);
