/* Printing on the device model, in this process: paper, knife and cable at every moment. */
#include <stdlib.h>
#include <string.h>

#include "peripherals/printer/printer.h"
#include "peripherals/virtual/virtual_printer.h"
#include "tests/support/check.h"

enum { WIDTH = 384, ROW = WIDTH / 8, ROWS = 10 * PRINTER_BAND_ROWS + 7, BANDS = 11, WITHIN_MS = 20000 };

/* A printer, its cable, and a picture of which no row is like another. */
struct scene {
	struct virtual_printer *model;
	unsigned writes;
	unsigned unplug_at; /* in the middle of the n-th write from now; 0: never */
	unsigned stall_at;  /* that write times out instead */
	bool half;          /* that write's first half arrives */
	bool no_answers;    /* marks get lost */
	bool mute;
	struct printer printer;
	struct printer_outcome outcome;
	uint8_t rows[ROWS * ROW];
	uint32_t stop_behind;
	uint32_t told;
};

static struct virtual_device *
device(const struct scene *scene)
{
	return virtual_printer_device(scene->model);
}

static bool
port_write(void *self, struct span out, unsigned timeout_ms, struct error *err)
{
	struct scene *scene = self;
	size_t taken = 0;
	assert_int_not_equal(timeout_ms, 0);
	scene->writes++;
	if (scene->unplug_at > 0 && scene->writes == scene->unplug_at) {
		if (scene->half)
			virtual_device_out(device(scene), VIRTUAL_PRINTER_OUT, (struct span){ out.at, out.len / 2 }, &taken);
		virtual_device_plug(device(scene), false);
	}
	if (scene->stall_at > 0 && scene->writes == scene->stall_at) {
		virtual_device_out(device(scene), VIRTUAL_PRINTER_OUT, (struct span){ out.at, out.len / 2 }, &taken);
		return error_set(err, ERROR_TIMEOUT, "stalled");
	}
	switch (virtual_device_out(device(scene), VIRTUAL_PRINTER_OUT, out, &taken)) {
	case VIRTUAL_DEVICE_DONE:
		return true;
	case VIRTUAL_DEVICE_WAIT:
		return error_set(err, ERROR_TIMEOUT, "took %zu of %zu bytes", taken, out.len);
	default:
		return error_set(err, ERROR_GONE, "unplugged");
	}
}

static bool
port_read(void *self, uint8_t *in, size_t cap, size_t *len, unsigned timeout_ms, struct error *err)
{
	struct scene *scene = self;
	struct virtual_device_transfer transfer = { .endpoint = VIRTUAL_PRINTER_IN, .cap = cap };
	transfer.at = in;
	assert_int_not_equal(timeout_ms, 0);
	if (scene->mute)
		return error_set(err, ERROR_TIMEOUT, "mute");
	switch (virtual_device_in(device(scene), &transfer)) {
	case VIRTUAL_DEVICE_DONE:
		*len = scene->no_answers && transfer.len == 7 ? 0 : transfer.len;
		return true;
	case VIRTUAL_DEVICE_WAIT:
		return error_set(err, ERROR_TIMEOUT, "nothing came");
	default:
		return error_set(err, ERROR_GONE, "unplugged");
	}
}

static void
port_close(void *self)
{
	(void)self;
}

static void
plug(struct scene *scene)
{
	static const struct port_ops ops = { port_write, port_read, port_close };
	struct error err;
	virtual_device_plug(device(scene), true);
	assert_true(printer_open((struct port){ &ops, scene }, &scene->printer, &err));
	scene->writes = 0;
}

static void
begin_with(struct scene *scene, const struct virtual_printer_options *options)
{
	memset(scene, 0, sizeof(*scene));
	scene->model = virtual_printer_new(options);
	for (size_t i = 0; i < sizeof(scene->rows); i++)
		scene->rows[i] = (uint8_t)(0x80 | (i % ROW == 0 ? i / ROW >> 4 : i / ROW + i % ROW));
	plug(scene);
}

static void
begin(struct scene *scene, bool no_marks)
{
	begin_with(scene, &(struct virtual_printer_options){ .width = WIDTH, .no_marks = no_marks });
}

static void
end(struct scene *scene)
{
	printer_close(&scene->printer);
	virtual_printer_free(scene->model);
}

static bool
progress(void *self, uint32_t done, uint32_t of)
{
	struct scene *scene = self;
	assert_int_equal(of, BANDS);
	assert_in_range(done, scene->told, BANDS);
	scene->told = done;
	return scene->stop_behind == 0 || done < scene->stop_behind;
}

static bool
print(struct scene *scene, uint32_t from_band, struct error *err)
{
	const struct printer_job job = { .rows = scene->rows, .width = WIDTH, .height = ROWS, .cut = true };
	scene->told = 0;
	return printer_print(&scene->printer, &job, from_band, WITHIN_MS, progress, scene, &scene->outcome, err);
}

