#include "peripherals/token/token_job.h"

#include <string.h>

#include "peripherals/token/piv.h"
#include "peripherals/token/token_link.h"
#include "peripherals/token/token_look.h"
#include "peripherals/token/token_steps.h"

enum { FORM = 1 };

/* Whether the parameters are enough for the step. */
static bool
check(const struct token_job *job, const struct token_brand *brand, struct error *err)
{
	const struct token_secrets *with = &job->secrets;
	const bool read = job->step == TOKEN_STEP_READ, all = with->pin.len > 0 && with->puk.len > 0;
	if (brand == NULL)
		return error_set(err, ERROR_INVALID, "no token brand of this name is known");
	if (!read && (job->serial[0] == '\0' || job->line[0] == '\0'))
		return error_set(err, ERROR_INVALID, "the step does not say which token and line");
	if (with->pin.len > TOKEN_PIN || (with->puk.len > 0 && with->puk.len != TOKEN_PIN) ||
		(with->management.len > 0 && with->management.len != piv_data_key_len(brand->cipher)))
		return error_set(err, ERROR_INVALID, "transport values of the wrong length");
	if (!read && (with->management.len == 0 || (!all && job->step != TOKEN_STEP_BLANK)))
		return error_set(err, ERROR_INVALID, "the step has no transport values");
	return true;
}

/* The right token, and ours or nobody's. */
static bool
recognise(struct token_work *work, struct error *err)
{
	const struct token_evidence *on = &work->out->evidence;
	const struct token_job *job = work->job;
	if (job->serial[0] != '\0' && strcmp(job->serial, on->serial) != 0)
		return token_work_stop(work, TOKEN_VERDICT_SERIAL, err);
	if (job->step == TOKEN_STEP_READ)
		return true;
	if (on->record_broken)
		return token_work_stop(work, TOKEN_VERDICT_RECORD, err);
	if (on->stage != TOKEN_STAGE_NONE && strcmp(job->line, on->line) != 0)
		return token_work_stop(work, TOKEN_VERDICT_OTHER_LINE, err);
	if (on->stage == TOKEN_STAGE_VOID && job->step != TOKEN_STEP_BLANK)
		return token_work_stop(work, TOKEN_VERDICT_VOID, err);
	return true;
}

static bool
carry_out(struct token_work *work, struct error *err)
{
	if (!token_look(work, err) || !recognise(work, err) || !token_steps_of(work->job->step)(work, err))
		return false;
	return work->job->step == TOKEN_STEP_READ || token_look(work, err);
}

bool
token_job_run(struct link link, const struct token_job *job, struct span pin, const struct token_job_watch *watch,
	struct token_result *out, struct error *err)
{
	const struct token_brand *brand = token_brand_named(job->brand);
	if (job->step >= TOKEN_STEPS)
		return error_set(err, ERROR_INVALID, "no step of a token has number %d", (int)job->step);
	if (!check(job, brand, err))
		return false;
	struct token_link over = token_link_begin(link, watch, token_steps_commands(job->step));
	struct token_work work = { .link = token_link(&over), .job = job, .brand = brand, .pin = pin, .out = out };
	*out = (struct token_result){ .verdict = TOKEN_VERDICT_NONE };
	const bool done = carry_out(&work, err);
	token_link_finish(&over, out->evidence.transcript);
	out->commands = over.commands > UINT16_MAX ? UINT16_MAX : (uint16_t)over.commands;
	if (done || out->verdict != TOKEN_VERDICT_NONE)
		return true;
	out->evidence.read = false;
	return error_in(err, "token: %s", token_step_name(job->step));
}

void
token_job_put(struct buffer *out, const struct token_job *job)
{
	buffer_u8(out, FORM);
	buffer_u8(out, (uint8_t)job->step);
	buffer_u8(out, (uint8_t)job->algorithm);
	buffer_u64le(out, (uint64_t)job->now_ms);
	buffer_text(out, job->brand);
	buffer_text(out, job->serial);
	buffer_text(out, job->line);
	buffer_block(out, job->secrets.pin);
	buffer_block(out, job->secrets.puk);
	buffer_block(out, job->secrets.management);
	buffer_block(out, job->certificate);
}

bool
token_job_take(struct cursor *in, struct token_job *out, struct error *err)
{
	struct token_job got = { 0 };
	const uint8_t form = cursor_u8(in), step = cursor_u8(in), algorithm = cursor_u8(in);
	got.now_ms = (int64_t)cursor_u64le(in);
	cursor_text(in, got.brand, sizeof(got.brand));
	cursor_text(in, got.serial, sizeof(got.serial));
	cursor_text(in, got.line, sizeof(got.line));
	got.secrets.pin = cursor_block(in, TOKEN_PIN);
	got.secrets.puk = cursor_block(in, TOKEN_PIN);
	got.secrets.management = cursor_block(in, TOKEN_MANAGEMENT);
	got.certificate = cursor_block(in, TOKEN_CERTIFICATE);
	if (!in->ok || form != FORM || step >= TOKEN_STEPS || algorithm >= TOKEN_ALGORITHMS)
		return error_set(err, ERROR_INVALID, "parameters of a token's step break their format");
	got.step = (enum token_step)step;
	got.algorithm = (enum token_algorithm)algorithm;
	*out = got;
	return true;
}

void
token_job_put_result(struct buffer *out, const struct token_result *result)
{
	buffer_u8(out, FORM);
	buffer_u8(out, (uint8_t)result->verdict);
	buffer_u16le(out, result->commands);
	evidence_put(out, &result->evidence);
	buffer_block(out, (struct span){ result->proof.message, result->proof.message_len });
	buffer_block(out, (struct span){ result->proof.signature, result->proof.signature_len });
	buffer_block(out, (struct span){ result->request, result->request_len });
}

static size_t
take_block(struct cursor *in, uint8_t *out, size_t most)
{
	const struct span bytes = cursor_block(in, most);
	if (bytes.len > 0)
		memcpy(out, bytes.at, bytes.len);
	return bytes.len;
}

bool
token_job_take_result(struct cursor *in, struct token_result *out, struct error *err)
{
	struct token_result got = { 0 };
	const uint8_t form = cursor_u8(in), verdict = cursor_u8(in);
	got.commands = cursor_u16le(in);
	if (!in->ok || form != FORM || verdict >= TOKEN_VERDICTS)
		return error_set(err, ERROR_INVALID, "result of a token's step breaks its format");
	got.verdict = (enum token_verdict)verdict;
	if (!evidence_take(in, &got.evidence, err))
		return false;
	got.proof.message_len = take_block(in, got.proof.message, sizeof(got.proof.message));
	got.proof.signature_len = take_block(in, got.proof.signature, sizeof(got.proof.signature));
	got.request_len = take_block(in, got.request, sizeof(got.request));
	if (!in->ok)
		return error_set(err, ERROR_INVALID, "result of a token's step breaks its format");
	*out = got;
	return true;
}
