#include "kiosk/base/landlock.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/landlock.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "kiosk/base/file.h"

/* Later than Debian 12's headers; kernels that know them are asked to hold to them. */
#define ACCESS_TRUNCATE  (1ULL << 14)
#define ACCESS_IOCTL_DEV (1ULL << 15)
#define ABI_REFER        2
#define ABI_TRUNCATE     3
#define ABI_IOCTL_DEV    5

/* Everything that the first version handles: all that is done to folders and files. */
#define ACCESS_FIRST (2 * LANDLOCK_ACCESS_FS_MAKE_SYM - 1)

static bool
landlock_error(struct error *err, const char *doing)
{
	int number = errno;
	return error_set_from(err, ERROR_SYSTEM, DOMAIN_ERRNO, number, "%s: %s", doing, strerror(number));
}

/* What this kernel can hold a program to. */
static uint64_t
handled_by(long abi)
{
	uint64_t handled = ACCESS_FIRST;
	if (abi >= ABI_REFER)
		handled |= LANDLOCK_ACCESS_FS_REFER;
	if (abi >= ABI_TRUNCATE)
		handled |= ACCESS_TRUNCATE;
	if (abi >= ABI_IOCTL_DEV)
		handled |= ACCESS_IOCTL_DEV;
	return handled;
}

static uint64_t
access_of(unsigned reach)
{
	uint64_t access = 0;
	if ((reach & LANDLOCK_READ) != 0)
		access |= LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR;
	if ((reach & LANDLOCK_WRITE) != 0)
		access |= LANDLOCK_ACCESS_FS_WRITE_FILE | ACCESS_IOCTL_DEV;
	if ((reach & LANDLOCK_SOCKETS) != 0)
		access |= LANDLOCK_ACCESS_FS_MAKE_SOCK | LANDLOCK_ACCESS_FS_REMOVE_FILE;
	return access;
}

static bool
allow(int ruleset, const struct landlock_folder *folder, uint64_t handled, struct error *err)
{
	/* The system call itself: libraries that stand in front of open() to emulate devices do not take folders. */
	long r = syscall(SYS_openat, AT_FDCWD, folder->path, O_PATH | O_CLOEXEC | O_DIRECTORY);
	if (r < 0)
		return errno == ENOENT || landlock_error(err, folder->path);
	CLEANUP(file_close) int fd = (int)r;
	const struct landlock_path_beneath_attr rule = { .allowed_access = access_of(folder->reach) & handled,
		.parent_fd = fd };
	return syscall(SYS_landlock_add_rule, ruleset, LANDLOCK_RULE_PATH_BENEATH, &rule, 0) == 0 ||
		   landlock_error(err, folder->path);
}

bool
landlock_enter(const struct landlock_folder *folders, size_t count, struct error *err)
{
	long abi = syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION);
	if (abi < 1)
		return landlock_error(err, "asking for Landlock");
	const struct landlock_ruleset_attr attr = { .handled_access_fs = handled_by(abi) };
	long made = syscall(SYS_landlock_create_ruleset, &attr, sizeof(attr), 0);
	if (made < 0)
		return landlock_error(err, "making the list of folders");
	CLEANUP(file_close) int ruleset = (int)made;
	for (size_t i = 0; i < count; i++)
		if (!allow(ruleset, &folders[i], attr.handled_access_fs, err))
			return false;
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 || syscall(SYS_landlock_restrict_self, ruleset, 0) != 0)
		return landlock_error(err, "giving up other folders");
	return true;
}
