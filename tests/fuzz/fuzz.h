#pragma once
/* What fuzz targets share. Each tests/fuzz/.../fuzz_x.c defines LLVMFuzzerTestOneInput(); its corpus is corpus/x. */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* What must hold whatever the input is; the fuzzer keeps the input where it does not. */
static inline void
require(bool holds)
{
	if (!holds)
		abort();
}
