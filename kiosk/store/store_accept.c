#include <openssl/evp.h>
#include <string.h>

#include "kiosk/base/text.h"
#include "kiosk/store/application_row.h"
#include "kiosk/store/internal.h"
#include "kiosk/store/ledger.h"

#define LANE_PACKET 2 /* WIRE_LANE_PACKET of sync/wire */
#define PACKET_MOST (4u * 1024u * 1024u)

static const char sql_packet[] = "INSERT INTO packet (sequence, id, receipt, lane, sha256, created_ms, audit_count,"
								 " audit_head, bytes) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)";

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

/* Receipt number and sequence are checked where they are inserted; the head of the audit log has no such place. */
static bool
check_head(struct store *store, const struct store_next *next, struct error *err)
{
	uint8_t head[AUDIT_CHAIN_HASH];
	int64_t count = 0;
	char receipt[STORE_RECEIPT];
	store_receipt_text(store, next->receipt, receipt);
	if (!audit_chain_head(&store->db, &count, head, err))
		return false;
	return (count == next->audit_count && memcmp(head, next->audit_head, sizeof(head)) == 0 &&
			   strcmp(receipt, next->receipt_text) == 0) ||
		   error_set(err, ERROR_REFUSED, "store: the numbers moved while the packet was sealed");
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
day_known(struct store *store, struct date day, struct error *err)
{
	return date_compare(store->day, day) == 0 || ledger_day(&store->db, day, err);
}

/* The draft needs no hand: it is gone for everybody as soon as the application is there. */
static bool
work(struct store *store, void *self, struct error *err)
{
	struct decision *decision = self;
	const struct store_accept *accept = decision->accept;
	const struct application *application = accept->application;
	struct application_row_place *place = &decision->place;
	if (!check_head(store, &accept->next, err) || !day_known(store, application->day, err))
		return false;
	if (decision->posting.count > 0 && !ledger_post(&store->db, &decision->posting, &place->posting, err))
		return false;
	place->audit = accept->next.audit_count + 1;
	return store_audit_add(store, "case-accepted", accept->officer, application->case_number, accept->next.receipt_text,
			   accept->now_ms, err) &&
		   put_packet(store, decision, err) && application_row_put(&store->db, decision->row, place, err);
}

bool
store_accept(struct store *store, const struct store_accept *accept, struct error *err)
{
	struct decision decision = { .accept = accept };
	if (!check(accept, err) || !make_posting(accept, &decision.posting, err) ||
		!store_case_id(store, accept->application->case_number, &decision.place.id, err) ||
		!application_row_make(store->vault, accept->application, decision.place.id, &decision.row, err))
		return error_in(err, "accepting the case");
	decision.place.receipt = accept->next.receipt;
	decision.place.packet = accept->next.sequence;
	decision.place.till = accept->till;
	decision.place.at_ms = accept->now_ms;
	decision.place.officer = accept->officer;
	bool ok = EVP_Digest(accept->packet.at, accept->packet.len, decision.sha256, NULL, EVP_sha256(), NULL) == 1 ||
			  error_set_from(err, ERROR_SYSTEM, DOMAIN_OPENSSL, 0, "SHA-256 failed");
	ok = ok && store_transaction(store, work, &decision, err);
	application_row_free(decision.row);
	if (ok)
		store->day = accept->application->day;
	return ok || error_in(err, "accepting the case");
}
