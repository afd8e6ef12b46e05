#include "kiosk/store/wal_vfs.h"

#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Bytes; more than any commit of the store but that of a large packet. SQLite's unix layer takes the length of a write
 * modulo 128 KiB (os_unix.c, seekAndWriteFd), because a page is at most 64 KiB. */
#define GATHER (120 * 1024)
_Static_assert(GATHER < 0x1ffff, "the unix layer cuts longer writes");

struct wal_vfs {
	sqlite3_vfs base;
	sqlite3_vfs *real; /* SQLite's own */
	char name[40];
};

/* The log's file. Other files are opened as the real layer's own. */
struct log_file {
	sqlite3_file base;
	sqlite3_file *real;   /* behind this struct, in the memory that SQLite gave */
	unsigned char *bytes; /* owned; GATHER bytes */
	sqlite3_int64 offset; /* where they belong */
	int len;
};

static struct log_file *
log_of(sqlite3_file *file)
{
	return (struct log_file *)(void *)file;
}

static sqlite3_file *
real_of(sqlite3_file *file)
{
	return log_of(file)->real;
}

static int
write_gathered(struct log_file *file)
{
	const int len = file->len;
	if (len == 0)
		return SQLITE_OK;
	file->len = 0; /* also when it fails: SQLite then gives up the commit and writes again from its start */
	return file->real->pMethods->xWrite(file->real, file->bytes, len, file->offset);
}

static int
log_write(sqlite3_file *base, const void *bytes, int len, sqlite3_int64 offset)
{
	struct log_file *file = log_of(base);
	if (file->len > 0 && (offset != file->offset + file->len || len > GATHER - file->len)) {
		int code = write_gathered(file);
		if (code != SQLITE_OK)
			return code;
	}
	if (len > GATHER)
		return file->real->pMethods->xWrite(file->real, bytes, len, offset);
	if (file->len == 0)
		file->offset = offset;
	memcpy(file->bytes + file->len, bytes, (size_t)len);
	file->len += len;
	return SQLITE_OK;
}

static int
log_sync(sqlite3_file *base, int flags)
{
	int code = write_gathered(log_of(base));
	return code != SQLITE_OK ? code : real_of(base)->pMethods->xSync(real_of(base), flags);
}

static int
log_read(sqlite3_file *base, void *out, int len, sqlite3_int64 offset)
{
	int code = write_gathered(log_of(base));
	return code != SQLITE_OK ? code : real_of(base)->pMethods->xRead(real_of(base), out, len, offset);
}

static int
log_truncate(sqlite3_file *base, sqlite3_int64 size)
{
	int code = write_gathered(log_of(base));
	return code != SQLITE_OK ? code : real_of(base)->pMethods->xTruncate(real_of(base), size);
}

static int
log_size(sqlite3_file *base, sqlite3_int64 *size)
{
	int code = write_gathered(log_of(base));
	return code != SQLITE_OK ? code : real_of(base)->pMethods->xFileSize(real_of(base), size);
}

static int
log_close(sqlite3_file *base)
{
	struct log_file *file = log_of(base);
	int written = write_gathered(file);
	int code = file->real->pMethods->xClose(file->real);
	free(file->bytes);
	file->bytes = NULL;
	return written != SQLITE_OK ? written : code;
}

static int
log_lock(sqlite3_file *base, int lock)
{
	return real_of(base)->pMethods->xLock(real_of(base), lock);
}

static int
log_unlock(sqlite3_file *base, int lock)
{
	return real_of(base)->pMethods->xUnlock(real_of(base), lock);
}

static int
log_check_reserved(sqlite3_file *base, int *out)
{
	return real_of(base)->pMethods->xCheckReservedLock(real_of(base), out);
}

static int
log_control(sqlite3_file *base, int what, void *argument)
{
	return real_of(base)->pMethods->xFileControl(real_of(base), what, argument);
}

static int
log_sector_size(sqlite3_file *base)
{
	return real_of(base)->pMethods->xSectorSize(real_of(base));
}

static int
log_characteristics(sqlite3_file *base)
{
	return real_of(base)->pMethods->xDeviceCharacteristics(real_of(base));
}

static const sqlite3_io_methods log_methods = {
	.iVersion = 1, /* no shared memory and no mapping: those belong to the main file */
	.xClose = log_close,
	.xRead = log_read,
	.xWrite = log_write,
	.xTruncate = log_truncate,
	.xSync = log_sync,
	.xFileSize = log_size,
	.xLock = log_lock,
	.xUnlock = log_unlock,
	.xCheckReservedLock = log_check_reserved,
	.xFileControl = log_control,
	.xSectorSize = log_sector_size,
	.xDeviceCharacteristics = log_characteristics,
};

