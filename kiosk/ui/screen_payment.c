#include <string.h>

#include "kiosk/base/text.h"
#include "kiosk/ui/say.h"
#include "kiosk/ui/screens.h"

#define PAYMENT_NOTES 6 /* of payment_pieces: $1,000 to $10 */
#define DOLLAR        100

/* --- what is being taken now --- */

static const struct catalogue_method *
method_in_hand(const struct view *view, const struct screen_local *local)
{
	const struct catalogue_method *method = catalogue_method(view->catalogue, local->selected);
	return method != NULL ? method : catalogue_method_at(view->catalogue, 0);
}

static bool
is_cash(const struct catalogue_method *method)
{
	return method != NULL && strcmp(method->id, "cash") == 0;
}

/* The amount on the glass; zero while it is none, over all bounds if it is. */
static struct money
typed(const struct screen_local *local)
{
	struct money amount = { 0 };
	struct error err = { 0 };
	if (!money_parse(local->edits[FIELD_AMOUNT].text, &amount, &err))
		amount.minor = err.kind == ERROR_FULL ? MONEY_MOST + DOLLAR : 0;
	return amount;
}

/* The next tender is the last there may be: it must cover the rest. */
static bool
is_last(const struct view *view)
{
	return view->payment.count + 1 == PAYMENT_TENDERS && view->left.minor > 0;
}

static struct money
smaller(struct money a, struct money b)
{
	return a.minor < b.minor ? a : b;
}

static struct money
change_now(const struct view *view, const struct catalogue_method *method, struct money amount)
{
	bool back = is_cash(method) && amount.minor > view->left.minor && amount.minor <= MONEY_MOST;
	return (struct money){ back ? amount.minor - view->left.minor : 0 };
}

/* --- the fee --- */

static void
fee_row(struct tree *tree, const struct widget_table *table, const struct fee_line *line)
{
	enum language language = words_language(tree->look.lang);
	/* A source is quoted as it was written; that there is none is said in the reader's language. */
	const char *source = line->sample && language != LANGUAGE_EN
							 ? say(tree->look.lang, "Sample value for training; no public source")
							 : line->source;
	ROW(tree, table, .name = line->name[language], .h = 68)
	{
		CELL_BOX(tree, table, 0)
		{
			BOX(tree, .dir = DIR_COL, .w = GROW(1))
			{
				widget_para(tree, line->name[language], TYPE_BODY_MEDIUM, COLOR_TEXT);
				widget_para(tree, source, TYPE_CAPTION, line->sample ? COLOR_TRAINING_TEXT : COLOR_TEXT_3);
			}
		}
		CELL(tree, table, 1, .text = line->payee[language], .type = TYPE_SMALL, .color = COLOR_TEXT_2);
		CELL(tree, table, 2, .text = tree_text(tree, "%d", line->quantity));
		CELL(tree, table, 3, .text = words_amount(tree, line->amount), .type = TYPE_BODY_BOLD);
	}
}

