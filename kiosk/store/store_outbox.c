#include <stdlib.h>
#include <string.h>

#include "kiosk/base/text.h"
#include "kiosk/store/internal.h"

#define LANES 5

static const char sql_list[] =
	"SELECT o.id, r.application, o.receipt, o.lane, o.state, o.sha256, o.created_ms, o.tries, o.status, o.why"
	" FROM outbox o JOIN receipt r ON r.number = o.receipt ORDER BY o.sequence";
/* Delivered packets are found by an index, the others among those that wait. */
static const char sql_find[] = "SELECT sequence, lane, 1 FROM delivery WHERE id = ?1"
							   " UNION ALL SELECT sequence, lane, 0 FROM outbox WHERE id = ?1";
static const char sql_bytes[] = "SELECT bytes FROM packet WHERE sequence = ?";
static const char sql_state[] =
	"INSERT INTO outbox_state (sequence, state, status, tries, why) VALUES (?, ?, ?, ?, ?) ON CONFLICT (sequence)"
	" DO UPDATE SET state = excluded.state, status = excluded.status, tries = excluded.tries, why = excluded.why";
static const char sql_deliver[] =
	"INSERT INTO delivery (sequence, id, at_ms, day, lane, receipt) VALUES (?, ?, ?, ?, ?, ?)";
static const char sql_parked[] = "SELECT tries FROM outbox WHERE sequence = ? AND state = 3";
static const char sql_waiting[] = "SELECT lane, count(*) FILTER (WHERE state <> 3), count(*) FILTER (WHERE state = 3),"
								  " min(created_ms) FILTER (WHERE state <> 3) FROM outbox GROUP BY lane";
static const char sql_today[] = "SELECT count(*) FROM delivery WHERE day = ?";
static const char sql_last[] = "SELECT ifnull(max(at_ms), 0) FROM delivery WHERE lane = ?";

/* One decision about one packet. */
struct decision {
	const char *id, *officer, *why;
	struct span receipt;
	int status, tries;
	int64_t now_ms;
	int64_t sequence; /* found */
	int lane;
	bool delivered;
};

static bool
take_row(struct store *store, struct query *query, struct store_outbox_row *out, struct error *err)
{
	struct store_outbox_row row = { 0 };
	query_take_text(query, row.id, sizeof(row.id));
	store_case_text(store, query_take_number(query), row.case_number);
	store_receipt_text(store, query_take_number(query), row.receipt);
	row.lane = (int)query_take_number(query);
	row.state = (enum store_outbox_state)query_take_number(query); /* CHECK (state IN (0, 1, 3)) */
	query_take_exactly(query, row.sha256, sizeof(row.sha256));
	row.created_ms = query_take_number(query);
	row.tries = (int)query_take_number(query);
	row.status = (int)query_take_number(query);
	query_take_text(query, row.why, sizeof(row.why));
	if (!query_fits(query, err))
		return false;
	*out = row;
	return true;
}

bool
store_outbox(struct store *store, struct store_outbox_row *rows, size_t cap, size_t *count, struct error *err)
{
	size_t n = 0;
	bool more = true;
	CLEANUP(query_end) struct query query = query_of(&store->db, sql_list);
	while (n < cap) {
		if (!query_row(&query, &more, err))
			return false;
		if (!more)
			break;
		if (!take_row(store, &query, &rows[n], err))
			return false;
		n++;
	}
	*count = n;
	return true;
}

static bool
find(struct store *store, struct decision *decision, struct error *err)
{
	CLEANUP(query_end) struct query query = query_of(&store->db, sql_find);
	query_put_text(&query, decision->id);
	if (!query_one(&query, "packet", err))
		return false;
	decision->sequence = query_take_number(&query);
	decision->lane = (int)query_take_number(&query);
	decision->delivered = query_take_bool(&query);
	return true;
}

bool
store_outbox_bytes(struct store *store, const char *id, struct file_bytes *packet, struct error *err)
{
	struct decision decision = { .id = id };
	if (!find(store, &decision, err))
		return false;
	CLEANUP(query_end) struct query query = query_of(&store->db, sql_bytes);
	query_put_number(&query, decision.sequence);
	if (!query_one(&query, "packet", err))
		return false;
	const struct span bytes = query_take_bytes(&query);
	if (bytes.len == 0)
		return error_set(err, ERROR_GONE, "store: this packet was purged after the centre took it");
	struct file_bytes copy = { malloc(bytes.len + 1), bytes.len };
	if (copy.at == NULL)
		return error_set(err, ERROR_FULL, "store: no memory for a packet");
	memcpy(copy.at, bytes.at, bytes.len);
	copy.at[copy.len] = 0;
	*packet = copy;
	return true;
}

static bool
put_state(struct store *store, const struct decision *decision, enum store_outbox_state state, struct error *err)
{
	CLEANUP(query_end) struct query query = query_of(&store->db, sql_state);
	query_put_number(&query, decision->sequence);
	query_put_number(&query, state);
	query_put_number(&query, decision->status);
	query_put_number(&query, decision->tries);
	query_put_text(&query, decision->why);
	return query_run(&query, err);
}

/* *parked, and then the tries so far. */
static bool
is_parked(struct store *store, struct decision *decision, bool *parked, struct error *err)
{
	CLEANUP(query_end) struct query query = query_of(&store->db, sql_parked);
	query_put_number(&query, decision->sequence);
	if (!query_row(&query, parked, err))
		return false;
	decision->tries = *parked ? (int)query_take_number(&query) : 0;
	return true;
}

