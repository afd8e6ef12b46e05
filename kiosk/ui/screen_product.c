#include <ctype.h>
#include <string.h>

#include "kiosk/base/text.h"
#include "kiosk/model/fee.h"
#include "kiosk/ui/say.h"
#include "kiosk/ui/screens.h"

#define CARD_ROWS 9u /* products in the first card; the kind that would go over stands in the second */

/* --- searching: form number or name, in any language --- */

static const char *
form_short(const char *form)
{
	return strncmp(form, "CPos ", 5) == 0 ? form + 5 : form;
}

static bool
holds(const char *text, const char *wanted)
{
	size_t len = strlen(wanted);
	for (; *text != '\0'; text++)
		if (strncasecmp(text, wanted, len) == 0)
			return true;
	return false;
}

enum match { MATCH_NONE, MATCH_SOME, MATCH_FORM };

static enum match
match(const struct catalogue_product *product, const char *wanted)
{
	if (wanted[0] == '\0')
		return MATCH_NONE;
	if (product->form[0] != '\0' &&
		(strcasecmp(form_short(product->form), wanted) == 0 || strcasecmp(product->form, wanted) == 0))
		return MATCH_FORM;
	if (holds(product->form, wanted))
		return MATCH_SOME;
	for (size_t l = 0; l < LANGUAGES; l++)
		if (holds(product->name.in[l], wanted))
			return MATCH_SOME;
	return MATCH_NONE;
}

/* The product that the search names by itself: the form number alone, or the only match. */
static const struct catalogue_product *
found(const struct view *view, const char *wanted, size_t *matches)
{
	const struct catalogue_product *product, *only = NULL, *exact = NULL;
	*matches = 0;
	for (size_t i = 0; (product = catalogue_product_at(view->catalogue, i)) != NULL; i++) {
		enum match how = match(product, wanted);
		if (how == MATCH_NONE)
			continue;
		(*matches)++;
		only = product;
		if (how == MATCH_FORM && exact == NULL)
			exact = product;
	}
	return exact != NULL ? exact : *matches == 1 ? only : NULL;
}

static const struct catalogue_product *
chosen(const struct view *view, const struct screen_local *local)
{
	size_t matches;
	const struct catalogue_product *product = found(view, local->search.text, &matches);
	return product != NULL ? product : catalogue_product(view->catalogue, local->selected);
}

/* --- the two lists --- */

static void
row(struct tree *tree, const struct view *view, const struct screen_local *local,
	const struct catalogue_product *product, bool on)
{
	enum lang l = tree->look.lang;
	const char *name = words_phrase(tree, &product->name);
	bool hit = match(product, local->search.text) != MATCH_NONE;
	(void)view;

	BOX(tree, .role = ROLE_RADIO, .id = tree_text(tree, "product-%s", product->id), .name = name,
		.state = STATE_FOCUSABLE | (on ? STATE_CHECKED : 0), .dir = DIR_ROW, .align = ALIGN_CENTER, .gap = 12,
		.pad = PAD_XY(14, 6), .min_h = 48, .radius = RADIUS_ROW, .bg = on ? COLOR_PRIMARY_SOFT : COLOR_NONE,
		.hover_bg = COLOR_SUBTLE, .line = on ? COLOR_PRIMARY : COLOR_NONE, .line_w = 2)
	{
		BOX(tree, .dir = DIR_ROW, .align = ALIGN_CENTER, .justify = ALIGN_CENTER, .w = PX(20), .h = PX(20),
			.radius = RADIUS_PILL, .line = on ? COLOR_PRIMARY : COLOR_FIELD, .line_w = 2, .keep = true)
		if (on)
			LEAF(tree, .w = PX(10), .h = PX(10), .radius = RADIUS_PILL, .bg = COLOR_PRIMARY);
		LEAF(tree, .text = name, .type = on ? TYPE_BODY_BOLD : TYPE_BODY_MEDIUM, .w = GROW(1), .wrap = true);
		if (product->service == CATALOGUE_NOT_YET)
			widget_chip(tree, say(l, "Not yet here"), TONE_NEUTRAL, ICON_NONE);
		if (product->form[0] != '\0')
			widget_form(tree, form_short(product->form), hit);
		else if (product->service == CATALOGUE_REDIRECTED)
			LEAF(tree, .icon = ICON_CHEVRON_RIGHT, .color = COLOR_TEXT_3);
	}
}

