#include "kiosk/ui/say.h"
#include "kiosk/ui/screens.h"

static void
ribbon(struct tree *tree)
{
	const enum lang lang = tree->look.lang;
	const bool tight = widget_tight(tree);
	BOX(tree, .role = ROLE_STATUS, .name = say(lang, "TRAINING"), .dir = DIR_ROW, .align = ALIGN_STRETCH, .h = PX(30),
		.bg = COLOR_TRAINING)
	{
		LEAF(tree, .w = GROW(1), .bg = COLOR_TRAINING, .hatch = COLOR_TRAINING_STRIPE);
		BOX(tree, .dir = DIR_ROW, .gap = 14, .align = ALIGN_CENTER, .pad = PAD_XY(SPACE_4, 0), .bg = COLOR_TRAINING)
		{
			LEAF(tree, .text = say(lang, "TRAINING"), .type = TYPE_BODY_BOLD, .color = COLOR_ON_TRAINING, .keep = true);
			LEAF(tree, .role = ROLE_TEXT, .type = TYPE_SMALL, .color = COLOR_ON_TRAINING,
				.text = tight ? say(lang, "Sample data. Nothing is charged or issued.")
							  : say(lang, "Sample fees, people and addresses. Nothing is charged or issued."));
		}
		LEAF(tree, .w = GROW(1), .bg = COLOR_TRAINING, .hatch = COLOR_TRAINING_STRIPE);
	}
}

static void
divider(struct tree *tree)
{
	LEAF(tree, .w = PX(1), .h = PX(32), .bg = COLOR_HEADER_RAISED);
}

static const char *
counter_name(struct tree *tree, const struct view *view)
{
	return view->counter[0] ? tree_text(tree, say(tree->look.lang, "Counter %s"), view->counter)
							: say(tree->look.lang, "e-Cert counter");
}

static void
office(struct tree *tree, const struct view *view)
{
	const bool tight = widget_tight(tree);
	const char *branch = view->branch_name[words_language(tree->look.lang)];
	BOX(tree, .dir = DIR_ROW, .align = ALIGN_CENTER, .justify = ALIGN_CENTER, .w = PX(40), .h = PX(40),
		.radius = RADIUS_CONTROL, .bg = COLOR_PRIMARY)
	{
		LEAF(tree, .icon = ICON_STAMP, .icon_size = 23, .color = COLOR_ON_PRIMARY);
	}
	BOX(tree, .dir = DIR_COL)
	{
		LEAF(tree, .role = ROLE_TEXT, .text = counter_name(tree, view), .type = TYPE_BODY_BOLD,
			.color = COLOR_ON_HEADER, .keep = true);
		if (!tight && branch[0]) {
			LEAF(tree, .role = ROLE_TEXT, .text = branch, .type = TYPE_CAPTION, .color = COLOR_ON_HEADER_2,
				.cut_ok = true);
		}
	}
}

static void
pill(struct tree *tree, const char *text)
{
	BOX(tree, .role = ROLE_STATUS, .name = text, .dir = DIR_ROW, .align = ALIGN_CENTER, .pad = PAD_XY(14, 6),
		.radius = RADIUS_PILL, .bg = COLOR_HEADER_RAISED, .line = widget_edge(tree))
	{
		LEAF(tree, .text = text, .type = TYPE_SMALL, .color = COLOR_ON_HEADER, .keep = true);
	}
}

/* From waiting to accepted: always in sight. */
static void
status(struct tree *tree, const struct view *view, const struct screen_local *local)
{
	const char *words = screen_line_words(tree, view, local);
	BOX(tree, .role = ROLE_STATUS, .id = "status", .name = words, .dir = DIR_ROW, .align = ALIGN_CENTER, .gap = SPACE_2)
	{
		LEAF(
			tree, .icon = view->sync.waiting > 0 ? ICON_SEND : ICON_CHECK, .icon_size = 18, .color = COLOR_ON_HEADER_2);
		if (!widget_tight(tree)) {
			LEAF(tree, .text = words, .type = TYPE_SMALL, .color = COLOR_ON_HEADER_2, .tabular = true, .cut_ok = true);
		} else if (view->sync.waiting > 0) {
			LEAF(tree, .text = tree_text(tree, "%d", (int)view->sync.waiting), .type = TYPE_SMALL_BOLD,
				.color = COLOR_ON_HEADER, .tabular = true, .keep = true);
		}
	}
}

static const char *
fault_words(enum lang lang, enum view_line line)
{
	switch (line) {
	case VIEW_LINE_REFUSED:
		return say(lang, "Centre refuses this counter");
	case VIEW_LINE_UNABLE:
		return say(lang, "Centre takes nothing now");
	case VIEW_LINE_NO_DAEMON:
		return say(lang, "Sending has stopped");
	default:
		return say(lang, "Centre: no line");
	}
}

static void
line_fault(struct tree *tree, const struct view *view)
{
	const char *words = fault_words(tree->look.lang, view->sync.line);
	BOX(tree, .role = ROLE_STATUS, .id = "line", .name = words, .dir = DIR_ROW, .align = ALIGN_CENTER, .gap = SPACE_2,
		.pad = { 6, 14, 6, 12 }, .radius = RADIUS_PILL, .bg = COLOR_FAULT)
	{
		LEAF(tree, .icon = ICON_ALERT, .icon_size = 18, .icon_stroke = 2, .color = COLOR_ON_FAULT);
		if (widget_tight(tree)) {
			LEAF(tree, .icon = ICON_LINK, .icon_size = 18, .color = COLOR_ON_FAULT);
		} else {
			LEAF(tree, .text = words, .type = TYPE_SMALL_BOLD, .color = COLOR_ON_FAULT, .keep = true);
		}
	}
}

