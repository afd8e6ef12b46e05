#include <stdio.h>
#include <string.h>

#include "kiosk/base/text.h"
#include "kiosk/model/application.h"
#include "tests/support/check.h"

static int
load(void **state)
{
	struct error err;
	struct catalogue *catalogue;
	if (!catalogue_load(TEST_SOURCE_DIR "/assets/catalogue", true, NULL, NULL, &catalogue, &err))
		return -1;
	*state = catalogue;
	return 0;
}

static int
unload(void **state)
{
	catalogue_free(*state);
	return 0;
}

static void
see(struct application *application, const char *id)
{
	struct application_check *check = application_check(application, id);
	assert_non_null(check);
	check->finding = APPLICATION_SAME;
	check->at_ms = 1795588320123;
	(void)text_copy(check->officer, sizeof(check->officer), "20418");
}

/* A whole case of e-Cert (Personal); the tests take one thing out of it. */
static struct application
whole(const struct catalogue *catalogue)
{
	static const char *const seen[] = { "hkid", "birth", "surname", "given", "chinese", "photo", "hologram", "ink",
		"laser" };
	struct application application = { .form = "CPos 798A",
		.form_barcode = "798A-0012345",
		.card_generation = 2018,
		.line_count = 1,
		.lines = { { .product = "personal", .term_months = 12, .pin_envelope = "PE-0047712" } },
		.person = { .hkid = { "E364912", '5' },
			.surname = "LEUNG",
			.given = "Hoi Ching",
			.chinese = "梁凱晴",
			.title = APPLICATION_TITLE_MS,
			.birth = { 1991, 5, 23 },
			.phone = "91234567",
			.address = { .building = "Wharf House", .district = "North Point", .area = APPLICATION_AREA_HK } },
		.declaration_language = LANGUAGE_ZH_CN,
		.declaration_on_paper = true,
		.declaration_at_ms = 1795588500000,
		.day = { 2026, 11, 25 } };
	struct error err;
	const struct catalogue_product *product = catalogue_product(catalogue, "personal");
	const struct catalogue_document *document = catalogue_document(catalogue, product->declaration);
	(void)text_copy(application.declaration, sizeof(application.declaration), document->id);
	(void)text_copy(application.declaration_version, sizeof(application.declaration_version), document->version);
	memcpy(application.declaration_sha256, document->sha256[LANGUAGE_ZH_CN], 32);
	for (size_t i = 0; i < sizeof(seen) / sizeof(seen[0]); i++)
		see(&application, seen[i]);
	assert_true(fee_quote(catalogue, product, 12, application.day, &application.fee, &err));
	assert_int_equal(payment_take(&application.payment, application.fee.total, catalogue_method(catalogue, "cash"),
						 (struct money){ 10000 }, NULL),
		PAYMENT_OK);
	return application;
}

#define AFTER(change, wanted)                                                                                          \
	do {                                                                                                               \
		struct application a = whole(catalogue);                                                                       \
		change;                                                                                                        \
		assert_int_equal(application_missing(&a, catalogue), wanted);                                                  \
	} while (0)

static void
is_complete_only_when_nothing_is_missing(void **state)
{
	const struct catalogue *catalogue = *state;
	AFTER((void)a, APPLICATION_COMPLETE);
	AFTER(a.person.given[0] = '\0', APPLICATION_COMPLETE);
	AFTER(a.person.address.building[0] = '\0';
		  (void)text_copy(a.person.address.estate, 9, "Estate 5"), APPLICATION_COMPLETE);
}

static void
asks_for_a_product_on_sale(void **state)
{
	const struct catalogue *catalogue = *state;
	AFTER(a.line_count = 0, APPLICATION_MISSING_PRODUCT);
	AFTER(a.line_count = APPLICATION_LINES + 1, APPLICATION_MISSING_PRODUCT);
	AFTER(a.lines[0].product[0] = 'x', APPLICATION_MISSING_PRODUCT);
	AFTER((void)text_copy(a.lines[0].product, 32, "encipherment"), APPLICATION_MISSING_PRODUCT);
	AFTER(a.lines[0].term_months = 24, APPLICATION_MISSING_PRODUCT);
	AFTER(a.lines[0].medium = CATALOGUE_MEDIUM_TOKEN, APPLICATION_MISSING_PRODUCT);
	AFTER(a.form[0] = '\0', APPLICATION_MISSING_PRODUCT);
	AFTER(a.line_count = 2, APPLICATION_MISSING_PRODUCT);
}

