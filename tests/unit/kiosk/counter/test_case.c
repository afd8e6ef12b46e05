#include <stdlib.h>
#include <string.h>

#include "kiosk/base/text.h"
#include "kiosk/counter/case_application.h"
#include "kiosk/counter/case_code.h"
#include "kiosk/counter/case_judge.h"
#include "tests/support/check.h"

#define NOW 1795600000000ll

static struct catalogue *catalogue;
static struct case_file *file, *other;
static struct case_rules rules;

static int
group_open(void **state)
{
	struct error err = { 0 };
	(void)state;
	if (!catalogue_load(TEST_SOURCE_DIR "/assets/catalogue", true, NULL, NULL, &catalogue, &err))
		return -1;
	file = calloc(1, sizeof(*file));
	other = calloc(1, sizeof(*other));
	rules = (struct case_rules){ catalogue, catalogue_product(catalogue, "personal"), { 2026, 11, 25 } };
	return file == NULL || other == NULL || rules.product == NULL ? -1 : 0;
}

static int
group_close(void **state)
{
	(void)state;
	free(file);
	free(other);
	catalogue_free(catalogue);
	return 0;
}

static int
begin(void **state)
{
	(void)state;
	case_begin(file, "WR04-261125-001", rules.product, 12, NOW);
	return 0;
}

static void
type(enum field field, const char *text)
{
	(void)case_type(file, field, text);
}

static void
numbers_are_judged_field_by_field(void **state)
{
	static const struct {
		const char *number, *check;
		enum field_problem number_problem, check_problem;
	} rows[] = {
		{ "A123456", "3", PROBLEM_NONE, PROBLEM_NONE },
		{ "a123456", "3", PROBLEM_NONE, PROBLEM_NONE },
		{ "  A123456 ", " 3 ", PROBLEM_NONE, PROBLEM_NONE },
		{ "\uff21\uff11\uff12\uff13\uff14\uff15\uff16", "\uff13", PROBLEM_NONE, PROBLEM_NONE },
		{ "AB123456", "9", PROBLEM_NONE, PROBLEM_NONE },
		{ "WX123456", "9", PROBLEM_NONE, PROBLEM_NONE },
		{ "A000002", "A", PROBLEM_NONE, PROBLEM_NONE },
		{ "K000000", "0", PROBLEM_NONE, PROBLEM_NONE },
		{ "A123456", "7", PROBLEM_NONE, PROBLEM_CHECK_CHARACTER },
		{ "A123456", "33", PROBLEM_NONE, PROBLEM_CHECK_CHARACTER },
		{ "AB12345", "9", PROBLEM_SHAPE, PROBLEM_NONE },
		{ "AB1234567", "0", PROBLEM_SHAPE, PROBLEM_NONE },
		{ "123456", "3", PROBLEM_SHAPE, PROBLEM_NONE },
		{ "A123456(3)", "3", PROBLEM_SHAPE, PROBLEM_NONE },
		{ "", "", PROBLEM_EMPTY, PROBLEM_EMPTY },
		{ "   ", "3", PROBLEM_EMPTY, PROBLEM_NONE },
		{ "A123456", "", PROBLEM_NONE, PROBLEM_EMPTY },
		{ "A12\u202e3456", "3", PROBLEM_SHAPE, PROBLEM_NONE },
	};
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		type(FIELD_CARD_NUMBER, rows[i].number);
		type(FIELD_CARD_CHECK, rows[i].check);
		assert_int_equal(case_judge_field(file, &rules, FIELD_CARD_NUMBER), rows[i].number_problem);
		assert_int_equal(case_judge_field(file, &rules, FIELD_CARD_CHECK), rows[i].check_problem);
		assert_string_equal(file->text[FIELD_CARD_NUMBER], rows[i].number); /* as typed */
	}
}

