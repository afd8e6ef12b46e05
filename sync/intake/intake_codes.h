#pragma once
/*
 * Where the centre keeps the one-time codes with which counters are provisioned, by hash, and what was answered to
 * each. Implementations: sqlite_codes.c; PostgreSQL will be another, with the same suite (test_codes.c).
 */
#include <stdint.h>

#include "kiosk/base/attr.h"
#include "kiosk/base/error.h"
#include "kiosk/base/file.h"
#include "kiosk/base/span.h"
#include "sync/intake/issuer.h"

#define INTAKE_CODES_BRANCH_NAME 192u /* bytes of a branch's name in one language, NUL included */
#define INTAKE_CODES_ANSWER_MOST (64u * 1024)

/* Which counter a code is for. */
struct intake_codes_kiosk {
	char branch[ISSUER_BRANCH];
	char counter[ISSUER_COUNTER];
	char name_en[INTAKE_CODES_BRANCH_NAME];
	char name_hk[INTAKE_CODES_BRANCH_NAME]; /* traditional characters */
	char name_cn[INTAKE_CODES_BRANCH_NAME]; /* simplified characters */
	int64_t made_ms, expires_ms;            /* UTC */
};

struct intake_codes_entry {
	struct intake_codes_kiosk kiosk;
	bool used;
	uint8_t csr_sha256[32];   /* of the requests it was used with */
	struct file_bytes answer; /* what was answered then; the caller's */
};

struct intake_codes_ops {
	/* Add an unused code; durable when it returns true. ERROR_REFUSED if the hash is there, ERROR_SYSTEM. */
	bool (*add)(void *self, const uint8_t sha256[static 32], const struct intake_codes_kiosk *kiosk, struct error *err);
	/* ERROR_GONE if there is no such code. */
	bool (*find)(void *self, const uint8_t sha256[static 32], struct intake_codes_entry *out, struct error *err);
	/* Mark an unused code as used with these requests and keep the answer; durable when it returns true. ERROR_REFUSED
	 * if it was used in the meantime or is not there. */
	bool (*use)(void *self, const uint8_t sha256[static 32], const uint8_t csr_sha256[static 32], struct span answer,
		int64_t now_ms, struct error *err);
	/* Called once; never fails. */
	void (*close)(void *self);
};

struct intake_codes {
	const struct intake_codes_ops *ops;
	void *self; /* owned by the codes; freed by ops->close */
};
