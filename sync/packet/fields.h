#pragma once
/*
 * A JSON object as a table of members over a struct: one table writes and reads it, so that the two cannot differ.
 * The members of a table stand in the order of their names. Every one must be there and no other; each value is bounded
 * and checked before it is stored. Errors name members (which come from the table), never values.
 */
#include <jansson.h>
#include <stddef.h>
#include <stdint.h>

#include "kiosk/base/attr.h"
#include "kiosk/base/error.h"
#include "sync/packet/canonical.h"

enum fields_shape {
	FIELDS_TEXT,    /* char[size]; least..most characters, none of them a control; `rule` if there is one */
	FIELDS_INT,     /* int or int64_t, by size; least..most */
	FIELDS_BOOL,    /* bool */
	FIELDS_CHOICE,  /* enum or bool, by size, as the word of that index; least..most are the indexes that may stand */
	FIELDS_DATE,    /* struct date as "2026-11-25" */
	FIELDS_INSTANT, /* int64_t ms as "2026-11-25T03:04:05.678Z"; not before 1970 */
	FIELDS_MONEY,   /* struct money as "48.00"; least..most in cents */
	FIELDS_HASH,    /* uint8_t[32] as 64 lower-case hex digits */
	FIELDS_BYTES,   /* uint8_t[size] as base64 in one line, padded; least..most bytes, how many in the size_t at `count`
					 */
	FIELDS_HKID,    /* struct hkid as "A123456(3)" */
	FIELDS_PHRASE,  /* char[LANGUAGES][size] as an object of three texts, each least..most characters */
	FIELDS_OBJECT,  /* what the sub-table says, over the same struct */
	FIELDS_LIST,    /* an array of structs of `size` bytes, least..most of them, how many in the size_t at `count` */
	FIELDS_INDEX,   /* nothing stored: the place in its list, from 1 */
	FIELDS_CONSTANT, /* nothing stored: always choices[0] */
};

#define FIELDS_BYTES_MOST 512u /* `most` of FIELDS_BYTES may not be more */

struct fields_table;

struct fields_member {
	const char *name;
	enum fields_shape shape;
	size_t offset, size;
	int64_t least, most;
	size_t count;
	const char *const *choices;
	bool (*rule)(const char *text);
	const struct fields_table *sub;
};

struct fields_table {
	const struct fields_member *members;
	size_t count;
};

/* A new object; NULL when memory is short or a text is not UTF-8. `index` is the place of `from` in its list, or 0. */
json_t *fields_write(const struct fields_table *table, const void *from, size_t index);
/* Fill *out from the canonical form (canonical.h), in one pass over the bytes. ERROR_INVALID names the member:
 * "person: birth: no such day in the calendar". */
NODISCARD bool fields_read(const struct fields_table *table, struct span json, void *out, struct error *err);
