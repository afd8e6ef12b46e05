#include <stdlib.h>
#include <string.h>

#include "kiosk/ui/say.h"
#include "kiosk/ui/screens.h"

#define FINISHED_SHOWN 4u

static const char *
opened(struct tree *tree, const struct view *view)
{
	const enum lang lang = tree->look.lang;
	if (!view->till_open) {
		return say(lang, "Your till is not open yet. It is counted before the first case.");
	}
	return tree_text(tree, say(lang, "You opened your till at %s."), words_when(tree, view, view->till_opened_ms));
}

static void
parked_tile(struct tree *tree, const struct view *view)
{
	const enum lang lang = tree->look.lang;
	if (!view->room_ok) {
		STAT(tree, .label = say(lang, "Disk"), .value = say(lang, "Nearly full"), .icon = ICON_SAVE, .tone = TONE_WARN,
			.note = say(lang, "Finish open cases, start no new one, call the technician"));
		return;
	}
	STAT(tree, .label = say(lang, "Parked, needs a person"), .value = tree_text(tree, "%d", (int)view->sync.parked),
		.icon = ICON_PAUSE, .tone = view->sync.parked > 0 ? TONE_WARN : TONE_NEUTRAL,
		.note = view->sync.parked > 0 ? say(lang, "Does not hold up the others. See Queue and line")
									  : say(lang, "Nothing needs a person"));
}

static void
figures(struct tree *tree, const struct view *view, const struct screen_local *local)
{
	const enum lang lang = tree->look.lang;
	const int64_t age = local->now_ms - view->sync.oldest_ms;
	TILES(tree, 4)
	{
		STAT(tree, .label = say(lang, "Cases finished today"), .value = tree_text(tree, "%d", (int)view->today.cases),
			.icon = ICON_CHECK,
			.note = view->case_count > 0
						? tree_text(tree, say(lang, "Last one %s"), words_when(tree, view, view->cases[0].at_ms))
						: say(lang, "None yet"));
		STAT(tree, .label = say(lang, "Money taken"), .value = words_money(tree, view->today.taken), .icon = ICON_COINS,
			.note = tree_text(tree, say(lang, "Cash %s, other %s"), words_money(tree, view->today.cash),
				words_money(tree, view->today.other)));
		STAT(tree, .label = say(lang, "Waiting to send"), .value = tree_text(tree, "%d", (int)view->sync.waiting),
			.icon = ICON_SEND, .tone = view->sync.waiting > 0 && screen_line_down(view) ? TONE_WARN : TONE_NEUTRAL,
			.note = view->sync.waiting == 0 ? say(lang, "All sent")
					: screen_line_down(view)
						? tree_text(tree, say(lang, "Oldest %s, line is down"), words_age(tree, age))
						: tree_text(tree, say(lang, "Oldest %s, line is up"), words_age(tree, age)));
		parked_tile(tree, view);
	}
}

static void
services(struct tree *tree, const struct view *view)
{
	const enum lang lang = tree->look.lang;
	const bool leads = view->officer.role == OFFICER_SUPERVISOR;
	BOX(tree, .dir = DIR_COL, .gap = SPACE_4, .align = ALIGN_STRETCH)
	{
		widget_heading(tree, say(lang, "Start"), TYPE_H3);
		TILES(tree, leads ? 5 : 4)
		{
			widget_action(tree, &(struct widget_action){ "new", say(lang, "New application"),
									say(lang, "Paper form in hand"), ICON_FILE, KEY_F3 });
			widget_action(tree, &(struct widget_action){ "find", say(lang, "Find a case"),
									say(lang, "By case or receipt number"), ICON_SEARCH, KEY_F2 });
			widget_action(tree, &(struct widget_action){ "queue", say(lang, "Queue and line"),
									say(lang, "What waits for the centre"), ICON_SEND, KEY_F8 });
			widget_action(tree, &(struct widget_action){ "stock", words_step(lang, FLOW_STOCK),
									say(lang, "Take in, find, spoil"), ICON_BOX, KEY_F4 });
			if (leads) {
				widget_action(tree, &(struct widget_action){ "staff", say(lang, "Staff"),
										say(lang, "Add a person, unlock an account"), ICON_USERS, KEY_F7 });
			}
		}
	}
}

/* ---- held and finished ---- */

