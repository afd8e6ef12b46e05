#include <stdlib.h>
#include <string.h>

#include "kiosk/model/person.h"
#include "tests/support/check.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

struct expectation {
	const char *text;
	enum person_fault fault;
};

static void
check_all(enum person_fault (*rule)(const char *), const struct expectation *cases, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (rule(cases[i].text) != cases[i].fault)
			fail_msg("case %zu gives %d", i + 1, rule(cases[i].text));
	}
}

static void
takes_latin_names_as_on_the_card(void **state)
{
	(void)state;
	static const struct expectation cases[] = { { "LEUNG", PERSON_OK }, { "Hoi Ching", PERSON_OK },
		{ "O'BRIEN-SMITH, Jr.", PERSON_OK }, { "D’Souza", PERSON_OK }, { "Müller", PERSON_OK }, { "Nguyễn", PERSON_OK },
		{ "", PERSON_EMPTY }, { "梁", PERSON_SCRIPT }, { "LEUNG梁", PERSON_SCRIPT }, { "Иванов", PERSON_SCRIPT },
		{ "Ελένη", PERSON_SCRIPT }, { "محمد", PERSON_SCRIPT }, { "Taro1", PERSON_CHARACTER },
		{ "A_B", PERSON_CHARACTER }, { "A\tB", PERSON_CHARACTER }, { "e\xcc\x81lan", PERSON_CHARACTER },
		{ "A\u202eB", PERSON_CHARACTER }, { "×", PERSON_CHARACTER }, { "😀", PERSON_CHARACTER },
		{ "-", PERSON_CHARACTER }, { "ABCDEFGHIJABCDEFGHIJABCDEFGHIJABCDEFGHIJ", PERSON_OK },
		{ "ABCDEFGHIJABCDEFGHIJABCDEFGHIJABCDEFGHIJK", PERSON_LONG } };
	check_all(person_latin_name, cases, COUNT(cases));
}

static void
takes_chinese_names_of_every_plane(void **state)
{
	(void)state;
	static const struct expectation cases[] = { { "", PERSON_OK }, { "梁凱晴", PERSON_OK }, { "陳𠮷明", PERSON_OK },
		{ "㐂", PERSON_OK }, { "\xf0\xb0\x80\x80", PERSON_OK }, { "〇", PERSON_OK }, { "尼格買提·熱合曼", PERSON_OK },
		{ "·熱", PERSON_CHARACTER }, { "熱·", PERSON_CHARACTER }, { "熱··曼", PERSON_CHARACTER },
		{ "LEUNG", PERSON_SCRIPT }, { "梁ひ", PERSON_SCRIPT }, { "김", PERSON_SCRIPT }, { "梁 凱", PERSON_CHARACTER },
		{ "梁1", PERSON_CHARACTER }, { "梁\xe2\x80\x8f", PERSON_CHARACTER },
		{ "一二三四五六七八九十一二三四五", PERSON_OK }, { "一二三四五六七八九十一二三四五六", PERSON_LONG } };
	check_all(person_chinese_name, cases, COUNT(cases));
}

static void
knows_when_nobody_was_born(void **state)
{
	(void)state;
	const struct date today = { 2026, 11, 25 };
	static const struct expectation cases[] = { { "23/05/1991", PERSON_OK }, { "25/11/2026", PERSON_OK },
		{ "26/11/2026", PERSON_FUTURE }, { "25/11/1896", PERSON_OK }, { "25/11/1895", PERSON_TOO_OLD },
		{ "25/11/1876", PERSON_TOO_OLD }, { "", PERSON_EMPTY }, { "  ", PERSON_EMPTY }, { "31/02/1991", PERSON_SHAPE },
		{ "1991-05-23", PERSON_SHAPE }, { "yesterday", PERSON_SHAPE } };
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct date birth = { 7, 7, 7 };
		assert_int_equal(person_birth(cases[i].text, today, &birth), cases[i].fault);
		assert_true((birth.year == 7) == (cases[i].fault != PERSON_OK));
	}
	assert_int_equal(person_age((struct date){ 2008, 11, 26 }, today, 18), PERSON_TOO_YOUNG);
	assert_int_equal(person_age((struct date){ 2008, 11, 25 }, today, 18), PERSON_OK);
	assert_int_equal(person_age(today, today, 0), PERSON_OK);
}

static void
tidies_phones(void **state)
{
	(void)state;
	static const struct {
		const char *text, *tidy;
		enum person_fault fault;
	} cases[] = { { "91234567", "91234567", PERSON_OK }, { "9123 4567", "91234567", PERSON_OK },
		{ "2345-6789", "23456789", PERSON_OK }, { "+852 9123 4567", "+85291234567", PERSON_OK },
		{ "+1234567", "+1234567", PERSON_OK }, { "", "", PERSON_EMPTY }, { "01234567", "", PERSON_SHAPE },
		{ "11234567", "", PERSON_SHAPE }, { "9123456", "", PERSON_SHAPE }, { "912345678", "", PERSON_SHAPE },
		{ "+123456", "", PERSON_SHAPE }, { "+0123456789", "", PERSON_SHAPE }, { "+1234567890123456", "", PERSON_LONG },
		{ "9123a567", "", PERSON_CHARACTER }, { "91+234567", "", PERSON_CHARACTER },
		{ "９１２３４５６７", "", PERSON_CHARACTER } };
	for (size_t i = 0; i < COUNT(cases); i++) {
		char tidy[24] = "";
		assert_int_equal(person_phone(cases[i].text, tidy, sizeof(tidy)), cases[i].fault);
		assert_string_equal(tidy, cases[i].tidy);
	}
	char small[8];
	assert_int_equal(person_phone("91234567", small, sizeof(small)), PERSON_LONG);
}

