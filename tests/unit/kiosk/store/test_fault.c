/*
 * Every call of SQLite that changes a file fails once (disk full, I/O error), or from then on, or is where the process
 * dies: for N = 1, 2, .. until a run in which no fault came. After each the store is whole, says clearly what happened,
 * and works again.
 */
#include <sched.h>
#include <sys/mount.h>
#include <sys/wait.h>

#include "tests/unit/kiosk/store/faulty_vfs.h"
#include "tests/unit/kiosk/store/whole.h"

#define CALLS_MOST 2000

/* One case from number to delivery with a checkpoint: what was done, bit by bit. */
enum { DONE_NUMBER = 1, DONE_DRAFT = 2, DONE_ACCEPT = 4, DONE_DELIVERY = 8, DONE_ALL = 15 };

static unsigned
one_case(struct sample *sample, struct error *err)
{
	struct store_draft_head head = { .product = "personal", .officer = SUPERVISOR };
	struct store_outbox_row row;
	size_t count = 0;
	char text[STORE_RECEIPT];
	unsigned done = 0;
	char number[APPLICATION_CASE];
	if (!store_case_next(sample->store, SAMPLE_DAY, number, err))
		return done;
	done |= DONE_NUMBER;
	memcpy(sample->made->case_number, number, sizeof(number));
	memcpy(head.case_number, number, sizeof(number));
	const struct span bytes = { (const uint8_t *)sample->made, sizeof(*sample->made) };
	if (!store_draft_put(sample->store, &head, bytes, sample->now_ms, err))
		return done;
	done |= DONE_DRAFT;
	if (!sample_accept(sample, sample->made, text, err))
		return done;
	done |= DONE_ACCEPT;
	store_idle(sample->store);
	if (!store_outbox(sample->store, &row, 1, &count, err) || count == 0 ||
		!store_outbox_accept(sample->store, row.id, text_span("signed"), sample->now_ms, err))
		return done;
	return done | DONE_DELIVERY;
}

static void
start(struct sample *sample)
{
	sample_start(sample);
	sample_application(sample, sample->made); /* the fields; each run takes a number of its own */
}

static int
fail_each_call(enum faulty_kind kind, bool lasting)
{
	struct sample sample;
	struct faulty faulty;
	int call = 1, hits = 0;
	int64_t receipts = 0, accepted = 0;
	faulty_start(&faulty);
	start(&sample);
	for (bool struck = true; struck && call < CALLS_MOST; call++) {
		struct error err = { 0 };
		faulty_arm(&faulty, kind, call, lasting);
		const unsigned done = one_case(&sample, &err);
		struck = faulty.fired > 0;
		hits += struck ? 1 : 0;
		faulty_arm(&faulty, FAULTY_NONE, 0, false);
		if (done != DONE_ALL && err.kind != ERROR_FULL && err.kind != ERROR_SYSTEM)
			fail_msg("call %d: kind %d: %s", call, (int)err.kind, err.text);
		if (done != DONE_ALL && err.text[0] == '\0')
			fail_msg("call %d says nothing", call);
		accepted += (done & DONE_ACCEPT) != 0 ? 1 : 0;
		whole_check(sample.path, &receipts);
		assert_int_equal(receipts, accepted);
		/* The disk has room again: the same store goes on. */
		err = (struct error){ 0 };
		if (one_case(&sample, &err) != DONE_ALL)
			fail_msg("after call %d: %s", call, err.text);
		accepted++;
	}
	assert_true(call < CALLS_MOST);
	store_close(sample.store);
	sample_open(&sample);
	whole_check(sample.path, &receipts);
	assert_int_equal(receipts, accepted);
	sample_end(&sample);
	faulty_end(&faulty);
	return hits;
}

static void
a_full_disk_is_said_and_survived(void **state)
{
	(void)state;
	const int once = fail_each_call(FAULTY_FULL, false), lasting = fail_each_call(FAULTY_FULL, true);
	print_message("disk full at %d calls once, at %d for good\n", once, lasting);
	assert_true(once > 20 && lasting > 20);
}

static void
an_io_error_is_said_and_survived(void **state)
{
	(void)state;
	const int once = fail_each_call(FAULTY_IO, false), lasting = fail_each_call(FAULTY_IO, true);
	print_message("I/O error at %d calls once, at %d for good\n", once, lasting);
	assert_true(once > 20 && lasting > 20);
}

