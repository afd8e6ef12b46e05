#include <stdlib.h>
#include <string.h>

#include "kiosk/base/text.h"
#include "kiosk/ui/say.h"
#include "kiosk/ui/screens.h"

static const struct {
	const char *words;
	enum icon icon;
	enum widget_tone tone;
} STATES[STOCK_STATES] = {
	[STOCK_IN] = { SAY("In stock"), ICON_CHECK, TONE_OK },
	[STOCK_BOUND] = { SAY("With a case"), ICON_FILE, TONE_INFO },
	[STOCK_AWAITING] = { SAY("Waits for its certificate"), ICON_CLOCK, TONE_WARN },
	[STOCK_READY] = { SAY("Ready to hand over"), ICON_HAND, TONE_INFO },
	[STOCK_GIVEN] = { SAY("Handed over"), ICON_CHECK, TONE_NEUTRAL },
	[STOCK_SPOILED] = { SAY("Spoiled"), ICON_CLOSE, TONE_BAD },
	[STOCK_LOST] = { SAY("Not found"), ICON_ALERT, TONE_BAD },
};

static const char *const REASONS[STOCK_REASONS] = {
	[STOCK_REASON_DAMAGED] = SAY("Damaged"),
	[STOCK_REASON_LOST] = SAY("Not found"),
	[STOCK_REASON_NOT_OURS] = SAY("A key that is not ours is on it"),
	[STOCK_REASON_LOCKED] = SAY("PIN and PUK are locked"),
	[STOCK_REASON_FAULTY] = SAY("Does not work"),
	[STOCK_REASON_REJECTED] = SAY("Its case was rejected"),
	[STOCK_REASON_OTHER] = SAY("Another reason"),
};

static const char *
brand_name(const char *brand)
{
	return strcmp(brand, "safenet") == 0 ? "SafeNet" : strcmp(brand, "feitian") == 0 ? "FEITIAN" : brand;
}

static const char *
kind_name(struct tree *tree, enum stock_kind kind, const char *brand)
{
	const enum lang lang = tree->look.lang;
	return kind == STOCK_ENVELOPE ? say(lang, "PIN envelope")
								  : tree_text(tree, say(lang, "e-Cert Token (%s)"), brand_name(brand));
}

/* ---- how many there are ---- */

static void
sums(struct tree *tree, const struct view_stock *stock)
{
	const enum lang lang = tree->look.lang;
	if (stock->sum_count == 0) {
		return;
	}
	TILES(tree, (int)stock->sum_count)
	{
		for (uint32_t i = 0; i < stock->sum_count; i++) {
			const struct view_stock_sum *sum = &stock->sums[i];
			const int64_t with = sum->states[STOCK_BOUND] + sum->states[STOCK_AWAITING] + sum->states[STOCK_READY];
			STAT(tree, .label = kind_name(tree, sum->kind, sum->brand),
				.value = tree_text(tree, "%lld", (long long)sum->states[STOCK_IN]), .icon = ICON_BOX,
				.note = tree_text(tree, say(lang, "With cases %lld, handed over %lld, spoiled or not found %lld"),
					(long long)with, (long long)sum->states[STOCK_GIVEN],
					(long long)(sum->states[STOCK_SPOILED] + sum->states[STOCK_LOST])));
		}
	}
}

/* ---- one by one ---- */

static void
stock_row(struct tree *tree, const struct widget_table *table, const struct view *view, uint32_t i)
{
	const struct view_stock_row *row = &view->stock.rows[i];
	const enum lang lang = tree->look.lang;
	ROW(tree, table, .id = tree_text(tree, "stock-%u", i), .selected = view->stock.found,
		.name = tree_text(tree, say(lang, "%s, %s"), row->serial, kind_name(tree, row->kind, row->brand)))
	{
		CELL(tree, table, 0, .text = row->serial, .type = TYPE_BODY_MEDIUM);
		CELL(tree, table, 1, .text = kind_name(tree, row->kind, row->brand));
		CELL(tree, table, 2, .text = say(lang, STATES[row->state].words), .icon = STATES[row->state].icon,
			.tone = STATES[row->state].tone);
		CELL(tree, table, 3, .text = row->case_number[0] != '\0' ? row->case_number : "–", .type = TYPE_SMALL,
			.color = COLOR_TEXT_2);
		CELL(tree, table, 4, .type = TYPE_SMALL, .color = COLOR_TEXT_2,
			.text = tree_text(tree, "%s · %s", words_when(tree, view, row->at_ms), row->officer));
	}
}

