/* The program itself: what of its command line everybody on the computer can read while it works. */
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "kiosk/base/clock.h"
#include "kiosk/base/file.h"
#include "kiosk/base/text.h"
#include "kiosk/model/enrolment_code.h"
#include "tests/support/check.h"
#include "tests/support/folder.h"
#include "tests/support/process.h"

#define WAIT_MS 10000

/* The command line as /proc shows it, its arguments one behind the other; how many bytes. */
static size_t
command_line(const struct process *process, char *out, size_t cap)
{
	char path[64];
	(void)text_format(path, sizeof(path), "/proc/%d/cmdline", (int)process->pid);
	CLEANUP(file_close) int fd = open(path, O_RDONLY | O_CLOEXEC);
	assert_true(fd >= 0);
	const ssize_t len = read(fd, out, cap);
	assert_true(len > 0);
	return (size_t)len;
}

static bool
shows(const struct process *process, const char *word)
{
	char line[4096];
	return memmem(line, command_line(process, line, sizeof(line)), word, strlen(word)) != NULL;
}

static void
code_and_name_are_wiped_from_the_command_line(void **state)
{
	static const uint8_t random[ENROLMENT_CODE_RANDOM] = { 3, 1, 4, 1, 5 };
	char folder[256], conf[300], password[300], log[300], code[ENROLMENT_CODE_TEXT], text[1500];
	struct error err = { 0 };
	struct process process;
	(void)state;
	folder_new(folder);
	enrolment_code_make(random, code);
	(void)text_format(conf, sizeof(conf), "%s/counter.conf", folder);
	(void)text_format(password, sizeof(password), "%s/password", folder);
	(void)text_format(log, sizeof(log), "%s/log", folder);
	(void)text_format(text, sizeof(text),
		"store = %s/store.db\nkey_file = %s/store.key\nsync_socket = %s/nobody\ncatalogue = %s\n", folder, folder,
		folder, TEST_SOURCE_DIR "/assets/catalogue");
	assert_true(file_write(conf, text_span(text), 0600, &err));
	assert_true(file_write(password, text_span("nine copper kettles sing\n"), 0600, &err));
	const char *const argv[] = { TEST_BINARY_DIR "/bin/counter", "--config", conf, "--provision", code, "--supervisor",
		"S100", "--name", "Chan Suk Yee", "--password-file", password, NULL };
	process_start(argv, log, &process);
	const int64_t until_ms = clock_monotonic_ms() + WAIT_MS;
	while (clock_monotonic_ms() < until_ms && (!shows(&process, "S100") || shows(&process, "Chan Suk Yee")))
		(void)usleep(10000);
	assert_false(shows(&process, code));
	assert_false(shows(&process, "Chan"));
	assert_true(shows(&process, "S100")); /* it is still this program that was looked at */
	assert_true(process_runs(&process));
	(void)process_end(&process, SIGKILL);
	folder_remove(folder);
}

int
main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(code_and_name_are_wiped_from_the_command_line) };
	return cmocka_run_group_tests_name("command line", tests, NULL, NULL);
}
