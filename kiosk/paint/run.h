#pragma once
/*
 * Shaped runs of text: how large they are, where their carets stand, and their masks. Pango does the shaping; lines are
 * put on fixed baselines, so that a line's height and baseline do not depend on which fonts it fell back to.
 */
#include <pango/pangocairo.h>

#include "kiosk/paint/glyph.h"
#include "kiosk/ui/tree.h"

struct run {
	uint64_t hash;
	struct tree_run spec; /* text owned */
	struct tree_extent extent;
	PangoLayout *layout;   /* owned; NULL once the mask is made, shaped again when needed */
	cairo_surface_t *mask; /* owned; A8, at extent.ink; NULL until painted */
	unsigned used_at;
	struct run *next;
};

struct run_cache {
	PangoFontMap *fonts;   /* owned */
	PangoContext *context; /* owned */
	struct run **buckets;  /* owned */
	struct glyph_cache glyphs;
	unsigned frame;
	int count;
	size_t mask_bytes;
	unsigned long shaped; /* since the start */
};

void run_cache_init(struct run_cache *cache);
void run_cache_finish(struct run_cache *cache);
/* Drop all runs and glyphs. */
void run_cache_forget(struct run_cache *cache);
/* A frame was painted: now and then drop what was not used for a while. */
void run_cache_frame(struct run_cache *cache);

/* The run, shaped if it is new. Borrowed until run_cache_frame() or run_cache_forget(). */
struct run *run_get(struct run_cache *cache, const struct tree_run *spec);
/* x of the caret before byte `at`. */
int run_caret(struct run_cache *cache, struct run *run, size_t at);
size_t run_index(struct run_cache *cache, struct run *run, int x);
/* The mask to paint at extent.ink; NULL if nothing is painted. */
cairo_surface_t *run_mask(struct run_cache *cache, struct run *run);
/* Show the run as text (for PDF), its logical top left at x, y. */
void run_show(struct run_cache *cache, struct run *run, cairo_t *cr, double x, double y);
