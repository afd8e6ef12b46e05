/* The window itself, on SDL's dummy video driver: everything but X is real. */
#include <SDL.h>
#include <pthread.h>
#include <stdlib.h>
#include <time.h>

#include "kiosk/base/clock.h"
#include "kiosk/shell/window.h"
#include "tests/support/check.h"

static int
setup(void **state)
{
	struct window *window = NULL;
	struct error err = { 0 };
	setenv("SDL_VIDEODRIVER", "dummy", 1);
	const struct window_options options = { .title = "Test", .width = 320, .height = 200, .clipboard = true };
	if (!window_open(&options, &window, &err)) {
		fail_msg("%s", err.text);
	}
	struct input input;
	while (window_next(window, &input)) {
	}
	*state = window;
	return 0;
}

static int
teardown(void **state)
{
	window_close(*state);
	return 0;
}

static void
pixels_have_the_size_of_the_window_and_are_shown(void **state)
{
	struct window *window = *state;
	struct paint_pixels pixels;
	struct error err = { 0 };
	assert_true(window_pixels(window, &pixels, &err));
	assert_int_equal(pixels.width, 320);
	assert_int_equal(pixels.height, 200);
	assert_true(pixels.stride >= 320 * 4);
	((uint32_t *)pixels.at)[0] = 0x123456;
	struct tree_rect rects[200];
	for (int i = 0; i < 200; i++) {
		rects[i] = (struct tree_rect){ i, 0, 1, 200 };
	}
	assert_true(window_show(window, rects, 200, &err));
}

static void
a_wait_ends_at_its_deadline(void **state)
{
	struct window *window = *state;
	struct input input;
	const int64_t start = clock_monotonic_ms();
	window_wait(window, start + 50, &input);
	assert_int_equal(input.kind, INPUT_TIMER);
	assert_in_range(clock_monotonic_ms() - start, 49, 500);
	window_wait(window, start, &input); /* already over */
	assert_int_equal(input.kind, INPUT_TIMER);
}

static void *
wake_later(void *arg)
{
	nanosleep(&(struct timespec){ .tv_nsec = 30000000 }, NULL);
	window_wake(arg);
	return NULL;
}

static void
another_thread_ends_a_wait_without_end(void **state)
{
	struct window *window = *state;
	struct input input;
	pthread_t thread;
	assert_int_equal(pthread_create(&thread, NULL, wake_later, window), 0);
	window_wait(window, INT64_MAX, &input);
	assert_int_equal(input.kind, INPUT_WAKE);
	assert_int_equal(pthread_join(thread, NULL), 0);
	assert_false(window_next(window, &input));
}

static void
inputs_come_in_order_and_nothing_else(void **state)
{
	struct window *window = *state;
	struct input input;
	window_text_input(window, true, NULL); /* SDL drops text otherwise */
	SDL_Event event = { .type = SDL_KEYUP };
	SDL_PushEvent(&event);
	event = (SDL_Event){ .type = SDL_KEYDOWN };
	event.key.keysym.sym = SDLK_F12;
	SDL_PushEvent(&event);
	event = (SDL_Event){ .type = SDL_TEXTINPUT };
	event.text.text[0] = 'x';
	SDL_PushEvent(&event);
	window_wait(window, clock_monotonic_ms() + 1000, &input);
	assert_int_equal(input.key, KEY_F12);
	assert_true(window_next(window, &input));
	assert_string_equal(input.text, "x");
	assert_false(window_next(window, &input));
}

static void
a_paste_carries_the_clipboard(void **state)
{
	struct window *window = *state;
	struct input input;
	SDL_SetClipboardText("6123 4567");
	SDL_Event event = { .type = SDL_KEYDOWN };
	event.key.keysym.sym = SDLK_v;
	event.key.keysym.mod = KMOD_LCTRL;
	SDL_PushEvent(&event);
	do {
		window_wait(window, clock_monotonic_ms() + 1000, &input);
	} while (input.kind != INPUT_PASTE && input.kind != INPUT_TIMER);
	assert_int_equal(input.kind, INPUT_PASTE);
	assert_int_equal(input.paste_len, 9);
	assert_memory_equal(input.paste, "6123 4567", 9);
}

static void
text_is_composed_only_when_asked(void **state)
{
	struct window *window = *state;
	assert_false(SDL_IsTextInputActive());
	window_text_input(window, true, &(struct tree_rect){ 1, 2, 3, 4 });
	assert_true(SDL_IsTextInputActive());
	window_text_input(window, false, NULL);
	assert_false(SDL_IsTextInputActive());
}

static void
the_surface_is_never_a_texture(void **state)
{
	(void)state;
	assert_string_equal(SDL_GetHint(SDL_HINT_FRAMEBUFFER_ACCELERATION), "0");
	assert_string_equal(SDL_GetHint(SDL_HINT_NO_SIGNAL_HANDLERS), "1");
	assert_non_null(getenv("DBUS_SESSION_BUS_ADDRESS"));
}

static void
a_driver_that_is_not_there_is_an_error(void **state)
{
	(void)state;
	struct window *window = NULL;
	struct error err = { 0 };
	setenv("SDL_VIDEODRIVER", "no-such-driver", 1);
	assert_false(window_open(&(struct window_options){ .title = "Test" }, &window, &err));
	assert_int_equal(err.kind, ERROR_SYSTEM);
	assert_null(window);
	window_close(NULL);
}

static void
without_a_display_nothing_runs_unseen(void **state)
{
	(void)state;
	struct window *window = NULL;
	struct error err = { 0 };
	unsetenv("SDL_VIDEODRIVER");
	unsetenv("DISPLAY");
	unsetenv("WAYLAND_DISPLAY");
	assert_false(window_open(&(struct window_options){ .title = "Test" }, &window, &err));
	assert_int_equal(err.kind, ERROR_SYSTEM);
	assert_null(window);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(pixels_have_the_size_of_the_window_and_are_shown, setup, teardown),
		cmocka_unit_test_setup_teardown(a_wait_ends_at_its_deadline, setup, teardown),
		cmocka_unit_test_setup_teardown(another_thread_ends_a_wait_without_end, setup, teardown),
		cmocka_unit_test_setup_teardown(inputs_come_in_order_and_nothing_else, setup, teardown),
		cmocka_unit_test_setup_teardown(a_paste_carries_the_clipboard, setup, teardown),
		cmocka_unit_test_setup_teardown(text_is_composed_only_when_asked, setup, teardown),
		cmocka_unit_test_setup_teardown(the_surface_is_never_a_texture, setup, teardown),
		cmocka_unit_test(a_driver_that_is_not_there_is_an_error),
		cmocka_unit_test(without_a_display_nothing_runs_unseen),
	};
	return cmocka_run_group_tests_name("window", tests, NULL, NULL);
}
