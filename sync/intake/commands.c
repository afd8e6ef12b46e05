#include "sync/intake/commands.h"

#include <inttypes.h>
#include <string.h>

#include "kiosk/base/secret.h"
#include "kiosk/base/text.h"
#include "kiosk/model/date.h"
#include "sync/intake/opener.h"
#include "sync/intake/provision.h"

struct listing {
	FILE *out;
	bool written; /* false after the first failed write */
};

struct gap_search {
	FILE *out;
	bool written;
	struct packet_id last; /* of the counter being walked over; all zero: none yet */
};

static bool
flushed(FILE *out, bool written, struct error *err)
{
	return (written && fflush(out) == 0) || error_set(err, ERROR_SYSTEM, "writing the output");
}

bool
commands_new_kiosk(struct intake_codes codes, const struct intake_codes_kiosk *kiosk,
	char code[static ENROLMENT_CODE_TEXT], struct error *err)
{
	CLEANUP(secret_free) struct secret random = { 0 };
	char made[ENROLMENT_CODE_TEXT];
	uint8_t sha256[32];
	if (!secret_random(ENROLMENT_CODE_RANDOM, &random, err))
		return false;
	enrolment_code_make(random.at, made);
	provision_code_hash(made, sha256);
	if (!codes.ops->add(codes.self, sha256, kiosk, err))
		return false;
	memcpy(code, made, sizeof(made));
	secret_wipe(made, sizeof(made));
	return true;
}

static bool
list_one(void *who, const struct intake_store_entry *entry)
{
	struct listing *listing = who;
	char received[DATE_TEXT];
	date_instant_iso(entry->received_ms, received);
	listing->written =
		fprintf(listing->out, "%s\t%s\t%" PRId64 "\t%s\n", entry->id.text, received, entry->bytes, entry->sha256) > 0;
	return listing->written;
}

bool
commands_list(struct intake_store store, FILE *out, struct error *err)
{
	struct listing listing = { .out = out, .written = true };
	return store.ops->walk(store.self, list_one, &listing, err) && flushed(out, listing.written, err);
}

static bool
gap_before(void *who, const struct intake_store_entry *entry)
{
	struct gap_search *search = who;
	const struct packet_id *id = &entry->id.says;
	const bool same = strcmp(search->last.branch, id->branch) == 0 && strcmp(search->last.counter, id->counter) == 0;
	const int64_t wanted = same ? search->last.sequence + 1 : 1;
	if (id->sequence > wanted)
		search->written = fprintf(search->out, "%s-%s %06" PRId64 "..%06" PRId64 " %" PRId64 "\n", id->branch,
							  id->counter, wanted, id->sequence - 1, id->sequence - wanted) > 0;
	search->last = *id;
	return search->written;
}

bool
commands_gaps(struct intake_store store, FILE *out, struct error *err)
{
	struct gap_search search = { .out = out, .written = true };
	return store.ops->walk(store.self, gap_before, &search, err) && flushed(out, search.written, err);
}

bool
commands_open(struct intake_store store, const struct centre *centre, const char *id, FILE *out, struct error *err)
{
	CLEANUP(file_free) struct file_bytes sealed = { 0 };
	CLEANUP(file_free) struct file_bytes json = { 0 };
	struct intake_id wanted;
	if (!centre->training)
		return error_set(err, ERROR_REFUSED, "only a training centre shows what is in a packet");
	if (!intake_id_read(id, &wanted, err) ||
		!store.ops->get(store.self, wanted.text, INTAKE_STORE_SEALED, &sealed, err))
		return false;
	const struct span bytes = { sealed.at, sealed.len };
	if (opener_open(centre, &wanted, bytes, 0, &json, err) != OPENER_ACCEPTED)
		return error_in(err, "opening %s", wanted.text);
	const bool written = fwrite(json.at, 1, json.len, out) == json.len && fputc('\n', out) != EOF;
	return flushed(out, written, err);
}
