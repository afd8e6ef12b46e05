#include "kiosk/counter/case_judge.h"

#include <string.h>
#include <strings.h>

#include "kiosk/base/secret.h"
#include "kiosk/base/text.h"
#include "kiosk/model/person.h"

#define COUNT(table)    (sizeof(table) / sizeof((table)[0]))
#define SMALL_LINE_MOST 20u /* characters of room, floor and block */
#define LINE_MOST       40u /* of the other address lines */
#define CHECK_LEAST     8u  /* characters of a number with its check character and no brackets */

static const enum field identity_fields[] = { FIELD_CARD_NUMBER, FIELD_CARD_CHECK, FIELD_FORM_NUMBER, FIELD_CARD_BIRTH,
	FIELD_FORM_BIRTH, FIELD_SURNAME, FIELD_GIVEN, FIELD_CHINESE, FIELD_SAME_SURNAME, FIELD_SAME_GIVEN,
	FIELD_SAME_CHINESE, FIELD_GENERATION, FIELD_CHECKLIST };
static const enum field details_fields[] = { FIELD_TITLE, FIELD_PHONE, FIELD_CERT_EMAIL, FIELD_CONTACT_EMAIL,
	FIELD_ROOM, FIELD_FLOOR, FIELD_BLOCK, FIELD_BUILDING, FIELD_ESTATE, FIELD_DISTRICT, FIELD_AREA, FIELD_BARCODE,
	FIELD_ENVELOPE };
static const enum field declaration_fields[] = { FIELD_DECLARATION_LANGUAGE, FIELD_CHECKLIST };
static const enum field payment_fields[] = { FIELD_AMOUNT };

/* Which fields a step asks for; a step that asks for none is complete. */
static const struct {
	const enum field *fields;
	size_t count;
} steps[FLOW_STATES] = {
	[FLOW_IDENTITY] = { identity_fields, COUNT(identity_fields) },
	[FLOW_DETAILS] = { details_fields, COUNT(details_fields) },
	[FLOW_DECLARATION] = { declaration_fields, COUNT(declaration_fields) },
	[FLOW_PAYMENT] = { payment_fields, COUNT(payment_fields) },
};

static enum field_problem
person_problem(enum person_fault fault)
{
	static const enum field_problem problems[] = {
		[PERSON_OK] = PROBLEM_NONE,
		[PERSON_EMPTY] = PROBLEM_EMPTY,
		[PERSON_LONG] = PROBLEM_LONG,
		[PERSON_SCRIPT] = PROBLEM_SCRIPT,
		[PERSON_CHARACTER] = PROBLEM_CHARACTER,
		[PERSON_SHAPE] = PROBLEM_SHAPE,
		[PERSON_FUTURE] = PROBLEM_FUTURE,
		[PERSON_TOO_OLD] = PROBLEM_TOO_OLD,
		[PERSON_TOO_YOUNG] = PROBLEM_TOO_YOUNG,
	};
	return problems[fault];
}

enum field_problem
case_judge_payment(enum payment_fault fault)
{
	static const enum field_problem problems[] = {
		[PAYMENT_OK] = PROBLEM_NONE,
		[PAYMENT_NOTHING] = PROBLEM_NOTHING,
		[PAYMENT_OVER] = PROBLEM_OVER,
		[PAYMENT_NOT_CASH] = PROBLEM_NOT_CASH,
		[PAYMENT_ABSURD] = PROBLEM_ABSURD,
		[PAYMENT_NO_REFERENCE] = PROBLEM_REFERENCE,
		[PAYMENT_CARD_NUMBER] = PROBLEM_CARD_NUMBER,
		[PAYMENT_REPEATED] = PROBLEM_REPEATED,
		[PAYMENT_TOO_MANY] = PROBLEM_TOO_MANY,
		[PAYMENT_LAST] = PROBLEM_LAST,
		[PAYMENT_NOT_ACCEPTED] = PROBLEM_NOT_ACCEPTED,
	};
	return problems[fault];
}

enum field_problem
case_judge_officer(enum officer_fault fault)
{
	static const enum field_problem problems[] = {
		[OFFICER_OK] = PROBLEM_NONE,
		[OFFICER_SHORT] = PROBLEM_SHORT,
		[OFFICER_LONG] = PROBLEM_LONG,
		[OFFICER_COMMON] = PROBLEM_COMMON,
		[OFFICER_HOLDS_NAME] = PROBLEM_COMMON,
		[OFFICER_NOT_EQUAL] = PROBLEM_NOT_EQUAL,
		[OFFICER_BAD_NUMBER] = PROBLEM_SHAPE,
		[OFFICER_BAD_NAME] = PROBLEM_CHARACTER,
	};
	return problems[fault];
}

