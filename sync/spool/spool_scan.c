#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "kiosk/base/text.h"
#include "sync/spool/internal.h"
#include "sync/spool/spool_batch.h"
#include "sync/spool/spool_name.h"

#define SHEET_MOST (64u * 1024 * 1024) /* bytes of a sheet that is read */

/* What a folder holds that has a good name, to be taken in order. */
struct found {
	struct spool_item **items;
	size_t count, cap;
};

static void
close_folder(DIR **folder)
{
	if (*folder != NULL)
		(void)closedir(*folder);
	*folder = NULL;
}

static bool
open_folder(const struct spool *spool, const char *sub, DIR **out, struct error *err)
{
	char path[PATH_MAX];
	if (!spool_disk_path(spool, sub, ".", path, err))
		return false;
	*out = opendir(path);
	if (*out == NULL)
		return error_set_from(err, ERROR_SYSTEM, DOMAIN_ERRNO, errno, "spool: %s: %s", sub, strerror(errno));
	return true;
}

/* The next name, without "." and ".."; NULL at the end. */
static const char *
next_name(DIR *folder)
{
	const struct dirent *entry = NULL;
	do
		entry = readdir(folder);
	while (entry != NULL && (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0));
	return entry != NULL ? entry->d_name : NULL;
}

static bool
empty_tmp(const struct spool *spool, struct error *err)
{
	CLEANUP(close_folder) DIR *folder = NULL;
	if (!open_folder(spool, "tmp", &folder, err))
		return false;
	for (const char *name; (name = next_name(folder)) != NULL;)
		spool_disk_drop(spool, "tmp", name);
	return true;
}

static void
keep(struct found *found, const struct spool_item *item)
{
	if (found->count == found->cap) {
		found->cap = found->cap == 0 ? 64 : 2 * found->cap;
		found->items = reallocarray(found->items, found->cap, sizeof(struct spool_item *));
	}
	struct spool_item *copy = malloc(sizeof(*copy));
	if (found->items == NULL || copy == NULL)
		abort();
	*copy = *item;
	found->items[found->count++] = copy;
}

static int
by_order(const void *a, const void *b)
{
	const struct spool_item *left = *(struct spool_item *const *)a, *right = *(struct spool_item *const *)b;
	return left->order < right->order ? -1 : left->order > right->order;
}

/* Whether the file is an item; why not, otherwise. */
static const char *
look(const struct spool *spool, const char *sub, const char *name, struct spool_item *item)
{
	char path[PATH_MAX];
	struct stat status;
	struct error err;
	if (!spool_name_read(name, item))
		return "not a name of the spool";
	if (!spool_disk_path(spool, sub, name, path, &err) || lstat(path, &status) != 0 || !S_ISREG(status.st_mode))
		return "not a file";
	if (status.st_size < 1 || status.st_size > SPOOL_ITEM_MOST)
		return "not of an item's size";
	item->len = (uint32_t)status.st_size;
	return NULL;
}

static bool
is_why(const char *name)
{
	size_t len = strlen(name);
	return len > 4 && strcmp(name + len - 4, ".why") == 0;
}

static void
read_why(const struct spool *spool, const char *name, struct spool_item *item)
{
	CLEANUP(file_free) struct file_bytes bytes = { 0 };
	char path[PATH_MAX], why[SPOOL_NAME_MOST + 8];
	struct error err;
	(void)text_format(why, sizeof(why), "%s.why", name);
	if (spool_disk_path(spool, "parked", why, path, &err) && file_read(path, 4096, &bytes, &err))
		spool_why_read((struct span){ bytes.at, bytes.len }, item);
}

/* A reason whose item is not there: a crash came between the two, or the item was sent again. */
static void
drop_lonely_why(const struct spool *spool, const char *name)
{
	char item[SPOOL_NAME_MOST + 8], path[PATH_MAX];
	struct stat status;
	struct error err;
	if (!text_copy(item, sizeof(item), name))
		return;
	item[strlen(item) - 4] = '\0';
	if (spool_disk_path(spool, "parked", item, path, &err) && lstat(path, &status) != 0 && errno == ENOENT)
		spool_disk_drop(spool, "parked", name);
}

/* In the order of arrival; empties `found`. */
static void
index_found(struct spool *spool, const char *sub, struct found *found)
{
	if (found->count > 0)
		qsort(found->items, found->count, sizeof(struct spool_item *), by_order);
	for (size_t i = 0; i < found->count; i++) {
		char name[SPOOL_NAME_MOST];
		spool_name_write(found->items[i], name);
		if (spool_find(spool, found->items[i]->id) == NULL) {
			spool_index_add(spool, found->items[i]);
			continue;
		}
		spool_disk_aside(spool, sub, name, "its id is there already");
		free(found->items[i]);
	}
	free(found->items);
}

static bool
scan_items(struct spool *spool, const char *sub, enum spool_state state, struct error *err)
{
	CLEANUP(close_folder) DIR *folder = NULL;
	struct found found = { 0 };
	if (!open_folder(spool, sub, &folder, err))
		return false;
	for (const char *name; (name = next_name(folder)) != NULL;) {
		struct spool_item item = { 0 };
		if (state == SPOOL_PARKED && is_why(name)) {
			drop_lonely_why(spool, name);
			continue;
		}
		const char *why_not = look(spool, sub, name, &item);
		if (why_not != NULL) {
			spool_disk_aside(spool, sub, name, why_not);
			continue;
		}
		item.state = state;
		if (state == SPOOL_PARKED)
			read_why(spool, name, &item);
		keep(&found, &item);
	}
	index_found(spool, sub, &found);
	return true;
}

