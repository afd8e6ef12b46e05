#pragma once
/*
 * A measurer for tests of kiosk/ui alone: every grapheme is half an em wide, lines break anywhere. Real text is
 * measured in the tests of kiosk/paint.
 */
#include <string.h>

#include "kiosk/ui/grapheme.h"
#include "kiosk/ui/tree.h"

static int
plain_advance(const struct tree_run *run)
{
	return run->size_64 / 128;
}

static void
plain_extent(void *self, const struct tree_run *run, struct tree_extent *out)
{
	(void)self;
	const int count = (int)grapheme_count(run->text), natural = count * plain_advance(run);
	*out = (struct tree_extent){ .w = natural, .h = run->line };
	if (run->width >= 0 && natural > run->width) {
		const int per_line = run->width / plain_advance(run) > 0 ? run->width / plain_advance(run) : 1;
		out->w = per_line * plain_advance(run);
		out->h = run->wrap ? (count + per_line - 1) / per_line * run->line : run->line;
		out->cut = !run->wrap;
	}
	out->ink = (struct tree_rect){ 0, 0, out->w, out->h };
}

static int
plain_caret(void *self, const struct tree_run *run, size_t at)
{
	(void)self;
	int x = 0;
	for (size_t i = 0; i < at && run->text[i]; i = grapheme_after(run->text, i)) {
		x += plain_advance(run);
	}
	return x;
}

static size_t
plain_index(void *self, const struct tree_run *run, int x)
{
	(void)self;
	const int n = (x + plain_advance(run) / 2) / plain_advance(run);
	return grapheme_nth(run->text, n > 0 ? (size_t)n : 0);
}

static const struct tree_measure_ops PLAIN_OPS = { plain_extent, plain_caret, plain_index };
static const struct tree_measure PLAIN = { &PLAIN_OPS, NULL };
