#include "kiosk/flow/flow.h"

#include <assert.h>
#include <stdio.h>

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

/* clang-format off */
const struct flow_step flow_steps[] = {
	{ FLOW_UNPROVISIONED, EVENT_PROVISIONED,        FLOW_SIGN_IN,      EFFECT_NONE   },
	{ FLOW_UNPROVISIONED, EVENT_FAULT,              FLOW_FAULT,        EFFECT_NONE   },

	{ FLOW_SIGN_IN,       EVENT_SIGNED_IN,          FLOW_HOME,         EFFECT_NONE   },
	{ FLOW_SIGN_IN,       EVENT_SIGNED_IN_TILL,     FLOW_TILL,         EFFECT_NONE   },
	{ FLOW_SIGN_IN,       EVENT_MUST_CHANGE,        FLOW_NEW_PASSWORD, EFFECT_NONE   },
	{ FLOW_SIGN_IN,       EVENT_FAULT,              FLOW_FAULT,        EFFECT_NONE   },

	{ FLOW_NEW_PASSWORD,  EVENT_CHANGED,            FLOW_HOME,         EFFECT_NONE   },
	{ FLOW_NEW_PASSWORD,  EVENT_CHANGED_TILL,       FLOW_TILL,         EFFECT_NONE   },
	{ FLOW_NEW_PASSWORD,  EVENT_SIGN_OUT,           FLOW_SIGN_IN,      EFFECT_LEAVE  },
	{ FLOW_NEW_PASSWORD,  EVENT_LOCK,               FLOW_SIGN_IN,      EFFECT_LEAVE  },
	{ FLOW_NEW_PASSWORD,  EVENT_FAULT,              FLOW_FAULT,        EFFECT_NONE   },

	{ FLOW_TILL,          EVENT_TILL_OPENED,        FLOW_HOME,         EFFECT_NONE   },
	{ FLOW_TILL,          EVENT_BACK,               FLOW_HOME,         EFFECT_NONE   },
	{ FLOW_TILL,          EVENT_CLOCK,              FLOW_CLOCK,        EFFECT_NONE   },
	{ FLOW_TILL,          EVENT_SIGN_OUT,           FLOW_SIGN_IN,      EFFECT_LEAVE  },
	{ FLOW_TILL,          EVENT_LOCK,               FLOW_LOCKED,       EFFECT_NONE   },
	{ FLOW_TILL,          EVENT_FAULT,              FLOW_FAULT,        EFFECT_NONE   },

	{ FLOW_HOME,          EVENT_NEW,                FLOW_PRODUCT,      EFFECT_NONE   },
	{ FLOW_HOME,          EVENT_TILL,               FLOW_TILL,         EFFECT_NONE   },
	{ FLOW_HOME,          EVENT_RESUME_IDENTITY,    FLOW_IDENTITY,     EFFECT_LOAD   },
	{ FLOW_HOME,          EVENT_RESUME_DETAILS,     FLOW_DETAILS,      EFFECT_LOAD   },
	{ FLOW_HOME,          EVENT_RESUME_DECLARATION, FLOW_DECLARATION,  EFFECT_LOAD   },
	{ FLOW_HOME,          EVENT_RESUME_PAYMENT,     FLOW_PAYMENT,      EFFECT_LOAD   },
	{ FLOW_HOME,          EVENT_RESUME_CHECK,       FLOW_CHECK,        EFFECT_LOAD   },
	{ FLOW_HOME,          EVENT_STAFF,              FLOW_STAFF,        EFFECT_NONE   },
	{ FLOW_HOME,          EVENT_QUEUE,              FLOW_QUEUE,        EFFECT_NONE   },
	{ FLOW_HOME,          EVENT_FIND,               FLOW_FIND,         EFFECT_NONE   },
	{ FLOW_HOME,          EVENT_COLLECT,            FLOW_COLLECT,      EFFECT_NONE   },
	{ FLOW_HOME,          EVENT_STOCK,              FLOW_STOCK,        EFFECT_NONE   },
	{ FLOW_HOME,          EVENT_OPEN,               FLOW_STORED,       EFFECT_NONE   },
	{ FLOW_HOME,          EVENT_CLOCK,              FLOW_CLOCK,        EFFECT_NONE   },
	{ FLOW_HOME,          EVENT_SIGN_OUT,           FLOW_SIGN_IN,      EFFECT_LEAVE  },
	{ FLOW_HOME,          EVENT_LOCK,               FLOW_LOCKED,       EFFECT_NONE   },
	{ FLOW_HOME,          EVENT_FAULT,              FLOW_FAULT,        EFFECT_NONE   },

	{ FLOW_CLOCK,         EVENT_CLOCK_RELEASED,     FLOW_HOME,         EFFECT_NONE   },
	{ FLOW_CLOCK,         EVENT_BACK,               FLOW_HOME,         EFFECT_NONE   },
	{ FLOW_CLOCK,         EVENT_SIGN_OUT,           FLOW_SIGN_IN,      EFFECT_LEAVE  },
	{ FLOW_CLOCK,         EVENT_LOCK,               FLOW_LOCKED,       EFFECT_NONE   },
	{ FLOW_CLOCK,         EVENT_FAULT,              FLOW_FAULT,        EFFECT_NONE   },

	{ FLOW_STAFF,         EVENT_BACK,               FLOW_HOME,         EFFECT_NONE   },
	{ FLOW_STAFF,         EVENT_SIGN_OUT,           FLOW_SIGN_IN,      EFFECT_LEAVE  },
	{ FLOW_STAFF,         EVENT_LOCK,               FLOW_LOCKED,       EFFECT_NONE   },
	{ FLOW_STAFF,         EVENT_FAULT,              FLOW_FAULT,        EFFECT_NONE   },

	{ FLOW_QUEUE,         EVENT_OPEN,               FLOW_STORED,       EFFECT_NONE   },
	{ FLOW_QUEUE,         EVENT_BACK,               FLOW_HOME,         EFFECT_NONE   },
	{ FLOW_QUEUE,         EVENT_SIGN_OUT,           FLOW_SIGN_IN,      EFFECT_LEAVE  },
	{ FLOW_QUEUE,         EVENT_LOCK,               FLOW_LOCKED,       EFFECT_NONE   },
	{ FLOW_QUEUE,         EVENT_FAULT,              FLOW_FAULT,        EFFECT_NONE   },

	{ FLOW_FIND,          EVENT_OPEN,               FLOW_STORED,       EFFECT_NONE   },
	{ FLOW_FIND,          EVENT_BACK,               FLOW_HOME,         EFFECT_NONE   },
	{ FLOW_FIND,          EVENT_SIGN_OUT,           FLOW_SIGN_IN,      EFFECT_LEAVE  },
	{ FLOW_FIND,          EVENT_LOCK,               FLOW_LOCKED,       EFFECT_NONE   },
	{ FLOW_FIND,          EVENT_FAULT,              FLOW_FAULT,        EFFECT_NONE   },

	{ FLOW_STORED,        EVENT_BACK,               FLOW_HOME,         EFFECT_FORGET },
	{ FLOW_STORED,        EVENT_FIND,               FLOW_FIND,         EFFECT_FORGET },
	{ FLOW_STORED,        EVENT_SIGN_OUT,           FLOW_SIGN_IN,      EFFECT_LEAVE  },
	{ FLOW_STORED,        EVENT_LOCK,               FLOW_LOCKED,       EFFECT_NONE   },
	{ FLOW_STORED,        EVENT_FAULT,              FLOW_FAULT,        EFFECT_FORGET },

	{ FLOW_PRODUCT,       EVENT_CHOSEN,             FLOW_IDENTITY,     EFFECT_BEGIN  },
	{ FLOW_PRODUCT,       EVENT_REDIRECTED,         FLOW_NOT_HERE,     EFFECT_NONE   },
	{ FLOW_PRODUCT,       EVENT_BACK,               FLOW_HOME,         EFFECT_NONE   },
	{ FLOW_PRODUCT,       EVENT_CLOCK,              FLOW_CLOCK,        EFFECT_NONE   },
	{ FLOW_PRODUCT,       EVENT_SIGN_OUT,           FLOW_SIGN_IN,      EFFECT_LEAVE  },
	{ FLOW_PRODUCT,       EVENT_LOCK,               FLOW_LOCKED,       EFFECT_NONE   },
	{ FLOW_PRODUCT,       EVENT_FAULT,              FLOW_FAULT,        EFFECT_NONE   },

	{ FLOW_NOT_HERE,      EVENT_DONE,               FLOW_HOME,         EFFECT_NONE   },
	{ FLOW_NOT_HERE,      EVENT_BACK,               FLOW_PRODUCT,      EFFECT_NONE   },
	{ FLOW_NOT_HERE,      EVENT_SIGN_OUT,           FLOW_SIGN_IN,      EFFECT_LEAVE  },
	{ FLOW_NOT_HERE,      EVENT_LOCK,               FLOW_LOCKED,       EFFECT_NONE   },
	{ FLOW_NOT_HERE,      EVENT_FAULT,              FLOW_FAULT,        EFFECT_NONE   },

	{ FLOW_IDENTITY,      EVENT_CONTINUE,           FLOW_DETAILS,      EFFECT_HIDE   },
	{ FLOW_IDENTITY,      EVENT_CONTINUE_CHECK,     FLOW_CHECK,        EFFECT_HIDE   },
	{ FLOW_IDENTITY,      EVENT_CHANGE_IDENTITY,    FLOW_IDENTITY,     EFFECT_SHOW   },
	{ FLOW_IDENTITY,      EVENT_BACK,               FLOW_HOME,         EFFECT_HOLD   },
	{ FLOW_IDENTITY,      EVENT_HOLD,               FLOW_HOME,         EFFECT_HOLD   },
	{ FLOW_IDENTITY,      EVENT_CANCEL,             FLOW_HOME,         EFFECT_DROP   },
	{ FLOW_IDENTITY,      EVENT_SIGN_OUT,           FLOW_SIGN_IN,      EFFECT_LEAVE  },
	{ FLOW_IDENTITY,      EVENT_LOCK,               FLOW_LOCKED,       EFFECT_SAVE   },
	{ FLOW_IDENTITY,      EVENT_FAULT,              FLOW_FAULT,        EFFECT_FORGET },

	{ FLOW_DETAILS,       EVENT_CONTINUE,           FLOW_DECLARATION,  EFFECT_SAVE   },
	{ FLOW_DETAILS,       EVENT_CONTINUE_CHECK,     FLOW_CHECK,        EFFECT_SAVE   },
	{ FLOW_DETAILS,       EVENT_BACK,               FLOW_IDENTITY,     EFFECT_SAVE   },
	{ FLOW_DETAILS,       EVENT_HOLD,               FLOW_HOME,         EFFECT_HOLD   },
	{ FLOW_DETAILS,       EVENT_CANCEL,             FLOW_HOME,         EFFECT_DROP   },
	{ FLOW_DETAILS,       EVENT_SIGN_OUT,           FLOW_SIGN_IN,      EFFECT_LEAVE  },
	{ FLOW_DETAILS,       EVENT_LOCK,               FLOW_LOCKED,       EFFECT_SAVE   },
	{ FLOW_DETAILS,       EVENT_FAULT,              FLOW_FAULT,        EFFECT_FORGET },

	{ FLOW_DECLARATION,   EVENT_CONTINUE,           FLOW_PAYMENT,      EFFECT_QUOTE  },
	{ FLOW_DECLARATION,   EVENT_CONTINUE_CHECK,     FLOW_CHECK,        EFFECT_SAVE   },
	{ FLOW_DECLARATION,   EVENT_BACK,               FLOW_DETAILS,      EFFECT_SAVE   },
	{ FLOW_DECLARATION,   EVENT_HOLD,               FLOW_HOME,         EFFECT_HOLD   },
	{ FLOW_DECLARATION,   EVENT_CANCEL,             FLOW_HOME,         EFFECT_DROP   },
	{ FLOW_DECLARATION,   EVENT_SIGN_OUT,           FLOW_SIGN_IN,      EFFECT_LEAVE  },
	{ FLOW_DECLARATION,   EVENT_LOCK,               FLOW_LOCKED,       EFFECT_SAVE   },
	{ FLOW_DECLARATION,   EVENT_FAULT,              FLOW_FAULT,        EFFECT_FORGET },

	{ FLOW_PAYMENT,       EVENT_CONTINUE,           FLOW_CHECK,        EFFECT_SAVE   },
	{ FLOW_PAYMENT,       EVENT_CONTINUE_CHECK,     FLOW_CHECK,        EFFECT_SAVE   },
	{ FLOW_PAYMENT,       EVENT_BACK,               FLOW_DECLARATION,  EFFECT_SAVE   },
	{ FLOW_PAYMENT,       EVENT_HOLD,               FLOW_HOME,         EFFECT_HOLD   },
	{ FLOW_PAYMENT,       EVENT_CANCEL,             FLOW_HOME,         EFFECT_DROP   },
	{ FLOW_PAYMENT,       EVENT_SIGN_OUT,           FLOW_SIGN_IN,      EFFECT_LEAVE  },
	{ FLOW_PAYMENT,       EVENT_LOCK,               FLOW_LOCKED,       EFFECT_SAVE   },
	{ FLOW_PAYMENT,       EVENT_FAULT,              FLOW_FAULT,        EFFECT_FORGET },

	{ FLOW_CHECK,         EVENT_ACCEPT,             FLOW_HAND_OVER,    EFFECT_COMMIT },
	{ FLOW_CHECK,         EVENT_ACCEPT_TOKEN,       FLOW_RELEASE,      EFFECT_COMMIT },
	{ FLOW_CHECK,         EVENT_CHANGE_IDENTITY,    FLOW_IDENTITY,     EFFECT_SHOW   },
	{ FLOW_CHECK,         EVENT_CHANGE_DETAILS,     FLOW_DETAILS,      EFFECT_SAVE   },
	{ FLOW_CHECK,         EVENT_CHANGE_DECLARATION, FLOW_DECLARATION,  EFFECT_SAVE   },
	{ FLOW_CHECK,         EVENT_CHANGE_PAYMENT,     FLOW_PAYMENT,      EFFECT_QUOTE  },
	{ FLOW_CHECK,         EVENT_BACK,               FLOW_PAYMENT,      EFFECT_SAVE   },
	{ FLOW_CHECK,         EVENT_HOLD,               FLOW_HOME,         EFFECT_HOLD   },
	{ FLOW_CHECK,         EVENT_CANCEL,             FLOW_HOME,         EFFECT_DROP   },
	{ FLOW_CHECK,         EVENT_SIGN_OUT,           FLOW_SIGN_IN,      EFFECT_LEAVE  },
	{ FLOW_CHECK,         EVENT_LOCK,               FLOW_LOCKED,       EFFECT_SAVE   },
	{ FLOW_CHECK,         EVENT_FAULT,              FLOW_FAULT,        EFFECT_FORGET },

	{ FLOW_HAND_OVER,     EVENT_DONE,               FLOW_HOME,         EFFECT_FORGET },
	{ FLOW_HAND_OVER,     EVENT_SIGN_OUT,           FLOW_SIGN_IN,      EFFECT_LEAVE  },
	{ FLOW_HAND_OVER,     EVENT_LOCK,               FLOW_LOCKED,       EFFECT_NONE   },
	{ FLOW_HAND_OVER,     EVENT_FAULT,              FLOW_FAULT,        EFFECT_FORGET },

	{ FLOW_RELEASE,       EVENT_RELEASED,           FLOW_TOKEN,        EFFECT_RELEASE },
	{ FLOW_RELEASE,       EVENT_REJECTED,           FLOW_HAND_OVER,    EFFECT_REJECT },
	{ FLOW_RELEASE,       EVENT_BACK,               FLOW_HAND_OVER,    EFFECT_NONE   }, /* nobody there to release it: later */
	{ FLOW_RELEASE,       EVENT_SIGN_OUT,           FLOW_SIGN_IN,      EFFECT_LEAVE  },
	{ FLOW_RELEASE,       EVENT_LOCK,               FLOW_LOCKED,       EFFECT_NONE   },
	{ FLOW_RELEASE,       EVENT_FAULT,              FLOW_FAULT,        EFFECT_FORGET },

	{ FLOW_TOKEN,         EVENT_WRITTEN,            FLOW_PIN,          EFFECT_NONE   },
	{ FLOW_TOKEN,         EVENT_PUT_AWAY,           FLOW_HAND_OVER,    EFFECT_BAG    },
	{ FLOW_TOKEN,         EVENT_REJECTED,           FLOW_HAND_OVER,    EFFECT_REJECT },
	{ FLOW_TOKEN,         EVENT_SIGN_OUT,           FLOW_SIGN_IN,      EFFECT_LEAVE  },
	{ FLOW_TOKEN,         EVENT_LOCK,               FLOW_LOCKED,       EFFECT_NONE   },
	{ FLOW_TOKEN,         EVENT_FAULT,              FLOW_FAULT,        EFFECT_FORGET },

	{ FLOW_PIN,           EVENT_DELIVERED,          FLOW_HAND_OVER,    EFFECT_NONE   },
	{ FLOW_PIN,           EVENT_PUT_AWAY,           FLOW_HAND_OVER,    EFFECT_BAG    },
	{ FLOW_PIN,           EVENT_SIGN_OUT,           FLOW_SIGN_IN,      EFFECT_LEAVE  },
	{ FLOW_PIN,           EVENT_LOCK,               FLOW_LOCKED,       EFFECT_NONE   },
	{ FLOW_PIN,           EVENT_FAULT,              FLOW_FAULT,        EFFECT_FORGET },

	{ FLOW_COLLECT,       EVENT_RESUME_RELEASE,     FLOW_RELEASE,      EFFECT_REOPEN },
	{ FLOW_COLLECT,       EVENT_RESUME_TOKEN,       FLOW_TOKEN,        EFFECT_REOPEN },
	{ FLOW_COLLECT,       EVENT_RESUME_PIN,         FLOW_PIN,          EFFECT_REOPEN },
	{ FLOW_COLLECT,       EVENT_OPEN,               FLOW_STORED,       EFFECT_NONE   },
	{ FLOW_COLLECT,       EVENT_BACK,               FLOW_HOME,         EFFECT_NONE   },
	{ FLOW_COLLECT,       EVENT_SIGN_OUT,           FLOW_SIGN_IN,      EFFECT_LEAVE  },
	{ FLOW_COLLECT,       EVENT_LOCK,               FLOW_LOCKED,       EFFECT_NONE   },
	{ FLOW_COLLECT,       EVENT_FAULT,              FLOW_FAULT,        EFFECT_NONE   },

	{ FLOW_STOCK,         EVENT_BACK,               FLOW_HOME,         EFFECT_NONE   },
	{ FLOW_STOCK,         EVENT_SIGN_OUT,           FLOW_SIGN_IN,      EFFECT_LEAVE  },
	{ FLOW_STOCK,         EVENT_LOCK,               FLOW_LOCKED,       EFFECT_NONE   },
	{ FLOW_STOCK,         EVENT_FAULT,              FLOW_FAULT,        EFFECT_NONE   },

	{ FLOW_LOCKED,        EVENT_UNLOCKED,           FLOW_HOME,         EFFECT_NONE   }, /* or where it was */
	{ FLOW_LOCKED,        EVENT_SIGN_OUT,           FLOW_SIGN_IN,      EFFECT_LEAVE  },
	{ FLOW_LOCKED,        EVENT_FAULT,              FLOW_FAULT,        EFFECT_FORGET },

	{ FLOW_FAULT,         EVENT_PROVISIONED,        FLOW_SIGN_IN,      EFFECT_LEAVE  }, /* looked again: it is gone */
};

