#include "peripherals/token/token_work.h"

#include <openssl/rand.h>
#include <string.h>

#include "kiosk/base/digest.h"
#include "kiosk/base/text.h"
#include "peripherals/token/request.h"

bool
token_work_stop(struct token_work *work, enum token_verdict verdict, struct error *err)
{
	work->out->verdict = verdict;
	return token_verdict_error(verdict, err);
}

bool
token_work_mark(struct token_work *work, enum token_stage stage, uint8_t attempts, struct error *err)
{
	struct token_evidence *on = &work->out->evidence;
	struct token_mark mark = { .stage = stage, .attempts = attempts };
	uint8_t bytes[TOKEN_MARK_MOST];
	struct buffer value = buffer_into(bytes, sizeof(bytes));
	(void)text_copy(mark.line, sizeof(mark.line), work->job->line);
	if (stage >= TOKEN_STAGE_KEYED && stage < TOKEN_STAGE_VOID) {
		mark.key_len = on->key_len;
		memcpy(mark.key, on->key, on->key_len);
	}
	token_mark_put(&value, &mark);
	if (!value.ok)
		return error_set(err, ERROR_FULL, "our record for the token");
	if (!piv_put(work->link, TOKEN_MARK_TAG, buffer_span(&value), err))
		return false;
	on->stage = stage;
	on->attempts = attempts;
	memcpy(on->line, mark.line, sizeof(on->line));
	return true;
}

bool
token_work_unlock(struct token_work *work, struct error *err)
{
	struct token_evidence *on = &work->out->evidence;
	struct piv_shown shown;
	if (on->pin_left < 2)
		return token_work_stop(work, on->pin_left == 0 ? TOKEN_VERDICT_PIN_LOCKED : TOKEN_VERDICT_UNSURE, err);
	if (!piv_verify(work->link, work->job->secrets.pin, &shown, err))
		return false;
	if (shown.well)
		return true;
	on->pin_left = shown.left;
	return token_work_stop(work, shown.blocked ? TOKEN_VERDICT_PIN_LOCKED : TOKEN_VERDICT_PIN_CHANGED, err);
}

bool
token_work_prove(struct token_work *work, struct error *err)
{
	struct token_evidence *on = &work->out->evidence;
	struct token_proof proof = { 0 };
	uint8_t challenge[32], hash[32];
	char hex[2 * sizeof(challenge) + 1];
	struct buffer signature = buffer_into(proof.signature, sizeof(proof.signature));
	if (RAND_bytes(challenge, sizeof(challenge)) != 1)
		return error_set(err, ERROR_SYSTEM, "no random bytes");
	text_hex((struct span){ challenge, sizeof(challenge) }, hex, sizeof(hex));
	if (!text_format((char *)proof.message, sizeof(proof.message), "token proof 1 %s %s", on->serial, hex))
		return error_set(err, ERROR_FULL, "the message of a proof");
	proof.message_len = strlen((const char *)proof.message);
	const struct span message = { proof.message, proof.message_len };
	digest_sha256(message, hash);
	if (!piv_sign(work->link, PIV_SLOT_AUTHENTICATION, on->algorithm, hash, &signature, err))
		return false;
	proof.signature_len = signature.len;
	on->key_proved = request_verify((struct span){ on->key, on->key_len }, message, buffer_span(&signature));
	if (!on->key_proved)
		return token_work_stop(work, TOKEN_VERDICT_PROOF, err);
	work->out->proof = proof;
	return true;
}
