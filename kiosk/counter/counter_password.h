#pragma once
/* The first password of an officer, as a technician gives it on the command line: from a file or typed twice. */
#include "kiosk/base/attr.h"
#include "kiosk/base/error.h"
#include "kiosk/model/officer.h"

#define COUNTER_PASSWORD_BYTES (OFFICER_PASSWORD_MOST * 4u + 2u) /* with a line feed and a NUL */

/* The first line of `path`; NULL: asked twice on the terminal, without echo. The caller wipes `out`. ERROR_INVALID. */
NODISCARD bool counter_password_read(const char *path, char out[static COUNTER_PASSWORD_BYTES], struct error *err);
/* ERROR_INVALID says in words why this officer cannot have it, or the officer not the number. */
NODISCARD bool counter_password_judge(const struct officer *officer, const char *password, struct error *err);
