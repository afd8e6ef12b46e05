#include "tests/bench/form.h"

static const char *const LABELS[FORM_FIELDS] = { "Surname", "Given names", "Chinese name", "Mobile number", "E-mail",
	"Room, floor, block", "Building", "Street", "District", "Remarks" };
static const char *const VALUES[FORM_FIELDS] = { "LEUNG", "HOI CHING", "梁凱晴", "6123 4567", "hoiching@example.hk",
	"Flat 12B, 8/F", "Sample House", "8 Wharf Road", "Kwun Tong", "" };
static const char *const STEPS[7] = { "Form", "Identity check", "Applicant details", "Declaration", "Payment",
	"Write the token", "Hand-over" };
static const enum icon DEVICES[3] = { ICON_PRINTER, ICON_USB, ICON_LINK };

void
form_init(struct form *form)
{
	*form = (struct form){ 0 };
	for (int i = 0; i < FORM_FIELDS; i++) {
		form->fields[i].max_chars = 60;
		edit_set(&form->fields[i], VALUES[i]);
	}
}

static void
text(struct tree *tree, const char *words, enum type_style type, enum color color)
{
	LEAF(tree, .text = words, .type = type, .color = color);
}

static void
ribbon(struct tree *tree)
{
	BOX(tree, .role = ROLE_STATUS, .name = "TRAINING", .align = ALIGN_CENTER, .gap = 14, .h = PX(30), .w = GROW(1),
		.bg = COLOR_TRAINING)
	{
		LEAF(tree, .w = GROW(1), .h = GROW(1), .bg = COLOR_TRAINING, .hatch = COLOR_TRAINING_STRIPE);
		text(tree, "TRAINING", TYPE_BODY_BOLD, COLOR_ON_TRAINING);
		text(tree, "Sample fees and people. Nothing is charged.", TYPE_SMALL, COLOR_ON_TRAINING);
		LEAF(tree, .w = GROW(1), .h = GROW(1), .bg = COLOR_TRAINING, .hatch = COLOR_TRAINING_STRIPE);
	}
}

static void
header(struct tree *tree)
{
	BOX(tree, .role = ROLE_BANNER, .align = ALIGN_CENTER, .gap = 16, .h = PX(64), .w = GROW(1), .pad = PAD_XY(24, 0),
		.bg = COLOR_HEADER)
	{
		BOX(tree, .align = ALIGN_CENTER, .justify = ALIGN_CENTER, .w = PX(40), .h = PX(40), .radius = 10,
			.bg = COLOR_PRIMARY)
		{
			LEAF(tree, .icon = ICON_STAMP, .icon_size = 23, .color = COLOR_ON_PRIMARY);
		}
		BOX(tree, .dir = DIR_COL)
		{
			text(tree, "Counter 04", TYPE_BODY_BOLD, COLOR_ON_HEADER);
			text(tree, "Wharf Road Post Office", TYPE_CAPTION, COLOR_ON_HEADER_2);
		}
		LEAF(tree, .w = GROW(1));
		for (int i = 0; i < 3; i++) {
			BOX(tree, .role = ROLE_STATUS, .align = ALIGN_CENTER, .gap = 7)
			{
				LEAF(tree, .icon = DEVICES[i], .icon_size = 18, .color = COLOR_ON_HEADER_2);
				text(tree, "Ready", TYPE_SMALL, COLOR_ON_HEADER_2);
				LEAF(tree, .icon = ICON_CHECK, .icon_size = 15, .icon_stroke = 2.6f, .color = COLOR_OK_LINE);
			}
		}
		LEAF(tree, .text = "14:32", .type = TYPE_H3, .color = COLOR_ON_HEADER, .tabular = true);
	}
}