static void
the_number_on_the_form_may_stand_without_brackets(void **state)
{
	static const struct {
		const char *typed;
		enum field_problem problem;
	} rows[] = { { "A123456(3)", PROBLEM_NONE }, { "a1234563", PROBLEM_NONE }, { "A123456 3", PROBLEM_NONE },
		{ "A123456 ( 3 )", PROBLEM_NONE }, { "A123456(7)", PROBLEM_CHECK_CHARACTER },
		{ "A1234567", PROBLEM_CHECK_CHARACTER }, { "L123456(3)", PROBLEM_DIFFERENT }, { "A123456", PROBLEM_SHAPE },
		{ "AB123456(9", PROBLEM_SHAPE }, { "", PROBLEM_EMPTY } };
	(void)state;
	type(FIELD_CARD_NUMBER, "A123456");
	type(FIELD_CARD_CHECK, "3");
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		type(FIELD_FORM_NUMBER, rows[i].typed);
		if (case_judge_field(file, &rules, FIELD_FORM_NUMBER) != rows[i].problem)
			fail_msg("\"%s\": problem %d", rows[i].typed, (int)case_judge_field(file, &rules, FIELD_FORM_NUMBER));
	}
}

static void
texts_are_judged_by_the_rules_of_the_model(void **state)
{
	static const struct {
		enum field field;
		const char *typed;
		enum field_problem problem;
	} rows[] = {
		{ FIELD_CARD_BIRTH, "23/05/1991", PROBLEM_NONE },
		{ FIELD_CARD_BIRTH, "31/02/1991", PROBLEM_SHAPE },
		{ FIELD_CARD_BIRTH, "23/05/2090", PROBLEM_FUTURE },
		{ FIELD_CARD_BIRTH, "23/05/1876", PROBLEM_TOO_OLD },
		{ FIELD_CARD_BIRTH, "23/05/2015", PROBLEM_TOO_YOUNG },
		{ FIELD_CARD_BIRTH, "", PROBLEM_EMPTY },
		{ FIELD_SURNAME, "O'Brien-Smith", PROBLEM_NONE },
		{ FIELD_SURNAME, "李", PROBLEM_SCRIPT },
		{ FIELD_SURNAME, "Иванов", PROBLEM_SCRIPT },
		{ FIELD_SURNAME, "LEUNG\u202e", PROBLEM_CHARACTER },
		{ FIELD_SURNAME, "LEUNG 7", PROBLEM_CHARACTER },
		{ FIELD_GIVEN, "", PROBLEM_NONE },
		{ FIELD_CHINESE, "梁凱晴", PROBLEM_NONE },
		{ FIELD_CHINESE, "\U00020bb7田", PROBLEM_NONE }, /* four bytes */
		{ FIELD_CHINESE, "Leung", PROBLEM_SCRIPT },
		{ FIELD_CHINESE, "", PROBLEM_NONE },
		{ FIELD_PHONE, "9123 4567", PROBLEM_NONE },
		{ FIELD_PHONE, "0123 4567", PROBLEM_SHAPE },
		{ FIELD_CERT_EMAIL, "", PROBLEM_NONE },
		{ FIELD_CERT_EMAIL, "a@b", PROBLEM_SHAPE },
		{ FIELD_DISTRICT, "", PROBLEM_EMPTY },
		{ FIELD_ROOM, "", PROBLEM_NONE },
		{ FIELD_ROOM, "123456789012345678901", PROBLEM_LONG },
		{ FIELD_ROOM, "\U00020bb7\U00020bb7\U00020bb7\U00020bb7\U00020bb7\U00020bb7", PROBLEM_NONE },
		{ FIELD_BARCODE, "798", PROBLEM_SHAPE },
		{ FIELD_ENVELOPE, "PE-1!", PROBLEM_CHARACTER },
		{ FIELD_BARCODE, "798A-0012345", PROBLEM_NONE },
		{ FIELD_ENVELOPE, "798a-0012345 ", PROBLEM_REPEATED }, /* one paper scanned twice */
		{ FIELD_ENVELOPE, "PE-4471902", PROBLEM_NONE },
		{ FIELD_ESTATE, "168 Wharf\u200b Road", PROBLEM_CHARACTER },
		{ FIELD_CHINESE, "梁\U000e0100凱", PROBLEM_CHARACTER },
	};
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		type(rows[i].field, rows[i].typed);
		if (case_judge_field(file, &rules, rows[i].field) != rows[i].problem)
			fail_msg("row %zu: problem %d", i, (int)case_judge_field(file, &rules, rows[i].field));
	}
}

