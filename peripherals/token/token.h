#pragma once
/*
 * The words that all of this folder shares: steps, verdicts, algorithms, what a secret on the token is known to be.
 *
 * A token is a PIV card (SP 800-73-4, SP 800-78-4). What is on it is looked at (token_look.h) and becomes evidence
 * (evidence.h); plan.h says, from evidence and case and without I/O, which step comes next; token_job.h carries one
 * step out. Every step can be cut off between any two APDUs and is then simply planned again from new evidence. Nothing
 * here remembers anything, logs anything or tries a PIN for its user: the only values that are ever tried are our own.
 */
#include <stdbool.h>
#include <stdint.h>

#include "kiosk/base/error.h"

#define TOKEN_LINE          64u   /* bytes of a line id, NUL included: "PACKETID/1", printable ASCII, no blank */
#define TOKEN_SERIAL        20u   /* bytes of a serial number, NUL included: decimal digits */
#define TOKEN_BRAND         20u   /* bytes of a brand's name, NUL included */
#define TOKEN_KEY           320u  /* bytes of a SubjectPublicKeyInfo in DER; RSA-2048 has 294 */
#define TOKEN_CERTIFICATE   3000u /* bytes of a certificate in DER */
#define TOKEN_REQUEST       1024u /* bytes of a certificate request in DER */
#define TOKEN_SIGNATURE     256u  /* bytes of a signature: RSA-2048, or ECDSA in DER */
#define TOKEN_MESSAGE       128u  /* bytes of what a proof signs */
#define TOKEN_PIN           8u    /* bytes of a PIN or PUK at most, and exactly on the wire (padded with FF) */
#define TOKEN_MANAGEMENT    32u   /* bytes of a management key at most */
#define TOKEN_TRIES_UNKNOWN 0xFFu

enum token_step {
	TOKEN_STEP_READ,              /* look; changes nothing */
	TOKEN_STEP_TAKE_OVER,         /* management key, PUK and PIN become the transport values */
	TOKEN_STEP_GENERATE,          /* a key pair in 9A, its public half kept in our record */
	TOKEN_STEP_SIGN_REQUEST,      /* PKCS#10, signed on the token */
	TOKEN_STEP_WRITE_CERTIFICATE, /* only for the key that is there; read back */
	TOKEN_STEP_PROVE,             /* a signature that the certificate verifies */
	TOKEN_STEP_HAND_OVER,         /* the applicant's PIN instead of the transport PIN, and a signature under it */
	TOKEN_STEP_BLANK,             /* key and certificate are destroyed; the token is void */
	TOKEN_STEPS
};

enum token_algorithm { TOKEN_P256, TOKEN_RSA2048, TOKEN_ALGORITHMS };

/* What a PIN, PUK or management key is known to be. */
enum token_holder {
	TOKEN_HOLDER_UNKNOWN,
	TOKEN_HOLDER_FACTORY,
	TOKEN_HOLDER_TRANSPORT, /* ours */
	TOKEN_HOLDER_USER,      /* the holder's own */
	TOKEN_HOLDER_OTHER,     /* none of these: somebody else's */
	TOKEN_HOLDERS
};

/* How far our own record on the token says that it is, in the order of its life (token_mark.h). */
enum token_stage {
	TOKEN_STAGE_NONE,      /* no record: not ours */
	TOKEN_STAGE_TAKING,    /* the management key is changing or changed, then the PUK */
	TOKEN_STAGE_PUK,       /* the PUK is ours, the PIN is changing */
	TOKEN_STAGE_TAKEN,     /* all three are ours */
	TOKEN_STAGE_KEYED,     /* the public key stands in the record */
	TOKEN_STAGE_CERTIFIED, /* the certificate was written and read back */
	TOKEN_STAGE_HANDING,   /* the PIN is changing to the holder's */
	TOKEN_STAGE_DELIVERED, /* proved under the holder's PIN */
	TOKEN_STAGE_VOID,
	TOKEN_STAGES
};

/* What is wrong with a token, a certificate or the pair. Each has an error kind and words. */
enum token_verdict {
	TOKEN_VERDICT_NONE,
	TOKEN_VERDICT_NOT_PIV,             /* the card has no PIV application */
	TOKEN_VERDICT_BRAND,               /* another brand than the form's, or none that we know */
	TOKEN_VERDICT_SERIAL,              /* another token than the one of this case: swapped */
	TOKEN_VERDICT_USED,                /* somebody else's management key or PUK */
	TOKEN_VERDICT_FOREIGN_KEY,         /* a key in 9A that we did not make */
	TOKEN_VERDICT_FOREIGN_CERTIFICATE, /* a certificate that we did not write */
	TOKEN_VERDICT_OTHER_LINE,          /* it belongs to another case */
	TOKEN_VERDICT_PIN_LOCKED,
	TOKEN_VERDICT_PUK_LOCKED,
	TOKEN_VERDICT_PIN_CHANGED, /* the transport PIN does not open it any more */
	TOKEN_VERDICT_UNSURE,      /* too few tries are left to find out which of two values holds */
	TOKEN_VERDICT_RECORD,      /* our record cannot be read */
	TOKEN_VERDICT_KEY_CHANGED, /* not the key that signed the request */
	TOKEN_VERDICT_PROOF,       /* a signature of the token did not verify */
	TOKEN_VERDICT_READ_BACK,   /* the token gave back something else than was written */
	TOKEN_VERDICT_VOID,        /* it was made void */
	TOKEN_VERDICT_NOT_NOW,     /* the step does not fit what is on the token */
	TOKEN_VERDICT_CERTIFICATE, /* no certificate, or none that we can read */
	TOKEN_VERDICT_OTHER_KEY,   /* the certificate is for another key */
	TOKEN_VERDICT_EXPIRED,     /* the certificate is not valid any more */
	TOKEN_VERDICT_EARLY,       /* the certificate is not valid yet */
	TOKEN_VERDICT_NAME,        /* the certificate has another name in it */
	TOKEN_VERDICTS
};

/* Short English names for logs, journals and golden files; never NULL. */
const char *token_step_name(enum token_step step);
const char *token_algorithm_name(enum token_algorithm algorithm);
const char *token_holder_name(enum token_holder holder);
const char *token_stage_name(enum token_stage stage);
const char *token_verdict_name(enum token_verdict verdict);
/* A sentence in English. Screens choose their own by the number. */
const char *token_verdict_words(enum token_verdict verdict);
/* Whether the token itself is spoilt by it, and not only in the wrong place or offered a wrong certificate. */
bool token_verdict_spoils(enum token_verdict verdict);
/* Fill *err with kind and words of a verdict that is not NONE; returns false. */
bool token_verdict_error(enum token_verdict verdict, struct error *err);
/* Time that a step may take, the slowest chips' key generation included; ms. */
unsigned token_step_ms(enum token_step step);
