#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kiosk/ui/say.h"
#include "kiosk/ui/screens.h"

#define PIECES  ((int)PAYMENT_PIECES)
#define STEPPER 213  /* width of minus, number and plus */
#define TALL    1000 /* units high: rows as airy as the drawer is deep */

/* ---- counting ---- */

/* The typed digits as a number; the edit holds at most five. */
static int64_t
number_in(const struct edit *edit)
{
	int64_t n = 0;
	for (const char *at = edit->text; *at; at++) {
		n = n * 10 + (*at - '0');
	}
	return n;
}

static void
count(struct screen_local *local)
{
	for (int i = 0; i < PIECES; i++) {
		local->counts[i] = number_in(&local->count_edits[i]);
	}
}

static struct money
worth(const struct screen_local *local, int piece)
{
	return (struct money){ local->counts[piece] * payment_pieces[piece] }; /* five digits times 100,000 cents */
}

struct sum {
	int64_t pieces;
	struct money money;
};

static struct sum
sum_of(const struct screen_local *local, bool notes, bool coins)
{
	struct sum sum = { 0, { 0 } };
	for (int i = 0; i < PIECES; i++) {
		if (payment_piece_is_coin((size_t)i) ? coins : notes) {
			sum.pieces += local->counts[i];
			sum.money.minor += worth(local, i).minor;
		}
	}
	return sum;
}

/* ---- drawing ---- */

static const char *
piece_id(struct tree *tree, int piece)
{
	return tree_text(tree, "piece-%d", piece);
}

static void
head(struct tree *tree, const char *title)
{
	const enum lang lang = tree->look.lang;
	BOX(tree, .dir = DIR_ROW, .gap = SPACE_3, .align = ALIGN_CENTER, .pad = { 0, 0, SPACE_1, 0 })
	{
		BOX(tree, .w = GROW(1))
		{
			widget_heading(tree, title, TYPE_H3);
		}
		LEAF(tree, .role = ROLE_TEXT, .text = say(lang, "Pieces"), .type = TYPE_CAPTION, .color = COLOR_TEXT_3,
			.w = PX(STEPPER), .text_align = ALIGN_CENTER);
		LEAF(tree, .role = ROLE_TEXT, .text = "HK$", .type = TYPE_CAPTION, .color = COLOR_TEXT_3, .w = PX(96),
			.text_align = ALIGN_END);
	}
}

static void
foot(struct tree *tree, const char *label, struct money money)
{
	BOX(tree, .dir = DIR_ROW, .gap = SPACE_3, .align = ALIGN_CENTER, .pad = { SPACE_2, 0, 0, 0 })
	{
		widget_para(tree, label, TYPE_BODY_MEDIUM, COLOR_TEXT_2);
		widget_number(tree, words_amount(tree, money), TYPE_H3, COLOR_TEXT);
	}
}

static void
kinds(struct tree *tree, struct screen_local *local, bool coins)
{
	const enum lang lang = tree->look.lang;
	const struct sum sum = sum_of(local, !coins, coins);
	const int64_t n = sum.pieces;
	const bool tall = (float)tree->height >= TALL * tree->look.scale * tree->look.text_scale;
	const char *label =
		coins ? tree_text(tree, say_n(lang, "Coins, %d piece", "Coins, %d pieces", (unsigned long)n), (int)n)
			  : tree_text(tree, say_n(lang, "Notes, %d piece", "Notes, %d pieces", (unsigned long)n), (int)n);
	CARD(tree, .w = widget_share(tree, 1), .pad = { 18, 24, 16, 24 })
	{
		head(tree, coins ? say(lang, "Coins") : say(lang, "Notes"));
		widget_rule(tree);
		for (int i = 0; i < PIECES; i++) {
			if (payment_piece_is_coin((size_t)i) == coins) {
				widget_pieces(tree, &(struct widget_pieces){ .id = piece_id(tree, i),
										.piece = i,
										.edit = &local->count_edits[i],
										.sum = words_amount(tree, worth(local, i)),
										.autofocus = i == 0,
										.h = tall ? 74 : 60 });
				widget_rule(tree);
			}
		}
		LEAF(tree, .h = GROW(1));
		foot(tree, label, sum.money);
	}
}

