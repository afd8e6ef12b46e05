#pragma once
/*
 * Screens as pure functions: (view, what is on the glass) -> tree; (view, what is on the glass, what was pressed) -> a
 * command or nothing. Which screen shows follows from view->state alone. No screen calls another. Each state has its
 * own file screen_<state>.c with the two functions of struct screen; screen.c holds the table and what is common:
 * frame, rail, action bar, dialogs (hold, cancel, help, text and contrast), toast, error summary.
 */
#include "kiosk/flow/command.h"
#include "kiosk/flow/view.h"
#include "kiosk/ui/focus.h"
#include "kiosk/ui/receipt.h"
#include "kiosk/ui/tree.h"

#define SCREEN_COMMANDS 4u /* most commands of one input */

enum screen_dialog {
	SCREEN_DIALOG_NONE,
	SCREEN_DIALOG_HOLD,
	SCREEN_DIALOG_CANCEL,
	SCREEN_DIALOG_HELP,
	SCREEN_DIALOG_LOOK,
	SCREEN_DIALOG_DOUBT,
	SCREEN_DIALOG_SIGN_OUT,
	SCREEN_DIALOG_MORE /* the secondary actions, where there is no room for them in the bar */
};

/* What became of what was typed, pasted or scanned, where it is not plain to see. */
enum screen_hint {
	SCREEN_HINT_NONE,
	SCREEN_HINT_CHARACTER, /* the field does not take it */
	SCREEN_HINT_FULL,
	SCREEN_HINT_PASTE,      /* nothing was pasted */
	SCREEN_HINT_STRIPPED,   /* characters that nobody can see were left out */
	SCREEN_HINT_SCANNED,    /* a scan went into the form barcode, wherever the focus was */
	SCREEN_HINT_SCAN_FULL,  /* the paper's numbers are there already, and the scan is another one */
	SCREEN_HINT_SCAN_SHAPE, /* nothing that a field here could hold */
	SCREEN_HINT_SCAN_LATER, /* there is no field for it yet in this case */
	SCREEN_HINT_SCAN_UNUSED /* there is none on this screen */
};

/* What is only on the glass. One per window; zeroed and then screen_start(). */
struct screen_local {
	struct focus focus;
	struct tree_look look;     /* language, theme, scale, text size of this window */
	struct edit edits[FIELDS]; /* text fields, by enum field; loaded from the view when a state is entered */
	struct edit search;        /* product and find screens */
	struct edit again;         /* second password */
	enum flow_state entered;   /* the state the edits were loaded for */
	char entered_case[APPLICATION_CASE];
	enum screen_dialog dialog;
	int64_t counts[PAYMENT_PIECES]; /* float being counted; notes handed over */
	struct edit count_edits[PAYMENT_PIECES];
	char selected[64];                     /* id of the selected row, product or method */
	int32_t term;                          /* months chosen on the product screen, 0 none */
	uint32_t toast_number, summary_number; /* last seen in the view */
	uint32_t problems;                     /* named by the summary in sight; more than before take the focus */
	int64_t toast_until_ms;
	enum screen_hint hint; /* said until hint_until_ms */
	int64_t hint_until_ms;
	int64_t now_ms;         /* wall clock of this draw */
	int64_t wait_until_ms;  /* a password is not looked at before; 0 none */
	uint32_t waited_for;    /* generation of the view that wait_until_ms was counted from */
	uint32_t tenders_seen;  /* of the payment in sight: another count begins the next tender empty */
	struct receipt receipt; /* of the committed case in sight, made when it is first drawn */
	bool dirty[FIELDS];     /* typed since it was last sent */
};

void screen_start(struct screen_local *local, const struct tree_look *look);
/* Build the whole window. The tree is begun and laid out by the caller. */
void screen_draw(struct tree *tree, const struct view *view, struct screen_local *local);
/*
 * A new view came: load the edits of a state that was just entered, open nothing by itself, move the focus to a new
 * error summary, start a toast.
 */
void screen_view(const struct view *view, struct screen_local *local);
/*
 * What a message of the focus layer means. Writes up to SCREEN_COMMANDS commands (dirty fields first, then the action)
 * and returns how many; 0 when only the glass changed. Wipes secret edits once they are in a command.
 */
size_t screen_act(const struct view *view, struct screen_local *local, const struct focus_message *message,
	const struct input *input, struct command out[static SCREEN_COMMANDS]);
/* Fields typed but not yet sent, after a pause in typing: as screen_act(). */
size_t screen_pause(const struct view *view, struct screen_local *local, struct command out[static SCREEN_COMMANDS]);
/* Is a field typed that no command has carried yet? Then screen_pause() is wanted, whatever was sent meanwhile. */
bool screen_unsent(const struct screen_local *local);
/* When the picture changes by itself next (clock minute, toast end, waiting time, caret): ms UTC, or 0 for never. */
int64_t screen_next_ms(const struct view *view, const struct screen_local *local);

/* One state's screen. */
struct screen {
	void (*draw)(struct tree *tree, const struct view *view, struct screen_local *local);
	/* `id` was pressed. True if *out holds a command. */
	bool (*act)(const struct view *view, struct screen_local *local, const char *id, struct command *out);
};
