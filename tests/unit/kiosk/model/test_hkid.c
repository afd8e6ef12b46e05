#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kiosk/model/hkid.h"
#include "tests/support/check.h"

#define VECTORS TEST_SOURCE_DIR "/tests/vectors/hkid.txt"

/* The sum by the published rule, worked out another way: from the right, the check character having weight 1. */
static int
sum_of(const char *number)
{
	int weight = 2, sum = 0;
	for (size_t i = strlen(number); i-- > 0; weight++)
		sum += weight * (number[i] <= '9' ? number[i] - '0' : number[i] - 'A' + 10);
	return weight == 10 ? sum : sum + 36 * weight;
}

static bool
reads(const char *text, char out[HKID_TEXT])
{
	struct hkid hkid;
	enum hkid_fault fault;
	struct error err;
	bool ok = hkid_parse(text, &hkid, &fault, &err);
	assert_true(ok == (fault == HKID_OK));
	if (ok)
		hkid_format(&hkid, out);
	else
		assert_int_equal(err.kind, ERROR_INVALID);
	return ok;
}

static void
check_good(const char *line)
{
	char number[16], check[4], text[HKID_TEXT], read[HKID_TEXT];
	int sum, rest;
	assert_int_equal(sscanf(line, "ok %15s %3s %d %d", number, check, &sum, &rest), 4);
	assert_int_equal(sum_of(number), sum);
	assert_int_equal(sum % 11, rest);
	assert_int_equal(hkid_check_of(number), check[0]);
	(void)snprintf(text, sizeof(text), "%s(%s)", number, check);
	assert_true(reads(text, read));
	assert_string_equal(read, text);
}

static void
agrees_with_every_published_number(void **state)
{
	(void)state;
	char line[256], read[HKID_TEXT];
	int good = 0, bad = 0, tidied = 0;
	FILE *file = fopen(VECTORS, "r");
	assert_non_null(file);
	while (fgets(line, sizeof(line), file) != NULL) {
		char *text = strchr(line, ' '), *bar = strchr(line, '|');
		if (line[0] == '#')
			continue;
		if (strncmp(line, "ok ", 3) == 0) {
			check_good(line);
			good++;
			continue;
		}
		assert_non_null(bar);
		*bar++ = '\0';
		if (strncmp(line, "no ", 3) == 0) {
			assert_false(reads(text + 1, read));
			bad++;
		} else {
			bar[strcspn(bar, "|")] = '\0';
			assert_true(reads(text + 1, read));
			assert_string_equal(read, bar);
			tidied++;
		}
	}
	(void)fclose(file);
	assert_int_equal(good, 14);
	assert_int_equal(bad, 20);
	assert_int_equal(tidied, 5);
}

/* A=1..Z=26 and no value for the blank: right for one letter, wrong for two. */
static void
does_not_count_letters_from_one(void **state)
{
	(void)state;
	assert_int_equal(hkid_check_of("A123456"), '3');
	assert_int_equal(hkid_check_of("AB123456"), '9');
}

/* A=1 mixed with blank=36 gives another character; ten is A and never X. */
static void
does_not_mix_two_published_rules(void **state)
{
	(void)state;
	int mixed = (11 - (36 * 9 + 1 * 8 + 7 + 12 + 15 + 16 + 15 + 12) % 11) % 11;
	assert_int_not_equal(hkid_check_of("A123456") - '0', mixed);
	assert_int_equal(hkid_check_of("A000002"), 'A');
}

/* Letters whose values differ by 11 pass with each other's check character: a right one proves no card. */
static void
cannot_tell_letters_eleven_apart(void **state)
{
	(void)state;
	assert_int_equal(hkid_check_of("L123456"), '3');
	assert_int_equal(hkid_check_of("W123456"), '3');
	assert_int_not_equal(hkid_check_of("B123456"), '3');
}

static void
catches_each_wrong_digit_and_each_swap(void **state)
{
	(void)state;
	unsigned seed = 1;
	for (int round = 0; round < 2000; round++) {
		char number[9], other[9];
		seed = seed * 1103515245u + 12345u;
		(void)snprintf(number, sizeof(number), "%c%06u", 'A' + (int)(seed >> 16) % 26, (seed >> 8) % 1000000u);
		char right = hkid_check_of(number);
		for (size_t i = 1; i < 7; i++) {
			for (char digit = '0'; digit <= '9'; digit++) {
				memcpy(other, number, sizeof(other));
				other[i] = digit;
				assert_true(hkid_check_of(other) != right || digit == number[i]);
			}
			memcpy(other, number, sizeof(other));
			if (i < 6 && number[i] != number[i + 1]) {
				other[i] = number[i + 1];
				other[i + 1] = number[i];
				assert_int_not_equal(hkid_check_of(other), right);
			}
		}
	}
}

static void
says_which_part_is_wrong(void **state)
{
	(void)state;
	static const struct {
		const char *number, *check;
		enum hkid_fault fault;
	} cases[] = { { "", "", HKID_EMPTY }, { "  ", "3", HKID_EMPTY }, { "A12345", "3", HKID_SHAPE },
		{ "A123456", "4", HKID_CHECK }, { "A123456", "", HKID_CHECK }, { "A123456", "33", HKID_CHECK },
		{ "A123456\x01", "3", HKID_SHAPE }, { " a123456 ", " 3 ", HKID_OK } };
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct hkid hkid;
		struct error err;
		enum hkid_fault fault;
		assert_true(
			hkid_parse_parts(cases[i].number, cases[i].check, &hkid, &fault, &err) == (cases[i].fault == HKID_OK));
		assert_int_equal(fault, cases[i].fault);
	}
}

static void
refuses_ten_thousand_characters_without_quoting_them(void **state)
{
	(void)state;
	char *text = malloc(10001);
	struct hkid hkid;
	enum hkid_fault fault;
	struct error err;
	assert_non_null(text);
	memset(text, 'Q', 10000);
	text[10000] = '\0';
	assert_false(hkid_parse(text, &hkid, &fault, &err));
	assert_null(strstr(err.text, "Q"));
	free(text);
	assert_false(hkid_parse("A987654(1)", &hkid, &fault, &err));
	assert_null(strstr(err.text, "987"));
}

static void
hides_all_but_four_characters(void **state)
{
	(void)state;
	char mask[HKID_MASK];
	hkid_mask(&(struct hkid){ "A123456", '3' }, mask);
	assert_string_equal(mask, "A123•••(•)");
	hkid_mask(&(struct hkid){ "AB123456", '9' }, mask);
	assert_string_equal(mask, "AB12••••(•)");
	hkid_mask(&(struct hkid){ "", 0 }, mask);
	assert_string_equal(mask, "");
}

static void
compares_number_and_check(void **state)
{
	(void)state;
	struct hkid a = { "A123456", '3' }, b = { "A123457", '3' }, c = { "A123456", '4' };
	assert_true(hkid_equal(&a, &a));
	assert_false(hkid_equal(&a, &b));
	assert_false(hkid_equal(&a, &c));
}

int
main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(agrees_with_every_published_number),
		cmocka_unit_test(does_not_count_letters_from_one), cmocka_unit_test(does_not_mix_two_published_rules),
		cmocka_unit_test(cannot_tell_letters_eleven_apart), cmocka_unit_test(catches_each_wrong_digit_and_each_swap),
		cmocka_unit_test(says_which_part_is_wrong),
		cmocka_unit_test(refuses_ten_thousand_characters_without_quoting_them),
		cmocka_unit_test(hides_all_but_four_characters), cmocka_unit_test(compares_number_and_check) };
	return cmocka_run_group_tests(tests, NULL, NULL);
}
