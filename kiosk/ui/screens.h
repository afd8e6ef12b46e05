#pragma once
/*
 * What the files screen_<state>.c share with screen.c: the parts of the window that every state has. screen.c draws
 * ribbon, header and rail and then calls the state's draw, which writes one SCREEN_BODY and one screen_bar().
 *
 * What a state's act is asked, in this order: an id that was pressed; "scan" when a scanner sent something
 * (local->focus.scan.text); "key-enter", "key-up", "key-down", "key-plus", "key-minus" when nothing else wants that
 * key. It returns true if the press is done with: *out holds a command, or none (COMMAND_NONE) when only the glass
 * changed. On false screen.c looks whether it knows the id: "back", "next" (COMMAND_BACK, COMMAND_CONTINUE), "hold",
 * "cancel", "help", "look", "doubt", "lock", "sign-out", "more", whatever begins with "dialog-", "language-" or
 * "summary-", and the options of choices named by words_id(). Text fields of words_id() are sent by screen.c.
 */
#include "kiosk/ui/screen.h"
#include "kiosk/ui/widget.h"
#include "kiosk/ui/words.h"

extern const struct screen screen_unprovisioned, screen_sign_in, screen_new_password, screen_till, screen_home,
	screen_staff, screen_queue, screen_find, screen_stored, screen_product, screen_not_here, screen_identity,
	screen_details, screen_declaration, screen_payment, screen_check, screen_hand_over, screen_locked, screen_fault,
	screen_clock, screen_stock;

/*
 * The middle of the window: scrolls when it is too high, keeps the focus in view. Begins with the error summary and, in
 * a case, with one line about the centre when there is no line. Children stand below each other, stretched, 20 apart.
 */
#define SCREEN_BODY(tree, view, local)                                                                                 \
	for (screen_body_open((tree), (view), (local)); tree_entering(tree); screen_body_close(tree))
void screen_body_open(struct tree *tree, const struct view *view, struct screen_local *local);
void screen_body_close(struct tree *tree);

#define SCREEN_ACTIONS 5u
struct screen_bar {
	const char *back;                             /* label of Back (Esc), NULL for none */
	struct widget_button actions[SCREEN_ACTIONS]; /* where it is tight they move under "More actions" F10 */
	const char *note;                             /* small text beside them; NULL for none */
	struct widget_button next;                    /* the one primary action; .id NULL for none */
};
/* The foot of the window: Back, secondary actions, when it was saved, primary action. */
void screen_bar(struct tree *tree, const struct view *view, struct screen_local *local, const struct screen_bar *bar);
/* Actions that stand on many pages. */
struct widget_button screen_bar_lock(enum lang lang);
struct widget_button screen_bar_help(enum lang lang);
/* Hold case (F8) and Cancel case, the usual secondary actions of a case, into bar->actions from `at`. */
void screen_bar_case(struct tree *tree, struct screen_bar *bar, int at);

/* A text field of the view: id, label, edit, words of the problem, all from enum field. The rest is from `field`; its
 * .label is taken if there is one. */
void screen_field(struct tree *tree, const struct view *view, struct screen_local *local, enum field which,
	const struct widget_field *field);
#define SCREEN_FIELD(tree, view, local, which, ...)                                                                    \
	screen_field((tree), (view), (local), (which), &(struct widget_field){ __VA_ARGS__ })
/* A choice of the view: id, label, chosen option and words of the problem, all from enum field. */
void screen_choice(struct tree *tree, const struct view *view, enum field which, const struct widget_choice *choice);
#define SCREEN_CHOICE(tree, view, which, ...)                                                                          \
	screen_choice((tree), (view), (which), &(struct widget_choice){ __VA_ARGS__ })
/* What option `n` of a choice means in view.fields[].choice and COMMAND_CHOICE, e.g. APPLICATION_SAME for 0. */
int32_t screen_choice_value(enum field which, int n);

/* Open a dialog, or close it with SCREEN_DIALOG_NONE. */
void screen_open(struct screen_local *local, enum screen_dialog dialog);
/* Name and masked number of the case in a chip, once checked; nothing before. */
void screen_person(struct tree *tree, const struct view *view);
/* Between identity check and commit: the case can be held and cancelled. */
bool screen_in_case(enum flow_state state);
/* What the line is doing, in a few words: "2 to send, oldest 3 min"; "All sent". */
const char *screen_line_words(struct tree *tree, const struct view *view, const struct screen_local *local);
/* True while an item waits or the line is not up. */
bool screen_line_down(const struct view *view);

/* What stands over a password that cannot be tried now: how long to wait, or who unlocks the account. Else nothing. */
void screen_password_note(struct tree *tree, const struct view *view, const struct screen_local *local);
/* The password field with tries left and what is wrong, and the button that uses it ("unlock", "sign-in"). */
void screen_password(
	struct tree *tree, const struct view *view, struct screen_local *local, const struct widget_button *button);
/* Fill command->secret from the password field and wipe the field. */
void screen_password_take(struct screen_local *local, struct command *command);
/* The command of an officer who gave number and password; with a number alone the focus goes on to the password. Always
 * true: the button did something. */
bool screen_password_of_officer(struct screen_local *local, enum command_kind kind, struct command *out);

/* ---- parts of screen.c ---- */
/* Fields that the error summary names, in order: the view's own list, else whatever is told to be wrong on a page with
 * a summary. Returns how many, at most VIEW_PROBLEMS. */
uint32_t screen_problems(const struct view *view, enum field out[static VIEW_PROBLEMS]);
void screen_header(struct tree *tree, const struct view *view, struct screen_local *local);
/* Printer and token port, if this counter has them: what they are doing, or what a person must do about them. */
void screen_device(struct tree *tree, const struct view *view);
void screen_rail(struct tree *tree, const struct view *view);
void screen_toast(struct tree *tree, const struct view *view, const struct screen_local *local);
void screen_dialog(struct tree *tree, const struct view *view, struct screen_local *local);
/* A button of the open dialog, "dialog-...". True if *out holds a command. */
bool screen_dialog_act(const struct view *view, struct screen_local *local, const char *id, struct command *out);
void screen_help(struct tree *tree, const struct view *view, struct screen_local *local);
void screen_look(struct tree *tree, struct screen_local *local);
bool screen_look_act(struct screen_local *local, const char *id);
/* Masks and limits of all fields, once; texts from the view when a state is entered; what was typed as commands. */
void screen_edit_start(struct screen_local *local);
void screen_edit_enter(const struct view *view, struct screen_local *local);
void screen_edit_refresh(const struct view *view, struct screen_local *local);
/* A scanner sent local->focus.scan.text to a screen that has no meaning of its own for it: into the field it belongs
 * to, or a hint that says why not. Never silently nothing. */
void screen_scan(const struct view *view, struct screen_local *local);
/* Say it for a while. */
void screen_hint(struct screen_local *local, enum screen_hint hint);
/* Dirty fields as COMMAND_FIELD, at most `cap`; `but` FIELD_NONE or one that is still being typed. */
size_t screen_edit_send(struct screen_local *local, enum field but, struct command *out, size_t cap);
