#pragma once
/*
 * An SQLite VFS that kills its own process with SIGKILL instead of the n-th thing it should do to a file: write,
 * truncate, sync or delete. What was done before stays, what comes after never happens.
 */
#include <stdatomic.h>

/* Shared with the test through an anonymous mapping. */
struct kill_vfs_fuse {
	atomic_int at;   /* which step kills, from 1; 0: none */
	atomic_int seen; /* steps so far */
};

/* Count a step of another kind too: kills if it is the one. */
void kill_vfs_step(struct kill_vfs_fuse *fuse);
/* Make it the default of this process. The fuse must outlive it. */
void kill_vfs_install(struct kill_vfs_fuse *fuse);
