#include "kiosk/shell/shell.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "kiosk/base/clock.h"
#include "kiosk/base/secret.h"
#include "kiosk/ui/damage.h"
#include "kiosk/ui/layout.h"
#include "kiosk/ui/list.h"

#define SHELL_SEND_MS  2000u
#define SHELL_PAUSE_MS 300 /* typing that stops for so long is told to the counter thread */
#define SHELL_SETTLES  4   /* times a tree is built again because the focus had to move */
#define SHELL_BLINK_MS 600
#define SHELL_STILL_MS 10000 /* without input for so long the caret stops blinking: nothing wakes up any more */

struct shell {
	const struct shell_setup *setup;
	struct view view, incoming; /* incoming: room for a message */
	struct screen_local local;
	struct tree tree;
	struct list list;
	struct damage damage;
	bool have_view, ended, dirty;
	uint32_t drawn;                        /* generation of the view that the tree was built of */
	int64_t typed_ms, active_ms, blink_ms; /* monotonic; 0 none */
};

/* --- out --- */

static bool
send_commands(struct shell *shell, struct command *commands, size_t count, struct error *err)
{
	bool ok = true;
	for (size_t i = 0; i < count && ok; i++) {
		commands[i].drawn = shell->drawn;
		ok = channel_send(shell->setup->counter, COUNTER_COMMAND,
			(struct span){ (const uint8_t *)&commands[i], sizeof(commands[i]) }, -1, SHELL_SEND_MS, err);
	}
	secret_wipe(commands, SCREEN_COMMANDS * sizeof(*commands));
	return ok;
}

static bool
send_kind(struct shell *shell, enum command_kind kind, struct error *err)
{
	struct command commands[SCREEN_COMMANDS] = { { .kind = kind } };
	return send_commands(shell, commands, 1, err);
}

/* What is typed, before anything else happens. */
static bool
send_typed(struct shell *shell, struct error *err)
{
	struct command commands[SCREEN_COMMANDS];
	shell->typed_ms = 0;
	return send_commands(shell, commands, screen_pause(&shell->view, &shell->local, commands), err);
}

static bool
leave(struct shell *shell, struct error *err)
{
	return send_typed(shell, err) && send_kind(shell, COMMAND_STOP, err);
}

/* --- the frame --- */

static void
build(struct shell *shell, const struct paint_pixels *pixels)
{
	struct tree_measure measure = paint_measure(shell->setup->paint);

	shell->local.now_ms = clock_now_ms();
	for (int i = 0; i < SHELL_SETTLES; i++) {
		tree_begin(&shell->tree, &shell->local.look, &shell->local.focus, pixels->width, pixels->height);
		screen_draw(&shell->tree, &shell->view, &shell->local);
		layout_run(&shell->tree, &measure, &shell->local.focus);
		if (!focus_settle(&shell->local.focus, &shell->tree))
			break;
	}
	list_build(&shell->list, &shell->tree, &measure);
	shell->drawn = shell->view.generation;
}

static void
place_caret(struct shell *shell)
{
	bool text = focus_in_text(&shell->local.focus, &shell->tree);
	int node = tree_find_key(&shell->tree, shell->local.focus.key);

	window_text_input(shell->setup->window, text, node == TREE_NONE ? NULL : &shell->tree.nodes[node].at);
	if (!text)
		shell->blink_ms = 0;
	else if (shell->blink_ms == 0)
		shell->blink_ms = clock_monotonic_ms() + SHELL_BLINK_MS;
}

static bool
frame(struct shell *shell, struct error *err)
{
	struct paint_pixels pixels;
	struct tree_rect rects[DAMAGE_MOST];

	shell->dirty = false;
	if (!window_pixels(shell->setup->window, &pixels, err))
		return false;
	build(shell, &pixels);
	int count = damage_find(&shell->damage, &shell->list, rects);
	if (count > 0) {
		paint_list(shell->setup->paint, &shell->list, &pixels, rects, count);
		if (!window_show(shell->setup->window, rects, count, err))
			return false;
	}
	place_caret(shell);
	if (shell->setup->watch.frame != NULL) {
		struct shell_frame seen = { &shell->view, &shell->local, &shell->tree, shell->setup->paint, pixels };
		shell->setup->watch.frame(shell->setup->watch.self, &seen);
	}
	return true;
}

/* --- in --- */

static void
take_view(struct shell *shell, struct span body)
{
	if (body.len != sizeof(shell->view))
		return;
	memcpy(&shell->view, body.at, sizeof(shell->view));
	screen_view(&shell->view, &shell->local);
	shell->have_view = true;
	shell->dirty = true;
}

/* Every view that is there; the last one counts. */
static bool
take_messages(struct shell *shell, unsigned timeout_ms, struct error *err)
{
	struct channel_message message;
	uint8_t *room = (uint8_t *)&shell->incoming;
	bool asked = false;

	while (channel_receive(shell->setup->counter, room, sizeof(shell->incoming), timeout_ms, &message, err)) {
		if (message.type == COUNTER_VIEW)
			take_view(shell, message.body);
		else if (message.type == COUNTER_END)
			shell->ended = true;
		else if (message.type == COUNTER_LEAVE)
			asked = true;
		timeout_ms = 0;
	}
	if (err->kind == ERROR_TIMEOUT)
		return !asked || leave(shell, err);
	shell->ended = true;
	return err->kind == ERROR_GONE;
}

static bool
act(struct shell *shell, const struct focus_message *message, const struct input *input, struct error *err)
{
	struct command commands[SCREEN_COMMANDS];
	size_t count = screen_act(&shell->view, &shell->local, message, input, commands);

	if (!screen_unsent(&shell->local))
		shell->typed_ms = 0;
	else if (message->kind == FOCUS_EDITED)
		shell->typed_ms = clock_monotonic_ms();
	return send_commands(shell, commands, count, err);
}