static void
a_name_that_is_there_must_be_judged(void **state)
{
	(void)state;
	assert_int_equal(case_judge_field(file, &rules, FIELD_SAME_CHINESE), PROBLEM_NONE);
	type(FIELD_CHINESE, "梁凱晴");
	assert_int_equal(case_judge_field(file, &rules, FIELD_SAME_CHINESE), PROBLEM_NOT_LOOKED);
	assert_true(case_choose(file, FIELD_SAME_CHINESE, APPLICATION_DIFFERENT, "K200", NOW));
	assert_int_equal(case_judge_field(file, &rules, FIELD_SAME_CHINESE), PROBLEM_DIFFERENT);
	assert_false(case_choose(file, FIELD_SAME_CHINESE, 7, "K200", NOW));
}

static void
the_features_are_those_of_the_cards_generation(void **state)
{
	size_t count = 0, photo = 99;
	(void)state;
	assert_null(case_check_at(file, catalogue, 0));
	assert_true(case_choose(file, FIELD_GENERATION, 2018, "K200", NOW));
	for (const struct catalogue_check *check; (check = case_check_at(file, catalogue, count)) != NULL; count++) {
		assert_true(check->generation == 0 || check->generation == 2018);
		if (check->required)
			photo = count;
	}
	assert_true(count >= 4 && photo < count);
	assert_int_equal(case_judge_field(file, &rules, FIELD_CHECKLIST), PROBLEM_NO_PHOTO);
	assert_true(case_see(file, catalogue, photo, true, "K200", NOW));
	assert_false(case_see(file, catalogue, photo, true, "K200", NOW));
	assert_int_equal(case_judge_field(file, &rules, FIELD_CHECKLIST), PROBLEM_TOO_FEW);
	for (size_t i = 0; i < count; i++)
		(void)case_see(file, catalogue, i, true, "K200", NOW + 5);
	assert_int_equal(case_judge_field(file, &rules, FIELD_CHECKLIST), PROBLEM_NONE);
	assert_false(case_see(file, catalogue, count, true, "K200", NOW));
	assert_int_equal(case_seen(file, "photo")->at_ms, NOW);
	assert_true(case_see(file, catalogue, photo, false, "K200", NOW));
	assert_null(case_seen(file, "photo"));
}

static void
another_language_of_the_declaration_takes_the_ticks_back(void **state)
{
	(void)state;
	file->step = FLOW_DECLARATION;
	assert_true(case_choose(file, FIELD_DECLARATION_LANGUAGE, LANGUAGE_EN, "K200", NOW));
	for (size_t i = 0; i < CATALOGUE_LIST; i++)
		(void)case_declare(file, i, true, NOW);
	assert_int_equal(case_judge_field(file, &rules, FIELD_CHECKLIST), PROBLEM_NONE);
	assert_true(case_choose(file, FIELD_DECLARATION_LANGUAGE, LANGUAGE_ZH_HK, "K200", NOW));
	assert_int_equal(case_judge_field(file, &rules, FIELD_CHECKLIST), PROBLEM_TICKS);
	assert_false(case_declare(file, CATALOGUE_LIST, true, NOW));
}

/* A case in which nothing is missing. */
static void
fill(void)
{
	static const struct {
		enum field field;
		const char *typed;
	} typed[] = { { FIELD_CARD_NUMBER, "A123456" }, { FIELD_CARD_CHECK, "3" }, { FIELD_FORM_NUMBER, "A123456(3)" },
		{ FIELD_CARD_BIRTH, "23/05/1991" }, { FIELD_FORM_BIRTH, "23-5-1991" }, { FIELD_SURNAME, "LEUNG" },
		{ FIELD_GIVEN, " Hoi  Ching " }, { FIELD_CHINESE, "梁凱晴" }, { FIELD_PHONE, "9123 4567" },
		{ FIELD_CERT_EMAIL, "hoi.ching@example.org" }, { FIELD_BUILDING, "Lantern House" },
		{ FIELD_DISTRICT, "Sham Shui Po" }, { FIELD_BARCODE, "798A-0012345" }, { FIELD_ENVELOPE, "PE-4471902" } };
	static const struct {
		enum field field;
		int32_t choice;
	} chosen[] = { { FIELD_SAME_SURNAME, APPLICATION_SAME }, { FIELD_SAME_GIVEN, APPLICATION_SAME },
		{ FIELD_SAME_CHINESE, APPLICATION_SAME }, { FIELD_GENERATION, 2018 }, { FIELD_TITLE, APPLICATION_TITLE_MS },
		{ FIELD_CONTACT_SAME, 1 }, { FIELD_AREA, APPLICATION_AREA_KLN },
		{ FIELD_DECLARATION_LANGUAGE, LANGUAGE_ZH_CN } };
	struct error err = { 0 };
	for (size_t i = 0; i < sizeof(typed) / sizeof(typed[0]); i++)
		type(typed[i].field, typed[i].typed);
	for (size_t i = 0; i < sizeof(chosen) / sizeof(chosen[0]); i++)
		assert_true(case_choose(file, chosen[i].field, chosen[i].choice, "K200", NOW + 1));
	for (size_t i = 0; i < VIEW_CHECKS; i++)
		(void)case_see(file, catalogue, i, true, "K200", NOW + 2);
	for (size_t i = 0; i < CATALOGUE_LIST; i++)
		(void)case_declare(file, i, true, NOW + 3);
	file->hidden = true;
	file->checked_ms = NOW + 2;
	(void)text_copy(file->checked_by, sizeof(file->checked_by), "K200");
	assert_true(fee_quote(catalogue, rules.product, 12, rules.today, &file->fee, &err));
	file->quoted_first = rules.today;
	assert_int_equal(
		payment_take(&file->payment, file->fee.total, catalogue_method(catalogue, "cash"), (struct money){ 50000 }, ""),
		PAYMENT_OK);
	file->step_ms[FLOW_IDENTITY] = NOW + 2;
	file->step = FLOW_CHECK;
}

