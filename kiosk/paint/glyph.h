#pragma once
/*
 * Rasterised glyphs at four horizontal phases. Cairo 1.16 puts glyphs on whole pixels, which makes spacing uneven; we
 * draw each glyph's outline once per quarter pixel and add the masks up ourselves. That is also faster.
 */
#include <cairo.h>
#include <stddef.h>
#include <stdint.h>

#define GLYPH_PHASES 4

struct glyph {
	uint64_t key;
	int x, y, w, h;     /* of the mask, from the pen position; w is 0 for a blank */
	uint8_t *mask;      /* owned, w * h bytes */
	struct glyph *next; /* in the same bucket */
};

struct glyph_cache {
	struct glyph **buckets;      /* owned */
	cairo_scaled_font_t **fonts; /* owned references, so that a font's number keeps its meaning */
	size_t font_count, font_cap;
	int count;
	size_t bytes;
};

/* Zeroed is a valid empty cache; this empties it. */
void glyph_cache_finish(struct glyph_cache *cache);
/* The mask of one glyph; borrowed until the cache is emptied, which glyph_get() itself may do when it is full. */
const struct glyph *glyph_get(struct glyph_cache *cache, cairo_scaled_font_t *font, unsigned long index, int phase);