static void
list(struct tree *tree, const struct view *view)
{
	const enum lang lang = tree->look.lang;
	const struct widget_column columns[] = { { say(lang, "Serial number"), PX(170), ALIGN_START, false },
		{ say(lang, "Kind of item"), GROW(1), ALIGN_START, false }, { say(lang, "State"), GROW(1), ALIGN_START, false },
		{ say(lang, "Case"), PX(170), ALIGN_START, false }, { say(lang, "Since"), PX(170), ALIGN_END, false } };
	const struct widget_table table = {
		.id = "stock", .name = say(lang, "Items by serial number"), .columns = columns, .count = 5, .pick = true
	};
	TABLE(tree, &table)
	{
		for (uint32_t i = 0; i < view->stock.row_count && i < VIEW_STOCK; i++) {
			stock_row(tree, &table, view, i);
		}
	}
}

static void
items(struct tree *tree, const struct view *view, struct screen_local *local)
{
	const enum lang lang = tree->look.lang;
	CARD(tree, .pad = { 18, 0, 8, 0 }, .gap = 10, .w = widget_share(tree, 1), .h = GROW(1))
	{
		BOX(tree, .dir = widget_tight(tree) ? DIR_COL : DIR_ROW, .pad = PAD_XY(SPACE_6, 0), .gap = SPACE_4,
			.align = widget_tight(tree) ? ALIGN_STRETCH : ALIGN_START)
		{
			SCREEN_FIELD(tree, view, local, FIELD_STOCK_SERIAL, .icon = ICON_SEARCH, .tabular = true, .autofocus = true,
				.key = KEY_F2, .chars = 32, .hint = say(lang, "Scan it, or type it and press Enter"));
			BOX(tree, .dir = DIR_ROW, .gap = SPACE_3, .pad = { widget_tight(tree) ? 0 : 26, 0, 0, 0 })
			{
				BUTTON(tree, .id = "stock-find", .label = say(lang, "Find it"), .icon = ICON_SEARCH);
				if (view->stock.found) {
					BUTTON(tree, .id = "stock-all", .label = say(lang, "Show the last ones"), .kind = BUTTON_GHOST,
						.icon = ICON_UNDO);
				}
			}
		}
		if (view->stock.row_count > 0) {
			list(tree, view);
		} else {
			widget_empty(tree, ICON_BOX, say(lang, "Nothing in stock yet"),
				say(lang, "Take in what came with the bag: kind, first and last serial number."));
		}
	}
}

static void
kinds(struct tree *tree, const struct view *view)
{
	const char *options[VIEW_BRANDS];
	for (uint32_t i = 0; i < view->stock.sum_count; i++) {
		options[i] = kind_name(tree, view->stock.sums[i].kind, view->stock.sums[i].brand);
	}
	SCREEN_CHOICE(tree, view, FIELD_STOCK_KIND, .options = options, .count = (int)view->stock.sum_count);
}

/* ---- taking in ---- */

/* "25 items", once both ends are typed and are a range. */
static const char *
how_many(struct tree *tree, const struct screen_local *local)
{
	char first[STOCK_SERIAL], last[STOCK_SERIAL];
	struct error err = { 0 };
	unsigned count = 0;
	const bool known = stock_serial_tidy(local->edits[FIELD_STOCK_FIRST].text, first, &err) &&
					   stock_serial_tidy(local->edits[FIELD_STOCK_LAST].text, last, &err) &&
					   stock_range(first, last, &count, &err);
	return known ? tree_text(tree, say_n(tree->look.lang, "%u item", "%u items", count), count) : NULL;
}

