/*
 * What the spool finds on its disk: file names, reasons, and files of receipts. The first byte says which. A batch is
 * given its right length and hash first, since a fuzzer cannot find one; a name that is taken must be written again the
 * same.
 */
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "kiosk/base/text.h"
#include "sync/spool/internal.h"
#include "sync/spool/spool_batch.h"
#include "sync/spool/spool_name.h"
#include "tests/fuzz/fuzz.h"

static void
read_name(struct span input)
{
	char name[512], again[SPOOL_NAME_MOST];
	struct spool_item item;
	size_t len = input.len < sizeof(name) - 1 ? input.len : sizeof(name) - 1;
	memcpy(name, input.at, len);
	name[len] = '\0';
	if (!spool_name_read(name, &item))
		return;
	spool_name_write(&item, again);
	if (strcmp(name, again) != 0 || strchr(item.id, '/') != NULL || item.lane >= SPOOL_LANES)
		abort();
}

static void
read_batch(struct span input)
{
	struct spool_batch_entry entries[SPOOL_BATCH];
	struct error err = { 0 };
	size_t count = 0, len = 0;
	uint8_t *bytes = malloc(input.len + 32);
	if (bytes == NULL)
		abort();
	memcpy(bytes, input.at, input.len);
	if (input.len >= 8) {
		struct buffer at = buffer_into(bytes + 4, 4);
		buffer_u32le(&at, (uint32_t)input.len + 32);
	}
	(void)crypto_hash_sha256(bytes + input.len, bytes, input.len);
	if (spool_batch_read((struct span){ bytes, input.len + 32 }, entries, &count, &len, &err))
		for (size_t i = 0; i < count; i++)
			if (entries[i].receipt.at + entries[i].receipt.len > bytes + input.len ||
				!text_is_id(entries[i].id, SPOOL_ID))
				abort();
	free(bytes);
}

static void
read_why(struct span input)
{
	struct spool_item item = { 0 };
	spool_why_read(input, &item);
	if (item.status < 0 || item.status > 599 || memchr(item.why, 0, sizeof(item.why)) == NULL)
		abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size == 0)
		return 0;
	struct span rest = { data + 1, size - 1 };
	switch (data[0] % 3) {
	case 0:
		read_name(rest);
		break;
	case 1:
		read_batch(rest);
		break;
	default:
		read_why(rest);
		break;
	}
	return 0;
}
