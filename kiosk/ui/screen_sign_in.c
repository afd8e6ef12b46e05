#include <string.h>

#include "kiosk/base/text.h"
#include "kiosk/ui/say.h"
#include "kiosk/ui/screens.h"

#define MORNING_UNTIL   12
#define AFTERNOON_UNTIL 18
#define HOUR_MS         3600000
#define MINUTE_MS       60000

/* ---- the dark side: what time it is and what waits ---- */

static const char *
greeting(enum lang lang, const struct view *view, int64_t now_ms)
{
	const int64_t local_ms = now_ms + (int64_t)view->offset_min * MINUTE_MS;
	const int hour = (int)(local_ms / HOUR_MS % 24);
	return hour < MORNING_UNTIL     ? say(lang, "Good morning")
		   : hour < AFTERNOON_UNTIL ? say(lang, "Good afternoon")
									: say(lang, "Good evening");
}

static void
fact(struct tree *tree, const char *key, const char *value)
{
	BOX(tree, .role = ROLE_GROUP, .name = key, .dir = DIR_ROW, .gap = SPACE_5, .pad = PAD_XY(0, SPACE_2))
	{
		LEAF(tree, .role = ROLE_TEXT, .text = key, .color = COLOR_ON_HEADER_2, .w = PX(150), .wrap = true);
		LEAF(tree, .role = ROLE_TEXT, .text = value, .type = TYPE_BODY_MEDIUM, .color = COLOR_ON_HEADER, .w = GROW(1),
			.wrap = true, .tabular = true);
	}
}

static const char *
line_words(enum lang lang, enum view_line line)
{
	switch (line) {
	case VIEW_LINE_UP:
		return say(lang, "Up");
	case VIEW_LINE_DOWN:
		return say(lang, "Down. The counter can open; cases are sent later");
	case VIEW_LINE_REFUSED:
		return say(lang, "The centre refuses this counter. Call the technician");
	case VIEW_LINE_UNABLE:
		return say(lang, "The centre cannot take cases now. They are sent later");
	case VIEW_LINE_NO_DAEMON:
		return say(lang, "Sending has stopped. Cases are kept and sent later");
	default:
		return say(lang, "Not tried yet");
	}
}

static void
facts(struct tree *tree, const struct view *view, const struct screen_local *local)
{
	const enum lang lang = tree->look.lang;
	fact(tree, say(lang, "Left to finish"),
		view->held_count
			? tree_text(tree, say_n(lang, "%u held case", "%u held cases", view->held_count), view->held_count)
			: say(lang, "No held cases"));
	fact(tree, say(lang, "Waiting to send"), screen_line_words(tree, view, local));
	fact(tree, say(lang, "Line to the centre"), line_words(lang, view->sync.line));
	if (view->sync.parked > 0) {
		fact(tree, say(lang, "Parked"),
			tree_text(tree,
				say_n(lang, "%d item needs a person", "%d items need a person", (unsigned long)view->sync.parked),
				(int)view->sync.parked));
	}
}

static void
side(struct tree *tree, const struct view *view, const struct screen_local *local)
{
	const enum lang lang = tree->look.lang;
	const struct date today = date_of_instant(local->now_ms, view->offset_min);
	BOX(tree, .role = ROLE_COMPLEMENTARY, .name = say(lang, "Today"), .dir = DIR_COL, .align = ALIGN_STRETCH,
		.w = PX(tree_columns(tree) == 3 ? 600 : 460), .pad = { 72, 56, 56, tree_columns(tree) == 3 ? 72 : 48 },
		.bg = COLOR_HEADER, .id = "side", .scroll = true)
	{
		LEAF(tree, .role = ROLE_TEXT, .text = greeting(lang, view, local->now_ms), .type = TYPE_LEAD,
			.color = COLOR_ON_HEADER_2);
		LEAF(tree, .role = ROLE_TEXT, .text = words_clock(tree, view, local->now_ms), .type = TYPE_HUGE,
			.color = COLOR_ON_HEADER, .pad = { SPACE_2, 0, SPACE_1, 0 });
		LEAF(tree, .role = ROLE_TEXT, .text = words_day(tree, today, true), .type = TYPE_H2, .color = COLOR_ON_HEADER,
			.wrap = true);
		LEAF(tree, .h = PX(40));
		LEAF(tree, .h = PX(1), .bg = COLOR_HEADER_RAISED);
		LEAF(tree, .h = PX(SPACE_5));
		facts(tree, view, local);
		LEAF(tree, .h = GROW(1));
		BOX(tree, .dir = DIR_ROW, .gap = SPACE_3, .align = ALIGN_CENTER, .pad = { SPACE_6, 0, 0, 0 })
		{
			LEAF(tree, .icon = ICON_STAMP, .icon_size = 22, .color = COLOR_ON_HEADER_2);
			LEAF(tree, .role = ROLE_TEXT, .text = say(lang, "Hongkong Post e-Cert counter"), .type = TYPE_SMALL,
				.color = COLOR_ON_HEADER_2);
		}
	}
}

/* ---- the card ---- */

