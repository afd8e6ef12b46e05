#include <stdlib.h>
#include <string.h>

#include "kiosk/base/text.h"
#include "kiosk/ui/say.h"
#include "kiosk/ui/screens.h"

#define LANES      5
#define ITEMS_HIGH 206 /* four rows; more scroll */
#define SECOND_MS  1000
#define NONE       UINT32_MAX

/* ---- the line ---- */

static const char *
line_title(struct tree *tree, const struct view *view)
{
	const enum lang lang = tree->look.lang;
	const char *since = view->sync.since_ms ? words_when(tree, view, view->sync.since_ms) : NULL;
	switch (view->sync.line) {
	case VIEW_LINE_UP:
		return since ? tree_text(tree, say(lang, "Line to the centre is up since %s"), since)
					 : say(lang, "Line to the centre is up");
	case VIEW_LINE_DOWN:
		return since ? tree_text(tree, say(lang, "No line to the centre since %s"), since)
					 : say(lang, "No line to the centre");
	case VIEW_LINE_REFUSED:
		return say(lang, "The centre refuses this counter");
	case VIEW_LINE_UNABLE:
		return say(lang, "The centre cannot take cases now");
	case VIEW_LINE_NO_DAEMON:
		return say(lang, "The part that sends has stopped");
	default:
		return say(lang, "The line was not tried yet");
	}
}

static const char *
line_meaning(struct tree *tree, const struct view *view)
{
	const enum lang lang = tree->look.lang;
	const int tries = view->sync.tries;
	switch (view->sync.line) {
	case VIEW_LINE_UP:
		return view->sync.answer_ms ? tree_text(tree, say(lang, "Last answer %s. Cases are sent as they are finished."),
										  words_when(tree, view, view->sync.answer_ms))
									: say(lang, "Cases are sent as they are finished.");
	case VIEW_LINE_DOWN:
		if (tries == 0)
			return say(lang, "The centre did not answer. Cases can go on; they are sent when the line is back.");
		return tree_text(tree,
			say_n(lang, "The centre did not answer. %d try. Cases can go on; they are sent when the line is back.",
				"The centre did not answer. %d tries. Cases can go on; they are sent when the line is back.",
				(unsigned long)tries),
			tries);
	case VIEW_LINE_REFUSED:
		return say(lang, "The centre answered and did not let this counter in. Call the technician. Cases can go on.");
	case VIEW_LINE_UNABLE:
		return say(lang, "The line works, but the centre has a fault. Cases can go on; they are sent when it is over.");
	case VIEW_LINE_NO_DAEMON:
		return say(
			lang, "It starts again by itself. If this stays for 5 minutes, call the technician. Cases can go on.");
	default:
		return say(lang, "The counter tries by itself.");
	}
}

static const char *
countdown(struct tree *tree, int64_t ms)
{
	const int64_t seconds = ms > 0 ? (ms + SECOND_MS - 1) / SECOND_MS : 0;
	return tree_text(tree, say(tree->look.lang, "Next try in %d:%02d"), (int)(seconds / 60), (int)(seconds % 60));
}

static void
next_try(struct tree *tree, const struct view *view, const struct screen_local *local)
{
	const enum lang lang = tree->look.lang;
	if (!screen_line_down(view) || view->sync.next_ms == 0) {
		return;
	}
	BOX(tree, .dir = DIR_COL, .align = widget_tight(tree) ? ALIGN_START : ALIGN_END)
	{
		LEAF(tree, .role = ROLE_TEXT, .text = countdown(tree, view->sync.next_ms - local->now_ms),
			.type = TYPE_BODY_BOLD, .color = COLOR_TEXT, .tabular = true);
		LEAF(tree, .role = ROLE_TEXT, .text = say(lang, "By itself, then again and again"), .type = TYPE_SMALL,
			.color = COLOR_TEXT_2, .wrap = true);
	}
}

