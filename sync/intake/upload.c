#include "sync/intake/upload.h"

#include <stdlib.h>
#include <string.h>

#define FIRST_BYTES 16384u /* what a body of unknown length begins with */

static bool
reserve(struct upload_budget *budget, size_t bytes)
{
	size_t left = atomic_load(&budget->left);
	do {
		if (left < bytes)
			return false;
	} while (!atomic_compare_exchange_weak(&budget->left, &left, left - bytes));
	return true;
}

static void
drop(struct upload *upload, enum upload_state state)
{
	free(upload->at);
	if (upload->cap > 0)
		(void)atomic_fetch_add(&upload->budget->left, upload->cap);
	upload->at = NULL;
	upload->len = upload->cap = 0;
	upload->state = state;
}

static void
grow(struct upload *upload, size_t cap)
{
	if (!reserve(upload->budget, cap - upload->cap)) {
		drop(upload, UPLOAD_NO_ROOM);
		return;
	}
	uint8_t *at = realloc(upload->at, cap);
	if (at == NULL) {
		(void)atomic_fetch_add(&upload->budget->left, cap - upload->cap);
		drop(upload, UPLOAD_NO_ROOM);
		return;
	}
	upload->at = at;
	upload->cap = cap;
}

struct upload
upload_begin(size_t most, uint64_t declared, struct upload_budget *budget)
{
	struct upload upload = { .state = UPLOAD_TAKING, .most = most, .budget = budget };
	if (declared > most)
		upload.state = UPLOAD_TOO_LARGE;
	else if (declared > 0)
		grow(&upload, (size_t)declared);
	return upload;
}

static size_t
larger(const struct upload *upload, size_t wanted)
{
	size_t cap = upload->cap > 0 ? upload->cap : FIRST_BYTES;
	while (cap < wanted)
		cap *= 2;
	return cap < upload->most ? cap : upload->most;
}

void
upload_add(struct upload *upload, struct span piece)
{
	upload->seen += piece.len;
	if (upload->state == UPLOAD_TAKING && piece.len > upload->most - upload->len)
		drop(upload, UPLOAD_TOO_LARGE);
	if (upload->state == UPLOAD_TAKING && piece.len > upload->cap - upload->len)
		grow(upload, larger(upload, upload->len + piece.len));
	if (upload->state != UPLOAD_TAKING)
		return;
	memcpy(upload->at + upload->len, piece.at, piece.len);
	upload->len += piece.len;
}

struct span
upload_bytes(const struct upload *upload)
{
	return (struct span){ upload->at, upload->len };
}

void
upload_free(struct upload *upload)
{
	if (upload->budget != NULL)
		drop(upload, UPLOAD_TAKING);
}
