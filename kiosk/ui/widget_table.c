#include "kiosk/ui/widget.h"

#define ROW_PAD 24

static void
head(struct tree *tree, const struct widget_table *table)
{
	const float pad = table->pad > 0 ? table->pad : ROW_PAD;
	BOX(tree, .role = ROLE_ROW, .dir = DIR_ROW, .gap = SPACE_6, .pad = PAD_XY(pad, SPACE_2),
		.bg = widget_edge(tree) ? COLOR_NONE : COLOR_SUBTLE, .align = ALIGN_CENTER)
	{
		for (int i = 0; i < table->count; i++) {
			LEAF(tree, .role = ROLE_CELL, .text = table->columns[i].title ? table->columns[i].title : "",
				.type = TYPE_CAPTION, .color = COLOR_TEXT_3, .w = table->columns[i].w,
				.text_align = table->columns[i].align, .wrap = true);
		}
	}
}

void
widget_table_open(struct tree *tree, const struct widget_table *table)
{
	tree_open(tree, &(struct tree_box){ .role = ROLE_TABLE,
						.id = table->id,
						.name = table->name,
						.dir = DIR_COL,
						.align = ALIGN_STRETCH,
						.arrows = table->pick });
	bool titles = false;
	for (int i = 0; i < table->count; i++) {
		titles = titles || table->columns[i].title;
	}
	if (titles && !widget_tight(tree)) {
		head(tree, table);
	}
	tree_open(tree, &(struct tree_box){ .dir = DIR_COL, .align = ALIGN_STRETCH });
}

void
widget_table_close(struct tree *tree)
{
	tree_close(tree);
	tree_close(tree);
}
