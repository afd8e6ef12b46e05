#include "kiosk/ui/widget.h"

/* Where it is tight: the title before the value. */
static void
title(struct tree *tree, const struct widget_column *column)
{
	if (column->title && !column->plain) {
		LEAF(tree, .text = column->title, .type = TYPE_SMALL, .color = COLOR_TEXT_3, .w = GROW(2), .wrap = true);
	}
}

void
widget_cell_open(struct tree *tree, const struct widget_table *table, int column)
{
	const struct widget_column *at = &table->columns[column];
	const bool tight = widget_tight(tree);
	tree_open(tree, &(struct tree_box){ .role = ROLE_CELL,
						.dir = DIR_ROW,
						.align = ALIGN_CENTER,
						.gap = SPACE_3,
						.justify = tight ? ALIGN_START : at->align,
						.w = tight ? FIT : at->w });
	if (tight) {
		title(tree, at);
	}
	tree_open(tree, &(struct tree_box){ .dir = DIR_ROW,
						.align = ALIGN_CENTER,
						.justify = tight ? ALIGN_START : at->align,
						.gap = SPACE_2,
						.w = GROW(3) });
}

void
widget_cell_close(struct tree *tree)
{
	tree_close(tree);
	tree_close(tree);
}

void
widget_cell(struct tree *tree, const struct widget_table *table, int column, const struct widget_cell *cell)
{
	const struct widget_column *at = &table->columns[column];
	const bool tight = widget_tight(tree);
	BOX(tree, .role = ROLE_CELL, .name = cell->text, .dir = DIR_ROW, .align = ALIGN_CENTER, .gap = SPACE_2,
		.w = tight ? FIT : at->w)
	{
		if (tight) {
			title(tree, at);
		}
		BOX(tree, .dir = DIR_ROW, .gap = SPACE_2, .align = ALIGN_CENTER, .w = GROW(3))
		{
			if (cell->icon) {
				LEAF(tree, .icon = cell->icon, .icon_size = 17, .icon_stroke = 2, .color = widget_ink(cell->tone));
			}
			LEAF(tree, .text = cell->text, .type = cell->type, .color = cell->color ? cell->color : COLOR_TEXT,
				.tabular = true, .wrap = !cell->cut_ok, .cut_ok = cell->cut_ok, .lang = cell->lang, .w = GROW(1),
				.text_align = tight ? ALIGN_START : at->align);
		}
	}
}
