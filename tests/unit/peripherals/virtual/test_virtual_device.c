/* What is true of every device on the bus: packets, zero-length packets, halts, faults, descriptors. */
#include <string.h>

#include "peripherals/virtual/virtual_device.h"
#include "tests/support/check.h"

enum { IN = 0x82, OUT = 0x01, INTERRUPT = 0x83 };

struct echo { /* sends back what it is sent */
	struct virtual_device device;
	bool powered;
};

static bool
echo_control(void *self, const struct virtual_device_setup *setup, struct span out, struct buffer *in)
{
	(void)self;
	buffer_put(in, out);
	buffer_u8(in, setup->request);
	return setup->request != 0xEE;
}

static enum virtual_device_answer
echo_out(void *self, uint8_t endpoint, struct span data, size_t *taken)
{
	struct echo *echo = self;
	(void)endpoint;
	*taken = data.len;
	virtual_device_send(&echo->device, IN, data);
	return VIRTUAL_DEVICE_DONE;
}

static int64_t
echo_tick(void *self, int64_t now_ms)
{
	(void)self;
	(void)now_ms;
	return INT64_MAX;
}

static void
echo_power(void *self, bool on)
{
	((struct echo *)self)->powered = on;
}

static const struct virtual_device_ops echo_ops = { echo_control, echo_out, echo_tick, echo_power };

static void
begin(struct echo *echo)
{
	static const struct virtual_device_endpoint endpoints[] = {
		{ .address = OUT, .most = 64 },
		{ .address = IN, .most = 64 },
		{ .address = INTERRUPT, .most = 8, .interrupt = true },
	};
	const struct virtual_device_identity identity = {
		.vendor = 0x1209, .product = 1, .manufacturer = "M", .name = "Echo", .serial = "S1", .class = 0xFF
	};
	virtual_device_init(&echo->device, &echo_ops, echo, &identity, endpoints, 3);
	virtual_device_plug(&echo->device, true);
}

static void
send(struct echo *echo, size_t len)
{
	static uint8_t bytes[1024];
	size_t taken;
	for (size_t i = 0; i < len; i++)
		bytes[i] = (uint8_t)i;
	assert_int_equal(virtual_device_out(&echo->device, OUT, (struct span){ bytes, len }, &taken), VIRTUAL_DEVICE_DONE);
	assert_int_equal(taken, len);
}

/* What one transfer of `cap` bytes gives: its length, or minus the answer that ended it. */
static int
receive(struct echo *echo, size_t cap)
{
	uint8_t room[1024];
	struct virtual_device_transfer transfer = { .endpoint = IN, .at = room, .cap = cap };
	const enum virtual_device_answer answer = virtual_device_in(&echo->device, &transfer);
	return answer == VIRTUAL_DEVICE_DONE ? (int)transfer.len : -(int)answer;
}

static void
sends_a_message_in_packets_with_a_short_one_at_the_end(void **state)
{
	struct echo echo;
	(void)state;
	begin(&echo);
	send(&echo, 200);
	assert_int_equal(receive(&echo, 1024), 200);
	assert_int_equal(receive(&echo, 1024), -VIRTUAL_DEVICE_WAIT);
	send(&echo, 64);
	assert_int_equal(receive(&echo, 1024), 64); /* the zero-length packet ends it */
	assert_int_equal(receive(&echo, 1024), -VIRTUAL_DEVICE_WAIT);
	send(&echo, 64);
	assert_int_equal(receive(&echo, 64), 64); /* full: the zero-length packet is the next transfer */
	assert_int_equal(receive(&echo, 64), 0);
	assert_int_equal(receive(&echo, 64), -VIRTUAL_DEVICE_WAIT);
	virtual_device_finish(&echo.device);
}

static void
leaves_out_or_adds_zero_length_packets_on_order(void **state)
{
	struct echo echo;
	uint8_t room[1024];
	(void)state;
	begin(&echo);
	echo.device.faults.no_zlp = true;
	send(&echo, 128);
	struct virtual_device_transfer transfer = { .endpoint = IN, .at = room, .cap = sizeof(room) };
	assert_int_equal(virtual_device_in(&echo.device, &transfer), VIRTUAL_DEVICE_WAIT);
	assert_int_equal(transfer.len, 128);
	send(&echo, 3); /* and runs into the next message */
	assert_int_equal(virtual_device_in(&echo.device, &transfer), VIRTUAL_DEVICE_DONE);
	assert_int_equal(transfer.len, 131);
	echo.device.faults = (struct virtual_device_faults){ .extra_zlp = true };
	send(&echo, 10);
	assert_int_equal(receive(&echo, 1024), 10);
	assert_int_equal(receive(&echo, 1024), 0);
	assert_int_equal(receive(&echo, 1024), -VIRTUAL_DEVICE_WAIT);
	virtual_device_finish(&echo.device);
}

static void
overflows_a_transfer_that_is_too_small(void **state)
{
	struct echo echo;
	(void)state;
	begin(&echo);
	send(&echo, 212);
	assert_int_equal(receive(&echo, 100), -VIRTUAL_DEVICE_OVERFLOW);
	virtual_device_finish(&echo.device);
}

