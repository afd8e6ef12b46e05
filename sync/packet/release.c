#include "sync/packet/release.h"

#include <strings.h>

#include "kiosk/base/secret.h"
#include "sync/packet/packet_format.h"
#include "sync/packet/packet_rules.h"

#define REASON_MOST 200 /* characters */

/* clang-format off */
static const char *const verdicts[] = { "approve", "hold", "reject" };
static const char *const formats[]  = { PACKET_FORMAT_RELEASE };

#define AT(field) .offset = offsetof(struct release, field), .size = sizeof(((struct release *)0)->field)

static const struct fields_member members[] = {
	{ "application", FIELDS_TEXT,     AT(note.application), .least = 26, .most = 34 },
	{ "approver",    FIELDS_TEXT,     AT(approver),      .least = 3, .most = 16, .rule = packet_rules_officer },
	{ "at",          FIELDS_INSTANT,  AT(note.at_ms) },
	{ "branch",      FIELDS_TEXT,     AT(note.branch),   .least = 2, .most = 8, .rule = packet_rules_upper_digits },
	{ "counter",     FIELDS_TEXT,     AT(note.counter),  .least = 2, .most = 2, .rule = packet_rules_digits },
	{ "day",         FIELDS_DATE,     AT(note.day) },
	{ "format",      FIELDS_CONSTANT, .choices = formats },
	{ "id",          FIELDS_TEXT,     AT(note.id),       .least = 26, .most = 34 },
	{ "line",        FIELDS_INT,      AT(note.line),     .least = 1, .most = APPLICATION_LINES },
	{ "maker",       FIELDS_TEXT,     AT(maker),         .least = 3, .most = 16, .rule = packet_rules_officer },
	{ "reason",      FIELDS_TEXT,     AT(reason),        .most = REASON_MOST },
	{ "seen_sha256", FIELDS_HASH,     AT(seen_sha256) },
	{ "seq",         FIELDS_INT,      AT(note.sequence), .least = 1, .most = PACKET_SEQ_MOST },
	{ "training",    FIELDS_BOOL,     AT(note.training) },
	{ "verdict",     FIELDS_CHOICE,   AT(verdict),       .choices = verdicts, .most = 2 },
};
/* clang-format on */
static const struct fields_table table = { members, sizeof(members) / sizeof(members[0]) };

static bool
agrees(const struct release *release, struct error *err)
{
	if (!packet_note_agrees(&release->note, err))
		return false;
	if (strcasecmp(release->maker, release->approver) == 0)
		return error_set(err, ERROR_INVALID, "approver: is the maker");
	if (release->verdict != RELEASE_APPROVE && release->reason[0] == '\0')
		return error_set(err, ERROR_INVALID, "reason: missing");
	return true;
}

static bool
read_release(struct span json, struct release *out, struct error *err)
{
	if (json.len > PACKET_NOTE_MOST)
		return error_set(err, ERROR_FULL, "over %u bytes", PACKET_NOTE_MOST);
	return fields_read(&table, json, out, err) && agrees(out, err);
}

bool
release_read(struct span json, struct release *out, struct error *err)
{
	struct release found = { 0 };
	const bool ok = read_release(json, &found, err);
	if (ok)
		*out = found;
	secret_wipe(&found, sizeof(found));
	return ok || error_in(err, "release");
}

bool
release_write(const struct release *release, struct file_bytes *json, struct error *err)
{
	CLEANUP(file_free) struct file_bytes made = { 0 };
	struct release again;
	if (!packet_note_write(&table, release, &made, err))
		return error_in(err, "release");
	if (!release_read((struct span){ made.at, made.len }, &again, err))
		return false;
	*json = made;
	made = (struct file_bytes){ 0 };
	return true;
}
