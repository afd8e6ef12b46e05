#include <string.h>

#include "kiosk/ui/say.h"
#include "kiosk/ui/screens.h"

static void
who(struct tree *tree, const struct view *view)
{
	const enum lang lang = tree->look.lang;
	BOX(tree, .role = ROLE_GROUP, .name = view->officer.name, .dir = DIR_ROW, .gap = SPACE_4, .align = ALIGN_CENTER,
		.pad = PAD(SPACE_4), .radius = 12, .bg = COLOR_SUBTLE, .line = COLOR_LINE)
	{
		widget_initials(tree, view->officer.name, 48);
		BOX(tree, .dir = DIR_COL, .w = GROW(1), .align = ALIGN_STRETCH)
		{
			LEAF(tree, .role = ROLE_TEXT, .text = view->officer.name, .type = TYPE_BODY_BOLD, .color = COLOR_TEXT,
				.wrap = true);
			LEAF(tree, .role = ROLE_TEXT, .type = TYPE_SMALL, .color = COLOR_TEXT_3, .wrap = true, .tabular = true,
				.text = tree_text(
					tree, say(lang, "%s, staff %s"), words_role(lang, view->officer.role), view->officer.number));
		}
		widget_chip(tree, say(lang, "Signed in"), TONE_OK, ICON_CHECK);
	}
}

static void
card(struct tree *tree, const struct view *view, struct screen_local *local)
{
	const enum lang lang = tree->look.lang;
	CARD(tree, .w = PX(640), .pad = { 36, 40, 28, 40 }, .gap = 22)
	{
		BOX(tree, .dir = DIR_ROW, .gap = SPACE_4)
		{
			widget_tile(tree, ICON_LOCK, 48, TONE_NEUTRAL);
			BOX(tree, .dir = DIR_COL, .gap = 2, .w = GROW(1), .align = ALIGN_STRETCH)
			{
				widget_heading(tree, say(lang, "Locked"), TYPE_H1);
				widget_para(
					tree, say(lang, "What was open is kept and hidden until you are back."), TYPE_BODY, COLOR_TEXT_2);
			}
		}
		who(tree, view);
		screen_password_note(tree, view, local);
		screen_password(tree, view, local, &(struct widget_button){ .id = "unlock", .label = say(lang, "Unlock") });
		widget_rule(tree);
		BOX(tree, .dir = widget_tight(tree) ? DIR_COL : DIR_ROW, .align = ALIGN_CENTER, .justify = ALIGN_BETWEEN)
		{
			BUTTON(tree, .id = "sign-out", .label = say(lang, "Sign out"), .kind = BUTTON_GHOST, .icon = ICON_USER,
				.key = KEY_F10);
			BUTTON(
				tree, .id = "help", .label = say(lang, "Help"), .kind = BUTTON_GHOST, .icon = ICON_HELP, .key = KEY_F1);
			BUTTON(tree, .id = "look", .label = say(lang, "Text and contrast"), .kind = BUTTON_GHOST,
				.icon = ICON_CONTRAST, .key = KEY_F6);
		}
	}
}

static void
draw(struct tree *tree, const struct view *view, struct screen_local *local)
{
	BOX(tree, .id = "body", .scroll = true, .dir = DIR_COL, .align = ALIGN_CENTER, .justify = ALIGN_CENTER,
		.w = GROW(1), .h = GROW(1), .pad = PAD(SPACE_5), .bg = COLOR_HEADER)
	{
		card(tree, view, local);
	}
}

static bool
act(const struct view *view, struct screen_local *local, const char *id, struct command *out)
{
	(void)view;
	if (strcmp(id, "unlock") != 0) {
		return false;
	}
	*out = (struct command){ .kind = COMMAND_UNLOCK };
	screen_password_take(local, out);
	focus_set(&local->focus, words_id(FIELD_SIGN_IN_PASSWORD));
	return true;
}

const struct screen screen_locked = { draw, act };
