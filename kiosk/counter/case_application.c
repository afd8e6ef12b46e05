#include "kiosk/counter/case_application.h"

#include <string.h>

#include "kiosk/base/text.h"
#include "kiosk/model/person.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

/* Where the tidied text of a field goes. */
#define OF_PERSON(field, member)                                                                                       \
	{                                                                                                                  \
		(field), offsetof(struct application, person) + offsetof(struct application_person, member),                   \
			sizeof(((struct application_person *)NULL)->member)                                                        \
	}
static const struct {
	enum field field;
	size_t offset, cap;
} texts[] = {
	OF_PERSON(FIELD_SURNAME, surname),
	OF_PERSON(FIELD_GIVEN, given),
	OF_PERSON(FIELD_CHINESE, chinese),
	OF_PERSON(FIELD_CERT_EMAIL, cert_email),
	OF_PERSON(FIELD_ROOM, address.room),
	OF_PERSON(FIELD_FLOOR, address.floor),
	OF_PERSON(FIELD_BLOCK, address.block),
	OF_PERSON(FIELD_BUILDING, address.building),
	OF_PERSON(FIELD_ESTATE, address.estate),
	OF_PERSON(FIELD_DISTRICT, address.district),
	{ FIELD_BARCODE, offsetof(struct application, form_barcode), sizeof(((struct application *)NULL)->form_barcode) },
};

static bool
put_texts(const struct case_file *file, struct application *out)
{
	char tidy[CASE_TEXT];
	for (size_t i = 0; i < COUNT(texts); i++) {
		case_tidy(file, texts[i].field, tidy, sizeof(tidy));
		if (!text_copy((char *)out + texts[i].offset, texts[i].cap, tidy))
			return false;
	}
	return true;
}

static bool
put_person(const struct case_file *file, const struct case_rules *rules, struct application *out)
{
	struct application_person *person = &out->person;
	enum hkid_fault fault = HKID_OK;
	char tidy[CASE_TEXT];
	if (!case_judge_card_number(file, &person->hkid, &fault))
		return false;
	case_tidy(file, FIELD_CARD_BIRTH, tidy, sizeof(tidy));
	if (person_birth(tidy, rules->today, &person->birth) != PERSON_OK)
		return false;
	case_tidy(file, FIELD_PHONE, tidy, sizeof(tidy));
	if (person_phone(tidy, person->phone, sizeof(person->phone)) != PERSON_OK)
		return false;
	case_tidy(file, file->choice[FIELD_CONTACT_SAME] == 1 ? FIELD_CERT_EMAIL : FIELD_CONTACT_EMAIL, tidy, sizeof(tidy));
	if (!text_copy(person->contact_email, sizeof(person->contact_email), tidy))
		return false;
	person->title =
		file->choice[FIELD_TITLE] < 0 ? APPLICATION_TITLE_NONE : (enum application_title)file->choice[FIELD_TITLE];
	person->address.area =
		file->choice[FIELD_AREA] < 0 ? APPLICATION_AREA_NONE : (enum application_area)file->choice[FIELD_AREA];
	return put_texts(file, out);
}

static bool
put_check(struct application *out, const char *id, int finding, const char *officer, int64_t at_ms)
{
	struct application_check *check = application_check(out, id);
	if (check == NULL)
		return false;
	check->finding = finding < 0 ? APPLICATION_NOT_SEEN : (enum application_finding)finding;
	check->at_ms = at_ms;
	return text_copy(check->officer, sizeof(check->officer), officer);
}

static bool
put_judgement(const struct case_file *file, struct application *out, const char *id, enum field field)
{
	const struct case_seen *judged = &file->judged[field];
	return put_check(out, id, file->choice[field], judged->officer, judged->at_ms);
}

