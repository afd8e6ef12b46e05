#include <dirent.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "kiosk/base/clock.h"
#include "kiosk/base/error_wire.h"
#include "kiosk/base/file.h"
#include "kiosk/base/text.h"
#include "tests/support/check.h"
#include "tests/support/sync_scene.h"

#define MORNING 150u /* packets; more than twice what may be on its way to the counter */
#define SYNCD   TEST_BINARY_DIR "/bin/syncd"

static const char one[] = "261125-WR-04-000047-7f3a9c2b", two[] = "261125-WR-04-000048-00ff00ff";

static int
set_up(void **state)
{
	struct sync_scene *scene = malloc(sizeof(*scene));
	assert_non_null(scene);
	sync_scene_open(scene, SYNCD, true, 2);
	*state = scene;
	return 0;
}

static int
set_up_new(void **state)
{
	struct sync_scene *scene = malloc(sizeof(*scene));
	assert_non_null(scene);
	sync_scene_open(scene, SYNCD, false, 2);
	*state = scene;
	return 0;
}

static int
tear_down(void **state)
{
	struct sync_scene *scene = *state;
	sync_scene_close(scene);
	free(scene);
	return 0;
}

static void
begin(struct sync_scene *scene)
{
	sync_scene_start(scene, 0);
	assert_true(sync_scene_connect(scene));
}

static void
await_spooled(struct sync_scene *scene, const char *id)
{
	uint8_t body[128];
	struct channel_message message;
	char got[WIRE_ID];
	struct error err = { 0 };
	assert_true(sync_scene_await(scene, WIRE_SPOOLED, body, sizeof(body), &message));
	struct cursor in = cursor_over(message.body);
	assert_true(wire_take_id(&in, got, &err) && cursor_done(&in));
	assert_string_equal(got, id);
}

static void
await_parked(struct sync_scene *scene, struct wire_parked *out)
{
	uint8_t body[512];
	struct channel_message message;
	struct error err = { 0 };
	assert_true(sync_scene_await(scene, WIRE_PARKED, body, sizeof(body), &message));
	struct cursor in = cursor_over(message.body);
	assert_true(wire_take_parked(&in, out, &err) && cursor_done(&in));
}

static void
brings_a_packet_to_the_centre_and_its_receipt_back(void **state)
{
	struct sync_scene *scene = *state;
	struct wire_line line;
	begin(scene);
	assert_true(sync_scene_await_line(scene, WIRE_LINE_UNKNOWN, &line));
	assert_int_equal(line.waiting, 0);
	assert_true(sync_scene_offer(scene, one, 4096));
	await_spooled(scene, one);
	assert_true(sync_scene_await_receipt(scene, one));
	assert_int_equal(sync_scene_stored(scene, one), 1);
	assert_int_equal(scene->puts, 1);
	assert_int_equal(scene->anonymous_puts, 0);
	assert_true(sync_scene_offer(scene, two, 3u * 1024 * 1024));
	assert_true(sync_scene_await_receipt(scene, two));
	assert_int_equal(process_end(&scene->syncd, SIGTERM), 0);
	/* acknowledged: nothing is left of them */
	begin(scene);
	assert_true(sync_scene_await_line(scene, WIRE_LINE_UNKNOWN, &line));
	assert_int_equal(line.waiting, 0);
	assert_int_equal(scene->puts, 2);
}

static void
survives_every_kind_of_bad_answer(void **state)
{
	struct sync_scene *scene = *state;
	begin(scene);
	for (int fault = SYNC_SCENE_BROKEN; fault < SYNC_SCENE_STRANGER; fault++) {
		char id[WIRE_ID];
		scene->fault = (enum sync_scene_fault)fault;
		scene->fault_count = 1;
		int puts = scene->puts;
		assert_true(text_format(id, sizeof(id), "261125-WR-04-%06d-7f3a9c2b", fault));
		assert_true(sync_scene_offer(scene, id, 4096));
		if (!sync_scene_await_receipt(scene, id))
			fail_msg("fault %d: no receipt", fault);
		assert_int_equal(scene->puts, puts + 2);
		assert_int_equal(sync_scene_stored(scene, id), 1);
		assert_int_equal(scene->fault_count, 0);
	}
	assert_int_equal(scene->conflicts, 0);
	assert_int_equal(process_end(&scene->syncd, SIGTERM), 0);
}

