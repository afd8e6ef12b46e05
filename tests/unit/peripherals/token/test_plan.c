/* The plan's table, over every fact that its rows name. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kiosk/base/file.h"
#include "peripherals/token/plan.h"
#include "tests/support/check.h"

#define HAS(facts, fact) (((facts)&1u << PLAN_##fact) != 0)

/* What a step needs, in facts: whatever else holds. */
static bool
may_step(uint32_t facts, enum token_step step)
{
	if (!HAS(facts, INSERTED) || !HAS(facts, BRAND))
		return false;
	if (step == TOKEN_STEP_READ)
		return true;
	if (!HAS(facts, READ) || !HAS(facts, SERIAL) || !HAS(facts, OPEN) || HAS(facts, RECORD_BROKEN) ||
		(HAS(facts, RECORDED) && !HAS(facts, LINE)))
		return false;
	if (step == TOKEN_STEP_BLANK)
		return HAS(facts, ENDED) && HAS(facts, RECORDED);
	if (HAS(facts, ENDED) || HAS(facts, STAGE_VOID) || HAS(facts, FAILED) || HAS(facts, PIN_LOCKED) ||
		HAS(facts, PUK_LOCKED))
		return false;
	const bool key = HAS(facts, TAKEN) && HAS(facts, KEY_KNOWN) && (!HAS(facts, KEY_KEPT) || HAS(facts, KEY_SAME));
	switch (step) {
	case TOKEN_STEP_TAKE_OVER:
		return !HAS(facts, TAKEN) && (HAS(facts, RECORDED) || (!HAS(facts, WRITTEN) && !HAS(facts, KEY_THERE)));
	case TOKEN_STEP_GENERATE:
		return HAS(facts, TAKEN) && !HAS(facts, KEY_KNOWN) && !HAS(facts, KEY_KEPT);
	case TOKEN_STEP_SIGN_REQUEST:
		return key && !HAS(facts, REQUEST);
	case TOKEN_STEP_WRITE_CERTIFICATE:
		return key && HAS(facts, REQUEST) && HAS(facts, CERTIFICATE) && HAS(facts, CERTIFICATE_WELL);
	case TOKEN_STEP_PROVE:
		return key && HAS(facts, WRITTEN_SAME) && !HAS(facts, HANDING);
	case TOKEN_STEP_HAND_OVER:
		return key && HAS(facts, PROVED) && HAS(facts, HAND_OVER);
	case TOKEN_STEP_READ:
	case TOKEN_STEP_BLANK:
	case TOKEN_STEPS:
		break;
	}
	return false;
}

static void
every_step_has_what_it_needs_whatever_holds(void **state)
{
	bool used[64] = { false };
	(void)state;
	for (uint32_t facts = 0; facts < 1u << PLAN_FACTS; facts += 1) {
		const struct plan_row *row = plan_find(facts);
		used[row - plan_rows] = true;
		if (row->next.answer == PLAN_STEP && !may_step(facts, row->next.step))
			fail_msg("facts %08X: %s", facts, token_step_name(row->next.step));
		if (row->next.answer == PLAN_DONE && !HAS(facts, DELIVERED) && !HAS(facts, ENDED))
			fail_msg("facts %08X: done", facts);
	}
	for (size_t i = 0; i < plan_row_count; i++)
		if (!used[i])
			fail_msg("row %zu is never reached", i + 1);
}

static void
the_table_is_the_golden_one(void **state)
{
	char *text = NULL;
	size_t len = 0;
	struct file_bytes golden = { 0 };
	struct error err = { 0 };
	const char *path = TEST_SOURCE_DIR "/tests/golden/token_plan.txt";
	(void)state;
	FILE *memory = open_memstream(&text, &len);
	assert_non_null(memory);
	plan_print(memory);
	assert_int_equal(fclose(memory), 0);
	if (getenv("GOLDEN_WRITE") != NULL)
		assert_true(file_write(path, (struct span){ (uint8_t *)text, len }, 0644, &err));
	assert_true(file_read(path, 1u << 20, &golden, &err));
	assert_string_equal(text, (const char *)golden.at);
	file_free(&golden);
	free(text);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_step_has_what_it_needs_whatever_holds),
		cmocka_unit_test(the_table_is_the_golden_one),
	};
	return cmocka_run_group_tests_name("plan", tests, NULL, NULL);
}
