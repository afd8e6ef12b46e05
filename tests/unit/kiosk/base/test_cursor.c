#include <string.h>

#include "kiosk/base/buffer.h"
#include "kiosk/base/cursor.h"
#include "kiosk/base/text.h"
#include "tests/support/check.h"

static void
reads_back_what_the_buffer_wrote(void **state)
{
	uint8_t bytes[64];
	char text[16];
	struct buffer out = buffer_into(bytes, sizeof(bytes));
	(void)state;
	buffer_u8(&out, 0xA1);
	buffer_u16le(&out, 0xB1B2);
	buffer_u32le(&out, 0xC1C2C3C4);
	buffer_u64le(&out, 0xD1D2D3D4D5D6D7D8);
	buffer_text(&out, "陳大文");
	buffer_text(&out, "");
	buffer_block(&out, text_span("block"));
	assert_true(out.ok);
	assert_int_equal(out.len, 1 + 2 + 4 + 8 + (2 + 9) + 2 + (4 + 5));
	assert_memory_equal(bytes, "\xA1\xB2\xB1\xC4\xC3\xC2\xC1\xD8\xD7\xD6\xD5\xD4\xD3\xD2\xD1\x09\x00", 17);

	struct cursor in = cursor_over(buffer_span(&out));
	assert_int_equal(cursor_u8(&in), 0xA1);
	assert_int_equal(cursor_u16le(&in), 0xB1B2);
	assert_int_equal(cursor_u32le(&in), 0xC1C2C3C4);
	assert_true(cursor_u64le(&in) == 0xD1D2D3D4D5D6D7D8);
	cursor_text(&in, text, sizeof(text));
	assert_string_equal(text, "陳大文");
	cursor_text(&in, text, sizeof(text));
	assert_string_equal(text, "");
	struct span block = cursor_block(&in, 5);
	assert_int_equal(block.len, 5);
	assert_memory_equal(block.at, "block", 5);
	assert_true(cursor_done(&in));
}

/* Every shorter buffer fails, writes nothing over its end, and stays failed. */
static void
a_buffer_that_is_too_small_fails_and_stays_failed(void **state)
{
	(void)state;
	for (size_t cap = 0; cap < 19; cap++) {
		uint8_t bytes[20];
		memset(bytes, 0x55, sizeof(bytes));
		struct buffer out = buffer_into(bytes, cap);
		buffer_u16le(&out, 0);
		buffer_u64le(&out, 0);
		buffer_text(&out, "abc");
		buffer_block(&out, (struct span){ 0 });
		assert_false(out.ok);
		for (size_t i = cap; i < sizeof(bytes); i++)
			assert_int_equal(bytes[i], 0x55);
		size_t len = out.len;
		buffer_put(&out, (struct span){ 0 });
		assert_false(out.ok);
		assert_int_equal(out.len, len);
	}
}

static void
a_text_too_long_for_its_length_fails(void **state)
{
	static char text[65537];
	static uint8_t bytes[65540];
	(void)state;
	memset(text, 'a', 65535);
	struct buffer out = buffer_into(bytes, sizeof(bytes));
	buffer_text(&out, text);
	assert_true(out.ok);
	text[65535] = 'a';
	out = buffer_into(bytes, sizeof(bytes));
	buffer_text(&out, text);
	assert_false(out.ok);
}

/* Every cut of a whole message is noticed, and what was cut reads as zero. */
static void
a_cut_input_fails_at_every_length(void **state)
{
	static const uint8_t whole[] = { 1, 2, 0, 3, 0, 0, 0, 4, 0, 0, 0, 0, 0, 0, 0, 2, 0, 'h', 'i', 1, 0, 0, 0, 'x' };
	(void)state;
	for (size_t len = 0; len <= sizeof(whole); len++) {
		uint8_t exact[sizeof(whole)]; /* a copy of its own, so that a read behind `len` sees other bytes */
		memset(exact, 0xEE, sizeof(exact));
		memcpy(exact, whole, len);
		char text[8];
		struct cursor in = cursor_over((struct span){ exact, len });
		uint8_t one = cursor_u8(&in);
		uint16_t two = cursor_u16le(&in);
		uint32_t three = cursor_u32le(&in);
		uint64_t four = cursor_u64le(&in);
		cursor_text(&in, text, sizeof(text));
		struct span block = cursor_block(&in, 10);
		assert_int_equal(cursor_done(&in), len == sizeof(whole));
		assert_true(one == (len >= 1 ? 1 : 0) && two == (len >= 3 ? 2 : 0) && three == (len >= 7 ? 3u : 0));
		assert_true(four == (len >= 15 ? 4u : 0));
		assert_string_equal(text, len >= 19 ? "hi" : "");
		assert_int_equal(block.len, len == sizeof(whole));
	}
}

static bool
takes_text(const char *bytes, size_t len, size_t cap)
{
	char out[8] = "zzzzzzz";
	struct cursor in = cursor_over((struct span){ (const uint8_t *)bytes, len });
	cursor_text(&in, out, cap);
	assert_true(in.ok || out[0] == '\0');
	return in.ok;
}

static void
text_is_checked_where_it_is_read(void **state)
{
	(void)state;
	assert_true(takes_text("\x03\x00"
						   "abc",
		5, 4));
	assert_false(takes_text("\x03\x00"
							"abc",
		5, 3)); /* no room for the NUL */
	assert_false(takes_text("\x03\x00"
							"a\0c",
		5, 8));                                         /* would end early */
	assert_false(takes_text("\x02\x00\xC0\x80", 4, 8)); /* overlong */
	assert_false(takes_text("\xFF\xFF"
							"abc",
		5, 8));
	assert_true(takes_text("\x00\x00", 2, 1));
}

static void
blocks_are_bounded_by_their_reader(void **state)
{
	static const uint8_t bytes[] = { 3, 0, 0, 0, 1, 2, 3 };
	struct cursor in = cursor_over((struct span){ bytes, sizeof(bytes) });
	(void)state;
	assert_int_equal(cursor_block(&in, 2).len, 0);
	assert_false(in.ok);
	assert_int_equal(cursor_u8(&in), 0); /* and stays failed */
	assert_false(cursor_done(&in));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_back_what_the_buffer_wrote),
		cmocka_unit_test(a_buffer_that_is_too_small_fails_and_stays_failed),
		cmocka_unit_test(a_text_too_long_for_its_length_fails),
		cmocka_unit_test(a_cut_input_fails_at_every_length),
		cmocka_unit_test(text_is_checked_where_it_is_read),
		cmocka_unit_test(blocks_are_bounded_by_their_reader),
	};
	return cmocka_run_group_tests_name("cursor", tests, NULL, NULL);
}
