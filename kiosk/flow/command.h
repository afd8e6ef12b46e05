#pragma once
/* What a person asks of the counter: the shell's messages to the counter thread. A value; sent whole over a channel. */
#include <stdbool.h>
#include <stdint.h>

#include "kiosk/flow/field.h"
#include "kiosk/model/payment.h"

enum command_kind {
	COMMAND_NONE,
	COMMAND_FIELD,   /* field, text: the field now reads so (sent when it is left, on every F-key, and after a pause) */
	COMMAND_CHOICE,  /* field, index: one of several (title, area, same/different, generation, method, role) */
	COMMAND_TICK,    /* index, on: a line of the list in sight (card features, hand-over, declaration items) */
	COMMAND_SIGN_IN, /* text: staff number, secret: password */
	COMMAND_PASSWORD, /* secret, again: the officer's own new password */
	COMMAND_SIGN_OUT,
	COMMAND_LOCK,
	COMMAND_UNLOCK,   /* secret */
	COMMAND_COUNTS,   /* counts: pieces in the float; opens the till */
	COMMAND_NEW,      /* new application: choose the product */
	COMMAND_PRODUCT,  /* text: product id, index: term in months (0: the only or first one) */
	COMMAND_CONTINUE, /* the primary action of the state in sight */
	COMMAND_BACK,
	COMMAND_CHANGE,   /* index: enum flow_state of the step to go back to; Continue then returns to Check */
	COMMAND_HOLD,     /* index: enum hold_reason */
	COMMAND_RESUME,   /* text: case number of a held case */
	COMMAND_CANCEL,   /* drop the case; asked and confirmed on the screen */
	COMMAND_TENDER,   /* text: method id, amount: cents (cash: handed over), secret unused; reference in text2 */
	COMMAND_UNTENDER, /* index */
	COMMAND_STAFF,
	COMMAND_STAFF_ADD,    /* takes the STAFF_* fields; secret: first password */
	COMMAND_STAFF_UNLOCK, /* text: staff number */
	COMMAND_QUEUE,
	COMMAND_QUEUE_NOW,   /* try to send now */
	COMMAND_QUEUE_RETRY, /* text: packet id of a parked item */
	COMMAND_FIND,
	COMMAND_OPEN,            /* text: case number, receipt number or packet id */
	COMMAND_CLOCK,           /* show what is wrong with the clock */
	COMMAND_CLOCK_RELEASE,   /* text: a supervisor's staff number, secret: password */
	COMMAND_PRINT,           /* print the receipt in sight again: a COPY */
	COMMAND_RELEASE_SIGN_IN, /* text: staff number of the second officer, secret: password */
	COMMAND_RELEASE,         /* on: release, off: reject for FIELD_RELEASE_REASON */
	COMMAND_PUT_AWAY,        /* bag the token; the applicant gets a collection slip or comes again for the PIN */
	COMMAND_FAULTY,          /* the token in hand is spoiled; index: enum stock_reason */
	COMMAND_COLLECT,         /* what waits */
	COMMAND_WORK,            /* text: case number of a row of it: go on where it waits */
	COMMAND_DIGITS,          /* from the applicant's window: index: digits typed, on: second round; never the PIN */
	COMMAND_STOCK,
	COMMAND_STOCK_RECEIVE, /* takes FIELD_STOCK_KIND, _FIRST, _LAST */
	COMMAND_STOCK_SPOIL,   /* takes FIELD_STOCK_SERIAL, _REASON */
	COMMAND_STOCK_FIND,    /* takes FIELD_STOCK_SERIAL; an empty one shows the last changed again */
	COMMAND_STOP,          /* the program is asked to end (window closed, SIGTERM): drafts are saved first */
	COMMAND_KINDS
};

enum hold_reason { HOLD_FETCH_MONEY, HOLD_FETCH_DOCUMENT, HOLD_CORRECT_FORM, HOLD_DOUBT, HOLD_OTHER, HOLD_REASONS };

#define COMMAND_TEXT   1024u /* bytes of a field's text, NUL included */
#define COMMAND_SECRET 160u

struct command {
	enum command_kind kind;
	uint32_t drawn; /* generation of the view that was on the glass; set by the shell for all that it sends */
	enum field field;
	int32_t index;
	bool on;
	int64_t amount;
	int64_t counts[PAYMENT_PIECES];
	char text[COMMAND_TEXT];
	char text2[COMMAND_SECRET];
	char secret[COMMAND_SECRET]; /* both ends wipe the message after use */
	char again[COMMAND_SECRET];
};
