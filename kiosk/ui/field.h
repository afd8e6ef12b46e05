#pragma once
/* Where the parts of a text field's text lie: shared by what draws a field and what finds the pointer in it. */
#include "kiosk/ui/tree.h"

#define FIELD_BYTES (EDIT_BYTES * 3 + INPUT_TEXT_MOST) /* a secret shows a three-byte bullet per character */

struct field {
	char text[FIELD_BYTES]; /* what is shown */
	struct edit_shown shown;
	struct tree_run run;    /* of text; points into this struct */
	struct tree_rect inner; /* device px: where text may be seen */
	int origin;             /* x of the text's left edge, left of inner.x when it is shifted */
	int width;              /* of the text */
};

/* Measure a laid-out box that has .edit. A long text is shifted so that the caret of a focused field is in sight. */
void field_measure(const struct tree *tree, int node, const struct tree_measure *measure, struct field *out);
/* x of an offset into field->text. */
int field_x(const struct field *field, const struct tree_measure *measure, size_t at);
/* The offset in the edit's own text nearest to a point. */
size_t field_index(const struct field *field, const struct tree_measure *measure, const struct edit *edit, int x);
