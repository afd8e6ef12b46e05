/*
 * seal_open() over foreign bytes. The keys are made when the target starts, so that none lies in the repository: an
 * input that begins with 'E' is a list of edits (offset u16, byte) to a good envelope, any other is taken as it is.
 * An envelope that was changed must not open.
 */
#include <stdlib.h>
#include <string.h>

#include "kiosk/base/text.h"
#include "sync/seal/seal.h"
#include "tests/fuzz/fuzz.h"
#include "tests/support/authority.h"

static const char secret_text[] = "nobody may read this";

static struct file_bytes good;
static struct seal_key *key;

static void
start(void)
{
	struct authority *authority = authority_new("fuzz");
	struct authority_pair pair;
	struct seal_certificate *certificate = NULL;
	struct error err = { 0 };
	secret_start();
	authority_issue(authority, "centre", AUTHORITY_OPENING, 0, 0, &pair);
	authority_free(authority);
	if (!seal_key_read(text_span(pair.key), text_span(pair.certificate), &key, &err) ||
		!seal_certificate_read(text_span(pair.certificate), &certificate, &err) ||
		!seal_close(text_span(secret_text), certificate, &good, &err))
		abort();
	seal_certificate_free(certificate);
}

static void
open_bytes(struct span der, bool expected)
{
	struct file_bytes content = { 0 };
	struct error err = { 0 };
	bool opened = seal_open(der, key, &content, &err);
	if (opened != expected || (!opened && content.at != NULL))
		abort();
	file_free(&content);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (key == NULL)
		start();
	if (size == 0 || data[0] != 'E') {
		open_bytes((struct span){ data, size }, false);
		return 0;
	}
	uint8_t *edited = malloc(good.len);
	if (edited == NULL)
		abort();
	memcpy(edited, good.at, good.len);
	for (size_t i = 1; i + 2 < size; i += 3)
		edited[(data[i] | (size_t)data[i + 1] << 8) % good.len] = data[i + 2];
	open_bytes((struct span){ edited, good.len }, memcmp(edited, good.at, good.len) == 0);
	free(edited);
	return 0;
}
