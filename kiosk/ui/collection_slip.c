#include "kiosk/ui/collection_slip.h"

#include <stdio.h>

bool
collection_slip_code(struct collection_slip *slip, struct error *err)
{
	char content[16 + APPLICATION_CASE];
	(void)snprintf(content, sizeof(content), "HKPEC1 C %s", slip->case_number);
	return qr_make(content, &slip->code, err);
}

static void
title(struct tree *tree, const char *zh, const char *en)
{
	strip_middle(tree, tree_text(tree, "%s  %s", zh, en), TYPE_SMALL_BOLD);
}

static void
marks(struct tree *tree, const struct collection_slip *slip)
{
	strip_band(tree, "領取單  Collection slip", TYPE_H3, 4);
	if (slip->copy > 0)
		strip_middle(tree, tree_text(tree, "副本 COPY %d", slip->copy), TYPE_BODY_BOLD);
	if (slip->training)
		strip_middle(tree, "訓練，不可領取  TRAINING, nothing to collect", TYPE_CAPTION_BOLD);
}

static void
facts(struct tree *tree, const struct collection_slip *slip, int width)
{
	strip_middle(tree, slip->case_number, TYPE_H3);
	strip_line(tree, width, "日期 Date", strip_when(tree, slip->at_ms, slip->offset_min), TYPE_CAPTION_BOLD);
	strip_line(tree, width, "櫃位及職員 Counter, staff", tree_text(tree, "%s, %s", slip->counter, slip->officer),
		TYPE_CAPTION_BOLD);
	strip_line(tree, width, "收據 Receipt", slip->receipt, TYPE_CAPTION_BOLD);
	strip_line(tree, width, "身份證 Identity card", slip->masked, TYPE_CAPTION_BOLD);
}

static void
what(struct tree *tree, const struct collection_slip *slip, int width)
{
	title(tree, "領取", "You collect");
	strip_middle(tree, slip->product[LANGUAGE_ZH_HK], TYPE_CAPTION_BOLD);
	strip_middle(tree, slip->product[LANGUAGE_EN], TYPE_CAPTION_BOLD);
	if (slip->serial[0] != '\0')
		strip_line(tree, width, "Token 編號 Token serial", slip->serial, TYPE_CAPTION_BOLD);
	if (slip->own_pin)
		strip_middle(tree, "領取時由您自行設定密碼  You choose the PIN when you collect", TYPE_CAPTION_BOLD);
}

static void
where(struct tree *tree, const struct collection_slip *slip)
{
	title(tree, "地點", "Where");
	strip_middle(tree, tree_text(tree, "%s任何電子核證櫃位", slip->branch_name[LANGUAGE_ZH_HK]), TYPE_CAPTION_BOLD);
	strip_middle(tree, tree_text(tree, "Any e-Cert counter of %s", slip->branch_name[LANGUAGE_EN]), TYPE_CAPTION_BOLD);
}

/* A box to tick, and what to bring. */
static void
item(struct tree *tree, const char *zh, const char *en)
{
	BOX(tree, .role = ROLE_ROW, .name = en, .dir = DIR_ROW, .gap = 8, .align = ALIGN_CENTER, .w = GROW(1))
	{
		BOX(tree, .w = PX(16), .h = PX(16), .pad = PAD(2), .bg = COLOR_INK)
		LEAF(tree, .w = GROW(1), .h = GROW(1), .bg = COLOR_PAPER);
		LEAF(tree, .text = tree_text(tree, "%s %s", zh, en), .type = TYPE_CAPTION_BOLD, .color = COLOR_INK,
			.wrap = true, .w = GROW(1), .lang = LANG_HANT);
	}
}

static void
bring(struct tree *tree)
{
	title(tree, "攜帶", "Bring");
	item(tree, "身份證正本", "Your identity card, the original");
	item(tree, "本領取單", "This slip");
}

void
collection_slip_draw(struct tree *tree, const struct collection_slip *slip, int width)
{
	static const char *const words[] = { "來前請先查詢是否可領取", "Ask whether it is ready before you come.",
		"查詢 Enquiries 2921\u00a06633" };

	BOX(tree, .role = ROLE_GROUP, .name = "Collection slip", .dir = DIR_COL, .gap = 7, .align = ALIGN_CENTER,
		.w = PX((float)width), .pad = PAD_XY(9, 14), .bg = COLOR_PAPER)
	{
		strip_head(tree, width, slip->branch_name[LANGUAGE_ZH_HK], slip->branch_name[LANGUAGE_EN]);
		marks(tree, slip);
		facts(tree, slip, width);
		strip_dashes(tree);
		what(tree, slip, width);
		strip_dashes(tree);
		where(tree, slip);
		strip_dashes(tree);
		bring(tree);
		strip_rule(tree);
		strip_foot(tree, &slip->code, width, words, sizeof(words) / sizeof(words[0]));
		if (slip->training)
			strip_band(tree, "訓練  TRAINING", TYPE_SMALL_BOLD, 3);
	}
}