enum field_problem
case_judge_amount(const char *typed)
{
	struct money amount;
	struct error err;
	char tidy[CASE_TEXT];
	if (!text_tidy(typed, tidy, sizeof(tidy), &err))
		return PROBLEM_CHARACTER;
	if (tidy[0] == '\0')
		return PROBLEM_NONE;
	if (tidy[0] == '-' || strncmp(tidy, "\u2212", strlen("\u2212")) == 0)
		return PROBLEM_NEGATIVE;
	if (money_parse(tidy, &amount, &err))
		return amount.minor == 0 ? PROBLEM_NOTHING : PROBLEM_NONE;
	return err.kind == ERROR_FULL ? PROBLEM_ABSURD : PROBLEM_SHAPE;
}

bool
case_judge_card_number(const struct case_file *file, struct hkid *out, enum hkid_fault *fault)
{
	struct error ignored;
	return hkid_parse_parts(file->text[FIELD_CARD_NUMBER], file->text[FIELD_CARD_CHECK], out, fault, &ignored);
}

/* On the form the check character may stand without brackets. */
bool
case_judge_form_number(const struct case_file *file, struct hkid *out, enum hkid_fault *fault)
{
	struct error ignored;
	char tidy[CASE_TEXT];
	case_tidy(file, FIELD_FORM_NUMBER, tidy, sizeof(tidy));
	size_t len = strlen(tidy);
	bool ok = false;
	if (len >= CHECK_LEAST && strpbrk(tidy, "()") == NULL) {
		char check[2] = { tidy[len - 1], '\0' };
		tidy[len - 1] = '\0';
		ok = hkid_parse_parts(tidy, check, out, fault, &ignored);
	} else {
		ok = hkid_parse(file->text[FIELD_FORM_NUMBER], out, fault, &ignored);
	}
	secret_wipe(tidy, sizeof(tidy));
	return ok;
}

static enum field_problem
card_number(const struct case_file *file)
{
	struct hkid hkid;
	enum hkid_fault fault = HKID_OK;
	(void)case_judge_card_number(file, &hkid, &fault);
	return fault == HKID_EMPTY ? PROBLEM_EMPTY : fault == HKID_SHAPE ? PROBLEM_SHAPE : PROBLEM_NONE;
}

/* Only meaningful beside a number that has the right shape. */
static enum field_problem
card_check(const struct case_file *file)
{
	struct hkid hkid;
	enum hkid_fault fault = HKID_OK;
	char tidy[CASE_TEXT];
	case_tidy(file, FIELD_CARD_CHECK, tidy, sizeof(tidy));
	if (tidy[0] == '\0')
		return file->text[FIELD_CARD_CHECK][0] == '\0' ? PROBLEM_EMPTY : PROBLEM_CHARACTER;
	(void)case_judge_card_number(file, &hkid, &fault);
	return fault == HKID_CHECK ? PROBLEM_CHECK_CHARACTER : PROBLEM_NONE;
}

static enum field_problem
form_number(const struct case_file *file)
{
	struct hkid form, card;
	enum hkid_fault fault = HKID_OK, card_fault = HKID_OK;
	if (!case_judge_form_number(file, &form, &fault))
		return fault == HKID_EMPTY ? PROBLEM_EMPTY : fault == HKID_SHAPE ? PROBLEM_SHAPE : PROBLEM_CHECK_CHARACTER;
	if (!case_judge_card_number(file, &card, &card_fault))
		return PROBLEM_NONE;
	return hkid_equal(&form, &card) ? PROBLEM_NONE : PROBLEM_DIFFERENT;
}

static enum person_fault
birth_of(const struct case_file *file, const struct case_rules *rules, enum field field, struct date *out)
{
	char tidy[CASE_TEXT];
	case_tidy(file, field, tidy, sizeof(tidy));
	if (tidy[0] == '\0' && file->text[field][0] != '\0')
		return PERSON_SHAPE;
	return person_birth(tidy, rules->today, out);
}

