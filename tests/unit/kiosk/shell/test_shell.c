/* The shell's loop on SDL's dummy video driver: a second thread is the counter, the keyboard and the pointer. */
#include <SDL.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <time.h>

#include "kiosk/model/catalogue.h"
#include "kiosk/shell/shell.h"
#include "tests/support/check.h"
#include "tests/support/fixture_case.h"

#define WAIT_MS  5000u
#define QUIET_MS 200u

struct desk {
	struct window *window;
	struct paint *paint;
	struct catalogue *catalogue;
	struct channel shell, counter;
	struct view view;
	atomic_int x, y; /* the middle of the first feature, once drawn */
	int ticked, by_scan, by_key;
};

static void
rest(long ms)
{
	(void)nanosleep(&(struct timespec){ ms / 1000, ms % 1000 * 1000000 }, NULL);
}

/* Which feature the next command ticks; -1 for no command within the time, -2 for another one. */
static int
next_tick(struct desk *desk, unsigned timeout_ms)
{
	static struct command command;
	struct channel_message message;
	struct error err = { 0 };
	if (!channel_receive(&desk->counter, (uint8_t *)&command, sizeof command, timeout_ms, &message, &err)) {
		return -1;
	}
	return command.kind == COMMAND_TICK ? command.index : -2;
}

static void
press_key(SDL_Keycode sym)
{
	SDL_Event event = { .type = SDL_KEYDOWN };
	event.key.keysym.sym = sym;
	SDL_PushEvent(&event);
}

static void
click(int x, int y)
{
	SDL_Event event = { .type = SDL_MOUSEBUTTONDOWN };
	event.button.button = SDL_BUTTON_LEFT;
	event.button.state = SDL_PRESSED;
	event.button.clicks = 1;
	event.button.x = x;
	event.button.y = y;
	SDL_PushEvent(&event);
	event.type = SDL_MOUSEBUTTONUP;
	event.button.state = SDL_RELEASED;
	SDL_PushEvent(&event);
}

static void
tell(struct desk *desk, uint16_t type, struct span body)
{
	struct error err = { 0 };
	if (channel_send(&desk->counter, type, body, -1, WAIT_MS, &err)) {
		window_wake(desk->window);
	}
}

/* cmocka's checks work in the main thread only: what was seen is kept for it. */
static void *
play(void *at)
{
	struct desk *desk = at;
	tell(desk, COUNTER_VIEW, (struct span){ (const uint8_t *)&desk->view, sizeof desk->view });
	for (int i = 0; i < 500 && desk->x == 0; i++) {
		rest(10);
	}
	click(desk->x, desk->y);
	desk->ticked = next_tick(desk, WAIT_MS);
	for (SDL_Keycode sym = SDLK_1; sym <= SDLK_7; sym++) {
		press_key(sym);
	}
	press_key(SDLK_RETURN);
	desk->by_scan = next_tick(desk, QUIET_MS);
	press_key(SDLK_2);
	desk->by_key = next_tick(desk, WAIT_MS);
	tell(desk, COUNTER_END, (struct span){ NULL, 0 });
	return NULL;
}

static void
on_frame(void *self, const struct shell_frame *frame)
{
	struct desk *desk = self;
	const int node = tree_find(frame->tree, "check-0");
	if (node != TREE_NONE) {
		const struct tree_rect at = frame->tree->nodes[node].at;
		desk->y = at.y + at.h / 2;
		desk->x = at.x + at.w / 2;
	}
}

static void
digits_of_a_person_tick_and_those_of_a_scanner_do_not(void **state)
{
	static struct desk desk;
	struct error err = { 0 };
	pthread_t thread;
	(void)state;
	setenv("SDL_VIDEODRIVER", "dummy", 1);
	const struct window_options options = { .title = "Test", .width = 1920, .height = 1080 };
	assert_true(window_open(&options, &desk.window, &err));
	assert_true(catalogue_load(TEST_SOURCE_DIR "/assets/catalogue", true, NULL, NULL, &desk.catalogue, &err));
	assert_true(fixture_case("identity", desk.catalogue, &desk.view));
	assert_true(channel_pair(&desk.shell, &desk.counter, &err));
	desk.paint = paint_new();
	const struct shell_setup setup = { .window = desk.window,
		.paint = desk.paint,
		.counter = &desk.shell,
		.look = { THEME_LIGHT, LANG_EN, 1.0f, 1.0f },
		.watch = { on_frame, &desk } };
	assert_int_equal(pthread_create(&thread, NULL, play, &desk), 0);
	const bool ok = shell_run(&setup, &err);
	assert_int_equal(pthread_join(thread, NULL), 0);
	assert_true(ok);
	assert_int_equal(desk.ticked, 0);
	assert_int_equal(desk.by_scan, -1);
	assert_int_equal(desk.by_key, 1);
	channel_close(&desk.shell);
	channel_close(&desk.counter);
	paint_free(desk.paint);
	catalogue_free(desk.catalogue);
	window_close(desk.window);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(digits_of_a_person_tick_and_those_of_a_scanner_do_not),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
