#include "kiosk/model/phrase.h"

#include <string.h>

/* BCP 47; the site's simplified text is Hong Kong wording, so it carries no region. */
static const char *const tags[LANGUAGES] = { "en", "zh-Hant-HK", "zh-Hans" };

const char *
phrase_tag(enum language language)
{
	return tags[language];
}

bool
phrase_language(const char *tag, enum language *out)
{
	for (int i = 0; i < LANGUAGES; i++) {
		if (strcmp(tag, tags[i]) == 0) {
			*out = (enum language)i;
			return true;
		}
	}
	return false;
}
