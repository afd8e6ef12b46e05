#pragma once
/*
 * CMS (RFC 5652, RFC 5083, RFC 5084): what the counter signs and then seals to the centre, and the reverse.
 * A sealed thing is AuthEnvelopedData (AES-256-GCM) around SignedData with the content inside.
 */
#include "kiosk/base/attr.h"
#include "kiosk/base/error.h"
#include "kiosk/base/file.h"
#include "kiosk/base/secret.h"
#include "kiosk/base/span.h"

struct seal_key;         /* a private key and its certificate */
struct seal_certificate; /* a certificate alone */

/* Read PEM. The key is P-256; ERROR_INVALID otherwise or if key and certificate do not belong together. */
NODISCARD bool seal_key_read(
	struct span key_pem, struct span certificate_pem, struct seal_key **out, struct error *err);
void seal_key_free(struct seal_key *key); /* accepts NULL */
NODISCARD bool seal_certificate_read(struct span pem, struct seal_certificate **out, struct error *err);
void seal_certificate_free(struct seal_certificate *certificate);
/* Whether `ca` issued it and both are within their time at `now_ms`, whatever it is for. ERROR_UNTRUSTED. */
NODISCARD bool seal_certificate_trust(
	const struct seal_certificate *certificate, const struct seal_certificate *ca, int64_t now_ms, struct error *err);

/* Make a P-256 key (unencrypted PKCS#8 PEM in locked memory) and a PKCS#10 request for it whose subject is CN=`name`.
 */
NODISCARD bool seal_key_make(const char *name, struct secret *key_pem, struct file_bytes *csr_pem, struct error *err);

/* SignedData, content inside, signing time, signer's certificate inside. DER. */
NODISCARD bool seal_sign(struct span content, const struct seal_key *signer, struct file_bytes *der, struct error *err);
/*
 * Check SignedData against `ca` and give the content. The signer's certificate must have digitalSignature and no
 * extended key usage. The signer's certificate must be within its time at `now_ms`, unless now_ms is 0. When
 * `signer` is not NULL only that very certificate is accepted. ERROR_UNTRUSTED, ERROR_INVALID. signer_name (may be
 * NULL, cap >= 65) receives the signer's CN.
 */
NODISCARD bool seal_verify(struct span der, const struct seal_certificate *ca, const struct seal_certificate *signer,
	int64_t now_ms, struct file_bytes *content, char *signer_name, size_t signer_cap, struct error *err);

/* AuthEnvelopedData AES-256-GCM to `recipient`. DER. */
NODISCARD bool seal_close(
	struct span content, const struct seal_certificate *recipient, struct file_bytes *der, struct error *err);
/* The reverse. ERROR_UNTRUSTED, with not one byte of plaintext given, if a bit was changed or the key is another's. */
NODISCARD bool seal_open(
	struct span der, const struct seal_key *recipient, struct file_bytes *content, struct error *err);

/* seal_sign() then seal_close(): what goes into the outbox. */
NODISCARD bool seal_packet(struct span json, const struct seal_key *signer, const struct seal_certificate *recipient,
	struct file_bytes *der, struct error *err);
