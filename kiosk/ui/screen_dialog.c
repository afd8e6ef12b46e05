#include <string.h>

#include "kiosk/ui/say.h"
#include "kiosk/ui/screens.h"

static void
keep(struct tree *tree, const char *label)
{
	BUTTON(tree, .id = "dialog-close", .label = label, .icon = ICON_ARROW_LEFT, .key = KEY_ESCAPE, .autofocus = true);
}

/* ---- hold ---- */

static void
reason(struct tree *tree, enum hold_reason why, enum icon icon)
{
	const unsigned key = '1' + (unsigned)why;
	BOX(tree, .role = ROLE_BUTTON, .id = tree_text(tree, "dialog-hold-%d", (int)why),
		.name = words_hold(tree->look.lang, why), .state = STATE_FOCUSABLE, .shortcut = key, .dir = DIR_ROW,
		.gap = SPACE_4, .align = ALIGN_CENTER, .min_h = 56, .pad = PAD_XY(SPACE_4, SPACE_1), .radius = RADIUS_CONTROL,
		.bg = COLOR_SURFACE, .hover_bg = COLOR_SUBTLE, .line = COLOR_FIELD, .autofocus = why == HOLD_FETCH_MONEY)
	{
		LEAF(tree, .icon = icon, .color = COLOR_PRIMARY);
		LEAF(tree, .text = words_hold(tree->look.lang, why), .type = TYPE_BODY_MEDIUM, .color = COLOR_TEXT,
			.wrap = true, .w = GROW(1));
		widget_key(tree, widget_key_name(tree, key), false);
	}
}

static void
hold(struct tree *tree)
{
	const enum lang lang = tree->look.lang;
	DIALOG(tree, .id = "dialog", .title = say(lang, "Hold this case"), .icon = ICON_PAUSE,
		.text = say(lang, "Everything is kept as it is. Why does the case wait?"))
	{
		BOX(tree, .role = ROLE_GROUP, .name = say(lang, "Reason"), .arrows = true, .dir = DIR_COL, .gap = SPACE_2,
			.align = ALIGN_STRETCH)
		{
			reason(tree, HOLD_FETCH_MONEY, ICON_CASH);
			reason(tree, HOLD_FETCH_DOCUMENT, ICON_FILE);
			reason(tree, HOLD_CORRECT_FORM, ICON_PEN);
			reason(tree, HOLD_DOUBT, ICON_HAND);
			reason(tree, HOLD_OTHER, ICON_PAUSE);
		}
		DIALOG_ACTIONS(tree)
		{
			BUTTON(tree, .id = "dialog-close", .label = say(lang, "Go on with the case"), .icon = ICON_ARROW_LEFT,
				.key = KEY_ESCAPE);
		}
	}
}

/* ---- cancel ---- */

static void
cancel(struct tree *tree, const struct view *view)
{
	const enum lang lang = tree->look.lang;
	const struct money paid = payment_paid(&view->payment);
	DIALOG(tree, .id = "dialog", .title = say(lang, "Cancel this case?"), .icon = ICON_ALERT, .tone = TONE_BAD,
		.text = tree_text(
			tree, say(lang, "What was keyed for case %s is dropped and cannot be brought back."), view->case_number))
	{
		if (paid.minor > 0) {
			widget_note(tree, TONE_WARN, tree_text(tree, say(lang, "Give back %s first"), words_money(tree, paid)),
				say(lang, "It was entered for this case. No receipt was made, so nothing stays in the till for it."));
		}
		widget_point(tree, ICON_FILE, say(lang, "The form and the documents go back to the applicant"), TONE_NEUTRAL);
		widget_point(
			tree, ICON_SHIELD, say(lang, "The log keeps that the case was cancelled, by whom and when"), TONE_NEUTRAL);
		DIALOG_ACTIONS(tree)
		{
			keep(tree, say(lang, "Keep the case"));
			BUTTON(tree, .id = "dialog-cancel", .label = say(lang, "Cancel the case"), .kind = BUTTON_DANGER,
				.icon = ICON_CLOSE);
		}
	}
}

/* ---- something is wrong ---- */

