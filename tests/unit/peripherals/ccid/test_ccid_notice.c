#include "peripherals/ccid/ccid_notice.h"
#include "tests/support/check.h"

static bool
read_packet(const uint8_t *bytes, size_t len, uint8_t slots, struct ccid_notice *out, struct error *err)
{
	return ccid_notice_read((struct span){ bytes, len }, slots, out, err);
}

static void
says_where_cards_came_and_went(void **state)
{
	/* slot 0: came; 1: went; 2: there all the time; 3: never; 4: came */
	static const uint8_t packet[] = { 0x50, 0x1B, 0x03 };
	struct ccid_notice notice;
	struct error err;
	(void)state;
	assert_true(read_packet(packet, sizeof(packet), 5, &notice, &err));
	static const bool present[] = { true, false, true, false, true }, changed[] = { true, true, false, false, true };
	for (uint8_t slot = 0; slot < 5; slot++) {
		assert_int_equal(ccid_notice_present(&notice, slot), present[slot]);
		assert_int_equal(ccid_notice_changed(&notice, slot), changed[slot]);
	}
	assert_false(ccid_notice_present(&notice, 5));
	assert_false(ccid_notice_changed(&notice, 255));
	assert_false(notice.hardware);
}

static void
tells_a_hardware_error(void **state)
{
	static const uint8_t packet[] = { 0x51, 0x01, 0x07, 0x01 };
	struct ccid_notice notice;
	struct error err;
	(void)state;
	assert_true(read_packet(packet, sizeof(packet), 2, &notice, &err));
	assert_true(notice.hardware);
	assert_int_equal(notice.slot, 1);
	assert_false(read_packet(packet, sizeof(packet), 1, &notice, &err)); /* no such slot */
	assert_false(read_packet(packet, 3, 2, &notice, &err));
}

static void
refuses_other_packets(void **state)
{
	static const uint8_t packet[] = { 0x50, 0x03, 0x00, 0x00 }, other[] = { 0x52, 0x03 };
	struct ccid_notice notice;
	struct error err;
	(void)state;
	assert_false(read_packet(packet, 0, 1, &notice, &err));
	assert_false(read_packet(packet, 1, 1, &notice, &err));
	assert_true(read_packet(packet, 2, 4, &notice, &err));
	assert_false(read_packet(packet, 2, 5, &notice, &err));
	assert_false(read_packet(packet, 3, 4, &notice, &err));
	assert_false(read_packet(other, 1, 1, &notice, &err));
	assert_false(read_packet(other, 2, 1, &notice, &err));
	assert_int_equal(err.kind, ERROR_INVALID);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(says_where_cards_came_and_went),
		cmocka_unit_test(tells_a_hardware_error),
		cmocka_unit_test(refuses_other_packets),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
