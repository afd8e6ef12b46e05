#pragma once
/* A text in the three languages of the counter. */
#include "kiosk/base/error.h"

enum language { LANGUAGE_EN, LANGUAGE_ZH_HK, LANGUAGE_ZH_CN, LANGUAGES };

struct phrase {
	const char *in[LANGUAGES]; /* borrowed from the catalogue; each is there */
};
/* "en", "zh-Hant-HK", "zh-Hans" for documents and packets. */
const char *phrase_tag(enum language language);
/* The language of such a tag; false if it is none of the three. */
bool phrase_language(const char *tag, enum language *out);
