#include "peripherals/token/token_look.h"

#include <string.h>

#include "kiosk/base/digest.h"
#include "kiosk/base/text.h"
#include "peripherals/token/request.h"
#include "peripherals/token/token_certificate.h"

static bool
look_at_names(struct token_work *work, struct token_evidence *on, struct error *err)
{
	uint32_t serial = 0;
	bool there, versioned;
	if (!piv_serial(work->link, &serial, &there, err) || !piv_version(work->link, on->version, &versioned, err))
		return false;
	return !there || text_format(on->serial, sizeof(on->serial), "%u", serial) ||
		   error_set(err, ERROR_FULL, "serial number of the token");
}

/* By metadata, where the card has them. */
static bool
look_at_reference(struct token_work *work, uint8_t which, enum token_holder *holder, uint8_t *left, struct error *err)
{
	struct piv_metadata metadata;
	bool there;
	if (!piv_metadata(work->link, which, &metadata, &there, err))
		return false;
	if (there && metadata.says_default && metadata.is_default)
		*holder = TOKEN_HOLDER_FACTORY;
	if (there && metadata.says_tries)
		*left = metadata.left;
	return true;
}

static bool
look_at_record(struct token_work *work, struct token_evidence *on, struct error *err)
{
	uint8_t bytes[PIV_OBJECT];
	struct buffer value = buffer_into(bytes, sizeof(bytes));
	struct token_mark mark;
	struct error broken;
	bool there;
	if (!piv_get(work->link, TOKEN_MARK_TAG, &value, &there, err))
		return false;
	if (!there)
		return true;
	if (!token_mark_take(buffer_span(&value), &mark, &broken)) {
		on->record_broken = true;
		return true;
	}
	on->stage = mark.stage;
	on->attempts = mark.attempts;
	memcpy(on->line, mark.line, sizeof(on->line));
	on->key_len = mark.key_len;
	memcpy(on->key, mark.key, mark.key_len);
	on->algorithm = mark.key_len > 200 ? TOKEN_RSA2048 : TOKEN_P256; /* 294 bytes and 91 */
	return true;
}

/* What is in the certificate object and is no certificate counts as one that fits nothing. */
static bool
look_at_certificate(struct token_work *work, struct token_evidence *on, struct error *err)
{
	uint8_t bytes[PIV_OBJECT];
	struct buffer value = buffer_into(bytes, sizeof(bytes));
	struct span der;
	struct error broken;
	bool there;
	if (!piv_get(work->link, PIV_TAG_CERTIFICATE, &value, &there, err))
		return false;
	if (!there)
		return true;
	if (!piv_data_certificate(buffer_span(&value), &der, &broken))
		der = (struct span){ bytes, value.len < TOKEN_CERTIFICATE ? value.len : TOKEN_CERTIFICATE };
	on->certificate_len = der.len;
	memcpy(on->certificate, der.at, der.len);
	digest_sha256(der, on->certificate_sha256);
	on->certificate_fits = on->key_len > 0 && token_certificate_has_key(der, (struct span){ on->key, on->key_len });
	return true;
}

/* Try ours and the factory's, the likelier one first: the last one that is shown stays shown. */
static bool
look_at_management(struct token_work *work, struct token_evidence *on, struct error *err)
{
	const struct token_brand *brand = work->brand;
	const bool ours_given = work->job->secrets.management.len > 0, ours_first = on->stage != TOKEN_STAGE_NONE;
	for (unsigned turn = 0; turn < 2; turn++) {
		const bool ours = (turn == 0) == ours_first;
		bool well;
		if (ours && !ours_given)
			continue;
		if (!piv_authenticate(work->link, ours ? brand->cipher : brand->factory_cipher,
				ours ? work->job->secrets.management : brand->management, &well, err))
			return false;
		if (well) {
			on->management = ours ? TOKEN_HOLDER_TRANSPORT : TOKEN_HOLDER_FACTORY;
			return true;
		}
	}
	on->management = ours_given || !ours_first ? TOKEN_HOLDER_OTHER : TOKEN_HOLDER_UNKNOWN;
	return true;
}

/* What the record says of PIN and PUK; what the card said is better. */
static void
believe_record(struct token_evidence *on)
{
	if (on->stage == TOKEN_STAGE_NONE || on->stage == TOKEN_STAGE_VOID)
		return;
	if (on->puk == TOKEN_HOLDER_UNKNOWN && on->stage >= TOKEN_STAGE_PUK)
		on->puk = TOKEN_HOLDER_TRANSPORT;
	if (on->pin == TOKEN_HOLDER_UNKNOWN && on->stage == TOKEN_STAGE_DELIVERED)
		on->pin = TOKEN_HOLDER_USER;
	if (on->pin == TOKEN_HOLDER_UNKNOWN && on->stage >= TOKEN_STAGE_TAKEN && on->stage < TOKEN_STAGE_HANDING)
		on->pin = TOKEN_HOLDER_TRANSPORT;
}

bool
token_look(struct token_work *work, struct error *err)
{
	struct token_evidence on = { .puk_left = TOKEN_TRIES_UNKNOWN, .pin_left = TOKEN_TRIES_UNKNOWN };
	const struct token_evidence *before = &work->out->evidence;
	bool there;
	if (!piv_select(work->link, &there, err))
		return false;
	if (!there)
		return token_work_stop(work, TOKEN_VERDICT_NOT_PIV, err);
	/* The tries before the key: asking for them takes back a PIN that was shown, and the key is looked for without. */
	if (!look_at_names(work, &on, err) || !piv_tries(work->link, &on.pin_left, err))
		return false;
	uint8_t pin_left = on.pin_left;
	if (!look_at_reference(work, PIV_PIN, &on.pin, &pin_left, err) ||
		!look_at_reference(work, PIV_PUK, &on.puk, &on.puk_left, err))
		return false;
	if (!look_at_record(work, &on, err) || !look_at_certificate(work, &on, err) ||
		!piv_has_key(work->link, PIV_SLOT_AUTHENTICATION, &on.key_there, err) || !look_at_management(work, &on, err))
		return error_in(err, "looking at the token");
	believe_record(&on);
	on.key_proved = before->key_proved && before->key_len == on.key_len && on.key_there &&
					memcmp(before->key, on.key, on.key_len) == 0;
	on.read = true;
	work->out->evidence = on;
	return true;
}
