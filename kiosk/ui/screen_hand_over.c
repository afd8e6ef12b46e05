#include <string.h>

#include "kiosk/base/text.h"
#include "kiosk/ui/say.h"
#include "kiosk/ui/stored.h"

static void
given_text(struct tree *tree, const struct view *view, enum view_given which, struct widget_tick *tick)
{
	enum lang l = tree->look.lang;
	const char *envelope = view->receipt.application.lines[0].pin_envelope;
	switch (which) {
	case VIEW_GIVEN_CARD:
		tick->text = say(l, "Their own identity card");
		tick->hint = say(l, "Check that it is back in their hand");
		return;
	case VIEW_GIVEN_RECEIPT:
		tick->text = tree_text(tree, say(l, "Receipt %s"), view->receipt.number);
		tick->hint = say(l, "Printed once; every other one says COPY");
		return;
	case VIEW_GIVEN_TOLD:
		tick->text = say(l, "What happens next was told");
		tick->hint = say(l, "The lines below");
		return;
	case VIEW_GIVEN_ENVELOPE:
		tick->text = tree_text(tree, say(l, "PIN envelope %s noted on the form"), envelope);
		tick->hint = say(l, "Medium and envelope travel separately");
		return;
	case VIEW_GIVEN_TOKEN:
		tick->text = tree_text(tree, say(l, "Token %s"), view->token.serial);
		tick->hint = say(l, "PIN chosen by the applicant. It is not on any paper");
		return;
	case VIEW_GIVEN_SLIP:
		tick->text = tree_text(tree, say(l, "Collection slip for token %s"), view->token.serial);
		tick->hint = say(l, "The token stays here until the holder comes with the card");
		return;
	case VIEW_GIVEN_REFUND:
		tick->text = tree_text(tree, say(l, "Refund of receipt %s"), view->receipt.number);
		tick->hint = say(l, "The application was rejected. The refund is on the list of what waits");
		return;
	case VIEW_GIVEN_MOST:
		return;
	}
}

static void
leaves_with(struct tree *tree, const struct view *view)
{
	enum lang l = tree->look.lang;
	unsigned on = 0;
	for (uint32_t i = 0; i < view->given_count; i++)
		on += view->given[i] ? 1 : 0;

	CARD(tree, CARD_INSIDE, .w = GROW(1))
	{
		widget_section(tree, &(struct widget_section){ .title = say(l, "Before the applicant leaves"),
								 .chip = tree_text(tree, say(l, "%u of %u done"), on, view->given_count),
								 .tone = on == view->given_count ? TONE_OK : TONE_NEUTRAL });
		for (uint32_t i = 0; i < view->given_count && i < VIEW_GIVEN_MOST; i++) {
			struct widget_tick tick = {
				.id = tree_text(tree, "given-%u", i), .on = view->given[i], .key = (unsigned)('1' + i), .framed = true
			};
			given_text(tree, view, view->given_line[i], &tick);
			widget_check(tree, &tick);
		}
		if (words_problem(tree, view, FIELD_CHECKLIST) != NULL)
			widget_note(tree, TONE_BAD, words_problem(tree, view, FIELD_CHECKLIST), NULL);
	}
}

static void
tell(struct tree *tree, const struct view *view)
{
	enum lang l = tree->look.lang;
	const struct catalogue_product *product =
		catalogue_product(view->catalogue, view->receipt.application.lines[0].product);

	CARD(tree, CARD_INSIDE, .w = GROW(1), .h = GROW(1))
	{
		widget_section(tree, &(struct widget_section){ .title = say(l, "Tell the applicant") });
		for (size_t i = 0; product != NULL && i < product->next_count; i++)
			widget_point(tree, i == 0 ? ICON_MAIL : ICON_INFO, words_phrase(tree, &product->next[i]), TONE_OK);
		widget_point(tree, ICON_KEY, say(l, "Keep the PIN secret. Nobody at a post office asks for it."), TONE_OK);
	}
}

static void
draw(struct tree *tree, const struct view *view, struct screen_local *local)
{
	enum lang l = tree->look.lang;
	struct screen_bar foot = { .next = { .id = "next",
								   .label = say(l, "Finish, next person"),
								   .kind = BUTTON_PRIMARY,
								   .key = KEY_F12,
								   .then = ICON_ARROW_RIGHT,
								   .autofocus = true } };

	SCREEN_BODY(tree, view, local)
	{
		HEAD(
			tree, .title = say(l, "Hand-over"), .subtitle = say(l, "Give each thing to the applicant and tick it off."))
		screen_person(tree, view);
		SPLIT(tree, .w = GROW(1))
		{
			BOX(tree, .dir = DIR_COL, .align = ALIGN_STRETCH, .gap = SPACE_5, .w = widget_share(tree, 1))
			{
				stored_state(tree, view);
				leaves_with(tree, view);
				tell(tree, view);
			}
			stored_receipt(tree, view, local);
		}
	}
	screen_bar(tree, view, local, &foot);
}

static bool
act(const struct view *view, struct screen_local *local, const char *id, struct command *out)
{
	(void)local;
	if (strcmp(id, "print") == 0) {
		*out = (struct command){ .kind = COMMAND_PRINT };
		return true;
	}
	if (strncmp(id, "given-", 6) != 0 || (uint32_t)(id[6] - '0') >= view->given_count)
		return false;
	*out = (struct command){ .kind = COMMAND_TICK, .index = id[6] - '0', .on = !view->given[id[6] - '0'] };
	return true;
}

const struct screen screen_hand_over = { draw, act };
