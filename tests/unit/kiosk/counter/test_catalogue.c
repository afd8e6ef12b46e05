/* The catalogue is read again while the counter works. */
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "kiosk/base/file.h"
#include "kiosk/base/text.h"
#include "tests/support/check.h"
#include "tests/unit/kiosk/counter/support/rig.h"

#define FEES_MOST (256u * 1024)

static void
open_with_signals(struct rig *rig)
{
	sigset_t set;
	(void)sigemptyset(&set);
	(void)sigaddset(&set, SIGTERM);
	(void)sigaddset(&set, SIGINT);
	(void)sigaddset(&set, SIGHUP);
	assert_int_equal(pthread_sigmask(SIG_BLOCK, &set, NULL), 0);
	rig_open(rig);
	rig_own_catalogue(rig);
	rig->signals = true;
	rig_start(rig);
	rig_at_home(rig);
}

/* Until the counter has said what came of it: reading takes as long as it takes. */
static void
read_again(struct rig *rig, bool bad, const char *version)
{
	assert_int_equal(kill(getpid(), SIGHUP), 0);
	for (int i = 0; i < 80; i++) {
		rig_settle(rig);
		if (rig->view->catalogue_bad == bad && strcmp(catalogue_version(rig->view->catalogue), version) == 0)
			return;
	}
	fail_msg("never seen; version %s", catalogue_version(rig->view->catalogue));
}

static void
put(const struct rig *rig, const char *name, struct span text)
{
	char path[400];
	struct error err = { 0 };
	(void)text_format(path, sizeof(path), "%s/%s", rig->catalogue, name);
	assert_true(file_write(path, text, 0600, &err));
}

static struct file_bytes
get(const struct rig *rig, const char *name)
{
	char path[400];
	struct file_bytes bytes = { 0 };
	struct error err = { 0 };
	(void)text_format(path, sizeof(path), "%s/%s", rig->catalogue, name);
	assert_true(file_read(path, FEES_MOST, &bytes, &err));
	return bytes;
}

static void
a_refused_one_stays_in_sight_until_a_good_one_is_read(void **state)
{
	static struct rig rig;
	(void)state;
	open_with_signals(&rig);
	struct file_bytes fees = get(&rig, "facts/fees.json");
	const struct catalogue *good = rig.view->catalogue;
	put(&rig, "facts/fees.json", text_span("{ this is no JSON"));
	read_again(&rig, true, "TRAIN 2026.2");
	assert_int_equal(rig.view->notice, NOTICE_CATALOGUE_BAD);
	rig_do(&rig, COMMAND_FIND);
	rig_do(&rig, COMMAND_BACK);
	assert_true(rig.view->catalogue_bad); /* long after the toast */
	assert_string_not_equal(rig.view->fault_text, "");
	assert_ptr_equal(rig.view->catalogue, good);
	put(&rig, "facts/fees.json", (struct span){ fees.at, fees.len });
	read_again(&rig, false, "TRAIN 2026.2");
	assert_string_equal(rig.view->fault_text, "");
	assert_ptr_equal(rig.view->catalogue, good); /* nothing has changed */
	file_free(&fees);
	rig_close(&rig);
}

/* Whatever the shell cannot look at any more is freed: there is no number of times after which none is read. */
static void
old_ones_are_freed_and_there_is_no_limit(void **state)
{
	static struct rig rig;
	(void)state;
	open_with_signals(&rig);
	struct file_bytes about = get(&rig, "training/catalogue.json");
	for (int i = 0; i < 20; i++) {
		char *text = strdup((const char *)about.at), wanted[] = "TRAIN 2026.2";
		assert_non_null(text);
		char *version = strstr(text, wanted);
		assert_non_null(version);
		version[11] = wanted[11] = (char)('A' + i);
		put(&rig, "training/catalogue.json", text_span(text));
		free(text);
		read_again(&rig, false, wanted);
		assert_int_equal(rig.view->notice, NOTICE_CATALOGUE_NEW);
		rig_do(&rig, COMMAND_FIND);
		rig_do(&rig, COMMAND_BACK);
	}
	rig_stop(&rig);
	assert_int_equal(rig.catalogues, 1);
	file_free(&about);
	rig_close(&rig);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_refused_one_stays_in_sight_until_a_good_one_is_read),
		cmocka_unit_test(old_ones_are_freed_and_there_is_no_limit),
	};
	return cmocka_run_group_tests_name("counter catalogue", tests, NULL, NULL);
}
