/* Answers to reset. */
#include <string.h>

#include "peripherals/card/atr.h"
#include "tests/fuzz/fuzz.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct atr atr;
	struct error err;

	if (!atr_read((struct span){ data, size }, &atr, &err)) {
		require(err.kind == ERROR_INVALID);
		return 0;
	}
	require(atr.len == size && memcmp(atr.bytes, data, size) == 0);
	require(atr.historical_len <= ATR_HISTORICAL && atr.first < 15);
	require((atr.protocols >> atr.first & 1u) != 0);
	return 0;
}
