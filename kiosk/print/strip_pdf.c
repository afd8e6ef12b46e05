#include "kiosk/print/strip_pdf.h"

#include <stdlib.h>
#include <string.h>

#include "kiosk/base/file.h"
#include "kiosk/ui/strip.h"

#define PDF_MOST     (4u << 20)
#define PDF_WIDTH_MM 80.0

struct bytes {
	uint8_t *at; /* owned */
	size_t len, cap;
};

static bool
bytes_write(void *self, const uint8_t *at, size_t len)
{
	struct bytes *out = self;
	if (len > PDF_MOST - out->len)
		return false;
	if (out->len + len > out->cap) {
		size_t cap = 2 * (out->len + len);
		uint8_t *more = realloc(out->at, cap);
		if (more == NULL)
			return false;
		out->at = more;
		out->cap = cap;
	}
	memcpy(out->at + out->len, at, len);
	out->len += len;
	return true;
}

static bool
render(
	struct paint *paint, paper_draw_fn draw, const void *self, const char *title, struct bytes *out, struct error *err)
{
	struct paper paper = { 0 };
	paper_compose(&paper, paint, STRIP_SCALE, STRIP_WIDTH_80, draw, self);
	double height_mm = PDF_WIDTH_MM * paper.list.height / paper.list.width;
	struct paint_pdf *pdf = paint_pdf_open(paint, PDF_WIDTH_MM, height_mm, title, bytes_write, out);
	paint_pdf_page(pdf, &paper.list);
	bool ok = paint_pdf_close(pdf, err);
	paper_finish(&paper);
	return ok;
}

bool
strip_pdf_write(
	struct paint *paint, paper_draw_fn draw, const void *self, const char *title, const char *path, struct error *err)
{
	struct bytes out = { 0 };
	bool ok =
		render(paint, draw, self, title, &out, err) && file_write(path, (struct span){ out.at, out.len }, 0600, err);

	free(out.at);
	return ok;
}
