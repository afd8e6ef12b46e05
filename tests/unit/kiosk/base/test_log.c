#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "kiosk/base/log.h"
#include "tests/support/check.h"

static char line[2048];

/* Standard error goes into one end of a packet socket, which keeps each write apart. */
static int caught = -1;
static int saved = -1;

static int
enter(void **state)
{
	int fds[2];
	(void)state;
	saved = dup(STDERR_FILENO);
	if (socketpair(AF_UNIX, SOCK_SEQPACKET, 0, fds) != 0 || dup2(fds[0], STDERR_FILENO) < 0)
		return -1;
	(void)close(fds[0]);
	caught = fds[1];
	return 0;
}

static int
leave(void **state)
{
	(void)state;
	(void)close(caught);
	return dup2(saved, STDERR_FILENO) < 0 || close(saved) != 0 ? -1 : 0;
}

/* The one write that there was. */
static const char *
written(void)
{
	memset(line, 0, sizeof(line));
	assert_true(recv(caught, line, sizeof(line) - 1, MSG_DONTWAIT) > 0);
	assert_int_equal(recv(caught, line + sizeof(line) - 1, 1, MSG_DONTWAIT), -1);
	return line;
}

static void
writes_one_line_with_typed_fields(void **state)
{
	(void)state;
	LOG(LOG_LEVEL_INFO, "packet-sent", log_id("id", "20261125-TST-1/7"), log_kind("lane", "packet"),
		log_count("tries", -3), log_ms("took", 1234567890123));
	assert_string_equal(written(), "<6>packet-sent id=20261125-TST-1/7 lane=packet tries=-3 took=1234567890123ms\n");
	log_write(LOG_LEVEL_NOTICE, "started", NULL, 0);
	assert_string_equal(written(), "<5>started\n");
}

static void
ids_hold_nothing_but_id_characters(void **state)
{
	(void)state;
	LOG(LOG_LEVEL_DEBUG, "x", log_id("a", "A1.b_2:c/d-e"), log_id("b", "A123456(3)\n<3>forged"), log_id("c", "陳"),
		log_id("d", ""), log_id("e", NULL));
	assert_string_equal(written(), "<7>x a=A1.b_2:c/d-e b=A123456?3???3?forged c=??? d=- e=-\n");
}

static void
errors_stay_on_their_line(void **state)
{
	struct error err;
	(void)state;
	(void)error_set_from(&err, ERROR_REFUSED, DOMAIN_HTTP, 409, "put \"x\"\nforged");
	LOG(LOG_LEVEL_ERROR, "upload-failed", log_error(&err));
	assert_string_equal(written(), "<3>upload-failed error=refused http=409 text=\"put ?x??forged\"\n");
	(void)error_set(&err, ERROR_TIMEOUT, "no answer");
	LOG(LOG_LEVEL_WARNING, "upload-failed", log_error(&err), log_count("n", 1));
	assert_string_equal(written(), "<4>upload-failed error=timeout text=\"no answer\" n=1\n");
	err = (struct error){ .kind = (enum error_kind)99, .domain = (enum error_domain)99 };
	LOG(LOG_LEVEL_WARNING, "odd", log_error(&err));
	assert_string_equal(written(), "<4>odd error=? text=\"\"\n");
}

static void
a_line_that_is_too_long_is_cut_and_says_so(void **state)
{
	char id[1500];
	(void)state;
	memset(id, 'a', sizeof(id) - 1);
	id[sizeof(id) - 1] = '\0';
	LOG(LOG_LEVEL_INFO, "long", log_id("id", id));
	const char *got = written();
	assert_int_equal(strlen(got), 1024);
	assert_string_equal(got + 1022, "~\n");
}

int
main(void)
{
#define CAUGHT(test) cmocka_unit_test_setup_teardown(test, enter, leave)
	const struct CMUnitTest tests[] = {
		CAUGHT(writes_one_line_with_typed_fields),
		CAUGHT(ids_hold_nothing_but_id_characters),
		CAUGHT(errors_stay_on_their_line),
		CAUGHT(a_line_that_is_too_long_is_cut_and_says_so),
	};
	return cmocka_run_group_tests_name("log", tests, NULL, NULL);
}
