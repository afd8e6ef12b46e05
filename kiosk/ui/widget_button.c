#include "kiosk/ui/widget.h"

static const struct {
	enum color ink, bg, line, hover;
} LOOKS[] = {
	[BUTTON_SECONDARY] = { COLOR_TEXT, COLOR_SURFACE, COLOR_FIELD, COLOR_SUBTLE },
	[BUTTON_PRIMARY] = { COLOR_ON_PRIMARY, COLOR_PRIMARY, COLOR_NONE, COLOR_PRIMARY_HOVER },
	[BUTTON_GHOST] = { COLOR_TEXT, COLOR_NONE, COLOR_NONE, COLOR_SUNKEN },
	[BUTTON_DANGER] = { COLOR_BAD, COLOR_SURFACE, COLOR_BAD, COLOR_BAD_SOFT },
};

static void
inside(struct tree *tree, const struct widget_button *button, enum color ink)
{
	const bool on_primary = button->kind == BUTTON_PRIMARY && !button->disabled;
	if (button->icon) {
		LEAF(tree, .icon = button->icon, .color = ink);
	}
	LEAF(tree, .text = button->label, .type = TYPE_BODY_BOLD, .color = ink, .wrap = true, .tabular = true,
		.text_align = button->full ? ALIGN_CENTER : ALIGN_START);
	if (button->key) {
		widget_key(tree, widget_key_name(tree, button->key), on_primary);
	}
	if (button->then) {
		LEAF(tree, .icon = button->then, .color = ink);
	}
}

void
widget_button(struct tree *tree, const struct widget_button *button)
{
	const bool contrast = tree->look.theme == THEME_CONTRAST, off = button->disabled;
	const enum color ink = off ? COLOR_TEXT_3 : LOOKS[button->kind].ink;
	const float side = tree->look.text_scale > 1.5f ? 27 : 18;
	BOX(tree, .role = ROLE_BUTTON, .id = button->id, .name = button->name ? button->name : button->label,
		.state = STATE_FOCUSABLE | (off ? (unsigned)STATE_DISABLED : 0u), .shortcut = button->key,
		.primary = button->enter, .autofocus = button->autofocus, .dir = DIR_ROW, .align = ALIGN_CENTER,
		.justify = ALIGN_CENTER, .gap = 10, .pad = PAD_XY(side, 4), .min_h = 48, .w = button->full ? GROW(1) : FIT,
		.radius = RADIUS_CONTROL, .bg = off ? COLOR_SUNKEN : LOOKS[button->kind].bg,
		.hover_bg = off ? COLOR_NONE : LOOKS[button->kind].hover, .line = off ? COLOR_LINE : LOOKS[button->kind].line,
		.line_w = contrast ? 2 : 1)
	{
		inside(tree, button, ink);
	}
}
