#include "sync/intake/sqlite_codes.h"

#include <stdlib.h>
#include <string.h>

#include "sync/intake/sqlite_db.h"

#define HASH_LEN 32u

struct sqlite_codes {
	sqlite3 *db;
	sqlite3_stmt *add, *find, *use;
};

static struct span
hash_span(const uint8_t sha256[static HASH_LEN])
{
	return (struct span){ sha256, HASH_LEN };
}

/* Run, and say whether a row came of it. */
static bool
change_one(struct sqlite_codes *self, sqlite3_stmt *statement, const char *refusal, struct error *err)
{
	const bool done = sqlite_db_run(self->db, statement, refusal, err);
	(void)sqlite3_clear_bindings(statement);
	if (!done)
		return false;
	return sqlite3_changes(self->db) == 1 || error_set(err, ERROR_REFUSED, "%s", refusal);
}

static bool
codes_add(
	void *opaque, const uint8_t sha256[static HASH_LEN], const struct intake_codes_kiosk *kiosk, struct error *err)
{
	struct sqlite_codes *self = opaque;
	sqlite3_stmt *to = self->add;
	const bool bound = sqlite_db_bind_blob(to, 1, hash_span(sha256)) && sqlite_db_bind_text(to, 2, kiosk->branch) &&
					   sqlite_db_bind_text(to, 3, kiosk->counter) && sqlite_db_bind_text(to, 4, kiosk->name_en) &&
					   sqlite_db_bind_text(to, 5, kiosk->name_hk) && sqlite_db_bind_text(to, 6, kiosk->name_cn) &&
					   sqlite3_bind_int64(to, 7, kiosk->made_ms) == SQLITE_OK &&
					   sqlite3_bind_int64(to, 8, kiosk->expires_ms) == SQLITE_OK;
	if (!bound)
		return sqlite_db_fault(self->db, "adding a code", err);
	return change_one(self, to, "adding a code: there already", err);
}

static bool
take_entry(sqlite3_stmt *row, struct intake_codes_entry *out, struct error *err)
{
	struct intake_codes_entry entry = { 0 };
	struct intake_codes_kiosk *kiosk = &entry.kiosk;
	if (!sqlite_db_text(row, 0, kiosk->branch, sizeof(kiosk->branch), err) ||
		!sqlite_db_text(row, 1, kiosk->counter, sizeof(kiosk->counter), err) ||
		!sqlite_db_text(row, 2, kiosk->name_en, sizeof(kiosk->name_en), err) ||
		!sqlite_db_text(row, 3, kiosk->name_hk, sizeof(kiosk->name_hk), err) ||
		!sqlite_db_text(row, 4, kiosk->name_cn, sizeof(kiosk->name_cn), err))
		return false;
	kiosk->made_ms = sqlite3_column_int64(row, 5);
	kiosk->expires_ms = sqlite3_column_int64(row, 6);
	entry.used = sqlite3_column_type(row, 7) != SQLITE_NULL;
	if (entry.used) {
		if (sqlite3_column_bytes(row, 8) != (int)HASH_LEN)
			return error_set(err, ERROR_INVALID, "a stored hash is not of 32 bytes");
		memcpy(entry.csr_sha256, sqlite3_column_blob(row, 8), HASH_LEN);
		if (!sqlite_db_blob(row, 9, INTAKE_CODES_ANSWER_MOST, &entry.answer, err))
			return false;
	}
	*out = entry;
	return true;
}

static bool
codes_find(void *opaque, const uint8_t sha256[static HASH_LEN], struct intake_codes_entry *out, struct error *err)
{
	struct sqlite_codes *self = opaque;
	if (!sqlite_db_bind_blob(self->find, 1, hash_span(sha256)))
		return sqlite_db_fault(self->db, "finding a code", err);
	bool done = false;
	switch (sqlite3_step(self->find)) {
	case SQLITE_ROW:
		done = take_entry(self->find, out, err);
		break;
	case SQLITE_DONE:
		done = error_set(err, ERROR_GONE, "no such code");
		break;
	default:
		done = sqlite_db_fault(self->db, "finding a code", err);
		break;
	}
	(void)sqlite3_reset(self->find);
	return done;
}

static bool
codes_use(void *opaque, const uint8_t sha256[static HASH_LEN], const uint8_t csr_sha256[static HASH_LEN],
	struct span answer, int64_t now_ms, struct error *err)
{
	struct sqlite_codes *self = opaque;
	if (sqlite3_bind_int64(self->use, 1, now_ms) != SQLITE_OK ||
		!sqlite_db_bind_blob(self->use, 2, hash_span(csr_sha256)) || !sqlite_db_bind_blob(self->use, 3, answer) ||
		!sqlite_db_bind_blob(self->use, 4, hash_span(sha256)))
		return sqlite_db_fault(self->db, "using a code", err);
	return change_one(self, self->use, "using a code: used already", err);
}

static void
codes_close(void *opaque)
{
	struct sqlite_codes *self = opaque;
	sqlite_db_close(&self->db);
	free(self);
}

static const struct intake_codes_ops codes_ops = {
	.add = codes_add, .find = codes_find, .use = codes_use, .close = codes_close
};

static bool
prepare(struct sqlite_codes *self, struct error *err)
{
	return sqlite_db_prepare(self->db,
			   "INSERT INTO code (sha256, branch, counter, name_en, name_hk, name_cn, made_ms, expires_ms)"
			   " VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
			   &self->add, err) &&
		   sqlite_db_prepare(self->db,
			   "SELECT branch, counter, name_en, name_hk, name_cn, made_ms, expires_ms, used_ms, csr_sha256, answer"
			   " FROM code WHERE sha256 = ?",
			   &self->find, err) &&
		   sqlite_db_prepare(self->db,
			   "UPDATE code SET used_ms = ?, csr_sha256 = ?, answer = ? WHERE sha256 = ? AND used_ms IS NULL",
			   &self->use, err);
}

bool
sqlite_codes_open(const char *path, struct intake_codes *out, struct error *err)
{
	struct sqlite_codes *self = calloc(1, sizeof(*self));
	if (self == NULL)
		abort();
	if (!sqlite_db_open(path, &self->db, err) || !prepare(self, err)) {
		codes_close(self);
		return false;
	}
	*out = (struct intake_codes){ &codes_ops, self };
	return true;
}
