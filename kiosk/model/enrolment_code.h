#pragma once
/*
 * The one-time code with which a counter is provisioned, as people write and type it: 95 random bits and a check
 * character in Crockford's base 32 (no I, L, O, U), in groups of four: "7K3M-Q9TB-0XWD-4HNE-ZC82". Any one wrong
 * character, and any two exchanged, are found before the code is sent anywhere.
 */
#include <stddef.h>
#include <stdint.h>

#include "kiosk/base/attr.h"
#include "kiosk/base/error.h"

#define ENROLMENT_CODE_RANDOM 19u /* bytes of randomness that a code takes; the low five bits of each are used */
#define ENROLMENT_CODE_TEXT   25u /* bytes of a code in groups, NUL included */

void enrolment_code_make(const uint8_t random[static ENROLMENT_CODE_RANDOM], char out[static ENROLMENT_CODE_TEXT]);
/*
 * What a person meant by typing: small letters, blanks, hyphens, O for 0, I and L for 1 are let through; `out` is the
 * form above. ERROR_INVALID when it is too short, too long, holds another character, or the check character does not
 * fit. The error never holds the code.
 */
NODISCARD bool enrolment_code_read(const char *typed, char out[static ENROLMENT_CODE_TEXT], struct error *err);
