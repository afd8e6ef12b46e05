#include "kiosk/paint/run.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "kiosk/base/text.h"
#include "kiosk/ui/list.h"

#define BUCKETS     4096u
#define SWEEP_EVERY 256u   /* frames */
#define KEPT_FOR    128u   /* frames without use */
#define HALF_CAP    0.3636 /* Inter's cap height is 0.727 em: capitals stand in the middle of the line */
#define TIGHT       (-0.012)
#define INK_MARGIN  2

static const char *const FAMILIES[LANG_COUNT] = {
	[LANG_INHERIT] = "Inter, Noto Sans CJK HK",
	[LANG_EN] = "Inter, Noto Sans CJK HK",
	[LANG_HANT] = "Inter, Noto Sans CJK HK",
	[LANG_HANS] = "Inter, Noto Sans CJK SC",
};
static const char *const LANGUAGES[LANG_COUNT] = {
	[LANG_INHERIT] = "en",
	[LANG_EN] = "en",
	[LANG_HANT] = "zh-hk",
	[LANG_HANS] = "zh-cn",
};

static void *
must(void *at)
{
	if (!at) {
		abort();
	}
	return at;
}

void
run_cache_init(struct run_cache *cache)
{
	*cache = (struct run_cache){ .fonts = pango_cairo_font_map_new() };
	cache->buckets = must(calloc(BUCKETS, sizeof(struct run *)));
	cache->context = pango_font_map_create_context(cache->fonts);
	cairo_font_options_t *options = cairo_font_options_create();
	cairo_font_options_set_antialias(options, CAIRO_ANTIALIAS_GRAY);
	cairo_font_options_set_hint_style(options, CAIRO_HINT_STYLE_SLIGHT);
	cairo_font_options_set_hint_metrics(options, CAIRO_HINT_METRICS_OFF);
	pango_cairo_context_set_font_options(cache->context, options);
	cairo_font_options_destroy(options);
	pango_context_set_round_glyph_positions(cache->context, FALSE);
	pango_cairo_context_set_resolution(cache->context, 96);
}

static void
free_run(struct run_cache *cache, struct run *run)
{
	if (run->mask) {
		cache->mask_bytes -= (size_t)run->extent.ink.w * (size_t)run->extent.ink.h;
		cairo_surface_destroy(run->mask);
	}
	if (run->layout) {
		g_object_unref(run->layout);
	}
	free((void *)(uintptr_t)run->spec.text); /* owned here, const for everybody else */
	free(run);
	cache->count--;
}

/* Drop runs not used for `frames` frames. */
static void
sweep(struct run_cache *cache, unsigned frames)
{
	for (size_t i = 0; i < BUCKETS; i++) {
		struct run **link = &cache->buckets[i];
		while (*link) {
			struct run *run = *link;
			if (cache->frame - run->used_at < frames) {
				link = &run->next;
				continue;
			}
			*link = run->next;
			free_run(cache, run);
		}
	}
}

void
run_cache_forget(struct run_cache *cache)
{
	sweep(cache, 0);
	glyph_cache_finish(&cache->glyphs);
}

void
run_cache_finish(struct run_cache *cache)
{
	run_cache_forget(cache);
	free(cache->buckets);
	g_object_unref(cache->context);
	g_object_unref(cache->fonts);
	*cache = (struct run_cache){ 0 };
}

void
run_cache_frame(struct run_cache *cache)
{
	if (++cache->frame % SWEEP_EVERY == 0) {
		sweep(cache, KEPT_FOR);
	}
}

static PangoFontDescription *
font_of(const struct tree_run *spec)
{
	PangoFontDescription *font = pango_font_description_new();
	pango_font_description_set_family_static(font, FAMILIES[spec->lang]);
	pango_font_description_set_weight(font, (PangoWeight)spec->weight);
	pango_font_description_set_absolute_size(font, spec->size_64 * (PANGO_SCALE / 64.0));
	return font;
}

static PangoAttrList *
attributes_of(const struct tree_run *spec)
{
	PangoAttrList *list = pango_attr_list_new();
	pango_attr_list_insert(list, pango_attr_line_height_new_absolute(spec->line * PANGO_SCALE));
	pango_attr_list_insert(list, pango_attr_language_new(pango_language_from_string(LANGUAGES[spec->lang])));
	if (spec->tabular) {
		pango_attr_list_insert(list, pango_attr_font_features_new("tnum=1"));
	}
	if (spec->tight) {
		const double spacing = TIGHT * spec->size_64 * (PANGO_SCALE / 64.0);
		pango_attr_list_insert(list, pango_attr_letter_spacing_new((int)lround(spacing)));
	}
	return list;
}