static bool
take(struct shell *shell, const struct input *input, struct error *err)
{
	struct tree_measure measure = paint_measure(shell->setup->paint);
	struct focus_message message = focus_input(&shell->local.focus, &shell->tree, &measure, input);

	shell->active_ms = clock_monotonic_ms();
	shell->local.focus.caret_hidden = false;
	if (shell->blink_ms != 0)
		shell->blink_ms = shell->active_ms + SHELL_BLINK_MS;
	if (message.kind == FOCUS_NOTHING)
		return true;
	shell->dirty = true;
	return message.kind == FOCUS_DRAW ? true : act(shell, &message, input, err);
}

/* Keys that were held back and are not a scanner's, each with the picture that the one before it made. */
static bool
take_held(struct shell *shell, const struct input *next, struct error *err)
{
	struct input held;
	int64_t now = next != NULL ? next->at_ms : clock_monotonic_ms();

	while (focus_hold_next(&shell->local.focus.hold, next, now, &held))
		if (!take(shell, &held, err) || (shell->dirty && shell->have_view && !frame(shell, err)))
			return false;
	return true;
}

static bool
person(struct shell *shell, const struct input *input, struct error *err)
{
	return take_held(shell, input, err) && take(shell, input, err);
}

static bool
take_input(struct shell *shell, const struct input *input, struct error *err)
{
	switch (input->kind) {
	case INPUT_NONE:
		return true;
	case INPUT_WAKE:
		return take_messages(shell, 0, err);
	case INPUT_TIMER:
		shell->dirty = true;
		return true;
	case INPUT_RESIZE:
	case INPUT_REDRAW:
		damage_forget(&shell->damage);
		shell->dirty = true;
		return true;
	case INPUT_QUIT:
		return leave(shell, err);
	case INPUT_KEY:
	case INPUT_TEXT:
	case INPUT_EDITING:
	case INPUT_PASTE:
	case INPUT_MOVE:
	case INPUT_PRESS:
	case INPUT_RELEASE:
	case INPUT_WHEEL:
	case INPUT_LEAVE:
		return person(shell, input, err);
	}
	return true;
}

/* --- time --- */

static int64_t
earlier(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

static int64_t
lock_at(const struct shell *shell)
{
	bool may = shell->setup->lock_minutes > 0 && shell->view.signed_in && shell->view.state != FLOW_LOCKED;
	return may ? shell->active_ms + (int64_t)shell->setup->lock_minutes * 60000 : INT64_MAX;
}

/* When something has to happen although nobody does anything; monotonic ms. */
static int64_t
deadline(const struct shell *shell)
{
	int64_t now = clock_monotonic_ms(), wall = screen_next_ms(&shell->view, &shell->local), at = lock_at(shell);

	if (wall > 0)
		at = earlier(at, now + (wall > clock_now_ms() ? wall - clock_now_ms() : 0));
	if (shell->typed_ms > 0)
		at = earlier(at, shell->typed_ms + SHELL_PAUSE_MS);
	if (shell->blink_ms > 0)
		at = earlier(at, shell->blink_ms);
	if (focus_hold_until_ms(&shell->local.focus.hold) > 0)
		at = earlier(at, focus_hold_until_ms(&shell->local.focus.hold));
	return at;
}

static bool
tick(struct shell *shell, struct error *err)
{
	int64_t now = clock_monotonic_ms();

	if (!take_held(shell, NULL, err))
		return false;
	if (shell->blink_ms > 0 && now >= shell->blink_ms) {
		bool still = now - shell->active_ms >= SHELL_STILL_MS;
		shell->local.focus.caret_hidden = !still && !shell->local.focus.caret_hidden;
		shell->blink_ms = still ? INT64_MAX : now + SHELL_BLINK_MS;
		shell->dirty = true;
	}
	if (shell->typed_ms > 0 && now >= shell->typed_ms + SHELL_PAUSE_MS && !send_typed(shell, err))
		return false;
	if (now >= lock_at(shell)) {
		shell->active_ms = now;
		return send_kind(shell, COMMAND_LOCK, err);
	}
	return true;
}

static bool
turn(struct shell *shell, struct error *err)
{
	struct input input = { 0 };

	if (shell->dirty && shell->have_view && !frame(shell, err))
		return false;
	window_wait(shell->setup->window, shell->have_view ? deadline(shell) : INT64_MAX, &input);
	do {
		if (!take_input(shell, &input, err))
			return false;
		/* The next input must meet the tree it was aimed at. */
		if (shell->dirty && shell->have_view && input.kind != INPUT_MOVE && !frame(shell, err))
			return false;
	} while (!shell->ended && window_next(shell->setup->window, &input));
	return tick(shell, err);
}

bool
shell_run(const struct shell_setup *setup, struct error *err)
{
	struct shell *shell = calloc(1, sizeof(*shell)); /* once, at the start; too large for a stack */
	bool ok = true;

	if (shell == NULL)
		return error_set(err, ERROR_SYSTEM, "no memory for the shell");
	shell->setup = setup;
	shell->active_ms = clock_monotonic_ms();
	screen_start(&shell->local, &setup->look);
	while (ok && !shell->ended)
		ok = turn(shell, err);
	tree_finish(&shell->tree);
	list_finish(&shell->list);
	damage_finish(&shell->damage);
	secret_wipe(shell, sizeof(*shell));
	free(shell);
	return ok || error_in(err, "shell");
}
