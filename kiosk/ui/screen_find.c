#include <stdlib.h>
#include <string.h>

#include "kiosk/base/text.h"
#include "kiosk/ui/say.h"
#include "kiosk/ui/screens.h"

#define NONE UINT32_MAX

static char
upper(char c)
{
	return c >= 'a' && c <= 'z' ? (char)(c - 'a' + 'A') : c;
}

/* True if `part` stands anywhere in `number`; small and capital letters are the same. */
static bool
holds(const char *number, const char *part)
{
	for (; *number; number++) {
		size_t i = 0;
		while (part[i] && upper(number[i]) == upper(part[i])) {
			i++;
		}
		if (!part[i]) {
			return true;
		}
	}
	return part[0] == '\0';
}

static bool
matches(const struct view_case *at, const char *typed)
{
	return holds(at->case_number, typed) || holds(at->receipt, typed) || holds(at->packet_id, typed);
}

static uint32_t
match_count(const struct view *view, const char *typed, uint32_t *first)
{
	uint32_t count = 0;
	*first = NONE;
	for (uint32_t i = 0; i < view->case_count && i < VIEW_CASES; i++) {
		if (matches(&view->cases[i], typed)) {
			*first = *first == NONE ? i : *first;
			count++;
		}
	}
	return count;
}

static const char *
where(enum lang lang, const struct view_case *at)
{
	return at->accepted ? say(lang, "Confirmed by the centre")
		   : at->parked ? say(lang, "Parked, needs a person")
						: say(lang, "Waiting to send");
}

static void
case_row(struct tree *tree, const struct widget_table *table, const struct view *view, uint32_t i)
{
	const struct view_case *at = &view->cases[i];
	const enum lang lang = tree->look.lang;
	ROW(tree, table, .id = tree_text(tree, "case-%u", i),
		.name = tree_text(tree, say(lang, "Finished case %s, %s"), at->case_number, at->name))
	{
		CELL(tree, table, 0, .text = at->case_number, .type = TYPE_SMALL, .color = COLOR_TEXT_2);
		CELL(tree, table, 1, .text = at->name, .type = TYPE_BODY_MEDIUM);
		CELL(tree, table, 2, .text = words_product(tree, view, at->product));
		CELL(tree, table, 3, .text = at->receipt);
		CELL(tree, table, 4, .text = where(lang, at), .type = TYPE_SMALL,
			.icon = at->accepted ? ICON_CHECK
					: at->parked ? ICON_PAUSE
								 : ICON_CLOCK,
			.tone = at->accepted ? TONE_OK : TONE_WARN);
		CELL(tree, table, 5, .text = words_when(tree, view, at->at_ms), .type = TYPE_SMALL, .color = COLOR_TEXT_2);
	}
}

static void
list(struct tree *tree, const struct view *view, const char *typed)
{
	const enum lang lang = tree->look.lang;
	const struct widget_column columns[] = { { say(lang, "Case"), PX(180), ALIGN_START, false },
		{ say(lang, "Applicant"), GROW(1.2f), ALIGN_START, false },
		{ say(lang, "Certificate"), GROW(1.2f), ALIGN_START, false },
		{ say(lang, "Receipt"), PX(150), ALIGN_START, false }, { say(lang, "On the way"), GROW(1), ALIGN_START, false },
		{ say(lang, "Finished"), PX(110), ALIGN_END, false } };
	const struct widget_table table = {
		.id = "cases", .name = say(lang, "Finished today"), .columns = columns, .count = 6, .pick = true
	};
	TABLE(tree, &table)
	{
		for (uint32_t i = 0; i < view->case_count && i < VIEW_CASES; i++) {
			if (matches(&view->cases[i], typed)) {
				case_row(tree, &table, view, i);
			}
		}
	}
}

