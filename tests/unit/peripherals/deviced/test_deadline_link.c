#include <stdlib.h>

#include "kiosk/base/clock.h"
#include "peripherals/deviced/deadline_link.h"
#include "tests/support/check.h"

/* A port that notes how long it may take and has nothing to say. */
struct patient {
	unsigned writes, timeout_ms;
};

static bool
patient_write(void *ptr, struct span out, unsigned timeout_ms, struct error *err)
{
	struct patient *self = ptr;
	(void)out;
	self->writes++;
	self->timeout_ms = timeout_ms;
	return error_set(err, ERROR_SYSTEM, "not today");
}

static bool
patient_read(void *ptr, uint8_t *in, size_t cap, size_t *len, unsigned timeout_ms, struct error *err)
{
	(void)ptr, (void)in, (void)cap, (void)len, (void)timeout_ms;
	return error_set(err, ERROR_SYSTEM, "not today");
}

static void
patient_close(void *ptr)
{
	(void)ptr;
}

static void
gives_what_is_left_and_nothing_after_the_end(void **state)
{
	static const struct port_ops ops = { patient_write, patient_read, patient_close };
	static const struct usb_facts_ccid facts = { .slots = 1, .message = 300, .level = USB_FACTS_EXTENDED_APDU };
	static const uint8_t command[4] = { 0 };
	struct patient patient = { 0 };
	struct ccid reader;
	struct error err;
	uint8_t bytes[64];
	struct buffer response = buffer_into(bytes, sizeof(bytes));
	(void)state;
	assert_true(ccid_init(&reader, (struct port){ &ops, &patient }, &facts, &err));
	struct ccid_link slot = { &reader, 0, 60000 };
	struct deadline_link timed = { &slot, clock_monotonic_ms() + 500 };
	const struct link link = deadline_link(&timed);
	assert_false(link.ops->transmit(link.self, (struct span){ command, 4 }, &response, &err));
	assert_int_equal(err.kind, ERROR_SYSTEM);
	assert_true(patient.timeout_ms > 300 && patient.timeout_ms <= 500);
	timed.until_ms = clock_monotonic_ms();
	assert_false(link.ops->transmit(link.self, (struct span){ command, 4 }, &response, &err));
	assert_int_equal(err.kind, ERROR_TIMEOUT);
	assert_int_equal(patient.writes, 1);
	link.ops->close(link.self);
	ccid_finish(&reader);
}

int
main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(gives_what_is_left_and_nothing_after_the_end) };
	return cmocka_run_group_tests_name("deadline link", tests, NULL, NULL);
}
