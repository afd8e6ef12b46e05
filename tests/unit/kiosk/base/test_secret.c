#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "kiosk/base/secret.h"
#include "tests/support/check.h"

static void
begins_as_zeroes_and_ends_zeroed(void **state)
{
	struct error err;
	struct secret secret = { 0 };
	(void)state;
	assert_true(secret_new(100, &secret, &err));
	assert_int_equal(secret.len, 100);
	for (size_t i = 0; i < secret.len; i++)
		assert_int_equal(secret.at[i], 0);
	secret_free(&secret);
	assert_null(secret.at);
	assert_int_equal(secret.len, 0);
	secret_free(&secret); /* a zeroed one is fine */
	secret_free(NULL);
}

static void
copies_and_compares(void **state)
{
	struct error err;
	CLEANUP(secret_free) struct secret one = { 0 };
	CLEANUP(secret_free) struct secret two = { 0 };
	(void)state;
	assert_true(secret_copy((struct span){ (const uint8_t *)"password", 8 }, &one, &err));
	assert_true(secret_copy((struct span){ (const uint8_t *)"password", 8 }, &two, &err));
	assert_true(one.at != two.at);
	assert_true(secret_equal(secret_span(&one), secret_span(&two)));
	two.at[7] ^= 1;
	assert_false(secret_equal(secret_span(&one), secret_span(&two)));
	assert_false(secret_equal(secret_span(&one), (struct span){ one.at, 7 }));
	assert_true(secret_equal((struct span){ 0 }, (struct span){ 0 }));
	secret_wipe(two.at, two.len);
	assert_memory_equal(two.at, "\0\0\0\0\0\0\0\0", 8);
}

static void
random_ones_differ(void **state)
{
	struct error err;
	CLEANUP(secret_free) struct secret one = { 0 };
	CLEANUP(secret_free) struct secret two = { 0 };
	(void)state;
	assert_true(secret_random(32, &one, &err));
	assert_true(secret_random(32, &two, &err));
	assert_false(secret_equal(secret_span(&one), secret_span(&two)));
}

static void
size_is_bounded(void **state)
{
	struct error err;
	struct secret secret = { 0 };
	(void)state;
	assert_true(secret_new(SECRET_MOST, &secret, &err));
	secret_free(&secret);
	assert_false(secret_new(SECRET_MOST + 1, &secret, &err));
	assert_int_equal(err.kind, ERROR_FULL);
	assert_true(secret_new(0, &secret, &err));
	assert_null(secret.at);
}

/* Reading one byte behind a secret ends the process: the page after it is a guard. */
static void
a_read_behind_the_end_is_fatal(void **state)
{
	struct error err;
	struct secret secret = { 0 };
	(void)state;
	assert_true(secret_new(16, &secret, &err));
	pid_t child = fork();
	if (child == 0) {
		(void)signal(SIGSEGV, SIG_DFL); /* not a sanitizer's report */
		const volatile uint8_t *at = secret.at;
		_exit(at[16] == 0 ? 1 : 2);
	}
	int status = 0;
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGSEGV);
	secret_free(&secret);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(begins_as_zeroes_and_ends_zeroed),
		cmocka_unit_test(copies_and_compares),
		cmocka_unit_test(random_ones_differ),
		cmocka_unit_test(size_is_bounded),
		cmocka_unit_test(a_read_behind_the_end_is_fatal),
	};
	secret_start();
	return cmocka_run_group_tests_name("secret", tests, NULL, NULL);
}
