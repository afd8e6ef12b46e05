#pragma once
/*
 * Double entry in whole cents. A posting is a list of entries, debit positive and credit negative, that sums to zero.
 * Accounts: "safe"; "drawer:TILL" for the cash of one till; one per other way of paying, named as in the catalogue
 * ("eps", "cheque"); "payable:PAYEE" for what was taken on somebody's behalf.
 */
#include "kiosk/model/money.h"
#include "kiosk/store/query.h"

#define LEDGER_ACCOUNT 48u
#define LEDGER_ENTRIES 16u

struct ledger_entry {
	char account[LEDGER_ACCOUNT];
	struct money amount; /* debit > 0, credit < 0 */
};
struct ledger_posting {
	const char *kind, *ref, *officer; /* borrowed: "float" or "fee"; till or case number; staff number */
	int64_t till, at_ms;
	struct date day;
	struct ledger_entry entries[LEDGER_ENTRIES];
	size_t count;
};

/* Add to the account's entry, or begin one. ERROR_FULL past LEDGER_ENTRIES or when a sum leaves money's range. */
NODISCARD bool ledger_add(
	struct ledger_posting *posting, const char *prefix, const char *account, struct money amount, struct error *err);
/* Write it inside the transaction that is open; the database refuses what does not sum to zero. */
NODISCARD bool ledger_post(struct database *db, const struct ledger_posting *posting, int64_t *id, struct error *err);
/* Make the business day's row if this is its first use. */
NODISCARD bool ledger_day(struct database *db, struct date day, struct error *err);
