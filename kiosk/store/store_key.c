#include "kiosk/store/store_key.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "kiosk/base/file.h"
#include "kiosk/base/text.h"

#define PATH_MOST 512u

struct key_file {
	char path[PATH_MOST];
	bool ours; /* we may make it, and nobody else may read it */
};

static bool get(void *self, bool make, struct secret *key, struct error *err);

static void
close_file(void *self)
{
	free(self);
}

static const struct store_key_ops ops = { get, close_file };

/* Read the whole key and nothing more; the bytes go straight to locked memory. */
static bool
read_key(int fd, struct secret *key, struct error *err)
{
	struct secret bytes = { 0 };
	uint8_t more;
	if (!secret_new(STORE_KEY_LEN, &bytes, err))
		return false;
	const ssize_t got = read(fd, bytes.at, STORE_KEY_LEN);
	if (got != (ssize_t)STORE_KEY_LEN || read(fd, &more, 1) != 0) {
		secret_free(&bytes);
		return error_set(err, ERROR_INVALID, "store key: not %u bytes", STORE_KEY_LEN);
	}
	*key = bytes;
	return true;
}

static bool
make_key(const struct key_file *file, struct secret *key, struct error *err)
{
	struct secret bytes = { 0 };
	if (!secret_random(STORE_KEY_LEN, &bytes, err))
		return false;
	if (!file_create(file->path, secret_span(&bytes), S_IRUSR | S_IWUSR, err)) {
		secret_free(&bytes);
		return error_in(err, "store key");
	}
	*key = bytes;
	return true;
}

static bool
get(void *self, bool make, struct secret *key, struct error *err)
{
	const struct key_file *file = self;
	struct stat status;
	CLEANUP(file_close) int fd = open(file->path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	if (fd < 0 && errno == ENOENT && make && file->ours)
		return make_key(file, key, err);
	if (fd < 0)
		return error_set_from(
			err, errno == ENOENT ? ERROR_GONE : ERROR_SYSTEM, DOMAIN_ERRNO, errno, "store key: %s", strerror(errno));
	if (fstat(fd, &status) != 0 || !S_ISREG(status.st_mode))
		return error_set(err, ERROR_INVALID, "store key: not a regular file");
	if (file->ours && ((status.st_mode & (S_IRWXG | S_IRWXO)) != 0 || status.st_uid != geteuid()))
		return error_set(err, ERROR_INVALID, "store key: others may read or change it");
	return read_key(fd, key, err);
}

static bool
make(const char *folder, const char *name, bool ours, struct store_key *out, struct error *err)
{
	struct key_file *file = calloc(1, sizeof(*file));
	if (file == NULL)
		abort();
	if (!text_format(file->path, sizeof(file->path), "%s%s", folder, name)) {
		free(file);
		return error_set(err, ERROR_FULL, "store key: its path is too long");
	}
	file->ours = ours;
	*out = (struct store_key){ &ops, file };
	return true;
}

bool
store_key_file(const char *path, struct store_key *out, struct error *err)
{
	return make("", path, true, out, err);
}

bool
store_key_credential(const char *name, struct store_key *out, struct error *err)
{
	char folder[PATH_MOST];
	const char *given = getenv("CREDENTIALS_DIRECTORY");
	if (given == NULL || given[0] != '/' || strchr(name, '/') != NULL || name[0] == '.' || name[0] == '\0')
		return error_set(err, ERROR_GONE, "store key: no credentials folder, or a strange name");
	if (!text_format(folder, sizeof(folder), "%s/", given))
		return error_set(err, ERROR_FULL, "store key: its path is too long");
	return make(folder, name, false, out, err);
}
