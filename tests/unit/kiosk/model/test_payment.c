#include <string.h>

#include "kiosk/model/payment.h"
#include "tests/support/check.h"

static const struct catalogue_method cash = { .id = "cash" };
static const struct catalogue_method eps = {
	.id = "eps", .reference = true, .reference_least = 6, .reference_most = 12
};
static const struct catalogue_method cheque = {
	.id = "cheque", .reference = true, .reference_least = 6, .reference_most = 24
};
static const struct money total = { 8800 };

static void
gives_change_for_cash(void **state)
{
	(void)state;
	struct payment payment = { 0 };
	assert_int_equal(payment_left(&payment, total).minor, 8800);
	assert_int_equal(payment_take(&payment, total, &cash, (struct money){ 10000 }, NULL), PAYMENT_OK);
	assert_int_equal(payment_paid(&payment).minor, 8800);
	assert_int_equal(payment_left(&payment, total).minor, 0);
	assert_int_equal(payment_change(&payment).minor, 1200);
	assert_int_equal(payment_take(&payment, total, &cash, (struct money){ 100 }, NULL), PAYMENT_OVER);
}

static void
splits_a_total_over_tenders(void **state)
{
	(void)state;
	struct payment payment = { 0 };
	assert_int_equal(payment_take(&payment, total, &eps, (struct money){ 5000 }, " 123456 "), PAYMENT_OK);
	assert_string_equal(payment.tenders[0].reference, "123456");
	assert_int_equal(payment_take(&payment, total, &cash, (struct money){ 2000 }, "ignored"), PAYMENT_OK);
	assert_string_equal(payment.tenders[1].reference, "");
	assert_int_equal(payment_left(&payment, total).minor, 1800);
	assert_int_equal(payment_take(&payment, total, &cash, (struct money){ 2000 }, NULL), PAYMENT_OK);
	assert_int_equal(payment_change(&payment).minor, 200);
	payment_remove(&payment, 0);
	assert_int_equal(payment.count, 2);
	assert_string_equal(payment.tenders[0].method, "cash");
	assert_int_equal(payment_left(&payment, total).minor, 5000);
	payment_remove(&payment, 2);
	assert_int_equal(payment.count, 2);
}

static void
refuses_what_cannot_be_right(void **state)
{
	(void)state;
	static const struct {
		const struct catalogue_method *method;
		int64_t minor;
		const char *reference;
		enum payment_fault fault;
	} cases[] = { { NULL, 8800, "", PAYMENT_NOT_ACCEPTED }, { &cash, 0, "", PAYMENT_NOTHING },
		{ &cash, -100, "", PAYMENT_NOTHING }, { &cash, 8805, "", PAYMENT_NOT_CASH },
		{ &cash, 1000010, "", PAYMENT_ABSURD }, { &cash, 1000000, "", PAYMENT_OK },
		{ &cash, INT64_MAX / 10 * 10, "", PAYMENT_ABSURD }, { &eps, 8801, "123456", PAYMENT_OVER },
		{ &eps, INT64_MAX, "123456", PAYMENT_OVER }, { &eps, 8800, NULL, PAYMENT_NO_REFERENCE },
		{ &eps, 8800, "", PAYMENT_NO_REFERENCE }, { &eps, 8800, "12345", PAYMENT_NO_REFERENCE },
		{ &eps, 8800, "1234567890123", PAYMENT_NO_REFERENCE }, { &eps, 8800, "12345é", PAYMENT_NO_REFERENCE },
		{ &eps, 8800, "12345;", PAYMENT_NO_REFERENCE }, { &eps, 8800, "12345\x07", PAYMENT_NO_REFERENCE },
		{ &cheque, 8800, "123456 HSBC", PAYMENT_OK }, { &cheque, 8800, "4111111111111111", PAYMENT_CARD_NUMBER },
		{ &cheque, 8800, "4111 1111-1111 1111", PAYMENT_CARD_NUMBER },
		{ &cheque, 8800, "VISA 4111111111111111", PAYMENT_CARD_NUMBER },
		{ &cheque, 8800, "4111111111111112", PAYMENT_OK }, { &eps, 8800, "411111111111", PAYMENT_OK } };
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct payment payment = { 0 };
		enum payment_fault fault =
			payment_take(&payment, total, cases[i].method, (struct money){ cases[i].minor }, cases[i].reference);
		if (fault != cases[i].fault)
			fail_msg("case %zu gives %d", i + 1, fault);
		assert_int_equal(payment.count, fault == PAYMENT_OK ? 1 : 0);
	}
}

