#include "sync/spool/spool.h"

#include <errno.h>
#include <fcntl.h>
#include <search.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "kiosk/base/digest.h"
#include "kiosk/base/text.h"
#include "sync/spool/internal.h"
#include "sync/spool/spool_batch.h"
#include "sync/spool/spool_name.h"

static bool
hash_is(struct span bytes, const uint8_t sha256[static 32])
{
	uint8_t hash[32];
	digest_sha256(bytes, hash);
	return memcmp(hash, sha256, sizeof(hash)) == 0;
}

struct spool_item *
spool_find(struct spool *spool, const char *id)
{
	return spool_index_find(spool, id);
}

bool
spool_open(const char *folder, const struct spool_limits *limits, spool_aside_fn aside, void *self, struct spool **out,
	struct error *err)
{
	struct spool *spool = calloc(1, sizeof(*spool));
	if (spool == NULL)
		abort();
	spool->limits = *limits;
	spool->aside = aside;
	spool->self = self;
	spool->next_order = 1;
	spool->sheet_fd = -1;
	for (size_t lane = 0; lane < SPOOL_LANES; lane++)
		TAILQ_INIT(&spool->waiting[lane]);
	TAILQ_INIT(&spool->accepted);
	TAILQ_INIT(&spool->parked);
	if (!text_copy(spool->folder, sizeof(spool->folder), folder) || !spool_scan(spool, err) ||
		!spool_broom_start(&spool->broom, err)) {
		spool_close(spool);
		return error_in(err, "opening the spool");
	}
	*out = spool;
	return true;
}

/* Free an item without touching the disk. */
static void
release(struct spool_item *item)
{
	if (item->sheet != NULL && --item->sheet->left == 0)
		free(item->sheet);
	free(item);
}

static void
release_list(struct spool_list *list)
{
	for (struct spool_item *item; (item = TAILQ_FIRST(list)) != NULL;) {
		TAILQ_REMOVE(list, item, link);
		release(item);
	}
}

static void
nothing(void *node)
{
	(void)node;
}

void
spool_close(struct spool *spool)
{
	if (spool == NULL)
		return;
	spool_broom_stop(spool->broom);
	tdestroy(spool->ids, nothing);
	for (size_t lane = 0; lane < SPOOL_LANES; lane++)
		release_list(&spool->waiting[lane]);
	release_list(&spool->accepted);
	release_list(&spool->parked);
	if (spool->sheet != NULL && --spool->sheet->left == 0)
		free(spool->sheet);
	file_close(&spool->sheet_fd);
	free(spool);
}

static bool
check_new(const struct spool *spool, const char *id, enum spool_lane lane, const uint8_t sha256[static 32],
	struct span bytes, struct error *err)
{
	if (!text_is_id(id, SPOOL_ID))
		return error_set(err, ERROR_INVALID, "spool: not an id");
	if (lane >= SPOOL_LANES || bytes.len == 0 || bytes.len > SPOOL_ITEM_MOST)
		return error_set(err, ERROR_INVALID, "spool: %s: lane %u, %zu bytes", id, (unsigned)lane, bytes.len);
	if (!hash_is(bytes, sha256))
		return error_set(err, ERROR_INVALID, "spool: %s: the bytes are not those of its hash", id);
	if (spool->counts[SPOOL_WAITING] + spool->counts[SPOOL_ACCEPTED] + spool->counts[SPOOL_PARKED] >=
		spool->limits.items)
		return error_set(err, ERROR_FULL, "spool: %u items are there", (unsigned)spool->limits.items);
	if (spool->bytes + bytes.len > spool->limits.bytes)
		return error_set(err, ERROR_FULL, "spool: %llu bytes are there", (unsigned long long)spool->bytes);
	return spool_disk_room(spool, bytes.len, err);
}

bool
spool_add(struct spool *spool, const char *id, enum spool_lane lane, const uint8_t sha256[static 32], struct span bytes,
	struct spool_item **out, struct error *err)
{
	char name[SPOOL_NAME_MOST];
	struct spool_item *item = spool_find(spool, id);
	if (item != NULL && memcmp(item->sha256, sha256, sizeof(item->sha256)) != 0)
		return error_set(err, ERROR_REFUSED, "spool: %s is there with other bytes", id);
	if (item != NULL) {
		*out = item;
		return true;
	}
	if (!check_new(spool, id, lane, sha256, bytes, err))
		return false;
	item = calloc(1, sizeof(*item));
	if (item == NULL)
		abort();
	item->lane = lane;
	item->len = (uint32_t)bytes.len;
	item->order = spool->next_order;
	memcpy(item->sha256, sha256, sizeof(item->sha256));
	(void)text_copy(item->id, sizeof(item->id), id);
	spool_name_write(item, name);
	if (!spool_disk_put(spool, "new", name, bytes, err)) {
		spool_disk_drop(spool, "new", name);
		free(item);
		return false;
	}
	spool_index_add(spool, item);
	*out = item;
	return true;
}

