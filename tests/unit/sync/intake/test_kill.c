/*
 * The intake is killed with SIGKILL before each thing it does to its database, and before and after it commits.
 * Whatever it had done: repeating the request gives one row, and never another receipt than one that was given.
 */
#include <jansson.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "kiosk/base/text.h"
#include "sync/intake/commands.h"
#include "sync/intake/sqlite_codes.h"
#include "sync/intake/sqlite_store.h"
#include "sync/seal/seal.h"
#include "tests/support/check.h"
#include "tests/unit/sync/intake/support/kill_vfs.h"
#include "tests/unit/sync/intake/support/stage.h"

#define KILLS_MOST 200

struct world {
	struct stage stage;
	struct stage_counter counter;
	struct https_answer first, second;
	struct kill_vfs_fuse *fuse; /* shared with the children */
};

/* A store around the store: the steps before a commit, and between a commit and its answer. */
struct fused_store {
	struct intake_store inner;
	struct kill_vfs_fuse *fuse;
};

static bool
fused_put(void *opaque, const struct intake_store_packet *packets, size_t count, struct intake_store_answer *answers,
	struct error *err)
{
	struct fused_store *self = opaque;
	kill_vfs_step(self->fuse);
	const bool done = self->inner.ops->put(self->inner.self, packets, count, answers, err);
	kill_vfs_step(self->fuse);
	return done;
}

static bool
fused_get(void *opaque, const char *id, enum intake_store_part part, struct file_bytes *out, struct error *err)
{
	const struct fused_store *self = opaque;
	return self->inner.ops->get(self->inner.self, id, part, out, err);
}

static bool
fused_walk(void *opaque, intake_store_visit_fn visit, void *who, struct error *err)
{
	const struct fused_store *self = opaque;
	return self->inner.ops->walk(self->inner.self, visit, who, err);
}

static bool
fused_status(void *opaque, struct intake_store_status *out, struct error *err)
{
	const struct fused_store *self = opaque;
	return self->inner.ops->status(self->inner.self, out, err);
}

static void
fused_tidy(void *opaque)
{
	const struct fused_store *self = opaque;
	self->inner.ops->tidy(self->inner.self);
}

static void
fused_close(void *opaque)
{
	struct fused_store *self = opaque;
	self->inner.ops->close(self->inner.self);
	free(self);
}

static const struct intake_store_ops fused_ops = {
	.put = fused_put,
	.get = fused_get,
	.walk = fused_walk,
	.status = fused_status,
	.tidy = fused_tidy,
	.close = fused_close,
};

/* The child: serve until killed. */
static void
serve(struct world *world, int kill_at, int report)
{
	struct fused_store *store = calloc(1, sizeof(*store));
	struct error err;
	struct world *own = world;
	if (store == NULL)
		abort();
	kill_vfs_install(world->fuse);
	store->fuse = world->fuse;
	if (!sqlite_store_open(world->stage.database, &store->inner, &err))
		abort();
	stage_start_on(&own->stage, (struct intake_store){ &fused_ops, store });
	atomic_store(&world->fuse->seen, 0);
	atomic_store(&world->fuse->at, kill_at);
	if (write(report, &own->stage.port, sizeof(own->stage.port)) != (ssize_t)sizeof(own->stage.port))
		abort();
	for (;;)
		(void)pause();
}

/* Start an intake in a process of its own; kill_at 0: one that lives. */
static pid_t
start(struct world *world, int kill_at)
{
	int ends[2];
	atomic_store(&world->fuse->at, 0);
	assert_int_equal(pipe(ends), 0);
	const pid_t child = fork();
	assert_true(child >= 0);
	if (child == 0) {
		(void)close(ends[0]);
		serve(world, kill_at, ends[1]);
	}
	(void)close(ends[1]);
	assert_int_equal(read(ends[0], &world->stage.port, sizeof(world->stage.port)), (ssize_t)sizeof(world->stage.port));
	(void)close(ends[0]);
	return child;
}

/* Deliver on a connection of its own. */
static int
deliver(struct world *world, const char *id, const struct file_bytes *packet, struct https_answer *answer)
{
	struct https line;
	stage_connect(&world->stage, &world->counter.line, &line);
	const int status = stage_put(&line, id, packet, answer);
	https_close(&line);
	return status;
}

/* End the child; whether it had been killed by its fuse. */
static bool
end(pid_t child, bool answered)
{
	int status = 0;
	if (answered) /* it lives, unless its last step came after the answer */
		(void)kill(child, SIGKILL);
	assert_int_equal(waitpid(child, &status, 0), child);
	return WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL;
}

