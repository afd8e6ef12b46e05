#include "kiosk/print/receipt_pdf.h"

#include "kiosk/print/strip_pdf.h"

static void
draw(struct tree *tree, const void *self)
{
	receipt_draw(tree, self, STRIP_WIDTH_80);
}

bool
receipt_pdf_write(struct paint *paint, const struct receipt *receipt, const char *path, struct error *err)
{
	return strip_pdf_write(paint, draw, receipt, receipt->number, path, err) ||
		   error_in(err, "receipt %s", receipt->number);
}
