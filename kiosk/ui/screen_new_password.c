#include <string.h>

#include "kiosk/base/text.h"
#include "kiosk/model/officer.h"
#include "kiosk/ui/say.h"
#include "kiosk/ui/screens.h"

/* Ticks that turn green while typing; the words never change, so nothing jumps. */
static void
rule(struct tree *tree, bool met, const char *text)
{
	BOX(tree, .role = ROLE_ITEM, .name = text, .state = met ? STATE_CHECKED : 0, .dir = DIR_ROW, .gap = 10,
		.align = ALIGN_CENTER)
	{
		LEAF(tree, .icon = met ? ICON_CHECK : ICON_MINUS, .icon_size = 18, .icon_stroke = 2.2f,
			.color = met ? COLOR_OK : COLOR_TEXT_3);
		widget_para(tree, text, TYPE_SMALL, met ? COLOR_OK : COLOR_TEXT_2);
	}
}

static void
rules(struct tree *tree, const struct screen_local *local)
{
	const enum lang lang = tree->look.lang;
	const struct edit *first = &local->edits[FIELD_STAFF_PASSWORD], *second = &local->again;
	const unsigned typed = (unsigned)edit_length(first);
	const bool same = first->len > 0 && strcmp(first->text, second->text) == 0;
	BOX(tree, .role = ROLE_LIST, .name = say(lang, "What it must be"), .dir = DIR_COL, .align = ALIGN_STRETCH, .gap = 6)
	{
		rule(tree, typed >= OFFICER_PASSWORD_LEAST,
			tree_text(tree, say(lang, "At least %u characters: %u typed"), OFFICER_PASSWORD_LEAST, typed));
		rule(tree, same, say(lang, "Typed twice the same"));
		rule(tree, false, say(lang, "Without your name, and not one that many people use"));
	}
}

static void
fields(struct tree *tree, const struct view *view, struct screen_local *local)
{
	const enum lang lang = tree->look.lang;
	SCREEN_FIELD(tree, view, local, FIELD_STAFF_PASSWORD, .label = say(lang, "New password"), .icon = ICON_LOCK,
		.autofocus = true, .hint = say(lang, "Several words that you remember are good. Spaces may be in it."));
	FIELD(tree, .id = words_id(FIELD_STAFF_AGAIN), .label = words_label(lang, FIELD_STAFF_AGAIN), .edit = &local->again,
		.icon = ICON_LOCK, .problem = words_problem(tree, view, FIELD_STAFF_AGAIN));
}

static void
draw(struct tree *tree, const struct view *view, struct screen_local *local)
{
	const enum lang lang = tree->look.lang;
	BOX(tree, .id = "body", .scroll = true, .dir = DIR_COL, .align = ALIGN_CENTER, .justify = ALIGN_CENTER,
		.w = GROW(1), .h = GROW(1), .pad = PAD(SPACE_5))
	{
		CARD(tree, .w = PX(640), .pad = { 36, 40, 28, 40 }, .gap = 22)
		{
			BOX(tree, .dir = DIR_COL, .gap = SPACE_1, .align = ALIGN_STRETCH)
			{
				widget_heading(tree, say(lang, "Choose your own password"), TYPE_H1);
				widget_para(tree,
					tree_text(tree, say(lang, "%s, the password you came in with was set by somebody else."),
						view->officer.name),
					TYPE_BODY, COLOR_TEXT_2);
			}
			fields(tree, view, local);
			rules(tree, local);
			BUTTON(tree, .id = "keep", .label = say(lang, "Keep the new password"), .kind = BUTTON_PRIMARY,
				.key = KEY_F12, .then = ICON_ARROW_RIGHT, .full = true, .enter = true);
			widget_rule(tree);
			BOX(tree, .dir = widget_tight(tree) ? DIR_COL : DIR_ROW, .align = ALIGN_CENTER, .justify = ALIGN_BETWEEN)
			{
				BUTTON(tree, .id = "leave", .label = say(lang, "Sign out"), .kind = BUTTON_GHOST,
					.icon = ICON_ARROW_LEFT, .key = KEY_ESCAPE);
				BUTTON(tree, .id = "help", .label = say(lang, "Help"), .kind = BUTTON_GHOST, .icon = ICON_HELP,
					.key = KEY_F1);
				BUTTON(tree, .id = "look", .label = say(lang, "Text and contrast"), .kind = BUTTON_GHOST,
					.icon = ICON_CONTRAST, .key = KEY_F6);
			}
		}
	}
}

static bool
act(const struct view *view, struct screen_local *local, const char *id, struct command *out)
{
	(void)view;
	if (strcmp(id, "leave") == 0) {
		*out = (struct command){ .kind = COMMAND_SIGN_OUT };
		return true;
	}
	if (strcmp(id, "keep") != 0) {
		return false;
	}
	struct edit *first = &local->edits[FIELD_STAFF_PASSWORD];
	if (focus_is(&local->focus, words_id(FIELD_STAFF_PASSWORD)) && first->len > 0 && local->again.len == 0) {
		focus_set(&local->focus, words_id(FIELD_STAFF_AGAIN)); /* Enter after the first goes on */
		return true;
	}
	*out = (struct command){ .kind = COMMAND_PASSWORD };
	(void)text_copy(out->secret, sizeof out->secret, first->text);
	(void)text_copy(out->again, sizeof out->again, local->again.text);
	edit_wipe(first);
	edit_wipe(&local->again);
	focus_set(&local->focus, words_id(FIELD_STAFF_PASSWORD));
	return true;
}

const struct screen screen_new_password = { draw, act };