static void
fee(struct tree *tree, const struct view *view)
{
	enum lang l = tree->look.lang;
	const struct widget_column columns[4] = { { .title = say(l, "Item"), .w = GROW(2) },
		{ .title = say(l, "Collected for"), .w = GROW(1) },
		{ .title = say(l, "Quantity"), .w = PX(90), .align = ALIGN_END },
		{ .title = "HK$", .w = PX(110), .align = ALIGN_END } };
	const struct widget_table table = { .id = "fee", .name = say(l, "Fee"), .columns = columns, .count = 4 };

	CARD(tree, .pad = { 20, 0, 16, 0 }, .gap = 12, .w = GROW(1))
	{
		BOX(tree, .dir = DIR_COL, .align = ALIGN_STRETCH, .pad = PAD_XY(24, 0))
		widget_section(tree,
			&(struct widget_section){ .title = say(l, "Fee"),
				.chip = tree_text(tree, say(l, "Fee table %s, %s"), view->fee.version, words_date(tree, view->fee.day)),
				.tone = view->training ? TONE_SAMPLE : TONE_NEUTRAL,
				.chip_icon = ICON_INFO });
		TABLE(tree, &table)
		for (size_t i = 0; i < view->fee.count; i++)
			fee_row(tree, &table, &view->fee.lines[i]);
		BOX(tree, .role = ROLE_ROW, .name = say(l, "Total"), .value = words_money(tree, view->fee.total),
			.dir = DIR_ROW, .align = ALIGN_CENTER, .pad = PAD_XY(24, 0))
		{
			LEAF(tree, .text = say(l, "Total"), .type = TYPE_BODY_BOLD, .w = GROW(1));
			widget_number(tree, words_money(tree, view->fee.total), TYPE_DISPLAY, COLOR_TEXT);
		}
		if (view->quoted_again)
			BOX(tree, .dir = DIR_COL, .align = ALIGN_STRETCH, .pad = PAD_XY(24, 0))
		widget_note(tree, TONE_WARN, say(l, "The fee was worked out again"),
			say(l, "The fee is that of today. Tell the applicant if it changed."));
	}
}

/* --- paid so far --- */

static const char *
method_name(struct tree *tree, const struct view *view, const char *id)
{
	const struct catalogue_method *method = catalogue_method(view->catalogue, id);
	return method == NULL ? id : words_phrase(tree, &method->name);
}

static void
tender(struct tree *tree, const struct view *view, size_t at)
{
	enum lang l = tree->look.lang;
	const struct payment_tender *paid = &view->payment.tenders[at];
	const char *name = method_name(tree, view, paid->method);
	const char *fact = paid->reference[0] != '\0'
						   ? tree_text(tree, say(l, "Reference %s"), paid->reference)
						   : tree_text(tree, say(l, "%s given, %s back"), words_amount(tree, paid->given),
								 words_amount(tree, (struct money){ paid->given.minor - paid->amount.minor }));

	BOX(tree, .role = ROLE_ROW, .name = name, .value = words_amount(tree, paid->amount), .dir = DIR_ROW, .gap = 14,
		.align = ALIGN_CENTER)
	{
		widget_tile(
			tree, is_cash(catalogue_method(view->catalogue, paid->method)) ? ICON_CASH : ICON_RECEIPT, 40, TONE_OK);
		BOX(tree, .dir = DIR_COL, .w = GROW(1))
		{
			widget_para(tree, name, TYPE_BODY_MEDIUM, COLOR_TEXT);
			widget_para(tree, fact, TYPE_CAPTION, COLOR_TEXT_3);
		}
		BUTTON(tree, .id = tree_text(tree, "remove-%zu", at), .label = say(l, "Remove"), .kind = BUTTON_GHOST,
			.icon = ICON_CLOSE, .name = tree_text(tree, say(l, "Remove %s"), name),
			.key = at + 1 == view->payment.count ? KEY_DELETE : 0);
		widget_number(tree, words_amount(tree, paid->amount), TYPE_BODY_BOLD, COLOR_TEXT);
	}
	widget_rule(tree);
}

static void
sum(struct tree *tree, const char *label, const char *value, enum type_style type, enum color color)
{
	BOX(tree, .role = ROLE_ROW, .name = label, .value = value, .dir = DIR_ROW, .align = ALIGN_CENTER, .min_h = 44)
	{
		LEAF(tree, .text = label, .type = TYPE_BODY_MEDIUM, .w = GROW(1));
		widget_number(tree, value, type, color);
	}
}

