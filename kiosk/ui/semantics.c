#include "kiosk/ui/semantics.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "kiosk/base/text.h"

#define LEAST_TARGET 44.0 /* design px */

struct state_name {
	unsigned state;
	const char *name;
};

static const struct state_name STATES[] = {
	{ STATE_FOCUSABLE, "focusable" },
	{ STATE_FOCUSED, "focused" },
	{ STATE_DISABLED, "disabled" },
	{ STATE_INVALID, "invalid" },
	{ STATE_SELECTED, "selected" },
	{ STATE_CHECKED, "checked" },
	{ STATE_REQUIRED, "required" },
	{ STATE_CURRENT, "current" },
	{ STATE_EXPANDED, "expanded" },
	{ STATE_READ_ONLY, "read-only" },
	{ STATE_BUSY, "busy" },
};

static void
put_text(struct buffer *out, const char *text)
{
	buffer_put(out, text_span(text));
}

/* Quotes and line ends of a value must not look like the dump's own. */
static void
put_quoted(struct buffer *out, const char *text)
{
	buffer_u8(out, '"');
	for (; *text; text++) {
		if (*text == '"' || *text == '\\') {
			buffer_u8(out, '\\');
		}
		buffer_u8(out, *text == '\n' ? ' ' : (uint8_t)*text);
	}
	buffer_u8(out, '"');
}

static void PRINTF(2, 3) put_format(struct buffer *out, const char *fmt, ...)
{
	char line[96];
	va_list args;
	va_start(args, fmt);
	vsnprintf(line, sizeof line, fmt, args);
	va_end(args);
	put_text(out, line);
}

static bool
append(char *out, size_t cap, const char *text)
{
	const size_t len = strlen(out);
	return text_copy(out + len, cap - len, text);
}

/* All text inside a box, joined by blanks. */
static void
join_text(const struct tree *tree, int node, char *out, size_t cap)
{
	out[0] = '\0';
	for (int i = node; i < tree->count && tree_within(tree, i, node); i++) {
		const char *text = tree->nodes[i].box.text;
		if (!text || !*text) {
			continue;
		}
		if (*out && !append(out, cap, " ")) {
			return;
		}
		if (!append(out, cap, text)) {
			return;
		}
	}
}

const char *
semantics_name(const struct tree *tree, int node, char *out, size_t cap)
{
	const struct tree_box *box = &tree->nodes[node].box;
	if (box->name) {
		return box->name;
	}
	switch (box->role) {
	case ROLE_HEADING:
	case ROLE_TEXT:
	case ROLE_CELL:
	case ROLE_BUTTON:
	case ROLE_LINK:
	case ROLE_ALERT:
	case ROLE_STATUS:
	case ROLE_ITEM:
	case ROLE_CHECKBOX:
	case ROLE_RADIO:
	case ROLE_TAB:
		join_text(tree, node, out, cap);
		return out;
	default:
		return box->text ? box->text : "";
	}
}

static const char *
key_name(unsigned key, char out[16])
{
	static const char *const NAMES[] = { "Enter", "Esc", "Tab", "Backspace", "Delete", "Left", "Right", "Up", "Down",
		"Home", "End", "PageUp", "PageDown" };
	if (key >= KEY_F1 && key <= KEY_F12) {
		snprintf(out, 16, "F%u", key - KEY_F1 + 1);
	} else if (key >= KEY_ENTER && key - KEY_ENTER < sizeof NAMES / sizeof NAMES[0]) {
		snprintf(out, 16, "%s", NAMES[key - KEY_ENTER]);
	} else {
		snprintf(out, 16, "%c", key > ' ' && key < 0x7F ? (char)key : '?');
	}
	return out;
}

/* A text field's value is what it shows; a secret's is how much was typed. */
static void
put_value(struct buffer *out, const struct tree_box *box)
{
	if (box->value) {
		put_text(out, " value=");
		put_quoted(out, box->value);
	} else if (box->edit && box->edit->secret) {
		put_format(out, " value=%zu-characters", edit_length(box->edit));
	} else if (box->edit) {
		put_text(out, " value=");
		put_quoted(out, box->edit->text);
	}
}

static void
put_states(struct buffer *out, unsigned state)
{
	const char *before = " [";
	for (size_t i = 0; i < sizeof STATES / sizeof STATES[0]; i++) {
		if (state & STATES[i].state) {
			put_text(out, before);
			put_text(out, STATES[i].name);
			before = " ";
		}
	}
	if (*before == ' ' && before[1] == '\0') {
		put_text(out, "]");
	}
}

static void
put_node(const struct tree *tree, int index, bool rects, struct buffer *out)
{
	const struct tree_node *node = &tree->nodes[index];
	char joined[512], key[16];
	put_text(out, tree_role_name(node->box.role));
	const char *name = semantics_name(tree, index, joined, sizeof joined);
	if (*name) {
		put_text(out, " ");
		put_quoted(out, name);
	}
	put_value(out, &node->box);
	if (node->box.id) {
		put_format(out, " id=%.64s", node->box.id);
	}
	if (node->box.shortcut) {
		put_format(out, " key=%s", key_name(node->box.shortcut, key));
	}
	put_states(out, node->box.state);
	if (rects) {
		put_format(out, " %d,%d %dx%d", node->at.x, node->at.y, node->at.w, node->at.h);
	}
	put_text(out, "\n");
}

