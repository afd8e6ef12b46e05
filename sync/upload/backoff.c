#include "sync/upload/backoff.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define FIXDATE_LEN  29u /* "Sun, 06 Nov 1994 08:49:37 GMT" */
#define SECONDS_MOST 10u /* digits of a number of seconds that is looked at */

int64_t
backoff_wait_ms(uint32_t tries, uint32_t random)
{
	int64_t wait = BACKOFF_FIRST_MS;
	for (uint32_t i = 1; i < tries && wait < BACKOFF_MOST_MS; i++)
		wait *= 2;
	if (wait > BACKOFF_MOST_MS)
		wait = BACKOFF_MOST_MS;
	return wait - (int64_t)random % (wait / 4 + 1);
}

static int64_t
clamp(int64_t ms)
{
	if (ms < BACKOFF_LEAST_ASKED_MS)
		return BACKOFF_LEAST_ASKED_MS;
	return ms > BACKOFF_MOST_ASKED_MS ? BACKOFF_MOST_ASKED_MS : ms;
}

/* Two or four digits at `at`; -1 if they are not. */
static int
digits(const char *at, size_t count)
{
	int value = 0;
	for (size_t i = 0; i < count; i++) {
		if (at[i] < '0' || at[i] > '9')
			return -1;
		value = value * 10 + (at[i] - '0');
	}
	return value;
}

static int
month_of(const char *at)
{
	static const char names[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
	for (int i = 0; i < 12; i++)
		if (memcmp(names + 3 * i, at, 3) == 0)
			return i + 1;
	return -1;
}

/* Days since 1970-01-01 of a date of the Gregorian calendar. */
static int64_t
days_of(int year, int month, int day)
{
	/* the year begins in March here, so that the leap day is its last */
	int64_t y = month > 2 ? year : year - 1;
	int64_t from_march = (month + 9) % 12;
	return 365 * y + y / 4 - y / 100 + y / 400 + (153 * from_march + 2) / 5 + day - 1 - 719468;
}

/* RFC 9110, 5.6.7: the weekday is not looked at. */
static bool
fixdate(const char *text, int64_t *out_ms)
{
	static const char shape[] = "???, ?? ??? ???? ??:??:?? GMT";
	if (strlen(text) != FIXDATE_LEN)
		return false;
	for (size_t i = 0; i < FIXDATE_LEN; i++)
		if (shape[i] != '?' && shape[i] != text[i])
			return false;
	int day = digits(text + 5, 2), month = month_of(text + 8), year = digits(text + 12, 4);
	int hour = digits(text + 17, 2), minute = digits(text + 20, 2), second = digits(text + 23, 2);
	if (day < 1 || day > 31 || month < 1 || year < 1970 || hour < 0 || hour > 23 || minute < 0 || minute > 59 ||
		second < 0 || second > 60)
		return false;
	*out_ms = (((days_of(year, month, day) * 24 + hour) * 60 + minute) * 60 + second) * 1000;
	return true;
}

int64_t
backoff_asked_ms(const char *retry_after, int64_t now_ms)
{
	int64_t at_ms = 0;
	size_t len = strlen(retry_after);
	if (len > 0 && strspn(retry_after, "0123456789") == len)
		return len > SECONDS_MOST ? BACKOFF_MOST_ASKED_MS : clamp(strtoll(retry_after, NULL, 10) * 1000);
	return fixdate(retry_after, &at_ms) ? clamp(at_ms - now_ms) : 0;
}
