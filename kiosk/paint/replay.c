#include "kiosk/paint/replay.h"

#include <math.h>

#include "kiosk/paint/shape.h"

#define SCRIM        0.45
#define STRIPE_EVERY 22.0 /* design px */

static void
set_color(const struct replay *replay, enum color color, double alpha)
{
	const uint32_t rgb = theme_rgb(replay->theme, color);
	const double r = (rgb >> 16 & 0xFF) / 255.0, g = (rgb >> 8 & 0xFF) / 255.0, b = (rgb & 0xFF) / 255.0;
	if (alpha < 1) {
		cairo_set_source_rgba(replay->cr, r, g, b, alpha);
	} else {
		cairo_set_source_rgb(replay->cr, r, g, b);
	}
}

static void
outline(const struct replay *replay, const struct list_command *command, double inset)
{
	const struct tree_rect *at = &command->at;
	const double radius = (double)command->radius - inset;
	shape_round(replay->cr, at->x + inset, at->y + inset, at->w - 2 * inset, at->h - 2 * inset, radius);
}

/* Slanted stripes over the fill, only where this pass paints. */
static void
draw_stripes(const struct replay *replay, const struct list_command *command)
{
	cairo_t *cr = replay->cr;
	const struct tree_rect *at = &command->at;
	const double every = STRIPE_EVERY * (double)replay->scale, h = at->h;
	double left, top, right, bottom;
	cairo_save(cr);
	outline(replay, command, 0);
	cairo_clip(cr);
	cairo_clip_extents(cr, &left, &top, &right, &bottom);
	const int first = (int)floor((left - at->x - h) / every), last = (int)ceil((right - at->x) / every);
	for (int i = first; i < last; i++) {
		const double x = at->x + i * every;
		cairo_move_to(cr, x, at->y + h);
		cairo_line_to(cr, x + every / 2, at->y + h);
		cairo_line_to(cr, x + every / 2 + h, at->y);
		cairo_line_to(cr, x + h, at->y);
		cairo_close_path(cr);
	}
	set_color(replay, command->hatch, 1);
	cairo_fill(cr);
	cairo_restore(cr);
}

/* An edged fill is two fills: a stroke beside a fill leaves a seam. */
static void
draw_rect(const struct replay *replay, const struct list_command *command)
{
	cairo_t *cr = replay->cr;
	const double edge = (double)command->line_w;
	if (command->edge && command->color) {
		set_color(replay, command->edge, 1);
		outline(replay, command, 0);
		cairo_fill(cr);
	} else if (command->edge) {
		set_color(replay, command->edge, 1);
		outline(replay, command, edge / 2);
		cairo_set_line_width(cr, edge);
		cairo_stroke(cr);
	}
	if (command->color) {
		set_color(replay, command->color, command->scrim ? SCRIM : 1);
		outline(replay, command, command->edge ? edge : 0);
		cairo_fill(cr);
	}
	if (command->hatch) {
		draw_stripes(replay, command);
	}
}

static void
draw_shadow(const struct replay *replay, const struct list_command *command)
{
	if (!replay->vector) {
		set_color(replay, COLOR_SHADOW, (double)list_shadow(command->elevation)->alpha);
		mask_draw_shadow(&replay->paint->masks, replay->cr, command, replay->scale);
	}
}

static void
draw_text(const struct replay *replay, const struct list_command *command)
{
	struct run_cache *runs = &replay->paint->runs;
	struct run *run = run_get(runs, &command->run);
	set_color(replay, command->color, 1);
	if (replay->vector) {
		run_show(runs, run, replay->cr, command->at.x, command->at.y);
		return;
	}
	cairo_surface_t *mask = run_mask(runs, run);
	if (mask) {
		cairo_mask_surface(replay->cr, mask, command->at.x + run->extent.ink.x, command->at.y + run->extent.ink.y);
	}
}

static void
draw_icon(const struct replay *replay, const struct list_command *command)
{
	cairo_t *cr = replay->cr;
	const struct tree_rect *at = &command->at;
	set_color(replay, command->color, 1);
	if (replay->vector) {
		cairo_save(cr);
		cairo_translate(cr, at->x, at->y);
		mask_stroke_icon(cr, command->icon, at->w, (double)command->line_w);
		cairo_restore(cr);
		return;
	}
	cairo_mask_surface(cr, mask_icon(&replay->paint->masks, command->icon, at->w, command->line_w), at->x, at->y);
}

