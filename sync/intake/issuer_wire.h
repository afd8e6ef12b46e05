#pragma once
/*
 * Messages between the intake and an issuer behind a socket: one question and one answer per connection, then both
 * close. Bodies are written with buffer_* and read with cursor_*; a text is a u32 length and its bytes.
 */
#include "kiosk/base/attr.h"
#include "kiosk/base/buffer.h"
#include "kiosk/base/cursor.h"
#include "sync/intake/issuer.h"

enum issuer_wire_type {
	/* to the issuer */
	ISSUER_WIRE_ISSUE = 1, /* u8 profile, texts branch, counter, name, hosts, request */
	ISSUER_WIRE_CA = 2,    /* empty */
	/* from the issuer */
	ISSUER_WIRE_CERTIFICATE = 32, /* text certificate (PEM); the answer to both */
	ISSUER_WIRE_FAILED = 33,      /* u8 error kind, text */
};

#define ISSUER_WIRE_MOST (ISSUER_CSR_MOST + 1024u) /* bytes of the largest body of either side */

void issuer_wire_put_request(struct buffer *out, const struct issuer_request *request);
/* The request borrows from what the cursor reads. ERROR_INVALID; issuer_check() holds afterwards. */
NODISCARD bool issuer_wire_take_request(struct cursor *in, struct issuer_request *out, struct error *err);
void issuer_wire_put_text(struct buffer *out, struct span text);
/* One text and nothing behind it. ERROR_INVALID, ERROR_FULL over `most`. */
NODISCARD bool issuer_wire_take_text(struct cursor *in, size_t most, struct span *out, struct error *err);
void issuer_wire_put_failure(struct buffer *out, const struct error *error);
/* Fills *err with what the issuer said and returns false; also when it was malformed. */
bool issuer_wire_take_failure(struct cursor *in, struct error *err);
