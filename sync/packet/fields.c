#include "sync/packet/fields.h"

#include <string.h>

#include "kiosk/base/text.h"
#include "kiosk/model/date.h"
#include "kiosk/model/hkid.h"
#include "kiosk/model/money.h"
#include "kiosk/model/phrase.h"

#define HASH     32u
#define HASH_HEX (2 * HASH + 1)

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

static bool
refuse(struct error *err, const char *why)
{
	return error_set(err, ERROR_INVALID, "%s", why);
}

/* The text of a string without controls that fits into out[cap] and has so many characters as it may. */
static bool
fill_text(const struct fields_member *member, const json_t *value, char *out, size_t cap, struct error *err)
{
	if (!json_is_string(value))
		return refuse(err, "not a text");
	const struct span bytes = { (const uint8_t *)json_string_value(value), json_string_length(value) };
	struct error why;
	if (!text_take(bytes, "text", out, cap, &why))
		return refuse(err, "too long, or a control character");
	int64_t characters = 0;
	for (const char *at = out; *at != '\0'; characters++) {
		if (text_is_bidi_control(text_next(&at)))
			return refuse(err, "a control character");
	}
	if (characters < member->least || characters > member->most)
		return refuse(err, "too short or too long");
	return true;
}

static bool
read_integer(const struct fields_member *member, const json_t *value, int64_t *out, struct error *err)
{
	if (!json_is_integer(value))
		return refuse(err, "not a whole number");
	int64_t number = json_integer_value(value);
	if (number < member->least || number > member->most)
		return refuse(err, "out of range");
	*out = number;
	return true;
}

static bool
read_number(const struct fields_member *member, const json_t *value, uint8_t *at, struct error *err)
{
	int64_t wide = 0;
	if (!read_integer(member, value, &wide, err))
		return false;
	int narrow = (int)wide;
	if (member->size == sizeof(wide))
		memcpy(at, &wide, sizeof(wide));
	else
		memcpy(at, &narrow, sizeof(narrow));
	return true;
}

static bool
read_choice(const struct fields_member *member, const json_t *value, uint8_t *at, struct error *err)
{
	const char *word = json_string_value(value);
	for (unsigned i = (unsigned)member->least; word != NULL && i <= (unsigned)member->most; i++) {
		bool flag = i == 1;
		if (strcmp(member->choices[i], word) != 0)
			continue;
		if (member->size == sizeof(flag))
			memcpy(at, &flag, sizeof(flag));
		else
			memcpy(at, &i, sizeof(i));
		return true;
	}
	return refuse(err, "none of the words that may stand here");
}

static bool
read_instant(const char *text, int64_t *out, struct error *err)
{
	return date_parse_instant(text, out, err) && (*out >= 0 || refuse(err, "before 1970"));
}

static bool
read_money(const struct fields_member *member, const char *text, struct money *out, struct error *err)
{
	char plain[MONEY_TEXT];
	if (!money_parse(text, out, err))
		return false;
	money_plain(*out, plain);
	if (strcmp(plain, text) != 0)
		return refuse(err, "not written with two decimals and no commas");
	return (out->minor >= member->least && out->minor <= member->most) || refuse(err, "out of range");
}

static bool
read_hash(const char *text, uint8_t *out, struct error *err)
{
	size_t len;
	if (strlen(text) != HASH_HEX - 1 || strspn(text, "0123456789abcdef") != HASH_HEX - 1)
		return refuse(err, "not 64 lower-case hexadecimal digits");
	return text_unhex(text, out, HASH, &len, err);
}

/* Only as it is written: no blanks, no lower case. */
static bool
read_hkid(const char *text, struct hkid *out, struct error *err)
{
	enum hkid_fault fault;
	char written[HKID_TEXT];
	if (!hkid_parse(text, out, &fault, err))
		return false;
	hkid_format(out, written);
	return strcmp(written, text) == 0 || refuse(err, "not written as A123456(3)");
}

static bool
read_phrase(const struct fields_member *member, const json_t *value, uint8_t *at, struct error *err)
{
	if (!json_is_object(value) || json_object_size(value) != LANGUAGES)
		return refuse(err, "not a text in each language");
	for (int i = 0; i < LANGUAGES; i++) {
		const char *tag = phrase_tag((enum language)i);
		char *out = (char *)at + (size_t)i * member->size;
		if (!fill_text(member, json_object_get(value, tag), out, member->size, err))
			return error_in(err, "%s", tag);
	}
	return true;
}

