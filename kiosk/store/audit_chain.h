#pragma once
/*
 * The audit log as a hash chain: the hash of a row is SHA-256 over the hash of the row before (32 zero bytes before the
 * first) and every column, numbers as 8 bytes little-endian, texts with their length in front.
 *
 * No row is earlier than the one before. A clock that is a little behind waits at that instant; one that is further
 * behind makes this row and all that follow suspect, until a supervisor's release, the one row that may be earlier.
 */
#include "kiosk/store/query.h"

#define AUDIT_CHAIN_HASH    32u
#define AUDIT_CHAIN_TEXT    160u             /* bytes of any text of a row, NUL included */
#define AUDIT_CHAIN_RELEASE "clock-released" /* event of the row that ends a suspicion */

struct audit_chain_row {
	int64_t number, at_ms;
	struct span event, officer, subject, detail;
	bool suspect; /* the clock was found far behind a row before, and nobody has released it since */
};
void audit_chain_hash(const uint8_t previous[static AUDIT_CHAIN_HASH], const struct audit_chain_row *row,
	uint8_t out[static AUDIT_CHAIN_HASH]);

/* How many rows there are and the hash of the last (all zero if there is none). */
NODISCARD bool audit_chain_head(
	struct database *db, int64_t *count, uint8_t head[static AUDIT_CHAIN_HASH], struct error *err);
/* Add a row inside the transaction that is open. The number of the row is the count that audit_chain_head() then
 * gives. */
enum audit_chain_clock { AUDIT_CLOCK_GOES, AUDIT_CLOCK_SUSPECT, AUDIT_CLOCK_RELEASED };
struct audit_chain_event {
	const char *event, *officer, *subject, *detail; /* borrowed; never NULL */
	int64_t now_ms;
	enum audit_chain_clock clock; /* what is known of it beside now_ms */
};
NODISCARD bool audit_chain_add(struct database *db, const struct audit_chain_event *event, struct error *err);
