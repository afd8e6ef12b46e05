#pragma once
/*
 * The tables of the store and how they came to be: numbered steps, each applied once, in a transaction of its own that
 * also sets user_version.
 *
 * What the database itself enforces, for every program that writes the file:
 * - by triggers, with or without PRAGMA foreign_keys: a posting whose entries do not sum to zero cannot even be
 *   inserted (its entries are one JSON object in its row, summed before the insert; the view `entry` lays them out, so
 *   there is no second place that could differ); audit, posting, application, receipt, receipt_print, receipt_copy,
 * packet and delivery refuse UPDATE, DELETE and REPLACE; their numbers are the largest so far and one; an application
 * needs its posting, audit row and packet, and makes its receipt, which cannot be made otherwise; a packet is in the
 * outbox until the centre's receipt is stored; a draft cannot be written once its case is committed; an audit row is
 * never earlier than the one before and keeps its mark, but for a supervisor's release, and moves count and head in
 * `meta`.
 * - stock is a view: the last row of what happened to an item; those rows only grow, go only the ways of `stock_way`
 * (stock_may() of the model is the same list), each with its audit row; a request line has one item of a kind at most.
 * - by STRICT and CHECK: types, ranges, lengths; nobody unlocks, or is added by, himself.
 * - by foreign keys, only with PRAGMA foreign_keys = ON: that the officer of a till or a draft is there, and the packet
 * of a delivery. A program that drops triggers or writes the file's bytes is found by the audit chain and by the
 * centre, not stopped.
 *
 * Small tables have few indexes on purpose: what a commit costs is mostly the number of pages that it touches.
 */
#include "kiosk/store/database.h"

#define MIGRATION_APPLICATION 0x484b5043 /* application_id: "HKPC" */

/* Runs inside the transaction of the first step of a new store. */
typedef bool (*migration_birth_fn)(void *self, struct error *err);

/* ERROR_REFUSED, and nothing written, if a newer program made the store; ERROR_INVALID if it is no store at all. */
NODISCARD bool migration_check(struct database *db, struct error *err);
/* Apply what is missing. */
NODISCARD bool migration_run(struct database *db, migration_birth_fn birth, void *self, struct error *err);
