#include <string.h>

#include "kiosk/base/text.h"
#include "kiosk/ui/say.h"
#include "kiosk/ui/screens.h"

/* Title of a part and the link that leads back to its step. */
static void
part(struct tree *tree, const char *title, const char *id, const char *name)
{
	SECTION(tree, .title = title)
	BOX(tree, .dir = DIR_ROW) /* as wide as its word, also below the title */
	widget_link(tree, id, say(tree->look.lang, "Change"), name);
}

static const char *
or_dash(const char *text)
{
	return text[0] == '\0' ? "–" : text;
}

static const char *
address_line(struct tree *tree, const struct view *view)
{
	static const enum field parts[] = { FIELD_ROOM, FIELD_FLOOR, FIELD_BLOCK, FIELD_BUILDING, FIELD_ESTATE,
		FIELD_DISTRICT };
	static const char *const before[] = { "Room ", "Floor ", "Block ", "", "", "" };
	static const char *const areas[] = { "", ", Hong Kong", ", Kowloon", ", New Territories" };
	const char *line = "";
	int area = view->fields[FIELD_AREA].choice;

	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
		const char *text = view->fields[parts[i]].text;
		if (text[0] != '\0')
			line = tree_text(tree, "%s%s%s%s", line, line[0] == '\0' ? "" : ", ", before[i], text);
	}
	return tree_text(tree, "%s%s", line, area >= 0 && area <= 3 ? areas[area] : "");
}

static void
identity(struct tree *tree, const struct view *view)
{
	enum lang l = tree->look.lang;
	CARD(tree, CARD_INSIDE, .w = GROW(1))
	{
		part(tree, say(l, "Identity"), "change-identity", say(l, "Change the identity check"));
		PAIR(tree, .key = say(l, "Name"), .value = view->display_name, .type = TYPE_BODY_BOLD);
		PAIR(tree, .key = say(l, "HKID"), .value = view->masked);
		PAIR(tree, .key = say(l, "Original card seen by"),
			.value = tree_text(tree, say(l, "%s, %s"), view->checked_by, words_clock(tree, view, view->checked_ms)));
		PAIR(tree, .key = say(l, "Features seen"),
			.value = tree_text(tree, say(l, "%u of %u"), view->checks_seen, view->check_count));
	}
}

static void
details(struct tree *tree, const struct view *view)
{
	enum lang l = tree->look.lang;
	const char *title = view->fields[FIELD_TITLE].choice == APPLICATION_TITLE_MR   ? say(l, "Mr")
						: view->fields[FIELD_TITLE].choice == APPLICATION_TITLE_MS ? say(l, "Ms")
																				   : "–";
	const char *contact = view->fields[FIELD_CONTACT_SAME].choice == 1
							  ? say(l, "Same as in the certificate")
							  : or_dash(view->fields[FIELD_CONTACT_EMAIL].text);
	const struct catalogue_product *product = catalogue_product(view->catalogue, view->product);

	CARD(tree, CARD_INSIDE, .w = GROW(1))
	{
		part(tree, say(l, "Applicant details"), "change-details", say(l, "Change the applicant details"));
		PAIR(tree, .key = say(l, "Title"), .value = title);
		PAIR(tree, .key = words_label(l, FIELD_PHONE), .value = or_dash(view->fields[FIELD_PHONE].text));
		PAIR(tree, .key = words_label(l, FIELD_CERT_EMAIL), .value = or_dash(view->fields[FIELD_CERT_EMAIL].text));
		PAIR(tree, .key = words_label(l, FIELD_CONTACT_EMAIL), .value = contact);
		PAIR(tree, .key = say(l, "Local postal address"), .value = or_dash(address_line(tree, view)));
		PAIR(tree, .key = words_label(l, FIELD_BARCODE), .value = or_dash(view->fields[FIELD_BARCODE].text));
		if (product != NULL && product->pin_envelope)
			PAIR(tree, .key = words_label(l, FIELD_ENVELOPE), .value = or_dash(view->fields[FIELD_ENVELOPE].text));
	}
}

