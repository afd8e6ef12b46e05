#include "kiosk/ui/screens.h"

void
screen_field(struct tree *tree, const struct view *view, struct screen_local *local, enum field which,
	const struct widget_field *field)
{
	struct widget_field whole = *field;
	whole.id = words_id(which);
	whole.edit = &local->edits[which];
	whole.label = field->label ? field->label : words_label(tree->look.lang, which);
	whole.problem = field->problem ? field->problem : words_problem(tree, view, which);
	widget_field(tree, &whole);
}
