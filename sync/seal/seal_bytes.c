#include <stdlib.h>
#include <string.h>

#include "sync/seal/internal.h"

bool
seal_bytes_take(BIO *from, struct file_bytes *out, struct error *err)
{
	char *at = NULL;
	long len = BIO_get_mem_data(from, &at);
	if (len < 0 || len > 2 * SEAL_MOST)
		return error_set(err, ERROR_FULL, "result of %ld bytes", len);
	uint8_t *copy = malloc((size_t)len + 1);
	if (copy == NULL)
		return error_set(err, ERROR_FULL, "no memory for %ld bytes", len);
	if (len > 0)
		memcpy(copy, at, (size_t)len);
	copy[len] = 0;
	*out = (struct file_bytes){ .at = copy, .len = (size_t)len };
	return true;
}

bool
seal_bytes_bio(struct span bytes, BIO **out, struct error *err)
{
	static const char nothing[1];
	if (bytes.len > SEAL_MOST)
		return error_set(err, ERROR_FULL, "%zu bytes, at most %d", bytes.len, SEAL_MOST);
	BIO *bio = BIO_new_mem_buf(bytes.len > 0 ? (const void *)bytes.at : nothing, (int)bytes.len);
	if (bio == NULL)
		return seal_fault_set(err, ERROR_SYSTEM, "memory");
	*out = bio;
	return true;
}
