#include <time.h>
#include <unistd.h>

#include "kiosk/base/clock.h"
#include "tests/support/check.h"

static void
wall_clock_agrees_with_the_system(void **state)
{
	(void)state;
	int64_t now = clock_now_ms();
	assert_in_range(now / 1000, (uintmax_t)time(NULL) - 2, (uintmax_t)time(NULL) + 2);
}

static void
monotonic_clock_counts_milliseconds(void **state)
{
	(void)state;
	int64_t before = clock_monotonic_ms();
	(void)usleep(30000);
	assert_in_range(clock_monotonic_ms() - before, 29, 5000);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(wall_clock_agrees_with_the_system),
		cmocka_unit_test(monotonic_clock_counts_milliseconds),
	};
	return cmocka_run_group_tests_name("clock", tests, NULL, NULL);
}