static int
depth_of(const struct tree *tree, int index)
{
	int depth = 0;
	for (int i = tree->nodes[index].parent; i != TREE_NONE; i = tree->nodes[i].parent) {
		depth += tree->nodes[i].box.role != ROLE_NONE;
	}
	return depth;
}

void
semantics_dump(const struct tree *tree, bool rects, struct buffer *out)
{
	for (int i = 0; i < tree->count; i++) {
		if (tree->nodes[i].box.role == ROLE_NONE) {
			continue;
		}
		for (int depth = depth_of(tree, i); depth > 0; depth--) {
			put_text(out, "  ");
		}
		put_node(tree, i, rects, out);
	}
}

int
semantics_find(const struct tree *tree, enum role role, const char *name)
{
	char joined[512];
	for (int i = 0; i < tree->count; i++) {
		const bool same = tree->nodes[i].box.role == role;
		if (same && (!name || strcmp(semantics_name(tree, i, joined, sizeof joined), name) == 0)) {
			return i;
		}
	}
	return TREE_NONE;
}

struct lint {
	const struct tree *tree;
	struct semantics_finding *out;
	size_t cap, count;
};

static void
report(struct lint *lint, enum semantics_fault fault, int node, double measure)
{
	if (lint->count < lint->cap) {
		lint->out[lint->count] = (struct semantics_finding){ fault, node, measure };
	}
	lint->count++;
}

static void
check_control(struct lint *lint, int index)
{
	const struct tree_node *node = &lint->tree->nodes[index];
	char joined[512];
	if (!(node->box.state & STATE_FOCUSABLE)) {
		return;
	}
	if (!*semantics_name(lint->tree, index, joined, sizeof joined)) {
		report(lint, SEMANTICS_NAMELESS, index, 0);
	}
	if (!node->box.id) {
		report(lint, SEMANTICS_IDLESS, index, 0);
	}
	const int smaller = node->at.w < node->at.h ? node->at.w : node->at.h;
	if (smaller < tree_length(lint->tree, (float)LEAST_TARGET)) {
		report(lint, SEMANTICS_SMALL, index, (double)smaller / (double)lint->tree->look.scale);
	}
}

/* The fill that shows behind a box: its own or its nearest ancestor's. */
static enum color
behind(const struct tree *tree, int index)
{
	for (int i = index; i != TREE_NONE; i = tree->nodes[i].parent) {
		const struct tree_box *box = &tree->nodes[i].box;
		if (box->bg && !box->scrim) {
			return box->bg;
		}
	}
	return COLOR_CANVAS;
}

static void
check_contrast(struct lint *lint, int index)
{
	const struct tree_node *node = &lint->tree->nodes[index];
	if (!node->box.text || !*node->box.text || node->box.state & STATE_DISABLED) {
		return;
	}
	const enum theme theme = lint->tree->look.theme;
	const struct theme_type *type = theme_type(node->box.type);
	const enum color ink = node->box.color ? node->box.color : COLOR_TEXT;
	const double contrast = theme_contrast(theme_rgb(theme, ink), theme_rgb(theme, behind(lint->tree, index)));
	const bool large = type->size >= 24 || (type->size >= 18.66f && type->weight >= 600); /* WCAG 2.2, 1.4.3 */
	if (contrast < (theme == THEME_CONTRAST ? 7.0 : large ? 3.0 : 4.5)) {
		report(lint, SEMANTICS_FAINT, index, contrast);
	}
}

static void
check_pairs(struct lint *lint, int index, int scope)
{
	const struct tree *tree = lint->tree;
	const struct tree_node *node = &tree->nodes[index];
	const bool reachable = tree_within(tree, index, scope);
	for (int i = 0; i < index; i++) {
		const struct tree_node *other = &tree->nodes[i];
		const bool both = reachable && tree_within(tree, i, scope);
		if (node->key && node->key == other->key) {
			report(lint, SEMANTICS_REPEATED, index, 0);
		}
		if (both && node->box.primary && other->box.primary) {
			report(lint, SEMANTICS_TWO_PRIMARY, index, 0);
		}
		if (both && node->box.shortcut && node->box.shortcut == other->box.shortcut) {
			report(lint, SEMANTICS_TWO_KEYS, index, 0);
		}
	}
}

size_t
semantics_lint(const struct tree *tree, struct semantics_finding *out, size_t cap)
{
	struct lint lint = { tree, out, cap, 0 };
	const int scope = tree->count ? tree_scope(tree) : TREE_NONE;
	for (int i = 0; i < tree->count; i++) {
		const struct tree_box *box = &tree->nodes[i].box;
		check_control(&lint, i);
		check_contrast(&lint, i);
		if (box->role == ROLE_IMAGE && !box->name) {
			report(&lint, SEMANTICS_PICTURE, i, 0);
		}
		if (box->id || box->shortcut || box->primary) {
			check_pairs(&lint, i, scope);
		}
	}
	return lint.count;
}

const char *
semantics_fault_name(enum semantics_fault fault)
{
	static const char *const NAMES[] = {
		[SEMANTICS_NAMELESS] = "nameless",
		[SEMANTICS_IDLESS] = "idless",
		[SEMANTICS_REPEATED] = "repeated id",
		[SEMANTICS_SMALL] = "small target",
		[SEMANTICS_FAINT] = "faint text",
		[SEMANTICS_PICTURE] = "picture without name",
		[SEMANTICS_TWO_PRIMARY] = "two primaries",
		[SEMANTICS_TWO_KEYS] = "two boxes for one key",
	};
	return NAMES[fault];
}
