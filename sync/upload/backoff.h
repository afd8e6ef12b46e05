#pragma once
/* How long to wait before the next try. Pure. */
#include <stdint.h>

#define BACKOFF_FIRST_MS       1000 /* doubled after each failure */
#define BACKOFF_MOST_MS        (120 * 1000)
#define BACKOFF_LEAST_ASKED_MS (30 * 1000)             /* of a Retry-After, */
#define BACKOFF_MOST_ASKED_MS  (24ll * 60 * 60 * 1000) /* clamped to these two */

/* After `tries` failures in a row (at least 1): 1 s doubling to 120 s, of which up to a quarter is taken off by
 * `random`, so that many counters do not come back together. */
int64_t backoff_wait_ms(uint32_t tries, uint32_t random);

/*
 * What Retry-After (RFC 9110, 10.2.3) asks for, as seconds or as an IMF-fixdate seen from `now_ms` (UTC), clamped to
 * 30 s..24 h. 0 if the text is neither.
 */
int64_t backoff_asked_ms(const char *retry_after, int64_t now_ms);
