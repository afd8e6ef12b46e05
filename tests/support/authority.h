#pragma once
/*
 * A certificate authority of one test: made in memory, gone with it. It issues P-256 certificates of the shapes that
 * the counters and the centre have. Every function aborts when it cannot, because a test without its authority tests
 * nothing.
 */
#include <stdint.h>

struct authority; /* its key and certificate */

enum authority_role {
	AUTHORITY_SIGNING, /* key usage digitalSignature, no extended key usage */
	AUTHORITY_OPENING, /* key usage keyAgreement */
	AUTHORITY_LINE,    /* extended key usage clientAuth and id-kp-cmcRA (1.3.6.1.5.5.7.3.28) */
	AUTHORITY_SERVER,  /* extended key usage serverAuth, for localhost and 127.0.0.1 */
	AUTHORITY_KEYLESS, /* no key usage at all */
};

/* PEM texts, NUL-terminated. */
struct authority_pair {
	char key[1024];
	char certificate[4096];
};

struct authority *authority_new(const char *name);
void authority_free(struct authority *authority);
/* The authority's own certificate. */
void authority_certificate(const struct authority *authority, char pem[static 4096]);
/* A new key with a certificate for subject CN=`name`, valid from `from_s` to `until_s` (UTC seconds; 0 0: from
 * yesterday for a year). */
void authority_issue(struct authority *authority, const char *name, enum authority_role role, int64_t from_s,
	int64_t until_s, struct authority_pair *out);
/* A certificate for the key in a PKCS#10 request (PEM), whose signature must be right. */
void authority_sign(struct authority *authority, const char *csr_pem, const char *name, enum authority_role role,
	char certificate[static 4096]);
