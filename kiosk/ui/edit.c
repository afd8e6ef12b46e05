#include "kiosk/ui/edit.h"

#include <assert.h>
#include <string.h>

#include "kiosk/base/secret.h"
#include "kiosk/base/text.h"
#include "kiosk/ui/grapheme.h"

#define BULLET       "\xE2\x80\xA2"
#define CODES_A_CHAR 4u /* code points allowed per character of max_chars */
#define MONEY_DIGITS 12u
#define LONG_AGO     (INT64_MIN / 2)

enum fate { TAKE, DROP, STRIP, FORBID };

static bool
is_digit(uint32_t code)
{
	return code >= '0' && code <= '9';
}

static bool
is_upper(uint32_t code)
{
	return code >= 'A' && code <= 'Z';
}

static bool
in_mask(enum edit_mask mask, uint32_t code)
{
	switch (mask) {
	case EDIT_ANY:
		return true;
	case EDIT_DIGITS:
		return is_digit(code);
	case EDIT_ID:
		return is_digit(code) || is_upper(code) || code == '(' || code == ')' || code == '-';
	case EDIT_MONEY:
		return is_digit(code) || code == '.';
	case EDIT_DATE:
		return is_digit(code) || code == '-' || code == '/' || code == '.';
	case EDIT_LATIN:
		return code >= 0x20 && code < 0x7F;
	}
	return false;
}

/* What becomes of one code point; *code is what goes in. */
static enum fate
judge(const struct edit *edit, uint32_t *code)
{
	if (*code == '\t' || *code == '\n') {
		*code = ' ';
	}
	if (text_is_control(*code) || text_is_unseen(*code)) {
		return *code == '\r' ? DROP : STRIP; /* of a line end the line feed is the blank */
	}
	if (edit->mask != EDIT_ANY && *code >= 0xFF01 && *code <= 0xFF5E) {
		*code -= 0xFF01 - 0x21;
	}
	if ((edit->upper || edit->mask == EDIT_ID) && *code >= 'a' && *code <= 'z') {
		*code -= 'a' - 'A';
	}
	const bool blank = *code == ' ' && edit->mask != EDIT_ANY && edit->mask != EDIT_LATIN;
	return blank ? DROP : in_mask(edit->mask, *code) ? TAKE : FORBID;
}

/* Digits, at most one point with at most two digits behind it. */
static bool
is_money(const char *text)
{
	size_t whole = 0, cents = 0, points = 0;
	for (; *text != '\0'; text++) {
		points += *text == '.';
		whole += *text != '.' && points == 0;
		cents += *text != '.' && points > 0;
	}
	return points <= 1 && cents <= 2 && whole <= MONEY_DIGITS;
}

static bool
too_long(const struct edit *edit, const char *text)
{
	return edit->max_chars &&
		   (grapheme_count(text) > edit->max_chars || text_length(text) > (size_t)edit->max_chars * CODES_A_CHAR);
}

/* Check and clean what came in; writes at most EDIT_BYTES - 1 bytes and a NUL into out. */
static enum edit_verdict
clean(const struct edit *edit, struct span in, char out[EDIT_BYTES])
{
	out[0] = '\0';
	if (!text_is_utf8(in)) {
		return EDIT_NOT_TEXT;
	}
	char one[8];
	enum edit_verdict verdict = EDIT_CHANGED;
	for (size_t i = 0; i < in.len;) {
		size_t len = 1;
		while (i + len < in.len && (in.at[i + len] & 0xC0) == 0x80) {
			len++;
		}
		memcpy(one, in.at + i, len);
		one[len] = '\0';
		const char *at = one;
		uint32_t code = text_next(&at);
		const enum fate fate = judge(edit, &code);
		if (fate == FORBID) {
			return EDIT_FORBIDDEN;
		}
		if (fate == TAKE && !text_append(out, EDIT_BYTES, code)) {
			return EDIT_TOO_LONG;
		}
		verdict = fate == STRIP ? EDIT_STRIPPED : verdict;
		i += len;
	}
	return verdict;
}

