/* Objects of a card, walked to any depth of eight, found again and written again. */
#include <string.h>

#include "peripherals/card/tlv.h"
#include "tests/fuzz/fuzz.h"

static void
walk(struct span input, unsigned depth)
{
	struct tlv_reader in = tlv_over(input);
	struct tlv at;
	size_t seen = 0;

	while (tlv_next(&in, &at)) {
		struct span found;
		uint8_t head[8];
		struct buffer out = buffer_into(head, sizeof(head));
		require(at.value.len == 0 || (at.value.at >= input.at && at.value.at + at.value.len <= input.at + input.len));
		require(tlv_find(input, at.tag, &found));
		tlv_begin(&out, at.tag, at.value.len);
		require(!out.ok || out.len + at.value.len == tlv_size(at.tag, at.value.len));
		if (depth < 8 && seen++ < 64)
			walk(at.value, depth + 1);
	}
	require(!tlv_next(&in, &at));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	walk((struct span){ data, size < 4096 ? size : 4096 }, 0);
	return 0;
}
