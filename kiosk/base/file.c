#include "kiosk/base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "kiosk/base/secret.h"
#include "kiosk/base/text.h"

static bool
system_error(struct error *err, const char *doing, const char *path)
{
	int number = errno;
	enum error_kind kind = number == ENOENT ? ERROR_GONE : number == EEXIST ? ERROR_REFUSED : ERROR_SYSTEM;
	return error_set_from(err, kind, DOMAIN_ERRNO, number, "%s %s: %s", doing, path, strerror(number));
}

/* Read until `want` bytes or the end; -1 with errno on failure. */
static ssize_t
read_up_to(int fd, uint8_t *at, size_t want)
{
	size_t got = 0;
	while (got < want) {
		ssize_t n = read(fd, at + got, want - got);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -1;
		if (n == 0)
			break;
		got += (size_t)n;
	}
	return (ssize_t)got;
}

bool
file_write_all(int fd, struct span bytes)
{
	while (bytes.len > 0) {
		ssize_t n = write(fd, bytes.at, bytes.len);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return false;
		bytes.at += n;
		bytes.len -= (size_t)n;
	}
	return true;
}

static bool
sync_fd(int fd)
{
	int r = 0;
	do
		r = fsync(fd);
	while (r != 0 && errno == EINTR);
	return r == 0;
}

/* The folder that `path` lies in. */
static bool
folder_of(const char *path, char folder[PATH_MAX], struct error *err)
{
	const char *slash = strrchr(path, '/');
	size_t len = slash == NULL ? 0 : (size_t)(slash - path);
	if (strlen(path) >= PATH_MAX)
		return error_set(err, ERROR_INVALID, "a path of %zu bytes is too long", strlen(path));
	if (slash == NULL)
		return text_copy(folder, PATH_MAX, ".");
	if (len == 0)
		return text_copy(folder, PATH_MAX, "/");
	memcpy(folder, path, len);
	folder[len] = '\0';
	return true;
}

static bool
sync_folder_of(const char *path, struct error *err)
{
	char folder[PATH_MAX];
	return folder_of(path, folder, err) && file_sync_folder(folder, err);
}

/* Fill a new file beside `path` and write its name to temporary[]. */
static bool
write_beside(const char *path, struct span bytes, unsigned mode, char temporary[PATH_MAX], struct error *err)
{
	if (!text_format(temporary, PATH_MAX, "%s.XXXXXX", path))
		return error_set(err, ERROR_INVALID, "a path of %zu bytes is too long", strlen(path));
	CLEANUP(file_close) int fd = mkostemp(temporary, O_CLOEXEC);
	if (fd < 0)
		return system_error(err, "making a file beside", path);
	if (fchmod(fd, (mode_t)mode) != 0 || !file_write_all(fd, bytes) || !sync_fd(fd)) {
		int saved = errno;
		(void)unlink(temporary);
		errno = saved;
		return system_error(err, "writing", path);
	}
	return true;
}

static bool
put(const char *path, struct span bytes, unsigned mode, unsigned rename_flags, struct error *err)
{
	char temporary[PATH_MAX];
	if (!write_beside(path, bytes, mode, temporary, err))
		return false;
	if (renameat2(AT_FDCWD, temporary, AT_FDCWD, path, rename_flags) != 0) {
		int saved = errno;
		(void)unlink(temporary);
		errno = saved;
		return system_error(err, rename_flags == 0 ? "replacing" : "making", path);
	}
	return sync_folder_of(path, err);
}

bool
file_read(const char *path, size_t most, struct file_bytes *out, struct error *err)
{
	struct stat status;
	/* O_NONBLOCK: a pipe put there must not hold us */
	CLEANUP(file_close) int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	if (fd < 0 || fstat(fd, &status) != 0)
		return system_error(err, "opening", path);
	if (!S_ISREG(status.st_mode))
		return error_set(err, ERROR_SYSTEM, "%s is not a regular file", path);
	if ((uintmax_t)status.st_size > most)
		return error_set(err, ERROR_FULL, "%s is larger than %zu bytes", path, most);
	size_t size = (size_t)status.st_size;
	CLEANUP(file_free) struct file_bytes got = { malloc(size + 1), size };
	if (got.at == NULL)
		return error_set(err, ERROR_FULL, "no memory for %zu bytes of %s", size, path);
	ssize_t n = read_up_to(fd, got.at, size + 1);
	if (n < 0)
		return system_error(err, "reading", path);
	if ((size_t)n != size)
		return error_set(err, ERROR_SYSTEM, "%s changed while it was read", path);
	got.at[size] = '\0';
	*out = got;
	got = (struct file_bytes){ 0 };
	return true;
}

void
file_free(struct file_bytes *bytes)
{
	if (bytes->at != NULL)
		secret_wipe(bytes->at, bytes->len);
	free(bytes->at);
	*bytes = (struct file_bytes){ 0 };
}

bool
file_write(const char *path, struct span bytes, unsigned mode, struct error *err)
{
	return put(path, bytes, mode, 0, err);
}

bool
file_create(const char *path, struct span bytes, unsigned mode, struct error *err)
{
	return put(path, bytes, mode, RENAME_NOREPLACE, err);
}

bool
file_folder(const char *path, unsigned mode, struct error *err)
{
	struct stat status;
	if (mkdir(path, (mode_t)mode) == 0) {
		if (chmod(path, (mode_t)mode) != 0) /* the umask may have taken bits away */
			return system_error(err, "making", path);
		return sync_folder_of(path, err);
	}
	if (errno != EEXIST)
		return system_error(err, "making", path);
	if (stat(path, &status) != 0)
		return system_error(err, "opening", path);
	if (!S_ISDIR(status.st_mode))
		return error_set(err, ERROR_REFUSED, "%s is there and not a folder", path);
	return true;
}

bool
file_sync_folder(const char *path, struct error *err)
{
	CLEANUP(file_close) int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0 || !sync_fd(fd))
		return system_error(err, "syncing the folder", path);
	return true;
}

bool
file_remove(const char *path, struct error *err)
{
	if (unlink(path) != 0 && errno != ENOENT)
		return system_error(err, "removing", path);
	/* also when it was not there: its removal may not have reached the disk */
	return sync_folder_of(path, err) || err->kind == ERROR_GONE;
}

void
file_close(int *fd)
{
	if (*fd >= 0)
		(void)close(*fd);
	*fd = -1;
}

int
file_take(int *fd)
{
	int taken = *fd;
	*fd = -1;
	return taken;
}
