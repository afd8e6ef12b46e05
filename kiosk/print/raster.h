#pragma once
/*
 * A strip of paper as the dots of a 203 dpi printer: rows of width / 8 bytes, the leftmost dot in bit 7 of the first, 1
 * is black; as device_wire.h sends it and printer.h prints it. Black or white, no grey by dots: text stays sharp.
 */
#include "kiosk/print/paper.h"
#include "kiosk/ui/strip.h"

#define RASTER_ROWS_MOST 16384u /* 2 m of paper */

enum raster_paper { RASTER_80MM, RASTER_58MM }; /* 576 and 384 dots */

struct raster {
	uint8_t *rows;  /* owned; height * width / 8 bytes */
	unsigned width; /* dots; a multiple of 8 */
	uint32_t height;
};

unsigned raster_dots(enum raster_paper paper);
int raster_design_width(enum raster_paper paper); /* STRIP_WIDTH_80 or STRIP_WIDTH_58: what `draw` has to fill */
/* Compose what `draw` draws. ERROR_FULL for more than RASTER_ROWS_MOST rows. Free with raster_finish(). */
NODISCARD bool raster_make(struct paint *paint, enum raster_paper paper, paper_draw_fn draw, const void *self,
	struct raster *out, struct error *err);
void raster_finish(struct raster *raster); /* accepts a zeroed one */
