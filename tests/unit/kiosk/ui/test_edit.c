#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kiosk/ui/edit.h"
#include "kiosk/ui/grapheme.h"
#include "tests/support/check.h"

static enum edit_verdict
type(struct edit *edit, struct edit_history *history, const char *text)
{
	struct input input = { .kind = INPUT_TEXT };
	(void)snprintf(input.text, sizeof input.text, "%s", text);
	return edit_input(edit, history, &input);
}

static enum edit_verdict
press(struct edit *edit, struct edit_history *history, unsigned key, unsigned mods)
{
	const struct input input = { .kind = INPUT_KEY, .key = key, .mods = mods };
	return edit_input(edit, history, &input);
}

static enum edit_verdict
paste(struct edit *edit, const char *text, size_t len)
{
	const struct input input = { .kind = INPUT_PASTE, .paste = text, .paste_len = len };
	return edit_input(edit, NULL, &input);
}

static void
arrows_and_backspace_take_whole_characters(void **state)
{
	(void)state;
	/* a, e with two marks, a 4-byte Han, a flag, a thumb with a skin tone */
	static const char *const PARTS[] = { "a", "e\xCC\x81\xCC\xA3", "\xF0\xA8\x8B\xA2",
		"\xF0\x9F\x87\xAD\xF0\x9F\x87\xB0", "\xF0\x9F\x91\x8D\xF0\x9F\x8F\xBD" };
	struct edit edit = { 0 };
	size_t ends[5], len = 0;
	for (int i = 0; i < 5; i++) {
		assert_int_equal(type(&edit, NULL, PARTS[i]), EDIT_CHANGED);
		len += strlen(PARTS[i]);
		ends[i] = len;
		assert_int_equal(edit.caret, len);
	}
	assert_int_equal(edit_length(&edit), 5);
	for (int i = 4; i > 0; i--) {
		press(&edit, NULL, KEY_LEFT, 0);
		assert_int_equal(edit.caret, ends[i - 1]);
	}
	press(&edit, NULL, KEY_END, 0);
	for (int i = 4; i >= 0; i--) {
		assert_int_equal(press(&edit, NULL, KEY_BACKSPACE, 0), EDIT_CHANGED);
		assert_int_equal(edit.len, i ? ends[i - 1] : 0);
	}
	assert_int_equal(press(&edit, NULL, KEY_BACKSPACE, 0), EDIT_MOVED);
}

static void
a_mark_joins_the_character_before_it(void **state)
{
	(void)state;
	struct edit edit = { 0 };
	edit_set(&edit, "eb");
	edit_place(&edit, 1, false);
	assert_int_equal(type(&edit, NULL, "\xCC\x81"), EDIT_CHANGED);
	assert_string_equal(edit.text, "e\xCC\x81"
								   "b");
	assert_int_equal(edit.caret, 3);
	edit_place(&edit, 1, false); /* inside: goes to the boundary before */
	assert_int_equal(edit.caret, 0);
}

static void
hangul_and_crossed_flags_follow_the_standard(void **state)
{
	(void)state;
	assert_int_equal(grapheme_count("\xE1\x84\x80\xE1\x85\xA1\xE1\x86\xA8"), 1); /* jamo L V T */
	assert_int_equal(grapheme_count("\xEA\xB0\x80\xE1\x86\xA8"), 1);             /* LV T */
	assert_int_equal(grapheme_count("\xEA\xB0\x81\xE1\x85\xA1"), 2);             /* LVT V */
	assert_int_equal(
		grapheme_count("\xF0\x9F\x87\xAD\xF0\x9F\x87\xB0\xF0\x9F\x87\xAD\xF0\x9F\x87\xB0"), 2); /* two flags */
	assert_int_equal(grapheme_count("\xE8\x91\x9B\xF3\xA0\x84\x80"), 1); /* Han with a variation selector */
}

static void
bidi_and_other_controls_are_dropped(void **state)
{
	(void)state;
	struct edit edit = { 0 };
	const char text[] = "A\xE2\x80\xAE"
						"B\xE2\x81\xA6"
						"C\x07\tD\r\nE\xD8\x9C\xEF\xBB\xBF";
	assert_int_equal(paste(&edit, text, sizeof text - 1), EDIT_STRIPPED);
	assert_string_equal(edit.text, "ABC D E");
	assert_int_equal(type(&edit, NULL, "\xE2\x80\x8F"), EDIT_STRIPPED);
	assert_int_equal(paste(&edit, "\r\nF", 3), EDIT_CHANGED);
	assert_string_equal(edit.text, "ABC D E F");
}