void
edit_selection(const struct edit *edit, size_t *from, size_t *to)
{
	*from = edit->anchor < edit->caret ? edit->anchor : edit->caret;
	*to = edit->anchor < edit->caret ? edit->caret : edit->anchor;
}

static struct edit_step *
step_at(struct edit_history *history, size_t index)
{
	return &history->steps[(history->first + index) % EDIT_HISTORY];
}

/* Remember what is there now as one step, unless this continues the typing of the last one. */
static void
remember(const struct edit *edit, struct edit_history *history, bool typing)
{
	if (!history || edit->secret) {
		return;
	}
	const bool more = typing && history->typing && history->at > 0 && edit->anchor == edit->caret;
	history->typing = typing;
	history->count = history->at;
	if (more) {
		return;
	}
	if (history->count == EDIT_HISTORY) {
		history->first = (history->first + 1) % EDIT_HISTORY;
	} else {
		history->count++;
	}
	history->at = history->count;
	struct edit_step *step = step_at(history, history->at - 1);
	memcpy(step->text, edit->text, edit->len + 1);
	step->caret = edit->caret;
}

static void
put_text(struct edit *edit, const char *text, size_t caret)
{
	edit->len = strlen(text);
	assert(edit->len < EDIT_BYTES);
	memmove(edit->text, text, edit->len + 1);
	edit->caret = edit->anchor = grapheme_floor(edit->text, caret);
}

/* Trade what is there with a remembered step: the same for undo and redo. */
static void
trade(struct edit *edit, struct edit_step *step)
{
	struct edit_step now = { .caret = edit->caret };
	memcpy(now.text, edit->text, edit->len + 1);
	put_text(edit, step->text, step->caret);
	*step = now;
}

static enum edit_verdict
travel(struct edit *edit, struct edit_history *history, bool back)
{
	if (!history || edit->secret || (back ? history->at == 0 : history->at == history->count)) {
		return EDIT_MOVED;
	}
	history->typing = false;
	if (back) {
		history->at--;
		trade(edit, step_at(history, history->at));
	} else {
		trade(edit, step_at(history, history->at));
		history->at++;
	}
	return EDIT_CHANGED;
}

/* Replace [from, to) by clean text if the whole stays within the rules. */
static enum edit_verdict
replace(struct edit *edit, struct edit_history *history, size_t from, size_t to, const char *with, bool typing)
{
	char text[EDIT_BYTES];
	const size_t len = strlen(with), total = edit->len - (to - from) + len;
	if (total >= EDIT_BYTES) {
		return EDIT_TOO_LONG;
	}
	memcpy(text, edit->text, from);
	memcpy(text + from, with, len);
	memcpy(text + from + len, edit->text + to, edit->len - to + 1);
	enum edit_verdict verdict = EDIT_CHANGED;
	if (len > 0 && too_long(edit, text)) {
		verdict = EDIT_TOO_LONG;
	} else if (edit->mask == EDIT_MONEY && !is_money(text)) {
		verdict = EDIT_FORBIDDEN;
	} else {
		remember(edit, history, typing);
		const size_t end = from + len, floor = grapheme_floor(text, end);
		put_text(edit, text, floor < end ? grapheme_after(text, floor) : end); /* a mark behind it may join */
	}
	if (edit->secret) {
		secret_wipe(text, sizeof text);
	}
	return verdict;
}

static enum edit_verdict
insert(struct edit *edit, struct edit_history *history, struct span bytes, bool typing)
{
	if (edit->read_only) {
		return EDIT_FORBIDDEN;
	}
	char text[EDIT_BYTES];
	enum edit_verdict verdict = clean(edit, bytes, text);
	if (verdict == EDIT_CHANGED || (verdict == EDIT_STRIPPED && text[0])) {
		size_t from, to;
		edit_selection(edit, &from, &to);
		const enum edit_verdict put =
			text[0] || from != to ? replace(edit, history, from, to, text, typing) : EDIT_MOVED;
		verdict = put == EDIT_CHANGED ? verdict : put;
	}
	if (edit->secret) {
		secret_wipe(text, sizeof text);
	}
	return verdict;
}

