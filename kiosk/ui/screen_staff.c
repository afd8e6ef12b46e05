#include <stdlib.h>
#include <string.h>

#include "kiosk/base/text.h"
#include "kiosk/ui/say.h"
#include "kiosk/ui/screens.h"

static void
officer_row(struct tree *tree, const struct widget_table *table, const struct view *view, uint32_t i)
{
	const enum lang lang = tree->look.lang;
	const struct officer *officer = &view->staff[i].officer;
	const bool locked = view->staff[i].locked;
	const char *state = locked                 ? say(lang, "Locked")
						: officer->must_change ? say(lang, "Must choose a password")
											   : say(lang, "Can sign in");
	ROW(tree, table, .name = officer->name, .h = 60)
	{
		CELL(tree, table, 0, .text = officer->number, .color = COLOR_TEXT_2);
		CELL(tree, table, 1, .text = officer->name, .type = TYPE_BODY_MEDIUM);
		CELL(tree, table, 2, .text = words_role(lang, officer->role));
		CELL(tree, table, 3, .text = state,
			.icon = locked                 ? ICON_LOCK
					: officer->must_change ? ICON_KEY
										   : ICON_CHECK,
			.tone = locked                 ? TONE_BAD
					: officer->must_change ? TONE_WARN
										   : TONE_OK);
		CELL(tree, table, 4, .type = TYPE_SMALL, .color = COLOR_TEXT_2,
			.text = view->staff[i].last_ms ? words_when(tree, view, view->staff[i].last_ms) : say(lang, "never"));
		CELL_BOX(tree, table, 5)
		{
			if (locked) {
				BUTTON(tree, .id = tree_text(tree, "unlock-%u", i), .label = say(lang, "Unlock"), .icon = ICON_LOCK,
					.name = tree_text(tree, say(lang, "Unlock the account of %s"), officer->name));
			}
		}
	}
}

static void
people(struct tree *tree, const struct view *view)
{
	const enum lang lang = tree->look.lang;
	const struct widget_column columns[] = { { say(lang, "Staff number"), PX(120), ALIGN_START, false },
		{ say(lang, "Name"), GROW(1.2f), ALIGN_START, false }, { say(lang, "Role"), GROW(0.9f), ALIGN_START, false },
		{ say(lang, "Account"), GROW(1.2f), ALIGN_START, false },
		{ say(lang, "Last sign-in"), PX(120), ALIGN_START, false }, { NULL, PX(140), ALIGN_END, true } };
	const struct widget_table table = {
		.id = "people", .name = say(lang, "People of this counter"), .columns = columns, .count = 6
	};
	CARD(tree, .pad = { 18, 0, 8, 0 }, .w = widget_share(tree, 1), .h = GROW(1))
	{
		BOX(tree, .dir = DIR_COL, .align = ALIGN_STRETCH, .pad = { 0, SPACE_6, 10, SPACE_6 })
		{
			SECTION(
				tree, .title = say(lang, "People of this counter"), .chip = tree_text(tree, "%u", view->staff_count))
			{
			}
		}
		TABLE(tree, &table)
		{
			for (uint32_t i = 0; i < view->staff_count && i < VIEW_STAFF; i++) {
				officer_row(tree, &table, view, i);
			}
		}
	}
}

static void
form(struct tree *tree, const struct view *view, struct screen_local *local)
{
	const enum lang lang = tree->look.lang;
	const char *const roles[] = { words_role(lang, OFFICER_CLERK), words_role(lang, OFFICER_SUPERVISOR) };
	CARD(tree, .pad = { 18, 24, 18, 24 }, .gap = 14, .w = widget_width(tree, 460))
	{
		SECTION(tree, .title = say(lang, "Add a person"))
		{
		}
		SCREEN_FIELD(tree, view, local, FIELD_STAFF_NUMBER, .icon = ICON_ID, .tabular = true, .autofocus = true,
			.hint = say(lang, "3 to 16 letters and digits"));
		SCREEN_FIELD(tree, view, local, FIELD_STAFF_NAME, .icon = ICON_USER,
			.hint = say(lang, "As colleagues know it. It stands on the header, not on receipts."));
		SCREEN_CHOICE(tree, view, FIELD_STAFF_ROLE, .options = roles, .count = 2);
		SCREEN_FIELD(tree, view, local, FIELD_STAFF_PASSWORD, .icon = ICON_LOCK,
			.hint = say(lang, "At least 15 characters. It is changed at the first sign-in."));
		FIELD(tree, .id = words_id(FIELD_STAFF_AGAIN), .label = words_label(lang, FIELD_STAFF_AGAIN),
			.edit = &local->again, .icon = ICON_LOCK, .problem = words_problem(tree, view, FIELD_STAFF_AGAIN));
		LEAF(tree, .h = GROW(1));
		widget_para(tree,
			say(lang, "Say the first password to this person alone. The log keeps who was added, by whom and when."),
			TYPE_SMALL, COLOR_TEXT_3);
	}
}

static void
draw(struct tree *tree, const struct view *view, struct screen_local *local)
{
	const enum lang lang = tree->look.lang;
	SCREEN_BODY(tree, view, local)
	{
		HEAD(tree, .title = say(lang, "Staff"),
			.subtitle = say(lang, "Who may work at this counter. Only supervisors see this page."))
		{
		}
		SPLIT(tree, .h = GROW(1))
		{
			people(tree, view);
			form(tree, view, local);
		}
	}
	struct screen_bar bar = { .back = say(lang, "Home"),
		.next = { .id = "add", .label = say(lang, "Add this person"), .icon = ICON_PLUS, .enter = true } };
	bar.actions[0] = screen_bar_lock(lang);
	bar.actions[1] = screen_bar_help(lang);
	screen_bar(tree, view, local, &bar);
}

static bool
act(const struct view *view, struct screen_local *local, const char *id, struct command *out)
{
	if (strcmp(id, "add") == 0) {
		struct edit *first = &local->edits[FIELD_STAFF_PASSWORD];
		*out = (struct command){ .kind = COMMAND_STAFF_ADD };
		(void)text_copy(out->secret, sizeof out->secret, first->text);
		(void)text_copy(out->again, sizeof out->again, local->again.text);
		edit_wipe(first);
		edit_wipe(&local->again);
		local->problems = 0; /* what comes back takes the focus */
		focus_set(&local->focus, words_id(FIELD_STAFF_NUMBER));
		return true;
	}
	if (strncmp(id, "unlock-", 7) != 0) {
		return false;
	}
	const unsigned long at = strtoul(id + 7, NULL, 10);
	if (at < view->staff_count && at < VIEW_STAFF) {
		*out = (struct command){ .kind = COMMAND_STAFF_UNLOCK };
		(void)text_copy(out->text, sizeof out->text, view->staff[at].officer.number);
	}
	return true;
}

const struct screen screen_staff = { draw, act };
