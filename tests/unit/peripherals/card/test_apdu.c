#include <stdlib.h>
#include <string.h>

#include "kiosk/base/text.h"
#include "peripherals/card/apdu.h"
#include "tests/support/check.h"

/* A card that expects these commands and gives these answers, both in hexadecimal; a NULL answer: it went. */
struct step {
	const char *command, *answer;
};
struct script {
	const struct step *steps;
	size_t len, at;
};

static bool
script_transmit(void *self, struct span command, struct buffer *response, struct error *err)
{
	struct script *script = self;
	char hex[1024];
	uint8_t bytes[512];
	size_t len;
	assert_true(script->at < script->len);
	const struct step *step = &script->steps[script->at++];
	text_hex(command, hex, sizeof(hex));
	assert_string_equal(hex, step->command);
	if (step->answer == NULL)
		return error_set(err, ERROR_GONE, "no card");
	assert_true(text_unhex(step->answer, bytes, sizeof(bytes), &len, err));
	buffer_put(response, (struct span){ bytes, len });
	return true;
}

static void
script_close(void *self)
{
	(void)self;
}

static struct link
link_over(struct script *script)
{
	static const struct link_ops ops = { .transmit = script_transmit, .close = script_close };
	return (struct link){ &ops, script };
}

static const uint8_t zeros[70000];

static void
builds_the_four_cases_in_both_forms(void **state)
{
	static const struct {
		size_t data;
		uint32_t expect;
		const char *begins;
		size_t len;
	} known[] = {
		{ 0, 0, "00a40400", 4 },
		{ 0, 256, "00a4040000", 5 },
		{ 0, 5, "00a4040005", 5 },
		{ 2, 0, "00a40400020000", 7 },
		{ 2, 256, "00a4040002000000", 8 },
		{ 255, 256, "00a40400ff", 261 },
		{ 0, 257, "00a40400000101", 7 },
		{ 0, 65536, "00a40400000000", 7 },
		{ 256, 0, "00a40400000100", 263 },
		{ 256, 65536, "00a40400000100", 265 },
		{ 65535, 65536, "00a4040000ffff", 65544 },
		{ 1, 300,
			"00a40400000001"
			"00"
			"012c",
			10 },
	};
	uint8_t *bytes = calloc(1, 65600);
	(void)state;
	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		const struct apdu command = {
			.ins = 0xA4, .p1 = 4, .data = { zeros, known[i].data }, .expect = known[i].expect
		};
		struct buffer out = buffer_into(bytes, 65600);
		struct error err;
		char hex[64];
		assert_true(apdu_put(&command, APDU_EXTENDED, &out, &err));
		assert_int_equal(out.len, known[i].len);
		text_hex((struct span){ bytes, strlen(known[i].begins) / 2 }, hex, sizeof(hex));
		assert_string_equal(hex, known[i].begins);
		out = buffer_into(bytes, 65600);
		const bool is_short = known[i].data <= 255 && known[i].expect <= 256;
		assert_int_equal(apdu_put(&command, APDU_SHORT, &out, &err), is_short);
		if (!is_short)
			assert_int_equal(err.kind, ERROR_FULL);
	}
	free(bytes);
}

static void
refuses_what_no_form_holds(void **state)
{
	const struct apdu too_long = { .data = { zeros, 65536 } }, too_much = { .expect = 65537 }, fits = { .expect = 1 };
	uint8_t bytes[16];
	struct buffer out = buffer_into(bytes, sizeof(bytes));
	struct error err;
	(void)state;
	assert_false(apdu_put(&too_long, APDU_EXTENDED, &out, &err));
	assert_false(apdu_put(&too_much, APDU_EXTENDED, &out, &err));
	out = buffer_into(bytes, 4);
	assert_false(apdu_put(&fits, APDU_EXTENDED, &out, &err));
	assert_int_equal(err.kind, ERROR_FULL);
}

static void
follows_more_data_and_corrects_le(void **state)
{
	static const struct step steps[] = {
		{ "80cb3fff0400000000"
		  "00",
			"6c03" },
		{ "80cb3fff0400000000"
		  "03",
			"0102036102" },
		{ "00c0000002", "6c01" },
		{ "00c0000001", "046100" },
		{ "00c0000000", "059000" },
	};
	struct script script = { steps, 5, 0 };
	const struct apdu command = {
		.cla = 0x80, .ins = 0xCB, .p1 = 0x3F, .p2 = 0xFF, .data = { zeros, 4 }, .expect = APDU_EXPECT_ALL
	};
	uint8_t bytes[64];
	struct buffer response = buffer_into(bytes, sizeof(bytes));
	struct error err;
	uint16_t sw;
	(void)state;
	assert_true(apdu_send(link_over(&script), APDU_SHORT, &command, &response, &sw, &err));
	assert_int_equal(sw, 0x9000);
	assert_int_equal(script.at, 5);
	assert_int_equal(response.len, 5);
	assert_memory_equal(bytes, "\1\2\3\4\5", 5);
}

