#include <fcntl.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "kiosk/base/text.h"
#include "kiosk/model/catalogue.h"
#include "tests/support/check.h"
#include "tests/support/folder.h"
#include "tests/unit/kiosk/model/small.h"

#define ASSETS TEST_SOURCE_DIR "/assets/catalogue"

/* What is wrong, where it stands and what is said about it. `training`: the change is in the overlay. */
struct wrong {
	const char *from, *to;
	bool training;
	int line;
	const char *rule;
};

static void
takes_a_small_catalogue_whole(void **state)
{
	(void)state;
	struct catalogue *catalogue;
	struct small_faults faults = { 0 };
	struct error err = { .text = "" };
	if (!small_load(small_facts, small_training, &faults, &catalogue, &err))
		fail_msg("%s", err.text);
	const struct catalogue_product *product = catalogue_product(catalogue, "personal");
	assert_non_null(product);
	assert_string_equal(product->revision, "08/2020");
	assert_string_equal(product->kind_name.in[LANGUAGE_ZH_CN], "Personal 简");
	assert_string_equal(product->declaration, "words");
	assert_true(product->sample);
	assert_true(product->pin_envelope);
	assert_int_equal(product->medium, CATALOGUE_MEDIUM_FILE_USB);
	assert_int_equal(product->release, CATALOGUE_RELEASE_DAY);
	assert_int_equal(product->term_count, 2);
	assert_int_equal(product->bring_count, 2);
	assert_string_equal(product->note.in[LANGUAGE_EN], "");
	assert_int_equal(catalogue_product(catalogue, "bank")->medium, CATALOGUE_MEDIUM_NONE);
	assert_string_equal(catalogue_product(catalogue, "bank")->places[0].url.in[LANGUAGE_ZH_HK], "www.example.com");
	assert_string_equal(catalogue_fee_at(catalogue, 0)->payee.in[LANGUAGE_EN], "Postmaster General");
	assert_int_equal(catalogue_fee_at(catalogue, 1)->promotional.minor, -1);
	assert_true(catalogue_fee_at(catalogue, 1)->sample);
	assert_false(catalogue_fee_at(catalogue, 0)->sample);
	assert_int_equal(catalogue_checks_least(catalogue), 1);
	assert_string_equal(catalogue_version(catalogue), "TRAIN 1");
	assert_null(catalogue_product_at(catalogue, 2));
	assert_null(catalogue_fee_at(catalogue, 2));
	assert_null(catalogue_check_at(catalogue, 2));
	assert_null(catalogue_method_at(catalogue, 2));
	assert_null(catalogue_method(catalogue, "fps"));
	assert_null(catalogue_document(catalogue, ""));
	catalogue_free(catalogue);
}

static void
hashes_the_words_of_each_language(void **state)
{
	(void)state;
	struct catalogue *catalogue;
	struct error err;
	uint8_t wanted[32];
	const char words[] = "Declaration 繁\nTrue 繁\nAccepted 繁";
	assert_true(small_load(small_facts, small_training, NULL, &catalogue, &err));
	assert_int_equal(EVP_Digest(words, sizeof(words) - 1, wanted, NULL, EVP_sha256(), NULL), 1);
	assert_memory_equal(catalogue_document(catalogue, "words")->sha256[LANGUAGE_ZH_HK], wanted, 32);
	catalogue_free(catalogue);
}

