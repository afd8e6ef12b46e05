#pragma once
/*
 * What counter-training has and counter has not: after every frame the semantic tree goes to a scripted person over an
 * inherited descriptor, and the person may ask for a picture of what is in sight, in any language, text size and theme.
 * The person acts on the window itself, with keys and pointer like anybody (XTEST).
 *
 * Messages: DRIVER_TREE (memfd: the dump of kiosk/ui/semantics.h with rectangles, first line "state <name>
 * <generation>") to the person; DRIVER_SHOT (u8 lang, u8 theme, u16 text size in percent, text path) from it, answered
 * by DRIVER_DONE (text: empty, or what went wrong).
 */
#include "kiosk/shell/shell.h"

enum driver_message { DRIVER_TREE = 1, DRIVER_SHOT = 2, DRIVER_DONE = 3 };

struct driver; /* one thread of its own for the pictures */

/* Take over `fd`, one end of a SOCK_SEQPACKET pair. */
NODISCARD bool driver_start(int fd, struct driver **out, struct error *err);
struct shell_watch driver_watch(struct driver *driver);
void driver_stop(struct driver *driver); /* accepts NULL */
