#include <assert.h>

#include "kiosk/model/payment.h"
#include "kiosk/ui/say.h"
#include "kiosk/ui/widget.h"

#define DOLLAR 100 /* cents */

static enum color
note_color(int64_t cents)
{
	switch (cents / DOLLAR) {
	case 1000:
		return COLOR_NOTE_1000;
	case 500:
		return COLOR_NOTE_500;
	case 100:
		return COLOR_NOTE_100;
	case 50:
		return COLOR_NOTE_50;
	case 20:
		return COLOR_NOTE_20;
	default:
		return COLOR_NOTE_10;
	}
}

static void
disc(struct tree *tree, float size, enum color fill, enum color edge)
{
	LEAF(tree, .w = PX(size), .h = PX(size), .radius = RADIUS_PILL, .bg = fill, .line = edge);
}

/* As large beside each other as the real ones: 10, 5, 2, 1 dollars; 50, 20, 10 cents. */
static void
coin(struct tree *tree, int64_t cents)
{
	const float size = cents == 1000  ? 46
					   : cents >= 500 ? 48
					   : cents >= 200 ? 50
					   : cents >= 100 ? 44
									  : 36 + (float)cents / 10;
	const bool brass = cents < DOLLAR;
	BOX(tree, .dir = DIR_STACK, .align = ALIGN_CENTER, .justify = ALIGN_CENTER, .w = PX(52), .h = PX(52))
	{
		disc(tree, size, brass ? COLOR_COIN_BRASS : COLOR_COIN_SILVER, COLOR_FIELD);
		disc(tree, size * 0.6f, cents == 1000 || brass ? COLOR_COIN_BRASS : COLOR_COIN_SILVER, COLOR_FIELD);
	}
}

void
widget_piece(struct tree *tree, int piece)
{
	assert(piece >= 0 && piece < (int)PAYMENT_PIECES);
	const int64_t cents = payment_pieces[piece];
	BOX(tree, .dir = DIR_ROW, .align = ALIGN_CENTER, .justify = ALIGN_CENTER, .w = PX(64), .h = PX(52))
	{
		if (payment_piece_is_coin((size_t)piece)) {
			coin(tree, cents);
		} else {
			LEAF(tree, .w = PX(64), .h = PX(34), .radius = 3, .bg = note_color(cents), .line = COLOR_FIELD);
		}
	}
}

const char *
widget_piece_name(struct tree *tree, int piece)
{
	assert(piece >= 0 && piece < (int)PAYMENT_PIECES);
	const int cents = (int)payment_pieces[piece];
	if (cents < DOLLAR) {
		const enum lang lang = tree->look.lang;
		return cents == 50 ? say(lang, "50 cents") : cents == 20 ? say(lang, "20 cents") : say(lang, "10 cents");
	}
	return cents >= 1000 * DOLLAR ? "$1,000" : tree_text(tree, "$%d", cents / DOLLAR);
}

static void
stepper(struct tree *tree, const struct widget_pieces *pieces, const char *name)
{
	const enum lang lang = tree->look.lang;
	BOX(tree, .dir = DIR_ROW, .gap = SPACE_2, .align = ALIGN_CENTER)
	{
		widget_icon_button(tree, tree_text(tree, "%s-less", pieces->id),
			tree_text(tree, say(lang, "One %s less"), name), ICON_MINUS, 0);
		FIELD(tree, .id = pieces->id, .label = name, .edit = pieces->edit, .bare = true, .chars = 5,
			.text_align = ALIGN_END, .tabular = true, .type = TYPE_H3, .autofocus = pieces->autofocus,
			.optional = true);
		widget_icon_button(tree, tree_text(tree, "%s-more", pieces->id),
			tree_text(tree, say(lang, "One %s more"), name), ICON_PLUS, 0);
	}
}

void
widget_pieces(struct tree *tree, const struct widget_pieces *pieces)
{
	const char *plain = widget_piece_name(tree, pieces->piece);
	const bool is_coin = payment_piece_is_coin((size_t)pieces->piece);
	const char *kind = is_coin ? say(tree->look.lang, "coin") : say(tree->look.lang, "note");
	const bool dollars = payment_pieces[pieces->piece] >= DOLLAR;
	BOX(tree, .role = ROLE_ROW, .name = plain, .dir = DIR_ROW, .gap = SPACE_3, .align = ALIGN_CENTER,
		.min_h = pieces->h > 0 ? pieces->h : 60)
	{
		widget_piece(tree, pieces->piece);
		LEAF(tree, .role = ROLE_CELL, .text = plain, .type = TYPE_H3, .color = COLOR_TEXT, .w = GROW(1));
		stepper(tree, pieces, dollars ? tree_text(tree, "%s %s", plain, kind) : plain);
		LEAF(tree, .role = ROLE_CELL, .text = pieces->sum, .tabular = true, .text_align = ALIGN_END, .w = PX(96));
	}
}
