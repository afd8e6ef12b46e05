#pragma once
/*
 * The pieces that strips of printer paper are made of: receipts and slips. Black on white only; Chinese and English
The pieces that. At STRIP_SCALE a strip is as wide as the printer's dots, and the dots of a QR code are whole ones.
 */
#include "kiosk/ui/qr.h"
#include "kiosk/ui/tree.h"

#define STRIP_SCALE    2.0f
#define STRIP_WIDTH_80 288 /* design px; 576 dots of 80 mm paper */
#define STRIP_WIDTH_58 192 /* design px; 384 dots of 58 mm paper */

/* "4 Nov 2026 14:41": for paper in English. */
const char *strip_when(struct tree *tree, int64_t at_ms, int offset_min);
void strip_dashes(struct tree *tree);
void strip_rule(struct tree *tree);
/* White on black across the paper. */
void strip_band(struct tree *tree, const char *text, enum type_style type, float pad);
void strip_middle(struct tree *tree, const char *text, enum type_style type);
/* One line: what it is in Chinese and English, and the value at the right edge; the value below on narrow paper where
 * both do not fit. */
void strip_line(struct tree *tree, int width, const char *label, const char *value, enum type_style type);
/* The mark of the house and the branch. */
void strip_head(struct tree *tree, int width, const char *branch_zh, const char *branch_en);
/* The code, and lines of words beside it (below it on narrow paper). The code and the words are borrowed by the tree.
 */
void strip_foot(struct tree *tree, const struct qr *code, int width, const char *const *words, int count);
