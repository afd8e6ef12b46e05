#pragma once
/*
 * The seven states of a token in stock, and who may move it from one to another: two lists, one of what a person may
 * ask and one of what an operation on the token brings about. What stands in neither is refused.
 */
#include "peripherals/token/evidence.h"

enum token_state {
	TOKEN_STATE_NEW,       /* in stock with its factory values */
	TOKEN_STATE_RESERVED,  /* belongs to a line; from here on it may carry transport values */
	TOKEN_STATE_AWAITING,  /* its request is signed; bagged until the certificate comes */
	TOKEN_STATE_READY,     /* written and proved; to be handed over */
	TOKEN_STATE_DELIVERED, /* the holder has it */
	TOKEN_STATE_SPOILED,   /* void; kept until it is destroyed with a witness */
	TOKEN_STATE_LOST,      /* not found */
	TOKEN_STATES
};

enum token_state_by {
	TOKEN_STATE_BY_OPERATOR,  /* a person says so, with a reason */
	TOKEN_STATE_BY_OPERATION, /* something was carried out and journalled */
	TOKEN_STATE_BYS
};

/* Whether a token may go from one state to another this way. No state goes to itself. */
bool token_state_may(enum token_state from, enum token_state to, enum token_state_by by);
/* What the token itself says: NEW without a record under factory values, RESERVED, AWAITING with a key, READY with its
 * certificate, DELIVERED; SPOILED when it is void, locked or somebody else's. Never LOST. The evidence was read. */
enum token_state token_state_of(const struct token_evidence *from);
/* "awaiting certificate" and the like; never NULL. */
const char *token_state_name(enum token_state state);
