#include "kiosk/ui/focus_hold.h"

#include <string.h>

static bool
is_sign(const struct input *input)
{
	return input->kind == INPUT_KEY && input->key != KEY_NONE && input->key < KEY_ENTER &&
		   !(input->mods & (INPUT_CTRL | INPUT_ALT));
}

static bool
goes_on(const struct focus_hold *hold, int64_t now_ms)
{
	return hold->length > 0 && now_ms - hold->last_ms < EDIT_SCAN_GAP_MS;
}

bool
focus_hold_take(struct focus_hold *hold, const struct input *input)
{
	if (!is_sign(input) || input->held) {
		return false;
	}
	hold->length = goes_on(hold, input->at_ms) ? hold->length + 1 : 1;
	hold->last_ms = input->at_ms;
	if (hold->length >= EDIT_SCAN_LEAST || hold->count == FOCUS_HOLD_MOST) {
		hold->count = 0;
		return true;
	}
	hold->keys[hold->count].key = input->key;
	hold->keys[hold->count].mods = input->mods;
	hold->keys[hold->count++].at_ms = input->at_ms;
	return true;
}

/* Keys and presses are acted on in their order; what merely passes by changes nothing. */
static bool
overtakes(const struct input *next)
{
	return next && ((next->kind == INPUT_KEY && !is_sign(next)) || next->kind == INPUT_PRESS);
}

bool
focus_hold_next(struct focus_hold *hold, const struct input *next, int64_t now_ms, struct input *out)
{
	if (hold->count == 0 || (goes_on(hold, now_ms) && !overtakes(next))) {
		return false;
	}
	*out = (struct input){ .kind = INPUT_KEY,
		.key = hold->keys[0].key,
		.mods = hold->keys[0].mods,
		.at_ms = hold->keys[0].at_ms,
		.held = true };
	memmove(hold->keys, hold->keys + 1, --hold->count * sizeof hold->keys[0]);
	return true;
}

int64_t
focus_hold_until_ms(const struct focus_hold *hold)
{
	return hold->count > 0 ? hold->last_ms + EDIT_SCAN_GAP_MS : 0;
}

void
focus_hold_drop(struct focus_hold *hold)
{
	hold->count = 0;
}