static void
parks_a_conflict_and_sends_the_next(void **state)
{
	struct sync_scene *scene = *state;
	struct wire_parked parked;
	begin(scene);
	scene->fault = SYNC_SCENE_CONFLICT;
	scene->fault_count = 1;
	assert_true(sync_scene_offer(scene, one, 4096));
	await_parked(scene, &parked);
	assert_string_equal(parked.id, one);
	assert_int_equal(parked.status, 409);
	assert_string_equal(parked.why, "Other bytes under this id");
	assert_true(sync_scene_offer(scene, two, 4096));
	assert_true(sync_scene_await_receipt(scene, two));
	/* still parked, and said so, after a restart */
	assert_int_equal(process_end(&scene->syncd, SIGKILL), -SIGKILL);
	begin(scene);
	await_parked(scene, &parked);
	assert_int_equal(parked.status, 409);
	assert_int_equal(sync_scene_stored(scene, one), 0);
	assert_true(sync_scene_tell(scene, WIRE_RETRY, one));
	assert_true(sync_scene_await_receipt(scene, one));
	assert_int_equal(sync_scene_stored(scene, one), 1);
}

/* A new connection that syncd serves: until it has noticed that the old one is gone, the new one is a second counter.
 */
static void
reconnect(struct sync_scene *scene)
{
	uint8_t body[512];
	struct channel_message message;
	bool heard = false;
	channel_close(&scene->counter);
	for (int i = 0; i < 100 && !heard; i++) {
		const struct timespec wait = { .tv_nsec = 20000000 };
		(void)nanosleep(&wait, NULL);
		heard = sync_scene_connect(scene) && sync_scene_await(scene, WIRE_LINE, body, sizeof(body), &message);
	}
	assert_true(heard);
}

/* A receipt comes; its id. */
static void
await_any_receipt(struct sync_scene *scene, char id[static WIRE_ID])
{
	uint8_t body[128];
	struct channel_message message;
	struct error err = { 0 };
	assert_true(sync_scene_await(scene, WIRE_ACCEPTED, body, sizeof(body), &message));
	struct cursor in = cursor_over(message.body);
	assert_true(wire_take_id(&in, id, &err) && cursor_done(&in));
	file_close(&message.memfd);
}

/* Until nothing is left to be sent or to be taken away; a kill before that only brings the same receipts again. */
static void
await_swept(const struct sync_scene *scene)
{
	char path[400];
	size_t left = 1;
	assert_true(text_format(path, sizeof(path), "%s/spool/new", scene->state));
	for (int i = 0; i < 500 && left > 0; i++) {
		const struct timespec wait = { .tv_nsec = 10000000 };
		(void)nanosleep(&wait, NULL);
		DIR *folder = opendir(path);
		assert_non_null(folder);
		left = 0;
		for (const struct dirent *entry; (entry = readdir(folder)) != NULL;)
			left += entry->d_name[0] != '.';
		(void)closedir(folder);
	}
	assert_int_equal(left, 0);
}

/* More of them than receipts that may be on their way to the counter. */
static void
parks_what_the_counter_refuses_and_goes_on(void **state)
{
	struct sync_scene *scene = *state;
	struct wire_parked parked;
	char id[WIRE_ID], refused[WIRE_ID] = "";
	begin(scene);
	for (int i = 0; i < 70; i++) {
		assert_true(text_format(id, sizeof(id), "261125-WR-04-%06d-7f3a9c2b", 100 + i));
		assert_true(sync_scene_offer(scene, id, 512));
	}
	for (int i = 0; i < 70; i++) {
		await_any_receipt(scene, refused);
		assert_true(sync_scene_refuse(scene, refused, "receipt over other bytes"));
	}
	assert_true(sync_scene_refuse(scene, refused, "twice")); /* means nothing, like the next one */
	assert_true(sync_scene_refuse(scene, "261125-WR-04-000999-7f3a9c2b", "unknown"));
	assert_true(sync_scene_offer(scene, one, 512));
	assert_true(sync_scene_await_receipt(scene, one));
	await_swept(scene);
	/* they stay parked over a restart, and one that is tried again goes to the centre again */
	assert_int_equal(process_end(&scene->syncd, SIGKILL), -SIGKILL);
	begin(scene);
	for (int i = 0; i < 70; i++) {
		await_parked(scene, &parked);
		assert_int_equal(parked.status, 0);
		assert_string_equal(parked.why, "receipt over other bytes");
	}
	int puts = scene->puts;
	assert_true(sync_scene_tell(scene, WIRE_RETRY, refused));
	await_any_receipt(scene, id);
	assert_string_equal(id, refused);
	assert_int_equal(scene->puts, puts + 1);
	assert_int_equal(sync_scene_stored(scene, refused), 1);
}