static void
total(struct tree *tree, struct sum sum)
{
	const enum lang lang = tree->look.lang;
	const char *words = words_money(tree, sum.money);
	BOX(tree, .role = ROLE_STATUS, .name = tree_text(tree, say(lang, "Counted %s"), words), .dir = DIR_COL,
		.align = ALIGN_STRETCH, .pad = PAD_XY(SPACE_6, SPACE_5), .radius = RADIUS_CARD, .bg = COLOR_PRIMARY_SOFT,
		.line = widget_edge(tree))
	{
		LEAF(tree, .text = say(lang, "Counted"), .type = TYPE_BODY_BOLD, .color = COLOR_PRIMARY_TEXT);
		LEAF(tree, .text = words, .type = TYPE_DISPLAY, .color = COLOR_PRIMARY_TEXT, .wrap = true, .tabular = true);
		LEAF(tree, .type = TYPE_BODY, .color = COLOR_PRIMARY_TEXT, .wrap = true, .tabular = true,
			.text = tree_text(tree, say_n(lang, "%d piece", "%d pieces", (unsigned long)sum.pieces), (int)sum.pieces));
	}
}

static void
aside(struct tree *tree, const struct view *view, struct sum sum)
{
	const enum lang lang = tree->look.lang;
	BOX(tree, .role = ROLE_COMPLEMENTARY, .name = say(lang, "Total"), .dir = DIR_COL, .align = ALIGN_STRETCH,
		.gap = SPACE_5, .w = widget_width(tree, 380))
	{
		total(tree, sum);
		CARD(tree, CARD_INSIDE)
		{
			SECTION(tree, .title = say(lang, "Counted by"))
			{
			}
			BOX(tree, .dir = DIR_ROW, .gap = SPACE_3, .align = ALIGN_CENTER)
			{
				widget_initials(tree, view->officer.name, 40);
				BOX(tree, .dir = DIR_COL, .w = GROW(1), .align = ALIGN_STRETCH)
				{
					widget_para(tree, view->officer.name, TYPE_BODY_MEDIUM, COLOR_TEXT);
					widget_para(tree,
						tree_text(tree, say(lang, "%s, staff %s"), words_role(lang, view->officer.role),
							view->officer.number),
						TYPE_SMALL, COLOR_TEXT_3);
				}
			}
		}
		LEAF(tree, .h = GROW(1));
		widget_note(tree, TONE_INFO, say(lang, "What you confirm is what the till begins with"),
			say(lang, "It is written to the log with your name and the time. At close the drawer is counted again, and "
					  "the two are compared."));
	}
}

static void
draw(struct tree *tree, const struct view *view, struct screen_local *local)
{
	const enum lang lang = tree->look.lang;
	count(local);
	const struct sum sum = sum_of(local, true, true);
	SCREEN_BODY(tree, view, local)
	{
		HEAD(tree, .title = say(lang, "Open the till"),
			.subtitle = say(lang, "Count what is in the drawer, kind by kind."))
		{
			widget_chip(tree, tree_text(tree, say(lang, "Business day %s"), words_date(tree, view->day)), TONE_NEUTRAL,
				ICON_CALENDAR);
		}
		SPLIT(tree, .h = GROW(1))
		{
			kinds(tree, local, false);
			kinds(tree, local, true);
			aside(tree, view, sum);
		}
	}
	struct screen_bar bar = { .back = say(lang, "Home"),
		.note = say(lang, "Enter: next kind.  +  one more,  −  one less"),
		.next = { .id = "open-till",
			.label = tree_text(tree, say(lang, "Open the till with %s"), words_money(tree, sum.money)),
			.icon = ICON_CHECK } };
	bar.actions[0] = (struct widget_button){
		.id = "again", .label = say(lang, "Start again"), .kind = BUTTON_GHOST, .icon = ICON_UNDO, .key = KEY_F9
	};
	bar.actions[1] = screen_bar_lock(lang);
	bar.actions[2] = screen_bar_help(lang);
	bar.actions[3] = (struct widget_button){
		.id = "sign-out", .label = say(lang, "Sign out"), .kind = BUTTON_GHOST, .icon = ICON_USER
	};
	screen_bar(tree, view, local, &bar);
}