static void
held_row(struct tree *tree, const struct widget_table *table, const struct view *view, uint32_t i, int64_t now_ms)
{
	const struct view_case *at = &view->held[i];
	const enum lang lang = tree->look.lang;
	const bool doubt = at->why == HOLD_DOUBT;
	const char *why = at->why >= 0 && at->why < HOLD_REASONS ? words_hold(lang, (enum hold_reason)at->why)
															 : say(lang, "Open when the counter stopped");
	ROW(tree, table, .id = tree_text(tree, "held-%u", i),
		.name = tree_text(tree, say(lang, "Held case %s, %s"), at->case_number, at->name))
	{
		CELL(tree, table, 0, .text = at->case_number, .type = TYPE_SMALL, .color = COLOR_TEXT_2);
		CELL(tree, table, 1, .text = at->name[0] ? at->name : say(lang, "Not keyed yet"), .type = TYPE_BODY_MEDIUM);
		CELL(tree, table, 2, .text = why, .icon = doubt ? ICON_ALERT : ICON_PAUSE,
			.tone = doubt ? TONE_WARN : TONE_NEUTRAL);
		CELL(tree, table, 3, .text = words_step(lang, at->step));
		CELL(tree, table, 4, .text = words_age(tree, now_ms - at->at_ms), .type = TYPE_SMALL, .color = COLOR_TEXT_2);
	}
}

static void
held(struct tree *tree, const struct view *view, int64_t now_ms)
{
	const enum lang lang = tree->look.lang;
	const struct widget_column columns[] = { { say(lang, "Case"), PX(170), ALIGN_START, false },
		{ say(lang, "Applicant"), GROW(1), ALIGN_START, false },
		{ say(lang, "Why it is held"), GROW(1.3f), ALIGN_START, false },
		{ say(lang, "Next step"), GROW(0.8f), ALIGN_START, false },
		{ say(lang, "Held for"), PX(100), ALIGN_END, false } };
	const struct widget_table table = {
		.id = "held", .name = say(lang, "Held cases"), .columns = columns, .count = 5, .pick = true
	};
	TABLE(tree, &table)
	{
		for (uint32_t i = 0; i < view->held_count && i < VIEW_HELD; i++) {
			held_row(tree, &table, view, i, now_ms);
		}
	}
}

static const char *
where(struct tree *tree, const struct view_case *at)
{
	const enum lang lang = tree->look.lang;
	return at->accepted ? say(lang, "Confirmed") : at->parked ? say(lang, "Parked") : say(lang, "Waiting to send");
}

static void
finished(struct tree *tree, const struct view *view)
{
	const enum lang lang = tree->look.lang;
	const struct widget_column columns[] = { { NULL, PX(170), ALIGN_START, true }, { NULL, GROW(1), ALIGN_START, true },
		{ NULL, GROW(1.3f), ALIGN_START, true }, { NULL, GROW(0.8f), ALIGN_START, true },
		{ NULL, PX(100), ALIGN_END, true } };
	const struct widget_table table = {
		.id = "finished", .name = say(lang, "Last finished"), .columns = columns, .count = 5, .pick = true
	};
	TABLE(tree, &table)
	{
		for (uint32_t i = 0; i < view->case_count && i < FINISHED_SHOWN; i++) {
			const struct view_case *at = &view->cases[i];
			ROW(tree, &table, .id = tree_text(tree, "case-%u", i),
				.name = tree_text(tree, say(lang, "Finished case %s, %s"), at->case_number, at->name))
			{
				CELL(tree, &table, 0, .text = at->case_number, .type = TYPE_SMALL, .color = COLOR_TEXT_2);
				CELL(tree, &table, 1, .text = at->name, .type = TYPE_BODY_MEDIUM);
				CELL(tree, &table, 2,
					.text = tree_text(
						tree, say(lang, "%s, receipt %s"), words_product(tree, view, at->product), at->receipt));
				CELL(tree, &table, 3, .text = where(tree, at), .type = TYPE_SMALL,
					.icon = at->accepted ? ICON_CHECK
							: at->parked ? ICON_ALERT
										 : ICON_CLOCK,
					.tone = at->accepted ? TONE_OK : TONE_WARN);
				CELL(tree, &table, 4, .text = words_when(tree, view, at->at_ms), .type = TYPE_SMALL,
					.color = COLOR_TEXT_2);
			}
		}
	}
}

static void
enter_hint(struct tree *tree)
{
	BOX(tree, .dir = DIR_ROW, .gap = SPACE_2, .align = ALIGN_CENTER)
	{
		LEAF(tree, .role = ROLE_TEXT, .text = say(tree->look.lang, "Open the selected case"), .type = TYPE_SMALL,
			.color = COLOR_TEXT_3);
		widget_key(tree, widget_key_name(tree, KEY_ENTER), false);
	}
}

