#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "kiosk/base/file.h"
#include "kiosk/base/text.h"
#include "tests/support/check.h"
#include "tests/support/folder.h"

/* The calls that decide whether a file survives, in our hands: written down, and the n-th one made to fail. */
static char calls[64]; /* w write, s fsync of a file, f fsync of a folder, r rename, m fchmod */
static size_t call_count;
static size_t fail_at;   /* 1 is the first call; 0: none */
static bool interrupt;   /* every other read, write and fsync is interrupted */
static bool small_steps; /* a write takes three bytes at most */
static unsigned turn;

static bool
fails(char call)
{
	if (call_count < sizeof(calls) - 1)
		calls[call_count] = call;
	call_count++;
	if (call_count != fail_at)
		return false;
	errno = EIO;
	return true;
}

static bool
interrupted(void)
{
	if (!interrupt || turn++ % 2 != 0)
		return false;
	errno = EINTR;
	return true;
}

int
fsync(int fd)
{
	struct stat status;
	if (interrupted() || fails(fstat(fd, &status) == 0 && S_ISDIR(status.st_mode) ? 'f' : 's'))
		return -1;
	return (int)syscall(SYS_fsync, fd);
}

ssize_t
write(int fd, const void *at, size_t len)
{
	if (interrupted() || fails('w'))
		return -1;
	return syscall(SYS_write, fd, at, small_steps && len > 3 ? 3 : len);
}

ssize_t
read(int fd, void *at, size_t len)
{
	if (interrupted())
		return -1;
	return syscall(SYS_read, fd, at, small_steps && len > 3 ? 3 : len);
}

int
renameat2(int from_folder, const char *from, int to_folder, const char *to, unsigned flags)
{
	return fails('r') ? -1 : (int)syscall(SYS_renameat2, from_folder, from, to_folder, to, flags);
}

int
fchmod(int fd, mode_t mode)
{
	return fails('m') ? -1 : (int)syscall(SYS_fchmod, fd, mode);
}

static void
begin(size_t fail)
{
	memset(calls, 0, sizeof(calls));
	call_count = 0;
	fail_at = fail;
}

struct place {
	char folder[256];
	char path[300];
};

static int
enter(void **state)
{
	static struct place place;
	folder_new(place.folder);
	(void)snprintf(place.path, sizeof(place.path), "%s/file", place.folder);
	(void)umask(022);
	interrupt = small_steps = false;
	begin(0);
	*state = &place;
	return 0;
}

static int
leave(void **state)
{
	struct place *place = *state;
	folder_remove(place->folder);
	return 0;
}

static void
holds(const char *path, const char *text)
{
	struct error err;
	CLEANUP(file_free) struct file_bytes bytes = { 0 };
	if (!file_read(path, 1000, &bytes, &err))
		fail_msg("%s", err.text);
	assert_int_equal(bytes.len, strlen(text));
	assert_string_equal((const char *)bytes.at, text); /* the NUL behind the content is promised */
}

static unsigned
mode_of(const char *path)
{
	struct stat status;
	assert_int_equal(lstat(path, &status), 0);
	return status.st_mode & 07777;
}

static size_t
entries(const char *folder)
{
	char command[400];
	char line[16] = "";
	(void)snprintf(command, sizeof(command), "ls -A '%s' | wc -l", folder);
	FILE *pipe = popen(command, "r");
	assert_non_null(pipe);
	assert_non_null(fgets(line, sizeof(line), pipe));
	(void)pclose(pipe);
	return strtoul(line, NULL, 10);
}

static void
writes_syncs_renames_and_syncs_the_folder_in_this_order(void **state)
{
	struct place *place = *state;
	struct error err;
	assert_true(file_write(place->path, text_span("content"), 0640, &err));
	assert_string_equal(calls, "mwsrf");
	holds(place->path, "content");
	assert_int_equal(mode_of(place->path), 0640);
	assert_true(file_write(place->path, text_span(""), 0666, &err)); /* the umask has no say */
	assert_int_equal(mode_of(place->path), 0666);
	holds(place->path, "");
	assert_int_equal(entries(place->folder), 1);
}

