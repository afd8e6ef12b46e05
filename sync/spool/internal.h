#pragma once
/* What the files of this folder share; not for others. */
#include <limits.h>

#include "sync/spool/spool.h"
#include "sync/spool/spool_broom.h"

TAILQ_HEAD(spool_list, spool_item);

struct spool_sheet {
	uint64_t number;
	uint32_t left; /* items that still need it, and one more while it is written to */
};

struct spool {
	char folder[PATH_MAX];
	struct spool_limits limits;
	spool_aside_fn aside;
	void *self;                             /* of aside; borrowed */
	struct spool_list waiting[SPOOL_LANES]; /* items are owned */
	struct spool_list accepted, parked;
	void *ids; /* tsearch() tree over the items by id */
	uint32_t counts[SPOOL_STATES];
	uint64_t bytes; /* of all items */
	uint64_t next_order, next_sheet;
	struct spool_sheet *sheet; /* the one that is written to; NULL if none */
	int sheet_fd;
	uint64_t sheet_len;        /* bytes in it */
	struct spool_broom *broom; /* owned */
};

/* Put a new item into the index; it is owned by the spool then. */
void spool_index_add(struct spool *spool, struct spool_item *item);
/* Take it out and free it. */
void spool_index_drop(struct spool *spool, struct spool_item *item);
/* Change its state; at the end of the list of the new one. */
void spool_index_move(struct spool *spool, struct spool_item *item, enum spool_state state);
/* NULL if there is none. Borrowed. */
struct spool_item *spool_index_find(struct spool *spool, const char *id);
/* The item has its receipt on this sheet now, or on none (NULL). */
void spool_index_sheet(struct spool *spool, struct spool_item *item, struct spool_sheet *sheet);

/* Write a batch to the end of the sheet, beginning a new one when there is none; durable. *at is where it begins. */
NODISCARD bool spool_sheet_append(struct spool *spool, struct span batch, uint64_t *at, struct error *err);
/* One item fewer needs it: when nobody does it is emptied, or, if it is not written to any more, removed and freed. */
void spool_sheet_release(struct spool *spool, struct spool_sheet *sheet);
/* Write to it no more. */
void spool_sheet_end(struct spool *spool);
void spool_sheet_name(uint64_t number, char out[static 32]);

/* Files: `sub` is one of the folders, `name` the name in it. */
NODISCARD bool spool_disk_path(
	const struct spool *spool, const char *sub, const char *name, char out[static PATH_MAX], struct error *err);
NODISCARD bool spool_disk_put(
	const struct spool *spool, const char *sub, const char *name, struct span bytes, struct error *err);
/* ERROR_GONE if it is not there. */
NODISCARD bool spool_disk_move(const struct spool *spool, const char *from, const char *name, const char *to,
	const char *new_name, struct error *err);
/* Remove; whether that worked does not matter, and it need not survive a power cut. */
void spool_disk_drop(const struct spool *spool, const char *sub, const char *name);
/* The same, soon and by the broom. */
void spool_disk_sweep(const struct spool *spool, const char *sub, const char *name);
/* Out of the way, and say so. Never fails: what cannot be moved stays and is not looked at. */
void spool_disk_aside(const struct spool *spool, const char *sub, const char *name, const char *why);
/* ERROR_FULL if `need` more bytes would touch the spare part of the disk. */
NODISCARD bool spool_disk_room(const struct spool *spool, uint64_t need, struct error *err);

/* The .why beside a parked item. */
void spool_why_write(const struct spool_item *item, char out[static 256]);
void spool_why_read(struct span bytes, struct spool_item *item);

NODISCARD bool spool_scan(struct spool *spool, struct error *err);