static void
asks_again_for_a_receipt_that_cannot_be_read(void **state)
{
	struct sync_scene *scene = *state;
	char sheet[400], id[WIRE_ID];
	begin(scene);
	assert_true(sync_scene_offer(scene, one, 4096));
	await_any_receipt(scene, id);
	assert_true(text_format(sheet, sizeof(sheet), "%s/spool/sent/0000000000000001", scene->state));
	assert_int_equal(truncate(sheet, 1), 0);
	reconnect(scene);
	assert_true(sync_scene_offer(scene, two, 4096)); /* goes on with the others meanwhile */
	assert_true(sync_scene_await_receipt(scene, two));
	assert_true(sync_scene_tell(scene, WIRE_NOW, NULL));
	assert_true(sync_scene_await_receipt(scene, one));
	assert_int_equal(scene->puts, 3);
}

static void
says_so_when_the_same_id_has_other_bytes(void **state)
{
	struct sync_scene *scene = *state;
	struct wire_parked parked;
	sync_scene_centre_down(scene);
	begin(scene);
	assert_true(sync_scene_offer(scene, one, 4096));
	await_spooled(scene, one);
	assert_true(sync_scene_offer(scene, one, 4096)); /* the same again is fine */
	await_spooled(scene, one);
	assert_true(sync_scene_offer(scene, one, 4095));
	await_parked(scene, &parked);
	assert_int_equal(parked.status, 0);
	assert_non_null(strstr(parked.why, "other bytes"));
	sync_scene_centre(scene, false, NULL);
	assert_true(sync_scene_tell(scene, WIRE_NOW, NULL));
	assert_true(sync_scene_await_receipt(scene, one));
}

static void
sends_what_waits_by_itself_after_a_restart(void **state)
{
	struct sync_scene *scene = *state;
	struct wire_line line;
	char id[WIRE_ID];
	sync_scene_centre_down(scene);
	begin(scene);
	for (int i = 0; i < 20; i++) {
		assert_true(text_format(id, sizeof(id), "261125-WR-04-%06d-7f3a9c2b", i));
		assert_true(sync_scene_offer(scene, id, 4096));
		await_spooled(scene, id);
	}
	do
		assert_true(sync_scene_await_line(scene, WIRE_LINE_DOWN, &line));
	while (line.next_ms == 0); /* it is trying just now */
	assert_true(line.tries > 0 && line.next_ms > clock_now_ms() - 1000 && line.why[0] != '\0');
	assert_int_equal(line.waiting, 20);
	assert_int_equal(process_end(&scene->syncd, SIGKILL), -SIGKILL);
	sync_scene_start(scene, 0); /* nobody connects, and the centre is still down */
	(void)sleep(1);
	sync_scene_centre(scene, false, NULL);
	for (int i = 0; i < 100 && scene->stored_count < 20; i++) {
		const struct timespec wait = { .tv_nsec = 100000000 };
		(void)nanosleep(&wait, NULL);
	}
	assert_int_equal(scene->stored_count, 20);
	assert_int_equal(scene->puts, 20);
	assert_true(sync_scene_connect(scene)); /* the receipts were kept for the counter */
	for (int i = 0; i < 20; i++) {
		uint8_t body[128];
		struct channel_message message;
		assert_true(sync_scene_await(scene, WIRE_ACCEPTED, body, sizeof(body), &message));
		file_close(&message.memfd);
	}
}

