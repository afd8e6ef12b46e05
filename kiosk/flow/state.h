#pragma once
/* Where the counter is. Which screen shows is a function of this and of nothing else. */

enum flow_state {
	FLOW_UNPROVISIONED, /* no identity yet: says what a technician must do */
	FLOW_SIGN_IN,
	FLOW_NEW_PASSWORD, /* the password was set by somebody else */
	FLOW_TILL,         /* count the float */
	FLOW_HOME,
	FLOW_STAFF,       /* supervisor: officers, add one, unlock one */
	FLOW_QUEUE,       /* what has not reached the centre, and why */
	FLOW_FIND,        /* today's cases */
	FLOW_STORED,      /* a committed case: receipt, reprint */
	FLOW_PRODUCT,     /* from the paper form to the right service */
	FLOW_NOT_HERE,    /* go there, bring this */
	FLOW_IDENTITY,    /* step 2 of the rail */
	FLOW_DETAILS,     /* step 3 */
	FLOW_DECLARATION, /* step 4 */
	FLOW_PAYMENT,     /* step 5 */
	FLOW_CHECK,       /* step 6: check answers, then commit */
	FLOW_HAND_OVER,   /* step 7 */
	FLOW_RELEASE,     /* a second officer looks at the committed case and releases or rejects it */
	FLOW_TOKEN,       /* writing the token: seven parts */
	FLOW_PIN,         /* identity again, then the applicant chooses a PIN on the applicant's window */
	FLOW_COLLECT,     /* what waits for a token, a certificate or its holder */
	FLOW_STOCK,       /* tokens and envelopes by serial */
	FLOW_LOCKED,      /* the officer's password unlocks; what was open stays */
	FLOW_FAULT,       /* something the counter cannot work around: says what it means and whom to call */
	FLOW_CLOCK,       /* it went back: a supervisor compares it and releases it */
	FLOW_STATES
};