static void
declaration(struct tree *tree, const struct view *view)
{
	static const char *const names[LANGUAGES] = { "English", "繁體中文", "简体中文" };
	enum lang l = tree->look.lang;
	const struct catalogue_product *product = catalogue_product(view->catalogue, view->product);
	const struct catalogue_document *document =
		product == NULL ? NULL : catalogue_document(view->catalogue, product->declaration);
	int language = view->fields[FIELD_DECLARATION_LANGUAGE].choice;

	CARD(tree, CARD_INSIDE, .w = GROW(1))
	{
		part(tree, say(l, "Declaration and terms"), "change-declaration", say(l, "Change the declaration"));
		PAIR(tree, .key = say(l, "Accepted"), .value = say(l, "On paper, signed and seen"));
		PAIR(tree, .key = say(l, "Language"),
			.value = language >= 0 && language < (int)LANGUAGES ? names[language] : "–");
		PAIR(tree, .key = say(l, "Version"), .value = document == NULL ? "–" : document->version);
	}
}

static void
money(struct tree *tree, const struct view *view)
{
	enum lang l = tree->look.lang;
	enum language language = words_language(l);

	CARD(tree, CARD_INSIDE, .w = GROW(1))
	{
		part(tree, say(l, "Payment"), "change-payment", say(l, "Change the payment"));
		for (size_t i = 0; i < view->fee.count; i++)
			PAIR(
				tree, .key = view->fee.lines[i].name[language], .value = words_amount(tree, view->fee.lines[i].amount));
		PAIR(tree, .key = say(l, "Total"), .value = words_money(tree, view->fee.total), .type = TYPE_H3);
		widget_rule(tree);
		for (size_t i = 0; i < view->payment.count; i++) {
			const struct payment_tender *tender = &view->payment.tenders[i];
			const struct catalogue_method *method = catalogue_method(view->catalogue, tender->method);
			PAIR(tree,
				.key = tree_text(tree, "%s%s%s", method == NULL ? tender->method : words_phrase(tree, &method->name),
					tender->reference[0] == '\0' ? "" : " ", tender->reference),
				.value = words_amount(tree, tender->given));
		}
		if (payment_change(&view->payment).minor > 0)
			PAIR(tree, .key = say(l, "Change given"), .value = words_amount(tree, payment_change(&view->payment)));
	}
}

static void
draw(struct tree *tree, const struct view *view, struct screen_local *local)
{
	enum lang l = tree->look.lang;
	struct screen_bar foot = { .back = say(l, "Back"),
		.note = say(l, "After this nothing in it can be changed"),
		.next = { .id = "next",
			.label = say(l, "All correct: finish and print"),
			.kind = BUTTON_PRIMARY,
			.key = KEY_F12,
			.then = ICON_ARROW_RIGHT,
			.autofocus = true } };

	SCREEN_BODY(tree, view, local)
	{
		HEAD(tree, .title = say(l, "Check answers"),
			.subtitle =
				say(l, "Read them once more against the form. Finishing makes the receipt and sends the application."))
		screen_person(tree, view);
		SPLIT(tree, .w = GROW(1))
		{
			BOX(tree, .dir = DIR_COL, .align = ALIGN_STRETCH, .gap = SPACE_5, .w = widget_share(tree, 1))
			{
				identity(tree, view);
				details(tree, view);
			}
			BOX(tree, .dir = DIR_COL, .align = ALIGN_STRETCH, .gap = SPACE_5, .w = widget_share(tree, 1))
			{
				declaration(tree, view);
				money(tree, view);
			}
		}
	}
	screen_bar_case(tree, &foot, 0);
	screen_bar(tree, view, local, &foot);
}

static bool
act(const struct view *view, struct screen_local *local, const char *id, struct command *out)
{
	static const struct {
		const char *id;
		enum flow_state step;
	} links[] = { { "change-identity", FLOW_IDENTITY }, { "change-details", FLOW_DETAILS },
		{ "change-declaration", FLOW_DECLARATION }, { "change-payment", FLOW_PAYMENT } };
	(void)view, (void)local;
	for (size_t i = 0; i < sizeof(links) / sizeof(links[0]); i++)
		if (strcmp(id, links[i].id) == 0) {
			*out = (struct command){ .kind = COMMAND_CHANGE, .index = (int32_t)links[i].step };
			return true;
		}
	return false;
}

const struct screen screen_check = { draw, act };
