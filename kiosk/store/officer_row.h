#pragma once
/* A row of `officer`, its name opened. */
#include "kiosk/store/internal.h"
#include "kiosk/store/password.h"

struct officer_row {
	struct officer officer;
	char hash[PASSWORD_HASH]; /* Argon2id */
	bool locked;
	int64_t last_ms; /* last sign-in, 0 if none */
};
/* *found is false, and *out untouched, if there is no such officer. */
NODISCARD bool officer_row_get(
	struct store *store, const char *number, bool *found, struct officer_row *out, struct error *err);
/* ERROR_REFUSED unless `number` is a supervisor who is not locked. */
NODISCARD bool officer_row_supervisor(struct store *store, const char *number, struct error *err);
/* Insert; `by` is the staff number of who adds, empty for the first supervisor. */
NODISCARD bool officer_row_add(
	struct store *store, const struct officer *officer, const char *hash, const char *by, struct error *err);
/* ERROR_REFUSED unless number, name and password may be an officer's. */
NODISCARD bool officer_row_fit(const char *number, const char *name, struct span password, struct error *err);
/* All of them, by number. */
NODISCARD bool officer_row_list(
	struct store *store, struct store_officer_row *rows, size_t cap, size_t *count, struct error *err);