/* The receipt that was cut off last is the picture, whole and once. */
static void
check_receipt(const struct scene *scene)
{
	assert_int_equal(virtual_printer_cut_rows(scene->model), ROWS);
	for (unsigned y = 0; y < ROWS; y++)
		assert_memory_equal(virtual_printer_cut_row(scene->model, y), scene->rows + y * ROW, ROW);
	assert_int_equal(virtual_printer_rows(scene->model), 0);
}

static void
prints_the_picture_and_nothing_else(void **state)
{
	for (int no_marks = 0; no_marks < 2; no_marks++) {
		struct scene scene;
		struct error err;
		(void)state;
		begin(&scene, no_marks == 1);
		const unsigned long text = virtual_printer_state(scene.model).unknown;
		assert_true(no_marks == 1 || text == 0);
		assert_int_equal(scene.printer.says_marks, no_marks == 0);
		for (int i = 0; i < 2; i++) {
			assert_true(print(&scene, 0, &err));
			check_receipt(&scene);
			assert_int_equal(scene.outcome.sure, BANDS);
			assert_int_equal(scene.told, BANDS);
		}
		const struct virtual_printer_state is = virtual_printer_state(scene.model);
		assert_int_equal(is.unknown, text);
		assert_int_equal(is.cuts, 3); /* one before the first, since nobody knows what hung in the slot */
		assert_int_equal(is.kicks, 0);
		end(&scene);
	}
}

static void
goes_on_where_the_paper_ended_at_any_row(void **state)
{
	for (uint32_t row = 1; row < ROWS; row++) {
		struct scene scene;
		struct error err;
		(void)state;
		begin(&scene, row % 2 == 0);
		virtual_printer_paper(scene.model, false, row);
		assert_false(print(&scene, 0, &err));
		assert_int_equal(err.kind, ERROR_REFUSED);
		assert_string_equal(err.text, "printer: paper out");
		assert_true(scene.outcome.resumable && scene.outcome.status.paper_out);
		assert_int_equal(scene.outcome.sure, (row - 1) / PRINTER_BAND_ROWS); /* its mark stands behind a band */
		assert_false(print(&scene, scene.outcome.sure, &err));               /* too early */
		assert_true(scene.outcome.resumable);
		virtual_printer_paper(scene.model, false, 0);
		const unsigned long cuts = virtual_printer_state(scene.model).cuts;
		assert_true(print(&scene, scene.outcome.sure, &err));
		check_receipt(&scene);
		/* a band or more was sure: one receipt, no cut inside; else it began anew behind a cut */
		assert_int_equal(virtual_printer_state(scene.model).cuts, row <= PRINTER_BAND_ROWS ? cuts + 2 : cuts + 1);
		end(&scene);
	}
}

static void
prints_whole_behind_a_cut_when_the_head_is_spoilt(void **state)
{
	for (uint32_t row = 1; row < ROWS; row += 29) {
		struct scene scene;
		struct error err;
		(void)state;
		begin(&scene, row % 2 == 0);
		virtual_printer_paper(scene.model, false, row);
		assert_false(print(&scene, 0, &err));
		virtual_printer_paper(scene.model, false, 0);
		scene.rows[0] ^= 0xFF; /* the copy is another picture */
		const unsigned long cuts = virtual_printer_state(scene.model).cuts;
		assert_true(print(&scene, 0, &err));
		check_receipt(&scene);
		assert_int_equal(virtual_printer_state(scene.model).cuts, cuts + 2);
		end(&scene);
	}
}

/* With its own mains lead it keeps what it got of a band, and waits for the rest. */
static unsigned
unplug_everywhere(const struct virtual_printer_options *options, bool half)
{
	unsigned points = 0;
	for (unsigned at = 1;; at++) {
		struct scene scene;
		struct error err;
		begin_with(&scene, options);
		scene.half = half;
		scene.unplug_at = at;
		if (print(&scene, 0, &err)) {
			end(&scene);
			break;
		}
		points++;
		assert_int_equal(err.kind, ERROR_GONE);
		assert_false(scene.outcome.resumable);
		const bool is_cut = virtual_printer_cut_rows(scene.model) == ROWS;
		const unsigned sure_rows =
			scene.outcome.sure == BANDS ? ROWS : scene.outcome.sure * (unsigned)PRINTER_BAND_ROWS;
		assert_true(is_cut || virtual_printer_rows(scene.model) >= sure_rows);
		printer_close(&scene.printer);
		scene.unplug_at = 0;
		plug(&scene);
		assert_false(print(&scene, scene.outcome.sure > 0 ? scene.outcome.sure : 1, &err));
		assert_int_equal(err.kind, ERROR_REFUSED); /* nothing of it is known here any more */
		assert_false(scene.outcome.resumable);
		assert_true(print(&scene, 0, &err));
		check_receipt(&scene);
		end(&scene);
	}
	return points;
}

