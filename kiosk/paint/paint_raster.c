#include <stdlib.h>
#include <string.h>

#include "kiosk/paint/paint.h"

#define WHITE 0x00FFFFFFu

/* ITU-R BT.601 luma, in 1/256 */
static unsigned
luma(uint32_t rgb)
{
	return ((rgb >> 16 & 0xFF) * 77 + (rgb >> 8 & 0xFF) * 150 + (rgb & 0xFF) * 29) >> 8;
}

void
paint_raster(struct paint *paint, const struct list *list, uint8_t *at, int width, int height)
{
	const size_t count = (size_t)width * (size_t)height;
	uint32_t *words = malloc(count * sizeof *words);
	if (!words) {
		abort();
	}
	for (size_t i = 0; i < count; i++) {
		words[i] = WHITE;
	}
	const struct paint_pixels pixels = { words, width, height, width * (int)sizeof *words };
	paint_list(paint, list, &pixels, NULL, 0);
	for (size_t i = 0; i < count; i++) {
		at[i] = luma(words[i]) < 128;
	}
	free(words);
}
