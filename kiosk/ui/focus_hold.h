#pragma once
/*
 * A key that is a letter, digit or sign, pressed while no text field has the focus, may be a shortcut or the beginning
 * of a scan. It is held back until the next key could no longer be the scanner's: a scan never ticks a feature or
 * presses a button. Pure; zeroed is idle.
 */
#include "kiosk/ui/edit.h"

#define FOCUS_HOLD_MOST (EDIT_SCAN_LEAST - 1u) /* one more is a scan */

struct focus_hold {
	struct {
		unsigned key, mods;
		int64_t at_ms;
	} keys[FOCUS_HOLD_MOST]; /* oldest first */
	unsigned count;          /* of them */
	unsigned length;         /* of the burst in progress, let go or not */
	int64_t last_ms;         /* its last key */
};

/* See a key that no text field takes. True if it is kept, or let go as part of a scan: nothing else is to be done. */
bool focus_hold_take(struct focus_hold *hold, const struct input *input);
/*
 * The next held key that is to be acted on before `next` is (NULL: nothing came), at now_ms; false if there is none.
 * *out has .held set and goes through focus_input(). Call until false, before each input and when the time is over.
 */
bool focus_hold_next(struct focus_hold *hold, const struct input *next, int64_t now_ms, struct input *out);
/* When focus_hold_next() has something although nothing comes: monotonic ms; 0 for never. */
int64_t focus_hold_until_ms(const struct focus_hold *hold);
/* Forget what is held: another page is in sight, the keys were not meant for it. */
void focus_hold_drop(struct focus_hold *hold);
