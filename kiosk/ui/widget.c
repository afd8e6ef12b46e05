#include "kiosk/ui/widget.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "kiosk/ui/say.h"

#define TIGHT 1100 /* type units across */

static const struct {
	enum color ink, soft, line;
	enum icon icon;
} TONE[TONES] = {
	[TONE_NEUTRAL] = { COLOR_TEXT_2, COLOR_SUNKEN, COLOR_LINE, ICON_INFO },
	[TONE_OK] = { COLOR_OK, COLOR_OK_SOFT, COLOR_OK_LINE, ICON_CHECK },
	[TONE_WARN] = { COLOR_WARN, COLOR_WARN_SOFT, COLOR_WARN_LINE, ICON_ALERT },
	[TONE_BAD] = { COLOR_BAD, COLOR_BAD_SOFT, COLOR_BAD_LINE, ICON_ALERT },
	[TONE_INFO] = { COLOR_INFO, COLOR_INFO_SOFT, COLOR_INFO_LINE, ICON_INFO },
	[TONE_SAMPLE] = { COLOR_TRAINING_TEXT, COLOR_TRAINING_SOFT, COLOR_TRAINING_LINE, ICON_INFO },
};

enum color
widget_ink(enum widget_tone tone)
{
	assert(tone < TONES);
	return TONE[tone].ink;
}

enum color
widget_soft(enum widget_tone tone)
{
	assert(tone < TONES);
	return TONE[tone].soft;
}

enum color
widget_line(enum widget_tone tone)
{
	assert(tone < TONES);
	return TONE[tone].line;
}

enum icon
widget_icon(enum widget_tone tone)
{
	assert(tone < TONES);
	return TONE[tone].icon;
}

enum color
widget_edge(const struct tree *tree)
{
	return tree->look.theme == THEME_CONTRAST ? COLOR_LINE : COLOR_NONE;
}

bool
widget_narrow(const struct tree *tree)
{
	return tree_columns(tree) == 1;
}

bool
widget_tight(const struct tree *tree)
{
	return (float)tree->width < TIGHT * tree->look.scale * tree->look.text_scale;
}

struct tree_size
widget_share(const struct tree *tree, float share)
{
	return widget_narrow(tree) ? FIT : GROW(share);
}

struct tree_size
widget_width(const struct tree *tree, float px)
{
	return widget_narrow(tree) ? FIT : PX(px);
}

/* ---- text ---- */

void
widget_text(struct tree *tree, const char *text, enum type_style type, enum color color)
{
	LEAF(tree, .role = ROLE_TEXT, .text = text, .type = type, .color = color, .wrap = true);
}

void
widget_para(struct tree *tree, const char *text, enum type_style type, enum color color)
{
	LEAF(tree, .role = ROLE_TEXT, .text = text, .type = type, .color = color, .wrap = true, .w = GROW(1));
}

void
widget_number(struct tree *tree, const char *text, enum type_style type, enum color color)
{
	LEAF(tree, .role = ROLE_TEXT, .text = text, .type = type, .color = color, .tabular = true, .keep = true);
}

void
widget_heading(struct tree *tree, const char *text, enum type_style type)
{
	LEAF(tree, .role = ROLE_HEADING, .text = text, .type = type, .color = COLOR_TEXT, .wrap = true);
}

void
widget_point(struct tree *tree, enum icon icon, const char *text, enum widget_tone tone)
{
	BOX(tree, .role = ROLE_ITEM, .dir = DIR_ROW, .gap = 10, .w = GROW(1))
	{
		BOX(tree, .pad = { 2, 0, 0, 0 })
		{
			LEAF(tree, .icon = icon, .icon_size = 18, .icon_stroke = 2.2f, .color = widget_ink(tone));
		}
		widget_para(tree, text, TYPE_BODY, COLOR_TEXT_2);
	}
}

void
widget_space(struct tree *tree)
{
	const bool down = tree->open != TREE_NONE && tree->nodes[tree->open].box.dir == DIR_COL;
	LEAF(tree, .w = down ? FIT : GROW(1), .h = down ? GROW(1) : FIT);
}

void
widget_rule(struct tree *tree)
{
	LEAF(tree, .w = GROW(1), .h = PX(1), .bg = COLOR_LINE);
}

/* ---- page ---- */

