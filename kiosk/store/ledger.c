#include "kiosk/store/ledger.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "kiosk/base/text.h"

#define JSON_MOST 2048u

static const char sql_day[] =
	"INSERT OR IGNORE INTO business_day (day, first_posting, first_receipt, cases) VALUES (?, "
	"(SELECT ifnull(max(id), 0) + 1 FROM posting), (SELECT ifnull(max(number), 0) + 1 FROM receipt), 0)";
static const char sql_post[] = "INSERT INTO posting (id, kind, ref, officer, till, day, at_ms, entries) "
							   "VALUES ((SELECT ifnull(max(id), 0) + 1 FROM posting), ?, ?, ?, ?, ?, ?, ?)";

bool
ledger_add(
	struct ledger_posting *posting, const char *prefix, const char *account, struct money amount, struct error *err)
{
	struct ledger_entry *entry = posting->entries;
	char name[LEDGER_ACCOUNT];
	if (!text_format(name, sizeof(name), "%s%s", prefix, account))
		return error_set(err, ERROR_FULL, "ledger: the name of an account is too long");
	while (entry < posting->entries + posting->count && strcmp(entry->account, name) != 0)
		entry++;
	if (entry == posting->entries + posting->count) {
		if (posting->count == LEDGER_ENTRIES)
			return error_set(err, ERROR_FULL, "ledger: a posting has over %u entries", LEDGER_ENTRIES);
		posting->count++;
		*entry = (struct ledger_entry){ 0 };
		memcpy(entry->account, name, sizeof(name));
	}
	return money_add(entry->amount, amount, &entry->amount, err);
}

/* {"drawer:1":5000,"payable:hkpo":-5000}: names of accounts hold nothing that JSON would escape. */
static bool
write_entries(const struct ledger_posting *posting, char out[static JSON_MOST], struct error *err)
{
	size_t at = 0;
	for (size_t i = 0; i < posting->count; i++) {
		const struct ledger_entry *entry = &posting->entries[i];
		if (entry->account[strcspn(entry->account, "\"\\")] != '\0')
			return error_set(err, ERROR_INVALID, "ledger: strange characters in the name of an account");
		int n = snprintf(
			out + at, JSON_MOST - at, "%c\"%s\":%" PRId64, i == 0 ? '{' : ',', entry->account, entry->amount.minor);
		if (n < 0 || (size_t)n >= JSON_MOST - at - 1)
			return error_set(err, ERROR_FULL, "ledger: a posting is too long");
		at += (size_t)n;
	}
	(void)snprintf(out + at, JSON_MOST - at, "}");
	return true;
}

bool
ledger_post(struct database *db, const struct ledger_posting *posting, int64_t *id, struct error *err)
{
	char entries[JSON_MOST];
	if (!write_entries(posting, entries, err))
		return false;
	CLEANUP(query_end) struct query query = query_of(db, sql_post);
	query_put_text(&query, posting->kind);
	query_put_text(&query, posting->ref);
	query_put_text(&query, posting->officer);
	query_put_number(&query, posting->till);
	query_put_date(&query, posting->day);
	query_put_number(&query, posting->at_ms);
	query_put_text(&query, entries);
	if (!query_run(&query, err))
		return error_in(err, "ledger");
	*id = query_made(&query);
	return true;
}

bool
ledger_day(struct database *db, struct date day, struct error *err)
{
	CLEANUP(query_end) struct query query = query_of(db, sql_day);
	query_put_date(&query, day);
	return query_run(&query, err);
}