static void
card(struct tree *tree, const struct view *view, struct screen_local *local)
{
	const enum lang lang = tree->look.lang;
	const bool typed = local->edits[FIELD_SIGN_IN_NUMBER].len > 0;
	CARD(tree, .w = PX(640), .pad = { 36, 40, 28, 40 }, .gap = 22)
	{
		BOX(tree, .dir = DIR_COL, .gap = SPACE_1, .align = ALIGN_STRETCH)
		{
			widget_heading(tree, say(lang, "Sign in"), TYPE_H1);
			widget_para(tree, say(lang, "With your staff number and your password."), TYPE_BODY, COLOR_TEXT_2);
		}
		screen_password_note(tree, view, local);
		SCREEN_FIELD(tree, view, local, FIELD_SIGN_IN_NUMBER, .icon = ICON_ID, .tabular = true, .autofocus = !typed);
		screen_password(tree, view, local,
			&(struct widget_button){ .id = "sign-in", .label = say(lang, "Sign in"), .autofocus = !typed });
		widget_rule(tree);
		BOX(tree, .dir = widget_tight(tree) ? DIR_COL : DIR_ROW, .align = ALIGN_CENTER, .justify = ALIGN_BETWEEN)
		{
			BUTTON(
				tree, .id = "help", .label = say(lang, "Help"), .kind = BUTTON_GHOST, .icon = ICON_HELP, .key = KEY_F1);
			BUTTON(tree, .id = "look", .label = say(lang, "Text and contrast"), .kind = BUTTON_GHOST,
				.icon = ICON_CONTRAST, .key = KEY_F6);
		}
	}
}

static void
check(struct tree *tree, bool ok, const char *good, const char *bad)
{
	BOX(tree, .role = ROLE_ITEM, .dir = DIR_ROW, .gap = SPACE_2)
	{
		BOX(tree, .pad = { 2, 0, 0, 0 })
		{
			LEAF(tree, .icon = ok ? ICON_CHECK : ICON_ALERT, .icon_size = 16, .icon_stroke = 2.4f,
				.color = ok ? COLOR_OK : COLOR_WARN);
		}
		LEAF(tree, .role = ROLE_TEXT, .text = ok ? good : bad, .type = TYPE_SMALL, .wrap = true, .w = GROW(1),
			.tabular = true, .color = ok ? COLOR_TEXT_2 : COLOR_WARN);
	}
}

static void
checks(struct tree *tree, const struct view *view)
{
	const enum lang lang = tree->look.lang;
	const bool fit =
		view->store_ok && view->catalogue_ok && !view->catalogue_bad && view->room_ok && !view->clock_suspect;
	const char *version = view->catalogue ? catalogue_version(view->catalogue) : "";
	CARD(tree, .w = PX(640), .pad = PAD_XY(40, 20), .gap = SPACE_3)
	{
		SECTION(tree, .title = say(lang, "This counter"))
		{
			widget_chip(tree, fit ? say(lang, "Ready to open") : say(lang, "Look below first"),
				fit ? TONE_OK : TONE_WARN, fit ? ICON_CHECK : ICON_ALERT);
		}
		BOX(tree, .role = ROLE_LIST, .name = say(lang, "This counter"), .dir = DIR_GRID,
			.columns = widget_tight(tree) ? 1 : 2, .gap = SPACE_6, .row_gap = SPACE_2)
		{
			check(tree, view->store_ok, say(lang, "Records safe on disk"), say(lang, "Records cannot be read"));
			check(tree, view->catalogue_ok && !view->catalogue_bad, tree_text(tree, say(lang, "Fee table %s"), version),
				view->catalogue_bad ? tree_text(tree, say(lang, "Fee table %s. A newer one was refused"), version)
									: say(lang, "No valid fee table: no case can begin"));
			check(tree, view->room_ok, say(lang, "Room on the disk"), say(lang, "Disk nearly full: no new cases"));
			check(tree, !view->clock_suspect, say(lang, "Clock agrees with the log"),
				say(lang, "Clock went back: ask the supervisor"));
			check(tree, view->sync_ok, say(lang, "Sending is ready"), say(lang, "Sending has stopped: cases are kept"));
			check(tree, view->sync.line == VIEW_LINE_UP, say(lang, "Line to the centre up"),
				say(lang, "No line to the centre: cases wait"));
		}
	}
}

static void
draw(struct tree *tree, const struct view *view, struct screen_local *local)
{
	BOX(tree, .dir = DIR_ROW, .align = ALIGN_STRETCH, .w = GROW(1), .h = GROW(1))
	{
		if (!widget_narrow(tree)) {
			side(tree, view, local);
		}
		BOX(tree, .id = "body", .scroll = true, .dir = DIR_COL, .align = ALIGN_CENTER, .justify = ALIGN_CENTER,
			.w = GROW(1), .gap = SPACE_5, .pad = PAD(SPACE_5))
		{
			card(tree, view, local);
			checks(tree, view);
		}
	}
}

static bool
act(const struct view *view, struct screen_local *local, const char *id, struct command *out)
{
	(void)view;
	return strcmp(id, "sign-in") == 0 && screen_password_of_officer(local, COMMAND_SIGN_IN, out);
}

const struct screen screen_sign_in = { draw, act };
