#pragma once
/* A clerk's screen made only of boxes, as dense as the real ones (about 400): what the benches lay out and paint. */
#include "kiosk/ui/tree.h"

#define FORM_FIELDS 10

struct form {
	struct edit fields[FORM_FIELDS];
	int spin; /* a progress that moves */
};

void form_init(struct form *form);
void form_draw(struct form *form, struct tree *tree);
