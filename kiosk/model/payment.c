#include "kiosk/model/payment.h"

#include <string.h>

#include "kiosk/base/text.h"

#define FIRST_COIN   6u
#define ABSURD_TIMES 10
#define ABSURD_MINOR 1000000 /* 10,000 dollars */
#define COUNT_MOST   100000
#define CARD_LEAST   13u
#define CARD_MOST    19u
#define CHARACTERS   "-/.# "

const int64_t payment_pieces[PAYMENT_PIECES] = { 100000, 50000, 10000, 5000, 2000, 1000, 1000, 500, 200, 100, 50, 20,
	10 };

bool
payment_piece_is_coin(size_t piece)
{
	return piece >= FIRST_COIN;
}

static bool
is_cash(const char *method)
{
	return strcmp(method, "cash") == 0;
}

struct money
payment_paid(const struct payment *payment)
{
	struct money sum = { 0 };
	for (size_t i = 0; i < payment->count; i++)
		sum.minor += payment->tenders[i].amount.minor; /* four amounts, each within MONEY_MOST */
	return sum;
}

struct money
payment_left(const struct payment *payment, struct money total)
{
	int64_t left = total.minor - payment_paid(payment).minor;
	return (struct money){ left > 0 ? left : 0 };
}

struct money
payment_change(const struct payment *payment)
{
	struct money sum = { 0 };
	for (size_t i = 0; i < payment->count; i++)
		sum.minor += payment->tenders[i].given.minor - payment->tenders[i].amount.minor;
	return sum;
}

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* ISO/IEC 7812-1 annex B. */
static bool
passes_luhn(const char *digits, size_t len)
{
	int sum = 0;
	for (size_t i = 0; i < len; i++) {
		int value = digits[len - 1 - i] - '0';
		if (i % 2 == 1)
			value = value > 4 ? value * 2 - 9 : value * 2;
		sum += value;
	}
	return sum % 10 == 0;
}

/* Looks at each run of digits, blanks and hyphens inside it left out. */
static bool
holds_card_number(const char *reference)
{
	char run[PAYMENT_REFERENCE];
	size_t len = 0;
	for (const char *at = reference;; at++) {
		if (is_digit(*at)) {
			run[len++] = *at;
		} else if (*at != ' ' && *at != '-') {
			if (len >= CARD_LEAST && len <= CARD_MOST && passes_luhn(run, len))
				return true;
			len = 0;
		}
		if (*at == '\0')
			return false;
	}
}

static enum payment_fault
read_reference(const struct catalogue_method *method, const char *typed, char out[static PAYMENT_REFERENCE])
{
	struct error ignored;
	out[0] = '\0';
	if (!method->reference)
		return PAYMENT_OK;
	if (typed == NULL || !text_tidy(typed, out, PAYMENT_REFERENCE, &ignored))
		return PAYMENT_NO_REFERENCE;
	int len = (int)strlen(out);
	if (len == 0 || len < method->reference_least || len > method->reference_most)
		return PAYMENT_NO_REFERENCE;
	for (const char *at = out; *at != '\0'; at++) {
		bool letter = (*at >= 'A' && *at <= 'Z') || (*at >= 'a' && *at <= 'z');
		if (!letter && !is_digit(*at) && strchr(CHARACTERS, *at) == NULL)
			return PAYMENT_NO_REFERENCE;
	}
	return holds_card_number(out) ? PAYMENT_CARD_NUMBER : PAYMENT_OK;
}

static bool
is_repeated(const struct payment *payment, const char *method, const char *reference)
{
	for (size_t i = 0; i < payment->count; i++) {
		const struct payment_tender *tender = &payment->tenders[i];
		if (reference[0] != '\0' && strcmp(tender->method, method) == 0 && strcmp(tender->reference, reference) == 0)
			return true;
	}
	return false;
}

static enum payment_fault
judge_cash(int64_t amount, int64_t left)
{
	if (!money_is_cash((struct money){ amount }))
		return PAYMENT_NOT_CASH;
	if (amount > MONEY_MOST || (amount > ABSURD_MINOR && amount > left * ABSURD_TIMES))
		return PAYMENT_ABSURD;
	return PAYMENT_OK;
}

enum payment_fault
payment_take(struct payment *payment, struct money total, const struct catalogue_method *method, struct money amount,
	const char *reference)
{
	struct payment_tender tender = { .amount = amount, .given = amount };
	struct money left = payment_left(payment, total);
	if (method == NULL || !text_copy(tender.method, sizeof(tender.method), method->id))
		return PAYMENT_NOT_ACCEPTED;
	if (payment->count == PAYMENT_TENDERS)
		return PAYMENT_TOO_MANY;
	if (amount.minor <= 0)
		return PAYMENT_NOTHING;
	bool cash = is_cash(method->id);
	if (left.minor == 0 || (!cash && amount.minor > left.minor))
		return PAYMENT_OVER;
	enum payment_fault fault = cash ? judge_cash(amount.minor, left.minor) : PAYMENT_OK;
	if (fault == PAYMENT_OK && payment->count + 1 == PAYMENT_TENDERS && amount.minor < left.minor)
		fault = PAYMENT_LAST;
	if (fault == PAYMENT_OK)
		fault = read_reference(method, reference, tender.reference);
	if (fault != PAYMENT_OK)
		return fault;
	if (is_repeated(payment, tender.method, tender.reference))
		return PAYMENT_REPEATED;
	if (cash && amount.minor > left.minor)
		tender.amount = left;
	payment->tenders[payment->count++] = tender;
	return PAYMENT_OK;
}

void
payment_remove(struct payment *payment, size_t index)
{
	if (index >= payment->count)
		return;
	payment->count--;
	memmove(
		&payment->tenders[index], &payment->tenders[index + 1], (payment->count - index) * sizeof(payment->tenders[0]));
	payment->tenders[payment->count] = (struct payment_tender){ 0 };
}

/* Taking the largest first is also fewest for these pieces; a test compares it with an exhaustive search. */
void
payment_change_pieces(struct money change, int counts[static PAYMENT_PIECES])
{
	int64_t rest = change.minor > 0 ? change.minor : 0;
	for (size_t i = 0; i < PAYMENT_PIECES; i++) {
		counts[i] = (int)(rest / payment_pieces[i]);
		rest %= payment_pieces[i];
	}
}

bool
payment_count(const int64_t counts[static PAYMENT_PIECES], struct money *out, struct error *err)
{
	struct money sum = { 0 };
	for (size_t i = 0; i < PAYMENT_PIECES; i++) {
		struct money part;
		if (counts[i] < 0 || counts[i] > COUNT_MOST)
			return error_set(err, ERROR_INVALID, "count of pieces out of range");
		if (!money_times((struct money){ payment_pieces[i] }, counts[i], &part, err) ||
			!money_add(sum, part, &sum, err))
			return false;
	}
	*out = sum;
	return true;
}
