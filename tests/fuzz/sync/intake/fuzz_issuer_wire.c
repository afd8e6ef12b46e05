/* What the intake asks an issuer, and what an issuer answers. First byte: which of the three messages. */
#include <stdlib.h>
#include <string.h>

#include "sync/intake/issuer_wire.h"
#include "tests/fuzz/fuzz.h"

static void
must(bool holds)
{
	if (!holds)
		abort();
}

/* A request that was read is written as it came. */
static void
read_request(struct span body)
{
	static uint8_t again[ISSUER_WIRE_MOST];
	struct cursor in = cursor_over(body);
	struct buffer out = buffer_into(again, sizeof(again));
	struct issuer_request request;
	struct error err;
	if (!issuer_wire_take_request(&in, &request, &err))
		return;
	issuer_wire_put_request(&out, &request);
	must(out.ok && out.len == body.len && memcmp(again, body.at, out.len) == 0);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span text;
	struct error err = { 0 };
	if (size < 1)
		return 0;
	const struct span body = { data + 1, size - 1 };
	struct cursor in = cursor_over(body);
	if (data[0] % 3 == 0)
		read_request(body);
	else if (data[0] % 3 == 1)
		must(!issuer_wire_take_text(&in, ISSUER_CERTIFICATE_MOST, &text, &err) || text.len <= ISSUER_CERTIFICATE_MOST);
	else
		must(!issuer_wire_take_failure(&in, &err) && err.kind != ERROR_NONE);
	return 0;
}
