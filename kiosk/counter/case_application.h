#pragma once
/* From the case in hand to the application that is committed. Pure. */
#include "kiosk/counter/case_judge.h"

/* Fill *out. ERROR_INVALID naming the part that is missing if the case is not complete by the model's own rule; *out is
 * then wiped. */
NODISCARD bool case_application(
	const struct case_file *file, const struct case_rules *rules, struct application *out, struct error *err);
