#include "peripherals/token/plan.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#define F(fact) (1u << PLAN_##fact)
#define STEP(name)                                                                                                     \
	{                                                                                                                  \
		.answer = PLAN_STEP, .step = TOKEN_STEP_##name                                                                 \
	}
#define WAIT(name)                                                                                                     \
	{                                                                                                                  \
		.answer = PLAN_WAIT, .wait = PLAN_WAIT_##name                                                                  \
	}
#define REFUSE(name)                                                                                                   \
	{                                                                                                                  \
		.answer = PLAN_REFUSE, .why = TOKEN_VERDICT_##name                                                             \
	}
#define VOID(name)                                                                                                     \
	{                                                                                                                  \
		.answer = PLAN_VOID, .why = TOKEN_VERDICT_##name                                                               \
	}
#define DONE                                                                                                           \
	{                                                                                                                  \
		.answer = PLAN_DONE                                                                                            \
	}
#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

/* clang-format off */
const struct plan_row plan_rows[] = {
	/* all of these                                    none of these                  next */
	{ F(DELIVERED),                                    F(ENDED),                      DONE },
	{ 0,                                               F(INSERTED),                   WAIT(TOKEN) },
	{ 0,                                               F(BRAND),                      REFUSE(BRAND) },
	{ 0,                                               F(PIV),                        REFUSE(NOT_PIV) },
	{ 0,                                               F(READ),                       STEP(READ) },
	{ 0,                                               F(SERIAL),                     REFUSE(SERIAL) },

	/* Whose is it? */
	{ F(RECORD_BROKEN),                                0,                             VOID(RECORD) },
	{ F(RECORDED),                                     F(LINE),                       REFUSE(OTHER_LINE) },
	{ F(STAGE_VOID) | F(ENDED),                        0,                             DONE },
	{ F(STAGE_VOID),                                   0,                             VOID(VOID) },
	{ 0,                                               F(OPEN),                       VOID(USED) },
	{ F(WRITTEN),                                      F(RECORDED),                   VOID(FOREIGN_CERTIFICATE) },
	{ F(KEY_THERE),                                    F(RECORDED),                   VOID(FOREIGN_KEY) },
	{ F(ENDED),                                        F(RECORDED),                   DONE }, /* never touched */
	{ F(ENDED),                                        0,                             STEP(BLANK) },
	{ F(PIN_LOCKED),                                   0,                             VOID(PIN_LOCKED) },
	{ F(PUK_LOCKED),                                   0,                             VOID(PUK_LOCKED) },
	{ F(FAILED),                                       0,                             VOID(NONE) },

	/* What is still to be done? */
	{ F(KEY_KEPT),                                     F(KEY_KNOWN),                  VOID(KEY_CHANGED) },
	{ F(KEY_KEPT),                                     F(KEY_SAME),                   VOID(KEY_CHANGED) },
	{ 0,                                               F(TAKEN),                      STEP(TAKE_OVER) },
	{ 0,                                               F(KEY_KNOWN),                  STEP(GENERATE) },
	{ F(HANDING) | F(HAND_OVER) | F(PROVED),           0,                             STEP(HAND_OVER) },
	{ F(HANDING),                                      0,                             WAIT(HAND_OVER) },
	{ 0,                                               F(REQUEST),                    STEP(SIGN_REQUEST) },
	{ 0,                                               F(CERTIFICATE),                WAIT(CERTIFICATE) },
	{ 0,                                               F(CERTIFICATE_WELL),           REFUSE(NONE) },
	{ 0,                                               F(WRITTEN_SAME),               STEP(WRITE_CERTIFICATE) },
	{ 0,                                               F(PROVED),                     STEP(PROVE) },
	{ F(HAND_OVER),                                    0,                             STEP(HAND_OVER) },
	{ 0,                                               0,                             WAIT(HAND_OVER) },
};
/* clang-format on */

const size_t plan_row_count = COUNT(plan_rows);

