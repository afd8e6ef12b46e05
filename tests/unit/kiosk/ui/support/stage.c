#include "tests/unit/kiosk/ui/support/stage.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kiosk/ui/layout.h"
#include "tests/support/check.h"
#include "tests/support/fixture_case.h"
#include "tests/support/fixture_view.h"
#include "tests/unit/kiosk/ui/plain_measure.h"

#define SETTLES 4

int
stage_open(void **state)
{
	struct error err = { 0 };
	struct stage *stage = calloc(1, sizeof *stage);
	assert_non_null(stage);
	assert_true(catalogue_load(TEST_SOURCE_DIR "/assets/catalogue", true, NULL, NULL, &stage->catalogue, &err));
	stage->width = 1920;
	stage->height = 1080;
	*state = stage;
	return 0;
}

int
stage_close(void **state)
{
	struct stage *stage = *state;
	tree_finish(&stage->tree);
	catalogue_free(stage->catalogue);
	free(stage);
	return 0;
}

void
stage_build(struct stage *stage)
{
	for (int i = 0; i < SETTLES; i++) {
		tree_begin(&stage->tree, &stage->local.look, &stage->local.focus, stage->width, stage->height);
		screen_draw(&stage->tree, &stage->view, &stage->local);
		layout_run(&stage->tree, &PLAIN, &stage->local.focus);
		if (!focus_settle(&stage->local.focus, &stage->tree)) {
			return;
		}
	}
	fail_msg("the focus never settles");
}

void
stage_show(struct stage *stage, const char *name)
{
	const struct tree_look look = { THEME_LIGHT, LANG_EN, 1.0f, 1.0f };
	assert_true(
		fixture_view(name, stage->catalogue, &stage->view) || fixture_case(name, stage->catalogue, &stage->view));
	memset(&stage->local, 0, sizeof stage->local);
	screen_start(&stage->local, &look);
	stage->local.now_ms = FIXTURE_VIEW_NOW;
	stage->count = stage->sent = 0;
	screen_view(&stage->view, &stage->local);
	stage_build(stage);
}

void
stage_view(struct stage *stage)
{
	stage->view.generation++;
	screen_view(&stage->view, &stage->local);
	stage_build(stage);
}

static void
take(struct stage *stage, const struct input *input)
{
	const struct focus_message message = focus_input(&stage->local.focus, &stage->tree, &PLAIN, input);
	stage->count = 0;
	if (message.kind != FOCUS_NOTHING && message.kind != FOCUS_DRAW) {
		stage->count = screen_act(&stage->view, &stage->local, &message, input, stage->commands);
		stage->sent += stage->count;
	}
	stage_build(stage);
}

/* What was held back and is due before `next`. */
static void
take_held(struct stage *stage, const struct input *next, int64_t now_ms)
{
	struct input held;
	while (focus_hold_next(&stage->local.focus.hold, next, now_ms, &held)) {
		take(stage, &held);
	}
}

/* As the shell does it. */
static void
feed(struct stage *stage, const struct input *input)
{
	take_held(stage, input, input->at_ms);
	take(stage, input);
}

void
stage_key(struct stage *stage, unsigned key)
{
	stage->at_ms += 1000;
	feed(stage, &(struct input){ .kind = INPUT_KEY, .key = key, .at_ms = stage->at_ms });
	take_held(stage, NULL, stage->at_ms + EDIT_SCAN_GAP_MS);
}

/* One letter after the other, slower than a scanner; the commands of all but the last are dropped. */
void
stage_type(struct stage *stage, const char *text)
{
	while (*text) {
		stage->at_ms += 200;
		struct input input = { .kind = INPUT_TEXT, .at_ms = stage->at_ms };
		const size_t len = (*text & 0x80) == 0 ? 1 : (*text & 0xE0) == 0xC0 ? 2 : (*text & 0xF0) == 0xE0 ? 3 : 4;
		memcpy(input.text, text, len);
		feed(stage, &input);
		text += len;
	}
}

void
stage_scan(struct stage *stage, const char *text)
{
	stage->at_ms += 1000;
	for (; *text; text++, stage->at_ms += 5) {
		const unsigned key = *text >= 'a' && *text <= 'z' ? (unsigned)(*text - 'a' + 'A') : (unsigned)*text;
		feed(stage, &(struct input){ .kind = INPUT_KEY, .key = key, .at_ms = stage->at_ms });
		if (focus_in_text(&stage->local.focus, &stage->tree)) { /* else nothing is composed */
			feed(stage, &(struct input){ .kind = INPUT_TEXT, .text = { *text }, .at_ms = stage->at_ms });
		}
	}
	feed(stage, &(struct input){ .kind = INPUT_KEY, .key = KEY_ENTER, .at_ms = stage->at_ms });
}

void
stage_click(struct stage *stage, const char *id)
{
	const int node = tree_find(&stage->tree, id);
	if (node == TREE_NONE) {
		fail_msg("there is no box %s", id);
	}
	stage->at_ms += 1000;
	const struct tree_rect at = stage->tree.nodes[node].at;
	const int x = at.x + at.w / 2, y = at.y + at.h / 2;
	feed(stage, &(struct input){ .kind = INPUT_PRESS, .x = x, .y = y, .clicks = 1, .at_ms = stage->at_ms });
	if (stage->count == 0) {
		feed(stage, &(struct input){ .kind = INPUT_RELEASE, .x = x, .y = y, .at_ms = stage->at_ms });
	}
}

const struct command *
stage_command(const struct stage *stage)
{
	assert_int_equal(stage->count, 1);
	return &stage->commands[0];
}

bool
stage_has(const struct stage *stage, const char *id)
{
	return tree_find(&stage->tree, id) != TREE_NONE;
}

bool
stage_focused(const struct stage *stage, const char *id)
{
	return stage_has(stage, id) && focus_is(&stage->local.focus, id);
}

bool
stage_reads(const struct stage *stage, const char *text)
{
	for (int i = 0; i < stage->tree.count; i++) {
		const char *at = stage->tree.nodes[i].box.text;
		if (at && strcmp(at, text) == 0) {
			return true;
		}
	}
	return false;
}
