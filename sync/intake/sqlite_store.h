#pragma once
/* Packets in SQLite (sqlite_db.h). */
#include "sync/intake/intake_store.h"

/* Open or make the database at `path`. ERROR_INVALID, ERROR_FULL, ERROR_SYSTEM. */
NODISCARD bool sqlite_store_open(const char *path, struct intake_store *out, struct error *err);
