#pragma once
/*
 * The shell thread: inputs of the window become commands for the counter thread, its views become damaged pixels. Keeps
 * only what is on the glass. No frame loop: it waits for an input, a new view, or the next moment the picture changes
 * by itself.
 */
#include "kiosk/base/channel.h"
#include "kiosk/counter/counter.h"
#include "kiosk/flow/view.h"
#include "kiosk/shell/window.h"
#include "kiosk/ui/screen.h"

/* What may look at each frame after it was shown: nothing in `counter`, the scripted person in counter-training. All
 * pointers are borrowed for the call. */
struct shell_frame {
	const struct view *view;
	const struct screen_local *local;
	const struct tree *tree;
	struct paint *paint;
	struct paint_pixels pixels;
};
struct shell_watch {
	void (*frame)(void *self, const struct shell_frame *frame);
	void *self; /* borrowed */
};

struct shell_setup {
	struct window *window;    /* borrowed; open */
	struct paint *paint;      /* borrowed */
	struct channel *counter;  /* borrowed: the shell's end */
	struct tree_look look;    /* language, theme, scale and text size to begin with */
	unsigned lock_minutes;    /* without any input; 0 never locks */
	struct shell_watch watch; /* .frame NULL for none */
};

/* Run until the counter thread says COUNTER_END or its channel closes. ERROR_SYSTEM if the window fails. */
NODISCARD bool shell_run(const struct shell_setup *setup, struct error *err);
