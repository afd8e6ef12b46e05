#pragma once
/*
 * An SDL window whose surface is painted in place: damaged rectangles out, inputs in (events.h). No renderer, no
 * texture, no frame loop; nothing wakes up while nothing happens.
 */
#include "kiosk/paint/paint.h"
#include "kiosk/ui/input.h"

struct window; /* hides SDL */

struct window_options {
	const char *title;
	int width, height; /* ignored when fullscreen; 0 takes 1280 x 800 */
	bool fullscreen;
	bool clipboard; /* Ctrl-V pastes; nothing is ever copied out. Off at a counter */
	int display;    /* number of the monitor, from 0 */
};

/*
 * Start SDL's video part and open one window. Sets SDL's hints and, if nobody did, DBUS_SESSION_BUS_ADDRESS to
 * "disabled:" (SDL would start a bus of its own): call it before other threads run. ERROR_SYSTEM with SDL's words.
 */
NODISCARD bool window_open(const struct window_options *options, struct window **out, struct error *err);
/* Close and stop SDL. Accepts NULL. */
void window_close(struct window *window);

/*
 * The window's own pixels, of the size it has now: lay out for that size, paint, show, and ask again for the next
 * frame. After INPUT_RESIZE and INPUT_REDRAW they hold nothing: paint everything. ERROR_SYSTEM.
 */
NODISCARD bool window_pixels(struct window *window, struct paint_pixels *out, struct error *err);
/* Show what was painted in these rectangles. ERROR_SYSTEM. */
NODISCARD bool window_show(struct window *window, const struct tree_rect *rects, int count, struct error *err);

/*
 * Wait for the next input, at most until deadline_ms on the monotonic clock (INT64_MAX: for ever), and put it in *out.
 * After the deadline *out is INPUT_TIMER. Call window_next() until it is false before waiting again, and draw once.
 */
void window_wait(struct window *window, int64_t deadline_ms, struct input *out);
/* The next input that is already there; false if there is none. */
bool window_next(struct window *window, struct input *out);

/* From any thread: window_wait() returns INPUT_WAKE soon. Several wakes may become one. */
void window_wake(struct window *window);

/* Text is composed only while a text field has the focus; `at` is where the candidates go. Cheap to repeat. */
void window_text_input(struct window *window, bool on, const struct tree_rect *at);
