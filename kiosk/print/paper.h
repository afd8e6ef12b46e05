#pragma once
/* A strip of paper of fixed width and whatever length its content needs: tree, layout and display list in one. */
#include "kiosk/paint/paint.h"
#include "kiosk/ui/layout.h"

struct paper {
	struct tree tree;
	struct list list;
};

/* What draws the content; it opens one box that fits its content. */
typedef void (*paper_draw_fn)(struct tree *tree, const void *self);

/* Compose at `scale` dots per design px, `width` design px wide. The list's height is that of the content. */
void paper_compose(
	struct paper *paper, struct paint *paint, float scale, int width, paper_draw_fn draw, const void *self);
void paper_finish(struct paper *paper); /* accepts a zeroed one */
