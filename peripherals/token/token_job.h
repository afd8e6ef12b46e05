#pragma once
/*
 * One step of a token's life, carried out on a link: parameters in, result out, both with a form for the wire.
 *
 * The card was reset before. Every step looks first, refuses what does not fit (a verdict), does its work so that it
 * can be cut off anywhere and done again, and looks again. Time is the link's business: give one that ends with
 * token_step_ms(). libcrypto is initialised before a sandbox is closed.
 */
#include "kiosk/base/secret.h"
#include "kiosk/base/span.h"
#include "peripherals/card/link.h"
#include "peripherals/token/evidence.h"

#define TOKEN_JOB_PARAMETERS 3600u /* bytes of parameters on the wire at most; secret: they go into a struct secret */
#define TOKEN_JOB_RESULT     6144u /* bytes of a result on the wire at most */

/* Our transport values for one token. Spans are borrowed and point into locked memory. */
struct token_secrets {
	struct span pin;        /* 6 to 8 digits; empty: not given, which only READ and BLANK accept */
	struct span puk;        /* 8 bytes; likewise */
	struct span management; /* of the length for the brand's algorithm; likewise */
};

struct token_job {
	enum token_step step;
	char brand[TOKEN_BRAND];        /* token_brand.h; its factory values and algorithms */
	char serial[TOKEN_SERIAL];      /* the token that is meant; empty only for READ: any */
	char line[TOKEN_LINE];          /* empty only for READ */
	enum token_algorithm algorithm; /* for GENERATE */
	struct token_secrets secrets;
	struct span certificate; /* borrowed; for WRITE_CERTIFICATE; at most TOKEN_CERTIFICATE bytes */
	int64_t now_ms;          /* wall time, for the validity of the certificate */
};

/* A signature under the key of the token. */
struct token_proof {
	size_t message_len;             /* 0: there is none */
	uint8_t message[TOKEN_MESSAGE]; /* ASCII: "token proof 1 SERIAL " and 64 hex digits from the random source */
	size_t signature_len;
	uint8_t signature[TOKEN_SIGNATURE]; /* over SHA-256 of message: PKCS#1 v1.5, or ECDSA in DER */
};

struct token_result {
	enum token_verdict verdict;     /* NONE: the step was done */
	struct token_evidence evidence; /* as far as it was read; complete when the step was done */
	struct token_proof proof;       /* of PROVE and HAND_OVER, and of READ where it could */
	size_t request_len;             /* of SIGN_REQUEST, else 0 */
	uint8_t request[TOKEN_REQUEST]; /* PKCS#10, DER */
	uint16_t commands;              /* APDUs that it took */
};

/* Called before each APDU with how many went before; false ends the step as ERROR_REFUSED "cancelled". */
typedef bool (*token_job_progress_fn)(void *data, unsigned part, unsigned of);

struct token_job_watch {
	token_job_progress_fn progress; /* NULL: nobody asks */
	void *data;
};

/*
 * Carry it out. True: it came to its end, and out->verdict says how. False: the link failed, the card answered what
 * nobody expects, or the parameters are wrong; what is on the token then has to be looked at. pin: the applicant's
 * digits, in locked memory; for HAND_OVER only.
 */
NODISCARD bool token_job_run(struct link link, const struct token_job *job, struct span pin,
	const struct token_job_watch *watch, struct token_result *out, struct error *err);

void token_job_put(struct buffer *out, const struct token_job *job);
/* Secrets and certificate point into what is read. ERROR_INVALID. */
NODISCARD bool token_job_take(struct cursor *in, struct token_job *out, struct error *err);
void token_job_put_result(struct buffer *out, const struct token_result *result);
NODISCARD bool token_job_take_result(struct cursor *in, struct token_result *out, struct error *err);
