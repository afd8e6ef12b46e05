#include "kiosk/model/hkid.h"

#include <stddef.h>
#include <string.h>

#include "kiosk/base/text.h"

#define LETTERS_MOST 2
#define DIGITS       6
#define WIDTH        8  /* characters over which the sum runs */
#define SPACE_VALUE  36 /* of the blank before a single letter */
#define MODULUS      11
#define SHOWN        4 /* characters that stay visible in the masked form */
#define DOT          "\xe2\x80\xa2"
#define TYPED        64u /* bytes looked at; a number has 11 characters */

static bool
is_letter(char c)
{
	return c >= 'A' && c <= 'Z';
}

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* Characters of the letters and digits that `text` starts with, if they have the shape of a number; else 0. */
static size_t
number_length(const char *text)
{
	size_t letters = 0, digits = 0;
	while (letters < LETTERS_MOST && is_letter(text[letters]))
		letters++;
	while (digits < DIGITS && is_digit(text[letters + digits]))
		digits++;
	return letters > 0 && digits == DIGITS ? letters + digits : 0;
}

char
hkid_check_of(const char *number)
{
	size_t len = number_length(number);
	if (len == 0 || number[len] != '\0')
		return '\0';
	int sum = len < WIDTH ? SPACE_VALUE * (WIDTH + 1) : 0;
	for (size_t i = 0; i < len; i++) {
		int value = is_digit(number[i]) ? number[i] - '0' : number[i] - 'A' + 10;
		sum += value * (int)(len + 1 - i);
	}
	int rest = (MODULUS - sum % MODULUS) % MODULUS;
	return rest == 10 ? 'A' : (char)('0' + rest);
}

static bool
refuse(enum hkid_fault fault, enum hkid_fault *out, struct error *err)
{
	static const char *const words[] = { "", "no identity card number", "not the shape of an identity card number",
		"check character does not match" };
	*out = fault;
	return error_set(err, ERROR_INVALID, "%s", words[fault]);
}

static bool
tidy_upper(const char *typed, char out[static TYPED])
{
	struct error ignored;
	if (!text_tidy(typed, out, TYPED, &ignored))
		return false;
	text_upper(out);
	return true;
}

static bool
judge(const char *number, const char *check, struct hkid *out, enum hkid_fault *fault, struct error *err)
{
	char right = hkid_check_of(number);
	if (right == '\0')
		return refuse(HKID_SHAPE, fault, err);
	if (check[0] != right || check[1] != '\0')
		return refuse(HKID_CHECK, fault, err);
	struct hkid found = { .check = right };
	(void)text_copy(found.number, sizeof(found.number), number);
	*out = found;
	*fault = HKID_OK;
	return true;
}

/* Cut "A123456 ( 3 )" after the number and behind the check character; NULL if it has another shape. */
static const char *
split(char *text)
{
	size_t len = number_length(text);
	char *at = text + len;
	at += *at == ' ' ? 1 : 0;
	if (len == 0 || *at != '(')
		return NULL;
	at++;
	at += *at == ' ' ? 1 : 0;
	char *check = at;
	if (!is_digit(*at) && !is_letter(*at))
		return NULL;
	at++;
	char *end = at;
	at += *at == ' ' ? 1 : 0;
	if (at[0] != ')' || at[1] != '\0')
		return NULL;
	*end = '\0';
	text[len] = '\0';
	return check;
}

bool
hkid_parse(const char *text, struct hkid *out, enum hkid_fault *fault, struct error *err)
{
	char tidy[TYPED];
	if (!tidy_upper(text, tidy))
		return refuse(HKID_SHAPE, fault, err);
	if (tidy[0] == '\0')
		return refuse(HKID_EMPTY, fault, err);
	const char *check = split(tidy);
	if (check == NULL)
		return refuse(HKID_SHAPE, fault, err);
	return judge(tidy, check, out, fault, err);
}

bool
hkid_parse_parts(const char *number, const char *check, struct hkid *out, enum hkid_fault *fault, struct error *err)
{
	char tidy_number[TYPED], tidy_check[TYPED];
	if (!tidy_upper(number, tidy_number))
		return refuse(HKID_SHAPE, fault, err);
	if (tidy_number[0] == '\0')
		return refuse(HKID_EMPTY, fault, err);
	if (hkid_check_of(tidy_number) == '\0')
		return refuse(HKID_SHAPE, fault, err);
	if (!tidy_upper(check, tidy_check))
		return refuse(HKID_CHECK, fault, err);
	return judge(tidy_number, tidy_check, out, fault, err);
}

bool
hkid_equal(const struct hkid *a, const struct hkid *b)
{
	return strcmp(a->number, b->number) == 0 && a->check == b->check;
}

void
hkid_format(const struct hkid *hkid, char out[static HKID_TEXT])
{
	if (hkid->number[0] == '\0')
		out[0] = '\0';
	else
		(void)text_format(out, HKID_TEXT, "%s(%c)", hkid->number, hkid->check);
}

void
hkid_mask(const struct hkid *hkid, char out[static HKID_MASK])
{
	size_t len = strlen(hkid->number);
	out[0] = '\0';
	if (len <= SHOWN)
		return;
	(void)text_format(out, HKID_MASK, "%.*s%.*s(" DOT ")", SHOWN, hkid->number,
		(int)((len - SHOWN) * (sizeof(DOT) - 1)), DOT DOT DOT DOT);
}
