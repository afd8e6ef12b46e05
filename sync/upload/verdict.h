#pragma once
/* What an answer to PUT /v1/packets/{id} means for the item and for the line. Pure. */
#include "sync/spool/spool.h"
#include "sync/upload/http.h"

enum verdict_kind {
	VERDICT_ACCEPTED,     /* the body is a receipt that speaks of this item */
	VERDICT_PARK,         /* the centre will not take it as it is: set it aside with its reason */
	VERDICT_LATER,        /* this item later; others go on */
	VERDICT_LINE_DOWN,    /* nobody is there: everything later */
	VERDICT_LINE_REFUSED, /* somebody is there, who refuses us (401, 403) or whom we refuse: everything later */
};

struct verdict {
	enum verdict_kind kind;
	bool whole_line;     /* with LATER: the centre asks that nothing comes (429, 503) */
	int64_t asked_ms;    /* the wait that the centre asked for, 0 if none */
	int32_t status;      /* HTTP status, 0 if none */
	char why[SPOOL_WHY]; /* for the engineer; no personal data */
};

/* Types of the centre's problem documents with 403 that are of the packet: it is parked. */
#define VERDICT_PROBLEM_SIGNER        "urn:problem-type:ecert-centre:signer-not-accepted"
#define VERDICT_PROBLEM_OTHER_COUNTER "urn:problem-type:ecert-centre:other-counter"

void verdict_give(const struct http_answer *answer, const char *id, const uint8_t sha256[static 32], int64_t now_ms,
	struct verdict *out);

/* The title of a problem document (RFC 9457), or a plain "the centre answered 409". */
void verdict_title(const struct http_answer *answer, char out[static SPOOL_WHY]);
