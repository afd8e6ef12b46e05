#include "kiosk/ui/theme.h"

#include <assert.h>
#include <math.h>

/* clang-format off */
static const uint32_t COLORS[COLOR_COUNT][THEME_COUNT] = {
	[COLOR_CANVAS]          = { 0xF3F5F4, 0x000000 },
	[COLOR_SURFACE]         = { 0xFFFFFF, 0x000000 },
	[COLOR_SUBTLE]          = { 0xF8FAF9, 0x000000 },
	[COLOR_SUNKEN]          = { 0xEDF1EF, 0x1A1A1A },
	[COLOR_LINE]            = { 0xDFE5E2, 0x8C8C8C },
	[COLOR_FIELD]           = { 0x7E8C87, 0xFFFFFF },
	[COLOR_TEXT]            = { 0x13211D, 0xFFFFFF },
	[COLOR_TEXT_2]          = { 0x45544F, 0xF2F2F2 },
	[COLOR_TEXT_3]          = { 0x5C6B66, 0xD9D9D9 },
	[COLOR_PRIMARY]         = { 0x0B6B57, 0xFFE14D },
	[COLOR_PRIMARY_HOVER]   = { 0x095848, 0xFFF0A0 },
	[COLOR_PRIMARY_SOFT]    = { 0xE6F3EF, 0x2A2500 },
	[COLOR_PRIMARY_LINE]    = { 0xB5DACE, 0xFFE14D },
	[COLOR_PRIMARY_TEXT]    = { 0x095848, 0xFFE14D },
	[COLOR_ON_PRIMARY]      = { 0xFFFFFF, 0x000000 },
	[COLOR_FOCUS]           = { 0x2F8F79, 0x3DF0FF },
	[COLOR_SELECTION]       = { 0xBFE3D8, 0x0B4F57 },
	[COLOR_BAD]             = { 0xB3261E, 0xFF9E94 },
	[COLOR_BAD_SOFT]        = { 0xFDEFED, 0x2B0500 },
	[COLOR_BAD_LINE]        = { 0xF2C4BF, 0xFF9E94 },
	[COLOR_ON_BAD]          = { 0xFFFFFF, 0x000000 },
	[COLOR_WARN]            = { 0x8A5300, 0xFFC766 },
	[COLOR_WARN_SOFT]       = { 0xFFF5E2, 0x2A1B00 },
	[COLOR_WARN_LINE]       = { 0xF0D6A3, 0xFFC766 },
	[COLOR_OK]              = { 0x1B6E3C, 0x7CF2A0 },
	[COLOR_OK_SOFT]         = { 0xE8F5EC, 0x00230D },
	[COLOR_OK_LINE]         = { 0xBFE0CA, 0x7CF2A0 },
	[COLOR_INFO]            = { 0x1F5FA8, 0x9CCBFF },
	[COLOR_INFO_SOFT]       = { 0xEAF2FB, 0x001A33 },
	[COLOR_INFO_LINE]       = { 0xC3D9F1, 0x9CCBFF },
	[COLOR_HEADER]          = { 0x10312A, 0x000000 },
	[COLOR_HEADER_RAISED]   = { 0x1C443B, 0x1A1A1A },
	[COLOR_ON_HEADER]       = { 0xFFFFFF, 0xFFFFFF },
	[COLOR_ON_HEADER_2]     = { 0xB4CCC4, 0xE6E6E6 },
	[COLOR_FAULT]           = { 0xFFD27A, 0xFFC766 },
	[COLOR_ON_FAULT]        = { 0x3A2400, 0x000000 },
	[COLOR_TRAINING]        = { 0x553A93, 0x000000 },
	[COLOR_TRAINING_STRIPE] = { 0x6A4FAB, 0x5A4470 },
	[COLOR_ON_TRAINING]     = { 0xFFFFFF, 0xD9B8FF },
	[COLOR_TRAINING_TEXT]   = { 0x553A93, 0xD9B8FF },
	[COLOR_TRAINING_SOFT]   = { 0xF2EDFB, 0x1A0F2B },
	[COLOR_TRAINING_LINE]   = { 0xD6C9EF, 0xD9B8FF },
	[COLOR_SCRIM]           = { 0x0A2A22, 0x000000 },
	[COLOR_SHADOW]          = { 0x0A2A22, 0x000000 },
	[COLOR_INK]             = { 0x000000, 0x000000 },
	[COLOR_PAPER]           = { 0xFFFFFF, 0xFFFFFF },
	[COLOR_NOTE_10]         = { 0x8B6FB0, 0x8B6FB0 },
	[COLOR_NOTE_20]         = { 0x5B84B8, 0x5B84B8 },
	[COLOR_NOTE_50]         = { 0x5E9A73, 0x5E9A73 },
	[COLOR_NOTE_100]        = { 0xC4645F, 0xC4645F },
	[COLOR_NOTE_500]        = { 0x9A7B5B, 0x9A7B5B },
	[COLOR_NOTE_1000]       = { 0xC9A24A, 0xC9A24A },
	[COLOR_COIN_SILVER]     = { 0xD5DADC, 0xD5DADC },
	[COLOR_COIN_BRASS]      = { 0xD9BE72, 0xD9BE72 },
};