/* clang-format off */
static const struct wrong wrongs[] = {
	{ "\"kinds\": [", "\"kinds\": [ oops", false, 4, "not JSON" },
	{ "2026.1\",", "2026.1\", \"version\": \"x\",", false, 2, "not JSON: duplicate" },
	{ "\"version\": \"2026.1\"", "\"version\": 5", false, 2, "must be a text" },
	{ "\"version\": \"2026.1\"", "\"version\": \"TRAIN 9\"", false, 2, "begins with TRAIN" },
	{ "\"version\": \"TRAIN 1\"", "\"version\": \"1\"", true, 2, "begins with TRAIN" },
	{ "  \"version\": \"2026.1\",\n", "", false, 0, "facts have no version" },
	{ "  \"version\": \"TRAIN 1\",\n", "", true, 0, "training has no version" },
	{ "  \"from\": \"2026-01-01\",\n", "", false, 0, "no first day" },
	{ "\"from\": \"2026-01-01\"", "\"from\": \"2026-02-30\"", false, 3, "no such day" },
	{ "\"from\": \"2026-01-01\"", "\"until\": \"2026-01-01\"", false, 3, "nobody knows" },
	{ "\"id\": \"bank\", \"name\"", "\"id\": \"Bank\", \"name\"", false, 6, "lower-case" },
	{ "\"id\": \"bank\", \"name\"", "\"id\": \"personal\", \"name\"", false, 6, "there before" },
	{ "\"id\": \"bank\", \"kind\"", "\"id\": \"personal\", \"kind\"", false, 25, "there before" },
	{ "\"id\": \"bank\", \"name\"", "\"name\"", false, 6, "without \"id\"" },
	{ "\"zh-Hans\": \"Bank 简\"", "\"zh-Hant\": \"Bank 简\"", false, 6, "no translation \"zh-Hans\"" },
	{ ", \"zh-Hans\": \"e-Cert 简\"", "", false, 15, "no translation \"zh-Hans\"" },
	{ "\"zh-Hans\": \"Anyone 简\"", "\"zh-Hans\": \"\"", false, 19, "must not be empty" },
	{ "\"zh-Hans\": \"Anyone 简\"", "\"zh-Hans\": \"a\\u0007\"", false, 19, "control character" },
	{ "\"zh-Hans\": \"Anyone 简\"", "\"zh-Hans\": \"a\\u202e\"", false, 19, "control character" },
	{ "\"zh-Hans\": \"Anyone 简\"", "\"zh-Hans\": \"x\", \"fr\": \"y\"", false, 19, "language that the counter" },
	{ "\"zh-Hans\": \"Anyone 简\"", "\"zh-Hans\": \"\\ud800\"", false, 19, "not JSON" },
	{ "\"who\": {", "\"who\": 5, \"x\": {", false, 19, "text in each language" },
	{ "\"service\": \"handled\"", "\"service\": \"sold\"", false, 18, "none of the words" },
	{ "      \"service\": \"redirected\",\n", "", false, 25, "without \"service\"" },
	{ "\"validity_months\": 36", "\"validity_months\": 0", false, 22, "whole number" },
	{ "\"validity_months\": 36", "\"validity_months\": 36.5", false, 22, "whole number" },
	{ "\"validity_months\": 36", "\"validity_months\": \"36\"", false, 22, "whole number" },
	{ "\"validity_months\": 36", "\"validity_years\": 3", false, 22, "nobody knows" },
	{ "\"pin_envelope\": true", "\"pin_envelope\": 1", false, 22, "true or false" },
	{ "[12, 24]", "[12, 12]", false, 22, "whole number from 13" },
	{ "[12, 24]", "[]", false, 22, "list of 1 to" },
	{ "[12, 24]", "12", false, 22, "list of 1 to" },
	{ "\"terms\": [12, 24],", "", false, 13, "without a term" },
	{ "\"kind\": \"personal\",", "\"kind\": \"private\",", false, 13, "not among the kinds" },
	{ "\"form\": \"CPos 798A\"", "\"form\": \"CPos 798B\"", false, 13, "not among the forms" },
	{ "\"form\": \"CPos 798A\", ", "", false, 13, "handled without a form" },
	{ "\"medium\": \"file-usb\",", "\"medium\": \"token\",", false, 13, "without its brand" },
	{ "\"medium\": \"file-usb\",", "\"medium\": \"none\", \"token_brand\": \"feitian\",", false, 13, "comes on no token" },
	{ "\"medium\": \"file-usb\",", "\"medium\": \"token\", \"token_brand\": \"brand-of-16-chars\",", false, 13, "16 characters" },
	{ ", \"supplement\": \"CPos 798FA\"", "", false, 10, "form that no product uses" },
	{ "\"places\": [ {", "\"places\": [ { \"form\": \"CPos 1\",", false, 25, "not among the forms" },
	{ "\"kind\": \"bank\"", "\"kind\": \"personal\"", false, 6, "neither served nor redirected" },
	{ "\"places\": [ { \"name\": " SMALL_NAME("A bank") ", \"url\": \"www.example.com\" } ],\n", "", false, 25, "redirected to no place" },
	{ "\"name\": " SMALL_NAME("A bank") ", ", "", false, 30, "must have a name" },
	{ "\"next\": [ " SMALL_NAME("Posted") " ],", "", false, 13, "what follows" },
	{ "\"pin_envelope\": true,", "\"pin_envelope\": true, \"age_least\": 18, \"age_below\": 18,", false, 13, "ages that nobody" },
	{ "\"declaration\": \"words\"", "\"declaration\": \"other\"", true, 5, "not among the documents" },
	{ "\"service\": \"redirected\",", "\"service\": \"redirected\", \"declaration\": \"words\",", false, 25, "product that is not handled" },
	{ "\"pin_envelope\": true,", "\"pin_envelope\": true, \"sample\": true,", false, 13, "sample value among the facts" },
	{ "\"item\": \"subscription\"", "\"item\": \"entrance\"", false, 36, "does not know" },
	{ "\"product\": \"personal\"", "\"product\": \"persona\"", false, 36, "not among the products" },
	{ "\"product\": \"personal\"", "\"product\": \"**\"", false, 36, "lower-case" },
	{ "\"term_months\": 12", "\"term_months\": 36", false, 36, "term that is not on sale" },
	{ "\"payee\": \"pmg\"", "\"payee\": \"me\"", false, 36, "not among the payees" },
	{ "\"list\": \"50.00\"", "\"list\": 50.00", false, 37, "must be a text" },
	{ "\"list\": \"50.00\"", "\"list\": \"-50.00\"", false, 37, "not an amount" },
	{ "\"list\": \"50.00\"", "\"list\": \"50.005\"", false, 37, "not an amount" },
	{ "\"list\": \"50.00\"", "\"list\": \"50\"", false, 37, "two decimals" },
	{ "\"list\": \"50.00\"", "\"list\": \"99999999999.00\"", false, 37, "not an amount" },
	{ "\"list\": \"50.00\"", "\"list\": \"47.00\"", false, 36, "costs more" },
	{ "\"from\": \"2023-07-01\"", "\"from\": \"2023-07-01\", \"until\": \"2023-06-30\"", false, 36, "never hold" },
	{ "\"from\": \"2023-07-01\"", "\"from\": \"2023-07-01\", \"promotional_from\": \"2023-06-30\"", false, 36, "outside the days" },
	{ "\"from\": \"2023-07-01\"", "\"from\": \"2023-07-01\", \"until\": \"2024-01-01\", \"promotional_until\": \"2024-01-02\"", false, 36, "outside the days" },
	{ "\"from\": \"2023-07-01\"", "\"from\": \"2023-07-01\", \"promotional_until\": \"2023-06-30\"", false, 36, "ends before it begins" },
	{ "\"promotional\": \"48.00\"", "\"promotional_until\": \"2030-01-01\"", false, 36, "no amount" },
	{ "\"source\": \"page\" }", "\"source\": \"page\" }, { \"item\": \"subscription\", \"product\": \"personal\", \"name\": " SMALL_NAME("Fee")
	  ", \"list\": \"1.00\", \"from\": \"2030-01-01\", \"payee\": \"pmg\", \"source\": \"s\" }", false, 37, "same thing on the same day" },
	{ ", \"source\": \"page\"", "", false, 36, "without \"source\"" },
	{ "\"generation\": 2018", "\"generation\": 2010", false, 41, "generation that does not exist" },
	{ "\"checks\": [", "\"checks\": [ 5,", false, 39, "must be an object" },
	{ "\"checks\": [", "\"checks\": {}, \"x\": [", false, 39, "must be a list" },
	{ "\"sample\": true, \"declaration\"", "\"declaration\"", true, 5, "must say \"sample\": true" },
	{ "\"sample\": true, \"declaration\"", "\"sample\": false, \"declaration\"", true, 5, "must say \"sample\": true" },
	{ "\"id\": \"eps\"", "\"id\": \"cash\"", true, 13, "there before" },
	{ "\"value\": 1", "\"value\": 2", true, 0, "more checks asked" },
	{ "\"value\": 1", "\"value\": -1", true, 3, "whole number" },
	{ "\"value\": 1, ", "", true, 3, "value and a source" },
	{ "{ \"id\": \"personal\"", "{ \"id\": \"personal\", \"sample\": true }, { \"id\": \"personal\"", true, 5, "there before" },
	{ "\"key_route\": \"central\"", "\"key_route\": \"token\"", true, 5, "key route is not that" },
	{ ", \"declaration\": \"words\"", "", true, 17, "document that no product uses" },
	{ "\"reference_most\": 12", "\"reference_most\": 5", true, 13, "label and how long" },
	{ "\"reference_most\": 12", "\"reference_most\": 32", true, 13, "whole number" },
	{ "\"reference\": true", "\"reference\": false", true, 13, "does not have" },
	{ "\"item\": \"medium\", \"product\": \"*\"", "\"item\": \"subscription\", \"product\": \"personal\"", true, 8, "same thing on the same day" },
};
/* clang-format on */

