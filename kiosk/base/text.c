#include "kiosk/base/text.h"

#include <assert.h>
#include <sodium.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define TEXT_BAD UINT32_MAX /* no code point */

/* What the first byte of a sequence says: how many bytes follow, and the range that the second one must lie in
 * (RFC 3629, 4: this excludes overlong forms, surrogates and everything over U+10FFFF). */
struct lead {
	uint8_t first, last;
	uint8_t follow;
	uint8_t second_least, second_most;
	uint8_t bits; /* of the code point in the first byte */
};

static const char base64_blanks[] = " \t\r\n";

/* clang-format off */
static const struct lead leads[] = {
	{ 0x00, 0x7F, 0, 0x00, 0x00, 0x7F },
	{ 0xC2, 0xDF, 1, 0x80, 0xBF, 0x1F },
	{ 0xE0, 0xE0, 2, 0xA0, 0xBF, 0x0F },
	{ 0xE1, 0xEC, 2, 0x80, 0xBF, 0x0F },
	{ 0xED, 0xED, 2, 0x80, 0x9F, 0x0F },
	{ 0xEE, 0xEF, 2, 0x80, 0xBF, 0x0F },
	{ 0xF0, 0xF0, 3, 0x90, 0xBF, 0x07 },
	{ 0xF1, 0xF3, 3, 0x80, 0xBF, 0x07 },
	{ 0xF4, 0xF4, 3, 0x80, 0x8F, 0x07 },
};
/* clang-format on */

static const struct lead *
lead_of(uint8_t byte)
{
	for (size_t i = 0; i < sizeof(leads) / sizeof(leads[0]); i++)
		if (byte >= leads[i].first && byte <= leads[i].last)
			return &leads[i];
	return NULL;
}

/* Decode the sequence at the start of bytes (not empty); TEXT_BAD if there is none. *len is set on success only. */
static uint32_t
decode(struct span bytes, size_t *len)
{
	const struct lead *lead = lead_of(bytes.at[0]);
	if (lead == NULL || bytes.len <= lead->follow)
		return TEXT_BAD;
	uint32_t code = bytes.at[0] & lead->bits;
	for (size_t i = 1; i <= lead->follow; i++) {
		uint8_t least = i == 1 ? lead->second_least : 0x80;
		uint8_t most = i == 1 ? lead->second_most : 0xBF;
		if (bytes.at[i] < least || bytes.at[i] > most)
			return TEXT_BAD;
		code = code << 6 | (bytes.at[i] & 0x3Fu);
	}
	*len = 1 + (size_t)lead->follow;
	return code;
}

/* Bytes that `code` takes in UTF-8, written to out[4]. */
static size_t
encode(uint32_t code, uint8_t out[4])
{
	if (code < 0x80) {
		out[0] = (uint8_t)code;
		return 1;
	}
	size_t len = code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
	static const uint8_t marks[5] = { 0, 0, 0xC0, 0xE0, 0xF0 };
	for (size_t i = len - 1; i > 0; i--) {
		out[i] = (uint8_t)(0x80 | (code & 0x3F));
		code >>= 6;
	}
	out[0] = (uint8_t)(marks[len] | code);
	return len;
}

/* The length of text[len], or less: without the sequence at its end if that one is not whole. */
static size_t
whole_characters(const char *text, size_t len)
{
	size_t start = len;
	while (start > 0 && len - start < 3 && ((uint8_t)text[start - 1] & 0xC0) == 0x80)
		start--;
	if (start == 0)
		return len;
	start--;
	const struct lead *lead = lead_of((uint8_t)text[start]);
	return lead != NULL && start + 1 + lead->follow > len ? start : len;
}

/* Zs, Zl and Zp of the Unicode character database. */
static bool
is_blank(uint32_t code)
{
	return code == ' ' || code == 0xA0 || code == 0x1680 || (code >= 0x2000 && code <= 0x200A) || code == 0x2028 ||
		   code == 0x2029 || code == 0x202F || code == 0x205F || code == 0x3000;
}

struct span
text_span(const char *text)
{
	return (struct span){ (const uint8_t *)text, strlen(text) };
}

