#pragma once
/* What happens at the counter, as a table: state x event -> state and effect. Pure: no I/O, no clock, no memory. One
 * const table per service; this one is the application on paper for a personal kind, with what stands around it. */
#include <stdbool.h>
#include <stddef.h>

#include "kiosk/flow/state.h"

enum flow_event {
	EVENT_PROVISIONED,
	EVENT_SIGNED_IN,      /* password right, nothing to change, till open */
	EVENT_SIGNED_IN_TILL, /* the same, but no till open yet (clerks); supervisors go home */
	EVENT_MUST_CHANGE,
	EVENT_CHANGED, /* own password set, till open or not needed */
	EVENT_CHANGED_TILL,
	EVENT_TILL_OPENED,
	EVENT_SIGN_OUT,
	EVENT_LOCK,
	EVENT_UNLOCKED, /* back to where it was: see flow_resume() */
	EVENT_NEW,
	EVENT_CHOSEN,         /* a product handled here, with a fee stated for today */
	EVENT_REDIRECTED,     /* a product handled elsewhere */
	EVENT_CONTINUE,       /* the step is complete */
	EVENT_CONTINUE_CHECK, /* the step is complete and was opened by a Change link */
	EVENT_CHANGE_IDENTITY,
	EVENT_CHANGE_DETAILS,
	EVENT_CHANGE_DECLARATION,
	EVENT_CHANGE_PAYMENT,
	EVENT_BACK,
	EVENT_HOLD,
	EVENT_RESUME_IDENTITY,
	EVENT_RESUME_DETAILS,
	EVENT_RESUME_DECLARATION,
	EVENT_RESUME_PAYMENT,
	EVENT_RESUME_CHECK,
	EVENT_CANCEL,
	EVENT_ACCEPT, /* everything there and paid: commit */
	EVENT_DONE,   /* hand-over finished */
	EVENT_STAFF,
	EVENT_QUEUE,
	EVENT_FIND,
	EVENT_OPEN,
	EVENT_FAULT,
	EVENT_TILL,  /* an officer without an open till wants to take a case: the float is counted first */
	EVENT_CLOCK, /* a case or a till waits for a supervisor to release the clock; or somebody looks */
	EVENT_CLOCK_RELEASED,
	EVENT_ACCEPT_TOKEN, /* as ACCEPT, for a product that a second officer releases and that goes onto a token */
	EVENT_RELEASED,
	EVENT_REJECTED,
	EVENT_WRITTEN,   /* the token is written and proved */
	EVENT_DELIVERED, /* the applicant's PIN is on it, and it was proved once more */
	EVENT_PUT_AWAY,  /* bagged under its serial; it goes on from the work list */
	EVENT_COLLECT,
	EVENT_RESUME_RELEASE,
	EVENT_RESUME_TOKEN,
	EVENT_RESUME_PIN,
	EVENT_STOCK,
	FLOW_EVENTS
};

enum flow_effect {
	EFFECT_NONE,
	EFFECT_BEGIN,   /* a case number and an empty draft */
	EFFECT_SAVE,    /* the draft is made durable before the next state shows */
	EFFECT_HIDE,    /* the number shows masked from here on; the finding is recorded with who and when */
	EFFECT_SHOW,    /* the identity is opened for a change, with an audit row */
	EFFECT_QUOTE,   /* ask the catalogue for the fee of the day */
	EFFECT_COMMIT,  /* seal and commit; only ever from FLOW_CHECK */
	EFFECT_HOLD,    /* the draft is kept under its reason */
	EFFECT_LOAD,    /* the draft comes back */
	EFFECT_DROP,    /* the draft is dropped with an audit row */
	EFFECT_FORGET,  /* wipe the case in memory */
	EFFECT_RELEASE, /* the second officer's decision is sealed and kept: with it the line may be enrolled */
	EFFECT_REJECT,  /* the same, and what follows: refund task, void token, revocation of a certificate */
	EFFECT_BAG,     /* the token waits under its serial */
	EFFECT_REOPEN,  /* a committed case comes back onto the glass, with an audit row */
	EFFECT_LEAVE,   /* the officer signs out; a case in hand is kept as it is */
};

struct flow_step {
	enum flow_state from;
	enum flow_event on;
	enum flow_state to;
	enum flow_effect effect;
};

extern const struct flow_step flow_steps[];
extern const size_t flow_step_count;

/* The step for (state, event), or NULL: the event means nothing there and is ignored. */
const struct flow_step *flow_find(enum flow_state state, enum flow_event event);
/* Where `step` leads: step->to, but for EVENT_UNLOCKED the state that was in sight before the lock. */
enum flow_state flow_resume(const struct flow_step *step, enum flow_state before);
const char *flow_state_name(enum flow_state state);
const char *flow_event_name(enum flow_event event);
const char *flow_effect_name(enum flow_effect effect);
/* The table as a Graphviz graph, to standard output's FILE or any other; compared with tests/golden/flow.dot. */
void flow_print(void *file);
