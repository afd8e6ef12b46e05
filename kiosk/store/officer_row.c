#include "kiosk/store/officer_row.h"

#include <string.h>

#include "kiosk/base/text.h"

static const char sql_get[] =
	"SELECT number, name, role, must_change, locked, last_ms, password FROM officer WHERE number = ?";
static const char sql_all[] = "SELECT number, name, role, must_change, locked, last_ms FROM officer ORDER BY number";
static const char sql_add[] =
	"INSERT INTO officer (number, name, role, must_change, password, added_by) VALUES (?, ?, ?, ?, ?, ?)";

static struct vault_place
place_of(const char *number)
{
	return (struct vault_place){ "officer", number, "name" };
}

/* The columns that both SELECTs begin with. */
static bool
take(struct store *store, struct query *query, struct officer *officer, bool *locked, int64_t *last_ms,
	struct error *err)
{
	size_t len = 0;
	query_take_text(query, officer->number, sizeof(officer->number));
	const struct span name = query_take_bytes(query);
	officer->role = query_take_number(query) == OFFICER_SUPERVISOR ? OFFICER_SUPERVISOR : OFFICER_CLERK;
	officer->must_change = query_take_bool(query);
	*locked = query_take_bool(query);
	*last_ms = query_take_number(query);
	if (!query_fits(query, err) || !vault_unseal(store->vault, VAULT_FIELD, place_of(officer->number), name,
									   (uint8_t *)officer->name, sizeof(officer->name) - 1, &len, err))
		return false;
	officer->name[len] = '\0';
	return true;
}

bool
officer_row_get(struct store *store, const char *number, bool *found, struct officer_row *out, struct error *err)
{
	struct officer_row row = { 0 };
	bool is = false;
	CLEANUP(query_end) struct query query = query_of(&store->db, sql_get);
	query_put_text(&query, number);
	if (!query_row(&query, &is, err))
		return false;
	if (is) {
		if (!take(store, &query, &row.officer, &row.locked, &row.last_ms, err))
			return false;
		query_take_text(&query, row.hash, sizeof(row.hash));
		if (!query_fits(&query, err))
			return false;
		*out = row;
	}
	*found = is;
	return true;
}

bool
officer_row_supervisor(struct store *store, const char *number, struct error *err)
{
	struct officer_row row = { 0 };
	bool found = false;
	if (!officer_row_get(store, number, &found, &row, err))
		return false;
	return (found && row.officer.role == OFFICER_SUPERVISOR && !row.locked) ||
		   error_set(err, ERROR_REFUSED, "store: only a supervisor may do this");
}

bool
officer_row_add(struct store *store, const struct officer *officer, const char *hash, const char *by, struct error *err)
{
	uint8_t sealed[OFFICER_NAME + VAULT_OVERHEAD];
	const struct span name = text_span(officer->name);
	if (!vault_seal(store->vault, VAULT_FIELD, place_of(officer->number), name, sealed, err))
		return false;
	CLEANUP(query_end) struct query query = query_of(&store->db, sql_add);
	query_put_text(&query, officer->number);
	query_put_bytes(&query, (struct span){ sealed, name.len + VAULT_OVERHEAD });
	query_put_number(&query, officer->role);
	query_put_number(&query, officer->must_change ? 1 : 0);
	query_put_text(&query, hash);
	query_put_text(&query, by);
	return query_run(&query, err);
}

bool
officer_row_fit(const char *number, const char *name, struct span password, struct error *err)
{
	if (officer_number(number) != OFFICER_OK)
		return error_set(err, ERROR_REFUSED, "store: this cannot be a staff number");
	if (name[0] == '\0')
		return error_set(err, ERROR_REFUSED, "store: an officer has a name");
	return officer_password(password, number, name) == OFFICER_OK ||
		   error_set(err, ERROR_REFUSED, "store: this password is too short, too common or holds the name");
}

bool
officer_row_list(struct store *store, struct store_officer_row *rows, size_t cap, size_t *count, struct error *err)
{
	size_t n = 0;
	bool more = true;
	CLEANUP(query_end) struct query query = query_of(&store->db, sql_all);
	while (n < cap) {
		if (!query_row(&query, &more, err))
			return false;
		if (!more)
			break;
		memset(&rows[n], 0, sizeof(rows[n]));
		if (!take(store, &query, &rows[n].officer, &rows[n].locked, &rows[n].last_ms, err))
			return false;
		n++;
	}
	*count = n;
	return true;
}