static bool
work_spooled(struct store *store, void *self, struct error *err)
{
	struct decision *decision = self;
	bool parked = false;
	if (!find(store, decision, err) || !is_parked(store, decision, &parked, err))
		return false;
	decision->why = "";
	return decision->delivered || parked || put_state(store, decision, STORE_OUTBOX_SPOOLED, err);
}

bool
store_outbox_spooled(struct store *store, const char *id, struct error *err)
{
	struct decision decision = { .id = id };
	return store_transaction(store, work_spooled, &decision, err);
}

static bool
work_accept(struct store *store, void *self, struct error *err)
{
	struct decision *decision = self;
	if (!find(store, decision, err))
		return false;
	if (decision->delivered)
		return true;
	CLEANUP(query_end) struct query query = query_of(&store->db, sql_deliver);
	query_put_number(&query, decision->sequence);
	query_put_text(&query, decision->id);
	query_put_number(&query, decision->now_ms);
	query_put_date(&query, date_of_instant(decision->now_ms, store->identity.offset_min));
	query_put_number(&query, decision->lane);
	query_put_bytes(&query, decision->receipt);
	return query_run(&query, err) &&
		   store_audit_add(store, "packet-accepted", "", decision->id, "", decision->now_ms, err);
}

bool
store_outbox_accept(struct store *store, const char *id, struct span receipt, int64_t now_ms, struct error *err)
{
	struct decision decision = { .id = id, .receipt = receipt, .now_ms = now_ms };
	return store_transaction(store, work_accept, &decision, err);
}

static bool
work_park(struct store *store, void *self, struct error *err)
{
	struct decision *decision = self;
	if (!find(store, decision, err))
		return false;
	if (decision->delivered)
		return error_set(err, ERROR_REFUSED, "store: the centre has this packet");
	return put_state(store, decision, STORE_OUTBOX_PARKED, err) &&
		   store_audit_add(store, "packet-parked", "", decision->id, decision->why, decision->now_ms, err);
}

bool
store_outbox_park(
	struct store *store, const char *id, int status, int tries, const char *why, int64_t now_ms, struct error *err)
{
	char cut[STORE_TEXT];
	(void)text_copy(cut, sizeof(cut), why);
	struct decision decision = { .id = id, .status = status, .tries = tries, .why = cut, .now_ms = now_ms };
	return store_transaction(store, work_park, &decision, err);
}

static bool
work_retry(struct store *store, void *self, struct error *err)
{
	struct decision *decision = self;
	bool parked = false;
	if (!find(store, decision, err) || !is_parked(store, decision, &parked, err))
		return false;
	if (!parked)
		return error_set(err, ERROR_REFUSED, "store: this packet is not parked");
	decision->why = "";
	return put_state(store, decision, STORE_OUTBOX_WAITING, err) &&
		   store_audit_add(store, "packet-retried", decision->officer, decision->id, "", decision->now_ms, err);
}

bool
store_outbox_retry(struct store *store, const char *id, const char *officer, int64_t now_ms, struct error *err)
{
	struct decision decision = { .id = id, .officer = officer, .now_ms = now_ms };
	return store_transaction(store, work_retry, &decision, err);
}

static void
earlier(int64_t *at_ms, int64_t other_ms)
{
	if (other_ms != 0 && (*at_ms == 0 || other_ms < *at_ms))
		*at_ms = other_ms;
}

static bool
sum_waiting(struct store *store, struct store_outbox_sum *out, struct error *err)
{
	bool more = true;
	CLEANUP(query_end) struct query query = query_of(&store->db, sql_waiting);
	while (true) {
		if (!query_row(&query, &more, err))
			return false;
		if (!more)
			return true;
		const int64_t lane = query_take_number(&query), waiting = query_take_number(&query);
		out->waiting += waiting;
		out->parked += query_take_number(&query);
		const int64_t oldest_ms = query_take_number(&query);
		earlier(&out->oldest_ms, oldest_ms);
		if (lane >= 0 && lane < LANES) {
			out->lanes[lane].waiting = waiting;
			out->lanes[lane].oldest_ms = oldest_ms;
		}
	}
}

static bool
last_of_lane(struct store *store, int lane, struct store_outbox_sum *out, struct error *err)
{
	CLEANUP(query_end) struct query query = query_of(&store->db, sql_last);
	query_put_number(&query, lane);
	if (!query_one(&query, "lane", err))
		return false;
	out->lanes[lane].last_ms = query_take_number(&query);
	if (out->lanes[lane].last_ms > out->last_accepted_ms)
		out->last_accepted_ms = out->lanes[lane].last_ms;
	return true;
}

bool
store_outbox_sum(struct store *store, struct date day, struct store_outbox_sum *out, struct error *err)
{
	struct store_outbox_sum sum = { 0 };
	if (!sum_waiting(store, &sum, err))
		return false;
	for (int lane = 0; lane < LANES; lane++)
		if (!last_of_lane(store, lane, &sum, err))
			return false;
	CLEANUP(query_end) struct query query = query_of(&store->db, sql_today);
	query_put_date(&query, day);
	if (!query_one(&query, "day", err))
		return false;
	sum.accepted_today = query_take_number(&query);
	*out = sum;
	return true;
}
