#include "kiosk/shell/window.h"

#include <SDL.h>
#include <stdlib.h>
#include <string.h>

#include "kiosk/base/clock.h"
#include "kiosk/shell/events.h"

#define DEFAULT_WIDTH  1280
#define DEFAULT_HEIGHT 800
#define RECTS_MOST     128

struct window {
	SDL_Window *sdl;
	struct events events;
	bool composing; /* text input is on */
};

/* Before anything of SDL's video starts; each has its reason in the reference of the hint. */
static void
set_hints(void)
{
	SDL_SetHint(SDL_HINT_FRAMEBUFFER_ACCELERATION, "0"); /* else the surface becomes a texture: 16 ms a character */
	SDL_SetHint(SDL_HINT_NO_SIGNAL_HANDLERS, "1");
	SDL_SetHint(SDL_HINT_TOUCH_MOUSE_EVENTS, "0");
	SDL_SetHint(SDL_HINT_MOUSE_TOUCH_EVENTS, "0");
	SDL_SetHint(SDL_HINT_VIDEO_ALLOW_SCREENSAVER, "1");
	SDL_SetHint(SDL_HINT_VIDEO_MINIMIZE_ON_FOCUS_LOSS, "0");
	SDL_SetHint(SDL_HINT_IME_SHOW_UI, "1");
	setenv("DBUS_SESSION_BUS_ADDRESS", "disabled:", 0);
}

static bool
fail(struct error *err, const char *what)
{
	return error_set(err, ERROR_SYSTEM, "%s: %s", what, SDL_GetError());
}

static SDL_Window *
create(const struct window_options *options)
{
	SDL_Rect whole = { 0, 0, options->width > 0 ? options->width : DEFAULT_WIDTH,
		options->height > 0 ? options->height : DEFAULT_HEIGHT };
	int x = (int)SDL_WINDOWPOS_CENTERED_DISPLAY((unsigned)options->display), y = x;

	/* Fullscreen is a request to the window manager; without one (a bare X server) the window stays as it was made. */
	if (options->fullscreen && SDL_GetDisplayBounds(options->display, &whole) == 0) {
		x = whole.x;
		y = whole.y;
	}
	const uint32_t flags =
		options->fullscreen ? SDL_WINDOW_FULLSCREEN_DESKTOP | SDL_WINDOW_BORDERLESS : SDL_WINDOW_RESIZABLE;
	return SDL_CreateWindow(options->title, x, y, whole.w, whole.h, flags);
}

/* Where there is no display SDL falls back to one that nobody sees, unless it is asked for. */
static bool
is_seen(void)
{
	const char *driver = SDL_GetCurrentVideoDriver();
	return SDL_GetHint(SDL_HINT_VIDEODRIVER) || (strcmp(driver, "offscreen") != 0 && strcmp(driver, "dummy") != 0);
}

bool
window_open(const struct window_options *options, struct window **out, struct error *err)
{
	set_hints();
	if (SDL_InitSubSystem(SDL_INIT_VIDEO) != 0) {
		return fail(err, "starting the display");
	}
	if (!is_seen()) {
		SDL_QuitSubSystem(SDL_INIT_VIDEO);
		return error_set(err, ERROR_SYSTEM, "no display answers: look at DISPLAY or WAYLAND_DISPLAY");
	}
	struct window *window = calloc(1, sizeof *window);
	if (!window) {
		abort();
	}
	window->events.clipboard = options->clipboard;
	window->events.wake = SDL_RegisterEvents(1);
	window->sdl = create(options);
	if (!window->sdl || window->events.wake == (uint32_t)-1) {
		fail(err, "opening the window");
		window_close(window);
		return false;
	}
	SDL_StopTextInput(); /* SDL starts with it on */
	SDL_GetWindowSize(window->sdl, &window->events.width, &window->events.height);
	*out = window;
	return true;
}

void
window_close(struct window *window)
{
	if (window) {
		events_finish(&window->events);
		if (window->sdl) {
			SDL_DestroyWindow(window->sdl);
		}
		free(window);
		SDL_QuitSubSystem(SDL_INIT_VIDEO);
	}
}

bool
window_pixels(struct window *window, struct paint_pixels *out, struct error *err)
{
	const SDL_Surface *surface = SDL_GetWindowSurface(window->sdl);
	if (!surface) {
		return fail(err, "asking for the window's pixels");
	}
	const SDL_PixelFormat *format = surface->format;
	if (format->BytesPerPixel != 4 || format->Rmask != 0xFF0000 || format->Gmask != 0xFF00 || format->Bmask != 0xFF) {
		return error_set(err, ERROR_SYSTEM, "the display is not 24 or 32 bit RGB");
	}
	*out = (struct paint_pixels){ surface->pixels, surface->w, surface->h, surface->pitch };
	return true;
}

bool
window_show(struct window *window, const struct tree_rect *rects, int count, struct error *err)
{
	SDL_Rect out[RECTS_MOST];
	for (int done = 0; done < count;) {
		int n = 0;
		for (; n < RECTS_MOST && done < count; n++, done++) {
			out[n] = (SDL_Rect){ rects[done].x, rects[done].y, rects[done].w, rects[done].h };
		}
		if (SDL_UpdateWindowSurfaceRects(window->sdl, out, n) != 0) {
			return fail(err, "showing the window");
		}
	}
	return true;
}

bool
window_next(struct window *window, struct input *out)
{
	SDL_Event event;
	while (SDL_PollEvent(&event)) {
		if (events_translate(&window->events, &event, clock_monotonic_ms(), out)) {
			return true;
		}
	}
	return false;
}

/* One event, or none by the deadline. */
static bool
wait_event(int64_t deadline_ms, SDL_Event *event)
{
	if (deadline_ms == INT64_MAX) {
		return SDL_WaitEvent(event);
	}
	const int64_t left = deadline_ms - clock_monotonic_ms();
	const int most = 24 * 60 * 60 * 1000; /* SDL counts in int; a day is long enough to look again */
	return SDL_WaitEventTimeout(event, left < 0 ? 0 : left > most ? most : (int)left);
}

void
window_wait(struct window *window, int64_t deadline_ms, struct input *out)
{
	SDL_Event event;
	for (;;) {
		const bool came = wait_event(deadline_ms, &event);
		const int64_t now = clock_monotonic_ms();
		if (came && events_translate(&window->events, &event, now, out)) {
			return;
		}
		if (now >= deadline_ms) {
			*out = (struct input){ .kind = INPUT_TIMER, .at_ms = now };
			return;
		}
	}
}

void
window_wake(struct window *window)
{
	SDL_Event event = { .type = window->events.wake };
	SDL_PushEvent(&event); /* a full queue wakes as well */
}

void
window_text_input(struct window *window, bool on, const struct tree_rect *at)
{
	if (on && at) {
		SDL_SetTextInputRect(&(SDL_Rect){ at->x, at->y, at->w, at->h });
	}
	if (on != window->composing) {
		window->composing = on;
		(on ? SDL_StartTextInput : SDL_StopTextInput)();
	}
}