static void
whatever_fails_leaves_the_old_file_or_the_new_one_whole(void **state)
{
	struct place *place = *state;
	struct error err;
	for (size_t n = 1; n <= 5; n++) {
		begin(0);
		assert_true(file_write(place->path, text_span("old"), 0600, &err));
		begin(n);
		assert_false(file_write(place->path, text_span("new"), 0600, &err));
		assert_int_equal(err.kind, ERROR_SYSTEM);
		assert_int_equal(err.detail, EIO);
		begin(0);
		holds(place->path, n < 5 ? "old" : "new"); /* 5 is the folder's fsync */
		assert_int_equal(entries(place->folder), 1);
	}
}

static void
signals_and_small_steps_do_not_matter(void **state)
{
	struct place *place = *state;
	struct error err;
	interrupt = small_steps = true;
	assert_true(file_write(place->path, text_span("ten bytes."), 0600, &err));
	holds(place->path, "ten bytes.");
}

static void
creating_never_replaces(void **state)
{
	struct place *place = *state;
	struct error err;
	assert_true(file_create(place->path, text_span("first"), 0600, &err));
	assert_string_equal(calls, "mwsrf");
	assert_false(file_create(place->path, text_span("second"), 0600, &err));
	assert_int_equal(err.kind, ERROR_REFUSED);
	holds(place->path, "first");
	assert_int_equal(entries(place->folder), 1);
}

static void
a_symbolic_link_is_replaced_not_followed(void **state)
{
	struct place *place = *state;
	struct error err;
	char target[300];
	struct stat status;
	(void)snprintf(target, sizeof(target), "%s/target", place->folder);
	assert_true(file_write(target, text_span("precious"), 0600, &err));
	assert_int_equal(symlink(target, place->path), 0);
	assert_false(file_create(place->path, text_span("x"), 0600, &err));
	assert_int_equal(err.kind, ERROR_REFUSED);
	assert_true(file_write(place->path, text_span("mine"), 0600, &err));
	holds(target, "precious");
	assert_int_equal(lstat(place->path, &status), 0);
	assert_true(S_ISREG(status.st_mode));
}

static void
reading_is_bounded_and_names_what_is_wrong(void **state)
{
	struct place *place = *state;
	struct error err;
	struct file_bytes bytes = { 0 };
	assert_false(file_read(place->path, 10, &bytes, &err));
	assert_int_equal(err.kind, ERROR_GONE);
	assert_true(file_write(place->path, text_span("0123456789"), 0600, &err));
	assert_true(file_read(place->path, 10, &bytes, &err));
	file_free(&bytes);
	assert_null(bytes.at);
	assert_false(file_read(place->path, 9, &bytes, &err));
	assert_int_equal(err.kind, ERROR_FULL);
	assert_false(file_read(place->folder, 10, &bytes, &err));
	assert_int_equal(err.kind, ERROR_SYSTEM);
	assert_null(bytes.at);
}

static void
a_pipe_does_not_hold_the_reader(void **state)
{
	struct place *place = *state;
	struct error err;
	struct file_bytes bytes = { 0 };
	assert_int_equal(mkfifo(place->path, 0600), 0);
	(void)alarm(10);
	assert_false(file_read(place->path, 10, &bytes, &err));
	(void)alarm(0);
	assert_int_equal(err.kind, ERROR_SYSTEM);
}

