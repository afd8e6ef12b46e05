#include "kiosk/ui/layout.h"

#include <assert.h>
#include <math.h>

enum axis { ACROSS, DOWN };

#define UNSET         (-1) /* size of a growing box before it is known */
#define LEAST_SCROLL  96   /* design px a scroll area keeps when room is short */
#define REVEAL_MARGIN 48   /* design px kept around the focused box, so that its label shows too */

static int
first_of(const struct tree *tree, int index)
{
	return tree->nodes[index].first;
}

static int
next_of(const struct tree *tree, int index)
{
	return tree->nodes[index].next;
}

static const struct tree_size *
wish(const struct tree_node *node, enum axis axis)
{
	return axis == ACROSS ? &node->box.w : &node->box.h;
}

static int
padding(const struct tree *tree, const struct tree_node *node, enum axis axis)
{
	const float *pad = node->box.pad;
	return axis == ACROSS ? tree_length(tree, pad[EDGE_LEFT]) + tree_length(tree, pad[EDGE_RIGHT])
						  : tree_length(tree, pad[EDGE_TOP]) + tree_length(tree, pad[EDGE_BOTTOM]);
}

static int
gap_of(const struct tree *tree, const struct tree_node *node, enum axis axis)
{
	const struct tree_box *box = &node->box;
	const bool rows = box->dir == DIR_GRID && axis == DOWN && box->row_gap > 0;
	return tree_length(tree, rows ? box->row_gap : box->gap);
}

static bool
is_along(const struct tree_node *node, enum axis axis)
{
	return node->box.dir == (axis == ACROSS ? DIR_ROW : DIR_COL);
}

static int
columns_of(const struct tree_node *node)
{
	return node->box.columns > 0 ? node->box.columns : 1;
}

static int
larger(int a, int b)
{
	return a > b ? a : b;
}

static int
smaller(int a, int b)
{
	return a < b ? a : b;
}

/* Within the box's own min and max. */
static int
clamp(const struct tree *tree, const struct tree_node *node, enum axis axis, int v)
{
	const float least = axis == ACROSS ? node->box.min_w : node->box.min_h;
	const float most = axis == ACROSS ? node->box.max_w : node->box.max_h;
	if (most > 0) {
		v = smaller(v, tree_control(tree, most));
	}
	return larger(v, least > 0 ? tree_control(tree, least) : 0);
}

/* What a leaf likes (returned) and bears. */
static int
leaf_pref(struct tree *tree, struct tree_node *node, const struct tree_measure *measure, enum axis axis, int *least)
{
	const struct tree_box *box = &node->box;
	if (!box->text) {
		const int line = box->edit ? tree_run(tree, box, "").line : 0;
		const int icon = box->icon ? tree_control(tree, box->icon_size > 0 ? box->icon_size : 20) : 0;
		return *least = larger(icon, axis == DOWN ? line : 2 * line);
	}
	struct tree_run run = tree_run(tree, box, box->text);
	struct tree_extent extent;
	measure->ops->extent(measure->self, &run, &extent);
	if (axis == ACROSS) {
		*least = smaller(extent.w, 2 * run.line);
		return extent.w;
	}
	const int inner = node->size[ACROSS] - padding(tree, node, ACROSS);
	if (extent.w > inner && box->wrap) {
		run.wrap = true;
		run.width = larger(inner, 1);
		measure->ops->extent(measure->self, &run, &extent);
	} else {
		node->text_cut = extent.w > inner;
	}
	return *least = extent.h;
}

/* Rows of a grid one below the other, each as high as its highest box. */
static int
grid_height(const struct tree *tree, int index, bool least)
{
	const struct tree_node *node = &tree->nodes[index];
	int total = 0, row = 0, column = 0;
	for (int c = first_of(tree, index); c != TREE_NONE; c = next_of(tree, c)) {
		const struct tree_node *child = &tree->nodes[c];
		if (child->box.over) {
			continue;
		}
		if (column == columns_of(node)) {
			total += row + gap_of(tree, node, DOWN);
			row = column = 0;
		}
		row = larger(row, least ? child->least[DOWN] : child->pref[DOWN]);
		column++;
	}
	return total + row;
}

