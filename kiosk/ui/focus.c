#include "kiosk/ui/focus.h"

#include <stdlib.h>
#include <string.h>

#include "kiosk/base/text.h"
#include "kiosk/ui/field.h"
#include "kiosk/ui/tree.h"

#define WHEEL_STEP 72   /* design px a wheel step scrolls */
#define PAGE_SHARE 0.85 /* of the visible height that Page Down scrolls */
#define FAR        (1 << 28)

struct reach {
	struct focus *focus;
	const struct tree *tree;
	const struct tree_measure *measure;
	int scope;   /* only boxes inside this one work */
	int focused; /* index, or TREE_NONE if it is not there or not in reach */
};

int
focus_scroll(const struct focus *focus, uint64_t key)
{
	for (size_t i = 0; i < FOCUS_SCROLLS; i++) {
		if (focus->scrolls[i].key == key) {
			return focus->scrolls[i].offset;
		}
	}
	return 0;
}

void
focus_scroll_set(struct focus *focus, uint64_t key, int offset)
{
	struct focus_scroll *slot = &focus->scrolls[0];
	for (size_t i = 0; i < FOCUS_SCROLLS; i++) {
		struct focus_scroll *scroll = &focus->scrolls[i];
		if (scroll->key == key) {
			slot = scroll;
			break;
		}
		slot = scroll->used_at < slot->used_at ? scroll : slot;
	}
	*slot = (struct focus_scroll){ key, offset > 0 ? offset : 0, ++focus->clock };
}

/* Put the focus somewhere else; what belonged to the field it leaves goes. */
static bool
take(struct focus *focus, uint64_t key)
{
	focus->caret_hidden = false;
	focus->reveal = true;
	if (focus->key == key) {
		return false;
	}
	focus->key = key;
	memset(&focus->history, 0, sizeof focus->history);
	edit_scan_reset(&focus->scan);
	return true;
}

void
focus_set(struct focus *focus, const char *id)
{
	take(focus, tree_key(id));
}

bool
focus_is(const struct focus *focus, const char *id)
{
	return focus->key == tree_key(id);
}

static bool
can_focus(const struct tree *tree, int index)
{
	return (tree->nodes[index].box.state & (STATE_FOCUSABLE | STATE_DISABLED)) == STATE_FOCUSABLE &&
		   tree->nodes[index].key != 0;
}

static bool
is_target(const struct reach *reach, int index)
{
	return can_focus(reach->tree, index) && tree_within(reach->tree, index, reach->scope);
}

static struct reach
reach_of(struct focus *focus, const struct tree *tree, const struct tree_measure *measure)
{
	struct reach reach = { focus, tree, measure, tree->count ? tree_scope(tree) : TREE_NONE, TREE_NONE };
	const int focused = tree_find_key(tree, focus->key);
	if (focused != TREE_NONE && is_target(&reach, focused)) {
		reach.focused = focused;
	}
	return reach;
}

static struct edit *
edit_of(const struct reach *reach, int index)
{
	return index == TREE_NONE ? NULL : reach->tree->nodes[index].box.edit;
}

static bool
move_to(const struct reach *reach, int index)
{
	struct edit *left = edit_of(reach, reach->focused);
	if (left && index != reach->focused) {
		left->preedit[0] = '\0';
	}
	return take(reach->focus, reach->tree->nodes[index].key);
}

static struct focus_message
message(const struct reach *reach, enum focus_kind kind, int index)
{
	struct focus_message out = { .kind = kind };
	const char *id = index == TREE_NONE ? NULL : reach->tree->nodes[index].box.id;
	if (id && !text_copy(out.id, sizeof out.id, id)) {
		abort(); /* an id longer than FOCUS_ID_MOST is a mistake in a screen */
	}
	return out;
}

static struct focus_message
drawn(const struct reach *reach, bool moved)
{
	struct focus_message out = message(reach, FOCUS_DRAW, TREE_NONE);
	out.moved = moved;
	return out;
}

/* The innermost group of arrows around a box, TREE_NONE if it is in none. */
static int
group_of(const struct tree *tree, int index)
{
	while (index != TREE_NONE && !tree->nodes[index].box.arrows) {
		index = tree->nodes[index].parent;
	}
	return index;
}