static void
names_file_line_and_rule_of_each_fault(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(wrongs) / sizeof(wrongs[0]); i++) {
		const struct wrong *wrong = &wrongs[i];
		char *text = small_replace(wrong->training ? small_training : small_facts, wrong->from, wrong->to);
		struct small_faults faults = { 0 };
		struct catalogue *kept = (struct catalogue *)(void *)&faults;
		struct catalogue *catalogue = kept;
		struct error err = { .kind = ERROR_NONE };
		bool loaded = wrong->training ? small_load(small_facts, text, &faults, &catalogue, &err)
									  : small_load(text, small_training, &faults, &catalogue, &err);
		bool found = !loaded && faults.count >= 1 && faults.first.line == wrong->line &&
					 strstr(faults.first.rule, wrong->rule) != NULL &&
					 (wrong->line == 0 || strstr(faults.first.file, wrong->training ? "training/" : "facts/") != NULL);
		if (!found)
			fail_msg("%zu: wanted %d %s, got %s:%d %s", i + 1, wrong->line, wrong->rule, faults.first.file,
				faults.first.line, faults.first.rule);
		assert_true(catalogue == kept);
		assert_int_equal(err.kind, ERROR_INVALID);
		assert_non_null(strstr(err.text, faults.first.file));
		free(text);
	}
}

