#pragma once
/* What is wrong with the case in hand, field by field and step by step, by the rules of kiosk/model. Pure. */
#include "kiosk/counter/case.h"

struct case_rules {
	const struct catalogue *catalogue;       /* borrowed */
	const struct catalogue_product *product; /* borrowed; of the case */
	struct date today;                       /* business day */
};

/* What is wrong with one field as it stands, PROBLEM_NONE if nothing. FIELD_CHECKLIST: the list of file->step. */
enum field_problem case_judge_field(const struct case_file *file, const struct case_rules *rules, enum field field);
/* The fields of a step that are wrong, in the order of the screen; returns how many of them out[] holds. */
size_t case_judge_step(const struct case_file *file, const struct case_rules *rules, enum flow_state step,
	enum field out[static VIEW_PROBLEMS]);
/* The first step that is not complete, or FLOW_CHECK. */
enum flow_state case_judge_next(const struct case_file *file, const struct case_rules *rules);

/* The number on the card and on the form; false with *fault if there is none yet or it is wrong. */
bool case_judge_card_number(const struct case_file *file, struct hkid *out, enum hkid_fault *fault);
bool case_judge_form_number(const struct case_file *file, struct hkid *out, enum hkid_fault *fault);
/* What the model found, as a problem of a field. */
enum field_problem case_judge_payment(enum payment_fault fault);
enum field_problem case_judge_officer(enum officer_fault fault);
/* An amount as typed. */
enum field_problem case_judge_amount(const char *typed);
