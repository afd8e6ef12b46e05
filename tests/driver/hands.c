#include "tests/driver/hands.h"

#include <X11/XKBlib.h>
#include <X11/Xlib.h>
#include <X11/extensions/XTest.h>
#include <X11/keysym.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "kiosk/base/text.h"

#define HANDS_GAP_MS  4  /* between two keys: no scanner's burst is meant */
#define HANDS_LEND_MS 60 /* until the program has read the changed keyboard */

struct hands {
	Display *display;
	KeyCode spare; /* a key code without a symbol */
	KeySym lent;   /* what it stands for now */
	unsigned keys, clicks;
};

static void
rest(long ms)
{
	struct timespec time = { ms / 1000, ms % 1000 * 1000000L };
	(void)nanosleep(&time, NULL);
}

static KeyCode
find_spare(Display *display)
{
	int least, most, per_code;
	XDisplayKeycodes(display, &least, &most);
	KeySym *symbols = XGetKeyboardMapping(display, (KeyCode)least, most - least + 1, &per_code);
	KeyCode spare = 0;
	for (int code = most; code >= least && spare == 0; code--) {
		bool used = false;
		for (int i = 0; i < per_code; i++)
			used = used || symbols[(code - least) * per_code + i] != NoSymbol;
		if (!used)
			spare = (KeyCode)code;
	}
	XFree(symbols);
	return spare;
}

bool
hands_open(const char *display, struct hands **out, struct error *err)
{
	int event, error, major, minor;
	Display *open = XOpenDisplay(display);
	if (open == NULL)
		return error_set(err, ERROR_SYSTEM, "no X display %s", display == NULL ? "" : display);
	if (!XTestQueryExtension(open, &event, &error, &major, &minor)) {
		XCloseDisplay(open);
		return error_set(err, ERROR_SYSTEM, "the X display has no XTEST extension");
	}
	struct hands *hands = calloc(1, sizeof(*hands));
	if (hands == NULL)
		abort();
	hands->display = open;
	hands->spare = find_spare(open);
	*out = hands;
	return true;
}

void
hands_close(struct hands *hands)
{
	if (hands == NULL)
		return;
	XCloseDisplay(hands->display);
	free(hands);
}

static void
press(struct hands *hands, KeyCode code, bool shift, bool ctrl)
{
	KeyCode shift_code = XKeysymToKeycode(hands->display, XK_Shift_L);
	KeyCode ctrl_code = XKeysymToKeycode(hands->display, XK_Control_L);

	if (shift)
		XTestFakeKeyEvent(hands->display, shift_code, True, CurrentTime);
	if (ctrl)
		XTestFakeKeyEvent(hands->display, ctrl_code, True, CurrentTime);
	XTestFakeKeyEvent(hands->display, code, True, CurrentTime);
	XTestFakeKeyEvent(hands->display, code, False, CurrentTime);
	if (ctrl)
		XTestFakeKeyEvent(hands->display, ctrl_code, False, CurrentTime);
	if (shift)
		XTestFakeKeyEvent(hands->display, shift_code, False, CurrentTime);
	XSync(hands->display, False);
	hands->keys++;
	rest(HANDS_GAP_MS);
}

bool
hands_key(struct hands *hands, const char *name, struct error *err)
{
	bool shift = false, ctrl = false;
	for (;;) {
		if (strncmp(name, "shift+", 6) == 0)
			shift = true, name += 6;
		else if (strncmp(name, "ctrl+", 5) == 0)
			ctrl = true, name += 5;
		else
			break;
	}
	KeySym symbol = XStringToKeysym(name);
	KeyCode code = symbol == NoSymbol ? 0 : XKeysymToKeycode(hands->display, symbol);
	if (code == 0)
		return error_set(err, ERROR_INVALID, "no key is called %s", name);
	press(hands, code, shift, ctrl);
	return true;
}

/* A symbol on the first or second level of some key; the spare key for the rest. */
static void
type_symbol(struct hands *hands, KeySym symbol)
{
	KeyCode code = XKeysymToKeycode(hands->display, symbol);

	if (code != 0 && code != hands->spare && XkbKeycodeToKeysym(hands->display, code, 0, 0) == symbol) {
		press(hands, code, false, false);
		return;
	}
	if (code != 0 && code != hands->spare && XkbKeycodeToKeysym(hands->display, code, 0, 1) == symbol) {
		press(hands, code, true, false);
		return;
	}
	if (hands->lent != symbol) {
		KeySym pair[2] = { symbol, symbol };
		XChangeKeyboardMapping(hands->display, hands->spare, 2, pair, 1);
		XSync(hands->display, False);
		hands->lent = symbol;
		rest(HANDS_LEND_MS);
	}
	press(hands, hands->spare, false, false);
	rest(HANDS_LEND_MS);
}

bool
hands_type(struct hands *hands, const char *text, struct error *err)
{
	if (!text_is_utf8(text_span(text)))
		return error_set(err, ERROR_INVALID, "text to type is not UTF-8");
	for (uint32_t code; (code = text_next(&text)) != 0;)
		type_symbol(hands, code < 0x100 ? (KeySym)code : (KeySym)(0x01000000u | code));
	return true;
}

void
hands_click(struct hands *hands, int x, int y)
{
	XTestFakeMotionEvent(hands->display, -1, x, y, CurrentTime);
	XSync(hands->display, False);
	rest(HANDS_GAP_MS);
	XTestFakeButtonEvent(hands->display, 1, True, CurrentTime);
	XTestFakeButtonEvent(hands->display, 1, False, CurrentTime);
	XSync(hands->display, False);
	hands->clicks++;
}

unsigned
hands_keys(const struct hands *hands)
{
	return hands->keys;
}

unsigned
hands_clicks(const struct hands *hands)
{
	return hands->clicks;
}
