#include "kiosk/model/application.h"

#include <string.h>

#include "kiosk/base/secret.h"
#include "kiosk/base/text.h"
#include "kiosk/model/person.h"

#define SMALL_LINE_MOST 20u /* characters of room, floor and block */
#define LINE_MOST       40u /* of the other address lines */

const char *const application_comparisons[APPLICATION_COMPARISONS] = { "hkid", "birth", "surname", "given", "chinese" };

static const struct application_check *
find_check(const struct application *application, const char *id)
{
	for (size_t i = 0; i < application->check_count; i++) {
		if (strcmp(application->checks[i].id, id) == 0)
			return &application->checks[i];
	}
	return NULL;
}

/* Found the same, and it is known who looked and when. */
static bool
is_same(const struct application *application, const char *id)
{
	const struct application_check *check = find_check(application, id);
	return check != NULL && check->finding == APPLICATION_SAME && check->officer[0] != '\0' && check->at_ms > 0;
}

static bool
applies(const struct catalogue_check *check, int generation)
{
	return check->generation == 0 || check->generation == generation;
}

static bool
line_is_on_sale(
	const struct application *application, const struct application_line *line, const struct catalogue *catalogue)
{
	const struct catalogue_product *product = catalogue_product(catalogue, line->product);
	if (product == NULL || product->service != CATALOGUE_HANDLED || strcmp(product->form, application->form) != 0 ||
		line->medium != product->medium)
		return false;
	for (size_t i = 0; i < product->term_count; i++) {
		if (product->terms[i] == line->term_months)
			return true;
	}
	return false;
}

static bool
has_product(const struct application *application, const struct catalogue *catalogue)
{
	for (size_t i = 0; i < application->line_count; i++) {
		if (!line_is_on_sale(application, &application->lines[i], catalogue))
			return false;
	}
	return application->line_count > 0 && application->line_count <= APPLICATION_LINES;
}

/* What the person is called, when born, and that the number's check character fits. A single name stands in the
 * surname. */
static bool
particulars_are_right(const struct application *application, const struct catalogue *catalogue)
{
	const struct application_person *person = &application->person;
	const struct catalogue_product *product = catalogue_product(catalogue, application->lines[0].product);
	return person->hkid.number[0] != '\0' && hkid_check_of(person->hkid.number) == person->hkid.check &&
		   person_latin_name(person->surname) == PERSON_OK &&
		   (person->given[0] == '\0' || person_latin_name(person->given) == PERSON_OK) &&
		   person_chinese_name(person->chinese) == PERSON_OK && date_valid(person->birth) &&
		   date_compare(person->birth, application->day) <= 0 && product != NULL &&
		   person_age(person->birth, application->day, product->age_least) == PERSON_OK;
}

static bool
comparisons_agree(const struct application *application)
{
	const struct application_person *person = &application->person;
	for (size_t i = 0; i < application->check_count; i++) {
		if (application->checks[i].finding == APPLICATION_DIFFERENT)
			return false;
	}
	return is_same(application, "hkid") && is_same(application, "birth") && is_same(application, "surname") &&
		   (person->given[0] == '\0' || is_same(application, "given")) &&
		   (person->chinese[0] == '\0' || is_same(application, "chinese"));
}

/* The required features and as many others as the rule asks for; on a card with fewer, all that it has. */
static bool
card_was_seen(const struct application *application, const struct catalogue *catalogue)
{
	int there = 0, seen = 0, least = catalogue_checks_least(catalogue);
	const struct catalogue_check *check;
	for (size_t i = 0; (check = catalogue_check_at(catalogue, i)) != NULL; i++) {
		if (!applies(check, application->card_generation))
			continue;
		bool same = is_same(application, check->id);
		if (check->required && !same)
			return false;
		there += check->required ? 0 : 1;
		seen += !check->required && same ? 1 : 0;
	}
	return seen >= (least < there ? least : there);
}

static bool
has_identity(const struct application *application, const struct catalogue *catalogue)
{
	return (application->card_generation == 2018 || application->card_generation == 2003) &&
		   particulars_are_right(application, catalogue) && comparisons_agree(application) &&
		   card_was_seen(application, catalogue);
}

static bool
line_or_empty(const char *text, size_t most)
{
	return text[0] == '\0' || person_address_line(text, most) == PERSON_OK;
}