static void
step(struct tree *tree, int i)
{
	const bool done = i < 2, now = i == 2;
	BOX(tree, .role = ROLE_ITEM, .state = now ? STATE_CURRENT : 0u, .gap = 14, .w = GROW(1), .align = ALIGN_STRETCH)
	{
		BOX(tree, .dir = DIR_COL, .align = ALIGN_CENTER, .w = PX(32))
		{
			BOX(tree, .align = ALIGN_CENTER, .justify = ALIGN_CENTER, .w = PX(32), .h = PX(32), .radius = RADIUS_PILL,
				.bg = now    ? COLOR_PRIMARY
					  : done ? COLOR_PRIMARY_SOFT
							 : COLOR_SURFACE,
				.line = now ? COLOR_NONE : COLOR_FIELD)
			{
				if (done) {
					LEAF(tree, .icon = ICON_CHECK, .icon_size = 18, .color = COLOR_PRIMARY);
				} else {
					text(tree, tree_text(tree, "%d", i + 1), TYPE_SMALL_BOLD, now ? COLOR_ON_PRIMARY : COLOR_TEXT_3);
				}
			}
			LEAF(tree, .w = PX(2), .h = GROW(1), .bg = COLOR_LINE);
		}
		BOX(tree, .dir = DIR_COL, .pad = { 4, 0, 20, 0 }, .w = GROW(1))
		{
			text(tree, STEPS[i], now ? TYPE_BODY_BOLD : TYPE_BODY, COLOR_TEXT);
			text(tree, "12 fields", TYPE_CAPTION, COLOR_TEXT_3);
		}
	}
}

static void
rail(struct tree *tree)
{
	BOX(tree, .role = ROLE_NAVIGATION, .name = "Steps", .id = "rail", .dir = DIR_COL, .w = PX(252), .h = GROW(1),
		.pad = PAD_XY(24, 24), .gap = 4, .bg = COLOR_SURFACE, .align = ALIGN_STRETCH, .scroll = true)
	{
		LEAF(tree, .text = "e-Cert (Personal) with Mutual Recognition", .type = TYPE_H3, .wrap = true, .w = GROW(1));
		text(tree, "Case WR04-261104-047", TYPE_CAPTION, COLOR_TEXT_3);
		LEAF(tree, .h = PX(16));
		for (int i = 0; i < 7; i++) {
			step(tree, i);
		}
	}
}

static void
field(struct form *form, struct tree *tree, int i)
{
	BOX(tree, .role = ROLE_GROUP, .dir = DIR_COL, .gap = 6, .align = ALIGN_STRETCH)
	{
		BOX(tree, .gap = 5, .align = ALIGN_CENTER)
		{
			text(tree, LABELS[i], TYPE_SMALL_BOLD, COLOR_TEXT);
			LEAF(tree, .w = GROW(1));
			LEAF(tree, .icon = ICON_CHECK, .icon_size = 15, .color = COLOR_OK);
			text(tree, "Form", TYPE_CAPTION, COLOR_OK);
		}
		LEAF(tree, .role = ROLE_TEXTBOX, .id = tree_text(tree, "field-%d", i), .name = LABELS[i],
			.state = STATE_FOCUSABLE, .edit = &form->fields[i], .h = PX(48), .w = GROW(1), .pad = PAD_XY(14, 0),
			.radius = RADIUS_CONTROL, .bg = COLOR_SURFACE, .line = COLOR_FIELD, .color = COLOR_TEXT);
		text(tree, "As on the form", TYPE_CAPTION, COLOR_TEXT_3);
	}
}

static void
card(struct form *form, struct tree *tree, const char *title, int first, int count)
{
	BOX(tree, .role = ROLE_GROUP, .name = title, .dir = DIR_COL, .bg = COLOR_SURFACE, .radius = RADIUS_CARD,
		.elevation = 1, .pad = PAD_XY(24, 20), .gap = 16, .align = ALIGN_STRETCH)
	{
		LEAF(tree, .role = ROLE_HEADING, .text = title, .type = TYPE_H3);
		BOX(tree, .dir = DIR_GRID, .columns = tree_columns(tree) > 1 ? 2 : 1, .gap = 20, .row_gap = 14)
		{
			for (int i = first; i < first + count; i++) {
				field(form, tree, i);
			}
		}
	}
}