static PangoLayout *
shape(struct run_cache *cache, const struct tree_run *spec)
{
	PangoLayout *layout = pango_layout_new(cache->context);
	PangoFontDescription *font = font_of(spec);
	pango_layout_set_font_description(layout, font);
	pango_font_description_free(font);
	PangoAttrList *attributes = attributes_of(spec);
	pango_layout_set_attributes(layout, attributes);
	pango_attr_list_unref(attributes);
	pango_layout_set_single_paragraph_mode(layout, !spec->wrap);
	if (spec->width >= 0) {
		pango_layout_set_width(layout, spec->width * PANGO_SCALE);
		pango_layout_set_wrap(layout, PANGO_WRAP_WORD_CHAR);
		pango_layout_set_ellipsize(layout, spec->wrap ? PANGO_ELLIPSIZE_NONE : PANGO_ELLIPSIZE_END);
		pango_layout_set_alignment(layout, spec->align == ALIGN_CENTER ? PANGO_ALIGN_CENTER
										   : spec->align == ALIGN_END  ? PANGO_ALIGN_RIGHT
																	   : PANGO_ALIGN_LEFT);
	}
	pango_layout_set_text(layout, spec->text, -1);
	cache->shaped++;
	return layout;
}

static PangoLayout *
layout_of(struct run_cache *cache, struct run *run)
{
	if (!run->layout) {
		run->layout = shape(cache, &run->spec);
	}
	return run->layout;
}

static int
baseline(const struct tree_run *spec, int line)
{
	return line * spec->line + (int)lround(spec->line / 2.0 + HALF_CAP * spec->size_64 / 64.0);
}

static void
measure(struct run *run)
{
	PangoRectangle ink, logical;
	pango_layout_get_extents(run->layout, &ink, &logical);
	const double scale = PANGO_SCALE;
	const int lines = pango_layout_get_line_count(run->layout);
	const double down = baseline(&run->spec, 0) - pango_layout_get_baseline(run->layout) / scale;
	struct tree_extent *extent = &run->extent;
	extent->w = (int)ceil(logical.width / scale);
	extent->h = lines * run->spec.line;
	extent->cut = pango_layout_is_ellipsized(run->layout);
	extent->ink.x = (int)floor(ink.x / scale) - INK_MARGIN;
	extent->ink.y = (int)floor(ink.y / scale + down) - INK_MARGIN;
	extent->ink.w = ink.width ? (int)ceil((ink.x + ink.width) / scale) + INK_MARGIN - extent->ink.x : 0;
	extent->ink.h = ink.width ? (int)ceil((ink.y + ink.height) / scale + down) + INK_MARGIN - extent->ink.y : 0;
}

static bool
same_spec(const struct tree_run *a, const struct tree_run *b)
{
	return a->size_64 == b->size_64 && a->line == b->line && a->weight == b->weight && a->width == b->width &&
		   a->lang == b->lang && a->align == b->align && a->wrap == b->wrap && a->tabular == b->tabular &&
		   a->tight == b->tight && strcmp(a->text, b->text) == 0;
}

struct run *
run_get(struct run_cache *cache, const struct tree_run *spec)
{
	const uint64_t hash = list_run_hash(spec);
	struct run **bucket = &cache->buckets[hash % BUCKETS];
	for (struct run *run = *bucket; run; run = run->next) {
		if (run->hash == hash && same_spec(&run->spec, spec)) {
			run->used_at = cache->frame;
			return run;
		}
	}
	struct run *run = must(calloc(1, sizeof *run));
	run->hash = hash;
	run->spec = *spec;
	run->spec.text = must(strdup(spec->text));
	run->used_at = cache->frame;
	run->next = *bucket;
	*bucket = run;
	cache->count++;
	run->layout = shape(cache, &run->spec);
	measure(run);
	return run;
}

int
run_caret(struct run_cache *cache, struct run *run, size_t at)
{
	PangoRectangle strong;
	const size_t len = strlen(run->spec.text);
	pango_layout_get_cursor_pos(layout_of(cache, run), (int)(at < len ? at : len), &strong, NULL);
	return (int)lround((double)strong.x / PANGO_SCALE);
}

size_t
run_index(struct run_cache *cache, struct run *run, int x)
{
	int index, trailing;
	pango_layout_xy_to_index(layout_of(cache, run), x * PANGO_SCALE, 0, &index, &trailing);
	const char *at = run->spec.text + index;
	for (; trailing > 0 && *at; trailing--) {
		text_next(&at);
	}
	return (size_t)(at - run->spec.text);
}

/* An A8 picture that glyphs are added to; x and y are those of its corner in the run. */
struct canvas {
	uint8_t *at;
	int x, y, w, h, stride;
};

static void
add_mask(const struct canvas *canvas, const uint8_t *mask, int x, int y, int w, int h)
{
	x -= canvas->x;
	y -= canvas->y;
	const int left = x < 0 ? -x : 0, right = x + w > canvas->w ? canvas->w - x : w;
	for (int row = y < 0 ? -y : 0; row < h && y + row < canvas->h; row++) {
		uint8_t *to = canvas->at + (ptrdiff_t)(y + row) * canvas->stride + x;
		const uint8_t *from = mask + (ptrdiff_t)row * w;
		for (int i = left; i < right; i++) {
			const unsigned sum = (unsigned)to[i] + from[i];
			to[i] = (uint8_t)(sum > 255 ? 255 : sum);
		}
	}
}

