#include <string.h>

#include "peripherals/card/tlv.h"
#include "tests/support/check.h"

static void
walks_objects_and_finds_one(void **state)
{
	static const uint8_t bytes[] = { 0x53, 1, 9, 0x5F, 0xC1, 0x05, 0x81, 2, 'h', 'i', 0x7F, 0x49, 0, 0x9A, 0x82, 0, 1,
		7 };
	struct tlv_reader in = tlv_over((struct span){ bytes, sizeof(bytes) });
	struct tlv at;
	struct span value;
	(void)state;
	static const uint32_t tags[] = { 0x53, 0x5FC105, 0x7F49, 0x9A };
	for (size_t i = 0; i < 4; i++) {
		assert_true(tlv_next(&in, &at));
		assert_int_equal(at.tag, tags[i]);
	}
	assert_int_equal(at.value.at[0], 7);
	assert_false(tlv_next(&in, &at));
	assert_true(tlv_done(&in));
	assert_true(tlv_find((struct span){ bytes, sizeof(bytes) }, 0x5FC105, &value));
	assert_int_equal(value.len, 2);
	assert_memory_equal(value.at, "hi", 2);
	assert_false(tlv_find((struct span){ bytes, sizeof(bytes) }, 0x5FC106, &value));
}

static void
refuses_what_runs_over(void **state)
{
	static const struct {
		uint8_t bytes[8];
		size_t len;
	} bad[] = {
		{ { 0x53 }, 1 },                         /* no length */
		{ { 0x53, 2, 1 }, 3 },                   /* too short */
		{ { 0x53, 0x80, 0, 0 }, 4 },             /* indefinite */
		{ { 0x53, 0x84, 0, 0, 0, 1, 1 }, 7 },    /* four bytes of length */
		{ { 0x53, 0x82, 0 }, 3 },                /* length cut */
		{ { 0x53, 0x83, 0xFF, 0xFF, 0xFF }, 5 }, /* 16 MB that are not there */
		{ { 0x5F }, 1 },                         /* tag cut */
		{ { 0x5F, 0x81 }, 2 },                   /* and again */
		{ { 0x5F, 0x81, 0x81, 0x01, 0 }, 5 },    /* a tag of four bytes */
	};
	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct tlv_reader in = tlv_over((struct span){ bad[i].bytes, bad[i].len });
		struct tlv at;
		assert_false(tlv_next(&in, &at));
		assert_false(tlv_done(&in));
		assert_false(tlv_next(&in, &at));
	}
}

static void
writes_what_it_reads(void **state)
{
	static const uint32_t tags[] = { 0x53, 0x7F49, 0x5FC10A };
	static const size_t lens[] = { 0, 1, 0x7F, 0x80, 0xFF, 0x100, 3000 };
	static const uint8_t zeros[3000];
	uint8_t bytes[3010];
	(void)state;
	for (size_t t = 0; t < 3; t++) {
		for (size_t l = 0; l < sizeof(lens) / sizeof(lens[0]); l++) {
			struct buffer out = buffer_into(bytes, sizeof(bytes));
			struct tlv at;
			tlv_put(&out, tags[t], (struct span){ zeros, lens[l] });
			assert_true(out.ok);
			assert_int_equal(out.len, tlv_size(tags[t], lens[l]));
			struct tlv_reader in = tlv_over(buffer_span(&out));
			assert_true(tlv_next(&in, &at));
			assert_true(tlv_done(&in));
			assert_int_equal(at.tag, tags[t]);
			assert_int_equal(at.value.len, lens[l]);
		}
	}
}

static void
writes_no_tag_that_is_none(void **state)
{
	static const uint32_t bad[] = { 0x1F, 0x5F, 0x5381, 0x5F81, 0x535301, 0x5F0101, 0x5F8181, 0x1000000 };
	uint8_t bytes[16];
	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct buffer out = buffer_into(bytes, sizeof(bytes));
		tlv_put(&out, bad[i], (struct span){ 0 });
		assert_false(out.ok);
	}
	struct buffer out = buffer_into(bytes, sizeof(bytes));
	tlv_begin(&out, 0x53, 0x1000000);
	assert_false(out.ok);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(walks_objects_and_finds_one),
		cmocka_unit_test(refuses_what_runs_over),
		cmocka_unit_test(writes_what_it_reads),
		cmocka_unit_test(writes_no_tag_that_is_none),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
