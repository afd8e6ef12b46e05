#pragma once
/* Rules for what may stand in a field about a person. Each check says what is wrong by kind, so that the screen can say
 * it beside the field in the clerk's language. */
#include <stddef.h>

#include "kiosk/base/attr.h"
#include "kiosk/base/error.h"
#include "kiosk/model/date.h"

enum person_fault {
	PERSON_OK,
	PERSON_EMPTY,
	PERSON_LONG,      /* over the field's length */
	PERSON_SCRIPT,    /* letters of a script that the field does not take */
	PERSON_CHARACTER, /* a character that may not stand there */
	PERSON_SHAPE,     /* not the form it must have: e-mail, phone, date */
	PERSON_FUTURE,    /* a date that has not come */
	PERSON_TOO_OLD,   /* over 130 years ago */
	PERSON_TOO_YOUNG, /* under the age the product asks for */
};

/* Surname or given names as on the card in English: Latin letters, blank, hyphen, apostrophe, comma, full stop; at most
 * 40 characters each. */
enum person_fault person_latin_name(const char *text);
/* Chinese name: Han characters of any plane (HKSCS and extensions included), at most 15, a middle dot between parts let
 * through; may be empty. */
enum person_fault person_chinese_name(const char *text);
/* Birth date as typed, day first. *out on PERSON_OK only. */
enum person_fault person_birth(const char *text, struct date today, struct date *out);
/* PERSON_TOO_YOUNG if born less than `least` whole years before `on`; 0 asks for no age. */
enum person_fault person_age(struct date birth, struct date on, int least);
/* Hong Kong contact phone: 8 digits not starting with 0 or 1; or "+" with 7 to 15 digits. Blanks and hyphens are let
 * through. */
enum person_fault person_phone(const char *text, char *tidy, size_t cap);
/* One address: local@domain, at most 254 bytes, ASCII, no blanks, a dot in the domain. */
enum person_fault person_email(const char *text);
/* A line of an address: printable, at most `most` characters. */
enum person_fault person_address_line(const char *text, size_t most);
/* PIN-envelope number or form barcode: 4 to 24 letters, digits and hyphens. */
enum person_fault person_number(const char *text);
