/* The committer: what waits is committed together, and each job hears its own result. */
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "kiosk/base/text.h"
#include "sync/intake/committer.h"
#include "tests/support/check.h"

#define JOBS 150u

/* A store whose answer to a packet depends on the packet, and whose first put waits to be let go. */
struct gated_store {
	pthread_mutex_t lock;
	pthread_cond_t changed;
	bool entered, open;
	size_t puts, largest, bytes, tidied, tidies;
	bool fails, closed;
};

struct listener {
	struct gated_store *store;
	struct committer_job job;
	int heard; /* under the store's lock */
};

static bool
gated_put(void *opaque, const struct intake_store_packet *packets, size_t count, struct intake_store_answer *answers,
	struct error *err)
{
	struct gated_store *self = opaque;
	(void)pthread_mutex_lock(&self->lock);
	self->entered = true;
	(void)pthread_cond_broadcast(&self->changed);
	while (!self->open)
		(void)pthread_cond_wait(&self->changed, &self->lock);
	self->puts++;
	self->largest = count > self->largest ? count : self->largest;
	size_t bytes = 0;
	for (size_t i = 0; i < count; i++) {
		answers[i] = (struct intake_store_answer){ .outcome = INTAKE_STORE_UNDECIDED };
		if (!self->fails)
			answers[i].outcome = (enum intake_store_outcome)(packets[i].received_ms % 4);
		bytes += packets[i].sealed.len;
	}
	self->bytes = bytes > self->bytes ? bytes : self->bytes;
	const bool fails = self->fails;
	(void)pthread_mutex_unlock(&self->lock);
	return !fails || error_set(err, ERROR_FULL, "the disk is full");
}

static bool
gated_get(void *opaque, const char *id, enum intake_store_part part, struct file_bytes *out, struct error *err)
{
	(void)opaque, (void)part, (void)out;
	return error_set(err, ERROR_GONE, "%s", id);
}

static void
gated_tidy(void *opaque)
{
	struct gated_store *self = opaque;
	(void)pthread_mutex_lock(&self->lock);
	self->tidied = self->puts; /* after how many transactions */
	self->tidies++;
	(void)pthread_cond_broadcast(&self->changed);
	(void)pthread_mutex_unlock(&self->lock);
}

static void
gated_close(void *opaque)
{
	struct gated_store *self = opaque;
	self->closed = true;
}

static const struct intake_store_ops gated_ops = {
	.put = gated_put, .get = gated_get, .tidy = gated_tidy, .close = gated_close
};

static void
hear(void *who)
{
	struct listener *listener = who;
	(void)pthread_mutex_lock(&listener->store->lock);
	listener->heard++;
	(void)pthread_mutex_unlock(&listener->store->lock);
}

static struct listener *
listeners_of(struct gated_store *store, size_t len)
{
	static const uint8_t bytes[4u << 20];
	struct listener *all = calloc(JOBS, sizeof(*all));
	assert_non_null(all);
	for (size_t i = 0; i < JOBS; i++) {
		all[i].store = store;
		all[i].job = (struct committer_job){ .task = COMMITTER_PUT, .finished = hear, .who = &all[i] };
		all[i].job.packet.received_ms = (int64_t)i;
		all[i].job.packet.sealed = (struct span){ bytes, len };
	}
	return all;
}

/* Hand in one job, and the others while the committer is busy with it; then let it go on and stop. */
static void
run(struct gated_store *store, struct listener *all, size_t count)
{
	struct committer *committer = NULL;
	struct error err;
	assert_true(committer_start((struct intake_store){ &gated_ops, store }, &committer, &err));
	assert_true(committer_submit(committer, &all[0].job));
	(void)pthread_mutex_lock(&store->lock);
	while (!store->entered)
		(void)pthread_cond_wait(&store->changed, &store->lock);
	(void)pthread_mutex_unlock(&store->lock);
	for (size_t i = 1; i < count; i++)
		assert_true(committer_submit(committer, &all[i].job));
	(void)pthread_mutex_lock(&store->lock);
	store->open = true;
	(void)pthread_cond_broadcast(&store->changed);
	(void)pthread_mutex_unlock(&store->lock);
	committer_stop(committer);
	assert_true(store->closed);
	assert_false(committer_submit(committer, &all[0].job)); /* and nothing is called back */
	committer_free(committer);
	for (size_t i = 0; i < count; i++)
		assert_int_equal(all[i].heard, 1);
}

