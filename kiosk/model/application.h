#pragma once
/* One application as the counter knows it: who, what, how it was checked, what was accepted, what was paid. A value:
 * copied whole, no pointers. 1..n request lines; personal kinds have one. */
#include "kiosk/model/catalogue.h"
#include "kiosk/model/fee.h"
#include "kiosk/model/hkid.h"
#include "kiosk/model/payment.h"

#define APPLICATION_LINES                                                                                              \
	4u /* request lines held in this value; organisational orders come with their own store of lines */
#define APPLICATION_CHECKS 16u
#define APPLICATION_CASE   32u  /* "WR04-261104-047" */
#define APPLICATION_ID     64u  /* packet id "261104-WR-04-000047-7f3a9c2b" */
#define APPLICATION_NAME   164u /* 40 characters of up to four bytes */
#define APPLICATION_LINE   164u
#define APPLICATION_SMALL  84u /* 20 characters of up to four bytes */

enum application_title { APPLICATION_TITLE_NONE, APPLICATION_TITLE_MR, APPLICATION_TITLE_MS };
enum application_area { APPLICATION_AREA_NONE, APPLICATION_AREA_HK, APPLICATION_AREA_KLN, APPLICATION_AREA_NT };

struct application_address { /* in English, as the form asks (CPos 798A) */
	char room[APPLICATION_SMALL], floor[APPLICATION_SMALL], block[APPLICATION_SMALL];
	char building[APPLICATION_LINE];
	char estate[APPLICATION_LINE]; /* estate, street and number */
	char district[APPLICATION_LINE];
	enum application_area area;
};

struct application_person {
	struct hkid hkid;
	char surname[APPLICATION_NAME], given[APPLICATION_NAME], chinese[APPLICATION_NAME];
	enum application_title title;
	struct date birth;
	char phone[24];
	char cert_email[256];    /* goes into the certificate; may be empty */
	char contact_email[256]; /* does not; may be empty */
	struct application_address address;
};

/* How one comparison of form and card, or one feature of the card, was found. The comparisons have the ids of
 * application_comparisons, in the order of the screen: "hkid", "birth", "surname", "given", "chinese"; number and date
 * are compared by the program, the names by eye. The features have the ids of the catalogue's checks. */
#define APPLICATION_COMPARISONS 5u
extern const char *const application_comparisons[APPLICATION_COMPARISONS];
enum application_finding { APPLICATION_NOT_SEEN, APPLICATION_SAME, APPLICATION_DIFFERENT };
struct application_check {
	char id[CATALOGUE_ID]; /* "surname", "photo", "hologram", ... */
	enum application_finding finding;
	char officer[24]; /* staff number */
	int64_t at_ms;
};

enum application_line_state {
	APPLICATION_LINE_OPEN,
	APPLICATION_LINE_COMMITTED,
	APPLICATION_LINE_ISSUED,
	APPLICATION_LINE_REFUNDED
};
enum application_pin_route { APPLICATION_PIN_ENVELOPE, APPLICATION_PIN_AT_COUNTER };

struct application_line {
	char product[CATALOGUE_ID];
	char form_section[16];
	int term_months;
	enum catalogue_medium medium;
	char token_serial[32];
	enum application_pin_route pin_route;
	char pin_envelope[32];
	enum catalogue_release release;
	enum application_line_state state;
};

struct application {
	char case_number[APPLICATION_CASE];
	char form[24], form_revision[24], form_barcode[32];
	char catalogue_version[32];
	struct application_person person;
	int card_generation; /* 2018 or 2003; 0 unknown */
	struct application_check checks[APPLICATION_CHECKS];
	size_t check_count;
	struct application_line lines[APPLICATION_LINES];
	size_t line_count;
	char declaration[CATALOGUE_ID], declaration_version[24];
	uint8_t declaration_sha256[32];
	enum language declaration_language;
	bool declaration_on_paper; /* signed on the form and seen by the clerk */
	int64_t declaration_at_ms;
	struct fee_quote fee;
	struct payment payment;
	int64_t begun_ms;
	struct date day; /* business day */
};

/*
 * Which part is not complete yet, in order of the steps; APPLICATION_COMPLETE when it may be committed.
 * - PRODUCT: at least one line; each of a product that is handled, on its form, its medium and a term on sale.
 * - IDENTITY: number, names and birth date keep the rules of hkid.h and person.h and the product's age; the card's
 *   generation is known; every comparison and required feature was found the same, with who and when (no given or
 *   Chinese name: none to compare); as many other features as the catalogue's rule asks for; nothing was different.
 * - DETAILS: title, phone (tidied), district, area and a building or an estate; e-mail addresses are right or empty;
 *   the form's barcode; the envelope number of each line that has one.
 * - DECLARATION: the product's document in the version and words of this catalogue, signed on the form.
 * - PAYMENT: the fee lines add up to the total and the tenders, by methods of this catalogue, pay exactly that.
 */
enum application_missing {
	APPLICATION_COMPLETE,
	APPLICATION_MISSING_PRODUCT,
	APPLICATION_MISSING_IDENTITY,
	APPLICATION_MISSING_DETAILS,
	APPLICATION_MISSING_DECLARATION,
	APPLICATION_MISSING_PAYMENT,
};
enum application_missing application_missing(const struct application *application, const struct catalogue *catalogue);
/* Finds or adds; NULL when full or the id is too long. */
struct application_check *application_check(struct application *application, const char *id);
/* Wipes everything personal: the person, envelope numbers, token serials, the form's barcode, payment references. */
void application_forget(struct application *application);