static const char *const state_names[FLOW_STATES] = {
	[FLOW_UNPROVISIONED] = "unprovisioned", [FLOW_SIGN_IN] = "sign-in",         [FLOW_NEW_PASSWORD] = "new-password",
	[FLOW_TILL] = "till",                   [FLOW_HOME] = "home",               [FLOW_STAFF] = "staff",
	[FLOW_QUEUE] = "queue",                 [FLOW_FIND] = "find",               [FLOW_STORED] = "stored",
	[FLOW_PRODUCT] = "product",             [FLOW_NOT_HERE] = "not-here",       [FLOW_IDENTITY] = "identity",
	[FLOW_DETAILS] = "details",             [FLOW_DECLARATION] = "declaration", [FLOW_PAYMENT] = "payment",
	[FLOW_CHECK] = "check",                 [FLOW_HAND_OVER] = "hand-over",     [FLOW_LOCKED] = "locked",
	[FLOW_FAULT] = "fault",                 [FLOW_CLOCK] = "clock",
};

static const char *const event_names[FLOW_EVENTS] = {
	[EVENT_PROVISIONED] = "provisioned",               [EVENT_SIGNED_IN] = "signed-in",
	[EVENT_SIGNED_IN_TILL] = "signed-in-till",         [EVENT_MUST_CHANGE] = "must-change",
	[EVENT_CHANGED] = "changed",                       [EVENT_CHANGED_TILL] = "changed-till",
	[EVENT_TILL_OPENED] = "till-opened",               [EVENT_SIGN_OUT] = "sign-out",
	[EVENT_LOCK] = "lock",                             [EVENT_UNLOCKED] = "unlocked",
	[EVENT_NEW] = "new",                               [EVENT_CHOSEN] = "chosen",
	[EVENT_REDIRECTED] = "redirected",                 [EVENT_CONTINUE] = "continue",
	[EVENT_CONTINUE_CHECK] = "continue-check",         [EVENT_CHANGE_IDENTITY] = "change-identity",
	[EVENT_CHANGE_DETAILS] = "change-details",         [EVENT_CHANGE_DECLARATION] = "change-declaration",
	[EVENT_CHANGE_PAYMENT] = "change-payment",         [EVENT_BACK] = "back",
	[EVENT_HOLD] = "hold",                             [EVENT_RESUME_IDENTITY] = "resume-identity",
	[EVENT_RESUME_DETAILS] = "resume-details",         [EVENT_RESUME_DECLARATION] = "resume-declaration",
	[EVENT_RESUME_PAYMENT] = "resume-payment",         [EVENT_RESUME_CHECK] = "resume-check",
	[EVENT_CANCEL] = "cancel",                         [EVENT_ACCEPT] = "accept",
	[EVENT_DONE] = "done",                             [EVENT_STAFF] = "staff",
	[EVENT_QUEUE] = "queue",                           [EVENT_FIND] = "find",
	[EVENT_OPEN] = "open",                             [EVENT_FAULT] = "fault",
	[EVENT_TILL] = "till",                             [EVENT_CLOCK] = "clock",
	[EVENT_CLOCK_RELEASED] = "clock-released",
};

