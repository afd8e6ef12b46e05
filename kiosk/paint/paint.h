#pragma once
/*
 * Display lists into pixels, PDF and print rasters, with Cairo and Pango; and the measurer that layout needs. One
 * struct paint holds every cache (shaped runs, glyphs at quarter pixels, shadows, icons) and serves one thread. It
 * knows no window and no file.
 */
#include "kiosk/base/buffer.h"
#include "kiosk/base/error.h"
#include "kiosk/ui/list.h"

struct paint; /* hides Pango and Cairo */

/* Caches are empty; fonts are opened when first used. */
struct paint *paint_new(void);
void paint_free(struct paint *paint); /* accepts NULL */

/* Borrowed from paint: valid until paint_free(). */
struct tree_measure paint_measure(struct paint *paint);

/* Shape one short text per language and style, so that no later frame waits for a font. About 80 ms, once. */
void paint_warm(struct paint *paint, const struct tree_look *look);
/* Drop every cache, e.g. after the scale changed for good. */
void paint_forget(struct paint *paint);

/* Where a list is painted: 32-bit words 0x00RRGGBB in the machine's byte order. */
struct paint_pixels {
	void *at;          /* borrowed */
	int width, height; /* dots */
	int stride;        /* bytes; a multiple of 4 */
};

/* Paint what of the list lies in these rectangles. Everything is painted if `rects` is NULL. */
void paint_list(struct paint *paint, const struct list *list, const struct paint_pixels *pixels,
	const struct tree_rect *rects, int count);

/*
 * Paint a list in black on white for a printer: one byte a dot, 1 is black, threshold at half (no dither: text stays
 * sharp). at[] holds width * height bytes.
 */
void paint_raster(struct paint *paint, const struct list *list, uint8_t *at, int width, int height);

/* Where the bytes of a PDF go. Return false to stop. */
typedef bool (*paint_write_fn)(void *self, const uint8_t *at, size_t len);

/* A PDF being written, one list a page. Text stays text. */
struct paint_pdf;
/*
 * Open a PDF for pages of width x height millimetres; later pages may have other heights. `title` is in the file's
 * information and may not name a person; so is no time. Free with paint_pdf_close().
 */
struct paint_pdf *paint_pdf_open(
	struct paint *paint, double width_mm, double height_mm, const char *title, paint_write_fn write, void *self);
/* Add a page that shows the list, its whole width stretched to the width of the page. */
void paint_pdf_page(struct paint_pdf *pdf, const struct list *list);
/* Another page size for the pages that follow. */
void paint_pdf_size(struct paint_pdf *pdf, double width_mm, double height_mm);
/* Finish the file. ERROR_SYSTEM if Cairo or `write` failed. Frees in either case. */
NODISCARD bool paint_pdf_close(struct paint_pdf *pdf, struct error *err);

/* How full the caches are: for benches and the technician's page. */
struct paint_stats {
	int runs, glyphs, icons, shadows;
	size_t mask_bytes;
	unsigned long shaped; /* runs shaped since paint_new() */
};
struct paint_stats paint_stats(const struct paint *paint);