static void
line(struct tree *tree, const struct view *view, const struct screen_local *local)
{
	const bool up = view->sync.line == VIEW_LINE_UP, bad = view->sync.line == VIEW_LINE_REFUSED;
	const enum widget_tone tone = up ? TONE_OK : bad ? TONE_BAD : screen_line_down(view) ? TONE_WARN : TONE_INFO;
	BANNER(tree, .tone = tone, .title = line_title(tree, view), .text = line_meaning(tree, view))
	{
		next_try(tree, view, local);
	}
}

/* ---- figures ---- */

static void
figures(struct tree *tree, const struct view *view, const struct screen_local *local)
{
	const enum lang lang = tree->look.lang;
	const struct view_sync *sync = &view->sync;
	const bool waits = sync->waiting > 0;
	TILES(tree, 4)
	{
		STAT(tree, .label = say(lang, "Waiting to send"), .value = tree_text(tree, "%d", (int)sync->waiting),
			.icon = ICON_SEND, .note = waits ? say(lang, "Safe at this counter") : say(lang, "All sent"));
		STAT(tree, .label = say(lang, "Oldest"), .icon = ICON_CLOCK,
			.value = waits ? words_age(tree, local->now_ms - sync->oldest_ms) : say(lang, "none"),
			.note = waits ? tree_text(tree, say(lang, "Finished %s"), words_when(tree, view, sync->oldest_ms))
						  : say(lang, "Nothing waits"));
		STAT(tree, .label = say(lang, "Parked, needs a person"), .value = tree_text(tree, "%d", (int)sync->parked),
			.icon = ICON_PAUSE, .tone = sync->parked > 0 ? TONE_WARN : TONE_NEUTRAL,
			.note = sync->parked > 0 ? say(lang, "Does not hold up the others") : say(lang, "Nothing needs a person"));
		STAT(tree, .label = say(lang, "Confirmed by the centre today"),
			.value = tree_text(tree, "%d", (int)sync->accepted_today), .icon = ICON_SHIELD,
			.note = sync->last_accepted_ms ? tree_text(tree, say(lang, "Last signed receipt %s"),
												 words_when(tree, view, sync->last_accepted_ms))
										   : say(lang, "No receipt yet"));
	}
}

/* ---- lanes ---- */

static void
lane(struct tree *tree, const struct widget_table *table, const struct view *view, const struct screen_local *local,
	int i)
{
	static const struct {
		enum icon icon;
		const char *name, *what;
	} NAMES[LANES] = { { ICON_ALERT, SAY("Urgent"), SAY("Revocation requests") },
		{ ICON_KEY, SAY("Certificate requests"), SAY("Tokens being written") },
		{ ICON_FILE, SAY("Cases"), SAY("Applications and payments") },
		{ ICON_RECEIPT, SAY("Documents"), SAY("Scans of papers") },
		{ ICON_SAVE, SAY("Audit"), SAY("Signed log pages") } };
	const enum lang lang = tree->look.lang;
	const int waiting = (int)view->sync.lanes[i].waiting;
	const int64_t oldest = view->sync.lanes[i].oldest_ms, last = view->sync.lanes[i].last_ms;
	const char *what = waiting == 0             ? say(lang, "Nothing waiting")
					   : screen_line_down(view) ? say(lang, "Waiting for the line")
												: say(lang, "Being sent");
	ROW(tree, table, .name = say(lang, NAMES[i].name), .h = 72)
	{
		CELL_BOX(tree, table, 0)
		{
			LEAF(tree, .icon = NAMES[i].icon, .icon_size = 19, .color = COLOR_TEXT_3);
			BOX(tree, .dir = DIR_COL, .w = GROW(1), .align = ALIGN_STRETCH)
			{
				widget_para(tree, say(lang, NAMES[i].name), TYPE_BODY_MEDIUM, COLOR_TEXT);
				widget_para(tree, say(lang, NAMES[i].what), TYPE_CAPTION, COLOR_TEXT_3);
			}
		}
		CELL(tree, table, 1, .text = tree_text(tree, "%d", waiting), .type = TYPE_BODY_BOLD);
		CELL(tree, table, 2, .text = waiting > 0 ? words_age(tree, local->now_ms - oldest) : say(lang, "none"),
			.color = COLOR_TEXT_2);
		CELL(tree, table, 3, .text = last ? words_when(tree, view, last) : say(lang, "none"), .color = COLOR_TEXT_2);
		CELL(tree, table, 4, .text = what, .icon = waiting > 0 ? ICON_CLOCK : ICON_CHECK,
			.tone = waiting == 0             ? TONE_OK
					: screen_line_down(view) ? TONE_WARN
											 : TONE_NEUTRAL);
	}
}

