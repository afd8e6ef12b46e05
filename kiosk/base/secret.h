#pragma once
/*
 * A secret: bytes in locked memory that is wiped when given back (libsodium's sodium_malloc: guard pages, mlock,
 * left out of core dumps). Keys, passwords and PINs live here and nowhere else.
 */
#include "kiosk/base/attr.h"
#include "kiosk/base/error.h"
#include "kiosk/base/span.h"

#define SECRET_MOST 4096u /* bytes; a larger one is a mistake */

struct secret {
	uint8_t *at; /* owned; NULL when empty */
	size_t len;  /* in bytes */
};

/* Start libsodium. Call once in main before any secret is made; aborts when the machine has no random source. */
void secret_start(void);

/* Make room for `len` zero bytes. ERROR_FULL over SECRET_MOST, ERROR_SYSTEM when memory cannot be locked. */
NODISCARD bool secret_new(size_t len, struct secret *out, struct error *err);
/* A secret holding a copy of `bytes`. The caller wipes its own copy. */
NODISCARD bool secret_copy(struct span bytes, struct secret *out, struct error *err);
/* `len` bytes from the operating system's random source. */
NODISCARD bool secret_random(size_t len, struct secret *out, struct error *err);

struct span secret_span(const struct secret *secret);
/* Wipe and give back. Accepts a zeroed secret and leaves it zeroed; usable with CLEANUP(). */
void secret_free(struct secret *secret);
/* Overwrite bytes that are not in a struct secret; never optimised away. */
void secret_wipe(void *at, size_t len);
/* Equal contents, in time that depends on the lengths only. */
bool secret_equal(struct span a, struct span b);
