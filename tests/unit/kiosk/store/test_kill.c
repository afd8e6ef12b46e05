/*
 * The process that writes the store is killed at random moments, again and again over the same store. What it had said
 * was done must be there, and nothing by half.
 */
#include <signal.h>
#include <sys/wait.h>
#include <time.h>

#include "tests/unit/kiosk/store/whole.h"

#define KILLS       64
#define BIRTH_KILLS 24

/* What the writer says it has done, one at a time down a pipe. */
struct said {
	char what; /* 'd': draft saved, 'a': accepted, 'o': delivered */
	char case_number[APPLICATION_CASE];
	char receipt[STORE_RECEIPT];
};

struct watcher {
	struct sample sample;
	int64_t accepted; /* receipts said so far, over all lives */
	int64_t drafts, deliveries;
	char draft[APPLICATION_CASE]; /* last one said, if its case is not said to be accepted */
	uint64_t seed;
};

static unsigned
pick(struct watcher *watcher, unsigned most)
{
	watcher->seed = watcher->seed * 6364136223846793005u + 1442695040888963407u;
	return (unsigned)(watcher->seed >> 33) % most;
}

static void
say(int fd, const struct said *said)
{
	if (write(fd, said, sizeof(*said)) != (ssize_t)sizeof(*said))
		_exit(3);
}

static bool
deliver_oldest(struct sample *sample, int fd, struct error *err)
{
	struct said said = { .what = 'o' };
	struct store_outbox_row row;
	size_t count = 0;
	if (!store_outbox(sample->store, &row, 1, &count, err))
		return false;
	if (count == 0)
		return true;
	if (!store_outbox_spooled(sample->store, row.id, err) ||
		!store_outbox_accept(sample->store, row.id, text_span("signed by the centre"), sample->now_ms, err))
		return false;
	say(fd, &said);
	return true;
}

/* Work for ever. */
static void
live(struct sample *sample, int fd)
{
	struct error err = { 0 };
	struct said said = { .what = 0 };
	struct store_draft_head head = { .product = "personal", .officer = SUPERVISOR };
	sample_open(sample);
	for (unsigned n = 1;; n++) {
		sample_application(sample, sample->made);
		memcpy(said.case_number, sample->made->case_number, sizeof(said.case_number));
		memcpy(head.case_number, sample->made->case_number, sizeof(head.case_number));
		const struct span bytes = { (const uint8_t *)sample->made, sizeof(*sample->made) };
		if (!store_draft_put(sample->store, &head, bytes, sample->now_ms, &err))
			_exit(4);
		said.what = 'd';
		say(fd, &said);
		if (!sample_accept(sample, sample->made, said.receipt, &err))
			_exit(5);
		said.what = 'a';
		say(fd, &said);
		if (n % 3 == 0 && !deliver_oldest(sample, fd, &err))
			_exit(6);
		if (n % 5 == 0)
			store_idle(sample->store);
	}
}

static void
pause_us(unsigned us)
{
	const struct timespec wait = { us / 1000000, (long)(us % 1000000) * 1000 };
	(void)nanosleep(&wait, NULL);
}

/* One life: begin, work, be killed; then hear what was said before. */
static void
one_life(struct watcher *watcher)
{
	struct said said;
	int ends[2], status = 0;
	assert_int_equal(pipe(ends), 0);
	const pid_t child = fork();
	if (child == 0) {
		(void)close(ends[0]);
		live(&watcher->sample, ends[1]);
	}
	(void)close(ends[1]);
	/* Wait for the first word, so that it lives long enough to be killed at work; every eighth is killed earlier. */
	const bool early = pick(watcher, 8) == 0;
	bool first = !early && read(ends[0], &said, sizeof(said)) == (ssize_t)sizeof(said);
	pause_us(pick(watcher, 60000));
	assert_int_equal(kill(child, SIGKILL), 0);
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFSIGNALED(status)); /* and not ended by a fault of its own */
	while (first || read(ends[0], &said, sizeof(said)) == (ssize_t)sizeof(said)) {
		first = false;
		watcher->accepted += said.what == 'a' ? 1 : 0;
		watcher->drafts += said.what == 'd' ? 1 : 0;
		watcher->deliveries += said.what == 'o' ? 1 : 0;
		if (said.what != 'o')
			(void)snprintf(watcher->draft, sizeof(watcher->draft), "%s", said.what == 'd' ? said.case_number : "");
	}
	(void)close(ends[0]);
}

