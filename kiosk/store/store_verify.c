#include <string.h>

#include "kiosk/base/text.h"
#include "kiosk/store/internal.h"

static const char sql_rows[] =
	"SELECT number, at_ms, event, officer, subject, detail, suspect, hash FROM audit ORDER BY number";
static const char sql_meta[] = "SELECT audit_count, audit_head FROM meta WHERE id = 1";
static const char sql_packets[] = "SELECT audit_count, audit_head FROM packet ORDER BY sequence";

/* The walk: the last row that held, and the next packet that names a place on the chain. */
struct walk {
	struct store_audit_report *report;
	int64_t last_ms;
	bool suspect; /* the last row is */
	struct query packets;
	bool packet; /* one is waiting for its place */
	int64_t packet_count;
	struct span packet_head; /* until the next */
};

/* Columns of any length: a wrong one is a finding, not a fault of reading. */
static bool
same(struct span stored, const uint8_t hash[static AUDIT_CHAIN_HASH])
{
	return stored.len == AUDIT_CHAIN_HASH && memcmp(stored.at, hash, AUDIT_CHAIN_HASH) == 0;
}

static void
blame(struct store_audit_report *report, int64_t number, const char *rule)
{
	if (report->first_bad != 0)
		return;
	report->first_bad = number > 0 ? number : 1;
	(void)text_copy(report->rule, sizeof(report->rule), rule);
}

static bool
next_packet(struct walk *walk, struct error *err)
{
	if (!query_row(&walk->packets, &walk->packet, err))
		return false;
	if (walk->packet) {
		walk->packet_count = query_take_number(&walk->packets);
		walk->packet_head = query_take_bytes(&walk->packets);
	}
	return true;
}

/* Every packet that names the row just walked must name its hash. */
static bool
check_packets(struct walk *walk, struct error *err)
{
	while (walk->packet && walk->packet_count <= walk->report->rows && walk->report->first_bad == 0) {
		if (walk->packet_count < walk->report->rows)
			blame(walk->report, walk->packet_count, "packets name the log in another order than they were made");
		else if (!same(walk->packet_head, walk->report->head))
			blame(walk->report, walk->packet_count, "a packet names another hash of this row");
		if (!next_packet(walk, err))
			return false;
	}
	return true;
}

static bool
is_release(const struct audit_chain_row *row)
{
	static const char release[] = AUDIT_CHAIN_RELEASE;
	return row->event.len == sizeof(release) - 1 && memcmp(row->event.at, release, sizeof(release) - 1) == 0;
}

static bool
check_row(struct walk *walk, struct query *query, struct error *err)
{
	struct store_audit_report *report = walk->report;
	uint8_t hash[AUDIT_CHAIN_HASH];
	struct audit_chain_row row = { .number = query_take_number(query) };
	row.at_ms = query_take_number(query);
	row.event = query_take_bytes(query);
	row.officer = query_take_bytes(query);
	row.subject = query_take_bytes(query);
	row.detail = query_take_bytes(query);
	row.suspect = query_take_bool(query);
	const struct span stored = query_take_bytes(query);
	audit_chain_hash(report->head, &row, hash);
	if (row.number != report->rows + 1)
		blame(report, report->rows + 1, "a number is missing or doubled");
	else if (!same(stored, hash))
		blame(report, row.number, "the hash does not follow from the row and the one before");
	else if (row.at_ms < walk->last_ms && !(walk->suspect && is_release(&row)))
		blame(report, row.number, "the row is earlier than the one before");
	if (report->first_bad != 0)
		return true;
	report->rows = row.number;
	report->suspect += row.suspect ? 1 : 0;
	walk->last_ms = row.at_ms;
	walk->suspect = row.suspect;
	memcpy(report->head, hash, sizeof(hash));
	return check_packets(walk, err);
}

static bool
check_end(struct database *db, struct walk *walk, struct error *err)
{
	struct store_audit_report *report = walk->report;
	CLEANUP(query_end) struct query query = query_of(db, sql_meta);
	if (!query_one(&query, "meta row", err))
		return false;
	const int64_t count = query_take_number(&query);
	const struct span head = query_take_bytes(&query);
	if (count != report->rows)
		blame(report, report->rows + 1, "the log has not as many rows as the store counted");
	else if (!same(head, report->head))
		blame(report, report->rows, "the last hash is not the one that the store kept");
	else if (walk->packet)
		blame(report, report->rows + 1, "a packet names a later row: the tail was cut");
	return true;
}

static bool
walk_all(struct database *db, struct walk *walk, struct error *err)
{
	CLEANUP(query_end) struct query rows = query_of(db, sql_rows);
	if (!next_packet(walk, err) || !check_packets(walk, err))
		return false;
	for (bool more = true; walk->report->first_bad == 0;) {
		if (!query_row(&rows, &more, err))
			return false;
		if (!more)
			return check_end(db, walk, err);
		if (!check_row(walk, &rows, err))
			return false;
	}
	return true;
}

bool
store_verify_log(const char *path, struct store_audit_report *out, struct error *err)
{
	struct store_audit_report report = { 0 };
	struct database db = { 0 };
	if (!database_open_read(path, &db, err))
		return false;
	struct walk walk = { .report = &report, .packets = query_of(&db, sql_packets) };
	/* One read transaction, so that a counter at work cannot move the end under us. */
	bool ok = database_run(&db, "BEGIN", err) && walk_all(&db, &walk, err);
	query_end(&walk.packets);
	database_close(&db);
	if (ok)
		*out = report;
	return ok;
}