static void
never_claims_a_band_that_an_unplugged_printer_did_not_print(void **state)
{
	(void)state;
	for (unsigned kind = 0; kind < 8; kind++) {
		const struct virtual_printer_options options = {
			.width = WIDTH, .no_marks = (kind & 1) != 0, .own_power = (kind & 2) != 0
		};
		assert_in_range(unplug_everywhere(&options, (kind & 4) != 0), BANDS + 8, 60);
	}
}

static void
waits_out_an_open_cover(void **state)
{
	struct scene scene;
	struct error err;
	(void)state;
	begin(&scene, false);
	virtual_printer_cover(scene.model, true);
	assert_false(print(&scene, 0, &err));
	assert_string_equal(err.text, "printer: cover open");
	assert_true(scene.outcome.resumable);
	assert_int_equal(scene.outcome.sure, 0);
	assert_int_equal(virtual_printer_rows(scene.model), 0);
	virtual_printer_cover(scene.model, false);
	assert_true(print(&scene, 0, &err));
	check_receipt(&scene);
	end(&scene);
}

static void
tells_a_blocked_knife_from_a_receipt_that_is_not_whole(void **state)
{
	struct scene scene;
	struct error err;
	(void)state;
	begin(&scene, false);
	assert_true(print(&scene, 0, &err));
	virtual_printer_trouble(scene.model, (struct virtual_printer_trouble){ .jam = true });
	assert_false(print(&scene, 0, &err));
	assert_string_equal(err.text, "printer: cutter blocked");
	assert_int_equal(scene.outcome.sure, BANDS);
	assert_true(scene.outcome.resumable);
	virtual_printer_trouble(scene.model, (struct virtual_printer_trouble){ 0 });
	assert_true(print(&scene, BANDS, &err)); /* the end alone */
	check_receipt(&scene);
	end(&scene);
}

static void
stops_behind_a_band_when_told_to(void **state)
{
	struct scene scene;
	struct error err;
	(void)state;
	begin(&scene, false);
	scene.stop_behind = 4;
	assert_false(print(&scene, 0, &err));
	assert_int_equal(err.kind, ERROR_REFUSED);
	assert_true(scene.outcome.stopped && scene.outcome.resumable);
	assert_int_equal(scene.outcome.sure, 4);
	scene.stop_behind = 0;
	assert_true(print(&scene, 0, &err)); /* a new beginning, behind a cut */
	check_receipt(&scene);
	end(&scene);
}

static void
keeps_its_deadline_when_the_printer_says_nothing(void **state)
{
	struct scene scene;
	struct error err;
	(void)state;
	begin(&scene, false);
	virtual_printer_cover(scene.model, true);
	scene.mute = true;
	assert_false(print(&scene, 0, &err));
	assert_int_equal(err.kind, ERROR_TIMEOUT);
	assert_int_equal(virtual_printer_rows(scene.model), 0);
	scene.mute = false;
	virtual_printer_cover(scene.model, false);
	assert_true(print(&scene, 0, &err)); /* the late answer, cover open, is not taken for one of now */
	check_receipt(&scene);
	end(&scene);
}

static void
prints_whole_after_a_band_that_was_cut_short(void **state)
{
	(void)state;
	for (unsigned at = 1; at <= BANDS + 6; at++) {
		struct scene scene;
		struct error err;
		begin(&scene, at % 2 == 0);
		scene.stall_at = at;
		assert_false(print(&scene, 0, &err));
		assert_int_equal(err.kind, ERROR_TIMEOUT);
		assert_false(scene.outcome.resumable && scene.outcome.sure > 0);
		assert_true(print(&scene, 0, &err));
		check_receipt(&scene);
		end(&scene);
	}
}

static void
takes_no_silence_for_a_band_on_paper(void **state)
{
	struct scene scene;
	struct error err;
	(void)state;
	begin(&scene, false);
	const struct printer_job job = { .rows = scene.rows, .width = WIDTH, .height = ROWS, .cut = true };
	scene.no_answers = true;
	assert_false(printer_print(&scene.printer, &job, 0, 50, NULL, NULL, &scene.outcome, &err));
	assert_int_equal(err.kind, ERROR_TIMEOUT);
	assert_string_equal(err.text, "printer: says it is well and does not print");
	assert_int_equal(scene.outcome.sure, 0);
	scene.no_answers = false;
	assert_true(print(&scene, 0, &err));
	check_receipt(&scene);
	end(&scene);
}

