/* Results, evidence and parameters from the wire: what is taken is written again byte for byte. */
#include <string.h>

#include "peripherals/token/token_job.h"
#include "tests/fuzz/fuzz.h"

static void
same(const struct buffer *out, const uint8_t *data, const struct cursor *in, size_t size)
{
	require(out->ok && out->len == size - in->rest.len && memcmp(out->at, data, out->len) == 0);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static uint8_t bytes[TOKEN_JOB_RESULT];
	static struct token_result result;
	struct token_job job;
	struct error err;
	if (size == 0)
		return 0;
	struct cursor in = cursor_over((struct span){ data + 1, size - 1 });
	struct buffer out = buffer_into(bytes, sizeof(bytes));
	if (data[0] % 2 == 0 && token_job_take(&in, &job, &err)) {
		token_job_put(&out, &job);
		same(&out, data + 1, &in, size - 1);
	} else if (data[0] % 2 == 1 && token_job_take_result(&in, &result, &err)) {
		token_job_put_result(&out, &result);
		same(&out, data + 1, &in, size - 1);
	}
	return 0;
}
