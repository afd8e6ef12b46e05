#include <string.h>

#include "kiosk/model/enrolment_code.h"
#include "tests/support/check.h"

static const char alphabet[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

static void
sample(char out[static ENROLMENT_CODE_TEXT])
{
	uint8_t random[ENROLMENT_CODE_RANDOM];
	for (size_t i = 0; i < sizeof(random); i++)
		random[i] = (uint8_t)(37 * i + 11);
	enrolment_code_make(random, out);
}

static bool
accepted(const char *typed)
{
	char out[ENROLMENT_CODE_TEXT];
	struct error err;
	return enrolment_code_read(typed, out, &err);
}

static void
is_read_back_as_it_was_made(void **state)
{
	char code[ENROLMENT_CODE_TEXT];
	char read[ENROLMENT_CODE_TEXT];
	struct error err;
	(void)state;
	sample(code);
	assert_int_equal(strlen(code), 24);
	assert_true(enrolment_code_read(code, read, &err));
	assert_string_equal(read, code);
}

static void
is_read_as_people_type(void **state)
{
	uint8_t zeros[ENROLMENT_CODE_RANDOM] = { 0 };
	char code[ENROLMENT_CODE_TEXT];
	char read[ENROLMENT_CODE_TEXT];
	struct error err;
	(void)state;
	zeros[0] = 10;
	zeros[1] = 1;
	enrolment_code_make(zeros, code);
	assert_memory_equal(code, "A100-0000-0000-0000-000", 23);
	char typed[] = "aloo oooooooo-00000 00?";
	typed[22] = code[23];
	assert_true(enrolment_code_read(typed, read, &err));
	assert_string_equal(read, code);
	typed[1] = 'I';
	assert_true(accepted(typed));
}

static void
finds_every_single_wrong_character(void **state)
{
	char code[ENROLMENT_CODE_TEXT];
	size_t tried = 0;
	(void)state;
	sample(code);
	for (size_t i = 0; code[i] != '\0'; i++) {
		const char right = code[i];
		for (size_t j = 0; right != '-' && j < 32; j++) {
			code[i] = alphabet[j];
			assert_int_equal(accepted(code), alphabet[j] == right);
			tried++;
		}
		code[i] = right;
	}
	assert_int_equal(tried, 20 * 32);
}

static void
finds_every_exchange_of_two_characters(void **state)
{
	char code[ENROLMENT_CODE_TEXT];
	(void)state;
	sample(code);
	for (size_t i = 0; code[i] != '\0'; i++) {
		for (size_t j = i + 1; code[j] != '\0'; j++) {
			const char a = code[i];
			const char b = code[j];
			if (a == '-' || b == '-' || a == b)
				continue;
			code[i] = b;
			code[j] = a;
			assert_false(accepted(code));
			code[i] = a;
			code[j] = b;
		}
	}
}

static void
refuses_other_lengths_and_characters(void **state)
{
	static const char *const wrong[] = { "", "-", "7", "0000-0000-0000-0000-000", "0000-0000-0000-0000-0000-0",
		"0000-0000-0000-0000-000U", "0000-0000-0000-0000-000\xC3\xA9", "0000-0000-0000-0000-000\t" };
	char out[ENROLMENT_CODE_TEXT];
	struct error err;
	(void)state;
	assert_true(accepted("0000-0000-0000-0000-0000"));
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		assert_false(enrolment_code_read(wrong[i], out, &err));
		assert_int_equal(err.kind, ERROR_INVALID);
		assert_null(strstr(err.text, "0000-0000"));
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(is_read_back_as_it_was_made),
		cmocka_unit_test(is_read_as_people_type),
		cmocka_unit_test(finds_every_single_wrong_character),
		cmocka_unit_test(finds_every_exchange_of_two_characters),
		cmocka_unit_test(refuses_other_lengths_and_characters),
	};
	return cmocka_run_group_tests_name("enrolment_code", tests, NULL, NULL);
}
