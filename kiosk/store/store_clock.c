#include <inttypes.h>

#include "kiosk/base/text.h"
#include "kiosk/store/internal.h"
#include "kiosk/store/officer_row.h"

#define SECOND_MS 1000

static const char sql_last[] = "SELECT at_ms, suspect, ifnull((SELECT at_ms FROM audit WHERE suspect = 0"
							   " ORDER BY number DESC LIMIT 1), 0) FROM audit ORDER BY number DESC LIMIT 1";
/* What was counted by the clock that ran ahead would otherwise be waited for. */
static const char sql_attempts[] = "UPDATE attempt SET last_ms = ?1 WHERE last_ms > ?1";

struct finding {
	const char *officer;
	int64_t behind_ms, now_ms;
};

bool
store_clock(struct store *store, struct store_clock *out, struct error *err)
{
	struct store_clock clock = { 0 };
	bool row = false;
	CLEANUP(query_end) struct query query = query_of(&store->db, sql_last);
	if (!query_row(&query, &row, err))
		return false;
	if (row) {
		clock.last_ms = query_take_number(&query);
		clock.suspect = query_take_bool(&query);
		clock.sound_ms = query_take_number(&query);
		if (!query_fits(&query, err))
			return false;
	}
	*out = clock;
	return true;
}

static bool
add(struct store *store, const struct finding *finding, const char *event, enum audit_chain_clock what,
	struct error *err)
{
	char detail[48];
	(void)text_format(detail, sizeof(detail), "%" PRId64 " s behind the log", finding->behind_ms / SECOND_MS);
	const struct audit_chain_event row = { event, finding->officer, "", detail, finding->now_ms, what };
	return audit_chain_add(&store->db, &row, err);
}

static bool
work_suspect(struct store *store, void *self, struct error *err)
{
	return add(store, self, "clock-went-back", AUDIT_CLOCK_SUSPECT, err);
}

bool
store_clock_suspect(struct store *store, const char *officer, int64_t behind_ms, int64_t now_ms, struct error *err)
{
	struct finding finding = { officer, behind_ms, now_ms };
	return store_transaction(store, work_suspect, &finding, err);
}

static bool
work_release(struct store *store, void *self, struct error *err)
{
	struct finding *finding = self;
	struct officer_row row = { 0 };
	struct store_clock clock;
	bool found = false;
	if (!officer_row_supervisor(store, finding->officer, err) ||
		!officer_row_get(store, finding->officer, &found, &row, err) || !store_clock(store, &clock, err))
		return false;
	bool others = row.officer.must_change; /* somebody else knows the password */
	secret_wipe(&row, sizeof(row));
	if (others || !clock.suspect)
		return error_set(err, ERROR_REFUSED, "store: %s",
			others ? "a supervisor chooses an own password first" : "the clock is not suspect");
	finding->behind_ms = clock.last_ms - finding->now_ms;
	CLEANUP(query_end) struct query query = query_of(&store->db, sql_attempts);
	query_put_number(&query, finding->now_ms);
	return query_run(&query, err) && add(store, finding, AUDIT_CHAIN_RELEASE, AUDIT_CLOCK_RELEASED, err);
}

bool
store_clock_release(struct store *store, const char *by, int64_t now_ms, struct error *err)
{
	struct finding finding = { .officer = by, .now_ms = now_ms };
	return store_transaction(store, work_release, &finding, err) || error_in(err, "releasing the clock");
}
