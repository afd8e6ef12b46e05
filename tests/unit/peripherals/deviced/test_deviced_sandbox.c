/* What an intruder could do in each thread of deviced: made by ptrace in the threads of the program that runs. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>

#include "tests/support/check.h"
#include "tests/support/device_scene.h"
#include "tests/support/intrude.h"

#define PROGRAMS TEST_BINARY_DIR "/bin"
#define THREADS  5 /* main, libusb's, the event thread, and one for each of two devices */

static int
open_scene(void **state)
{
	static struct device_scene scene;
	device_scene_open(&scene, PROGRAMS, (const char *const[]){ "reader,card=piv", "token", NULL });
	assert_true(device_scene_await_devices(&scene, 2));
	assert_true(device_scene_await_card(&scene, scene.devices.device[0].id, DEVICE_WIRE_CARD_IN));
	assert_true(device_scene_await_card(&scene, scene.devices.device[1].id, DEVICE_WIRE_CARD_IN));
	*state = &scene;
	return 0;
}

static int
close_scene(void **state)
{
	device_scene_close(*state);
	return 0;
}

static void
no_thread_opens_files_or_dials(void **state)
{
	static const struct {
		const char *name, *text;
		long number, arguments[6];
		unsigned text_at;
		long result; /* 0: it may */
	} tries[] = {
		{ "read /etc/passwd", "/etc/passwd", SYS_openat, { AT_FDCWD, 0, O_RDONLY }, 1, -EACCES },
		{ "read /etc", "/etc", SYS_openat, { AT_FDCWD, 0, O_RDONLY | O_DIRECTORY }, 1, -EACCES },
		{ "make /tmp/x", "/tmp/intruder", SYS_openat, { AT_FDCWD, 0, O_WRONLY | O_CREAT, 0600 }, 1, -EACCES },
		{ "write /dev/null", "/dev/null", SYS_openat, { AT_FDCWD, 0, O_WRONLY }, 1, -EACCES },
		{ "read the store", "/var/lib/counter/store.db", SYS_openat, { AT_FDCWD, 0, O_RDONLY }, 1, -EACCES },
		{ "remove /tmp", "/tmp", SYS_unlink, { 0 }, 0, -EACCES },
		{ "dial", NULL, SYS_socket, { AF_INET, SOCK_STREAM, 0 }, 0, -EPERM },
		{ "dial by IPv6", NULL, SYS_socket, { AF_INET6, SOCK_DGRAM, 0 }, 0, -EPERM },
		{ "ask for routes", NULL, SYS_socket, { AF_NETLINK, SOCK_RAW, 0 }, 0, -EPERM },
		{ "fork", NULL, SYS_fork, { 0 }, 0, -EPERM },
		{ "read /proc/version", "/proc/version", SYS_openat, { AT_FDCWD, 0, O_RDONLY }, 1, 0 },
	};
	const struct device_scene *scene = *state;
	pid_t threads[INTRUDE_THREADS];
	unsigned count = intrude_threads(scene->deviced.pid, threads);
	assert_true(count >= THREADS);
	for (unsigned i = 0; i < count; i++)
		for (size_t k = 0; k < sizeof(tries) / sizeof(tries[0]); k++) {
			long got = intrude(threads[i], tries[k].number, tries[k].arguments, tries[k].text, tries[k].text_at);
			bool as_told = tries[k].result < 0
							   ? got == tries[k].result || (got == -ENOENT && strstr(tries[k].text, "store") != NULL)
							   : got >= 0;
			if (!as_told)
				fail_msg("%s in thread %u of %u: %ld", tries[k].name, i, count, got);
		}
}

static void
no_thread_starts_a_program(void **state)
{
	static const long arguments[6] = { 0 };
	struct device_scene *scene = *state;
	pid_t threads[INTRUDE_THREADS];
	unsigned count = intrude_threads(scene->deviced.pid, threads);
	for (unsigned i = 0; i < count; i++) {
		pid_t again[INTRUDE_THREADS];
		assert_true(intrude_threads(scene->deviced.pid, again) > i);
		assert_int_equal(intrude(again[i], SYS_execve, arguments, "/bin/true", 0), -1000 - SIGSYS);
		device_scene_restart(scene);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(no_thread_opens_files_or_dials, open_scene, close_scene),
		cmocka_unit_test_setup_teardown(no_thread_starts_a_program, open_scene, close_scene),
	};
	if (!intrude_possible())
		return 77;
	return cmocka_run_group_tests_name("deviced sandbox", tests, NULL, NULL);
}