static void
babbles_delays_and_is_mute_on_order(void **state)
{
	struct echo echo;
	(void)state;
	begin(&echo);
	echo.device.faults.babble = 5;
	send(&echo, 10);
	send(&echo, 10);
	assert_int_equal(receive(&echo, 1024), 15);
	assert_int_equal(receive(&echo, 1024), 10);
	echo.device.faults.mute = true;
	send(&echo, 10);
	assert_int_equal(receive(&echo, 1024), -VIRTUAL_DEVICE_WAIT);
	echo.device.faults = (struct virtual_device_faults){ .delay_ms = 50 };
	virtual_device_tick(&echo.device, 1000);
	send(&echo, 10);
	assert_int_equal(virtual_device_tick(&echo.device, 1001), 1050);
	assert_int_equal(receive(&echo, 1024), -VIRTUAL_DEVICE_WAIT);
	assert_true(virtual_device_tick(&echo.device, 1050) == INT64_MAX);
	assert_int_equal(receive(&echo, 1024), 10);
	virtual_device_finish(&echo.device);
}

static void
stays_halted_until_cleared(void **state)
{
	struct echo echo;
	struct buffer nothing = buffer_into(NULL, 0);
	const struct virtual_device_setup clear = { .request_type = 0x02, .request = 1, .index = IN };
	(void)state;
	begin(&echo);
	send(&echo, 10);
	virtual_device_halt(&echo.device, IN);
	assert_int_equal(receive(&echo, 64), -VIRTUAL_DEVICE_STALL);
	assert_int_equal(virtual_device_control(&echo.device, &clear, (struct span){ 0 }, &nothing), VIRTUAL_DEVICE_DONE);
	assert_int_equal(receive(&echo, 64), 10);
	assert_false(virtual_device_clear_halt(&echo.device, 0x8F));
	virtual_device_finish(&echo.device);
}

static void
leaves_the_bus_at_the_urb_it_was_told(void **state)
{
	struct echo echo;
	(void)state;
	begin(&echo);
	echo.device.faults.unplug_at = 3;
	assert_true(virtual_device_urb(&echo.device));
	send(&echo, 10);
	assert_true(virtual_device_urb(&echo.device));
	assert_false(virtual_device_urb(&echo.device));
	assert_false(echo.powered);
	assert_int_equal(receive(&echo, 64), -VIRTUAL_DEVICE_GONE);
	virtual_device_plug(&echo.device, true);
	assert_int_equal(receive(&echo, 64), -VIRTUAL_DEVICE_WAIT); /* nothing left of before */
	virtual_device_finish(&echo.device);
}

static void
keeps_no_more_messages_than_its_queue(void **state)
{
	struct echo echo;
	(void)state;
	begin(&echo);
	for (int i = 0; i < VIRTUAL_DEVICE_QUEUE + 10; i++)
		send(&echo, 1);
	for (int i = 0; i < VIRTUAL_DEVICE_QUEUE; i++)
		assert_int_equal(receive(&echo, 64), 1);
	assert_int_equal(receive(&echo, 64), -VIRTUAL_DEVICE_WAIT);
	virtual_device_finish(&echo.device);
}

static int
ask(struct echo *echo, uint8_t type, uint8_t request, uint16_t value, uint16_t length, uint8_t *room)
{
	const struct virtual_device_setup setup = {
		.request_type = type, .request = request, .value = value, .length = length
	};
	struct buffer in = buffer_into(room, 512);
	const enum virtual_device_answer answer = virtual_device_control(&echo->device, &setup, (struct span){ 0 }, &in);
	return answer == VIRTUAL_DEVICE_DONE ? (int)in.len : -(int)answer;
}

static void
answers_standard_requests(void **state)
{
	struct echo echo;
	uint8_t room[512];
	(void)state;
	begin(&echo);
	assert_int_equal(ask(&echo, 0x80, 6, 0x0100, 18, room), 18);
	assert_memory_equal(room, echo.device.descriptors, 18);
	assert_int_equal(ask(&echo, 0x80, 6, 0x0200, 9, room), 9);
	const int total = room[2] | room[3] << 8;
	assert_int_equal(total, 9 + 9 + 3 * 7);
	assert_int_equal(ask(&echo, 0x80, 6, 0x0200, 512, room), total);
	assert_int_equal(ask(&echo, 0x80, 6, 0x0302, 255, room), 2 + 2 * 4);
	assert_memory_equal(room + 2, "E\0c\0h\0o", 8);
	assert_int_equal(ask(&echo, 0x80, 6, 0x0304, 255, room), -VIRTUAL_DEVICE_STALL);
	assert_int_equal(ask(&echo, 0x80, 6, 0x0600, 10, room), -VIRTUAL_DEVICE_STALL);
	assert_int_equal(ask(&echo, 0xA1, 7, 0, 10, room), 1); /* the model's own */
	assert_int_equal(ask(&echo, 0xA1, 0xEE, 0, 10, room), -VIRTUAL_DEVICE_STALL);
	virtual_device_finish(&echo.device);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sends_a_message_in_packets_with_a_short_one_at_the_end),
		cmocka_unit_test(leaves_out_or_adds_zero_length_packets_on_order),
		cmocka_unit_test(overflows_a_transfer_that_is_too_small),
		cmocka_unit_test(babbles_delays_and_is_mute_on_order),
		cmocka_unit_test(stays_halted_until_cleared),
		cmocka_unit_test(leaves_the_bus_at_the_urb_it_was_told),
		cmocka_unit_test(keeps_no_more_messages_than_its_queue),
		cmocka_unit_test(answers_standard_requests),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