static void
refuses_the_same_slip_twice_and_a_fourth_tender_that_is_not_the_last(void **state)
{
	(void)state;
	struct payment payment = { 0 };
	assert_int_equal(payment_take(&payment, total, &eps, (struct money){ 1000 }, "123456"), PAYMENT_OK);
	assert_int_equal(payment_take(&payment, total, &eps, (struct money){ 1000 }, "123456"), PAYMENT_REPEATED);
	assert_int_equal(payment_take(&payment, total, &cheque, (struct money){ 1000 }, "123456"), PAYMENT_OK);
	assert_int_equal(payment_take(&payment, total, &cash, (struct money){ 1000 }, NULL), PAYMENT_OK);
	const struct money left = payment_left(&payment, total);
	assert_int_equal(payment_take(&payment, total, &cash, (struct money){ left.minor - 10 }, NULL), PAYMENT_LAST);
	assert_int_equal(payment_take(&payment, total, &eps, (struct money){ left.minor - 1 }, "654321"), PAYMENT_LAST);
	assert_int_equal(payment.count, 3);
	assert_int_equal(payment_take(&payment, total, &cash, (struct money){ left.minor + 10 }, NULL), PAYMENT_OK);
	assert_int_equal(payment_take(&payment, total, &cash, (struct money){ 1000 }, NULL), PAYMENT_TOO_MANY);
}

/* Fewest pieces for every amount up to 2,000 dollars, found by trying every piece. */
static void
gives_back_the_fewest_pieces(void **state)
{
	(void)state;
	enum { STEPS = 20000 };
	static int fewest[STEPS + 1];
	for (int amount = 1; amount <= STEPS; amount++) {
		fewest[amount] = STEPS;
		for (size_t i = 0; i < PAYMENT_PIECES; i++) {
			int piece = (int)(payment_pieces[i] / 10);
			if (piece <= amount && fewest[amount - piece] + 1 < fewest[amount])
				fewest[amount] = fewest[amount - piece] + 1;
		}
	}
	for (int amount = 0; amount <= STEPS; amount++) {
		int counts[PAYMENT_PIECES], pieces = 0;
		int64_t sum = 0;
		payment_change_pieces((struct money){ amount * 10 }, counts);
		for (size_t i = 0; i < PAYMENT_PIECES; i++) {
			pieces += counts[i];
			sum += counts[i] * payment_pieces[i];
		}
		assert_int_equal(sum, amount * 10);
		assert_int_equal(pieces, fewest[amount]);
	}
}

static void
knows_thirteen_pieces(void **state)
{
	(void)state;
	static const int64_t notes[] = { 1000, 500, 100, 50, 20, 10 };
	static const int64_t coins[] = { 1000, 500, 200, 100, 50, 20, 10 };
	assert_int_equal(sizeof(notes) / sizeof(notes[0]) + sizeof(coins) / sizeof(coins[0]), PAYMENT_PIECES);
	for (size_t i = 0; i < PAYMENT_PIECES; i++) {
		bool coin = i >= 6;
		assert_true(payment_piece_is_coin(i) == coin);
		assert_int_equal(payment_pieces[i], coin ? coins[i - 6] : notes[i] * 100);
		assert_true(money_is_cash((struct money){ payment_pieces[i] }));
	}
}

static void
adds_up_what_was_counted(void **state)
{
	(void)state;
	int64_t counts[PAYMENT_PIECES];
	struct money sum;
	struct error err;
	for (size_t i = 0; i < PAYMENT_PIECES; i++)
		counts[i] = 1;
	assert_true(payment_count(counts, &sum, &err));
	assert_int_equal(sum.minor, 168000 + 1880);
	counts[3] = -1;
	assert_false(payment_count(counts, &sum, &err));
	counts[3] = 100001;
	assert_false(payment_count(counts, &sum, &err));
	assert_int_equal(err.kind, ERROR_INVALID);
	counts[3] = 100000;
	assert_true(payment_count(counts, &sum, &err));
}

int
main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(gives_change_for_cash),
		cmocka_unit_test(splits_a_total_over_tenders), cmocka_unit_test(refuses_what_cannot_be_right),
		cmocka_unit_test(refuses_the_same_slip_twice_and_a_fourth_tender_that_is_not_the_last),
		cmocka_unit_test(gives_back_the_fewest_pieces), cmocka_unit_test(knows_thirteen_pieces),
		cmocka_unit_test(adds_up_what_was_counted) };
	return cmocka_run_group_tests(tests, NULL, NULL);
}
