#include "tests/driver/png.h"

#include <cairo.h>

bool
png_write(const struct paint_pixels *pixels, const char *path, struct error *err)
{
	cairo_surface_t *surface = cairo_image_surface_create_for_data(
		pixels->at, CAIRO_FORMAT_RGB24, pixels->width, pixels->height, pixels->stride);
	cairo_status_t status = cairo_surface_write_to_png(surface, path);

	cairo_surface_destroy(surface);
	if (status != CAIRO_STATUS_SUCCESS)
		return error_set(err, ERROR_SYSTEM, "%s: %s", path, cairo_status_to_string(status));
	return true;
}