static void
cases(struct tree *tree, const struct view *view, int64_t now_ms)
{
	const enum lang lang = tree->look.lang;
	CARD(tree, .pad = { 16, 0, 8, 0 }, .h = GROW(1))
	{
		BOX(tree, .dir = DIR_COL, .align = ALIGN_STRETCH, .pad = { 0, SPACE_6, 10, SPACE_6 })
		{
			SECTION(tree, .title = say(lang, "Held cases"), .chip = tree_text(tree, "%u", view->held_count))
			{
				if (view->held_count > 0) {
					enter_hint(tree);
				}
			}
		}
		if (view->held_count > 0) {
			held(tree, view, now_ms);
		} else {
			widget_rule(tree);
			widget_empty(
				tree, ICON_PAUSE, say(lang, "No held cases"), say(lang, "A case that must wait is held with F8."));
		}
		BOX(tree, .dir = DIR_COL, .align = ALIGN_STRETCH, .pad = { 16, SPACE_6, 8, SPACE_6 })
		{
			SECTION(tree, .title = say(lang, "Last finished"),
				.note = view->case_count > FINISHED_SHOWN
							? tree_text(tree, say(lang, "All %d are in Find a case"), (int)view->today.cases)
							: NULL)
			{
			}
		}
		widget_rule(tree);
		if (view->case_count > 0) {
			finished(tree, view);
		} else {
			widget_empty(tree, ICON_CHECK, say(lang, "Nothing finished yet today"), NULL);
		}
	}
}

/* ---- the counter itself ---- */

static const char *
line_words(struct tree *tree, const struct view *view)
{
	const enum lang lang = tree->look.lang;
	const struct view_sync *sync = &view->sync;
	switch (sync->line) {
	case VIEW_LINE_UP:
		return sync->answer_ms
				   ? tree_text(tree, say(lang, "Up, last answer %s"), words_when(tree, view, sync->answer_ms))
				   : say(lang, "Up");
	case VIEW_LINE_DOWN:
		return sync->since_ms ? tree_text(tree, say(lang, "Down since %s"), words_when(tree, view, sync->since_ms))
							  : say(lang, "Down");
	case VIEW_LINE_REFUSED:
		return say(lang, "Refused");
	case VIEW_LINE_UNABLE:
		return say(lang, "Centre takes nothing now");
	case VIEW_LINE_NO_DAEMON:
		return say(lang, "Stopped");
	default:
		return say(lang, "Not tried yet");
	}
}

static void
machine(struct tree *tree, const struct view *view)
{
	const enum lang lang = tree->look.lang;
	const bool up = view->sync.line == VIEW_LINE_UP;
	const char *version = view->catalogue ? catalogue_version(view->catalogue) : "";
	CARD(tree, CARD_INSIDE)
	{
		SECTION(tree, .title = say(lang, "Counter and line"))
		{
		}
		PAIR(tree, .icon = ICON_LINK, .key = say(lang, "Line to the centre"), .value = line_words(tree, view),
			.type = TYPE_SMALL, .state = true, .tone = up ? TONE_OK : TONE_WARN);
		PAIR(tree, .icon = ICON_SAVE, .key = say(lang, "Records"),
			.value = view->store_ok ? say(lang, "Safe on disk") : say(lang, "Cannot be read"), .type = TYPE_SMALL,
			.state = true, .tone = view->store_ok ? TONE_OK : TONE_BAD);
		PAIR(tree, .icon = ICON_FILE, .key = say(lang, "Fee table"),
			.value = view->catalogue_bad ? tree_text(tree, say(lang, "%s. A newer one was refused"), version)
					 : view->catalogue_ok && version[0] ? version
														: say(lang, "None valid"),
			.type = TYPE_SMALL, .state = true,
			.tone = view->catalogue_ok && !view->catalogue_bad ? TONE_OK : TONE_WARN);
		PAIR(tree, .icon = ICON_CLOCK, .key = say(lang, "Clock"),
			.value =
				view->clock_suspect ? say(lang, "Went back. Ask the supervisor") : say(lang, "Agrees with the log"),
			.type = TYPE_SMALL, .state = true, .tone = view->clock_suspect ? TONE_WARN : TONE_OK);
		PAIR(tree, .icon = ICON_DRAWER, .key = say(lang, "Till"),
			.value = view->till_open
						 ? tree_text(tree, say(lang, "Open since %s"), words_when(tree, view, view->till_opened_ms))
						 : say(lang, "Not open"),
			.type = TYPE_SMALL, .state = view->till_open, .tone = TONE_OK);
	}
}

static void
sent(struct tree *tree, const struct view *view, const struct screen_local *local)
{
	const enum lang lang = tree->look.lang;
	const struct view_sync *sync = &view->sync;
	CARD(tree, CARD_INSIDE)
	{
		SECTION(tree, .title = say(lang, "On the way to the centre"))
		{
		}
		PAIR(tree, .icon = ICON_SEND, .key = say(lang, "Waiting"), .value = tree_text(tree, "%d", (int)sync->waiting),
			.type = TYPE_BODY_BOLD);
		PAIR(tree, .icon = ICON_CLOCK, .key = say(lang, "Oldest"), .type = TYPE_SMALL,
			.value = sync->waiting ? words_age(tree, local->now_ms - sync->oldest_ms) : say(lang, "none"));
		PAIR(tree, .icon = ICON_SHIELD, .key = say(lang, "Confirmed today"),
			.value = tree_text(tree, "%d", (int)sync->accepted_today), .type = TYPE_BODY_BOLD);
		PAIR(tree, .icon = ICON_RECEIPT, .key = say(lang, "Last signed receipt"), .type = TYPE_SMALL,
			.value = sync->last_accepted_ms ? words_when(tree, view, sync->last_accepted_ms) : say(lang, "none"));
	}
}

