#include "peripherals/token/token_steps.h"

#include <string.h>

#include "peripherals/token/pin_rule.h"
#include "peripherals/token/request.h"
#include "peripherals/token/token_certificate.h"
#include "peripherals/token/token_take.h"

static struct span
key_of(const struct token_evidence *on)
{
	return (struct span){ on->key, on->key_len };
}

/* A key that we made, on a token that is ours, at one of these stages. */
static bool
expect_key(struct token_work *work, enum token_stage from, enum token_stage to, struct error *err)
{
	const struct token_evidence *on = &work->out->evidence;
	if (on->stage < from || on->stage > to)
		return token_work_stop(work, TOKEN_VERDICT_NOT_NOW, err);
	if (on->management != TOKEN_HOLDER_TRANSPORT)
		return token_work_stop(work, TOKEN_VERDICT_USED, err);
	return (on->key_there && on->key_len > 0) || token_work_stop(work, TOKEN_VERDICT_KEY_CHANGED, err);
}

/* A proof where our own PIN may be shown. */
static bool
read_step(struct token_work *work, struct error *err)
{
	const struct token_evidence *on = &work->out->evidence;
	const bool may = work->job->secrets.pin.len > 0 && on->stage >= TOKEN_STAGE_KEYED &&
					 on->stage <= TOKEN_STAGE_CERTIFIED && on->key_there && on->key_len > 0 && on->pin_left >= 2 &&
					 on->management == TOKEN_HOLDER_TRANSPORT && strcmp(on->line, work->job->line) == 0;
	return !may || (token_work_unlock(work, err) && token_work_prove(work, err));
}

static bool
generate_step(struct token_work *work, struct error *err)
{
	struct token_evidence *on = &work->out->evidence;
	uint8_t bytes[PIV_GENERATED];
	struct buffer answer = buffer_into(bytes, sizeof(bytes)), key = buffer_into(on->key, sizeof(on->key));
	struct piv_public pair;
	if (on->stage != TOKEN_STAGE_TAKEN && (on->stage != TOKEN_STAGE_KEYED || (on->key_there && on->key_len > 0)))
		return token_work_stop(work, TOKEN_VERDICT_NOT_NOW, err);
	if (on->management != TOKEN_HOLDER_TRANSPORT)
		return token_work_stop(work, TOKEN_VERDICT_USED, err);
	if (!piv_generate(work->link, PIV_SLOT_AUTHENTICATION, work->job->algorithm, &pair, &answer, err) ||
		!request_key(&pair, &key, err))
		return false;
	on->key_len = key.len;
	on->key_there = true;
	on->algorithm = work->job->algorithm;
	return token_work_mark(work, TOKEN_STAGE_KEYED, 0, err);
}

static bool
sign_on_token(void *self, const uint8_t sha256[static 32], struct buffer *signature, struct error *err)
{
	const struct token_work *work = self;
	return piv_sign(work->link, PIV_SLOT_AUTHENTICATION, work->out->evidence.algorithm, sha256, signature, err);
}

static bool
request_step(struct token_work *work, struct error *err)
{
	struct token_evidence *on = &work->out->evidence;
	struct buffer request = buffer_into(work->out->request, sizeof(work->out->request));
	if (!expect_key(work, TOKEN_STAGE_KEYED, TOKEN_STAGE_KEYED, err) || !token_work_unlock(work, err))
		return false;
	if (!request_make(work->job->line, key_of(on), on->algorithm, sign_on_token, work, &request, err))
		return err->kind == ERROR_UNTRUSTED ? token_work_stop(work, TOKEN_VERDICT_PROOF, err) : false;
	work->out->request_len = request.len;
	on->key_proved = true; /* the request was verified under it */
	return true;
}

static bool
write_certificate(struct token_work *work, struct error *err)
{
	const struct span der = work->job->certificate;
	uint8_t bytes[PIV_OBJECT], back[PIV_OBJECT];
	struct buffer value = buffer_into(bytes, sizeof(bytes)), read = buffer_into(back, sizeof(back));
	bool there;
	piv_data_put_certificate(&value, der);
	if (!value.ok)
		return error_set(err, ERROR_FULL, "certificate of %zu bytes", der.len);
	if (!piv_put(work->link, PIV_TAG_CERTIFICATE, buffer_span(&value), err) ||
		!piv_get(work->link, PIV_TAG_CERTIFICATE, &read, &there, err))
		return false;
	if (!there || read.len != value.len || memcmp(back, bytes, value.len) != 0)
		return token_work_stop(work, TOKEN_VERDICT_READ_BACK, err);
	return true;
}

static bool
certificate_step(struct token_work *work, struct error *err)
{
	const struct token_evidence *on = &work->out->evidence;
	if (!expect_key(work, TOKEN_STAGE_KEYED, TOKEN_STAGE_CERTIFIED, err))
		return false;
	const enum token_verdict verdict =
		token_certificate_check(work->job->certificate, key_of(on), NULL, work->job->now_ms);
	if (verdict != TOKEN_VERDICT_NONE)
		return token_work_stop(work, verdict, err);
	return token_work_unlock(work, err) && token_work_prove(work, err) && write_certificate(work, err) &&
		   token_work_mark(work, TOKEN_STAGE_CERTIFIED, 0, err);
}

