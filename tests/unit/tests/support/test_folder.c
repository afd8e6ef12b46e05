#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/support/check.h"
#include "tests/support/folder.h"

static void
put(const char *folder, const char *name)
{
	char path[400];
	(void)snprintf(path, sizeof(path), "%s/%s", folder, name);
	FILE *file = fopen(path, "w");
	assert_non_null(file);
	assert_int_equal(fclose(file), 0);
}

static void
removes_everything_in_it_and_nothing_else(void **state)
{
	char mine[256];
	char other[256];
	char path[400];
	struct stat status;
	(void)state;
	folder_new(mine);
	folder_new(other);
	assert_string_not_equal(mine, other);
	assert_int_equal(stat(mine, &status), 0);
	assert_int_equal(status.st_mode & 07777, 0700);
	put(other, "precious");
	put(mine, "file");
	(void)snprintf(path, sizeof(path), "%s/link", mine);
	assert_int_equal(symlink(other, path), 0);
	(void)snprintf(path, sizeof(path), "%s/below", mine);
	assert_int_equal(mkdir(path, 0700), 0);
	put(path, "file");
	folder_remove(mine);
	assert_int_equal(access(mine, F_OK), -1);
	(void)snprintf(path, sizeof(path), "%s/precious", other);
	assert_int_equal(access(path, F_OK), 0);
	folder_remove(other);
}

static void
obeys_tmpdir(void **state)
{
	char outer[256];
	char inner[256];
	(void)state;
	folder_new(outer);
	assert_int_equal(setenv("TMPDIR", outer, 1), 0);
	folder_new(inner);
	assert_int_equal(unsetenv("TMPDIR"), 0);
	assert_memory_equal(inner, outer, strlen(outer));
	folder_remove(outer);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(removes_everything_in_it_and_nothing_else),
		cmocka_unit_test(obeys_tmpdir),
	};
	return cmocka_run_group_tests_name("folder", tests, NULL, NULL);
}