void
widget_head_open(struct tree *tree, const struct widget_head *head)
{
	const bool tight = widget_tight(tree);
	tree_open(tree, &(struct tree_box){ .dir = tight ? DIR_COL : DIR_ROW,
						.align = tight ? ALIGN_STRETCH : ALIGN_END,
						.gap = tight ? SPACE_3 : SPACE_6 });
	BOX(tree, .dir = DIR_COL, .gap = 2, .w = tight ? FIT : GROW(1), .align = ALIGN_STRETCH)
	{
		widget_heading(tree, head->title, TYPE_H1);
		if (head->subtitle) {
			LEAF(tree, .role = ROLE_TEXT, .text = head->subtitle, .color = COLOR_TEXT_2, .wrap = true);
		}
	}
	tree_open(
		tree, &(struct tree_box){
				  .dir = tight ? DIR_COL : DIR_ROW, .align = tight ? ALIGN_START : ALIGN_CENTER, .gap = SPACE_3 });
}

void
widget_head_close(struct tree *tree)
{
	tree_close(tree);
	tree_close(tree);
}

void
widget_section_open(struct tree *tree, const struct widget_section *section)
{
	const bool tight = widget_tight(tree);
	tree_open(tree, &(struct tree_box){ .dir = tight ? DIR_COL : DIR_ROW,
						.align = tight ? ALIGN_STRETCH : ALIGN_CENTER,
						.gap = tight ? SPACE_2 : SPACE_3 });
	BOX(tree, .dir = DIR_ROW, .gap = 10, .align = ALIGN_CENTER, .w = tight ? FIT : GROW(1))
	{
		if (section->number) {
			LEAF(tree, .text = section->number, .type = TYPE_H3, .color = COLOR_TEXT, .tabular = true);
		}
		widget_heading(tree, section->title, TYPE_H3);
		if (section->chip) {
			widget_chip(tree, section->chip, section->tone, section->chip_icon);
		}
	}
	tree_open(
		tree, &(struct tree_box){
				  .dir = tight ? DIR_COL : DIR_ROW, .align = tight ? ALIGN_STRETCH : ALIGN_CENTER, .gap = SPACE_3 });
	if (section->note) {
		LEAF(tree, .role = ROLE_TEXT, .text = section->note, .type = TYPE_SMALL, .color = COLOR_TEXT_3, .wrap = true);
	}
	tree->entering = true; /* the note stands first in the block */
}

void
widget_section_close(struct tree *tree)
{
	tree_close(tree);
	tree_close(tree);
}

void
widget_section(struct tree *tree, const struct widget_section *section)
{
	widget_section_open(tree, section);
	widget_section_close(tree);
}

/* ---- facts ---- */

static void
pair_value(struct tree *tree, const struct widget_pair *pair)
{
	LEAF(tree, .role = ROLE_TEXT, .text = pair->value, .type = pair->type,
		.color = pair->color ? pair->color : COLOR_TEXT, .tabular = true, .wrap = true, .lang = pair->lang,
		.text_align = pair->key_w > 0 ? ALIGN_START : ALIGN_END, .w = pair->key_w > 0 ? GROW(1) : FIT);
	if (pair->state) {
		LEAF(tree, .icon = widget_icon(pair->tone), .icon_size = 16, .icon_stroke = 2.4f,
			.color = widget_ink(pair->tone));
	}
}

void
widget_pair(struct tree *tree, const struct widget_pair *pair)
{
	const bool fixed = pair->key_w > 0 && !widget_tight(tree);
	BOX(tree, .role = ROLE_GROUP, .name = pair->key, .dir = DIR_ROW, .gap = SPACE_3, .align = ALIGN_CENTER, .min_h = 24)
	{
		if (pair->icon) {
			LEAF(tree, .icon = pair->icon, .icon_size = 20, .color = COLOR_TEXT_3);
		}
		LEAF(tree, .role = ROLE_TEXT, .text = pair->key, .type = pair->icon ? TYPE_BODY : TYPE_SMALL,
			.color = pair->icon ? COLOR_TEXT : COLOR_TEXT_3, .wrap = true, .w = fixed ? PX(pair->key_w) : GROW(1));
		pair_value(tree, pair);
	}
}

