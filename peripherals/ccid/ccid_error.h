#pragma once
/* The errors of a reader (CCID 1.1, 6.2.6) in words. */
#include <stdint.h>

/* What bError of a failed command says; never NULL. Values 1 to 7F are the place of the field that it did not like. */
const char *ccid_error_words(uint8_t error);
