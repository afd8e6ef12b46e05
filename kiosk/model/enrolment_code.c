#include "kiosk/model/enrolment_code.h"

#include <string.h>

#define SYMBOLS (ENROLMENT_CODE_RANDOM + 1) /* with the check character */
#define GROUP   4u

static const char alphabet[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/* Twice `v` in GF(32) over x^5 + x^2 + 1, where 2 generates all 31 units. */
static unsigned
twice(unsigned v)
{
	v <<= 1;
	return (v & 32u) != 0 ? (v ^ 37u) & 31u : v;
}

/*
 * The check is the sum of 2^(n-i) * symbol[i]: the weights are all different and none is zero, so one wrong symbol
 * or two exchanged ones always change it. (Horner's rule.)
 */
static unsigned
check_of(const uint8_t symbols[static ENROLMENT_CODE_RANDOM])
{
	unsigned sum = 0;
	for (size_t i = 0; i < ENROLMENT_CODE_RANDOM; i++)
		sum = twice(sum ^ symbols[i]);
	return sum;
}

static void
write_out(const uint8_t symbols[static SYMBOLS], char out[static ENROLMENT_CODE_TEXT])
{
	size_t at = 0;
	for (size_t i = 0; i < SYMBOLS; i++) {
		if (i > 0 && i % GROUP == 0)
			out[at++] = '-';
		out[at++] = alphabet[symbols[i]];
	}
	out[at] = '\0';
}

void
enrolment_code_make(const uint8_t random[static ENROLMENT_CODE_RANDOM], char out[static ENROLMENT_CODE_TEXT])
{
	uint8_t symbols[SYMBOLS];
	for (size_t i = 0; i < ENROLMENT_CODE_RANDOM; i++)
		symbols[i] = random[i] & 31u;
	symbols[ENROLMENT_CODE_RANDOM] = (uint8_t)check_of(symbols);
	write_out(symbols, out);
}

/* The value of a typed character, 32 for one to skip, -1 for one that cannot stand in a code. */
static int
value_of(char c)
{
	if (c >= 'a' && c <= 'z')
		c = (char)(c - 'a' + 'A');
	if (c == '-' || c == ' ')
		return 32;
	if (c == 'O')
		return 0;
	if (c == 'I' || c == 'L')
		return 1;
	const char *found = c != '\0' ? strchr(alphabet, c) : NULL;
	return found != NULL ? (int)(found - alphabet) : -1;
}

bool
enrolment_code_read(const char *typed, char out[static ENROLMENT_CODE_TEXT], struct error *err)
{
	uint8_t symbols[SYMBOLS];
	size_t count = 0;
	for (const char *at = typed; *at != '\0'; at++) {
		const int value = value_of(*at);
		if (value < 0)
			return error_set(err, ERROR_INVALID, "enrolment code: a character that no code has");
		if (value == 32)
			continue;
		if (count == SYMBOLS)
			return error_set(err, ERROR_INVALID, "enrolment code: more than %u characters", SYMBOLS);
		symbols[count++] = (uint8_t)value;
	}
	if (count < SYMBOLS)
		return error_set(err, ERROR_INVALID, "enrolment code: %zu of %u characters", count, SYMBOLS);
	if (check_of(symbols) != symbols[ENROLMENT_CODE_RANDOM])
		return error_set(err, ERROR_INVALID, "enrolment code: a typing mistake");
	write_out(symbols, out);
	return true;
}
