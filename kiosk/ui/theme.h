#pragma once
/*
 * Design tokens: colours, type styles and the two themes. Widgets name a token, never a colour or a pixel size of type.
 * Lengths here and in tree.h are design pixels: one device pixel at scale 1 and 100 % text.
 */
#include <stdint.h>

enum theme { THEME_LIGHT, THEME_CONTRAST, THEME_COUNT };

/* LANG_INHERIT in a box means the language of the whole tree. */
enum lang { LANG_INHERIT, LANG_EN, LANG_HANT, LANG_HANS, LANG_COUNT };

/* "Soft" is a fill, "line" its edge; "on" is what is written upon a fill. */
enum color {
	COLOR_NONE, /* nothing is drawn */
	COLOR_CANVAS,
	COLOR_SURFACE,
	COLOR_SUBTLE,
	COLOR_SUNKEN,
	COLOR_LINE,  /* separates; decoration only */
	COLOR_FIELD, /* edge of a control */
	COLOR_TEXT,
	COLOR_TEXT_2,
	COLOR_TEXT_3,
	COLOR_PRIMARY,
	COLOR_PRIMARY_HOVER,
	COLOR_PRIMARY_SOFT,
	COLOR_PRIMARY_LINE,
	COLOR_PRIMARY_TEXT,
	COLOR_ON_PRIMARY,
	COLOR_FOCUS, /* the focus ring */
	COLOR_SELECTION,
	COLOR_BAD,
	COLOR_BAD_SOFT,
	COLOR_BAD_LINE,
	COLOR_ON_BAD,
	COLOR_WARN,
	COLOR_WARN_SOFT,
	COLOR_WARN_LINE,
	COLOR_OK,
	COLOR_OK_SOFT,
	COLOR_OK_LINE,
	COLOR_INFO,
	COLOR_INFO_SOFT,
	COLOR_INFO_LINE,
	COLOR_HEADER,
	COLOR_HEADER_RAISED,
	COLOR_ON_HEADER,
	COLOR_ON_HEADER_2,
	COLOR_FAULT, /* amber pill in the header */
	COLOR_ON_FAULT,
	COLOR_TRAINING, /* violet says "sample" and nothing else */
	COLOR_TRAINING_STRIPE,
	COLOR_ON_TRAINING,
	COLOR_TRAINING_TEXT,
	COLOR_TRAINING_SOFT,
	COLOR_TRAINING_LINE,
	COLOR_SCRIM, /* drawn at 45 % over what a dialog covers */
	COLOR_SHADOW,
	COLOR_INK,   /* print: always black */
	COLOR_PAPER, /* print: always white */
	COLOR_NOTE_10,
	COLOR_NOTE_20,
	COLOR_NOTE_50,
	COLOR_NOTE_100,
	COLOR_NOTE_500,
	COLOR_NOTE_1000,
	COLOR_COIN_SILVER,
	COLOR_COIN_BRASS,
	COLOR_COUNT
};

/* Counter styles, then the applicant's window (from TYPE_GUEST), then large print. */
enum type_style {
	TYPE_BODY, /* zero, so that it is the default */
	TYPE_BODY_MEDIUM,
	TYPE_BODY_BOLD,
	TYPE_CAPTION,
	TYPE_CAPTION_BOLD,
	TYPE_SMALL,
	TYPE_SMALL_BOLD,
	TYPE_LEAD,
	TYPE_H3,
	TYPE_H2,
	TYPE_H1,
	TYPE_DISPLAY,
	TYPE_HUGE,
	TYPE_GUEST,
	TYPE_GUEST_LEAD,
	TYPE_GUEST_BOLD,
	TYPE_GUEST_TITLE,
	TYPE_GUEST_DISPLAY,
	TYPE_LARGE_PRINT,
	TYPE_LARGE_PRINT_BOLD,
	TYPE_COUNT
};

struct theme_type {
	float size, line; /* design px: em and line height */
	int weight;       /* 400, 500 or 600 */
};

/* Steps of the spacing scale and the radii; other values in a box are allowed but want a reason. */
enum {
	SPACE_1 = 4,
	SPACE_2 = 8,
	SPACE_3 = 12,
	SPACE_4 = 16,
	SPACE_5 = 20,
	SPACE_6 = 24,
	SPACE_7 = 28,
	SPACE_8 = 40,
	SPACE_9 = 48,
	RADIUS_KEY = 5,
	RADIUS_ROW = 8,
	RADIUS_CONTROL = 10,
	RADIUS_CARD = 16,
	RADIUS_PILL = 999,
};

/* 0xRRGGBB of a token; COLOR_NONE gives 0. */
uint32_t theme_rgb(enum theme theme, enum color color);
/* For golden files: "primary-soft". */
const char *theme_color_name(enum color color);
const struct theme_type *theme_type(enum type_style style);

/* WCAG contrast ratio of two 0xRRGGBB colours, 1..21. */
double theme_contrast(uint32_t a, uint32_t b);