static void
receive(struct tree *tree, const struct view *view, struct screen_local *local)
{
	const enum lang lang = tree->look.lang;
	CARD(tree, CARD_INSIDE, .w = widget_width(tree, 460))
	{
		SECTION(tree, .title = say(lang, "Take into stock"))
		{
		}
		kinds(tree, view);
		SCREEN_FIELD(tree, view, local, FIELD_STOCK_FIRST, .tabular = true, .hint = say(lang, "Scan the first one"));
		SCREEN_FIELD(tree, view, local, FIELD_STOCK_LAST, .optional = true, .tabular = true,
			.good = how_many(tree, local), .hint = say(lang, "Scan the last one. Leave it empty for a single item."));
		LEAF(tree, .h = GROW(1));
		widget_para(tree, say(lang, "Count what is in the bag before you take it in. The log keeps who took in what."),
			TYPE_SMALL, COLOR_TEXT_3);
	}
}

/* ---- spoiling ---- */

static bool
is_free(const struct view_stock_row *row)
{
	return row->state == STOCK_IN || row->state == STOCK_LOST;
}

static bool
can_spoil(const struct view *view)
{
	for (uint32_t i = 0; view->stock.found && i < view->stock.row_count; i++) {
		if (is_free(&view->stock.rows[i])) {
			return true;
		}
	}
	return false;
}

static void
facts(struct tree *tree, const struct view *view, const struct view_stock_row *row)
{
	const enum lang lang = tree->look.lang;
	PAIR(tree, .key = say(lang, "Kind of item"), .value = kind_name(tree, row->kind, row->brand));
	PAIR(tree, .key = say(lang, "State"), .value = say(lang, STATES[row->state].words));
	if (row->reason != STOCK_REASON_NONE) {
		PAIR(tree, .key = say(lang, "Reason"), .value = say(lang, REASONS[row->reason]));
	}
	if (row->case_number[0] != '\0') {
		PAIR(tree, .key = say(lang, "Case"), .value = row->case_number);
	}
	PAIR(tree, .key = say(lang, "Since"), .value = words_when(tree, view, row->at_ms));
	PAIR(tree, .key = say(lang, "Staff number"), .value = row->officer);
	widget_rule(tree);
}

/* Why, and of which kind it is where two have the same serial. */
static void
reasons(struct tree *tree, const struct view *view)
{
	const enum lang lang = tree->look.lang;
	const char *options[STOCK_REASONS];
	int count = 0;
	if (view->stock.row_count > 1) {
		kinds(tree, view);
	}
	for (int value = screen_choice_value(FIELD_STOCK_REASON, 0); value < STOCK_REASONS;
		 value = screen_choice_value(FIELD_STOCK_REASON, count)) {
		options[count++] = say(lang, REASONS[value]);
	}
	SCREEN_CHOICE(tree, view, FIELD_STOCK_REASON, .options = options, .count = count);
	widget_note(tree, TONE_WARN, say(lang, "This cannot be undone"),
		say(lang, "What is spoiled is never used again. Keep it until it is collected."));
}

static void
one(struct tree *tree, const struct view *view)
{
	const enum lang lang = tree->look.lang;
	CARD(tree, CARD_INSIDE, .w = widget_width(tree, 460))
	{
		SECTION(tree, .title = view->stock.rows[0].serial)
		{
		}
		for (uint32_t i = 0; i < view->stock.row_count; i++) {
			facts(tree, view, &view->stock.rows[i]);
		}
		if (can_spoil(view)) {
			reasons(tree, view);
		} else {
			widget_para(tree, say(lang, "It is not free. What belongs to a case is spoiled from the case."), TYPE_BODY,
				COLOR_TEXT_2);
		}
	}
}

static void
draw(struct tree *tree, const struct view *view, struct screen_local *local)
{
	const enum lang lang = tree->look.lang;
	const bool found = view->stock.found && view->stock.row_count > 0;
	SCREEN_BODY(tree, view, local)
	{
		HEAD(tree, .title = words_step(lang, FLOW_STOCK),
			.subtitle = say(lang, "Every item by its serial number. Scan one to see where it is."))
		{
		}
		if (!widget_tight(tree)) { /* else what is being done comes first */
			sums(tree, &view->stock);
		}
		SPLIT(tree, .h = GROW(1))
		{
			items(tree, view, local);
			if (found) {
				one(tree, view);
			} else {
				receive(tree, view, local);
			}
		}
		if (widget_tight(tree)) {
			sums(tree, &view->stock);
		}
	}
	struct screen_bar bar = { .back = say(lang, "Home") };
	if (!found) {
		bar.next = (struct widget_button){ .id = "stock-receive",
			.label = say(lang, "Take into stock"),
			.kind = BUTTON_PRIMARY,
			.key = KEY_F12,
			.icon = ICON_PLUS };
	} else if (can_spoil(view)) {
		bar.next = (struct widget_button){ .id = "stock-spoil",
			.label = say(lang, "Mark as spoiled"),
			.kind = BUTTON_PRIMARY,
			.key = KEY_F12,
			.icon = ICON_CLOSE };
	}
	bar.actions[0] = screen_bar_lock(lang);
	bar.actions[1] = screen_bar_help(lang);
	screen_bar(tree, view, local, &bar);
}

