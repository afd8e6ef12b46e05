#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "kiosk/base/conf.h"
#include "kiosk/base/file.h"
#include "kiosk/base/text.h"
#include "tests/support/check.h"
#include "tests/support/folder.h"

struct sample {
	char before[8]; /* belongs to no setting: must stay */
	char name[16];
	char folder[32];
	int64_t port;
	bool loud;
	char centre[32];
};

static const struct conf_setting settings[] = {
	{ "kiosk", "name", CONF_TEXT, offsetof(struct sample, name), 16, 0, 0, "", "What the counter is called." },
	{ "kiosk", "folder", CONF_PATH, offsetof(struct sample, folder), 32, 0, 0, "/var/lib/counter", "Where it is." },
	{ "kiosk", "loud", CONF_BOOL, offsetof(struct sample, loud), 0, 0, 0, "no", "Whether it beeps." },
	{ "centre", "host", CONF_TEXT, offsetof(struct sample, centre), 32, 0, 0, NULL, "Where the centre is." },
	{ "centre", "port", CONF_NUMBER, offsetof(struct sample, port), 0, -1, 65535, "443", "Its port." },
};
#define SETTINGS (sizeof(settings) / sizeof(settings[0]))

struct place {
	char folder[256];
	char path[300];
};

static int
enter(void **state)
{
	static struct place place;
	folder_new(place.folder);
	(void)snprintf(place.path, sizeof(place.path), "%s/conf", place.folder);
	*state = &place;
	return 0;
}

static int
leave(void **state)
{
	struct place *place = *state;
	folder_remove(place->folder);
	return 0;
}

static bool
read_bytes(const struct place *place, struct span bytes, struct sample *out, struct error *err)
{
	assert_true(file_write(place->path, bytes, 0600, err));
	return conf_read(place->path, settings, SETTINGS, out, err);
}

static void
reads_what_the_file_says_and_defaults_for_the_rest(void **state)
{
	struct error err;
	struct sample out = { .before = "before" };
	static const char file[] = "\xEF\xBB\xBF# a comment\n"
							   "; another\n"
							   "\n"
							   "   \t\n"
							   "[kiosk]\r\n"
							   "name = 櫃位 3; A\n"
							   "loud=yes\n"
							   "[centre]\n"
							   "host = a=b:c#d\n"
							   "port = -1"; /* no line feed at the end */
	if (!read_bytes(*state, text_span(file), &out, &err))
		fail_msg("%s", err.text);
	assert_string_equal(out.before, "before");
	assert_string_equal(out.name, "櫃位 3; A");
	assert_string_equal(out.folder, "/var/lib/counter");
	assert_true(out.loud);
	assert_string_equal(out.centre, "a=b:c#d");
	assert_true(out.port == -1);
}

