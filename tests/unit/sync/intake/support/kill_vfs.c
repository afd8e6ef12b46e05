#include "tests/unit/sync/intake/support/kill_vfs.h"

#include <signal.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <unistd.h>

struct kill_vfs {
	sqlite3_vfs vfs;
	sqlite3_vfs *real;
	struct kill_vfs_fuse *fuse;
};

/* The real file follows in the same allocation. */
struct kill_file {
	sqlite3_file base;
	struct kill_vfs_fuse *fuse;
	sqlite3_file *real;
};

void
kill_vfs_step(struct kill_vfs_fuse *fuse)
{
	if (atomic_fetch_add(&fuse->seen, 1) + 1 == atomic_load(&fuse->at))
		(void)kill(getpid(), SIGKILL);
}

static sqlite3_file *
real_of(sqlite3_file *file)
{
	return ((struct kill_file *)file)->real;
}

static void
step_of(sqlite3_file *file)
{
	kill_vfs_step(((struct kill_file *)file)->fuse);
}

static int
file_close_it(sqlite3_file *file)
{
	return real_of(file)->pMethods->xClose(real_of(file));
}

static int
file_read_it(sqlite3_file *file, void *into, int len, sqlite3_int64 at)
{
	return real_of(file)->pMethods->xRead(real_of(file), into, len, at);
}

static int
file_write_it(sqlite3_file *file, const void *from, int len, sqlite3_int64 at)
{
	step_of(file);
	return real_of(file)->pMethods->xWrite(real_of(file), from, len, at);
}

static int
file_truncate_it(sqlite3_file *file, sqlite3_int64 len)
{
	step_of(file);
	return real_of(file)->pMethods->xTruncate(real_of(file), len);
}

static int
file_sync_it(sqlite3_file *file, int flags)
{
	step_of(file);
	return real_of(file)->pMethods->xSync(real_of(file), flags);
}

static int
file_size_it(sqlite3_file *file, sqlite3_int64 *len)
{
	return real_of(file)->pMethods->xFileSize(real_of(file), len);
}

static int
file_lock_it(sqlite3_file *file, int level)
{
	return real_of(file)->pMethods->xLock(real_of(file), level);
}

static int
file_unlock_it(sqlite3_file *file, int level)
{
	return real_of(file)->pMethods->xUnlock(real_of(file), level);
}

static int
file_reserved(sqlite3_file *file, int *out)
{
	return real_of(file)->pMethods->xCheckReservedLock(real_of(file), out);
}

static int
file_control(sqlite3_file *file, int op, void *arg)
{
	return real_of(file)->pMethods->xFileControl(real_of(file), op, arg);
}

static int
file_sector(sqlite3_file *file)
{
	return real_of(file)->pMethods->xSectorSize(real_of(file));
}

static int
file_traits(sqlite3_file *file)
{
	return real_of(file)->pMethods->xDeviceCharacteristics(real_of(file));
}

static int
file_shm_map(sqlite3_file *file, int page, int size, int extend, void volatile **out)
{
	return real_of(file)->pMethods->xShmMap(real_of(file), page, size, extend, out);
}

static int
file_shm_lock(sqlite3_file *file, int offset, int n, int flags)
{
	return real_of(file)->pMethods->xShmLock(real_of(file), offset, n, flags);
}

static void
file_shm_barrier(sqlite3_file *file)
{
	real_of(file)->pMethods->xShmBarrier(real_of(file));
}

static int
file_shm_unmap(sqlite3_file *file, int remove_it)
{
	return real_of(file)->pMethods->xShmUnmap(real_of(file), remove_it);
}

static const sqlite3_io_methods methods = { .iVersion = 2,
	.xClose = file_close_it,
	.xRead = file_read_it,
	.xWrite = file_write_it,
	.xTruncate = file_truncate_it,
	.xSync = file_sync_it,
	.xFileSize = file_size_it,
	.xLock = file_lock_it,
	.xUnlock = file_unlock_it,
	.xCheckReservedLock = file_reserved,
	.xFileControl = file_control,
	.xSectorSize = file_sector,
	.xDeviceCharacteristics = file_traits,
	.xShmMap = file_shm_map,
	.xShmLock = file_shm_lock,
	.xShmBarrier = file_shm_barrier,
	.xShmUnmap = file_shm_unmap };

static int
vfs_open(sqlite3_vfs *vfs, const char *name, sqlite3_file *file, int flags, int *out_flags)
{
	struct kill_vfs *self = (struct kill_vfs *)vfs;
	struct kill_file *made = (struct kill_file *)file;
	made->fuse = self->fuse;
	made->real = (sqlite3_file *)(made + 1);
	made->real->pMethods = NULL;
	const int status = self->real->xOpen(self->real, name, made->real, flags, out_flags);
	made->base.pMethods = made->real->pMethods != NULL ? &methods : NULL;
	return status;
}

static int
vfs_delete(sqlite3_vfs *vfs, const char *name, int sync_folder)
{
	struct kill_vfs *self = (struct kill_vfs *)vfs;
	kill_vfs_step(self->fuse);
	return self->real->xDelete(self->real, name, sync_folder);
}

static int
vfs_access(sqlite3_vfs *vfs, const char *name, int flags, int *out)
{
	struct kill_vfs *self = (struct kill_vfs *)vfs;
	return self->real->xAccess(self->real, name, flags, out);
}

static int
vfs_full_path(sqlite3_vfs *vfs, const char *name, int cap, char *out)
{
	struct kill_vfs *self = (struct kill_vfs *)vfs;
	return self->real->xFullPathname(self->real, name, cap, out);
}

void
kill_vfs_install(struct kill_vfs_fuse *fuse)
{
	struct kill_vfs *self = calloc(1, sizeof(*self));
	if (self == NULL)
		abort();
	self->real = sqlite3_vfs_find(NULL);
	self->fuse = fuse;
	self->vfs = *self->real;
	self->vfs.zName = "kill";
	self->vfs.szOsFile = (int)sizeof(struct kill_file) + self->real->szOsFile;
	self->vfs.xOpen = vfs_open;
	self->vfs.xDelete = vfs_delete;
	self->vfs.xAccess = vfs_access;
	self->vfs.xFullPathname = vfs_full_path;
	if (sqlite3_vfs_register(&self->vfs, 1) != SQLITE_OK)
		abort();
}