static void
paid(struct tree *tree, const struct view *view, const struct screen_local *local)
{
	enum lang l = tree->look.lang;
	const struct catalogue_method *method = method_in_hand(view, local);
	struct money now = smaller(typed(local), view->left);

	CARD(tree, CARD_INSIDE, .w = GROW(1), .h = GROW(1))
	{
		widget_section(tree,
			&(struct widget_section){ .title = say(l, "Paid so far"),
				.note = is_last(view) ? say(l, "The next payment is the last: it covers the rest")
									  : tree_text(tree, say(l, "Up to %u ways in one payment"), PAYMENT_TENDERS) });
		for (size_t i = 0; i < view->payment.count; i++)
			tender(tree, view, i);
		sum(tree, say(l, "Left to pay"), words_money(tree, view->left), TYPE_H1, COLOR_TEXT);
		if (view->left.minor > 0 && now.minor > 0 && method != NULL) {
			sum(tree, tree_text(tree, say(l, "%s, now"), words_phrase(tree, &method->name)), words_amount(tree, now),
				TYPE_BODY_BOLD, COLOR_TEXT);
			widget_rule(tree);
			sum(tree, say(l, "Left after this"), words_money(tree, (struct money){ view->left.minor - now.minor }),
				TYPE_H3, COLOR_OK);
		}
		widget_space(tree);
		widget_para(tree, say(l, "Only the reference is kept, never a card number. A cheque counts when it clears."),
			TYPE_SMALL, COLOR_TEXT_3);
	}
}

/* --- the pad --- */

static void
tabs(struct tree *tree, const struct view *view, const struct screen_local *local)
{
	const char *names[8];
	int count = 0, on = 0;
	const struct catalogue_method *method, *chosen = method_in_hand(view, local);
	for (; count < 8 && (method = catalogue_method_at(view->catalogue, (size_t)count)) != NULL; count++) {
		names[count] = words_phrase(tree, &method->name);
		if (method == chosen)
			on = count;
	}
	CHOICE(tree, .id = "method", .label = say(tree->look.lang, "Way to pay"), .bare = true, .options = names,
		.count = count, .chosen = on);
}

static const char *
pieces_words(struct tree *tree, struct money change)
{
	int counts[PAYMENT_PIECES];
	const char *words = "";
	payment_change_pieces(change, counts);
	for (int i = 0; i < (int)PAYMENT_PIECES; i++)
		if (counts[i] > 0)
			words = tree_text(tree, "%s%s%d × %s", words, words[0] == '\0' ? "" : say(tree->look.lang, "list|, "),
				counts[i], widget_piece_name(tree, i));
	return words;
}

static void
change(struct tree *tree, struct money back)
{
	enum lang l = tree->look.lang;
	BOX(tree, .role = ROLE_STATUS, .name = say(l, "Change to give"), .value = words_money(tree, back), .dir = DIR_COL,
		.align = ALIGN_STRETCH, .gap = 6, .w = GROW(1))
	{
		widget_text(tree, say(l, "Change to give"), TYPE_SMALL_BOLD, COLOR_TEXT);
		BOX(tree, .dir = DIR_ROW, .align = ALIGN_CENTER, .pad = PAD_XY(14, 8), .min_h = 56, .radius = RADIUS_CONTROL,
			.bg = COLOR_PRIMARY_SOFT, .line = COLOR_PRIMARY_LINE)
		{
			LEAF(tree, .text = "HK$", .color = COLOR_TEXT_2, .w = GROW(1));
			widget_number(tree, words_amount(tree, back), TYPE_H1, COLOR_PRIMARY_TEXT);
		}
	}
}

static void
note_key(struct tree *tree, int piece, int64_t count)
{
	const char *name = widget_piece_name(tree, piece);
	bool on = count > 0;
	BOX(tree, .role = ROLE_BUTTON, .id = tree_text(tree, "note-%d", piece), .name = name, .state = STATE_FOCUSABLE,
		.dir = DIR_ROW, .gap = 8, .align = ALIGN_CENTER, .justify = ALIGN_CENTER, .min_h = 72, .w = GROW(1),
		.radius = RADIUS_CONTROL, .bg = on ? COLOR_PRIMARY_SOFT : COLOR_SURFACE, .hover_bg = COLOR_SUBTLE,
		.line = on ? COLOR_PRIMARY : COLOR_FIELD, .line_w = on ? 2 : 1)
	{
		LEAF(tree, .text = name, .type = TYPE_BODY_BOLD);
		if (on)
			LEAF(
				tree, .text = tree_text(tree, "× %d", (int)count), .type = TYPE_BODY_BOLD, .color = COLOR_PRIMARY_TEXT);
	}
}

