#include "kiosk/paint/shape.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

#define NUMBERS_MOST 6

void
shape_round(cairo_t *cr, double x, double y, double w, double h, double radius)
{
	const double r = fmin(radius, fmin(w, h) / 2);
	if (r <= 0) {
		cairo_rectangle(cr, x, y, w, h);
		return;
	}
	cairo_new_sub_path(cr);
	cairo_arc(cr, x + w - r, y + r, r, -M_PI / 2, 0);
	cairo_arc(cr, x + w - r, y + h - r, r, 0, M_PI / 2);
	cairo_arc(cr, x + r, y + h - r, r, M_PI / 2, M_PI);
	cairo_arc(cr, x + r, y + r, r, M_PI, 3 * M_PI / 2);
	cairo_close_path(cr);
}

/* How many numbers follow a command letter; -1 if there is no such letter. */
static int
numbers_of(char letter)
{
	switch (letter) {
	case 'M':
	case 'L':
		return 2;
	case 'C':
		return 6;
	case 'O':
		return 3;
	case 'R':
	case 'A':
		return 5;
	case 'Z':
		return 0;
	default:
		return -1;
	}
}

static void
append(cairo_t *cr, char letter, const double *v)
{
	switch (letter) {
	case 'M':
		cairo_move_to(cr, v[0], v[1]);
		break;
	case 'L':
		cairo_line_to(cr, v[0], v[1]);
		break;
	case 'C':
		cairo_curve_to(cr, v[0], v[1], v[2], v[3], v[4], v[5]);
		break;
	case 'O':
		cairo_new_sub_path(cr);
		cairo_arc(cr, v[0], v[1], v[2], 0, 2 * M_PI);
		break;
	case 'A':
		cairo_new_sub_path(cr);
		cairo_arc(cr, v[0], v[1], v[2], v[3] * M_PI / 180, v[4] * M_PI / 180);
		break;
	case 'R':
		shape_round(cr, v[0], v[1], v[2], v[3], v[4]);
		break;
	default:
		cairo_close_path(cr);
		break;
	}
}

/* Digits with a point: not strtod(), which follows the locale. */
static bool
read_number(const char **at, double *out)
{
	const char *s = *at;
	while (*s == ' ' || *s == ',') {
		s++;
	}
	const bool negative = *s == '-';
	s += negative;
	const char *start = s;
	double v = 0, unit = 1;
	for (; *s >= '0' && *s <= '9'; s++) {
		v = v * 10 + (*s - '0');
	}
	if (*s == '.') {
		for (s++; *s >= '0' && *s <= '9'; s++) {
			unit /= 10;
			v += (*s - '0') * unit;
		}
	}
	*out = negative ? -v : v;
	*at = s;
	return s > start;
}

void
shape_path(cairo_t *cr, const char *d)
{
	while (*d) {
		const char letter = *d++;
		if (letter == ' ') {
			continue;
		}
		double v[NUMBERS_MOST];
		const int count = numbers_of(letter);
		bool ok = count >= 0;
		for (int i = 0; i < count && ok; i++) {
			ok = read_number(&d, &v[i]);
		}
		if (!ok) {
			return;
		}
		append(cr, letter, v);
	}
}
