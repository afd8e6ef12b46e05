#pragma once
/* The counter's printer as it is today: each receipt becomes a PDF file. */
#include "kiosk/counter/counter.h"

/* Used by one thread, the counter's; closed by it. */
struct counter_printer pdf_printer_new(void);
