#pragma once
/*
 * The catalogue: certificate kinds, forms, documents, fees, payment methods, declarations, checks on the card, places
 * to go. Dated data with a source note for each fact; what no source states is absent, and the counter then refuses
 * with words that say whom to ask. assets/catalogue/facts holds facts; assets/catalogue/training lays sample values
 * over them.
 *
 * Loaded once into one read-only object; everything in it is borrowed from it and lives as long. The version and the
 * SHA-256 over all files (sorted by name, training after facts) name it; a case keeps the version it began with.
 */
#include <stddef.h>

#include "kiosk/base/attr.h"
#include "kiosk/base/error.h"
#include "kiosk/model/date.h"
#include "kiosk/model/money.h"
#include "kiosk/model/phrase.h"

#define CATALOGUE_ID   32u /* bytes of an id: lower-case letters, digits, '-' */
#define CATALOGUE_LIST 16u /* most entries of a small list inside an entry */

enum catalogue_service {
	CATALOGUE_HANDLED,
	CATALOGUE_REDIRECTED,
	CATALOGUE_NOT_YET
}; /* NOT_YET: a known kind whose service this release does not offer */
enum catalogue_medium { CATALOGUE_MEDIUM_FILE_USB, CATALOGUE_MEDIUM_TOKEN, CATALOGUE_MEDIUM_NONE };
enum catalogue_key_route { CATALOGUE_KEY_CENTRAL, CATALOGUE_KEY_TOKEN, CATALOGUE_KEY_SUBSCRIBER };
enum catalogue_release { CATALOGUE_RELEASE_COUNTER, CATALOGUE_RELEASE_OFFICER, CATALOGUE_RELEASE_DAY };

struct catalogue_place { /* where a redirected applicant goes */
	struct phrase name;
	struct phrase address; /* may be empty texts */
	struct phrase url;
	const char *form; /* this place's own form ("CPos 798HA"); empty if none */
};

/* One row of the product screen: a kind in one variant with its form. */
struct catalogue_product {
	const char *id;   /* "personal", "personal-mr-safenet" */
	const char *kind; /* "personal", "organisational", ...: the eleven kinds */
	struct phrase name, short_name;
	struct phrase kind_name;
	const char *form;       /* "CPos 798A"; empty if it has none */
	const char *revision;   /* of the form; empty if unknown */
	const char *supplement; /* form that goes with it ("CPos 798FA"); empty if none */
	enum catalogue_service service;
	enum catalogue_medium medium;
	const char *token_brand; /* "safenet", "feitian": the one that the form names; empty unless the medium is a token */
	enum catalogue_key_route key_route;
	enum catalogue_release release;
	struct phrase who;                   /* who may hold it */
	int age_least, age_below;            /* whole years the holder must have reached, must be under; 0: none stated */
	struct phrase bring[CATALOGUE_LIST]; /* what to ask for, in order */
	size_t bring_count;
	struct phrase note;                 /* one thing to tell the clerk; may be empty */
	struct phrase next[CATALOGUE_LIST]; /* what happens after the counter, told at hand-over */
	size_t next_count;
	int terms[8]; /* subscription terms on sale, in months */
	size_t term_count;
	int validity_months;     /* of the certificate, 0 if it equals the subscription */
	const char *declaration; /* id of the declaration document; empty if not handled */
	bool pin_envelope;       /* a numbered PIN envelope is tied to the application */
	struct catalogue_place places[CATALOGUE_LIST];
	size_t place_count;
	const char *source;
	bool sample; /* some value comes from the training overlay */
};

/* What a fee may be for, in the order of the receipt. A product must have the first; the others if a row holds. */
#define CATALOGUE_ITEMS 3u
extern const char *const catalogue_items[CATALOGUE_ITEMS]; /* "subscription", "administration", "medium" */

struct catalogue_fee {
	const char *item;    /* one of catalogue_items */
	const char *product; /* product id, or "*" */
	struct phrase name;
	int term_months; /* 0: any */
	struct money list;
	struct money promotional;                        /* minor -1: none */
	struct date from, until;                         /* until year 0: until further notice; both days count */
	struct date promotional_from, promotional_until; /* of the promotion; within the row's days */
	struct phrase payee;
	const char *payee_id;
	const char *source;
	bool sample;
};

struct catalogue_method {
	const char *id; /* "cash", "eps", "cheque", "cashier-order", "octopus", "fps" */
	struct phrase name;
	bool reference;                      /* needs one */
	int reference_least, reference_most; /* characters */
	struct phrase reference_label, rule; /* rule may be empty: what to look at */
	const char *source;
	bool sample;
};

/* One thing to look at on the card. */
struct catalogue_check {
	const char *id;
	struct phrase name, hint;
	bool required;  /* always needed (the photo) */
	int generation; /* 2018: only on cards issued from November 2018; 2003: only older ones; 0: both */
};

struct catalogue_document { /* a declaration or terms text */
	const char *id, *version;
	struct phrase title;
	struct phrase items[CATALOGUE_LIST]; /* sentences accepted one by one */
	size_t item_count;
	enum catalogue_key_route key_route; /* which key route its words fit */
	uint8_t sha256[LANGUAGES][32];      /* of title and items in that language, joined by line feeds */
	const char *source;
	bool sample;
};

struct catalogue; /* opaque; read-only after catalogue_load() */

/* One fault found by catalogue_load(): file, line (0 if none) and the rule in words. */
struct catalogue_fault {
	char file[64];
	int line;
	char rule[200];
};
typedef void (*catalogue_fault_fn)(void *self, const struct catalogue_fault *fault);

/*
 * Load DIR/facts/ *.json, and DIR/training/ *.json over it when `training`. Every fault is told to `report` (may be
 * NULL); *err holds the first. ERROR_INVALID and *out untouched if there is any: the caller keeps the last good one.
 * Bounds: 64 files, 1 MiB each.
 */
NODISCARD bool catalogue_load(const char *dir, bool training, catalogue_fault_fn report, void *report_self,
	struct catalogue **out, struct error *err);
void catalogue_free(struct catalogue *catalogue);

const char *catalogue_version(const struct catalogue *catalogue);   /* "TRAIN 2026.2" */
const uint8_t *catalogue_sha256(const struct catalogue *catalogue); /* 32 bytes */
bool catalogue_is_training(const struct catalogue *catalogue);
struct date catalogue_from(const struct catalogue *catalogue); /* first day of this version */

/* Entries in the order of the files; index from 0, NULL past the end. */
const struct catalogue_product *catalogue_product_at(const struct catalogue *catalogue, size_t index);
const struct catalogue_product *catalogue_product(const struct catalogue *catalogue, const char *id); /* NULL: none */
const struct catalogue_fee *catalogue_fee_at(const struct catalogue *catalogue, size_t index);
const struct catalogue_method *catalogue_method_at(const struct catalogue *catalogue, size_t index);
const struct catalogue_method *catalogue_method(const struct catalogue *catalogue, const char *id);
const struct catalogue_check *catalogue_check_at(const struct catalogue *catalogue, size_t index);
int catalogue_checks_least(
	const struct catalogue *catalogue); /* features beside the required ones; -1: no rule stated */
const struct catalogue_document *catalogue_document(const struct catalogue *catalogue, const char *id);
/* Print kinds, forms, channels and fees as a table. */
void catalogue_print(const struct catalogue *catalogue);