static enum field_problem
birth(const struct case_file *file, const struct case_rules *rules, enum field field)
{
	struct date here, there;
	enum person_fault fault = birth_of(file, rules, field, &here);
	if (fault != PERSON_OK)
		return person_problem(fault);
	if (field == FIELD_CARD_BIRTH)
		return person_problem(person_age(here, rules->today, rules->product->age_least));
	if (birth_of(file, rules, FIELD_CARD_BIRTH, &there) != PERSON_OK)
		return PROBLEM_NONE;
	return date_compare(here, there) == 0 ? PROBLEM_NONE : PROBLEM_DIFFERENT;
}

/* The judgement of a name by eye; needed when the card has that name. */
static enum field_problem
same(const struct case_file *file, enum field name, enum field judgement)
{
	if (file->text[name][0] == '\0' && name != FIELD_SURNAME)
		return PROBLEM_NONE;
	if (file->choice[judgement] == APPLICATION_DIFFERENT)
		return PROBLEM_DIFFERENT;
	return file->choice[judgement] == APPLICATION_SAME ? PROBLEM_NONE : PROBLEM_NOT_LOOKED;
}

/* The required features, and as many others as the rule of the office asks for; on a card with fewer, all it has. */
static enum field_problem
features(const struct case_file *file, const struct case_rules *rules)
{
	int there = 0, seen = 0, least = catalogue_checks_least(rules->catalogue);
	const struct catalogue_check *check = NULL;
	for (size_t i = 0; (check = case_check_at(file, rules->catalogue, i)) != NULL; i++) {
		bool ticked = case_seen(file, check->id) != NULL;
		if (check->required && !ticked)
			return PROBLEM_NO_PHOTO;
		there += check->required ? 0 : 1;
		seen += !check->required && ticked ? 1 : 0;
	}
	return seen >= (least < there ? least : there) ? PROBLEM_NONE : PROBLEM_TOO_FEW;
}

static enum field_problem
items(const struct case_file *file, const struct case_rules *rules)
{
	const struct catalogue_document *document = catalogue_document(rules->catalogue, rules->product->declaration);
	if (document == NULL)
		return PROBLEM_NONE;
	for (size_t i = 0; i < document->item_count; i++)
		if (!file->declared[i])
			return PROBLEM_TICKS;
	return PROBLEM_NONE;
}

static enum field_problem
payment(const struct case_file *file, const struct case_rules *rules)
{
	int paid = money_compare(payment_paid(&file->payment), file->fee.total);
	if (catalogue_method_at(rules->catalogue, 0) == NULL)
		return PROBLEM_NO_METHOD;
	if (file->fee.count == 0)
		return PROBLEM_NO_FEE;
	return paid < 0 ? PROBLEM_LEFT : paid > 0 ? PROBLEM_OVERPAID : PROBLEM_NONE;
}

/* A field that may stay empty. */
static enum field_problem
optional(enum person_fault fault)
{
	return fault == PERSON_EMPTY ? PROBLEM_NONE : person_problem(fault);
}

static enum field_problem
address_line(const struct case_file *file, enum field field, const char *tidy)
{
	char other[CASE_TEXT];
	size_t most = field == FIELD_ROOM || field == FIELD_FLOOR || field == FIELD_BLOCK ? SMALL_LINE_MOST : LINE_MOST;
	enum field_problem problem = person_problem(person_address_line(tidy, most));
	if (most == SMALL_LINE_MOST && strlen(tidy) >= sizeof(((struct application_address *)NULL)->room))
		return PROBLEM_LONG; /* few characters of many bytes */
	if (problem != PROBLEM_EMPTY || field == FIELD_DISTRICT)
		return problem;
	if (field != FIELD_BUILDING)
		return PROBLEM_NONE;
	case_tidy(file, FIELD_ESTATE, other, sizeof(other)); /* a building or a street: one of the two is needed */
	return other[0] == '\0' ? PROBLEM_EMPTY : PROBLEM_NONE;
}

static enum field_problem
phone(const char *tidy)
{
	char number[sizeof(((struct application_person *)NULL)->phone)];
	return person_problem(person_phone(tidy, number, sizeof(number)));
}

static enum field_problem
given(const char *tidy)
{
	return optional(tidy[0] == '\0' ? PERSON_EMPTY : person_latin_name(tidy));
}

static enum field_problem
email(const char *tidy)
{
	return optional(tidy[0] == '\0' ? PERSON_EMPTY : person_email(tidy));
}

/* Form and envelope are two papers: the same number on both means that one paper was scanned twice. */
static enum field_problem
envelope(const struct case_file *file, const char *tidy)
{
	char barcode[CASE_TEXT];
	enum field_problem problem = person_problem(person_number(tidy));
	case_tidy(file, FIELD_BARCODE, barcode, sizeof(barcode));
	return problem == PROBLEM_NONE && strcasecmp(barcode, tidy) == 0 ? PROBLEM_REPEATED : problem;
}

