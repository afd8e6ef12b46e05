#include "kiosk/ui/say.h"
#include "kiosk/ui/widget.h"

static void
label_row(struct tree *tree, const struct widget_field *field)
{
	BOX(tree, .dir = DIR_ROW, .gap = 5, .align = ALIGN_CENTER)
	{
		LEAF(tree, .text = field->label, .type = TYPE_SMALL_BOLD, .color = COLOR_TEXT, .wrap = true);
		if (field->optional) {
			LEAF(tree, .text = say(tree->look.lang, "(optional)"), .type = TYPE_SMALL, .color = COLOR_TEXT_3);
		}
		if (field->good || field->note) {
			widget_space(tree);
		}
		if (field->good) {
			LEAF(tree, .icon = ICON_CHECK, .icon_size = 15, .icon_stroke = 2.4f, .color = COLOR_OK);
			LEAF(tree, .role = ROLE_STATUS, .name = field->good, .text = field->good, .type = TYPE_CAPTION,
				.color = COLOR_OK, .keep = true);
		} else if (field->note) {
			LEAF(tree, .role = ROLE_STATUS, .name = field->note, .text = field->note, .type = TYPE_SMALL,
				.color = COLOR_TEXT_3, .wrap = true);
		}
	}
}

static unsigned
state_of(const struct widget_field *field)
{
	return STATE_FOCUSABLE | (field->problem ? (unsigned)STATE_INVALID : 0u) |
		   (field->optional ? 0u : (unsigned)STATE_REQUIRED) |
		   (field->edit->read_only ? (unsigned)STATE_READ_ONLY : 0u);
}

static void
frame(struct tree *tree, const struct widget_field *field)
{
	const bool focused = tree_focused(tree, field->id), contrast = tree->look.theme == THEME_CONTRAST;
	const bool locked = field->edit->read_only;
	BOX(tree, .dir = DIR_ROW, .align = ALIGN_CENTER, .gap = 10,
		.pad = { 0, 0, 0, field->icon || field->prefix ? 14 : 0 }, .radius = RADIUS_CONTROL,
		.bg = locked ? COLOR_SUBTLE : COLOR_SURFACE, .ring = focused,
		.line = field->problem ? COLOR_BAD
				: focused      ? COLOR_TEXT_2
							   : COLOR_FIELD,
		.line_w = field->problem || contrast ? 2 : 1)
	{
		if (field->icon) {
			LEAF(tree, .icon = field->icon, .color = focused ? COLOR_PRIMARY : COLOR_TEXT_3);
		}
		if (field->prefix) {
			LEAF(tree, .text = field->prefix, .type = TYPE_BODY, .color = COLOR_TEXT_3, .keep = true);
		}
		LEAF(tree, .role = ROLE_TEXTBOX, .id = field->id, .name = field->label, .state = state_of(field),
			.edit = field->edit, .type = field->type, .color = COLOR_TEXT, .text_align = field->text_align,
			.tabular = field->tabular, .lang = field->lang, .shortcut = field->key, .autofocus = field->autofocus,
			.no_ring = true, .w = GROW(1), .h = PX(48), .pad = { 0, 14, 0, field->icon || field->prefix ? 0 : 14 });
	}
}

static void
foot(struct tree *tree, const struct widget_field *field)
{
	if (field->problem) {
		BOX(tree, .role = ROLE_ALERT, .name = field->problem, .dir = DIR_ROW, .gap = 6)
		{
			BOX(tree, .pad = { 2, 0, 0, 0 })
			{
				LEAF(tree, .icon = ICON_ALERT, .icon_size = 16, .icon_stroke = 2, .color = COLOR_BAD);
			}
			LEAF(tree, .text = field->problem, .type = TYPE_SMALL, .color = COLOR_BAD, .wrap = true, .w = GROW(1));
		}
	} else if (field->hint) {
		LEAF(tree, .role = ROLE_TEXT, .text = field->hint, .type = TYPE_SMALL, .color = COLOR_TEXT_3, .wrap = true);
	}
}

/* A field for n characters: its width in design px at the usual digit width, with room for the caret. */
static struct tree_size
width_of(const struct widget_field *field)
{
	if (field->chars == 0) {
		return GROW(field->share > 0 ? field->share : 1);
	}
	const float em = field->type == TYPE_H2 ? 16 : field->type == TYPE_H3 ? 13 : 11;
	return PX((float)field->chars * em + 36 + (field->icon ? 30 : 0) + (field->prefix ? 40 : 0));
}

void
widget_field(struct tree *tree, const struct widget_field *field)
{
	BOX(tree, .dir = DIR_COL, .gap = 6, .align = ALIGN_STRETCH, .w = width_of(field))
	{
		if (!field->bare) {
			label_row(tree, field);
		}
		frame(tree, field);
		foot(tree, field);
	}
}