static void
draw_path(const struct replay *replay, const struct list_command *command)
{
	cairo_t *cr = replay->cr;
	const struct tree_path *path = &command->path;
	if (path->w <= 0 || path->h <= 0) {
		return;
	}
	cairo_save(cr);
	cairo_translate(cr, command->at.x, command->at.y);
	cairo_scale(cr, command->at.w / (double)path->w, command->at.h / (double)path->h);
	cairo_new_path(cr);
	shape_path(cr, path->d);
	cairo_restore(cr); /* before the stroke: its width is not stretched */
	set_color(replay, command->color, 1);
	if (command->line_w > 0) {
		cairo_set_line_width(cr, (double)command->line_w);
		cairo_set_line_cap(cr, CAIRO_LINE_CAP_ROUND);
		cairo_set_line_join(cr, CAIRO_LINE_JOIN_ROUND);
		cairo_stroke(cr);
	} else {
		cairo_fill(cr);
	}
}

/* Neighbouring dots become one rectangle, on whole pixels when the picture is a multiple of them. */
static void
draw_dots(const struct replay *replay, const struct list_command *command)
{
	const struct tree_bitmap *bitmap = &command->bitmap;
	const struct tree_rect *at = &command->at;
	const double sx = (double)at->w / bitmap->w, sy = (double)at->h / bitmap->h;
	for (int y = 0; y < bitmap->h; y++) {
		const uint8_t *row = (const uint8_t *)bitmap->at + (ptrdiff_t)y * bitmap->stride;
		for (int x = 0; x < bitmap->w; x++) {
			const int start = x;
			while (x < bitmap->w && row[x]) {
				x++;
			}
			if (x > start) {
				cairo_rectangle(replay->cr, at->x + start * sx, at->y + y * sy, (x - start) * sx, sy);
			}
		}
	}
	set_color(replay, command->color, 1);
	cairo_fill(replay->cr);
}

static void
draw_picture(const struct replay *replay, const struct list_command *command)
{
	const struct tree_bitmap *bitmap = &command->bitmap;
	cairo_t *cr = replay->cr;
	/* Cairo reads only: it has no type for pixels that may not be written */
	unsigned char *pixels = (unsigned char *)(uintptr_t)bitmap->at;
	cairo_surface_t *surface =
		cairo_image_surface_create_for_data(pixels, CAIRO_FORMAT_RGB24, bitmap->w, bitmap->h, bitmap->stride);
	cairo_save(cr);
	cairo_translate(cr, command->at.x, command->at.y);
	cairo_scale(cr, (double)command->at.w / bitmap->w, (double)command->at.h / bitmap->h);
	cairo_set_source_surface(cr, surface, 0, 0);
	cairo_pattern_set_filter(cairo_get_source(cr), CAIRO_FILTER_GOOD);
	cairo_pattern_set_extend(cairo_get_source(cr), CAIRO_EXTEND_PAD);
	cairo_rectangle(cr, 0, 0, bitmap->w, bitmap->h);
	cairo_fill(cr);
	cairo_restore(cr);
	cairo_surface_destroy(surface);
}

static void
draw(const struct replay *replay, const struct list_command *command)
{
	switch (command->kind) {
	case LIST_RECT:
		draw_rect(replay, command);
		break;
	case LIST_SHADOW:
		draw_shadow(replay, command);
		break;
	case LIST_TEXT:
		draw_text(replay, command);
		break;
	case LIST_ICON:
		draw_icon(replay, command);
		break;
	case LIST_PATH:
		draw_path(replay, command);
		break;
	case LIST_BITMAP:
		if (command->bitmap.w > 0 && command->bitmap.h > 0) {
			(command->bitmap.format == BITMAP_RGB ? draw_picture : draw_dots)(replay, command);
		}
		break;
	}
}

void
replay_command(const struct replay *replay, const struct list_command *command)
{
	if (!command->clipped) {
		draw(replay, command);
		return;
	}
	const struct tree_rect *clip = &command->clip;
	cairo_save(replay->cr);
	cairo_rectangle(replay->cr, clip->x, clip->y, clip->w, clip->h);
	cairo_clip(replay->cr);
	draw(replay, command);
	cairo_restore(replay->cr);
}