static void
notes(struct tree *tree, const struct view *view, const struct screen_local *local)
{
	enum lang l = tree->look.lang;
	widget_text(tree, say(l, "Notes handed over"), TYPE_SMALL_BOLD, COLOR_TEXT);
	BOX(tree, .dir = DIR_GRID, .columns = 2, .gap = 10, .arrows = true)
	for (int i = 0; i < PAYMENT_NOTES; i++)
		note_key(tree, i, local->counts[i]);
	BUTTON(tree, .id = "exact", .label = tree_text(tree, say(l, "Exact %s"), words_money(tree, view->left)),
		.key = KEY_F5, .full = true);
}

static void
digit_key(struct tree *tree, const char *id, const char *name, const char *text, enum icon icon)
{
	BOX(tree, .role = ROLE_BUTTON, .id = id, .name = name, .state = STATE_FOCUSABLE, .dir = DIR_ROW,
		.align = ALIGN_CENTER, .justify = ALIGN_CENTER, .min_h = 72, .w = GROW(1), .radius = RADIUS_CONTROL,
		.bg = COLOR_SUBTLE, .hover_bg = COLOR_SUNKEN, .line = COLOR_LINE)
	{
		if (icon != ICON_NONE)
			LEAF(tree, .icon = icon, .icon_size = 22);
		else
			LEAF(tree, .text = text, .type = TYPE_H3);
	}
}

static void
keypad(struct tree *tree)
{
	enum lang l = tree->look.lang;
	static const char digits[] = "789456123";
	widget_text(tree, say(l, "Or type the amount"), TYPE_SMALL_BOLD, COLOR_TEXT);
	BOX(tree, .dir = DIR_GRID, .columns = 3, .gap = 10, .arrows = true)
	{
		for (int i = 0; i < 9; i++) {
			const char *text = tree_text(tree, "%c", digits[i]);
			digit_key(tree, tree_text(tree, "pad-%c", digits[i]), text, text, ICON_NONE);
		}
		digit_key(tree, "pad-0", "0", "0", ICON_NONE);
		digit_key(tree, "pad-.", say(l, "Point"), ".", ICON_NONE);
		digit_key(tree, "pad-x", say(l, "Delete a digit"), "", ICON_BACKSPACE);
	}
}

static void
cash(struct tree *tree, const struct view *view, struct screen_local *local)
{
	enum lang l = tree->look.lang;
	struct money back = change_now(view, method_in_hand(view, local), typed(local));

	BOX(tree, .dir = widget_narrow(tree) ? DIR_COL : DIR_ROW, .gap = 14, .align = ALIGN_STRETCH)
	{
		widget_money(tree, &(struct widget_field){ .id = words_id(FIELD_AMOUNT),
							   .label = say(l, "Cash given"),
							   .edit = &local->edits[FIELD_AMOUNT],
							   .type = TYPE_H1,
							   .text_align = ALIGN_END,
							   .autofocus = true,
							   .problem = words_problem(tree, view, FIELD_AMOUNT) });
		change(tree, back);
	}
	widget_point(tree, ICON_DRAWER,
		back.minor > 0 ? tree_text(tree, say(l, "Give %s"), pieces_words(tree, back)) : say(l, "No change to give"),
		TONE_NEUTRAL);
	widget_rule(tree);
	BOX(tree, .dir = widget_narrow(tree) ? DIR_COL : DIR_ROW, .gap = 18, .align = ALIGN_STRETCH)
	{
		BOX(tree, .dir = DIR_COL, .gap = 10, .align = ALIGN_STRETCH, .w = GROW(1))
		notes(tree, view, local);
		BOX(tree, .dir = DIR_COL, .gap = 10, .align = ALIGN_STRETCH, .w = GROW(1.2f))
		keypad(tree);
	}
}

