#pragma once
/*
 * Who holds a device that we cannot claim. The kernel does not say it to others than root, so programs that are known
 * to take readers are looked for by name among those that run.
 */
#include <stdbool.h>
#include <stddef.h>

#include "peripherals/wire/device_wire.h"

/* The names of those that run, "pcscd" or "pcscd, scdaemon", into out[cap]; false, with out empty, if there are none or
 * nothing can be seen. `proc` is "/proc" but in tests. */
bool holder_find(const char *proc, enum device_wire_kind kind, char *out, size_t cap);
