#include <iconv.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kiosk/base/text.h"
#include "tests/support/check.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))
#define LAST_CODE    0x10FFFFu

static bool
is_surrogate(uint32_t code)
{
	return code >= 0xD800 && code <= 0xDFFF;
}

/* The C library's own decoder as the judge. */
static bool
iconv_takes(iconv_t judge, const uint8_t *bytes, size_t len)
{
	char in[4];
	char out[32];
	char *from = in;
	char *to = out;
	size_t in_left = len;
	size_t out_left = sizeof(out);
	memcpy(in, bytes, len);
	bool nul = memchr(bytes, 0, len) != NULL;
	(void)iconv(judge, NULL, NULL, NULL, NULL);
	return !nul && iconv(judge, &from, &in_left, &to, &out_left) == 0 && in_left == 0;
}

static void
compare(iconv_t judge, const uint8_t *bytes, size_t len)
{
	bool ours = text_is_utf8((struct span){ bytes, len });
	if (ours != iconv_takes(judge, bytes, len))
		fail_msg("%02X %02X %02X %02X [%zu]: we say %d", bytes[0], bytes[1], bytes[2], bytes[3], len, ours);
}

static void
takes_what_the_c_library_takes_byte_for_byte(void **state)
{
	static const uint8_t edges[] = { 0x00, 0x41, 0x7F, 0x80, 0x9F, 0xA0, 0xBF, 0xC0, 0xE0, 0xF0, 0xFF };
	(void)state;
	iconv_t judge = iconv_open("UTF-16LE", "UTF-8");
	assert_true(judge != (iconv_t)-1);
	for (unsigned n = 0; n < 0x10000; n++) {
		uint8_t bytes[4] = { (uint8_t)(n >> 8), (uint8_t)n };
		compare(judge, bytes, 1);
		compare(judge, bytes, 2);
		if (bytes[0] < 0xC0) /* two bytes of a longer sequence are judged from their first one */
			continue;
		for (size_t i = 0; i < COUNT(edges); i++) {
			bytes[2] = edges[i];
			bytes[3] = 0;
			compare(judge, bytes, 3);
			for (size_t j = 0; j < COUNT(edges); j++) {
				bytes[3] = edges[j];
				compare(judge, bytes, 4);
			}
		}
	}
	assert_int_equal(iconv_close(judge), 0);
}

static void
refuses_overlong_forms_and_surrogates(void **state)
{
	static const char *const bad[] = { "\xC0\x80", "\xC0\xAF", "\xC1\xBF", "\xE0\x80\xAF", "\xE0\x9F\xBF",
		"\xF0\x80\x80\xAF", "\xF0\x8F\xBF\xBF", "\xED\xA0\x80", "\xED\xBF\xBF", "\xED\xA1\x8C\xED\xBE\xB4",
		"\xF4\x90\x80\x80", "\xF5\x80\x80\x80", "\xF8\x88\x80\x80\x80", "\xFE", "\xFF", "\x80", "a\xBF", "\xE4\xB8",
		"\xF0\xA0\xAE", "\xE4\xB8\xE4\xB8\xAD" };
	(void)state;
	for (size_t i = 0; i < COUNT(bad); i++)
		if (text_is_utf8(text_span(bad[i])))
			fail_msg("row %zu is taken", i);
	assert_false(text_is_utf8((struct span){ (const uint8_t *)"a\0b", 3 }));
	assert_true(text_is_utf8((struct span){ NULL, 0 }));
}

static void
writes_and_reads_back_every_code_point(void **state)
{
	(void)state;
	for (uint32_t code = 1; code <= LAST_CODE; code++) {
		char out[5] = "";
		if (is_surrogate(code))
			continue;
		assert_true(text_append(out, sizeof(out), code));
		assert_true(text_is_utf8(text_span(out)));
		const char *at = out;
		assert_int_equal(text_next(&at), code);
		assert_int_equal(*at, '\0');
		assert_int_equal(text_next(&at), 0);
		char small[5] = "";
		assert_false(text_append(small, strlen(out), code));
		assert_string_equal(small, "");
	}
}

