#include <stdlib.h>
#include <string.h>

#include "kiosk/base/text.h"
#include "kiosk/model/officer.h"
#include "tests/support/check.h"

#define NUMBER "20418"
#define NAME   "LAU Wing Ki"

static void
judges_passwords_by_length_and_commonness(void **state)
{
	(void)state;
	static const struct {
		const char *text;
		enum officer_fault fault;
	} cases[] = { { "", OFFICER_SHORT }, { "marble kettle", OFFICER_SHORT }, { "marble kettle o", OFFICER_OK },
		{ "marble kettle orbit", OFFICER_OK }, { "x7k2m9q4z8w3p5t", OFFICER_OK }, { "739182654091827", OFFICER_OK },
		{ "碼頭壺軌道石山水花鳥風月雲雨雪霜", OFFICER_OK }, { "碼頭壺軌道石山水花鳥風月雲雨", OFFICER_SHORT },
		{ "aaaaaaaaaaaaaaaaaa", OFFICER_COMMON }, { "abababababababab", OFFICER_COMMON },
		{ "marblemarblemarble", OFFICER_COMMON }, { "zqzxqxzqqxzxzqxxqk", OFFICER_COMMON },
		{ "abcdefghijklmnop", OFFICER_COMMON }, { "1234567890123456", OFFICER_COMMON },
		{ "passwordpassword", OFFICER_COMMON }, { "Password12345678", OFFICER_COMMON },
		{ "HongkongPost2026!", OFFICER_COMMON }, { "qwertyuiop123456", OFFICER_COMMON },
		{ "correcthorsebatterystaple", OFFICER_COMMON }, { "p a s s w o r d", OFFICER_COMMON },
		{ "20418 marble kettle", OFFICER_HOLDS_NAME }, { "marble WING kettle", OFFICER_HOLDS_NAME },
		{ "my lau marble kettle", OFFICER_HOLDS_NAME } };
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		enum officer_fault fault = officer_password(text_span(cases[i].text), NUMBER, NAME);
		if (fault != cases[i].fault)
			fail_msg("case %zu gives %d", i + 1, fault);
	}
}

static void
bounds_passwords_from_above(void **state)
{
	(void)state;
	char text[OFFICER_PASSWORD_MOST + 1];
	for (size_t i = 0; i < sizeof(text); i++)
		text[i] = (char)('!' + i * i * 7 % 93);
	assert_int_equal(
		officer_password((struct span){ (const uint8_t *)text, OFFICER_PASSWORD_MOST }, "", ""), OFFICER_OK);
	assert_int_equal(officer_password((struct span){ (const uint8_t *)text, sizeof(text) }, "", ""), OFFICER_LONG);
	char *much = calloc(1, 1u << 20);
	assert_non_null(much);
	assert_int_equal(officer_password((struct span){ (uint8_t *)much, 1u << 20 }, NUMBER, NAME), OFFICER_LONG);
	memset(much, 0x80, 1u << 20); /* only continuation bytes: no character at all */
	assert_int_equal(officer_password((struct span){ (uint8_t *)much, 1u << 20 }, NUMBER, NAME), OFFICER_SHORT);
	free(much);
}

static void
takes_staff_numbers_and_names(void **state)
{
	(void)state;
	static const char *const bad[] = { "", "12", "12345678901234567", "204 18", "204-18", "20418é" };
	assert_int_equal(officer_number("20418"), OFFICER_OK);
	assert_int_equal(officer_number("A2z"), OFFICER_OK);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_int_equal(officer_number(bad[i]), OFFICER_BAD_NUMBER);
	assert_int_equal(officer_name("劉穎琪 LAU Wing Ki"), OFFICER_OK);
	assert_int_equal(officer_name("  "), OFFICER_BAD_NAME);
	assert_int_equal(officer_name("a\nb"), OFFICER_BAD_NAME);
	assert_int_equal(officer_name("12345678901234567890123456789012345678901"), OFFICER_BAD_NAME);
}

static void
waits_longer_after_each_wrong_try(void **state)
{
	(void)state;
	static const unsigned wanted[] = { 0, 0, 0, 1, 2, 4, 8, 16, 32, 60, 60 };
	for (unsigned i = 0; i < sizeof(wanted) / sizeof(wanted[0]); i++)
		assert_int_equal(officer_delay_s(i), wanted[i]);
	assert_int_equal(officer_delay_s(UINT32_MAX), 60);
}

int
main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(judges_passwords_by_length_and_commonness),
		cmocka_unit_test(bounds_passwords_from_above), cmocka_unit_test(takes_staff_numbers_and_names),
		cmocka_unit_test(waits_longer_after_each_wrong_try) };
	return cmocka_run_group_tests(tests, NULL, NULL);
}