/* What the children together like or bear, without the box's own padding. */
static int
children_size(const struct tree *tree, int index, enum axis axis, bool least)
{
	const struct tree_node *node = &tree->nodes[index];
	if (node->box.dir == DIR_GRID && axis == DOWN) {
		return grid_height(tree, index, least);
	}
	int sum = 0, most = 0, count = 0;
	for (int c = first_of(tree, index); c != TREE_NONE; c = next_of(tree, c)) {
		const struct tree_node *child = &tree->nodes[c];
		if (child->box.over) {
			continue;
		}
		const int v = least ? child->least[axis] : child->pref[axis];
		sum += v;
		most = larger(most, v);
		count++;
	}
	const int gap = gap_of(tree, node, axis);
	if (node->box.dir == DIR_GRID) {
		return columns_of(node) * (most + gap) - gap;
	}
	return is_along(node, axis) ? sum + gap * larger(count - 1, 0) : most;
}

static void
measure_up(struct tree *tree, int index, const struct tree_measure *measure, enum axis axis)
{
	struct tree_node *node = &tree->nodes[index];
	int pref, least;
	if (node->first == TREE_NONE) {
		pref = leaf_pref(tree, node, measure, axis, &least);
	} else {
		pref = children_size(tree, index, axis, false);
		least = children_size(tree, index, axis, true);
	}
	pref += padding(tree, node, axis);
	least += padding(tree, node, axis);
	if (axis == DOWN && node->box.scroll) {
		node->content_h = pref;
		least = smaller(least, tree_control(tree, LEAST_SCROLL));
	}
	const struct tree_size *size = wish(node, axis);
	if (size->mode == SIZE_PX) {
		pref = tree_control(tree, size->v);
		least = axis == ACROSS && (node->first != TREE_NONE || node->box.text) ? smaller(pref, least) : pref;
	}
	node->pref[axis] = clamp(tree, node, axis, pref);
	node->least[axis] = node->box.keep ? node->pref[axis] : clamp(tree, node, axis, smaller(least, pref));
}

/* How much a child may give way. Widths asked for in px stay. */
static int
slack(const struct tree_node *child, enum axis axis)
{
	return wish(child, axis)->mode == SIZE_FIT ? child->size[axis] - child->least[axis] : 0;
}

/* Take up to `over` from the children of one shrink level, in proportion to their slack. Returns what is still over. */
static int
shrink_level(struct tree *tree, int index, enum axis axis, int level, int over)
{
	int total = 0;
	for (int c = first_of(tree, index); c != TREE_NONE; c = next_of(tree, c)) {
		const struct tree_node *child = &tree->nodes[c];
		total += !child->box.over && child->box.shrink == level ? slack(child, axis) : 0;
	}
	const int take = smaller(over, total);
	int64_t seen = 0;
	int taken = 0;
	for (int c = first_of(tree, index); c != TREE_NONE; c = next_of(tree, c)) {
		struct tree_node *child = &tree->nodes[c];
		if (child->box.over || child->box.shrink != level || total == 0) {
			continue;
		}
		seen += slack(child, axis);
		const int upto = (int)(seen * take / total);
		child->size[axis] -= upto - taken;
		taken = upto;
	}
	return over - take;
}

static void
shrink(struct tree *tree, int index, enum axis axis, int over)
{
	int level = 0, next;
	for (int c = first_of(tree, index); c != TREE_NONE; c = next_of(tree, c)) {
		level = larger(level, tree->nodes[c].box.shrink);
	}
	for (; over > 0 && level >= 0; level = next) {
		over = shrink_level(tree, index, axis, level, over);
		next = -1;
		for (int c = first_of(tree, index); c != TREE_NONE; c = next_of(tree, c)) {
			const int at = tree->nodes[c].box.shrink;
			next = at < level ? larger(next, at) : next;
		}
	}
}

