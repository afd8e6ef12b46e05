/*
 * A text field under any input. First byte: mask, secret, upper, read-only, length limit. Then operations: a byte that
 * says what and one that says how much, and for text that many bytes. What must hold is checked after each.
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "kiosk/base/cursor.h"
#include "kiosk/base/text.h"
#include "kiosk/ui/edit.h"
#include "kiosk/ui/grapheme.h"
#include "tests/fuzz/fuzz.h"

static void
must(bool holds)
{
	if (!holds) {
		abort();
	}
}

static void
check(const struct edit *edit)
{
	static const char *const ALLOWED[] = { [EDIT_DIGITS] = "0123456789",
		[EDIT_ID] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789()-",
		[EDIT_MONEY] = "0123456789.",
		[EDIT_DATE] = "0123456789-/." };
	must(edit->len < EDIT_BYTES && strlen(edit->text) == edit->len);
	must(text_is_utf8(text_span(edit->text)));
	must(edit->caret <= edit->len && grapheme_floor(edit->text, edit->caret) == edit->caret);
	must(edit->anchor <= edit->len && grapheme_floor(edit->text, edit->anchor) == edit->anchor);
	must(!edit->max_chars || grapheme_count(edit->text) <= edit->max_chars);
	for (const char *at = edit->text; *at;) {
		const uint32_t code = text_next(&at);
		must(!text_is_control(code) && !text_is_bidi_control(code));
	}
	if (edit->mask != EDIT_ANY && edit->mask != EDIT_LATIN) {
		must(strspn(edit->text, ALLOWED[edit->mask]) == edit->len);
	}
	char shown[EDIT_BYTES * 3 + INPUT_TEXT_MOST];
	struct edit_shown marks;
	edit_show(edit, shown, sizeof shown, &marks);
	must(text_is_utf8(text_span(shown)) && marks.caret <= strlen(shown) && marks.select_to <= strlen(shown));
	must(edit_unshow(edit, marks.select_to) <= edit->len);
}

static struct input
next_input(struct cursor *in, char *paste)
{
	static const unsigned KEYS[] = { KEY_LEFT, KEY_RIGHT, KEY_HOME, KEY_END, KEY_BACKSPACE, KEY_DELETE, KEY_ENTER,
		KEY_TAB, 'A', 'Z', 'Y', 'X' };
	const uint8_t what = cursor_u8(in), much = cursor_u8(in);
	struct input input = { .at_ms = in->rest.len ? (int64_t)(much % 40) : 0 };
	if (what % 4 == 0) {
		input.kind = INPUT_KEY;
		input.key = KEYS[much % (sizeof KEYS / sizeof KEYS[0])];
		input.mods = what / 4u % 8u;
		return input;
	}
	const size_t most = what % 4 == 3 ? in->rest.len : INPUT_TEXT_MOST - 1;
	size_t len = what % 4 == 3 ? (size_t)much * 16 : much;
	len = len < most ? len : most;
	len = len < in->rest.len ? len : in->rest.len;
	const struct span bytes = len > 0 ? cursor_take(in, len) : (struct span){ (const uint8_t *)"", 0 };
	if (what % 4 == 3) {
		memcpy(paste, bytes.at, len);
		input.kind = INPUT_PASTE;
		input.paste = paste;
		input.paste_len = len;
	} else {
		input.kind = what % 4 == 1 ? INPUT_TEXT : INPUT_EDITING;
		memcpy(input.text, bytes.at, len);
		input.caret = much;
	}
	return input;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct edit_history history;
	static struct edit_scan scan;
	static char paste[255 * 16];
	struct cursor in = cursor_over((struct span){ data, size });
	const uint8_t flags = cursor_u8(&in), limit = cursor_u8(&in);
	struct edit edit = {
		.mask = (enum edit_mask)(flags % 6),
		.secret = flags & 64,
		.upper = flags & 128,
		.max_chars = limit,
	};
	history = (struct edit_history){ 0 };
	scan = (struct edit_scan){ 0 };
	int64_t now = 0;
	while (in.ok && in.rest.len > 0) {
		struct input input = next_input(&in, paste);
		input.at_ms = now += input.at_ms;
		const struct edit before = edit;
		if (edit_scan_feed(&scan, &edit, &input)) {
			must(strlen(scan.text) == scan.len);
		} else if (edit_input(&edit, &history, &input) > EDIT_STRIPPED) {
			must(strcmp(before.text, edit.text) == 0); /* refused: nothing changed */
		}
		check(&edit);
	}
	return 0;
}