static const char *const fact_names[PLAN_FACTS] = {
	[PLAN_INSERTED] = "inserted",
	[PLAN_READ] = "read",
	[PLAN_BRAND] = "brand",
	[PLAN_PIV] = "piv",
	[PLAN_SERIAL] = "serial",
	[PLAN_PIN_LOCKED] = "pin locked",
	[PLAN_PUK_LOCKED] = "puk locked",
	[PLAN_RECORD_BROKEN] = "record broken",
	[PLAN_RECORDED] = "recorded",
	[PLAN_LINE] = "line",
	[PLAN_OPEN] = "open",
	[PLAN_TAKEN] = "taken",
	[PLAN_KEY_THERE] = "key there",
	[PLAN_KEY_KNOWN] = "key known",
	[PLAN_KEY_KEPT] = "key kept",
	[PLAN_KEY_SAME] = "key same",
	[PLAN_REQUEST] = "request",
	[PLAN_CERTIFICATE] = "certificate",
	[PLAN_CERTIFICATE_WELL] = "certificate well",
	[PLAN_WRITTEN] = "written",
	[PLAN_WRITTEN_SAME] = "written same",
	[PLAN_PROVED] = "proved",
	[PLAN_HANDING] = "handing",
	[PLAN_HAND_OVER] = "hand over",
	[PLAN_DELIVERED] = "delivered",
	[PLAN_ENDED] = "ended",
	[PLAN_STAGE_VOID] = "void",
	[PLAN_FAILED] = "failed",
};

static uint32_t
fact(enum plan_fact which, bool holds)
{
	return holds ? 1u << which : 0u;
}

static bool
same(struct span a, struct span b)
{
	return a.len == b.len && (a.len == 0 || memcmp(a.at, b.at, a.len) == 0);
}

/* What the counter, or else the step that was to write it, found wrong with the certificate. */
static enum token_verdict
certificate_fault(const struct plan_case *now)
{
	if (now->certificate_verdict != TOKEN_VERDICT_NONE)
		return now->certificate_verdict;
	return now->last >= TOKEN_VERDICT_CERTIFICATE ? now->last : TOKEN_VERDICT_NONE;
}

static uint32_t
facts_of_case(const struct plan_case *now)
{
	return fact(PLAN_INSERTED, now->inserted) | fact(PLAN_BRAND, now->brand_fits) |
		   fact(PLAN_PIV, now->last != TOKEN_VERDICT_NOT_PIV) | fact(PLAN_KEY_KEPT, now->key.len > 0) |
		   fact(PLAN_REQUEST, now->request_kept) | fact(PLAN_CERTIFICATE, now->certificate.len > 0) |
		   fact(PLAN_CERTIFICATE_WELL, certificate_fault(now) == TOKEN_VERDICT_NONE) | fact(PLAN_PROVED, now->proved) |
		   fact(PLAN_HAND_OVER, now->hand_over) | fact(PLAN_DELIVERED, now->delivered) | fact(PLAN_ENDED, now->ended) |
		   fact(PLAN_FAILED, token_verdict_spoils(now->last));
}

