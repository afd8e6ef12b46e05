#pragma once
/*
 * A text field's state: UTF-8, a caret and an anchor that always stand on grapheme boundaries, a mask, a most number of
 * characters, and the input method's preedit. Pure: an input goes in, the field changes, a verdict comes out.
 *
 * Rules for what goes in:
 * - Controls and what nobody can see (text_is_unseen()) are left out, and the verdict says so. Tabs and line ends
 * become a blank.
 * - Masks other than EDIT_ANY first turn full-width ASCII into ASCII; EDIT_ID and `upper` turn a..z into A..Z.
 * - A typed character that the mask or the length forbids is refused alone; the field keeps what it had.
 * - A paste is taken whole or refused whole: if it is not UTF-8, holds a character the mask forbids, or does not fit,
 *   nothing changes. Nothing that came in is ever cut short silently.
 */
#include "kiosk/ui/input.h"

#define EDIT_BYTES     1024u /* of text, with the NUL */
#define EDIT_HISTORY   24u   /* steps that can be undone */
#define EDIT_SCAN_MOST 128u  /* bytes of one scanner burst, with the NUL */

enum edit_mask {
	EDIT_ANY,    /* every script, combining marks included */
	EDIT_DIGITS, /* 0..9 */
	EDIT_ID,     /* A..Z 0..9 ( ) and hyphen */
	EDIT_MONEY,  /* digits, at most one point, at most two digits after it */
	EDIT_DATE,   /* digits and - / . */
	EDIT_LATIN,  /* printable ASCII: English names, passwords, serial numbers */
};

/* Why an input did not go in. The screen chooses the words. */
enum edit_verdict {
	EDIT_UNUSED,    /* not for a text field; offer it to somebody else */
	EDIT_MOVED,     /* caret, selection or preedit changed, the text did not */
	EDIT_CHANGED,   /* the text changed */
	EDIT_STRIPPED,  /* taken, but for characters that nobody can see; nothing changed if there were no others */
	EDIT_FORBIDDEN, /* the mask forbids a character */
	EDIT_TOO_LONG,  /* more than max_chars, or than EDIT_BYTES */
	EDIT_NOT_TEXT,  /* the bytes are not UTF-8 */
};

struct edit {
	/* Set once by the owner. */
	enum edit_mask mask;
	unsigned max_chars; /* most characters (grapheme clusters), and four times as many code points; 0 for EDIT_BYTES */
	bool secret;        /* shown as bullets; never copied, never kept for undo, no preedit */
	bool upper;         /* a..z become A..Z */
	bool read_only;     /* caret and selection only */

	/* Managed by edit_*; read freely. */
	char text[EDIT_BYTES];
	size_t len;    /* bytes, without the NUL */
	size_t caret;  /* byte offset */
	size_t anchor; /* byte offset; the selection is what lies between anchor and caret */
	char preedit[INPUT_TEXT_MOST];
	size_t preedit_caret; /* bytes into preedit */
};

struct edit_step {
	char text[EDIT_BYTES];
	size_t caret;
};

/* What was there before, for the one field that has the focus. Zeroed is empty. Clear it when the focus moves. */
struct edit_history {
	struct edit_step steps[EDIT_HISTORY];
	size_t first, count, at; /* a ring; `at` of its `count` steps lie in the past, the others were undone */
	bool typing;             /* the last step was typing and may absorb more */
};

/* Replace the whole text by the program, e.g. from a draft. False, and unchanged, if the rules above refuse it. */
bool edit_set(struct edit *edit, const char *text);
/* Empty the field and overwrite what it held. */
void edit_wipe(struct edit *edit);

/*
 * Apply keys, text, editing and paste. `history` may be NULL (secret fields never use it). Enter, Tab, Escape, F-keys,
 * Up and Down are EDIT_UNUSED. Keys: arrows (Ctrl: by word, Shift: select), Home, End, Backspace, Delete (Ctrl: word),
 * Ctrl-A all, Ctrl-Z undo, Ctrl-Y or Ctrl-Shift-Z redo.
 */
enum edit_verdict edit_input(struct edit *edit, struct edit_history *history, const struct input *input);

/* Put the caret at a byte offset, moved back to a grapheme boundary; `extend` keeps the anchor. */
void edit_place(struct edit *edit, size_t at, bool extend);
/* Select the word around a byte offset (double click). */
void edit_select_word(struct edit *edit, size_t at);
void edit_select_all(struct edit *edit);

/* The selected bytes: [from, to). Empty selections give from == to == caret. */
void edit_selection(const struct edit *edit, size_t *from, size_t *to);
/* Characters (grapheme clusters). */
size_t edit_length(const struct edit *edit);

/*
 * What is shown: the text with the preedit at the caret, or one bullet per character in secret mode. Writes at most cap
 * bytes with the NUL; the offsets are into what was written. cap >= EDIT_BYTES + INPUT_TEXT_MOST never cuts.
 */
struct edit_shown {
	size_t caret;
	size_t select_from, select_to;   /* equal when nothing is selected */
	size_t preedit_from, preedit_to; /* equal when there is none */
};
void edit_show(const struct edit *edit, char *out, size_t cap, struct edit_shown *shown);
/* The byte offset in edit->text that belongs to an offset in what edit_show() wrote. */
size_t edit_unshow(const struct edit *edit, size_t shown_at);

/*
 * A scanner types like a person, only faster: at least four characters less than 30 ms apart and then Enter. (Whoever
 * drives the screen by synthetic keys must type slower than that.) Zeroed is idle. It holds nothing back while it
 * watches, but remembers the field as it was before the burst. In a field the characters are what SDL says was typed;
 * without one nothing is composed, and they are the keys themselves, letters as capitals.
 */
#define EDIT_SCAN_GAP_MS 30
#define EDIT_SCAN_LEAST  4u
struct edit_scan {
	char text[EDIT_SCAN_MOST]; /* the burst so far; after edit_scan_feed() returned true, the whole scan */
	size_t len;
	int64_t last_ms;
	struct edit_step before; /* the field before the first character */
	bool restorable;
};
/*
 * See an input before the field does. `edit` is the focused field or NULL; the same one for a whole burst. True if this
 * input (the Enter) ended a burst: scan->text holds it, the field is as before, and the Enter is not an Enter.
 */
bool edit_scan_feed(struct edit_scan *scan, struct edit *edit, const struct input *input);
/* Forget a burst in progress: the focus moved. */
void edit_scan_reset(struct edit_scan *scan);
