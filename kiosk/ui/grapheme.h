#pragma once
/*
 * Grapheme clusters: what a person calls one character (UAX #29, extended clusters). Enough of it for names, addresses
 * and emoji: combining and spacing marks, joiners, variation selectors, Hangul syllables, flags. Text is valid UTF-8.
 */
#include <stddef.h>

/* The boundary behind the cluster that starts at byte `at`; the length of the text at its end. */
size_t grapheme_after(const char *text, size_t at);
/* The boundary before byte `at`; 0 at the start. */
size_t grapheme_before(const char *text, size_t at);
/* `at` itself if it is a boundary, else the one before it; never behind the end. */
size_t grapheme_floor(const char *text, size_t at);
size_t grapheme_count(const char *text);
/* The byte where the n-th cluster starts (from 0), or the length of the text. */
size_t grapheme_nth(const char *text, size_t n);
