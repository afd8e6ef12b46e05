/* The whole stack with the input as the card: each answer is one byte of length and so many bytes; the first byte of
 * all chooses the step. Whatever the card says, the step ends, shows no PIN twice and presents a PUK four times at
 * most. */
#include <stdlib.h>
#include <string.h>

#include "kiosk/base/text.h"
#include "peripherals/token/token_job.h"
#include "tests/fuzz/fuzz.h"

struct card {
	struct cursor rest;
	unsigned verified, changed;
};

static bool
transmit(void *self, struct span command, struct buffer *response, struct error *err)
{
	struct card *card = self;
	card->verified += command.at[1] == 0x20 && command.len > 5;
	card->changed += command.at[1] == 0x24 && command.at[3] == 0x81;
	const size_t len = cursor_u8(&card->rest);
	const struct span answer = cursor_take(&card->rest, len);
	if (!card->rest.ok)
		return error_set(err, ERROR_GONE, "no more");
	buffer_put(response, answer);
	return true;
}

static void
close_nothing(void *self)
{
	(void)self;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct link_ops ops = { transmit, close_nothing };
	static struct token_result result;
	struct token_job job = { .brand = "training", .serial = "70000042", .line = "P/1", .now_ms = 1700000000000 };
	struct error err;
	if (size == 0)
		return 0;
	job.step = (enum token_step)(data[0] % TOKEN_STEPS);
	job.secrets = (struct token_secrets){ text_span("83520461"), text_span("qK7-w2Zp"),
		text_span("a management key of 32 bytes ...") };
	struct card card = { .rest = cursor_over((struct span){ data + 1, size - 1 }) };
	const struct span pin = job.step == TOKEN_STEP_HAND_OVER ? text_span("739154") : (struct span){ 0 };
	const bool done = token_job_run((struct link){ &ops, &card }, &job, pin, NULL, &result, &err);
	if (card.verified > 1 || card.changed > 4 || (done && result.verdict >= TOKEN_VERDICTS))
		abort();
	return 0;
}