bool
text_is_utf8(struct span bytes)
{
	while (bytes.len > 0) {
		size_t len = 0;
		uint32_t code = decode(bytes, &len);
		if (code == TEXT_BAD || code == 0)
			return false;
		bytes.at += len;
		bytes.len -= len;
	}
	return true;
}

bool
text_take(struct span bytes, const char *what, char *out, size_t cap, struct error *err)
{
	if (bytes.len >= cap)
		return error_set(err, ERROR_FULL, "%s: over %zu bytes", what, cap - 1);
	for (struct span rest = bytes; rest.len > 0;) {
		size_t len = 0;
		uint32_t code = decode(rest, &len);
		if (code == TEXT_BAD)
			return error_set(err, ERROR_INVALID, "%s: not UTF-8", what);
		if (text_is_control(code))
			return error_set(err, ERROR_INVALID, "%s: holds a control character", what);
		rest.at += len;
		rest.len -= len;
	}
	if (bytes.len > 0)
		memcpy(out, bytes.at, bytes.len);
	out[bytes.len] = '\0';
	return true;
}

bool
text_copy(char *out, size_t cap, const char *from)
{
	assert(cap > 0);
	size_t len = strlen(from);
	bool whole = len < cap;
	if (!whole)
		len = whole_characters(from, cap - 1);
	memcpy(out, from, len);
	out[len] = '\0';
	return whole;
}

bool
text_format(char *out, size_t cap, const char *fmt, ...)
{
	assert(cap > 0);
	va_list args;
	va_start(args, fmt);
	int n = vsnprintf(out, cap, fmt, args);
	va_end(args);
	if (n >= 0 && (size_t)n < cap)
		return true;
	size_t len = n < 0 ? 0 : whole_characters(out, cap - 1);
	out[len] = '\0';
	return false;
}

uint32_t
text_next(const char **at)
{
	const uint8_t *byte = (const uint8_t *)*at;
	const struct lead *lead = lead_of(*byte);
	if (lead == NULL || *byte == 0)
		return 0;
	uint32_t code = *byte++ & lead->bits;
	for (size_t i = 0; i < lead->follow && (*byte & 0xC0) == 0x80; i++)
		code = code << 6 | (*byte++ & 0x3Fu);
	*at = (const char *)byte;
	return code;
}

size_t
text_length(const char *text)
{
	size_t n = 0;
	while (text_next(&text) != 0)
		n++;
	return n;
}

bool
text_append(char *out, size_t cap, uint32_t code)
{
	uint8_t bytes[4];
	size_t used = strlen(out);
	size_t len = encode(code, bytes);
	if (used + len >= cap)
		return false;
	memcpy(out + used, bytes, len);
	out[used + len] = '\0';
	return true;
}

bool
text_is_control(uint32_t code)
{
	return code < 0x20 || (code >= 0x7F && code <= 0x9F);
}

bool
text_is_bidi_control(uint32_t code)
{
	return code == 0x061C || code == 0x200E || code == 0x200F || (code >= 0x202A && code <= 0x202E) ||
		   (code >= 0x2066 && code <= 0x2069);
}

bool
text_is_unseen(uint32_t code)
{
	/* DerivedGeneralCategory (Cf) and DerivedCoreProperties (Default_Ignorable_Code_Point), Unicode 15.0 */
	static const struct {
		uint32_t first, last;
	} unseen[] = { { 0xAD, 0xAD }, { 0x34F, 0x34F }, { 0x600, 0x605 }, { 0x61C, 0x61C }, { 0x6DD, 0x6DD },
		{ 0x70F, 0x70F }, { 0x890, 0x891 }, { 0x8E2, 0x8E2 }, { 0x115F, 0x1160 }, { 0x17B4, 0x17B5 },
		{ 0x180B, 0x180F }, { 0x200B, 0x200F }, { 0x202A, 0x202E }, { 0x2060, 0x206F }, { 0x3164, 0x3164 },
		{ 0xFE00, 0xFE0F }, { 0xFEFF, 0xFEFF }, { 0xFFA0, 0xFFA0 }, { 0xFFF0, 0xFFFB }, { 0x110BD, 0x110BD },
		{ 0x110CD, 0x110CD }, { 0x13430, 0x1343F }, { 0x1BCA0, 0x1BCA3 }, { 0x1D173, 0x1D17A }, { 0xE0000, 0xE0FFF } };
	for (size_t i = 0; i < sizeof(unseen) / sizeof(unseen[0]); i++)
		if (code >= unseen[i].first && code <= unseen[i].last)
			return true;
	return false;
}