/* ---- what was pressed ---- */

static bool
find(struct screen_local *local, const char *serial, struct command *out)
{
	if (!edit_set(&local->edits[FIELD_STOCK_SERIAL], serial)) {
		screen_hint(local, SCREEN_HINT_SCAN_SHAPE);
		return true;
	}
	local->dirty[FIELD_STOCK_SERIAL] = true; /* goes before the command */
	local->problems = 0;
	*out = (struct command){ .kind = COMMAND_STOCK_FIND };
	return true;
}

/* Of what is in sight, whatever else was typed since. */
static bool
spoil(const struct view *view, struct screen_local *local, struct command *out)
{
	if (can_spoil(view) && find(local, view->stock.rows[0].serial, out)) {
		out->kind = COMMAND_STOCK_SPOIL;
	}
	return true;
}

static bool
receive_typed(struct screen_local *local, struct command *out)
{
	local->problems = 0; /* what comes back takes the focus */
	*out = (struct command){ .kind = COMMAND_STOCK_RECEIVE };
	return true;
}

/* Into the end of the range in hand, from the first on to the last; anywhere else it is looked for. */
static bool
scanned(struct screen_local *local, struct command *out)
{
	const char *text = local->focus.scan.text;
	const bool first = focus_is(&local->focus, words_id(FIELD_STOCK_FIRST));
	if (!first && !focus_is(&local->focus, words_id(FIELD_STOCK_LAST))) {
		return find(local, text, out);
	}
	const enum field field = first ? FIELD_STOCK_FIRST : FIELD_STOCK_LAST;
	if (!edit_set(&local->edits[field], text)) {
		screen_hint(local, SCREEN_HINT_SCAN_SHAPE);
		return true;
	}
	local->dirty[field] = true;
	if (first) {
		focus_set(&local->focus, words_id(FIELD_STOCK_LAST));
	}
	return true;
}

static bool
entered(struct screen_local *local, struct command *out)
{
	if (focus_is(&local->focus, words_id(FIELD_STOCK_FIRST))) {
		focus_set(&local->focus, words_id(FIELD_STOCK_LAST));
		return true;
	}
	return focus_is(&local->focus, words_id(FIELD_STOCK_LAST))
			   ? receive_typed(local, out)
			   : find(local, local->edits[FIELD_STOCK_SERIAL].text, out);
}

static bool
act(const struct view *view, struct screen_local *local, const char *id, struct command *out)
{
	if (strcmp(id, "scan") == 0) {
		return scanned(local, out);
	}
	if (strcmp(id, "key-enter") == 0) {
		return entered(local, out);
	}
	if (strcmp(id, "stock-find") == 0) {
		return find(local, local->edits[FIELD_STOCK_SERIAL].text, out);
	}
	if (strcmp(id, "stock-all") == 0) {
		focus_set(&local->focus, words_id(FIELD_STOCK_SERIAL));
		return find(local, "", out);
	}
	if (strcmp(id, "stock-spoil") == 0) {
		return spoil(view, local, out);
	}
	if (strcmp(id, "stock-receive") == 0) {
		return receive_typed(local, out);
	}
	if (strncmp(id, "stock-", 6) != 0) {
		return false;
	}
	const unsigned long at = strtoul(id + 6, NULL, 10);
	return at < view->stock.row_count && at < VIEW_STOCK ? find(local, view->stock.rows[at].serial, out) : true;
}

const struct screen screen_stock = { draw, act };