/*
 * Settle every growing child whose share of `room` would be under what it bears or over its maximum; repeat until none
 * is. Returns the room left for the rest and the sum of their shares.
 */
static int
settle_growing(struct tree *tree, int index, enum axis axis, int room, double *shares)
{
	for (bool again = true; again;) {
		again = false;
		*shares = 0;
		for (int c = first_of(tree, index); c != TREE_NONE; c = next_of(tree, c)) {
			*shares += tree->nodes[c].size[axis] == UNSET ? wish(&tree->nodes[c], axis)->v : 0;
		}
		for (int c = first_of(tree, index); c != TREE_NONE; c = next_of(tree, c)) {
			struct tree_node *child = &tree->nodes[c];
			if (child->size[axis] != UNSET) {
				continue;
			}
			const int share = (int)(room * (double)wish(child, axis)->v / *shares);
			const int fits = clamp(tree, child, axis, larger(share, child->least[axis]));
			if (fits != share) {
				child->size[axis] = fits;
				room -= fits;
				again = true;
				break;
			}
		}
	}
	return room;
}

static void
grow_children(struct tree *tree, int index, enum axis axis, int room)
{
	double shares, seen = 0;
	room = larger(settle_growing(tree, index, axis, room, &shares), 0);
	int given = 0;
	for (int c = first_of(tree, index); c != TREE_NONE; c = next_of(tree, c)) {
		struct tree_node *child = &tree->nodes[c];
		if (child->size[axis] == UNSET) {
			seen += wish(child, axis)->v;
			const int upto = (int)(room * seen / shares);
			child->size[axis] = upto - given;
			given = upto;
		}
	}
}

/* Children beside each other along the axis share `inner`. */
static void
share_out(struct tree *tree, int index, enum axis axis, int inner)
{
	int fixed = 0, bear = 0, count = 0;
	for (int c = first_of(tree, index); c != TREE_NONE; c = next_of(tree, c)) {
		struct tree_node *child = &tree->nodes[c];
		if (child->box.over) {
			continue;
		}
		const bool grows = wish(child, axis)->mode == SIZE_GROW && wish(child, axis)->v > 0;
		child->size[axis] = grows ? UNSET : child->pref[axis];
		fixed += grows ? 0 : child->pref[axis];
		bear += grows ? child->least[axis] : 0;
		count++;
	}
	const int room = inner - gap_of(tree, &tree->nodes[index], axis) * larger(count - 1, 0);
	if (fixed + bear > room) {
		shrink(tree, index, axis, fixed + bear - room);
		grow_children(tree, index, axis, bear);
	} else {
		grow_children(tree, index, axis, room - fixed);
	}
}

/* One child across its parent, or in a stack. */
static int
fitted(
	const struct tree *tree, const struct tree_node *parent, const struct tree_node *child, enum axis axis, int inner)
{
	const enum size_mode mode = wish(child, axis)->mode;
	const bool stretch = parent->box.align == ALIGN_STRETCH && mode == SIZE_FIT && parent->box.dir != DIR_STACK;
	if (mode == SIZE_GROW || stretch) {
		return clamp(tree, child, axis, larger(inner, axis == DOWN ? child->least[axis] : 0));
	}
	return child->pref[axis] <= inner ? child->pref[axis] : larger(child->least[axis], inner);
}

static void
grid_widths(struct tree *tree, int index, int inner)
{
	const struct tree_node *node = &tree->nodes[index];
	const int columns = columns_of(node), gap = gap_of(tree, node, ACROSS), room = inner + gap;
	int column = 0;
	for (int c = first_of(tree, index); c != TREE_NONE; c = next_of(tree, c)) {
		struct tree_node *child = &tree->nodes[c];
		if (child->box.over) {
			continue;
		}
		const int track = room * (column + 1) / columns - room * column / columns - gap;
		child->size[ACROSS] = child->box.w.mode == SIZE_PX ? smaller(child->pref[ACROSS], track) : larger(track, 0);
		column = (column + 1) % columns;
	}
}