static bool /* NOLINTNEXTLINE(misc-no-recursion): as deep as the constant tables are */
read_list(const struct fields_member *member, const json_t *value, uint8_t *out, struct error *err)
{
	size_t count = json_array_size(value);
	if (!json_is_array(value) || count < (size_t)member->least || count > (size_t)member->most)
		return refuse(err, "not a list, or too short or too long");
	for (size_t i = 0; i < count; i++) {
		uint8_t *entry = out + member->offset + i * member->size;
		if (!fields_read(member->sub, json_array_get(value, i), entry, i + 1, err))
			return error_in(err, "%zu", i + 1);
	}
	memcpy(out + member->count, &count, sizeof(count));
	return true;
}

/* Values that are written as a text of a form of their own. */
static bool
read_written(const struct fields_member *member, const json_t *value, uint8_t *at, struct error *err)
{
	static const struct fields_member any = { .least = 1, .most = HASH_HEX - 1 };
	char text[HASH_HEX];
	if (!fill_text(&any, value, text, sizeof(text), err))
		return false;
	if (member->shape == FIELDS_DATE)
		return date_parse_iso(text, (struct date *)(void *)at, err);
	if (member->shape == FIELDS_INSTANT)
		return read_instant(text, (int64_t *)(void *)at, err);
	if (member->shape == FIELDS_MONEY)
		return read_money(member, text, (struct money *)(void *)at, err);
	if (member->shape == FIELDS_HKID)
		return read_hkid(text, (struct hkid *)(void *)at, err);
	return read_hash(text, at, err);
}

static bool /* NOLINTNEXTLINE(misc-no-recursion): as deep as the constant tables are */
read_value(const struct fields_member *member, const json_t *value, uint8_t *out, size_t index, struct error *err)
{
	uint8_t *at = out + member->offset;
	switch (member->shape) {
	case FIELDS_TEXT:
		return fill_text(member, value, (char *)at, member->size, err) &&
			   (member->rule == NULL || member->rule((const char *)at) || refuse(err, "not as it must be written"));
	case FIELDS_INT:
		return read_number(member, value, at, err);
	case FIELDS_BOOL:
		if (!json_is_boolean(value))
			return refuse(err, "neither true nor false");
		*(bool *)at = json_is_true(value);
		return true;
	case FIELDS_CHOICE:
		return read_choice(member, value, at, err);
	case FIELDS_DATE:
	case FIELDS_INSTANT:
	case FIELDS_MONEY:
	case FIELDS_HASH:
	case FIELDS_HKID:
		return read_written(member, value, at, err);
	case FIELDS_PHRASE:
		return read_phrase(member, value, at, err);
	case FIELDS_OBJECT:
		return fields_read(member->sub, value, out, 0, err);
	case FIELDS_LIST:
		return read_list(member, value, out, err);
	case FIELDS_INDEX:
		return (json_is_integer(value) && json_integer_value(value) == (json_int_t)index) ||
			   refuse(err, "not its place in the list");
	case FIELDS_CONSTANT:
		return (json_is_string(value) && strcmp(json_string_value(value), member->choices[0]) == 0) ||
			   refuse(err, "not the word that must stand here");
	}
	return refuse(err, "unknown");
}

bool /* NOLINTNEXTLINE(misc-no-recursion): as deep as the constant tables are */
fields_read(const struct fields_table *table, const json_t *object, void *out, size_t index, struct error *err)
{
	if (!json_is_object(object))
		return refuse(err, "not an object");
	for (size_t i = 0; i < table->count; i++) {
		const struct fields_member *member = &table->members[i];
		const json_t *value = json_object_get(object, member->name);
		if (value == NULL)
			return error_set(err, ERROR_INVALID, "%s: missing", member->name);
		if (!read_value(member, value, out, index, err))
			return error_in(err, "%s", member->name);
	}
	if (json_object_size(object) != table->count)
		return refuse(err, "a member that nobody knows");
	return true;
}