static bool
has_address(const struct application_address *address)
{
	return line_or_empty(address->room, SMALL_LINE_MOST) && line_or_empty(address->floor, SMALL_LINE_MOST) &&
		   line_or_empty(address->block, SMALL_LINE_MOST) && line_or_empty(address->building, LINE_MOST) &&
		   line_or_empty(address->estate, LINE_MOST) && (address->building[0] != '\0' || address->estate[0] != '\0') &&
		   person_address_line(address->district, LINE_MOST) == PERSON_OK && address->area != APPLICATION_AREA_NONE;
}

static bool
has_email(const char *text)
{
	return text[0] == '\0' || person_email(text) == PERSON_OK;
}

static bool
has_details(const struct application *application, const struct catalogue *catalogue)
{
	const struct application_person *person = &application->person;
	char tidy[sizeof(person->phone)];
	if (person->title == APPLICATION_TITLE_NONE || person_phone(person->phone, tidy, sizeof(tidy)) != PERSON_OK ||
		strcmp(tidy, person->phone) != 0 || !has_email(person->cert_email) || !has_email(person->contact_email) ||
		!has_address(&person->address) || person_number(application->form_barcode) != PERSON_OK)
		return false;
	for (size_t i = 0; i < application->line_count; i++) {
		const struct application_line *line = &application->lines[i];
		const struct catalogue_product *product = catalogue_product(catalogue, line->product);
		if (product == NULL || (product->pin_envelope && person_number(line->pin_envelope) != PERSON_OK))
			return false;
	}
	return true;
}

/* Accepted in the words that the catalogue has now: a text that changed since must be accepted again. */
static bool
has_declaration(const struct application *application, const struct catalogue *catalogue)
{
	const struct catalogue_product *product = catalogue_product(catalogue, application->lines[0].product);
	const struct catalogue_document *document =
		product == NULL ? NULL : catalogue_document(catalogue, product->declaration);
	return document != NULL && application->declaration_language < LANGUAGES &&
		   strcmp(application->declaration, document->id) == 0 &&
		   strcmp(application->declaration_version, document->version) == 0 &&
		   memcmp(application->declaration_sha256, document->sha256[application->declaration_language],
			   sizeof(application->declaration_sha256)) == 0 &&
		   application->declaration_on_paper && application->declaration_at_ms > 0;
}

static bool
has_payment(const struct application *application, const struct catalogue *catalogue)
{
	const struct fee_quote *fee = &application->fee;
	struct money sum = { 0 };
	struct error ignored;
	for (size_t i = 0; i < fee->count; i++) {
		if (!money_add(sum, fee->lines[i].amount, &sum, &ignored))
			return false;
	}
	for (size_t i = 0; i < application->payment.count; i++) {
		if (catalogue_method(catalogue, application->payment.tenders[i].method) == NULL)
			return false;
	}
	return fee->count > 0 && money_compare(sum, fee->total) == 0 &&
		   money_compare(payment_paid(&application->payment), fee->total) == 0;
}

enum application_missing
application_missing(const struct application *application, const struct catalogue *catalogue)
{
	if (!has_product(application, catalogue))
		return APPLICATION_MISSING_PRODUCT;
	if (!has_identity(application, catalogue))
		return APPLICATION_MISSING_IDENTITY;
	if (!has_details(application, catalogue))
		return APPLICATION_MISSING_DETAILS;
	if (!has_declaration(application, catalogue))
		return APPLICATION_MISSING_DECLARATION;
	if (!has_payment(application, catalogue))
		return APPLICATION_MISSING_PAYMENT;
	return APPLICATION_COMPLETE;
}

struct application_check *
application_check(struct application *application, const char *id)
{
	for (size_t i = 0; i < application->check_count; i++) {
		if (strcmp(application->checks[i].id, id) == 0)
			return &application->checks[i];
	}
	struct application_check fresh = { .finding = APPLICATION_NOT_SEEN };
	if (application->check_count == APPLICATION_CHECKS || !text_copy(fresh.id, sizeof(fresh.id), id))
		return NULL;
	application->checks[application->check_count] = fresh;
	return &application->checks[application->check_count++];
}

void
application_forget(struct application *application)
{
	secret_wipe(&application->person, sizeof(application->person));
	secret_wipe(application->form_barcode, sizeof(application->form_barcode));
	for (size_t i = 0; i < APPLICATION_LINES; i++) {
		secret_wipe(application->lines[i].token_serial, sizeof(application->lines[i].token_serial));
		secret_wipe(application->lines[i].pin_envelope, sizeof(application->lines[i].pin_envelope));
	}
	for (size_t i = 0; i < PAYMENT_TENDERS; i++)
		secret_wipe(application->payment.tenders[i].reference, sizeof(application->payment.tenders[i].reference));
}
