/* The CCID reader, message by message. */
#include <string.h>

#include "peripherals/virtual/virtual_reader.h"
#include "tests/support/check.h"

struct slow { /* a card that answers when told to: what it was sent, backwards */
	uint8_t command[4096];
	size_t len;
	bool ready, gone;
};

static bool
slow_reset(void *self, struct buffer *atr)
{
	(void)self;
	buffer_u8(atr, 0x3B);
	buffer_u8(atr, 0x00);
	return true;
}

static void
slow_power_off(void *self)
{
	(void)self;
}

static bool
slow_start(void *self, struct span command, int64_t now_ms)
{
	struct slow *card = self;
	(void)now_ms;
	assert_true(command.len <= sizeof(card->command));
	memcpy(card->command, command.at, command.len);
	card->len = command.len;
	return !card->gone;
}

static enum virtual_card_answer
slow_poll(void *self, struct buffer *response, int64_t now_ms)
{
	struct slow *card = self;
	(void)now_ms;
	if (!card->ready)
		return VIRTUAL_CARD_BUSY;
	for (size_t i = card->len; i-- > 0;)
		buffer_u8(response, card->command[i]);
	return VIRTUAL_CARD_READY;
}

static const struct virtual_card_ops slow_ops = { slow_reset, slow_power_off, slow_start, slow_poll };

struct scene {
	struct slow card;
	struct virtual_reader *reader;
	struct virtual_device *device;
	uint8_t in[8192];
	size_t in_len;
};

static void
begin(struct scene *scene, struct virtual_reader_options options)
{
	memset(scene, 0, sizeof(*scene));
	scene->card.ready = true;
	scene->reader = virtual_reader_new(&options);
	scene->device = virtual_reader_device(scene->reader);
	virtual_reader_insert(scene->reader, (struct virtual_card){ &slow_ops, &scene->card });
	virtual_device_plug(scene->device, true);
}

static void
out(struct scene *scene, struct span bytes)
{
	size_t taken;
	assert_int_equal(virtual_device_out(scene->device, VIRTUAL_READER_OUT, bytes, &taken), VIRTUAL_DEVICE_DONE);
}

static void
tell(struct scene *scene, uint8_t type, uint8_t slot, uint8_t sequence, uint16_t level, struct span data)
{
	static uint8_t room[8192];
	struct buffer message = buffer_into(room, sizeof(room));
	buffer_u8(&message, type);
	buffer_u32le(&message, (uint32_t)data.len);
	buffer_u8(&message, slot);
	buffer_u8(&message, sequence);
	buffer_u8(&message, 0);
	buffer_u16le(&message, level);
	buffer_put(&message, data);
	assert_true(message.ok);
	out(scene, buffer_span(&message));
}

/* Read one message; false: there is none. */
static bool
hear(struct scene *scene, uint8_t endpoint)
{
	struct virtual_device_transfer transfer = { .endpoint = endpoint, .at = scene->in, .cap = sizeof(scene->in) };
	const enum virtual_device_answer answer = virtual_device_in(scene->device, &transfer);
	scene->in_len = transfer.len;
	return answer == VIRTUAL_DEVICE_DONE;
}

static void
expect(struct scene *scene, uint8_t type, uint8_t sequence, uint8_t status, uint8_t error, size_t len)
{
	assert_true(hear(scene, VIRTUAL_READER_IN));
	assert_int_equal(scene->in_len, 10 + len);
	assert_int_equal(scene->in[0], type);
	assert_int_equal(scene->in[1] | scene->in[2] << 8, len);
	assert_int_equal(scene->in[6], sequence);
	assert_int_equal(scene->in[7], status);
	assert_int_equal(scene->in[8], error);
}

static const struct span nothing = { 0 };

static void
power(struct scene *scene)
{
	tell(scene, 0x62, 0, 1, 0, nothing);
	expect(scene, 0x80, 1, 0x00, 0, 2);
}

