#pragma once
/* Outlines: the path language of list.h and round rectangles, appended to Cairo's current path. */
#include <cairo.h>

/* Append what `d` says, in its own units. A word that is not of the language ends the path there. */
void shape_path(cairo_t *cr, const char *d);
/* A rectangle with round corners; radius <= 0 gives a plain one, and never more than half a side is rounded. */
void shape_round(cairo_t *cr, double x, double y, double w, double h, double radius);