static void
kind_head(struct tree *tree, const struct catalogue_product *product)
{
	BOX(tree, .dir = DIR_ROW, .gap = 10, .align = ALIGN_CENTER, .pad = { 12, 12, 4, 12 })
	{
		LEAF(tree,
			.icon = product->kind[0] == 'p'   ? ICON_USER
					: product->kind[0] == 's' ? ICON_SERVER
											  : ICON_BUILDING,
			.color = COLOR_PRIMARY);
		widget_para(tree, words_phrase(tree, &product->kind_name), TYPE_BODY_BOLD, COLOR_TEXT);
	}
}

/* The products from `from` to before `to` that a post office takes, each kind under its head. */
static void
rows(struct tree *tree, const struct view *view, const struct screen_local *local, size_t from, size_t to)
{
	const struct catalogue_product *product, *on = chosen(view, local);
	const char *kind = "";

	for (size_t i = from; i < to && (product = catalogue_product_at(view->catalogue, i)) != NULL; i++) {
		if (product->service == CATALOGUE_REDIRECTED)
			continue;
		if (strcmp(product->kind, kind) != 0)
			kind_head(tree, product);
		kind = product->kind;
		row(tree, view, local, product, product == on);
	}
}

/* Where the first card ends: before the first kind that does not fit as a whole, so that all kinds are in sight. */
static size_t
cut(const struct view *view)
{
	const struct catalogue_product *product;
	const char *kind = "";
	size_t begin = 0, count = 0, i = 0;

	for (; (product = catalogue_product_at(view->catalogue, i)) != NULL; i++) {
		if (product->service == CATALOGUE_REDIRECTED)
			continue;
		if (strcmp(product->kind, kind) != 0)
			begin = i;
		kind = product->kind;
		if (++count > CARD_ROWS && begin > 0)
			return begin;
	}
	return i;
}

static void
handled(struct tree *tree, const struct view *view, const struct screen_local *local)
{
	enum lang l = tree->look.lang;

	CARD(tree, .role = ROLE_GROUP, .name = say(l, "Applications a post office takes"), .w = widget_share(tree, 5),
		.pad = { 16, 14, 16, 14 }, .gap = 2, .arrows = true)
	{
		BOX(tree, .dir = DIR_COL, .pad = PAD_XY(12, 4))
		widget_section(tree, &(struct widget_section){ .title = say(l, "At a post office") });
		rows(tree, view, local, 0, cut(view));
	}
}

/* What is left of them; nothing if there is none. */
static void
handled_too(struct tree *tree, const struct view *view, const struct screen_local *local)
{
	const size_t from = cut(view);
	const struct catalogue_product *product = catalogue_product_at(view->catalogue, from);

	if (product == NULL)
		return;
	CARD(tree, .role = ROLE_GROUP, .name = words_phrase(tree, &product->kind_name), .pad = { 4, 14, 8, 14 }, .gap = 2,
		.arrows = true)
	rows(tree, view, local, from, SIZE_MAX);
}

static void
elsewhere(struct tree *tree, const struct view *view, const struct screen_local *local)
{
	const struct catalogue_product *product, *on = chosen(view, local);
	enum lang l = tree->look.lang;

	CARD(tree, .role = ROLE_GROUP, .name = say(l, "Not at a post office"), .h = GROW(1), .pad = { 16, 14, 8, 14 },
		.arrows = true)
	{
		BOX(tree, .dir = widget_tight(tree) ? DIR_COL : DIR_ROW, .gap = widget_tight(tree) ? 6 : SPACE_3,
			.pad = PAD_XY(12, 4), .align = widget_tight(tree) ? ALIGN_STRETCH : ALIGN_CENTER)
		{
			widget_section(tree, &(struct widget_section){ .title = say(l, "Not at a post office") });
			widget_para(tree, say(l, "Choose one to see where to go and what to bring."), TYPE_SMALL, COLOR_TEXT_3);
		}
		for (size_t i = 0; (product = catalogue_product_at(view->catalogue, i)) != NULL; i++)
			if (product->service == CATALOGUE_REDIRECTED)
				row(tree, view, local, product, product == on);
	}
}