static void
counts_code_points(void **state)
{
	(void)state;
	assert_int_equal(text_length(""), 0);
	assert_int_equal(text_length("CHAN"), 4);
	assert_int_equal(text_length("陳大文"), 3);
	assert_int_equal(text_length("𨭎𠮷"), 2);
	assert_int_equal(text_length("e\xCC\x81"), 2); /* e and a combining acute */
}

static void
taking_keeps_every_script_and_refuses_controls(void **state)
{
	struct error err;
	char out[32];
	(void)state;
	static const char *const good[] = { "", "CHAN Tai Man", "陳大文", "𨭎 𠮷", "e\xCC\x81", "ไทย", "नेपाली", "اردو" };
	for (size_t i = 0; i < COUNT(good); i++) {
		assert_true(text_take(text_span(good[i]), "name", out, sizeof(out), &err));
		assert_string_equal(out, good[i]);
	}
	static const char *const bad[] = { "a\nb", "a\tb", "\x1B[2J", "a\x7F", "\xC2\x85", "\xC2\x9F", "\xC3" };
	for (size_t i = 0; i < COUNT(bad); i++) {
		assert_false(text_take(text_span(bad[i]), "name", out, sizeof(out), &err));
		assert_int_equal(err.kind, ERROR_INVALID);
		assert_memory_equal(err.text, "name: ", 6);
	}
	assert_false(text_take((struct span){ (const uint8_t *)"a\0b", 3 }, "name", out, sizeof(out), &err));
	assert_int_equal(err.kind, ERROR_INVALID);
}

static void
taking_fills_to_the_last_byte_and_no_further(void **state)
{
	struct error err;
	char out[8];
	(void)state;
	assert_true(text_take(text_span("1234567"), "x", out, sizeof(out), &err));
	memset(out, 'z', sizeof(out));
	assert_false(text_take(text_span("12345678"), "x", out, sizeof(out), &err));
	assert_int_equal(err.kind, ERROR_FULL);
	assert_int_equal(out[0], 'z'); /* results are written only on success */
}

static void
cuts_between_characters(void **state)
{
	char out[16];
	static const char mixed[] = "a陳𠮷é";                              /* 1 + 3 + 4 + 2 bytes */
	static const size_t fits[] = { 0, 1, 1, 1, 4, 4, 4, 4, 8, 8, 10 }; /* bytes kept when cap is 1, 2, ... */
	(void)state;
	for (size_t cap = 1; cap <= COUNT(fits); cap++) {
		char formatted[16];
		assert_int_equal(text_copy(out, cap, mixed), cap == COUNT(fits));
		assert_int_equal(strlen(out), fits[cap - 1]);
		assert_int_equal(text_format(formatted, cap, "%s", mixed), cap == COUNT(fits));
		assert_string_equal(formatted, out);
		assert_true(text_is_utf8(text_span(out)));
	}
}

static void
knows_the_controls(void **state)
{
	unsigned controls = 0;
	unsigned bidi = 0;
	unsigned unseen = 0;
	(void)state;
	for (uint32_t code = 0; code <= LAST_CODE; code++) {
		controls += text_is_control(code);
		bidi += text_is_bidi_control(code);
		unseen += text_is_unseen(code);
		assert_true(!text_is_bidi_control(code) || text_is_unseen(code));
	}
	assert_int_equal(controls, 65); /* as many as general category Cc has */
	assert_int_equal(bidi, 12);     /* as many as the property Bidi_Control has */
	/* Default_Ignorable_Code_Point has 4174; of Cf it leaves out 13 prefixes of numbers, 3 interlinear marks and 16
	 * Egyptian joiners */
	assert_int_equal(unseen, 4206);
	static const uint32_t some[] = { 0, 9, 10, 0x1F, 0x7F, 0x80, 0x9F };
	for (size_t i = 0; i < COUNT(some); i++)
		assert_true(text_is_control(some[i]));
	static const uint32_t marks[] = { 0x61C, 0x200E, 0x200F, 0x202A, 0x202E, 0x2066, 0x2069 };
	for (size_t i = 0; i < COUNT(marks); i++)
		assert_true(text_is_bidi_control(marks[i]));
}

