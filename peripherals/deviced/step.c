#include "peripherals/deviced/step.h"

#include "peripherals/token/token_job.h"

_Static_assert(TOKEN_JOB_PARAMETERS <= DEVICE_WIRE_STEP_MOST, "the parameters of a step fit into its message");
_Static_assert(TOKEN_JOB_RESULT <= DEVICE_WIRE_OUTCOME_MOST, "so does what it found");
_Static_assert(TOKEN_TRIES_UNKNOWN == DEVICE_WIRE_TRIES_UNKNOWN, "both say it alike");

bool
step_run(struct link link, const struct step *step, struct buffer *outcome, struct step_end *end, struct error *err)
{
	static const struct token_job_watch nobody = { 0 };
	struct token_job job;
	struct token_result result = { 0 };
	struct cursor in = cursor_over(step->parameters);
	if (!token_job_take(&in, &job, err))
		return false;
	if (!cursor_done(&in) || job.step != (enum token_step)step->number)
		return error_set(err, ERROR_INVALID, "the parameters are not those of step %u", step->number);
	if (!token_job_run(link, &job, step->pin, &nobody, &result, err))
		return false;
	token_job_put_result(outcome, &result);
	*end = (struct step_end){ .done = result.verdict == TOKEN_VERDICT_NONE,
		.tries = result.evidence.read ? result.evidence.pin_left : DEVICE_WIRE_TRIES_UNKNOWN };
	return true;
}
