#include <stdlib.h>
#include <string.h>

#include "kiosk/base/der.h"
#include "tests/support/check.h"

static void
walks_what_is_nested(void **state)
{
	static const uint8_t bytes[] = { 0x30, 9, 0x02, 1, 3, 0xA0, 4, 0x04, 2, 'h', 'i' };
	static const uint8_t three[] = { 3 };
	(void)state;
	struct der whole = der_over((struct span){ bytes, sizeof(bytes) });
	struct der sequence = der_enter(&whole, DER_SEQUENCE);
	assert_true(der_done(&whole));
	assert_true(der_next_is(&sequence, DER_INTEGER));
	assert_false(der_next_is(&sequence, DER_OCTETS));
	der_expect(&sequence, DER_INTEGER, three, sizeof(three));
	struct der inside = der_enter(&sequence, DER_INSIDE(0));
	const struct span text = der_take(&inside, DER_OCTETS);
	assert_true(der_done(&inside) && der_done(&sequence));
	assert_int_equal(text.len, 2);
	assert_memory_equal(text.at, "hi", 2);
	assert_false(der_next_is(&inside, DER_OCTETS));
}

static void
refuses_lengths_that_are_not_der(void **state)
{
	static const struct {
		uint8_t bytes[8];
		size_t len;
	} bad[] = {
		{ { 0x04 }, 1 },                         /* no length */
		{ { 0x04, 2, 'x' }, 3 },                 /* too short */
		{ { 0x04, 0x80, 0, 0 }, 4 },             /* indefinite */
		{ { 0x04, 0x81, 1, 'x' }, 4 },           /* long form of a short length */
		{ { 0x04, 0x82, 0, 1, 'x' }, 5 },        /* leading zero */
		{ { 0x04, 0x81 }, 2 },                   /* length cut */
		{ { 0x04, 0x84, 0, 0, 0, 1, 'x' }, 7 },  /* four bytes of length */
		{ { 0x04, 0x83, 0xFF, 0xFF, 0xFF }, 5 }, /* 16 MB that are not there */
		{ { 0x05, 0 }, 2 },                      /* another tag */
	};
	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct der in = der_over((struct span){ bad[i].bytes, bad[i].len });
		const struct span got = der_take(&in, DER_OCTETS);
		assert_false(in.ok);
		assert_null(got.at);
		assert_false(der_done(&in));
		(void)der_take(&in, DER_OCTETS); /* and stays so */
		assert_false(in.ok);
	}
}

static void
stops_at_what_was_not_expected(void **state)
{
	static const uint8_t bytes[] = { 0x02, 1, 3, 0x02, 1, 4 };
	static const uint8_t four[] = { 4 };
	(void)state;
	struct der in = der_over((struct span){ bytes, sizeof(bytes) });
	der_expect(&in, DER_INTEGER, four, sizeof(four));
	assert_false(in.ok);
	der_expect(&in, DER_INTEGER, four, sizeof(four));
	assert_false(in.ok);
}

static void
writes_headers_that_it_reads(void **state)
{
	static const size_t lens[] = { 0, 1, 0x7F, 0x80, 0xFF, 0x100, 0xFFFF, 0x10000, 0x123456 };
	(void)state;
	for (size_t i = 0; i < sizeof(lens) / sizeof(lens[0]); i++) {
		uint8_t *bytes = calloc(1, lens[i] + 5);
		assert_non_null(bytes);
		size_t header = der_header(DER_OCTETS, lens[i], bytes);
		struct der in = der_over((struct span){ bytes, header + lens[i] });
		const struct span got = der_take(&in, DER_OCTETS);
		assert_true(der_done(&in));
		assert_int_equal(got.len, lens[i]);
		free(bytes);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(walks_what_is_nested),
		cmocka_unit_test(refuses_lengths_that_are_not_der),
		cmocka_unit_test(stops_at_what_was_not_expected),
		cmocka_unit_test(writes_headers_that_it_reads),
	};
	return cmocka_run_group_tests_name("der", tests, NULL, NULL);
}
