#include "kiosk/ui/say.h"
#include "kiosk/ui/screens.h"

static void
back(struct tree *tree, const struct screen_bar *bar)
{
	BUTTON(tree, .id = "back", .label = bar->back, .icon = ICON_ARROW_LEFT, .key = KEY_ESCAPE);
}

static bool
has_actions(const struct screen_bar *bar)
{
	return bar->actions[0].id;
}

static void
saved(struct tree *tree, const struct view *view)
{
	const char *text =
		tree_text(tree, say(tree->look.lang, "Saved %s at this counter"), words_when(tree, view, view->saved_ms));
	BOX(tree, .role = ROLE_STATUS, .name = text, .dir = DIR_ROW, .gap = SPACE_2, .align = ALIGN_CENTER,
		.pad = { 0, SPACE_3, 0, 0 }, .shrink = 1)
	{
		LEAF(tree, .icon = ICON_SAVE, .icon_size = 18, .color = COLOR_TEXT_3);
		LEAF(tree, .text = text, .type = TYPE_SMALL, .color = COLOR_TEXT_3, .tabular = true, .wrap = true);
	}
}

/* The secondary actions below each other over the bar; Esc closes. */
static void
sheet(struct tree *tree, const struct screen_bar *bar)
{
	widget_rule(tree);
	BOX(tree, .role = ROLE_DIALOG, .id = "more-sheet", .name = say(tree->look.lang, "More actions"), .scope = true,
		.scroll = true, .dir = DIR_COL, .align = ALIGN_STRETCH, .gap = SPACE_2, .pad = PAD_XY(SPACE_6, SPACE_4),
		.bg = COLOR_SURFACE)
	{
		for (size_t i = 0; i < SCREEN_ACTIONS && bar->actions[i].id; i++) {
			struct widget_button button = bar->actions[i];
			button.full = true;
			button.autofocus = i == 0;
			button.kind = button.kind == BUTTON_GHOST ? BUTTON_SECONDARY : button.kind;
			widget_button(tree, &button);
		}
		BUTTON(tree, .id = "dialog-close", .label = say(tree->look.lang, "Close"), .kind = BUTTON_GHOST,
			.icon = ICON_CLOSE, .key = KEY_ESCAPE, .full = true);
	}
}

static void
secondary(struct tree *tree, const struct screen_bar *bar)
{
	if (widget_tight(tree)) {
		BUTTON(tree, .id = "more", .label = say(tree->look.lang, "More actions"), .kind = BUTTON_GHOST, .key = KEY_F10);
		return;
	}
	for (size_t i = 0; i < SCREEN_ACTIONS && bar->actions[i].id; i++) {
		widget_button(tree, &bar->actions[i]);
	}
}

static void
line(struct tree *tree, const struct view *view, const struct screen_bar *bar)
{
	const bool tight = widget_tight(tree);
	if (bar->back) {
		back(tree, bar);
	}
	if (has_actions(bar)) {
		secondary(tree, bar);
	}
	if (bar->note && !tight) {
		LEAF(tree, .role = ROLE_TEXT, .text = bar->note, .type = TYPE_SMALL, .color = COLOR_TEXT_3, .wrap = true,
			.shrink = 2);
	}
	LEAF(tree, .w = GROW(1));
	if (view->saved_ms > 0 && !tight) {
		saved(tree, view);
	}
	if (bar->next.id) {
		struct widget_button next = bar->next;
		next.kind = BUTTON_PRIMARY;
		next.key = next.key ? next.key : KEY_F12;
		next.then = next.then || next.icon ? next.then : ICON_ARROW_RIGHT;
		next.icon = tight ? ICON_NONE : next.icon;
		next.then = tight ? ICON_NONE : next.then;
		widget_button(tree, &next);
	}
}

/* Large text leaves little of a page in sight: say that it goes on. */
static void
more(struct tree *tree, const struct screen_local *local)
{
	const enum lang lang = tree->look.lang;
	const enum focus_shows shows = focus_below(&local->focus, tree_key("body"));
	const bool below = shows == FOCUS_SHOWS_PART;
	if (!widget_tight(tree) || shows == FOCUS_SHOWS_ALL) {
		return;
	}
	BOX(tree, .dir = DIR_ROW, .align = ALIGN_CENTER, .justify = ALIGN_CENTER, .gap = SPACE_2, .min_h = 30,
		.bg = COLOR_SUBTLE)
	{
		LEAF(tree, .role = ROLE_TEXT, .text = below ? say(lang, "More below") : say(lang, "More above"),
			.type = TYPE_SMALL, .color = COLOR_TEXT_2, .keep = true);
		LEAF(tree, .icon = below ? ICON_CHEVRON_DOWN : ICON_CHEVRON_UP, .icon_size = 14, .color = COLOR_TEXT_2);
		widget_key(tree, widget_key_name(tree, below ? KEY_PAGE_DOWN : KEY_PAGE_UP), false);
	}
}

void
screen_bar(struct tree *tree, const struct view *view, struct screen_local *local, const struct screen_bar *bar)
{
	if (local->dialog == SCREEN_DIALOG_MORE && !(widget_tight(tree) && has_actions(bar))) {
		local->dialog = SCREEN_DIALOG_NONE; /* the window grew, or the text became smaller */
	}
	if (local->dialog == SCREEN_DIALOG_MORE) {
		sheet(tree, bar);
	}
	more(tree, local);
	widget_rule(tree);
	BOX(tree, .role = ROLE_GROUP, .name = say(tree->look.lang, "Actions"), .dir = DIR_ROW, .align = ALIGN_CENTER,
		.gap = SPACE_3, .min_h = 80, .pad = PAD_XY(SPACE_7, SPACE_2), .bg = COLOR_SURFACE)
	{
		line(tree, view, bar);
	}
}

struct widget_button
screen_bar_lock(enum lang lang)
{
	return (struct widget_button){
		.id = "lock", .label = say(lang, "Lock"), .kind = BUTTON_GHOST, .icon = ICON_LOCK, .key = KEY_F11
	};
}

struct widget_button
screen_bar_help(enum lang lang)
{
	return (struct widget_button){
		.id = "help", .label = say(lang, "Help"), .kind = BUTTON_GHOST, .icon = ICON_HELP, .key = KEY_F1
	};
}

void
screen_bar_case(struct tree *tree, struct screen_bar *bar, int at)
{
	const enum lang lang = tree->look.lang;
	bar->actions[at] = (struct widget_button){
		.id = "hold", .label = say(lang, "Hold case"), .kind = BUTTON_GHOST, .icon = ICON_PAUSE, .key = KEY_F8
	};
	bar->actions[at + 1] = (struct widget_button){
		.id = "cancel", .label = say(lang, "Cancel case"), .kind = BUTTON_GHOST, .icon = ICON_CLOSE
	};
}
