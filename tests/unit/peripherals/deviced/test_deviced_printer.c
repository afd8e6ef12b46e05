/* deviced and a receipt printer: what comes onto the paper, and what is said when something is in the way. */
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "kiosk/base/file.h"
#include "tests/support/check.h"
#include "tests/support/device_scene.h"

#define PROGRAMS  TEST_BINARY_DIR "/bin"
#define WIDTH     576
#define ROWS      480
#define BANDS     20
#define WITHIN_MS 20000
#define LATE_MS   2000

static int
open_scene(void **state)
{
	static struct device_scene scene;
	device_scene_open(&scene, PROGRAMS, (const char *const[]){ "printer", NULL });
	*state = &scene;
	return 0;
}

static int
close_scene(void **state)
{
	device_scene_close(*state);
	return 0;
}

/* Wait until the one printer is in a state; gives its id. */
static uint32_t
await_state(struct device_scene *scene, enum device_wire_state state)
{
	for (int turn = 0; turn < 800; turn++) {
		device_scene_listen(scene);
		const struct device_wire_device *printer = device_scene_device(scene, DEVICE_WIRE_PRINTER, 0);
		if (printer != NULL && printer->state == state)
			return printer->id;
		(void)poll(NULL, 0, 10);
	}
	const struct device_wire_device *printer = device_scene_device(scene, DEVICE_WIRE_PRINTER, 0);
	fail_msg("printer: %s", printer == NULL ? "not there" : printer->why);
	return 0;
}

/* A value that a printer's state has in vusbd. */
static unsigned long
counted(struct device_scene *scene, const char *name)
{
	char state[256];
	device_scene_ask(scene, state, "state 0");
	const char *at = strstr(state, name);
	assert_non_null(at);
	return strtoul(at + strlen(name), NULL, 10);
}

static void
order_print_of(struct device_scene *scene, const struct device_wire_print *print, size_t len)
{
	static uint8_t rows[WIDTH / 8 * ROWS + 1];
	uint8_t bytes[64];
	struct buffer body = buffer_into(bytes, sizeof(bytes));
	struct error err = { 0 };
	CLEANUP(file_close) int memfd = -1;
	memset(rows, 0x55, sizeof(rows));
	assert_true(channel_memfd((struct span){ rows, len }, &memfd, &err));
	device_wire_put_print(&body, print);
	device_scene_send(scene, DEVICE_WIRE_PRINT, &body, memfd);
}

static struct device_wire_print
print_for(uint32_t device, uint32_t job)
{
	return (struct device_wire_print){
		.job = job, .device = device, .width = WIDTH, .height = ROWS, .cut = true, .within_ms = WITHIN_MS
	};
}

static void
order_print(struct device_scene *scene, const struct device_wire_print *print)
{
	order_print_of(scene, print, WIDTH / 8 * ROWS);
}

/* The end of a print: true for PRINTED, false for FAILED with *failed set; *bands as PROGRESS said last. */
static bool
ends(struct device_scene *scene, uint32_t job, unsigned *bands, struct device_wire_failed *failed)
{
	struct channel_message message;
	struct device_wire_progress progress;
	struct error err = { 0 };
	for (*bands = 0;; *bands = progress.part) {
		uint32_t number = 0;
		if (!device_scene_next(scene, WITHIN_MS + LATE_MS, &message))
			fail_msg("print %u does not end", (unsigned)job);
		struct cursor in = cursor_over(message.body);
		if (message.type == DEVICE_WIRE_PRINTED) {
			assert_true(device_wire_take_number(message.body, &number, &err));
			assert_int_equal(number, job);
			return true;
		}
		if (message.type == DEVICE_WIRE_FAILED) {
			assert_true(device_wire_take_failed(&in, failed, &err));
			assert_int_equal(failed->job, job);
			return false;
		}
		assert_int_equal(message.type, DEVICE_WIRE_PROGRESS);
		assert_true(device_wire_take_progress(&in, &progress, &err));
		assert_int_equal(progress.job, job);
		assert_int_equal(progress.of, BANDS);
		assert_true(progress.part >= *bands);
	}
}

static void
prints_cuts_and_opens_the_drawer(void **state)
{
	struct device_scene *scene = *state;
	struct device_wire_failed failed;
	struct device_wire_print print = print_for(await_state(scene, DEVICE_WIRE_READY), 1);
	unsigned bands = 0;
	print.kick = true;
	order_print(scene, &print);
	if (!ends(scene, 1, &bands, &failed))
		fail_msg("%s", failed.why.text);
	assert_int_equal(bands, BANDS);
	assert_true(counted(scene, "rows=") >= ROWS);
	assert_true(counted(scene, "cuts=") >= 1);
	assert_int_equal(counted(scene, "kicks="), 1);
	assert_int_equal(counted(scene, "unknown="), 0);
}