static void
take_and_offer_again(struct sync_scene *scene, size_t more, bool got[static MORNING])
{
	uint8_t body[128];
	char id[WIRE_ID];
	struct channel_message message;
	struct error err = { 0 };
	assert_true(sync_scene_await(scene, WIRE_ACCEPTED, body, sizeof(body), &message));
	file_close(&message.memfd);
	struct cursor in = cursor_over(message.body);
	assert_true(wire_take_id(&in, id, &err));
	const size_t number = strtoul(id + strlen("261125-WR-04-"), NULL, 10);
	assert_true(number < MORNING && !got[number]);
	got[number] = true;
	assert_true(sync_scene_offer(scene, id, 4096)); /* as the counter does that has no receipt of it yet */
	if (more < MORNING) {
		assert_true(text_format(id, sizeof(id), "261125-WR-04-%06zu-7f3a9c2b", more));
		assert_true(sync_scene_offer(scene, id, 4096));
	}
	assert_true(text_format(id, sizeof(id), "261125-WR-04-%06zu-7f3a9c2b", number));
	assert_true(sync_scene_tell(scene, WIRE_ACKNOWLEDGE, id));
}

/* More receipts than the window wait for a counter that offers all it has no receipt of, told or not: each is given
 * once, and none stays behind. */
static void
gives_a_morning_all_receipts_of_the_night(void **state)
{
	struct sync_scene *scene = *state;
	bool got[MORNING] = { false };
	char id[WIRE_ID];
	sync_scene_centre_down(scene);
	begin(scene);
	for (size_t i = 0; i < MORNING; i++) {
		assert_true(text_format(id, sizeof(id), "261125-WR-04-%06zu-7f3a9c2b", i));
		assert_true(sync_scene_offer(scene, id, 4096));
		await_spooled(scene, id);
	}
	channel_close(&scene->counter);
	sync_scene_centre(scene, false, NULL);
	assert_int_equal(process_end(&scene->syncd, SIGTERM), 0);
	sync_scene_start(scene, 0);
	for (int i = 0; i < 100 && scene->stored_count < MORNING; i++) {
		const struct timespec wait = { .tv_nsec = 100000000 };
		(void)nanosleep(&wait, NULL);
	}
	assert_int_equal(scene->stored_count, MORNING);
	assert_true(sync_scene_connect(scene));
	for (size_t i = 0; i < MORNING; i++)
		take_and_offer_again(scene, i, got);
}

static void
waits_until_the_counter_says_now(void **state)
{
	struct sync_scene *scene = *state;
	struct wire_line line;
	sync_scene_centre_down(scene);
	begin(scene);
	assert_true(sync_scene_offer(scene, one, 4096));
	do
		assert_true(sync_scene_await_line(scene, WIRE_LINE_DOWN, &line));
	while (line.tries < 3);
	assert_true(line.next_ms - clock_now_ms() > 2000);
	sync_scene_centre(scene, false, NULL);
	assert_true(sync_scene_tell(scene, WIRE_NOW, NULL));
	int64_t began = clock_monotonic_ms();
	assert_true(sync_scene_await_receipt(scene, one));
	assert_true(clock_monotonic_ms() - began < 1500);
}

static void
sends_not_one_byte_to_a_stranger(void **state)
{
	struct sync_scene *scene = *state;
	struct wire_line line;
	struct authority *other = authority_new("Test CA");
	struct authority_pair *strangers = calloc(4, sizeof(*strangers));
	int64_t now_s = clock_now_ms() / 1000;
	assert_non_null(strangers);
	authority_issue(other, "centre", AUTHORITY_SERVER, 0, 0, &strangers[0]);
	authority_issue(scene->authority, "centre", AUTHORITY_SERVER, now_s - 7200, now_s - 3600, &strangers[1]);
	authority_issue(scene->authority, "centre", AUTHORITY_SIGNING, 0, 0, &strangers[2]); /* names no host */
	strangers[3] = scene->server;                                                        /* over TLS 1.2 */
	begin(scene);
	assert_true(sync_scene_offer(scene, one, 4096));
	assert_true(sync_scene_await_receipt(scene, one));
	for (int i = 0; i < 4; i++) {
		sync_scene_centre_down(scene);
		sync_scene_centre(scene, i == 3, &strangers[i]);
		assert_true(sync_scene_offer(scene, two, 4096));
		assert_true(sync_scene_tell(scene, WIRE_NOW, NULL));
		if (!sync_scene_await_line(scene, WIRE_LINE_REFUSED, &line))
			fail_msg("stranger %d", i);
		assert_int_equal(line.waiting, 1);
		assert_int_equal(scene->puts, 1);
	}
	sync_scene_centre_down(scene);
	sync_scene_centre(scene, false, NULL);
	assert_true(sync_scene_tell(scene, WIRE_NOW, NULL));
	assert_true(sync_scene_await_receipt(scene, two));
	authority_free(other);
	free(strangers);
}

