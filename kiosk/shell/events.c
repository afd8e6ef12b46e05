#include "kiosk/shell/events.h"

#include <math.h>
#include <string.h>

#include "kiosk/base/secret.h"
#include "kiosk/base/text.h"

struct key_pair {
	SDL_Keycode sdl;
	unsigned key;
};

static const struct key_pair KEYS[] = {
	{ SDLK_RETURN, KEY_ENTER },
	{ SDLK_KP_ENTER, KEY_ENTER },
	{ SDLK_ESCAPE, KEY_ESCAPE },
	{ SDLK_TAB, KEY_TAB },
	{ SDLK_BACKSPACE, KEY_BACKSPACE },
	{ SDLK_DELETE, KEY_DELETE },
	{ SDLK_LEFT, KEY_LEFT },
	{ SDLK_RIGHT, KEY_RIGHT },
	{ SDLK_UP, KEY_UP },
	{ SDLK_DOWN, KEY_DOWN },
	{ SDLK_HOME, KEY_HOME },
	{ SDLK_END, KEY_END },
	{ SDLK_PAGEUP, KEY_PAGE_UP },
	{ SDLK_PAGEDOWN, KEY_PAGE_DOWN },
	{ SDLK_KP_0, '0' },
	{ SDLK_KP_PERIOD, '.' },
	{ SDLK_KP_PLUS, '+' },
	{ SDLK_KP_MINUS, '-' },
};

static unsigned
key_of(SDL_Keycode sdl)
{
	for (size_t i = 0; i < sizeof KEYS / sizeof KEYS[0]; i++) {
		if (KEYS[i].sdl == sdl) {
			return KEYS[i].key;
		}
	}
	if (sdl >= SDLK_F1 && sdl <= SDLK_F12) {
		return KEY_F1 + (unsigned)(sdl - SDLK_F1);
	}
	if (sdl >= SDLK_KP_1 && sdl <= SDLK_KP_9) {
		return '1' + (unsigned)(sdl - SDLK_KP_1);
	}
	if (sdl >= 'a' && sdl <= 'z') {
		return (unsigned)sdl - 'a' + 'A';
	}
	return sdl >= ' ' && sdl < 0x7F ? (unsigned)sdl : KEY_NONE;
}

static unsigned
mods_of(unsigned sdl)
{
	return (sdl & KMOD_SHIFT ? INPUT_SHIFT : 0u) | (sdl & KMOD_CTRL ? INPUT_CTRL : 0u) |
		   (sdl & KMOD_ALT ? INPUT_ALT : 0u);
}

static bool
paste(struct events *events, struct input *out)
{
	events_finish(events);
	events->paste = SDL_GetClipboardText();
	if (!events->paste) {
		return false;
	}
	out->kind = INPUT_PASTE;
	out->paste = events->paste;
	out->paste_len = strnlen(events->paste, EVENTS_PASTE_MOST);
	return out->paste_len > 0;
}

static bool
on_key(struct events *events, const SDL_KeyboardEvent *event, struct input *out)
{
	const unsigned key = key_of(event->keysym.sym), mods = mods_of(event->keysym.mod);
	const bool acts = key < KEY_ENTER || key == KEY_ENTER || key == KEY_ESCAPE || (key >= KEY_F1 && key <= KEY_F12);
	if (key == KEY_NONE || (event->repeat && acts && !(mods & INPUT_CTRL))) {
		return false;
	}
	if (key == 'V' && mods == INPUT_CTRL) {
		return events->clipboard && paste(events, out);
	}
	out->kind = INPUT_KEY;
	out->key = key;
	out->mods = mods;
	return true;
}

static bool
on_text(const char *text, enum input_kind kind, struct input *out)
{
	out->kind = kind;
	return text_copy(out->text, sizeof out->text, text) || kind == INPUT_EDITING;
}

/* SDL counts characters, we count bytes. */
static size_t
byte_of(const char *text, int characters)
{
	const char *at = text;
	for (; characters > 0 && *at; characters--) {
		for (at++; (*at & 0xC0) == 0x80; at++) {
		}
	}
	return (size_t)(at - text);
}