static void
what_nobody_can_see_is_left_out_and_the_verdict_says_so(void **state)
{
	(void)state;
	static const char *const UNSEEN[] = { "\u200b", "\u200d", "\u00ad", "\ufeff", "\ufe0f", "\U000e0100", "\u2060",
		"\u3164" };
	for (size_t i = 0; i < sizeof UNSEEN / sizeof *UNSEEN; i++) {
		struct edit edit = { .max_chars = 2 };
		char text[32];
		(void)snprintf(text, sizeof text, "%s梁%s", UNSEEN[i], UNSEEN[i]);
		assert_int_equal(paste(&edit, text, strlen(text)), EDIT_STRIPPED);
		assert_string_equal(edit.text, "梁");
		edit_select_all(&edit);
		assert_int_equal(type(&edit, NULL, UNSEEN[i]), EDIT_STRIPPED); /* not even what was selected goes */
		assert_string_equal(edit.text, "梁");
		assert_true(edit_set(&edit, text));
		assert_string_equal(edit.text, "梁");
	}
	struct edit edit = { .max_chars = 1 };
	assert_int_equal(paste(&edit, "\u200b梁凱", strlen("\u200b梁凱")), EDIT_TOO_LONG);
}

static void
a_paste_is_taken_whole_or_not_at_all(void **state)
{
	(void)state;
	struct edit edit = { .max_chars = 40 };
	edit_set(&edit, "kept");
	char *many = malloc(10001);
	assert_non_null(many);
	memset(many, 'x', 10000);
	many[10000] = '\0';
	assert_int_equal(paste(&edit, many, 10000), EDIT_TOO_LONG);
	assert_string_equal(edit.text, "kept");
	assert_int_equal(paste(&edit, many, 36), EDIT_CHANGED);
	assert_int_equal(edit_length(&edit), 40);
	assert_int_equal(type(&edit, NULL, "y"), EDIT_TOO_LONG);
	edit = (struct edit){ 0 };
	assert_int_equal(paste(&edit, many, 10000), EDIT_TOO_LONG);
	assert_int_equal(paste(&edit, many, EDIT_BYTES - 1), EDIT_CHANGED);
	assert_int_equal(paste(&edit, many, 1), EDIT_TOO_LONG);
	free(many);
}

static void
bytes_that_are_not_text_change_nothing(void **state)
{
	(void)state;
	static const char *const BAD[] = { "\xFF", "\xC0\xAF", "\xED\xA0\x80", "\xF4\x90\x80\x80", "ok\xE4\xB8",
		"\xE2\x28\xA1" };
	struct edit edit = { 0 };
	edit_set(&edit, "kept");
	for (size_t i = 0; i < sizeof BAD / sizeof BAD[0]; i++) {
		assert_int_equal(paste(&edit, BAD[i], strlen(BAD[i])), EDIT_NOT_TEXT);
		assert_string_equal(edit.text, "kept");
	}
	assert_int_equal(paste(&edit, "a\0b", 3), EDIT_NOT_TEXT);
}

static void
one_character_may_not_hide_a_thousand_marks(void **state)
{
	(void)state;
	struct edit edit = { .max_chars = 10 };
	assert_int_equal(type(&edit, NULL, "a"), EDIT_CHANGED);
	enum edit_verdict verdict = EDIT_CHANGED;
	int marks = 0;
	for (; verdict == EDIT_CHANGED && marks < 1000; marks++) {
		verdict = type(&edit, NULL, "\xCC\x81");
	}
	assert_int_equal(verdict, EDIT_TOO_LONG);
	assert_int_equal(marks, 40);
}