static void
asks_for_particulars_that_keep_the_rules(void **state)
{
	const struct catalogue *catalogue = *state;
	AFTER(a.person.hkid = (struct hkid){ 0 }, APPLICATION_MISSING_IDENTITY);
	AFTER(a.person.hkid.check = '6', APPLICATION_MISSING_IDENTITY);
	AFTER(a.person.surname[0] = '\0', APPLICATION_MISSING_IDENTITY);
	AFTER(a.person.surname[0] = '1', APPLICATION_MISSING_IDENTITY);
	AFTER(a.person.given[0] = '1', APPLICATION_MISSING_IDENTITY);
	AFTER((void)text_copy(a.person.chinese, 9, "Leung"), APPLICATION_MISSING_IDENTITY);
	AFTER(a.person.birth.day = 0, APPLICATION_MISSING_IDENTITY);
	AFTER(a.person.birth = ((struct date){ 2026, 11, 26 }), APPLICATION_MISSING_IDENTITY);
	AFTER(a.person.birth = ((struct date){ 2008, 11, 26 }), APPLICATION_MISSING_IDENTITY); /* a sample rule: 18 */
	AFTER(a.person.birth = ((struct date){ 2008, 11, 25 }), APPLICATION_COMPLETE);
	AFTER(a.card_generation = 0, APPLICATION_MISSING_IDENTITY);
}

static void
asks_for_each_comparison_with_who_and_when(void **state)
{
	const struct catalogue *catalogue = *state;
	for (size_t i = 0; i < APPLICATION_COMPARISONS; i++) {
		const char *id = application_comparisons[i];
		AFTER(application_check(&a, id)->finding = APPLICATION_NOT_SEEN, APPLICATION_MISSING_IDENTITY);
		AFTER(application_check(&a, id)->finding = APPLICATION_DIFFERENT, APPLICATION_MISSING_IDENTITY);
		AFTER(application_check(&a, id)->officer[0] = '\0', APPLICATION_MISSING_IDENTITY);
		AFTER(application_check(&a, id)->at_ms = 0, APPLICATION_MISSING_IDENTITY);
	}
	AFTER(a.person.chinese[0] = '\0';
		  application_check(&a, "chinese")->finding = APPLICATION_NOT_SEEN, APPLICATION_COMPLETE);
}

static void
asks_for_the_photo_and_enough_features(void **state)
{
	const struct catalogue *catalogue = *state;
	AFTER(application_check(&a, "photo")->finding = APPLICATION_NOT_SEEN, APPLICATION_MISSING_IDENTITY);
	AFTER(application_check(&a, "ink")->finding = APPLICATION_NOT_SEEN, APPLICATION_MISSING_IDENTITY);
	AFTER(application_check(&a, "ink")->finding = APPLICATION_NOT_SEEN; see(&a, "window"), APPLICATION_COMPLETE);
	AFTER(application_check(&a, "ink")->finding = APPLICATION_NOT_SEEN;
		  see(&a, "no-feature"), APPLICATION_MISSING_IDENTITY);
	/* An older card has none of these features: the photo is all there is to look at. */
	AFTER(a.card_generation = 2003; application_check(&a, "ink")->finding = APPLICATION_NOT_SEEN, APPLICATION_COMPLETE);
}

static void
asks_for_details_that_keep_the_rules(void **state)
{
	const struct catalogue *catalogue = *state;
	AFTER(a.person.title = APPLICATION_TITLE_NONE, APPLICATION_MISSING_DETAILS);
	AFTER(a.person.phone[0] = '1', APPLICATION_MISSING_DETAILS);
	AFTER((void)text_copy(a.person.phone, 10, "9123 4567"), APPLICATION_MISSING_DETAILS);
	AFTER(a.person.phone[0] = '\0', APPLICATION_MISSING_DETAILS);
	AFTER((void)text_copy(a.person.cert_email, 9, "a@b"), APPLICATION_MISSING_DETAILS);
	AFTER((void)text_copy(a.person.contact_email, 9, "a@b"), APPLICATION_MISSING_DETAILS);
	AFTER((void)text_copy(a.person.contact_email, 9, "a@b.hk"), APPLICATION_COMPLETE);
	AFTER(a.person.address.building[0] = '\0', APPLICATION_MISSING_DETAILS);
	AFTER(a.person.address.district[0] = '\0', APPLICATION_MISSING_DETAILS);
	AFTER(a.person.address.area = APPLICATION_AREA_NONE, APPLICATION_MISSING_DETAILS);
	AFTER(a.person.address.room[0] = '\n', APPLICATION_MISSING_DETAILS);
	AFTER((void)text_copy(a.person.address.floor, 30, "123456789012345678901"), APPLICATION_MISSING_DETAILS);
	AFTER(a.lines[0].pin_envelope[0] = '\0', APPLICATION_MISSING_DETAILS);
	AFTER(a.form_barcode[0] = ' ', APPLICATION_MISSING_DETAILS);
}