/* Fields whose rule looks at their own text. */
static enum field_problem
typed(const struct case_file *file, const struct case_rules *rules, enum field field, const char *tidy)
{
	switch (field) {
	case FIELD_SURNAME:
		return person_problem(person_latin_name(tidy));
	case FIELD_GIVEN:
		return given(tidy);
	case FIELD_CHINESE:
		return person_problem(person_chinese_name(tidy));
	case FIELD_PHONE:
		return phone(tidy);
	case FIELD_CERT_EMAIL:
		return email(tidy);
	case FIELD_CONTACT_EMAIL:
		return file->choice[FIELD_CONTACT_SAME] == 1 ? PROBLEM_NONE : email(tidy);
	case FIELD_BARCODE:
		return person_problem(person_number(tidy));
	case FIELD_ENVELOPE:
		return rules->product->pin_envelope ? envelope(file, tidy) : PROBLEM_NONE;
	default:
		return address_line(file, field, tidy);
	}
}

static enum field_problem
text_field(const struct case_file *file, const struct case_rules *rules, enum field field)
{
	char tidy[CASE_TEXT];
	struct error ignored;
	enum field_problem problem = PROBLEM_CHARACTER;
	if (file->cut[field])
		return PROBLEM_LONG;
	if (text_tidy(file->text[field], tidy, sizeof(tidy), &ignored))
		problem = typed(file, rules, field, tidy);
	secret_wipe(tidy, sizeof(tidy));
	return problem;
}

static enum field_problem
chosen(const struct case_file *file, enum field field)
{
	return file->choice[field] < 0 ? PROBLEM_EMPTY : PROBLEM_NONE;
}

enum field_problem
case_judge_field(const struct case_file *file, const struct case_rules *rules, enum field field)
{
	if (case_kind(field) == CASE_TYPED && file->cut[field])
		return PROBLEM_LONG;
	switch (field) {
	case FIELD_CARD_NUMBER:
		return card_number(file);
	case FIELD_CARD_CHECK:
		return card_check(file);
	case FIELD_FORM_NUMBER:
		return form_number(file);
	case FIELD_CARD_BIRTH:
	case FIELD_FORM_BIRTH:
		return birth(file, rules, field);
	case FIELD_SAME_SURNAME:
		return same(file, FIELD_SURNAME, field);
	case FIELD_SAME_GIVEN:
		return same(file, FIELD_GIVEN, field);
	case FIELD_SAME_CHINESE:
		return same(file, FIELD_CHINESE, field);
	case FIELD_GENERATION:
	case FIELD_TITLE:
	case FIELD_AREA:
	case FIELD_DECLARATION_LANGUAGE:
		return chosen(file, field);
	case FIELD_CHECKLIST:
		return file->step == FLOW_DECLARATION ? items(file, rules) : features(file, rules);
	case FIELD_AMOUNT:
		return payment(file, rules);
	default:
		return case_kind(field) == CASE_TYPED ? text_field(file, rules, field) : PROBLEM_NONE;
	}
}

/* FIELD_CHECKLIST means another list in another step. */
static enum field_problem
field_of_step(const struct case_file *file, const struct case_rules *rules, enum flow_state step, enum field field)
{
	if (field == FIELD_CHECKLIST)
		return step == FLOW_DECLARATION ? items(file, rules) : features(file, rules);
	return case_judge_field(file, rules, field);
}

size_t
case_judge_step(const struct case_file *file, const struct case_rules *rules, enum flow_state step,
	enum field out[static VIEW_PROBLEMS])
{
	size_t count = 0;
	for (size_t i = 0; i < steps[step].count && count < VIEW_PROBLEMS; i++)
		if (field_of_step(file, rules, step, steps[step].fields[i]) != PROBLEM_NONE)
			out[count++] = steps[step].fields[i];
	return count;
}

enum flow_state
case_judge_next(const struct case_file *file, const struct case_rules *rules)
{
	static const enum flow_state order[] = { FLOW_IDENTITY, FLOW_DETAILS, FLOW_DECLARATION, FLOW_PAYMENT };
	enum field wrong[VIEW_PROBLEMS];
	for (size_t i = 0; i < COUNT(order); i++)
		if (case_judge_step(file, rules, order[i], wrong) > 0)
			return order[i];
	return FLOW_CHECK;
}
