#include "kiosk/ui/widget.h"

#define WIDTH 600

static void
title(struct tree *tree, const struct widget_dialog *dialog)
{
	BOX(tree, .dir = DIR_ROW, .gap = SPACE_4)
	{
		if (dialog->icon) {
			widget_tile(tree, dialog->icon, 44, dialog->tone);
		}
		BOX(tree, .dir = DIR_COL, .gap = SPACE_1, .w = GROW(1), .align = ALIGN_STRETCH)
		{
			widget_heading(tree, dialog->title, TYPE_H2);
			if (dialog->text) {
				widget_para(tree, dialog->text, TYPE_BODY, COLOR_TEXT_2);
			}
		}
	}
}

void
widget_dialog_open(struct tree *tree, const struct widget_dialog *dialog)
{
	tree_open(tree, &(struct tree_box){ .over = true,
						.over_x = ALIGN_STRETCH,
						.over_y = ALIGN_STRETCH,
						.dir = DIR_COL,
						.align = ALIGN_CENTER,
						.justify = ALIGN_CENTER,
						.bg = COLOR_SCRIM,
						.scrim = true,
						.pad = PAD(SPACE_5) });
	tree_open(tree, &(struct tree_box){ .role = ROLE_DIALOG,
						.id = dialog->id,
						.name = dialog->title,
						.scope = true,
						.scroll = !dialog->tall,
						.dir = DIR_COL,
						.align = ALIGN_STRETCH,
						.gap = SPACE_5,
						.pad = PAD(SPACE_7),
						.w = PX(dialog->w > 0 ? dialog->w : WIDTH),
						.radius = RADIUS_CARD,
						.bg = COLOR_SURFACE,
						.elevation = 3,
						.line = widget_edge(tree) });
	title(tree, dialog);
	tree_open(tree, &(struct tree_box){ .dir = DIR_COL, .align = ALIGN_STRETCH, .gap = SPACE_4 });
}

void
widget_dialog_close(struct tree *tree)
{
	tree_close(tree);
	tree_close(tree);
	tree_close(tree);
}
