#include "kiosk/ui/widget.h"

#define ROW_PAD    24
#define ROW_HEIGHT 48

void
widget_row_open(struct tree *tree, const struct widget_table *table, const struct widget_row *row)
{
	const float pad = table->pad > 0 ? table->pad : ROW_PAD;
	const bool tight = widget_tight(tree);
	tree_open(tree,
		&(struct tree_box){ .role = ROLE_ROW,
			.id = row->id,
			.name = row->name,
			.state = (row->id ? (unsigned)STATE_FOCUSABLE : 0u) | (row->selected ? (unsigned)STATE_SELECTED : 0u) |
					 (row->current ? (unsigned)STATE_CURRENT : 0u),
			.autofocus = row->autofocus,
			.dir = tight ? DIR_COL : DIR_ROW,
			.align = tight ? ALIGN_STRETCH : ALIGN_CENTER,
			.gap = tight ? SPACE_1 : SPACE_6,
			.pad = { tight ? SPACE_3 : 2, pad, tight ? SPACE_3 : 2, pad },
			.min_h = row->h > 0 ? row->h : ROW_HEIGHT,
			.bg = row->selected ? COLOR_PRIMARY_SOFT : COLOR_NONE,
			.line = row->selected ? widget_edge(tree) ? COLOR_PRIMARY : COLOR_NONE : COLOR_NONE,
			.hover_bg = row->id && !row->selected ? COLOR_SUBTLE : COLOR_NONE });
}

void
widget_row_close(struct tree *tree)
{
	const float pad = tree->nodes[tree->open].box.pad[EDGE_LEFT];
	tree_close(tree);
	BOX(tree, .dir = DIR_COL, .align = ALIGN_STRETCH, .pad = PAD_XY(pad, 0))
	{
		widget_rule(tree);
	}
}