/* Which catalogue and fees are in force. */
static void
data(struct tree *tree, const struct view *view)
{
	const enum lang lang = tree->look.lang;
	const char *from = words_date(tree, catalogue_from(view->catalogue));
	BOX(tree, .dir = DIR_COL, .align = ALIGN_STRETCH, .pad = { SPACE_3, SPACE_6, SPACE_2, SPACE_6 })
	{
		PAIR(tree, .icon = ICON_FILE, .type = TYPE_SMALL, .state = true,
			.key = tree_text(tree, say(lang, "Catalogue and fees %s"), catalogue_version(view->catalogue)),
			.value = tree_text(tree, say(lang, "In force from %s"), from),
			.tone = view->catalogue_ok ? TONE_OK : TONE_WARN);
	}
}

static void
lanes(struct tree *tree, const struct view *view, const struct screen_local *local)
{
	const enum lang lang = tree->look.lang;
	const struct widget_column columns[] = { { say(lang, "Lane"), GROW(1.4f), ALIGN_START, true },
		{ say(lang, "Waiting"), PX(76), ALIGN_END, false }, { say(lang, "Oldest"), PX(100), ALIGN_END, false },
		{ say(lang, "Last sent"), PX(120), ALIGN_START, false },
		{ say(lang, "What is happening"), GROW(1.4f), ALIGN_START, false } };
	const struct widget_table table = { .id = "lanes", .name = say(lang, "Lanes"), .columns = columns, .count = 5 };
	CARD(tree, .pad = { 18, 0, 8, 0 }, .w = widget_share(tree, 1), .h = GROW(1))
	{
		BOX(tree, .dir = DIR_COL, .align = ALIGN_STRETCH, .pad = { 0, SPACE_6, 10, SPACE_6 })
		{
			SECTION(tree, .title = say(lang, "Lanes"),
				.note = say(lang, "Sent in this order. A big document never holds up a small case."))
			{
			}
		}
		TABLE(tree, &table)
		{
			for (int i = 0; i < LANES; i++) {
				lane(tree, &table, view, local, i);
			}
		}
		LEAF(tree, .h = GROW(1));
		if (view->catalogue) {
			data(tree, view);
		}
	}
}

/* ---- items ---- */

/* The selected item, else the first parked one, else the first. */
static uint32_t
chosen(const struct view *view, const struct screen_local *local)
{
	uint32_t parked = NONE;
	for (uint32_t i = 0; i < view->item_count && i < VIEW_OUTBOX; i++) {
		if (local->selected[0] && strcmp(local->selected, view->items[i].packet_id) == 0) {
			return i;
		}
		parked = parked == NONE && view->items[i].state == VIEW_ITEM_PARKED ? i : parked;
	}
	return parked != NONE ? parked : view->item_count > 0 ? 0 : NONE;
}

static const char *
state_words(enum lang lang, enum view_item_state state)
{
	switch (state) {
	case VIEW_ITEM_WAITING:
		return say(lang, "Waits");
	case VIEW_ITEM_SPOOLED:
		return say(lang, "With the sender");
	case VIEW_ITEM_PARKED:
		return say(lang, "Parked");
	case VIEW_ITEM_ACCEPTED:
		return say(lang, "Confirmed");
	}
	return "";
}

