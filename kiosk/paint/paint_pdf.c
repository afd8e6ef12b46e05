#include <cairo-pdf.h>
#include <stdlib.h>

#include "kiosk/paint/paint.h"
#include "kiosk/paint/replay.h"

#define POINTS_A_MM (72 / 25.4)

struct paint_pdf {
	struct paint *paint;      /* borrowed */
	cairo_surface_t *surface; /* owned */
	paint_write_fn write;
	void *self;      /* borrowed */
	double width_pt; /* of the current page */
	bool failed;
};

static cairo_status_t
pass_on(void *closure, const unsigned char *data, unsigned len)
{
	struct paint_pdf *pdf = closure;
	pdf->failed = pdf->failed || !pdf->write(pdf->self, data, len);
	return pdf->failed ? CAIRO_STATUS_WRITE_ERROR : CAIRO_STATUS_SUCCESS;
}

struct paint_pdf *
paint_pdf_open(
	struct paint *paint, double width_mm, double height_mm, const char *title, paint_write_fn write, void *self)
{
	struct paint_pdf *pdf = calloc(1, sizeof *pdf);
	if (!pdf) {
		abort();
	}
	*pdf = (struct paint_pdf){ .paint = paint, .write = write, .self = self, .width_pt = width_mm * POINTS_A_MM };
	pdf->surface = cairo_pdf_surface_create_for_stream(pass_on, pdf, width_mm * POINTS_A_MM, height_mm * POINTS_A_MM);
	cairo_pdf_surface_set_metadata(pdf->surface, CAIRO_PDF_METADATA_TITLE, title);
	cairo_pdf_surface_set_metadata(pdf->surface, CAIRO_PDF_METADATA_CREATE_DATE, NULL); /* else it is now */
	return pdf;
}

void
paint_pdf_size(struct paint_pdf *pdf, double width_mm, double height_mm)
{
	pdf->width_pt = width_mm * POINTS_A_MM;
	cairo_pdf_surface_set_size(pdf->surface, pdf->width_pt, height_mm * POINTS_A_MM);
}

void
paint_pdf_page(struct paint_pdf *pdf, const struct list *list)
{
	const struct replay replay = {
		.paint = pdf->paint,
		.cr = cairo_create(pdf->surface),
		.theme = list->theme,
		.scale = list->scale,
		.vector = true,
	};
	const double scale = list->width > 0 ? pdf->width_pt / list->width : 1;
	cairo_scale(replay.cr, scale, scale);
	for (int i = 0; i < list->count; i++) {
		replay_command(&replay, &list->commands[i]);
	}
	cairo_show_page(replay.cr);
	cairo_destroy(replay.cr);
}

bool
paint_pdf_close(struct paint_pdf *pdf, struct error *err)
{
	cairo_surface_finish(pdf->surface);
	const cairo_status_t status = cairo_surface_status(pdf->surface);
	const bool ok = status == CAIRO_STATUS_SUCCESS && !pdf->failed;
	cairo_surface_destroy(pdf->surface);
	free(pdf);
	if (!ok) {
		return error_set(err, ERROR_SYSTEM, "writing a PDF: %s", cairo_status_to_string(status));
	}
	return true;
}
