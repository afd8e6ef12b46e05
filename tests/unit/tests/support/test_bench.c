#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/support/bench.h"
#include "tests/support/check.h"

/* Plays times from a list and writes down who was called. */
struct played {
	char who;
	const int64_t *ns;
	size_t count, next;
	char *calls;
};

static int64_t
play(void *self)
{
	struct played *played = self;
	(void)strncat(played->calls, &played->who, 1);
	return played->ns[played->next++ % played->count];
}

static void
the_median_of_in_round_ratios_decides(void **state)
{
	/* the first of each is the one that does not count; a slow minute in rounds 3 and 4 slows both */
	static const int64_t ours[] = { 999000000, 10, 10, 1000, 1000, 10, 10, 10, 10, 8 };
	static const int64_t theirs[] = { 1, 20, 20, 2000, 2000, 20, 20, 20, 20, 24 };
	char calls[64] = "";
	struct played a = { 'a', ours, 10, 0, calls };
	struct played b = { 'b', theirs, 10, 0, calls };
	struct bench_spread spread;
	(void)state;
	assert_true(bench_speed(
		(struct bench_case){ "ours", play, &a }, (struct bench_case){ "theirs", play, &b }, 9, 2.0, &spread));
	assert_true(spread.median == 2.0 && spread.least == 2.0 && spread.lower == 2.0 && spread.upper == 2.0);
	assert_true(spread.most == 3.0);
	assert_string_equal(calls, "abbaabbaabbaabbaabba"); /* who goes first changes each time */
	a.next = b.next = 0;
	assert_false(bench_speed(
		(struct bench_case){ "ours", play, &a }, (struct bench_case){ "theirs", play, &b }, 9, 2.001, NULL));
}

static void
a_failed_round_is_no_verdict(void **state)
{
	static const int64_t good[] = { 10 };
	static const int64_t bad[] = { 10, 10, 10, -1, 10 };
	char calls[128] = "";
	struct played a = { 'a', good, 1, 0, calls };
	struct played b = { 'b', bad, 5, 0, calls };
	const struct bench_case one = { "good", play, &a };
	const struct bench_case two = { "bad", play, &b };
	(void)state;
	assert_false(bench_speed(one, two, 9, 0.0, NULL));
	b.next = 0;
	assert_false(bench_speed(two, one, 9, 0.0, NULL));
	b.next = 0;
	assert_false(bench_within(two, 9, 1e9, NULL));
}

static void
a_bound_in_milliseconds_is_over_the_median(void **state)
{
	static const int64_t ns[] = { 900000000, 1000000, 1000000, 1000000, 2000000, 2000000, 3000000, 3000000, 3000000,
		50000000 };
	char calls[64] = "";
	struct played a = { 'a', ns, 10, 0, calls };
	struct bench_spread spread;
	(void)state;
	assert_true(bench_within((struct bench_case){ "ours", play, &a }, 9, 2.0, &spread));
	assert_true(spread.median == 2.0 && spread.least == 1.0 && spread.most == 50.0 && spread.upper == 3.0);
	a.next = 0;
	assert_false(bench_within((struct bench_case){ "ours", play, &a }, 9, 1.999, NULL));
}

static void
the_clock_goes_forward(void **state)
{
	(void)state;
	int64_t before = bench_now_ns();
	assert_true(before > 0 && bench_now_ns() >= before);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_median_of_in_round_ratios_decides),
		cmocka_unit_test(a_failed_round_is_no_verdict),
		cmocka_unit_test(a_bound_in_milliseconds_is_over_the_median),
		cmocka_unit_test(the_clock_goes_forward),
	};
	return cmocka_run_group_tests_name("bench", tests, NULL, NULL);
}
