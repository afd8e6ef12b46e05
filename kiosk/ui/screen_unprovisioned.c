#include "kiosk/ui/say.h"
#include "kiosk/ui/screens.h"

static void
step(struct tree *tree, const char *number, const char *title, const char *text)
{
	BOX(tree, .role = ROLE_ITEM, .name = title, .dir = DIR_ROW, .gap = SPACE_4)
	{
		BOX(tree, .dir = DIR_ROW, .align = ALIGN_CENTER, .justify = ALIGN_CENTER, .w = PX(32), .h = PX(32),
			.radius = RADIUS_PILL, .bg = COLOR_PRIMARY_SOFT, .line = COLOR_PRIMARY_LINE)
		{
			LEAF(tree, .text = number, .type = TYPE_SMALL_BOLD, .color = COLOR_PRIMARY_TEXT, .tabular = true);
		}
		BOX(tree, .dir = DIR_COL, .gap = 2, .w = GROW(1), .align = ALIGN_STRETCH, .pad = { 4, 0, 0, 0 })
		{
			widget_para(tree, title, TYPE_BODY_BOLD, COLOR_TEXT);
			widget_para(tree, text, TYPE_SMALL, COLOR_TEXT_2);
		}
	}
}

static void
card(struct tree *tree)
{
	const enum lang lang = tree->look.lang;
	CARD(tree, .w = PX(760), .pad = { 36, 40, 32, 40 }, .gap = 24)
	{
		BOX(tree, .dir = DIR_ROW, .gap = SPACE_5)
		{
			widget_tile(tree, ICON_KEY, 56, TONE_NEUTRAL);
			BOX(tree, .dir = DIR_COL, .gap = 6, .w = GROW(1), .align = ALIGN_STRETCH)
			{
				widget_heading(tree, say(lang, "This counter is not set up yet"), TYPE_H1);
				widget_para(tree, say(lang, "It has no branch, no number and no keys. A technician sets it up once."),
					TYPE_LEAD, COLOR_TEXT_2);
			}
		}
		widget_rule(tree);
		BOX(tree, .role = ROLE_LIST, .name = say(lang, "Steps"), .dir = DIR_COL, .align = ALIGN_STRETCH, .gap = SPACE_4)
		{
			step(tree, "1", say(lang, "Ask the centre for a one-time code"),
				say(lang,
					"The centre makes it with “intake --new-kiosk”. It is good for one counter and for a short time."));
			step(tree, "2", say(lang, "Run “counter --provision CODE” on this machine"),
				say(lang, "It makes the keys, fetches the certificates and creates the first supervisor."));
			step(tree, "3", say(lang, "The first supervisor signs in here"),
				say(lang, "This page goes away by itself. The supervisor chooses a password and adds the clerks."));
		}
		widget_note(tree, TONE_INFO, say(lang, "Are you a clerk or a supervisor?"),
			say(lang,
				"You cannot work here yet and have done nothing wrong. Use another counter and call the technician."));
	}
}

static void
draw(struct tree *tree, const struct view *view, struct screen_local *local)
{
	const enum lang lang = tree->look.lang;
	BOX(tree, .id = "body", .scroll = true, .dir = DIR_COL, .align = ALIGN_CENTER, .justify = ALIGN_CENTER,
		.w = GROW(1), .h = GROW(1), .pad = PAD(SPACE_5))
	{
		card(tree);
	}
	struct screen_bar bar = {
		.next = { .id = "next", .label = say(lang, "Look again"), .icon = ICON_REFRESH, .autofocus = true }
	};
	bar.actions[0] = (struct widget_button){ .id = "look",
		.label = say(lang, "Text and contrast"),
		.kind = BUTTON_GHOST,
		.icon = ICON_CONTRAST,
		.key = KEY_F6 };
	bar.actions[1] = screen_bar_help(lang);
	screen_bar(tree, view, local, &bar);
}

static bool
act(const struct view *view, struct screen_local *local, const char *id, struct command *out)
{
	(void)view;
	(void)local;
	(void)id;
	(void)out;
	return false;
}

const struct screen screen_unprovisioned = { draw, act };
