/*
 * A printer that answers anything: its transfers, each a byte of length and that many bytes; a length of 255 says that
 * nothing came in time. It is opened, and a picture is printed on it until the input ends.
 */
#include <string.h>

#include "peripherals/printer/printer.h"
#include "tests/fuzz/fuzz.h"

static bool
fuzz_write(void *self, struct span out, unsigned timeout_ms, struct error *err)
{
	(void)self, (void)err;
	require(out.len > 0 && out.len <= 4096 && timeout_ms > 0);
	return true;
}

static bool
fuzz_read(void *self, uint8_t *in, size_t cap, size_t *len, unsigned timeout_ms, struct error *err)
{
	struct cursor *input = self;
	const uint8_t says = cursor_u8(input);
	require(cap >= UINT8_MAX && timeout_ms > 0);
	if (!input->ok)
		return error_set(err, ERROR_GONE, "the input ended");
	if (says == UINT8_MAX)
		return error_set(err, ERROR_TIMEOUT, "nothing came");
	const struct span answer = cursor_take(input, says);
	if (answer.len > 0)
		memcpy(in, answer.at, answer.len);
	*len = answer.len;
	return true;
}

static void
fuzz_close(void *self)
{
	(void)self;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct port_ops ops = { fuzz_write, fuzz_read, fuzz_close };
	static const uint8_t rows[8 * 100];
	const struct printer_job job = { .rows = rows, .width = 64, .height = 100, .cut = true, .kick = true };
	const uint32_t bands = printer_bands(job.height);
	struct cursor input = cursor_over((struct span){ data, size });
	struct printer_outcome outcome = { 0 };
	struct printer printer;
	struct error err;

	if (!printer_open((struct port){ &ops, &input }, &printer, &err))
		return 0;
	for (unsigned i = 0; i < 8; i++) {
		const uint32_t from = outcome.resumable ? outcome.sure : 0;
		const bool done = printer_print(&printer, &job, from, 60000, NULL, NULL, &outcome, &err);
		require(outcome.sure <= bands && (!done || outcome.sure == bands));
		require(!done || printer_status_prints(&outcome.status));
	}
	printer_close(&printer);
	return 0;
}
