#pragma once
/*
 * The body of one request on its way in, bounded twice: by what its resource takes, and by what all bodies together may
 * hold (the budget, shared by threads).
 */
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "kiosk/base/span.h"

struct upload_budget {
	atomic_size_t left; /* bytes */
};

enum upload_state {
	UPLOAD_TAKING,
	UPLOAD_TOO_LARGE, /* over its own bound: what comes is counted and dropped */
	UPLOAD_NO_ROOM,   /* over the budget: likewise */
};

struct upload {
	enum upload_state state;
	uint8_t *at; /* owned */
	size_t len, cap, most;
	size_t seen;                  /* bytes that came, kept or dropped */
	struct upload_budget *budget; /* borrowed */
};

/* Begin a body of at most `most` bytes of which `declared` (0: unknown) are announced: they are reserved at once. */
struct upload upload_begin(size_t most, uint64_t declared, struct upload_budget *budget);
/* Take the next piece. */
void upload_add(struct upload *upload, struct span piece);
struct span upload_bytes(const struct upload *upload);
/* Give the memory back. Accepts a zeroed one. */
void upload_free(struct upload *upload);
