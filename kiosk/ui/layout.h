#pragma once
/*
 * Flexible boxes in four passes: liked widths up, widths down, liked heights up, heights down; then places. Integer
 * device pixels throughout. Scroll areas are moved so that the focused box is in sight when focus->reveal asks for it.
 */
#include "kiosk/ui/tree.h"

/*
 * Lay out every box of a finished tree. `focus` may be NULL; scroll offsets in it are kept within what there is to
 * scroll, and reveal is answered.
 */
void layout_run(struct tree *tree, const struct tree_measure *measure, struct focus *focus);

enum layout_fault {
	LAYOUT_OUTSIDE, /* sticks out of its parent */
	LAYOUT_CUT,     /* text ends in an ellipsis without .cut_ok */
	LAYOUT_OVERLAP, /* overlaps its neighbour in a row, column or grid */
};

struct layout_finding {
	enum layout_fault fault;
	int node;
	int by; /* device px it sticks out; 0 for LAYOUT_CUT */
};
/* List at most cap faults of a laid-out tree; returns how many there are. Overlays, clip_ok and scrolled content pass.
 */
size_t layout_overflow(const struct tree *tree, struct layout_finding *out, size_t cap);
