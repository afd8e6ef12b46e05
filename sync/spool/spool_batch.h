#pragma once
/*
 * Receipts that became durable together: a mark, how many bytes and how many receipts, then for each its id, lane,
 * order, SHA-256 and bytes, and at the end the SHA-256 of all before it. A sheet is such batches one after the other;
 * what a power cut left of the last one is told by its hash.
 */
#include "kiosk/base/buffer.h"
#include "kiosk/base/cursor.h"
#include "sync/spool/spool.h"

/* One receipt of a batch that was read. */
struct spool_batch_entry {
	char id[SPOOL_ID];
	enum spool_lane lane;
	uint64_t order;
	uint8_t sha256[32];
	struct span receipt; /* borrowed from the file's bytes */
};

/* Bytes that spool_batch_write() needs at most for these. */
size_t spool_batch_size(const struct spool_receipt *receipts, size_t count);
/* at[i] is the offset of receipt i in the batch. */
void spool_batch_write(struct buffer *out, const struct spool_receipt *receipts, size_t count, uint32_t *at);
/* The batch that `bytes` begin with, and how long it is. ERROR_INVALID if it is not a whole one. */
NODISCARD bool spool_batch_read(
	struct span bytes, struct spool_batch_entry out[static SPOOL_BATCH], size_t *count, size_t *len, struct error *err);
