#pragma once
/* Pixels of kiosk/paint as a PNG file. Not part of the counter: it takes no pictures of its screen. */
#include "kiosk/paint/paint.h"

NODISCARD bool png_write(const struct paint_pixels *pixels, const char *path, struct error *err);
