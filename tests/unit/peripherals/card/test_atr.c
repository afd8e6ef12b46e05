#include <string.h>

#include "kiosk/base/text.h"
#include "peripherals/card/atr.h"
#include "tests/support/check.h"

static bool
read_hex(const char *hex, struct atr *out, struct error *err)
{
	uint8_t bytes[64];
	size_t len;
	assert_true(text_unhex(hex, bytes, sizeof(bytes), &len, err));
	return atr_read((struct span){ bytes, len }, out, err);
}

static void
reads_t0_without_a_check_byte(void **state)
{
	struct atr atr;
	struct error err;
	(void)state;
	assert_true(read_hex("3b02"
						 "1450",
		&atr, &err));
	assert_int_equal(atr.len, 4);
	assert_int_equal(atr.protocols, 1);
	assert_int_equal(atr.first, 0);
	assert_false(atr.inverse);
	assert_false(atr.specific);
	assert_int_equal(atr.speed, 0x11);
	assert_int_equal(atr.historical_len, 2);
	assert_int_equal(atr.historical[1], 0x50);
	assert_true(read_hex("3f00", &atr, &err));
	assert_true(atr.inverse);
	assert_int_equal(atr.historical_len, 0);
}

static void
reads_t1_with_its_check_byte(void **state)
{
	struct atr atr;
	struct error err;
	(void)state;
	/* TA1 95, TD1 81, TD2 31, TA3 FE, TB3 9F, fifteen historical bytes, TCK */
	assert_true(read_hex("3b9f958131fe9f006646530500112233445566778899bc", &atr, &err));
	assert_int_equal(atr.protocols, 2);
	assert_int_equal(atr.first, 1);
	assert_int_equal(atr.speed, 0x95);
	assert_int_equal(atr.historical_len, 15);
	assert_int_equal(atr.historical[14], 0x99);
	/* T=0, then T=1: both are offered, and the check byte is there */
	assert_true(read_hex("3b80800101", &atr, &err));
	assert_int_equal(atr.protocols, 3);
	assert_int_equal(atr.first, 0);
}

static void
reads_the_specific_mode(void **state)
{
	struct atr atr;
	struct error err;
	(void)state;
	/* T0 90: TA1 95, TD1 11 (T=1, TA2), TA2 01, TCK */
	assert_true(read_hex("3b90"
						 "9511"
						 "01"
						 "15",
		&atr, &err));
	assert_int_equal(atr.speed, 0x95);
	assert_true(atr.specific);
	assert_int_equal(atr.mode, 1);
	assert_int_equal(atr.protocols, 2);
	assert_int_equal(atr.first, 1);
}

static void
refuses_what_is_none(void **state)
{
	static const char *const bad[] = {
		"",
		"3b",
		"3c00",               /* TS */
		"3b01",               /* a historical byte missing */
		"3b0000",             /* one too many */
		"3b8001",             /* T=1 without TCK */
		"3b800180",           /* TCK wrong */
		"3b8080808080808080", /* TDs without end */
		"3bf0",               /* interface bytes missing */
		"3b9095110114",       /* TCK wrong by a bit */
		/* 34 bytes that add up: TDs for T=0, one after the other */
		"3b808080808080808080808080808080808080808080808080808080808080808000",
	};
	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct atr atr = { .len = 77 };
		struct error err;
		if (read_hex(bad[i], &atr, &err))
			fail_msg("took %s", bad[i]);
		assert_int_equal(err.kind, ERROR_INVALID);
		assert_int_equal(atr.len, 77);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_t0_without_a_check_byte),
		cmocka_unit_test(reads_t1_with_its_check_byte),
		cmocka_unit_test(reads_the_specific_mode),
		cmocka_unit_test(refuses_what_is_none),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