void
widget_chip(struct tree *tree, const char *text, enum widget_tone tone, enum icon icon)
{
	const bool contrast = tree->look.theme == THEME_CONTRAST;
	BOX(tree, .role = ROLE_STATUS, .name = text, .dir = DIR_ROW, .align = ALIGN_CENTER, .gap = 6,
		.pad = { 3, 10, 3, icon ? 8 : 10 }, .radius = RADIUS_PILL, .bg = widget_soft(tone),
		.line = contrast ? widget_line(tone) : COLOR_NONE)
	{
		if (icon) {
			LEAF(tree, .icon = icon, .icon_size = 15, .icon_stroke = 2.2f, .color = widget_ink(tone));
		}
		LEAF(tree, .text = text, .type = TYPE_CAPTION, .color = widget_ink(tone), .tabular = true, .wrap = true);
	}
}

void
widget_form(struct tree *tree, const char *form, bool hit)
{
	LEAF(tree, .role = ROLE_TEXT, .text = form, .type = TYPE_CAPTION, .tabular = true, .keep = true,
		.color = hit ? COLOR_PRIMARY_TEXT : COLOR_TEXT_2, .bg = hit ? COLOR_PRIMARY_SOFT : COLOR_SUNKEN,
		.line = hit ? COLOR_PRIMARY : widget_edge(tree), .pad = PAD_XY(8, 2), .radius = RADIUS_KEY);
}

void
widget_banner_open(struct tree *tree, const struct widget_banner *banner)
{
	const bool tight = widget_tight(tree);
	const enum icon icon = banner->icon ? banner->icon : widget_icon(banner->tone);
	const float beside_icon = 14 + 20 * (1 + (tree->look.text_scale - 1) * 0.9f); /* under the words, not the icon */
	tree_open(tree, &(struct tree_box){ .role = banner->alert ? ROLE_ALERT : ROLE_STATUS,
						.id = banner->id,
						.name = banner->title,
						.dir = tight ? DIR_COL : DIR_ROW,
						.align = tight ? ALIGN_STRETCH : ALIGN_CENTER,
						.gap = SPACE_4,
						.pad = { 14, 16, 14, 18 },
						.radius = RADIUS_CONTROL,
						.bg = widget_soft(banner->tone),
						.line = widget_line(banner->tone) });
	BOX(tree, .dir = DIR_ROW, .gap = 14, .w = tight ? FIT : GROW(1))
	{
		BOX(tree, .pad = { 2, 0, 0, 0 })
		{
			LEAF(tree, .icon = icon, .icon_size = 20, .icon_stroke = 2, .color = widget_ink(banner->tone));
		}
		BOX(tree, .dir = DIR_COL, .gap = 2, .w = GROW(1), .align = ALIGN_STRETCH)
		{
			if (banner->title) {
				widget_para(tree, banner->title, TYPE_BODY_BOLD, COLOR_TEXT);
			}
			if (banner->text) {
				widget_para(tree, banner->text, TYPE_SMALL, COLOR_TEXT_2);
			}
		}
	}
	tree_open(tree, &(struct tree_box){ .dir = tight ? DIR_COL : DIR_ROW,
						.align = tight ? ALIGN_STRETCH : ALIGN_CENTER,
						.gap = SPACE_3,
						.pad = { 0, 0, 0, tight ? beside_icon : 0 } });
}

void
widget_banner_close(struct tree *tree)
{
	tree_close(tree);
	tree_close(tree);
}

void
widget_note(struct tree *tree, enum widget_tone tone, const char *title, const char *text)
{
	BANNER(tree, .tone = tone, .title = title, .text = text)
	{
	}
}

void
widget_stat(struct tree *tree, const struct widget_stat *stat)
{
	const bool plain = stat->tone == TONE_NEUTRAL;
	CARD(tree, .role = ROLE_GROUP, .name = stat->label, .pad = PAD_XY(20, 16), .gap = 2, .w = GROW(1))
	{
		BOX(tree, .dir = DIR_ROW, .align = ALIGN_CENTER, .gap = SPACE_2)
		{
			widget_para(tree, stat->label, TYPE_SMALL, COLOR_TEXT_2);
			LEAF(tree, .icon = stat->icon, .color = plain ? COLOR_TEXT_3 : widget_ink(stat->tone));
		}
		LEAF(tree, .role = ROLE_TEXT, .text = stat->value, .type = TYPE_DISPLAY,
			.color = plain ? COLOR_TEXT : widget_ink(stat->tone), .wrap = true);
		LEAF(tree, .role = ROLE_TEXT, .text = stat->note, .type = TYPE_SMALL, .color = COLOR_TEXT_3, .tabular = true,
			.wrap = true);
	}
}

