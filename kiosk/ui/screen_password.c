#include "kiosk/base/text.h"
#include "kiosk/ui/say.h"
#include "kiosk/ui/screens.h"

#define SECOND_MS 1000

static int
seconds_left(const struct screen_local *local)
{
	const int64_t left = local->wait_until_ms - local->now_ms;
	return left > 0 ? (int)((left + SECOND_MS - 1) / SECOND_MS) : 0;
}

static bool
is_locked(const struct view *view)
{
	return view->fields[FIELD_SIGN_IN_PASSWORD].problem == PROBLEM_LOCKED;
}

void
screen_password_note(struct tree *tree, const struct view *view, const struct screen_local *local)
{
	const enum lang lang = tree->look.lang;
	const int wait = seconds_left(local);
	if (is_locked(view)) {
		BANNER(tree, .tone = TONE_BAD, .icon = ICON_LOCK, .alert = true, .title = say(lang, "This account is locked"),
			.text =
				say(lang, "Ten wrong passwords in a row. A supervisor unlocks it under Staff while you stand beside. "
						  "Cases and till are safe."))
		{
		}
	} else if (wait > 0) {
		BANNER(tree, .tone = TONE_WARN, .icon = ICON_CLOCK, .alert = true,
			.title = tree_text(tree,
				say_n(lang, "Wait %d second before the next try", "Wait %d seconds before the next try",
					(unsigned long)wait),
				wait),
			.text = say(lang, "After several wrong passwords each try waits longer. Look at Caps Lock meanwhile."))
		{
		}
	}
}

static const char *
tries(struct tree *tree, const struct view *view)
{
	return view->tries_left == 0
			   ? NULL
			   : tree_text(
					 tree, say_n(tree->look.lang, "%u try left", "%u tries left", view->tries_left), view->tries_left);
}

void
screen_password(
	struct tree *tree, const struct view *view, struct screen_local *local, const struct widget_button *button)
{
	const enum lang lang = tree->look.lang;
	const enum field_problem problem = view->fields[FIELD_SIGN_IN_PASSWORD].problem;
	const int wait = seconds_left(local);
	const bool quiet = problem == PROBLEM_WAIT || problem == PROBLEM_LOCKED; /* the note above says it */
	FIELD(tree, .id = words_id(FIELD_SIGN_IN_PASSWORD), .label = words_label(lang, FIELD_SIGN_IN_PASSWORD),
		.edit = &local->edits[FIELD_SIGN_IN_PASSWORD], .icon = ICON_LOCK, .note = tries(tree, view),
		.problem = quiet ? NULL : words_problem(tree, view, FIELD_SIGN_IN_PASSWORD), .autofocus = !button->autofocus,
		.hint = say(lang, "Your password is checked here and never stored in clear."));
	struct widget_button shown = *button;
	shown.kind = BUTTON_PRIMARY;
	shown.key = KEY_F12;
	shown.full = shown.enter = true;
	shown.autofocus = false;
	shown.then = ICON_ARROW_RIGHT;
	shown.disabled = wait > 0;
	shown.label = wait > 0 ? tree_text(tree, say(lang, "%s in %d s"), button->label, wait) : button->label;
	widget_button(tree, &shown);
}

void
screen_password_take(struct screen_local *local, struct command *command)
{
	struct edit *edit = &local->edits[FIELD_SIGN_IN_PASSWORD];
	(void)text_copy(command->secret, sizeof command->secret, edit->text);
	edit_wipe(edit);
}

bool
screen_password_of_officer(struct screen_local *local, enum command_kind kind, struct command *out)
{
	const struct edit *number = &local->edits[FIELD_SIGN_IN_NUMBER];
	const bool in_number = focus_is(&local->focus, words_id(FIELD_SIGN_IN_NUMBER));
	if (in_number && number->len > 0 && local->edits[FIELD_SIGN_IN_PASSWORD].len == 0) {
		focus_set(&local->focus, words_id(FIELD_SIGN_IN_PASSWORD)); /* Enter after the number goes on */
		return true;
	}
	*out = (struct command){ .kind = kind };
	(void)text_copy(out->text, sizeof out->text, number->text);
	screen_password_take(local, out);
	local->dirty[FIELD_SIGN_IN_NUMBER] = false;
	focus_set(&local->focus, words_id(number->len > 0 ? FIELD_SIGN_IN_PASSWORD : FIELD_SIGN_IN_NUMBER));
	return true;
}