/* Where Tab enters a group. */
static int
entrance(const struct reach *reach, int group)
{
	int first = TREE_NONE;
	for (int i = group; i < reach->tree->count && tree_within(reach->tree, i, group); i++) {
		if (!is_target(reach, i) || group_of(reach->tree, i) != group) {
			continue;
		}
		if (reach->tree->nodes[i].box.state & (STATE_CHECKED | STATE_SELECTED | STATE_CURRENT)) {
			return i;
		}
		first = first == TREE_NONE ? i : first;
	}
	return first;
}

/* The next stop of Tab after `from` (TREE_NONE: from the start), going round at the end. */
static int
next_stop(const struct reach *reach, int from, int step)
{
	const int count = reach->tree->count;
	const int leave = from == TREE_NONE ? TREE_NONE : group_of(reach->tree, from);
	int at = from == TREE_NONE ? (step > 0 ? -1 : count) : from;
	for (int tried = 0; tried < count; tried++) {
		at = (at + step + count) % count;
		if (!is_target(reach, at)) {
			continue;
		}
		const int group = group_of(reach->tree, at);
		if (group == TREE_NONE) {
			return at;
		}
		if (group != leave) {
			return entrance(reach, group);
		}
	}
	return from;
}

static int
distance(const struct tree_rect *from, const struct tree_rect *to, unsigned key)
{
	const int dx = (to->x + to->w / 2) - (from->x + from->w / 2);
	const int dy = (to->y + to->h / 2) - (from->y + from->h / 2);
	const bool level = key == KEY_LEFT || key == KEY_RIGHT;
	const int ahead = key == KEY_LEFT ? -dx : key == KEY_RIGHT ? dx : key == KEY_UP ? -dy : dy;
	const int aside = abs(level ? dy : dx);
	return ahead <= 0 ? FAR : ahead + 2 * aside;
}

/* The member of the group that lies where the arrow points. */
static int
neighbour(const struct reach *reach, int group, unsigned key)
{
	int best = TREE_NONE, nearest = FAR;
	for (int i = group; i < reach->tree->count && tree_within(reach->tree, i, group); i++) {
		if (!is_target(reach, i) || group_of(reach->tree, i) != group) {
			continue;
		}
		const int far = distance(&reach->tree->nodes[reach->focused].at, &reach->tree->nodes[i].at, key);
		if (far < nearest) {
			nearest = far;
			best = i;
		}
	}
	return best;
}

/* First, last, next or one before in the group's own order; goes round. */
static int
in_order(const struct reach *reach, int group, unsigned key)
{
	int first = TREE_NONE, last = TREE_NONE, before = TREE_NONE, after = TREE_NONE;
	for (int i = group; i < reach->tree->count && tree_within(reach->tree, i, group); i++) {
		if (!is_target(reach, i) || group_of(reach->tree, i) != group) {
			continue;
		}
		first = first == TREE_NONE ? i : first;
		before = i < reach->focused ? i : before;
		after = i > reach->focused && after == TREE_NONE ? i : after;
		last = i;
	}
	if (key == KEY_HOME || key == KEY_END) {
		return key == KEY_HOME ? first : last;
	}
	const bool back = key == KEY_LEFT || key == KEY_UP;
	return back ? (before == TREE_NONE ? last : before) : (after == TREE_NONE ? first : after);
}

static bool
is_arrow(unsigned key)
{
	return key >= KEY_LEFT && key <= KEY_END;
}

/* True if the arrow meant something; then *out says what. */
static bool
arrow(const struct reach *reach, unsigned key, struct focus_message *out)
{
	const int group = reach->focused == TREE_NONE ? TREE_NONE : group_of(reach->tree, reach->focused);
	if (group == TREE_NONE || !is_arrow(key)) {
		return false;
	}
	const enum role role = reach->tree->nodes[reach->focused].box.role;
	const bool ordered = key == KEY_HOME || key == KEY_END;
	int to = ordered ? in_order(reach, group, key) : neighbour(reach, group, key);
	if (to == TREE_NONE && (role == ROLE_RADIO || role == ROLE_TAB)) {
		to = in_order(reach, group, key);
	}
	if (to == TREE_NONE) {
		return false;
	}
	const bool moved = move_to(reach, to);
	const enum role now = reach->tree->nodes[to].box.role;
	const bool follows = moved && (now == ROLE_RADIO || now == ROLE_TAB); /* choice follows focus */
	*out = message(reach, follows ? FOCUS_ACTIVATE : FOCUS_DRAW, follows ? to : TREE_NONE);
	out->moved = moved;
	return true;
}

