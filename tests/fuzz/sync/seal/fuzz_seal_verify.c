/*
 * seal_verify() over foreign bytes: an input that begins with 'E' is a list of edits (offset u16, byte) to good
 * SignedData, any other is taken as it is. Content that comes out must be what was signed.
 */
#include <stdlib.h>
#include <string.h>

#include "kiosk/base/text.h"
#include "sync/seal/seal.h"
#include "tests/fuzz/fuzz.h"
#include "tests/support/authority.h"

static const char signed_text[] = "{\"type\":\"receipt\"}";

static struct file_bytes good;
static struct seal_certificate *ca;

static void
start(void)
{
	struct authority *authority = authority_new("fuzz");
	struct authority_pair pair;
	struct seal_key *key = NULL;
	struct error err = { 0 };
	char pem[4096];
	secret_start();
	authority_issue(authority, "centre", AUTHORITY_SIGNING, 0, 0, &pair);
	authority_certificate(authority, pem);
	authority_free(authority);
	if (!seal_key_read(text_span(pair.key), text_span(pair.certificate), &key, &err) ||
		!seal_certificate_read(text_span(pem), &ca, &err) || !seal_sign(text_span(signed_text), key, &good, &err))
		abort();
	seal_key_free(key);
}

static void
verify_bytes(struct span der)
{
	struct file_bytes content = { 0 };
	struct error err = { 0 };
	char name[65];
	bool right = seal_verify(der, ca, NULL, 0, &content, name, sizeof(name), &err);
	if (right && (content.len != strlen(signed_text) || memcmp(content.at, signed_text, content.len) != 0))
		abort();
	if (!right && content.at != NULL)
		abort();
	file_free(&content);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (ca == NULL)
		start();
	if (size == 0 || data[0] != 'E') {
		verify_bytes((struct span){ data, size });
		return 0;
	}
	uint8_t *edited = malloc(good.len);
	if (edited == NULL)
		abort();
	memcpy(edited, good.at, good.len);
	for (size_t i = 1; i + 2 < size; i += 3)
		edited[(data[i] | (size_t)data[i + 1] << 8) % good.len] = data[i + 2];
	verify_bytes((struct span){ edited, good.len });
	free(edited);
	return 0;
}
