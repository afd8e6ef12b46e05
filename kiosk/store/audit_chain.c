#include "kiosk/store/audit_chain.h"

#include <sodium.h>
#include <string.h>

#include "kiosk/base/text.h"
#include "kiosk/store/store.h"

static const char sql_head[] = "SELECT m.audit_count, m.audit_head, ifnull(a.at_ms, 0), ifnull(a.suspect, 0)"
							   " FROM meta m LEFT JOIN audit a ON a.number = m.audit_count WHERE m.id = 1";
static const char sql_add[] = "INSERT INTO audit (number, at_ms, event, officer, subject, detail, suspect, hash) "
							  "VALUES (?, ?, ?, ?, ?, ?, ?, ?)";

static void
hash_number(crypto_hash_sha256_state *state, int64_t value)
{
	uint8_t bytes[8];
	for (size_t i = 0; i < sizeof(bytes); i++)
		bytes[i] = (uint8_t)((uint64_t)value >> (8 * i));
	(void)crypto_hash_sha256_update(state, bytes, sizeof(bytes));
}

static void
hash_text(crypto_hash_sha256_state *state, struct span text)
{
	hash_number(state, (int64_t)text.len);
	(void)crypto_hash_sha256_update(state, text.at, text.len);
}

void
audit_chain_hash(const uint8_t previous[static AUDIT_CHAIN_HASH], const struct audit_chain_row *row,
	uint8_t out[static AUDIT_CHAIN_HASH])
{
	crypto_hash_sha256_state state;
	(void)crypto_hash_sha256_init(&state);
	(void)crypto_hash_sha256_update(&state, previous, AUDIT_CHAIN_HASH);
	hash_number(&state, row->number);
	hash_number(&state, row->at_ms);
	hash_text(&state, row->event);
	hash_text(&state, row->officer);
	hash_text(&state, row->subject);
	hash_text(&state, row->detail);
	hash_number(&state, row->suspect ? 1 : 0);
	(void)crypto_hash_sha256_final(&state, out);
}

struct head { /* the last row */
	int64_t count, at_ms;
	uint8_t hash[AUDIT_CHAIN_HASH];
	bool suspect;
};

static bool
head_of(struct database *db, struct head *out, struct error *err)
{
	CLEANUP(query_end) struct query query = query_of(db, sql_head);
	if (!query_one(&query, "audit head", err))
		return false;
	out->count = query_take_number(&query);
	query_take_exactly(&query, out->hash, sizeof(out->hash));
	out->at_ms = query_take_number(&query);
	out->suspect = query_take_bool(&query);
	return query_fits(&query, err);
}

bool
audit_chain_head(struct database *db, int64_t *count, uint8_t head[static AUDIT_CHAIN_HASH], struct error *err)
{
	struct head last = { 0 };
	if (!head_of(db, &last, err))
		return false;
	*count = last.count;
	memcpy(head, last.hash, sizeof(last.hash));
	return true;
}

static bool
fits(const struct audit_chain_event *event)
{
	const char *const texts[] = { event->event, event->officer, event->subject, event->detail };
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		if (strnlen(texts[i], AUDIT_CHAIN_TEXT) == AUDIT_CHAIN_TEXT)
			return false;
	return event->event[0] != '\0';
}

static bool
is_suspect(const struct audit_chain_event *event, const struct head *last)
{
	return event->clock == AUDIT_CLOCK_SUSPECT ||
		   (event->clock == AUDIT_CLOCK_GOES && (last->suspect || event->now_ms < last->at_ms - STORE_CLOCK_BACK_MS));
}

bool
audit_chain_add(struct database *db, const struct audit_chain_event *event, struct error *err)
{
	uint8_t hash[AUDIT_CHAIN_HASH];
	struct head last = { 0 };
	if (!fits(event))
		return error_set(err, ERROR_FULL, "audit: a text of the row is too long, or it names no event");
	if (!head_of(db, &last, err))
		return false;
	const bool waits = event->clock != AUDIT_CLOCK_RELEASED && event->now_ms < last.at_ms;
	const struct audit_chain_row row = {
		.number = last.count + 1,
		.at_ms = waits ? last.at_ms : event->now_ms,
		.event = text_span(event->event),
		.officer = text_span(event->officer),
		.subject = text_span(event->subject),
		.detail = text_span(event->detail),
		.suspect = is_suspect(event, &last),
	};
	audit_chain_hash(last.hash, &row, hash);
	CLEANUP(query_end) struct query query = query_of(db, sql_add);
	query_put_number(&query, row.number);
	query_put_number(&query, row.at_ms);
	query_put_text(&query, event->event);
	query_put_text(&query, event->officer);
	query_put_text(&query, event->subject);
	query_put_text(&query, event->detail);
	query_put_number(&query, row.suspect ? 1 : 0);
	query_put_bytes(&query, (struct span){ hash, sizeof(hash) });
	return query_run(&query, err) || error_in(err, "audit");
}
