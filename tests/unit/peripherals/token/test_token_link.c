/* The transcript is what evidence.h says that it is. */
#include <string.h>

#include "kiosk/base/digest.h"
#include "peripherals/token/request.h"
#include "peripherals/token/token_link.h"
#include "tests/support/check.h"

/* Answers 9000 with one byte in front, or is gone. */
static bool
answer(void *self, struct span command, struct buffer *response, struct error *err)
{
	const bool *gone = self;
	(void)command;
	if (*gone)
		return error_set(err, ERROR_GONE, "gone");
	buffer_put(response, (struct span){ (const uint8_t *)"\x42\x90\x00", 3 });
	return true;
}

static void
transcribe(struct span command, bool gone, uint8_t hash[static 32])
{
	static const struct link_ops ops = { answer, NULL };
	struct token_link over = token_link_begin((struct link){ &ops, &gone }, NULL, 5);
	uint8_t bytes[16] = { 0xEE };
	struct buffer response = buffer_into(bytes, sizeof(bytes));
	struct error err;
	buffer_u8(&response, 0xEE); /* of an earlier answer; not of this one */
	const struct link link = token_link(&over);
	assert_int_equal(link.ops->transmit(link.self, command, &response, &err), !gone);
	assert_int_equal(over.commands, 1);
	token_link_finish(&over, hash);
}

static void
expect(struct span command, bool gone, struct span transcript)
{
	uint8_t got[32], wanted[32];
	transcribe(command, gone, got);
	digest_sha256(transcript, wanted);
	assert_memory_equal(got, wanted, 32);
}

#define BYTES(text) ((struct span){ (const uint8_t *)(text), sizeof(text) - 1 })

static void
hashes_commands_and_answers(void **state)
{
	(void)state;
	expect(BYTES("\x00\xCB\x3F\xFF\x01\x5C\x00"), false,
		BYTES("C\x00\xCB\x3F\xFF\x03\x00\x00\x00\x01\x5C\x00R\x03\x00\x00\x00\x42\x90\x00"));
	expect(BYTES("\x00\xF8\x00\x00"), true, BYTES("C\x00\xF8\x00\x00\x00\x00\x00\x00X"));
}

static void
leaves_secrets_out(void **state)
{
	(void)state;
	expect(BYTES("\x00\x20\x00\x80\x08"
				 "83520461"),
		false, BYTES("C\x00\x20\x00\x80\x09\x00\x00\x00R\x03\x00\x00\x00\x42\x90\x00"));
	expect(BYTES("\x00\x24\x00\x81\x02zz"), true, BYTES("C\x00\x24\x00\x81\x03\x00\x00\x00X"));
	expect(BYTES("\x00\x2C\x00\x80\x02zz"), true, BYTES("C\x00\x2C\x00\x80\x03\x00\x00\x00X"));
	expect(BYTES("\x00\xFF\xFF\xFF\x02zz"), true, BYTES("C\x00\xFF\xFF\xFF\x03\x00\x00\x00X"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(hashes_commands_and_answers),
		cmocka_unit_test(leaves_secrets_out),
	};
	return cmocka_run_group_tests_name("token_link", tests, NULL, NULL);
}
