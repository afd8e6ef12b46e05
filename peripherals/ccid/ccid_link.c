#include "peripherals/ccid/ccid_link.h"

#define OFF_MS 500u

static bool
link_transmit(void *self, struct span command, struct buffer *response, struct error *err)
{
	const struct ccid_link *state = self;

	return ccid_transmit(state->reader, state->slot, command, response, state->timeout_ms, err);
}

static void
link_close(void *self)
{
	const struct ccid_link *state = self;
	struct error ignored;
	bool off = ccid_power_off(state->reader, state->slot, OFF_MS, &ignored);

	(void)off; /* a card that went is off too */
}

struct link
ccid_link(struct ccid_link *state)
{
	static const struct link_ops ops = { .transmit = link_transmit, .close = link_close };

	return (struct link){ &ops, state };
}
