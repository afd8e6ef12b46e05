#pragma once
/* Instants and waits. Wall time is int64_t milliseconds since 1970 UTC; waits use the monotonic clock. */
#include <stdint.h>

int64_t clock_now_ms(void);       /* wall clock, UTC */
int64_t clock_monotonic_ms(void); /* never steps; for deadlines and durations */
