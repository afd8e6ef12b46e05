#include <string.h>

#include "kiosk/ui/layout.h"
#include "kiosk/ui/semantics.h"
#include "tests/support/check.h"
#include "tests/unit/kiosk/ui/plain_measure.h"

struct page {
	struct tree tree;
	struct focus focus;
	struct semantics_finding found[8];
};

static struct tree *
begin(struct page *page)
{
	const struct tree_look look = { THEME_LIGHT, LANG_EN, 1, 1 };
	tree_begin(&page->tree, &look, &page->focus, 800, 600);
	return &page->tree;
}

static size_t
lint(struct page *page)
{
	layout_run(&page->tree, &PLAIN, NULL);
	return semantics_lint(&page->tree, page->found, 8);
}

static int
setup(void **state)
{
	static struct page page;
	page = (struct page){ 0 };
	*state = &page;
	return 0;
}

static int
teardown(void **state)
{
	struct page *page = *state;
	tree_finish(&page->tree);
	return 0;
}

static void
the_dump_says_what_a_person_would_hear(void **state)
{
	struct page *page = *state;
	struct edit phone = { 0 }, password = { .secret = true };
	edit_set(&phone, "6123 \"4567\"");
	edit_set(&password, "hunter2 is long");
	focus_set(&page->focus, "phone");
	struct tree *tree = begin(page);
	BOX(tree, .role = ROLE_MAIN, .name = "Details", .dir = DIR_COL)
	{
		LEAF(tree, .role = ROLE_HEADING, .text = "Who is it?");
		BOX(tree, .gap = 4)
		{ /* without a role: not in the dump, no level */
			LEAF(tree, .role = ROLE_TEXTBOX, .id = "phone", .name = "Mobile number", .edit = &phone,
				.state = STATE_FOCUSABLE | STATE_INVALID);
			LEAF(tree, .role = ROLE_TEXTBOX, .id = "password", .name = "Password", .edit = &password,
				.state = STATE_FOCUSABLE);
		}
		BOX(tree, .role = ROLE_BUTTON, .id = "go", .state = STATE_FOCUSABLE, .shortcut = KEY_F12)
		{
			LEAF(tree, .text = "Take $50.00,");
			LEAF(tree, .text = "open drawer");
		}
	}
	static uint8_t bytes[2048];
	struct buffer out = buffer_into(bytes, sizeof bytes - 1);
	semantics_dump(tree, false, &out);
	assert_true(out.ok);
	bytes[out.len] = '\0';
	assert_string_equal((char *)bytes,
		"main \"Details\"\n"
		"  heading \"Who is it?\"\n"
		"  textbox \"Mobile number\" value=\"6123 \\\"4567\\\"\" id=phone [focusable focused invalid]\n"
		"  textbox \"Password\" value=15-characters id=password [focusable]\n"
		"  button \"Take $50.00, open drawer\" id=go key=F12 [focusable]\n");
}

static void
a_dump_that_does_not_fit_says_so(void **state)
{
	struct page *page = *state;
	struct tree *tree = begin(page);
	LEAF(tree, .role = ROLE_HEADING, .text = "A long heading");
	uint8_t bytes[8];
	struct buffer out = buffer_into(bytes, sizeof bytes);
	semantics_dump(tree, true, &out);
	assert_false(out.ok);
}

static void
boxes_are_found_by_role_and_name(void **state)
{
	struct page *page = *state;
	struct tree *tree = begin(page);
	BOX(tree, .role = ROLE_MAIN)
	{
		LEAF(tree, .role = ROLE_BUTTON, .text = "Back");
		LEAF(tree, .role = ROLE_BUTTON, .name = "Next", .text = ">");
	}
	assert_int_equal(semantics_find(tree, ROLE_BUTTON, "Next"), 2);
	assert_int_equal(semantics_find(tree, ROLE_BUTTON, NULL), 1);
	assert_int_equal(semantics_find(tree, ROLE_BUTTON, "Nex"), TREE_NONE);
	assert_int_equal(semantics_find(tree, ROLE_LINK, "Next"), TREE_NONE);
}