/* Number and date were compared by the program when the step was left: case_judge found no difference. */
static bool
put_checks(const struct case_file *file, const struct case_rules *rules, struct application *out)
{
	const struct catalogue_check *check = NULL;
	struct hkid card, form;
	enum hkid_fault fault = HKID_OK;
	bool equal = case_judge_card_number(file, &card, &fault) && case_judge_form_number(file, &form, &fault) &&
				 hkid_equal(&card, &form);
	int hkid = equal ? APPLICATION_SAME : APPLICATION_DIFFERENT;
	int birth =
		case_judge_field(file, rules, FIELD_FORM_BIRTH) == PROBLEM_NONE ? APPLICATION_SAME : APPLICATION_DIFFERENT;
	bool ok = put_check(out, "hkid", hkid, file->checked_by, file->checked_ms) &&
			  put_check(out, "birth", birth, file->checked_by, file->checked_ms) &&
			  put_judgement(file, out, "surname", FIELD_SAME_SURNAME);
	if (ok && out->person.given[0] != '\0')
		ok = put_judgement(file, out, "given", FIELD_SAME_GIVEN);
	if (ok && out->person.chinese[0] != '\0')
		ok = put_judgement(file, out, "chinese", FIELD_SAME_CHINESE);
	for (size_t i = 0; ok && (check = case_check_at(file, rules->catalogue, i)) != NULL; i++) {
		const struct case_seen *seen = case_seen(file, check->id);
		if (seen != NULL)
			ok = put_check(out, check->id, APPLICATION_SAME, seen->officer, seen->at_ms);
	}
	return ok;
}

static void
put_line(const struct case_file *file, const struct case_rules *rules, struct application *out)
{
	const struct catalogue_product *product = rules->product;
	struct application_line *line = &out->lines[0];
	out->line_count = 1;
	*line = (struct application_line){ .term_months = file->term_months,
		.medium = product->medium,
		.pin_route = APPLICATION_PIN_ENVELOPE,
		.release = product->release,
		.state = APPLICATION_LINE_OPEN };
	(void)text_copy(line->product, sizeof(line->product), product->id);
	if (product->pin_envelope) {
		char tidy[CASE_TEXT];
		case_tidy(file, FIELD_ENVELOPE, tidy, sizeof(tidy));
		(void)text_copy(line->pin_envelope, sizeof(line->pin_envelope), tidy);
	}
}

static void
put_declaration(const struct case_file *file, const struct case_rules *rules, struct application *out)
{
	const struct catalogue_document *document = catalogue_document(rules->catalogue, rules->product->declaration);
	int32_t language = file->choice[FIELD_DECLARATION_LANGUAGE];
	if (document == NULL || language < 0)
		return;
	(void)text_copy(out->declaration, sizeof(out->declaration), document->id);
	(void)text_copy(out->declaration_version, sizeof(out->declaration_version), document->version);
	memcpy(out->declaration_sha256, document->sha256[language], sizeof(out->declaration_sha256));
	out->declaration_language = (enum language)language;
	out->declaration_on_paper = true;
	out->declaration_at_ms = file->declared_ms;
}

static bool
put_all(const struct case_file *file, const struct case_rules *rules, struct application *out)
{
	*out = (struct application){ .begun_ms = file->begun_ms, .day = rules->today, .fee = file->fee };
	out->payment = file->payment;
	out->card_generation = file->choice[FIELD_GENERATION] < 0 ? 0 : file->choice[FIELD_GENERATION];
	(void)text_copy(out->case_number, sizeof(out->case_number), file->case_number);
	(void)text_copy(out->form, sizeof(out->form), rules->product->form);
	(void)text_copy(out->form_revision, sizeof(out->form_revision), rules->product->revision);
	(void)text_copy(out->catalogue_version, sizeof(out->catalogue_version), catalogue_version(rules->catalogue));
	put_line(file, rules, out);
	put_declaration(file, rules, out);
	return put_person(file, rules, out) && put_checks(file, rules, out);
}

bool
case_application(
	const struct case_file *file, const struct case_rules *rules, struct application *out, struct error *err)
{
	static const char *const parts[] = { [APPLICATION_COMPLETE] = "a text that does not fit",
		[APPLICATION_MISSING_PRODUCT] = "product",
		[APPLICATION_MISSING_IDENTITY] = "identity",
		[APPLICATION_MISSING_DETAILS] = "details",
		[APPLICATION_MISSING_DECLARATION] = "declaration",
		[APPLICATION_MISSING_PAYMENT] = "payment" };
	bool filled = put_all(file, rules, out);
	enum application_missing missing = application_missing(out, rules->catalogue);
	if (filled && missing == APPLICATION_COMPLETE && file->hidden)
		return true;
	application_forget(out);
	return error_set(err, ERROR_INVALID, "case is not complete: %s", parts[missing]);
}
