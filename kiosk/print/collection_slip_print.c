#include "kiosk/print/collection_slip_print.h"

#include "kiosk/print/strip_pdf.h"

struct drawing {
	const struct collection_slip *slip;
	int width;
};

static void
draw(struct tree *tree, const void *self)
{
	const struct drawing *drawing = self;
	collection_slip_draw(tree, drawing->slip, drawing->width);
}

bool
collection_slip_print_raster(struct paint *paint, const struct collection_slip *slip, enum raster_paper paper,
	struct raster *out, struct error *err)
{
	const struct drawing drawing = { slip, raster_design_width(paper) };
	return raster_make(paint, paper, draw, &drawing, out, err) || error_in(err, "slip %s", slip->case_number);
}

bool
collection_slip_print_pdf(struct paint *paint, const struct collection_slip *slip, const char *path, struct error *err)
{
	const struct drawing drawing = { slip, STRIP_WIDTH_80 };
	return strip_pdf_write(paint, draw, &drawing, slip->case_number, path, err) ||
		   error_in(err, "slip %s", slip->case_number);
}
