#include "peripherals/token/pin_rule.h"

#include <assert.h>
#include <stdbool.h>

static const char *const words[PIN_RULES] = {
	[PIN_RULE_WELL] = "well",
	[PIN_RULE_SHORT] = "fewer than six digits",
	[PIN_RULE_LONG] = "more than eight digits",
	[PIN_RULE_DIGITS] = "not only digits",
	[PIN_RULE_SAME] = "one digit only",
	[PIN_RULE_RUN] = "digits in a row",
	[PIN_RULE_GROUPS] = "one group of digits again and again",
};

static bool
only_digits(struct span pin)
{
	unsigned others = 0;
	for (size_t i = 0; i < pin.len; i++)
		others |= (unsigned)(pin.at[i] - '0') > 9;
	return others == 0;
}

/* Whether each digit is the one before plus `by`, modulo ten. */
static bool
runs_by(struct span pin, unsigned by)
{
	unsigned others = 0;
	for (size_t i = 1; i < pin.len; i++)
		others |= (pin.at[i - 1] - '0' + by) % 10 != (unsigned)(pin.at[i] - '0');
	return others == 0;
}

/* Whether the PIN goes on as it began after `group` digits, at least once as a whole. */
static bool
repeats(struct span pin, size_t group)
{
	unsigned others = 0;
	for (size_t i = group; i < pin.len; i++)
		others |= pin.at[i] ^ pin.at[i - group];
	return others == 0 && pin.len >= 2 * group;
}

enum pin_rule
pin_rule_check(struct span pin)
{
	if (pin.len < PIN_RULE_LEAST)
		return PIN_RULE_SHORT;
	if (pin.len > PIN_RULE_MOST)
		return PIN_RULE_LONG;
	if (!only_digits(pin))
		return PIN_RULE_DIGITS;
	if (runs_by(pin, 0))
		return PIN_RULE_SAME;
	if (runs_by(pin, 1) || runs_by(pin, 9))
		return PIN_RULE_RUN;
	if (repeats(pin, 2) || repeats(pin, 3) || repeats(pin, 4))
		return PIN_RULE_GROUPS;
	return PIN_RULE_WELL;
}

const char *
pin_rule_words(enum pin_rule rule)
{
	assert(rule < PIN_RULES);
	return words[rule];
}