static void
check(struct tree *tree, int i)
{
	BOX(tree, .role = ROLE_CHECKBOX, .id = tree_text(tree, "check-%d", i), .name = STEPS[i],
		.state = STATE_FOCUSABLE | (i < 4 ? STATE_CHECKED : 0u), .shortcut = (unsigned)('1' + i), .gap = 12,
		.align = ALIGN_CENTER, .min_h = 44, .w = GROW(1), .radius = RADIUS_ROW, .hover_bg = COLOR_SUBTLE)
	{
		BOX(tree, .align = ALIGN_CENTER, .justify = ALIGN_CENTER, .w = PX(24), .h = PX(24), .radius = 6,
			.bg = i < 4 ? COLOR_PRIMARY : COLOR_SURFACE, .line = COLOR_FIELD)
		{
			if (i < 4) {
				LEAF(tree, .icon = ICON_CHECK, .icon_size = 17, .icon_stroke = 2.4f, .color = COLOR_ON_PRIMARY);
			}
		}
		BOX(tree, .dir = DIR_COL, .w = GROW(1))
		{
			text(tree, STEPS[i], TYPE_BODY_MEDIUM, COLOR_TEXT);
			text(tree, "Seen on the card", TYPE_CAPTION, COLOR_TEXT_3);
		}
		LEAF(tree, .text = tree_text(tree, "%d", i + 1), .type = TYPE_CAPTION, .color = COLOR_TEXT_2,
			.pad = PAD_XY(7, 1), .radius = RADIUS_KEY, .line = COLOR_FIELD, .bg = COLOR_SURFACE);
	}
}

static void
aside(struct form *form, struct tree *tree)
{
	BOX(tree, .role = ROLE_COMPLEMENTARY, .dir = DIR_COL, .w = PX(316), .gap = 20, .align = ALIGN_STRETCH)
	{
		BOX(tree, .dir = DIR_COL, .bg = COLOR_SURFACE, .radius = RADIUS_CARD, .elevation = 2, .pad = PAD_XY(24, 20),
			.gap = 8, .align = ALIGN_STRETCH)
		{
			LEAF(tree, .role = ROLE_HEADING, .text = "Card in your hand", .type = TYPE_H3);
			for (int i = 0; i < 7; i++) {
				check(tree, i);
			}
		}
		BOX(tree, .dir = DIR_COL, .bg = COLOR_OK_SOFT, .line = COLOR_OK_LINE, .radius = RADIUS_CONTROL, .pad = PAD(16),
			.gap = 6, .align = ALIGN_STRETCH)
		{
			text(tree, "Enough: photo and 4 features", TYPE_SMALL_BOLD, COLOR_OK);
			LEAF(tree, .text = "This office asks for the photo and three features (sample rule).", .type = TYPE_SMALL,
				.color = COLOR_TEXT_2, .wrap = true, .w = GROW(1));
			LEAF(tree, .text = tree_text(tree, "%d ms", form->spin), .type = TYPE_CAPTION, .color = COLOR_TEXT_3,
				.tabular = true);
		}
	}
}

static void
row(struct tree *tree, int i)
{
	LEAF(tree, .h = PX(1), .bg = COLOR_LINE);
	BOX(tree, .role = ROLE_ROW, .gap = 12, .align = ALIGN_CENTER, .min_h = 40)
	{
		LEAF(tree, .text = tree_text(tree, "WR04-2611%02d", i), .type = TYPE_SMALL, .tabular = true, .w = GROW(2));
		LEAF(tree, .text = LABELS[i % FORM_FIELDS], .type = TYPE_SMALL, .color = COLOR_TEXT_2, .w = GROW(3));
		BOX(tree, .role = ROLE_STATUS, .align = ALIGN_CENTER, .gap = 6, .pad = { 3, 10, 3, 8 }, .radius = RADIUS_PILL,
			.bg = i % 3 ? COLOR_OK_SOFT : COLOR_WARN_SOFT)
		{
			LEAF(
				tree, .icon = i % 3 ? ICON_CHECK : ICON_CLOCK, .icon_size = 15, .color = i % 3 ? COLOR_OK : COLOR_WARN);
			text(tree, i % 3 ? "Sent" : "Waiting", TYPE_CAPTION, i % 3 ? COLOR_OK : COLOR_WARN);
		}
		LEAF(tree, .text = tree_text(tree, "%d.00", 50 + i * 10), .type = TYPE_SMALL_BOLD, .tabular = true,
			.w = GROW(1), .text_align = ALIGN_END);
	}
}