/* The one thing that goes before all others here: no case begins, or every case is marked. */
static void
clock_banner(struct tree *tree, const struct view *view)
{
	const enum lang lang = tree->look.lang;
	BANNER(tree, .tone = TONE_WARN, .icon = ICON_CLOCK, .title = say(lang, "The clock of this computer went back"),
		.text = view->clock_holds
					? say(lang, "No case begins until a supervisor has compared it: the day may be the wrong one.")
					: say(lang, "You can go on. What is written is marked until a supervisor has compared it."))
	{
		BUTTON(tree, .id = "clock", .label = say(lang, "Compare the clock"), .icon = ICON_CLOCK);
	}
}

static void
draw(struct tree *tree, const struct view *view, struct screen_local *local)
{
	const enum lang lang = tree->look.lang;
	SCREEN_BODY(tree, view, local)
	{
		HEAD(tree, .title = words_day(tree, view->day, false), .subtitle = opened(tree, view))
		{
		}
		if (view->clock_suspect) {
			clock_banner(tree, view);
		}
		SPLIT(tree, .h = GROW(1))
		{
			BOX(tree, .dir = DIR_COL, .gap = SPACE_5, .align = ALIGN_STRETCH, .w = widget_share(tree, 1))
			{
				figures(tree, view, local);
				services(tree, view);
				cases(tree, view, local->now_ms);
			}
			BOX(tree, .role = ROLE_COMPLEMENTARY, .name = say(lang, "Counter and line"), .dir = DIR_COL, .gap = SPACE_5,
				.align = ALIGN_STRETCH, .w = widget_width(tree, 420))
			{
				machine(tree, view);
				sent(tree, view, local);
			}
		}
	}
	struct screen_bar bar = { .next = { .id = "start", .label = say(lang, "New application"), .autofocus = true } };
	bar.actions[0] = screen_bar_lock(lang);
	bar.actions[1] = screen_bar_help(lang);
	bar.actions[2] = (struct widget_button){ .id = "look",
		.label = say(lang, "Text and contrast"),
		.kind = BUTTON_GHOST,
		.icon = ICON_CONTRAST,
		.key = KEY_F6 };
	bar.actions[3] = (struct widget_button){
		.id = "sign-out", .label = say(lang, "Sign out"), .kind = BUTTON_GHOST, .icon = ICON_USER, .key = KEY_F10
	};
	screen_bar(tree, view, local, &bar);
}

/* Number at the end of "held-3". */
static bool
index_in(const char *id, const char *prefix, uint32_t count, uint32_t *out)
{
	const size_t len = strlen(prefix);
	if (strncmp(id, prefix, len) != 0 || id[len] < '0' || id[len] > '9') {
		return false;
	}
	const unsigned long at = strtoul(id + len, NULL, 10);
	*out = (uint32_t)at;
	return at < count;
}

static bool
open_case(const struct view *view, const char *id, struct command *out)
{
	uint32_t i;
	const char *number = NULL;
	if (index_in(id, "held-", view->held_count, &i)) {
		out->kind = COMMAND_RESUME;
		number = view->held[i].case_number;
	} else if (index_in(id, "case-", view->case_count, &i)) {
		out->kind = COMMAND_OPEN;
		number = view->cases[i].case_number;
	}
	if (number) {
		memcpy(out->text, number, strlen(number) + 1);
	}
	return number;
}

static bool
act(const struct view *view, struct screen_local *local, const char *id, struct command *out)
{
	static const struct {
		const char *id;
		enum command_kind kind;
	} ACTIONS[] = { { "new", COMMAND_NEW }, { "start", COMMAND_NEW }, { "find", COMMAND_FIND },
		{ "queue", COMMAND_QUEUE }, { "staff", COMMAND_STAFF }, { "stock", COMMAND_STOCK },
		{ "clock", COMMAND_CLOCK } };
	(void)local;
	for (size_t i = 0; i < sizeof ACTIONS / sizeof *ACTIONS; i++) {
		if (strcmp(id, ACTIONS[i].id) == 0) {
			const bool may = ACTIONS[i].kind != COMMAND_STAFF || view->officer.role == OFFICER_SUPERVISOR;
			out->kind = may ? ACTIONS[i].kind : COMMAND_NONE;
			return true;
		}
	}
	return open_case(view, id, out);
}

const struct screen screen_home = { draw, act };
