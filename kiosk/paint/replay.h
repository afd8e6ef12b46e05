#pragma once
/* One drawing command onto a Cairo context: to pixels with the caches, to vectors without. */
#include "kiosk/paint/mask.h"
#include "kiosk/paint/run.h"

struct paint {
	struct run_cache runs;
	struct mask_cache masks;
};

struct replay {
	struct paint *paint;
	cairo_t *cr;
	enum theme theme;
	float scale;
	bool vector; /* for PDF: text as text, no shadows */
};

void replay_command(const struct replay *replay, const struct list_command *command);
