#include "tests/support/folder.h"

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#define FOLDER_DEPTH 16 /* descriptors that nftw may hold at once */

static int
remove_one(const char *path, const struct stat *status, int type, struct FTW *where)
{
	(void)status;
	(void)where;
	if (type == FTW_DNR) /* a test took the folder's permissions away */
		(void)chmod(path, S_IRWXU);
	return remove(path);
}

void
folder_new(char path[256])
{
	const char *parent = getenv("TMPDIR");
	int n = snprintf(path, 256, "%s/counter-test-XXXXXX", parent != NULL && parent[0] == '/' ? parent : "/tmp");
	if (n < 0 || n >= 256 || mkdtemp(path) == NULL) {
		perror("folder_new");
		abort();
	}
}

void
folder_remove(const char *path)
{
	if (nftw(path, remove_one, FOLDER_DEPTH, FTW_DEPTH | FTW_PHYS) != 0) {
		perror(path);
		abort();
	}
}
