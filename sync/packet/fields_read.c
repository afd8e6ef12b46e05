#include <string.h>

#include "kiosk/base/text.h"
#include "kiosk/model/date.h"
#include "kiosk/model/hkid.h"
#include "kiosk/model/money.h"
#include "kiosk/model/phrase.h"
#include "sync/packet/fields.h"

#define HASH     32u
#define HASH_HEX (2 * HASH + 1)
#define BASE64   (4 * ((FIELDS_BYTES_MOST + 2) / 3) + 1)

static bool read_object(
	const struct fields_table *table, struct canonical *in, void *out, size_t index, struct error *err);

static bool
refuse(struct error *err, const char *why)
{
	return error_set(err, ERROR_INVALID, "%s", why);
}

/* A text without controls that fits into out[cap] and has so many characters as it may. */
static bool
read_text(const struct fields_member *member, struct canonical *in, char *out, size_t cap, struct error *err)
{
	struct canonical_text text;
	struct error why;
	if (!canonical_text(in, &text))
		return refuse(err, "not a text in canonical form");
	if (!text_take(text.bytes, "text", out, cap, &why))
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
read_number(const struct fields_member *member, struct canonical *in, uint8_t *at, struct error *err)
{
	int64_t wide = 0;
	if (!canonical_number(in, &wide))
		return refuse(err, "not a whole number in canonical form");
	if (wide < member->least || wide > member->most)
		return refuse(err, "out of range");
	int narrow = (int)wide;
	if (member->size == sizeof(wide))
		memcpy(at, &wide, sizeof(wide));
	else
		memcpy(at, &narrow, sizeof(narrow));
	return true;
}

static bool
read_flag(struct canonical *in, bool *out, struct error *err)
{
	*out = canonical_word(in, "true");
	return *out || canonical_word(in, "false") || refuse(err, "neither true nor false");
}

static bool
text_is(const struct canonical_text *text, const char *word)
{
	return text->bytes.len == strlen(word) && memcmp(text->bytes.at, word, text->bytes.len) == 0;
}

static bool
read_choice(const struct fields_member *member, struct canonical *in, uint8_t *at, struct error *err)
{
	struct canonical_text word;
	const bool is_text = canonical_text(in, &word);
	for (unsigned i = (unsigned)member->least; is_text && i <= (unsigned)member->most; i++) {
		bool flag = i == 1;
		if (!text_is(&word, member->choices[i]))
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

/* Only as it is written: no white space, all padding, no bits in it. */
static bool
read_bytes(const struct fields_member *member, struct canonical *in, uint8_t *out, struct error *err)
{
	struct canonical_text text;
	char written[BASE64];
	size_t count = 0;
	if (!canonical_text(in, &text) || text.bytes.len >= sizeof(written))
		return refuse(err, "not a text in canonical form, or too long");
	if (!text_unbase64(text.bytes, out + member->offset, member->size, &count, err))
		return refuse(err, "not base64, or too long");
	text_base64((struct span){ out + member->offset, count }, written, sizeof(written));
	if (!text_is(&text, written))
		return refuse(err, "not base64 in one line");
	memcpy(out + member->count, &count, sizeof(count));
	return ((int64_t)count >= member->least && (int64_t)count <= member->most) || refuse(err, "too short or too long");
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

/* Values that are written as a text of a form of their own. */
static bool
read_written(const struct fields_member *member, struct canonical *in, uint8_t *at, struct error *err)
{
	static const struct fields_member any = { .least = 1, .most = HASH_HEX - 1 };
	char text[HASH_HEX];
	if (!read_text(&any, in, text, sizeof(text), err))
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

/* One text for each language, in the order of the tags. */
static bool
read_phrase(const struct fields_member *member, struct canonical *in, uint8_t *at, struct error *err)
{
	static const enum language order[LANGUAGES] = { LANGUAGE_EN, LANGUAGE_ZH_CN, LANGUAGE_ZH_HK };
	if (!canonical_char(in, '{'))
		return refuse(err, "not a text in each language");
	for (size_t i = 0; i < LANGUAGES; i++) {
		const char *tag = phrase_tag(order[i]);
		char *out = (char *)at + (size_t)order[i] * member->size;
		if (!canonical_name(in, tag, i == 0))
			return error_set(err, ERROR_INVALID, "%s: missing, or not in canonical form", tag);
		if (!read_text(member, in, out, member->size, err))
			return error_in(err, "%s", tag);
	}
	return canonical_char(in, '}') || refuse(err, "not a text in each language, or not in canonical form");
}

static bool /* NOLINTNEXTLINE(misc-no-recursion): as deep as the constant tables are */
read_list(const struct fields_member *member, struct canonical *in, uint8_t *out, struct error *err)
{
	size_t count = 0;
	if (!canonical_char(in, '['))
		return refuse(err, "not a list");
	for (bool more = !canonical_char(in, ']'); more; more = canonical_char(in, ',')) {
		if (count == (size_t)member->most)
			return refuse(err, "too long a list");
		uint8_t *entry = out + member->offset + count * member->size;
		count++;
		if (!read_object(member->sub, in, entry, count, err))
			return error_in(err, "%zu", count);
	}
	if (count > 0 && !canonical_char(in, ']'))
		return refuse(err, "a list that is not in canonical form");
	memcpy(out + member->count, &count, sizeof(count));
	return count >= (size_t)member->least || refuse(err, "too short a list");
}

static bool
read_index(struct canonical *in, size_t index, struct error *err)
{
	int64_t number = 0;
	return (canonical_number(in, &number) && number == (int64_t)index) || refuse(err, "not its place in the list");
}

static bool
read_constant(struct canonical *in, const char *word, struct error *err)
{
	struct canonical_text text;
	return (canonical_text(in, &text) && text_is(&text, word)) || refuse(err, "not the word that must stand here");
}

static bool
read_ruled(const struct fields_member *member, struct canonical *in, char *at, struct error *err)
{
	return read_text(member, in, at, member->size, err) &&
		   (member->rule == NULL || member->rule(at) || refuse(err, "not as it must be written"));
}

static bool /* NOLINTNEXTLINE(misc-no-recursion): as deep as the constant tables are */
read_value(const struct fields_member *member, struct canonical *in, uint8_t *out, size_t index, struct error *err)
{
	uint8_t *at = out + member->offset;
	switch (member->shape) {
	case FIELDS_TEXT:
		return read_ruled(member, in, (char *)at, err);
	case FIELDS_INT:
		return read_number(member, in, at, err);
	case FIELDS_BOOL:
		return read_flag(in, (bool *)at, err);
	case FIELDS_CHOICE:
		return read_choice(member, in, at, err);
	case FIELDS_DATE:
	case FIELDS_INSTANT:
	case FIELDS_MONEY:
	case FIELDS_HASH:
	case FIELDS_HKID:
		return read_written(member, in, at, err);
	case FIELDS_PHRASE:
		return read_phrase(member, in, at, err);
	case FIELDS_BYTES:
		return read_bytes(member, in, out, err);
	case FIELDS_OBJECT:
		return read_object(member->sub, in, out, 0, err);
	case FIELDS_LIST:
		return read_list(member, in, out, err);
	case FIELDS_INDEX:
		return read_index(in, index, err);
	case FIELDS_CONSTANT:
		return read_constant(in, member->choices[0], err);
	}
	return refuse(err, "unknown");
}

static bool /* NOLINTNEXTLINE(misc-no-recursion): as deep as the constant tables are */
read_object(const struct fields_table *table, struct canonical *in, void *out, size_t index, struct error *err)
{
	if (!canonical_char(in, '{'))
		return refuse(err, "not an object");
	for (size_t i = 0; i < table->count; i++) {
		const struct fields_member *member = &table->members[i];
		if (!canonical_name(in, member->name, i == 0))
			return error_set(err, ERROR_INVALID, "%s: missing, or not in canonical form", member->name);
		if (!read_value(member, in, out, index, err))
			return error_in(err, "%s", member->name);
	}
	return canonical_char(in, '}') || refuse(err, "a member that nobody knows, or not in canonical form");
}

bool
fields_read(const struct fields_table *table, struct span json, void *out, struct error *err)
{
	struct canonical in = { json };
	return read_object(table, &in, out, 0, err) &&
		   (in.rest.len == 0 || refuse(err, "more than an object, or not in canonical form"));
}
