/* Receipts and slips as the dots of a printer, at both widths. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "kiosk/print/collection_slip_print.h"
#include "kiosk/print/receipt_raster.h"
#include "tests/support/check.h"

static const enum raster_paper papers[] = { RASTER_80MM, RASTER_58MM };

static struct receipt
sample_receipt(int copy)
{
	struct receipt receipt = { .training = true,
		.branch_name = { "Wharf Road Post Office", "碼頭道郵政局", "码头道邮政局" },
		.counter = "04",
		.number = "WR04-000312",
		.case_number = "WR04-261104-047",
		.officer = "20418",
		.form = "CPos 798AMR-F",
		.masked = "E364•••(•)",
		.product = { "e-Cert (Personal) with Mutual Recognition status", "電子證書(個人)互認版", "" },
		.at_ms = 1793774460000,
		.offset_min = 480,
		.fee = { .count = 2,
			.total = { 32000 },
			.version = "TRAIN 2026.2",
			.lines = { { .name = { "Subscription, 2 years", "登記費，2 年", "" }, .amount = { 18000 } },
				{ .name = { "e-Cert Token, FEITIAN", "電子證書Token (FEITIAN)", "" }, .amount = { 14000 } } } },
		.payment = { .count = 2,
			.tenders = { { .method = "eps", .amount = { 20000 }, .given = { 20000 }, .reference = "004821" },
				{ .method = "cash", .amount = { 12000 }, .given = { 20000 } } } },
		.method_name = { { "EPS", "易辦事", "" }, { "Cash", "現金", "" } },
		.copy = copy,
		.copy_at_ms = 1793775000000,
		.copy_officer = "20418" };
	struct error err;
	assert_true(
		qr_make("HKPEC1 R WR04-000312 WR04-261104-047 32000 2026-11-04T06:41:00.000Z 01234567", &receipt.code, &err));
	return receipt;
}

static struct collection_slip
sample_slip(void)
{
	struct collection_slip slip = { .training = true,
		.branch_name = { "Wharf Road Post Office", "碼頭道郵政局", "码头道邮政局" },
		.counter = "04",
		.case_number = "WR04-261104-047",
		.receipt = "WR04-000312",
		.officer = "20418",
		.masked = "E364•••(•)",
		.product = { "e-Cert (Personal) with Mutual Recognition status", "電子證書(個人)互認版", "" },
		.serial = "FT-2071",
		.own_pin = true,
		.at_ms = 1793774460000,
		.offset_min = 480 };
	struct error err;
	assert_true(collection_slip_code(&slip, &err));
	return slip;
}

static bool
dot(const struct raster *raster, unsigned x, unsigned y)
{
	return (raster->rows[y * (raster->width / 8) + x / 8] & 0x80 >> x % 8) != 0;
}

/* Whether the whole code, quiet zone and all, stands at x, y with `size` dots to each of its own. */
static bool
code_at(const struct raster *raster, const struct qr *code, unsigned size, unsigned x, unsigned y)
{
	const unsigned side = (unsigned)code->side * size;
	for (unsigned dy = 0; dy < side; dy++)
		for (unsigned dx = 0; dx < side; dx++)
			if (dot(raster, x + dx, y + dy) != (code->dots[dy / size * (unsigned)code->side + dx / size] != 0))
				return false;
	return true;
}

static unsigned
codes(const struct raster *raster, const struct qr *code)
{
	const unsigned size = 232 / (unsigned)code->side, side = (unsigned)code->side * size;
	unsigned found = 0;
	for (unsigned y = 0; y + side <= raster->height; y++)
		for (unsigned x = 0; x + side <= raster->width; x++)
			found += dot(raster, x + 4 * size, y + 4 * size) && code_at(raster, code, size, x, y);
	return found;
}

/* Rows that are black from margin to margin but for words: what bands are made of. */
static unsigned
dark_rows(const struct raster *raster)
{
	unsigned count = 0;
	for (unsigned y = 0; y < raster->height; y++) {
		unsigned black = 0;
		for (unsigned x = 0; x < raster->width; x++)
			black += dot(raster, x, y);
		count += black > raster->width / 2;
	}
	return count;
}

