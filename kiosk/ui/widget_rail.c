#include "kiosk/ui/say.h"
#include "kiosk/ui/widget.h"

#define WIDTH 252

static void
disc(struct tree *tree, const struct widget_step *step, int number)
{
	const bool current = step->state == STEP_CURRENT, done = step->state == STEP_DONE;
	BOX(tree, .dir = DIR_ROW, .align = ALIGN_CENTER, .justify = ALIGN_CENTER, .w = PX(32), .h = PX(32),
		.radius = RADIUS_PILL,
		.bg = current ? COLOR_PRIMARY
			  : done  ? COLOR_PRIMARY_SOFT
					  : COLOR_SURFACE,
		.line = current ? COLOR_NONE
				: done  ? COLOR_PRIMARY_LINE
						: COLOR_FIELD)
	{
		if (done) {
			LEAF(tree, .icon = ICON_CHECK, .icon_size = 18, .icon_stroke = 2.4f, .color = COLOR_PRIMARY);
		} else {
			LEAF(tree, .text = tree_text(tree, "%d", number), .type = TYPE_SMALL_BOLD, .tabular = true,
				.color = current ? COLOR_ON_PRIMARY : COLOR_TEXT_3);
		}
	}
}

static void
step_mark(struct tree *tree, const struct widget_step *step, int number, bool last)
{
	BOX(tree, .dir = DIR_COL, .align = ALIGN_CENTER, .w = PX(32))
	{
		disc(tree, step, number);
		if (!last) {
			LEAF(tree, .w = PX(2), .h = GROW(1), .min_h = SPACE_5,
				.bg = step->state == STEP_DONE ? COLOR_PRIMARY_LINE : COLOR_LINE);
		}
	}
}

static enum color
fact_color(const struct widget_step *step)
{
	if (step->tone == TONE_WARN || step->tone == TONE_BAD) {
		return widget_ink(step->tone);
	}
	return step->state == STEP_CURRENT ? COLOR_PRIMARY_TEXT : COLOR_TEXT_3;
}

static void
step_row(struct tree *tree, const struct widget_step *step, int number, bool last)
{
	const bool current = step->state == STEP_CURRENT;
	BOX(tree, .role = ROLE_ITEM, .name = step->title, .state = current ? STATE_CURRENT : 0, .dir = DIR_ROW, .gap = 14,
		.align = ALIGN_STRETCH)
	{
		step_mark(tree, step, number, last);
		BOX(tree, .dir = DIR_COL, .pad = { 4, 0, last ? 4 : 24, 0 }, .w = GROW(1), .align = ALIGN_STRETCH)
		{
			LEAF(tree, .text = step->title, .type = current ? TYPE_BODY_BOLD : TYPE_BODY, .wrap = true,
				.color = step->state == STEP_TODO ? COLOR_TEXT_2 : COLOR_TEXT);
			LEAF(tree, .role = ROLE_TEXT, .text = step->fact ? step->fact : "", .type = TYPE_CAPTION, .wrap = true,
				.tabular = true, .color = fact_color(step));
		}
	}
}

static void
bars(struct tree *tree, const struct widget_rail *rail)
{
	BOX(tree, .dir = DIR_ROW, .gap = 7, .align = ALIGN_CENTER)
	{
		for (int i = 0; i < rail->count; i++) {
			const enum widget_step_state state = rail->steps[i].state;
			LEAF(tree, .w = PX(state == STEP_CURRENT ? 40 : 24), .h = PX(8), .radius = RADIUS_PILL,
				.bg = state == STEP_TODO ? COLOR_LINE : COLOR_PRIMARY);
		}
	}
}

/* At one column: where it is, in one line. */
static void
strip(struct tree *tree, const struct widget_rail *rail)
{
	const char *where = tree_text(tree, say(tree->look.lang, "Step %d of %d: %s"), rail->current + 1, rail->count,
		rail->steps[rail->current].title);
	BOX(tree, .role = ROLE_NAVIGATION, .name = where, .dir = DIR_ROW, .align = ALIGN_CENTER, .gap = SPACE_4,
		.pad = PAD_XY(SPACE_6, 14), .bg = COLOR_SURFACE)
	{
		LEAF(tree, .role = ROLE_TEXT, .text = where, .type = TYPE_BODY_BOLD, .color = COLOR_TEXT, .w = GROW(1),
			.wrap = true);
		bars(tree, rail);
	}
	widget_rule(tree);
}

static void
product(struct tree *tree, const struct widget_rail *rail)
{
	BOX(tree, .dir = DIR_COL, .align = ALIGN_START, .gap = SPACE_2, .pad = { 0, 0, 22, 0 })
	{
		widget_heading(tree, rail->product, TYPE_H3);
		if (rail->form && rail->form[0]) {
			widget_form(tree, rail->form, false);
		}
		if (rail->case_number) {
			LEAF(tree, .role = ROLE_TEXT, .text = rail->case_number, .type = TYPE_CAPTION, .color = COLOR_TEXT_3,
				.tabular = true, .wrap = true);
		}
	}
}

void
widget_rail_open(struct tree *tree, const struct widget_rail *rail)
{
	if (widget_narrow(tree)) {
		strip(tree, rail);
		tree->entering = false; /* nothing stands at the foot of a strip */
		return;
	}
	tree_open(tree, &(struct tree_box){ .role = ROLE_NAVIGATION,
						.id = "rail",
						.name = say(tree->look.lang, "Steps"),
						.dir = DIR_COL,
						.align = ALIGN_STRETCH,
						.scroll = true,
						.w = PX(WIDTH),
						.pad = { SPACE_6, SPACE_5, SPACE_5, SPACE_6 },
						.bg = COLOR_SURFACE });
	product(tree, rail);
	for (int i = 0; i < rail->count; i++) {
		step_row(tree, &rail->steps[i], i + 1, i == rail->count - 1);
	}
	widget_space(tree);
	tree_open(tree, &(struct tree_box){ .dir = DIR_COL, .align = ALIGN_STRETCH });
}

void
widget_rail_close(struct tree *tree)
{
	tree_close(tree);
	tree_close(tree);
	LEAF(tree, .w = PX(1), .bg = COLOR_LINE, .h = GROW(1));
}