static void
a_folder_is_made_once(void **state)
{
	struct place *place = *state;
	struct error err;
	assert_true(file_folder(place->path, 0775, &err));
	assert_string_equal(calls, "f");
	assert_int_equal(mode_of(place->path), 0775);
	assert_true(file_folder(place->path, 0700, &err));
	assert_int_equal(mode_of(place->path), 0775); /* there already: left alone */
	assert_int_equal(rmdir(place->path), 0);
	assert_true(file_write(place->path, text_span(""), 0600, &err));
	assert_false(file_folder(place->path, 0700, &err));
	assert_int_equal(err.kind, ERROR_REFUSED);
	assert_false(file_folder("/nonexistent/folder", 0700, &err));
	assert_int_equal(err.kind, ERROR_GONE);
}

static void
removing_syncs_and_does_not_mind_absence(void **state)
{
	struct place *place = *state;
	struct error err;
	assert_true(file_write(place->path, text_span("x"), 0600, &err));
	begin(0);
	assert_true(file_remove(place->path, &err));
	assert_string_equal(calls, "f");
	assert_int_equal(access(place->path, F_OK), -1);
	assert_true(file_remove(place->path, &err));
	assert_true(file_remove("/nonexistent/file", &err));
	assert_false(file_remove(place->folder, &err));
	begin(1);
	assert_false(file_remove(place->path, &err)); /* not on the disk yet */
}

static void
names_without_a_folder_lie_in_the_current_one(void **state)
{
	struct place *place = *state;
	struct error err;
	char before[4096];
	assert_non_null(getcwd(before, sizeof(before)));
	assert_int_equal(chdir(place->folder), 0);
	assert_true(file_write("file", text_span("here"), 0600, &err));
	holds(place->path, "here");
	assert_int_equal(chdir(before), 0);
	static char longest[5000];
	memset(longest, 'a', sizeof(longest) - 1);
	assert_false(file_write(longest, text_span(""), 0600, &err));
	assert_int_equal(err.kind, ERROR_INVALID);
}

/* A writer killed at any moment: the reader finds one of the two contents, whole. */
static void
a_killed_writer_leaves_a_whole_file(void **state)
{
	struct place *place = *state;
	struct error err;
	static char a[20001];
	static char b[30001];
	memset(a, 'a', sizeof(a) - 1);
	memset(b, 'b', sizeof(b) - 1);
	assert_true(file_write(place->path, text_span(a), 0600, &err));
	for (useconds_t round = 0; round < 20; round++) {
		pid_t child = fork();
		if (child == 0)
			for (;;)
				if (!file_write(place->path, text_span(b), 0600, &err) ||
					!file_write(place->path, text_span(a), 0600, &err))
					_exit(1);
		(void)usleep(500 + 137 * round);
		assert_int_equal(kill(child, SIGKILL), 0);
		assert_int_equal(waitpid(child, NULL, 0), child);
		struct file_bytes bytes = { 0 };
		assert_true(file_read(place->path, sizeof(b), &bytes, &err));
		const char *whole = bytes.at[0] == 'a' ? a : b;
		assert_string_equal((const char *)bytes.at, whole);
		file_free(&bytes);
	}
}

int
main(void)
{
#define IN_FOLDER(test) cmocka_unit_test_setup_teardown(test, enter, leave)
	const struct CMUnitTest tests[] = {
		IN_FOLDER(writes_syncs_renames_and_syncs_the_folder_in_this_order),
		IN_FOLDER(whatever_fails_leaves_the_old_file_or_the_new_one_whole),
		IN_FOLDER(signals_and_small_steps_do_not_matter),
		IN_FOLDER(creating_never_replaces),
		IN_FOLDER(a_symbolic_link_is_replaced_not_followed),
		IN_FOLDER(reading_is_bounded_and_names_what_is_wrong),
		IN_FOLDER(a_pipe_does_not_hold_the_reader),
		IN_FOLDER(a_folder_is_made_once),
		IN_FOLDER(removing_syncs_and_does_not_mind_absence),
		IN_FOLDER(names_without_a_folder_lie_in_the_current_one),
		IN_FOLDER(a_killed_writer_leaves_a_whole_file),
	};
	return cmocka_run_group_tests_name("file", tests, NULL, NULL);
}