static void
check_margins(const struct raster *raster)
{
	for (unsigned y = 0; y < raster->height; y++)
		for (unsigned x = 0; x < 16; x++)
			assert_false(dot(raster, x, y) || dot(raster, raster->width - 1 - x, y));
}

static struct raster
print_receipt(struct paint *paint, enum raster_paper paper, int copy, bool training)
{
	struct receipt receipt = sample_receipt(copy);
	struct raster raster;
	struct error err;
	receipt.training = training;
	assert_true(receipt_raster(paint, &receipt, paper, &raster, &err));
	return raster;
}

static void
puts_each_dot_of_a_receipts_code_on_whole_dots(void **state)
{
	const struct receipt receipt = sample_receipt(0);
	for (size_t i = 0; i < 2; i++) {
		struct raster raster = print_receipt(*state, papers[i], 0, true);
		assert_int_equal(raster.width, i == 0 ? 576 : 384);
		assert_int_equal(codes(&raster, &receipt.code), 1);
		check_margins(&raster);
		raster_finish(&raster);
	}
}

static void
puts_each_dot_of_a_slips_code_on_whole_dots(void **state)
{
	const struct collection_slip slip = sample_slip();
	for (size_t i = 0; i < 2; i++) {
		struct raster raster;
		struct error err;
		assert_true(collection_slip_print_raster(*state, &slip, papers[i], &raster, &err));
		assert_int_equal(codes(&raster, &slip.code), 1);
		check_margins(&raster);
		raster_finish(&raster);
	}
}

static void
marks_a_copy_and_training_in_white_on_black(void **state)
{
	for (size_t i = 0; i < 2; i++) {
		struct raster real = print_receipt(*state, papers[i], 0, false);
		struct raster training = print_receipt(*state, papers[i], 0, true);
		struct raster copy = print_receipt(*state, papers[i], 2, true);
		/* bands at the head and, but for the copy's, one more at the foot */
		assert_true(dark_rows(&training) >= dark_rows(&real) + 60);
		assert_true(dark_rows(&copy) >= dark_rows(&training) + 30);
		raster_finish(&real);
		raster_finish(&training);
		raster_finish(&copy);
	}
}

static void
draw_without_end(struct tree *tree, const void *self)
{
	(void)self;
	LEAF(tree, .w = PX(STRIP_WIDTH_58), .h = PX(9000), .bg = COLOR_INK);
}

static void
refuses_paper_without_end(void **state)
{
	struct raster raster;
	struct error err;
	assert_false(raster_make(*state, RASTER_58MM, draw_without_end, NULL, &raster, &err));
	assert_int_equal(err.kind, ERROR_FULL);
}

static void
writes_the_slip_as_a_pdf(void **state)
{
	static const char path[] = TEST_BINARY_DIR "/collection-slip.pdf";
	const struct collection_slip slip = sample_slip();
	struct error err;
	struct stat is;
	char head[5] = "";
	assert_true(collection_slip_print_pdf(*state, &slip, path, &err));
	assert_int_equal(stat(path, &is), 0);
	assert_int_equal(is.st_mode & 0777, 0600);
	FILE *file = fopen(path, "rb");
	assert_non_null(file);
	assert_int_equal(fread(head, 1, 4, file), 4);
	assert_string_equal(head, "%PDF");
	fclose(file);
	unlink(path);
	assert_false(collection_slip_print_pdf(*state, &slip, TEST_BINARY_DIR "/no/such/folder/slip.pdf", &err));
	assert_int_not_equal(err.kind, ERROR_NONE);
}

static int
set_up(void **state)
{
	*state = paint_new();
	return 0;
}

static int
tear_down(void **state)
{
	paint_free(*state);
	return 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(puts_each_dot_of_a_receipts_code_on_whole_dots),
		cmocka_unit_test(puts_each_dot_of_a_slips_code_on_whole_dots),
		cmocka_unit_test(marks_a_copy_and_training_in_white_on_black),
		cmocka_unit_test(refuses_paper_without_end),
		cmocka_unit_test(writes_the_slip_as_a_pdf),
	};
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