/* Reopen and look. Receipts may be one more than was said: committed, then killed before it could say so. */
static void
look(struct watcher *watcher)
{
	struct error err = { 0 };
	struct sample *sample = &watcher->sample;
	struct store_outbox_sum sum;
	struct store_draft_head head;
	struct store_receipt receipt;
	struct file_bytes bytes = { 0 };
	int64_t receipts = 0;
	sample_open(sample);
	OK(store_outbox_sum(sample->store, SAMPLE_DAY, &sum, &err));
	if (watcher->draft[0] != '\0' &&
		!store_application(sample->store, watcher->draft, SUPERVISOR, sample->now_ms, sample->read, &receipt, &err)) {
		OK(store_draft_get(sample->store, watcher->draft, &head, &bytes, &err));
		assert_int_equal(bytes.len, sizeof(*sample->made));
		file_free(&bytes);
	}
	store_close(sample->store);
	sample->store = NULL;
	whole_check(sample->path, &receipts);
	if (receipts < watcher->accepted || receipts > watcher->accepted + 1)
		fail_msg("%d said to be accepted, %d there", (int)watcher->accepted, (int)receipts);
	assert_in_range(sum.accepted_today, watcher->deliveries, watcher->deliveries + 1);
	assert_int_equal(sum.accepted_today + sum.waiting + sum.parked, receipts);
	watcher->accepted = receipts; /* what was not said is known now */
	watcher->deliveries = sum.accepted_today;
}

static void
nothing_said_is_lost_and_nothing_is_there_by_half(void **state)
{
	struct watcher watcher = { .seed = 64 };
	(void)state;
	sample_start(&watcher.sample);
	store_close(watcher.sample.store);
	watcher.sample.store = NULL;
	for (int i = 0; i < KILLS; i++) {
		one_life(&watcher);
		look(&watcher);
	}
	print_message("%d kills: %d cases accepted, %d drafts saved, %d delivered; 0 lost, 0 doubled\n", KILLS,
		(int)watcher.accepted, (int)watcher.drafts, (int)watcher.deliveries);
	assert_true(watcher.accepted > KILLS);
	sample_end(&watcher.sample);
}

/* The very first start may be cut too: the next one finds the key and makes what is missing. */
static void
a_store_killed_while_it_is_made_can_be_made(void **state)
{
	struct watcher watcher = { .seed = 24 };
	struct sample *sample = &watcher.sample;
	struct error err = { 0 };
	int64_t receipts = 0;
	(void)state;
	for (int i = 0; i < BIRTH_KILLS; i++) {
		int status = 0;
		sample_folder(sample);
		const pid_t child = fork();
		if (child == 0) {
			sample_open(sample);
			_exit(0);
		}
		pause_us(pick(&watcher, 40000));
		(void)kill(child, SIGKILL);
		assert_int_equal(waitpid(child, &status, 0), child);
		sample_open(sample);
		OK(store_audit(sample->store, "alive", "", "", "", sample->now_ms, &err));
		store_close(sample->store);
		sample->store = NULL;
		whole_check(sample->path, &receipts);
		sample_end(sample);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_said_is_lost_and_nothing_is_there_by_half),
		cmocka_unit_test(a_store_killed_while_it_is_made_can_be_made),
	};
	return cmocka_run_group_tests_name("kill", tests, NULL, NULL);
}
