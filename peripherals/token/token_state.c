#include "peripherals/token/token_state.h"

#include <assert.h>

#define TO(state) (1u << TOKEN_STATE_##state)

/* clang-format off */
static const struct {
	const char *name;
	unsigned may[TOKEN_STATE_BYS]; /* where to: by operator, by operation */
} states[TOKEN_STATES] = {
	[TOKEN_STATE_NEW]       = { "in stock",             { TO(SPOILED) | TO(LOST), TO(RESERVED) | TO(SPOILED) } },
	[TOKEN_STATE_RESERVED]  = { "reserved",             { TO(SPOILED) | TO(LOST),
	                                                      TO(NEW) | TO(AWAITING) | TO(READY) | TO(SPOILED) } },
	[TOKEN_STATE_AWAITING]  = { "awaiting certificate", { TO(SPOILED) | TO(LOST), TO(READY) | TO(SPOILED) } },
	[TOKEN_STATE_READY]     = { "ready",                { TO(SPOILED) | TO(LOST), TO(DELIVERED) | TO(SPOILED) } },
	[TOKEN_STATE_DELIVERED] = { "delivered",            { TO(LOST) | TO(SPOILED), 0 } },
	[TOKEN_STATE_SPOILED]   = { "spoiled",              { TO(LOST), 0 } },
	[TOKEN_STATE_LOST]      = { "lost",                 { TO(SPOILED), 0 } }, /* found again: who knows what happened */
};
/* clang-format on */

bool
token_state_may(enum token_state from, enum token_state to, enum token_state_by by)
{
	assert(from < TOKEN_STATES && to < TOKEN_STATES && by < TOKEN_STATE_BYS);
	return (states[from].may[by] & 1u << to) != 0;
}

static bool
is_spoiled(const struct token_evidence *from)
{
	const bool foreign = from->stage == TOKEN_STAGE_NONE && (from->key_there || from->certificate_len > 0);
	return from->record_broken || foreign || from->pin_left == 0 || from->puk_left == 0 ||
		   from->management == TOKEN_HOLDER_OTHER;
}

enum token_state
token_state_of(const struct token_evidence *from)
{
	if (is_spoiled(from))
		return TOKEN_STATE_SPOILED;
	switch (from->stage) {
	case TOKEN_STAGE_NONE:
		return TOKEN_STATE_NEW;
	case TOKEN_STAGE_TAKING:
	case TOKEN_STAGE_PUK:
	case TOKEN_STAGE_TAKEN:
		return TOKEN_STATE_RESERVED;
	case TOKEN_STAGE_KEYED:
		return TOKEN_STATE_AWAITING;
	case TOKEN_STAGE_CERTIFIED:
	case TOKEN_STAGE_HANDING:
		return from->certificate_fits ? TOKEN_STATE_READY : TOKEN_STATE_SPOILED;
	case TOKEN_STAGE_DELIVERED:
		return TOKEN_STATE_DELIVERED;
	case TOKEN_STAGE_VOID:
	case TOKEN_STAGES:
		break;
	}
	return TOKEN_STATE_SPOILED;
}

const char *
token_state_name(enum token_state state)
{
	assert(state < TOKEN_STATES);
	return states[state].name;
}
