#include <string.h>

#include "kiosk/ui/say.h"
#include "kiosk/ui/screens.h"

/* --- 1: the number on the card --- */

static void
check_panel(struct tree *tree, const struct view *view)
{
	enum lang l = tree->look.lang;
	const bool both = view->fields[FIELD_CARD_CHECK].text[0] != '\0';
	switch (view->hkid_fault == HKID_CHECK && !both ? HKID_EMPTY : view->hkid_fault) {
	case HKID_OK:
		widget_note(tree, TONE_OK, say(l, "Check character is right"),
			say(l, "It catches typing mistakes. It does not prove the card is real."));
		return;
	case HKID_CHECK:
		widget_note(tree, TONE_BAD, say(l, "Check character does not fit"),
			say(l, "Look at the card again: one of the characters is not as typed. What you typed is kept."));
		return;
	case HKID_EMPTY:
	case HKID_SHAPE:
		widget_note(tree, TONE_NEUTRAL, say(l, "One or two letters, six digits"),
			say(l, "Then the character in brackets. Small letters are fine."));
		return;
	}
}

static void
number(struct tree *tree, const struct view *view, struct screen_local *local)
{
	enum lang l = tree->look.lang;
	CARD(tree, CARD_INSIDE, .w = GROW(1))
	{
		widget_section(tree, &(struct widget_section){ .number = "1",
								 .title = say(l, "Number on the card"),
								 .note = say(l, "Hidden when this step is done") });
		BOX(tree, .dir = widget_narrow(tree) ? DIR_COL : DIR_ROW, .gap = 20, .align = ALIGN_STRETCH)
		{
			BOX(tree, .dir = DIR_ROW, .gap = 10)
			{
				SCREEN_FIELD(tree, view, local, FIELD_CARD_NUMBER, .chars = 12, .type = TYPE_H3, .autofocus = true);
				SCREEN_FIELD(tree, view, local, FIELD_CARD_CHECK, .chars = 4, .type = TYPE_H3);
			}
			BOX(tree, .dir = DIR_COL, .align = ALIGN_STRETCH, .w = GROW(1))
			check_panel(tree, view);
		}
	}
}

/* --- 2: form against card --- */

static void
compared(struct tree *tree, bool given, bool same)
{
	enum lang l = tree->look.lang;
	const char *words = !given ? say(l, "Type both") : same ? say(l, "Same, compared here") : say(l, "Different");
	enum widget_tone tone = !given ? TONE_NEUTRAL : same ? TONE_OK : TONE_BAD;

	BOX(tree, .role = ROLE_STATUS, .name = words, .dir = DIR_ROW, .gap = 8, .align = ALIGN_CENTER, .w = GROW(1))
	{
		LEAF(tree,
			.icon = !given ? ICON_MINUS
					: same ? ICON_CHECK
						   : ICON_ALERT,
			.icon_size = 18, .color = widget_ink(tone));
		LEAF(tree, .text = words, .type = TYPE_SMALL, .color = widget_ink(tone), .wrap = true, .w = GROW(1));
	}
}

static void
judged(struct tree *tree, const struct view *view, enum field which)
{
	enum lang l = tree->look.lang;
	const char *options[2] = { say(l, "Same"), say(l, "Different") };
	SCREEN_CHOICE(tree, view, which, .options = options, .count = 2, .bare = true);
}

struct comparison {
	const char *name;
	enum field form;
	enum field card;   /* FIELD_NONE: looked at, not typed */
	enum field judged; /* FIELD_NONE: the program compares */
	bool given, same;
	const char *shown; /* value on the card that stands above already; NULL for none */
};

static void
comparison(struct tree *tree, const struct view *view, struct screen_local *local, const struct widget_table *table,
	const struct comparison *row)
{
	enum lang l = tree->look.lang;
	ROW(tree, table, .name = row->name, .h = 68)
	{
		CELL(tree, table, 0, .text = row->name, .color = COLOR_TEXT_2);
		CELL_BOX(tree, table, 1)
		SCREEN_FIELD(tree, view, local, row->form, .bare = true, .share = 1);
		if (row->card != FIELD_NONE)
			CELL_BOX(tree, table, 2)
		SCREEN_FIELD(tree, view, local, row->card, .bare = true, .share = 1);
		else CELL(tree, table, 2, .text = row->shown != NULL ? row->shown : say(l, "Look at the card"),
			.color = row->shown != NULL ? COLOR_TEXT : COLOR_TEXT_3, .type = TYPE_BODY_MEDIUM);
		CELL_BOX(tree, table, 3)
		{
			if (row->judged != FIELD_NONE)
				judged(tree, view, row->judged);
			else
				compared(tree, row->given, row->same);
		}
	}
}