static void
asks_for_the_words_of_this_catalogue(void **state)
{
	const struct catalogue *catalogue = *state;
	AFTER(a.declaration[0] = 'x', APPLICATION_MISSING_DECLARATION);
	AFTER(a.declaration_version[0] = 'x', APPLICATION_MISSING_DECLARATION);
	AFTER(a.declaration_sha256[31] ^= 1, APPLICATION_MISSING_DECLARATION);
	AFTER(a.declaration_language = LANGUAGE_EN, APPLICATION_MISSING_DECLARATION);
	AFTER(a.declaration_on_paper = false, APPLICATION_MISSING_DECLARATION);
	AFTER(a.declaration_at_ms = 0, APPLICATION_MISSING_DECLARATION);
}

static void
asks_for_the_whole_fee(void **state)
{
	const struct catalogue *catalogue = *state;
	AFTER(payment_remove(&a.payment, 0), APPLICATION_MISSING_PAYMENT);
	AFTER(a.payment.tenders[0].amount.minor--, APPLICATION_MISSING_PAYMENT);
	AFTER(a.payment.tenders[0].method[0] = 'x', APPLICATION_MISSING_PAYMENT);
	AFTER(a.fee.total.minor++, APPLICATION_MISSING_PAYMENT);
	AFTER(a.fee.count = 0, APPLICATION_MISSING_PAYMENT);
}

static void
names_the_first_step_that_is_open(void **state)
{
	const struct catalogue *catalogue = *state;
	AFTER(a.fee.count = 0; a.declaration_on_paper = false, APPLICATION_MISSING_DECLARATION);
	AFTER(a.fee.count = 0; a.person.phone[0] = '\0'; a.person.surname[0] = '\0', APPLICATION_MISSING_IDENTITY);
	const struct application empty = { 0 };
	assert_int_equal(application_missing(&empty, catalogue), APPLICATION_MISSING_PRODUCT);
}

/* Facts alone state no declaration and no payment method: nothing can be committed with them. */
static void
cannot_be_complete_on_facts_alone(void **state)
{
	struct catalogue *facts;
	struct error err;
	struct application application = whole(*state);
	assert_true(catalogue_load(TEST_SOURCE_DIR "/assets/catalogue", false, NULL, NULL, &facts, &err));
	assert_int_equal(application_missing(&application, facts), APPLICATION_MISSING_DECLARATION);
	catalogue_free(facts);
}

static void
keeps_one_row_per_check(void **state)
{
	(void)state;
	struct application application = { 0 };
	char id[64] = "check-0";
	for (int i = 0; i < 2 * (int)APPLICATION_CHECKS; i++) {
		(void)snprintf(id, sizeof(id), "check-%d", i % (int)APPLICATION_CHECKS);
		assert_non_null(application_check(&application, id));
	}
	assert_int_equal(application.check_count, APPLICATION_CHECKS);
	assert_null(application_check(&application, "one-more"));
	application.check_count = 0;
	assert_null(application_check(&application, "an-id-that-is-longer-than-any-id-may-be"));
	assert_int_equal(application.check_count, 0);
}

static bool
holds(const struct application *application, const char *text)
{
	return memmem(application, sizeof(*application), text, strlen(text)) != NULL;
}

static void
forgets_the_person_and_keeps_the_case(void **state)
{
	struct application application = whole(*state);
	(void)text_copy(application.case_number, sizeof(application.case_number), "WR04-261125-047");
	(void)text_copy(application.payment.tenders[0].reference, PAYMENT_REFERENCE, "REF-123");
	(void)text_copy(application.lines[0].token_serial, 32, "SERIAL-1");
	static const char *const personal[] = { "E364912", "LEUNG", "Hoi Ching", "梁凱晴", "91234567", "Wharf House",
		"PE-0047712", "798A-0012345", "REF-123", "SERIAL-1" };
	for (size_t i = 0; i < sizeof(personal) / sizeof(personal[0]); i++)
		assert_true(holds(&application, personal[i]));
	application_forget(&application);
	for (size_t i = 0; i < sizeof(personal) / sizeof(personal[0]); i++)
		assert_false(holds(&application, personal[i]));
	assert_string_equal(application.case_number, "WR04-261125-047");
}

int
main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(is_complete_only_when_nothing_is_missing),
		cmocka_unit_test(asks_for_a_product_on_sale), cmocka_unit_test(asks_for_particulars_that_keep_the_rules),
		cmocka_unit_test(asks_for_each_comparison_with_who_and_when),
		cmocka_unit_test(asks_for_the_photo_and_enough_features),
		cmocka_unit_test(asks_for_details_that_keep_the_rules), cmocka_unit_test(asks_for_the_words_of_this_catalogue),
		cmocka_unit_test(asks_for_the_whole_fee), cmocka_unit_test(names_the_first_step_that_is_open),
		cmocka_unit_test(cannot_be_complete_on_facts_alone), cmocka_unit_test(keeps_one_row_per_check),
		cmocka_unit_test(forgets_the_person_and_keeps_the_case) };
	return cmocka_run_group_tests(tests, load, unload);
}