static void
masks_let_in_only_their_own(void **state)
{
	(void)state;
	const struct {
		enum edit_mask mask;
		const char *in, *out;
		enum edit_verdict verdict;
	} cases[] = {
		{ EDIT_DIGITS, "123", "123", EDIT_CHANGED },
		{ EDIT_DIGITS, "\xEF\xBC\x91\xEF\xBC\x92", "12", EDIT_CHANGED }, /* full width */
		{ EDIT_DIGITS, "1 2", "12", EDIT_CHANGED },
		{ EDIT_DIGITS, "-1", "", EDIT_FORBIDDEN },
		{ EDIT_DIGITS, "\xD9\xA1", "", EDIT_FORBIDDEN }, /* Arabic-Indic one */
		{ EDIT_ID, "a123456(7)", "A123456(7)", EDIT_CHANGED },
		{ EDIT_ID, "\xEF\xBC\xA1\xEF\xBC\x91", "A1", EDIT_CHANGED },
		{ EDIT_ID, "A12\xE4\xB8\xAD", "", EDIT_FORBIDDEN },
		{ EDIT_MONEY, "1250.50", "1250.50", EDIT_CHANGED },
		{ EDIT_MONEY, "1.505", "", EDIT_FORBIDDEN },
		{ EDIT_MONEY, "1.5.0", "", EDIT_FORBIDDEN },
		{ EDIT_MONEY, "-5", "", EDIT_FORBIDDEN },
		{ EDIT_MONEY, "1234567890123", "", EDIT_FORBIDDEN },
		{ EDIT_DATE, "23/05/1991", "23/05/1991", EDIT_CHANGED },
		{ EDIT_DATE, "May", "", EDIT_FORBIDDEN },
		{ EDIT_LATIN, "O'Neill-Wong, A.", "O'Neill-Wong, A.", EDIT_CHANGED },
		{ EDIT_LATIN, "\xE6\xA2\x81", "", EDIT_FORBIDDEN },
		{ EDIT_ANY, "\xE6\xA2\x81\xEF\xBC\xA1", "\xE6\xA2\x81\xEF\xBC\xA1", EDIT_CHANGED },
	};
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct edit edit = { .mask = cases[i].mask };
		assert_int_equal(paste(&edit, cases[i].in, strlen(cases[i].in)), cases[i].verdict);
		assert_string_equal(edit.text, cases[i].out);
	}
}

static void
money_stays_money_when_the_point_is_deleted(void **state)
{
	(void)state;
	struct edit edit = { .mask = EDIT_MONEY };
	edit_set(&edit, "123456789012.34");
	edit_place(&edit, 13, false);
	assert_int_equal(press(&edit, NULL, KEY_BACKSPACE, 0), EDIT_FORBIDDEN); /* would be 14 digits */
	assert_string_equal(edit.text, "123456789012.34");
}

static void
undo_goes_back_and_redo_forward(void **state)
{
	(void)state;
	struct edit edit = { 0 };
	static struct edit_history history;
	history = (struct edit_history){ 0 };
	type(&edit, &history, "a");
	type(&edit, &history, "b"); /* one step with the a */
	press(&edit, &history, KEY_LEFT, 0);
	type(&edit, &history, "c");
	press(&edit, &history, KEY_DELETE, 0);
	assert_string_equal(edit.text, "ac");
	assert_int_equal(press(&edit, &history, 'Z', INPUT_CTRL), EDIT_CHANGED);
	assert_string_equal(edit.text, "acb");
	press(&edit, &history, 'Z', INPUT_CTRL);
	assert_string_equal(edit.text, "ab");
	press(&edit, &history, 'Z', INPUT_CTRL);
	assert_string_equal(edit.text, "");
	assert_int_equal(press(&edit, &history, 'Z', INPUT_CTRL), EDIT_MOVED);
	press(&edit, &history, 'Y', INPUT_CTRL);
	press(&edit, &history, 'Z', INPUT_CTRL | INPUT_SHIFT);
	press(&edit, &history, 'Y', INPUT_CTRL);
	assert_string_equal(edit.text, "ac");
	assert_int_equal(press(&edit, &history, 'Y', INPUT_CTRL), EDIT_MOVED);
}

static void
the_undo_ring_forgets_the_oldest_only(void **state)
{
	(void)state;
	struct edit edit = { 0 };
	static struct edit_history history;
	history = (struct edit_history){ 0 };
	for (int i = 0; i < 40; i++) {
		type(&edit, &history, "x");
		press(&edit, &history, KEY_END, 0); /* ends the step */
	}
	int undone = 0;
	while (press(&edit, &history, 'Z', INPUT_CTRL) == EDIT_CHANGED) {
		undone++;
	}
	assert_int_equal(undone, EDIT_HISTORY);
	assert_int_equal(edit.len, 40 - EDIT_HISTORY);
	while (press(&edit, &history, 'Y', INPUT_CTRL) == EDIT_CHANGED) {
	}
	assert_int_equal(edit.len, 40);
}