static int
set_up(void **state)
{
	struct gated_store *store = calloc(1, sizeof(*store));
	assert_non_null(store);
	(void)pthread_mutex_init(&store->lock, NULL);
	(void)pthread_cond_init(&store->changed, NULL);
	*state = store;
	return 0;
}

static int
tear_down(void **state)
{
	struct gated_store *store = *state;
	(void)pthread_cond_destroy(&store->changed);
	(void)pthread_mutex_destroy(&store->lock);
	free(store);
	return 0;
}

/* The store is tidied once after the work, and not again while nothing comes. */
static void
tidies_when_it_is_quiet(void **state)
{
	struct gated_store *store = *state;
	struct listener *all = listeners_of(store, 100);
	struct committer *committer = NULL;
	struct error err;
	store->open = true;
	assert_true(committer_start((struct intake_store){ &gated_ops, store }, &committer, &err));
	assert_true(committer_submit(committer, &all[0].job));
	(void)pthread_mutex_lock(&store->lock);
	while (store->tidied == 0)
		(void)pthread_cond_wait(&store->changed, &store->lock);
	const size_t tidies = store->tidies;
	(void)pthread_mutex_unlock(&store->lock);
	const struct timespec long_quiet = { .tv_nsec = 300000000 };
	(void)nanosleep(&long_quiet, NULL);
	committer_stop(committer);
	assert_int_equal(store->tidies, tidies);
	committer_free(committer);
	free(all);
}

static void
commits_together_what_waits(void **state)
{
	struct gated_store *store = *state;
	struct listener *all = listeners_of(store, 10);
	run(store, all, JOBS);
	assert_int_equal(store->puts, 1 + 3); /* the first alone, then 149 in batches of at most 64 */
	assert_int_equal(store->largest, COMMITTER_BATCH);
	free(all);
}

static void
tells_each_job_its_own_result(void **state)
{
	struct gated_store *store = *state;
	struct listener *all = listeners_of(store, 10);
	run(store, all, JOBS);
	for (size_t i = 0; i < JOBS; i++) {
		assert_true(all[i].job.done);
		assert_int_equal(all[i].job.answer.outcome, i % 4);
	}
	free(all);
}

static void
tells_all_jobs_of_a_failed_transaction(void **state)
{
	struct gated_store *store = *state;
	struct listener *all = listeners_of(store, 10);
	store->fails = true;
	run(store, all, JOBS);
	for (size_t i = 0; i < JOBS; i++) {
		assert_false(all[i].job.done);
		assert_int_equal(all[i].job.err.kind, ERROR_FULL);
		assert_int_equal(all[i].job.answer.outcome, INTAKE_STORE_UNDECIDED);
	}
	free(all);
}

static void
bounds_a_transaction_by_bytes(void **state)
{
	struct gated_store *store = *state;
	struct listener *all = listeners_of(store, 4u << 20);
	run(store, all, 21);
	assert_int_equal(store->bytes, COMMITTER_BATCH_BYTES);
	assert_int_equal(store->puts, 1 + 5);
	free(all);
}

static void
answers_questions_between_packets(void **state)
{
	struct gated_store *store = *state;
	struct listener *all = listeners_of(store, 10);
	struct error err;
	all[3].job.task = COMMITTER_GET;
	assert_true(intake_id_read("261125-WR-04-000001-0000000a", &all[3].job.packet.id, &err));
	run(store, all, 10);
	assert_false(all[3].job.done);
	assert_string_equal(all[3].job.err.text, "261125-WR-04-000001-0000000a");
	assert_int_equal(store->puts, 2); /* the question did not cut the batch in two */
	free(all);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(tidies_when_it_is_quiet, set_up, tear_down),
		cmocka_unit_test_setup_teardown(commits_together_what_waits, set_up, tear_down),
		cmocka_unit_test_setup_teardown(tells_each_job_its_own_result, set_up, tear_down),
		cmocka_unit_test_setup_teardown(tells_all_jobs_of_a_failed_transaction, set_up, tear_down),
		cmocka_unit_test_setup_teardown(bounds_a_transaction_by_bytes, set_up, tear_down),
		cmocka_unit_test_setup_teardown(answers_questions_between_packets, set_up, tear_down),
	};
	return cmocka_run_group_tests_name("committer", tests, NULL, NULL);
}
