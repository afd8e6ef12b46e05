#include "kiosk/print/receipt_raster.h"

struct drawing {
	const struct receipt *receipt;
	int width;
};

static void
draw(struct tree *tree, const void *self)
{
	const struct drawing *drawing = self;
	receipt_draw(tree, drawing->receipt, drawing->width);
}

bool
receipt_raster(
	struct paint *paint, const struct receipt *receipt, enum raster_paper paper, struct raster *out, struct error *err)
{
	const struct drawing drawing = { receipt, raster_design_width(paper) };
	return raster_make(paint, paper, draw, &drawing, out, err) || error_in(err, "receipt %s", receipt->number);
}