static void
item_row(struct tree *tree, const struct widget_table *table, const struct view *view, uint32_t i, bool on)
{
	const struct view_item *item = &view->items[i];
	const bool parked = item->state == VIEW_ITEM_PARKED;
	ROW(tree, table, .id = tree_text(tree, "item-%u", i), .selected = on,
		.name = tree_text(tree, say(tree->look.lang, "Case %s"), item->case_number))
	{
		CELL(tree, table, 0, .text = item->case_number[0] ? item->case_number : item->packet_id, .cut_ok = true);
		CELL(tree, table, 1, .text = state_words(tree->look.lang, item->state),
			.icon = parked                              ? ICON_PAUSE
					: item->state == VIEW_ITEM_ACCEPTED ? ICON_CHECK
														: ICON_CLOCK,
			.tone = parked                              ? TONE_WARN
					: item->state == VIEW_ITEM_ACCEPTED ? TONE_OK
														: TONE_NEUTRAL,
			.type = TYPE_SMALL);
		CELL(tree, table, 2, .text = words_when(tree, view, item->created_ms), .type = TYPE_SMALL,
			.color = COLOR_TEXT_2);
	}
}

static const char *
reason(enum lang lang, const struct view_item *item)
{
	if (item->state == VIEW_ITEM_PARKED) {
		return item->status >= 400 && item->status < 500 ? say(lang, "The centre refused it")
														 : say(lang, "Its answer could not be trusted or read");
	}
	return item->state == VIEW_ITEM_ACCEPTED ? say(lang, "The centre confirmed it") : say(lang, "It waits its turn");
}

static const char *
advice(enum lang lang, const struct view_item *item)
{
	if (item->state == VIEW_ITEM_PARKED) {
		return say(lang, "The receipt stays valid. Call the technician with the case number; retry after the repair.");
	}
	return say(lang, "Nothing needs to be done.");
}

static void
item_detail(struct tree *tree, const struct view *view, uint32_t i)
{
	const enum lang lang = tree->look.lang;
	const struct view_item *item = &view->items[i];
	BOX(tree, .role = ROLE_GROUP, .name = say(lang, "Selected item"), .dir = DIR_COL, .align = ALIGN_STRETCH,
		.gap = SPACE_2, .pad = { SPACE_3, SPACE_6, SPACE_4, SPACE_6 })
	{
		widget_para(tree, reason(lang, item), TYPE_BODY_BOLD, COLOR_TEXT);
		widget_para(tree, advice(lang, item), TYPE_SMALL, COLOR_TEXT_2);
		widget_rule(tree);
		PAIR(tree, .key = say(lang, "Receipt"), .value = item->receipt[0] ? item->receipt : say(lang, "none"));
		if (item->tries > 0) /* known of a parked one only */
			PAIR(tree, .key = say(lang, "Tried"),
				.value =
					tree_text(tree, say_n(lang, "%d time", "%d times", (unsigned long)item->tries), (int)item->tries));
		BOX(tree, .dir = widget_tight(tree) ? DIR_COL : DIR_ROW, .gap = SPACE_3, .pad = { SPACE_2, 0, 0, 0 })
		{
			BUTTON(tree, .id = "open", .label = say(lang, "Open the case"), .icon = ICON_FILE, .key = 'O');
			if (item->state == VIEW_ITEM_PARKED) {
				BUTTON(tree, .id = "retry", .label = say(lang, "Retry this one"), .icon = ICON_REFRESH, .key = 'R',
					.name = tree_text(tree, say(lang, "Retry case %s"), item->case_number));
			}
		}
	}
}

