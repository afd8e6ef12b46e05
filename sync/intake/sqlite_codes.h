#pragma once
/* One-time codes in SQLite (sqlite_db.h), in the same file as the packets. */
#include "sync/intake/intake_codes.h"

/* Open or make the database at `path`. ERROR_INVALID, ERROR_FULL, ERROR_SYSTEM. */
NODISCARD bool sqlite_codes_open(const char *path, struct intake_codes *out, struct error *err);