static void
each_fault_is_found_and_a_good_page_has_none(void **state)
{
	struct page *page = *state;
	struct tree *tree = begin(page);
	BOX(tree, .role = ROLE_MAIN, .bg = COLOR_SURFACE, .dir = DIR_COL)
	{
		LEAF(tree, .role = ROLE_BUTTON, .id = "a", .name = "A", .state = STATE_FOCUSABLE, .w = PX(44), .h = PX(44),
			.shortcut = KEY_F2);
		LEAF(tree, .text = "clear", .color = COLOR_TEXT_3);
	}
	assert_int_equal(lint(page), 0);

	tree = begin(page);
	BOX(tree, .role = ROLE_MAIN, .bg = COLOR_SURFACE, .dir = DIR_COL)
	{
		LEAF(tree, .role = ROLE_BUTTON, .id = "a", .name = "A", .state = STATE_FOCUSABLE, .w = PX(44), .h = PX(43),
			.shortcut = KEY_F2, .primary = true);
		LEAF(tree, .role = ROLE_BUTTON, .id = "a", .name = "A", .state = STATE_FOCUSABLE, .w = PX(44), .h = PX(44),
			.shortcut = KEY_F2, .primary = true);
		LEAF(tree, .role = ROLE_BUTTON, .state = STATE_FOCUSABLE, .w = PX(44), .h = PX(44));
		LEAF(tree, .role = ROLE_IMAGE);
		LEAF(tree, .text = "faint", .color = COLOR_LINE);
	}
	static const enum semantics_fault EXPECTED[] = { SEMANTICS_SMALL, SEMANTICS_REPEATED, SEMANTICS_TWO_PRIMARY,
		SEMANTICS_TWO_KEYS, SEMANTICS_NAMELESS, SEMANTICS_IDLESS, SEMANTICS_PICTURE, SEMANTICS_FAINT };
	assert_int_equal(lint(page), 8);
	for (int i = 0; i < 8; i++) {
		assert_int_equal(page->found[i].fault, EXPECTED[i]);
	}
	assert_true(page->found[7].measure < 2);
}

static void
keys_under_a_dialog_do_not_clash_with_its_own(void **state)
{
	struct page *page = *state;
	struct tree *tree = begin(page);
	BOX(tree, .role = ROLE_MAIN)
	{
		LEAF(tree, .role = ROLE_BUTTON, .id = "a", .name = "A", .state = STATE_FOCUSABLE, .w = PX(44), .h = PX(44),
			.shortcut = KEY_F12, .primary = true);
		BOX(tree, .role = ROLE_DIALOG, .id = "d", .name = "D", .scope = true, .over = true)
		{
			LEAF(tree, .role = ROLE_BUTTON, .id = "b", .name = "B", .state = STATE_FOCUSABLE, .w = PX(44), .h = PX(44),
				.shortcut = KEY_F12, .primary = true);
		}
	}
	assert_int_equal(lint(page), 0);
}

static void
text_tokens_are_legible_in_both_themes(void **state)
{
	(void)state;
	static const struct {
		enum color ink, paper;
	} PAIRS[] = {
		{ COLOR_TEXT, COLOR_CANVAS },
		{ COLOR_TEXT_2, COLOR_SUNKEN },
		{ COLOR_TEXT_3, COLOR_SUNKEN },
		{ COLOR_ON_PRIMARY, COLOR_PRIMARY },
		{ COLOR_ON_PRIMARY, COLOR_PRIMARY_HOVER },
		{ COLOR_PRIMARY_TEXT, COLOR_PRIMARY_SOFT },
		{ COLOR_BAD, COLOR_BAD_SOFT },
		{ COLOR_WARN, COLOR_WARN_SOFT },
		{ COLOR_OK, COLOR_OK_SOFT },
		{ COLOR_INFO, COLOR_INFO_SOFT },
		{ COLOR_ON_HEADER_2, COLOR_HEADER_RAISED },
		{ COLOR_ON_FAULT, COLOR_FAULT },
		{ COLOR_ON_TRAINING, COLOR_TRAINING },
		{ COLOR_TRAINING_TEXT, COLOR_TRAINING_SOFT },
		{ COLOR_TEXT, COLOR_SELECTION },
	};
	for (enum theme theme = THEME_LIGHT; theme < THEME_COUNT; theme++) {
		for (size_t i = 0; i < sizeof PAIRS / sizeof PAIRS[0]; i++) {
			const double contrast = theme_contrast(theme_rgb(theme, PAIRS[i].ink), theme_rgb(theme, PAIRS[i].paper));
			assert_true(contrast >= (theme == THEME_CONTRAST ? 7.0 : 4.5));
		}
		const enum color edges[] = { COLOR_FIELD, COLOR_FOCUS };
		for (int i = 0; i < 2; i++) {
			assert_true(theme_contrast(theme_rgb(theme, edges[i]), theme_rgb(theme, COLOR_CANVAS)) >= 3.0);
		}
	}
	assert_true(theme_contrast(0, 0xFFFFFF) == 21.0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(the_dump_says_what_a_person_would_hear, setup, teardown),
		cmocka_unit_test_setup_teardown(a_dump_that_does_not_fit_says_so, setup, teardown),
		cmocka_unit_test_setup_teardown(boxes_are_found_by_role_and_name, setup, teardown),
		cmocka_unit_test_setup_teardown(each_fault_is_found_and_a_good_page_has_none, setup, teardown),
		cmocka_unit_test_setup_teardown(keys_under_a_dialog_do_not_clash_with_its_own, setup, teardown),
		cmocka_unit_test_setup_teardown(text_tokens_are_legible_in_both_themes, setup, teardown),
	};
	return cmocka_run_group_tests_name("semantics", tests, NULL, NULL);
}
