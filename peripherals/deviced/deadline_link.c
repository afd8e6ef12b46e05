#include "peripherals/deviced/deadline_link.h"

#include "kiosk/base/clock.h"

static bool
deadline_transmit(void *ptr, struct span command, struct buffer *response, struct error *err)
{
	struct deadline_link *self = ptr;
	struct link inner = ccid_link(self->slot);
	int64_t left = self->until_ms - clock_monotonic_ms();
	if (left <= 0)
		return error_set(err, ERROR_TIMEOUT, "the step's time is over");
	self->slot->timeout_ms = left > INT32_MAX ? INT32_MAX : (unsigned)left;
	return inner.ops->transmit(inner.self, command, response, err);
}

static void
deadline_close(void *ptr)
{
	(void)ptr;
}

struct link
deadline_link(struct deadline_link *state)
{
	static const struct link_ops ops = { .transmit = deadline_transmit, .close = deadline_close };
	return (struct link){ &ops, state };
}
