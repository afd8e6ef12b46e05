#include "kiosk/ui/say.h"
#include "kiosk/ui/screens.h"

static void
strip(struct tree *tree, const struct view *view)
{
	enum lang l = tree->look.lang;

	BOX(tree, .role = ROLE_GROUP, .name = say(l, "Checked identity"), .dir = widget_narrow(tree) ? DIR_COL : DIR_ROW,
		.gap = 24, .align = widget_narrow(tree) ? ALIGN_STRETCH : ALIGN_CENTER, .pad = PAD_XY(18, 12),
		.radius = RADIUS_CONTROL, .bg = COLOR_SUBTLE, .line = COLOR_LINE)
	{
		BOX(tree, .dir = DIR_ROW)
		LEAF(tree, .icon = ICON_LOCK, .icon_size = 18, .color = COLOR_TEXT_2);
		BOX(tree, .dir = DIR_COL, .w = GROW(1))
		{
			widget_text(tree, say(l, "Name"), TYPE_CAPTION, COLOR_TEXT_3);
			widget_para(tree, view->display_name, TYPE_BODY_MEDIUM, COLOR_TEXT);
		}
		BOX(tree, .dir = DIR_COL, .w = GROW(0.5f))
		{
			widget_text(tree, say(l, "HKID"), TYPE_CAPTION, COLOR_TEXT_3);
			widget_number(tree, view->masked, TYPE_BODY_MEDIUM, COLOR_TEXT);
		}
		widget_text(tree, tree_text(tree, say(l, "Checked %s"), words_clock(tree, view, view->checked_ms)),
			TYPE_CAPTION, COLOR_TEXT_3);
	}
}

static void
row_begin(struct tree *tree)
{
	tree_open(
		tree, &(struct tree_box){ .dir = widget_narrow(tree) ? DIR_COL : DIR_ROW, .gap = 20, .align = ALIGN_STRETCH });
}

static void
contact(struct tree *tree, const struct view *view, struct screen_local *local)
{
	enum lang l = tree->look.lang;
	const char *titles[2] = { say(l, "Mr"), say(l, "Ms") };
	const char *same[2] = { say(l, "Another one"), say(l, "Same as in the certificate") };

	row_begin(tree);
	SCREEN_CHOICE(tree, view, FIELD_TITLE, .options = titles, .count = 2, .share = 0.7f, .autofocus = true);
	SCREEN_FIELD(tree, view, local, FIELD_PHONE, .icon = ICON_PHONE, .share = 1.3f, .tabular = true,
		.good = view->fields[FIELD_PHONE].text[0] != '\0' && view->fields[FIELD_PHONE].problem == PROBLEM_NONE
					? say(l, "Complete")
					: NULL);
	tree_close(tree);
	row_begin(tree);
	SCREEN_FIELD(tree, view, local, FIELD_CERT_EMAIL, .icon = ICON_MAIL, .optional = true,
		.hint = say(l, "Stands in the certificate for everybody to read"));
	SCREEN_CHOICE(
		tree, view, FIELD_CONTACT_SAME, .label = words_label(l, FIELD_CONTACT_EMAIL), .options = same, .count = 2);
	tree_close(tree);
	if (view->fields[FIELD_CONTACT_SAME].choice != 1)
		SCREEN_FIELD(tree, view, local, FIELD_CONTACT_EMAIL, .icon = ICON_MAIL, .optional = true,
			.hint = say(l, "Not shown in the certificate"));
}

