#include "kiosk/ui/say.h"
#include "kiosk/ui/widget.h"

static const char *
named(enum lang lang, unsigned key)
{
	switch (key) {
	case KEY_SPACE:
		return say(lang, "Space");
	case KEY_ENTER:
		return say(lang, "Enter");
	case KEY_ESCAPE:
		return "Esc";
	case KEY_TAB:
		return "Tab";
	case KEY_BACKSPACE:
		return "⌫";
	case KEY_DELETE:
		return "Del";
	case KEY_LEFT:
		return "←";
	case KEY_RIGHT:
		return "→";
	case KEY_UP:
		return "↑";
	case KEY_DOWN:
		return "↓";
	case KEY_PAGE_UP:
		return "Page Up";
	case KEY_PAGE_DOWN:
		return "Page Down";
	default:
		return "";
	}
}

const char *
widget_key_name(struct tree *tree, unsigned key)
{
	if (key >= KEY_F1 && key <= KEY_F12) {
		return tree_text(tree, "F%u", key - KEY_F1 + 1);
	}
	return key > ' ' && key < 127 ? tree_text(tree, "%c", (int)key) : named(tree->look.lang, key);
}

void
widget_key(struct tree *tree, const char *name, bool on_primary)
{
	const bool contrast = tree->look.theme == THEME_CONTRAST;
	const enum color usual = contrast ? COLOR_TEXT : COLOR_TEXT_3;
	LEAF(tree, .text = name, .type = TYPE_CAPTION, .color = on_primary ? COLOR_ON_PRIMARY : usual, .keep = true,
		.pad = PAD_XY(7, 1), .radius = RADIUS_KEY, .line = on_primary ? COLOR_ON_PRIMARY : COLOR_FIELD,
		.bg = on_primary ? COLOR_PRIMARY_HOVER : COLOR_SURFACE, .min_w = 22, .text_align = ALIGN_CENTER);
}
