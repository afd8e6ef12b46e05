#include "kiosk/ui/tree.h"

#include <assert.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kiosk/base/text.h"

#define NODES_FIRST 512
#define CHUNK_BYTES 16384u

/* Strings do not move, so they live in chunks: the newest first. All are kept from tree to tree. */
struct tree_chunk {
	struct tree_chunk *next;
	size_t cap, len;
	char at[];
};

static const char *const ROLES[ROLE_COUNT] = {
	[ROLE_NONE] = "none",
	[ROLE_GROUP] = "group",
	[ROLE_BANNER] = "banner",
	[ROLE_NAVIGATION] = "navigation",
	[ROLE_MAIN] = "main",
	[ROLE_COMPLEMENTARY] = "complementary",
	[ROLE_HEADING] = "heading",
	[ROLE_TEXT] = "text",
	[ROLE_TEXTBOX] = "textbox",
	[ROLE_COMBOBOX] = "combobox",
	[ROLE_CHECKBOX] = "checkbox",
	[ROLE_RADIO] = "radio",
	[ROLE_BUTTON] = "button",
	[ROLE_LINK] = "link",
	[ROLE_TABLE] = "table",
	[ROLE_ROW] = "row",
	[ROLE_CELL] = "cell",
	[ROLE_LIST] = "list",
	[ROLE_ITEM] = "listitem",
	[ROLE_STATUS] = "status",
	[ROLE_ALERT] = "alert",
	[ROLE_IMAGE] = "image",
	[ROLE_PROGRESS] = "progressbar",
	[ROLE_DIALOG] = "dialog",
	[ROLE_TAB] = "tab",
};

const char *
tree_role_name(enum role role)
{
	assert(role < ROLE_COUNT);
	return ROLES[role];
}

void
tree_finish(struct tree *tree)
{
	for (struct tree_chunk *chunk = tree->chunks, *next; chunk; chunk = next) {
		next = chunk->next;
		free(chunk);
	}
	free(tree->nodes);
	*tree = (struct tree){ .open = TREE_NONE };
}

void
tree_begin(struct tree *tree, const struct tree_look *look, const struct focus *focus, int width, int height)
{
	tree->count = 0;
	tree->open = TREE_NONE;
	tree->look = *look;
	tree->width = width;
	tree->height = height;
	tree->focus = focus;
	tree->text_bytes = 0;
	tree->skipped = 0;
	tree->entering = tree->full = false;
	for (struct tree_chunk *chunk = tree->chunks; chunk; chunk = chunk->next) {
		chunk->len = 0;
	}
}

static bool
grow(struct tree *tree)
{
	const int cap = tree->cap ? tree->cap * 2 : NODES_FIRST;
	if (cap > TREE_NODES_MOST) {
		return false;
	}
	struct tree_node *nodes = realloc(tree->nodes, (size_t)cap * sizeof *nodes);
	if (!nodes) {
		abort();
	}
	tree->nodes = nodes;
	tree->cap = cap;
	return true;
}

static unsigned
retained_state(const struct focus *focus, uint64_t key)
{
	if (!focus || !key) {
		return 0;
	}
	return (focus->key == key ? STATE_FOCUSED : 0u) | (focus->hover == key ? STATE_HOVER : 0u) |
		   (focus->pressed == key ? STATE_PRESSED : 0u);
}

static void
link_child(struct tree *tree, int index)
{
	if (tree->open == TREE_NONE) {
		return;
	}
	struct tree_node *parent = &tree->nodes[tree->open];
	if (parent->last == TREE_NONE) {
		parent->first = index;
	} else {
		tree->nodes[parent->last].next = index;
	}
	parent->last = index;
}

void
tree_open(struct tree *tree, const struct tree_box *box)
{
	tree->entering = true;
	assert(tree->count == 0 || tree->open != TREE_NONE); /* one root */
	if (tree->skipped || (tree->count == tree->cap && !grow(tree))) {
		tree->full = true;
		tree->skipped++;
		return;
	}
	const int index = tree->count++;
	struct tree_node *node = &tree->nodes[index];
	*node = (struct tree_node){
		.box = *box, .parent = tree->open, .first = TREE_NONE, .last = TREE_NONE, .next = TREE_NONE
	};
	node->key = box->id ? tree_key(box->id) : 0;
	node->box.state |= retained_state(tree->focus, node->key);
	link_child(tree, index);
	tree->open = index;
}

bool
tree_entering(struct tree *tree)
{
	const bool entering = tree->entering;
	tree->entering = false;
	return entering;
}

void
tree_close(struct tree *tree)
{
	tree->entering = false;
	if (tree->skipped) {
		tree->skipped--;
		return;
	}
	assert(tree->open != TREE_NONE);
	tree->open = tree->nodes[tree->open].parent;
}