/* Every box of a grid row is as high as the highest, unless it asks for px. */
static void
grid_heights(struct tree *tree, int index)
{
	const int columns = columns_of(&tree->nodes[index]);
	int first = TREE_NONE, row = 0, column = 0;
	for (int c = first_of(tree, index); c != TREE_NONE; c = next_of(tree, c)) {
		const struct tree_node *child = &tree->nodes[c];
		if (child->box.over) {
			continue;
		}
		first = column == 0 ? c : first;
		row = larger(column == 0 ? 0 : row, child->pref[DOWN]);
		column = (column + 1) % columns;
		for (int k = first; k != child->next; k = tree->nodes[k].next) {
			struct tree_node *of_row = &tree->nodes[k];
			of_row->size[DOWN] = of_row->box.h.mode == SIZE_PX ? of_row->pref[DOWN] : row;
		}
	}
}

static void
overlay_size(struct tree *tree, const struct tree_node *parent, struct tree_node *child, enum axis axis)
{
	const enum align align = axis == ACROSS ? child->box.over_x : child->box.over_y;
	const int inset = tree_length(tree, axis == ACROSS ? child->box.dx : child->box.dy);
	const int whole = parent->size[axis] - 2 * inset;
	int size = smaller(child->pref[axis], axis == ACROSS ? tree->width : tree->height);
	if (child->box.beside) {
		const int beside = tree_find(tree, child->box.beside);
		size = axis == ACROSS && beside != TREE_NONE ? larger(size, tree->nodes[beside].size[ACROSS]) : size;
	} else if (align == ALIGN_STRETCH || wish(child, axis)->mode == SIZE_GROW) {
		size = clamp(tree, child, axis, whole);
	}
	child->size[axis] = size;
}

static void
size_down(struct tree *tree, int index, enum axis axis)
{
	struct tree_node *node = &tree->nodes[index];
	int inner = node->size[axis] - padding(tree, node, axis);
	if (axis == DOWN && node->box.scroll) {
		inner = larger(inner, node->content_h - padding(tree, node, DOWN));
	}
	if (node->box.dir == DIR_GRID && axis == ACROSS) {
		grid_widths(tree, index, inner);
	} else if (node->box.dir == DIR_GRID) {
		grid_heights(tree, index);
	} else if (is_along(node, axis)) {
		share_out(tree, index, axis, inner);
	}
	for (int c = first_of(tree, index); c != TREE_NONE; c = next_of(tree, c)) {
		struct tree_node *child = &tree->nodes[c];
		if (child->box.over) {
			overlay_size(tree, node, child, axis);
		} else if (!is_along(node, axis) && node->box.dir != DIR_GRID) {
			child->size[axis] = fitted(tree, node, child, axis, inner);
		}
	}
}

static struct tree_rect
intersect(struct tree_rect a, struct tree_rect b)
{
	const int x = larger(a.x, b.x), y = larger(a.y, b.y);
	const int right = smaller(a.x + a.w, b.x + b.w), bottom = smaller(a.y + a.h, b.y + b.h);
	return (struct tree_rect){ x, y, larger(right - x, 0), larger(bottom - y, 0) };
}

static int
offset_in(enum align align, int room)
{
	return align == ALIGN_CENTER ? room / 2 : align == ALIGN_END ? room : 0;
}

static void
put(struct tree *tree, int index, int x, int y, struct tree_rect clip)
{
	struct tree_node *node = &tree->nodes[index];
	node->at = (struct tree_rect){ x, y, node->size[ACROSS], node->size[DOWN] };
	node->clip = clip;
}

/* Below the box it belongs to, above it if there is no room below, and always inside the window. */
static void
put_beside(struct tree *tree, int index, int beside)
{
	const struct tree_node *node = &tree->nodes[index];
	const struct tree_rect by = tree->nodes[beside].at;
	const int gap = tree_length(tree, node->box.dy);
	int y = by.y + by.h + gap;
	if (y + node->size[DOWN] > tree->height && by.y - gap - node->size[DOWN] >= 0) {
		y = by.y - gap - node->size[DOWN];
	}
	y = larger(smaller(y, tree->height - node->size[DOWN]), 0);
	const int x = larger(smaller(by.x + tree_length(tree, node->box.dx), tree->width - node->size[ACROSS]), 0);
	put(tree, index, x, y, (struct tree_rect){ 0, 0, tree->width, tree->height });
}

