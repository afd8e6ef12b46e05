/* A release or a write-back of any content; what is read is written again byte for byte, and says its format. */
#include <stdlib.h>
#include <string.h>

#include "sync/packet/packet_format.h"
#include "sync/packet/release.h"
#include "sync/packet/write_back.h"
#include "tests/fuzz/fuzz.h"

static void
compare(struct span bytes, struct file_bytes *json, bool written, enum packet_format expected)
{
	enum packet_format format;
	struct error err;
	if (!written || json->len != bytes.len || memcmp(json->at, bytes.at, json->len) != 0 ||
		!packet_format_of(bytes, &format, &err) || format != expected)
		abort();
	file_free(json);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct span bytes = { data, size };
	struct file_bytes json = { 0 };
	struct release release;
	struct write_back back;
	struct error err;
	if (release_read(bytes, &release, &err))
		compare(bytes, &json, release_write(&release, &json, &err), PACKET_FORMAT_IS_RELEASE);
	if (write_back_read(bytes, &back, &err))
		compare(bytes, &json, write_back_write(&back, &json, &err), PACKET_FORMAT_IS_WRITE_BACK);
	return 0;
}
