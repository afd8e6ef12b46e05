#pragma once
/* The thread of a receipt printer. */
#include "peripherals/deviced/device.h"

/* Claim the printer and serve it until it goes or is to stop. */
enum device_end device_printer_serve(struct device *device, const struct verdict *verdict);
