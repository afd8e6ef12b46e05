#include <string.h>

#include "kiosk/base/text.h"
#include "kiosk/ui/say.h"
#include "kiosk/ui/screens.h"

static const struct catalogue_document *
document_of(const struct view *view)
{
	const struct catalogue_product *product = catalogue_product(view->catalogue, view->product);
	return product == NULL ? NULL : catalogue_document(view->catalogue, product->declaration);
}

/* The language that the applicant signs in; the form's own until another is chosen. */
static enum language
signed_in(const struct view *view)
{
	int choice = view->fields[FIELD_DECLARATION_LANGUAGE].choice;
	return choice >= 0 && choice < (int)LANGUAGES ? (enum language)choice : LANGUAGE_EN;
}

static enum lang
lang_of(enum language language)
{
	return language == LANGUAGE_ZH_HK ? LANG_HANT : language == LANGUAGE_ZH_CN ? LANG_HANS : LANG_EN;
}

static void
items(struct tree *tree, const struct view *view, const struct catalogue_document *document)
{
	enum lang l = tree->look.lang;
	enum language language = signed_in(view);
	size_t seen = 0;
	for (size_t i = 0; i < document->item_count; i++)
		seen += view->declared[i] ? 1 : 0;

	CARD(tree, CARD_INSIDE, .w = GROW(1.6f))
	{
		widget_section(tree, &(struct widget_section){ .title = document->title.in[language],
								 .chip = tree_text(tree, say(l, "%zu of %zu accepted"), seen, document->item_count),
								 .tone = seen == document->item_count ? TONE_OK : TONE_NEUTRAL });
		widget_para(tree, say(l, "Tick each sentence that the applicant has read and signed on the form."), TYPE_BODY,
			COLOR_TEXT_2);
		for (size_t i = 0; i < document->item_count; i++)
			widget_check(tree, &(struct widget_tick){ .id = tree_text(tree, "item-%zu", i),
								   .text = document->items[i].in[language],
								   .on = view->declared[i],
								   .key = i < 9 ? (unsigned)('1' + i) : 0,
								   .lang = lang_of(language),
								   .framed = true });
		if (words_problem(tree, view, FIELD_CHECKLIST) != NULL)
			widget_note(tree, TONE_BAD, words_problem(tree, view, FIELD_CHECKLIST), NULL);
	}
}

static void
text_of(struct tree *tree, const struct view *view, const struct catalogue_document *document)
{
	enum lang l = tree->look.lang;
	char hash[65];
	text_hex((struct span){ document->sha256[signed_in(view)], 32 }, hash, sizeof(hash));

	widget_heading(tree, say(l, "Which text this is"), TYPE_H3);
	PAIR(tree, .key = say(l, "Version"), .value = document->version);
	PAIR(tree, .key = say(l, "Catalogue"), .value = catalogue_version(view->catalogue));
	widget_text(tree, say(l, "Fingerprint (SHA-256)"), TYPE_SMALL, COLOR_TEXT_3);
	for (int part = 0; part < 4; part++)
		widget_number(tree, tree_text(tree, "%.16s", hash + (size_t)part * 16), TYPE_SMALL, COLOR_TEXT_2);
	if (document->sample)
		widget_note(tree, TONE_SAMPLE, say(l, "Sample wording"),
			say(l, "The official text is not published. For training only."));
}

static void
aside(struct tree *tree, const struct view *view, const struct catalogue_document *document)
{
	enum lang l = tree->look.lang;
	const char *names[3] = { "English", "繁體中文", "简体中文" };
	const enum lang langs[3] = { LANG_EN, LANG_HANT, LANG_HANS };

	CARD(tree, .pad = PAD_XY(24, 20), .gap = 12, .w = widget_share(tree, 1))
	{
		SCREEN_CHOICE(tree, view, FIELD_DECLARATION_LANGUAGE, .options = names, .langs = langs, .count = 3,
			.hint = say(l, "The language of the form in hand"), .autofocus = true);
		widget_rule(tree);
		text_of(tree, view, document);
		widget_rule(tree);
		widget_heading(tree, say(l, "How it is accepted"), TYPE_H3);
		widget_point(tree, ICON_PEN, say(l, "Signed on the paper form, seen by you"), TONE_OK);
		widget_para(tree, say(l, "Version, language and fingerprint go to the centre with the application."),
			TYPE_SMALL, COLOR_TEXT_3);
	}
}

static void
draw(struct tree *tree, const struct view *view, struct screen_local *local)
{
	enum lang l = tree->look.lang;
	const struct catalogue_document *document = document_of(view);
	struct screen_bar foot = { .back = say(l, "Back"),
		.next = { .id = "next",
			.label = view->from_check ? say(l, "Back to check answers") : say(l, "Continue to payment"),
			.kind = BUTTON_PRIMARY,
			.key = KEY_F12,
			.then = ICON_ARROW_RIGHT } };

	SCREEN_BODY(tree, view, local)
	{
		HEAD(tree, .title = say(l, "Declaration and terms"),
			.subtitle = say(l, "What the applicant accepts by signing the form."))
		screen_person(tree, view);
		if (document == NULL)
			widget_note(tree, TONE_BAD, say(l, "The catalogue has no declaration for this product"),
				say(l, "The application cannot go on. Hold the case and tell the supervisor."));
		else
			SPLIT(tree, .w = GROW(1))
			{
				items(tree, view, document);
				aside(tree, view, document);
			}
	}
	screen_bar_case(tree, &foot, 0);
	screen_bar(tree, view, local, &foot);
}

static bool
act(const struct view *view, struct screen_local *local, const char *id, struct command *out)
{
	(void)local;
	if (strncmp(id, "item-", 5) != 0)
		return false;
	int at = id[5] - '0';
	if (id[6] >= '0' && id[6] <= '9')
		at = at * 10 + id[6] - '0';
	if (at < 0 || at >= (int)CATALOGUE_LIST)
		return false;
	*out = (struct command){ .kind = COMMAND_TICK, .index = at, .on = !view->declared[at] };
	return true;
}

const struct screen screen_declaration = { draw, act };