static bool
on_editing(const SDL_TextEditingEvent *event, struct input *out)
{
	on_text(event->text, INPUT_EDITING, out);
	out->caret = byte_of(out->text, event->start);
	return true;
}

static bool
on_button(const SDL_MouseButtonEvent *event, struct input *out)
{
	if (event->which == SDL_TOUCH_MOUSEID || event->button != SDL_BUTTON_LEFT) {
		return false;
	}
	out->kind = event->state == SDL_PRESSED ? INPUT_PRESS : INPUT_RELEASE;
	out->x = event->x;
	out->y = event->y;
	out->clicks = event->clicks;
	out->mods = mods_of(SDL_GetModState());
	return true;
}

static bool
on_motion(const SDL_MouseMotionEvent *event, struct input *out)
{
	out->kind = INPUT_MOVE;
	out->x = event->x;
	out->y = event->y;
	return event->which != SDL_TOUCH_MOUSEID;
}

static bool
on_finger(const struct events *events, const SDL_TouchFingerEvent *event, struct input *out)
{
	if (event->touchId == SDL_MOUSE_TOUCHID) {
		return false;
	}
	out->kind = event->type == SDL_FINGERDOWN ? INPUT_PRESS : event->type == SDL_FINGERUP ? INPUT_RELEASE : INPUT_MOVE;
	out->x = (int)floorf(event->x * (float)events->width);
	out->y = (int)floorf(event->y * (float)events->height);
	out->clicks = 1;
	return true;
}

static bool
on_wheel(const SDL_MouseWheelEvent *event, struct input *out)
{
	out->kind = INPUT_WHEEL;
	out->wheel = event->direction == SDL_MOUSEWHEEL_FLIPPED ? -event->y : event->y;
	out->x = event->mouseX;
	out->y = event->mouseY;
	return event->which != SDL_TOUCH_MOUSEID && event->y != 0;
}

static bool
on_window(struct events *events, const SDL_WindowEvent *event, struct input *out)
{
	switch (event->event) {
	case SDL_WINDOWEVENT_SIZE_CHANGED:
		out->kind = INPUT_RESIZE;
		out->x = events->width = event->data1;
		out->y = events->height = event->data2;
		return true;
	case SDL_WINDOWEVENT_EXPOSED:
		out->kind = INPUT_REDRAW;
		return true;
	case SDL_WINDOWEVENT_LEAVE:
	case SDL_WINDOWEVENT_FOCUS_LOST:
		out->kind = INPUT_LEAVE;
		return true;
	case SDL_WINDOWEVENT_CLOSE:
		out->kind = INPUT_QUIT;
		return true;
	default:
		return false;
	}
}

void
events_finish(struct events *events)
{
	if (events->paste) {
		secret_wipe(events->paste, strlen(events->paste));
		SDL_free(events->paste);
		events->paste = NULL;
	}
}

bool
events_translate(struct events *events, const SDL_Event *event, int64_t at_ms, struct input *out)
{
	*out = (struct input){ .at_ms = at_ms };
	switch (event->type) {
	case SDL_KEYDOWN:
		return on_key(events, &event->key, out);
	case SDL_TEXTINPUT:
		return on_text(event->text.text, INPUT_TEXT, out);
	case SDL_TEXTEDITING:
		return on_editing(&event->edit, out);
	case SDL_MOUSEBUTTONDOWN:
	case SDL_MOUSEBUTTONUP:
		return on_button(&event->button, out);
	case SDL_MOUSEMOTION:
		return on_motion(&event->motion, out);
	case SDL_FINGERDOWN:
	case SDL_FINGERUP:
	case SDL_FINGERMOTION:
		return on_finger(events, &event->tfinger, out);
	case SDL_MOUSEWHEEL:
		return on_wheel(&event->wheel, out);
	case SDL_WINDOWEVENT:
		return on_window(events, &event->window, out);
	case SDL_QUIT:
		out->kind = INPUT_QUIT;
		return true;
	default:
		out->kind = INPUT_WAKE;
		return events->wake && event->type == events->wake;
	}
}