/* The number as typed above, once it is whole. */
static const char *
typed_number(struct tree *tree, const struct view *view, const struct screen_local *local)
{
	if (view->hkid_fault != HKID_OK)
		return "";
	return tree_text(tree, "%s(%s)", local->edits[FIELD_CARD_NUMBER].text, local->edits[FIELD_CARD_CHECK].text);
}

static void
against(struct tree *tree, const struct view *view, struct screen_local *local)
{
	enum lang l = tree->look.lang;
	const struct widget_column columns[4] = { { .title = "", .w = PX(130) },
		{ .title = say(l, "On the form"), .w = GROW(1.2f) }, { .title = say(l, "On the card"), .w = GROW(1) },
		{ .title = say(l, "Result"), .w = PX(228), .plain = true } };
	const struct widget_table table = {
		.id = "against", .name = say(l, "Form against card"), .columns = columns, .count = 4
	};
	const struct view_field *fields = view->fields;
	const struct comparison rows[5] = {
		{ .name = say(l, "HKID number"),
			.form = FIELD_FORM_NUMBER,
			.shown = typed_number(tree, view, local),
			.given = view->hkid_fault == HKID_OK && fields[FIELD_FORM_NUMBER].text[0] != '\0',
			.same = view->form_equals_card_number },
		{ .name = say(l, "Date of birth"),
			.form = FIELD_FORM_BIRTH,
			.card = FIELD_CARD_BIRTH,
			.given = fields[FIELD_FORM_BIRTH].text[0] != '\0' && fields[FIELD_CARD_BIRTH].text[0] != '\0',
			.same = view->form_equals_card_birth },
		{ .name = say(l, "Surname"), .form = FIELD_SURNAME, .judged = FIELD_SAME_SURNAME },
		{ .name = say(l, "Given names"), .form = FIELD_GIVEN, .judged = FIELD_SAME_GIVEN },
		{ .name = say(l, "Chinese name"), .form = FIELD_CHINESE, .judged = FIELD_SAME_CHINESE },
	};

	CARD(tree, .w = GROW(1), .h = GROW(1), .pad = { 20, 0, 12, 0 }, .gap = 12)
	{
		BOX(tree, .dir = DIR_COL, .align = ALIGN_STRETCH, .pad = PAD_XY(24, 0))
		widget_section(tree, &(struct widget_section){ .number = "2", .title = say(l, "Form against card") });
		TABLE(tree, &table)
		for (size_t i = 0; i < 5; i++)
			comparison(tree, view, local, &table, &rows[i]);
		BOX(tree, .dir = DIR_COL, .align = ALIGN_STRETCH, .pad = PAD_XY(24, 0))
		widget_note(tree, TONE_INFO, say(l, "Only spaces, hyphens or capitals differ? Choose Same."),
			say(l, "Different letters: choose Different. The form goes back to the applicant."));
	}
}

/* --- 3: the card in the hand --- */

static const struct catalogue_check *
check_named(const struct catalogue *catalogue, const char *id)
{
	const struct catalogue_check *check;
	for (size_t i = 0; (check = catalogue_check_at(catalogue, i)) != NULL; i++)
		if (strcmp(check->id, id) == 0)
			return check;
	return NULL;
}

static void
features(struct tree *tree, const struct view *view)
{
	for (uint32_t i = 0; i < view->check_count; i++) {
		const struct catalogue_check *check = check_named(view->catalogue, view->checks[i].id);
		if (check == NULL)
			continue;
		widget_check(tree, &(struct widget_tick){ .id = tree_text(tree, "check-%u", i),
							   .text = words_phrase(tree, &check->name),
							   .hint = words_phrase(tree, &check->hint),
							   .on = view->checks[i].on,
							   .key = i < 9 ? (unsigned)('1' + i) : 0 });
	}
}