static void
search(struct tree *tree, struct screen_local *local, uint32_t count)
{
	const enum lang lang = tree->look.lang;
	CARD(tree, .pad = PAD_XY(SPACE_6, SPACE_5))
	{
		BOX(tree, .dir = widget_tight(tree) ? DIR_COL : DIR_ROW,
			.align = widget_tight(tree) ? ALIGN_STRETCH : ALIGN_START, .gap = SPACE_4)
		{
			FIELD(tree, .id = "search", .label = say(lang, "Case or receipt number"), .edit = &local->search,
				.icon = ICON_SEARCH, .tabular = true, .autofocus = true, .key = KEY_F2, .chars = 44,
				.hint =
					say(lang, "Or scan the code on the receipt. Cases of other days are found by their whole number."),
				.note =
					local->search.len == 0 ? NULL : tree_text(tree, say_n(lang, "%u match", "%u match", count), count));
			BOX(tree, .dir = DIR_COL, .align = ALIGN_STRETCH, .pad = { widget_tight(tree) ? 0 : 26, 0, 0, 0 })
			{
				BUTTON(tree, .id = "open", .label = say(lang, "Open the case"), .icon = ICON_FILE, .enter = true);
			}
		}
	}
}

static void
draw(struct tree *tree, const struct view *view, struct screen_local *local)
{
	const enum lang lang = tree->look.lang;
	uint32_t first;
	const uint32_t count = match_count(view, local->search.text, &first);
	SCREEN_BODY(tree, view, local)
	{
		HEAD(tree, .title = say(lang, "Find a case"),
			.subtitle =
				say(lang, "Finished cases. Opening one is written to the log. Held cases are on the home page."))
		{
		}
		search(tree, local, count);
		CARD(tree, .pad = { 18, 0, 8, 0 }, .h = GROW(1))
		{
			BOX(tree, .dir = DIR_COL, .align = ALIGN_STRETCH, .pad = { 0, SPACE_6, 10, SPACE_6 })
			{
				SECTION(
					tree, .title = say(lang, "Finished today"), .chip = tree_text(tree, "%d", (int)view->today.cases))
				{
				}
			}
			if (count > 0) {
				list(tree, view, local->search.text);
			} else {
				widget_rule(tree);
				widget_empty(tree, ICON_SEARCH,
					view->case_count > 0 ? say(lang, "No case of today matches")
										 : say(lang, "Nothing finished yet today"),
					local->search.len > 0 ? say(lang, "Enter looks for the whole number among all days.") : NULL);
			}
		}
	}
	struct screen_bar bar = { .back = say(lang, "Home"), .next = { .id = NULL } };
	bar.actions[0] = screen_bar_lock(lang);
	bar.actions[1] = screen_bar_help(lang);
	screen_bar(tree, view, local, &bar);
}

static bool
open_text(const char *number, struct command *out)
{
	*out = (struct command){ .kind = COMMAND_OPEN };
	return text_copy(out->text, sizeof out->text, number) || true;
}

/* The only match, else what was typed: the counter knows the cases of other days. */
static bool
open_typed(const struct view *view, struct screen_local *local, struct command *out)
{
	uint32_t first;
	if (local->search.len == 0) {
		focus_set(&local->focus, "search");
		return true;
	}
	const uint32_t count = match_count(view, local->search.text, &first);
	return open_text(count == 1 ? view->cases[first].case_number : local->search.text, out);
}

static bool
act(const struct view *view, struct screen_local *local, const char *id, struct command *out)
{
	if (strcmp(id, "open") == 0) {
		return open_typed(view, local, out);
	}
	if (strcmp(id, "scan") == 0) {
		return open_text(local->focus.scan.text, out);
	}
	if (strcmp(id, "find") == 0 || strcmp(id, "search") == 0) {
		focus_set(&local->focus, "search");
		return true;
	}
	if (strncmp(id, "case-", 5) != 0) {
		return false;
	}
	const unsigned long i = strtoul(id + 5, NULL, 10);
	return i < view->case_count && i < VIEW_CASES ? open_text(view->cases[i].case_number, out) : true;
}

const struct screen screen_find = { draw, act };
