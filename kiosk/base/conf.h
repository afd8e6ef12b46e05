#pragma once
/*
 * Configuration files: sections, `name = value`, comments from ; or # at the start of a line. The program gives a table
 * of every setting it knows; a line that is unknown, repeated, malformed, too long or out of range is refused with
 * file and line, and nothing of the file is used.
 */
#include <stddef.h>
#include <stdint.h>

#include "kiosk/base/attr.h"
#include "kiosk/base/error.h"

enum conf_type { CONF_TEXT, CONF_PATH, CONF_NUMBER, CONF_BOOL };

struct conf_setting {
	const char *section;
	const char *name;
	enum conf_type type;
	size_t offset; /* of the field in the caller's struct: char[cap] for TEXT and PATH, int64_t for NUMBER, bool for
					  BOOL */
	size_t cap;    /* bytes of a text field, NUL included */
	int64_t least, most; /* of a NUMBER */
	const char *initial; /* what holds when the file does not say; NULL: the file must say it */
	const char *help;    /* one sentence, for --help and the installed file */
};

/* Fill `out` from `path` (NULL: defaults only); fields that no setting names stay as they are. A PATH begins with "/";
 * a BOOL is yes, no, true or false; a setting without default must not be empty. ERROR_INVALID names file:line and
 * what is wrong, never the value; ERROR_SYSTEM if the file cannot be read. Reads at most 64 KiB, lines of 198 bytes. */
NODISCARD bool conf_read(
	const char *path, const struct conf_setting *settings, size_t count, void *out, struct error *err);
/* Print every setting with its default and help as a commented configuration file, to standard output. */
void conf_print(const struct conf_setting *settings, size_t count);
