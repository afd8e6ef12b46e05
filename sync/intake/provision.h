#pragma once
/*
 * The bodies of POST /v1/kiosks: what a counter asks for with its one-time code, and what it gets. No I/O.
 */
#include "kiosk/base/attr.h"
#include "kiosk/base/error.h"
#include "kiosk/base/file.h"
#include "kiosk/base/span.h"
#include "sync/intake/centre.h"
#include "sync/intake/intake_codes.h"

#define PROVISION_MOST      (32u * 1024) /* bytes of a request's body */
#define PROVISION_CODE_MOST 64u          /* bytes of a code as it was sent, NUL included */

/* The keys of a counter, in the order of the requests and the certificates. */
enum provision_key { PROVISION_LINE, PROVISION_SIGNING, PROVISION_OPENING, PROVISION_KEYS };

struct provision_request {
	char code[PROVISION_CODE_MOST];        /* as sent; may be anything */
	struct file_bytes csr[PROVISION_KEYS]; /* PEM; owned */
};

/* Read a body. Members other than the four, or missing, are refused. ERROR_INVALID never quotes the body. */
NODISCARD bool provision_read(struct span json, struct provision_request *out, struct error *err);
void provision_free(struct provision_request *request); /* wipes the code; accepts a zeroed one */
/* SHA-256 over the three requests, each with its length. */
void provision_hash(const struct provision_request *request, uint8_t out[static 32]);
/* SHA-256 under which a code is kept, of the code in its normal form. */
void provision_code_hash(const char *code, uint8_t out[static 32]);
/* Whether the requests are for three different keys. ERROR_INVALID or ERROR_REFUSED. */
NODISCARD bool provision_keys_differ(const struct provision_request *request, struct error *err);
/* The profile of a key. */
enum issuer_profile provision_profile(enum provision_key key);
/* The answer. ERROR_SYSTEM. */
NODISCARD bool provision_answer(const struct intake_codes_kiosk *kiosk, const struct centre *centre,
	const char *centre_name, const struct file_bytes certificates[static PROVISION_KEYS], struct file_bytes *json,
	struct error *err);
