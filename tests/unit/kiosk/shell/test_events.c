#include <string.h>

#include "kiosk/shell/events.h"
#include "tests/support/check.h"

static struct events
window_800x600(void)
{
	return (struct events){ .wake = SDL_USEREVENT + 3, .width = 800, .height = 600 };
}

static bool
translate(const SDL_Event *event, struct input *out)
{
	struct events events = window_800x600();
	return events_translate(&events, event, 1234, out);
}

static SDL_Event
key(SDL_Keycode sym, unsigned mod, bool repeat)
{
	SDL_Event event = { .type = SDL_KEYDOWN };
	event.key.keysym.sym = sym;
	event.key.keysym.mod = (uint16_t)mod;
	event.key.repeat = repeat;
	return event;
}

static void
keys_have_our_names(void **state)
{
	(void)state;
	static const struct {
		SDL_Keycode sdl;
		unsigned ours;
	} KEYS[] = { { SDLK_RETURN, KEY_ENTER }, { SDLK_KP_ENTER, KEY_ENTER }, { SDLK_F1, KEY_F1 }, { SDLK_F12, KEY_F12 },
		{ SDLK_s, 'S' }, { SDLK_7, '7' }, { SDLK_KP_7, '7' }, { SDLK_KP_0, '0' }, { SDLK_SPACE, KEY_SPACE },
		{ SDLK_PAGEDOWN, KEY_PAGE_DOWN }, { SDLK_ESCAPE, KEY_ESCAPE } };
	for (size_t i = 0; i < sizeof KEYS / sizeof KEYS[0]; i++) {
		struct input input;
		const SDL_Event event = key(KEYS[i].sdl, KMOD_LSHIFT, false);
		assert_true(translate(&event, &input));
		assert_int_equal(input.kind, INPUT_KEY);
		assert_int_equal(input.key, KEYS[i].ours);
		assert_int_equal(input.mods, INPUT_SHIFT);
		assert_int_equal(input.at_ms, 1234);
	}
	struct input input;
	const SDL_Event lonely = key(SDLK_LSHIFT, 0, false);
	assert_false(translate(&lonely, &input));
}

static void
a_held_key_acts_once_but_moves_and_deletes_on(void **state)
{
	(void)state;
	static const SDL_Keycode ONCE[] = { SDLK_RETURN, SDLK_F12, SDLK_ESCAPE, SDLK_1, SDLK_SPACE };
	static const SDL_Keycode ON[] = { SDLK_LEFT, SDLK_BACKSPACE, SDLK_TAB, SDLK_DOWN };
	struct input input;
	for (size_t i = 0; i < sizeof ONCE / sizeof ONCE[0]; i++) {
		const SDL_Event event = key(ONCE[i], 0, true);
		assert_false(translate(&event, &input));
	}
	for (size_t i = 0; i < sizeof ON / sizeof ON[0]; i++) {
		const SDL_Event event = key(ON[i], 0, true);
		assert_true(translate(&event, &input));
	}
	const SDL_Event undo = key(SDLK_z, KMOD_LCTRL, true);
	assert_true(translate(&undo, &input));
}

static void
text_and_preedit_keep_their_bytes(void **state)
{
	(void)state;
	struct input input;
	SDL_Event event = { .type = SDL_TEXTINPUT };
	memcpy(event.text.text, "\xF0\xA8\x8B\xA2", 5);
	assert_true(translate(&event, &input));
	assert_int_equal(input.kind, INPUT_TEXT);
	assert_string_equal(input.text, "\xF0\xA8\x8B\xA2");

	event = (SDL_Event){ .type = SDL_TEXTEDITING };
	memcpy(event.edit.text, "\xE5\xBC\xB5zh", 6);
	event.edit.start = 2;
	assert_true(translate(&event, &input));
	assert_int_equal(input.kind, INPUT_EDITING);
	assert_int_equal(input.caret, 4);
	event.edit.start = 99;
	assert_true(translate(&event, &input));
	assert_int_equal(input.caret, 5);
	event.edit.text[0] = '\0';
	assert_true(translate(&event, &input));
	assert_string_equal(input.text, "");
}

