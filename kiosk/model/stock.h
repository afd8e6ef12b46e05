#pragma once
/*
 * Things that are counted one by one: tokens and PIN envelopes, each with a serial. A serial is up to 24 capital
 * letters and digits, as printed or as the token says it; blanks and hyphens are only typing. Pure rules, no I/O.
 */
#include <stdint.h>

#include "kiosk/base/attr.h"
#include "kiosk/base/error.h"

#define STOCK_SERIAL 32u   /* bytes of a serial, NUL included */
#define STOCK_BRAND  16u   /* "safenet", "feitian"; empty for an envelope */
#define STOCK_RANGE  1000u /* most items received at once */

enum stock_kind { STOCK_TOKEN, STOCK_ENVELOPE, STOCK_KINDS };
enum stock_state {
	STOCK_IN,       /* in the drawer, unused */
	STOCK_BOUND,    /* belongs to a case; being written */
	STOCK_AWAITING, /* bagged: the certificate is not here yet */
	STOCK_READY,    /* written and proved; to be handed over */
	STOCK_GIVEN,    /* handed over */
	STOCK_SPOILED,  /* not to be used: see its reason */
	STOCK_LOST,     /* not found; one that is found again is spoiled, nobody knows where it was */
	STOCK_STATES
};
enum stock_reason {
	STOCK_REASON_NONE,
	STOCK_REASON_DAMAGED,
	STOCK_REASON_LOST,
	STOCK_REASON_NOT_OURS, /* foreign key or certificate on it */
	STOCK_REASON_LOCKED,   /* PIN and PUK locked */
	STOCK_REASON_FAULTY,   /* does not do what it is told */
	STOCK_REASON_REJECTED, /* the case it belonged to was rejected */
	STOCK_REASON_OTHER,
	STOCK_REASONS
};

/* As stored: "in", "bound", ... and back; STOCK_STATES if there is none of that name. */
const char *stock_state_name(enum stock_state state);
enum stock_state stock_state_of(const char *name);
const char *stock_reason_name(enum stock_reason reason);
enum stock_reason stock_reason_of(const char *name);
const char *stock_kind_name(enum stock_kind kind);
enum stock_kind stock_kind_of(const char *name);

/* May a thing go from one state to the other? The database holds the same list. */
bool stock_may(enum stock_state from, enum stock_state to);

/* Take blanks and hyphens out, make letters capital. ERROR_INVALID if something else or nothing is left, ERROR_FULL
 * over 24 characters. */
NODISCARD bool stock_serial_tidy(const char *typed, char out[static STOCK_SERIAL], struct error *err);
/* How many serials stand between two tidied ones, both included: same length, same beginning, digits at the end.
 * ERROR_INVALID if they are no range (`last` before `first`, other beginning), ERROR_FULL over STOCK_RANGE. */
NODISCARD bool stock_range(const char *first, const char *last, unsigned *count, struct error *err);
/* The n-th serial of such a range, n from 0. */
void stock_range_at(const char *first, unsigned n, char out[static STOCK_SERIAL]);
