#include "kiosk/model/money.h"

#include <inttypes.h>
#include <stddef.h>

#include "kiosk/base/text.h"

#define CENTS      100
#define LEAST_COIN 10
#define GROUP      3
#define MINUS      "\xe2\x88\x92"

/* What is left to read of an amount that someone wrote. */
struct reading {
	const char *at;
	int64_t value;
	int digits; /* of the run just read */
};

static bool
in_range(int64_t minor)
{
	return minor >= -MONEY_MOST && minor <= MONEY_MOST;
}

static bool
keep(int64_t minor, struct money *out, struct error *err)
{
	if (!in_range(minor))
		return error_set(err, ERROR_FULL, "amount of money over the bound");
	*out = (struct money){ minor };
	return true;
}

bool
money_add(struct money a, struct money b, struct money *out, struct error *err)
{
	if (!in_range(a.minor) || !in_range(b.minor))
		return error_set(err, ERROR_FULL, "amount of money over the bound");
	return keep(a.minor + b.minor, out, err);
}

bool
money_subtract(struct money a, struct money b, struct money *out, struct error *err)
{
	if (!in_range(a.minor) || !in_range(b.minor))
		return error_set(err, ERROR_FULL, "amount of money over the bound");
	return keep(a.minor - b.minor, out, err);
}

bool
money_times(struct money unit, int64_t quantity, struct money *out, struct error *err)
{
	int64_t size = unit.minor < 0 ? -(unit.minor + 1) : unit.minor; /* one less than the size of a negative one */
	if (!in_range(unit.minor) || (size > 0 && (quantity > MONEY_MOST / size || quantity < -(MONEY_MOST / size))) ||
		!in_range(quantity))
		return error_set(err, ERROR_FULL, "amount of money over the bound");
	return keep(unit.minor * quantity, out, err);
}

int
money_compare(struct money a, struct money b)
{
	return (a.minor > b.minor) - (a.minor < b.minor);
}

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* One run of digits; stops adding once the value is out of any range, so that it cannot overflow. */
static bool
read_run(struct reading *in)
{
	for (in->digits = 0; is_digit(*in->at); in->at++, in->digits++) {
		if (in->value <= MONEY_MOST)
			in->value = in->value * 10 + (*in->at - '0');
	}
	return in->digits > 0;
}

/* "48", "1,000", "1,000,000"; not "1,00" and not "1000,000". */
static bool
read_whole(struct reading *in)
{
	if (!read_run(in))
		return false;
	if (*in->at == ',' && in->digits > GROUP)
		return false;
	while (*in->at == ',') {
		in->at++;
		if (!read_run(in) || in->digits != GROUP)
			return false;
	}
	return true;
}

/* Nothing, or a point with one or two digits. */
static bool
read_cents(struct reading *in)
{
	if (in->value <= MONEY_MOST)
		in->value *= CENTS;
	if (*in->at == '\0')
		return true;
	if (*in->at != '.' || !is_digit(in->at[1]))
		return false;
	in->value += (in->at[1] - '0') * 10;
	if (in->at[2] == '\0')
		return true;
	if (!is_digit(in->at[2]))
		return false;
	in->value += in->at[2] - '0';
	return in->at[3] == '\0';
}

bool
money_parse(const char *text, struct money *out, struct error *err)
{
	struct reading in = { .at = text };
	if (!read_whole(&in) || !read_cents(&in))
		return error_set(err, ERROR_INVALID, "not an amount of money");
	return keep(in.value, out, err);
}

static void
digits_of(struct money amount, char out[static MONEY_TEXT], bool grouped, const char *minus)
{
	uint64_t size = amount.minor < 0 ? 0 - (uint64_t)amount.minor : (uint64_t)amount.minor;
	uint64_t dollars = size / CENTS;
	char reversed[MONEY_TEXT]; /* 17 digits of the largest int64_t of cents and 5 commas */
	size_t n = 0;
	for (int written = 0; written == 0 || dollars > 0; written++, dollars /= 10) {
		if (grouped && written > 0 && written % GROUP == 0)
			reversed[n++] = ',';
		reversed[n++] = (char)('0' + dollars % 10);
	}
	char whole[MONEY_TEXT];
	for (size_t i = 0; i < n; i++)
		whole[i] = reversed[n - 1 - i];
	whole[n] = '\0';
	(void)text_format(out, MONEY_TEXT, "%s%s.%02" PRIu64, amount.minor < 0 ? minus : "", whole, size % CENTS);
}

void
money_format(struct money amount, char out[static MONEY_TEXT])
{
	digits_of(amount, out, true, MINUS);
}

void
money_plain(struct money amount, char out[static MONEY_TEXT])
{
	digits_of(amount, out, false, "-");
}

bool
money_is_cash(struct money amount)
{
	return amount.minor % LEAST_COIN == 0;
}