static bool
prove_step(struct token_work *work, struct error *err)
{
	const struct token_evidence *on = &work->out->evidence;
	if (!expect_key(work, TOKEN_STAGE_CERTIFIED, TOKEN_STAGE_CERTIFIED, err))
		return false;
	if (!on->certificate_fits)
		return token_work_stop(work, TOKEN_VERDICT_OTHER_KEY, err);
	return token_work_unlock(work, err) && token_work_prove(work, err);
}

/* The transport PIN is replaced. Where an earlier change may have been made, the PUK, which is still ours, sets it:
 * nobody has to guess which PIN holds. */
static bool
replace_pin(struct token_work *work, struct error *err)
{
	struct token_evidence *on = &work->out->evidence;
	const bool again = on->stage != TOKEN_STAGE_CERTIFIED;
	struct piv_shown shown;
	if (!again && on->pin_left < 2)
		return token_work_stop(work, on->pin_left == 0 ? TOKEN_VERDICT_PIN_LOCKED : TOKEN_VERDICT_UNSURE, err);
	if (!again && !token_work_mark(work, TOKEN_STAGE_HANDING, 0, err))
		return false;
	if (again ? !piv_reset_retry(work->link, work->job->secrets.puk, work->pin, &shown, err)
			  : !piv_change(work->link, PIV_PIN, work->job->secrets.pin, work->pin, &shown, err))
		return false;
	if (shown.well)
		return true;
	if (again)
		return token_work_stop(work, shown.blocked ? TOKEN_VERDICT_PUK_LOCKED : TOKEN_VERDICT_USED, err);
	on->pin_left = shown.left;
	return token_work_stop(work, shown.blocked ? TOKEN_VERDICT_PIN_LOCKED : TOKEN_VERDICT_PIN_CHANGED, err);
}

static bool
hand_over_step(struct token_work *work, struct error *err)
{
	struct piv_shown shown;
	if (pin_rule_check(work->pin) != PIN_RULE_WELL)
		return error_set(err, ERROR_INVALID, "new PIN: %s", pin_rule_words(pin_rule_check(work->pin)));
	if (!expect_key(work, TOKEN_STAGE_CERTIFIED, TOKEN_STAGE_DELIVERED, err))
		return false;
	if (!work->out->evidence.certificate_fits)
		return token_work_stop(work, TOKEN_VERDICT_OTHER_KEY, err);
	if (!replace_pin(work, err) || !piv_verify(work->link, work->pin, &shown, err))
		return false;
	if (!shown.well)
		return token_work_stop(work, TOKEN_VERDICT_READ_BACK, err);
	return token_work_prove(work, err) && token_work_mark(work, TOKEN_STAGE_DELIVERED, 0, err);
}

/* PIV has no command that deletes a key: another one takes its place, whose public half nobody keeps. */
static bool
blank_step(struct token_work *work, struct error *err)
{
	const struct token_evidence *on = &work->out->evidence;
	uint8_t bytes[PIV_GENERATED];
	struct buffer answer = buffer_into(bytes, sizeof(bytes));
	struct piv_public pair;
	if (on->stage == TOKEN_STAGE_NONE)
		return token_work_stop(work, TOKEN_VERDICT_NOT_NOW, err);
	if (on->management != TOKEN_HOLDER_TRANSPORT && on->management != TOKEN_HOLDER_FACTORY)
		return token_work_stop(work, TOKEN_VERDICT_USED, err);
	return piv_put(work->link, PIV_TAG_CERTIFICATE, (struct span){ 0 }, err) &&
		   (!on->key_there || piv_generate(work->link, PIV_SLOT_AUTHENTICATION, TOKEN_P256, &pair, &answer, err)) &&
		   token_work_mark(work, TOKEN_STAGE_VOID, 0, err);
}

static const struct {
	token_steps_fn carry_out;
	unsigned commands;
} steps[TOKEN_STEPS] = {
	[TOKEN_STEP_READ] = { read_step, 20 },
	[TOKEN_STEP_TAKE_OVER] = { token_take, 40 },
	[TOKEN_STEP_GENERATE] = { generate_step, 36 },
	[TOKEN_STEP_SIGN_REQUEST] = { request_step, 36 },
	[TOKEN_STEP_WRITE_CERTIFICATE] = { certificate_step, 48 },
	[TOKEN_STEP_PROVE] = { prove_step, 42 },
	[TOKEN_STEP_HAND_OVER] = { hand_over_step, 46 },
	[TOKEN_STEP_BLANK] = { blank_step, 40 },
};

token_steps_fn
token_steps_of(enum token_step step)
{
	return steps[step].carry_out;
}

unsigned
token_steps_commands(enum token_step step)
{
	return steps[step].commands;
}
