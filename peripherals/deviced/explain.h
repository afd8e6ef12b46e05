#pragma once
/* What the descriptors of USB devices say, and why deviced uses them or does not; for technicians. */
#include <stdio.h>

#include "kiosk/base/attr.h"
#include "kiosk/base/error.h"
#include "peripherals/port/usb_facts.h"

/* Print the facts of one device in words. */
void explain_facts(FILE *out, const struct usb_facts *facts);
/* Every device on the bus that `which` means: VID:PID in hexadecimal, or a part of its name in any case. ERROR_GONE
 * when there is none, ERROR_SYSTEM. */
NODISCARD bool explain(FILE *out, const char *which, struct error *err);