static void
keeps_one_row_and_one_receipt_whenever_it_is_killed(void **state)
{
	struct world *world = *state;
	int kills = 0;
	int answered_anyway = 0;
	for (int step = 1; step < KILLS_MOST; step++) {
		char id[64];
		(void)snprintf(id, sizeof(id), "261125-WR-04-%06d-0000000a", step);
		struct file_bytes packet = stage_packet(&world->stage, &world->counter, id);
		pid_t child = start(world, step);
		const int first = deliver(world, id, &packet, &world->first);
		const bool fired = atomic_load(&world->fuse->seen) >= step;
		assert_true(first == 201 || (first == -1 && fired));
		assert_true(end(child, first == 201));
		kills += fired ? 1 : 0;
		answered_anyway += fired && first == 201 ? 1 : 0;
		child = start(world, 0);
		const int second = deliver(world, id, &packet, &world->second);
		assert_true(second == 200 || (second == 201 && first == -1));
		if (first == 201) {
			assert_int_equal(world->second.len, world->first.len);
			assert_memory_equal(world->second.body, world->first.body, world->first.len);
		}
		world->first = world->second;
		assert_int_equal(deliver(world, id, &packet, &world->second), 200);
		assert_memory_equal(world->second.body, world->first.body, world->first.len);
		assert_true(end(child, true));
		assert_int_equal(stage_rows(&world->stage), step);
		file_free(&packet);
		if (!fired)
			break;
	}
	print_message("killed at %d steps, %d of them after the answer\n", kills, answered_anyway);
	assert_true(kills >= 6 && kills < KILLS_MOST - 1);
}

/* A new code, and the body of a request that uses it. */
static char *
make_enrolment(struct world *world)
{
	static const char *const names[] = { "line_csr", "signing_csr", "opening_csr" };
	struct intake_codes_kiosk kiosk = { .branch = "WR", .counter = "04", .expires_ms = INT64_MAX };
	struct intake_codes codes;
	struct error err;
	char code[ENROLMENT_CODE_TEXT];
	assert_true(sqlite_codes_open(world->stage.database, &codes, &err));
	assert_true(commands_new_kiosk(codes, &kiosk, code, &err));
	codes.ops->close(codes.self);
	json_t *root = json_pack("{s:s}", "code", code);
	for (size_t i = 0; i < 3; i++) {
		struct secret key = { 0 };
		struct file_bytes csr = { 0 };
		assert_true(seal_key_make("x", &key, &csr, &err));
		assert_int_equal(json_object_set_new(root, names[i], json_string((const char *)csr.at)), 0);
		secret_free(&key);
		file_free(&csr);
	}
	char *body = json_dumps(root, 0);
	assert_non_null(body);
	json_decref(root);
	return body;
}

static int
enrol(struct world *world, const char *body, struct https_answer *answer)
{
	struct https line;
	stage_connect(&world->stage, NULL, &line);
	const bool answered = https_ask(&line, "POST", "/v1/kiosks", "application/json", text_span(body), answer);
	https_close(&line);
	return answered ? answer->status : -1;
}

static void
enrols_once_whenever_it_is_killed(void **state)
{
	struct world *world = *state;
	int kills = 0;
	for (int step = 1; step < KILLS_MOST; step++) {
		char *body = make_enrolment(world);
		pid_t child = start(world, step);
		const int first = enrol(world, body, &world->first);
		const bool fired = atomic_load(&world->fuse->seen) >= step;
		assert_true(first == 201 || (first == -1 && fired));
		assert_true(end(child, first == 201));
		kills += fired ? 1 : 0;
		child = start(world, 0);
		assert_int_equal(enrol(world, body, &world->second), 201);
		if (first == 201)
			assert_memory_equal(world->second.body, world->first.body, world->first.len);
		world->first = world->second;
		assert_int_equal(enrol(world, body, &world->second), 201);
		assert_memory_equal(world->second.body, world->first.body, world->first.len);
		assert_true(end(child, true));
		free(body);
		if (!fired)
			break;
	}
	print_message("killed at %d steps\n", kills);
	assert_true(kills >= 3 && kills < KILLS_MOST - 1);
}

static int
set_up(void **state)
{
	struct world *world = calloc(1, sizeof(*world));
	assert_non_null(world);
	world->fuse = mmap(NULL, sizeof(*world->fuse), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	assert_true(world->fuse != MAP_FAILED);
	stage_new(&world->stage);
	stage_counter(world->stage.ca, "WR", "04", &world->counter);
	*state = world;
	return 0;
}

static int
tear_down(void **state)
{
	struct world *world = *state;
	stage_free(&world->stage);
	(void)munmap(world->fuse, sizeof(*world->fuse));
	free(world);
	return 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(keeps_one_row_and_one_receipt_whenever_it_is_killed, set_up, tear_down),
		cmocka_unit_test_setup_teardown(enrols_once_whenever_it_is_killed, set_up, tear_down),
	};
	return cmocka_run_group_tests_name("kill", tests, NULL, NULL);
}