void
widget_empty(struct tree *tree, enum icon icon, const char *title, const char *text)
{
	BOX(tree, .role = ROLE_STATUS, .name = title, .dir = DIR_COL, .align = ALIGN_CENTER, .justify = ALIGN_CENTER,
		.gap = SPACE_1, .pad = PAD_XY(SPACE_6, SPACE_6), .h = GROW(1))
	{
		widget_tile(tree, icon, 48, TONE_NEUTRAL);
		LEAF(tree, .h = PX(SPACE_1));
		LEAF(
			tree, .text = title, .type = TYPE_BODY_BOLD, .color = COLOR_TEXT, .text_align = ALIGN_CENTER, .wrap = true);
		if (text) {
			LEAF(tree, .role = ROLE_TEXT, .text = text, .type = TYPE_SMALL, .color = COLOR_TEXT_3,
				.text_align = ALIGN_CENTER, .wrap = true);
		}
	}
}

void
widget_waiting(struct tree *tree, const char *text)
{
	BOX(tree, .role = ROLE_STATUS, .name = text, .state = STATE_BUSY, .dir = DIR_ROW, .gap = SPACE_2,
		.align = ALIGN_CENTER)
	{
		LEAF(tree, .icon = ICON_CLOCK, .icon_size = 18, .color = COLOR_TEXT_3);
		LEAF(tree, .text = text, .type = TYPE_SMALL, .color = COLOR_TEXT_2, .wrap = true, .tabular = true);
	}
}

/* Two letters: of the last two words of an English name, since the surname stands first; one character of another. */
static const char *
initials(struct tree *tree, const char *name)
{
	char last[2] = { 0, 0 };
	for (const char *at = name; *at; at++) {
		const bool letter = (*at >= 'A' && *at <= 'Z') || (*at >= 'a' && *at <= 'z');
		if (letter && (at == name || at[-1] == ' ' || at[-1] == '-')) {
			last[0] = last[1];
			last[1] = (char)(*at & ~0x20);
		}
	}
	if (last[1]) {
		return last[0] ? tree_text(tree, "%c%c", last[0], last[1]) : tree_text(tree, "%c", last[1]);
	}
	int bytes = 1;
	while (((unsigned char)name[0] & 0xC0u) == 0xC0u && ((unsigned char)name[bytes] & 0xC0u) == 0x80u) {
		bytes++;
	}
	return tree_text(tree, "%.*s", bytes, name);
}

void
widget_initials(struct tree *tree, const char *name, float size)
{
	const bool contrast = tree->look.theme == THEME_CONTRAST;
	BOX(tree, .dir = DIR_ROW, .align = ALIGN_CENTER, .justify = ALIGN_CENTER, .w = PX(size), .h = PX(size),
		.radius = RADIUS_PILL, .bg = COLOR_PRIMARY_LINE)
	{
		LEAF(tree, .text = initials(tree, name), .type = TYPE_SMALL_BOLD,
			.color = contrast ? COLOR_ON_PRIMARY : COLOR_PRIMARY_HOVER);
	}
}

void
widget_tile(struct tree *tree, enum icon icon, float size, enum widget_tone tone)
{
	const bool plain = tone == TONE_NEUTRAL;
	BOX(tree, .dir = DIR_ROW, .align = ALIGN_CENTER, .justify = ALIGN_CENTER, .w = PX(size), .h = PX(size),
		.radius = RADIUS_CONTROL, .bg = plain ? COLOR_PRIMARY_SOFT : widget_soft(tone), .line = widget_edge(tree))
	{
		LEAF(tree, .icon = icon, .icon_size = size * 0.52f, .color = plain ? COLOR_PRIMARY : widget_ink(tone));
	}
}

/* ---- small things to press ---- */

void
widget_icon_button(struct tree *tree, const char *id, const char *name, enum icon icon, unsigned key)
{
	BOX(tree, .role = ROLE_BUTTON, .id = id, .name = name, .state = STATE_FOCUSABLE, .shortcut = key, .dir = DIR_ROW,
		.align = ALIGN_CENTER, .justify = ALIGN_CENTER, .w = PX(48), .h = PX(48), .radius = RADIUS_CONTROL,
		.bg = COLOR_SURFACE, .line = COLOR_FIELD, .hover_bg = COLOR_SUBTLE)
	{
		LEAF(tree, .icon = icon, .color = COLOR_TEXT);
	}
}

