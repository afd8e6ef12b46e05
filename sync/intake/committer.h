#pragma once
/*
 * The one thread that owns the store. Whatever waits when it is free is committed together, so that many packets share
 * one fsync; a job is called back only when what it says is durable. Jobs are owned by whoever submits them and
 * borrowed until their callback.
 */
#include "kiosk/base/attr.h"
#include "kiosk/base/error.h"
#include "sync/intake/intake_store.h"

#define COMMITTER_BATCH       64u         /* most packets in one transaction */
#define COMMITTER_BATCH_BYTES (16u << 20) /* most sealed bytes in one transaction, one packet excepted */

enum committer_task { COMMITTER_PUT, COMMITTER_GET };

struct committer_job {
	enum committer_task task;
	struct intake_store_packet packet; /* PUT: all of it, what it borrows stays until the callback; GET: the id */
	struct intake_store_answer answer; /* PUT: what put() said; its receipt is the submitter's */
	struct file_bytes receipt;         /* GET: the receipt; the submitter's */
	bool done;                         /* false: err says why */
	struct error err;
	void (*finished)(void *who); /* called once, on the committer's thread; may free the job */
	void *who;
	struct committer_job *next; /* the committer's */
};

struct committer;

/* Start the thread. The store is the committer's from here on, also when this fails. */
NODISCARD bool committer_start(struct intake_store store, struct committer **out, struct error *err);
/* Hand in a job, from any thread. False when the committer is stopping: the callback will not come. */
bool committer_submit(struct committer *committer, struct committer_job *job);
/* Take no more jobs, finish those that wait, close the store. committer_submit() stays callable and refuses. */
void committer_stop(struct committer *committer);
/* Give back a stopped committer. Accepts NULL. */
void committer_free(struct committer *committer);