/* Zs, Zl, Zp as the Unicode character database lists them. */
static bool
is_separator(uint32_t code)
{
	static const uint32_t all[] = { 0x20, 0xA0, 0x1680, 0x2000, 0x2001, 0x2002, 0x2003, 0x2004, 0x2005, 0x2006, 0x2007,
		0x2008, 0x2009, 0x200A, 0x2028, 0x2029, 0x202F, 0x205F, 0x3000 };
	for (size_t i = 0; i < COUNT(all); i++)
		if (all[i] == code)
			return true;
	return false;
}

static void
tidies_every_code_point_as_promised(void **state)
{
	(void)state;
	for (uint32_t code = 1; code <= LAST_CODE; code++) {
		struct error err;
		char typed[16] = "x";
		char out[16];
		char wanted[16] = "x";
		if (is_surrogate(code))
			continue;
		assert_true(text_append(typed, sizeof(typed), code) && text_append(typed, sizeof(typed), 'y'));
		bool taken = text_tidy(typed, out, sizeof(out), &err);
		if (text_is_control(code) || text_is_unseen(code)) {
			assert_false(taken);
			assert_int_equal(err.kind, ERROR_INVALID);
			continue;
		}
		uint32_t meant = is_separator(code) ? ' ' : code >= 0xFF01 && code <= 0xFF5E ? code - 0xFEE0 : code;
		assert_true(text_append(wanted, sizeof(wanted), meant) && text_append(wanted, sizeof(wanted), 'y'));
		if (!taken || strcmp(out, wanted) != 0)
			fail_msg("U+%04X became \"%s\"", code, taken ? out : "(refused)");
	}
}

static void
tidies_what_people_type(void **state)
{
	static const char *const rows[][2] = {
		{ "", "" },
		{ "   ", "" },
		{ "\xE3\x80\x80", "" },
		{ "  CHAN   Tai  Man ", "CHAN Tai Man" },
		{ "Ａ１２３４５６（３）", "A123456(3)" },
		{ "陳\xE3\x80\x80\xE3\x80\x80大文\xC2\xA0", "陳 大文" },
		{ "𨭎", "𨭎" },
		{ "e\xCC\x81", "e\xCC\x81" },
	};
	struct error err;
	char out[64];
	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		assert_true(text_tidy(rows[i][0], out, sizeof(out), &err));
		assert_string_equal(out, rows[i][1]);
	}
	assert_false(text_tidy("abc\xE2\x80\xAE"
						   "fed",
		out, sizeof(out), &err)); /* U+202E turns the rest around */
	assert_int_equal(err.kind, ERROR_INVALID);
	assert_false(text_tidy("abc\xFF", out, sizeof(out), &err));
	assert_int_equal(err.kind, ERROR_INVALID);
}

static void
ten_thousand_pasted_characters_are_too_many(void **state)
{
	static char pasted[30001];
	struct error err;
	char out[129];
	(void)state;
	for (size_t i = 0; i < 10000; i++)
		memcpy(pasted + 3 * i, "陳", 3);
	assert_false(text_tidy(pasted, out, sizeof(out), &err));
	assert_int_equal(err.kind, ERROR_FULL);
	pasted[126] = '\0';
	assert_true(text_tidy(pasted, out, sizeof(out), &err));
	assert_int_equal(text_length(out), 42);
	memcpy(pasted + 126, "  a", 4); /* 126 + blank + letter: the last byte of out */
	assert_true(text_tidy(pasted, out, sizeof(out), &err));
	assert_int_equal(strlen(out), 128);
	memcpy(pasted + 126, "x a", 4); /* 127 + blank + letter: one byte more, and the blank is what does it */
	assert_false(text_tidy(pasted, out, sizeof(out), &err));
	memcpy(pasted + 126, "  ab", 5);
	assert_false(text_tidy(pasted, out, sizeof(out), &err));
}

static void
only_ascii_letters_change_case(void **state)
{
	char text[] = "aZ{`é陳";
	(void)state;
	text_upper(text);
	assert_string_equal(text, "AZ{`é陳");
}

