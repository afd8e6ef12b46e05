#pragma once
/* Ready-made A8 masks of what is costly to draw: icons, and the soft edges of shadows. */
#include <cairo.h>

#include "kiosk/ui/list.h"

#define MASK_ICONS   256
#define MASK_SHADOWS 32

struct mask_icon {
	enum icon icon;
	int size;              /* device px; 0 for an empty slot */
	int stroke16;          /* of the 24 grid, in 1/16 */
	cairo_surface_t *mask; /* owned */
};

struct mask_shadow {
	int w, h, radius16, elevation; /* of the rectangle that throws it; w is 0 for an empty slot */
	float scale;
	int reach;             /* px around the rectangle that the mask covers */
	cairo_surface_t *mask; /* owned */
};

struct mask_cache {
	struct mask_icon icons[MASK_ICONS];
	struct mask_shadow shadows[MASK_SHADOWS];
	int icon_count, shadow_count;
};

/* Zeroed is a valid empty cache; this empties it. */
void mask_finish(struct mask_cache *cache);
/* Stroke an icon at 0, 0 in the current colour; for masks and for PDF. */
void mask_stroke_icon(cairo_t *cr, enum icon icon, double size, double stroke);
/* Borrowed until the next mask_icon(). */
cairo_surface_t *mask_icon(struct mask_cache *cache, enum icon icon, int size, float stroke);
/* Draw the part of a shadow that lies outside its rectangle, in the current colour's mask. Only pixel-sized boxes. */
void mask_draw_shadow(struct mask_cache *cache, cairo_t *cr, const struct list_command *command, float scale);