static int
with_shortcut(const struct reach *reach, unsigned key)
{
	for (int i = reach->tree->count - 1; i >= 0 && key; i--) {
		const struct tree_box *box = &reach->tree->nodes[i].box;
		if (box->shortcut == key && !(box->state & STATE_DISABLED) && tree_within(reach->tree, i, reach->scope)) {
			return i;
		}
	}
	return TREE_NONE;
}

static int
primary(const struct reach *reach)
{
	for (int i = reach->tree->count - 1; i >= 0; i--) {
		const struct tree_box *box = &reach->tree->nodes[i].box;
		if (box->primary && !(box->state & STATE_DISABLED) && tree_within(reach->tree, i, reach->scope)) {
			return i;
		}
	}
	return TREE_NONE;
}

/* What Enter or space presses on the focused box; TREE_NONE if the key is not for it. */
static int
pressed_by(const struct reach *reach, unsigned key)
{
	if (reach->focused == TREE_NONE || reach->tree->nodes[reach->focused].box.edit) {
		return TREE_NONE;
	}
	const enum role role = reach->tree->nodes[reach->focused].box.role;
	const bool takes_enter = role != ROLE_CHECKBOX && role != ROLE_RADIO && role != ROLE_TEXTBOX;
	return key == KEY_SPACE || (key == KEY_ENTER && takes_enter) ? reach->focused : TREE_NONE;
}

static bool
in_main(const struct tree *tree, int index)
{
	while (index != TREE_NONE && tree->nodes[index].box.role != ROLE_MAIN) {
		index = tree->nodes[index].parent;
	}
	return index != TREE_NONE;
}

/* The scroll area around the focus; for a focus beside them (in the bar) the page's own, else the first in reach. */
static int
scroll_area(const struct reach *reach)
{
	int first = TREE_NONE;
	for (int i = reach->focused; i != TREE_NONE; i = reach->tree->nodes[i].parent) {
		if (reach->tree->nodes[i].box.scroll) {
			return i;
		}
	}
	for (int i = reach->scope; i != TREE_NONE && i < reach->tree->count; i++) {
		if (!reach->tree->nodes[i].box.scroll || !tree_within(reach->tree, i, reach->scope)) {
			continue;
		}
		if (in_main(reach->tree, i)) {
			return i;
		}
		first = first == TREE_NONE ? i : first;
	}
	return first;
}

static struct focus_message
scroll_by(const struct reach *reach, int area, int by)
{
	if (area == TREE_NONE || !reach->tree->nodes[area].key) {
		return message(reach, FOCUS_NOTHING, TREE_NONE);
	}
	const struct tree_node *node = &reach->tree->nodes[area];
	const int limit = node->content_h > node->at.h ? node->content_h - node->at.h : 0;
	const int from = focus_scroll(reach->focus, node->key), to = from + by;
	const int kept = to < 0 ? 0 : to > limit ? limit : to;
	focus_scroll_set(reach->focus, node->key, kept);
	return message(reach, kept == from ? FOCUS_NOTHING : FOCUS_DRAW, TREE_NONE);
}

static struct focus_message
edited(const struct reach *reach, enum edit_verdict verdict)
{
	const bool taken = verdict == EDIT_CHANGED || verdict == EDIT_STRIPPED;
	const enum focus_kind kind = taken ? FOCUS_EDITED : verdict == EDIT_MOVED ? FOCUS_DRAW : FOCUS_REFUSED;
	struct focus_message out = message(reach, kind, kind == FOCUS_DRAW ? TREE_NONE : reach->focused);
	out.verdict = verdict;
	reach->focus->caret_hidden = false;
	reach->focus->reveal = true;
	return out;
}

/* Keys that the focused box does not want. */
static struct focus_message
loose_key(const struct reach *reach, const struct input *input)
{
	const bool printable = input->key < KEY_ENTER;
	int pressed = TREE_NONE;
	if (!(input->mods & (INPUT_CTRL | INPUT_ALT))) {
		pressed = pressed_by(reach, input->key);
		pressed = pressed == TREE_NONE ? with_shortcut(reach, input->key) : pressed;
	}
	if (pressed == TREE_NONE && input->key == KEY_ENTER) {
		pressed = primary(reach);
	}
	if (pressed != TREE_NONE) {
		return message(reach, FOCUS_ACTIVATE, pressed);
	}
	const int area = scroll_area(reach);
	if ((input->key == KEY_PAGE_DOWN || input->key == KEY_PAGE_UP) && area != TREE_NONE) {
		const int page = (int)(reach->tree->nodes[area].at.h * PAGE_SHARE);
		return scroll_by(reach, area, input->key == KEY_PAGE_DOWN ? page : -page);
	}
	return message(reach, printable && edit_of(reach, reach->focused) ? FOCUS_NOTHING : FOCUS_KEY, TREE_NONE);
}

