#include "kiosk/model/date.h"

#include <inttypes.h>
#include <stddef.h>
#include <string.h>

#include "kiosk/base/text.h"

#define DATE_FIRST_YEAR 1800
#define DATE_LAST_YEAR  9999

#define MONTHS           12
#define DAYS_PER_CYCLE   146097 /* of the 400 years after which the calendar repeats */
#define DAYS_PER_CENTURY 36524  /* without a leap day at its end */
#define DAYS_PER_FOUR    1461
#define DAYS_PER_YEAR    365
#define CYCLE_YEARS      400
#define DAYS_TO_1970     719468 /* from 1 March of the year 0 */
#define EPOCH_WEEKDAY    3      /* 1970-01-01 was a Thursday */

#define MS_PER_MIN INT64_C(60000)
#define MS_PER_DAY INT64_C(86400000)

static bool
is_leap(int year)
{
	return (year % 4 == 0 && year % 100 != 0) || year % CYCLE_YEARS == 0;
}

static int
days_in_month(int year, int month)
{
	static const int days[MONTHS] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
	return month == 2 && is_leap(year) ? 29 : days[month - 1];
}

static int64_t
floor_divide(int64_t a, int64_t b)
{
	return a / b - (a % b < 0 ? 1 : 0);
}

bool
date_valid(struct date date)
{
	return date.year >= DATE_FIRST_YEAR && date.year <= DATE_LAST_YEAR && date.month >= 1 && date.month <= MONTHS &&
		   date.day >= 1 && date.day <= days_in_month(date.year, date.month);
}

int
date_compare(struct date a, struct date b)
{
	int left = a.year * 10000 + a.month * 100 + a.day;
	int right = b.year * 10000 + b.month * 100 + b.day;
	return (left > right) - (left < right);
}

/* Years are counted from March, so that the leap day is the last one of its year. */
int64_t
date_days(struct date date)
{
	int64_t month = (date.month + 9) % MONTHS;
	int64_t year = date.year - (date.month <= 2 ? 1 : 0);
	int64_t before = (153 * month + 2) / 5; /* days of the months from March before this one */
	return DAYS_PER_YEAR * year + floor_divide(year, 4) - floor_divide(year, 100) + floor_divide(year, CYCLE_YEARS) +
		   before + date.day - 1 - DAYS_TO_1970;
}

struct date
date_of_days(int64_t days)
{
	int64_t from_march = days + DAYS_TO_1970;
	int64_t cycle = floor_divide(from_march, DAYS_PER_CYCLE);
	int64_t in_cycle = from_march - cycle * DAYS_PER_CYCLE;
	int64_t year =
		(in_cycle - in_cycle / (DAYS_PER_FOUR - 1) + in_cycle / DAYS_PER_CENTURY - in_cycle / (DAYS_PER_CYCLE - 1)) /
		DAYS_PER_YEAR;
	int64_t in_year = in_cycle - (DAYS_PER_YEAR * year + year / 4 - year / 100);
	int64_t month = (5 * in_year + 2) / 153;
	int64_t day = in_year - (153 * month + 2) / 5 + 1;
	int64_t civil_month = month < 10 ? month + 3 : month - 9;
	int64_t civil_year = year + cycle * CYCLE_YEARS + (civil_month <= 2 ? 1 : 0);
	struct date out = { (int16_t)civil_year, (uint8_t)civil_month, (uint8_t)day };
	return civil_year >= DATE_FIRST_YEAR && civil_year <= DATE_LAST_YEAR ? out : (struct date){ 0 };
}

struct date
date_of_instant(int64_t at_ms, int offset_min)
{
	int64_t days = floor_divide(at_ms, MS_PER_DAY);
	int64_t rest = at_ms - days * MS_PER_DAY + offset_min * MS_PER_MIN;
	return date_of_days(days + floor_divide(rest, MS_PER_DAY));
}

int
date_weekday(struct date date)
{
	int64_t shifted = date_days(date) + EPOCH_WEEKDAY;
	return (int)(shifted - floor_divide(shifted, 7) * 7);
}

int
date_age(struct date birth, struct date on)
{
	bool before_birthday = on.month < birth.month || (on.month == birth.month && on.day < birth.day);
	return on.year - birth.year - (before_birthday ? 1 : 0);
}

static bool
read_digits(const char **at, int least, int most, int *out)
{
	int count = 0;
	for (*out = 0; count < most && **at >= '0' && **at <= '9'; count++, (*at)++)
		*out = *out * 10 + (**at - '0');
	return count >= least;
}