uint32_t
plan_facts(const struct token_evidence *evidence, const struct plan_case *now)
{
	const uint32_t facts = facts_of_case(now);
	if (evidence == NULL || !evidence->read || evidence->management == TOKEN_HOLDER_UNKNOWN)
		return facts;
	const struct token_evidence *on = evidence;
	const struct span key = { on->key, on->key_len }, written = { on->certificate, on->certificate_len };
	const bool recorded = on->stage != TOKEN_STAGE_NONE;
	return facts | fact(PLAN_READ, true) | fact(PLAN_SERIAL, strcmp(on->serial, now->serial) == 0) |
		   fact(PLAN_PIN_LOCKED, on->pin_left == 0) | fact(PLAN_PUK_LOCKED, on->puk_left == 0) |
		   fact(PLAN_RECORD_BROKEN, on->record_broken) | fact(PLAN_RECORDED, recorded) |
		   fact(PLAN_LINE, recorded && strcmp(on->line, now->line) == 0) |
		   fact(PLAN_OPEN, on->management == TOKEN_HOLDER_TRANSPORT ||
							   (on->management == TOKEN_HOLDER_FACTORY && on->stage <= TOKEN_STAGE_TAKING)) |
		   fact(PLAN_TAKEN, on->stage >= TOKEN_STAGE_TAKEN) | fact(PLAN_KEY_THERE, on->key_there) |
		   fact(PLAN_KEY_KNOWN, on->stage >= TOKEN_STAGE_KEYED && on->key_len > 0 && on->key_there) |
		   fact(PLAN_KEY_SAME, on->key_len > 0 && same(key, now->key)) | fact(PLAN_WRITTEN, written.len > 0) |
		   fact(PLAN_WRITTEN_SAME,
			   written.len > 0 && on->stage >= TOKEN_STAGE_CERTIFIED && same(written, now->certificate)) |
		   fact(PLAN_HANDING, on->stage == TOKEN_STAGE_HANDING || on->stage == TOKEN_STAGE_DELIVERED) |
		   fact(PLAN_STAGE_VOID, on->stage == TOKEN_STAGE_VOID);
}

const struct plan_row *
plan_find(uint32_t facts)
{
	size_t i = 0;
	while ((facts & plan_rows[i].all) != plan_rows[i].all || (facts & plan_rows[i].none) != 0)
		i++;
	assert(i < COUNT(plan_rows)); /* the last row fits everything */
	return &plan_rows[i];
}

struct plan_next
plan_next(const struct token_evidence *evidence, const struct plan_case *now)
{
	struct plan_next next = plan_find(plan_facts(evidence, now))->next;
	if (next.answer == PLAN_VOID && next.why == TOKEN_VERDICT_NONE)
		next.why = now->last;
	if (next.answer == PLAN_REFUSE && next.why == TOKEN_VERDICT_NONE)
		next.why = certificate_fault(now);
	return next;
}

const char *
plan_fact_name(enum plan_fact which)
{
	assert(which < PLAN_FACTS);
	return fact_names[which];
}

static void
print_facts(FILE *out, uint32_t facts, const char *before)
{
	for (unsigned i = 0; i < PLAN_FACTS; i++)
		if (facts & 1u << i)
			fprintf(out, " %s%s;", before, fact_names[i]);
}

static void
print_next(FILE *out, const struct plan_next *next)
{
	static const char *const waits[PLAN_WAITS] = { "nothing", "the token", "the certificate", "the hand-over" };
	switch (next->answer) {
	case PLAN_STEP:
		fprintf(out, "step: %s\n", token_step_name(next->step));
		break;
	case PLAN_WAIT:
		fprintf(out, "wait for %s\n", waits[next->wait]);
		break;
	case PLAN_REFUSE:
	case PLAN_VOID:
		fprintf(out, "%s: %s\n", next->answer == PLAN_VOID ? "void" : "refuse",
			next->why != TOKEN_VERDICT_NONE ? token_verdict_name(next->why)
			: next->answer == PLAN_VOID     ? "as the last step found"
											: "as the certificate was found");
		break;
	case PLAN_DONE:
	case PLAN_ANSWERS:
		fprintf(out, "done\n");
		break;
	}
}

void
plan_print(void *file)
{
	fprintf(file, "The first line whose facts hold says what comes next.\n");
	for (size_t i = 0; i < COUNT(plan_rows); i++) {
		fprintf(file, "%2zu", i + 1);
		print_facts(file, plan_rows[i].all, "");
		print_facts(file, plan_rows[i].none, "not ");
		fprintf(file, "%s -> ", plan_rows[i].all == 0 && plan_rows[i].none == 0 ? " else" : "");
		print_next(file, &plan_rows[i].next);
	}
}
