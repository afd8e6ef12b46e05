#include "kiosk/ui/say.h"
#include "kiosk/ui/widget.h"

#define ROW_MOST 4 /* options beside each other where it is tight */

static void
option(struct tree *tree, const struct widget_choice *choice, int i)
{
	const bool on = i == choice->chosen, contrast = tree->look.theme == THEME_CONTRAST;
	BOX(tree, .role = ROLE_RADIO, .id = tree_text(tree, "%s-%d", choice->id, i), .name = choice->options[i],
		.state = STATE_FOCUSABLE | (on ? (unsigned)STATE_CHECKED : 0u), .shortcut = choice->keys ? choice->keys[i] : 0,
		.autofocus = choice->autofocus && i == 0, .dir = DIR_ROW, .align = ALIGN_CENTER, .justify = ALIGN_CENTER,
		.gap = 7, .min_h = 44, .min_w = 44, .w = choice->fit ? FIT : GROW(1), .radius = 7, .pad = PAD_XY(SPACE_3, 2),
		.bg = on ? COLOR_SURFACE : COLOR_NONE, .hover_bg = on ? COLOR_NONE : COLOR_SUBTLE, .elevation = on ? 1 : 0,
		.line = contrast && on ? COLOR_PRIMARY : COLOR_NONE, .line_w = 2)
	{
		if (on) {
			LEAF(tree, .icon = ICON_CHECK, .icon_size = 17, .icon_stroke = 2.3f, .color = COLOR_PRIMARY);
		}
		LEAF(tree, .text = choice->options[i], .type = on ? TYPE_SMALL_BOLD : TYPE_SMALL, .wrap = true,
			.text_align = ALIGN_CENTER, .color = on ? COLOR_TEXT : COLOR_TEXT_2,
			.lang = choice->langs ? choice->langs[i] : LANG_INHERIT);
		if (choice->keys && choice->keys[i]) {
			widget_key(tree, widget_key_name(tree, choice->keys[i]), false);
		}
	}
}

static void
foot(struct tree *tree, const struct widget_choice *choice)
{
	if (choice->problem) {
		BOX(tree, .role = ROLE_ALERT, .name = choice->problem, .dir = DIR_ROW, .gap = 6)
		{
			BOX(tree, .pad = { 2, 0, 0, 0 })
			{
				LEAF(tree, .icon = ICON_ALERT, .icon_size = 16, .icon_stroke = 2, .color = COLOR_BAD);
			}
			LEAF(tree, .text = choice->problem, .type = TYPE_SMALL, .color = COLOR_BAD, .wrap = true, .w = GROW(1));
		}
	} else if (choice->hint) {
		LEAF(tree, .role = ROLE_TEXT, .text = choice->hint, .type = TYPE_SMALL, .color = COLOR_TEXT_3, .wrap = true);
	}
}

void
widget_choice(struct tree *tree, const struct widget_choice *choice)
{
	const bool below = widget_tight(tree) && choice->count > ROW_MOST;
	const struct tree_size share = GROW(choice->share > 0 ? choice->share : 1);
	BOX(tree, .dir = DIR_COL, .gap = 6, .align = ALIGN_STRETCH, .w = choice->fit ? FIT : share)
	{
		if (!choice->bare) {
			BOX(tree, .dir = DIR_ROW, .gap = 5, .align = ALIGN_CENTER)
			{
				LEAF(tree, .text = choice->label, .type = TYPE_SMALL_BOLD, .color = COLOR_TEXT, .wrap = true);
				if (choice->optional) {
					LEAF(tree, .text = say(tree->look.lang, "(optional)"), .type = TYPE_SMALL, .color = COLOR_TEXT_3);
				}
			}
		}
		BOX(tree, .role = ROLE_GROUP, .name = choice->label, .arrows = true, .dir = below ? DIR_COL : DIR_ROW,
			.align = ALIGN_STRETCH, .gap = SPACE_1, .pad = PAD(2), .radius = RADIUS_CONTROL, .bg = COLOR_SUNKEN,
			.line = choice->problem ? COLOR_BAD : widget_edge(tree), .line_w = choice->problem ? 2 : 1)
		{
			for (int i = 0; i < choice->count; i++) {
				option(tree, choice, i);
			}
		}
		foot(tree, choice);
	}
}
