#include "kiosk/model/person.h"

#include <string.h>

#include "kiosk/base/text.h"

#define NAME_MOST         40u
#define CHINESE_MOST      15u
#define YEARS_MOST        130
#define PHONE_LOCAL       8u
#define PHONE_LEAST       7u
#define PHONE_MOST        15u /* ITU-T E.164 */
#define EMAIL_MOST        254u
#define EMAIL_LOCAL_MOST  64u
#define DOMAIN_LABEL_MOST 63u
#define NUMBER_LEAST      4u
#define NUMBER_MOST       24u

struct range {
	uint32_t first, last;
};

static bool
in_ranges(uint32_t code, const struct range *ranges, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (code >= ranges[i].first && code <= ranges[i].last)
			return true;
	}
	return false;
}

static bool
is_latin(uint32_t code)
{
	static const struct range latin[] = { { 'A', 'Z' }, { 'a', 'z' }, { 0xc0, 0xd6 }, { 0xd8, 0xf6 }, { 0xf8, 0x24f },
		{ 0x1e00, 0x1eff } };
	return in_ranges(code, latin, sizeof(latin) / sizeof(latin[0]));
}

/* Ideographs of the basic plane, its extension A and compatibility block, planes 2 and 3, and the two signs that stand
 * for a character in names. */
static bool
is_han(uint32_t code)
{
	static const struct range han[] = { { 0x3005, 0x3005 }, { 0x3007, 0x3007 }, { 0x3400, 0x4dbf }, { 0x4e00, 0x9fff },
		{ 0xf900, 0xfad9 }, { 0x20000, 0x2a6df }, { 0x2a700, 0x2ebe0 }, { 0x2ebf0, 0x2ee5d }, { 0x2f800, 0x2fa1d },
		{ 0x30000, 0x323af } };
	return in_ranges(code, han, sizeof(han) / sizeof(han[0]));
}

/* Roughly the letters of the world beside Latin and Han: enough to say "another script" and not "strange sign". */
static bool
is_other_letter(uint32_t code)
{
	static const struct range letters[] = { { 0x370, 0x1dff }, { 0x1f00, 0x1fff }, { 0x2c00, 0x2dff },
		{ 0x3040, 0x318f }, { 0x31a0, 0x31ff }, { 0xa000, 0xd7ff }, { 0xfb00, 0xfdff }, { 0xfe70, 0xfefe },
		{ 0x10000, 0x1cfff } };
	return in_ranges(code, letters, sizeof(letters) / sizeof(letters[0]));
}

enum person_fault
person_latin_name(const char *text)
{
	bool any = false;
	if (text[0] == '\0')
		return PERSON_EMPTY;
	if (text_length(text) > NAME_MOST)
		return PERSON_LONG;
	for (uint32_t code; (code = text_next(&text)) != 0;) {
		bool latin = is_latin(code);
		any = any || latin;
		if (is_han(code) || is_other_letter(code))
			return PERSON_SCRIPT;
		if (!latin && (code > 0x7f || strchr(" -',.", (int)code) == NULL) && code != 0x2019)
			return PERSON_CHARACTER;
	}
	return any ? PERSON_OK : PERSON_CHARACTER;
}

/* A middle dot may stand between two parts of a name, as on the card. */
enum person_fault
person_chinese_name(const char *text)
{
	bool dot = text[0] != '\0'; /* none at the start, none twice, none at the end */
	if (text[0] == '\0')
		return PERSON_OK;
	if (text_length(text) > CHINESE_MOST)
		return PERSON_LONG;
	for (uint32_t code; (code = text_next(&text)) != 0;) {
		bool is_dot = code == 0xb7 || code == 0x2027 || code == 0x30fb;
		if (!is_han(code) && !is_dot)
			return is_latin(code) || is_other_letter(code) ? PERSON_SCRIPT : PERSON_CHARACTER;
		if (is_dot && dot)
			return PERSON_CHARACTER;
		dot = is_dot;
	}
	return dot ? PERSON_CHARACTER : PERSON_OK;
}

