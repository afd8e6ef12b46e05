#include "sync/intake/sqlite_store.h"

#include <stdlib.h>
#include <string.h>

#include "kiosk/base/clock.h"
#include "kiosk/base/text.h"
#include "sync/intake/sqlite_db.h"

#define PART_MOST     (8u << 20) /* bytes of a sealed packet or a receipt */
#define CHECK_MS      1000       /* how long status() may look over the file */
#define CHECK_STEPS   10000      /* virtual machine steps between two looks at the clock */
#define ENTRY_COLUMNS "id, lower(hex(sha256)), bytes, received_ms"

struct sqlite_store {
	sqlite3 *db;
	sqlite3_stmt *begin, *commit, *rollback; /* prepared early: they must work when memory does not */
	sqlite3_stmt *insert, *find, *receipt, *sealed, *walk, *count;
};

static bool
row_is(sqlite3_stmt *statement)
{
	return sqlite3_step(statement) == SQLITE_ROW;
}

static bool
insert_row(struct sqlite_store *self, const struct intake_store_packet *packet, struct error *err)
{
	sqlite3_stmt *to = self->insert;
	const bool bound = sqlite_db_bind_text(to, 1, packet->id.text) && sqlite_db_bind_text(to, 2, packet->id.says.day) &&
					   sqlite_db_bind_text(to, 3, packet->id.says.branch) &&
					   sqlite_db_bind_text(to, 4, packet->id.says.counter) &&
					   sqlite3_bind_int64(to, 5, packet->id.says.sequence) == SQLITE_OK &&
					   sqlite_db_bind_blob(to, 6, (struct span){ packet->sha256, sizeof(packet->sha256) }) &&
					   sqlite3_bind_int64(to, 7, (sqlite3_int64)packet->sealed.len) == SQLITE_OK &&
					   sqlite3_bind_int64(to, 8, packet->received_ms) == SQLITE_OK &&
					   sqlite_db_bind_blob(to, 9, packet->receipt) && sqlite_db_bind_blob(to, 10, packet->sealed);
	if (!bound)
		return sqlite_db_fault(self->db, "binding a packet", err);
	return sqlite_db_run(self->db, to, "inserting a packet", err);
}

/* What is in the way of a packet that was not inserted: its own earlier self, or another. */
static bool
look_up(struct sqlite_store *self, const struct intake_store_packet *packet, struct intake_store_answer *answer,
	struct error *err)
{
	sqlite3_stmt *find = self->find;
	if (!sqlite_db_bind_text(find, 1, packet->id.text))
		return sqlite_db_fault(self->db, "finding a packet", err);
	bool done = true;
	const int step = sqlite3_step(find);
	if (step == SQLITE_DONE)
		answer->outcome = INTAKE_STORE_SEQ_TAKEN;
	else if (step != SQLITE_ROW)
		done = sqlite_db_fault(self->db, "finding a packet", err);
	else if (sqlite3_column_bytes(find, 0) != (int)sizeof(packet->sha256) ||
			 memcmp(sqlite3_column_blob(find, 0), packet->sha256, sizeof(packet->sha256)) != 0)
		answer->outcome = INTAKE_STORE_ID_TAKEN;
	else if ((done = sqlite_db_blob(find, 1, PART_MOST, &answer->receipt, err)))
		answer->outcome = INTAKE_STORE_SAME;
	(void)sqlite3_reset(find);
	return done;
}

static bool
put_one(struct sqlite_store *self, const struct intake_store_packet *packet, struct intake_store_answer *answer,
	struct error *err)
{
	if (!insert_row(self, packet, err))
		return false;
	if (sqlite3_changes(self->db) == 0)
		return look_up(self, packet, answer, err);
	answer->outcome = INTAKE_STORE_NEW;
	return true;
}

static void
forget(struct intake_store_answer *answers, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		file_free(&answers[i].receipt);
		answers[i] = (struct intake_store_answer){ .outcome = INTAKE_STORE_UNDECIDED };
	}
}

static bool
store_put(void *opaque, const struct intake_store_packet *packets, size_t count, struct intake_store_answer *answers,
	struct error *err)
{
	struct sqlite_store *self = opaque;
	struct error ignored;
	for (size_t i = 0; i < count; i++)
		answers[i] = (struct intake_store_answer){ .outcome = INTAKE_STORE_UNDECIDED };
	bool done = sqlite_db_run(self->db, self->begin, "beginning", err);
	for (size_t i = 0; done && i < count; i++)
		done = put_one(self, &packets[i], &answers[i], err);
	done = done && sqlite_db_run(self->db, self->commit, "committing", err);
	(void)sqlite3_clear_bindings(self->insert);
	if (done)
		return true;
	if (sqlite3_get_autocommit(self->db) == 0)
		(void)!sqlite_db_run(self->db, self->rollback, "rolling back", &ignored);
	forget(answers, count);
	return error_in(err, "storing %zu packets", count);
}

static bool
store_get(void *opaque, const char *id, enum intake_store_part part, struct file_bytes *out, struct error *err)
{
	struct sqlite_store *self = opaque;
	sqlite3_stmt *from = part == INTAKE_STORE_RECEIPT ? self->receipt : self->sealed;
	if (!sqlite_db_bind_text(from, 1, id))
		return sqlite_db_fault(self->db, "finding a packet", err);
	bool done = false;
	switch (sqlite3_step(from)) {
	case SQLITE_ROW:
		done = sqlite_db_blob(from, 0, PART_MOST, out, err);
		break;
	case SQLITE_DONE:
		done = error_set(err, ERROR_GONE, "no such packet");
		break;
	default:
		done = sqlite_db_fault(self->db, "finding a packet", err);
		break;
	}
	(void)sqlite3_reset(from);
	return done;
}