static void
a_whole_case_becomes_an_application(void **state)
{
	struct application *out = calloc(1, sizeof(*out));
	struct error err = { 0 };
	(void)state;
	fill();
	assert_int_equal(case_judge_next(file, &rules), FLOW_CHECK);
	if (!case_application(file, &rules, out, &err))
		fail_msg("%s", err.text);
	assert_string_equal(out->person.given, "Hoi Ching");
	assert_string_equal(out->person.phone, "91234567");
	assert_string_equal(out->person.contact_email, "hoi.ching@example.org");
	assert_string_equal(out->person.hkid.number, "A123456");
	assert_int_equal(out->declaration_language, LANGUAGE_ZH_CN);
	assert_int_equal(out->line_count, 1);
	assert_string_equal(out->lines[0].pin_envelope, "PE-4471902");
	for (size_t i = 0; i < out->check_count; i++) {
		assert_int_equal(out->checks[i].finding, APPLICATION_SAME);
		assert_string_equal(out->checks[i].officer, "K200");
		assert_true(out->checks[i].at_ms > NOW);
	}
	free(out);
}

static void
a_case_with_one_thing_missing_becomes_none(void **state)
{
	static const enum field needed[] = { FIELD_CARD_NUMBER, FIELD_CARD_CHECK, FIELD_FORM_NUMBER, FIELD_CARD_BIRTH,
		FIELD_FORM_BIRTH, FIELD_SURNAME, FIELD_PHONE, FIELD_BUILDING, FIELD_DISTRICT, FIELD_BARCODE, FIELD_ENVELOPE };
	struct application *out = calloc(1, sizeof(*out));
	struct error err = { 0 };
	(void)state;
	for (size_t i = 0; i < sizeof(needed) / sizeof(needed[0]); i++) {
		(void)begin(state);
		fill();
		file->text[needed[i]][0] = '\0';
		if (case_application(file, &rules, out, &err))
			fail_msg("field %d was not missed", (int)needed[i]);
		assert_int_equal(err.kind, ERROR_INVALID);
		assert_string_equal(out->person.surname, "");
		assert_int_not_equal(case_judge_next(file, &rules), FLOW_CHECK);
	}
	(void)begin(state);
	fill();
	file->payment.count = 0;
	assert_false(case_application(file, &rules, out, &err));
	(void)begin(state);
	fill();
	file->hidden = false; /* opened again and not checked since */
	assert_false(case_application(file, &rules, out, &err));
	free(out);
}