bool
text_tidy(const char *typed, char *out, size_t cap, struct error *err)
{
	bool blank = false; /* one stands before the next character */
	size_t used = 0;
	struct span rest = text_span(typed);
	assert(cap > 0);
	while (rest.len > 0) {
		size_t len = 0;
		uint32_t code = decode(rest, &len);
		if (code == TEXT_BAD)
			return error_set(err, ERROR_INVALID, "not UTF-8");
		if (text_is_control(code) || text_is_unseen(code))
			return error_set(err, ERROR_INVALID, "holds the unseen character U+%04X", code);
		rest.at += len;
		rest.len -= len;
		if (is_blank(code)) {
			blank = used > 0;
			continue;
		}
		if (code >= 0xFF01 && code <= 0xFF5E)
			code = code - 0xFF01 + '!';
		uint8_t bytes[5] = { ' ' };
		size_t n = encode(code, bytes + 1);
		if (used + blank + n >= cap)
			return error_set(err, ERROR_FULL, "over %zu bytes", cap - 1);
		memcpy(out + used, blank ? bytes : bytes + 1, n + blank);
		used += n + blank;
		blank = false;
	}
	out[used] = '\0';
	return true;
}

void
text_upper(char *text)
{
	for (; *text != '\0'; text++)
		if (*text >= 'a' && *text <= 'z')
			*text = (char)(*text - 'a' + 'A');
}

void
text_hex(struct span bytes, char *out, size_t cap)
{
	assert(cap > 2 * bytes.len);
	(void)sodium_bin2hex(out, cap, bytes.at, bytes.len);
}

bool
text_unhex(const char *hex, uint8_t *out, size_t cap, size_t *len, struct error *err)
{
	size_t n = 0;
	size_t digits = strlen(hex);
	if (digits / 2 > cap)
		return error_set(err, ERROR_FULL, "%zu hexadecimal digits are over %zu bytes", digits, cap);
	if (sodium_hex2bin(out, cap, hex, digits, NULL, &n, NULL) != 0)
		return error_set(err, ERROR_INVALID, "not pairs of hexadecimal digits");
	*len = n;
	return true;
}

void
text_base64(struct span bytes, char *out, size_t cap)
{
	assert(cap >= sodium_base64_ENCODED_LEN(bytes.len, sodium_base64_VARIANT_ORIGINAL));
	(void)sodium_bin2base64(out, cap, bytes.at, bytes.len, sodium_base64_VARIANT_ORIGINAL);
}

bool
text_unbase64(struct span text, uint8_t *out, size_t cap, size_t *len, struct error *err)
{
	size_t n = 0;
	size_t digits = 0;
	for (size_t i = 0; i < text.len; i++) {
		if (text.at[i] == '\0') /* which sodium_base642bin() would skip */
			return error_set(err, ERROR_INVALID, "not base64");
		digits += text.at[i] != '=' && strchr(base64_blanks, text.at[i]) == NULL;
	}
	if (digits / 4 * 3 + digits % 4 * 3 / 4 > cap)
		return error_set(err, ERROR_FULL, "%zu digits of base64 are over %zu bytes", digits, cap);
	if (sodium_base642bin(
			out, cap, (const char *)text.at, text.len, base64_blanks, &n, NULL, sodium_base64_VARIANT_ORIGINAL) != 0)
		return error_set(err, ERROR_INVALID, "not base64");
	*len = n;
	return true;
}

bool
text_is_id(const char *text, size_t cap)
{
	const size_t len = strnlen(text, cap);
	return len > 0 && len < cap &&
		   strspn(text, "0123456789-ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz") == len;
}
