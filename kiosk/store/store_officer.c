#include "kiosk/base/text.h"
#include "kiosk/store/officer_row.h"

static const char sql_attempt[] = "SELECT wrong, last_ms FROM attempt WHERE who = ?";
static const char sql_wrong[] = "INSERT INTO attempt (who, known, wrong, last_ms) VALUES (?, ?, 1, ?) "
								"ON CONFLICT (who) DO UPDATE SET wrong = wrong + 1, last_ms = excluded.last_ms";
static const char sql_clear[] = "DELETE FROM attempt WHERE who = ?";
static const char sql_trim[] = "DELETE FROM attempt WHERE (SELECT count(*) FROM attempt) > 1000 AND who IN "
							   "(SELECT who FROM attempt WHERE known = 0 ORDER BY last_ms LIMIT 100)";
static const char sql_lock[] = "UPDATE officer SET locked = 1 WHERE number = ?";
static const char sql_signed_in[] = "UPDATE officer SET last_ms = ? WHERE number = ?";
static const char sql_password[] = "UPDATE officer SET password = ?, must_change = 0 WHERE number = ?";
static const char sql_recover[] =
	"UPDATE officer SET locked = 0, unlocked_by = '', must_change = 1, password = ? WHERE number = ?";
static const char sql_unlock[] = "UPDATE officer SET locked = 0, unlocked_by = ? WHERE number = ?";

/* One try to sign in. Tries with a number that is nobody's are counted, delayed and locked alike. */
struct attempt {
	const char *number;
	uint8_t who[VAULT_HASH]; /* keyed hash of the number as typed */
	unsigned wrong;          /* so far */
	int64_t last_ms;
	bool found;
	struct officer_row row;
	int64_t now_ms;
	struct store_sign_in_result *out;
};

static struct span
who_of(const struct attempt *attempt)
{
	return (struct span){ attempt->who, sizeof(attempt->who) };
}

static bool
read_attempt(struct store *store, struct attempt *attempt, struct error *err)
{
	bool row = false;
	if (!vault_hash(store->vault, "attempt", text_span(attempt->number), attempt->who, err) ||
		!officer_row_get(store, attempt->number, &attempt->found, &attempt->row, err))
		return false;
	CLEANUP(query_end) struct query query = query_of(&store->db, sql_attempt);
	query_put_bytes(&query, who_of(attempt));
	if (!query_row(&query, &row, err))
		return false;
	attempt->wrong = row ? (unsigned)query_take_number(&query) : 0;
	attempt->last_ms = row ? query_take_number(&query) : 0;
	return true;
}

static bool
run_who(struct store *store, const char *sql, const struct attempt *attempt, struct error *err)
{
	CLEANUP(query_end) struct query query = query_of(&store->db, sql);
	query_put_bytes(&query, who_of(attempt));
	return query_run(&query, err);
}

static bool
run_number(struct store *store, const char *sql, const char *number, struct error *err)
{
	CLEANUP(query_end) struct query query = query_of(&store->db, sql);
	query_put_text(&query, number);
	return query_run(&query, err);
}

/* Seconds until the next try is looked at; a clock that went back does not make the wait longer than the delay. */
static unsigned
wait_s(const struct attempt *attempt)
{
	const int64_t delay_ms = (int64_t)officer_delay_s(attempt->wrong) * 1000;
	int64_t since_ms = attempt->now_ms - attempt->last_ms;
	if (since_ms < 0)
		since_ms = 0;
	return since_ms >= delay_ms ? 0 : (unsigned)((delay_ms - since_ms + 999) / 1000);
}

/* What was typed where a staff number should be may be a password: it never reaches the log. */
static const char *
subject_of(const struct attempt *attempt)
{
	return attempt->found ? attempt->row.officer.number : "unknown";
}

static bool
lock(struct store *store, const struct attempt *attempt, struct error *err)
{
	if (attempt->found && !run_number(store, sql_lock, attempt->number, err))
		return false;
	return store_audit_add(
		store, "officer-locked", "", subject_of(attempt), "too many wrong passwords", attempt->now_ms, err);
}

