#pragma once
/*
 * The tree of boxes that a screen is: built anew for every event, laid out by layout.h, drawn by list.h, read by
 * semantics.h. Knows nothing of SDL, Cairo or Pango; text is measured through tree_measure_ops (kiosk/paint).
 *
 *     BOX(tree, .role = ROLE_GROUP, .dir = DIR_ROW, .gap = 12, .pad = PAD(16), .bg = COLOR_SURFACE) {
 *             LEAF(tree, .icon = ICON_CHECK, .icon_size = 18, .color = COLOR_OK);
 *             LEAF(tree, .text = _("Ready"), .type = TYPE_SMALL);
 *     }
 *
 * Leave a BOX block only at its end: no break, no return. Every pointer in a box is borrowed until the next
 * tree_begin(); build strings with tree_text(). Lengths are design px: multiplied by scale, and (control sizes and
 * icons) by the text size too. Nothing here allocates per box: the arrays grow once, up to TREE_NODES_MOST and
 * TREE_TEXT_MOST.
 */
#include "kiosk/base/attr.h"
#include "kiosk/ui/edit.h"
#include "kiosk/ui/focus.h"
#include "kiosk/ui/icon.h"
#include "kiosk/ui/theme.h"

#define TREE_NODES_MOST 8192
#define TREE_TEXT_MOST  (2u << 20) /* bytes of tree_text() in one tree */
#define TREE_NONE       (-1)

enum role {
	ROLE_NONE, /* not in the semantic tree */
	ROLE_GROUP,
	ROLE_BANNER,
	ROLE_NAVIGATION,
	ROLE_MAIN,
	ROLE_COMPLEMENTARY,
	ROLE_HEADING,
	ROLE_TEXT,
	ROLE_TEXTBOX,
	ROLE_COMBOBOX,
	ROLE_CHECKBOX,
	ROLE_RADIO,
	ROLE_BUTTON,
	ROLE_LINK,
	ROLE_TABLE,
	ROLE_ROW,
	ROLE_CELL,
	ROLE_LIST,
	ROLE_ITEM,
	ROLE_STATUS,
	ROLE_ALERT,
	ROLE_IMAGE,
	ROLE_PROGRESS,
	ROLE_DIALOG,
	ROLE_TAB,
	ROLE_COUNT
};

/* Bits of .state. The tree itself sets FOCUSED, HOVER and PRESSED. */
enum {
	STATE_FOCUSABLE = 1,
	STATE_FOCUSED = 2,
	STATE_HOVER = 4,
	STATE_PRESSED = 8,
	STATE_DISABLED = 16,
	STATE_INVALID = 32,
	STATE_SELECTED = 64,
	STATE_CHECKED = 128,
	STATE_REQUIRED = 256,
	STATE_CURRENT = 512,
	STATE_EXPANDED = 1024,
	STATE_READ_ONLY = 2048,
	STATE_BUSY = 4096,
};

enum dir {
	DIR_ROW,   /* children beside each other */
	DIR_COL,   /* below each other */
	DIR_STACK, /* on top of each other */
	DIR_GRID,  /* .columns equal tracks, filled row by row */
};

enum align { ALIGN_START, ALIGN_CENTER, ALIGN_END, ALIGN_STRETCH, ALIGN_BETWEEN /* .justify only */ };

enum size_mode { SIZE_FIT, SIZE_PX, SIZE_GROW };
struct tree_size {
	enum size_mode mode;
	float v; /* PX: design px; GROW: share of what is left over */
};
#define FIT     ((struct tree_size){ SIZE_FIT, 0 })
#define PX(v)   ((struct tree_size){ SIZE_PX, (v) })
#define GROW(v) ((struct tree_size){ SIZE_GROW, (v) })
#define PAD(a)                                                                                                         \
	{                                                                                                                  \
		(a), (a), (a), (a)                                                                                             \
	}
#define PAD_XY(x, y)                                                                                                   \
	{                                                                                                                  \
		(y), (x), (y), (x)                                                                                             \
	}
enum { EDGE_TOP, EDGE_RIGHT, EDGE_BOTTOM, EDGE_LEFT };