/* ---- acting ---- */

static void
set_number(struct screen_local *local, int piece, int64_t n)
{
	char digits[24];
	if (n < 0 || n > 99999) {
		return;
	}
	(void)snprintf(digits, sizeof digits, "%lld", (long long)n);
	(void)edit_set(&local->count_edits[piece], n == 0 ? "" : digits);
}

static void
step(struct screen_local *local, int piece, int by)
{
	set_number(local, piece, number_in(&local->count_edits[piece]) + by);
}

static int
focused(const struct screen_local *local)
{
	char id[16];
	for (int i = 0; i < PIECES; i++) {
		(void)snprintf(id, sizeof id, "piece-%d", i);
		if (focus_is(&local->focus, id)) {
			return i;
		}
	}
	return -1;
}

static void
move(struct screen_local *local, int by)
{
	const int at = focused(local), to = at < 0 ? 0 : at + by;
	char id[16];
	if (to >= 0 && to < PIECES) {
		(void)snprintf(id, sizeof id, "piece-%d", to);
		focus_set(&local->focus, id);
		edit_select_all(&local->count_edits[to]);
	} else if (to == PIECES) {
		focus_set(&local->focus, "open-till");
	}
}

/* "piece-<n>-less" and "piece-<n>-more". */
static bool
stepper(struct screen_local *local, const char *id)
{
	static const char PREFIX[] = "piece-";
	if (strncmp(id, PREFIX, sizeof PREFIX - 1) != 0) {
		return false;
	}
	char *end;
	const long piece = strtol(id + sizeof PREFIX - 1, &end, 10);
	const int by = strcmp(end, "-less") == 0 ? -1 : strcmp(end, "-more") == 0 ? 1 : 0;
	if (piece < 0 || piece >= PIECES || by == 0) {
		return false;
	}
	step(local, (int)piece, by);
	return true;
}

static bool
key(struct screen_local *local, const char *id)
{
	const int at = focused(local);
	if (strcmp(id, "key-enter") == 0 || strcmp(id, "key-down") == 0) {
		move(local, 1);
	} else if (strcmp(id, "key-up") == 0) {
		move(local, -1);
	} else if (at >= 0 && strcmp(id, "key-plus") == 0) {
		step(local, at, 1);
	} else if (at >= 0 && strcmp(id, "key-minus") == 0) {
		step(local, at, -1);
	} else {
		return false;
	}
	return true;
}

static bool
act(const struct view *view, struct screen_local *local, const char *id, struct command *out)
{
	(void)view;
	if (strcmp(id, "open-till") == 0) {
		count(local);
		*out = (struct command){ .kind = COMMAND_COUNTS };
		local->problems = 0; /* what comes back takes the focus */
		memcpy(out->counts, local->counts, sizeof out->counts);
		return true;
	}
	if (strcmp(id, "again") == 0 || strncmp(id, "summary-", 8) == 0) {
		for (int i = 0; id[0] == 'a' && i < PIECES; i++) {
			edit_wipe(&local->count_edits[i]);
		}
		focus_set(&local->focus, "piece-0");
		return true;
	}
	return stepper(local, id) || key(local, id);
}

const struct screen screen_till = { draw, act };
