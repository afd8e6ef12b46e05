#include "sync/packet/fields.h"

#include <string.h>

#include "kiosk/base/text.h"
#include "kiosk/model/date.h"
#include "kiosk/model/hkid.h"
#include "kiosk/model/money.h"
#include "kiosk/model/phrase.h"

#define HASH     32u
#define HASH_HEX (2 * HASH + 1)
#define BASE64   (4 * ((FIELDS_BYTES_MOST + 2) / 3) + 1)

static json_t *
write_number(const struct fields_member *member, const uint8_t *at)
{
	int narrow;
	int64_t wide;
	if (member->size == sizeof(wide)) {
		memcpy(&wide, at, sizeof(wide));
		return json_integer(wide);
	}
	memcpy(&narrow, at, sizeof(narrow));
	return json_integer(narrow);
}

/* Of an enum or a bool. */
static size_t
index_of(const uint8_t *at, size_t size)
{
	unsigned value;
	bool flag;
	if (size == sizeof(flag)) {
		memcpy(&flag, at, sizeof(flag));
		return flag ? 1 : 0;
	}
	memcpy(&value, at, sizeof(value));
	return value;
}

static json_t *
write_choice(const struct fields_member *member, const uint8_t *at)
{
	size_t index = index_of(at, member->size);
	return index <= (size_t)member->most ? json_string(member->choices[index]) : NULL;
}

static json_t *
write_date(const uint8_t *at)
{
	struct date date;
	char text[DATE_TEXT];
	memcpy(&date, at, sizeof(date));
	date_iso(date, text);
	return json_string(text);
}

static json_t *
write_instant(const uint8_t *at)
{
	int64_t at_ms;
	char text[DATE_TEXT];
	memcpy(&at_ms, at, sizeof(at_ms));
	date_instant_iso(at_ms, text);
	return json_string(text);
}

static json_t *
write_money(const uint8_t *at)
{
	struct money amount;
	char text[MONEY_TEXT];
	memcpy(&amount, at, sizeof(amount));
	money_plain(amount, text);
	return json_string(text);
}

static json_t *
write_hash(const uint8_t *at)
{
	char hex[HASH_HEX];
	text_hex((struct span){ at, HASH }, hex, sizeof(hex));
	return json_string(hex);
}

static json_t *
write_bytes(const struct fields_member *member, const uint8_t *from)
{
	char text[BASE64];
	size_t count;
	memcpy(&count, from + member->count, sizeof(count));
	if (count > (size_t)member->most)
		return NULL;
	text_base64((struct span){ from + member->offset, count }, text, sizeof(text));
	return json_string(text);
}

static json_t *
write_hkid(const uint8_t *at)
{
	struct hkid hkid;
	char text[HKID_TEXT];
	memcpy(&hkid, at, sizeof(hkid));
	hkid_format(&hkid, text);
	return json_string(text);
}

static json_t *
write_phrase(const struct fields_member *member, const uint8_t *at)
{
	json_t *object = json_object();
	for (int i = 0; i < LANGUAGES; i++) {
		const char *text = (const char *)at + (size_t)i * member->size;
		if (json_object_set_new(object, phrase_tag((enum language)i), json_string(text)) != 0) {
			json_decref(object);
			return NULL;
		}
	}
	return object;
}

static json_t * /* NOLINTNEXTLINE(misc-no-recursion): as deep as the constant tables are */
write_list(const struct fields_member *member, const uint8_t *from)
{
	json_t *array = json_array();
	size_t count;
	memcpy(&count, from + member->count, sizeof(count));
	for (size_t i = 0; i < count; i++) {
		const uint8_t *entry = from + member->offset + i * member->size;
		if (count > (size_t)member->most ||
			json_array_append_new(array, fields_write(member->sub, entry, i + 1)) != 0) {
			json_decref(array);
			return NULL;
		}
	}
	return array;
}

static json_t * /* NOLINTNEXTLINE(misc-no-recursion): as deep as the constant tables are */
write_value(const struct fields_member *member, const uint8_t *from, size_t index)
{
	const uint8_t *at = from + member->offset;
	switch (member->shape) {
	case FIELDS_TEXT:
		return json_string((const char *)at);
	case FIELDS_INT:
		return write_number(member, at);
	case FIELDS_BOOL:
		return json_boolean(index_of(at, sizeof(bool)) == 1);
	case FIELDS_CHOICE:
		return write_choice(member, at);
	case FIELDS_DATE:
		return write_date(at);
	case FIELDS_INSTANT:
		return write_instant(at);
	case FIELDS_MONEY:
		return write_money(at);
	case FIELDS_HASH:
		return write_hash(at);
	case FIELDS_BYTES:
		return write_bytes(member, from);
	case FIELDS_HKID:
		return write_hkid(at);
	case FIELDS_PHRASE:
		return write_phrase(member, at);
	case FIELDS_OBJECT:
		return fields_write(member->sub, from, 0);
	case FIELDS_LIST:
		return write_list(member, from);
	case FIELDS_INDEX:
		return json_integer((json_int_t)index);
	case FIELDS_CONSTANT:
		return json_string(member->choices[0]);
	}
	return NULL;
}

json_t * /* NOLINTNEXTLINE(misc-no-recursion): as deep as the constant tables are */
fields_write(const struct fields_table *table, const void *from, size_t index)
{
	json_t *object = json_object();
	for (size_t i = 0; i < table->count; i++) {
		json_t *value = write_value(&table->members[i], from, index);
		if (json_object_set_new(object, table->members[i].name, value) != 0) {
			json_decref(object);
			return NULL;
		}
	}
	return object;
}