static void
stops_telling_after_many_faults(void **state)
{
	(void)state;
	struct small_faults faults = { 0 };
	struct catalogue *catalogue;
	struct error err;
	size_t many = 30000;
	char *text = malloc(many * 3 + 64);
	assert_non_null(text);
	size_t len = (size_t)sprintf(text, "{ \"kinds\": [ 1"); /* NOLINT: fits by far */
	for (size_t i = 0; i < many; i++, len += 2)
		memcpy(text + len, ",1", 2);
	memcpy(text + len, "] }", 4);
	assert_false(small_load(text, NULL, &faults, &catalogue, &err));
	assert_int_equal(faults.count, CATALOGUE_FAULTS);
	free(text);
}

static void
bounds_every_list(void **state)
{
	(void)state;
	struct small_faults faults = { 0 };
	struct catalogue *catalogue;
	struct error err;
	char *text = malloc(CATALOGUE_FORMS * 64 + 128);
	assert_non_null(text);
	size_t len = (size_t)sprintf(text, "{ \"forms\": [ "); /* NOLINT: fits by far */
	for (unsigned i = 0; i <= CATALOGUE_FORMS; i++)
		len +=
			(size_t)sprintf(text + len, "%s{ \"id\": \"F %u\", \"source\": \"s\" }", i == 0 ? "" : ",", i); /* NOLINT */
	memcpy(text + len, "] }", 4);
	assert_false(small_load(text, NULL, &faults, &catalogue, &err));
	assert_non_null(strstr(faults.first.rule, "more than 64 forms"));
	free(text);
}

