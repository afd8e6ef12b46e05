/* Every reader of typed and received text over the same bytes, and what each promises about its result. */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "kiosk/base/cursor.h"
#include "kiosk/base/text.h"
#include "tests/fuzz/fuzz.h"

static void
check_take(struct span bytes)
{
	struct error err;
	char out[64];
	if (!text_take(bytes, "field", out, sizeof(out), &err))
		return;
	require(strlen(out) == bytes.len && text_is_utf8(bytes));
	size_t length = 0;
	const char *at = out;
	for (uint32_t code; (code = text_next(&at)) != 0; length++)
		require(!text_is_control(code));
	require((size_t)(at - out) == bytes.len && length == text_length(out));
}

/* Tidy text stays as it is when it is tidied again. */
static void
check_tidy(const char *typed)
{
	struct error err;
	char once[128];
	char twice[128];
	if (!text_tidy(typed, once, sizeof(once), &err))
		return;
	require(text_is_utf8(text_span(once)));
	require(text_tidy(once, twice, sizeof(twice), &err) && strcmp(once, twice) == 0);
	text_upper(once);
	require(text_is_utf8(text_span(once)));
	char cut[16];
	bool whole = text_copy(cut, sizeof(cut), twice);
	require(text_is_utf8(text_span(cut)) && whole == (strcmp(cut, twice) == 0));
}

/* What was decoded is encoded to the same again. */
static void
check_base64(struct span bytes)
{
	struct error err;
	uint8_t raw[128];
	uint8_t again[128];
	char text[256];
	size_t len = 0;
	size_t again_len = 0;
	if (!text_unbase64(bytes, raw, sizeof(raw), &len, &err))
		return;
	text_base64((struct span){ raw, len }, text, sizeof(text));
	require(text_unbase64(text_span(text), again, sizeof(again), &again_len, &err));
	require(len == again_len && memcmp(raw, again, len) == 0);
}

static void
check_hex(const char *hex)
{
	struct error err;
	uint8_t raw[128];
	char text[257];
	size_t len = 0;
	if (!text_unhex(hex, raw, sizeof(raw), &len, &err))
		return;
	text_hex((struct span){ raw, len }, text, sizeof(text));
	require(strlen(hex) == 2 * len && strcasecmp(hex, text) == 0);
}

static void
check_cursor(struct span bytes)
{
	struct cursor in = cursor_over(bytes);
	while (in.ok && in.rest.len > 0) {
		char out[32];
		cursor_text(&in, out, sizeof(out));
		require(text_is_utf8(text_span(out)));
		struct span block = cursor_block(&in, 64);
		require(block.len <= 64 && (in.ok || block.len == 0));
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct span bytes = { data, size };
	char *typed = malloc(size + 1);
	if (typed == NULL)
		return 0;
	if (size > 0)
		memcpy(typed, data, size);
	typed[size] = '\0';
	check_take(bytes);
	check_tidy(typed);
	check_base64(bytes);
	check_hex(typed);
	check_cursor(bytes);
	free(typed);
	return 0;
}
