#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "kiosk/base/text.h"
#include "sync/spool/internal.h"

static bool
failed(struct error *err, const char *doing)
{
	int number = errno;
	enum error_kind kind = number == ENOSPC || number == EDQUOT ? ERROR_FULL : ERROR_SYSTEM;
	return error_set_from(err, kind, DOMAIN_ERRNO, number, "spool: %s: %s", doing, strerror(number));
}

bool
spool_disk_path(
	const struct spool *spool, const char *sub, const char *name, char out[static PATH_MAX], struct error *err)
{
	return text_format(out, PATH_MAX, "%s/%s/%s", spool->folder, sub, name) ||
		   error_set(err, ERROR_SYSTEM, "spool: path too long");
}

static bool
sync_sub(const struct spool *spool, const char *sub, struct error *err)
{
	char path[PATH_MAX];
	return spool_disk_path(spool, sub, ".", path, err) && file_sync_folder(path, err);
}

bool
spool_disk_put(const struct spool *spool, const char *sub, const char *name, struct span bytes, struct error *err)
{
	char tmp[PATH_MAX], final[PATH_MAX];
	if (!spool_disk_path(spool, "tmp", name, tmp, err) || !spool_disk_path(spool, sub, name, final, err))
		return false;
	CLEANUP(file_close) int fd = open(tmp, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (fd < 0)
		return failed(err, "making a file");
	if (!file_write_all(fd, bytes) || fsync(fd) != 0 || rename(tmp, final) != 0) {
		(void)failed(err, "writing a file");
		(void)unlink(tmp);
		return false;
	}
	return sync_sub(spool, sub, err);
}

bool
spool_disk_move(const struct spool *spool, const char *from, const char *name, const char *to, const char *new_name,
	struct error *err)
{
	char before[PATH_MAX], after[PATH_MAX];
	if (!spool_disk_path(spool, from, name, before, err) || !spool_disk_path(spool, to, new_name, after, err))
		return false;
	if (rename(before, after) != 0) {
		int number = errno;
		(void)failed(err, "moving a file");
		err->kind = number == ENOENT ? ERROR_GONE : err->kind;
		return false;
	}
	return sync_sub(spool, to, err) && sync_sub(spool, from, err);
}

void
spool_disk_drop(const struct spool *spool, const char *sub, const char *name)
{
	char path[PATH_MAX];
	struct error err;
	if (spool_disk_path(spool, sub, name, path, &err))
		(void)unlink(path);
}

void
spool_disk_sweep(const struct spool *spool, const char *sub, const char *name)
{
	char path[PATH_MAX];
	struct error err;
	if (spool_disk_path(spool, sub, name, path, &err))
		spool_broom_sweep(spool->broom, path);
}

void
spool_disk_aside(const struct spool *spool, const char *sub, const char *name, const char *why)
{
	char before[PATH_MAX], after[PATH_MAX];
	struct error err;
	if (spool_disk_path(spool, sub, name, before, &err) && spool_disk_path(spool, "aside", name, after, &err))
		(void)rename(before, after);
	if (spool->aside != NULL)
		spool->aside(spool->self, name, why);
}

bool
spool_disk_room(const struct spool *spool, uint64_t need, struct error *err)
{
	struct statvfs disk;
	if (statvfs(spool->folder, &disk) != 0)
		return failed(err, "asking how much room is left");
	uint64_t left = (uint64_t)disk.f_bavail * disk.f_frsize;
	if (left < need || left - need < spool->limits.spare)
		return error_set(err, ERROR_FULL, "spool: the disk is nearly full (%llu MB left)",
			(unsigned long long)(left / (1024 * 1024)));
	return true;
}
