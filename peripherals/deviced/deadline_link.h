#pragma once
/* A link over a card's slot that ends at a moment: whatever its user does, no APDU begins after it or outlasts it. */
#include "peripherals/ccid/ccid_link.h"

struct deadline_link {
	struct ccid_link *slot; /* borrowed; its timeout is set before each APDU */
	int64_t until_ms;       /* monotonic */
};

/* state is borrowed; closing does nothing: the card stays powered. After the moment: ERROR_TIMEOUT. */
struct link deadline_link(struct deadline_link *state);
