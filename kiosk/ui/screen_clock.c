#include <string.h>

#include "kiosk/base/text.h"
#include "kiosk/ui/say.h"
#include "kiosk/ui/screens.h"

/* "Wednesday 25 November 2026, 14:32": a clock may be a year away. */
static const char *
instant(struct tree *tree, const struct view *view, int64_t at_ms)
{
	const struct date day = date_of_instant(at_ms, view->offset_min);
	return tree_text(tree, say(tree->look.lang, "%s, %s"), words_day(tree, day, true), words_clock(tree, view, at_ms));
}

static void
facts(struct tree *tree, const struct view *view, const struct screen_local *local)
{
	const enum lang lang = tree->look.lang;
	CARD(tree, .pad = { 18, 24, 18, 24 }, .gap = 14)
	{
		SECTION(tree, .title = say(lang, "What does not agree"))
		{
		}
		PAIR(tree, .icon = ICON_CLOCK, .key = say(lang, "This computer says"),
			.value = instant(tree, view, local->now_ms), .type = TYPE_BODY_BOLD, .key_w = 240);
		if (view->clock_log_ms > 0) {
			PAIR(tree, .icon = ICON_FILE, .key = say(lang, "The log stood at"),
				.value = instant(tree, view, view->clock_log_ms), .type = TYPE_BODY_MEDIUM, .key_w = 240);
		}
		PAIR(tree, .icon = ICON_DRAWER, .key = say(lang, "Business day kept until then"),
			.value = words_day(tree, view->day, true), .type = TYPE_BODY_MEDIUM, .key_w = 240);
	}
}

static void
advice(struct tree *tree, const struct view *view)
{
	const enum lang lang = tree->look.lang;
	CARD(tree, .pad = { 18, 24, 18, 24 }, .gap = 14, .h = GROW(1))
	{
		SECTION(tree, .title = say(lang, "What to do"))
		{
		}
		widget_point(tree, ICON_CLOCK, say(lang, "Compare the time and the date above with a phone"), TONE_NEUTRAL);
		widget_point(tree, ICON_CHECK,
			say(lang, "They are right: a supervisor releases the clock. Day and times go on from what it says"),
			TONE_OK);
		widget_point(tree, ICON_CLOSE,
			say(lang, "They are wrong: release nothing. Call the technician to set the clock, then compare again"),
			TONE_BAD);
		LEAF(tree, .h = GROW(1));
		widget_para(tree,
			view->clock_holds
				? say(lang, "Until then no case begins. A case in hand can be finished on the day that is kept.")
				: say(lang, "Until then cases can be taken. What is written is marked, and no new day begins."),
			TYPE_SMALL, COLOR_TEXT_3);
	}
}

static void
form(struct tree *tree, const struct view *view, struct screen_local *local)
{
	const enum lang lang = tree->look.lang;
	const bool typed = local->edits[FIELD_SIGN_IN_NUMBER].len > 0;
	CARD(tree, .pad = { 18, 24, 18, 24 }, .gap = 18, .w = widget_width(tree, 460))
	{
		SECTION(tree, .title = say(lang, "Release by a supervisor"))
		{
		}
		screen_password_note(tree, view, local);
		SCREEN_FIELD(tree, view, local, FIELD_SIGN_IN_NUMBER, .icon = ICON_ID, .tabular = true, .autofocus = !typed);
		screen_password(tree, view, local,
			&(struct widget_button){ .id = "release", .label = say(lang, "The clock is right"), .autofocus = !typed });
		widget_para(tree, say(lang, "The log keeps who released the clock, when, and how far it had gone back."),
			TYPE_SMALL, COLOR_TEXT_3);
	}
}

static void
draw(struct tree *tree, const struct view *view, struct screen_local *local)
{
	const enum lang lang = tree->look.lang;
	SCREEN_BODY(tree, view, local)
	{
		HEAD(tree, .title = say(lang, "The clock of this computer went back"),
			.subtitle = say(lang, "Receipts and the log carry its time. Somebody must see that it is right."))
		{
		}
		SPLIT(tree, .h = GROW(1))
		{
			BOX(tree, .dir = DIR_COL, .gap = SPACE_5, .align = ALIGN_STRETCH, .w = widget_share(tree, 1))
			{
				facts(tree, view, local);
				advice(tree, view);
			}
			form(tree, view, local);
		}
	}
	struct screen_bar bar = { .back = say(lang, "Home") };
	bar.actions[0] = screen_bar_lock(lang);
	bar.actions[1] = screen_bar_help(lang);
	screen_bar(tree, view, local, &bar);
}

static bool
act(const struct view *view, struct screen_local *local, const char *id, struct command *out)
{
	(void)view;
	return strcmp(id, "release") == 0 && screen_password_of_officer(local, COMMAND_CLOCK_RELEASE, out);
}

const struct screen screen_clock = { draw, act };
