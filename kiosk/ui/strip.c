#include "kiosk/ui/strip.h"

#include "kiosk/model/date.h"

#define NARROW_COLUMNS 21     /* of the caption size in one line of narrow paper, with a gap */
#define STRIP_CODE     116.0f /* design px of a QR code at most */

static const char *const months[12] = { "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov",
	"Dec" };

/* Design px of a code whose dots are each a whole number of printer dots, at most `most` wide. */
static float
code_side(const struct qr *code, float most)
{
	const int dots = code->side > 0 ? (int)(most * STRIP_SCALE) / code->side : 0;
	return (float)(code->side * dots) / STRIP_SCALE;
}

const char *
strip_when(struct tree *tree, int64_t at_ms, int offset_min)
{
	struct date day = date_of_instant(at_ms, offset_min);
	char clock[DATE_TEXT];
	date_clock(at_ms, offset_min, clock);
	return tree_text(tree, "%d %s %d  %s", day.day, months[(day.month - 1) % 12], day.year, clock);
}

void
strip_dashes(struct tree *tree)
{
	LEAF(tree, .w = GROW(1), .h = PX(1), .color = COLOR_INK,
		.path = {
			.d = "M0 .5L3 .5M6 .5L9 .5M12 .5L15 .5M18 .5L21 .5M24 .5L27 .5M30 .5L33 .5M36 .5L39 .5M42 .5L45 .5"
				 "M48 .5L51 .5M54 .5L57 .5M60 .5L63 .5M66 .5L69 .5M72 .5L75 .5M78 .5L81 .5M84 .5L87 .5M90 .5L93 .5",
			.w = 93,
			.h = 1,
			.stroke = 1 });
}

void
strip_rule(struct tree *tree)
{
	LEAF(tree, .w = GROW(1), .h = PX(1.5f), .bg = COLOR_INK);
}

/* White on black across the paper. */
void
strip_band(struct tree *tree, const char *text, enum type_style type, float pad)
{
	BOX(tree, .role = ROLE_STATUS, .name = text, .dir = DIR_COL, .align = ALIGN_CENTER, .w = GROW(1),
		.pad = PAD_XY(8, pad), .bg = COLOR_INK)
	LEAF(tree, .text = text, .type = type, .color = COLOR_PAPER, .text_align = ALIGN_CENTER, .wrap = true, .w = GROW(1),
		.lang = LANG_HANT);
}

void
strip_middle(struct tree *tree, const char *text, enum type_style type)
{
	LEAF(tree, .role = ROLE_TEXT, .text = text, .type = type, .color = COLOR_INK, .text_align = ALIGN_CENTER,
		.wrap = true, .w = GROW(1), .lang = LANG_HANT);
}

/* Columns of half a Chinese character that the text takes, about. */
static int
columns(const char *text)
{
	int count = 0;
	for (; *text != '\0'; text++)
		count += (uint8_t)*text < 0x80 ? 1 : (uint8_t)*text >= 0xE0 ? 2 : 0;
	return count;
}

void
strip_line(struct tree *tree, int width, const char *label, const char *value, enum type_style type)
{
	const bool two = width < STRIP_WIDTH_80 && columns(label) + columns(value) > NARROW_COLUMNS;
	BOX(tree, .role = ROLE_ROW, .name = label, .value = value, .dir = two ? DIR_COL : DIR_ROW, .gap = two ? 0 : 8,
		.align = two ? ALIGN_END : ALIGN_STRETCH, .w = GROW(1))
	{
		LEAF(tree, .text = label, .type = type, .color = COLOR_INK, .w = GROW(1), .wrap = true, .lang = LANG_HANT);
		LEAF(tree, .text = value, .type = type, .color = COLOR_INK, .tabular = true, .keep = true);
	}
}

void
strip_head(struct tree *tree, int width, const char *branch_zh, const char *branch_en)
{
	const bool narrow = width < STRIP_WIDTH_80;
	const enum align across = narrow ? ALIGN_CENTER : ALIGN_START;
	BOX(tree, .dir = narrow ? DIR_COL : DIR_ROW, .gap = narrow ? 4 : 10, .align = ALIGN_CENTER)
	{
		BOX(tree, .dir = DIR_ROW, .align = ALIGN_CENTER, .justify = ALIGN_CENTER, .w = PX(38), .h = PX(38), .radius = 6,
			.bg = COLOR_INK)
		LEAF(tree, .icon = ICON_STAMP, .icon_size = 26, .color = COLOR_PAPER);
		BOX(tree, .dir = DIR_COL, .align = across)
		{
			LEAF(tree, .role = ROLE_TEXT, .text = "香港郵政電子核證", .type = TYPE_BODY_BOLD, .color = COLOR_INK,
				.lang = LANG_HANT);
			LEAF(tree, .role = ROLE_TEXT, .text = "Hongkong Post e-Cert", .type = TYPE_BODY_BOLD, .color = COLOR_INK);
		}
	}
	strip_middle(tree, tree_text(tree, "%s  %s", branch_zh, branch_en), TYPE_CAPTION_BOLD);
}

void
strip_foot(struct tree *tree, const struct qr *code, int width, const char *const *words, int count)
{
	const float side = code_side(code, STRIP_CODE);
	const bool narrow = width < STRIP_WIDTH_80;
	BOX(tree, .dir = narrow ? DIR_COL : DIR_ROW, .gap = narrow ? 6 : 12, .align = ALIGN_CENTER, .w = GROW(1))
	{
		LEAF(tree, .role = ROLE_IMAGE, .name = "QR", .w = PX(side), .h = PX(side), .color = COLOR_INK,
			.bitmap = { code->dots, code->side, code->side, code->side, BITMAP_BYTE, 0 });
		BOX(tree, .dir = DIR_COL, .gap = 4, .w = GROW(1))
		for (int i = 0; i < count; i++)
			LEAF(tree, .role = ROLE_TEXT, .text = words[i], .type = TYPE_CAPTION_BOLD, .color = COLOR_INK, .wrap = true,
				.w = GROW(1), .lang = LANG_HANT);
	}
}
