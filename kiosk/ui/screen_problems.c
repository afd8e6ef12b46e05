#include "kiosk/ui/screens.h"

/* Pages outside a case whose actions say what is wrong field by field. */
static bool
tells_by_field(enum flow_state state)
{
	return state == FLOW_TILL || state == FLOW_STAFF || state == FLOW_STOCK || state == FLOW_PRODUCT;
}

uint32_t
screen_problems(const struct view *view, enum field out[static VIEW_PROBLEMS])
{
	uint32_t count = 0;
	for (; count < view->summary_count && count < VIEW_PROBLEMS; count++) {
		out[count] = view->summary[count];
	}
	for (enum field field = FIELD_NONE + 1; count < VIEW_PROBLEMS && field < FIELDS; field++) {
		const bool wrong = view->fields[field].told && view->fields[field].problem != PROBLEM_NONE;
		if (wrong && view->summary_count == 0 && tells_by_field(view->state)) {
			out[count++] = field;
		}
	}
	return count;
}