static void
by_reference(
	struct tree *tree, const struct view *view, struct screen_local *local, const struct catalogue_method *method)
{
	enum lang l = tree->look.lang;
	widget_money(tree, &(struct widget_field){ .id = words_id(FIELD_AMOUNT),
						   .label = say(l, "Amount on the slip"),
						   .edit = &local->edits[FIELD_AMOUNT],
						   .type = TYPE_H2,
						   .text_align = ALIGN_END,
						   .autofocus = true,
						   .problem = words_problem(tree, view, FIELD_AMOUNT) });
	BUTTON(tree, .id = "exact", .label = tree_text(tree, say(l, "All that is left, %s"), words_money(tree, view->left)),
		.key = KEY_F5, .full = true);
	if (method->reference)
		FIELD(tree, .id = words_id(FIELD_REFERENCE), .label = words_phrase(tree, &method->reference_label),
			.edit = &local->edits[FIELD_REFERENCE], .tabular = true,
			.problem = words_problem(tree, view, FIELD_REFERENCE),
			.hint = say(l, "As printed on the slip. Never a card number."));
	if (words_phrase(tree, &method->rule)[0] != '\0')
		widget_note(tree, TONE_INFO, words_phrase(tree, &method->rule), NULL);
}

static void
take(struct tree *tree, const struct view *view, struct screen_local *local)
{
	enum lang l = tree->look.lang;
	const struct catalogue_method *method = method_in_hand(view, local);

	CARD(tree, CARD_INSIDE, .w = widget_share(tree, 0.64f))
	{
		if (view->left.minor == 0) {
			widget_empty(tree, ICON_CHECK, say(l, "Paid in full"),
				tree_text(tree, say(l, "Change given: %s"), words_money(tree, payment_change(&view->payment))));
		} else if (method == NULL) {
			widget_note(tree, TONE_WARN, say(l, "No way to pay is stated for this office"),
				say(l, "No fee can be taken. Hold the case and ask the supervisor."));
		} else {
			widget_section(tree, &(struct widget_section){ .title = say(l, "Take the rest"),
									 .note = method->sample ? say(l, "Ways accepted at this office (sample)")
															: say(l, "Ways accepted at this office") });
			tabs(tree, view, local);
			if (is_cash(method))
				cash(tree, view, local);
			else
				by_reference(tree, view, local, method);
		}
	}
}

static void
bar(struct tree *tree, const struct view *view, struct screen_local *local)
{
	enum lang l = tree->look.lang;
	const struct catalogue_method *method = method_in_hand(view, local);
	struct money now = smaller(typed(local), view->left);
	struct screen_bar foot = { .back = say(l, "Back"),
		.next = { .id = "take",
			.kind = BUTTON_PRIMARY,
			.key = KEY_F12,
			.then = ICON_ARROW_RIGHT,
			.enter = true,
			.autofocus = view->left.minor == 0 } };

	if (view->left.minor == 0)
		foot.next.label = say(l, "Continue to check answers");
	else if (now.minor == 0 || (is_last(view) && now.minor < view->left.minor))
		foot.next.label = tree_text(tree, say(l, "Take %s"), words_money(tree, view->left));
	else if (now.minor < view->left.minor)
		foot.next.label = tree_text(tree, say(l, "Take %s, %s left"), words_money(tree, now),
			words_money(tree, (struct money){ view->left.minor - now.minor }));
	else
		foot.next.label =
			tree_text(tree, is_cash(method) ? say(l, "Take %s in cash") : say(l, "Take %s"), words_money(tree, now));
	screen_bar_case(tree, &foot, 0);
	screen_bar(tree, view, local, &foot);
}

/* A tender was taken or removed: the next one begins empty. */
static void
fresh(struct screen_local *local)
{
	edit_wipe(&local->edits[FIELD_AMOUNT]);
	edit_wipe(&local->edits[FIELD_REFERENCE]);
	memset(local->counts, 0, sizeof(local->counts));
}

