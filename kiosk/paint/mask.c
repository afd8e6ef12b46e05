#include "kiosk/paint/mask.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "kiosk/paint/shape.h"

#define GRID  24.0
#define SMALL 20 /* px; below it strokes are made a little bolder */

static void
drop_icons(struct mask_cache *cache)
{
	for (int i = 0; i < MASK_ICONS; i++) {
		cairo_surface_destroy(cache->icons[i].mask);
	}
	memset(cache->icons, 0, sizeof cache->icons);
	cache->icon_count = 0;
}

static void
drop_shadows(struct mask_cache *cache)
{
	for (int i = 0; i < MASK_SHADOWS; i++) {
		cairo_surface_destroy(cache->shadows[i].mask);
	}
	memset(cache->shadows, 0, sizeof cache->shadows);
	cache->shadow_count = 0;
}

void
mask_finish(struct mask_cache *cache)
{
	drop_icons(cache);
	drop_shadows(cache);
}

void
mask_stroke_icon(cairo_t *cr, enum icon icon, double size, double stroke)
{
	cairo_save(cr);
	cairo_scale(cr, size / GRID, size / GRID);
	shape_path(cr, icon_path(icon));
	cairo_set_line_width(cr, size < SMALL ? stroke * 1.08 : stroke);
	cairo_set_line_cap(cr, CAIRO_LINE_CAP_ROUND);
	cairo_set_line_join(cr, CAIRO_LINE_JOIN_ROUND);
	cairo_stroke(cr);
	cairo_restore(cr);
}

cairo_surface_t *
mask_icon(struct mask_cache *cache, enum icon icon, int size, float stroke)
{
	const int stroke16 = (int)lroundf(stroke * 16);
	if (cache->icon_count == MASK_ICONS - 1) {
		drop_icons(cache);
	}
	unsigned slot = ((unsigned)icon * 37u + (unsigned)size * 11u + (unsigned)stroke16) % MASK_ICONS;
	for (; cache->icons[slot].mask; slot = (slot + 1) % MASK_ICONS) {
		const struct mask_icon *at = &cache->icons[slot];
		if (at->icon == icon && at->size == size && at->stroke16 == stroke16) {
			return at->mask;
		}
	}
	cairo_surface_t *mask = cairo_image_surface_create(CAIRO_FORMAT_A8, size, size);
	cairo_t *cr = cairo_create(mask);
	mask_stroke_icon(cr, icon, size, (double)stroke);
	cairo_destroy(cr);
	cache->icons[slot] = (struct mask_icon){ icon, size, stroke16, mask };
	cache->icon_count++;
	return mask;
}

struct strip {
	uint8_t *at;
	int count, step; /* bytes from one element to the next */
};

/* A running mean over 2 * radius + 1 elements; outside is empty. */
static void
blur_strip(const struct strip *strip, int radius, uint8_t *scratch)
{
	unsigned sum = 0;
	for (int i = 0; i < radius && i < strip->count; i++) {
		sum += strip->at[(ptrdiff_t)i * strip->step];
	}
	for (int i = 0; i < strip->count; i++) {
		const int enters = i + radius, leaves = i - radius - 1;
		sum += enters < strip->count ? strip->at[(ptrdiff_t)enters * strip->step] : 0u;
		sum -= leaves >= 0 ? strip->at[(ptrdiff_t)leaves * strip->step] : 0u;
		scratch[i] = (uint8_t)(sum / (unsigned)(2 * radius + 1));
	}
	for (int i = 0; i < strip->count; i++) {
		strip->at[(ptrdiff_t)i * strip->step] = scratch[i];
	}
}

/* Three box blurs come close enough to a Gaussian. */
static void
blur(cairo_surface_t *surface, int radius)
{
	const int w = cairo_image_surface_get_width(surface), h = cairo_image_surface_get_height(surface);
	const int stride = cairo_image_surface_get_stride(surface);
	uint8_t *at = cairo_image_surface_get_data(surface);
	uint8_t *scratch = malloc((size_t)(w > h ? w : h));
	if (!scratch || !at) {
		abort();
	}
	for (int pass = 0; pass < 3; pass++) {
		for (int y = 0; y < h; y++) {
			blur_strip(&(struct strip){ at + (ptrdiff_t)y * stride, w, 1 }, radius, scratch);
		}
		for (int x = 0; x < w; x++) {
			blur_strip(&(struct strip){ at + x, h, stride }, radius, scratch);
		}
	}
	free(scratch);
}

static void
make_shadow(struct mask_shadow *shadow)
{
	const double blur_px = (double)(list_shadow(shadow->elevation)->blur * shadow->scale);
	const int reach = shadow->reach;
	shadow->mask = cairo_image_surface_create(CAIRO_FORMAT_A8, shadow->w + 2 * reach, shadow->h + 2 * reach);
	cairo_t *cr = cairo_create(shadow->mask);
	shape_round(cr, reach, reach, shadow->w, shadow->h, shadow->radius16 / 16.0);
	cairo_fill(cr);
	cairo_destroy(cr);
	cairo_surface_flush(shadow->mask);
	blur(shadow->mask, blur_px > 2 ? (int)(blur_px / 2) : 1);
	cairo_surface_mark_dirty(shadow->mask);
}

