#pragma once
/*
 * SQLite's own file layer with one fault: the N-th call that changes a file (write, sync, truncate, delete) fails, or
 * all from then on do, or the process is killed there. Made the default, so that a program that knows nothing of it
 * opens through it.
 */
#include <signal.h>
#include <sqlite3.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum faulty_kind { FAULTY_NONE, FAULTY_FULL, FAULTY_IO, FAULTY_KILL };

struct faulty {
	sqlite3_vfs vfs;
	sqlite3_vfs *real;
	enum faulty_kind kind;
	int countdown; /* calls until the fault */
	bool lasting;  /* every later call fails too */
	int fired;
	bool no_shared_memory; /* files opened from now on cannot have a write-ahead log */
};

struct faulty_file {
	sqlite3_file base;
	struct faulty *faulty;
	sqlite3_file *real; /* behind this struct */
};

static inline sqlite3_file *
faulty_real(sqlite3_file *file)
{
	return ((struct faulty_file *)(void *)file)->real;
}

/* Is it this call? *code gets what it then answers. */
static inline bool
faulty_strikes(struct faulty *faulty, int io, int *code)
{
	if (faulty->kind == FAULTY_NONE)
		return false;
	if (faulty->countdown > 0)
		faulty->countdown--;
	if (faulty->countdown > 0 || (faulty->fired > 0 && !faulty->lasting))
		return false;
	faulty->fired++;
	if (faulty->kind == FAULTY_KILL)
		(void)kill(getpid(), SIGKILL);
	*code = faulty->kind == FAULTY_FULL && io == SQLITE_IOERR_WRITE ? SQLITE_FULL : io;
	return true;
}

static inline int
faulty_write(sqlite3_file *file, const void *at, int len, sqlite3_int64 offset)
{
	int code = SQLITE_OK;
	if (faulty_strikes(((struct faulty_file *)(void *)file)->faulty, SQLITE_IOERR_WRITE, &code))
		return code;
	return faulty_real(file)->pMethods->xWrite(faulty_real(file), at, len, offset);
}

static inline int
faulty_sync(sqlite3_file *file, int flags)
{
	int code = SQLITE_OK;
	if (faulty_strikes(((struct faulty_file *)(void *)file)->faulty, SQLITE_IOERR_FSYNC, &code))
		return code;
	return faulty_real(file)->pMethods->xSync(faulty_real(file), flags);
}

static inline int
faulty_truncate(sqlite3_file *file, sqlite3_int64 size)
{
	int code = SQLITE_OK;
	if (faulty_strikes(((struct faulty_file *)(void *)file)->faulty, SQLITE_IOERR_TRUNCATE, &code))
		return code;
	return faulty_real(file)->pMethods->xTruncate(faulty_real(file), size);
}

#define FAULTY_PASS(name, params, args)                                                                                \
	static inline int faulty_##name params                                                                             \
	{                                                                                                                  \
		return faulty_real(file)->pMethods->name args;                                                                 \
	}
FAULTY_PASS(xClose, (sqlite3_file * file), (faulty_real(file)))
FAULTY_PASS(xRead, (sqlite3_file * file, void *at, int len, sqlite3_int64 offset), (faulty_real(file), at, len, offset))
FAULTY_PASS(xFileSize, (sqlite3_file * file, sqlite3_int64 *size), (faulty_real(file), size))
FAULTY_PASS(xLock, (sqlite3_file * file, int lock), (faulty_real(file), lock))
FAULTY_PASS(xUnlock, (sqlite3_file * file, int lock), (faulty_real(file), lock))
FAULTY_PASS(xCheckReservedLock, (sqlite3_file * file, int *out), (faulty_real(file), out))
FAULTY_PASS(xFileControl, (sqlite3_file * file, int what, void *arg), (faulty_real(file), what, arg))
FAULTY_PASS(xSectorSize, (sqlite3_file * file), (faulty_real(file)))
FAULTY_PASS(xDeviceCharacteristics, (sqlite3_file * file), (faulty_real(file)))
FAULTY_PASS(xShmMap, (sqlite3_file * file, int page, int size, int extend, void volatile **out),
	(faulty_real(file), page, size, extend, out))