static struct focus_message
on_key(const struct reach *reach, const struct input *input)
{
	if (input->key == KEY_TAB) {
		const int to = next_stop(reach, reach->focused, input->mods & INPUT_SHIFT ? -1 : 1);
		return to == TREE_NONE ? message(reach, FOCUS_NOTHING, TREE_NONE) : drawn(reach, move_to(reach, to));
	}
	struct edit *edit = edit_of(reach, reach->focused);
	if (edit) {
		const enum edit_verdict verdict = edit_input(edit, &reach->focus->history, input);
		if (verdict != EDIT_UNUSED) {
			return edited(reach, verdict);
		}
		if (input->key < KEY_ENTER) {
			return message(reach, FOCUS_NOTHING, TREE_NONE); /* its text follows */
		}
	}
	struct focus_message out;
	return arrow(reach, input->key, &out) ? out : loose_key(reach, input);
}

static struct focus_message
on_text(const struct reach *reach, const struct input *input)
{
	struct edit *edit = edit_of(reach, reach->focused);
	if (!edit) {
		return message(reach, FOCUS_NOTHING, TREE_NONE);
	}
	return edited(reach, edit_input(edit, &reach->focus->history, input));
}

static size_t
pointed_at(const struct reach *reach, int index, int x)
{
	struct field field;
	field_measure(reach->tree, index, reach->measure, &field);
	return field_index(&field, reach->measure, reach->tree->nodes[index].box.edit, x);
}

static struct focus_message
on_press(const struct reach *reach, const struct input *input)
{
	const int hit = tree_hit(reach->tree, input->x, input->y);
	if (hit == TREE_NONE) {
		return message(reach, FOCUS_NOTHING, TREE_NONE);
	}
	struct edit *edit = edit_of(reach, hit);
	const size_t at = edit ? pointed_at(reach, hit, input->x) : 0;
	const bool moved = move_to(reach, hit);
	reach->focus->pressed = reach->tree->nodes[hit].key;
	reach->focus->reveal = false; /* it is in sight: do not move it away from under the pointer */
	if (edit && input->clicks >= 3) {
		edit_select_all(edit);
	} else if (edit && input->clicks == 2) {
		edit_select_word(edit, at);
	} else if (edit) {
		edit_place(edit, at, input->mods & INPUT_SHIFT);
	}
	return drawn(reach, moved);
}

static struct focus_message
on_release(const struct reach *reach, const struct input *input)
{
	const int hit = tree_hit(reach->tree, input->x, input->y);
	const uint64_t pressed = reach->focus->pressed;
	reach->focus->pressed = 0;
	if (hit == TREE_NONE || reach->tree->nodes[hit].key != pressed || edit_of(reach, hit)) {
		return message(reach, pressed ? FOCUS_DRAW : FOCUS_NOTHING, TREE_NONE);
	}
	return message(reach, FOCUS_ACTIVATE, hit);
}

static struct focus_message
on_move(const struct reach *reach, const struct input *input)
{
	const int hit = tree_hit(reach->tree, input->x, input->y);
	const uint64_t hover = hit == TREE_NONE ? 0 : reach->tree->nodes[hit].key;
	bool changed = hover != reach->focus->hover;
	reach->focus->hover = hover;
	struct edit *edit = edit_of(reach, reach->focused);
	if (edit && reach->focus->pressed == reach->focus->key) { /* dragging a selection */
		const size_t caret = edit->caret;
		edit_place(edit, pointed_at(reach, reach->focused, input->x), true);
		changed = changed || caret != edit->caret;
	}
	return message(reach, changed ? FOCUS_DRAW : FOCUS_NOTHING, TREE_NONE);
}

static struct focus_message
on_wheel(const struct reach *reach, const struct input *input)
{
	for (int i = reach->tree->count - 1; i >= 0; i--) {
		const struct tree_node *node = &reach->tree->nodes[i];
		const struct tree_rect *r = &node->at;
		const bool over = input->x >= r->x && input->x < r->x + r->w && input->y >= r->y && input->y < r->y + r->h;
		if (node->box.scroll && over && tree_within(reach->tree, i, reach->scope)) {
			return scroll_by(reach, i, -input->wheel * tree_control(reach->tree, WHEEL_STEP));
		}
	}
	return message(reach, FOCUS_NOTHING, TREE_NONE);
}

