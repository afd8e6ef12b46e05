#pragma once
/*
 * What has to be painted again: the window is cut into cells, every cell is hashed over the commands that touch it, and
 * cells that differ from the last list are gathered into rectangles.
 */
#include "kiosk/ui/list.h"

#define DAMAGE_CELL 32 /* device px */
#define DAMAGE_MOST 64 /* rectangles; more than that become one */

/* Zeroed has seen nothing: everything is damaged. */
struct damage {
	uint64_t *now, *before; /* owned, one per cell */
	int width, height;      /* device px they stand for */
};

void damage_finish(struct damage *damage);
/* Forget what is on the glass, e.g. after the window was uncovered. */
void damage_forget(struct damage *damage);

/*
 * Compare with the last list and remember this one. Writes the rectangles to paint and show, inside the window, and
 * returns how many. They may touch and, rarely, overlap.
 */
int damage_find(struct damage *damage, const struct list *list, struct tree_rect out[DAMAGE_MOST]);
