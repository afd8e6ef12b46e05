#include "kiosk/ui/layout.h"

static int
larger(int a, int b)
{
	return a > b ? a : b;
}

struct findings {
	struct layout_finding *out;
	size_t cap, count;
};

static void
find(struct findings *findings, enum layout_fault fault, int node, int by)
{
	if (findings->count < findings->cap) {
		findings->out[findings->count] = (struct layout_finding){ fault, node, by };
	}
	findings->count++;
}

/* How far `inner` sticks out of `outer`, at its worst side. */
static int
sticks_out(struct tree_rect inner, struct tree_rect outer, bool scrolls)
{
	const int x = larger(outer.x - inner.x, inner.x + inner.w - (outer.x + outer.w));
	const int y = larger(outer.y - inner.y, inner.y + inner.h - (outer.y + outer.h));
	return larger(larger(x, scrolls ? 0 : y), 0);
}

static void
check_children(const struct tree *tree, int index, struct findings *findings)
{
	const struct tree_node *node = &tree->nodes[index];
	const bool row = node->box.dir == DIR_ROW, line = row || node->box.dir == DIR_COL;
	int before = TREE_NONE;
	for (int c = tree->nodes[index].first; c != TREE_NONE; c = tree->nodes[c].next) {
		const struct tree_node *child = &tree->nodes[c];
		if (child->box.over) {
			continue;
		}
		const int out = node->box.clip_ok ? 0 : sticks_out(child->at, node->at, node->box.scroll);
		if (out > 0) {
			find(findings, LAYOUT_OUTSIDE, c, out);
		}
		if (line && before != TREE_NONE) {
			const struct tree_rect a = tree->nodes[before].at;
			const int over = row ? a.x + a.w - child->at.x : a.y + a.h - child->at.y;
			if (over > 0) {
				find(findings, LAYOUT_OVERLAP, c, over);
			}
		}
		before = c;
	}
}

size_t
layout_overflow(const struct tree *tree, struct layout_finding *out, size_t cap)
{
	struct findings findings = { out, cap, 0 };
	const struct tree_rect window = { 0, 0, tree->width, tree->height };
	for (int i = 0; i < tree->count; i++) {
		const struct tree_node *node = &tree->nodes[i];
		if (node->text_cut && !node->box.cut_ok) {
			find(&findings, LAYOUT_CUT, i, 0);
		}
		if (node->box.over && sticks_out(node->at, window, false) > 0 && !node->box.clip_ok) {
			find(&findings, LAYOUT_OUTSIDE, i, sticks_out(node->at, window, false));
		}
		check_children(tree, i, &findings);
	}
	return findings.count;
}