static void
address(struct tree *tree, const struct view *view, struct screen_local *local)
{
	enum lang l = tree->look.lang;
	const char *areas[3] = { say(l, "HK"), say(l, "KLN"), say(l, "NT") };

	widget_section(tree, &(struct widget_section){
							 .title = say(l, "Local postal address"), .note = say(l, "In English, as on the form") });
	row_begin(tree);
	SCREEN_FIELD(tree, view, local, FIELD_ROOM, .chars = 9, .optional = true);
	SCREEN_FIELD(tree, view, local, FIELD_FLOOR, .chars = 9, .optional = true);
	SCREEN_FIELD(tree, view, local, FIELD_BLOCK, .chars = 8, .optional = true);
	SCREEN_FIELD(tree, view, local, FIELD_BUILDING, .icon = ICON_HOME, .share = 1);
	tree_close(tree);
	row_begin(tree);
	SCREEN_FIELD(tree, view, local, FIELD_ESTATE, .share = 1.6f);
	SCREEN_FIELD(tree, view, local, FIELD_DISTRICT, .share = 1);
	SCREEN_CHOICE(tree, view, FIELD_AREA, .options = areas, .count = 3, .share = 0.8f);
	tree_close(tree);
}

static void
paper(struct tree *tree, const struct view *view, struct screen_local *local)
{
	enum lang l = tree->look.lang;
	const struct catalogue_product *product = catalogue_product(view->catalogue, view->product);

	widget_section(tree, &(struct widget_section){ .title = say(l, "Paper in hand"),
							 .note = say(l, "The scanner may be used in any field") });
	row_begin(tree);
	SCREEN_FIELD(tree, view, local, FIELD_BARCODE, .icon = ICON_FILE, .share = 1);
	if (product != NULL && product->pin_envelope)
		SCREEN_FIELD(tree, view, local, FIELD_ENVELOPE, .icon = ICON_MAIL, .share = 1,
			.hint = say(l, "Write it in the office-use box of the form"));
	tree_close(tree);
}

static void
line_down(struct tree *tree, const struct view *view)
{
	enum lang l = tree->look.lang;
	CARD(tree, .pad = PAD_XY(24, 20), .gap = 10, .w = tree_columns(tree) >= 3 ? PX(316) : GROW(1))
	{
		widget_heading(tree, say(l, "While the line is down"), TYPE_H3);
		widget_heading(tree, say(l, "Works as usual"), TYPE_BODY_BOLD);
		widget_point(
			tree, ICON_CHECK, say(l, "Checks, fees, payment and receipts: kept safe at this counter"), TONE_OK);
		widget_rule(tree);
		widget_heading(tree, say(l, "Waits"), TYPE_BODY_BOLD);
		widget_point(
			tree, ICON_PAUSE, say(l, "Sending to the centre. It happens by itself when the line is back."), TONE_WARN);
		widget_space(tree);
		if (view->sync.answer_ms > 0)
			widget_para(tree, tree_text(tree, say(l, "Last answer %s"), words_when(tree, view, view->sync.answer_ms)),
				TYPE_SMALL, COLOR_TEXT_3);
	}
}

static void
draw(struct tree *tree, const struct view *view, struct screen_local *local)
{
	enum lang l = tree->look.lang;
	bool down = screen_line_down(view);
	struct screen_bar foot = { .back = say(l, "Back"),
		.next = { .id = "next",
			.label = view->from_check ? say(l, "Back to check answers") : say(l, "Continue to declaration"),
			.kind = BUTTON_PRIMARY,
			.key = KEY_F12,
			.then = ICON_ARROW_RIGHT } };

	SCREEN_BODY(tree, view, local)
	{
		HEAD(tree, .title = say(l, "Applicant details"),
			.subtitle = say(l, "Copy from the form. Name, date of birth and number come from the identity check."))
		screen_person(tree, view);
		SPLIT(tree, .w = GROW(1))
		{
			CARD(tree, CARD_INSIDE, .w = GROW(1))
			{
				strip(tree, view);
				contact(tree, view, local);
				widget_rule(tree);
				address(tree, view, local);
				widget_rule(tree);
				paper(tree, view, local);
			}
			if (down)
				line_down(tree, view);
		}
	}
	screen_bar_case(tree, &foot, 0);
	screen_bar(tree, view, local, &foot);
}

static bool
act(const struct view *view, struct screen_local *local, const char *id, struct command *out)
{
	(void)view, (void)local, (void)id, (void)out;
	return false; /* fields, choices and the bar are common */
}

const struct screen screen_details = { draw, act };
