#include "sync/spool/spool_broom.h"

#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/queue.h>
#include <unistd.h>

struct litter {
	STAILQ_ENTRY(litter) link;
	char path[]; /* owned with it */
};

STAILQ_HEAD(litter_list, litter);

struct spool_broom {
	pthread_t thread;
	pthread_mutex_t lock; /* of what follows */
	pthread_cond_t wake;
	struct litter_list list; /* owned */
	bool stopping;
};

/* Wait for files and take all of them; an empty list when there will be no more. */
static struct litter_list
take_all(struct spool_broom *broom)
{
	struct litter_list taken = STAILQ_HEAD_INITIALIZER(taken);
	(void)pthread_mutex_lock(&broom->lock);
	while (STAILQ_EMPTY(&broom->list) && !broom->stopping)
		(void)pthread_cond_wait(&broom->wake, &broom->lock);
	taken.stqh_first = broom->list.stqh_first;
	STAILQ_INIT(&broom->list);
	(void)pthread_mutex_unlock(&broom->lock);
	return taken;
}

static void *
run(void *self)
{
	struct spool_broom *broom = self;
	for (;;) {
		struct litter_list taken = take_all(broom);
		if (STAILQ_EMPTY(&taken))
			return NULL;
		for (struct litter *next, *one = STAILQ_FIRST(&taken); one != NULL; one = next) {
			next = STAILQ_NEXT(one, link);
			(void)unlink(one->path);
			free(one);
		}
	}
}

/* Signals are for the thread that waits for them. */
static int
start_deaf(struct spool_broom *broom)
{
	sigset_t all, before;
	(void)sigfillset(&all);
	(void)pthread_sigmask(SIG_SETMASK, &all, &before);
	const int failed = pthread_create(&broom->thread, NULL, run, broom);
	(void)pthread_sigmask(SIG_SETMASK, &before, NULL);
	return failed;
}

bool
spool_broom_start(struct spool_broom **out, struct error *err)
{
	struct spool_broom *broom = calloc(1, sizeof(*broom));
	if (broom == NULL)
		abort();
	STAILQ_INIT(&broom->list);
	(void)pthread_mutex_init(&broom->lock, NULL);
	(void)pthread_cond_init(&broom->wake, NULL);
	const int failed = start_deaf(broom);
	if (failed != 0) {
		free(broom);
		return error_set_from(err, ERROR_SYSTEM, DOMAIN_ERRNO, failed, "starting a thread: %s", strerror(failed));
	}
	*out = broom;
	return true;
}

void
spool_broom_sweep(struct spool_broom *broom, const char *path)
{
	const size_t len = strlen(path) + 1;
	struct litter *one = malloc(sizeof(*one) + len);
	if (one == NULL)
		abort();
	memcpy(one->path, path, len);
	(void)pthread_mutex_lock(&broom->lock);
	STAILQ_INSERT_TAIL(&broom->list, one, link);
	(void)pthread_cond_signal(&broom->wake);
	(void)pthread_mutex_unlock(&broom->lock);
}

void
spool_broom_stop(struct spool_broom *broom)
{
	if (broom == NULL)
		return;
	(void)pthread_mutex_lock(&broom->lock);
	broom->stopping = true;
	(void)pthread_cond_signal(&broom->wake);
	(void)pthread_mutex_unlock(&broom->lock);
	(void)pthread_join(broom->thread, NULL);
	(void)pthread_cond_destroy(&broom->wake);
	(void)pthread_mutex_destroy(&broom->lock);
	free(broom);
}
