#pragma once
/*
 * The tables of the store and how they came to be: numbered steps, each applied once, in a transaction of its own that
 * also sets user_version.
 *
 * What the database itself enforces, for every program that writes the file:
 * - by triggers, with or without PRAGMA foreign_keys: a posting whose entries do not sum to zero cannot even be
 *   inserted (its entries come as one JSON object in the row, are summed before the insert, and are laid out as rows of
 *   `entry` by the insert itself; an entry that is not in its posting is refused); audit, posting, entry, application,
 *   receipt, receipt_copy, packet and delivery refuse UPDATE, DELETE and REPLACE; numbers of all of them are the
 *   largest so far and one; an application needs its posting, audit row and packet, and makes its receipt; a packet
 *   makes its outbox row, which goes only when the centre's receipt is stored; an audit row is never earlier than the
 *   one before, and moves count and head in `meta`; nobody unlocks, or is added by, himself.
 * - by STRICT and CHECK: types, ranges and lengths.
 * - by foreign keys, only with PRAGMA foreign_keys = ON: that rows without a trigger of their own (lines, tills,
 *   sealed drafts) point at something.
 * A program that drops triggers or writes the file's bytes is found by the audit chain and by the centre, not stopped.
 */
#include "kiosk/store/database.h"

#define MIGRATION_APPLICATION 0x484b5043 /* application_id: "HKPC" */

/* Runs inside the transaction of the first step of a new store. */
typedef bool (*migration_birth_fn)(void *self, struct error *err);

/* ERROR_REFUSED, and nothing written, if a newer program made the store; ERROR_INVALID if it is no store at all. */
NODISCARD bool migration_check(struct database *db, struct error *err);
/* Apply what is missing. */
NODISCARD bool migration_run(struct database *db, migration_birth_fn birth, void *self, struct error *err);