/* Blank, hyphen, slash or full stop, the same one both times; blanks around it ("23 / 05 / 1991") are let through. */
static bool
read_separator(const char **at, char *first)
{
	bool blank = **at == ' ';
	*at += blank ? 1 : 0;
	char found = **at != '\0' && strchr("-/.", **at) != NULL ? *(*at)++ : blank ? ' ' : '\0';
	if (found != ' ' && **at == ' ')
		(*at)++;
	bool same = *first == '\0' || *first == found;
	*first = found;
	return found != '\0' && same;
}

static bool
keep(int year, int month, int day, struct date *out, struct error *err)
{
	struct date date = { (int16_t)year, (uint8_t)month, (uint8_t)day };
	if (!date_valid(date))
		return error_set(err, ERROR_INVALID, "no such day in the calendar");
	*out = date;
	return true;
}

static bool
read_compact(const char *at, int *day, int *month, int *year)
{
	return read_digits(&at, 2, 2, day) && read_digits(&at, 2, 2, month) && read_digits(&at, 4, 4, year) && *at == '\0';
}

static bool
read_separated(const char *at, int *day, int *month, int *year)
{
	char separator = '\0';
	return read_digits(&at, 1, 2, day) && read_separator(&at, &separator) && read_digits(&at, 1, 2, month) &&
		   read_separator(&at, &separator) && read_digits(&at, 4, 4, year) && *at == '\0';
}

bool
date_parse_dmy(const char *text, struct date *out, struct error *err)
{
	char tidy[DATE_TEXT];
	struct error ignored;
	int day, month, year;
	if (!text_tidy(text, tidy, sizeof(tidy), &ignored) ||
		(!read_compact(tidy, &day, &month, &year) && !read_separated(tidy, &day, &month, &year)))
		return error_set(err, ERROR_INVALID, "not a date of day, month and year");
	return keep(year, month, day, out, err);
}

bool
date_parse_iso(const char *text, struct date *out, struct error *err)
{
	const char *at = text;
	int day, month, year;
	if (!read_digits(&at, 4, 4, &year) || *at++ != '-' || !read_digits(&at, 2, 2, &month) || *at++ != '-' ||
		!read_digits(&at, 2, 2, &day) || *at != '\0')
		return error_set(err, ERROR_INVALID, "not a date written YYYY-MM-DD");
	return keep(year, month, day, out, err);
}

void
date_iso(struct date date, char out[static DATE_TEXT])
{
	(void)text_format(out, DATE_TEXT, "%04d-%02d-%02d", date.year, date.month, date.day);
}

void
date_dmy(struct date date, char out[static DATE_TEXT])
{
	(void)text_format(out, DATE_TEXT, "%02d/%02d/%04d", date.day, date.month, date.year);
}

void
date_instant_iso(int64_t at_ms, char out[static DATE_TEXT])
{
	char day[DATE_TEXT];
	date_iso(date_of_instant(at_ms, 0), day);
	int64_t ms = at_ms - floor_divide(at_ms, MS_PER_DAY) * MS_PER_DAY;
	int64_t s = ms / 1000;
	(void)text_format(out, DATE_TEXT, "%.10sT%02" PRId64 ":%02" PRId64 ":%02" PRId64 ".%03" PRId64 "Z", day, s / 3600,
		s / 60 % 60, s % 60, ms % 1000);
}

bool
date_parse_instant(const char *text, int64_t *at_ms, struct error *err)
{
	const char *at = text;
	int year, month, day, hour, minute, second, ms;
	struct date date = { 0 };
	bool shape = read_digits(&at, 4, 4, &year) && *at++ == '-' && read_digits(&at, 2, 2, &month) && *at++ == '-' &&
				 read_digits(&at, 2, 2, &day) && *at++ == 'T' && read_digits(&at, 2, 2, &hour) && *at++ == ':' &&
				 read_digits(&at, 2, 2, &minute) && *at++ == ':' && read_digits(&at, 2, 2, &second) && *at++ == '.' &&
				 read_digits(&at, 3, 3, &ms) && *at++ == 'Z' && *at == '\0';
	if (!shape || hour > 23 || minute > 59 || second > 59)
		return error_set(err, ERROR_INVALID, "not an instant written YYYY-MM-DDTHH:MM:SS.mmmZ");
	if (!keep(year, month, day, &date, err))
		return false;
	*at_ms = date_days(date) * MS_PER_DAY + ((hour * 60 + minute) * 60 + second) * INT64_C(1000) + ms;
	return true;
}

void
date_clock(int64_t at_ms, int offset_min, char out[static DATE_TEXT])
{
	int64_t local = at_ms - floor_divide(at_ms, MS_PER_DAY) * MS_PER_DAY + offset_min * MS_PER_MIN;
	int64_t minute = (local - floor_divide(local, MS_PER_DAY) * MS_PER_DAY) / MS_PER_MIN;
	(void)text_format(out, DATE_TEXT, "%02" PRId64 ":%02" PRId64, minute / 60, minute % 60);
}