static void
lets_no_picture_give_orders(void **state)
{
	struct scene scene;
	struct error err;
	(void)state;
	begin(&scene, false);
	memset(scene.rows, 0, sizeof(scene.rows));
	static const uint8_t orders[] = { 0x10, 0x14, 1, 0, 1, 0x10, 0x04, 1, 0x10, 0x05, 2 };
	memcpy(scene.rows + 5, orders, sizeof(orders));
	scene.rows[2 * ROW - 1] = 0x10; /* across two rows */
	scene.rows[2 * ROW] = 0x14;
	scene.rows[2 * ROW + 1] = 1;
	assert_true(print(&scene, 0, &err));
	assert_int_equal(virtual_printer_state(scene.model).kicks, 0);
	static const uint8_t tame[] = { 0x10, 0x1C, 1, 0, 1, 0x10, 0x0C, 1, 0x10, 0x0D, 2 };
	memcpy(scene.rows + 5, tame, sizeof(tame));
	scene.rows[2 * ROW] = 0x1C;
	check_receipt(&scene);
	end(&scene);
}

static void
tells_changes_between_two_receipts(void **state)
{
	struct scene scene;
	struct error err;
	struct printer_status status;
	bool changed;
	(void)state;
	begin(&scene, false);
	assert_true(printer_listen(&scene.printer, 10, &changed, &status, &err));
	assert_true(printer_listen(&scene.printer, 10, &changed, &status, &err));
	assert_false(changed);
	virtual_printer_trouble(scene.model, (struct virtual_printer_trouble){ .near_end = true });
	assert_true(printer_listen(&scene.printer, 10, &changed, &status, &err));
	assert_true(changed && status.paper_near_end && !status.paper_out);
	assert_true(print(&scene, 0, &err)); /* it still prints */
	assert_true(scene.outcome.status.paper_near_end);
	virtual_printer_paper(scene.model, true, 0);
	assert_true(printer_listen(&scene.printer, 10, &changed, &status, &err));
	assert_true(changed && status.paper_out);
	end(&scene);
}

static void
opens_the_drawer(void **state)
{
	struct scene scene;
	struct error err;
	(void)state;
	begin(&scene, false);
	assert_true(printer_kick(&scene.printer, &err));
	const struct printer_job job = { .rows = scene.rows, .width = WIDTH, .height = ROWS, .kick = true };
	assert_true(printer_print(&scene.printer, &job, 0, WITHIN_MS, NULL, NULL, &scene.outcome, &err));
	assert_int_equal(virtual_printer_state(scene.model).kicks, 2);
	assert_int_equal(virtual_printer_state(scene.model).cuts, 0); /* not asked for */
	virtual_printer_paper(scene.model, true, 0);
	assert_false(printer_kick(&scene.printer, &err));
	assert_int_equal(err.kind, ERROR_REFUSED);
	end(&scene);
}

static void
refuses_pictures_that_it_cannot_print(void **state)
{
	static const struct printer_job jobs[] = {
		{ .width = 0, .height = 1 },
		{ .width = 12, .height = 1 },
		{ .width = PRINTER_WIDTH_MOST + 8, .height = 1 },
		{ .width = 8, .height = 0 },
		{ .width = 8, .height = PRINTER_ROWS_MOST + 1 },
	};
	struct scene scene;
	struct error err;
	(void)state;
	begin(&scene, false);
	for (size_t i = 0; i < sizeof(jobs) / sizeof(jobs[0]); i++) {
		assert_false(printer_print(&scene.printer, &jobs[i], 0, 100, NULL, NULL, &scene.outcome, &err));
		assert_int_equal(err.kind, ERROR_INVALID);
	}
	end(&scene);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(prints_the_picture_and_nothing_else),
		cmocka_unit_test(goes_on_where_the_paper_ended_at_any_row),
		cmocka_unit_test(prints_whole_behind_a_cut_when_the_head_is_spoilt),
		cmocka_unit_test(never_claims_a_band_that_an_unplugged_printer_did_not_print),
		cmocka_unit_test(waits_out_an_open_cover),
		cmocka_unit_test(tells_a_blocked_knife_from_a_receipt_that_is_not_whole),
		cmocka_unit_test(stops_behind_a_band_when_told_to),
		cmocka_unit_test(keeps_its_deadline_when_the_printer_says_nothing),
		cmocka_unit_test(prints_whole_after_a_band_that_was_cut_short),
		cmocka_unit_test(takes_no_silence_for_a_band_on_paper),
		cmocka_unit_test(lets_no_picture_give_orders),
		cmocka_unit_test(tells_changes_between_two_receipts),
		cmocka_unit_test(opens_the_drawer),
		cmocka_unit_test(refuses_pictures_that_it_cannot_print),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
