#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "kiosk/base/landlock.h"
#include "kiosk/base/text.h"
#include "tests/support/check.h"
#include "tests/support/folder.h"

struct tree {
	char root[256], open[300], closed[300];
};

static void
write_file(const char *folder, const char *name)
{
	char path[400];
	assert_true(text_format(path, sizeof(path), "%s/%s", folder, name));
	int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
	assert_true(fd >= 0);
	assert_int_equal(write(fd, "x", 1), 1);
	(void)close(fd);
}

static int
set_up(void **state)
{
	static struct tree tree;
	folder_new(tree.root);
	assert_true(text_format(tree.open, sizeof(tree.open), "%s/open", tree.root));
	assert_true(text_format(tree.closed, sizeof(tree.closed), "%s/closed", tree.root));
	assert_int_equal(mkdir(tree.open, 0700), 0);
	assert_int_equal(mkdir(tree.closed, 0700), 0);
	write_file(tree.open, "file");
	write_file(tree.closed, "file");
	*state = &tree;
	return 0;
}

static int
tear_down(void **state)
{
	folder_remove(((struct tree *)*state)->root);
	return 0;
}

/* 0 or the error number. */
static int
opens(const char *folder, const char *name, int flags)
{
	char path[400];
	if (!text_format(path, sizeof(path), "%s/%s", folder, name))
		return ENAMETOOLONG;
	int fd = open(path, flags | O_CLOEXEC, 0600);
	if (fd < 0)
		return errno;
	(void)close(fd);
	return 0;
}

static int
makes_a_socket(const char *folder)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
	if (!text_format(address.sun_path, sizeof(address.sun_path), "%s/s", folder))
		return ENAMETOOLONG;
	int r = bind(fd, (const struct sockaddr *)&address, sizeof(address)) == 0 ? 0 : errno;
	(void)close(fd);
	if (r == 0 && unlink(address.sun_path) != 0)
		r = errno;
	return r;
}

static void *
opens_the_closed_file(void *self)
{
	const struct tree *tree = self;
	return opens(tree->closed, "file", O_RDONLY) == EACCES ? self : NULL;
}

/* Runs in a child; the number of the first expectation that does not hold, 0 if all do. */
static int
inside(struct tree *tree, unsigned reach)
{
	const struct landlock_folder folders[] = { { tree->open, reach }, { "/nonexistent/folder", LANDLOCK_READ } };
	struct error err;
	pthread_t thread;
	void *denied = NULL;
	bool reads = (reach & LANDLOCK_READ) != 0, writes = (reach & LANDLOCK_WRITE) != 0;
	if (!landlock_enter(folders, 2, &err))
		return 1;
	if (opens(tree->open, "file", O_RDONLY) != (reads ? 0 : EACCES))
		return 2;
	if (opens(tree->open, "file", O_WRONLY) != (writes ? 0 : EACCES))
		return 3;
	if (opens(tree->open, "new", O_WRONLY | O_CREAT) != EACCES)
		return 4;
	if (makes_a_socket(tree->open) != ((reach & LANDLOCK_SOCKETS) != 0 ? 0 : EACCES))
		return 5;
	if (opens(tree->closed, "file", O_RDONLY) != EACCES || opens("/etc", "passwd", O_RDONLY) != EACCES)
		return 6;
	if (makes_a_socket(tree->closed) != EACCES)
		return 7;
	if (opens(tree->open, "../closed/file", O_RDONLY) != EACCES)
		return 8;
	if (pthread_create(&thread, NULL, opens_the_closed_file, tree) != 0 || pthread_join(thread, &denied) != 0)
		return 9;
	return denied == NULL ? 10 : 0;
}

static void
reaches_what_it_names_and_nothing_else(void **state)
{
	for (unsigned reach = 1; reach <= (LANDLOCK_READ | LANDLOCK_WRITE | LANDLOCK_SOCKETS); reach++) {
		int status = -1;
		pid_t child = fork();
		if (child == 0)
			_exit(inside(*state, reach));
		assert_int_equal(waitpid(child, &status, 0), child);
		if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
			fail_msg("reach %u: wait status %04X", reach, (unsigned)status);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(reaches_what_it_names_and_nothing_else, set_up, tear_down),
	};
	return cmocka_run_group_tests_name("landlock", tests, NULL, NULL);
}
