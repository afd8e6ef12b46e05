#pragma once
/*
 * Words on the screen. The source holds English; the two Chinese forms come from gettext, one domain per language
 * ("counter-hk", "counter-cn"), so that two windows can speak different languages at once. A missing translation shows
 * English; tests/lint/phrases refuses one before it ships.
 *
 * Write `say(lang, "Waiting %s")`: xgettext finds the first text argument of say() and both of say_n(). A phrase
 * that means two things carries its context in front: "verb|Hold"; what stands before the last bar is never shown.
 */
#include "kiosk/ui/theme.h"

/* Say where the .mo files are (folder/C/LC_MESSAGES/). Once, in main, before any thread: it sets LC_ALL to C.UTF-8 and
 * takes LANGUAGE out of the environment, which would override every domain. */
void say_start(const char *folder);

/* The phrase in that language. Borrowed for ever. LANG_INHERIT counts as English. */
const char *say(enum lang lang, const char *english) __attribute__((format_arg(2)));
/* The phrase for a number of things. */
const char *say_n(enum lang lang, const char *one, const char *many, unsigned long n)
	__attribute__((format_arg(2), format_arg(3)));
/* Texts that are chosen from a table: marks them for extraction without looking them up. */
#define SAY(text) text