void
widget_link(struct tree *tree, const char *id, const char *label, const char *name)
{
	BOX(tree, .role = ROLE_LINK, .id = id, .name = name ? name : label, .state = STATE_FOCUSABLE, .dir = DIR_COL,
		.align = ALIGN_STRETCH, .justify = ALIGN_CENTER, .min_h = 44, .min_w = 44, .radius = RADIUS_ROW,
		.pad = PAD_XY(SPACE_2, 0), .hover_bg = COLOR_PRIMARY_SOFT)
	{
		LEAF(tree, .text = label, .type = TYPE_BODY_MEDIUM, .color = COLOR_PRIMARY_TEXT, .wrap = true);
		LEAF(tree, .h = PX(1), .bg = COLOR_PRIMARY_TEXT);
	}
}

void
widget_action(struct tree *tree, const struct widget_action *action)
{
	BOX(tree, .role = ROLE_BUTTON, .id = action->id, .name = action->title, .state = STATE_FOCUSABLE,
		.shortcut = action->key, .dir = DIR_ROW, .gap = SPACE_4, .align = ALIGN_CENTER, .pad = PAD_XY(18, 14),
		.min_h = 80, .radius = 14, .bg = COLOR_SURFACE, .hover_bg = COLOR_SUBTLE, .elevation = 1,
		.line = widget_edge(tree) ? COLOR_FIELD : COLOR_NONE, .w = GROW(1))
	{
		widget_tile(tree, action->icon, 48, TONE_NEUTRAL);
		BOX(tree, .dir = DIR_COL, .w = GROW(1), .align = ALIGN_STRETCH)
		{
			LEAF(tree, .text = action->title, .type = TYPE_BODY_BOLD, .color = COLOR_TEXT, .wrap = true);
			LEAF(
				tree, .role = ROLE_TEXT, .text = action->text, .type = TYPE_SMALL, .color = COLOR_TEXT_3, .wrap = true);
		}
		if (action->key) {
			widget_key(tree, widget_key_name(tree, action->key), false);
		}
	}
}

static void
tick_box(struct tree *tree, bool on)
{
	BOX(tree, .dir = DIR_ROW, .align = ALIGN_CENTER, .justify = ALIGN_CENTER, .w = PX(24), .h = PX(24), .radius = 6,
		.bg = on ? COLOR_PRIMARY : COLOR_SURFACE, .line = on ? COLOR_PRIMARY : COLOR_FIELD,
		.line_w = widget_edge(tree) ? 2 : 1)
	{
		if (on) {
			LEAF(tree, .icon = ICON_CHECK, .icon_size = 17, .icon_stroke = 2.6f, .color = COLOR_ON_PRIMARY);
		}
	}
}

static void
radio_dot(struct tree *tree, bool on)
{
	BOX(tree, .dir = DIR_ROW, .align = ALIGN_CENTER, .justify = ALIGN_CENTER, .w = PX(22), .h = PX(22),
		.radius = RADIUS_PILL, .bg = COLOR_SURFACE, .line = on ? COLOR_PRIMARY : COLOR_FIELD, .line_w = on ? 6 : 1)
	{
		LEAF(tree, .w = PX(1), .h = PX(1));
	}
}

