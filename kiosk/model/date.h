#pragma once
/* Civil dates, and what a business day is: the date at a fixed offset from UTC (Hong Kong: 480 minutes, no summer
 * time). */
#include <stdint.h>

#include "kiosk/base/attr.h"
#include "kiosk/base/error.h"

#define DATE_TEXT 32u

struct date {
	int16_t year;  /* 1800..9999; 0 means none */
	uint8_t month; /* 1..12 */
	uint8_t day;   /* 1..31 */
};

bool date_valid(struct date date);
int date_compare(struct date a, struct date b);
/* Days since 1970-01-01. */
int64_t date_days(struct date date);
struct date date_of_days(int64_t days);
/* The civil date of an instant (ms UTC) at offset_min minutes east. */
struct date date_of_instant(int64_t at_ms, int offset_min);
/* 0 = Monday .. 6 = Sunday. */
int date_weekday(struct date date);
/* Whole years from birth to `on`; born on 29 February counts on 1 March. */
int date_age(struct date birth, struct date on);

/* Day/month/year as the form has it: "23/05/1991", "23 5 1991", "23051991", "23-05-1991". ERROR_INVALID otherwise. */
NODISCARD bool date_parse_dmy(const char *text, struct date *out, struct error *err);
/* "1991-05-23" only. */
NODISCARD bool date_parse_iso(const char *text, struct date *out, struct error *err);
void date_iso(struct date date, char out[static DATE_TEXT]); /* 1991-05-23 */
void date_dmy(struct date date, char out[static DATE_TEXT]); /* 23/05/1991 */
/* "2026-11-25T03:04:05.678Z" */
void date_instant_iso(int64_t at_ms, char out[static DATE_TEXT]);
/* The reverse; exactly that form, ERROR_INVALID otherwise. */
NODISCARD bool date_parse_instant(const char *text, int64_t *at_ms, struct error *err);
/* "14:32" at offset_min. */
void date_clock(int64_t at_ms, int offset_min, char out[static DATE_TEXT]);
