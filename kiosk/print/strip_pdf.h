#pragma once
/* A strip of 80 mm paper as a PDF, text as text. */
#include "kiosk/print/paper.h"

/*
 * Compose what `draw` draws, STRIP_WIDTH_80 design px wide, and write `path` (mode 0600, durable). `title` is in the
 * file's information and may not name a person. ERROR_SYSTEM if Cairo or the disk failed; ERROR_FULL over 4 MiB.
 */
NODISCARD bool strip_pdf_write(
	struct paint *paint, paper_draw_fn draw, const void *self, const char *title, const char *path, struct error *err);
