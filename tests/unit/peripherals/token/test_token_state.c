/* The states of a token in stock and the two lists of what may lead where. */
#include "peripherals/token/token_brand.h"
#include "peripherals/token/token_certificate.h"
#include "peripherals/token/token_state.h"
#include "tests/support/check.h"
#include "tests/unit/peripherals/token/support/desk.h"

static bool
may(enum token_state from, enum token_state to)
{
	return token_state_may(from, to, TOKEN_STATE_BY_OPERATOR) || token_state_may(from, to, TOKEN_STATE_BY_OPERATION);
}

static void
nothing_comes_back_from_where_it_must_not(void **state)
{
	(void)state;
	for (unsigned from = 0; from < TOKEN_STATES; from++) {
		assert_false(may((enum token_state)from, (enum token_state)from));
		/* No person says that a token works; only what was carried out on it does. */
		assert_false(token_state_may((enum token_state)from, TOKEN_STATE_READY, TOKEN_STATE_BY_OPERATOR));
		assert_false(token_state_may((enum token_state)from, TOKEN_STATE_DELIVERED, TOKEN_STATE_BY_OPERATOR));
		assert_false(token_state_may((enum token_state)from, TOKEN_STATE_NEW, TOKEN_STATE_BY_OPERATOR));
		assert_false(token_state_may((enum token_state)from, TOKEN_STATE_LOST, TOKEN_STATE_BY_OPERATION));
		if (from != TOKEN_STATE_RESERVED)
			assert_false(may((enum token_state)from, TOKEN_STATE_NEW));
		if (from != TOKEN_STATE_READY)
			assert_false(may((enum token_state)from, TOKEN_STATE_DELIVERED));
	}
	for (unsigned to = 0; to < TOKEN_STATES; to++) {
		assert_int_equal(may(TOKEN_STATE_SPOILED, (enum token_state)to), to == TOKEN_STATE_LOST);
		assert_int_equal(may(TOKEN_STATE_LOST, (enum token_state)to), to == TOKEN_STATE_SPOILED);
	}
	assert_true(token_state_may(TOKEN_STATE_NEW, TOKEN_STATE_RESERVED, TOKEN_STATE_BY_OPERATION));
	assert_true(token_state_may(TOKEN_STATE_READY, TOKEN_STATE_SPOILED, TOKEN_STATE_BY_OPERATOR));
}

/* A whole life: what the token says after each step is where the list of operations lets it go. */
static void
evidence_moves_as_the_list_allows(void **state)
{
	struct desk *desk = desk_new(TOKEN_P256);
	enum token_state at = TOKEN_STATE_NEW;
	unsigned seen = 0;
	(void)state;
	assert_true(desk_step(desk, TOKEN_STEP_READ));
	assert_int_equal(token_state_of(&desk->evidence), TOKEN_STATE_NEW);
	while (!desk->now.delivered) {
		const struct plan_next next = plan_next(&desk->evidence, &desk->now);
		if (next.answer == PLAN_STEP)
			assert_true(desk_step(desk, next.step));
		else
			(void)desk_go_on(desk);
		const enum token_state to = token_state_of(&desk->evidence);
		if (to != at && next.answer == PLAN_STEP) {
			assert_true(token_state_may(at, to, TOKEN_STATE_BY_OPERATION));
			seen++;
		}
		at = to;
	}
	assert_true(seen >= 2);
	assert_int_equal(at, TOKEN_STATE_DELIVERED);
	desk->evidence.pin_left = 0;
	assert_int_equal(token_state_of(&desk->evidence), TOKEN_STATE_SPOILED);
	desk_free(desk);
}

static void
knows_a_brand_by_its_answer_to_reset(void **state)
{
	struct desk *desk = desk_new(TOKEN_P256);
	const struct span atr = virtual_piv_atr(desk->piv);
	uint8_t other[33];
	(void)state;
	const struct token_brand *brand = token_brand_of(atr);
	assert_non_null(brand);
	assert_true(brand->training);
	assert_ptr_equal(brand, token_brand_named("training"));
	assert_null(token_brand_named("Training"));
	for (size_t i = 0; i < atr.len; i++)
		other[i] = atr.at[i];
	other[8] ^= 1;
	other[atr.len - 1] ^= 1; /* its check byte is right */
	assert_null(token_brand_of((struct span){ other, atr.len }));
	assert_null(token_brand_of((struct span){ atr.at, atr.len - 1 }));
	desk_free(desk);
}

static void
asks_a_certificate_for_its_name(void **state)
{
	struct desk *desk = desk_new(TOKEN_P256);
	const int64_t now_ms = desk->job.now_ms;
	(void)state;
	const size_t len = desk_certify(desk, desk->centre, DESK_NAME, -1, 30, desk->certificate);
	const struct span der = { desk->certificate, len };
	assert_int_equal(token_certificate_check(der, (struct span){ 0 }, DESK_NAME, now_ms), TOKEN_VERDICT_NONE);
	assert_int_equal(token_certificate_check(der, (struct span){ 0 }, "CHAN Tai", now_ms), TOKEN_VERDICT_NAME);
	assert_int_equal(token_certificate_check(der, (struct span){ 0 }, NULL, now_ms), TOKEN_VERDICT_NONE);
	assert_int_equal(token_certificate_check((struct span){ der.at, len - 1 }, (struct span){ 0 }, NULL, now_ms),
		TOKEN_VERDICT_CERTIFICATE);
	assert_int_equal(
		token_certificate_check(der, (struct span){ 0 }, NULL, now_ms + 31 * 86400000LL), TOKEN_VERDICT_EXPIRED);
	desk_free(desk);
}

int
main(void)
{
	secret_start();
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_comes_back_from_where_it_must_not),
		cmocka_unit_test(evidence_moves_as_the_list_allows),
		cmocka_unit_test(knows_a_brand_by_its_answer_to_reset),
		cmocka_unit_test(asks_a_certificate_for_its_name),
	};
	return cmocka_run_group_tests_name("token_state", tests, NULL, NULL);
}
