#pragma once
/*
 * What the files screen_<state>.c share with screen.c: the parts of the window that every state has. screen.c draws
 * ribbon, header and rail and then calls the state's draw, which writes one SCREEN_BODY and one screen_bar().
 *
 * Common ids, handled by screen.c before a state's act is asked: "back", "next" (COMMAND_BACK, COMMAND_CONTINUE),
 * "hold", "cancel", "help", "look", "doubt", "lock", "sign-out", "find", "queue", "home", "more", everything that
 * begins with "dialog-", "language-" or "summary-", and fields and choices named by words_id(). A state that wants one
 * of them for itself is asked first: its act returns true.
 */
#include "kiosk/ui/screen.h"
#include "kiosk/ui/widget.h"
#include "kiosk/ui/words.h"

extern const struct screen screen_unprovisioned, screen_sign_in, screen_new_password, screen_till, screen_home,
	screen_staff, screen_queue, screen_find, screen_stored, screen_product, screen_not_here, screen_identity,
	screen_details, screen_declaration, screen_payment, screen_check, screen_hand_over, screen_locked, screen_fault;

/*
 * The middle of the window: scrolls when it is too high, keeps the focus in view. Begins with the error summary and, in
 * a case, with the line's banner when the line is down.
 */
#define SCREEN_BODY(tree, view, local)                                                                                 \
	for (screen_body_open((tree), (view), (local)); tree_entering(tree); screen_body_close(tree))
void screen_body_open(struct tree *tree, const struct view *view, struct screen_local *local);
void screen_body_close(struct tree *tree);

#define SCREEN_ACTIONS 5u
struct screen_bar {
	const char *back;                             /* label of Back (Esc), NULL for none */
	struct widget_button actions[SCREEN_ACTIONS]; /* secondary ones; at one column they move under "More actions" F10 */
	const char *note;                             /* small text beside them; NULL for none */
	struct widget_button next;                    /* the one primary action; .id NULL for none */
};
/* The foot of the window: Back, secondary actions, when it was saved, primary action. */
void screen_bar(struct tree *tree, const struct view *view, struct screen_local *local, const struct screen_bar *bar);
/* Hold case (F8), Cancel case: the usual secondary actions of a case, written into bar->actions from `at`. */
void screen_bar_case(struct tree *tree, struct screen_bar *bar, int at);

/* A text field of the view: id, label, edit, words of the problem, all from enum field. The rest is taken from `field`.
 */
void screen_field(struct tree *tree, const struct view *view, struct screen_local *local, enum field which,
	const struct widget_field *field);
#define SCREEN_FIELD(tree, view, local, which, ...)                                                                    \
	screen_field((tree), (view), (local), (which), &(struct widget_field){ __VA_ARGS__ })
/* A choice of the view: id, label, chosen option and words of the problem, all from enum field. */
void screen_choice(struct tree *tree, const struct view *view, enum field which, const struct widget_choice *choice);
#define SCREEN_CHOICE(tree, view, which, ...)                                                                          \
	screen_choice((tree), (view), (which), &(struct widget_choice){ __VA_ARGS__ })

/* Open a dialog, or close it with SCREEN_DIALOG_NONE. */
void screen_open(struct screen_local *local, enum screen_dialog dialog);
/* The masked number and name of the case in a chip, once checked. */
void screen_person(struct tree *tree, const struct view *view);