bool
edit_set(struct edit *edit, const char *text)
{
	struct edit next = *edit;
	next.read_only = false;
	next.caret = next.len;
	next.anchor = 0;
	const bool set = insert(&next, NULL, text_span(text), false) <= EDIT_STRIPPED;
	next.read_only = edit->read_only;
	next.preedit[0] = '\0';
	if (set) {
		*edit = next;
	}
	if (edit->secret) {
		secret_wipe(&next, sizeof next);
	}
	return set;
}

void
edit_wipe(struct edit *edit)
{
	secret_wipe(edit->text, sizeof edit->text);
	secret_wipe(edit->preedit, sizeof edit->preedit);
	edit->len = edit->caret = edit->anchor = edit->preedit_caret = 0;
}

/* 0 blank, 1 punctuation, 2 part of a word */
static int
word_class(const char *text, size_t at)
{
	const uint8_t c = (uint8_t)text[at];
	const bool word = c >= 0x80 || is_digit(c) || is_upper(c) || (c >= 'a' && c <= 'z') || c == '_';
	return c == ' ' || c == '\0' ? 0 : word ? 2 : 1;
}

static size_t
word_after(const struct edit *edit, size_t at)
{
	const int class = word_class(edit->text, at);
	while (at < edit->len && class && word_class(edit->text, at) == class) {
		at = grapheme_after(edit->text, at);
	}
	while (at < edit->len && word_class(edit->text, at) == 0) {
		at = grapheme_after(edit->text, at);
	}
	return at;
}

static size_t
word_before(const struct edit *edit, size_t at)
{
	size_t before = grapheme_before(edit->text, at);
	while (before > 0 && word_class(edit->text, before) == 0) {
		before = grapheme_before(edit->text, before);
	}
	const int class = word_class(edit->text, before);
	for (size_t next = before; next > 0;) {
		next = grapheme_before(edit->text, next);
		if (word_class(edit->text, next) != class) {
			break;
		}
		before = next;
	}
	return before;
}

void
edit_place(struct edit *edit, size_t at, bool extend)
{
	edit->caret = grapheme_floor(edit->text, at);
	edit->anchor = extend ? edit->anchor : edit->caret;
}

void
edit_select_all(struct edit *edit)
{
	edit->anchor = 0;
	edit->caret = edit->len;
}

void
edit_select_word(struct edit *edit, size_t at)
{
	if (edit->secret) { /* where a hidden word ends would say something about it */
		edit_select_all(edit);
		return;
	}
	const size_t on = grapheme_floor(edit->text, at);
	const int class = word_class(edit->text, on);
	size_t from = on, to = on;
	while (from > 0 && word_class(edit->text, grapheme_before(edit->text, from)) == class) {
		from = grapheme_before(edit->text, from);
	}
	while (to < edit->len && word_class(edit->text, to) == class) {
		to = grapheme_after(edit->text, to);
	}
	edit->anchor = from;
	edit->caret = to;
}

size_t
edit_length(const struct edit *edit)
{
	return grapheme_count(edit->text);
}

/* Where an arrow, Home or End leads. */
static size_t
destination(const struct edit *edit, unsigned key, bool by_word)
{
	const bool words = by_word && !edit->secret;
	switch (key) {
	case KEY_LEFT:
		return words ? word_before(edit, edit->caret) : by_word ? 0 : grapheme_before(edit->text, edit->caret);
	case KEY_RIGHT:
		return words ? word_after(edit, edit->caret) : by_word ? edit->len : grapheme_after(edit->text, edit->caret);
	case KEY_HOME:
		return 0;
	default:
		return edit->len;
	}
}

