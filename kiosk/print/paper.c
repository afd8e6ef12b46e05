#include "kiosk/print/paper.h"

#define PAPER_LONGEST 20000 /* dots; 2.5 m at 203 dpi */

static int
lay_out(
	struct paper *paper, struct paint *paint, float scale, int width, int height, paper_draw_fn draw, const void *self)
{
	const struct tree_look look = { .theme = THEME_LIGHT, .lang = LANG_EN, .scale = scale, .text_scale = 1.0f };
	struct tree_measure measure = paint_measure(paint);

	tree_begin(&paper->tree, &look, NULL, (int)((float)width * scale), height);
	BOX(&paper->tree, .dir = DIR_COL, .bg = COLOR_PAPER)
	draw(&paper->tree, self);
	layout_run(&paper->tree, &measure, NULL);
	int content = paper->tree.nodes[0].first;
	return content == TREE_NONE ? 1 : paper->tree.nodes[content].at.h;
}

void
paper_compose(struct paper *paper, struct paint *paint, float scale, int width, paper_draw_fn draw, const void *self)
{
	struct tree_measure measure = paint_measure(paint);
	int height = lay_out(paper, paint, scale, width, PAPER_LONGEST, draw, self);

	(void)lay_out(paper, paint, scale, width, height, draw, self);
	list_build(&paper->list, &paper->tree, &measure);
}

void
paper_finish(struct paper *paper)
{
	list_finish(&paper->list);
	tree_finish(&paper->tree);
}
