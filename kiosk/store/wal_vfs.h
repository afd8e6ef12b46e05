#pragma once
/*
 * SQLite's file layer with one change: what is written to the write-ahead log piece by piece (24 bytes of header and a
 * page, for each page of a commit) is gathered and written at once before the log is synced. A commit of ten pages is
 * then one write instead of twenty.
 *
 * Why nothing is lost by it: with synchronous=FULL, which the store insists on, SQLite syncs the log before it tells
 * anybody of a commit; until then these bytes are nobody's. Whatever asks about the log (read, size, truncate, sync,
 * close) first writes what is gathered. A fault of that write is told by the call that caused it.
 */
#include "kiosk/base/attr.h"
#include "kiosk/base/error.h"

struct wal_vfs;

/* Stand before SQLite's default layer, under a name of its own: give wal_vfs_name() to sqlite3_open_v2(). It must stay
 * until the connection is closed. */
NODISCARD bool wal_vfs_open(struct wal_vfs **out, struct error *err);
const char *wal_vfs_name(const struct wal_vfs *vfs);
void wal_vfs_close(struct wal_vfs *vfs); /* accepts NULL */
