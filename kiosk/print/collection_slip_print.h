#pragma once
/* The collection slip on paper: dots for a receipt printer, or a PDF of 80 mm paper, from one tree. */
#include "kiosk/print/raster.h"
#include "kiosk/ui/collection_slip.h"

/* Free with raster_finish(). ERROR_FULL. */
NODISCARD bool collection_slip_print_raster(struct paint *paint, const struct collection_slip *slip,
	enum raster_paper paper, struct raster *out, struct error *err);
/* Write `path` (mode 0600, durable). ERROR_SYSTEM if Cairo or the disk failed; ERROR_FULL over 4 MiB. */
NODISCARD bool collection_slip_print_pdf(
	struct paint *paint, const struct collection_slip *slip, const char *path, struct error *err);
