#include "kiosk/paint/paint.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>

#include "kiosk/paint/replay.h"

struct paint *
paint_new(void)
{
	struct paint *paint = calloc(1, sizeof *paint);
	if (!paint) {
		abort();
	}
	run_cache_init(&paint->runs);
	return paint;
}

void
paint_free(struct paint *paint)
{
	if (paint) {
		run_cache_finish(&paint->runs);
		mask_finish(&paint->masks);
		free(paint);
	}
}

void
paint_forget(struct paint *paint)
{
	run_cache_forget(&paint->runs);
	mask_finish(&paint->masks);
}

static void
measure_extent(void *self, const struct tree_run *run, struct tree_extent *out)
{
	struct paint *paint = self;
	*out = run_get(&paint->runs, run)->extent;
}

static int
measure_caret(void *self, const struct tree_run *run, size_t at)
{
	struct paint *paint = self;
	return run_caret(&paint->runs, run_get(&paint->runs, run), at);
}

static size_t
measure_index(void *self, const struct tree_run *run, int x)
{
	struct paint *paint = self;
	return run_index(&paint->runs, run_get(&paint->runs, run), x);
}

struct tree_measure
paint_measure(struct paint *paint)
{
	static const struct tree_measure_ops OPS = { measure_extent, measure_caret, measure_index };
	return (struct tree_measure){ &OPS, paint };
}

void
paint_warm(struct paint *paint, const struct tree_look *look)
{
	static const char *const SAMPLES[LANG_COUNT] = { [LANG_EN] = "Hg 0", [LANG_HANT] = "郵 H", [LANG_HANS] = "邮 H" };
	struct tree tree = { .look = *look };
	for (enum lang lang = LANG_EN; lang < LANG_COUNT; lang++) {
		for (enum type_style type = 0; type < TYPE_GUEST; type++) {
			const struct tree_box box = { .type = type, .lang = lang };
			const struct tree_run run = tree_run(&tree, &box, SAMPLES[lang]);
			run_mask(&paint->runs, run_get(&paint->runs, &run));
		}
	}
}

static bool
touches(const struct tree_rect *a, const struct tree_rect *b)
{
	return a->x < b->x + b->w && b->x < a->x + a->w && a->y < b->y + b->h && b->y < a->y + a->h;
}

static bool
contains(const struct tree_rect *outer, const struct tree_rect *inner, int inset_x, int inset_y)
{
	return outer->x + inset_x <= inner->x && outer->y + inset_y <= inner->y &&
		   outer->x + outer->w - inset_x >= inner->x + inner->w && outer->y + outer->h - inset_y >= inner->y + inner->h;
}

/* True if nothing below this command can be seen in the rectangle. */
static bool
covers(const struct list_command *command, const struct tree_rect *rect)
{
	if (command->kind != LIST_RECT || !command->opaque || !contains(&command->clip, rect, 0, 0)) {
		return false;
	}
	const int round = (int)ceilf(command->radius);
	return contains(&command->at, rect, round, 0) || contains(&command->at, rect, 0, round);
}

static void
paint_rect(const struct replay *replay, const struct list *list, const struct tree_rect *rect)
{
	int first = list->count - 1;
	while (first > 0 && !covers(&list->commands[first], rect)) {
		first--;
	}
	cairo_save(replay->cr);
	cairo_rectangle(replay->cr, rect->x, rect->y, rect->w, rect->h);
	cairo_clip(replay->cr);
	for (int i = first < 0 ? 0 : first; i < list->count; i++) {
		if (touches(&list->commands[i].bounds, rect)) {
			replay_command(replay, &list->commands[i]);
		}
	}
	cairo_restore(replay->cr);
}

void
paint_list(struct paint *paint, const struct list *list, const struct paint_pixels *pixels,
	const struct tree_rect *rects, int count)
{
	cairo_surface_t *surface = cairo_image_surface_create_for_data(
		pixels->at, CAIRO_FORMAT_RGB24, pixels->width, pixels->height, pixels->stride);
	const struct replay replay = {
		.paint = paint, .cr = cairo_create(surface), .theme = list->theme, .scale = list->scale
	};
	const struct tree_rect whole = { 0, 0, pixels->width, pixels->height };
	if (!rects) {
		paint_rect(&replay, list, &whole);
	}
	for (int i = 0; rects && i < count; i++) {
		paint_rect(&replay, list, &rects[i]);
	}
	cairo_destroy(replay.cr);
	cairo_surface_flush(surface);
	cairo_surface_destroy(surface);
	run_cache_frame(&paint->runs);
}

struct paint_stats
paint_stats(const struct paint *paint)
{
	const struct run_cache *runs = &paint->runs;
	return (struct paint_stats){
		.runs = runs->count,
		.glyphs = runs->glyphs.count,
		.icons = paint->masks.icon_count,
		.shadows = paint->masks.shadow_count,
		.mask_bytes = runs->mask_bytes + runs->glyphs.bytes,
		.shaped = runs->shaped,
	};
}
