#pragma once
/*
 * What comes next for a token: pure, a const table over facts. The counter asks, journals the intent, has one step
 * carried out, journals what it found, and asks again. After anything that went wrong on the way (card out, reader
 * gone, time over) the evidence is thrown away and the answer is READ.
 */
#include "kiosk/base/span.h"
#include "peripherals/token/evidence.h"

/* What the case knows and allows, from the store. */
struct plan_case {
	bool inserted;                          /* a card is in the slot that this case uses */
	bool brand_fits;                        /* token_brand.h knows the card's ATR as the brand of the form */
	const char *serial;                     /* borrowed; of the stock item */
	const char *line;                       /* borrowed */
	struct span key;                        /* borrowed; the key that signed the journalled request; empty before */
	bool request_kept;                      /* the exact bytes of the request are in the store */
	struct span certificate;                /* borrowed; from the centre; empty: not there yet */
	enum token_verdict certificate_verdict; /* of certificate, by token_certificate.h and the chain */
	bool proved;                            /* the result of PROVE is in the store */
	bool hand_over;                         /* identity was checked again, a PIN job is open */
	bool delivered;                         /* the result of HAND_OVER is in the store */
	bool ended;                             /* rejected or refunded: the token is to become void */
	enum token_verdict last; /* verdict of the last step on the card that is in; NONE when it was well, and for
							  * another card or certificate */
};

enum plan_answer {
	PLAN_STEP,   /* carry out .step */
	PLAN_WAIT,   /* for .wait; the token may be taken out */
	PLAN_REFUSE, /* .why; this is not the token, or not the certificate, of this case: nothing is changed on it */
	PLAN_VOID,   /* .why; the token is spoiled, the case takes another one */
	PLAN_DONE,   /* delivered, or blanked for a case that ended */
	PLAN_ANSWERS
};

enum plan_wait { PLAN_WAIT_NOTHING, PLAN_WAIT_TOKEN, PLAN_WAIT_CERTIFICATE, PLAN_WAIT_HAND_OVER, PLAN_WAITS };

struct plan_next {
	enum plan_answer answer;
	enum token_step step;   /* for PLAN_STEP */
	enum plan_wait wait;    /* for PLAN_WAIT */
	enum token_verdict why; /* for PLAN_REFUSE and PLAN_VOID */
};

/* evidence may be NULL: nothing was read since the card came in. Evidence of a token of ours that was read without its
 * management key counts as none: give READ the transport values as soon as there are any. */
struct plan_next plan_next(const struct token_evidence *evidence, const struct plan_case *now);

/* The table below that, for tests and for the printed copy: facts as bits, first row that fits. */
enum plan_fact { /* what plan_facts() finds */
	PLAN_INSERTED,
	PLAN_READ,
	PLAN_BRAND,  /* fits */
	PLAN_PIV,    /* the last step did not say otherwise */
	PLAN_SERIAL, /* fits */
	PLAN_PIN_LOCKED,
	PLAN_PUK_LOCKED,
	PLAN_RECORD_BROKEN,
	PLAN_RECORDED, /* a record of ours */
	PLAN_LINE,     /* of this line */
	PLAN_OPEN,     /* the management key is the factory's or ours */
	PLAN_TAKEN,    /* stage TAKEN or later */
	PLAN_KEY_THERE,
	PLAN_KEY_KNOWN,   /* stage KEYED or later, with a public key */
	PLAN_KEY_KEPT,    /* the case has a key */
	PLAN_KEY_SAME,    /* the same one */
	PLAN_REQUEST,     /* the request is kept */
	PLAN_CERTIFICATE, /* the case has one */
	PLAN_CERTIFICATE_WELL,
	PLAN_WRITTEN,      /* a certificate is on the token */
	PLAN_WRITTEN_SAME, /* the case's one, and the stage says that it was read back */
	PLAN_PROVED,
	PLAN_HANDING, /* stage HANDING or DELIVERED */
	PLAN_HAND_OVER,
	PLAN_DELIVERED,
	PLAN_ENDED,
	PLAN_STAGE_VOID,
	PLAN_FAILED, /* the last step found something wrong with the token */
	PLAN_FACTS
};

struct plan_row {
	uint32_t all, none;    /* 1u << fact: these hold, and none of those */
	struct plan_next next; /* why NONE under REFUSE or VOID: the verdict of certificate or last step */
};

extern const struct plan_row plan_rows[];
extern const size_t plan_row_count;
uint32_t plan_facts(const struct token_evidence *evidence, const struct plan_case *now);
/* The first row that fits; there is always one. */
const struct plan_row *plan_find(uint32_t facts);
const char *plan_fact_name(enum plan_fact which);
/* The table as text, to a FILE; compared with tests/golden/token_plan.txt. */
void plan_print(void *file);
