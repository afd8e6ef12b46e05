#pragma once
/* The data objects of the PIV stand-in: a fixed number of bounded values by tag. */
#include <stdbool.h>

#include "kiosk/base/span.h"

enum {
	VIRTUAL_OBJECTS_VALUE = 3072, /* bytes of one at most */
	VIRTUAL_OBJECTS_MOST = 40
};

struct virtual_objects {
	struct {
		uint32_t tag; /* 0: free */
		size_t len;
		uint8_t bytes[VIRTUAL_OBJECTS_VALUE];
	} at[VIRTUAL_OBJECTS_MOST];
};

/* Borrowed until the next change; false: not there. */
bool virtual_objects_find(const struct virtual_objects *objects, uint32_t tag, struct span *value);
/* Put, replace, or remove with an empty value; `tag` is not 0. False: no room. */
bool virtual_objects_put(struct virtual_objects *objects, uint32_t tag, struct span value);
/* Put the card holder unique identifier of a training token (SP 800-73-4 part 1, table 9): a FASC-N that belongs to
 * nobody and the GUID "TRAINING" with eight digits of `serial`. */
void virtual_objects_chuid(struct virtual_objects *objects, uint32_t serial);
