#pragma once
/* Hands on the keyboard and pointer of an X display, by the XTEST extension. Text in any script: a key code that the
 * keyboard does not use is lent to the character for a moment. */
#include "kiosk/base/attr.h"
#include "kiosk/base/error.h"

struct hands; /* hides Xlib */

NODISCARD bool hands_open(const char *display, struct hands **out, struct error *err);
void hands_close(struct hands *hands);
/* "F12", "Tab", "shift+Tab", "ctrl+a", "Return". ERROR_INVALID for an unknown name. */
NODISCARD bool hands_key(struct hands *hands, const char *name, struct error *err);
/* Type UTF-8 text. */
NODISCARD bool hands_type(struct hands *hands, const char *text, struct error *err);
void hands_click(struct hands *hands, int x, int y);
/* Keys pressed and clicks made since the start. */
unsigned hands_keys(const struct hands *hands);
unsigned hands_clicks(const struct hands *hands);