/* In a process of its own, which dies at the call; what it had done it said down the pipe. */
static unsigned
die_at(struct sample *sample, struct faulty *faulty, int call, bool *died)
{
	int ends[2], status = 0;
	unsigned done = 0;
	assert_int_equal(pipe(ends), 0);
	const pid_t child = fork();
	if (child == 0) {
		struct error err = { 0 };
		sample_open(sample);
		faulty_arm(faulty, FAULTY_KILL, call, false);
		done = one_case(sample, &err);
		store_close(sample->store);
		_exit(write(ends[1], &done, sizeof(done)) == (ssize_t)sizeof(done) && done == DONE_ALL ? 0 : 1);
	}
	(void)close(ends[1]);
	assert_int_equal(waitpid(child, &status, 0), child);
	*died = WIFSIGNALED(status);
	assert_true(*died || status == 0);
	if (read(ends[0], &done, sizeof(done)) != (ssize_t)sizeof(done))
		done = 0;
	(void)close(ends[0]);
	return done;
}

static void
death_at_every_call_leaves_all_or_nothing(void **state)
{
	struct sample sample;
	struct faulty faulty;
	int64_t before = 0, after = 0;
	int call = 1;
	(void)state;
	faulty_start(&faulty);
	start(&sample);
	store_close(sample.store);
	sample.store = NULL;
	for (bool died = true; died && call < CALLS_MOST; call++) {
		const unsigned done = die_at(&sample, &faulty, call, &died);
		sample_open(&sample);
		store_close(sample.store);
		sample.store = NULL;
		whole_check(sample.path, &after);
		assert_in_range(after, before, before + 1);
		assert_true(done == 0 || after == before + 1);
		before = after;
	}
	assert_true(call < CALLS_MOST);
	print_message("death at each of %d calls: all or nothing\n", call - 2);
	assert_true(call > 20);
	sample_end(&sample);
	faulty_end(&faulty);
}

/* SQLite then answers PRAGMA journal_mode = WAL with another mode, and no error. */
static void
a_place_where_wal_does_not_hold_is_refused(void **state)
{
	struct error err = { 0 };
	struct sample sample;
	struct faulty faulty;
	struct store_key key;
	(void)state;
	faulty_start(&faulty);
	sample_folder(&sample);
	faulty.no_shared_memory = true;
	OK(store_key_file(sample.key, &key, &err));
	REFUSED(store_open(sample.path, key, &sample.store, &err), ERROR_REFUSED);
	faulty.no_shared_memory = false;
	sample_open(&sample);
	sample_end(&sample);
	faulty_end(&faulty);
}

/* --- a real file system with no room, in a mount namespace of its own --- */

#define SMALL_DISK "size=12m"

/* Work until the disk is full; then make room and work on. The number of what was wrong, 0 if nothing. */
static int
fill_and_go_on(struct sample *sample)
{
	struct error err = { 0 };
	struct store_key key;
	char filler[320];
	static const uint8_t zeros[64 * 1024] = { 0 };
	if (!store_key_file(sample->key, &key, &err) || !store_open(sample->path, key, &sample->store, &err))
		return 1;
	if (!sample_provision(sample, &err))
		return 2;
	sample_till(sample, SUPERVISOR, &sample->till);
	if (store_has_room(sample->store)) /* 12 MB is less than the reserve */
		return 3;
	sample_application(sample, sample->made);
	(void)snprintf(filler, sizeof(filler), "%s/filler", sample->folder);
	FILE *file = fopen(filler, "w");
	while (file != NULL && fwrite(zeros, 1, sizeof(zeros), file) == sizeof(zeros) && fflush(file) == 0)
		;
	if (file == NULL)
		return 4;
	(void)fclose(file);
	unsigned done = DONE_ALL;
	for (int i = 0; i < 500 && done == DONE_ALL; i++) {
		err = (struct error){ 0 };
		done = one_case(sample, &err);
	}
	if (done == DONE_ALL || err.kind != ERROR_FULL)
		return 5;
	if (unlink(filler) != 0 || one_case(sample, &err) != DONE_ALL)
		return 6;
	store_close(sample->store);
	sample->store = NULL;
	return 0;
}

static void
a_disk_without_room_is_said_and_survived(void **state)
{
	struct sample sample;
	int status = 0;
	(void)state;
	sample_folder(&sample);
	const pid_t child = fork();
	if (child == 0) {
		if (unshare(CLONE_NEWNS) != 0 || mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0 ||
			mount("none", sample.folder, "tmpfs", 0, SMALL_DISK) != 0)
			_exit(77);
		const int wrong = fill_and_go_on(&sample);
		int64_t receipts = 0;
		if (wrong == 0)
			whole_check(sample.path, &receipts);
		_exit(wrong);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	sample_end(&sample);
	if (WIFEXITED(status) && WEXITSTATUS(status) == 77)
		skip(); /* only root may mount */
	assert_int_equal(status, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_full_disk_is_said_and_survived),
		cmocka_unit_test(an_io_error_is_said_and_survived),
		cmocka_unit_test(death_at_every_call_leaves_all_or_nothing),
		cmocka_unit_test(a_place_where_wal_does_not_hold_is_refused),
		cmocka_unit_test(a_disk_without_room_is_said_and_survived),
	};
	return cmocka_run_group_tests_name("fault", tests, NULL, NULL);
}