static void
put_overlay(struct tree *tree, const struct tree_node *parent, int index, struct tree_rect clip)
{
	const struct tree_box *box = &tree->nodes[index].box;
	const int beside = box->beside ? tree_find(tree, box->beside) : TREE_NONE;
	if (beside != TREE_NONE && beside < index) {
		put_beside(tree, index, beside);
		return;
	}
	const int dx = tree_length(tree, box->dx), dy = tree_length(tree, box->dy);
	const int room_x = parent->at.w - tree->nodes[index].size[ACROSS];
	const int room_y = parent->at.h - tree->nodes[index].size[DOWN];
	const int x =
		offset_in(box->over_x, room_x) + (box->over_x == ALIGN_END ? -dx : dx * (box->over_x != ALIGN_CENTER));
	const int y =
		offset_in(box->over_y, room_y) + (box->over_y == ALIGN_END ? -dy : dy * (box->over_y != ALIGN_CENTER));
	put(tree, index, parent->at.x + x, parent->at.y + y, clip);
}

/* Where the first child starts and how far the next one is. */
static int
justified(const struct tree *tree, int index, enum axis axis, int inner, int *gap)
{
	const struct tree_node *node = &tree->nodes[index];
	int used = 0, count = 0;
	for (int c = first_of(tree, index); c != TREE_NONE; c = next_of(tree, c)) {
		used += tree->nodes[c].box.over ? 0 : tree->nodes[c].size[axis];
		count += !tree->nodes[c].box.over;
	}
	*gap = gap_of(tree, node, axis);
	const int room = inner - used - *gap * larger(count - 1, 0);
	if (node->box.justify == ALIGN_BETWEEN && count > 1 && room > 0) {
		*gap += room / (count - 1);
	}
	return room > 0 ? offset_in(node->box.justify, room) : 0;
}

struct walk {
	int x, y, w, h; /* inside the padding */
	struct tree_rect clip;
};

static void
place_line(struct tree *tree, int index, const struct walk *in)
{
	const struct tree_node *node = &tree->nodes[index];
	const bool row = node->box.dir == DIR_ROW;
	int gap, along = justified(tree, index, row ? ACROSS : DOWN, row ? in->w : in->h, &gap);
	for (int c = first_of(tree, index); c != TREE_NONE; c = next_of(tree, c)) {
		const struct tree_node *child = &tree->nodes[c];
		if (child->box.over) {
			put_overlay(tree, node, c, in->clip);
			continue;
		}
		const int room = row ? in->h - child->size[DOWN] : in->w - child->size[ACROSS];
		const int cross = offset_in(node->box.align, room);
		put(tree, c, in->x + (row ? along : cross), in->y + (row ? cross : along), in->clip);
		along += child->size[row ? ACROSS : DOWN] + gap;
	}
}

static void
place_stack(struct tree *tree, int index, const struct walk *in)
{
	const struct tree_node *node = &tree->nodes[index];
	for (int c = first_of(tree, index); c != TREE_NONE; c = next_of(tree, c)) {
		const struct tree_node *child = &tree->nodes[c];
		if (child->box.over) {
			put_overlay(tree, node, c, in->clip);
			continue;
		}
		const int dx = offset_in(node->box.align, in->w - child->size[ACROSS]);
		const int dy = offset_in(node->box.justify, in->h - child->size[DOWN]);
		put(tree, c, in->x + dx, in->y + dy, in->clip);
	}
}