/* A picture drawn as a path, stretched from its own w x h to the box. Language: see list.h. */
struct tree_path {
	const char *d; /* NULL for none */
	float w, h;    /* of the path's own grid */
	float stroke;  /* design px; 0 fills instead */
};

enum bitmap_format { BITMAP_BYTE /* one byte a dot, non-zero is drawn in .color */, BITMAP_RGB /* 0xAARRGGBB words */ };
struct tree_bitmap {
	const void *at;   /* NULL for none; rows from the top */
	int w, h, stride; /* dots, dots, bytes */
	enum bitmap_format format;
	uint64_t version; /* changes whenever the dots do; 0 has them hashed at every draw */
};

struct tree_box {
	/* What it is. */
	enum role role;
	const char *id;    /* unique in the tree; anything that can have the focus needs one */
	const char *name;  /* spoken name; NULL takes .text, for a heading, text or cell */
	const char *value; /* of a text field (from .edit by itself), combo box, progress, status */
	unsigned state;    /* STATE_ bits */
	unsigned shortcut; /* enum key or upper-case ASCII; 0 none */
	struct edit *edit; /* a text field: drawn and edited by the engine, its text in .type and .color */
	bool primary;      /* what Enter does when nothing else wants it; at most one */
	bool autofocus;    /* gets the focus when nothing has it */
	bool arrows;       /* arrow keys move among the focusable boxes inside; Tab sees them as one */
	bool scope;        /* a dialog: focus, pointer and shortcuts stay inside while it is there */

	/* How it lies. */
	enum dir dir;
	int columns; /* DIR_GRID */
	float gap;
	float row_gap;      /* DIR_GRID; 0 takes gap */
	float pad[4];       /* top right bottom left: PAD(), PAD_XY() */
	enum align align;   /* across dir */
	enum align justify; /* along dir */
	struct tree_size w, h;
	float min_w, max_w, min_h, max_h; /* 0 for none */
	bool keep;                        /* never made narrower than it likes */
	int shrink;                       /* when a row is too narrow the highest number gives way first */
	bool scroll;                      /* taller content scrolls; needs .id */
	bool clip_ok;                     /* children may stick out; they are clipped */

	/* Overlay: taken out of the flow, placed over the parent (or beside the box called .beside). */
	bool over;
	enum align over_x, over_y; /* START, CENTER, END or STRETCH */
	float dx, dy;              /* from that edge, inwards */
	const char *beside;        /* id of an earlier box: below it, above it when there is no room */

	/* How it looks. */
	enum color bg, line, hover_bg, hatch; /* hatch: 45 degree stripes over bg */
	float line_w;                         /* 0 is 1 */
	float radius;
	int elevation; /* 0..3; no shadow in high contrast */
	bool no_ring;  /* somebody else shows the focus */
	bool ring;     /* show the focus ring without having the focus: a field around its text */
	bool scrim;    /* bg at 45 % */

	/* What is in it: one of these, or children. */
	const char *text;
	enum type_style type;
	enum color color; /* text, icon, path, bitmap; COLOR_NONE is the usual one */
	enum align text_align;
	bool wrap;    /* over several lines; otherwise cut with an ellipsis */
	bool tabular; /* digits of equal width */
	bool cut_ok;  /* an ellipsis is expected here (layout_overflow does not list it) */
	enum lang lang;
	enum icon icon;
	float icon_size;   /* 0 is 20 */
	float icon_stroke; /* 0 is 1.75 */
	struct tree_path path;
	struct tree_bitmap bitmap;
};

struct tree_rect {
	int x, y, w, h; /* device px */
};

struct tree_node {
	struct tree_box box;
	uint64_t key;                   /* tree_key(box.id), 0 without id */
	int parent, first, last, next;  /* indices or TREE_NONE */
	struct tree_rect at;            /* where layout put it */
	struct tree_rect clip;          /* what of the window it may draw on */
	int pref[2], least[2], size[2]; /* across, down: what it likes, what it bears, what it got */
	int content_h;                  /* of a scroll area, with its padding */
	bool text_cut;                  /* the text ends in an ellipsis */
};

