#include "kiosk/ui/stored.h"

#include <string.h>

#include "kiosk/ui/say.h"

/* The receipt of the view, composed once per committed case; the screen shows the receipt itself, never a copy. */
static const struct receipt *
receipt_of(const struct view *view, struct screen_local *local)
{
	struct error err = { 0 };
	const struct receipt_facts facts = { .application = &view->receipt.application,
		.masked = view->receipt.masked,
		.number = view->receipt.number,
		.officer = view->receipt.officer,
		.at_ms = view->receipt.at_ms,
		.offset_min = view->offset_min };
	if (strcmp(local->receipt.number, facts.number) != 0 &&
		!receipt_fill(&local->receipt, &facts, view->catalogue, &err))
		return NULL;
	for (size_t l = 0; l < LANGUAGES; l++)
		memcpy(local->receipt.branch_name[l], view->branch_name[l], sizeof(local->receipt.branch_name[l]));
	memcpy(local->receipt.counter, view->counter, sizeof(local->receipt.counter));
	local->receipt.training = view->training;
	return &local->receipt;
}

void
stored_receipt(struct tree *tree, const struct view *view, struct screen_local *local)
{
	enum lang l = tree->look.lang;
	const struct receipt *receipt = receipt_of(view, local);

	CARD(tree, CARD_INSIDE, .w = widget_narrow(tree) ? GROW(1) : PX(430))
	{
		widget_section(
			tree, &(struct widget_section){ .title = say(l, "Receipt"), .note = say(l, "Chinese and English") });
		BOX(tree, .dir = DIR_COL, .align = ALIGN_CENTER, .pad = PAD_XY(0, 20), .radius = RADIUS_CONTROL,
			.bg = COLOR_SUNKEN)
		{
			BOX(tree, .dir = DIR_COL, .elevation = 2, .bg = COLOR_PAPER)
			if (receipt != NULL)
				receipt_draw(tree, receipt, STRIP_WIDTH_80);
		}
		BOX(tree, .dir = DIR_ROW, .gap = 12, .align = ALIGN_CENTER)
		{
			BUTTON(tree, .id = "print", .icon = ICON_PRINTER, .key = KEY_F5,
				.label = view->receipt.printed ? say(l, "Print a COPY") : say(l, "Print the receipt"));
			widget_para(tree,
				!view->receipt.printed ? say(l, "The receipt itself is not on paper yet")
				: view->receipt.copies > 0
					? tree_text(tree, say_n(l, "%d copy made", "%d copies made", (unsigned long)view->receipt.copies),
						  view->receipt.copies)
					: say(l, "No name is printed"),
				TYPE_SMALL, COLOR_TEXT_3);
		}
	}
}

void
stored_state(struct tree *tree, const struct view *view)
{
	enum lang l = tree->look.lang;
	if (view->receipt.accepted)
		widget_note(tree, TONE_OK, say(l, "Recorded, and confirmed by the centre"),
			tree_text(tree, say(l, "Receipt %s. The centre signed for it at %s."), view->receipt.number,
				words_when(tree, view, view->receipt.accepted_ms)));
	else
		widget_note(tree, TONE_OK, say(l, "Recorded. It is safe at this counter"),
			tree_text(tree, say(l, "Receipt %s. It goes to the centre by itself; nothing has to wait for that."),
				view->receipt.number));
}