static void
every_mistake_is_refused_with_its_line(void **state)
{
	static const char *const rows[][2] = {
		{ "[centre]\nhost = a\nhost = b\n", ":3: a setting that the file has already" },
		{ "[centre]\nhost = a\n[kiosk]\n[centre]\nhost = a\n", ":5: a setting that the file has already" },
		{ "[centre]\nhost = a\n more\n", ":3: a line that begins with a blank" },
		{ "[centre]\n host = a\n", ":2: a line that begins with a blank" },
		{ "[centre]\nhost = a ; b\n", ":2: a comment that does not stand on a line of its own" },
		{ "[centre]\nhots = a\n", ":2: a setting that is not known" },
		{ "host = a\n", ":1: a setting that is not known" },
		{ "[kiosk]\nhost = a\n", ":2: a setting that is not known" },
		{ "[center]\n", ":1: a section that is not known" },
		{ "[centre] x\n", ":1: a section that does not end in ]" },
		{ "[centre\n", ":1: a section that does not end in ]" },
		{ "[centre]\nhost\n", ":2: a line that is neither a section nor name = value" },
		{ "[centre]\nhost = a\nport = 65536\n", ":3: [centre] port: must be -1 to 65535" },
		{ "[centre]\nhost = a\nport = -2\n", ":3: [centre] port: must be -1 to 65535" },
		{ "[centre]\nport = 99999999999999999999\n", ":2: [centre] port: must be -1 to 65535" },
		{ "[centre]\nport = 8o\n", ":2: [centre] port: must be a number" },
		{ "[centre]\nport = +8\n", ":2: [centre] port: must be a number" },
		{ "[centre]\nport = - 8\n", ":2: [centre] port: must be a number" },
		{ "[centre]\nport = 0x10\n", ":2: [centre] port: must be a number" },
		{ "[centre]\nport =\n", ":2: [centre] port: must be a number" },
		{ "[centre]\nport = -\n", ":2: [centre] port: must be a number" },
		{ "[centre]\nport = ８\n", ":2: [centre] port: must be a number" },
		{ "[centre]\nhost =\n", ":2: [centre] host: must not be empty" },
		{ "[kiosk]\nloud = 1\n", ":2: [kiosk] loud: must be yes or no" },
		{ "[kiosk]\nloud = Yes\n", ":2: [kiosk] loud: must be yes or no" },
		{ "[kiosk]\nfolder = here\n", ":2: [kiosk] folder: must be a path from the root" },
		{ "[kiosk]\nfolder =\n", ":2: [kiosk] folder: must not be empty" },
		{ "[kiosk]\nname = 1234567890123456\n", ":2: [kiosk] name: value: over 15 bytes" },
		{ "[kiosk]\nname = a\tb\n", ":2: [kiosk] name: value: holds a control character" },
		{ "[kiosk]\n# fine\nname = \xC0\x80\n", ":3: a line that is not UTF-8" },
		{ "[kiosk]\nname = a\n", ": [centre] host is missing" },
		{ "", ": [centre] host is missing" },
	};
	const struct place *place = *state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct error err;
		char wanted[600];
		struct sample out = { .before = "before" };
		const struct sample untouched = out;
		if (read_bytes(place, text_span(rows[i][0]), &out, &err))
			fail_msg("row %zu is taken", i);
		(void)snprintf(wanted, sizeof(wanted), "%s%s", place->path, rows[i][1]);
		assert_string_equal(err.text, wanted);
		assert_int_equal(err.kind, ERROR_INVALID);
		assert_memory_equal(&out, &untouched, sizeof(out));
	}
}

static void
the_first_mistake_is_the_one_that_is_named(void **state)
{
	struct error err;
	struct sample out;
	assert_false(read_bytes(*state, text_span("[centre]\nhost\nport = x\n[nowhere]\n"), &out, &err));
	assert_non_null(strstr(err.text, "conf:2: a line that is neither"));
}

static void
lines_are_never_cut(void **state)
{
	struct error err;
	struct sample out;
	const struct place *place = *state;
	for (size_t len = 150; len < 2100; len += len < 260 ? 1 : 61) {
		char file[2200] = "[centre]\nhost = a\n#";
		size_t head = strlen(file);
		memset(file + head, 'x', len - 1); /* a comment of `len` bytes */
		memcpy(file + head + len - 1, "\n", 2);
		bool taken = read_bytes(place, text_span(file), &out, &err);
		assert_int_equal(taken, len <= 198);
		assert_true(taken || strstr(err.text, ":3: a line that is too long") != NULL);
	}
	/* as long as inih's buffer, the next setting right behind: must not come in through the back door */
	char file[400] = "[centre]\nhost = a\n#";
	memset(file + strlen(file), 'x', 198);
	memcpy(file + strlen(file), "port = 1\n", 10);
	assert_false(read_bytes(place, text_span(file), &out, &err));
}

static void
a_nul_byte_is_refused(void **state)
{
	struct error err;
	struct sample out;
	static const char file[] = "[centre]\nhost = a\0b\n";
	assert_false(read_bytes(*state, (struct span){ (const uint8_t *)file, sizeof(file) - 1 }, &out, &err));
	assert_non_null(strstr(err.text, ":2: a line that is not UTF-8"));
}

