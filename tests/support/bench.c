#include "tests/support/bench.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#define ROUNDS_MOST 1000u

static int
by_size(const void *a, const void *b)
{
	const double x = *(const double *)a;
	const double y = *(const double *)b;
	return (x > y) - (x < y);
}

/* The value below which `part` of the sorted values lie, between neighbours in proportion. */
static double
quantile(const double *sorted, unsigned count, double part)
{
	double place = part * (count - 1);
	unsigned below = (unsigned)place;
	unsigned above = below + 1 < count ? below + 1 : below;
	return sorted[below] + (place - below) * (sorted[above] - sorted[below]);
}

static struct bench_spread
spread_of(double *values, unsigned count)
{
	qsort(values, count, sizeof(*values), by_size);
	return (struct bench_spread){ values[0], quantile(values, count, 0.25), quantile(values, count, 0.5),
		quantile(values, count, 0.75), values[count - 1] };
}

static bool
failed(const char *name)
{
	printf("MISSED  %s: a round failed\n", name);
	return false;
}

/* One round of both, `ours` first when asked. False if either failed. */
static bool
both(
	const struct bench_case *ours, const struct bench_case *theirs, bool ours_first, int64_t *our_ns, int64_t *their_ns)
{
	const struct bench_case *order[2] = { ours_first ? ours : theirs, ours_first ? theirs : ours };
	int64_t ns[2];
	for (unsigned i = 0; i < 2; i++) {
		ns[i] = order[i]->round(order[i]->self);
		if (ns[i] < 0)
			return failed(order[i]->name);
	}
	*our_ns = ours_first ? ns[0] : ns[1];
	*their_ns = ours_first ? ns[1] : ns[0];
	return true;
}

static double
at_least_one(int64_t ns)
{
	return ns > 0 ? (double)ns : 1.0;
}

int64_t
bench_now_ns(void)
{
	struct timespec now = { 0 };
	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

bool
bench_speed(struct bench_case ours, struct bench_case theirs, unsigned rounds, double bound, struct bench_spread *out)
{
	static double ratios[ROUNDS_MOST], our_ms[ROUNDS_MOST], their_ms[ROUNDS_MOST];
	assert(rounds >= BENCH_ROUNDS && rounds <= ROUNDS_MOST);
	int64_t a = 0;
	int64_t b = 0;
	if (!both(&ours, &theirs, true, &a, &b))
		return false;
	for (unsigned i = 0; i < rounds; i++) {
		if (!both(&ours, &theirs, i % 2 != 0, &a, &b))
			return false;
		ratios[i] = at_least_one(b) / at_least_one(a);
		our_ms[i] = (double)a / 1e6;
		their_ms[i] = (double)b / 1e6;
	}
	const struct bench_spread ratio = spread_of(ratios, rounds);
	bool met = ratio.median >= bound;
	printf("%s  %s: %.2fx the speed of %s, wanted %.2fx (%u rounds, %.2f..%.2f, middle half %.2f..%.2f; "
		   "medians %.3f ms, %.3f ms)\n",
		met ? "ok    " : "MISSED", ours.name, ratio.median, theirs.name, bound, rounds, ratio.least, ratio.most,
		ratio.lower, ratio.upper, spread_of(our_ms, rounds).median, spread_of(their_ms, rounds).median);
	if (out != NULL)
		*out = ratio;
	return met;
}

bool
bench_within(struct bench_case ours, unsigned rounds, double bound_ms, struct bench_spread *out)
{
	static double ms[ROUNDS_MOST];
	assert(rounds >= BENCH_ROUNDS && rounds <= ROUNDS_MOST);
	if (ours.round(ours.self) < 0)
		return failed(ours.name);
	for (unsigned i = 0; i < rounds; i++) {
		int64_t ns = ours.round(ours.self);
		if (ns < 0)
			return failed(ours.name);
		ms[i] = (double)ns / 1e6;
	}
	const struct bench_spread spread = spread_of(ms, rounds);
	bool met = spread.median <= bound_ms;
	printf("%s  %s: %.3f ms, wanted at most %.3f ms (%u rounds, %.3f..%.3f, middle half %.3f..%.3f)\n",
		met ? "ok    " : "MISSED", ours.name, spread.median, bound_ms, rounds, spread.least, spread.most, spread.lower,
		spread.upper);
	if (out != NULL)
		*out = spread;
	return met;
}