static void
a_draft_comes_back_as_it_was_kept(void **state)
{
	static uint8_t bytes[CASE_CODE_MOST], again[CASE_CODE_MOST];
	struct buffer out = buffer_into(bytes, sizeof(bytes)), second = buffer_into(again, sizeof(again));
	struct error err = { 0 };
	(void)state;
	fill();
	file->cut[FIELD_ROOM] = true;
	(void)text_copy(file->text[FIELD_ROOM], CASE_TEXT, "12");
	case_code_write(file, &out);
	assert_true(out.ok);
	if (!case_code_read(buffer_span(&out), other, &err))
		fail_msg("%s", err.text);
	assert_memory_equal(other->text, file->text, sizeof(file->text));
	assert_memory_equal(other->choice, file->choice, sizeof(file->choice));
	assert_memory_equal(other->step_ms, file->step_ms, sizeof(file->step_ms));
	assert_memory_equal(other->declared, file->declared, sizeof(file->declared));
	assert_int_equal(other->step, FLOW_CHECK);
	assert_true(other->hidden && other->cut[FIELD_ROOM]);
	assert_int_equal(other->seen_count, file->seen_count);
	assert_int_equal(other->payment.tenders[0].given.minor, 50000);
	assert_int_equal(other->fee.total.minor, file->fee.total.minor);
	case_code_write(other, &second);
	assert_int_equal(out.len, second.len);
	assert_memory_equal(bytes, again, out.len);
}

static void
a_cut_or_changed_draft_is_refused_or_sound(void **state)
{
	static uint8_t bytes[CASE_CODE_MOST], again[CASE_CODE_MOST];
	struct buffer out = buffer_into(bytes, sizeof(bytes));
	struct error err = { 0 };
	(void)state;
	fill();
	case_code_write(file, &out);
	for (size_t len = 0; len < out.len; len++)
		assert_false(case_code_read((struct span){ bytes, len }, other, &err));
	for (size_t i = 0; i < out.len; i++) {
		for (unsigned bit = 0; bit < 8; bit++) {
			bytes[i] ^= (uint8_t)(1u << bit);
			if (case_code_read((struct span){ bytes, out.len }, other, &err)) { /* then it is one that is written so */
				struct buffer same = buffer_into(again, sizeof(again));
				case_code_write(other, &same);
				assert_int_equal(same.len, out.len);
			}
			bytes[i] ^= (uint8_t)(1u << bit);
		}
	}
}

static void
the_largest_case_fits_its_room(void **state)
{
	static uint8_t bytes[CASE_CODE_MOST];
	struct buffer out = buffer_into(bytes, sizeof(bytes));
	char much[CASE_TEXT];
	(void)state;
	fill();
	file->hidden = false;
	memset(much, 'm', sizeof(much) - 1);
	much[sizeof(much) - 1] = '\0';
	for (enum field i = FIELD_NONE; i < FIELDS; i++)
		(void)case_type(file, i, much);
	case_code_write(file, &out);
	assert_true(out.ok);
}

static void
a_name_is_shown_in_one_way(void **state)
{
	char name[APPLICATION_NAME];
	(void)state;
	case_name(file, name, sizeof(name));
	assert_string_equal(name, "");
	assert_true(case_is_blank(file));
	type(FIELD_GIVEN, "Hoi Ching");
	case_name(file, name, sizeof(name));
	assert_string_equal(name, "Hoi Ching");
	type(FIELD_SURNAME, "leung");
	type(FIELD_CHINESE, "梁凱晴");
	case_name(file, name, sizeof(name));
	assert_string_equal(name, "LEUNG Hoi Ching 梁凱晴");
	assert_false(case_is_blank(file));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(numbers_are_judged_field_by_field, begin),
		cmocka_unit_test_setup(the_number_on_the_form_may_stand_without_brackets, begin),
		cmocka_unit_test_setup(texts_are_judged_by_the_rules_of_the_model, begin),
		cmocka_unit_test_setup(a_name_that_is_there_must_be_judged, begin),
		cmocka_unit_test_setup(the_features_are_those_of_the_cards_generation, begin),
		cmocka_unit_test_setup(another_language_of_the_declaration_takes_the_ticks_back, begin),
		cmocka_unit_test_setup(a_whole_case_becomes_an_application, begin),
		cmocka_unit_test_setup(a_case_with_one_thing_missing_becomes_none, begin),
		cmocka_unit_test_setup(a_draft_comes_back_as_it_was_kept, begin),
		cmocka_unit_test_setup(a_cut_or_changed_draft_is_refused_or_sound, begin),
		cmocka_unit_test_setup(the_largest_case_fits_its_room, begin),
		cmocka_unit_test_setup(a_name_is_shown_in_one_way, begin),
	};
	return cmocka_run_group_tests_name("case", tests, group_open, group_close);
}
