#pragma once
/*
 * The parts that screens are made of: heads, cards, buttons, fields, choices, tables, banners, dialogs. Each writes
 * boxes into the tree and keeps nothing. Widgets know no view and no language but tree->look: every text that they are
 * given is already in the language of the tree, and borrowed until the next tree_begin() like all text in a box.
 *
 * Those in capitals are blocks like BOX: what stands between their braces goes into them.
 */
#include "kiosk/ui/tree.h"

enum widget_tone { /* never the only sign: a word or an icon stands beside it */
	TONE_NEUTRAL,
	TONE_OK,
	TONE_WARN,
	TONE_BAD,
	TONE_INFO,
	TONE_SAMPLE, /* violet: a value that is only for training */
	TONES
};
/* Text and icon, fill, edge of a tone; and its usual icon. */
enum color widget_ink(enum widget_tone tone);
enum color widget_soft(enum widget_tone tone);
enum color widget_line(enum widget_tone tone);
enum icon widget_icon(enum widget_tone tone);
/* COLOR_LINE in high contrast, where no shadow and no fill shows an edge; else COLOR_NONE. */
enum color widget_edge(const struct tree *tree);
/* True at one column (tree_columns() == 1): the columns of a page stand below each other. */
bool widget_narrow(const struct tree *tree);
/* True under 1,100 units (200 % on a full-HD screen): rows become stacks too, labels stand above values. */
bool widget_tight(const struct tree *tree);

/* ---- text ---- */
void widget_text(struct tree *tree, const char *text, enum type_style type, enum color color);
/* Wraps over the whole width that is left. */
void widget_para(struct tree *tree, const char *text, enum type_style type, enum color color);
/* Digits of equal width; never wraps. */
void widget_number(struct tree *tree, const char *text, enum type_style type, enum color color);
void widget_heading(struct tree *tree, const char *text, enum type_style type); /* role heading */
/* An icon and a wrapped sentence beside it, e.g. "that the original card was seen". */
void widget_point(struct tree *tree, enum icon icon, const char *text, enum widget_tone tone);
void widget_space(struct tree *tree); /* takes what is left along the row or column */
void widget_rule(struct tree *tree);  /* a line across */

/* ---- page ---- */
struct widget_head {
	const char *title;
	const char *subtitle; /* NULL for none */
};
/* Title of the page; the block holds what stands at its right (under it where it is tight): chips, buttons. */
#define HEAD(tree, ...)                                                                                                \
	for (widget_head_open((tree), &(struct widget_head){ __VA_ARGS__ }); tree_entering(tree); widget_head_close(tree))
void widget_head_open(struct tree *tree, const struct widget_head *head);
void widget_head_close(struct tree *tree);

/* A white sheet, children below each other and stretched. Do not set .dir, .align, .bg, .radius, .elevation, .line. */
#define CARD(tree, ...)                                                                                                \
	BOX(tree, .dir = DIR_COL, .align = ALIGN_STRETCH, .bg = COLOR_SURFACE, .radius = RADIUS_CARD, .elevation = 1,      \
		.line = widget_edge(tree), __VA_ARGS__)
/* The usual padding and gap of a card's inside: CARD(tree, CARD_INSIDE, .w = GROW(1)). */
#define CARD_INSIDE .pad = { 20, 24, 20, 24 }, .gap = 16

struct widget_section {
	const char *title;
	const char *number; /* "1": of a numbered part; NULL for none */
	const char *note;   /* small text at the right; NULL for none */
	const char *chip;   /* beside the title; NULL for none */
	enum widget_tone tone;
	enum icon chip_icon;
};
/* Heading of a card or of a part of one; the block holds what else stands at its right. */
#define SECTION(tree, ...)                                                                                             \
	for (widget_section_open((tree), &(struct widget_section){ __VA_ARGS__ }); tree_entering(tree);                    \
		 widget_section_close(tree))
void widget_section_open(struct tree *tree, const struct widget_section *section);
void widget_section_close(struct tree *tree);
void widget_section(struct tree *tree, const struct widget_section *section);

/* Columns of a page: beside each other from two columns on, else below each other. */
#define SPLIT(tree, ...)                                                                                               \
	BOX(tree, .dir = widget_narrow(tree) ? DIR_COL : DIR_ROW, .align = ALIGN_STRETCH, .gap = SPACE_5, __VA_ARGS__)