static void
table(struct tree *tree)
{
	BOX(tree, .role = ROLE_TABLE, .name = "Today", .dir = DIR_COL, .bg = COLOR_SURFACE, .radius = RADIUS_CARD,
		.elevation = 1, .pad = PAD_XY(24, 16), .align = ALIGN_STRETCH)
	{
		LEAF(tree, .role = ROLE_HEADING, .text = "Today", .type = TYPE_H3, .pad = { 0, 0, 8, 0 });
		for (int i = 0; i < 17; i++) {
			row(tree, i);
		}
	}
}

static void
actions(struct tree *tree)
{
	static const char *const NAMES[3] = { "Back", "Hold case", "Continue to fees" };
	static const unsigned KEYS[3] = { KEY_ESCAPE, KEY_F8, KEY_F12 };
	static const char *const CAPS[3] = { "Esc", "F8", "F12" };
	BOX(tree, .align = ALIGN_CENTER, .gap = 12, .h = PX(80), .w = GROW(1), .pad = PAD_XY(28, 0), .bg = COLOR_SURFACE,
		.line = COLOR_LINE)
	{
		for (int i = 0; i < 3; i++) {
			const bool main = i == 2;
			if (main) {
				LEAF(tree, .w = GROW(1));
			}
			BOX(tree, .role = ROLE_BUTTON, .id = tree_text(tree, "action-%d", i), .name = NAMES[i],
				.state = STATE_FOCUSABLE, .shortcut = KEYS[i], .primary = main, .align = ALIGN_CENTER,
				.justify = ALIGN_CENTER, .gap = 10, .pad = PAD_XY(20, 0), .h = PX(48), .radius = RADIUS_CONTROL,
				.bg = main ? COLOR_PRIMARY : COLOR_SURFACE, .hover_bg = main ? COLOR_PRIMARY_HOVER : COLOR_SUBTLE,
				.line = main ? COLOR_NONE : COLOR_FIELD)
			{
				text(tree, NAMES[i], TYPE_BODY_BOLD, main ? COLOR_ON_PRIMARY : COLOR_TEXT);
				LEAF(tree, .text = CAPS[i], .type = TYPE_CAPTION, .color = main ? COLOR_ON_PRIMARY : COLOR_TEXT_2,
					.pad = PAD_XY(7, 1), .radius = RADIUS_KEY, .line = main ? COLOR_PRIMARY_LINE : COLOR_FIELD,
					.bg = main ? COLOR_PRIMARY_HOVER : COLOR_SURFACE);
			}
		}
	}
}

static void
body(struct form *form, struct tree *tree)
{
	const bool wide = tree_columns(tree) > 1;
	BOX(tree, .role = ROLE_MAIN, .id = "main", .dir = DIR_COL, .w = GROW(1), .h = GROW(1), .pad = { 24, 28, 20, 28 },
		.gap = 20, .align = ALIGN_STRETCH, .scroll = true)
	{
		BOX(tree, .dir = DIR_COL, .gap = 4)
		{
			LEAF(tree, .role = ROLE_HEADING, .text = "Applicant details", .type = TYPE_H1);
			text(tree, "From form CPos 798A.", TYPE_BODY, COLOR_TEXT_2);
		}
		BOX(tree, .dir = wide ? DIR_ROW : DIR_COL, .gap = 20, .align = wide ? ALIGN_START : ALIGN_STRETCH)
		{
			BOX(tree, .dir = DIR_COL, .gap = 20, .w = GROW(3), .align = ALIGN_STRETCH)
			{
				card(form, tree, "1  Who", 0, 4);
				card(form, tree, "2  Where", 4, 6);
			}
			BOX(tree, .dir = DIR_COL, .gap = 20, .w = GROW(2), .align = ALIGN_STRETCH)
			{
				table(tree);
			}
			aside(form, tree);
		}
	}
}

void
form_draw(struct form *form, struct tree *tree)
{
	BOX(tree, .role = ROLE_GROUP, .dir = DIR_COL, .align = ALIGN_STRETCH, .bg = COLOR_CANVAS)
	{
		ribbon(tree);
		header(tree);
		BOX(tree, .w = GROW(1), .h = GROW(1), .align = ALIGN_STRETCH)
		{
			if (tree_columns(tree) > 1) {
				rail(tree);
			}
			body(form, tree);
		}
		actions(tree);
	}
}