struct spool_item *
spool_first_waiting(struct spool *spool, enum spool_lane lane)
{
	return TAILQ_FIRST(&spool->waiting[lane]);
}

struct spool_item *
spool_first(struct spool *spool, enum spool_state state)
{
	return state == SPOOL_ACCEPTED ? TAILQ_FIRST(&spool->accepted) : TAILQ_FIRST(&spool->parked);
}

struct spool_item *
spool_next(struct spool_item *item)
{
	return TAILQ_NEXT(item, link);
}

uint32_t
spool_count(const struct spool *spool, enum spool_state state)
{
	return spool->counts[state];
}

static const char *
sub_of(const struct spool_item *item)
{
	return item->state == SPOOL_PARKED ? "parked" : "new";
}

/* What is left of the item goes out of the way. */
static bool
lose(struct spool *spool, struct spool_item *item, const char *name, struct error *err)
{
	char id[SPOOL_ID];
	(void)text_copy(id, sizeof(id), item->id);
	spool_disk_aside(spool, sub_of(item), name, "damaged");
	spool_index_drop(spool, item);
	return error_set(err, ERROR_INVALID, "spool: the bytes of %s were damaged", id);
}

bool
spool_read(struct spool *spool, struct spool_item *item, struct file_bytes *out, struct error *err)
{
	CLEANUP(file_free) struct file_bytes bytes = { 0 };
	char name[SPOOL_NAME_MOST], path[PATH_MAX];
	spool_name_write(item, name);
	if (!spool_disk_path(spool, sub_of(item), name, path, err))
		return false;
	if (!file_read(path, SPOOL_ITEM_MOST, &bytes, err)) {
		if (err->kind == ERROR_GONE || err->kind == ERROR_FULL)
			return lose(spool, item, name, err);
		return error_in(err, "spool");
	}
	if (!hash_is((struct span){ bytes.at, bytes.len }, item->sha256))
		return lose(spool, item, name, err);
	*out = bytes;
	bytes = (struct file_bytes){ 0 };
	return true;
}

static bool
write_batch(struct spool *spool, const struct spool_receipt *receipts, size_t count, uint32_t *at, struct error *err)
{
	size_t size = spool_batch_size(receipts, count);
	uint64_t begins = 0;
	CLEANUP(file_free) struct file_bytes bytes = { .at = malloc(size) };
	if (bytes.at == NULL)
		return error_set(err, ERROR_FULL, "spool: no memory for %zu receipts", count);
	struct buffer out = buffer_into(bytes.at, size);
	spool_batch_write(&out, receipts, count, at);
	bytes.len = out.len;
	if (!spool_sheet_append(spool, buffer_span(&out), &begins, err))
		return false;
	for (size_t i = 0; i < count; i++)
		at[i] += (uint32_t)begins;
	return true;
}

bool
spool_accept(struct spool *spool, const struct spool_receipt *receipts, size_t count, struct error *err)
{
	uint32_t at[SPOOL_BATCH] = { 0 };
	if (count == 0 || count > SPOOL_BATCH)
		return error_set(err, ERROR_FULL, "spool: %zu receipts at once", count);
	for (size_t i = 0; i < count; i++)
		if (receipts[i].bytes.len == 0 || receipts[i].bytes.len > SPOOL_RECEIPT_MOST)
			return error_set(err, ERROR_FULL, "spool: receipt of %zu bytes", receipts[i].bytes.len);
	if (!write_batch(spool, receipts, count, at, err))
		return false;
	for (size_t i = 0; i < count; i++) {
		struct spool_item *item = receipts[i].item;
		item->receipt_at = at[i];
		item->receipt_len = (uint32_t)receipts[i].bytes.len;
		spool_index_sheet(spool, item, spool->sheet);
		spool_index_move(spool, item, SPOOL_ACCEPTED);
	}
	return true;
}

