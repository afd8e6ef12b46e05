#pragma once
/*
 * The case in hand: what the clerk typed, chose and ticked, as typed, before it is an application. A value: it is kept
 * as a draft (case_code.h), judged (case_judge.h) and becomes an application at the end (case_application.h). What was
 * typed is never cleared by the program.
 */
#include "kiosk/flow/field.h"
#include "kiosk/flow/state.h"
#include "kiosk/flow/view.h"
#include "kiosk/model/application.h"
#include "kiosk/model/officer.h"

#define CASE_TEXT VIEW_TEXT /* bytes of one field, NUL included */

/* Which fields belong to a case. */
enum case_kind { CASE_OTHER, CASE_TYPED, CASE_CHOSEN };

struct case_seen { /* one feature of the card that was looked at and found as it should be */
	char id[CATALOGUE_ID];
	char officer[OFFICER_NUMBER];
	int64_t at_ms;
};

struct case_file {
	char case_number[APPLICATION_CASE]; /* empty: no case in hand */
	char product[CATALOGUE_ID];
	int32_t term_months;
	enum flow_state step; /* where it goes on */
	bool from_check;      /* Continue returns to Check */
	int64_t begun_ms;
	int64_t step_ms[FLOW_STATES]; /* when each step was completed, 0 if not */

	char text[FIELDS][CASE_TEXT];
	bool cut[FIELDS];                /* more was typed than CASE_TEXT holds; text is its beginning */
	int32_t choice[FIELDS];          /* -1: none yet */
	struct case_seen judged[FIELDS]; /* FIELD_SAME_*: who judged and when; id unused */

	struct case_seen seen[APPLICATION_CHECKS];
	uint32_t seen_count;
	bool hidden; /* identity checked: its fields are closed and the number shows masked */
	char checked_by[OFFICER_NUMBER];
	int64_t checked_ms;

	bool declared[CATALOGUE_LIST];
	int64_t declared_ms;      /* when the last item was ticked */
	struct date quoted_first; /* day of the first quote; year 0: none yet */
	struct fee_quote fee;
	struct payment payment;
};

enum case_kind case_kind(enum field field);
/* True for the fields that close once the identity is checked. */
bool case_is_identity(enum field field);
void case_begin(struct case_file *file, const char *case_number, const struct catalogue_product *product,
	int term_months, int64_t now_ms);
/* The field now reads so. `text` is UTF-8; what does not fit is cut and the cut remembered. False if nothing changed or
 * the field is not open for typing. */
bool case_type(struct case_file *file, enum field field, const char *text);
/* False if nothing changed, the field is no choice, or `choice` is none of its choices. */
bool case_choose(struct case_file *file, enum field field, int32_t choice, const char *officer, int64_t now_ms);

/* The index-th feature that a card of the chosen generation has; NULL past the end or without a generation. */
const struct catalogue_check *case_check_at(
	const struct case_file *file, const struct catalogue *catalogue, size_t index);
const struct case_seen *case_seen(const struct case_file *file, const char *id); /* NULL: not ticked */
bool case_see(struct case_file *file, const struct catalogue *catalogue, size_t index, bool on, const char *officer,
	int64_t now_ms);
bool case_declare(struct case_file *file, size_t index, bool on, int64_t now_ms);
/* Nothing was typed, chosen, ticked or paid yet. */
bool case_is_blank(const struct case_file *file);
/* "LEUNG Hoi Ching 梁凱晴", or what is there of it. */
void case_name(const struct case_file *file, char *out, size_t cap);
/* The tidied text of a field; empty when it cannot be tidied. cap >= CASE_TEXT. */
void case_tidy(const struct case_file *file, enum field field, char *out, size_t cap);
/* Wipes all of it. */
void case_forget(struct case_file *file);
