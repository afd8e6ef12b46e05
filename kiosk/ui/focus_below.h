#pragma once
/*
 * Which scroll areas are too small for what is in them, and whether they hide something below: noted after layout, so
 * that the next tree can say so. Part of struct focus, because it outlives the tree like the offsets do.
 */
#include <stdbool.h>
#include <stdint.h>

#define FOCUS_BELOW_MOST 8u

struct focus;
struct tree;

enum focus_shows {
	FOCUS_SHOWS_ALL, /* it does not scroll */
	FOCUS_SHOWS_END, /* it does, and is at its end */
	FOCUS_SHOWS_PART /* there is more below */
};

struct focus_below {
	uint64_t keys[FOCUS_BELOW_MOST]; /* tree_key() of the areas that scroll, in tree order */
	enum focus_shows shows[FOCUS_BELOW_MOST];
	unsigned count;
};

/*
 * After layout. True if it is other than before: what says so must be drawn anew. An area that has just become too
 * small shows the focused box again (focus.reveal). Areas without an id and those beyond FOCUS_BELOW_MOST are left out.
 */
bool focus_below_note(struct focus *focus, const struct tree *tree);
/* What this area showed when it was last laid out. */
enum focus_shows focus_below(const struct focus *focus, uint64_t key);
