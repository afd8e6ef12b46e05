/* The answers of a printer, taken apart. */
#include <string.h>

#include "peripherals/printer/printer_status.h"
#include "tests/support/check.h"

/* Puts the answers in `bytes` into out[most]; gives how many there were. */
static size_t
hear(const uint8_t *bytes, size_t len, struct printer_answer *out, size_t most)
{
	struct printer_status_ear ear = { 0 };
	size_t count = 0;
	for (size_t i = 0; i < len; i++)
		if (count < most && printer_status_hear(&ear, bytes[i], &out[count]))
			count++;
	return count;
}

static void
tells_four_kinds_of_answer_apart(void **state)
{
	static const uint8_t bytes[] = { 0x12, 0x00, 0x18, 0x00, 0x0F, 0x00, 0x37, 0x22, '0', '1', '2', '3', 0x00, 0x7E,
		0x0C };
	struct printer_answer answers[8];
	(void)state;
	assert_int_equal(hear(bytes, sizeof(bytes), answers, 8), 6);
	assert_int_equal(answers[0].kind, PRINTER_ANSWER_REALTIME);
	assert_int_equal(answers[1].kind, PRINTER_ANSWER_IN_LINE);
	assert_int_equal(answers[2].kind, PRINTER_ANSWER_AUTOMATIC);
	assert_memory_equal(answers[2].bytes, ((const uint8_t[]){ 0x18, 0x00, 0x0F, 0x00 }), 4);
	assert_int_equal(answers[3].kind, PRINTER_ANSWER_MARK);
	assert_memory_equal(answers[3].bytes, "0123", 4);
	assert_int_equal(answers[4].kind, PRINTER_ANSWER_REALTIME);
	assert_int_equal(answers[4].bytes[0], 0x7E);
	assert_int_equal(answers[5].kind, PRINTER_ANSWER_IN_LINE);
}

static void
finds_its_way_back_after_bytes_that_belong_to_no_answer(void **state)
{
	/* XON, XOFF, an automatic status cut short by a mark, a mark cut short by a status, high bytes */
	static const uint8_t bytes[] = { 0x11, 0x13, 0x10, 0x00, 0x37, 0x22, 'a', 'b', 0x12, 0xFF, 0x80, 0x16 };
	struct printer_answer answers[4];
	(void)state;
	assert_int_equal(hear(bytes, sizeof(bytes), answers, 4), 2);
	assert_int_equal(answers[0].bytes[0], 0x12);
	assert_int_equal(answers[1].bytes[0], 0x16);
}

/* One bit of one answer, and what it has to say. */
static void
reads_every_bit_that_matters(void **state)
{
	static const struct {
		unsigned n;
		uint8_t answer;
		const char *words;
	} rows[] = {
		{ 1, 0x12, "ready" }, { 1, 0x16, "ready" }, /* the drawer's pin */
		{ 1, 0x1A, "offline" }, { 1, 0x32, "waits for its feed button" }, { 1, 0x52, "waits for its feed button" },
		{ 2, 0x16, "cover open" }, { 2, 0x1A, "waits for its feed button" }, { 2, 0x32, "paper out" },
		{ 3, 0x16, "waits for its feed button" }, { 3, 0x1A, "cutter blocked" }, { 3, 0x32, "broken, switch it off" },
		{ 3, 0x52, "too hot, cools down" }, { 4, 0x1E, "ready" }, /* near its end */
		{ 4, 0x7E, "paper out" }, { 4, 0x32, "paper out" },       /* one sensor of the two */
	};
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct printer_status status = { 0 };
		printer_status_realtime(&status, rows[i].n, rows[i].answer);
		assert_string_equal(printer_status_words(&status), rows[i].words);
		const bool prints = strcmp(rows[i].words, "ready") == 0 || strncmp(rows[i].words, "too hot", 7) == 0;
		assert_int_equal(printer_status_prints(&status), prints);
	}
}

static void
reads_the_same_from_an_automatic_status(void **state)
{
	struct printer_status status;
	(void)state;
	printer_status_automatic(&status, (const uint8_t[]){ 0x14, 0x00, 0x03, 0x00 });
	assert_true(status.drawer_high && status.paper_near_end && printer_status_prints(&status));
	printer_status_automatic(&status, (const uint8_t[]){ 0x38, 0x00, 0x0C, 0x00 });
	assert_true(status.offline && status.cover_open && status.paper_out && !status.drawer_high);
	printer_status_automatic(&status, (const uint8_t[]){ 0x18, 0x68, 0x00, 0x00 });
	assert_true(status.cutter_fault && status.broken && status.overheated && !status.waits);
	printer_status_automatic(&status, (const uint8_t[]){ 0x50, 0x00, 0x00, 0x00 });
	assert_true(status.waits);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(tells_four_kinds_of_answer_apart),
		cmocka_unit_test(finds_its_way_back_after_bytes_that_belong_to_no_answer),
		cmocka_unit_test(reads_every_bit_that_matters),
		cmocka_unit_test(reads_the_same_from_an_automatic_status),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
