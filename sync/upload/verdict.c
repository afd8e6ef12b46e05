#include "sync/upload/verdict.h"

#include <jansson.h>
#include <string.h>

#include "kiosk/base/text.h"
#include "sync/upload/backoff.h"
#include "sync/upload/receipt.h"

static void
say(struct verdict *out, enum verdict_kind kind, const char *why)
{
	out->kind = kind;
	(void)text_copy(out->why, sizeof(out->why), why);
}

/* The problem document, NULL if there is none. */
static json_t *
problem_of(const struct http_answer *answer)
{
	if (strcmp(answer->content_type, "application/problem+json") != 0)
		return NULL;
	return json_loadb((const char *)answer->body.at, answer->body.len, JSON_REJECT_DUPLICATES, NULL);
}

void
verdict_title(const struct http_answer *answer, char out[static SPOOL_WHY])
{
	char title[SPOOL_WHY] = "";
	struct error err;
	json_t *problem = problem_of(answer);
	const char *value = json_string_value(json_object_get(problem, "title"));
	if (value != NULL)
		(void)text_copy(title, sizeof(title), value);
	if (title[0] == '\0' || !text_take(text_span(title), "title", out, SPOOL_WHY, &err))
		(void)text_format(out, SPOOL_WHY, "the centre answered %d", answer->status);
	json_decref(problem);
}

/* Whether a 403 speaks of this packet's signature or counter; any other is a refusal of the line. */
static bool
is_of_the_packet(const struct http_answer *answer)
{
	static const char *const types[] = { VERDICT_PROBLEM_SIGNER, VERDICT_PROBLEM_OTHER_COUNTER };
	json_t *problem = problem_of(answer);
	const char *type = json_string_value(json_object_get(problem, "type"));
	bool found = false;
	for (size_t i = 0; type != NULL && i < sizeof(types) / sizeof(types[0]); i++)
		found = found || strcmp(type, types[i]) == 0;
	json_decref(problem);
	return found;
}

static void
judge_receipt(const struct http_answer *answer, const char *id, const uint8_t sha256[static 32], struct verdict *out)
{
	if (strcmp(answer->content_type, "application/cms") != 0) {
		say(out, VERDICT_LATER, "the answer is not of type application/cms");
		return;
	}
	switch (receipt_look(answer->body, id, sha256)) {
	case RECEIPT_OURS:
		say(out, VERDICT_ACCEPTED, "");
		break;
	case RECEIPT_OTHER:
		say(out, VERDICT_LATER, "the answer is for another packet");
		break;
	case RECEIPT_GARBAGE:
		say(out, VERDICT_LATER, "the answer is not a receipt");
		break;
	}
}

/* No whole answer came. */
static void
judge_fault(const struct http_answer *answer, struct verdict *out)
{
	if (answer->reached)
		say(out, VERDICT_LATER, answer->fault.text);
	else if (answer->fault.kind == ERROR_UNTRUSTED)
		say(out, VERDICT_LINE_REFUSED, answer->fault.text);
	else
		say(out, VERDICT_LINE_DOWN, answer->fault.text);
}

void
verdict_give(const struct http_answer *answer, const char *id, const uint8_t sha256[static 32], int64_t now_ms,
	struct verdict *out)
{
	*out = (struct verdict){ .status = answer->status };
	switch (answer->status) {
	case 0:
		judge_fault(answer, out);
		return;
	case 200:
	case 201:
		judge_receipt(answer, id, sha256, out);
		return;
	case 401:
	case 403:
		out->kind = answer->status == 403 && is_of_the_packet(answer) ? VERDICT_PARK : VERDICT_LINE_REFUSED;
		break;
	case 400:
	case 409:
	case 413:
	case 415:
	case 422:
		out->kind = VERDICT_PARK;
		break;
	case 202:
	case 429:
	case 503:
		out->kind = VERDICT_LATER;
		out->whole_line = answer->status != 202;
		out->asked_ms = backoff_asked_ms(answer->retry_after, now_ms);
		break;
	default: /* 5xx, redirects, addresses that are not known there: nothing that speaks against the item itself */
		out->kind = VERDICT_LATER;
		break;
	}
	verdict_title(answer, out->why);
}
