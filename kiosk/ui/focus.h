#pragma once
/*
 * Who has the focus, the pointer and the scroll positions: the small state that outlives the tree, keyed by box id.
 * Pure: an input and the last laid-out tree go in; the state changes and a message comes out.
 *
 * Tab order is tree order. A group of arrows is one stop: Tab enters it at its checked, selected or current member.
 * The last box with .scope in the tree is the only place where focus, pointer and shortcuts work (a dialog); when it
 * goes, focus returns to where it was.
 */
#include "kiosk/ui/edit.h"
#include "kiosk/ui/focus_below.h"
#include "kiosk/ui/focus_hold.h"

struct tree;
struct tree_measure;

#define FOCUS_SCROLLS 16u /* scroll areas remembered */
#define FOCUS_DEPTH   4u  /* dialogs over dialogs */
#define FOCUS_ID_MOST 64u /* bytes of an id, with the NUL */

struct focus_scroll {
	uint64_t key;     /* tree_key() of the area's id */
	int offset;       /* device px scrolled down */
	unsigned used_at; /* for reuse of the oldest */
};

struct focus {
	uint64_t key;      /* tree_key() of the focused id; 0 before the first tree */
	uint64_t hover;    /* 0 when the pointer is over nothing that can be pressed */
	uint64_t pressed;  /* 0 unless the button is down on it */
	bool reveal;       /* the next layout scrolls the focused box into view */
	bool caret_hidden; /* the dark half of a blink; the shell toggles it */
	int last_index;    /* where in tab order the focus was, for when its id is gone */
	struct focus_scroll scrolls[FOCUS_SCROLLS];
	struct focus_below below; /* what each area shows */
	unsigned clock;
	uint64_t scopes[FOCUS_DEPTH];  /* open scopes, outermost first */
	uint64_t returns[FOCUS_DEPTH]; /* focus to restore when that scope closes */
	unsigned depth;
	struct edit_history history; /* of the focused text field */
	struct edit_scan scan;
	struct focus_hold hold; /* keys that may be a scanner's */
};

enum focus_kind {
	FOCUS_NOTHING,  /* nothing on the glass changes */
	FOCUS_DRAW,     /* only looks changed: focus, hover, scroll, caret */
	FOCUS_ACTIVATE, /* id was pressed: click, Enter, space or its shortcut */
	FOCUS_EDITED,   /* id is a text field that took the input; verdict says whether all of it */
	FOCUS_REFUSED,  /* id is a text field that refused the input; verdict says why */
	FOCUS_SCANNED,  /* a scanner sent scan->text; the field it fell into is as before */
	FOCUS_KEY,      /* a key nobody wanted; the screen may */
};

struct focus_message {
	enum focus_kind kind;
	char id[FOCUS_ID_MOST]; /* copied: the tree may be rebuilt. Empty for FOCUS_NOTHING, FOCUS_DRAW, FOCUS_KEY */
	enum edit_verdict verdict;
	bool moved; /* the focus moved too */
};

/*
 * Act on one input. Fields are edited through the box's .edit. Enter in a text field, and Enter where nothing else uses
 * it, presses the box with .primary; Escape presses the one whose shortcut is KEY_ESCAPE. A shortcut that is a
 * printable character works only while no text field has the focus, and once it cannot be a scanner's any more: whoever
 * calls asks focus_hold_next() before each input and at focus_hold_until_ms(). A pressed box takes the focus. Disabled
 * boxes do nothing.
 */
struct focus_message focus_input(
	struct focus *focus, const struct tree *tree, const struct tree_measure *measure, const struct input *input);

/*
 * After layout: open and close scopes, and if the focused id is gone, move to the box with .autofocus, else to the
 * neighbour of where it was. True if the focus moved, or an area shows more or less of what is in it: build and lay out
 * again before showing.
 */
bool focus_settle(struct focus *focus, const struct tree *tree);

/* Move the focus by program, e.g. to the error summary. Takes effect with the next tree. */
void focus_set(struct focus *focus, const char *id);
bool focus_is(const struct focus *focus, const char *id);
/* True if the focused box is a text field: only then the shell lets SDL compose text. */
bool focus_in_text(const struct focus *focus, const struct tree *tree);

/* The offset of a scroll area, 0 if it never scrolled. */
int focus_scroll(const struct focus *focus, uint64_t key);
void focus_scroll_set(struct focus *focus, uint64_t key, int offset);
