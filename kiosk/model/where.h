#pragma once
/* On which line of a JSON text a value stands, so that a fault of meaning can be told as precisely as one of syntax. */
#include <stddef.h>

struct where_step {
	const char *member; /* borrowed; NULL: an element of an array */
	size_t index;       /* of the element, if member is NULL */
};

/* The line (from 1) of what `count` steps lead to; of a member, the line of its name. 0 if there is no such value.
 * `json` must have been accepted by a JSON parser and end with a NUL; names with escapes are not found. */
int where_line(const char *json, const struct where_step *path, size_t count);