static bool
work_wrong(struct store *store, void *self, struct error *err)
{
	struct attempt *attempt = self;
	CLEANUP(query_end) struct query query = query_of(&store->db, sql_wrong);
	query_put_bytes(&query, who_of(attempt));
	query_put_number(&query, attempt->found ? 1 : 0);
	query_put_number(&query, attempt->now_ms);
	CLEANUP(query_end) struct query trim = query_of(&store->db, sql_trim);
	if (!query_run(&trim, err) || !query_run(&query, err) ||
		!store_audit_add(store, "officer-wrong-password", "", subject_of(attempt), "", attempt->now_ms, err))
		return false;
	return attempt->wrong + 1 < OFFICER_TRIES || lock(store, attempt, err);
}

static bool
work_right(struct store *store, void *self, struct error *err)
{
	const struct attempt *attempt = self;
	const struct officer *officer = &attempt->row.officer;
	CLEANUP(query_end) struct query query = query_of(&store->db, sql_signed_in);
	query_put_number(&query, attempt->now_ms);
	query_put_text(&query, officer->number);
	return run_who(store, sql_clear, attempt, err) && query_run(&query, err) &&
		   store_audit_add(store, "officer-signed-in", officer->number, officer->number, "", attempt->now_ms, err);
}

static bool
work_refused(struct store *store, void *self, struct error *err)
{
	const struct attempt *attempt = self;
	return store_audit_add(store, "officer-refused", "", subject_of(attempt),
		attempt->out->what == STORE_SIGN_IN_LOCKED ? "locked" : "too early", attempt->now_ms, err);
}

static bool
decide(struct store *store, struct attempt *attempt, struct span password, struct error *err)
{
	struct store_sign_in_result *out = attempt->out;
	*out = (struct store_sign_in_result){ .what = STORE_SIGN_IN_WRONG };
	if (attempt->row.locked || attempt->wrong >= OFFICER_TRIES) {
		out->what = STORE_SIGN_IN_LOCKED;
		return store_transaction(store, work_refused, attempt, err);
	}
	out->wait_s = wait_s(attempt);
	if (out->wait_s > 0) {
		out->what = STORE_SIGN_IN_WAIT;
		return store_transaction(store, work_refused, attempt, err);
	}
	if (!attempt->found)
		password_waste(password);
	else if (password_matches(password, attempt->row.hash)) {
		out->what = STORE_SIGN_IN_OK;
		out->officer = attempt->row.officer;
		out->last_ms = attempt->row.last_ms;
		return store_transaction(store, work_right, attempt, err);
	}
	out->tries_left = OFFICER_TRIES - attempt->wrong - 1;
	if (out->tries_left == 0)
		out->what = STORE_SIGN_IN_LOCKED;
	return store_transaction(store, work_wrong, attempt, err);
}

bool
store_officer_sign_in(struct store *store, const char *number, struct span password, int64_t now_ms,
	struct store_sign_in_result *out, struct error *err)
{
	struct store_sign_in_result result = { 0 };
	struct attempt attempt = { .number = number, .now_ms = now_ms, .out = &result };
	bool ok = read_attempt(store, &attempt, err) && decide(store, &attempt, password, err);
	secret_wipe(&attempt.row, sizeof(attempt.row));
	if (ok)
		*out = result;
	return ok;
}

bool
store_officer_sign_out(struct store *store, const char *number, const char *why, int64_t now_ms, struct error *err)
{
	return store_audit(store, "officer-signed-out", number, number, why, now_ms, err);
}

/* What the other decisions about an officer need inside their transaction. */
struct change {
	const struct officer *officer; /* of store_officer_add() */
	const char *number, *by;
	char hash[PASSWORD_HASH];
	int64_t now_ms;
};

static bool
work_add(struct store *store, void *self, struct error *err)
{
	const struct change *change = self;
	struct officer officer = *change->officer;
	officer.must_change = true; /* somebody else knows it */
	return officer_row_supervisor(store, change->by, err) &&
		   officer_row_add(store, &officer, change->hash, change->by, err) &&
		   store_audit_add(store, "officer-added", change->by, officer.number,
			   officer.role == OFFICER_SUPERVISOR ? "supervisor" : "clerk", change->now_ms, err);
}

