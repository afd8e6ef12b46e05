#include <sodium.h>
#include <string.h>

#include "kiosk/base/text.h"
#include "kiosk/store/application_row.h"
#include "kiosk/store/internal.h"
#include "kiosk/store/ledger.h"

#define LANE_PACKET 2 /* WIRE_LANE_PACKET of sync/wire */
#define PACKET_MOST (4u * 1024u * 1024u)

static const char sql_packet[] = "INSERT INTO packet (sequence, id, receipt, lane, sha256, created_ms, audit_count,"
								 " audit_head, bytes) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)";
static const char sql_draft[] = "DELETE FROM draft WHERE case_number = ?";

/* Everything that can be made before the transaction begins. */
struct decision {
	const struct store_accept *accept;
	struct application_row *row; /* owned */
	struct ledger_posting posting;
	struct application_row_place place;
	uint8_t sha256[32];
};

static bool
check(const struct store_accept *accept, struct error *err)
{
	const struct application *application = accept->application;
	if (!date_valid(application->day) || application->case_number[0] == '\0' || accept->packet_id[0] == '\0' ||
		strnlen(accept->packet_id, APPLICATION_ID) == APPLICATION_ID || accept->packet.len == 0)
		return error_set(err, ERROR_INVALID, "store: a case without day, number or packet");
	if (application->line_count == 0 || application->line_count > APPLICATION_LINES ||
		application->check_count > APPLICATION_CHECKS || application->fee.count > FEE_LINES ||
		application->payment.count > PAYMENT_TENDERS)
		return error_set(err, ERROR_INVALID, "store: a case without lines, or with too many");
	if (accept->packet.len > PACKET_MOST)
		return error_set(err, ERROR_FULL, "store: a packet over %u bytes", PACKET_MOST);
	return money_compare(payment_paid(&application->payment), application->fee.total) == 0 ||
		   error_set(err, ERROR_REFUSED, "store: what was paid is not the fee");
}

/* Tenders are debited to the drawer or their own account, fees credited to whom they are due. */
static bool
make_posting(const struct store_accept *accept, struct ledger_posting *posting, struct error *err)
{
	const struct application *application = accept->application;
	char till[24];
	(void)text_format(till, sizeof(till), "%lld", (long long)accept->till);
	*posting = (struct ledger_posting){ .kind = "fee",
		.ref = application->case_number,
		.officer = accept->officer,
		.till = accept->till,
		.at_ms = accept->now_ms,
		.day = application->day };
	for (size_t i = 0; i < application->payment.count; i++) {
		const struct payment_tender *tender = &application->payment.tenders[i];
		const bool cash = strcmp(tender->method, "cash") == 0;
		if (tender->amount.minor <= 0)
			return error_set(err, ERROR_INVALID, "store: a tender of nothing");
		if (!ledger_add(posting, cash ? "drawer:" : "", cash ? till : tender->method, tender->amount, err))
			return false;
	}
	for (size_t i = 0; i < application->fee.count; i++) {
		const struct fee_line *line = &application->fee.lines[i];
		const struct money due = { -line->amount.minor };
		if (line->amount.minor != 0 && !ledger_add(posting, "payable:", line->payee_id, due, err))
			return false;
	}
	return true;
}

static bool
same_next(const struct store_next *a, const struct store_next *b)
{
	return a->receipt == b->receipt && strcmp(a->receipt_text, b->receipt_text) == 0 && a->sequence == b->sequence &&
		   a->audit_count == b->audit_count && memcmp(a->audit_head, b->audit_head, sizeof(a->audit_head)) == 0;
}

static bool
check_next(struct store *store, const struct decision *decision, struct error *err)
{
	struct store_next now = { 0 };
	int64_t application = 0;
	if (!store_next_inside(store, &now, &application, err))
		return false;
	if (!same_next(&now, &decision->accept->next) || application != decision->place.id)
		return error_set(err, ERROR_REFUSED, "store: the numbers moved while the packet was sealed");
	return true;
}

static bool
put_packet(struct store *store, const struct decision *decision, struct error *err)
{
	const struct store_accept *accept = decision->accept;
	CLEANUP(query_end) struct query query = query_of(&store->db, sql_packet);
	query_put_number(&query, accept->next.sequence);
	query_put_text(&query, accept->packet_id);
	query_put_number(&query, accept->next.receipt);
	query_put_number(&query, LANE_PACKET);
	query_put_bytes(&query, (struct span){ decision->sha256, sizeof(decision->sha256) });
	query_put_number(&query, accept->now_ms);
	query_put_number(&query, accept->next.audit_count);
	query_put_bytes(&query, (struct span){ accept->next.audit_head, sizeof(accept->next.audit_head) });
	query_put_bytes(&query, accept->packet);
	return query_run(&query, err) || error_in(err, "packet");
}

static bool
drop_draft(struct store *store, const char *case_number, struct error *err)
{
	CLEANUP(query_end) struct query query = query_of(&store->db, sql_draft);
	query_put_text(&query, case_number);
	return query_run(&query, err);
}

static bool
work(struct store *store, void *self, struct error *err)
{
	struct decision *decision = self;
	const struct store_accept *accept = decision->accept;
	const struct application *application = accept->application;
	struct application_row_place *place = &decision->place;
	if (!check_next(store, decision, err) || !ledger_day(&store->db, application->day, err))
		return false;
	if (decision->posting.count > 0 && !ledger_post(&store->db, &decision->posting, &place->posting, err))
		return false;
	place->audit = accept->next.audit_count + 1;
	return store_audit_add(store, "case-accepted", accept->officer, application->case_number, accept->next.receipt_text,
			   accept->now_ms, err) &&
		   put_packet(store, decision, err) && application_row_put(&store->db, decision->row, place, err) &&
		   drop_draft(store, application->case_number, err);
}

bool
store_accept(struct store *store, const struct store_accept *accept, struct error *err)
{
	struct decision decision = { .accept = accept };
	struct store_next next = { 0 };
	if (!check(accept, err) || !make_posting(accept, &decision.posting, err) ||
		!store_next_inside(store, &next, &decision.place.id, err) ||
		!application_row_make(store->vault, accept->application, decision.place.id, &decision.row, err))
		return error_in(err, "accepting the case");
	decision.place.receipt = accept->next.receipt;
	decision.place.packet = accept->next.sequence;
	decision.place.till = accept->till;
	decision.place.at_ms = accept->now_ms;
	decision.place.officer = accept->officer;
	(void)crypto_hash_sha256(decision.sha256, accept->packet.at, accept->packet.len);
	bool ok = store_transaction(store, work, &decision, err);
	application_row_free(decision.row);
	return ok || error_in(err, "accepting the case");
}
