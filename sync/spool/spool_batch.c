#include "sync/spool/spool_batch.h"

#include <string.h>

#include "kiosk/base/digest.h"
#include "kiosk/base/text.h"
#include "sync/spool/spool_name.h"

#define BATCH_MARK  0x32545052u /* "RPT2" */
#define BATCH_HEAD  (4u + 4u + 4u)
#define BATCH_ENDS  (BATCH_HEAD + 32u)
#define ENTRY_FIXED (2u + SPOOL_ID + 1u + 8u + 32u + 4u)

size_t
spool_batch_size(const struct spool_receipt *receipts, size_t count)
{
	size_t size = BATCH_ENDS;
	for (size_t i = 0; i < count; i++)
		size += ENTRY_FIXED + receipts[i].bytes.len;
	return size;
}

void
spool_batch_write(struct buffer *out, const struct spool_receipt *receipts, size_t count, uint32_t *at)
{
	uint8_t hash[32];
	buffer_u32le(out, BATCH_MARK);
	buffer_u32le(out, 0); /* its length, when that is known */
	buffer_u32le(out, (uint32_t)count);
	for (size_t i = 0; i < count; i++) {
		const struct spool_item *item = receipts[i].item;
		buffer_text(out, item->id);
		buffer_u8(out, (uint8_t)item->lane);
		buffer_u64le(out, item->order);
		buffer_put(out, (struct span){ item->sha256, sizeof(item->sha256) });
		at[i] = (uint32_t)out->len + 4;
		buffer_block(out, receipts[i].bytes);
	}
	struct buffer len = buffer_into(out->at + 4, 4);
	buffer_u32le(&len, (uint32_t)(out->len + sizeof(hash)));
	digest_sha256(buffer_span(out), hash);
	buffer_put(out, (struct span){ hash, sizeof(hash) });
}

static bool
read_entry(struct cursor *in, struct spool_batch_entry *out)
{
	struct spool_batch_entry entry = { 0 };
	cursor_text(in, entry.id, sizeof(entry.id));
	unsigned lane = cursor_u8(in);
	entry.order = cursor_u64le(in);
	struct span hash = cursor_take(in, sizeof(entry.sha256));
	entry.receipt = cursor_block(in, SPOOL_RECEIPT_MOST);
	if (!in->ok || lane >= SPOOL_LANES || !text_is_id(entry.id, SPOOL_ID) || entry.receipt.len == 0)
		return false;
	entry.lane = (enum spool_lane)lane;
	memcpy(entry.sha256, hash.at, hash.len);
	*out = entry;
	return true;
}

/* The batch without its hash, which is right. */
static bool
whole_batch(struct span bytes, struct span *out)
{
	uint8_t hash[32];
	struct cursor in = cursor_over(bytes);
	uint32_t mark = cursor_u32le(&in), len = cursor_u32le(&in);
	if (!in.ok || mark != BATCH_MARK || len < BATCH_ENDS || len > bytes.len)
		return false;
	const struct span body = { bytes.at, len - sizeof(hash) };
	digest_sha256(body, hash);
	*out = body;
	return memcmp(hash, body.at + body.len, sizeof(hash)) == 0;
}

bool
spool_batch_read(
	struct span bytes, struct spool_batch_entry out[static SPOOL_BATCH], size_t *count, size_t *len, struct error *err)
{
	struct span body = { 0 };
	if (!whole_batch(bytes, &body))
		return error_set(err, ERROR_INVALID, "not a whole batch of receipts");
	struct cursor in = cursor_over((struct span){ body.at + 8, body.len - 8 });
	uint32_t given = cursor_u32le(&in);
	if (given == 0 || given > SPOOL_BATCH)
		return error_set(err, ERROR_INVALID, "batch of %u receipts", (unsigned)given);
	for (uint32_t i = 0; i < given; i++)
		if (!read_entry(&in, &out[i]))
			return error_set(err, ERROR_INVALID, "batch: receipt %u", (unsigned)i);
	if (!cursor_done(&in))
		return error_set(err, ERROR_INVALID, "batch: bytes left over");
	*count = given;
	*len = body.len + 32;
	return true;
}
