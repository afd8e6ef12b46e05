#include "sync/intake/opener.h"

#include <stdlib.h>
#include <string.h>

#include "kiosk/base/secret.h"
#include "sync/packet/packet_format.h"
#include "sync/packet/release.h"
#include "sync/packet/write_back.h"

/* Names like WR-04 are for counters alone, and of a counter's keys only the signing key may sign (seal_verify). A
 * centre's receipt key may sign too. ERROR_UNTRUSTED; ERROR_REFUSED for another counter's signature. */
static bool
check_signer(const char *name, const struct intake_id *id, struct error *err)
{
	struct issuer_request expected = { 0 };
	if (!issuer_is_counter_name(name))
		return error_set(err, ERROR_UNTRUSTED, "the signer's certificate is not a counter's");
	if (!issuer_for_counter(&expected, id->says.branch, id->says.counter, err))
		return false;
	if (strcmp(name, expected.name) != 0)
		return error_set(err, ERROR_REFUSED, "the signer is another counter");
	return true;
}

/* What no reader can know: which packet this should be, and at what kind of centre it is. */
static bool
is_expected(const char *said, bool says_training, const struct intake_id *id, bool training, struct error *err)
{
	if (strcmp(said, id->text) != 0)
		return error_set(err, ERROR_INVALID, "packet: id: another packet's");
	if (says_training != training)
		return error_set(err, ERROR_INVALID, "packet: training: does not go with this centre");
	return true;
}

static bool
check_application(struct span json, const struct intake_id *id, bool training, struct error *err)
{
	struct packet *packet = calloc(1, sizeof(*packet));
	if (packet == NULL)
		return error_set(err, ERROR_SYSTEM, "no memory for a packet");
	const bool done =
		packet_read(json, packet, err) && is_expected(packet->head.id, packet->head.training, id, training, err);
	packet_forget(packet);
	free(packet);
	return done;
}

/* The readers know that approver and maker differ, and that the application is of the same branch. */
static bool
check_release(struct span json, const struct intake_id *id, bool training, struct error *err)
{
	struct release release;
	const bool done =
		release_read(json, &release, err) && is_expected(release.note.id, release.note.training, id, training, err);
	secret_wipe(&release, sizeof(release));
	return done;
}

static bool
check_write_back(struct span json, const struct intake_id *id, bool training, struct error *err)
{
	struct write_back back;
	return write_back_read(json, &back, err) && is_expected(back.note.id, back.note.training, id, training, err);
}

bool
opener_check(struct span json, const struct intake_id *id, bool training, struct error *err)
{
	enum packet_format format;
	if (!packet_format_of(json, &format, err))
		return false;
	switch (format) {
	case PACKET_FORMAT_IS_APPLICATION:
		return check_application(json, id, training, err);
	case PACKET_FORMAT_IS_RELEASE:
		return check_release(json, id, training, err);
	case PACKET_FORMAT_IS_WRITE_BACK:
		return check_write_back(json, id, training, err);
	}
	return error_set(err, ERROR_INVALID, "packet: format: unknown");
}

static enum opener_verdict
verdict_of(const struct error *err, enum opener_verdict foreign)
{
	return err->kind == ERROR_SYSTEM ? OPENER_BROKEN : foreign;
}

enum opener_verdict
opener_open(const struct centre *centre, const struct intake_id *id, struct span sealed, int64_t now_ms,
	struct file_bytes *json, struct error *err)
{
	CLEANUP(file_free) struct file_bytes signed_bytes = { 0 };
	CLEANUP(file_free) struct file_bytes content = { 0 };
	char signer[ISSUER_NAME];
	if (!seal_open(sealed, centre->packet, &signed_bytes, err))
		return verdict_of(err, OPENER_NOT_OPENABLE);
	const struct span der = { signed_bytes.at, signed_bytes.len };
	if (!seal_verify(der, centre->ca, NULL, now_ms, &content, signer, sizeof(signer), err))
		return verdict_of(err, OPENER_NOT_SIGNED);
	if (!check_signer(signer, id, err))
		return err->kind == ERROR_REFUSED ? OPENER_OTHER_COUNTER : OPENER_NOT_SIGNED;
	if (!opener_check((struct span){ content.at, content.len }, id, centre->training, err))
		return verdict_of(err, OPENER_INVALID);
	*json = content;
	content = (struct file_bytes){ 0 };
	return OPENER_ACCEPTED;
}