static const struct theme_type TYPES[TYPE_COUNT] = {
	[TYPE_BODY]             = { 16, 24, 400 },
	[TYPE_BODY_MEDIUM]      = { 16, 24, 500 },
	[TYPE_BODY_BOLD]        = { 16, 24, 600 },
	[TYPE_CAPTION]          = { 13, 18, 400 },
	[TYPE_CAPTION_BOLD]     = { 13, 18, 600 },
	[TYPE_SMALL]            = { 14, 20, 400 },
	[TYPE_SMALL_BOLD]       = { 14, 20, 600 },
	[TYPE_LEAD]             = { 18, 28, 400 },
	[TYPE_H3]               = { 18, 26, 600 },
	[TYPE_H2]               = { 22, 30, 600 },
	[TYPE_H1]               = { 28, 36, 600 },
	[TYPE_DISPLAY]          = { 36, 44, 600 },
	[TYPE_HUGE]             = { 64, 72, 600 },
	[TYPE_GUEST]            = { 20, 28, 400 },
	[TYPE_GUEST_LEAD]       = { 22, 30, 400 },
	[TYPE_GUEST_BOLD]       = { 22, 30, 600 },
	[TYPE_GUEST_TITLE]      = { 26, 34, 600 },
	[TYPE_GUEST_DISPLAY]    = { 48, 58, 600 },
	[TYPE_LARGE_PRINT]      = { 60, 72, 400 },
	[TYPE_LARGE_PRINT_BOLD] = { 60, 72, 600 },
};
static const char *const NAMES[COLOR_COUNT] = {
	[COLOR_NONE] = "none",
	[COLOR_CANVAS] = "canvas",
	[COLOR_SURFACE] = "surface",
	[COLOR_SUBTLE] = "subtle",
	[COLOR_SUNKEN] = "sunken",
	[COLOR_LINE] = "line",
	[COLOR_FIELD] = "field",
	[COLOR_TEXT] = "text",
	[COLOR_TEXT_2] = "text-2",
	[COLOR_TEXT_3] = "text-3",
	[COLOR_PRIMARY] = "primary",
	[COLOR_PRIMARY_HOVER] = "primary-hover",
	[COLOR_PRIMARY_SOFT] = "primary-soft",
	[COLOR_PRIMARY_LINE] = "primary-line",
	[COLOR_PRIMARY_TEXT] = "primary-text",
	[COLOR_ON_PRIMARY] = "on-primary",
	[COLOR_FOCUS] = "focus",
	[COLOR_SELECTION] = "selection",
	[COLOR_BAD] = "bad",
	[COLOR_BAD_SOFT] = "bad-soft",
	[COLOR_BAD_LINE] = "bad-line",
	[COLOR_ON_BAD] = "on-bad",
	[COLOR_WARN] = "warn",
	[COLOR_WARN_SOFT] = "warn-soft",
	[COLOR_WARN_LINE] = "warn-line",
	[COLOR_OK] = "ok",
	[COLOR_OK_SOFT] = "ok-soft",
	[COLOR_OK_LINE] = "ok-line",
	[COLOR_INFO] = "info",
	[COLOR_INFO_SOFT] = "info-soft",
	[COLOR_INFO_LINE] = "info-line",
	[COLOR_HEADER] = "header",
	[COLOR_HEADER_RAISED] = "header-raised",
	[COLOR_ON_HEADER] = "on-header",
	[COLOR_ON_HEADER_2] = "on-header-2",
	[COLOR_FAULT] = "fault",
	[COLOR_ON_FAULT] = "on-fault",
	[COLOR_TRAINING] = "training",
	[COLOR_TRAINING_STRIPE] = "training-stripe",
	[COLOR_ON_TRAINING] = "on-training",
	[COLOR_TRAINING_TEXT] = "training-text",
	[COLOR_TRAINING_SOFT] = "training-soft",
	[COLOR_TRAINING_LINE] = "training-line",
	[COLOR_SCRIM] = "scrim",
	[COLOR_SHADOW] = "shadow",
	[COLOR_INK] = "ink",
	[COLOR_PAPER] = "paper",
	[COLOR_NOTE_10] = "note-10",
	[COLOR_NOTE_20] = "note-20",
	[COLOR_NOTE_50] = "note-50",
	[COLOR_NOTE_100] = "note-100",
	[COLOR_NOTE_500] = "note-500",
	[COLOR_NOTE_1000] = "note-1000",
	[COLOR_COIN_SILVER] = "coin-silver",
	[COLOR_COIN_BRASS] = "coin-brass",
};
/* clang-format on */

uint32_t
theme_rgb(enum theme theme, enum color color)
{
	assert(theme < THEME_COUNT && color < COLOR_COUNT);
	return COLORS[color][theme];
}

const char *
theme_color_name(enum color color)
{
	assert(color < COLOR_COUNT);
	return NAMES[color];
}

const struct theme_type *
theme_type(enum type_style style)
{
	assert(style < TYPE_COUNT);
	return &TYPES[style];
}

static double
linear(uint32_t channel)
{
	const double v = channel / 255.0;
	return v <= 0.04045 ? v / 12.92 : pow((v + 0.055) / 1.055, 2.4);
}

/* WCAG 2.2, relative luminance */
static double
luminance(uint32_t rgb)
{
	return 0.2126 * linear(rgb >> 16 & 0xFF) + 0.7152 * linear(rgb >> 8 & 0xFF) + 0.0722 * linear(rgb & 0xFF);
}

double
theme_contrast(uint32_t a, uint32_t b)
{
	const double la = luminance(a), lb = luminance(b);
	const double light = la > lb ? la : lb, dark = la > lb ? lb : la;
	return (light + 0.05) / (dark + 0.05);
}
