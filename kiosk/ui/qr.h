#pragma once
/* A QR code as dots (ISO/IEC 18004, by libqrencode), level M, with its quiet zone of four. */
#include <stdint.h>

#include "kiosk/base/attr.h"
#include "kiosk/base/error.h"

#define QR_SIDE_MOST 65u /* version 10 and quiet zone */

struct qr {
	int side;                                  /* dots; 0: empty */
	uint8_t dots[QR_SIDE_MOST * QR_SIDE_MOST]; /* one byte a dot, rows of `side`; 1 is dark */
};

/* ERROR_FULL if the text needs more than version 10. */
NODISCARD bool qr_make(const char *text, struct qr *out, struct error *err);