static void
hexadecimal_goes_there_and_back(void **state)
{
	struct error err;
	uint8_t all[256];
	uint8_t back[256];
	char hex[513];
	size_t len = 0;
	(void)state;
	for (size_t i = 0; i < sizeof(all); i++)
		all[i] = (uint8_t)i;
	text_hex((struct span){ all, sizeof(all) }, hex, sizeof(hex));
	assert_memory_equal(hex, "000102", 6);
	assert_string_equal(hex + 506, "fdfeff");
	assert_true(text_unhex(hex, back, sizeof(back), &len, &err));
	assert_int_equal(len, sizeof(all));
	assert_memory_equal(all, back, sizeof(all));
	assert_true(text_unhex("AbCd", back, sizeof(back), &len, &err));
	assert_int_equal(len, 2);
	assert_true(text_unhex("", back, sizeof(back), &len, &err));
	assert_int_equal(len, 0);
	static const char *const bad[] = { "a", "abc", "0g", "0x12", "12 34", " 12", "12\n" };
	for (size_t i = 0; i < COUNT(bad); i++) {
		assert_false(text_unhex(bad[i], back, sizeof(back), &len, &err));
		assert_int_equal(err.kind, ERROR_INVALID);
	}
	assert_false(text_unhex("010203", back, 2, &len, &err));
	assert_int_equal(err.kind, ERROR_FULL);
}

static void
base64_keeps_the_vectors_of_rfc_4648(void **state)
{
	static const char *const rows[][2] = { { "", "" }, { "f", "Zg==" }, { "fo", "Zm8=" }, { "foo", "Zm9v" },
		{ "foob", "Zm9vYg==" }, { "fooba", "Zm9vYmE=" }, { "foobar", "Zm9vYmFy" } };
	struct error err;
	uint8_t back[16];
	char out[16];
	size_t len = 0;
	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		text_base64(text_span(rows[i][0]), out, sizeof(out));
		assert_string_equal(out, rows[i][1]);
		assert_true(text_unbase64(text_span(rows[i][1]), back, sizeof(back), &len, &err));
		assert_int_equal(len, strlen(rows[i][0]));
		assert_memory_equal(back, rows[i][0], len);
	}
	assert_true(text_unbase64(text_span("Zm9v\r\n Ym\tFy\n"), back, sizeof(back), &len, &err));
	assert_int_equal(len, 6);
}

static void
base64_refuses_what_is_not_canonical(void **state)
{
	static const char *const bad[] = { "Zg", "Zg=", "Zh==", "Zm9", "Zm9=", "Z", "=", "Zm9v!", "Zm9v-_", "Zg==Zg==" };
	struct error err;
	uint8_t back[16];
	size_t len = 0;
	(void)state;
	for (size_t i = 0; i < COUNT(bad); i++) {
		if (text_unbase64(text_span(bad[i]), back, sizeof(back), &len, &err))
			fail_msg("%s is taken", bad[i]);
		assert_int_equal(err.kind, ERROR_INVALID);
	}
	assert_false(text_unbase64((struct span){ (const uint8_t *)"Zm\0 9v", 6 }, back, sizeof(back), &len, &err));
	assert_int_equal(err.kind, ERROR_INVALID);
	assert_true(text_unbase64(text_span("Zm9vYmE="), back, 5, &len, &err));
	assert_false(text_unbase64(text_span("Zm9vYmFy"), back, 5, &len, &err));
	assert_int_equal(err.kind, ERROR_FULL);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(takes_what_the_c_library_takes_byte_for_byte),
		cmocka_unit_test(refuses_overlong_forms_and_surrogates),
		cmocka_unit_test(writes_and_reads_back_every_code_point),
		cmocka_unit_test(counts_code_points),
		cmocka_unit_test(taking_keeps_every_script_and_refuses_controls),
		cmocka_unit_test(taking_fills_to_the_last_byte_and_no_further),
		cmocka_unit_test(cuts_between_characters),
		cmocka_unit_test(knows_the_controls),
		cmocka_unit_test(tidies_every_code_point_as_promised),
		cmocka_unit_test(tidies_what_people_type),
		cmocka_unit_test(ten_thousand_pasted_characters_are_too_many),
		cmocka_unit_test(only_ascii_letters_change_case),
		cmocka_unit_test(hexadecimal_goes_there_and_back),
		cmocka_unit_test(base64_keeps_the_vectors_of_rfc_4648),
		cmocka_unit_test(base64_refuses_what_is_not_canonical),
	};
	return cmocka_run_group_tests_name("text", tests, NULL, NULL);
}
