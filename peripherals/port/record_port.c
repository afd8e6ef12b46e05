#include "peripherals/port/record_port.h"

static void
write_step(FILE *out, char sign, struct span bytes)
{
	(void)fprintf(out, "%c ", sign);
	for (size_t i = 0; i < bytes.len; i++)
		(void)fprintf(out, "%02X", bytes.at[i]);
	(void)fputc('\n', out);
}

static bool
record_write(void *self, struct span out, unsigned timeout_ms, struct error *err)
{
	struct record_port *state = self;

	if (!state->inner.ops->write(state->inner.self, out, timeout_ms, err))
		return false;
	write_step(state->out, '>', out);
	return true;
}

static bool
record_read(void *self, uint8_t *in, size_t cap, size_t *len, unsigned timeout_ms, struct error *err)
{
	struct record_port *state = self;

	if (!state->inner.ops->read(state->inner.self, in, cap, len, timeout_ms, err)) {
		(void)fprintf(state->out, "! %s\n",
			err->kind == ERROR_TIMEOUT ? "timeout"
			: err->kind == ERROR_GONE  ? "gone"
									   : "system");
		return false;
	}
	write_step(state->out, '<', (struct span){ in, *len });
	return true;
}

static void
record_close(void *self)
{
	struct record_port *state = self;

	state->inner.ops->close(state->inner.self);
}

struct port
record_port(struct record_port *state)
{
	static const struct port_ops ops = { .write = record_write, .read = record_read, .close = record_close };

	return (struct port){ &ops, state };
}