/* `n` equal parts beside each other, two where it is tight; grid tracks. */
#define TILES(tree, n) BOX(tree, .dir = DIR_GRID, .columns = widget_tight(tree) ? 2 : (n), .gap = SPACE_5)
/* Width of a part of SPLIT or of any row that stacks: its share, or all of it at one column. */
struct tree_size widget_share(const struct tree *tree, float share);
struct tree_size widget_width(const struct tree *tree, float px);

/* ---- things to press ---- */
/* "F12", "Esc", "Enter", or the character; in the tree's language where it is a word. */
const char *widget_key_name(struct tree *tree, unsigned key);
void widget_key(struct tree *tree, const char *name, bool on_primary);

enum widget_button_kind { BUTTON_SECONDARY, BUTTON_PRIMARY, BUTTON_GHOST, BUTTON_DANGER };
struct widget_button {
	const char *id, *label;
	enum widget_button_kind kind;
	enum icon icon; /* at the left */
	enum icon then; /* at the right: where it leads */
	unsigned key;   /* shortcut; its cap stands on the button */
	bool full;      /* as wide as its parent; the label wraps if it must */
	bool enter;     /* what Enter does when nothing else wants it */
	bool autofocus;
	bool disabled;    /* only where waiting is all that can be done: the label says why */
	const char *name; /* spoken name when the label alone is not enough ("Retry case WR04-...") */
};
void widget_button(struct tree *tree, const struct widget_button *button);
#define BUTTON(tree, ...) widget_button((tree), &(struct widget_button){ __VA_ARGS__ })
/* Only an icon; `name` is spoken. 48 x 48. */
void widget_icon_button(struct tree *tree, const char *id, const char *name, enum icon icon, unsigned key);
/* Text to press, e.g. "Change"; `name` is spoken and says what ("Change the payment"). */
void widget_link(struct tree *tree, const char *id, const char *label, const char *name);
/* A large tile: icon, title, one line, key. */
struct widget_action {
	const char *id, *title, *text;
	enum icon icon;
	unsigned key;
};
void widget_action(struct tree *tree, const struct widget_action *action);

/* ---- fields ---- */
struct widget_field {
	const char *id, *label;
	struct edit *edit;
	const char *hint;    /* under the field; NULL for none */
	const char *problem; /* under the field in red, instead of the hint; NULL for none */
	const char *good;    /* right of the label in green, e.g. "8 digits"; NULL for none */
	const char *note;    /* right of the label in grey, e.g. "3 tries left"; NULL for none */
	const char *prefix;  /* inside, before the text: "HK$"; NULL for none */
	enum icon icon;      /* inside, before the text */
	enum type_style type;
	enum align text_align;
	enum lang lang;
	int chars;     /* width of the text in characters; 0 takes the width that is left */
	float share;   /* with chars 0: GROW share, 0 is 1 */
	bool optional; /* adds the mark "(optional)" */
	bool tabular;
	bool autofocus;
	bool bare; /* the label is spoken, not shown */
	unsigned key;
};
/* Secret fields show bullets by their edit's .secret. */
void widget_field(struct tree *tree, const struct widget_field *field);
#define FIELD(tree, ...) widget_field((tree), &(struct widget_field){ __VA_ARGS__ })
/* An amount: "HK$" before it, digits of equal width. The edit has EDIT_MONEY. */
void widget_money(struct tree *tree, const struct widget_field *field);

struct widget_choice {
	const char *id; /* options are "<id>-0", "<id>-1", ... */
	const char *label;
	const char *hint, *problem;
	const char *const *options;
	const unsigned *keys; /* shortcut of each option, shown; NULL for none */
	int count, chosen;    /* -1: none chosen yet */
	enum lang const *langs;
	bool bare;      /* the label is spoken, not shown */
	bool fit;       /* as wide as its options, not as its parent */
	bool autofocus; /* of the first option */
	bool optional;
	float share; /* GROW share, 0 is 1 */
};
/* Several beside each other (below each other when there is no room), one chosen. */
void widget_choice(struct tree *tree, const struct widget_choice *choice);
#define CHOICE(tree, ...) widget_choice((tree), &(struct widget_choice){ __VA_ARGS__ })

