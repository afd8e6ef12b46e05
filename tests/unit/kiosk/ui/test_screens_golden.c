/* What each screen says, as somebody meets it who cannot see it: compared with tests/golden/ui. GOLDEN_WRITE=1 in the
 * environment writes the files anew; read the difference before keeping it. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kiosk/base/file.h"
#include "kiosk/ui/semantics.h"
#include "tests/support/check.h"
#include "tests/support/fixture_view.h"
#include "tests/unit/kiosk/ui/support/stage.h"

#define DUMP_MOST (256u * 1024)

/* False if the text is another than the golden one; tells the first line that differs. */
static bool
is_golden(const char *name, struct span text)
{
	char path[512];
	struct error err = { 0 };
	struct file_bytes golden = { 0 };
	(void)snprintf(path, sizeof path, "%s/tests/golden/ui/%s.txt", TEST_SOURCE_DIR, name);
	if (getenv("GOLDEN_WRITE")) {
		assert_true(file_write(path, text, 0644, &err));
	}
	if (!file_read(path, DUMP_MOST, &golden, &err)) {
		(void)fprintf(stderr, "%s: %s\n", path, err.text);
		return false;
	}
	const size_t least = text.len < golden.len ? text.len : golden.len;
	size_t line = 1, at = 0;
	for (; at < least && text.at[at] == golden.at[at]; at++) {
		line += text.at[at] == '\n';
	}
	const bool same = text.len == golden.len && at == least;
	if (!same) {
		(void)fprintf(stderr, "%s: line %zu differs\n", path, line);
	}
	file_free(&golden);
	return same;
}

static bool
dumps_as_golden(struct stage *stage, const char *name)
{
	uint8_t *room = malloc(DUMP_MOST);
	assert_non_null(room);
	struct buffer out = buffer_into(room, DUMP_MOST);
	semantics_dump(&stage->tree, false, &out);
	assert_true(out.ok);
	const bool same = is_golden(name, buffer_span(&out));
	free(room);
	return same;
}

static void
every_screen_says_what_it_said(void **state)
{
	struct stage *stage = *state;
	int different = 0;
	for (size_t i = 0; fixture_view_name(i); i++) {
		stage_show(stage, fixture_view_name(i));
		different += !dumps_as_golden(stage, fixture_view_name(i));
	}
	assert_int_equal(different, 0);
}

static void
every_dialog_says_what_it_said(void **state)
{
	static const char *const NAMES[] = { "", "dialog-hold", "dialog-cancel", "dialog-help", "dialog-look",
		"dialog-doubt", "dialog-sign-out" };
	struct stage *stage = *state;
	int different = 0;
	for (enum screen_dialog dialog = SCREEN_DIALOG_HOLD; dialog <= SCREEN_DIALOG_SIGN_OUT; dialog++) {
		stage_show(stage, "payment-split");
		stage->local.dialog = dialog;
		stage_build(stage);
		different += !dumps_as_golden(stage, NAMES[dialog]);
	}
	assert_int_equal(different, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(every_screen_says_what_it_said, stage_open, stage_close),
		cmocka_unit_test_setup_teardown(every_dialog_says_what_it_said, stage_open, stage_close),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
