/*
 * What the centre answers: status (two bytes), kind of content (one), length of Retry-After (one), that, and the body.
 * Whatever it is, the verdict is one of the known ones, its wait within bounds, and it is accepted only with a receipt
 * that names the id.
 */
#include <stdlib.h>
#include <string.h>

#include "kiosk/base/text.h"
#include "sync/upload/backoff.h"
#include "sync/upload/verdict.h"
#include "tests/fuzz/fuzz.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const types[] = { "application/cms", "application/problem+json", "text/html", "" };
	static const char id[] = "261125-WR-04-000047-7f3a9c2b";
	static const uint8_t sha256[32];
	struct http_answer answer = { .reached = true };
	struct verdict verdict;
	if (size < 4 || size - 4 < data[3] % sizeof(answer.retry_after))
		return 0;
	size_t after = data[3] % sizeof(answer.retry_after);
	answer.status = 100 + (data[0] | data[1] << 8) % 500;
	(void)text_copy(answer.content_type, sizeof(answer.content_type), types[data[2] % 4]);
	memcpy(answer.retry_after, data + 4, after);
	answer.body = (struct span){ data + 4 + after, size - 4 - after };
	verdict_give(&answer, id, sha256, 1795575845000, &verdict);
	if (verdict.asked_ms != 0 &&
		(verdict.asked_ms < BACKOFF_LEAST_ASKED_MS || verdict.asked_ms > BACKOFF_MOST_ASKED_MS))
		abort();
	if (!text_is_utf8(text_span(verdict.why)))
		abort();
	if (verdict.kind == VERDICT_ACCEPTED && memmem(answer.body.at, answer.body.len, id, strlen(id)) == NULL)
		abort();
	return 0;
}