/* The descriptor to read a sheet through: the one that is written to is open already. */
static int
open_sheet(const struct spool *spool, const struct spool_sheet *sheet, int *opened)
{
	char name[32], path[PATH_MAX];
	struct error err;
	if (sheet == spool->sheet)
		return spool->sheet_fd;
	spool_sheet_name(sheet->number, name);
	if (spool_disk_path(spool, "sent", name, path, &err))
		*opened = open(path, O_RDONLY | O_CLOEXEC);
	return *opened;
}

bool
spool_receipt(const struct spool *spool, const struct spool_item *item, struct file_bytes *out, struct error *err)
{
	CLEANUP(file_close) int opened = -1;
	if (item->sheet == NULL)
		return error_set(err, ERROR_SYSTEM, "spool: %s has no receipt", item->id);
	int fd = open_sheet(spool, item->sheet, &opened);
	CLEANUP(file_free) struct file_bytes bytes = { malloc((size_t)item->receipt_len + 1), item->receipt_len };
	if (bytes.at == NULL)
		abort();
	if (fd < 0 || pread(fd, bytes.at, bytes.len, item->receipt_at) != (ssize_t)bytes.len)
		return error_set_from(
			err, ERROR_SYSTEM, DOMAIN_ERRNO, errno, "spool: the receipt of %s cannot be read", item->id);
	bytes.at[bytes.len] = 0;
	*out = bytes;
	bytes = (struct file_bytes){ 0 };
	return true;
}

/* Only the receipt is left of it. */
static bool
bytes_gone(const struct spool_item *item, struct error *err)
{
	return error_set(err, ERROR_GONE, "spool: the bytes of %s are not here any more", item->id);
}

bool
spool_park(struct spool *spool, struct spool_item *item, int32_t status, const char *why, struct error *err)
{
	char name[SPOOL_NAME_MOST], why_name[SPOOL_NAME_MOST + 8], line[256];
	if (item->len == 0)
		return bytes_gone(item, err);
	item->status = status;
	(void)text_copy(item->why, sizeof(item->why), why);
	spool_name_write(item, name);
	spool_why_write(item, line);
	(void)text_format(why_name, sizeof(why_name), "%s.why", name);
	if (!spool_disk_put(spool, "parked", why_name, text_span(line), err) ||
		!spool_disk_move(spool, "new", name, "parked", name, err))
		return error_in(err, "parking %s", item->id);
	spool_index_sheet(spool, item, NULL);
	spool_index_move(spool, item, SPOOL_PARKED);
	return true;
}

/* Under a new number of arrival, so that after a restart a receipt it had before is not taken for its own. */
static bool
unpark(struct spool *spool, struct spool_item *item, struct error *err)
{
	char name[SPOOL_NAME_MOST], why_name[SPOOL_NAME_MOST + 8], new_name[SPOOL_NAME_MOST];
	uint64_t before = item->order;
	spool_name_write(item, name);
	item->order = spool->next_order;
	spool_name_write(item, new_name);
	if (!spool_disk_move(spool, "parked", name, "new", new_name, err)) {
		item->order = before;
		return error_in(err, "trying %s again", item->id);
	}
	spool->next_order++;
	(void)text_format(why_name, sizeof(why_name), "%s.why", name);
	spool_disk_drop(spool, "parked", why_name);
	return true;
}

bool
spool_retry(struct spool *spool, struct spool_item *item, struct error *err)
{
	item->tries = 0;
	item->not_before_ms = 0;
	if (item->state == SPOOL_WAITING)
		return true;
	if (item->state == SPOOL_ACCEPTED && item->len == 0)
		return bytes_gone(item, err);
	if (item->state == SPOOL_PARKED && !unpark(spool, item, err))
		return false;
	spool_index_sheet(spool, item, NULL);
	spool_index_move(spool, item, SPOOL_WAITING);
	return true;
}

void
spool_forget(struct spool *spool, struct spool_item *item)
{
	char name[SPOOL_NAME_MOST], why_name[SPOOL_NAME_MOST + 8];
	spool_name_write(item, name);
	spool_disk_sweep(spool, sub_of(item), name);
	if (item->state == SPOOL_PARKED) {
		(void)text_format(why_name, sizeof(why_name), "%s.why", name);
		spool_disk_sweep(spool, "parked", why_name);
	}
	spool_index_drop(spool, item);
}
