#include "kiosk/ui/say.h"
#include "kiosk/ui/screens.h"

static void
place(struct tree *tree, const struct catalogue_place *place)
{
	BOX(tree, .role = ROLE_GROUP, .name = words_phrase(tree, &place->name), .dir = DIR_COL, .gap = 8, .pad = PAD(18),
		.w = GROW(1), .radius = RADIUS_CONTROL, .line = COLOR_FIELD)
	{
		widget_heading(tree, words_phrase(tree, &place->name), TYPE_H3);
		if (words_phrase(tree, &place->address)[0] != '\0')
			widget_point(tree, ICON_HOME, words_phrase(tree, &place->address), TONE_NEUTRAL);
		if (words_phrase(tree, &place->url)[0] != '\0')
			widget_point(tree, ICON_GLOBE, words_phrase(tree, &place->url), TONE_NEUTRAL);
	}
}

static void
where(struct tree *tree, const struct catalogue_product *product)
{
	enum lang l = tree->look.lang;
	CARD(tree, CARD_INSIDE, .w = GROW(1))
	{
		widget_section(tree, &(struct widget_section){ .title = say(l, "Where to go") });
		BOX(tree, .dir = DIR_GRID, .columns = widget_narrow(tree) || product->place_count < 2 ? 1 : 2, .gap = 16)
		for (size_t i = 0; i < product->place_count; i++)
			place(tree, &product->places[i]);
		if (product->place_count == 0)
			widget_para(tree, words_phrase(tree, &product->who), TYPE_BODY, COLOR_TEXT_2);
	}
}

static void
bring(struct tree *tree, const struct catalogue_product *product)
{
	enum lang l = tree->look.lang;
	CARD(tree, CARD_INSIDE, .w = GROW(1))
	{
		widget_section(
			tree, &(struct widget_section){ .title = say(l, "What to bring"), .note = say(l, "They decide") });
		for (size_t i = 0; i < product->bring_count; i++)
			widget_point(tree, ICON_FILE, words_phrase(tree, &product->bring[i]), TONE_NEUTRAL);
		if (product->bring_count == 0)
			widget_para(tree, say(l, "Nothing is published. They tell the applicant what they ask for."), TYPE_BODY,
				COLOR_TEXT_2);
		if (product->form[0] != '\0')
			PAIR(tree, .key = say(l, "Form"), .value = product->form);
	}
}

static void
draw(struct tree *tree, const struct view *view, struct screen_local *local)
{
	enum lang l = tree->look.lang;
	const struct catalogue_product *product = catalogue_product(view->catalogue, view->product);
	struct screen_bar foot = { .back = say(l, "Back to the list"),
		.note = tree_text(tree, say(l, "Directory %s"), catalogue_version(view->catalogue)),
		.next = { .id = "next",
			.label = say(l, "Finish"),
			.kind = BUTTON_PRIMARY,
			.key = KEY_F12,
			.then = ICON_ARROW_RIGHT,
			.enter = true,
			.autofocus = true } };

	SCREEN_BODY(tree, view, local)
	{
		if (product != NULL) {
			HEAD(tree, .title = tree_text(tree, say(l, "%s: not at a post office"), words_phrase(tree, &product->name)),
				.subtitle = words_phrase(tree, &product->who))
			{
				widget_chip(tree, say(l, "No fee taken, nothing kept"), TONE_NEUTRAL, ICON_EYE_OFF);
			}
			where(tree, product);
			bring(tree, product);
			if (product->note.in[LANGUAGE_EN][0] != '\0')
				widget_note(tree, TONE_INFO, say(l, "Tell the applicant"), words_phrase(tree, &product->note));
		}
	}
	screen_bar(tree, view, local, &foot);
}

static bool
act(const struct view *view, struct screen_local *local, const char *id, struct command *out)
{
	(void)view, (void)local, (void)id, (void)out;
	return false; /* Back and Finish are common */
}

const struct screen screen_not_here = { draw, act };
