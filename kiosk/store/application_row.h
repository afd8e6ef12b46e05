#pragma once
/*
 * An application as rows: one of `application` with its personal fields sealed, one of `line` per request line. Reading
 * gives back the very value that was written, but the state of its lines, which moves on.
 */
#include "kiosk/model/application.h"
#include "kiosk/store/query.h"
#include "kiosk/store/vault.h"

/* What stands beside the application in its row. */
struct application_row_place {
	int64_t id, receipt, posting, audit, packet, till, at_ms; /* posting 0: nothing was to pay */
	const char *officer;
};

/* The form of an application that is ready to be written: made before the transaction begins, so that the transaction
 * is short. */
struct application_row;
NODISCARD bool application_row_make(struct vault *vault, const struct application *application, int64_t id,
	struct application_row **out, struct error *err);
void application_row_free(struct application_row *row); /* accepts NULL */
/* Write it inside the transaction that is open. */
NODISCARD bool application_row_put(struct database *db, const struct application_row *row,
	const struct application_row_place *place, struct error *err);
NODISCARD bool application_row_get(
	struct database *db, struct vault *vault, int64_t id, struct application *out, struct error *err);
/* The keyed hash of an HKID number by which its cases are found. */
NODISCARD bool application_row_hkid(
	struct vault *vault, const struct hkid *hkid, uint8_t out[static VAULT_HASH], struct error *err);
/* "CHAN, Tai Man" from the two sealed columns of row `id`. */
NODISCARD bool application_row_name(
	struct vault *vault, int64_t id, struct span surname, struct span given, char *out, size_t cap, struct error *err);
