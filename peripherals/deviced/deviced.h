#pragma once
/*
 * The device daemon: finds readers, tokens and printers, and does for the counter what device_wire.h says. Its sandbox
 * is up before anything of this is called. It remembers nothing between messages.
 */
#include <stdio.h>

#include "kiosk/base/attr.h"
#include "kiosk/base/error.h"

struct deviced_settings {
	const char *socket, *pin_socket; /* paths, unless systemd hands the sockets over; borrowed */
	bool group;                      /* whether the group may connect */
};

struct deviced;

/* Open the sockets, the loop and the bus. ERROR_SYSTEM, ERROR_INVALID. */
NODISCARD bool deviced_open(const struct deviced_settings *settings, struct deviced **out, struct error *err);
/* Serve until SIGTERM or SIGINT; false if the loop failed. */
NODISCARD bool deviced_run(struct deviced *deviced, struct error *err);
/* Ends every thread; what is under way ends with its own time. Accepts NULL. */
void deviced_close(struct deviced *deviced);

/* Look at every device once, at most a few seconds, and print what is there. It claims what it can for a moment, and
 * says of what a running deviced has that it is held by it. */
NODISCARD bool deviced_list(FILE *out, struct error *err);
