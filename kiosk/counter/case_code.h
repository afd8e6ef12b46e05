#pragma once
/*
 * The case in hand as bytes: what a draft holds, sealed by the store. A version and named fields, so that a draft of an
 * earlier program can be read; every length is bounded. The fee lines are not kept, only what was quoted: they are
 * asked of the catalogue again.
 */
#include "kiosk/base/buffer.h"
#include "kiosk/counter/case.h"

#define CASE_CODE_MOST 24576u /* bytes of any draft */

/* Write; the buffer fails if it is smaller than CASE_CODE_MOST and the case does not fit. */
void case_code_write(const struct case_file *file, struct buffer *out);
/* Read; ERROR_INVALID for anything case_code_write() would not write. The lines of file->fee are empty; its day, total
 * and version are there. */
NODISCARD bool case_code_read(struct span bytes, struct case_file *out, struct error *err);
