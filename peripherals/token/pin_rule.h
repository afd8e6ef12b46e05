#pragma once
/*
 * What a PIN for a token must be (SP 800-73-4 part 2, 2.4.3; SP 800-63B, 5.1.1.2): six to eight digits, and none that
 * is tried first. The window asks it before a PIN is sent, deviced before it is used. A birth date is not asked: the
 * holder's is not known where the PIN is.
 */
#include "kiosk/base/span.h"

#define PIN_RULE_LEAST 6u /* digits */
#define PIN_RULE_MOST  8u

enum pin_rule {
	PIN_RULE_WELL,
	PIN_RULE_SHORT,
	PIN_RULE_LONG,
	PIN_RULE_DIGITS, /* something that is no digit */
	PIN_RULE_SAME,   /* one digit only: 777777 */
	PIN_RULE_RUN,    /* up or down by one, 0 next to 9: 456789, 210987 */
	PIN_RULE_GROUPS, /* one group of two, three or four digits again and again: 121212, 123123, 12341234 */
	PIN_RULES
};

/* The first rule that the PIN breaks. Which digits it has does not show in the time that this takes, but for the rule
 * that it breaks. */
enum pin_rule pin_rule_check(struct span pin);
/* English words; never NULL. */
const char *pin_rule_words(enum pin_rule rule);