/* An item of which only the receipt is left. */
static struct spool_item *
bare(const struct spool_batch_entry *entry)
{
	struct spool_item *item = calloc(1, sizeof(*item));
	if (item == NULL)
		abort();
	item->state = SPOOL_ACCEPTED;
	item->lane = entry->lane;
	item->order = entry->order;
	memcpy(item->id, entry->id, sizeof(item->id));
	memcpy(item->sha256, entry->sha256, sizeof(item->sha256));
	return item;
}

/* A receipt that was found: its item is accepted, whether or not its bytes are still there. A later one wins; one from
 * before the item was parked has another number of arrival and is none of it any more. */
static void
take_receipt(struct spool *spool, struct spool_sheet *sheet, const struct spool_batch_entry *entry, size_t at)
{
	struct spool_item *item = spool_find(spool, entry->id);
	if (item == NULL) {
		item = bare(entry);
		spool_index_add(spool, item);
	}
	if (item->state == SPOOL_PARKED || item->order != entry->order ||
		memcmp(item->sha256, entry->sha256, sizeof(item->sha256)) != 0)
		return;
	if (item->state != SPOOL_ACCEPTED)
		spool_index_move(spool, item, SPOOL_ACCEPTED);
	spool_index_sheet(spool, item, sheet);
	item->receipt_at = (uint32_t)at;
	item->receipt_len = (uint32_t)entry->receipt.len;
}

static bool
sheet_number(const char *name, uint64_t *out)
{
	if (strlen(name) != 16 || strspn(name, "0123456789abcdef") != 16)
		return false;
	*out = strtoull(name, NULL, 16);
	return true;
}

/* All whole batches of a sheet; how many bytes of it those are. */
static size_t
take_batches(struct spool *spool, struct spool_sheet *sheet, struct span bytes)
{
	struct spool_batch_entry entries[SPOOL_BATCH];
	size_t at = 0, count = 0, len = 0;
	struct error err;
	while (at < bytes.len &&
		   spool_batch_read((struct span){ bytes.at + at, bytes.len - at }, entries, &count, &len, &err)) {
		for (size_t i = 0; i < count; i++)
			take_receipt(spool, sheet, &entries[i], (size_t)(entries[i].receipt.at - bytes.at));
		at += len;
	}
	return at;
}

static void
scan_sheet(struct spool *spool, uint64_t number)
{
	CLEANUP(file_free) struct file_bytes bytes = { 0 };
	char name[32], path[PATH_MAX];
	struct error err;
	spool_sheet_name(number, name);
	if (!spool_disk_path(spool, "sent", name, path, &err) || !file_read(path, SHEET_MOST, &bytes, &err)) {
		spool_disk_aside(spool, "sent", name, "cannot be read");
		return;
	}
	struct spool_sheet *sheet = malloc(sizeof(*sheet));
	if (sheet == NULL)
		abort();
	*sheet = (struct spool_sheet){ .number = number, .left = 1 };
	size_t good = take_batches(spool, sheet, (struct span){ bytes.at, bytes.len });
	if (good == 0 && bytes.len > 0) {
		spool_disk_aside(spool, "sent", name, "not a sheet of receipts");
		free(sheet);
		return;
	}
	if (good < bytes.len && spool->aside != NULL) /* a power cut; those items wait, and the centre says it again */
		spool->aside(spool->self, name, "its end was cut off");
	spool_sheet_release(spool, sheet);
}

static int
by_number(const void *a, const void *b)
{
	const uint64_t *left = a, *right = b;
	return *left < *right ? -1 : *left > *right;
}

static bool
scan_sheets(struct spool *spool, struct error *err)
{
	CLEANUP(close_folder) DIR *folder = NULL;
	uint64_t *numbers = NULL, number = 0;
	size_t count = 0, cap = 0;
	if (!open_folder(spool, "sent", &folder, err))
		return false;
	for (const char *name; (name = next_name(folder)) != NULL;) {
		if (!sheet_number(name, &number)) {
			spool_disk_aside(spool, "sent", name, "not a name of the spool");
			continue;
		}
		if (count == cap) {
			cap = cap == 0 ? 64 : 2 * cap;
			numbers = reallocarray(numbers, cap, sizeof(*numbers));
			if (numbers == NULL)
				abort();
		}
		numbers[count++] = number;
	}
	if (count > 0)
		qsort(numbers, count, sizeof(*numbers), by_number);
	for (size_t i = 0; i < count; i++)
		scan_sheet(spool, numbers[i]);
	spool->next_sheet = count > 0 ? numbers[count - 1] + 1 : 1;
	free(numbers);
	return true;
}

static bool
make_folders(const struct spool *spool, struct error *err)
{
	static const char *const subs[] = { "tmp", "new", "sent", "parked", "aside" };
	if (!file_folder(spool->folder, 0700, err))
		return false;
	for (size_t i = 0; i < sizeof(subs) / sizeof(subs[0]); i++) {
		char path[PATH_MAX];
		if (!text_format(path, sizeof(path), "%s/%s", spool->folder, subs[i]))
			return error_set(err, ERROR_SYSTEM, "spool: path too long");
		if (!file_folder(path, 0700, err))
			return false;
	}
	return true;
}

bool
spool_scan(struct spool *spool, struct error *err)
{
	return make_folders(spool, err) && empty_tmp(spool, err) && scan_items(spool, "new", SPOOL_WAITING, err) &&
		   scan_items(spool, "parked", SPOOL_PARKED, err) && scan_sheets(spool, err);
}