static bool
take_entry(sqlite3_stmt *row, struct intake_store_entry *entry, struct error *err)
{
	char id[INTAKE_ID];
	if (!sqlite_db_text(row, 0, id, sizeof(id), err) || !intake_id_read(id, &entry->id, err) ||
		!sqlite_db_text(row, 1, entry->sha256, sizeof(entry->sha256), err))
		return false;
	entry->bytes = sqlite3_column_int64(row, 2);
	entry->received_ms = sqlite3_column_int64(row, 3);
	return true;
}

static bool
store_walk(void *opaque, intake_store_visit_fn visit, void *who, struct error *err)
{
	struct sqlite_store *self = opaque;
	struct intake_store_entry entry;
	bool done = true;
	bool more = true;
	while (done && more) {
		const int step = sqlite3_step(self->walk);
		if (step == SQLITE_DONE)
			break;
		done = step == SQLITE_ROW ? take_entry(self->walk, &entry, err)
								  : sqlite_db_fault(self->db, "walking over the packets", err);
		more = done && visit(who, &entry);
	}
	(void)sqlite3_reset(self->walk);
	return done;
}

static int
out_of_time(void *deadline_ms)
{
	return clock_monotonic_ms() > *(const int64_t *)deadline_ms;
}

/* PRAGMA quick_check for at most CHECK_MS: a large database is looked over in part only. */
static bool
look_over(struct sqlite_store *self, struct error *err)
{
	int64_t deadline_ms = clock_monotonic_ms() + CHECK_MS;
	sqlite3_stmt *check = NULL;
	if (!sqlite_db_prepare(self->db, "PRAGMA quick_check(1)", &check, err))
		return false;
	sqlite3_progress_handler(self->db, CHECK_STEPS, out_of_time, &deadline_ms);
	const int step = sqlite3_step(check);
	bool done = step == SQLITE_INTERRUPT;
	if (step == SQLITE_ROW)
		done = strcmp((const char *)sqlite3_column_text(check, 0), "ok") == 0 ||
			   error_set(err, ERROR_INVALID, "the database is damaged");
	else if (!done)
		(void)sqlite_db_fault(self->db, "looking over the database", err);
	sqlite3_progress_handler(self->db, 0, NULL, NULL);
	(void)sqlite3_finalize(check);
	return done;
}

static bool
store_status(void *opaque, struct intake_store_status *out, struct error *err)
{
	struct sqlite_store *self = opaque;
	bool done = row_is(self->count) || sqlite_db_fault(self->db, "counting packets", err);
	const struct intake_store_status status = {
		.packets = sqlite3_column_int64(self->count, 0),
		.last_ms = sqlite3_column_int64(self->count, 1),
	};
	(void)sqlite3_reset(self->count);
	if (!done || !look_over(self, err))
		return false;
	*out = status;
	return true;
}

/* As far as readers let it; the rest comes next time. */
static void
store_tidy(void *opaque)
{
	struct sqlite_store *self = opaque;
	(void)sqlite3_wal_checkpoint_v2(self->db, NULL, SQLITE_CHECKPOINT_PASSIVE, NULL, NULL);
}

static void
store_close(void *opaque)
{
	struct sqlite_store *self = opaque;
	sqlite_db_close(&self->db); /* finalizes the statements */
	free(self);
}

static const struct intake_store_ops store_ops = {
	.put = store_put,
	.get = store_get,
	.walk = store_walk,
	.status = store_status,
	.tidy = store_tidy,
	.close = store_close,
};

static bool
prepare(struct sqlite_store *self, struct error *err)
{
	sqlite3 *db = self->db;
	return sqlite_db_prepare(db, "BEGIN IMMEDIATE", &self->begin, err) &&
		   sqlite_db_prepare(db, "COMMIT", &self->commit, err) &&
		   sqlite_db_prepare(db, "ROLLBACK", &self->rollback, err) &&
		   sqlite_db_prepare(db,
			   "INSERT INTO packet (id, day, branch, counter, seq, sha256, bytes, received_ms, receipt, sealed)"
			   " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
			   &self->insert, err) &&
		   sqlite_db_prepare(db, "SELECT sha256, receipt FROM packet WHERE id = ?", &self->find, err) &&
		   sqlite_db_prepare(db, "SELECT receipt FROM packet WHERE id = ?", &self->receipt, err) &&
		   sqlite_db_prepare(db, "SELECT sealed FROM packet WHERE id = ?", &self->sealed, err) &&
		   sqlite_db_prepare(
			   db, "SELECT " ENTRY_COLUMNS " FROM packet ORDER BY branch, counter, seq", &self->walk, err) &&
		   sqlite_db_prepare(
			   db, "SELECT (SELECT count(*) FROM packet), (SELECT max(received_ms) FROM packet)", &self->count, err);
}

bool
sqlite_store_open(const char *path, struct intake_store *out, struct error *err)
{
	struct sqlite_store *self = calloc(1, sizeof(*self));
	if (self == NULL)
		abort();
	if (!sqlite_db_open(path, &self->db, err) || !prepare(self, err)) {
		store_close(self);
		return false;
	}
	*out = (struct intake_store){ &store_ops, self };
	return true;
}
