#pragma once
/*
 * What was read from a token, and nothing that is secret. It is what plan.h decides on and what the journal keeps.
 *
 * The transcript is the SHA-256 over every APDU of the step, in order, as it crossed the link (each command of a chain
 * and each GET RESPONSE by itself). A command adds: 'C', CLA INS P1 P2, u32 little-endian length of what follows in the
 * command, and those bytes, except that for VERIFY (20), CHANGE REFERENCE DATA (24), RESET RETRY COUNTER (2C) and SET
 * MANAGEMENT KEY (FF) they are left out and only their length stands. A response adds: 'R', u32 little-endian length,
 * and its bytes, status word included. An exchange that failed adds its command and 'X'.
 */
#include "kiosk/base/attr.h"
#include "kiosk/base/buffer.h"
#include "kiosk/base/cursor.h"
#include "peripherals/token/token.h"

#define EVIDENCE_MOST 4096u /* bytes on the wire */

struct token_evidence {
	bool read;                      /* false: nothing else holds; look again */
	uint8_t version[3];             /* of the applet; zeros when it does not say */
	char serial[TOKEN_SERIAL];      /* empty when it does not say */
	uint8_t pin_left, puk_left;     /* tries; TOKEN_TRIES_UNKNOWN where it cannot be told without spending one */
	enum token_holder pin, puk;     /* by metadata, else by our record: a claim, not a proof */
	enum token_holder management;   /* proved by an authentication */
	bool key_there;                 /* 9A holds a key */
	enum token_algorithm algorithm; /* of it, when key_len is not 0 */
	size_t key_len;                 /* of key[]; 0: there is none, or its public half was lost */
	uint8_t key[TOKEN_KEY];         /* SubjectPublicKeyInfo, DER, as noted when it was made */
	bool key_proved;                /* 9A signed a fresh challenge and key[] verified it */
	size_t certificate_len;         /* 0: none */
	uint8_t certificate[TOKEN_CERTIFICATE];
	uint8_t certificate_sha256[32]; /* zeros when there is none */
	bool certificate_fits;          /* its key is key[] */
	enum token_stage stage;
	bool record_broken;    /* there is a record of ours that cannot be read */
	uint8_t attempts;      /* presentations of a PUK that the record counts; see token_take.c */
	char line[TOKEN_LINE]; /* of the record; empty when there is none */
	uint8_t transcript[32];
};

void evidence_put(struct buffer *out, const struct token_evidence *from);
/* ERROR_INVALID for what is cut short, out of its range or no text. *out is set on success only. */
NODISCARD bool evidence_take(struct cursor *in, struct token_evidence *out, struct error *err);
