#include "kiosk/ui/say.h"
#include "kiosk/ui/screens.h"

#define STEPS 7

static const enum flow_state STATES[STEPS] = { FLOW_PRODUCT, FLOW_IDENTITY, FLOW_DETAILS, FLOW_DECLARATION,
	FLOW_PAYMENT, FLOW_CHECK, FLOW_HAND_OVER };

static int
index_of(enum flow_state state)
{
	for (int i = 0; i < STEPS; i++) {
		if (STATES[i] == state) {
			return i;
		}
	}
	return 0;
}

static const char *
done_fact(struct tree *tree, const struct view *view, enum flow_state state)
{
	const enum lang lang = tree->look.lang;
	const char *at = words_when(tree, view, view->step_ms[state] ? view->step_ms[state] : view->begun_ms);
	switch (state) {
	case FLOW_PRODUCT:
		return tree_text(tree, say(lang, "Begun %s"), at);
	case FLOW_IDENTITY:
		return tree_text(tree, say(lang, "Checked %s"), at);
	case FLOW_DECLARATION:
		return tree_text(tree, say(lang, "Accepted %s"), at);
	case FLOW_PAYMENT:
		return tree_text(tree, say(lang, "Paid %s"), words_money(tree, payment_paid(&view->payment)));
	case FLOW_CHECK:
		return tree_text(tree, say(lang, "Committed %s"), at);
	default:
		return tree_text(tree, say(lang, "Keyed %s"), at);
	}
}

static const char *
money_fact(struct tree *tree, const struct view *view)
{
	const enum lang lang = tree->look.lang;
	if (view->fee.count == 0) {
		return say(lang, "Fee by the day's table");
	}
	return view->payment.count ? tree_text(tree, say(lang, "%s left"), words_money(tree, view->left))
							   : tree_text(tree, say(lang, "%s due"), words_money(tree, view->fee.total));
}

static const char *
open_fact(struct tree *tree, const struct view *view, enum flow_state state)
{
	const enum lang lang = tree->look.lang;
	switch (state) {
	case FLOW_IDENTITY:
		return say(lang, "Card in hand");
	case FLOW_DETAILS:
		return say(lang, "Copied from the form");
	case FLOW_DECLARATION:
		return say(lang, "Signed on the form");
	case FLOW_PAYMENT:
		return money_fact(tree, view);
	case FLOW_CHECK:
		return say(lang, "Then it is kept and sent");
	case FLOW_HAND_OVER:
		return say(lang, "Receipt and own card");
	default:
		return "";
	}
}

static struct widget_step
step_of(struct tree *tree, const struct view *view, int i, int current)
{
	const enum flow_state state = STATES[i];
	struct widget_step step = { .title = words_step(tree->look.lang, state), .state = STEP_TODO };
	if (i == current) {
		step.state = STEP_CURRENT;
		step.fact = open_fact(tree, view, state);
		if (view->summary_count > 0) {
			step.fact = tree_text(tree, say_n(tree->look.lang, "%u to correct", "%u to correct", view->summary_count),
				view->summary_count);
			step.tone = TONE_BAD;
		}
		return step;
	}
	const bool done = i < current || view->step_ms[state] > 0;
	step.state = done ? STEP_DONE : STEP_TODO;
	step.fact = done ? done_fact(tree, view, state) : open_fact(tree, view, state);
	return step;
}

/* Keys that work in every step: to press, too. */
static void
always(struct tree *tree, bool doubt)
{
	const enum lang lang = tree->look.lang;
	const struct {
		const char *id, *label;
		unsigned key;
		bool wanted;
	} rows[] = {
		{ "help", say(lang, "Help with this step"), KEY_F1, true },
		{ "look", say(lang, "Text and contrast"), KEY_F6, true },
		{ "doubt", say(lang, "Something is wrong"), KEY_F9, doubt },
		{ "lock", say(lang, "Lock the screen"), KEY_F11, true },
	};
	BOX(tree, .role = ROLE_GROUP, .name = say(lang, "Always here"), .dir = DIR_COL, .align = ALIGN_STRETCH,
		.pad = { 10, 6, 6, 6 }, .radius = 12, .bg = COLOR_SUBTLE, .line = widget_edge(tree))
	{
		BOX(tree, .dir = DIR_ROW, .gap = SPACE_2, .align = ALIGN_CENTER, .pad = { 0, 8, 4, 8 })
		{
			LEAF(tree, .icon = ICON_HELP, .icon_size = 18, .color = COLOR_TEXT_3);
			LEAF(tree, .text = say(lang, "Always here"), .type = TYPE_SMALL_BOLD, .color = COLOR_TEXT_2);
		}
		for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
			if (!rows[i].wanted) {
				continue;
			}
			BOX(tree, .role = ROLE_BUTTON, .id = rows[i].id, .name = rows[i].label, .state = STATE_FOCUSABLE,
				.shortcut = rows[i].key, .dir = DIR_ROW, .gap = 10, .align = ALIGN_CENTER, .min_h = 44,
				.pad = PAD_XY(SPACE_2, 0), .radius = RADIUS_ROW, .hover_bg = COLOR_SUNKEN)
			{
				BOX(tree, .dir = DIR_ROW, .w = PX(38))
				{
					widget_key(tree, widget_key_name(tree, rows[i].key), false);
				}
				LEAF(
					tree, .text = rows[i].label, .type = TYPE_SMALL, .color = COLOR_TEXT_2, .wrap = true, .w = GROW(1));
			}
		}
	}
}

void
screen_rail(struct tree *tree, const struct view *view)
{
	const int current = index_of(view->state);
	struct widget_step steps[STEPS];
	for (int i = 0; i < STEPS; i++) {
		steps[i] = step_of(tree, view, i, current);
	}
	const struct catalogue_product *product =
		view->catalogue ? catalogue_product(view->catalogue, view->product) : NULL;
	RAIL(tree, .product = words_product(tree, view, view->product), .form = product ? product->form : NULL,
		.case_number =
			view->case_number[0] ? tree_text(tree, say(tree->look.lang, "Case %s"), view->case_number) : NULL,
		.steps = steps, .count = STEPS, .current = current)
	{
		always(tree, screen_in_case(view->state) && view->state != FLOW_IDENTITY); /* there it stands in the page */
	}
}
