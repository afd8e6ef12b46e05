/* A draft as bytes: read anything; what is accepted is written again and read again the same. */
#include <stdlib.h>

#include "kiosk/counter/case_code.h"
#include "tests/fuzz/fuzz.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct case_file file, again;
	static uint8_t bytes[CASE_CODE_MOST];
	struct error err;
	if (!case_code_read((struct span){ data, size }, &file, &err))
		return 0;
	struct buffer out = buffer_into(bytes, sizeof(bytes));
	case_code_write(&file, &out);
	if (!out.ok || !case_code_read(buffer_span(&out), &again, &err))
		abort();
	return 0;
}