static enum edit_verdict
move(struct edit *edit, const struct input *input)
{
	const bool extend = input->mods & INPUT_SHIFT;
	size_t from, to;
	edit_selection(edit, &from, &to);
	size_t at = destination(edit, input->key, input->mods & INPUT_CTRL);
	if (!extend && from != to && (input->key == KEY_LEFT || input->key == KEY_RIGHT)) {
		at = input->key == KEY_LEFT ? from : to; /* a selection collapses to its end */
	}
	edit_place(edit, at, extend);
	return EDIT_MOVED;
}

static enum edit_verdict
erase(struct edit *edit, struct edit_history *history, const struct input *input)
{
	if (edit->read_only) {
		return EDIT_FORBIDDEN;
	}
	size_t from, to;
	edit_selection(edit, &from, &to);
	if (from == to && input->key == KEY_BACKSPACE) {
		from = destination(edit, KEY_LEFT, input->mods & INPUT_CTRL);
	} else if (from == to) {
		to = destination(edit, KEY_RIGHT, input->mods & INPUT_CTRL);
	}
	return from == to ? EDIT_MOVED : replace(edit, history, from, to, "", false);
}

static enum edit_verdict
command(struct edit *edit, struct edit_history *history, const struct input *input)
{
	switch (input->key) {
	case 'A':
		edit_select_all(edit);
		return EDIT_MOVED;
	case 'Z':
		return edit->read_only ? EDIT_MOVED : travel(edit, history, !(input->mods & INPUT_SHIFT));
	case 'Y':
		return edit->read_only ? EDIT_MOVED : travel(edit, history, false);
	default:
		return EDIT_UNUSED;
	}
}

static enum edit_verdict
on_key(struct edit *edit, struct edit_history *history, const struct input *input)
{
	switch (input->key) {
	case KEY_LEFT:
	case KEY_RIGHT:
	case KEY_HOME:
	case KEY_END:
		if (history) {
			history->typing = false;
		}
		return move(edit, input);
	case KEY_BACKSPACE:
	case KEY_DELETE:
		return erase(edit, history, input);
	default:
		return input->mods & INPUT_CTRL ? command(edit, history, input) : EDIT_UNUSED;
	}
}

/* The input method's own text is only shown, so it is checked only for being text. */
static enum edit_verdict
compose(struct edit *edit, const struct input *input)
{
	const size_t len = strnlen(input->text, sizeof input->text);
	const bool usable = !edit->secret && !edit->read_only && len < sizeof edit->preedit &&
						text_is_utf8((struct span){ (const uint8_t *)input->text, len });
	if (!usable) {
		edit->preedit[0] = '\0';
		return edit->secret || edit->read_only ? EDIT_MOVED : EDIT_NOT_TEXT;
	}
	memcpy(edit->preedit, input->text, len);
	edit->preedit[len] = '\0';
	edit->preedit_caret = grapheme_floor(edit->preedit, input->caret < len ? input->caret : len);
	return EDIT_MOVED;
}

enum edit_verdict
edit_input(struct edit *edit, struct edit_history *history, const struct input *input)
{
	switch (input->kind) {
	case INPUT_KEY:
		return on_key(edit, history, input);
	case INPUT_TEXT:
		edit->preedit[0] = '\0';
		return insert(edit, history,
			(struct span){ (const uint8_t *)input->text, strnlen(input->text, sizeof input->text) }, true);
	case INPUT_EDITING:
		return compose(edit, input);
	case INPUT_PASTE:
		return insert(edit, history, (struct span){ (const uint8_t *)input->paste, input->paste_len }, false);
	default:
		return EDIT_UNUSED;
	}
}