static void
takes_addresses_for_mail(void **state)
{
	(void)state;
	static const struct expectation cases[] = { { "a@b.hk", PERSON_OK },
		{ "hc.leung+x@mail.example.com.hk", PERSON_OK }, { "o'brien_1@ex-ample.com", PERSON_OK }, { "", PERSON_EMPTY },
		{ "a@b", PERSON_SHAPE }, { "@b.hk", PERSON_SHAPE }, { "ab.hk", PERSON_SHAPE }, { "a@@b.hk", PERSON_SHAPE },
		{ "a@b..hk", PERSON_SHAPE }, { ".a@b.hk", PERSON_SHAPE }, { "a.@b.hk", PERSON_SHAPE },
		{ "a..b@c.hk", PERSON_SHAPE }, { "a@-b.hk", PERSON_SHAPE }, { "a@b-.hk", PERSON_SHAPE },
		{ "a@b.hk.", PERSON_SHAPE }, { "a@b_c.hk", PERSON_SHAPE }, { "a b@c.hk", PERSON_CHARACTER },
		{ "ä@b.hk", PERSON_CHARACTER }, { "a@b.hk\n", PERSON_CHARACTER }, { "\"a b\"@c.hk", PERSON_CHARACTER },
		{ "a,b@c.hk", PERSON_SHAPE } };
	check_all(person_email, cases, COUNT(cases));
}

static void
bounds_addresses_for_mail(void **state)
{
	(void)state;
	char text[300];
	memset(text, 'a', sizeof(text));
	memcpy(text + 64, "@b.hk", 6);
	assert_int_equal(person_email(text), PERSON_OK);
	memset(text, 'a', sizeof(text));
	memcpy(text + 65, "@b.hk", 6);
	assert_int_equal(person_email(text), PERSON_SHAPE);
	memset(text, 'a', sizeof(text));
	memcpy(text, "a@", 2);
	memcpy(text + 66, ".hk", 4);
	assert_int_equal(person_email(text), PERSON_SHAPE);
	memset(text, 'a', sizeof(text));
	text[255] = '\0';
	assert_int_equal(person_email(text), PERSON_LONG);
}

static void
takes_any_script_in_addresses(void **state)
{
	(void)state;
	assert_int_equal(person_address_line("5 Wharf Road", 40), PERSON_OK);
	assert_int_equal(person_address_line("碼頭道5號", 6), PERSON_OK);
	assert_int_equal(person_address_line("碼頭道5號", 4), PERSON_LONG);
	assert_int_equal(person_address_line(" ", 40), PERSON_EMPTY);
	assert_int_equal(person_address_line("a\nb", 40), PERSON_CHARACTER);
	assert_int_equal(person_address_line("a\u2066b", 40), PERSON_CHARACTER);
	assert_int_equal(person_address_line("a\u200bb", 40), PERSON_CHARACTER);
	assert_int_equal(person_address_line("a\u00adb", 40), PERSON_CHARACTER);
}

static void
takes_numbers_of_envelopes_and_forms(void **state)
{
	(void)state;
	static const struct expectation cases[] = { { "PE-0047712", PERSON_OK }, { "1234", PERSON_OK },
		{ "", PERSON_EMPTY }, { "123", PERSON_SHAPE }, { "1234 5", PERSON_CHARACTER }, { "12/34", PERSON_CHARACTER },
		{ "123456789012345678901234", PERSON_OK }, { "1234567890123456789012345", PERSON_LONG } };
	check_all(person_number, cases, COUNT(cases));
}

static void
bears_ten_thousand_characters_pasted(void **state)
{
	(void)state;
	char *text = malloc(40001);
	char tidy[24];
	struct date birth;
	assert_non_null(text);
	for (size_t i = 0; i < 10000; i++)
		memcpy(text + i * 4, "\xf0\xa0\xae\xb7", 4);
	text[40000] = '\0';
	assert_int_equal(person_latin_name(text), PERSON_LONG);
	assert_int_equal(person_chinese_name(text), PERSON_LONG);
	assert_int_equal(person_address_line(text, 40), PERSON_LONG);
	assert_int_equal(person_email(text), PERSON_LONG);
	assert_int_equal(person_number(text), PERSON_LONG);
	assert_int_equal(person_phone(text, tidy, sizeof(tidy)), PERSON_CHARACTER);
	assert_int_equal(person_birth(text, (struct date){ 2026, 11, 25 }, &birth), PERSON_SHAPE);
	free(text);
}

int
main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(takes_latin_names_as_on_the_card),
		cmocka_unit_test(takes_chinese_names_of_every_plane), cmocka_unit_test(knows_when_nobody_was_born),
		cmocka_unit_test(tidies_phones), cmocka_unit_test(takes_addresses_for_mail),
		cmocka_unit_test(bounds_addresses_for_mail), cmocka_unit_test(takes_any_script_in_addresses),
		cmocka_unit_test(takes_numbers_of_envelopes_and_forms),
		cmocka_unit_test(bears_ten_thousand_characters_pasted) };
	return cmocka_run_group_tests(tests, NULL, NULL);
}