static void
provisions_with_the_same_request_until_it_succeeds(void **state)
{
	struct sync_scene *scene = *state;
	struct wire_line line;
	uint8_t bytes[256], body[512];
	struct channel_message message;
	struct error err = { 0 }, refused = { 0 };
	struct span answer = { 0 };
	char path[512];
	struct stat status;
	begin(scene);
	assert_true(sync_scene_await_line(scene, WIRE_LINE_UNPROVISIONED, &line));
	scene->code = "1234-5678-90AB";
	for (int i = 0; i < 3; i++) {
		struct buffer out = buffer_into(bytes, sizeof(bytes));
		buffer_text(&out, i == 0 ? "wrong" : scene->code);
		buffer_text(&out, "-----BEGIN CERTIFICATE REQUEST-----\nsigning\n");
		buffer_text(&out, "-----BEGIN CERTIFICATE REQUEST-----\nopening\n");
		assert_true(channel_send(&scene->counter, WIRE_PROVISION, buffer_span(&out), -1, 1000, &err));
		if (i == 0) {
			assert_true(sync_scene_await(scene, WIRE_UNPROVISIONED, body, sizeof(body), &message));
			struct cursor in = cursor_over(message.body);
			assert_true(error_wire_take(&in, &refused, &err));
			assert_int_equal(refused.kind, ERROR_REFUSED);
			assert_int_equal(refused.detail, 403);
			assert_string_equal(refused.text, "This code is not good");
			/* killed now, it has made its key and keeps it */
			assert_int_equal(process_end(&scene->syncd, SIGKILL), -SIGKILL);
			begin(scene);
			continue;
		}
		assert_true(sync_scene_await(scene, WIRE_PROVISIONED, body, sizeof(body), &message));
		assert_true(channel_map(message.memfd, WIRE_PROVISION_MOST, &answer, &err));
		assert_non_null(memmem(answer.at, answer.len, "line_certificate", 16));
		channel_unmap(&answer);
		file_close(&message.memfd);
	}
	assert_int_equal(scene->posts, 3);
	assert_int_equal(scene->csr_changed, 0);
	assert_true(sync_scene_offer(scene, one, 4096));
	assert_true(sync_scene_await_receipt(scene, one));
	assert_int_equal(scene->anonymous_puts, 0);
	assert_true(text_format(path, sizeof(path), "%s/line-key.pem", scene->state));
	assert_int_equal(stat(path, &status), 0);
	assert_int_equal(status.st_mode & 0777, 0600);
	assert_int_equal(process_end(&scene->syncd, SIGTERM), 0);
	begin(scene);
	assert_true(sync_scene_await_line(scene, WIRE_LINE_UNKNOWN, &line));
}

static void
keeps_items_from_before_it_was_provisioned(void **state)
{
	struct sync_scene *scene = *state;
	struct wire_line line;
	begin(scene);
	assert_true(sync_scene_offer(scene, one, 4096));
	do
		assert_true(sync_scene_await_line(scene, WIRE_LINE_UNPROVISIONED, &line));
	while (line.waiting == 0);
	await_spooled(scene, one);
	assert_int_equal(scene->puts, 0);
}

static void
serves_one_counter_at_a_time(void **state)
{
	struct sync_scene *scene = *state;
	struct channel second = { .fd = -1 };
	struct channel_message message;
	uint8_t body[512];
	struct error err = { 0 };
	begin(scene);
	assert_true(channel_connect(scene->socket, &second, &err));
	assert_false(channel_receive(&second, body, sizeof(body), 5000, &message, &err));
	assert_int_equal(err.kind, ERROR_GONE);
	channel_close(&second);
	assert_true(sync_scene_offer(scene, one, 4096));
	assert_true(sync_scene_await_receipt(scene, one));
}