static void
enough(struct tree *tree, const struct view *view)
{
	enum lang l = tree->look.lang;
	const struct view_field *list = &view->fields[FIELD_CHECKLIST];
	const char *rule = tree_text(tree,
		say_n(l, "This office asks for the photo and %u more feature.",
			"This office asks for the photo and %u more features.", view->checks_least),
		view->checks_least);

	if (view->check_count == 0)
		widget_note(tree, TONE_NEUTRAL, say(l, "Tick only what you saw yourself"), NULL);
	else if (list->problem == PROBLEM_NONE)
		widget_note(tree, TONE_OK, say(l, "Enough seen"), rule);
	else if (list->told)
		widget_note(tree, TONE_BAD, words_problem(tree, view, FIELD_CHECKLIST), rule);
	else
		widget_note(tree, TONE_NEUTRAL, say(l, "Tick only what you saw yourself"), rule);
}

static void
card(struct tree *tree, const struct view *view)
{
	enum lang l = tree->look.lang;
	const char *options[2] = { say(l, "Issued from Nov 2018"), say(l, "Older card") };

	CARD(tree, .pad = PAD_XY(24, 20), .gap = 10, .w = widget_share(tree, 1))
	{
		widget_section(tree, &(struct widget_section){ .number = "3",
								 .title = say(l, "Card in your hand"),
								 .chip = view->check_count == 0 ? NULL
																: tree_text(tree, say(l, "%u of %u seen"),
																	  view->checks_seen, view->check_count) });
		widget_para(tree, say(l, "Tilt and touch the card."), TYPE_SMALL, COLOR_TEXT_3);
		SCREEN_CHOICE(tree, view, FIELD_GENERATION, .options = options, .count = 2, .bare = true);
		features(tree, view);
		widget_space(tree);
		enough(tree, view);
	}
}

/* --- what follows from this step --- */

static void
kept(struct tree *tree)
{
	enum lang l = tree->look.lang;
	widget_heading(tree, say(l, "What is kept"), TYPE_H3);
	widget_point(tree, ICON_CHECK, say(l, "That the original card was seen"), TONE_OK);
	widget_point(tree, ICON_CHECK, say(l, "What you ticked, by whom and when"), TONE_OK);
	widget_point(tree, ICON_CHECK, say(l, "The result of each comparison"), TONE_OK);
	widget_rule(tree);
	widget_heading(tree, say(l, "Not kept"), TYPE_BODY_BOLD);
	widget_point(tree, ICON_CLOSE, say(l, "A copy or photo of the card"), TONE_NEUTRAL);
	widget_point(tree, ICON_CLOSE, say(l, "The chip: it is not read at this counter"), TONE_NEUTRAL);
}

/* How the number will show once this step is done; a dash while it is not whole. */
static const char *
masked_preview(struct tree *tree, const struct screen_local *local)
{
	struct hkid hkid;
	enum hkid_fault fault;
	struct error err = { 0 };
	char masked[HKID_MASK];
	if (!hkid_parse_parts(
			local->edits[FIELD_CARD_NUMBER].text, local->edits[FIELD_CARD_CHECK].text, &hkid, &fault, &err))
		return "–";
	hkid_mask(&hkid, masked);
	return tree_copy(tree, masked);
}

static void
aside(struct tree *tree, const struct view *view, const struct screen_local *local)
{
	enum lang l = tree->look.lang;
	BOX(tree, .role = ROLE_COMPLEMENTARY, .name = say(l, "After this step"), .dir = DIR_COL, .align = ALIGN_STRETCH,
		.gap = 20, .w = tree_columns(tree) >= 3 ? PX(316) : GROW(1))
	{
		CARD(tree, .pad = PAD_XY(24, 20), .gap = 10)
		{
			widget_heading(tree, say(l, "After this step"), TYPE_H3);
			PAIR(tree, .key = say(l, "Name"), .value = view->display_name[0] == '\0' ? "–" : view->display_name,
				.type = TYPE_BODY_BOLD);
			PAIR(tree, .key = say(l, "HKID"), .value = masked_preview(tree, local));
			PAIR(tree, .key = say(l, "Checked by"), .value = view->officer.number);
			widget_para(tree, say(l, "The full number goes sealed to the centre. Screens and paper show only this."),
				TYPE_SMALL, COLOR_TEXT_3);
		}
		CARD(tree, .pad = PAD_XY(24, 20), .gap = 10, .h = GROW(1))
		{
			kept(tree);
			widget_space(tree);
			widget_heading(tree, say(l, "If you are not sure"), TYPE_BODY_BOLD);
			widget_para(tree,
				say(l, "Damaged card, old photo, changed name: stop here and ask the supervisor. Nothing is refused by "
					   "that."),
				TYPE_SMALL, COLOR_TEXT_3);
			BUTTON(tree, .id = "doubt", .label = say(l, "Something is wrong"), .kind = BUTTON_DANGER,
				.icon = ICON_ALERT, .key = KEY_F9, .full = true);
		}
	}
}

