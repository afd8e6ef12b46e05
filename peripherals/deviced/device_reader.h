#pragma once
/* The thread of a card reader or USB token: cards that come and go, and steps on them. */
#include "peripherals/deviced/device.h"

/* Claim the reader and serve it until it goes or is to stop. */
enum device_end device_reader_serve(struct device *device, const struct verdict *verdict);
