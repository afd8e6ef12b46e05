#include "kiosk/base/text.h"
#include "kiosk/store/internal.h"

#define BYTES_MOST (256u * 1024u)

static const char sql_update[] = "UPDATE draft SET product = ?, officer = ?, step = ?, held = ?, why = ?, begun_ms = ?,"
								 " saved_ms = ?, name = ?, bytes = ? WHERE id = ?";
static const char sql_insert[] =
	"INSERT INTO draft (product, officer, step, held, why, begun_ms, saved_ms, name, bytes,"
	" id) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
/* A draft whose case is committed is gone, whether wiped yet or not. */
#define LIVE " NOT EXISTS (SELECT 1 FROM application a WHERE a.id = d.id)"
static const char sql_get[] = "SELECT id, product, officer, step, held, why, begun_ms, saved_ms, name, bytes"
							  " FROM draft d WHERE id = ? AND" LIVE;
static const char sql_all[] = "SELECT id, product, officer, step, held, why, begun_ms, saved_ms, name"
							  " FROM draft d WHERE" LIVE " ORDER BY begun_ms, id";
static const char sql_drop[] = "DELETE FROM draft AS d WHERE id = ? AND" LIVE;
static const char sql_dead[] = "SELECT count(*) FROM draft d WHERE NOT" LIVE;
static const char sql_wipe[] = "DELETE FROM draft AS d WHERE NOT" LIVE;

struct put {
	const struct store_draft_head *head;
	int64_t id;
	struct span name, bytes; /* sealed */
	int64_t now_ms;
};
struct drop {
	const char *case_number, *officer, *why;
	int64_t id, now_ms;
};

static bool
run(struct store *store, const char *sql, const struct put *put, int *changed, struct error *err)
{
	CLEANUP(query_end) struct query query = query_of(&store->db, sql);
	query_put_text(&query, put->head->product);
	query_put_text(&query, put->head->officer);
	query_put_number(&query, put->head->step);
	query_put_number(&query, put->head->held ? 1 : 0);
	query_put_text(&query, put->head->why);
	query_put_number(&query, put->head->begun_ms);
	query_put_number(&query, put->now_ms);
	query_put_bytes(&query, put->name);
	query_put_bytes(&query, put->bytes);
	query_put_number(&query, put->id);
	if (!query_run(&query, err))
		return false;
	*changed = query_changed(&query);
	return true;
}

static bool
work_put(struct store *store, void *self, struct error *err)
{
	const struct put *put = self;
	int changed = 0;
	return run(store, sql_update, put, &changed, err) && (changed > 0 || run(store, sql_insert, put, &changed, err));
}

static struct vault_place
place_of(const char *case_number, const char *column)
{
	return (struct vault_place){ "draft", case_number, column };
}

bool
store_draft_put(
	struct store *store, const struct store_draft_head *head, struct span bytes, int64_t now_ms, struct error *err)
{
	uint8_t name[APPLICATION_NAME + VAULT_OVERHEAD];
	const struct span plain = text_span(head->name);
	CLEANUP(file_free) struct file_bytes sealed = { 0 };
	int64_t id = 0;
	if (bytes.len > BYTES_MOST)
		return error_set(err, ERROR_FULL, "store: a draft over %u bytes", BYTES_MOST);
	if (!store_case_id(store, head->case_number, &id, err) ||
		!vault_seal(store->vault, VAULT_FIELD, place_of(head->case_number, "name"), plain, name, err) ||
		!store_seal(store, VAULT_FIELD, place_of(head->case_number, "bytes"), bytes, &sealed, err))
		return false;
	struct put put = { head, id, { name, plain.len + VAULT_OVERHEAD }, { sealed.at, sealed.len }, now_ms };
	return store_transaction(store, work_put, &put, err) || error_in(err, "saving the draft");
}

static bool
take_head(struct store *store, struct query *query, struct store_draft_head *head, struct error *err)
{
	size_t len = 0;
	store_case_text(store, query_take_number(query), head->case_number);
	query_take_text(query, head->product, sizeof(head->product));
	query_take_text(query, head->officer, sizeof(head->officer));
	head->step = (int)query_take_number(query);
	head->held = query_take_bool(query);
	query_take_text(query, head->why, sizeof(head->why));
	head->begun_ms = query_take_number(query);
	head->saved_ms = query_take_number(query);
	const struct span name = query_take_bytes(query);
	if (!query_fits(query, err) || !vault_unseal(store->vault, VAULT_FIELD, place_of(head->case_number, "name"), name,
									   (uint8_t *)head->name, sizeof(head->name) - 1, &len, err))
		return false;
	head->name[len] = '\0';
	return true;
}

bool
store_draft_get(struct store *store, const char *case_number, struct store_draft_head *head, struct file_bytes *bytes,
	struct error *err)
{
	struct store_draft_head got = { 0 };
	int64_t id = 0;
	if (!store_case_id(store, case_number, &id, err))
		return false;
	CLEANUP(query_end) struct query query = query_of(&store->db, sql_get);
	query_put_number(&query, id);
	if (!query_one(&query, "draft", err) || !take_head(store, &query, &got, err))
		return false;
	const struct span sealed = query_take_bytes(&query);
	if (!store_unseal(store, VAULT_FIELD, place_of(got.case_number, "bytes"), sealed, bytes, err))
		return false;
	*head = got;
	return true;
}

bool
store_drafts(struct store *store, struct store_draft_head *rows, size_t cap, size_t *count, struct error *err)
{
	size_t n = 0;
	bool more = true;
	CLEANUP(query_end) struct query query = query_of(&store->db, sql_all);
	while (n < cap) {
		if (!query_row(&query, &more, err))
			return false;
		if (!more)
			break;
		rows[n] = (struct store_draft_head){ 0 };
		if (!take_head(store, &query, &rows[n], err))
			return false;
		n++;
	}
	*count = n;
	return true;
}

static bool
work_drop(struct store *store, void *self, struct error *err)
{
	const struct drop *drop = self;
	CLEANUP(query_end) struct query query = query_of(&store->db, sql_drop);
	query_put_number(&query, drop->id);
	if (!query_run(&query, err))
		return false;
	if (query_changed(&query) == 0)
		return error_set(err, ERROR_GONE, "store: there is no such draft");
	return store_audit_add(store, "case-cancelled", drop->officer, drop->case_number, drop->why, drop->now_ms, err);
}

bool
store_draft_drop(struct store *store, const char *case_number, const char *officer, const char *why, int64_t now_ms,
	struct error *err)
{
	struct drop drop = { .case_number = case_number, .officer = officer, .why = why, .now_ms = now_ms };
	return store_case_id(store, case_number, &drop.id, err) && store_transaction(store, work_drop, &drop, err);
}

static bool
work_wipe(struct store *store, void *self, struct error *err)
{
	(void)self;
	CLEANUP(query_end) struct query query = query_of(&store->db, sql_wipe);
	return query_run(&query, err);
}

bool
store_draft_wipe(struct store *store, struct error *err)
{
	int64_t dead = 0;
	{
		CLEANUP(query_end) struct query query = query_of(&store->db, sql_dead);
		if (!query_one(&query, "count", err))
			return false;
		dead = query_take_number(&query);
	}
	return dead == 0 || store_transaction(store, work_wipe, NULL, err);
}