static void
a_tap_and_a_click_come_once(void **state)
{
	(void)state;
	struct input input;
	SDL_Event event = { .type = SDL_MOUSEBUTTONDOWN };
	event.button.button = SDL_BUTTON_LEFT;
	event.button.state = SDL_PRESSED;
	event.button.clicks = 2;
	event.button.x = 10;
	event.button.y = 20;
	assert_true(translate(&event, &input));
	assert_int_equal(input.kind, INPUT_PRESS);
	assert_int_equal(input.clicks, 2);
	event.button.which = SDL_TOUCH_MOUSEID;
	assert_false(translate(&event, &input));
	event.button.which = 0;
	event.button.button = SDL_BUTTON_RIGHT;
	assert_false(translate(&event, &input));

	event = (SDL_Event){ .type = SDL_FINGERDOWN };
	event.tfinger.x = 0.5f;
	event.tfinger.y = 0.25f;
	assert_true(translate(&event, &input));
	assert_int_equal(input.kind, INPUT_PRESS);
	assert_int_equal(input.x, 400);
	assert_int_equal(input.y, 150);
	event.tfinger.touchId = SDL_MOUSE_TOUCHID;
	assert_false(translate(&event, &input));

	event = (SDL_Event){ .type = SDL_MOUSEMOTION };
	assert_true(translate(&event, &input));
	event.motion.which = SDL_TOUCH_MOUSEID;
	assert_false(translate(&event, &input));
}

static void
windows_resize_uncover_and_close(void **state)
{
	(void)state;
	struct events events = window_800x600();
	struct input input;
	SDL_Event event = { .type = SDL_WINDOWEVENT };
	event.window.event = SDL_WINDOWEVENT_SIZE_CHANGED;
	event.window.data1 = 1024;
	event.window.data2 = 768;
	assert_true(events_translate(&events, &event, 0, &input));
	assert_int_equal(input.kind, INPUT_RESIZE);
	assert_int_equal(events.width, 1024);
	event.window.event = SDL_WINDOWEVENT_EXPOSED;
	assert_true(events_translate(&events, &event, 0, &input));
	assert_int_equal(input.kind, INPUT_REDRAW);
	event.window.event = SDL_WINDOWEVENT_CLOSE;
	assert_true(events_translate(&events, &event, 0, &input));
	assert_int_equal(input.kind, INPUT_QUIT);
	event.window.event = SDL_WINDOWEVENT_MOVED;
	assert_false(events_translate(&events, &event, 0, &input));
}

static void
only_our_own_user_event_wakes(void **state)
{
	(void)state;
	struct input input;
	SDL_Event event = { .type = SDL_USEREVENT + 3 };
	assert_true(translate(&event, &input));
	assert_int_equal(input.kind, INPUT_WAKE);
	event.type = SDL_USEREVENT + 4;
	assert_false(translate(&event, &input));
	event.type = SDL_KEYUP;
	assert_false(translate(&event, &input));
	event.type = SDL_CLIPBOARDUPDATE;
	assert_false(translate(&event, &input));
}

static void
the_clipboard_stays_shut_unless_it_is_allowed(void **state)
{
	(void)state;
	struct input input;
	const SDL_Event event = key(SDLK_v, KMOD_LCTRL, false);
	assert_false(translate(&event, &input));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(keys_have_our_names),
		cmocka_unit_test(a_held_key_acts_once_but_moves_and_deletes_on),
		cmocka_unit_test(text_and_preedit_keep_their_bytes),
		cmocka_unit_test(a_tap_and_a_click_come_once),
		cmocka_unit_test(windows_resize_uncover_and_close),
		cmocka_unit_test(only_our_own_user_event_wakes),
		cmocka_unit_test(the_clipboard_stays_shut_unless_it_is_allowed),
	};
	return cmocka_run_group_tests_name("events", tests, NULL, NULL);
}
