#pragma once
/*
 * A screen with somebody before it: a fixture view, the tree it makes, keys and clicks through the focus layer, and the
 * commands that come out. Text is measured plainly (plain_measure.h): every letter half an em.
 */
#include "kiosk/model/catalogue.h"
#include "kiosk/ui/screen.h"
#include "kiosk/ui/tree.h"

struct stage {
	struct catalogue *catalogue; /* owned */
	struct tree tree;
	struct view view;
	struct screen_local local;
	struct command commands[SCREEN_COMMANDS]; /* of the last input */
	size_t count;
	size_t sent; /* all commands since stage_show() */
	int width, height;
	int64_t at_ms; /* of the last input; each one is later than the one before */
};

/* cmocka set-up and tear-down: *state is a struct stage with the training catalogue. */
int stage_open(void **state);
int stage_close(void **state);

/* Show a fixture view anew, in English at 100 % on 1920 x 1080. */
void stage_show(struct stage *stage, const char *name);
/* Take the changed stage->view as the counter's next one. */
void stage_view(struct stage *stage);
/* Build and lay out again. */
void stage_build(struct stage *stage);

void stage_key(struct stage *stage, unsigned key);
void stage_type(struct stage *stage, const char *text);
void stage_click(struct stage *stage, const char *id);
/* A scanner's burst with its Enter. */
void stage_scan(struct stage *stage, const char *text);

/* The only command of the last input; fails the test if there was none or more than one. */
const struct command *stage_command(const struct stage *stage);
bool stage_has(const struct stage *stage, const char *id);
bool stage_focused(const struct stage *stage, const char *id);
/* True if some box shows exactly this text. */
bool stage_reads(const struct stage *stage, const char *text);
