#pragma once
/*
 * Which folders a program reaches from now on (Landlock): everything else is not there for it, whatever its user may.
 * Single-threaded, before threads are made: one made before stays free. What is open stays open; sockets that exist
 * can be connected to.
 */
#include <stddef.h>

#include "kiosk/base/attr.h"
#include "kiosk/base/error.h"

enum landlock_reach {
	LANDLOCK_READ = 1,    /* read folders and files */
	LANDLOCK_WRITE = 2,   /* write to files that are there, and order devices about (ioctl) */
	LANDLOCK_SOCKETS = 4, /* make and remove sockets */
};

struct landlock_folder {
	const char *path; /* with everything below */
	unsigned reach;   /* of enum landlock_reach, at least one */
};

/* Folders that do not exist are passed over. ERROR_SYSTEM, also when the kernel has no Landlock. */
NODISCARD bool landlock_enter(const struct landlock_folder *folders, size_t count, struct error *err);
