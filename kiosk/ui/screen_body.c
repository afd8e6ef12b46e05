#include "kiosk/ui/say.h"
#include "kiosk/ui/screens.h"

static void
summary(struct tree *tree, const struct view *view)
{
	enum field fields[VIEW_PROBLEMS];
	struct widget_problem problems[VIEW_PROBLEMS];
	const uint32_t named = screen_problems(view, fields);
	const enum lang lang = tree->look.lang;
	int count = 0;
	for (uint32_t i = 0; i < named; i++) {
		const char *words = words_problem(tree, view, fields[i]);
		if (words) {
			problems[count++] = (struct widget_problem){
				.id = tree_text(tree, "summary-%u", i),
				.text = tree_text(tree, say(lang, "%s: %s"), words_label(lang, fields[i]), words),
			};
		}
	}
	if (count > 0) {
		widget_summary(tree, problems, count);
	}
}

/* One line, so that a dense step stays whole. */
static void
no_line(struct tree *tree, const struct view *view)
{
	const enum lang lang = tree->look.lang;
	const char *text = tree_text(tree,
		say(lang,
			"No line to the centre since %s. You can go on: cases are safe here and are sent when the line is back."),
		words_when(tree, view, view->sync.since_ms));
	BOX(tree, .role = ROLE_STATUS, .name = text, .dir = DIR_ROW, .gap = SPACE_3, .align = ALIGN_CENTER,
		.pad = PAD_XY(SPACE_4, 10), .radius = RADIUS_CONTROL, .bg = COLOR_WARN_SOFT, .line = COLOR_WARN_LINE)
	{
		LEAF(tree, .icon = ICON_LINK, .icon_size = 18, .icon_stroke = 2, .color = COLOR_WARN);
		LEAF(tree, .text = text, .type = TYPE_SMALL, .color = COLOR_TEXT, .wrap = true, .w = GROW(1));
	}
}

void
screen_body_open(struct tree *tree, const struct view *view, struct screen_local *local)
{
	(void)local;
	tree_open(tree, &(struct tree_box){ .id = "body",
						.dir = DIR_COL,
						.align = ALIGN_STRETCH,
						.scroll = true,
						.gap = SPACE_5,
						.pad = { SPACE_6, SPACE_7, SPACE_5, SPACE_7 },
						.h = GROW(1) });
	summary(tree, view);
	if (screen_in_case(view->state) && screen_line_down(view) && view->sync.since_ms > 0) {
		no_line(tree, view);
	}
	tree_open(tree, &(struct tree_box){ .dir = DIR_COL, .align = ALIGN_STRETCH, .gap = SPACE_5, .h = GROW(1) });
}

void
screen_body_close(struct tree *tree)
{
	tree_close(tree);
	tree_close(tree);
}