/* --- what the chosen one needs --- */

static int
term_of(const struct catalogue_product *product, const struct screen_local *local)
{
	for (size_t i = 0; i < product->term_count; i++)
		if (product->terms[i] == local->term)
			return local->term;
	return product->term_count > 0 ? product->terms[0] : 0;
}

static const char *
term_words(struct tree *tree, int months)
{
	enum lang l = tree->look.lang;
	if (months % 12 == 0)
		return tree_text(tree, say_n(l, "%d year", "%d years", (unsigned long)months / 12), months / 12);
	return tree_text(tree, say(l, "%d months"), months);
}

static void
fee_pair(struct tree *tree, const struct view *view, const struct catalogue_product *product, int term)
{
	struct fee_quote quote;
	struct error err = { 0 };
	enum lang l = tree->look.lang;

	if (fee_quote(view->catalogue, product, term, view->day, &quote, &err)) {
		bool sample = false;
		for (size_t i = 0; i < quote.count; i++)
			sample = sample || quote.lines[i].sample;
		PAIR(tree, .key = say(l, "Fee today"), .value = tree_text(tree, "HK%s", words_money(tree, quote.total)),
			.type = TYPE_BODY_BOLD);
		if (sample)
			widget_note(tree, TONE_SAMPLE, say(l, "Sample fee"),
				tree_text(tree, say(l, "Not an official figure. Fee table %s."), quote.version));
	} else
		widget_note(tree, TONE_WARN, say(l, "No fee is stated for today"),
			say(l, "The application cannot start. Ask the supervisor to have the fee table brought up to date."));
}

static void
terms(struct tree *tree, const struct catalogue_product *product, int term)
{
	const char *options[8];
	int on = 0;
	for (size_t i = 0; i < product->term_count; i++) {
		options[i] = term_words(tree, product->terms[i]);
		if (product->terms[i] == term)
			on = (int)i;
	}
	if (product->term_count > 1)
		CHOICE(tree, .id = "term", .label = say(tree->look.lang, "Subscription period on the form"), .options = options,
			.count = (int)product->term_count, .chosen = on);
	else
		PAIR(tree, .key = say(tree->look.lang, "Subscription period"), .value = options[0]);
}

static void
needs(struct tree *tree, const struct view *view, const struct screen_local *local,
	const struct catalogue_product *product)
{
	enum lang l = tree->look.lang;

	widget_heading(tree, say(l, "Ask for"), TYPE_BODY_BOLD);
	for (size_t i = 0; i < product->bring_count; i++)
		widget_point(tree, ICON_CHECK, words_phrase(tree, &product->bring[i]), TONE_OK);
	if (product->service == CATALOGUE_HANDLED && product->term_count > 0) {
		widget_rule(tree);
		terms(tree, product, term_of(product, local));
		fee_pair(tree, view, product, term_of(product, local));
	}
	if (product->service == CATALOGUE_NOT_YET)
		widget_note(tree, TONE_INFO, say(l, "This counter does not take it yet"),
			say(l, "Take the form the way this office did before, or send the applicant to the supervisor. Nothing is "
				   "kept here."));
	if (product->note.in[LANGUAGE_EN][0] != '\0')
		widget_para(tree, words_phrase(tree, &product->note), TYPE_SMALL, COLOR_TEXT_3);
}

