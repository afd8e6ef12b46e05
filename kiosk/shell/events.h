#pragma once
/*
 * SDL events into inputs. Pure but for the clipboard: one SDL_Event in, at most one input out. What a person did once
 * comes out once: SDL reports a touch also as a mouse and a click also as a touch, and the copies are dropped here.
 */
#include <SDL.h>

#include "kiosk/ui/input.h"

#define EVENTS_PASTE_MOST 65536u /* bytes taken from the clipboard; a field refuses far less */

struct events {
	uint32_t wake;     /* SDL's number of the wake event; 0 before it is registered */
	int width, height; /* of the window: touches are given in parts of it */
	bool clipboard;    /* Ctrl-V gives INPUT_PASTE */
	char *paste;       /* owned by SDL's allocator; what the last INPUT_PASTE points to */
};

/*
 * Translate. False if the event means nothing to us: key up, another button, a copy. Held-down Enter, Escape, F-keys
 * and characters without Ctrl count once. `at_ms` is the monotonic time.
 */
bool events_translate(struct events *events, const SDL_Event *event, int64_t at_ms, struct input *out);
/* Give back the last paste. */
void events_finish(struct events *events);