struct widget_tick {
	const char *id, *text, *hint; /* hint NULL for none */
	bool on;
	unsigned key;
	const char *right; /* small text at the right; NULL for none */
	enum lang lang;
	bool framed; /* an edge of its own; selected when on */
};
void widget_check(struct tree *tree, const struct widget_tick *tick);
void widget_radio(struct tree *tree, const struct widget_tick *tick);

/* Notes and coins: colour of a note, disc of a coin. `piece` as in payment_pieces. */
void widget_piece(struct tree *tree, int piece);
const char *widget_piece_name(struct tree *tree, int piece); /* "$1,000", "50 cents" */
struct widget_pieces {
	const char *id; /* the field; minus and plus are "<id>-less" and "<id>-more" */
	int piece;
	struct edit *edit;
	const char *sum; /* "1,000.00" */
	bool autofocus;
	float h; /* 0 is 60 */
};
/* One row: mark, value, minus, number of pieces, plus, sum. */
void widget_pieces(struct tree *tree, const struct widget_pieces *pieces);

/* ---- facts ---- */
struct widget_pair {
	const char *key, *value;
	enum type_style type; /* of the value; TYPE_BODY is the usual one */
	enum color color;     /* of the value; COLOR_NONE is COLOR_TEXT */
	enum icon icon;       /* before the key */
	enum widget_tone tone;
	bool state; /* the tone's icon and colour stand after the value */
	enum lang lang;
	float key_w; /* 0: key at the left, value at the right edge; else the value begins there */
};
void widget_pair(struct tree *tree, const struct widget_pair *pair);
#define PAIR(tree, ...) widget_pair((tree), &(struct widget_pair){ __VA_ARGS__ })

void widget_chip(struct tree *tree, const char *text, enum widget_tone tone, enum icon icon);
/* "CPos 798A" in a small frame; `hit` outlines it. */
void widget_form(struct tree *tree, const char *form, bool hit);

struct widget_banner {
	enum widget_tone tone;
	enum icon icon; /* ICON_NONE takes the tone's */
	const char *title, *text;
	const char *id;
	bool alert; /* spoken at once */
};
/* A coloured field over the whole width; the block holds what stands at its right. */
#define BANNER(tree, ...)                                                                                              \
	for (widget_banner_open((tree), &(struct widget_banner){ __VA_ARGS__ }); tree_entering(tree);                      \
		 widget_banner_close(tree))
void widget_banner_open(struct tree *tree, const struct widget_banner *banner);
void widget_banner_close(struct tree *tree);
void widget_note(struct tree *tree, enum widget_tone tone, const char *title, const char *text); /* a banner alone */

struct widget_stat {
	const char *label, *value, *note;
	enum icon icon;
	enum widget_tone tone; /* of the value when it is bad news */
};
void widget_stat(struct tree *tree, const struct widget_stat *stat);
#define STAT(tree, ...) widget_stat((tree), &(struct widget_stat){ __VA_ARGS__ })

void widget_empty(struct tree *tree, enum icon icon, const char *title, const char *text);
/* Something runs: a clock and words, no motion. */
void widget_waiting(struct tree *tree, const char *text);
void widget_initials(struct tree *tree, const char *name, float size); /* "WK" in a disc */
/* An icon on a soft square. */
void widget_tile(struct tree *tree, enum icon icon, float size, enum widget_tone tone);

/* ---- tables ---- */
struct widget_column {
	const char *title;
	struct tree_size w;
	enum align align;
	bool plain; /* stacked where it is tight: no title before the value */
};
struct widget_table {
	const char *id, *name;
	const struct widget_column *columns; /* borrowed */
	int count;
	float pad; /* left and right of each row; 0 is 24 */
	bool pick; /* arrow keys move among the rows; Tab sees them as one */
};
struct widget_row {
	const char *id; /* NULL: cannot be pressed */
	const char *name;
	bool selected;
	bool current;
	bool autofocus;
	float h; /* 0 is 48 */
};
/* The block holds ROWs. Where it is tight there is no head; the cells of a row stand below each other with their
 * titles. */
