#pragma once
/*
 * Takes what waits in the spool to the centre: which item next, how many at once, how long to wait after a failure, and
 * what becomes of an item by its answer. It neither dials (an http does) nor looks at a clock: the caller says what
 * time it is, so that a test can run days of it.
 *
 * Two kinds of waiting. The line waits when the centre cannot be reached, refuses us or asks for quiet: nothing is
 * sent, then one item to try, the one that was tried least, so that no item stands for all. An item waits by itself
 * when its own answer was no good, and the others go on; several bad answers in a row without a good one between make
 * the line wait too.
 *
 * The first item goes alone, and each receipt lets one more go at the same time, up to UPLOAD_MOST: a centre that comes
 * back meets no rush, and new connections find its threads one after the other.
 */
#include "sync/spool/spool.h"
#include "sync/upload/http.h"

#define UPLOAD_MOST    16u /* items on their way at once */
#define UPLOAD_HELD    48u /* receipts that are not durable yet, at most */
#define UPLOAD_BAD_ROW 4u  /* bad answers in a row until the line waits */

/* UNABLE: it answers, but takes nothing (5xx, 429, what is no receipt). */
enum upload_state { UPLOAD_UNKNOWN, UPLOAD_UP, UPLOAD_DOWN, UPLOAD_REFUSED, UPLOAD_UNABLE };

struct upload_line {
	enum upload_state state;
	int64_t since_ms;    /* UTC; of the state */
	int64_t next_ms;     /* UTC; next try that is planned, 0 if none */
	int64_t answer_ms;   /* UTC; the centre's last answer, 0 if never */
	uint32_t tries;      /* failed in a row */
	char why[SPOOL_WHY]; /* of the last failure */
};

/* What the owner is told, from inside upload_run() and upload_keep(); it must not change the spool there. */
struct upload_events {
	void (*accepted)(void *self, struct spool_item *item); /* its receipt is durable */
	void (*parked)(void *self, struct spool_item *item);
	void (*lost)(void *self, const char *id, const struct error *err); /* its bytes were damaged; it is forgotten */
	void (*failed)(void *self, const char *id, const char *why);       /* will be tried again */
};

struct upload;

/* spool, events and self are borrowed and must outlive it. */
struct upload *upload_new(struct spool *spool, const struct upload_events *events, void *self);
void upload_free(struct upload *upload); /* drops what is on its way; accepts NULL */
/* Through what to send; before this nothing is sent. Drops what is on its way through the one before. */
void upload_use(struct upload *upload, const struct http *http);
/* The http_answer_fn for that http; self is the upload. */
void upload_answer(void *self, void *tag, const struct http_answer *answer);

/*
 * Do what is due: judge the answers that came since, start what may start. Receipts are held until upload_keep().
 * Returns when to call again at the latest, on the clock of mono_ms; INT64_MAX if there is nothing to wait for but
 * answers and new items.
 */
int64_t upload_run(struct upload *upload, int64_t mono_ms, int64_t utc_ms);
/* Make the receipts that are held durable, together: to be called when nothing else is ready, so that the centre works
 * on while the disk is waited for. */
void upload_keep(struct upload *upload, int64_t mono_ms);
/* Forget all waiting: try everything now. */
void upload_now(struct upload *upload);
/* The item is about to be forgotten or parked by the owner: if it is on its way, drop that. */
void upload_drop(struct upload *upload, struct spool_item *item);
struct upload_line upload_line(const struct upload *upload);