static void
doubt(struct tree *tree)
{
	const enum lang lang = tree->look.lang;
	DIALOG(tree, .id = "dialog", .title = say(lang, "Something is wrong"), .icon = ICON_HAND, .w = 700,
		.tone = TONE_WARN,
		.text =
			say(lang, "Damaged card, old photo, changed name, strange behaviour: stop here and ask the supervisor."))
	{
		widget_point(tree, ICON_CHECK, say(lang, "Nothing is refused by holding the case"), TONE_OK);
		widget_point(tree, ICON_CHECK, say(lang, "Give the card back and say that a colleague is asked"), TONE_OK);
		widget_point(
			tree, ICON_CLOSE, say(lang, "Do not accuse anybody. Do not copy or photograph the card"), TONE_BAD);
		DIALOG_ACTIONS(tree)
		{
			keep(tree, say(lang, "Go on with the case"));
			BUTTON(tree, .id = "dialog-doubt", .label = say(lang, "Hold for the supervisor"), .kind = BUTTON_PRIMARY,
				.icon = ICON_PAUSE, .key = KEY_F8);
		}
	}
}

/* ---- sign out ---- */

static void
sign_out(struct tree *tree, const struct view *view)
{
	const enum lang lang = tree->look.lang;
	DIALOG(tree, .id = "dialog", .title = say(lang, "Sign out?"), .icon = ICON_USER,
		.text = tree_text(tree, say(lang, "%s leaves this counter."), view->officer.name))
	{
		if (screen_in_case(view->state)) {
			widget_point(tree, ICON_PAUSE, say(lang, "The open case is held with what was keyed"), TONE_NEUTRAL);
		}
		if (view->held_count > 0) {
			widget_point(tree, ICON_PAUSE,
				tree_text(tree,
					say_n(lang, "%u held case stays for the next officer", "%u held cases stay for the next officer",
						view->held_count),
					view->held_count),
				TONE_NEUTRAL);
		}
		if (view->till_open) {
			widget_point(
				tree, ICON_DRAWER, say(lang, "Your till stays open under your name. Lock the drawer"), TONE_NEUTRAL);
		}
		if (view->sync.waiting > 0) {
			widget_point(tree, ICON_SEND, say(lang, "What waits is sent by itself, also while nobody is signed in"),
				TONE_NEUTRAL);
		}
		DIALOG_ACTIONS(tree)
		{
			BUTTON(tree, .id = "dialog-close", .label = say(lang, "Stay"), .icon = ICON_ARROW_LEFT, .key = KEY_ESCAPE);
			BUTTON(tree, .id = "dialog-sign-out", .label = say(lang, "Sign out"), .kind = BUTTON_PRIMARY,
				.key = KEY_F12, .enter = true, .autofocus = true);
		}
	}
}

void
screen_dialog(struct tree *tree, const struct view *view, struct screen_local *local)
{
	switch (local->dialog) {
	case SCREEN_DIALOG_NONE:
	case SCREEN_DIALOG_MORE: /* drawn by the bar */
		break;
	case SCREEN_DIALOG_HOLD:
		hold(tree);
		break;
	case SCREEN_DIALOG_CANCEL:
		cancel(tree, view);
		break;
	case SCREEN_DIALOG_HELP:
		screen_help(tree, view, local);
		break;
	case SCREEN_DIALOG_LOOK:
		screen_look(tree, local);
		break;
	case SCREEN_DIALOG_DOUBT:
		doubt(tree);
		break;
	case SCREEN_DIALOG_SIGN_OUT:
		sign_out(tree, view);
		break;
	}
}

bool
screen_dialog_act(const struct view *view, struct screen_local *local, const char *id, struct command *out)
{
	static const char HOLD[] = "dialog-hold-";
	(void)view;
	if (screen_look_act(local, id)) {
		return false;
	}
	if (strncmp(id, HOLD, sizeof HOLD - 1) == 0) {
		*out = (struct command){ .kind = COMMAND_HOLD, .index = id[sizeof HOLD - 1] - '0' };
	} else if (strcmp(id, "dialog-doubt") == 0) {
		*out = (struct command){ .kind = COMMAND_HOLD, .index = HOLD_DOUBT };
	} else if (strcmp(id, "dialog-cancel") == 0) {
		*out = (struct command){ .kind = COMMAND_CANCEL };
	} else if (strcmp(id, "dialog-sign-out") == 0) {
		*out = (struct command){ .kind = COMMAND_SIGN_OUT };
	}
	local->dialog = SCREEN_DIALOG_NONE;
	return out->kind != COMMAND_NONE;
}