static void
does_not_correct_le_for_ever(void **state)
{
	static const struct step steps[] = { { "00b0000000", "6c03" }, { "00b0000003", "6c04" } };
	struct script script = { steps, 2, 0 };
	const struct apdu command = { .ins = 0xB0, .expect = 256 };
	uint8_t bytes[64];
	struct buffer response = buffer_into(bytes, sizeof(bytes));
	struct error err;
	uint16_t sw;
	(void)state;
	assert_true(apdu_send(link_over(&script), APDU_SHORT, &command, &response, &sw, &err));
	assert_int_equal(sw, 0x6C04);
	static const struct step nothing[] = { { "00b0000000", "6103" }, { "00c0000003", "6103" } };
	script = (struct script){ nothing, 2, 0 };
	assert_false(apdu_send(link_over(&script), APDU_SHORT, &command, &response, &sw, &err));
	assert_int_equal(err.kind, ERROR_INVALID);
}

static void
chains_long_data_for_short_links(void **state)
{
	char first[600], second[600], third[600], hex[600];
	const struct step steps[] = { { first, "9000" }, { second, "9000" }, { third, "aabb9000" } };
	struct script script = { steps, 3, 0 };
	const struct apdu command = { .ins = 0xDB, .data = { zeros, 600 }, .expect = 256 };
	uint8_t bytes[64];
	struct buffer response = buffer_into(bytes, sizeof(bytes));
	struct error err;
	uint16_t sw;
	(void)state;
	text_hex((struct span){ zeros, 255 }, hex, sizeof(hex));
	assert_true(text_format(first, sizeof(first), "10db0000ff%s", hex));
	assert_true(text_format(second, sizeof(second), "10db0000ff%s", hex));
	text_hex((struct span){ zeros, 90 }, hex, sizeof(hex));
	assert_true(text_format(third, sizeof(third), "00db00005a%s00", hex));
	assert_true(apdu_send(link_over(&script), APDU_SHORT, &command, &response, &sw, &err));
	assert_int_equal(sw, 0x9000);
	assert_int_equal(response.len, 2);
	assert_int_equal(script.at, 3);

	const struct step declined[] = { { first, "6884" } };
	script = (struct script){ declined, 1, 0 };
	response.len = 0;
	assert_true(apdu_send(link_over(&script), APDU_SHORT, &command, &response, &sw, &err));
	assert_int_equal(sw, 0x6884);
	assert_int_equal(script.at, 1);

	const struct step gone[] = { { first, "9000" }, { second, NULL } };
	script = (struct script){ gone, 2, 0 };
	assert_false(apdu_send(link_over(&script), APDU_SHORT, &command, &response, &sw, &err));
	assert_int_equal(err.kind, ERROR_GONE);
	assert_string_equal(err.text, "command DB: chained, 90 bytes before its end: no card");
}

static void
says_what_the_card_declined(void **state)
{
	static const struct step steps[] = { { "00a4040000", "6a82" }, { "00a4040000", "00" }, { "00a4040000", "63c2" } };
	struct script script = { steps, 3, 0 };
	const struct apdu command = { .ins = 0xA4, .p1 = 4, .expect = 256 };
	uint8_t bytes[64];
	struct buffer response = buffer_into(bytes, sizeof(bytes));
	struct error err;
	(void)state;
	assert_false(apdu_order(link_over(&script), APDU_SHORT, &command, &response, &err));
	assert_int_equal(err.kind, ERROR_REFUSED);
	assert_int_equal(err.domain, DOMAIN_SW);
	assert_int_equal(err.detail, 0x6A82);
	assert_string_equal(err.text, "command A4: card answered 6A82, not found");
	assert_false(apdu_order(link_over(&script), APDU_SHORT, &command, &response, &err));
	assert_int_equal(err.kind, ERROR_INVALID);
	assert_false(apdu_order(link_over(&script), APDU_SHORT, &command, &response, &err));
	assert_non_null(strstr(err.text, "tries left"));
	assert_string_equal(apdu_words(0x1234), "not known to us");
}

static void
stops_where_the_response_is_full(void **state)
{
	static const struct step steps[] = { { "00b0000000", "010203049000" } };
	struct script script = { steps, 1, 0 };
	const struct apdu command = { .ins = 0xB0, .expect = 256 };
	uint8_t bytes[5];
	struct buffer response = buffer_into(bytes, sizeof(bytes));
	struct error err;
	uint16_t sw;
	(void)state;
	assert_false(apdu_send(link_over(&script), APDU_SHORT, &command, &response, &sw, &err));
	assert_int_equal(err.kind, ERROR_FULL);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(builds_the_four_cases_in_both_forms),
		cmocka_unit_test(refuses_what_no_form_holds),
		cmocka_unit_test(follows_more_data_and_corrects_le),
		cmocka_unit_test(does_not_correct_le_for_ever),
		cmocka_unit_test(chains_long_data_for_short_links),
		cmocka_unit_test(says_what_the_card_declined),
		cmocka_unit_test(stops_where_the_response_is_full),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
