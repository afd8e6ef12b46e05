#include "kiosk/model/stock.h"

#include <string.h>

#include "kiosk/base/text.h"

#define SERIAL_MOST 24u
#define COUNT(list) (sizeof(list) / sizeof((list)[0]))

static const char *const state_names[STOCK_STATES] = { [STOCK_IN] = "in",
	[STOCK_BOUND] = "bound",
	[STOCK_AWAITING] = "awaiting",
	[STOCK_READY] = "ready",
	[STOCK_GIVEN] = "given",
	[STOCK_SPOILED] = "spoiled",
	[STOCK_LOST] = "lost" };
static const char *const reason_names[STOCK_REASONS] = { [STOCK_REASON_NONE] = "",
	[STOCK_REASON_DAMAGED] = "damaged",
	[STOCK_REASON_LOST] = "lost",
	[STOCK_REASON_NOT_OURS] = "not-ours",
	[STOCK_REASON_LOCKED] = "locked",
	[STOCK_REASON_FAULTY] = "faulty",
	[STOCK_REASON_REJECTED] = "rejected",
	[STOCK_REASON_OTHER] = "other" };
static const char *const kind_names[STOCK_KINDS] = { [STOCK_TOKEN] = "token", [STOCK_ENVELOPE] = "envelope" };

static const struct {
	enum stock_state from, to;
} ways[] = {
	{ STOCK_IN, STOCK_BOUND },
	{ STOCK_BOUND, STOCK_IN }, /* nothing was written to it yet */
	{ STOCK_BOUND, STOCK_AWAITING },
	{ STOCK_BOUND, STOCK_READY },
	{ STOCK_AWAITING, STOCK_READY },
	{ STOCK_READY, STOCK_GIVEN },
	{ STOCK_IN, STOCK_SPOILED },
	{ STOCK_BOUND, STOCK_SPOILED },
	{ STOCK_AWAITING, STOCK_SPOILED },
	{ STOCK_READY, STOCK_SPOILED },
	{ STOCK_LOST, STOCK_SPOILED },
	{ STOCK_IN, STOCK_LOST },
	{ STOCK_BOUND, STOCK_LOST },
	{ STOCK_AWAITING, STOCK_LOST },
	{ STOCK_READY, STOCK_LOST },
};

static size_t
find(const char *const *names, size_t count, const char *name)
{
	size_t i = 0;
	while (i < count && strcmp(names[i], name) != 0)
		i++;
	return i;
}

const char *
stock_state_name(enum stock_state state)
{
	return (size_t)state < COUNT(state_names) ? state_names[state] : "";
}

enum stock_state
stock_state_of(const char *name)
{
	return (enum stock_state)find(state_names, COUNT(state_names), name);
}

const char *
stock_reason_name(enum stock_reason reason)
{
	return (size_t)reason < COUNT(reason_names) ? reason_names[reason] : "";
}

enum stock_reason
stock_reason_of(const char *name)
{
	return (enum stock_reason)find(reason_names, COUNT(reason_names), name);
}

const char *
stock_kind_name(enum stock_kind kind)
{
	return (size_t)kind < COUNT(kind_names) ? kind_names[kind] : "";
}

enum stock_kind
stock_kind_of(const char *name)
{
	return (enum stock_kind)find(kind_names, COUNT(kind_names), name);
}

bool
stock_may(enum stock_state from, enum stock_state to)
{
	for (size_t i = 0; i < COUNT(ways); i++)
		if (ways[i].from == from && ways[i].to == to)
			return true;
	return false;
}

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

bool
stock_serial_tidy(const char *typed, char out[static STOCK_SERIAL], struct error *err)
{
	char tidy[STOCK_SERIAL] = "", plain[4 * STOCK_SERIAL];
	size_t len = 0;
	if (!text_tidy(typed, plain, sizeof(plain), err))
		return error_in(err, "serial");
	text_upper(plain);
	for (const char *at = plain; *at != '\0'; at++) {
		if (*at == ' ' || *at == '-')
			continue;
		if (!is_digit(*at) && (*at < 'A' || *at > 'Z'))
			return error_set(err, ERROR_INVALID, "a serial has letters and digits only");
		if (len == SERIAL_MOST)
			return error_set(err, ERROR_FULL, "a serial has at most %u characters", SERIAL_MOST);
		tidy[len++] = *at;
	}
	if (len == 0)
		return error_set(err, ERROR_INVALID, "an empty serial");
	memcpy(out, tidy, STOCK_SERIAL);
	return true;
}

bool
stock_range(const char *first, const char *last, unsigned *count, struct error *err)
{
	size_t len = strlen(first), same = 0;
	uint64_t low = 0, high = 0;
	if (len == 0 || len > SERIAL_MOST || strlen(last) != len)
		return error_set(err, ERROR_INVALID, "first and last serial are not equally long");
	while (same < len && first[same] == last[same])
		same++;
	for (size_t i = same; i < len; i++) { /* at most ten digits may differ: the sums fit */
		if (!is_digit(first[i]) || !is_digit(last[i]) || len - same > 10)
			return error_set(err, ERROR_INVALID, "first and last serial do not begin alike");
		low = low * 10 + (uint64_t)(first[i] - '0');
		high = high * 10 + (uint64_t)(last[i] - '0');
	}
	if (high < low)
		return error_set(err, ERROR_INVALID, "the last serial comes before the first");
	if (high - low >= STOCK_RANGE)
		return error_set(err, ERROR_FULL, "more than %u at once", STOCK_RANGE);
	*count = (unsigned)(high - low) + 1;
	return true;
}

void
stock_range_at(const char *first, unsigned n, char out[static STOCK_SERIAL])
{
	(void)text_copy(out, STOCK_SERIAL, first);
	for (size_t i = strlen(out); n > 0 && i-- > 0 && is_digit(out[i]); n /= 10) {
		n += (unsigned)(out[i] - '0');
		out[i] = (char)('0' + n % 10);
	}
}
