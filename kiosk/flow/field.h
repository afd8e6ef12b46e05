#pragma once
/* The fields a person types into or chooses in, and what can be wrong with one. */
#include "kiosk/base/attr.h"

enum field {
	FIELD_NONE,
	/* identity */
	FIELD_CARD_NUMBER, /* letters and six digits on the card */
	FIELD_CARD_CHECK,  /* the character in brackets */
	FIELD_FORM_NUMBER, /* HKID number as written on the form, brackets or not */
	FIELD_CARD_BIRTH,
	FIELD_FORM_BIRTH,
	FIELD_SURNAME,
	FIELD_GIVEN,
	FIELD_CHINESE,
	FIELD_SAME_SURNAME, /* choices: APPLICATION_SAME, APPLICATION_DIFFERENT */
	FIELD_SAME_GIVEN,
	FIELD_SAME_CHINESE,
	FIELD_GENERATION, /* choice: 2018 or 2003 */
	/* details of form CPos 798A */
	FIELD_TITLE, /* choice: enum application_title */
	FIELD_PHONE,
	FIELD_CERT_EMAIL,
	FIELD_CONTACT_EMAIL,
	FIELD_CONTACT_SAME, /* choice 0/1: contact e-mail is the certificate's */
	FIELD_ROOM,
	FIELD_FLOOR,
	FIELD_BLOCK,
	FIELD_BUILDING,
	FIELD_ESTATE,
	FIELD_DISTRICT,
	FIELD_AREA,     /* choice: enum application_area */
	FIELD_BARCODE,  /* of the form */
	FIELD_ENVELOPE, /* PIN-envelope number */
	/* declaration */
	FIELD_DECLARATION_LANGUAGE, /* choice: enum language */
	/* staff */
	FIELD_STAFF_NUMBER,
	FIELD_STAFF_NAME,
	FIELD_STAFF_ROLE,     /* choice: enum officer_role */
	FIELD_STAFF_PASSWORD, /* only ever names a problem; its text is never kept */
	FIELD_STAFF_AGAIN,
	FIELD_SIGN_IN_NUMBER,
	FIELD_SIGN_IN_PASSWORD,
	/* money */
	FIELD_AMOUNT,
	FIELD_REFERENCE,
	FIELD_COUNT_PIECES,
	FIELD_CHECKLIST, /* the ticks of the list in sight as one thing: card features, declaration items, hand-over */
	FIELD_PRODUCT,
	/* the second officer */
	FIELD_RELEASE_NUMBER,
	FIELD_RELEASE_PASSWORD, /* only ever names a problem */
	FIELD_RELEASE_REASON,   /* choice: enum view_reject */
	/* identity again, at the hand-over of a token */
	FIELD_AGAIN_NUMBER,
	FIELD_AGAIN_CHECK,
	FIELD_AGAIN_PHOTO, /* choice: APPLICATION_SAME, APPLICATION_DIFFERENT */
	/* stock */
	FIELD_STOCK_KIND, /* choice: index of view.stock.sums */
	FIELD_STOCK_FIRST,
	FIELD_STOCK_LAST,
	FIELD_STOCK_SERIAL, /* to find or spoil one */
	FIELD_STOCK_REASON, /* choice: enum stock_reason */
	FIELDS
};

/* What is wrong with a field, by kind; the screen has the words. */
enum field_problem {
	PROBLEM_NONE,
	PROBLEM_EMPTY,
	PROBLEM_LONG,
	PROBLEM_SHORT,
	PROBLEM_SCRIPT,
	PROBLEM_CHARACTER,
	PROBLEM_SHAPE,           /* not the form it must have */
	PROBLEM_CHECK_CHARACTER, /* look at the card again */
	PROBLEM_FUTURE,
	PROBLEM_TOO_OLD,
	PROBLEM_TOO_YOUNG,
	PROBLEM_DIFFERENT,  /* form and card do not agree: the form goes back */
	PROBLEM_NOT_LOOKED, /* a judgement is missing */
	PROBLEM_TOO_FEW,    /* features seen */
	PROBLEM_NO_PHOTO,   /* the photo was not ticked */
	PROBLEM_TAKEN,      /* a staff number that exists */
	PROBLEM_WRONG,      /* password */
	PROBLEM_WAIT,       /* password: view.wait_s */
	PROBLEM_LOCKED,
	PROBLEM_COMMON, /* password on the block list or holding the name */
	PROBLEM_NOT_EQUAL,
	PROBLEM_NOTHING, /* amount zero */
	PROBLEM_LEFT,    /* not fully paid: view.left says how much */
	PROBLEM_OVER,
	PROBLEM_OVERPAID, /* the fee went down since it was paid */
	PROBLEM_NOT_CASH,
	PROBLEM_ABSURD,
	PROBLEM_REFERENCE,
	PROBLEM_CARD_NUMBER,
	PROBLEM_REPEATED, /* the same reference twice, or one number for form and envelope */
	PROBLEM_TOO_MANY,
	PROBLEM_LAST, /* the last tender there may be leaves something to pay: view.left says how much it must be */
	PROBLEM_NOT_ACCEPTED,
	PROBLEM_NEGATIVE,
	PROBLEM_NO_FEE,         /* the catalogue states no fee for this product today */
	PROBLEM_NO_METHOD,      /* the catalogue states no payment method for this office */
	PROBLEM_NO_ROOM,        /* disk reserve */
	PROBLEM_TICKS,          /* not every line of a list is ticked */
	PROBLEM_NOT_SUPERVISOR, /* right password, but only a supervisor may do this */
	PROBLEM_NOT_OWN,        /* right password, but one that somebody else chose */
	PROBLEM_SAME_PERSON,    /* who made the case does not release it */
	PROBLEM_RANGE,          /* first and last serial are no range */
	PROBLEM_NOT_STOCK,      /* no such serial in this counter's stock */
	PROBLEM_NOT_FREE,       /* it is with a case, given or spoiled; or a serial of the range is here already */
	PROBLEM_NOT_HOLDER,     /* not the card of the person who applied */
	PROBLEMS
};
