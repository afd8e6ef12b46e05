#include "sync/intake/committer.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <time.h>

#define QUIET_MS 100 /* without a job, after which the store is tidied */

struct committer {
	struct intake_store store; /* owned */
	pthread_t thread;
	pthread_mutex_t lock; /* of what follows */
	pthread_cond_t wake;
	struct committer_job *first;
	struct committer_job **end; /* where the next job goes */
	bool stopping;
};

/* The jobs of one transaction, in the order in which they came. */
struct batch {
	size_t count;
	struct committer_job *jobs[COMMITTER_BATCH];
	struct intake_store_packet packets[COMMITTER_BATCH];
	struct intake_store_answer answers[COMMITTER_BATCH];
};

static void
put_batch(struct committer *committer, struct batch *batch)
{
	struct error err = { 0 };
	const struct intake_store store = committer->store;
	if (batch->count == 0)
		return;
	const bool done = store.ops->put(store.self, batch->packets, batch->count, batch->answers, &err);
	for (size_t i = 0; i < batch->count; i++) {
		struct committer_job *job = batch->jobs[i];
		job->done = done;
		job->answer = batch->answers[i];
		job->err = err;
		job->finished(job->who);
	}
	batch->count = 0;
}

static void
get_one(struct committer *committer, struct committer_job *job)
{
	const struct intake_store store = committer->store;
	job->done = store.ops->get(store.self, job->packet.id.text, INTAKE_STORE_RECEIPT, &job->receipt, &job->err);
	job->finished(job->who);
}

/* Work through a list taken from the queue: full batches, then what is left. */
static void
work(struct committer *committer, struct committer_job *list, struct batch *batch)
{
	size_t bytes = 0;
	while (list != NULL) {
		struct committer_job *job = list;
		list = job->next; /* the job may be gone after its callback */
		if (job->task == COMMITTER_GET) {
			get_one(committer, job);
			continue;
		}
		if (batch->count == COMMITTER_BATCH ||
			(batch->count > 0 && bytes + job->packet.sealed.len > COMMITTER_BATCH_BYTES)) {
			put_batch(committer, batch);
			bytes = 0;
		}
		bytes += job->packet.sealed.len;
		batch->jobs[batch->count] = job;
		batch->packets[batch->count] = job->packet;
		batch->count++;
	}
	put_batch(committer, batch);
}

static struct timespec
quiet_from_now(void)
{
	struct timespec at;
	(void)clock_gettime(CLOCK_MONOTONIC, &at);
	at.tv_nsec += QUIET_MS * 1000000L;
	at.tv_sec += at.tv_nsec / 1000000000L;
	at.tv_nsec %= 1000000000L;
	return at;
}

/* Wait for jobs with the lock held; once without one for a moment, use the time. */
static void
wait_for_jobs(struct committer *committer)
{
	const struct timespec quiet = quiet_from_now();
	int waited = 0;
	while (committer->first == NULL && !committer->stopping && waited == 0)
		waited = pthread_cond_timedwait(&committer->wake, &committer->lock, &quiet);
	if (waited == ETIMEDOUT) {
		(void)pthread_mutex_unlock(&committer->lock);
		committer->store.ops->tidy(committer->store.self);
		(void)pthread_mutex_lock(&committer->lock);
	}
	while (committer->first == NULL && !committer->stopping)
		(void)pthread_cond_wait(&committer->wake, &committer->lock);
}

/* Wait for jobs and take all of them; NULL when there will be no more. */
static struct committer_job *
take_all(struct committer *committer)
{
	(void)pthread_mutex_lock(&committer->lock);
	wait_for_jobs(committer);
	struct committer_job *list = committer->first;
	committer->first = NULL;
	committer->end = &committer->first;
	(void)pthread_mutex_unlock(&committer->lock);
	return list;
}

static void *
run(void *self)
{
	struct committer *committer = self;
	struct batch *batch = calloc(1, sizeof(*batch));
	if (batch == NULL)
		abort();
	for (struct committer_job *list; (list = take_all(committer)) != NULL;)
		work(committer, list, batch);
	free(batch);
	return NULL;
}

static void
start_wake(struct committer *committer)
{
	pthread_condattr_t attributes;
	(void)pthread_condattr_init(&attributes);
	(void)pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
	(void)pthread_cond_init(&committer->wake, &attributes);
	(void)pthread_condattr_destroy(&attributes);
}

bool
committer_start(struct intake_store store, struct committer **out, struct error *err)
{
	struct committer *committer = calloc(1, sizeof(*committer));
	if (committer == NULL)
		abort();
	committer->store = store;
	committer->end = &committer->first;
	(void)pthread_mutex_init(&committer->lock, NULL);
	start_wake(committer);
	const int failed = pthread_create(&committer->thread, NULL, run, committer);
	if (failed != 0) {
		store.ops->close(store.self);
		free(committer);
		return error_set_from(err, ERROR_SYSTEM, DOMAIN_ERRNO, failed, "starting the committer");
	}
	*out = committer;
	return true;
}

bool
committer_submit(struct committer *committer, struct committer_job *job)
{
	job->next = NULL;
	(void)pthread_mutex_lock(&committer->lock);
	const bool taken = !committer->stopping;
	if (taken) {
		*committer->end = job;
		committer->end = &job->next;
		(void)pthread_cond_signal(&committer->wake);
	}
	(void)pthread_mutex_unlock(&committer->lock);
	return taken;
}

void
committer_stop(struct committer *committer)
{
	(void)pthread_mutex_lock(&committer->lock);
	committer->stopping = true;
	(void)pthread_cond_signal(&committer->wake);
	(void)pthread_mutex_unlock(&committer->lock);
	(void)pthread_join(committer->thread, NULL);
	committer->store.ops->close(committer->store.self);
}

void
committer_free(struct committer *committer)
{
	if (committer == NULL)
		return;
	(void)pthread_cond_destroy(&committer->wake);
	(void)pthread_mutex_destroy(&committer->lock);
	free(committer);
}
