#include "kiosk/ui/screens.h"

static const int32_t SPOILED_BY_HAND[] = { STOCK_REASON_DAMAGED, STOCK_REASON_LOST, STOCK_REASON_OTHER };

int32_t
screen_choice_value(enum field which, int n)
{
	switch (which) {
	case FIELD_SAME_SURNAME:
	case FIELD_SAME_GIVEN:
	case FIELD_SAME_CHINESE:
		return n == 0 ? APPLICATION_SAME : APPLICATION_DIFFERENT;
	case FIELD_GENERATION:
		return n == 0 ? 2018 : 2003;
	case FIELD_TITLE:
		return n == 0 ? APPLICATION_TITLE_MR : APPLICATION_TITLE_MS;
	case FIELD_AREA:
		return APPLICATION_AREA_HK + n;
	case FIELD_STOCK_REASON: /* found at the counter; the other reasons come from a case */
		return n < 3 ? SPOILED_BY_HAND[n] : (int32_t)STOCK_REASONS;
	default:
		return n;
	}
}

void
screen_choice(struct tree *tree, const struct view *view, enum field which, const struct widget_choice *choice)
{
	struct widget_choice whole = *choice;
	whole.id = words_id(which);
	whole.label = choice->label ? choice->label : words_label(tree->look.lang, which);
	whole.problem = words_problem(tree, view, which);
	whole.chosen = -1;
	for (int i = 0; i < choice->count; i++) {
		if (view->fields[which].choice == screen_choice_value(which, i)) {
			whole.chosen = i;
		}
	}
	widget_choice(tree, &whole);
}