static void
says_when_a_card_comes_and_goes(void **state)
{
	struct scene scene;
	(void)state;
	begin(&scene, (struct virtual_reader_options){ 0 });
	assert_true(hear(&scene, VIRTUAL_READER_INTERRUPT)); /* there when it was plugged in */
	assert_memory_equal(scene.in, ((const uint8_t[]){ 0x50, 3 }), 2);
	tell(&scene, 0x65, 0, 1, 0, nothing);
	expect(&scene, 0x81, 1, 0x01, 0, 0);
	power(&scene);
	virtual_reader_insert(scene.reader, (struct virtual_card){ 0 });
	assert_true(hear(&scene, VIRTUAL_READER_INTERRUPT));
	assert_memory_equal(scene.in, ((const uint8_t[]){ 0x50, 2 }), 2);
	tell(&scene, 0x65, 0, 2, 0, nothing);
	expect(&scene, 0x81, 2, 0x02, 0, 0);
	tell(&scene, 0x62, 0, 3, 0, nothing);
	expect(&scene, 0x80, 3, 0x42, 0xFE, 0);
	virtual_reader_free(scene.reader);
}

static void
carries_apdus_also_when_a_message_comes_in_pieces(void **state)
{
	struct scene scene;
	const uint8_t message[] = { 0x6F, 3, 0, 0, 0, 0, 9, 0, 0, 0, 1, 2, 3 };
	(void)state;
	begin(&scene, (struct virtual_reader_options){ 0 });
	out(&scene, (struct span){ message, sizeof(message) });
	expect(&scene, 0x80, 9, 0x41, 0xFE, 0); /* no power yet */
	power(&scene);
	for (size_t i = 0; i < sizeof(message); i++) {
		assert_false(hear(&scene, VIRTUAL_READER_IN));
		out(&scene, (struct span){ message + i, 1 });
	}
	expect(&scene, 0x80, 9, 0x00, 0, 3);
	assert_memory_equal(scene.in + 10, ((const uint8_t[]){ 3, 2, 1 }), 3);
	tell(&scene, 0x6F, 1, 4, 0, nothing);
	expect(&scene, 0x80, 4, 0x40, 5, 0); /* one slot only */
	tell(&scene, 0x69, 0, 5, 0, nothing);
	expect(&scene, 0x81, 5, 0x40, 0, 0); /* no PIN pad */
	virtual_reader_free(scene.reader);
}

static void
holds_a_short_level_reader_to_short_apdus(void **state)
{
	static const uint8_t apdu[262] = { 0 };
	struct scene scene;
	(void)state;
	begin(&scene, (struct virtual_reader_options){ .short_apdu = true });
	power(&scene);
	tell(&scene, 0x6F, 0, 1, 0, (struct span){ apdu, 261 });
	expect(&scene, 0x80, 1, 0x00, 0, 261);
	tell(&scene, 0x6F, 0, 2, 0, (struct span){ apdu, 262 });
	expect(&scene, 0x80, 2, 0x40, 1, 0);
	tell(&scene, 0x6F, 0, 3, 1, (struct span){ apdu, 10 });
	expect(&scene, 0x80, 3, 0x40, 8, 0); /* nothing is chained at this level */
	virtual_reader_free(scene.reader);
}

static void
chains_what_is_longer_than_its_messages(void **state)
{
	static uint8_t apdu[600];
	struct scene scene;
	(void)state;
	for (size_t i = 0; i < sizeof(apdu); i++)
		apdu[i] = (uint8_t)(i * 7);
	begin(&scene, (struct virtual_reader_options){ .most_message = 271 });
	power(&scene);
	tell(&scene, 0x6F, 0, 1, 3, (struct span){ apdu, 5 });
	expect(&scene, 0x80, 1, 0x40, 8, 0); /* it never began */
	tell(&scene, 0x6F, 0, 1, 1, (struct span){ apdu, 261 });
	expect(&scene, 0x80, 1, 0x00, 0, 0);
	assert_int_equal(scene.in[9], 0x10);
	tell(&scene, 0x6F, 0, 2, 3, (struct span){ apdu + 261, 261 });
	expect(&scene, 0x80, 2, 0x00, 0, 0);
	tell(&scene, 0x6F, 0, 3, 2, (struct span){ apdu + 522, 78 });
	expect(&scene, 0x80, 3, 0x00, 0, 261);
	assert_int_equal(scene.in[9], 1);
	assert_int_equal(scene.in[10], apdu[599]);
	tell(&scene, 0x6F, 0, 4, 0x10, nothing);
	expect(&scene, 0x80, 4, 0x00, 0, 261);
	assert_int_equal(scene.in[9], 3);
	tell(&scene, 0x6F, 0, 5, 0x10, nothing);
	expect(&scene, 0x80, 5, 0x00, 0, 78);
	assert_int_equal(scene.in[9], 2);
	assert_int_equal(scene.in[10 + 77], apdu[0]);
	tell(&scene, 0x6F, 0, 6, 0x10, nothing);
	expect(&scene, 0x80, 6, 0x40, 8, 0);
	virtual_reader_free(scene.reader);
}

