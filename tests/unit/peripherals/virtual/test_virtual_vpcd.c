/* A card that somebody else plays, over a socket. */
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "peripherals/virtual/virtual_vpcd.h"
#include "tests/support/check.h"

struct scene {
	int peer;
	struct virtual_vpcd *vpcd;
};

static void
begin(struct scene *scene)
{
	int fds[2];
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, fds), 0);
	scene->peer = fds[0];
	scene->vpcd = virtual_vpcd_new(fds[1], 1000);
}

static void
end(struct scene *scene)
{
	close(scene->peer);
	virtual_vpcd_free(scene->vpcd);
}

static void
say(struct scene *scene, const char *bytes, size_t len)
{
	assert_int_equal(write(scene->peer, bytes, len), (ssize_t)len);
}

static void
hear(struct scene *scene, const char *bytes, size_t len)
{
	char room[64];
	assert_int_equal(recv(scene->peer, room, len, MSG_WAITALL | MSG_DONTWAIT), (ssize_t)len);
	assert_memory_equal(room, bytes, len);
}

static void
is_ready_with_its_atr_and_carries_apdus(void **state)
{
	struct scene scene;
	uint8_t room[64];
	struct buffer response = buffer_into(room, sizeof(room));
	const struct span command = { (const uint8_t *)"\0\xA4\4\0", 4 };
	(void)state;
	begin(&scene);
	hear(&scene, "\0\1\1\0\1\4", 6);
	assert_int_equal(virtual_vpcd_receive(scene.vpcd, 1001), VIRTUAL_VPCD_WAKING);
	say(&scene, "\0\3\x3B", 3);
	assert_int_equal(virtual_vpcd_receive(scene.vpcd, 1002), VIRTUAL_VPCD_WAKING);
	say(&scene, "\1\2", 2);
	assert_int_equal(virtual_vpcd_receive(scene.vpcd, 1003), VIRTUAL_VPCD_READY);
	const struct virtual_card card = virtual_vpcd_card(scene.vpcd);
	assert_true(card.ops->start(card.self, command, 2000));
	hear(&scene, "\0\4\0\xA4\4\0", 6);
	assert_int_equal(card.ops->poll(card.self, &response, 2001), VIRTUAL_CARD_BUSY);
	say(&scene, "\0\2\x90\0", 4);
	assert_int_equal(card.ops->poll(card.self, &response, 2002), VIRTUAL_CARD_READY);
	assert_int_equal(response.len, 2);
	assert_false(card.ops->start(card.self, (struct span){ (const uint8_t *)"\0", 1 }, 2003)); /* would be an order */
	close(scene.peer);
	scene.peer = -1;
	assert_int_equal(virtual_vpcd_receive(scene.vpcd, 2004), VIRTUAL_VPCD_LOST);
	end(&scene);
}

static void
is_lost_when_it_is_late_or_talks_out_of_turn(void **state)
{
	struct scene scene;
	uint8_t room[64];
	struct buffer response = buffer_into(room, sizeof(room));
	(void)state;
	begin(&scene);
	assert_int_equal(virtual_vpcd_receive(scene.vpcd, 1000 + VIRTUAL_VPCD_ATR_MS), VIRTUAL_VPCD_LOST);
	end(&scene);
	begin(&scene);
	say(&scene, "\0\1\x3B", 3); /* no ATR is so short */
	assert_int_equal(virtual_vpcd_receive(scene.vpcd, 1001), VIRTUAL_VPCD_LOST);
	end(&scene);
	begin(&scene);
	say(&scene, "\0\2\x3B\0\0\2\x90\0", 8); /* an answer nobody asked for */
	assert_int_equal(virtual_vpcd_receive(scene.vpcd, 1001), VIRTUAL_VPCD_READY);
	assert_int_equal(virtual_vpcd_receive(scene.vpcd, 1001), VIRTUAL_VPCD_LOST);
	end(&scene);
	begin(&scene);
	say(&scene, "\0\2\x3B\0", 4);
	assert_int_equal(virtual_vpcd_receive(scene.vpcd, 1001), VIRTUAL_VPCD_READY);
	const struct virtual_card card = virtual_vpcd_card(scene.vpcd);
	assert_true(card.ops->start(card.self, (struct span){ (const uint8_t *)"\0\1\2\3", 4 }, 2000));
	assert_int_equal(card.ops->poll(card.self, &response, 2000 + VIRTUAL_VPCD_APDU_MS), VIRTUAL_CARD_MUTE);
	end(&scene);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(is_ready_with_its_atr_and_carries_apdus),
		cmocka_unit_test(is_lost_when_it_is_late_or_talks_out_of_turn),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
