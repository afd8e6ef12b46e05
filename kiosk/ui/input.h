#pragma once
/* What a person did, without SDL: one keystroke, text, pointer movement or wheel step. */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define INPUT_TEXT_MOST 64u /* bytes of one INPUT_TEXT or INPUT_EDITING, with the NUL */

/* A key is its upper-case ASCII character ('S', '1') or one of these. As a box's shortcut, 0 means none. */
enum key {
	KEY_NONE = 0,
	KEY_SPACE = ' ',
	KEY_ENTER = 256,
	KEY_ESCAPE,
	KEY_TAB,
	KEY_BACKSPACE,
	KEY_DELETE,
	KEY_LEFT,
	KEY_RIGHT,
	KEY_UP,
	KEY_DOWN,
	KEY_HOME,
	KEY_END,
	KEY_PAGE_UP,
	KEY_PAGE_DOWN,
	KEY_F1,
	KEY_F2,
	KEY_F3,
	KEY_F4,
	KEY_F5,
	KEY_F6,
	KEY_F7,
	KEY_F8,
	KEY_F9,
	KEY_F10,
	KEY_F11,
	KEY_F12,
};

enum { INPUT_SHIFT = 1, INPUT_CTRL = 2, INPUT_ALT = 4 };

enum input_kind {
	INPUT_NONE,
	INPUT_KEY,     /* key, mods */
	INPUT_TEXT,    /* text: typed or composed, to be inserted */
	INPUT_EDITING, /* text: the input method's preedit, "" when it ends; caret in it */
	INPUT_PASTE,   /* paste, paste_len */
	INPUT_MOVE,    /* x, y */
	INPUT_PRESS,   /* x, y, clicks */
	INPUT_RELEASE, /* x, y */
	INPUT_WHEEL,   /* x, y: where; wheel: steps, positive is towards the top */
	INPUT_LEAVE,   /* the pointer left the window */
	INPUT_RESIZE,  /* x, y: the new size in device px */
	INPUT_REDRAW,  /* the window must be shown again whole */
	INPUT_WAKE,    /* another thread has something (window_wake) */
	INPUT_TIMER,   /* the deadline given to window_wait passed */
	INPUT_QUIT,    /* the window manager or the system asks us to end */
};

struct input {
	enum input_kind kind;
	unsigned key; /* enum key or ASCII */
	unsigned mods;
	bool held; /* INPUT_KEY: was held back (focus_hold.h) and is to be acted on now */
	int x, y;  /* device px */
	int wheel;
	int clicks;                 /* 1 single, 2 double, 3 triple */
	int64_t at_ms;              /* monotonic */
	char text[INPUT_TEXT_MOST]; /* UTF-8 */
	size_t caret;               /* bytes into text, INPUT_EDITING only */
	const char *paste;          /* borrowed for the call; not necessarily UTF-8 */
	size_t paste_len;           /* in bytes */
};