void
tree_leaf(struct tree *tree, const struct tree_box *box)
{
	tree_open(tree, box);
	tree_close(tree);
}

/* Room for len bytes that will not move; NULL once the bound is reached. */
static char *
reserve(struct tree *tree, size_t len)
{
	if (len > TREE_TEXT_MOST - tree->text_bytes) {
		tree->full = true;
		return NULL;
	}
	struct tree_chunk *chunk = tree->chunks;
	while (chunk && chunk->cap - chunk->len < len) {
		chunk = chunk->next;
	}
	if (!chunk) {
		const size_t cap = len > CHUNK_BYTES ? len : CHUNK_BYTES;
		chunk = malloc(sizeof *chunk + cap);
		if (!chunk) {
			abort();
		}
		*chunk = (struct tree_chunk){ .next = tree->chunks, .cap = cap };
		tree->chunks = chunk;
	}
	char *at = chunk->at + chunk->len;
	chunk->len += len;
	tree->text_bytes += len;
	return at;
}

const char *
tree_text(struct tree *tree, const char *fmt, ...)
{
	va_list args;
	va_start(args, fmt);
	const int len = vsnprintf(NULL, 0, fmt, args);
	va_end(args);
	char *at = len < 0 ? NULL : reserve(tree, (size_t)len + 1);
	if (!at) {
		return "";
	}
	va_start(args, fmt);
	vsnprintf(at, (size_t)len + 1, fmt, args);
	va_end(args);
	return at;
}

const char *
tree_copy(struct tree *tree, const char *text)
{
	const size_t len = strlen(text) + 1;
	char *at = reserve(tree, len);
	return at ? memcpy(at, text, len) : "";
}

/* FNV-1a with a final mix: ids are short and few */
uint64_t
tree_key(const char *id)
{
	uint64_t hash = 0xCBF29CE484222325u;
	for (const char *at = id; *at; at++) {
		hash = (hash ^ (uint8_t)*at) * 0x100000001B3u;
	}
	hash ^= hash >> 29;
	return hash ? hash : 1;
}

int
tree_find_key(const struct tree *tree, uint64_t key)
{
	for (int i = key ? tree->count - 1 : TREE_NONE; i >= 0; i--) {
		if (tree->nodes[i].key == key) {
			return i;
		}
	}
	return TREE_NONE;
}

int
tree_find(const struct tree *tree, const char *id)
{
	return tree_find_key(tree, tree_key(id));
}

bool
tree_focused(const struct tree *tree, const char *id)
{
	return tree->focus && tree->focus->key == tree_key(id);
}

bool
tree_within(const struct tree *tree, int node, int ancestor)
{
	while (node != TREE_NONE && node != ancestor) {
		node = tree->nodes[node].parent;
	}
	return node == ancestor;
}

int
tree_scope(const struct tree *tree)
{
	for (int i = tree->count - 1; i > 0; i--) {
		if (tree->nodes[i].box.scope) {
			return i;
		}
	}
	return 0;
}

static bool
inside(const struct tree_rect *rect, int x, int y)
{
	return x >= rect->x && y >= rect->y && x < rect->x + rect->w && y < rect->y + rect->h;
}

int
tree_hit(const struct tree *tree, int x, int y)
{
	const int scope = tree->count ? tree_scope(tree) : TREE_NONE;
	for (int i = tree->count - 1; i >= 0; i--) {
		const struct tree_node *node = &tree->nodes[i];
		const bool live = (node->box.state & (STATE_FOCUSABLE | STATE_DISABLED)) == STATE_FOCUSABLE;
		if (live && inside(&node->at, x, y) && inside(&node->clip, x, y) && tree_within(tree, i, scope)) {
			return i;
		}
	}
	return TREE_NONE;
}

int
tree_length(const struct tree *tree, float v)
{
	return (int)lroundf(v * tree->look.scale);
}

int
tree_control(const struct tree *tree, float v)
{
	return (int)lroundf(v * tree->look.scale * (1 + (tree->look.text_scale - 1) * 0.9f));
}

int
tree_columns(const struct tree *tree)
{
	const float units = (float)tree->width / (tree->look.scale * tree->look.text_scale);
	return units >= 1800 ? 3 : units >= 1400 ? 2 : 1;
}

struct tree_run
tree_run(const struct tree *tree, const struct tree_box *box, const char *text)
{
	const struct theme_type *type = theme_type(box->type);
	const float scale = tree->look.scale * tree->look.text_scale;
	return (struct tree_run){
		.text = text,
		.size_64 = (int)lroundf(type->size * scale * 4) * 16, /* quarter pixels: fewer fonts */
		.line = (int)lroundf(type->line * scale),
		.weight = type->weight,
		.width = -1,
		.lang = box->lang ? box->lang : tree->look.lang,
		.align = box->text_align,
		.tabular = box->tabular,
		.tight = type->size >= 22,
	};
}
