#pragma once
/* A desk for the tests of this folder: the PIV stand-in as a link that can be pulled, a centre that certifies, and a
 * counter that does what the plan says. */
#include <openssl/evp.h>

#include "kiosk/base/secret.h"
#include "peripherals/token/plan.h"
#include "peripherals/token/token_job.h"
#include "peripherals/virtual/virtual_piv.h"

#define DESK_LINE   "20261125-TST-1-000007/1"
#define DESK_SERIAL "70000042"
#define DESK_NAME   "CHAN Tai Man"

enum desk_loss { DESK_BEFORE, DESK_AFTER }; /* the command is lost, or its answer */

struct desk {
	struct virtual_piv *piv; /* owned */
	unsigned commands;       /* since the desk began */
	unsigned pull_at;        /* the card goes at this one; 0: never */
	enum desk_loss loss;
	bool out; /* the card is not in the slot */
	uint8_t last_ins;
	uint64_t random;  /* not 0: pull one command in eight, by this seed */
	uint8_t only_ins; /* not 0: of these commands only, and every second one */
	struct token_job job;
	struct plan_case now;
	struct token_evidence evidence;
	struct token_result result; /* of the last step */
	struct token_proof proof, delivery;
	uint8_t request[TOKEN_REQUEST], key[TOKEN_KEY], certificate[TOKEN_CERTIFICATE];
	size_t request_len;
	unsigned steps, pulls;
	EVP_PKEY *centre; /* owned */
};

struct desk *desk_new(enum token_algorithm algorithm);
void desk_free(struct desk *desk);
struct link desk_link(struct desk *desk);
/* Out and in again. */
void desk_insert(struct desk *desk);
/* One step; a link error puts the card in again and forgets the evidence. False: the link failed. */
bool desk_step(struct desk *desk, enum token_step step);
/* Do what the plan says, certify what is asked and hand over, until the plan answers something else. */
struct plan_next desk_go_on(struct desk *desk);
/* The centre's certificate for a key, from now for `days`; bytes written. */
size_t desk_certify(struct desk *desk, EVP_PKEY *key, const char *name, int from_days, int days, uint8_t *out);
/* One command by hand, short; its status word. */
unsigned desk_tell(struct desk *desk, uint8_t ins, uint8_t p1, uint8_t p2, const void *data, size_t len);
