#include "kiosk/ui/field.h"

#include <assert.h>

static struct tree_rect
inner_of(const struct tree *tree, const struct tree_node *node)
{
	const float *pad = node->box.pad;
	const int left = tree_length(tree, pad[EDGE_LEFT]), right = tree_length(tree, pad[EDGE_RIGHT]);
	const int top = tree_length(tree, pad[EDGE_TOP]), bottom = tree_length(tree, pad[EDGE_BOTTOM]);
	const int w = node->at.w - left - right, h = node->at.h - top - bottom;
	return (struct tree_rect){ node->at.x + left, node->at.y + top, w > 0 ? w : 0, h > 0 ? h : 0 };
}

/* A third of the field stays behind the caret while there is text to show there. */
static int
shift_for(const struct field *field, int caret_x)
{
	const int most = field->width - field->inner.w;
	const int want = caret_x - field->inner.w * 2 / 3;
	const int shift = want < most ? want : most;
	return shift > 0 ? shift : 0;
}

void
field_measure(const struct tree *tree, int node, const struct tree_measure *measure, struct field *out)
{
	const struct tree_node *at = &tree->nodes[node];
	assert(at->box.edit);
	edit_show(at->box.edit, out->text, sizeof out->text, &out->shown);
	out->run = tree_run(tree, &at->box, out->text);
	out->inner = inner_of(tree, at);
	struct tree_extent extent;
	measure->ops->extent(measure->self, &out->run, &extent);
	out->width = extent.w + tree_length(tree, 2); /* the caret behind the last character */
	const int room = out->inner.w - out->width;
	const enum align align = at->box.text_align;
	out->origin = out->inner.x;
	if (room >= 0) {
		out->origin += align == ALIGN_CENTER ? room / 2 : align == ALIGN_END ? room : 0;
	} else if (at->box.state & STATE_FOCUSED) {
		out->origin -= shift_for(out, measure->ops->caret(measure->self, &out->run, out->shown.caret));
	}
}

int
field_x(const struct field *field, const struct tree_measure *measure, size_t at)
{
	return field->origin + measure->ops->caret(measure->self, &field->run, at);
}

size_t
field_index(const struct field *field, const struct tree_measure *measure, const struct edit *edit, int x)
{
	return edit_unshow(edit, measure->ops->index(measure->self, &field->run, x - field->origin));
}