/* Everything is sent before syncd reads any of it; each of them has an answer. */
static void
ask_for_unknown_items(struct sync_scene *scene, int count)
{
	char id[WIRE_ID];
	assert_int_equal(kill(scene->syncd.pid, SIGSTOP), 0);
	for (int i = 0; i < count; i++) {
		assert_true(text_format(id, sizeof(id), "261125-WR-04-%06d-00000000", i));
		assert_true(sync_scene_tell(scene, WIRE_RETRY, id));
	}
}

static void
answers_more_at_once_than_it_can_hold(void **state)
{
	struct sync_scene *scene = *state;
	struct wire_parked parked;
	struct wire_line line;
	begin(scene);
	assert_true(sync_scene_await_line(scene, WIRE_LINE_UNKNOWN, &line));
	ask_for_unknown_items(scene, 100);
	assert_int_equal(kill(scene->syncd.pid, SIGCONT), 0);
	for (int i = 0; i < 100; i++)
		await_parked(scene, &parked);
	/* a counter that goes without hearing the answers is let go */
	ask_for_unknown_items(scene, 16);
	channel_close(&scene->counter);
	assert_int_equal(kill(scene->syncd.pid, SIGCONT), 0);
	reconnect(scene);
	assert_int_equal(process_end(&scene->syncd, SIGTERM), 0);
}

/* Send one message and see the channel closed for it. */
static void
assert_closes(struct sync_scene *scene, bool hello, uint16_t type, struct span body, bool with_memfd)
{
	uint8_t in[512];
	struct channel_message message;
	struct error err = { 0 };
	CLEANUP(file_close) int memfd = -1;
	if (hello) {
		assert_true(sync_scene_connect(scene));
	} else {
		channel_close(&scene->counter);
		assert_true(channel_connect(scene->socket, &scene->counter, &err));
	}
	if (with_memfd)
		assert_true(channel_memfd(text_span("x"), &memfd, &err));
	assert_true(channel_send(&scene->counter, type, body, memfd, 1000, &err));
	while (channel_receive(&scene->counter, in, sizeof(in), 5000, &message, &err))
		file_close(&message.memfd);
	assert_int_equal(err.kind, ERROR_GONE);
}

static void
closes_on_every_message_that_is_not_allowed(void **state)
{
	struct sync_scene *scene = *state;
	static const uint8_t zeros[20000], version[4] = { WIRE_VERSION }, wrong_version[4] = { 99 };
	static const uint8_t id[] = { 2, 0, 'A', '1' }, bad_id[] = { 2, 0, '.', '.' }, more[] = { 2, 0, 'A', '1', 0 };
	const struct span nothing = { 0 };
	sync_scene_start(scene, 0);
	assert_true(sync_scene_connect(scene));
	assert_closes(scene, false, WIRE_OFFER, (struct span){ zeros, 64 }, true); /* before hello */
	assert_closes(scene, false, WIRE_NOW, nothing, false);
	assert_closes(scene, false, WIRE_HELLO, (struct span){ wrong_version, 4 }, false);
	assert_closes(scene, true, WIRE_HELLO, (struct span){ version, 4 }, false); /* twice */
	assert_closes(scene, true, 0, nothing, false);
	assert_closes(scene, true, WIRE_LINE, (struct span){ zeros, 10 }, false); /* our own direction */
	assert_closes(scene, true, WIRE_NOW, (struct span){ zeros, 1 }, false);
	assert_closes(scene, true, WIRE_NOW, nothing, true);
	assert_closes(scene, true, WIRE_OFFER, (struct span){ zeros, 64 }, false); /* no bytes with it */
	assert_closes(scene, true, WIRE_OFFER, (struct span){ zeros, 64 }, true);
	assert_closes(scene, true, WIRE_RETRY, (struct span){ bad_id, sizeof(bad_id) }, false);
	assert_closes(scene, true, WIRE_ACKNOWLEDGE, (struct span){ more, sizeof(more) }, false);
	assert_closes(scene, true, WIRE_PROVISION, (struct span){ zeros, sizeof(zeros) }, false);
	assert_closes(scene, true, WIRE_PROVISION, (struct span){ zeros, 5 }, false);
	assert_true(sync_scene_connect(scene));
	assert_true(channel_send(&scene->counter, WIRE_ACKNOWLEDGE, (struct span){ id, sizeof(id) }, -1, 1000,
		&(struct error){ 0 })); /* one that is not known is no fault */
	assert_true(sync_scene_offer(scene, one, 4096));
	assert_true(sync_scene_await_receipt(scene, one));
}

