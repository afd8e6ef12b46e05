#pragma once
/* How a total is paid: up to four tenders, cash with change. Pure arithmetic; the ledger is the store's. */
#include "kiosk/model/catalogue.h"

#define PAYMENT_TENDERS   4u
#define PAYMENT_REFERENCE 32u
#define PAYMENT_PIECES    13u /* kinds of notes and coins */

struct payment_tender {
	char method[CATALOGUE_ID];
	struct money amount;               /* counts towards the total */
	struct money given;                /* cash handed over, else = amount */
	char reference[PAYMENT_REFERENCE]; /* of the slip or cheque; never a card number */
};

struct payment {
	struct payment_tender tenders[PAYMENT_TENDERS];
	size_t count;
};

/* Values of the pieces in cents: the six notes (1000, 500, 100, 50, 20, 10 dollars), then the seven coins (10, 5, 2, 1
 * dollars, 50, 20, 10 cents), each largest first. payment_piece_is_coin() tells 10-dollar notes and coins apart. */
extern const int64_t payment_pieces[PAYMENT_PIECES];
bool payment_piece_is_coin(size_t piece);

struct money payment_paid(const struct payment *payment);
/* total - paid; never negative. */
struct money payment_left(const struct payment *payment, struct money total);
struct money payment_change(const struct payment *payment);

enum payment_fault {
	PAYMENT_OK,
	PAYMENT_NOTHING,      /* amount is zero or less */
	PAYMENT_OVER,         /* nothing is left, or a tender other than cash is more than what is left */
	PAYMENT_NOT_CASH,     /* cash that is no multiple of the smallest coin */
	PAYMENT_ABSURD,       /* cash over ten times what is left and over 10,000 dollars */
	PAYMENT_NO_REFERENCE, /* missing, too short, too long or strange characters */
	PAYMENT_CARD_NUMBER,  /* the reference looks like a card number (13..19 digits, Luhn) */
	PAYMENT_REPEATED,     /* the same method and reference twice */
	PAYMENT_TOO_MANY,     /* four tenders already */
	PAYMENT_LAST,         /* the fourth tender leaves something to pay, and there is no fifth */
	PAYMENT_NOT_ACCEPTED, /* the catalogue does not list the method */
};
/* Add a tender. Cash (the method "cash"): `amount` is what was handed over; what is left is taken and the rest is
 * change. `method` NULL: not accepted. `reference` is tidied; it is dropped for a method that has none. */
enum payment_fault payment_take(struct payment *payment, struct money total, const struct catalogue_method *method,
	struct money amount, const char *reference);
void payment_remove(struct payment *payment, size_t index);
/* Fewest pieces that make `change`: counts per piece; a 10-dollar note before a coin. */
void payment_change_pieces(struct money change, int counts[static PAYMENT_PIECES]);
/* Sum of counted pieces; ERROR_INVALID for a negative or absurd (over 100,000) count. */
NODISCARD bool payment_count(const int64_t counts[static PAYMENT_PIECES], struct money *out, struct error *err);
