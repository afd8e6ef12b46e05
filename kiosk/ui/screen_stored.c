#include <string.h>

#include "kiosk/ui/say.h"
#include "kiosk/ui/stored.h"

static void
facts(struct tree *tree, const struct view *view)
{
	enum lang l = tree->look.lang;
	const struct application *application = &view->receipt.application;

	CARD(tree, CARD_INSIDE, .w = GROW(1))
	{
		widget_section(
			tree, &(struct widget_section){ .title = say(l, "The case"), .note = say(l, "Opening it was recorded") });
		PAIR(tree, .key = say(l, "Case"), .value = application->case_number);
		PAIR(tree, .key = say(l, "Certificate"), .value = words_product(tree, view, application->lines[0].product));
		PAIR(tree, .key = say(l, "Receipt"), .value = view->receipt.number, .type = TYPE_BODY_BOLD);
		PAIR(tree, .key = say(l, "Finished"), .value = words_when(tree, view, view->receipt.at_ms));
		PAIR(tree, .key = say(l, "By"), .value = view->receipt.officer);
		PAIR(tree, .key = say(l, "HKID"), .value = view->receipt.masked);
		PAIR(tree, .key = say(l, "Total"), .value = words_money(tree, application->fee.total));
		PAIR(tree, .key = say(l, "Sent as"), .value = view->receipt.packet_id);
	}
}

static void
draw(struct tree *tree, const struct view *view, struct screen_local *local)
{
	enum lang l = tree->look.lang;
	struct screen_bar foot = { .back = say(l, "Back"),
		.next = { .id = "back-home",
			.label = say(l, "Back to home"),
			.kind = BUTTON_PRIMARY,
			.key = KEY_F12,
			.then = ICON_ARROW_RIGHT,
			.autofocus = true } };

	SCREEN_BODY(tree, view, local)
	{
		widget_head_open(tree,
			&(struct widget_head){ .title = tree_text(tree, say(l, "Case %s"), view->receipt.application.case_number),
				.subtitle = say(l, "Finished cases are not changed. The receipt can be printed again as a COPY.") });
		widget_head_close(tree);
		SPLIT(tree, .w = GROW(1))
		{
			BOX(tree, .dir = DIR_COL, .align = ALIGN_STRETCH, .gap = SPACE_5, .w = widget_share(tree, 1))
			{
				stored_state(tree, view);
				facts(tree, view);
			}
			stored_receipt(tree, view, local);
		}
	}
	screen_bar(tree, view, local, &foot);
}

static bool
act(const struct view *view, struct screen_local *local, const char *id, struct command *out)
{
	(void)view, (void)local;
	if (strcmp(id, "print") == 0)
		*out = (struct command){ .kind = COMMAND_PRINT };
	else if (strcmp(id, "back-home") == 0)
		*out = (struct command){ .kind = COMMAND_BACK };
	else
		return false;
	return true;
}

const struct screen screen_stored = { draw, act };
