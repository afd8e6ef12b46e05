/* The receipt printer: what it prints, when it stops, what it says about itself. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "peripherals/virtual/virtual_printer.h"
#include "tests/support/check.h"

#define BYTES(...) ((struct span){ (const uint8_t[]){ __VA_ARGS__ }, sizeof((const uint8_t[]){ __VA_ARGS__ }) })

static struct virtual_printer *
begin(const char *folder)
{
	struct virtual_printer *printer = virtual_printer_new(&(struct virtual_printer_options){ .folder = folder });
	virtual_device_plug(virtual_printer_device(printer), true);
	return printer;
}

static size_t
send(struct virtual_printer *printer, struct span bytes)
{
	size_t taken;
	virtual_device_out(virtual_printer_device(printer), VIRTUAL_PRINTER_OUT, bytes, &taken);
	return taken;
}

/* GS v 0 with `rows` rows, each filled with its number. */
static struct span
raster(unsigned rows)
{
	static uint8_t room[8 + 72 * 255];
	memcpy(room, ((const uint8_t[]){ 0x1D, 'v', '0', 0, 72, 0, (uint8_t)rows, 0 }), 8);
	for (unsigned y = 0; y < rows; y++)
		memset(room + 8 + 72 * y, (int)(y + 1), 72);
	return (struct span){ room, 8 + 72 * rows };
}

/* The next bytes it says; 0: none. */
static size_t
hear(struct virtual_printer *printer, uint8_t *room)
{
	struct virtual_device_transfer transfer = { .endpoint = VIRTUAL_PRINTER_IN, .at = room, .cap = 64 };
	virtual_device_in(virtual_printer_device(printer), &transfer);
	return transfer.len;
}

static void
prints_rows_and_writes_a_picture_when_it_cuts(void **state)
{
	struct virtual_printer *printer = begin(TEST_BINARY_DIR);
	(void)state;
	unlink(TEST_BINARY_DIR "/printed-001.png");
	send(printer, BYTES(0x1B, '@'));
	const struct span picture = raster(20);
	for (size_t i = 0; i < picture.len; i++) /* byte by byte, as any transfer may be cut */
		send(printer, (struct span){ picture.at + i, 1 });
	assert_int_equal(virtual_printer_rows(printer), 20);
	assert_int_equal(virtual_printer_row(printer, 19)[71], 20);
	assert_null(virtual_printer_row(printer, 20));
	send(printer, BYTES(0x1B, 'p', 0, 25, 250, '\n', 'x', 0x1D, 'V', 66, 3));
	const struct virtual_printer_state is = virtual_printer_state(printer);
	assert_int_equal(is.resets, 1);
	assert_int_equal(is.kicks, 1);
	assert_int_equal(is.unknown, 1);
	assert_int_equal(is.cuts, 1);
	assert_int_equal(is.rows, 20 + 30 + 3);
	assert_int_equal(virtual_printer_rows(printer), 0);
	assert_int_equal(access(TEST_BINARY_DIR "/printed-001.png", R_OK), 0);
	unlink(TEST_BINARY_DIR "/printed-001.png");
	virtual_printer_free(printer);
}

static void
stops_in_the_row_where_the_paper_ends_and_goes_on_from_there(void **state)
{
	struct virtual_printer *printer = begin(NULL);
	uint8_t room[64];
	(void)state;
	virtual_printer_paper(printer, false, 100);
	const struct span picture = raster(255);
	const size_t taken = send(printer, picture);
	assert_int_equal(virtual_printer_rows(printer), 100);
	assert_in_range(taken, 100 * 72 + 1, picture.len - 1); /* the rest waits in the host */
	assert_int_equal(send(printer, BYTES(1)), 0);
	assert_int_equal(hear(printer, room), 0);
	virtual_printer_paper(printer, false, 0);
	assert_int_equal(send(printer, (struct span){ picture.at + taken, picture.len - taken }), picture.len - taken);
	assert_int_equal(virtual_printer_rows(printer), 255);
	for (unsigned y = 0; y < 255; y++)
		assert_int_equal(virtual_printer_row(printer, y)[35], y + 1);
	virtual_printer_free(printer);
}

static void
answers_status_also_while_it_cannot_print(void **state)
{
	struct virtual_printer *printer = begin(NULL);
	uint8_t room[64];
	(void)state;
	send(printer, BYTES(0x10, 4, 1));
	assert_int_equal(hear(printer, room), 1);
	assert_int_equal(room[0], 0x12);
	virtual_printer_cover(printer, true);
	send(printer, BYTES(0x10, 4, 1, 0x10, 4, 2, 0x10, 4, 4));
	assert_int_equal(hear(printer, room), 1);
	assert_int_equal(room[0], 0x1A);
	assert_int_equal(hear(printer, room), 1);
	assert_int_equal(room[0], 0x16);
	assert_int_equal(hear(printer, room), 1);
	assert_int_equal(room[0], 0x12);
	virtual_printer_cover(printer, false);
	assert_int_equal(hear(printer, room), 0); /* each was answered once */
	virtual_printer_paper(printer, true, 0);
	send(printer, BYTES(0x10, 4, 4));
	assert_int_equal(hear(printer, room), 1);
	assert_int_equal(room[0], 0x7E);
	virtual_printer_free(printer);
}

static void
tells_of_changes_once_asked_to(void **state)
{
	struct virtual_printer *printer = begin(NULL);
	uint8_t room[64];
	(void)state;
	virtual_printer_paper(printer, true, 0);
	assert_int_equal(hear(printer, room), 0);
	virtual_printer_paper(printer, false, 0);
	send(printer, BYTES(0x1D, 'a', 0xFF));
	assert_int_equal(hear(printer, room), 4);
	assert_int_equal(room[0], 0x10);
	virtual_printer_paper(printer, true, 0);
	assert_int_equal(hear(printer, room), 4);
	assert_memory_equal(room, ((const uint8_t[]){ 0x18, 0, 0x0F, 0 }), 4);
	virtual_printer_free(printer);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(prints_rows_and_writes_a_picture_when_it_cuts),
		cmocka_unit_test(stops_in_the_row_where_the_paper_ends_and_goes_on_from_there),
		cmocka_unit_test(answers_status_also_while_it_cannot_print),
		cmocka_unit_test(tells_of_changes_once_asked_to),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
