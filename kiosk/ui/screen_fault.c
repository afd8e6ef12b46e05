#include <string.h>

#include "kiosk/ui/say.h"
#include "kiosk/ui/screens.h"

static const struct fault {
	const char *title, *means, *do_first, *do_then;
} WORDS[FAULTS] = {
	[FAULT_NONE] = { SAY("This counter is out of service"), SAY("It stopped itself so that nothing is lost."),
		SAY("Press Look again once"), SAY("If it stays: call the technician and use another counter") },
	[FAULT_STORE] = { SAY("The records cannot be read or written"),
		SAY("The disk or the file with the records does not answer as it should. Nothing more is taken here, so that "
			"nothing is lost."),
		SAY("Do not switch off. Press Look again once"),
		SAY("Call the technician: the records of this counter need repair") },
	[FAULT_CATALOGUE] = { SAY("There is no valid catalogue"),
		SAY("Without it the counter does not know certificates, forms and fees, and it never guesses a fee."),
		SAY("Ask the supervisor whether a new catalogue was just delivered"),
		SAY("Call the technician: the catalogue was refused, its file and line are in Help") },
	[FAULT_KEY] = { SAY("A key of this counter is missing or damaged"),
		SAY("Without it the records cannot be opened and cases cannot be sealed."),
		SAY("Do not switch off. Press Look again once"),
		SAY("Call the technician: the keys must be put back or made anew") },
	[FAULT_DISK] = { SAY("The disk is full"),
		SAY("There is no room to keep anything more. The last step was not kept: no receipt was made for it, and its "
			"case waits as it was before."),
		SAY("Use another counter for new cases"), SAY("Call the technician to make room") },
	[FAULT_OPEN] = { SAY("Another counter program has these records open"),
		SAY("Only one may write them at a time. Nothing is wrong with the records."),
		SAY("Look for another window of the counter on this computer, and work there"),
		SAY("None to be seen? Wait half a minute, press Look again, then call the technician") },
};

static void
numbered(struct tree *tree, const char *number, const char *text)
{
	BOX(tree, .role = ROLE_ITEM, .dir = DIR_ROW, .gap = 14, .align = ALIGN_CENTER)
	{
		BOX(tree, .dir = DIR_ROW, .align = ALIGN_CENTER, .justify = ALIGN_CENTER, .w = PX(32), .h = PX(32),
			.radius = RADIUS_PILL, .bg = COLOR_PRIMARY_SOFT, .line = COLOR_PRIMARY_LINE)
		{
			LEAF(tree, .text = number, .type = TYPE_SMALL_BOLD, .color = COLOR_PRIMARY_TEXT, .tabular = true);
		}
		widget_para(tree, text, TYPE_BODY, COLOR_TEXT);
	}
}

static void
card(struct tree *tree, const struct fault *fault)
{
	const enum lang lang = tree->look.lang;
	CARD(tree, .role = ROLE_ALERT, .name = say(lang, fault->title), .w = PX(760), .pad = { 36, 40, 32, 40 }, .gap = 24)
	{
		BOX(tree, .dir = DIR_ROW, .gap = SPACE_5)
		{
			widget_tile(tree, ICON_ALERT, 56, TONE_BAD);
			BOX(tree, .dir = DIR_COL, .gap = 6, .w = GROW(1), .align = ALIGN_STRETCH)
			{
				widget_heading(tree, say(lang, fault->title), TYPE_H1);
				widget_para(tree, say(lang, fault->means), TYPE_LEAD, COLOR_TEXT_2);
			}
		}
		widget_rule(tree);
		BOX(tree, .role = ROLE_LIST, .name = say(lang, "What to do"), .dir = DIR_COL, .align = ALIGN_STRETCH,
			.gap = SPACE_3)
		{
			widget_heading(tree, say(lang, "What to do"), TYPE_H3);
			numbered(tree, "1", say(lang, fault->do_first));
			numbered(tree, "2", say(lang, fault->do_then));
			numbered(tree, "3", say(lang, "Send waiting applicants to another counter. Do not take money here"));
		}
		widget_note(tree, TONE_OK, say(lang, "Finished cases are safe"),
			say(lang, "What has a receipt is on the disk with its receipt, and is sent when the counter works again."));
	}
}

static void
draw(struct tree *tree, const struct view *view, struct screen_local *local)
{
	const enum lang lang = tree->look.lang;
	const struct fault *fault = &WORDS[view->fault < FAULTS ? view->fault : FAULT_NONE];
	BOX(tree, .id = "body", .scroll = true, .dir = DIR_COL, .align = ALIGN_CENTER, .justify = ALIGN_CENTER,
		.w = GROW(1), .h = GROW(1), .pad = PAD(SPACE_5))
	{
		card(tree, fault);
	}
	struct screen_bar bar = {
		.next = { .id = "next", .label = say(lang, "Look again"), .icon = ICON_REFRESH, .autofocus = true }
	};
	bar.actions[0] = (struct widget_button){ .id = "help",
		.label = say(lang, "What the technician asks for"),
		.kind = BUTTON_GHOST,
		.icon = ICON_HELP,
		.key = KEY_F1 };
	bar.actions[1] = (struct widget_button){ .id = "look",
		.label = say(lang, "Text and contrast"),
		.kind = BUTTON_GHOST,
		.icon = ICON_CONTRAST,
		.key = KEY_F6 };
	screen_bar(tree, view, local, &bar);
}

static bool
act(const struct view *view, struct screen_local *local, const char *id, struct command *out)
{
	(void)view;
	(void)local;
	(void)id;
	(void)out;
	return false;
}

const struct screen screen_fault = { draw, act };
