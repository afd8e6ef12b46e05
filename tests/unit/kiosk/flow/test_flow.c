#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kiosk/base/file.h"
#include "kiosk/flow/flow.h"
#include "tests/support/check.h"

/* Which states can be reached from `from`. EVENT_UNLOCKED leads back to any state that can be locked. */
static void
reach(enum flow_state from, bool reached[FLOW_STATES])
{
	if (reached[from])
		return;
	reached[from] = true;
	for (size_t i = 0; i < flow_step_count; i++)
		if (flow_steps[i].from == from)
			reach(flow_steps[i].to, reached);
}

static void
every_state_is_reachable(void **state)
{
	bool reached[FLOW_STATES] = { false };
	(void)state;
	reach(FLOW_UNPROVISIONED, reached);
	for (int i = 0; i < FLOW_STATES; i++)
		if (!reached[i])
			fail_msg("%s is never reached", flow_state_name((enum flow_state)i));
}

static void
every_state_leads_home_or_to_sign_in(void **state)
{
	(void)state;
	for (int i = 0; i < FLOW_STATES; i++) {
		bool reached[FLOW_STATES] = { false }, leaves = false;
		reach((enum flow_state)i, reached);
		for (size_t n = 0; n < flow_step_count; n++)
			leaves = leaves || (flow_steps[n].from == (enum flow_state)i && flow_steps[n].to != (enum flow_state)i);
		assert_true(leaves);
		assert_true(reached[FLOW_HOME] && reached[FLOW_SIGN_IN]);
	}
}

static void
no_pair_stands_twice(void **state)
{
	(void)state;
	for (size_t i = 0; i < flow_step_count; i++)
		for (size_t n = i + 1; n < flow_step_count; n++)
			if (flow_steps[i].from == flow_steps[n].from && flow_steps[i].on == flow_steps[n].on)
				fail_msg(
					"%s on %s stands twice", flow_state_name(flow_steps[i].from), flow_event_name(flow_steps[i].on));
}

static void
every_event_means_something_somewhere(void **state)
{
	(void)state;
	for (int event = 0; event < FLOW_EVENTS; event++) {
		bool there = false;
		for (size_t i = 0; i < flow_step_count; i++)
			there = there || flow_steps[i].on == (enum flow_event)event;
		if (!there)
			fail_msg("%s means nothing anywhere", flow_event_name((enum flow_event)event));
	}
}

static void
a_commit_comes_only_from_check_on_accept(void **state)
{
	size_t commits = 0;
	(void)state;
	for (size_t i = 0; i < flow_step_count; i++) {
		const struct flow_step *step = &flow_steps[i];
		assert_int_equal(step->effect == EFFECT_COMMIT, step->on == EVENT_ACCEPT || step->on == EVENT_ACCEPT_TOKEN);
		if (step->effect != EFFECT_COMMIT)
			continue;
		commits++;
		assert_int_equal(step->from, FLOW_CHECK);
		assert_int_equal(step->to, step->on == EVENT_ACCEPT ? FLOW_HAND_OVER : FLOW_RELEASE);
	}
	assert_int_equal(commits, 2);
}

static bool
holds_case(enum flow_state state)
{
	return state >= FLOW_IDENTITY && state <= FLOW_CHECK;
}

/* Whoever leaves a case has kept, dropped or committed it. */
static void
no_case_is_left_without_an_effect(void **state)
{
	(void)state;
	for (size_t i = 0; i < flow_step_count; i++) {
		const struct flow_step *step = &flow_steps[i];
		if (holds_case(step->from))
			assert_int_not_equal(step->effect, EFFECT_NONE);
		if (holds_case(step->to) && !holds_case(step->from))
			assert_true(step->effect == EFFECT_BEGIN || step->effect == EFFECT_LOAD);
		if (step->on == EVENT_SIGN_OUT)
			assert_int_equal(step->effect, EFFECT_LEAVE);
	}
}

/* No token is written for a case that nobody released, and no applicant chooses a PIN for one that is not written. */
static void
a_token_is_written_after_a_release_and_handed_over_after_that(void **state)
{
	(void)state;
	for (size_t i = 0; i < flow_step_count; i++) {
		const struct flow_step *step = &flow_steps[i];
		if (step->to == FLOW_TOKEN)
			assert_true(step->effect == EFFECT_RELEASE || step->effect == EFFECT_REOPEN);
		if (step->effect == EFFECT_RELEASE)
			assert_true(step->from == FLOW_RELEASE && step->on == EVENT_RELEASED);
		if (step->to == FLOW_PIN)
			assert_true(step->from == FLOW_TOKEN || step->effect == EFFECT_REOPEN);
		if (step->from == FLOW_PIN && step->to == FLOW_HAND_OVER)
			assert_true(step->on == EVENT_DELIVERED || step->effect == EFFECT_BAG);
	}
}

static void
unlocking_leads_back_to_where_it_was(void **state)
{
	const struct flow_step *step = flow_find(FLOW_LOCKED, EVENT_UNLOCKED);
	(void)state;
	assert_non_null(step);
	assert_int_equal(flow_resume(step, FLOW_PAYMENT), FLOW_PAYMENT);
	step = flow_find(FLOW_HOME, EVENT_NEW);
	assert_int_equal(flow_resume(step, FLOW_PAYMENT), FLOW_PRODUCT);
	assert_null(flow_find(FLOW_HOME, EVENT_ACCEPT));
}

static void
the_graph_is_the_golden_one(void **state)
{
	char *text = NULL;
	size_t len = 0;
	struct file_bytes golden = { 0 };
	struct error err = { 0 };
	(void)state;
	FILE *memory = open_memstream(&text, &len);
	assert_non_null(memory);
	flow_print(memory);
	assert_int_equal(fclose(memory), 0);
	if (getenv("GOLDEN_WRITE") != NULL)
		assert_true(
			file_write(TEST_SOURCE_DIR "/tests/golden/flow.dot", (struct span){ (uint8_t *)text, len }, 0644, &err));
	assert_true(file_read(TEST_SOURCE_DIR "/tests/golden/flow.dot", 1u << 20, &golden, &err));
	assert_string_equal(text, (const char *)golden.at);
	file_free(&golden);
	free(text);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_state_is_reachable),
		cmocka_unit_test(every_state_leads_home_or_to_sign_in),
		cmocka_unit_test(no_pair_stands_twice),
		cmocka_unit_test(every_event_means_something_somewhere),
		cmocka_unit_test(a_commit_comes_only_from_check_on_accept),
		cmocka_unit_test(no_case_is_left_without_an_effect),
		cmocka_unit_test(a_token_is_written_after_a_release_and_handed_over_after_that),
		cmocka_unit_test(unlocking_leads_back_to_where_it_was),
		cmocka_unit_test(the_graph_is_the_golden_one),
	};
	return cmocka_run_group_tests_name("flow", tests, NULL, NULL);
}