static void
a_file_that_is_absent_or_too_large_is_refused(void **state)
{
	static uint8_t large[65537];
	struct error err;
	struct sample out;
	const struct place *place = *state;
	assert_false(conf_read(place->path, settings, SETTINGS, &out, &err));
	assert_int_equal(err.kind, ERROR_SYSTEM);
	memset(large, '\n', sizeof(large));
	assert_false(read_bytes(place, (struct span){ large, sizeof(large) }, &out, &err));
	assert_int_equal(err.kind, ERROR_INVALID);
	memcpy(large, "[centre]\nhost = a\n", 18);
	assert_true(read_bytes(place, (struct span){ large, sizeof(large) - 1 }, &out, &err));
}

static void
without_a_file_the_defaults_hold(void **state)
{
	struct error err;
	struct sample out;
	(void)state;
	assert_false(conf_read(NULL, settings, SETTINGS, &out, &err));
	assert_string_equal(err.text, "configuration: [centre] host is missing");
	assert_true(conf_read(NULL, settings, 3, &out, &err));
	assert_string_equal(out.name, "");
	assert_false(out.loud);
}

static void
numbers_are_not_clipped_to_what_fits(void **state)
{
	static const struct conf_setting any = { "a", "b", CONF_NUMBER, 0, 0, INT64_MIN, INT64_MAX, "0", "" };
	const struct place *place = *state;
	struct error err;
	int64_t out = 0;
	assert_true(file_write(place->path, text_span("[a]\nb = -9223372036854775808\n"), 0600, &err));
	assert_true(conf_read(place->path, &any, 1, &out, &err));
	assert_true(out == INT64_MIN);
	assert_true(file_write(place->path, text_span("[a]\nb = 9223372036854775808\n"), 0600, &err));
	assert_false(conf_read(place->path, &any, 1, &out, &err));
}

/* What conf_print() writes, with the one missing value filled in, is a file that conf_read() takes. */
static void
the_printed_file_reads_back(void **state)
{
	struct error err;
	struct sample out;
	const struct place *place = *state;
	(void)fflush(stdout);
	int saved = dup(STDOUT_FILENO);
	assert_non_null(freopen(place->path, "w", stdout));
	conf_print(settings, SETTINGS);
	(void)fflush(stdout);
	assert_int_equal(dup2(saved, STDOUT_FILENO), STDOUT_FILENO);
	(void)close(saved);

	CLEANUP(file_free) struct file_bytes printed = { 0 };
	assert_true(file_read(place->path, 4000, &printed, &err));
	const char *text = (const char *)printed.at;
	assert_memory_equal(text, "[kiosk]\n# What the counter is called.\n#name = \n", 46);
	assert_non_null(strstr(text, "\n\n[centre]\n# Where the centre is.\n# There is no default.\nhost =\n"));
	assert_non_null(strstr(text, "# Its port.\n# A number, -1 to 65535.\n#port = 443\n"));
	assert_false(conf_read(place->path, settings, SETTINGS, &out, &err));
	assert_non_null(strstr(err.text, "[centre] host: must not be empty"));

	char filled[4100];
	const char *gap = strstr(text, "host =");
	(void)snprintf(filled, sizeof(filled), "%.*shost = h%s", (int)(gap - text), text, gap + 6);
	assert_true(read_bytes(place, text_span(filled), &out, &err));
	assert_string_equal(out.centre, "h");
}

int
main(void)
{
#define IN_FOLDER(test) cmocka_unit_test_setup_teardown(test, enter, leave)
	const struct CMUnitTest tests[] = {
		IN_FOLDER(reads_what_the_file_says_and_defaults_for_the_rest),
		IN_FOLDER(every_mistake_is_refused_with_its_line),
		IN_FOLDER(the_first_mistake_is_the_one_that_is_named),
		IN_FOLDER(lines_are_never_cut),
		IN_FOLDER(a_nul_byte_is_refused),
		IN_FOLDER(a_file_that_is_absent_or_too_large_is_refused),
		IN_FOLDER(without_a_file_the_defaults_hold),
		IN_FOLDER(numbers_are_not_clipped_to_what_fits),
		IN_FOLDER(the_printed_file_reads_back),
	};
	return cmocka_run_group_tests_name("conf", tests, NULL, NULL);
}
