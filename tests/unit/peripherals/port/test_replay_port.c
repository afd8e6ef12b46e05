#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "peripherals/port/record_port.h"
#include "peripherals/port/replay_port.h"
#include "tests/support/check.h"

static const uint8_t asked[] = { 0x62, 0x00, 0xFF };

static bool
write_asked(struct port port, size_t len, struct error *err)
{
	return port.ops->write(port.self, (struct span){ asked, len }, 100, err);
}

static bool
read_into(struct port port, uint8_t *in, size_t cap, size_t *len, struct error *err)
{
	return port.ops->read(port.self, in, cap, len, 100, err);
}

static void
plays_what_was_recorded(void **state)
{
	struct replay_port replay = replay_port_over("# a reader\n\n> 6200 ff\n<80 01\r\n<\n! timeout\n! gone\n! system\n");
	const struct port port = replay_port(&replay);
	struct error err;
	uint8_t in[4];
	size_t len = 9;
	(void)state;
	assert_true(write_asked(port, 3, &err));
	assert_true(read_into(port, in, sizeof(in), &len, &err));
	assert_int_equal(len, 2);
	assert_int_equal(in[1], 1);
	assert_true(read_into(port, in, sizeof(in), &len, &err));
	assert_int_equal(len, 0);
	static const enum error_kind ends[] = { ERROR_TIMEOUT, ERROR_GONE, ERROR_SYSTEM };
	for (size_t i = 0; i < 3; i++) {
		assert_false(replay_port_done(&replay));
		assert_false(read_into(port, in, sizeof(in), &len, &err));
		assert_int_equal(err.kind, ends[i]);
	}
	assert_true(replay_port_done(&replay));
	assert_false(read_into(port, in, sizeof(in), &len, &err));
	assert_int_equal(err.kind, ERROR_GONE);
	assert_false(write_asked(port, 3, &err));
	assert_int_equal(err.kind, ERROR_GONE);
	port.ops->close(port.self);
}

static void
refuses_what_was_not_recorded(void **state)
{
	static const char *const other[] = { "> 6200", "> 6200FE", "> 6200FF00", "< 6200FF", "> 62x0FF", "> 6200FFF",
		"hello" };
	struct error err;
	uint8_t in[2];
	size_t len;
	(void)state;
	for (size_t i = 0; i < sizeof(other) / sizeof(other[0]); i++) {
		struct replay_port replay = replay_port_over(other[i]);
		assert_false(write_asked(replay_port(&replay), 3, &err));
		assert_int_equal(err.kind, ERROR_INVALID);
	}
	static const char *const unread[] = { "> 62", "< 010203", "< 0", "< zz", "! no such", "!" };
	for (size_t i = 0; i < sizeof(unread) / sizeof(unread[0]); i++) {
		struct replay_port replay = replay_port_over(unread[i]);
		assert_false(read_into(replay_port(&replay), in, sizeof(in), &len, &err));
		assert_int_equal(err.kind, ERROR_INVALID);
	}
}

static void
passes_over_writes_when_told(void **state)
{
	struct replay_port replay = replay_port_over("> 01\n> 02\n< 03\n");
	const struct port port = replay_port(&replay);
	struct error err;
	uint8_t in[2];
	size_t len;
	(void)state;
	replay.skips_writes = true;
	assert_true(write_asked(port, 3, &err));
	assert_true(read_into(port, in, sizeof(in), &len, &err));
	assert_int_equal(in[0], 3);
}

static void
records_what_it_can_play(void **state)
{
	static const char text[] = "> 6200FF\n< 8001\n< \n! timeout\n! gone\n! system\n";
	struct replay_port replay = replay_port_over(text);
	char *made = NULL;
	size_t made_len = 0;
	FILE *out = open_memstream(&made, &made_len);
	struct record_port record = { .inner = replay_port(&replay), .out = out };
	const struct port port = record_port(&record);
	struct error err;
	uint8_t in[4];
	size_t len;
	(void)state;
	assert_non_null(out);
	assert_true(write_asked(port, 3, &err));
	assert_true(read_into(port, in, sizeof(in), &len, &err));
	assert_true(read_into(port, in, sizeof(in), &len, &err));
	for (unsigned i = 0; i < 3; i++)
		assert_false(read_into(port, in, sizeof(in), &len, &err));
	port.ops->close(port.self);
	assert_int_equal(fclose(out), 0);
	assert_string_equal(made, text);
	free(made);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(plays_what_was_recorded),
		cmocka_unit_test(refuses_what_was_not_recorded),
		cmocka_unit_test(passes_over_writes_when_told),
		cmocka_unit_test(records_what_it_can_play),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