/* A character no font has: an empty box, so that nobody overlooks it. */
static void
add_missing(const struct canvas *canvas, const struct tree_run *spec, int x, int base, int advance)
{
	const int em = spec->size_64 / 64, w = advance > 4 ? advance - 2 : 4, h = em * 3 / 4;
	uint8_t solid[256];
	memset(solid, 0xFF, sizeof solid);
	for (int i = 0; i < h; i++) {
		const int across = i == 0 || i == h - 1 ? (w < 256 ? w : 256) : 1;
		add_mask(canvas, solid, x + 1, base - h + i, across, 1);
		add_mask(canvas, solid, x + w, base - h + i, 1, 1);
	}
}

static void
add_glyph(struct run_cache *cache, const struct canvas *canvas, cairo_scaled_font_t *font, PangoGlyph index, double x,
	double y)
{
	const double quarter = floor(x * GLYPH_PHASES + 0.5) / GLYPH_PHASES;
	const int whole = (int)floor(quarter), phase = (int)((quarter - whole) * GLYPH_PHASES);
	const struct glyph *glyph = glyph_get(&cache->glyphs, font, index, phase);
	if (glyph->w > 0) {
		add_mask(canvas, glyph->mask, whole + glyph->x, (int)lround(y) + glyph->y, glyph->w, glyph->h);
	}
}

/* One stretch of glyphs of one font, starting at x (Pango units) on a baseline. */
static void
add_item(struct run_cache *cache, const struct run *run, const struct canvas *canvas, const PangoLayoutRun *item, int x,
	int base)
{
	PangoFont *font = item->item->analysis.font;
	cairo_scaled_font_t *scaled = font ? pango_cairo_font_get_scaled_font((PangoCairoFont *)font) : NULL;
	for (int i = 0; i < item->glyphs->num_glyphs; i++) {
		const PangoGlyphInfo *info = &item->glyphs->glyphs[i];
		const double at = (double)(x + info->geometry.x_offset) / PANGO_SCALE;
		const double y = base + (double)info->geometry.y_offset / PANGO_SCALE;
		if (info->glyph & PANGO_GLYPH_UNKNOWN_FLAG) {
			add_missing(canvas, &run->spec, (int)at, base, info->geometry.width / PANGO_SCALE);
		} else if (info->glyph != PANGO_GLYPH_EMPTY && scaled) {
			add_glyph(cache, canvas, scaled, info->glyph, at, y);
		}
		x += info->geometry.width;
	}
}

static void
compose(struct run_cache *cache, struct run *run, const struct canvas *canvas)
{
	PangoLayoutIter *iter = pango_layout_get_iter(layout_of(cache, run));
	int line = 0;
	do {
		const PangoLayoutRun *item = pango_layout_iter_get_run_readonly(iter);
		if (!item) { /* the end of a line */
			line++;
			continue;
		}
		PangoRectangle logical;
		pango_layout_iter_get_run_extents(iter, NULL, &logical);
		add_item(cache, run, canvas, item, logical.x, baseline(&run->spec, line));
	} while (pango_layout_iter_next_run(iter));
	pango_layout_iter_free(iter);
}

cairo_surface_t *
run_mask(struct run_cache *cache, struct run *run)
{
	const struct tree_rect *ink = &run->extent.ink;
	if (run->mask || ink->w <= 0 || ink->h <= 0) {
		return run->mask;
	}
	run->mask = cairo_image_surface_create(CAIRO_FORMAT_A8, ink->w, ink->h);
	cairo_surface_flush(run->mask);
	const struct canvas canvas = { cairo_image_surface_get_data(run->mask), ink->x, ink->y, ink->w, ink->h,
		cairo_image_surface_get_stride(run->mask) };
	if (canvas.at) {
		compose(cache, run, &canvas);
	}
	cairo_surface_mark_dirty(run->mask);
	cache->mask_bytes += (size_t)ink->w * (size_t)ink->h;
	g_clear_object(&run->layout);
	return run->mask;
}

void
run_show(struct run_cache *cache, struct run *run, cairo_t *cr, double x, double y)
{
	PangoLayoutIter *iter = pango_layout_get_iter(layout_of(cache, run));
	int line = 0;
	do {
		PangoRectangle logical;
		pango_layout_iter_get_line_extents(iter, NULL, &logical);
		cairo_move_to(cr, x + (double)logical.x / PANGO_SCALE, y + baseline(&run->spec, line++));
		pango_cairo_show_layout_line(cr, pango_layout_iter_get_line_readonly(iter));
	} while (pango_layout_iter_next_line(iter));
	pango_layout_iter_free(iter);
}