static void
place_grid(struct tree *tree, int index, const struct walk *in)
{
	const struct tree_node *node = &tree->nodes[index];
	const int columns = columns_of(node), room = in->w + gap_of(tree, node, ACROSS);
	int column = 0, y = in->y, row = 0;
	for (int c = first_of(tree, index); c != TREE_NONE; c = next_of(tree, c)) {
		const struct tree_node *child = &tree->nodes[c];
		if (child->box.over) {
			put_overlay(tree, node, c, in->clip);
			continue;
		}
		if (column == columns) {
			y += row + gap_of(tree, node, DOWN);
			row = column = 0;
		}
		put(tree, c, in->x + room * column / columns, y, in->clip);
		row = larger(row, child->size[DOWN]);
		column++;
	}
}

static int
scroll_limit(const struct tree_node *node)
{
	return larger(node->content_h - node->at.h, 0);
}

static int
scrolled_by(const struct tree_node *node, struct focus *focus)
{
	if (!node->box.scroll || !focus || !node->key) {
		return 0;
	}
	const int offset = focus_scroll(focus, node->key);
	const int kept = larger(smaller(offset, scroll_limit(node)), 0);
	if (kept != offset) {
		focus_scroll_set(focus, node->key, kept);
	}
	return kept;
}

static void
place_children(struct tree *tree, int index, struct focus *focus)
{
	const struct tree_node *node = &tree->nodes[index];
	const struct tree_box *box = &node->box;
	const struct walk in = {
		.x = node->at.x + tree_length(tree, box->pad[EDGE_LEFT]),
		.y = node->at.y + tree_length(tree, box->pad[EDGE_TOP]) - scrolled_by(node, focus),
		.w = node->at.w - padding(tree, node, ACROSS),
		.h = (box->scroll ? larger(node->content_h, node->at.h) : node->at.h) - padding(tree, node, DOWN),
		.clip = box->scroll || box->clip_ok ? intersect(node->clip, node->at) : node->clip,
	};
	if (box->dir == DIR_GRID) {
		place_grid(tree, index, &in);
	} else if (box->dir == DIR_STACK) {
		place_stack(tree, index, &in);
	} else {
		place_line(tree, index, &in);
	}
}

static void
place(struct tree *tree, struct focus *focus)
{
	put(tree, 0, 0, 0, (struct tree_rect){ 0, 0, tree->width, tree->height });
	for (int i = 0; i < tree->count; i++) {
		if (tree->nodes[i].first != TREE_NONE) {
			place_children(tree, i, focus);
		}
	}
}

/* How far an area must scroll so that `at` is in it with a margin; the top wins if both ends cannot be. */
static int
reveal_by(const struct tree *tree, const struct tree_node *area, struct tree_rect at)
{
	const int room = larger((area->at.h - at.h) / 2, 0);
	const int margin = smaller(tree_control(tree, REVEAL_MARGIN), room);
	const int above = area->at.y + margin - at.y;
	const int below = at.y + at.h + margin - (area->at.y + area->at.h);
	return above > 0 ? -above : below > 0 ? smaller(below, -above) : 0;
}

static void
reveal(struct tree *tree, struct focus *focus)
{
	const int focused = tree_find_key(tree, focus->key);
	for (int i = focused; i != TREE_NONE; i = tree->nodes[i].parent) {
		const struct tree_node *area = &tree->nodes[i];
		if (i == focused || !area->box.scroll || !area->key) {
			continue;
		}
		const int by = reveal_by(tree, area, tree->nodes[focused].at);
		if (by != 0) {
			focus_scroll_set(focus, area->key, focus_scroll(focus, area->key) + by);
			place(tree, focus);
		}
	}
	focus->reveal = false;
}

void
layout_run(struct tree *tree, const struct tree_measure *measure, struct focus *focus)
{
	assert(tree->open == TREE_NONE);
	if (tree->count == 0) {
		return;
	}
	const int window[2] = { tree->width, tree->height };
	for (enum axis axis = ACROSS; axis <= DOWN; axis++) {
		for (int i = tree->count - 1; i >= 0; i--) {
			measure_up(tree, i, measure, axis);
		}
		tree->nodes[0].size[axis] = window[axis];
		for (int i = 0; i < tree->count; i++) {
			size_down(tree, i, axis);
		}
	}
	place(tree, focus);
	if (focus && focus->reveal) {
		reveal(tree, focus);
	}
}
