#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "kiosk/base/text.h"
#include "peripherals/deviced/holder.h"
#include "tests/support/check.h"
#include "tests/support/folder.h"

static char proc[256];

/* A process of a made-up /proc. */
static void
run(const char *number, const char *name)
{
	char path[400];
	assert_true(text_format(path, sizeof(path), "%s/%s", proc, number));
	assert_int_equal(mkdir(path, 0700), 0);
	assert_true(text_format(path, sizeof(path), "%s/%s/comm", proc, number));
	int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
	assert_true(fd >= 0 && dprintf(fd, "%s\n", name) > 0);
	(void)close(fd);
}

static int
set_up(void **state)
{
	(void)state;
	folder_new(proc);
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	folder_remove(proc);
	return 0;
}

static void
names_who_takes_readers(void **state)
{
	char names[64], self[32];
	(void)state;
	assert_false(holder_find(proc, DEVICE_WIRE_READER, names, sizeof(names)));
	assert_string_equal(names, "");
	run("1", "init");
	run("20", "pcscd2");
	run("notes", "scdaemon"); /* is no process */
	assert_true(text_format(self, sizeof(self), "%d", (int)getpid()));
	run(self, "deviced");
	assert_false(holder_find(proc, DEVICE_WIRE_READER, names, sizeof(names)));
	run("300", "pcscd");
	run("301", "cupsd");
	assert_true(holder_find(proc, DEVICE_WIRE_TOKEN, names, sizeof(names)));
	assert_string_equal(names, "pcscd");
	assert_true(holder_find(proc, DEVICE_WIRE_PRINTER, names, sizeof(names)));
	assert_string_equal(names, "cupsd");
	run("302", "scdaemon");
	assert_true(holder_find(proc, DEVICE_WIRE_READER, names, sizeof(names)));
	assert_string_equal(names, "pcscd, scdaemon");
	char shorter[8];
	assert_true(holder_find(proc, DEVICE_WIRE_READER, shorter, sizeof(shorter)));
	assert_string_equal(shorter, "pcscd"); /* what does not fit is left out whole */
}

static void
finds_nobody_where_nothing_is_seen(void **state)
{
	char names[64];
	(void)state;
	assert_false(holder_find("/nonexistent", DEVICE_WIRE_READER, names, sizeof(names)));
	assert_string_equal(names, "");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(names_who_takes_readers, set_up, tear_down),
		cmocka_unit_test(finds_nobody_where_nothing_is_seen),
	};
	return cmocka_run_group_tests_name("holder", tests, NULL, NULL);
}
