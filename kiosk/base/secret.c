#include "kiosk/base/secret.h"

#include <errno.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

void
secret_start(void)
{
	if (sodium_init() < 0)
		abort();
}

bool
secret_new(size_t len, struct secret *out, struct error *err)
{
	if (len > SECRET_MOST)
		return error_set(err, ERROR_FULL, "a secret of %zu bytes is over %u", len, SECRET_MOST);
	if (len == 0) {
		*out = (struct secret){ 0 };
		return true;
	}
	uint8_t *at = sodium_malloc(len);
	if (at == NULL)
		return error_set_from(err, ERROR_SYSTEM, DOMAIN_ERRNO, errno, "making a secret: %s", strerror(errno));
	/* sodium_malloc() goes on when mlock fails; we do not */
	if (sodium_mlock(at, len) != 0) {
		int saved = errno;
		sodium_free(at);
		return error_set_from(err, ERROR_SYSTEM, DOMAIN_ERRNO, saved, "locking memory: %s", strerror(saved));
	}
	memset(at, 0, len);
	*out = (struct secret){ at, len };
	return true;
}

bool
secret_copy(struct span bytes, struct secret *out, struct error *err)
{
	struct secret made = { 0 };
	if (!secret_new(bytes.len, &made, err))
		return false;
	if (made.at != NULL)
		memcpy(made.at, bytes.at, bytes.len);
	*out = made;
	return true;
}

bool
secret_random(size_t len, struct secret *out, struct error *err)
{
	struct secret made = { 0 };
	if (!secret_new(len, &made, err))
		return false;
	if (made.at != NULL)
		randombytes_buf(made.at, len);
	*out = made;
	return true;
}

struct span
secret_span(const struct secret *secret)
{
	return (struct span){ secret->at, secret->len };
}

void
secret_free(struct secret *secret)
{
	if (secret == NULL)
		return;
	sodium_free(secret->at); /* wipes; takes NULL */
	*secret = (struct secret){ 0 };
}

void
secret_wipe(void *at, size_t len)
{
	sodium_memzero(at, len);
}

bool
secret_equal(struct span a, struct span b)
{
	return a.len == b.len && (a.len == 0 || sodium_memcmp(a.at, b.at, a.len) == 0);
}