static void
goes_on_without_a_seam_after_new_paper(void **state)
{
	struct device_scene *scene = *state;
	struct device_wire_failed failed;
	struct device_wire_print print = print_for(await_state(scene, DEVICE_WIRE_READY), 1);
	unsigned bands = 0;
	device_scene_order(scene, "paper 0 in 200");
	order_print(scene, &print);
	assert_false(ends(scene, 1, &bands, &failed));
	assert_int_equal(failed.why.kind, ERROR_REFUSED);
	assert_non_null(strstr(failed.why.text, "paper out"));
	assert_int_equal(failed.state, DEVICE_WIRE_PAPER_OUT);
	assert_true(failed.resumable && failed.part > 0 && failed.part < BANDS);
	(void)await_state(scene, DEVICE_WIRE_PAPER_OUT);
	device_scene_order(scene, "paper 0 in");
	(void)await_state(scene, DEVICE_WIRE_READY);
	print.job = 2;
	print.from_band = failed.part;
	order_print(scene, &print);
	if (!ends(scene, 2, &bands, &failed))
		fail_msg("%s", failed.why.text);
	assert_int_equal(counted(scene, "rows="), ROWS);
}

static void
says_what_keeps_it_from_printing(void **state)
{
	struct device_scene *scene = *state;
	struct device_wire_failed failed;
	unsigned bands = 0;
	const uint32_t printer = await_state(scene, DEVICE_WIRE_READY);
	device_scene_order(scene, "cover 0 open");
	const struct device_wire_print print = print_for(printer, 1);
	order_print(scene, &print);
	assert_false(ends(scene, 1, &bands, &failed));
	assert_int_equal(failed.why.kind, ERROR_REFUSED);
	assert_int_equal(failed.part, 0);
	(void)await_state(scene, DEVICE_WIRE_COVER_OPEN);
	assert_non_null(strstr(device_scene_device(scene, DEVICE_WIRE_PRINTER, 0)->why, "printer: "));
	device_scene_order(scene, "cover 0 closed");
	(void)await_state(scene, DEVICE_WIRE_READY);
	device_scene_order(scene, "paper 0 out");
	(void)await_state(scene, DEVICE_WIRE_PAPER_OUT); /* found by itself, without a job */
}

static void
refuses_a_picture_that_is_not_as_large_as_it_says(void **state)
{
	struct device_scene *scene = *state;
	struct device_wire_failed failed;
	const struct device_wire_print print = print_for(await_state(scene, DEVICE_WIRE_READY), 1);
	unsigned bands = 0;
	static const size_t wrong[] = { WIDTH / 8 * ROWS - 1, WIDTH / 8 * ROWS + 1, 0 };
	for (size_t i = 0; i < 3; i++) {
		order_print_of(scene, &print, wrong[i]);
		assert_false(ends(scene, 1, &bands, &failed));
		assert_int_equal(failed.why.kind, ERROR_INVALID);
	}
	assert_int_equal(counted(scene, "rows="), 0);
}

static void
stops_behind_a_band_when_told(void **state)
{
	struct device_scene *scene = *state;
	struct device_wire_failed failed;
	const struct device_wire_print print = print_for(await_state(scene, DEVICE_WIRE_READY), 7);
	uint8_t bytes[4];
	struct buffer body = buffer_into(bytes, sizeof(bytes));
	struct channel_message message;
	unsigned bands = 0;
	order_print(scene, &print);
	assert_true(device_scene_next(scene, WITHIN_MS, &message));
	assert_int_equal(message.type, DEVICE_WIRE_PROGRESS);
	buffer_u32le(&body, 7);
	device_scene_send(scene, DEVICE_WIRE_CANCEL, &body, -1);
	assert_false(ends(scene, 7, &bands, &failed));
	assert_int_equal(failed.why.kind, ERROR_REFUSED);
	assert_true(failed.part < BANDS);
}

/* Pulled out at the n-th transfer of a print; each ends in time, and the next print is whole. */
static void
ends_wherever_it_is_unplugged(void **state)
{
	struct device_scene *scene = *state;
	unsigned failures = 0;
	int before = -1;
	for (unsigned at = 1, job = 1; at < 60; at += 7, job += 2) {
		struct device_wire_failed failed;
		unsigned bands = 0;
		struct device_wire_print print = print_for(await_state(scene, DEVICE_WIRE_READY), job);
		before = before < 0 ? device_scene_descriptors(scene) : before;
		assert_int_equal(device_scene_descriptors(scene), before);
		device_scene_order(scene, "unplug-at 0 %u", at);
		order_print(scene, &print);
		if (!ends(scene, job, &bands, &failed)) {
			failures++;
			assert_int_equal(failed.why.kind, ERROR_GONE);
			assert_true(failed.left && !failed.resumable);
		}
		device_scene_order(scene, "unplug 0");
		assert_true(device_scene_await_devices(scene, 0));
		device_scene_order(scene, "unplug-at 0 0");
		device_scene_order(scene, "plug 0");
		print.device = await_state(scene, DEVICE_WIRE_READY);
		print.job = job + 1;
		order_print(scene, &print);
		if (!ends(scene, job + 1, &bands, &failed))
			fail_msg("after %u: %s", at, failed.why.text);
	}
	assert_true(failures > 4);
}

#define ON(test) cmocka_unit_test_setup_teardown(test, open_scene, close_scene)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		ON(prints_cuts_and_opens_the_drawer),
		ON(goes_on_without_a_seam_after_new_paper),
		ON(says_what_keeps_it_from_printing),
		ON(refuses_a_picture_that_is_not_as_large_as_it_says),
		ON(stops_behind_a_band_when_told),
		ON(ends_wherever_it_is_unplugged),
	};
	return cmocka_run_group_tests_name("deviced printer", tests, NULL, NULL);
}