enum person_fault
person_birth(const char *text, struct date today, struct date *out)
{
	struct date birth;
	struct error ignored;
	if (text[strspn(text, " ")] == '\0')
		return PERSON_EMPTY;
	if (!date_parse_dmy(text, &birth, &ignored))
		return PERSON_SHAPE;
	if (date_compare(birth, today) > 0)
		return PERSON_FUTURE;
	if (date_age(birth, today) > YEARS_MOST)
		return PERSON_TOO_OLD;
	*out = birth;
	return PERSON_OK;
}

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool
is_ascii_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

enum person_fault
person_phone(const char *text, char *tidy, size_t cap)
{
	char digits[PHONE_MOST + 2];
	size_t len = 0;
	if (text[strspn(text, " ")] == '\0')
		return PERSON_EMPTY;
	for (; *text != '\0'; text++) {
		if (*text == ' ' || *text == '-')
			continue;
		if (!is_digit(*text) && !(*text == '+' && len == 0))
			return PERSON_CHARACTER;
		if (len == sizeof(digits) - 1)
			return PERSON_LONG;
		digits[len++] = *text;
	}
	digits[len] = '\0';
	bool abroad = digits[0] == '+' && len - 1 >= PHONE_LEAST && digits[1] != '0';
	bool local = digits[0] >= '2' && digits[0] <= '9' && len == PHONE_LOCAL;
	if (!abroad && !local)
		return PERSON_SHAPE;
	return text_copy(tidy, cap, digits) ? PERSON_OK : PERSON_LONG;
}

/* RFC 5321 dot-string; quoted local parts are not taken. */
static size_t
email_local_length(const char *text)
{
	size_t len = 0;
	for (; text[len] != '@'; len++) {
		bool dot = text[len] == '.';
		if (text[len] == '\0' || (dot && (len == 0 || text[len - 1] == '.' || text[len + 1] == '@')))
			return 0;
		if (!dot && !is_digit(text[len]) && !is_ascii_letter(text[len]) &&
			strchr("!#$%&'*+-/=?^_`{|}~", text[len]) == NULL)
			return 0;
	}
	return len <= EMAIL_LOCAL_MOST ? len : 0;
}

static bool
email_domain(const char *text)
{
	size_t labels = 0;
	for (;;) {
		size_t len = 0;
		while (is_digit(text[len]) || is_ascii_letter(text[len]) || text[len] == '-')
			len++;
		if (len == 0 || len > DOMAIN_LABEL_MOST || text[0] == '-' || text[len - 1] == '-')
			return false;
		labels++;
		if (text[len] != '.')
			return text[len] == '\0' && labels >= 2;
		text += len + 1;
	}
}

enum person_fault
person_email(const char *text)
{
	if (text[0] == '\0')
		return PERSON_EMPTY;
	if (strlen(text) > EMAIL_MOST)
		return PERSON_LONG;
	for (const char *at = text; *at != '\0'; at++) {
		if (*at <= ' ' || *at > '~') /* also every byte over 7F, wherever char is signed or not */
			return PERSON_CHARACTER;
	}
	size_t local = email_local_length(text);
	return local > 0 && email_domain(text + local + 1) ? PERSON_OK : PERSON_SHAPE;
}

enum person_fault
person_address_line(const char *text, size_t most)
{
	if (text[strspn(text, " ")] == '\0')
		return PERSON_EMPTY;
	if (text_length(text) > most)
		return PERSON_LONG;
	for (uint32_t code; (code = text_next(&text)) != 0;) {
		if (text_is_control(code) || text_is_unseen(code))
			return PERSON_CHARACTER;
	}
	return PERSON_OK;
}

enum person_fault
person_number(const char *text)
{
	size_t len = strlen(text);
	if (len == 0)
		return PERSON_EMPTY;
	if (len > NUMBER_MOST)
		return PERSON_LONG;
	for (size_t i = 0; i < len; i++) {
		if (!is_digit(text[i]) && !is_ascii_letter(text[i]) && text[i] != '-')
			return PERSON_CHARACTER;
	}
	return len < NUMBER_LEAST ? PERSON_SHAPE : PERSON_OK;
}

enum person_fault
person_age(struct date birth, struct date on, int least)
{
	return date_age(birth, on) < least ? PERSON_TOO_YOUNG : PERSON_OK;
}