static void
asks_for_time_while_the_card_works(void **state)
{
	struct scene scene;
	const uint8_t apdu[] = { 1, 2, 3, 4 };
	(void)state;
	begin(&scene, (struct virtual_reader_options){ 0 });
	power(&scene);
	scene.card.ready = false;
	virtual_device_tick(scene.device, 1000);
	tell(&scene, 0x6F, 0, 7, 0, (struct span){ apdu, 4 });
	assert_int_equal(virtual_device_tick(scene.device, 1399), 1400);
	assert_false(hear(&scene, VIRTUAL_READER_IN));
	for (int64_t now_ms = 1400; now_ms < 3000; now_ms += 400) {
		virtual_device_tick(scene.device, now_ms);
		expect(&scene, 0x80, 7, 0x80, 1, 0);
	}
	scene.card.ready = true;
	virtual_device_tick(scene.device, 3001);
	expect(&scene, 0x80, 7, 0x00, 0, 4);
	scene.card.ready = false;
	tell(&scene, 0x6F, 0, 8, 0, (struct span){ apdu, 4 });
	virtual_reader_insert(scene.reader, (struct virtual_card){ 0 }); /* taken out at work */
	expect(&scene, 0x80, 8, 0x42, 0xFE, 0);
	virtual_reader_free(scene.reader);
}

static void
breaks_an_answer_on_order_and_then_is_sound_again(void **state)
{
	struct scene scene;
	const uint8_t apdu[] = { 1, 2, 3, 4 };
	(void)state;
	begin(&scene, (struct virtual_reader_options){ 0 });
	power(&scene);
	for (int fault = VIRTUAL_READER_WRONG_SEQUENCE; fault < VIRTUAL_READER_ENDLESS; fault++) {
		uint8_t good[14];
		tell(&scene, 0x6F, 0, 5, 0, (struct span){ apdu, 4 });
		expect(&scene, 0x80, 5, 0x00, 0, 4);
		memcpy(good, scene.in, sizeof(good));
		virtual_reader_break(scene.reader, (enum virtual_reader_fault)fault);
		tell(&scene, 0x6F, 0, 5, 0, (struct span){ apdu, 4 });
		assert_true(hear(&scene, VIRTUAL_READER_IN));
		assert_true(scene.in_len != sizeof(good) || memcmp(good, scene.in, sizeof(good)) != 0);
	}
	virtual_reader_break(scene.reader, VIRTUAL_READER_ENDLESS);
	virtual_device_tick(scene.device, 1000);
	tell(&scene, 0x6F, 0, 6, 0, (struct span){ apdu, 4 });
	for (int64_t now_ms = 1000; now_ms < 100000; now_ms += 400) {
		virtual_device_tick(scene.device, now_ms);
		expect(&scene, 0x80, 6, 0x80, 1, 0);
	}
	virtual_reader_free(scene.reader);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(says_when_a_card_comes_and_goes),
		cmocka_unit_test(carries_apdus_also_when_a_message_comes_in_pieces),
		cmocka_unit_test(holds_a_short_level_reader_to_short_apdus),
		cmocka_unit_test(chains_what_is_longer_than_its_messages),
		cmocka_unit_test(asks_for_time_while_the_card_works),
		cmocka_unit_test(breaks_an_answer_on_order_and_then_is_sound_again),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
