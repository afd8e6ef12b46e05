#pragma once
/*
 * Measurements that a machine with other work can repeat: what is measured and what it is compared with take turns, and
 * the verdict is over the median of the ratios within rounds, so that a slow minute slows both. Printed to standard
 * output, one line a verdict.
 */
#include <stdbool.h>
#include <stdint.h>

#define BENCH_ROUNDS 9u /* fewest that a verdict may rest on */

struct bench_case {
	const char *name; /* borrowed */
	/* Do one round and return the nanoseconds of the part that counts (at least 1), negative if it failed. Rounds of
	 * both sides must do the same amount of work. */
	int64_t (*round)(void *self);
	void *self; /* borrowed */
};

/* In-round values in ascending order of size: the median, the quartiles and the ends. */
struct bench_spread {
	double least, lower, median, upper, most;
};

/* Nanoseconds of a clock that never steps. */
int64_t bench_now_ns(void);

/*
 * How fast `ours` is beside `theirs` (2.0: in half the time). One round of each that does not count, then `rounds`
 * (BENCH_ROUNDS at least) of both, who goes first changing each time. Prints a line that begins with "ok" or "MISSED"
 * and returns whether the median is at least `bound`; false also if a round failed. `out` may be NULL.
 */
bool bench_speed(
	struct bench_case ours, struct bench_case theirs, unsigned rounds, double bound, struct bench_spread *out);
/* Milliseconds of a round, with one before that does not count: whether the median is at most bound_ms. */
bool bench_within(struct bench_case ours, unsigned rounds, double bound_ms, struct bench_spread *out);
