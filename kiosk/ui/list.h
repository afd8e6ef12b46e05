#pragma once
/*
 * The display list: a laid-out tree as a flat array of drawing commands in painting order, each with what it covers and
 * a hash of all it depends on. Comparing the hashes of two lists, cell by cell, gives the rectangles to paint again.
 *
 * Path language: M x y, L x y, C x1 y1 x2 y2 x y, Z, O cx cy r (circle), R x y w h r (round rectangle),
 * A cx cy r from to (arc, degrees clockwise from the right). Blanks or commas between numbers.
 */
#include "kiosk/ui/tree.h"

#define LIST_COMMANDS_MOST 16384
#define LIST_DAMAGE_MOST   64
#define LIST_CELL          32 /* device px */

enum list_kind { LIST_RECT, LIST_SHADOW, LIST_TEXT, LIST_ICON, LIST_PATH, LIST_BITMAP };

struct list_command {
	enum list_kind kind;
	enum color color;        /* fill, text or stroke */
	enum color edge;         /* RECT: COLOR_NONE for no edge */
	enum color hatch;        /* RECT: stripes */
	struct tree_rect at;     /* of the shape; for TEXT the logical box of the run */
	struct tree_rect bounds; /* what it may paint, inside clip */
	struct tree_rect clip;
	float radius, line_w; /* device px */
	int elevation;
	bool opaque; /* RECT: everything inside is covered */
	bool scrim;  /* 45 % */
	enum icon icon;
	struct tree_run run;       /* TEXT; text borrowed from the tree */
	struct tree_path path;     /* borrowed */
	struct tree_bitmap bitmap; /* borrowed */
	uint64_t hash;
};

struct list {
	struct list_command *commands; /* owned */
	int count, cap;
	int width, height;
	enum theme theme;
	float scale;
	bool full; /* LIST_COMMANDS_MOST was reached */
};

/* What the last list looked like, for comparing. Zeroed has seen nothing: everything is damaged. */
struct list_cells {
	uint64_t *now, *before; /* owned */
	int columns, rows;
	bool fresh; /* `before` is of no use */
};

/* Zeroed is a valid empty list. */
void list_finish(struct list *list);
/* Fill the list from a laid-out tree. It borrows the tree's strings: both are valid until the next tree_begin(). */
void list_build(struct list *list, const struct tree *tree, const struct tree_measure *measure);

void list_cells_finish(struct list_cells *cells);
/* Forget what is on the glass, e.g. after the window was resized or uncovered. */
void list_cells_forget(struct list_cells *cells);
/* Compare with the last list and remember this one. Returns how many rectangles differ; none overlap. */
int list_damage(struct list_cells *cells, const struct list *list, struct tree_rect out[LIST_DAMAGE_MOST]);

/* One line per command, rectangles rounded to 2 px, colours by name: for golden files. */
struct buffer;
void list_dump(const struct list *list, struct buffer *out);