static void
words_and_selections_move_and_go(void **state)
{
	(void)state;
	struct edit edit = { 0 };
	edit_set(&edit, "Flat 12B, 8/F");
	press(&edit, NULL, KEY_LEFT, INPUT_CTRL);
	assert_int_equal(edit.caret, 12);
	press(&edit, NULL, KEY_HOME, 0);
	press(&edit, NULL, KEY_RIGHT, INPUT_CTRL);
	assert_int_equal(edit.caret, 5);
	press(&edit, NULL, KEY_RIGHT, INPUT_CTRL | INPUT_SHIFT);
	size_t from, to;
	edit_selection(&edit, &from, &to);
	assert_int_equal(from, 5);
	assert_int_equal(to, 8);
	assert_int_equal(type(&edit, NULL, "9"), EDIT_CHANGED);
	assert_string_equal(edit.text, "Flat 9, 8/F");
	press(&edit, NULL, KEY_BACKSPACE, INPUT_CTRL);
	assert_string_equal(edit.text, "Flat , 8/F");
	press(&edit, NULL, 'A', INPUT_CTRL);
	press(&edit, NULL, KEY_LEFT, 0);
	assert_int_equal(edit.caret, 0);
	assert_int_equal(edit.anchor, 0);
}

static void
a_secret_shows_bullets_and_leaves_no_trace(void **state)
{
	(void)state;
	struct edit edit = { .secret = true };
	static struct edit_history history;
	history = (struct edit_history){ 0 };
	type(&edit, &history, "p");
	type(&edit, &history, "\xE5\xAF\x86");
	char shown[EDIT_BYTES * 3 + INPUT_TEXT_MOST];
	struct edit_shown marks;
	edit_show(&edit, shown, sizeof shown, &marks);
	assert_string_equal(shown, "\xE2\x80\xA2\xE2\x80\xA2");
	assert_int_equal(marks.caret, 6);
	assert_int_equal(edit_unshow(&edit, 3), 1);
	assert_int_equal(history.count, 0);
	assert_int_equal(press(&edit, &history, 'Z', INPUT_CTRL), EDIT_MOVED);
	const struct input composing = { .kind = INPUT_EDITING, .text = "abc", .caret = 3 };
	edit_input(&edit, NULL, &composing);
	assert_int_equal(edit.preedit[0], '\0');
	edit_wipe(&edit);
	for (size_t i = 0; i < sizeof edit.text; i++) {
		assert_int_equal(edit.text[i], 0);
	}
}

static void
what_is_composed_is_shown_at_the_caret_and_not_yet_text(void **state)
{
	(void)state;
	struct edit edit = { 0 };
	edit_set(&edit, "AB");
	edit_place(&edit, 1, false);
	const struct input composing = { .kind = INPUT_EDITING, .text = "zhang", .caret = 2 };
	assert_int_equal(edit_input(&edit, NULL, &composing), EDIT_MOVED);
	char shown[EDIT_BYTES + INPUT_TEXT_MOST];
	struct edit_shown marks;
	edit_show(&edit, shown, sizeof shown, &marks);
	assert_string_equal(shown, "AzhangB");
	assert_int_equal(marks.caret, 3);
	assert_int_equal(marks.preedit_from, 1);
	assert_int_equal(marks.preedit_to, 6);
	assert_int_equal(edit_unshow(&edit, 4), 1);
	assert_int_equal(edit_unshow(&edit, 7), 2);
	assert_string_equal(edit.text, "AB");
	press(&edit, NULL, KEY_RIGHT, INPUT_SHIFT);
	edit.anchor = 2;
	edit.caret = 1; /* selected backwards: what is composed stands before it */
	edit_show(&edit, shown, sizeof shown, &marks);
	assert_int_equal(marks.select_from, 6);
	assert_int_equal(marks.select_to, 7);
	edit_place(&edit, 1, false);
	assert_int_equal(type(&edit, NULL, "\xE5\xBC\xB5"), EDIT_CHANGED);
	assert_string_equal(edit.text, "A\xE5\xBC\xB5"
								   "B");
	assert_int_equal(edit.preedit[0], '\0');
}

static bool
scan(struct edit_scan *state, struct edit *edit, const char *text, int gap_ms, int64_t *now)
{
	for (const char *at = text; *at; at++) {
		const struct input key = { .kind = INPUT_KEY, .key = (unsigned)*at, .at_ms = *now };
		const struct input typed = { .kind = INPUT_TEXT, .text = { *at }, .at_ms = *now };
		assert_false(edit_scan_feed(state, edit, &key));
		assert_false(edit_scan_feed(state, edit, &typed));
		if (edit) {
			edit_input(edit, NULL, &typed);
		}
		*now += gap_ms;
	}
	const struct input enter = { .kind = INPUT_KEY, .key = KEY_ENTER, .at_ms = *now };
	return edit_scan_feed(state, edit, &enter);
}