#define TABLE(tree, table) for (widget_table_open((tree), (table)); tree_entering(tree); widget_table_close(tree))
void widget_table_open(struct tree *tree, const struct widget_table *table);
void widget_table_close(struct tree *tree);
/* The block holds one widget_cell() or CELL per column, in order. */
#define ROW(tree, table, ...)                                                                                          \
	for (widget_row_open((tree), (table), &(struct widget_row){ __VA_ARGS__ }); tree_entering(tree);                   \
		 widget_row_close(tree))
void widget_row_open(struct tree *tree, const struct widget_table *table, const struct widget_row *row);
void widget_row_close(struct tree *tree);
struct widget_cell {
	const char *text;
	enum type_style type;
	enum color color;      /* COLOR_NONE is COLOR_TEXT */
	enum icon icon;        /* before the text */
	enum widget_tone tone; /* of the icon */
	enum lang lang;
	bool cut_ok;
};
void widget_cell(struct tree *tree, const struct widget_table *table, int column, const struct widget_cell *cell);
#define CELL(tree, table, column, ...) widget_cell((tree), (table), (column), &(struct widget_cell){ __VA_ARGS__ })
/* A cell with whatever the block holds: a choice, a button, two lines. */
#define CELL_BOX(tree, table, column)                                                                                  \
	for (widget_cell_open((tree), (table), (column)); tree_entering(tree); widget_cell_close(tree))
void widget_cell_open(struct tree *tree, const struct widget_table *table, int column);
void widget_cell_close(struct tree *tree);

/* ---- over the page ---- */
struct widget_dialog {
	const char *id, *title, *text;
	enum icon icon;
	enum widget_tone tone;
	float w;   /* 0 is 600 */
	bool tall; /* title and actions stay; what is between them stands in DIALOG_SCROLL */
};
/* Scrim, frame and focus scope; the block holds the content and ends with DIALOG_ACTIONS. One button must have
 * KEY_ESCAPE. */
#define DIALOG(tree, ...)                                                                                              \
	for (widget_dialog_open((tree), &(struct widget_dialog){ __VA_ARGS__ }); tree_entering(tree);                      \
		 widget_dialog_close(tree))
void widget_dialog_open(struct tree *tree, const struct widget_dialog *dialog);
void widget_dialog_close(struct tree *tree);
#define DIALOG_ACTIONS(tree)                                                                                           \
	BOX(tree, .dir = widget_tight(tree) ? DIR_COL : DIR_ROW, .gap = SPACE_3, .pad = { SPACE_2, 0, 0, 0 },              \
		.align = widget_tight(tree) ? ALIGN_STRETCH : ALIGN_CENTER, .justify = ALIGN_END)

#define DIALOG_SCROLL(tree)                                                                                            \
	BOX(tree, .id = "dialog-scroll", .scroll = true, .dir = DIR_COL, .align = ALIGN_STRETCH, .gap = SPACE_4,           \
		.pad = { 0, SPACE_2, 0, 0 })

void widget_toast(struct tree *tree, const char *text, enum widget_tone tone);

struct widget_problem {
	const char *id;   /* of the link: "summary-<n>" */
	const char *text; /* label and what is wrong: the words under the field */
};
void widget_summary(struct tree *tree, const struct widget_problem *problems, int count);

/* ---- rail ---- */
enum widget_step_state { STEP_DONE, STEP_CURRENT, STEP_TODO };
struct widget_step {
	const char *title;
	const char *fact; /* "Checked 14:33" */
	enum widget_step_state state;
	enum widget_tone tone; /* of the fact: TONE_WARN, TONE_BAD */
};
struct widget_rail {
	const char *product, *form, *case_number; /* case_number as it is written: "Case WR04-..." */
	const struct widget_step *steps;
	int count, current; /* current from 0 */
};
/* From two columns on: product, form, case and the steps below each other, 252 wide; the block holds what stands at
 * its foot. At one column: "Step 2 of 7: Identity check" and a bar per step; the block is skipped. */
#define RAIL(tree, ...)                                                                                                \
	for (widget_rail_open((tree), &(struct widget_rail){ __VA_ARGS__ }); tree_entering(tree); widget_rail_close(tree))
void widget_rail_open(struct tree *tree, const struct widget_rail *rail);
void widget_rail_close(struct tree *tree);