static void
draw(struct tree *tree, const struct view *view, struct screen_local *local)
{
	enum lang l = tree->look.lang;
	if (view->payment.count != local->tenders_seen)
		fresh(local);
	local->tenders_seen = (uint32_t)view->payment.count;
	SCREEN_BODY(tree, view, local)
	{
		HEAD(tree, .title = say(l, "Payment"),
			.subtitle = say(l, "Read the lines to the applicant before taking money."))
		screen_person(tree, view);
		SPLIT(tree, .w = GROW(1))
		{
			BOX(tree, .dir = DIR_COL, .align = ALIGN_STRETCH, .gap = SPACE_5, .w = widget_share(tree, 1))
			{
				fee(tree, view);
				paid(tree, view, local);
			}
			take(tree, view, local);
		}
	}
	bar(tree, view, local);
}

/* --- acting --- */

static void
set_amount(struct screen_local *local, struct money amount)
{
	char plain[MONEY_TEXT];
	money_plain(amount, plain);
	(void)edit_set(&local->edits[FIELD_AMOUNT], plain);
	focus_set(&local->focus, words_id(FIELD_AMOUNT));
}

/* A digit, the point or the deletion of the last character, as if typed at the end. */
static void
press(struct screen_local *local, char key)
{
	struct edit *edit = &local->edits[FIELD_AMOUNT];
	char text[32];
	size_t len = edit->len < sizeof(text) - 2 ? edit->len : sizeof(text) - 2;

	(void)text_copy(text, sizeof(text), edit->text);
	if (key == 'x')
		text[len > 0 ? len - 1 : 0] = '\0';
	else {
		text[len] = key;
		text[len + 1] = '\0';
	}
	(void)edit_set(edit, text);
	memset(local->counts, 0, sizeof(local->counts));
}

static bool
tendered(const struct view *view, struct screen_local *local, struct command *out)
{
	const struct catalogue_method *method = method_in_hand(view, local);
	if (view->left.minor == 0) {
		*out = (struct command){ .kind = COMMAND_CONTINUE };
		return true;
	}
	if (method == NULL)
		return false;
	*out = (struct command){ .kind = COMMAND_TENDER, .amount = typed(local).minor };
	(void)text_copy(out->text, sizeof(out->text), method->id);
	(void)text_copy(out->text2, sizeof(out->text2), method->reference ? local->edits[FIELD_REFERENCE].text : "");
	if (method->reference && local->edits[FIELD_REFERENCE].len == 0 && out->amount > 0)
		focus_set(&local->focus, words_id(FIELD_REFERENCE)); /* Enter goes on to what is missing */
	return true;
}

static bool
act(const struct view *view, struct screen_local *local, const char *id, struct command *out)
{
	if (strncmp(id, "method-", 7) == 0) {
		const struct catalogue_method *method = catalogue_method_at(view->catalogue, (size_t)(id[7] - '0'));
		if (method != NULL)
			(void)text_copy(local->selected, sizeof(local->selected), method->id);
		fresh(local);
		focus_set(&local->focus, words_id(FIELD_AMOUNT));
	} else if (strncmp(id, "note-", 5) == 0) {
		int piece = id[5] - '0';
		if (piece < 0 || piece >= PAYMENT_NOTES)
			return false;
		local->counts[piece]++;
		set_amount(local, (struct money){ typed(local).minor + payment_pieces[piece] });
	} else if (strncmp(id, "pad-", 4) == 0)
		press(local, id[4]);
	else if (strcmp(id, "exact") == 0) {
		memset(local->counts, 0, sizeof(local->counts));
		set_amount(local, view->left);
	} else if (strncmp(id, "remove-", 7) == 0) {
		*out = (struct command){ .kind = COMMAND_UNTENDER, .index = id[7] - '0' };
		return true;
	} else if (strcmp(id, "take") == 0)
		return tendered(view, local, out);
	return false;
}

const struct screen screen_payment = { draw, act };