static void
show_secret(const struct edit *edit, char *out, size_t cap, struct edit_shown *shown)
{
	const size_t bullet = sizeof BULLET - 1;
	size_t from, to, count = 0;
	edit_selection(edit, &from, &to);
	*shown = (struct edit_shown){ 0 };
	out[0] = '\0';
	for (size_t at = 0; at < edit->len && (count + 1) * bullet < cap; count++) {
		at = grapheme_after(edit->text, at);
		memcpy(out + count * bullet, BULLET, bullet + 1);
		shown->caret = at <= edit->caret ? (count + 1) * bullet : shown->caret;
		shown->select_from = at <= from ? (count + 1) * bullet : shown->select_from;
		shown->select_to = at <= to ? (count + 1) * bullet : shown->select_to;
	}
}

void
edit_show(const struct edit *edit, char *out, size_t cap, struct edit_shown *shown)
{
	assert(cap >= EDIT_BYTES + INPUT_TEXT_MOST);
	if (edit->secret) {
		show_secret(edit, out, cap, shown);
		return;
	}
	const size_t added = strlen(edit->preedit), caret = edit->caret;
	memcpy(out, edit->text, caret);
	memcpy(out + caret, edit->preedit, added);
	memcpy(out + caret + added, edit->text + caret, edit->len - caret + 1);
	size_t from, to;
	edit_selection(edit, &from, &to);
	*shown = (struct edit_shown){
		.caret = caret + (added ? edit->preedit_caret : 0),
		.select_from = from < caret ? from : from + added,
		.select_to = to <= caret ? to : to + added,
		.preedit_from = caret,
		.preedit_to = caret + added,
	};
}

size_t
edit_unshow(const struct edit *edit, size_t shown_at)
{
	if (edit->secret) {
		return grapheme_nth(edit->text, shown_at / (sizeof BULLET - 1));
	}
	const size_t added = strlen(edit->preedit);
	if (shown_at <= edit->caret) {
		return shown_at;
	}
	return shown_at <= edit->caret + added ? edit->caret : shown_at - added;
}

void
edit_scan_reset(struct edit_scan *scan)
{
	if (scan->len > 0 || scan->restorable) {
		secret_wipe(scan, sizeof *scan);
	}
}

/* One more character of what may be a burst. */
static void
scan_character(struct edit_scan *scan, const struct edit *edit, char character, int64_t at_ms)
{
	if (character == '\0' || scan->len + 1 >= sizeof scan->text) {
		edit_scan_reset(scan);
		return;
	}
	if (scan->len > 0 && at_ms - scan->last_ms >= EDIT_SCAN_GAP_MS) {
		edit_scan_reset(scan);
	}
	if (edit && edit->secret) { /* what is typed into a secret field is not kept here */
		return;
	}
	if (scan->len == 0 && edit) {
		memcpy(scan->before.text, edit->text, edit->len + 1);
		scan->before.caret = edit->caret;
		scan->restorable = true;
	}
	scan->text[scan->len++] = character;
	scan->text[scan->len] = '\0';
	scan->last_ms = at_ms;
}

bool
edit_scan_feed(struct edit_scan *scan, struct edit *edit, const struct input *input)
{
	const bool sign = input->kind == INPUT_KEY && input->key < KEY_ENTER;
	if (sign && !edit) {
		scan_character(scan, NULL, (char)input->key, input->at_ms);
	}
	if (input->kind == INPUT_TEXT && edit) {
		scan_character(scan, edit, strnlen(input->text, 2) == 1 ? input->text[0] : '\0', input->at_ms);
	}
	if (input->kind != INPUT_KEY || sign) {
		return false; /* a letter's key comes before its text */
	}
	const bool burst =
		input->key == KEY_ENTER && scan->len >= EDIT_SCAN_LEAST && input->at_ms - scan->last_ms < EDIT_SCAN_GAP_MS;
	if (!burst) {
		edit_scan_reset(scan);
		return false;
	}
	if (edit && scan->restorable) {
		put_text(edit, scan->before.text, scan->before.caret);
	}
	scan->restorable = false;
	scan->last_ms = LONG_AGO;
	return true;
}
