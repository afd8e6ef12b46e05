#pragma once
/* The receipt as the dots of a receipt printer: the same tree as on the screen and in the PDF. */
#include "kiosk/print/raster.h"
#include "kiosk/ui/receipt.h"

/* Compose for the paper; free with raster_finish(). A receipt that was printed once is filled with `copy` > 0 and says
 * COPY. ERROR_FULL. */
NODISCARD bool receipt_raster(
	struct paint *paint, const struct receipt *receipt, enum raster_paper paper, struct raster *out, struct error *err);
