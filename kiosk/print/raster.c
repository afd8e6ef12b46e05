#include "kiosk/print/raster.h"

#include <stdlib.h>

unsigned
raster_dots(enum raster_paper paper)
{
	return paper == RASTER_58MM ? 384 : 576;
}

int
raster_design_width(enum raster_paper paper)
{
	return paper == RASTER_58MM ? STRIP_WIDTH_58 : STRIP_WIDTH_80;
}

static void
pack(const uint8_t *dots, struct raster *out)
{
	const size_t count = (size_t)out->width * out->height;
	for (size_t i = 0; i < count; i += 8) {
		unsigned byte = 0;
		for (size_t k = 0; k < 8; k++)
			byte = byte << 1 | (dots[i + k] != 0);
		out->rows[i / 8] = (uint8_t)byte;
	}
}

static void
paint_dots(struct paint *paint, const struct list *list, struct raster *out)
{
	uint8_t *dots = malloc((size_t)out->width * out->height);
	out->rows = malloc((size_t)out->width / 8 * out->height);
	if (dots == NULL || out->rows == NULL)
		abort();
	paint_raster(paint, list, dots, (int)out->width, (int)out->height);
	pack(dots, out);
	free(dots);
}

bool
raster_make(struct paint *paint, enum raster_paper paper, paper_draw_fn draw, const void *self, struct raster *out,
	struct error *err)
{
	struct paper strip = { 0 };
	struct raster raster = { .width = raster_dots(paper) };
	paper_compose(&strip, paint, STRIP_SCALE, raster_design_width(paper), draw, self);
	raster.height = (uint32_t)strip.list.height;
	const bool fits = raster.height >= 1 && raster.height <= RASTER_ROWS_MOST;
	if (fits)
		paint_dots(paint, &strip.list, &raster);
	paper_finish(&strip);
	if (!fits)
		return error_set(err, ERROR_FULL, "paper of %u rows", raster.height);
	*out = raster;
	return true;
}

void
raster_finish(struct raster *raster)
{
	free(raster->rows);
	*raster = (struct raster){ 0 };
}
