#pragma once
/*
 * The durable queue of sealed items on their way to the centre: a folder, and an index of it in memory.
 *
 *   tmp/     being written; emptied at the start
 *   new/     one file per item: its sealed bytes, under a name that says lane, order of arrival, id and SHA-256
 *   parked/  the same for items the centre does not take, each with a .why beside it
 *   sent/    sheets of receipts, written to at their end, until the counter has acknowledged each
 *   aside/   what was damaged or is not ours, under its own name; never looked at again
 *
 * An item is in exactly one state: waiting, accepted (its receipt is durable, its bytes are kept) or parked. Its bytes
 * go only when the counter acknowledges. Nothing here judges a receipt or speaks to anybody.
 */
#include <sys/queue.h>

#include "kiosk/base/attr.h"
#include "kiosk/base/error.h"
#include "kiosk/base/file.h"
#include "kiosk/base/span.h"

#define SPOOL_ID           64u                /* bytes of an id, NUL included: letters, digits and hyphens */
#define SPOOL_WHY          160u               /* bytes of a reason, NUL included */
#define SPOOL_ITEM_MOST    (4u * 1024 * 1024) /* bytes of an item */
#define SPOOL_RECEIPT_MOST (64u * 1024)       /* bytes of a receipt */
#define SPOOL_BATCH        64u                /* receipts that are made durable together */

/* In which order items are sent; the numbers are part of the file names. */
enum spool_lane { SPOOL_URGENT, SPOOL_ENROLMENT, SPOOL_PACKET, SPOOL_DOCUMENT, SPOOL_AUDIT, SPOOL_LANES };

enum spool_state { SPOOL_WAITING, SPOOL_ACCEPTED, SPOOL_PARKED, SPOOL_STATES };

struct spool_sheet; /* a file of receipts */

struct spool_item {
	char id[SPOOL_ID];
	enum spool_lane lane;
	enum spool_state state;
	uint8_t sha256[32]; /* of the sealed bytes */
	uint32_t len;       /* sealed bytes; 0 if only the receipt is left of it */
	uint64_t order;     /* of arrival, over all lanes; a parked one that is tried again arrives anew */
	/* Of a parked one; durable. */
	int32_t status; /* HTTP status, 0 for a fault found here */
	char why[SPOOL_WHY];

	/* The sender's notes, forgotten at a restart. */
	bool busy;             /* on its way now */
	uint32_t tries;        /* that failed, in a row */
	int64_t not_before_ms; /* monotonic; do not try earlier */
	/* The owner's notes. */
	unsigned tell; /* bit set of what the counter has not been told */

	/* The spool's own. */
	TAILQ_ENTRY(spool_item) link;
	struct spool_sheet *sheet; /* borrowed; where the receipt lies */
	uint32_t receipt_at, receipt_len;
};

struct spool_limits {
	uint32_t items; /* most items, all states */
	uint64_t bytes; /* most sealed bytes, all states */
	uint64_t spare; /* bytes of the disk that must stay free */
};

/* Told of each file that was set aside while opening: its name, and why. */
typedef void (*spool_aside_fn)(void *self, const char *name, const char *why);

struct spool;

/* Open or make the folder and read what is there. ERROR_SYSTEM if it cannot be used at all; a single bad file never
 * fails it. Free with spool_close(). */
NODISCARD bool spool_open(const char *folder, const struct spool_limits *limits, spool_aside_fn aside, void *self,
	struct spool **out, struct error *err);
void spool_close(struct spool *spool); /* accepts NULL */

/*
 * Make an item durable. True also, with the item as it is, if it is there under the same hash. ERROR_REFUSED if the id
 * is there with another hash, ERROR_INVALID if id, lane or length are not allowed or the hash is not that of the bytes,
 * ERROR_FULL at a limit or when the disk is nearly full, ERROR_SYSTEM. *out is borrowed from the spool.
 */
NODISCARD bool spool_add(struct spool *spool, const char *id, enum spool_lane lane, const uint8_t sha256[static 32],
	struct span bytes, struct spool_item **out, struct error *err);

/* NULL if there is none. Borrowed. */
struct spool_item *spool_find(struct spool *spool, const char *id);
/* Waiting items of a lane in their order; then accepted ones, then parked ones: NULL at the end. */
struct spool_item *spool_first_waiting(struct spool *spool, enum spool_lane lane);
struct spool_item *spool_first(struct spool *spool, enum spool_state state); /* accepted or parked */
struct spool_item *spool_next(struct spool_item *item);
uint32_t spool_count(const struct spool *spool, enum spool_state state);

/* The sealed bytes, checked against their hash. ERROR_INVALID: they were damaged or are gone; what is left of them was
 * set aside and the item is forgotten (the pointer is no longer good). ERROR_SYSTEM: try later. */
NODISCARD bool spool_read(struct spool *spool, struct spool_item *item, struct file_bytes *out, struct error *err);

struct spool_receipt {
	struct spool_item *item; /* waiting */
	struct span bytes;       /* 1 to SPOOL_RECEIPT_MOST */
};
/* Make up to SPOOL_BATCH receipts durable in one go; their items are accepted then. All or none. ERROR_FULL,
 * ERROR_SYSTEM. */
NODISCARD bool spool_accept(struct spool *spool, const struct spool_receipt *receipts, size_t count, struct error *err);
/* The receipt of an accepted item. ERROR_SYSTEM. */
NODISCARD bool spool_receipt(
	const struct spool *spool, const struct spool_item *item, struct file_bytes *out, struct error *err);

/* Set aside from the queue, with its reason, a waiting item or an accepted one whose receipt is no good; `why` is cut
 * to fit. Durable. ERROR_GONE if its bytes are no longer there, ERROR_FULL, ERROR_SYSTEM. */
NODISCARD bool spool_park(
	struct spool *spool, struct spool_item *item, int32_t status, const char *why, struct error *err);
/* Let a parked item, or an accepted one whose receipt cannot be read, wait again at the end of its lane. A receipt that
 * a parked one had counts no more. ERROR_GONE if its bytes are no longer there, ERROR_SYSTEM. */
NODISCARD bool spool_retry(struct spool *spool, struct spool_item *item, struct error *err);
/* The counter has the receipt: forget the item and remove its bytes. The removal need not survive a power cut: what
 * comes back is sent again, and the centre answers with the same receipt. */
void spool_forget(struct spool *spool, struct spool_item *item);