bool
store_officer_add(struct store *store, const struct officer *officer, struct span password, const char *by,
	int64_t now_ms, struct error *err)
{
	struct change change = { .officer = officer, .by = by, .now_ms = now_ms };
	return officer_row_fit(officer->number, officer->name, password, err) && officer_row_supervisor(store, by, err) &&
		   password_hash(password, change.hash, err) && store_transaction(store, work_add, &change, err);
}

static bool
work_password(struct store *store, void *self, struct error *err)
{
	const struct change *change = self;
	CLEANUP(query_end) struct query query = query_of(&store->db, sql_password);
	query_put_text(&query, change->hash);
	query_put_text(&query, change->number);
	return query_run(&query, err) &&
		   store_audit_add(store, "officer-password-set", change->number, change->number, "", change->now_ms, err);
}

static bool
get_known(struct store *store, const char *number, struct officer_row *row, struct error *err)
{
	bool found = false;
	if (!officer_row_get(store, number, &found, row, err))
		return false;
	return found || error_set(err, ERROR_GONE, "store: there is no such officer");
}

bool
store_officer_password(struct store *store, const char *number, struct span password, int64_t now_ms, struct error *err)
{
	struct change change = { .number = number, .now_ms = now_ms };
	struct officer_row row = { 0 };
	if (!get_known(store, number, &row, err) || !officer_row_fit(number, row.officer.name, password, err))
		return false;
	if (password_matches(password, row.hash))
		return error_set(err, ERROR_REFUSED, "store: the new password is the old one");
	return password_hash(password, change.hash, err) && store_transaction(store, work_password, &change, err);
}

static bool
work_unlock(struct store *store, void *self, struct error *err)
{
	const struct change *change = self;
	struct attempt attempt = { .number = change->number };
	CLEANUP(query_end) struct query query = query_of(&store->db, sql_unlock);
	query_put_text(&query, change->by);
	query_put_text(&query, change->number);
	return officer_row_supervisor(store, change->by, err) &&
		   vault_hash(store->vault, "attempt", text_span(change->number), attempt.who, err) &&
		   run_who(store, sql_clear, &attempt, err) && query_run(&query, err) &&
		   store_audit_add(store, "officer-unlocked", change->by, change->number, "", change->now_ms, err);
}

bool
store_officer_unlock(struct store *store, const char *number, const char *by, int64_t now_ms, struct error *err)
{
	struct change change = { .number = number, .by = by, .now_ms = now_ms };
	struct officer_row row = { 0 };
	return get_known(store, number, &row, err) && store_transaction(store, work_unlock, &change, err);
}

static bool
work_recover(struct store *store, void *self, struct error *err)
{
	const struct change *change = self;
	struct attempt attempt = { .number = change->number };
	CLEANUP(query_end) struct query query = query_of(&store->db, sql_recover);
	query_put_text(&query, change->hash);
	query_put_text(&query, change->number);
	return vault_hash(store->vault, "attempt", text_span(change->number), attempt.who, err) &&
		   run_who(store, sql_clear, &attempt, err) && query_run(&query, err) &&
		   store_audit_add(store, "officer-recovered", "", change->number, "on the command line", change->now_ms, err);
}

bool
store_officer_recover(struct store *store, const char *number, struct span password, int64_t now_ms, struct error *err)
{
	struct change change = { .number = number, .now_ms = now_ms };
	struct officer_row row = { 0 };
	if (!get_known(store, number, &row, err))
		return false;
	if (row.officer.role != OFFICER_SUPERVISOR)
		return error_set(err, ERROR_REFUSED, "store: a clerk is unlocked by a supervisor at the counter");
	return officer_row_fit(number, row.officer.name, password, err) && password_hash(password, change.hash, err) &&
		   store_transaction(store, work_recover, &change, err);
}

bool
store_officers(struct store *store, struct store_officer_row *rows, size_t cap, size_t *count, struct error *err)
{
	return officer_row_list(store, rows, cap, count, err);
}