/* --- checked already: nothing to see again without a reason --- */

static void
checked(struct tree *tree, const struct view *view)
{
	enum lang l = tree->look.lang;
	CARD(tree, CARD_INSIDE, .w = GROW(1))
	{
		widget_section(tree, &(struct widget_section){ .title = say(l, "Checked"),
								 .chip = say(l, "Number hidden"),
								 .tone = TONE_OK,
								 .chip_icon = ICON_SHIELD });
		PAIR(tree, .key = say(l, "Name"), .value = view->display_name, .type = TYPE_BODY_BOLD);
		PAIR(tree, .key = say(l, "HKID"), .value = view->masked);
		PAIR(tree, .key = say(l, "Checked by"),
			.value = tree_text(tree, say(l, "%s, %s"), view->checked_by, words_clock(tree, view, view->checked_ms)));
		widget_para(
			tree, say(l, "To correct something, open the check again. That is recorded."), TYPE_BODY, COLOR_TEXT_2);
		BOX(tree, .dir = DIR_ROW)
		BUTTON(tree, .id = "reopen", .label = say(l, "Open the check again"), .icon = ICON_UNDO, .key = KEY_F4);
	}
}

static void
columns_of(struct tree *tree, const struct view *view, struct screen_local *local)
{
	if (tree_columns(tree) >= 3) {
		BOX(tree, .dir = DIR_ROW, .align = ALIGN_STRETCH, .gap = SPACE_5, .w = GROW(1))
		{
			BOX(tree, .dir = DIR_COL, .align = ALIGN_STRETCH, .gap = SPACE_5, .w = GROW(1.8f))
			{
				number(tree, view, local);
				against(tree, view, local);
			}
			card(tree, view);
			aside(tree, view, local);
		}
		return;
	}
	number(tree, view, local);
	against(tree, view, local);
	SPLIT(tree, .w = GROW(1))
	{
		card(tree, view);
		aside(tree, view, local);
	}
}

static void
draw(struct tree *tree, const struct view *view, struct screen_local *local)
{
	enum lang l = tree->look.lang;
	struct screen_bar foot = { .back = say(l, "Back"),
		.next = { .id = "next",
			.label = view->identity_hidden ? say(l, "Continue") : say(l, "Identity checked, hide number"),
			.kind = BUTTON_PRIMARY,
			.key = KEY_F12,
			.then = ICON_ARROW_RIGHT,
			.enter = view->identity_hidden,
			.autofocus = view->identity_hidden } };

	SCREEN_BODY(tree, view, local)
	{
		HEAD(tree, .title = say(l, "Identity check"),
			.subtitle = say(l, "Hold the original card and compare it with the form and with the person."))
		widget_chip(tree, say(l, "Photo of card is never taken"), TONE_NEUTRAL, ICON_EYE_OFF);
		if (view->identity_hidden)
			checked(tree, view);
		else
			columns_of(tree, view, local);
	}
	screen_bar_case(tree, &foot, 0);
	screen_bar(tree, view, local, &foot);
}

static bool
act(const struct view *view, struct screen_local *local, const char *id, struct command *out)
{
	(void)local;
	if (strncmp(id, "check-", 6) == 0) {
		int at = id[6] - '0';
		if (at < 0 || (uint32_t)at >= view->check_count)
			return false;
		*out = (struct command){ .kind = COMMAND_TICK, .index = at, .on = !view->checks[at].on };
		return true;
	}
	if (strcmp(id, "reopen") == 0) {
		*out = (struct command){ .kind = COMMAND_CHANGE, .index = FLOW_IDENTITY };
		return true;
	}
	return false;
}

const struct screen screen_identity = { draw, act };