static void
line_pill(struct tree *tree, const struct view *view)
{
	const enum lang lang = tree->look.lang;
	const bool known = view->sync.line == VIEW_LINE_UP, tight = widget_tight(tree);
	if (screen_line_down(view)) {
		line_fault(tree, view);
		return;
	}
	const char *spoken = known ? say(lang, "Line to the centre is up") : say(lang, "Line to the centre not tried yet");
	BOX(tree, .role = ROLE_STATUS, .id = "line", .name = spoken, .dir = DIR_ROW, .align = ALIGN_CENTER, .gap = 7)
	{
		LEAF(tree, .icon = ICON_LINK, .icon_size = 18, .color = COLOR_ON_HEADER_2);
		if (!tight) {
			LEAF(tree, .text = say(lang, "Centre"), .type = TYPE_SMALL, .color = COLOR_ON_HEADER_2, .keep = true);
		}
		LEAF(tree, .icon = known ? ICON_CHECK : ICON_CLOCK, .icon_size = 15, .icon_stroke = 2.6f,
			.color = known ? COLOR_OK_LINE : COLOR_ON_HEADER_2);
	}
}

static void
languages(struct tree *tree)
{
	static const char *const SHORT[] = { "EN", "繁", "简" };
	static const char *const NAMES[] = { "English", "繁體中文", "简体中文" };
	BOX(tree, .role = ROLE_GROUP, .name = say(tree->look.lang, "Language"), .arrows = true, .dir = DIR_ROW,
		.radius = RADIUS_CONTROL, .bg = COLOR_HEADER_RAISED, .pad = PAD(4), .gap = 2)
	{
		for (int i = 0; i < 3; i++) {
			const bool on = tree->look.lang == (enum lang)(LANG_EN + i);
			const bool contrast = tree->look.theme == THEME_CONTRAST;
			BOX(tree, .role = ROLE_RADIO, .id = tree_text(tree, "language-%d", i), .name = NAMES[i],
				.state = STATE_FOCUSABLE | (on ? (unsigned)STATE_CHECKED : 0u), .dir = DIR_ROW, .align = ALIGN_CENTER,
				.justify = ALIGN_CENTER, .w = PX(48), .h = PX(44), .radius = 7, .bg = on ? COLOR_SURFACE : COLOR_NONE,
				.line = contrast && on ? COLOR_PRIMARY : COLOR_NONE, .line_w = 2)
			{
				LEAF(tree, .text = SHORT[i], .type = TYPE_SMALL_BOLD, .lang = (enum lang)(LANG_EN + i),
					.color = on ? COLOR_TEXT : COLOR_ON_HEADER_2);
			}
		}
	}
}

static void
clerk(struct tree *tree, const struct view *view, const struct screen_local *local)
{
	if (view->state != FLOW_SIGN_IN || widget_narrow(tree)) { /* there it stands large at the left */
		LEAF(tree, .role = ROLE_STATUS, .name = words_clock(tree, view, local->now_ms),
			.text = words_clock(tree, view, local->now_ms), .type = TYPE_H3, .color = COLOR_ON_HEADER, .tabular = true,
			.keep = true);
	}
	if (view->signed_in) {
		BOX(tree, .role = ROLE_GROUP, .name = view->officer.name, .dir = DIR_ROW, .align = ALIGN_CENTER, .gap = 10)
		{
			widget_initials(tree, view->officer.name, 36);
			if (!widget_tight(tree)) {
				LEAF(tree, .role = ROLE_TEXT, .text = view->officer.name, .type = TYPE_SMALL, .color = COLOR_ON_HEADER,
					.cut_ok = true, .max_w = 220);
			}
		}
	}
}

void
screen_header(struct tree *tree, const struct view *view, struct screen_local *local)
{
	const bool tight = widget_tight(tree), set_up = view->state != FLOW_UNPROVISIONED;
	if (view->training) {
		ribbon(tree);
	}
	BOX(tree, .role = ROLE_BANNER, .name = say(tree->look.lang, "e-Cert counter"), .dir = DIR_ROW,
		.align = ALIGN_CENTER, .gap = SPACE_4, .min_h = 64, .pad = PAD_XY(SPACE_6, 6), .bg = COLOR_HEADER)
	{
		office(tree, view);
		if (view->signed_in && set_up) {
			if (!tight) {
				divider(tree);
				pill(tree, view->till_open ? say(tree->look.lang, "Till open") : say(tree->look.lang, "Till closed"));
			}
			status(tree, view, local);
		}
		LEAF(tree, .w = GROW(1));
		if (set_up) {
			screen_device(tree, view);
			line_pill(tree, view);
		}
		if (!tight) {
			divider(tree);
			languages(tree);
		}
		clerk(tree, view, local);
	}
	if (tree->look.theme == THEME_CONTRAST) {
		widget_rule(tree);
	}
}