static void
holds_the_facts_of_all_eleven_kinds(void **state)
{
	(void)state;
	static const char *const kinds[] = { "personal", "organisational", "encipherment", "server", "organisational-role",
		"bank-personal", "bank-corporate", "bank-bank", "g-cert-individual", "g-cert-unit", "iam-smart" };
	struct catalogue *catalogue;
	struct error err = { .text = "" };
	if (!catalogue_load(ASSETS, false, NULL, NULL, &catalogue, &err))
		fail_msg("%s", err.text);
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		const struct catalogue_product *product;
		size_t k = 0;
		while ((product = catalogue_product_at(catalogue, k)) != NULL && strcmp(product->kind, kinds[i]) != 0)
			k++;
		assert_non_null(product);
		assert_true(i < 4 ? product->service != CATALOGUE_REDIRECTED : product->service == CATALOGUE_REDIRECTED);
	}
	assert_string_equal(catalogue_version(catalogue), "2026.1");
	assert_null(catalogue_method_at(catalogue, 0));
	assert_int_equal(catalogue_checks_least(catalogue), -1);
	assert_string_equal(catalogue_product(catalogue, "personal")->declaration, "");
	for (size_t i = 0; catalogue_product_at(catalogue, i) != NULL; i++)
		assert_false(catalogue_product_at(catalogue, i)->sample);
	for (size_t i = 0; catalogue_fee_at(catalogue, i) != NULL; i++)
		assert_false(catalogue_fee_at(catalogue, i)->sample);
	catalogue_free(catalogue);
}

static void
lays_sample_values_over_the_facts(void **state)
{
	(void)state;
	struct catalogue *catalogue;
	struct error err = { .text = "" };
	if (!catalogue_load(ASSETS, true, NULL, NULL, &catalogue, &err))
		fail_msg("%s", err.text);
	assert_string_equal(catalogue_version(catalogue), "TRAIN 2026.2");
	assert_true(catalogue_is_training(catalogue));
	assert_int_equal(catalogue_checks_least(catalogue), 3);
	const struct catalogue_product *product = catalogue_product(catalogue, "personal");
	assert_int_equal(product->service, CATALOGUE_HANDLED);
	assert_true(product->sample);
	assert_int_equal(product->age_least, 18);
	assert_non_null(catalogue_document(catalogue, product->declaration));
	assert_non_null(catalogue_method(catalogue, "cash"));
	assert_non_null(catalogue_method(catalogue, "fps"));
	catalogue_free(catalogue);
}

static void
put(const char *folder, const char *name, const char *text)
{
	char path[512];
	assert_true(text_format(path, sizeof(path), "%s/%s", folder, name));
	FILE *file = fopen(path, "w");
	assert_non_null(file);
	assert_true(fputs(text, file) >= 0);
	assert_int_equal(fclose(file), 0);
}

static void
names_itself_by_the_bytes_of_its_files(void **state)
{
	(void)state;
	char folder[256], path[300];
	struct catalogue *first, *second;
	struct error err;
	folder_new(folder);
	for (int i = 0; i < 2; i++) {
		assert_true(text_format(path, sizeof(path), "%s/%s", folder, i == 0 ? "facts" : "training"));
		assert_int_equal(mkdir(path, 0700), 0);
	}
	put(folder, "facts/a.json", small_facts);
	put(folder, "facts/README", "no catalogue");
	put(folder, "training/a.json", small_training);
	assert_true(catalogue_load(folder, true, NULL, NULL, &first, &err));
	char *text = small_replace(small_facts, "Anyone", "anyone");
	put(folder, "facts/a.json", text);
	assert_true(catalogue_load(folder, true, NULL, NULL, &second, &err));
	assert_memory_not_equal(catalogue_sha256(first), catalogue_sha256(second), 32);
	catalogue_free(second);
	put(folder, "facts/a.json", small_facts);
	put(folder, "facts/README", "other words");
	assert_true(catalogue_load(folder, true, NULL, NULL, &second, &err));
	assert_memory_equal(catalogue_sha256(first), catalogue_sha256(second), 32);
	catalogue_free(first);
	catalogue_free(second);
	free(text);
	folder_remove(folder);
}

