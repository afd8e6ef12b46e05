/*
 * syncd dies at every call that makes something durable or seen, on the way of packets from the counter to the centre
 * and of receipts back. After each death it is started again, the counter offers again what it has no receipt for, and
 * then: the centre has each packet once, and the counter has each receipt.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kiosk/base/file.h"
#include "kiosk/base/text.h"
#include "tests/support/check.h"
#include "tests/support/sync_scene.h"

#define PACKETS 3

struct counter {
	char ids[PACKETS][WIRE_ID];
	bool acknowledged[PACKETS];
};

/* Into the counter's store. Receipts of an earlier round come again when syncd died before it read that they were
 * acknowledged. */
static void
store(struct counter *counter, const char *id)
{
	for (int i = 0; i < PACKETS; i++)
		if (strcmp(counter->ids[i], id) == 0)
			counter->acknowledged[i] = true;
}

static int
missing(const struct counter *counter)
{
	int count = 0;
	for (int i = 0; i < PACKETS; i++)
		count += !counter->acknowledged[i];
	return count;
}

/* Play the counter until it has every receipt (true) or syncd is gone (false). */
static bool
play(struct sync_scene *scene, struct counter *counter)
{
	uint8_t body[512];
	struct channel_message message;
	struct error err = { 0 };
	char id[WIRE_ID];
	if (!sync_scene_connect(scene))
		return false;
	for (int i = 0; i < PACKETS; i++)
		if (!counter->acknowledged[i] && !sync_scene_offer(scene, counter->ids[i], 4096))
			return false;
	while (missing(counter) > 0) {
		if (!sync_scene_await(scene, WIRE_ACCEPTED, body, sizeof(body), &message))
			return false;
		struct cursor in = cursor_over(message.body);
		assert_true(wire_take_id(&in, id, &err));
		file_close(&message.memfd);
		store(counter, id); /* before it says so */
		if (!sync_scene_tell(scene, WIRE_ACKNOWLEDGE, id))
			return false;
	}
	return true;
}

/* Whether there was a call with this number to die at. */
static bool
die_at(struct sync_scene *scene, int call)
{
	struct counter counter = { 0 };
	int died = 0, puts = scene->puts;
	for (int i = 0; i < PACKETS; i++)
		(void)text_format(counter.ids[i], WIRE_ID, "261125-WR-04-%06d-7f3a9c2b", call * PACKETS + i);
	sync_scene_start(scene, call);
	bool whole = play(scene, &counter);
	channel_close(&scene->counter);
	if (whole) /* it lives, or died behind our back after the last receipt */
		died = process_end(&scene->syncd, SIGTERM);
	else
		died = process_wait(&scene->syncd);
	if (died != 0 && died != -SIGKILL)
		fail_msg("call %d: ended with %d", call, died);
	if (!whole && died == 0)
		fail_msg("call %d: stopped by itself", call);
	sync_scene_start(scene, 0);
	if (!play(scene, &counter))
		fail_msg("call %d: no receipt after the restart", call);
	assert_int_equal(process_end(&scene->syncd, SIGTERM), 0);
	for (int i = 0; i < PACKETS; i++)
		if (sync_scene_stored(scene, counter.ids[i]) != 1)
			fail_msg("call %d: packet %d is there %d times", call, i, sync_scene_stored(scene, counter.ids[i]));
	assert_int_equal(scene->conflicts, 0);
	printf("call %2d: %s, sent %d times, stored %d\n", call, died == 0 ? "lived" : "died", scene->puts - puts, PACKETS);
	return died != 0;
}

static void
dies_at_every_boundary_and_loses_and_doubles_nothing(void **state)
{
	struct sync_scene *scene = malloc(sizeof(*scene));
	int call = 1;
	(void)state;
	assert_non_null(scene);
	sync_scene_open(scene, TEST_BINARY_DIR "/bin/syncd", true, 5);
	while (call < 300 && die_at(scene, call))
		call++;
	printf("%d deaths\n", call - 1);
	assert_true(call > 15 && call < 300);
	sync_scene_close(scene);
	free(scene);
}

int
main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(dies_at_every_boundary_and_loses_and_doubles_nothing) };
	return cmocka_run_group_tests_name("syncd kills", tests, NULL, NULL);
}
