#pragma once
/* An error as part of a message: it crosses processes unchanged. */
#include "kiosk/base/attr.h"
#include "kiosk/base/buffer.h"
#include "kiosk/base/cursor.h"
#include "kiosk/base/error.h"

void error_wire_put(struct buffer *out, const struct error *error);
/* ERROR_INVALID for what is cut short, no error at all, or of an unknown kind or domain. */
NODISCARD bool error_wire_take(struct cursor *in, struct error *out, struct error *err);
