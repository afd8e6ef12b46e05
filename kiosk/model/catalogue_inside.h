#pragma once
/*
 * What the files of the catalogue share: the object itself, what is known while it is read, and where each entry came
 * from. Nothing outside catalogue*.c and its tests includes this.
 */
#include <jansson.h>

#include "kiosk/base/file.h"
#include "kiosk/model/catalogue.h"
#include "kiosk/model/where.h"

#define CATALOGUE_FILES     64u
#define CATALOGUE_FILE_MOST (1024u * 1024u) /* bytes */
#define CATALOGUE_KINDS     32u
#define CATALOGUE_FORMS     64u
#define CATALOGUE_PRODUCTS  64u
#define CATALOGUE_PAYEES    16u
#define CATALOGUE_FEES      256u
#define CATALOGUE_METHODS   16u
#define CATALOGUE_CHECKS    16u
#define CATALOGUE_DOCUMENTS 16u
#define CATALOGUE_FAULTS    200u /* told at most; reading stops there */
#define CATALOGUE_MONTHS    120  /* longest term or validity */
#define CATALOGUE_DEPTH     8u   /* steps from the top of a file to a value */

struct catalogue_kind {
	const char *id;
	struct phrase name;
	const char *source;
	bool sample;
};

struct catalogue_form {
	const char *id, *revision;
	const char *source;
	bool sample;
};

struct catalogue_payee {
	const char *id;
	struct phrase name;
	const char *source;
	bool sample;
};

/* A check with what is not shown. */
struct catalogue_check_row {
	struct catalogue_check check;
	const char *source;
	bool sample;
};

/* Where an entry stands, or what training laid over it, and which of its members were there. */
struct catalogue_origin {
	size_t file; /* index into the files being read */
	int line;
	uint32_t seen;        /* bit per member of its table */
	bool facts, overlaid; /* made by a file of facts; changed by one of training */
};

struct catalogue {
	char version[32];
	struct date from;
	uint8_t sha256[32];
	bool training;
	int checks_least;
	struct catalogue_kind kinds[CATALOGUE_KINDS];
	struct catalogue_form forms[CATALOGUE_FORMS];
	struct catalogue_product products[CATALOGUE_PRODUCTS];
	struct catalogue_payee payees[CATALOGUE_PAYEES];
	struct catalogue_fee fees[CATALOGUE_FEES];
	struct catalogue_method methods[CATALOGUE_METHODS];
	struct catalogue_check_row checks[CATALOGUE_CHECKS];
	struct catalogue_document documents[CATALOGUE_DOCUMENTS];
	size_t kind_count, form_count, product_count, payee_count, fee_count, method_count, check_count, document_count;
	json_t *roots[CATALOGUE_FILES]; /* owned; every text is borrowed from them */
	size_t root_count;
};

struct catalogue_file {
	char name[64]; /* "facts/fees.json" */
	bool training;
	struct file_bytes bytes; /* owned; ends with a NUL */
};

/* Lists of entries in the order in which their rules are looked at. */
enum catalogue_list {
	CATALOGUE_LIST_KINDS,
	CATALOGUE_LIST_FORMS,
	CATALOGUE_LIST_PRODUCTS,
	CATALOGUE_LIST_PAYEES,
	CATALOGUE_LIST_FEES,
	CATALOGUE_LIST_METHODS,
	CATALOGUE_LIST_CHECKS,
	CATALOGUE_LIST_DOCUMENTS,
	CATALOGUE_LISTS
};

struct catalogue_reading {
	struct catalogue *catalogue;
	const struct catalogue_file *files; /* borrowed */
	size_t file_count;
	size_t file; /* the one being read */
	struct where_step path[CATALOGUE_DEPTH];
	size_t depth;
	struct catalogue_origin origins[CATALOGUE_LISTS][CATALOGUE_FEES];
	bool version_seen[2], least_seen; /* version: of facts, of training */
	size_t faults;
	catalogue_fault_fn report; /* may be NULL */
	void *report_self;
	struct catalogue_fault first; /* if there are faults */
};

/* catalogue_load.c: tell a fault where the path of the reading stands, and at a known place. */
void catalogue_load_fault(struct catalogue_reading *in, const char *fmt, ...) PRINTF(2, 3);
void catalogue_load_fault_at(struct catalogue_reading *in, size_t file, int line, const char *fmt, ...) PRINTF(4, 5);
/* The whole of catalogue_load() after the files were read. */
NODISCARD bool catalogue_load_files(const struct catalogue_file *files, size_t count, bool training,
	catalogue_fault_fn report, void *report_self, struct catalogue **out, struct error *err);

/* catalogue_values.c: take one value of a form, or tell the fault where the path stands. Texts are borrowed from the
 * value; what cannot be taken leaves *out as it is, or is an empty text. */
void catalogue_values_push(struct catalogue_reading *in, const char *member, size_t index);
void catalogue_values_pop(struct catalogue_reading *in);
const char *catalogue_values_text(struct catalogue_reading *in, json_t *value, size_t most);
const char *catalogue_values_id(struct catalogue_reading *in, json_t *value, bool all); /* all: "*" too */
bool catalogue_values_number(struct catalogue_reading *in, json_t *value, int least, int most, int *out);
/* The index of the word, into the enum at `field`. `choices` ends with NULL. */
void catalogue_values_choice(struct catalogue_reading *in, json_t *value, const char *const *choices, void *field);
void catalogue_values_date(struct catalogue_reading *in, json_t *value, struct date *out);
void catalogue_values_money(struct catalogue_reading *in, json_t *value, struct money *out);
void catalogue_values_phrase(struct catalogue_reading *in, json_t *value, size_t most, struct phrase *out);
/* A phrase, or one text that serves in every language. */
void catalogue_values_same(struct catalogue_reading *in, json_t *value, size_t most, struct phrase *out);
bool catalogue_values_array(struct catalogue_reading *in, json_t *value, size_t most); /* of 1 to `most` */
void catalogue_values_phrases(
	struct catalogue_reading *in, json_t *value, size_t most, struct phrase *out, size_t *count);
/* Months, each more than the one before, at most eight. */
void catalogue_values_terms(struct catalogue_reading *in, json_t *value, int *out, size_t *count);

/* catalogue_read.c: take the values of one parsed file; after the last file, ask for members that nobody gave. */
void catalogue_read_root(struct catalogue_reading *in, json_t *root);
void catalogue_read_required(struct catalogue_reading *in);

/* catalogue_rules.c: what must hold between entries; fills what follows from others (names of kinds and payees). */
void catalogue_rules_apply(struct catalogue_reading *in);