/* Sides longer than this look the same in their middle: the mask is that long and is stretched. */
static int
longest(const struct list_command *command, int reach)
{
	return 2 * ((int)ceilf(command->radius) + reach) + 1;
}

static const struct mask_shadow *
shadow_of(struct mask_cache *cache, const struct list_command *command, float scale)
{
	const int reach = (int)ceilf(list_shadow(command->elevation)->blur * scale * 1.5f);
	const int most = longest(command, reach);
	const struct mask_shadow want = {
		.w = command->at.w < most ? command->at.w : most,
		.h = command->at.h < most ? command->at.h : most,
		.radius16 = (int)lroundf(command->radius * 16),
		.elevation = command->elevation,
		.scale = scale,
		.reach = reach,
	};
	for (int i = 0; i < cache->shadow_count; i++) {
		const struct mask_shadow *at = &cache->shadows[i];
		if (at->w == want.w && at->h == want.h && at->radius16 == want.radius16 && at->elevation == want.elevation &&
			at->reach == reach) {
			return at;
		}
	}
	if (cache->shadow_count == MASK_SHADOWS) {
		drop_shadows(cache);
	}
	struct mask_shadow *slot = &cache->shadows[cache->shadow_count++];
	*slot = want;
	make_shadow(slot);
	return slot;
}

/* One stretch of a side: where it comes from in the mask and where it goes. */
struct piece {
	int from, from_len, to, to_len;
};

/* Corner, middle, corner; the middle is one pixel of the mask made as long as needed. */
static int
pieces(int mask_len, int to, int to_len, struct piece out[3])
{
	if (mask_len == to_len) {
		out[0] = (struct piece){ 0, mask_len, to, to_len };
		return 1;
	}
	const int corner = mask_len / 2;
	out[0] = (struct piece){ 0, corner, to, corner };
	out[1] = (struct piece){ corner, 1, to + corner, to_len - 2 * corner };
	out[2] = (struct piece){ mask_len - corner, corner, to + to_len - corner, corner };
	return 3;
}

static void
draw_piece(cairo_t *cr, cairo_surface_t *mask, const struct piece *x, const struct piece *y)
{
	cairo_pattern_t *pattern = cairo_pattern_create_for_surface(mask);
	cairo_pattern_set_filter(pattern, CAIRO_FILTER_NEAREST);
	const double sx = (double)x->from_len / x->to_len, sy = (double)y->from_len / y->to_len;
	cairo_matrix_t matrix;
	cairo_matrix_init(&matrix, sx, 0, 0, sy, x->from - x->to * sx, y->from - y->to * sy);
	cairo_pattern_set_matrix(pattern, &matrix);
	cairo_save(cr);
	cairo_rectangle(cr, x->to, y->to, x->to_len, y->to_len);
	cairo_clip(cr);
	cairo_mask(cr, pattern);
	cairo_restore(cr);
	cairo_pattern_destroy(pattern);
}

/* Everything but the inside of the body, which covers it anyway. */
static void
clip_outside(cairo_t *cr, const struct tree_rect *body, int radius, int reach)
{
	const int x = body->x, y = body->y, w = body->w, h = body->h;
	cairo_rectangle(cr, x - reach, y - reach, w + 2 * reach, reach + radius);
	cairo_rectangle(cr, x - reach, y + h - radius, w + 2 * reach, radius + reach);
	cairo_rectangle(cr, x - reach, y + radius, reach + 1, h - 2 * radius);
	cairo_rectangle(cr, x + w - 1, y + radius, reach + 1, h - 2 * radius);
	cairo_clip(cr);
}

void
mask_draw_shadow(struct mask_cache *cache, cairo_t *cr, const struct list_command *command, float scale)
{
	const struct mask_shadow *shadow = shadow_of(cache, command, scale);
	const int dy = (int)lroundf(list_shadow(command->elevation)->dy * scale), reach = shadow->reach;
	const struct tree_rect *body = &command->at;
	struct piece across[3], down[3];
	const int columns = pieces(shadow->w + 2 * reach, body->x - reach, body->w + 2 * reach, across);
	const int rows = pieces(shadow->h + 2 * reach, body->y - reach + dy, body->h + 2 * reach, down);
	cairo_save(cr);
	clip_outside(cr, body, (int)ceilf(command->radius), reach + dy + 1);
	for (int i = 0; i < columns; i++) {
		for (int k = 0; k < rows; k++) {
			if (i != 1 || k != 1 || columns == 1 || rows == 1) {
				draw_piece(cr, shadow->mask, &across[i], &down[k]);
			}
		}
	}
	cairo_restore(cr);
}