static void
a_burst_is_a_scan_and_leaves_the_field_as_it_was(void **state)
{
	(void)state;
	static struct edit_scan scanner;
	scanner = (struct edit_scan){ 0 };
	struct edit edit = { .mask = EDIT_DIGITS };
	edit_set(&edit, "12");
	int64_t now = 1000;
	assert_true(scan(&scanner, &edit, "CPOS-798A-000123", 5, &now));
	assert_string_equal(scanner.text, "CPOS-798A-000123");
	assert_string_equal(edit.text, "12");
	now += 5;
	assert_false(scan(&scanner, &edit, "", 5, &now)); /* a second Enter is an Enter */
	now += 100;
	assert_true(scan(&scanner, NULL, "9999", 29, &now));
	assert_string_equal(scanner.text, "9999");
}

static void
typing_is_not_a_scan(void **state)
{
	(void)state;
	static struct edit_scan scanner;
	scanner = (struct edit_scan){ 0 };
	struct edit edit = { 0 };
	int64_t now = 1000;
	assert_false(scan(&scanner, &edit, "123456", 30, &now));
	assert_string_equal(edit.text, "123456");
	now += 500;
	for (int i = 0; i < 6; i++) { /* at a person's speed, then Enter at once */
		const struct input typed = { .kind = INPUT_TEXT, .text = "7", .at_ms = now += 30 };
		edit_scan_feed(&scanner, &edit, &typed);
	}
	const struct input enter = { .kind = INPUT_KEY, .key = KEY_ENTER, .at_ms = now + 1 };
	assert_false(edit_scan_feed(&scanner, &edit, &enter));
	now += 500;
	assert_false(scan(&scanner, &edit, "123", 5, &now)); /* too short */
	struct edit secret = { .secret = true };
	now += 500;
	assert_false(scan(&scanner, &secret, "password1", 5, &now));
	for (size_t i = 0; i < sizeof scanner.text; i++) {
		assert_int_equal(scanner.text[i], 0);
	}
}

static void
setting_by_program_follows_the_same_rules(void **state)
{
	(void)state;
	struct edit edit = { .mask = EDIT_DIGITS, .max_chars = 4, .read_only = true };
	assert_true(edit_set(&edit, "1234"));
	assert_false(edit_set(&edit, "12345"));
	assert_false(edit_set(&edit, "12a"));
	assert_string_equal(edit.text, "1234");
	assert_int_equal(type(&edit, NULL, "1"), EDIT_FORBIDDEN);
	assert_int_equal(press(&edit, NULL, KEY_BACKSPACE, 0), EDIT_FORBIDDEN);
	assert_true(edit_set(&edit, ""));
	assert_int_equal(edit.len, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(arrows_and_backspace_take_whole_characters),
		cmocka_unit_test(a_mark_joins_the_character_before_it),
		cmocka_unit_test(hangul_and_crossed_flags_follow_the_standard),
		cmocka_unit_test(bidi_and_other_controls_are_dropped),
		cmocka_unit_test(what_nobody_can_see_is_left_out_and_the_verdict_says_so),
		cmocka_unit_test(a_paste_is_taken_whole_or_not_at_all),
		cmocka_unit_test(bytes_that_are_not_text_change_nothing),
		cmocka_unit_test(one_character_may_not_hide_a_thousand_marks),
		cmocka_unit_test(masks_let_in_only_their_own),
		cmocka_unit_test(money_stays_money_when_the_point_is_deleted),
		cmocka_unit_test(undo_goes_back_and_redo_forward),
		cmocka_unit_test(the_undo_ring_forgets_the_oldest_only),
		cmocka_unit_test(words_and_selections_move_and_go),
		cmocka_unit_test(a_secret_shows_bullets_and_leaves_no_trace),
		cmocka_unit_test(what_is_composed_is_shown_at_the_caret_and_not_yet_text),
		cmocka_unit_test(a_burst_is_a_scan_and_leaves_the_field_as_it_was),
		cmocka_unit_test(typing_is_not_a_scan),
		cmocka_unit_test(setting_by_program_follows_the_same_rules),
	};
	return cmocka_run_group_tests_name("edit", tests, NULL, NULL);
}