static void
reads_files_in_the_order_of_their_names(void **state)
{
	(void)state;
	char folder[256], path[300], name[32];
	struct small_faults faults = { 0 };
	struct catalogue *catalogue;
	struct error err;
	folder_new(folder);
	assert_true(text_format(path, sizeof(path), "%s/facts", folder));
	assert_int_equal(mkdir(path, 0700), 0);
	for (int i = 0; i < 8; i++) { /* each one gives the version again: all but the first by name are wrong */
		(void)snprintf(name, sizeof(name), "facts/%c.json", "dgbhacfe"[i]);
		put(folder, name, "{ \"version\": \"1\" }");
	}
	assert_false(catalogue_load(folder, false, small_count, &faults, &catalogue, &err));
	assert_string_equal(faults.first.file, "facts/b.json");
	assert_int_equal(faults.count, 8); /* and no first day */
	folder_remove(folder);
}

static void
refuses_folders_that_are_no_catalogue(void **state)
{
	(void)state;
	char folder[256], path[300], name[64];
	struct catalogue *catalogue;
	struct error err;
	folder_new(folder);
	assert_false(catalogue_load(folder, false, NULL, NULL, &catalogue, &err));
	assert_int_equal(err.kind, ERROR_GONE);
	assert_true(text_format(path, sizeof(path), "%s/facts", folder));
	assert_int_equal(mkdir(path, 0700), 0);
	assert_false(catalogue_load(folder, false, NULL, NULL, &catalogue, &err));
	assert_int_equal(err.kind, ERROR_INVALID);
	put(folder, "facts/a.json", small_facts);
	assert_true(catalogue_load(folder, false, NULL, NULL, &catalogue, &err));
	catalogue_free(catalogue);
	assert_false(catalogue_load(folder, true, NULL, NULL, &catalogue, &err));
	assert_int_equal(err.kind, ERROR_GONE);
	assert_true(text_format(path, sizeof(path), "%s/facts/big.json", folder));
	int fd = open(path, O_CREAT | O_WRONLY | O_CLOEXEC, 0600);
	assert_true(fd >= 0 && ftruncate(fd, (off_t)CATALOGUE_FILE_MOST + 1) == 0 && close(fd) == 0);
	assert_false(catalogue_load(folder, false, NULL, NULL, &catalogue, &err));
	assert_int_equal(err.kind, ERROR_FULL);
	assert_int_equal(unlink(path), 0);
	for (unsigned i = 0; i < CATALOGUE_FILES; i++) {
		(void)snprintf(name, sizeof(name), "facts/b%02u.json", i);
		put(folder, name, "{}");
	}
	assert_false(catalogue_load(folder, false, NULL, NULL, &catalogue, &err));
	assert_int_equal(err.kind, ERROR_FULL);
	folder_remove(folder);
}

int
main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(takes_a_small_catalogue_whole),
		cmocka_unit_test(hashes_the_words_of_each_language), cmocka_unit_test(names_file_line_and_rule_of_each_fault),
		cmocka_unit_test(stops_telling_after_many_faults), cmocka_unit_test(bounds_every_list),
		cmocka_unit_test(holds_the_facts_of_all_eleven_kinds), cmocka_unit_test(lays_sample_values_over_the_facts),
		cmocka_unit_test(names_itself_by_the_bytes_of_its_files),
		cmocka_unit_test(reads_files_in_the_order_of_their_names),
		cmocka_unit_test(refuses_folders_that_are_no_catalogue) };
	return cmocka_run_group_tests(tests, NULL, NULL);
}
