#pragma once
/*
 * The program: sandbox, command line, configuration, window, counter thread, shell loop, and the end in the same order
 * backwards. main.c calls it with nothing more; counter-training adds somebody who looks on.
 */
#include "kiosk/shell/shell.h"

struct start_watcher {
	/* Called when the sandbox holds and the window is open, before the first frame. */
	bool (*begin)(void *self, struct shell_watch *out, struct error *err);
	void (*end)(void *self); /* called if begin() succeeded */
	void *self;
};

/* Returns the program's exit status: 0 ended as asked, 1 could not go on, 64 wrong command line, 78 wrong
 * configuration. `watcher` may be NULL. */
int start_run(int argc, char **argv, const struct start_watcher *watcher);
