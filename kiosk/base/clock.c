#include "kiosk/base/clock.h"

#include <time.h>

static int64_t
read_ms(clockid_t id)
{
	struct timespec now = { 0 };
	(void)clock_gettime(id, &now); /* cannot fail: both clocks exist on every Linux */
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

int64_t
clock_now_ms(void)
{
	return read_ms(CLOCK_REALTIME);
}

int64_t
clock_monotonic_ms(void)
{
	return read_ms(CLOCK_MONOTONIC);
}