static int
run_with(struct sync_scene *scene, const char *a, const char *b)
{
	const char *const argv[] = { SYNCD, a, b, NULL };
	struct process process;
	process_start(argv, scene->log, &process);
	return process_wait(&process);
}

static void
exits_with_what_its_help_says(void **state)
{
	struct sync_scene *scene = *state;
	static const char *const bad[] = { "[centre]\nurl = https://x\nca = /x\nurl = https://y\n",
		"[centre]\nurl = http://x\nca = /x\n", "[centre]\nurl = https://x/path\nca = /x\n",
		"[centre]\nurl = https://u@x\nca = /x\n", "[centre]\nca = /x\n",
		"[centre]\nurl = https://x\nca = /x\nsurprise = 1\n" };
	char path[512];
	struct error err = { 0 };
	assert_int_equal(run_with(scene, "--help", NULL), 0);
	assert_int_equal(run_with(scene, "--version", NULL), 0);
	assert_int_equal(run_with(scene, "--print-config", NULL), 0);
	assert_int_equal(run_with(scene, "--nonsense", NULL), 64);
	assert_int_equal(run_with(scene, "nonsense", NULL), 64);
	assert_int_equal(run_with(scene, "--config", "/nonexistent"), 78);
	assert_true(text_format(path, sizeof(path), "%s/bad.conf", scene->folder));
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		assert_true(file_write(path, text_span(bad[i]), 0600, &err));
		assert_int_equal(run_with(scene, "--config", path), 78);
	}
}

static void
does_not_start_with_a_certificate_of_another_key(void **state)
{
	struct sync_scene *scene = *state;
	char path[512];
	struct error err = { 0 };
	assert_true(text_format(path, sizeof(path), "%s/line-certificate.pem", scene->state));
	assert_true(file_write(path, text_span(scene->server.certificate), 0600, &err));
	assert_int_equal(run_with(scene, "--config", scene->config), 1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(brings_a_packet_to_the_centre_and_its_receipt_back, set_up, tear_down),
		cmocka_unit_test_setup_teardown(survives_every_kind_of_bad_answer, set_up, tear_down),
		cmocka_unit_test_setup_teardown(parks_a_conflict_and_sends_the_next, set_up, tear_down),
		cmocka_unit_test_setup_teardown(parks_what_the_counter_refuses_and_goes_on, set_up, tear_down),
		cmocka_unit_test_setup_teardown(asks_again_for_a_receipt_that_cannot_be_read, set_up, tear_down),
		cmocka_unit_test_setup_teardown(says_so_when_the_same_id_has_other_bytes, set_up, tear_down),
		cmocka_unit_test_setup_teardown(sends_what_waits_by_itself_after_a_restart, set_up, tear_down),
		cmocka_unit_test_setup_teardown(gives_a_morning_all_receipts_of_the_night, set_up, tear_down),
		cmocka_unit_test_setup_teardown(waits_until_the_counter_says_now, set_up, tear_down),
		cmocka_unit_test_setup_teardown(sends_not_one_byte_to_a_stranger, set_up, tear_down),
		cmocka_unit_test_setup_teardown(provisions_with_the_same_request_until_it_succeeds, set_up_new, tear_down),
		cmocka_unit_test_setup_teardown(keeps_items_from_before_it_was_provisioned, set_up_new, tear_down),
		cmocka_unit_test_setup_teardown(serves_one_counter_at_a_time, set_up, tear_down),
		cmocka_unit_test_setup_teardown(answers_more_at_once_than_it_can_hold, set_up, tear_down),
		cmocka_unit_test_setup_teardown(closes_on_every_message_that_is_not_allowed, set_up, tear_down),
		cmocka_unit_test_setup_teardown(exits_with_what_its_help_says, set_up, tear_down),
		cmocka_unit_test_setup_teardown(does_not_start_with_a_certificate_of_another_key, set_up, tear_down),
	};
	return cmocka_run_group_tests_name("syncd", tests, NULL, NULL);
}