static void
items(struct tree *tree, const struct view *view, const struct screen_local *local)
{
	const enum lang lang = tree->look.lang;
	const uint32_t at = chosen(view, local);
	const struct widget_column columns[] = { { NULL, GROW(1.2f), ALIGN_START, true },
		{ NULL, GROW(1), ALIGN_START, true }, { NULL, PX(96), ALIGN_END, true } };
	const struct widget_table table = {
		.id = "items", .name = say(lang, "Items"), .columns = columns, .count = 3, .pick = true
	};
	CARD(tree, .pad = { 18, 0, 0, 0 }, .w = widget_width(tree, 560), .h = GROW(1))
	{
		BOX(tree, .dir = DIR_COL, .align = ALIGN_STRETCH, .pad = { 0, SPACE_6, 10, SPACE_6 })
		{
			SECTION(tree, .title = say(lang, "Items"), .note = say(lang, "Parked first, then the oldest"))
			{
			}
		}
		widget_rule(tree);
		if (at == NONE) {
			widget_empty(
				tree, ICON_CHECK, say(lang, "Nothing waits"), say(lang, "Every finished case is at the centre."));
		} else {
			BOX(tree, .id = "item-list", .dir = DIR_COL, .align = ALIGN_STRETCH, .scroll = true, .max_h = ITEMS_HIGH)
			TABLE(tree, &table)
			{
				for (uint32_t i = 0; i < view->item_count && i < VIEW_OUTBOX; i++) {
					item_row(tree, &table, view, i, i == at);
				}
			}
			LEAF(tree, .h = GROW(1));
			widget_rule(tree);
			item_detail(tree, view, at);
		}
	}
}

static void
draw(struct tree *tree, const struct view *view, struct screen_local *local)
{
	const enum lang lang = tree->look.lang;
	SCREEN_BODY(tree, view, local)
	{
		HEAD(tree, .title = say(lang, "Queue and line"),
			.subtitle =
				say(lang, "What this counter still has to send to the centre. Nothing here is lost if the power goes."))
		{
		}
		line(tree, view, local);
		figures(tree, view, local);
		SPLIT(tree, .h = GROW(1))
		{
			lanes(tree, view, local);
			items(tree, view, local);
		}
	}
	struct screen_bar bar = { .back = say(lang, "Home"),
		.note = say(lang, "The counter keeps trying by itself. Retry is only needed after a repair."),
		.next = { .id = "send", .label = say(lang, "Try to send now"), .icon = ICON_SEND, .autofocus = true } };
	bar.actions[0] = screen_bar_lock(lang);
	bar.actions[1] = screen_bar_help(lang);
	screen_bar(tree, view, local, &bar);
}

/* ---- acting ---- */

static bool
on_item(const struct view *view, const struct screen_local *local, enum command_kind kind, struct command *out)
{
	const uint32_t at = chosen(view, local);
	if (at != NONE) {
		*out = (struct command){ .kind = kind };
		(void)text_copy(out->text, sizeof out->text, view->items[at].packet_id);
	}
	return true;
}

static bool
act(const struct view *view, struct screen_local *local, const char *id, struct command *out)
{
	if (strcmp(id, "send") == 0) {
		*out = (struct command){ .kind = COMMAND_QUEUE_NOW };
		return true;
	}
	if (strcmp(id, "open") == 0 || strcmp(id, "retry") == 0) {
		return on_item(view, local, id[0] == 'o' ? COMMAND_OPEN : COMMAND_QUEUE_RETRY, out);
	}
	if (strncmp(id, "item-", 5) != 0) {
		return false;
	}
	const unsigned long i = strtoul(id + 5, NULL, 10);
	if (i < view->item_count && i < VIEW_OUTBOX) {
		const bool again = chosen(view, local) == i; /* Enter on the selected one opens it */
		(void)text_copy(local->selected, sizeof local->selected, view->items[i].packet_id);
		return again ? on_item(view, local, COMMAND_OPEN, out) : true;
	}
	return true;
}

const struct screen screen_queue = { draw, act };
