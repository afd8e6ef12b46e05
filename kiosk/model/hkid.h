#pragma once
/* Hong Kong identity card numbers: one or two letters, six digits, check character. A right check character catches
 * typing mistakes; it does not prove a card. */
#include "kiosk/base/attr.h"
#include "kiosk/base/error.h"

#define HKID_TEXT 16u /* bytes of "AB123456(9)" with room */
#define HKID_MASK 32u /* bytes of the masked form, NUL included */

struct hkid {
	char number[9]; /* "A123456" or "AB123456"; empty: none */
	char check;     /* '0'..'9' or 'A' */
};

/* Which part is wrong, so that the screen can say it beside the field. */
enum hkid_fault { HKID_OK, HKID_EMPTY, HKID_SHAPE, HKID_CHECK };

/* The check character of one or two letters and six digits: weights 9..2 over the number padded left to eight with a
 * space (value 36), letters A=10..Z=35, modulo 11. '\0' if `number` has not that shape. */
char hkid_check_of(const char *number);

/* Read "A123456(3)", "a1234563", full-width letters and digits, blanks around and inside brackets. ERROR_INVALID. */
NODISCARD bool hkid_parse(const char *text, struct hkid *out, enum hkid_fault *fault, struct error *err);
/* The same for the two boxes of the screen: the number, and its check character. */
NODISCARD bool hkid_parse_parts(
	const char *number, const char *check, struct hkid *out, enum hkid_fault *fault, struct error *err);
bool hkid_equal(const struct hkid *a, const struct hkid *b);
/* "A123456(3)": only for the field itself while the identity step is open, and for the sealed packet. */
void hkid_format(const struct hkid *hkid, char out[static HKID_TEXT]);
/* The one way a number shows after the check: first four characters, then U+2022 for the rest and the check character:
 * "A123•••(•)", "AB12••••(•)". */
void hkid_mask(const struct hkid *hkid, char out[static HKID_MASK]);