static struct focus_message
on_leave(const struct reach *reach)
{
	const bool changed = reach->focus->hover != 0 || reach->focus->pressed != 0;
	reach->focus->hover = reach->focus->pressed = 0;
	return message(reach, changed ? FOCUS_DRAW : FOCUS_NOTHING, TREE_NONE);
}

struct focus_message
focus_input(struct focus *focus, const struct tree *tree, const struct tree_measure *measure, const struct input *input)
{
	const struct reach reach = reach_of(focus, tree, measure);
	struct edit *edit = edit_of(&reach, reach.focused);
	if (!input->held && edit_scan_feed(&focus->scan, edit, input)) {
		return message(&reach, FOCUS_SCANNED, reach.focused);
	}
	if (!edit && focus_hold_take(&focus->hold, input)) {
		return message(&reach, FOCUS_NOTHING, TREE_NONE);
	}
	switch (input->kind) {
	case INPUT_KEY:
		return on_key(&reach, input);
	case INPUT_TEXT:
	case INPUT_EDITING:
	case INPUT_PASTE:
		return on_text(&reach, input);
	case INPUT_MOVE:
		return on_move(&reach, input);
	case INPUT_PRESS:
		return on_press(&reach, input);
	case INPUT_RELEASE:
		return on_release(&reach, input);
	case INPUT_WHEEL:
		return on_wheel(&reach, input);
	case INPUT_LEAVE:
		return on_leave(&reach);
	default:
		return message(&reach, FOCUS_NOTHING, TREE_NONE);
	}
}

/* Open or close dialogs. Returns the focus to go back to, 0 if none. */
static uint64_t
settle_scopes(struct focus *focus, const struct tree *tree, int scope)
{
	const uint64_t now = scope > 0 ? tree->nodes[scope].key : 0;
	const uint64_t top = focus->depth ? focus->scopes[focus->depth - 1] : 0;
	if (now == top) {
		return 0;
	}
	uint64_t back = 0;
	for (unsigned depth = focus->depth; depth > 0; depth--) {
		const bool below = depth > 1 ? focus->scopes[depth - 2] == now : now == 0;
		if (below) {
			back = focus->returns[depth - 1];
			focus->depth = depth - 1;
			return back;
		}
	}
	if (focus->depth < FOCUS_DEPTH) {
		focus->scopes[focus->depth] = now;
		focus->returns[focus->depth++] = focus->key;
	}
	return 0;
}

/* Where the focus goes when what had it is gone. */
static int
fallback(const struct reach *reach)
{
	int first = TREE_NONE, near = TREE_NONE, order = 0;
	for (int i = 0; i < reach->tree->count; i++) {
		if (!is_target(reach, i)) {
			continue;
		}
		if (reach->tree->nodes[i].box.autofocus) {
			return i;
		}
		first = first == TREE_NONE ? i : first;
		near = order++ <= reach->focus->last_index ? i : near;
	}
	return near == TREE_NONE ? first : near;
}

static void
note_order(struct focus *focus, const struct reach *reach, int focused)
{
	int order = 0;
	for (int i = 0; i < focused; i++) {
		order += is_target(reach, i);
	}
	focus->last_index = order;
}

static bool
settle(struct focus *focus, const struct tree *tree)
{
	const uint64_t back = settle_scopes(focus, tree, tree_scope(tree));
	if (back) {
		take(focus, back);
	}
	const struct reach reach = reach_of(focus, tree, NULL);
	const int focused = reach.focused == TREE_NONE ? fallback(&reach) : reach.focused;
	if (focused == TREE_NONE) {
		return false;
	}
	note_order(focus, &reach, focused);
	if (focused != reach.focused) {
		take(focus, tree->nodes[focused].key);
	}
	return focused != reach.focused || back != 0;
}

bool
focus_settle(struct focus *focus, const struct tree *tree)
{
	if (tree->count == 0) {
		return false;
	}
	const bool moved = settle(focus, tree), other = focus_below_note(focus, tree);
	return moved || other;
}

bool
focus_in_text(const struct focus *focus, const struct tree *tree)
{
	const int focused = tree_find_key(tree, focus->key);
	return focused != TREE_NONE && can_focus(tree, focused) && tree->nodes[focused].box.edit;
}
