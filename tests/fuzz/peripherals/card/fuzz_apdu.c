/*
 * A card that answers anything to one command: a byte of flags (bit 0: the extended form, bits 1 and 2: length of its
 * data), then for each command a byte of length and that many bytes of response; at the end of the input it went.
 */
#include "peripherals/card/apdu.h"
#include "tests/fuzz/fuzz.h"

#define MOST_RESPONSE 1024u

static bool
fuzz_transmit(void *self, struct span command, struct buffer *response, struct error *err)
{
	struct cursor *in = self;

	require(command.len >= 4 && command.len <= 4 + 3 + 1000 + 2);
	struct span answer = cursor_take(in, cursor_u8(in));
	if (!in->ok)
		return error_set(err, ERROR_GONE, "the input ended");
	buffer_put(response, answer);
	if (!response->ok)
		return error_set(err, ERROR_FULL, "no room");
	return true;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct link_ops ops = { .transmit = fuzz_transmit };
	static const uint8_t zeros[1000];
	static const size_t lens[] = { 0, 10, 255, 1000 };
	uint8_t bytes[MOST_RESPONSE];
	struct buffer response = buffer_into(bytes, sizeof(bytes));
	struct cursor in = cursor_over((struct span){ data, size });
	const uint8_t flags = cursor_u8(&in);
	const struct apdu command = { .ins = 0xCB, .data = { zeros, lens[flags >> 1 & 3] }, .expect = APDU_EXPECT_ALL };
	struct error err;
	uint16_t sw;

	if (!apdu_send((struct link){ &ops, &in }, flags & 1 ? APDU_EXTENDED : APDU_SHORT, &command, &response, &sw, &err))
		require(err.kind == ERROR_GONE || err.kind == ERROR_FULL || err.kind == ERROR_INVALID);
	else
		require(sw >> 8 != 0x61 && response.len <= MOST_RESPONSE && apdu_words(sw) != NULL);
	return 0;
}
