#include "kiosk/paint/glyph.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define BUCKETS     4096u
#define GLYPHS_MOST 16384
#define FONTS_FIRST 32u

static void *
must(void *at)
{
	if (!at) {
		abort();
	}
	return at;
}

void
glyph_cache_finish(struct glyph_cache *cache)
{
	for (size_t i = 0; cache->buckets && i < BUCKETS; i++) {
		for (struct glyph *glyph = cache->buckets[i], *next; glyph; glyph = next) {
			next = glyph->next;
			free(glyph->mask);
			free(glyph);
		}
	}
	for (size_t i = 0; i < cache->font_count; i++) {
		cairo_scaled_font_destroy(cache->fonts[i]);
	}
	free(cache->buckets);
	free(cache->fonts);
	*cache = (struct glyph_cache){ 0 };
}

static size_t
font_number(struct glyph_cache *cache, cairo_scaled_font_t *font)
{
	for (size_t i = cache->font_count; i-- > 0;) {
		if (cache->fonts[i] == font) {
			return i;
		}
	}
	if (cache->font_count == cache->font_cap) {
		cache->font_cap = cache->font_cap ? cache->font_cap * 2 : FONTS_FIRST;
		cache->fonts = must(realloc(cache->fonts, cache->font_cap * sizeof(cairo_scaled_font_t *)));
	}
	cache->fonts[cache->font_count] = cairo_scaled_font_reference(font);
	return cache->font_count++;
}

/* Fill the outline into an A8 surface and keep only the bytes. */
static void
rasterise(struct glyph *glyph, cairo_scaled_font_t *font, unsigned long index, int phase)
{
	cairo_glyph_t at = { index, (double)phase / GLYPH_PHASES, 0 };
	cairo_text_extents_t extents;
	cairo_scaled_font_glyph_extents(font, &at, 1, &extents);
	if (extents.width <= 0 || extents.height <= 0) {
		return;
	}
	glyph->x = (int)floor(extents.x_bearing) - 1;
	glyph->y = (int)floor(extents.y_bearing) - 1;
	glyph->w = (int)ceil(extents.width) + 4;
	glyph->h = (int)ceil(extents.height) + 3;
	cairo_surface_t *surface = cairo_image_surface_create(CAIRO_FORMAT_A8, glyph->w, glyph->h);
	cairo_t *cr = cairo_create(surface);
	cairo_set_scaled_font(cr, font);
	at.x -= glyph->x;
	at.y -= glyph->y;
	cairo_glyph_path(cr, &at, 1);
	cairo_fill(cr);
	cairo_destroy(cr);
	cairo_surface_flush(surface);
	const size_t w = (size_t)glyph->w, stride = (size_t)cairo_image_surface_get_stride(surface);
	glyph->mask = must(malloc(w * (size_t)glyph->h));
	for (size_t y = 0; y < (size_t)glyph->h; y++) {
		memcpy(glyph->mask + y * w, cairo_image_surface_get_data(surface) + y * stride, w);
	}
	cairo_surface_destroy(surface);
}

const struct glyph *
glyph_get(struct glyph_cache *cache, cairo_scaled_font_t *font, unsigned long index, int phase)
{
	if (cache->count >= GLYPHS_MOST) {
		glyph_cache_finish(cache);
	}
	if (!cache->buckets) {
		cache->buckets = must(calloc(BUCKETS, sizeof(struct glyph *)));
	}
	const uint64_t key = (uint64_t)font_number(cache, font) << 34 | (uint64_t)index << 2 | (uint64_t)phase;
	struct glyph **bucket = &cache->buckets[(key * 0x9E3779B97F4A7C15u) >> 52];
	for (struct glyph *glyph = *bucket; glyph; glyph = glyph->next) {
		if (glyph->key == key) {
			return glyph;
		}
	}
	struct glyph *glyph = must(calloc(1, sizeof *glyph));
	glyph->key = key;
	glyph->next = *bucket;
	*bucket = glyph;
	rasterise(glyph, font, index, phase);
	cache->count++;
	cache->bytes += (size_t)glyph->w * (size_t)glyph->h;
	return glyph;
}