static void
detail(struct tree *tree, const struct view *view, const struct screen_local *local)
{
	const struct catalogue_product *product = chosen(view, local);
	enum lang l = tree->look.lang;

	CARD(tree, .role = ROLE_COMPLEMENTARY, .name = say(l, "The chosen certificate"), CARD_INSIDE,
		.w = widget_narrow(tree) ? GROW(1) : PX(380))
	{
		if (product == NULL) {
			widget_empty(tree, ICON_FILE, say(l, "Choose by the form in hand"),
				say(l, "Type the number printed on the form, for example 798A, or choose from the list."));
		} else {
			widget_heading(tree, words_phrase(tree, &product->name), TYPE_H2);
			if (product->form[0] != '\0')
				BOX(tree, .dir = DIR_ROW)
			widget_form(tree, product->form, false);
			widget_para(tree, words_phrase(tree, &product->who), TYPE_BODY, COLOR_TEXT_2);
			widget_rule(tree);
			needs(tree, view, local, product);
		}
	}
}

static void
bar(struct tree *tree, const struct view *view, struct screen_local *local)
{
	const struct catalogue_product *product = chosen(view, local);
	enum lang l = tree->look.lang;
	struct screen_bar foot = { .back = say(l, "Back"), .note = say(l, "Type the form number, then F12") };

	if (product == NULL)
		foot.next = (struct widget_button){ .id = "start",
			.label = say(l, "Start"),
			.kind = BUTTON_PRIMARY,
			.key = KEY_F12,
			.then = ICON_ARROW_RIGHT,
			.enter = true };
	else if (product->service == CATALOGUE_HANDLED)
		foot.next = (struct widget_button){ .id = "start",
			.label = tree_text(tree, say(l, "Start with form %s"), form_short(product->form)),
			.kind = BUTTON_PRIMARY,
			.key = KEY_F12,
			.then = ICON_ARROW_RIGHT,
			.enter = true };
	else if (product->service == CATALOGUE_REDIRECTED)
		foot.next = (struct widget_button){ .id = "start",
			.label = say(l, "Show where to go"),
			.kind = BUTTON_PRIMARY,
			.key = KEY_F12,
			.then = ICON_ARROW_RIGHT,
			.enter = true };
	screen_bar(tree, view, local, &foot);
}

static void
draw(struct tree *tree, const struct view *view, struct screen_local *local)
{
	enum lang l = tree->look.lang;
	size_t matches;
	(void)found(view, local->search.text, &matches);

	SCREEN_BODY(tree, view, local)
	{
		HEAD(tree, .title = say(l, "New application"),
			.subtitle = say(l, "Which certificate does the form name? All kinds are listed."))
		{
			FIELD(tree, .id = "search", .label = say(l, "Name or form number"), .edit = &local->search,
				.icon = ICON_SEARCH, .chars = 30, .key = KEY_F2, .autofocus = true,
				.note = local->search.len == 0
							? NULL
							: tree_text(tree, say_n(l, "%d match", "%d matches", matches), (int)matches));
		}
		SPLIT(tree, .w = GROW(1))
		{
			handled(tree, view, local);
			BOX(tree, .dir = DIR_COL, .align = ALIGN_STRETCH, .gap = SPACE_5, .w = widget_share(tree, 4.2f))
			{
				handled_too(tree, view, local);
				elsewhere(tree, view, local);
			}
			detail(tree, view, local);
		}
	}
	bar(tree, view, local);
}

static bool
act(const struct view *view, struct screen_local *local, const char *id, struct command *out)
{
	const struct catalogue_product *product = chosen(view, local);

	if (strncmp(id, "product-", 8) == 0) {
		edit_wipe(&local->search);
		(void)text_copy(local->selected, sizeof(local->selected), id + 8);
		return false;
	}
	if (strncmp(id, "term-", 5) == 0 && product != NULL) {
		size_t at = (size_t)(id[5] - '0');
		local->term = at < product->term_count ? product->terms[at] : 0;
		return false;
	}
	if (strcmp(id, "start") != 0)
		return false;
	if (product == NULL || product->service == CATALOGUE_NOT_YET) {
		focus_set(&local->focus, "search");
		return false;
	}
	*out = (struct command){ .kind = COMMAND_PRODUCT, .index = term_of(product, local) };
	(void)text_copy(out->text, sizeof(out->text), product->id);
	return true;
}

const struct screen screen_product = { draw, act };