static void
tick_row(struct tree *tree, const struct widget_tick *tick, enum role role)
{
	const bool framed = tick->framed;
	BOX(tree, .role = role, .id = tick->id, .name = tick->text,
		.state = STATE_FOCUSABLE | (tick->on ? (unsigned)STATE_CHECKED : 0u), .shortcut = tick->key, .dir = DIR_ROW,
		.gap = 14, .align = ALIGN_CENTER, .min_h = 52, .pad = { 6, framed ? 16 : 8, 6, framed ? 16 : 8 },
		.radius = RADIUS_CONTROL, .hover_bg = COLOR_SUBTLE, .bg = framed && tick->on ? COLOR_PRIMARY_SOFT : COLOR_NONE,
		.line = !framed    ? COLOR_NONE
				: tick->on ? COLOR_PRIMARY
						   : COLOR_LINE,
		.line_w = framed && tick->on ? 2 : 1)
	{
		if (role == ROLE_CHECKBOX) {
			tick_box(tree, tick->on);
		} else {
			radio_dot(tree, tick->on);
		}
		BOX(tree, .dir = DIR_COL, .w = GROW(1), .align = ALIGN_STRETCH)
		{
			LEAF(tree, .text = tick->text, .type = TYPE_BODY_MEDIUM, .color = COLOR_TEXT, .wrap = true,
				.lang = tick->lang);
			if (tick->hint) {
				LEAF(tree, .role = ROLE_TEXT, .text = tick->hint, .type = TYPE_SMALL, .color = COLOR_TEXT_3,
					.wrap = true, .lang = tick->lang);
			}
		}
		if (tick->right) {
			LEAF(tree, .role = ROLE_TEXT, .text = tick->right, .type = TYPE_SMALL, .color = COLOR_TEXT_3,
				.tabular = true);
		}
		if (tick->key) {
			widget_key(tree, widget_key_name(tree, tick->key), false);
		}
	}
}

void
widget_check(struct tree *tree, const struct widget_tick *tick)
{
	tick_row(tree, tick, ROLE_CHECKBOX);
}

void
widget_radio(struct tree *tree, const struct widget_tick *tick)
{
	tick_row(tree, tick, ROLE_RADIO);
}

/* ---- over the page ---- */

void
widget_toast(struct tree *tree, const char *text, enum widget_tone tone)
{
	const bool contrast = tree->look.theme == THEME_CONTRAST;
	BOX(tree, .role = ROLE_STATUS, .name = text, .over = true, .over_x = ALIGN_START, .over_y = ALIGN_END,
		.dx = SPACE_7, .dy = 12 + 88 * (1 + (tree->look.text_scale - 1) * 0.9f), .dir = DIR_ROW, .gap = SPACE_3,
		.align = ALIGN_CENTER, .pad = { 14, 20, 14, 16 }, .radius = 12, .bg = COLOR_HEADER, .elevation = 3,
		.line = contrast ? COLOR_FIELD : COLOR_NONE, .max_w = 640)
	{
		LEAF(tree, .icon = widget_icon(tone), .icon_stroke = 2.2f,
			.color = contrast          ? widget_ink(tone)
					 : tone == TONE_OK ? COLOR_OK_LINE
									   : COLOR_FAULT);
		LEAF(tree, .text = text, .type = TYPE_BODY_MEDIUM, .color = COLOR_ON_HEADER, .wrap = true, .tabular = true);
	}
}

void
widget_summary(struct tree *tree, const struct widget_problem *problems, int count)
{
	const enum lang lang = tree->look.lang;
	BOX(tree, .role = ROLE_ALERT, .name = say(lang, "There is a problem"), .dir = DIR_ROW, .gap = SPACE_4,
		.pad = { 16, 20, 12, 22 }, .radius = 12, .bg = COLOR_BAD_SOFT, .line = COLOR_BAD, .line_w = 2)
	{
		LEAF(tree, .icon = ICON_ALERT, .icon_size = 24, .icon_stroke = 2, .color = COLOR_BAD);
		BOX(tree, .dir = DIR_COL, .w = GROW(1), .align = ALIGN_START)
		{
			widget_heading(tree, say(lang, "There is a problem"), TYPE_H3);
			LEAF(tree, .h = PX(SPACE_2));
			for (int i = 0; i < count; i++) {
				BOX(tree, .role = ROLE_LINK, .id = problems[i].id, .name = problems[i].text, .state = STATE_FOCUSABLE,
					.dir = DIR_COL, .align = ALIGN_STRETCH, .justify = ALIGN_CENTER, .min_h = 44, .radius = RADIUS_KEY,
					.pad = PAD_XY(SPACE_1, 0))
				{
					LEAF(tree, .text = problems[i].text, .color = COLOR_BAD, .wrap = true);
					LEAF(tree, .h = PX(1), .bg = COLOR_BAD);
				}
			}
		}
		if (!widget_tight(tree)) {
			LEAF(tree, .role = ROLE_TEXT, .text = say(lang, "What you typed is kept"), .type = TYPE_SMALL,
				.color = COLOR_TEXT_2, .keep = true);
		}
	}
}
