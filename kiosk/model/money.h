#pragma once
/* Hong Kong dollars as whole cents. Arithmetic is checked; there is no other way to add money. */
#include <stdint.h>

#include "kiosk/base/attr.h"
#include "kiosk/base/error.h"

#define MONEY_TEXT 32u            /* bytes for any formatted amount, NUL included */
#define MONEY_MOST 100000000000ll /* cents; one billion dollars, far over any till */

struct money {
	int64_t minor; /* cents */
};

/* ERROR_FULL when the result is outside +-MONEY_MOST. */
NODISCARD bool money_add(struct money a, struct money b, struct money *out, struct error *err);
NODISCARD bool money_subtract(struct money a, struct money b, struct money *out, struct error *err);
NODISCARD bool money_times(struct money unit, int64_t quantity, struct money *out, struct error *err);
int money_compare(struct money a, struct money b); /* <0, 0, >0 */

/* What a person or a file wrote: "48", "48.5", "1,000.00". ERROR_INVALID for a sign, a third decimal, other characters
 * or nothing; ERROR_FULL over MONEY_MOST. */
NODISCARD bool money_parse(const char *text, struct money *out, struct error *err);
/* "1,048.00", "-10.00" with U+2212 for the minus. */
void money_format(struct money amount, char out[static MONEY_TEXT]);
/* "1048.00": for JSON, CSV and tests; ASCII minus, no grouping. */
void money_plain(struct money amount, char out[static MONEY_TEXT]);
/* The smallest coin is 10 cents: cash must be a multiple. */
bool money_is_cash(struct money amount);