static sqlite3_vfs *
real_vfs(sqlite3_vfs *vfs)
{
	return ((struct wal_vfs *)vfs->pAppData)->real;
}

static int
vfs_open(sqlite3_vfs *vfs, sqlite3_filename name, sqlite3_file *base, int flags, int *out)
{
	sqlite3_vfs *real = real_vfs(vfs);
	if ((flags & SQLITE_OPEN_WAL) == 0)
		return real->xOpen(real, name, base, flags, out);
	struct log_file *file = log_of(base);
	*file = (struct log_file){ .real = (sqlite3_file *)(void *)(file + 1), .bytes = malloc(GATHER) };
	if (file->bytes == NULL)
		return SQLITE_NOMEM;
	int code = real->xOpen(real, name, file->real, flags, out);
	if (code == SQLITE_OK)
		file->base.pMethods = &log_methods;
	else
		free(file->bytes);
	return code;
}

static int
vfs_delete(sqlite3_vfs *vfs, const char *name, int sync)
{
	return real_vfs(vfs)->xDelete(real_vfs(vfs), name, sync);
}

static int
vfs_access(sqlite3_vfs *vfs, const char *name, int flags, int *out)
{
	return real_vfs(vfs)->xAccess(real_vfs(vfs), name, flags, out);
}

static int
vfs_full_path(sqlite3_vfs *vfs, const char *name, int cap, char *out)
{
	return real_vfs(vfs)->xFullPathname(real_vfs(vfs), name, cap, out);
}

static int
vfs_randomness(sqlite3_vfs *vfs, int len, char *out)
{
	return real_vfs(vfs)->xRandomness(real_vfs(vfs), len, out);
}

static int
vfs_sleep(sqlite3_vfs *vfs, int us)
{
	return real_vfs(vfs)->xSleep(real_vfs(vfs), us);
}

static int
vfs_time(sqlite3_vfs *vfs, double *out)
{
	return real_vfs(vfs)->xCurrentTime(real_vfs(vfs), out);
}

static int
vfs_time_ms(sqlite3_vfs *vfs, sqlite3_int64 *out)
{
	return real_vfs(vfs)->xCurrentTimeInt64(real_vfs(vfs), out);
}

static int
vfs_last_error(sqlite3_vfs *vfs, int cap, char *out)
{
	return real_vfs(vfs)->xGetLastError(real_vfs(vfs), cap, out);
}

bool
wal_vfs_open(struct wal_vfs **out, struct error *err)
{
	int code = sqlite3_initialize();
	struct wal_vfs *vfs = calloc(1, sizeof(*vfs));
	if (vfs == NULL)
		abort();
	vfs->real = code == SQLITE_OK ? sqlite3_vfs_find(NULL) : NULL;
	if (vfs->real == NULL || vfs->real->iVersion < 2) {
		free(vfs);
		return error_set_from(err, ERROR_SYSTEM, DOMAIN_SQLITE, code, "store: SQLite has no file layer");
	}
	(void)snprintf(vfs->name, sizeof(vfs->name), "counter-%p", (void *)vfs);
	vfs->base = (sqlite3_vfs){
		.iVersion = 2, /* no system call table, no extensions to load */
		.szOsFile = (int)sizeof(struct log_file) + vfs->real->szOsFile,
		.mxPathname = vfs->real->mxPathname,
		.zName = vfs->name,
		.pAppData = vfs,
		.xOpen = vfs_open,
		.xDelete = vfs_delete,
		.xAccess = vfs_access,
		.xFullPathname = vfs_full_path,
		.xRandomness = vfs_randomness,
		.xSleep = vfs_sleep,
		.xCurrentTime = vfs_time,
		.xGetLastError = vfs_last_error,
		.xCurrentTimeInt64 = vfs_time_ms,
	};
	code = sqlite3_vfs_register(&vfs->base, 0);
	if (code != SQLITE_OK) {
		free(vfs);
		return error_set_from(err, ERROR_SYSTEM, DOMAIN_SQLITE, code, "store: the file layer cannot be registered");
	}
	*out = vfs;
	return true;
}

const char *
wal_vfs_name(const struct wal_vfs *vfs)
{
	return vfs->name;
}

void
wal_vfs_close(struct wal_vfs *vfs)
{
	if (vfs == NULL)
		return;
	(void)sqlite3_vfs_unregister(&vfs->base);
	free(vfs);
}