static const char *const effect_names[] = {
	[EFFECT_NONE] = "none",     [EFFECT_BEGIN] = "begin", [EFFECT_SAVE] = "save", [EFFECT_HIDE] = "hide",
	[EFFECT_SHOW] = "show",     [EFFECT_QUOTE] = "quote", [EFFECT_COMMIT] = "commit", [EFFECT_HOLD] = "hold",
	[EFFECT_LOAD] = "load",     [EFFECT_DROP] = "drop",   [EFFECT_FORGET] = "forget", [EFFECT_LEAVE] = "leave",
	[EFFECT_RELEASE] = "release", [EFFECT_REJECT] = "reject", [EFFECT_BAG] = "bag", [EFFECT_REOPEN] = "reopen",
};
/* clang-format on */

const size_t flow_step_count = COUNT(flow_steps);

const struct flow_step *
flow_find(enum flow_state state, enum flow_event event)
{
	for (size_t i = 0; i < COUNT(flow_steps); i++)
		if (flow_steps[i].from == state && flow_steps[i].on == event)
			return &flow_steps[i];
	return NULL;
}

enum flow_state
flow_resume(const struct flow_step *step, enum flow_state before)
{
	return step->on == EVENT_UNLOCKED ? before : step->to;
}

const char *
flow_state_name(enum flow_state state)
{
	assert((size_t)state < COUNT(state_names));
	return state_names[state];
}

const char *
flow_event_name(enum flow_event event)
{
	assert((size_t)event < COUNT(event_names));
	return event_names[event];
}

const char *
flow_effect_name(enum flow_effect effect)
{
	assert((size_t)effect < COUNT(effect_names));
	return effect_names[effect];
}

void
flow_print(void *file)
{
	fputs("digraph flow {\n\trankdir=LR;\n\tnode [shape=box];\n", file);
	for (size_t i = 0; i < COUNT(flow_steps); i++) {
		const struct flow_step *step = &flow_steps[i];
		fprintf(file, "\t\"%s\" -> \"%s\" [label=\"%s", flow_state_name(step->from), flow_state_name(step->to),
			flow_event_name(step->on));
		if (step->effect != EFFECT_NONE)
			fprintf(file, " / %s", flow_effect_name(step->effect));
		fputs("\"];\n", file);
	}
	fputs("}\n", file);
}
