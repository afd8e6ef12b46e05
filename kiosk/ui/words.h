#pragma once
/*
 * What has a name everywhere on the screen: fields and what is wrong with them, steps, hold reasons, roles; and how
 * money, times and ages are written. One place, so that a summary says exactly what stands under the field.
 */
#include "kiosk/flow/command.h"
#include "kiosk/flow/view.h"
#include "kiosk/ui/tree.h"

/* Id of a field's text box or choice: "field-phone". Static text; NULL for FIELD_NONE. */
const char *words_id(enum field field);
/* The field whose box (or option "<id>-<n>") has this id, FIELD_NONE if there is none. */
enum field words_field(const char *id);
/* Label of the field: "Contact phone". */
const char *words_label(enum lang lang, enum field field);
/* What is wrong with the field, in words; NULL if nothing is or it is not told yet. Borrowed from the tree. */
const char *words_problem(struct tree *tree, const struct view *view, enum field field);

const char *words_step(enum lang lang, enum flow_state state); /* "Identity check"; for all states */
const char *words_hold(enum lang lang, enum hold_reason reason);
const char *words_role(enum lang lang, enum officer_role role);
/* The catalogue's language of a screen language. */
enum language words_language(enum lang lang);
/* A catalogue text in the tree's language; English where it is missing. */
const char *words_phrase(const struct tree *tree, const struct phrase *phrase);
/* Name of a product by its id; the id itself if the catalogue does not know it. */
const char *words_product(const struct tree *tree, const struct view *view, const char *id);

const char *words_money(struct tree *tree, struct money amount);                    /* "$1,048.00" */
const char *words_amount(struct tree *tree, struct money amount);                   /* "1,048.00" */
const char *words_clock(struct tree *tree, const struct view *view, int64_t at_ms); /* "14:32" */
const char *words_date(struct tree *tree, struct date date);                        /* "4 Nov 2026" */
const char *words_day(struct tree *tree, struct date date, bool year);              /* "Wednesday 4 November" */
const char *words_when(struct tree *tree, const struct view *view, int64_t at_ms);  /* "14:32", "3 Nov 14:32" */
const char *words_age(struct tree *tree, int64_t ms);                               /* "27 min", "1 h 12 min" */
