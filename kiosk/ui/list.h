#pragma once
/*
 * The display list: a laid-out tree as a flat array of drawing commands in painting order, each with what it covers and
 * a hash of all it depends on. damage.h compares two lists; kiosk/paint replays them.
 *
 * Path language: M x y, L x y, C x1 y1 x2 y2 x y, Z, O cx cy r (circle), R x y w h r (round rectangle),
 * A cx cy r from to (arc, degrees clockwise from the right). Blanks or commas between numbers.
 */
#include "kiosk/base/buffer.h"
#include "kiosk/ui/tree.h"

#define LIST_COMMANDS_MOST 16384

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
	bool opaque;  /* RECT: everything inside is covered */
	bool clipped; /* it would paint outside clip */
	bool scrim;   /* 45 % */
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

/* Zeroed is a valid empty list. */
void list_finish(struct list *list);
/*
 * Fill the list from a laid-out tree. It borrows the tree's strings (and adds those of text fields): valid until the
 * next tree_begin().
 */
void list_build(struct list *list, struct tree *tree, const struct tree_measure *measure);

/* How far and how dark a shadow of elevation 0..3 falls; design px and 0..1. */
struct list_shadow {
	float dy, blur, alpha;
};
const struct list_shadow *list_shadow(int elevation);
/* All that a run looks like, in one number; never depends on where the text is stored. */
uint64_t list_run_hash(const struct tree_run *run);

/* One line per command, rectangles rounded to 2 px, colours by name: for golden files. */
void list_dump(const struct list *list, struct buffer *out);
