#pragma once
/* Everything that the centre can answer instead of what was asked: RFC 9457 problem documents, one row each. */
#include <stddef.h>

#define PROBLEM_MOST 768u                             /* bytes of a document, NUL included */
#define PROBLEM_TYPE "urn:problem-type:ecert-centre:" /* what every type begins with */

enum problem_kind {
	PROBLEM_NONE,
	PROBLEM_NO_CERTIFICATE,
	PROBLEM_FOREIGN_CERTIFICATE,
	PROBLEM_OTHER_COUNTER,
	PROBLEM_SIGNER,
	PROBLEM_CODE,
	PROBLEM_CODE_USED,
	PROBLEM_CODE_EXPIRED,
	PROBLEM_NO_ROUTE,
	PROBLEM_NO_PACKET,
	PROBLEM_METHOD,
	PROBLEM_TOO_LARGE,
	PROBLEM_MEDIA_TYPE,
	PROBLEM_MALFORMED,
	PROBLEM_ID,
	PROBLEM_NOT_OPENABLE,
	PROBLEM_PACKET,
	PROBLEM_REQUESTS,
	PROBLEM_ID_TAKEN,
	PROBLEM_SEQ_TAKEN,
	PROBLEM_TOO_MANY_TRIES,
	PROBLEM_BUSY,
	PROBLEM_UNAVAILABLE,
	PROBLEM_KINDS
};

struct problem {
	const char *type; /* what follows PROBLEM_TYPE */
	const char *title;
	const char *detail; /* what to do about it */
	unsigned status;
	unsigned retry_s; /* Retry-After; 0: none */
};

/* The row of a kind other than PROBLEM_NONE. */
const struct problem *problem_of(enum problem_kind kind);
/* Write the document; `detail` replaces the row's own unless NULL. It must hold no personal data. Returns its bytes. */
size_t problem_write(const struct problem *problem, const char *detail, char out[static PROBLEM_MOST]);