struct tree_look {
	enum theme theme;
	enum lang lang;
	float scale;      /* device px per design px */
	float text_scale; /* 1.0, 1.4 or 2.0 */
};

/* One piece of text as a measurer sees it. All sizes in device px. */
struct tree_run {
	const char *text; /* UTF-8, borrowed for the call */
	int size_64;      /* em, in 1/64 px */
	int line;         /* line height */
	int weight;
	int width; /* wrap or cut at this; -1 for as wide as it likes */
	enum lang lang;
	enum align align;
	bool wrap, tabular;
	bool tight; /* large type: spacing -1.2 % */
};

struct tree_extent {
	int w, h;             /* logical; h is a multiple of line */
	struct tree_rect ink; /* what is painted, relative to the logical top left */
	bool cut;             /* ended in an ellipsis */
};

struct tree_measure_ops {
	/* How large the run is. */
	void (*extent)(void *self, const struct tree_run *run, struct tree_extent *out);
	/* x of the caret before byte `at`, relative to the left edge; the run has no width. */
	int (*caret)(void *self, const struct tree_run *run, size_t at);
	/* Byte offset whose caret is nearest to x; the run has no width. */
	size_t (*index)(void *self, const struct tree_run *run, int x);
};

struct tree_measure {
	const struct tree_measure_ops *ops;
	void *self; /* borrowed */
};

struct tree_chunk;

struct tree {
	struct tree_node *nodes; /* owned; index 0 is the root */
	int count, cap;
	int open; /* innermost open box, TREE_NONE outside */
	struct tree_look look;
	int width, height;         /* device px */
	const struct focus *focus; /* borrowed, may be NULL */
	struct tree_chunk *chunks; /* owned strings */
	size_t text_bytes;
	int skipped; /* depth of boxes dropped because the tree is full */
	bool entering;
	bool full; /* a bound was reached; what did not fit is missing */
};

/* Zeroed is a valid empty tree. */
void tree_finish(struct tree *tree);

/* Start over: forget all boxes and strings. `focus` is borrowed until the next tree_begin() and may be NULL. */
void tree_begin(struct tree *tree, const struct tree_look *look, const struct focus *focus, int width, int height);
/* The first box opened is the root; it fills width x height. */
void tree_open(struct tree *tree, const struct tree_box *box);
void tree_close(struct tree *tree);
void tree_leaf(struct tree *tree, const struct tree_box *box);
bool tree_entering(struct tree *tree); /* for BOX only */
#define BOX(tree, ...)  for (tree_open((tree), &(struct tree_box){ __VA_ARGS__ }); tree_entering(tree); tree_close(tree))
#define LEAF(tree, ...) tree_leaf((tree), &(struct tree_box){ __VA_ARGS__ })

/* Strings that live as long as the tree. Never NULL; "" when the bound is reached. */
const char *tree_text(struct tree *tree, const char *fmt, ...) PRINTF(2, 3);
const char *tree_copy(struct tree *tree, const char *text);

/* True if the box with this id has the focus: for what the engine does not draw by itself. */
bool tree_focused(const struct tree *tree, const char *id);

/* Type units across: width / (scale * text_scale). Width classes: >= 1800 three columns, >= 1400 two, else one. */
int tree_columns(const struct tree *tree);

/* 64-bit name of an id; never 0. */
uint64_t tree_key(const char *id);
/* Index of the box with this id or key, TREE_NONE if there is none. Later boxes win. */
int tree_find(const struct tree *tree, const char *id);
int tree_find_key(const struct tree *tree, uint64_t key);
/* The innermost box at a point that can be pressed and is not disabled, TREE_NONE if there is none. */
int tree_hit(const struct tree *tree, int x, int y);
/* The last open .scope box, or 0 (the root). */
int tree_scope(const struct tree *tree);
bool tree_within(const struct tree *tree, int node, int ancestor);

/* Design px to device px: `length` follows scale, `control` follows scale and 90 % of the text size. */
int tree_length(const struct tree *tree, float v);
int tree_control(const struct tree *tree, float v);
/* The run of a text node without a width; wrap or cut by setting run.width. */
struct tree_run tree_run(const struct tree *tree, const struct tree_box *box, const char *text);
const char *tree_role_name(enum role role);
