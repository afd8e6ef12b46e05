#pragma once
/* The receipt as a PDF of 80 mm paper, text as text. */
#include "kiosk/paint/paint.h"
#include "kiosk/ui/receipt.h"

/* Compose and write `path` (mode 0600, durable). ERROR_SYSTEM if Cairo or the disk failed; ERROR_FULL over 4 MiB. */
NODISCARD bool receipt_pdf_write(
	struct paint *paint, const struct receipt *receipt, const char *path, struct error *err);