FAULTY_PASS(xShmLock, (sqlite3_file * file, int offset, int n, int flags), (faulty_real(file), offset, n, flags))
FAULTY_PASS(xShmUnmap, (sqlite3_file * file, int remove), (faulty_real(file), remove))

static inline void
faulty_xShmBarrier(sqlite3_file *file)
{
	faulty_real(file)->pMethods->xShmBarrier(faulty_real(file));
}

static const sqlite3_io_methods faulty_methods = {
	.iVersion = 2,
	.xClose = faulty_xClose,
	.xRead = faulty_xRead,
	.xWrite = faulty_write,
	.xTruncate = faulty_truncate,
	.xSync = faulty_sync,
	.xFileSize = faulty_xFileSize,
	.xLock = faulty_xLock,
	.xUnlock = faulty_xUnlock,
	.xCheckReservedLock = faulty_xCheckReservedLock,
	.xFileControl = faulty_xFileControl,
	.xSectorSize = faulty_xSectorSize,
	.xDeviceCharacteristics = faulty_xDeviceCharacteristics,
	.xShmMap = faulty_xShmMap,
	.xShmLock = faulty_xShmLock,
	.xShmBarrier = faulty_xShmBarrier,
	.xShmUnmap = faulty_xShmUnmap,
};

static const sqlite3_io_methods faulty_methods_alone = {
	.iVersion = 1,
	.xClose = faulty_xClose,
	.xRead = faulty_xRead,
	.xWrite = faulty_write,
	.xTruncate = faulty_truncate,
	.xSync = faulty_sync,
	.xFileSize = faulty_xFileSize,
	.xLock = faulty_xLock,
	.xUnlock = faulty_xUnlock,
	.xCheckReservedLock = faulty_xCheckReservedLock,
	.xFileControl = faulty_xFileControl,
	.xSectorSize = faulty_xSectorSize,
	.xDeviceCharacteristics = faulty_xDeviceCharacteristics,
};

static inline int
faulty_open(sqlite3_vfs *vfs, sqlite3_filename name, sqlite3_file *file, int flags, int *out)
{
	struct faulty *faulty = vfs->pAppData;
	struct faulty_file *mine = (struct faulty_file *)(void *)file;
	mine->faulty = faulty;
	mine->real = (sqlite3_file *)(void *)(mine + 1);
	const int code = faulty->real->xOpen(faulty->real, name, mine->real, flags, out);
	file->pMethods = NULL;
	if (code == SQLITE_OK)
		file->pMethods = faulty->no_shared_memory ? &faulty_methods_alone : &faulty_methods;
	return code;
}

static inline int
faulty_delete(sqlite3_vfs *vfs, const char *name, int sync)
{
	struct faulty *faulty = vfs->pAppData;
	int code = SQLITE_OK;
	if (faulty_strikes(faulty, SQLITE_IOERR_DELETE, &code))
		return code;
	return faulty->real->xDelete(faulty->real, name, sync);
}

/* Stand before the default file layer from now on. */
static inline void
faulty_start(struct faulty *faulty)
{
	(void)sqlite3_initialize();
	*faulty = (struct faulty){ .real = sqlite3_vfs_find(NULL) };
	faulty->vfs = *faulty->real; /* what is not named here takes no notice of which layer it is called for */
	faulty->vfs.zName = "faulty";
	faulty->vfs.pAppData = faulty;
	faulty->vfs.pNext = NULL;
	faulty->vfs.szOsFile = (int)sizeof(struct faulty_file) + faulty->real->szOsFile;
	faulty->vfs.xOpen = faulty_open;
	faulty->vfs.xDelete = faulty_delete;
	if (sqlite3_vfs_register(&faulty->vfs, 1) != SQLITE_OK)
		abort();
}

static inline void
faulty_end(struct faulty *faulty)
{
	(void)sqlite3_vfs_unregister(&faulty->vfs);
}

static inline void
faulty_arm(struct faulty *faulty, enum faulty_kind kind, int call, bool lasting)
{
	faulty->kind = kind;
	faulty->countdown = call;
	faulty->lasting = lasting;
	faulty->fired = 0;
}
