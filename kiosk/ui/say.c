#include "kiosk/ui/say.h"

#include <libintl.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>

static const char *const domains[LANG_COUNT] = { [LANG_HANT] = "counter-hk", [LANG_HANS] = "counter-cn" };

void
say_start(const char *folder)
{
	(void)unsetenv("LANGUAGE");
	(void)setlocale(LC_ALL, "C.UTF-8"); /* in plain "C" glibc looks nothing up */
	for (size_t i = 0; i < LANG_COUNT; i++) {
		if (domains[i] == NULL)
			continue;
		(void)bindtextdomain(domains[i], folder);
		(void)bind_textdomain_codeset(domains[i], "UTF-8");
	}
}

/* What stands behind the context, if there is one. */
static const char *
without_context(const char *text)
{
	const char *bar = strrchr(text, '|');
	return bar == NULL ? text : bar + 1;
}

const char *
say(enum lang lang, const char *english)
{
	const char *found = domains[lang] == NULL ? english : dgettext(domains[lang], english);
	return found == english ? without_context(english) : found;
}

const char *
say_n(enum lang lang, const char *one, const char *many, unsigned long n)
{
	if (domains[lang] == NULL)
		return without_context(n == 1 ? one : many);
	const char *found = dngettext(domains[lang], one, many, n);
	return found == one || found == many ? without_context(found) : found;
}
