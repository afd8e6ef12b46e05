#pragma once
/*
 * Text is UTF-8 with a NUL at its end. It is checked here, where it comes in, and trusted afterwards.
 */
#include "kiosk/base/attr.h"
#include "kiosk/base/error.h"
#include "kiosk/base/span.h"

/* A string literal or any other NUL-terminated text as bytes, without the NUL. */
struct span text_span(const char *text);

/* Whole, shortest-form UTF-8 (RFC 3629), no NUL inside, no surrogates. */
bool text_is_utf8(struct span bytes);

/*
 * Copy bytes into out[cap] with a NUL. ERROR_INVALID if not UTF-8 or holding a control character (C0, DEL, C1),
 * ERROR_FULL if it does not fit. `what` names the field in the error; the bytes themselves never appear there.
 */
NODISCARD bool text_take(struct span bytes, const char *what, char *out, size_t cap, struct error *err);

/* Copy as much of `from` as fits into out[cap], cut at a character boundary. Returns false if it was cut. */
bool text_copy(char *out, size_t cap, const char *from);
/* snprintf that reports whether everything fitted; out[] is always terminated, cut at a character boundary. */
bool text_format(char *out, size_t cap, const char *fmt, ...) PRINTF(3, 4);

/* Next code point of *at, moving *at behind it; 0 at the end. Only for text that text_is_utf8() accepted. */
uint32_t text_next(const char **at);
/* Code points in `text`. */
size_t text_length(const char *text);
/* Append one code point to out[cap]; false (and unchanged) if it does not fit. */
bool text_append(char *out, size_t cap, uint32_t code);

/* General category Cc: C0 (line feed and tab too), DEL and C1. */
bool text_is_control(uint32_t code);
/* Bidi_Control: U+061C, U+200E..F, U+202A..E, U+2066..9. */
bool text_is_bidi_control(uint32_t code);
/*
 * What nobody can see in a line: every code point of general category Cf (bidi controls, joiners, soft hyphen, byte
 * order mark, tags) and whatever else Unicode calls Default_Ignorable_Code_Point, which holds the variation selectors.
 * Chinese names lose nothing: Han needs no Cf, and a selector picks a glyph of a character, never another character.
 */
bool text_is_unseen(uint32_t code);

/*
 * What a person meant by typing: full-width ASCII (U+FF01..FF5E) becomes ASCII, ideographic and other blanks become
 * one space, blanks at both ends go, runs of blanks shrink to one. Controls and what text_is_unseen() are an
 * ERROR_INVALID. Combining marks and every script are kept.
 */
NODISCARD bool text_tidy(const char *typed, char *out, size_t cap, struct error *err);
/* ASCII letters to upper case, in place. */
void text_upper(char *text);

/* Lower-case hexadecimal of `bytes`; out holds 2 * len + 1. */
void text_hex(struct span bytes, char *out, size_t cap);
/* The reverse; ERROR_INVALID for anything but an even number of hex digits, ERROR_FULL when out is too small. */
NODISCARD bool text_unhex(const char *hex, uint8_t *out, size_t cap, size_t *len, struct error *err);
/* Standard base64 (RFC 4648 clause 4), one line, padded; cap >= 4 * ((len + 2) / 3) + 1. */
void text_base64(struct span bytes, char *out, size_t cap);
/* The reverse; white space is skipped. */
NODISCARD bool text_unbase64(struct span text, uint8_t *out, size_t cap, size_t *len, struct error *err);
/* 1 to cap - 1 of [A-Za-z0-9-]: safe as a file name and as a part of an address. */
bool text_is_id(const char *text, size_t cap);
