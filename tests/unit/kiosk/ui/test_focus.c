#include <string.h>

#include "kiosk/ui/focus.h"
#include "kiosk/ui/layout.h"
#include "tests/support/check.h"
#include "tests/unit/kiosk/ui/plain_measure.h"

struct desk {
	struct tree tree;
	struct focus focus;
	struct edit name, phone;
	int chosen; /* radio */
	bool dialog, second, no_phone;
};

static void
button(struct tree *tree, const char *id, unsigned shortcut, bool primary)
{
	LEAF(tree, .role = ROLE_BUTTON, .id = id, .name = id, .state = STATE_FOCUSABLE, .shortcut = shortcut,
		.primary = primary, .w = PX(100), .h = PX(48));
}

static void
dialog(struct tree *tree, const char *id, const char *ok)
{
	BOX(tree, .role = ROLE_DIALOG, .id = id, .name = id, .scope = true, .over = true, .over_x = ALIGN_CENTER,
		.over_y = ALIGN_CENTER)
	{
		button(tree, ok, KEY_F12, true);
		button(tree, "cancel", KEY_ESCAPE, false);
	}
}

static void
fields(struct desk *desk, struct tree *tree)
{
	LEAF(tree, .role = ROLE_TEXTBOX, .id = "name", .name = "Name", .state = STATE_FOCUSABLE, .edit = &desk->name,
		.autofocus = true, .w = PX(300), .h = PX(48));
	if (!desk->no_phone) {
		LEAF(tree, .role = ROLE_TEXTBOX, .id = "phone", .name = "Phone", .state = STATE_FOCUSABLE, .edit = &desk->phone,
			.w = PX(300), .h = PX(48));
	}
	BOX(tree, .role = ROLE_GROUP, .name = "Tone", .arrows = true, .dir = DIR_ROW)
	{
		for (int i = 0; i < 3; i++) {
			LEAF(tree, .role = ROLE_RADIO, .id = tree_text(tree, "radio-%d", i), .name = "Choice",
				.state = STATE_FOCUSABLE | (i == desk->chosen ? STATE_CHECKED : 0u), .w = PX(100), .h = PX(48));
		}
	}
}

static void
draw(struct desk *desk)
{
	const struct tree_look look = { THEME_LIGHT, LANG_EN, 1, 1 };
	struct tree *tree = &desk->tree;
	bool again = true;
	for (int i = 0; again && i < 2; i++) {
		tree_begin(tree, &look, &desk->focus, 800, 600);
		BOX(tree, .dir = DIR_COL, .id = "root")
		{
			fields(desk, tree);
			LEAF(tree, .role = ROLE_BUTTON, .id = "off", .name = "Off", .state = STATE_FOCUSABLE | STATE_DISABLED,
				.shortcut = KEY_F5, .w = PX(100), .h = PX(48));
			button(tree, "same", 'S', false);
			button(tree, "go", KEY_F12, true);
			if (desk->dialog) {
				dialog(tree, "ask", "yes");
			}
			if (desk->second) {
				dialog(tree, "really", "sure");
			}
		}
		layout_run(tree, &PLAIN, &desk->focus);
		again = focus_settle(&desk->focus, tree);
	}
	assert_false(again);
}

static struct focus_message
send(struct desk *desk, const struct input *input)
{
	const struct focus_message message = focus_input(&desk->focus, &desk->tree, &PLAIN, input);
	draw(desk);
	return message;
}

static struct focus_message
press(struct desk *desk, unsigned key, unsigned mods)
{
	const struct focus_message message = send(desk, &(struct input){ .kind = INPUT_KEY, .key = key, .mods = mods });
	struct input held;
	return focus_hold_next(&desk->focus.hold, NULL, EDIT_SCAN_GAP_MS, &held) ? send(desk, &held) : message;
}

static struct focus_message
click(struct desk *desk, const char *id, int clicks)
{
	const struct tree_rect *r = &desk->tree.nodes[tree_find(&desk->tree, id)].at;
	struct input input = { .kind = INPUT_PRESS, .x = r->x + 20, .y = r->y + 5, .clicks = clicks };
	send(desk, &input);
	input.kind = INPUT_RELEASE;
	return send(desk, &input);
}

static void
assert_message(struct focus_message message, enum focus_kind kind, const char *id)
{
	assert_int_equal(message.kind, kind);
	assert_string_equal(message.id, id);
}

static int
setup(void **state)
{
	static struct desk desk;
	desk = (struct desk){ .chosen = 1 };
	draw(&desk);
	*state = &desk;
	return 0;
}

static int
teardown(void **state)
{
	struct desk *desk = *state;
	tree_finish(&desk->tree);
	return 0;
}

static void
the_first_focus_is_the_one_that_asks_for_it(void **state)
{
	struct desk *desk = *state;
	assert_true(focus_is(&desk->focus, "name"));
	assert_true(focus_in_text(&desk->focus, &desk->tree));
}

static void
tab_goes_in_tree_order_and_round_and_takes_a_group_as_one(void **state)
{
	static const char *const ORDER[] = { "phone", "radio-1", "same", "go", "name" };
	struct desk *desk = *state;
	for (int i = 0; i < 5; i++) {
		assert_true(press(desk, KEY_TAB, 0).moved);
		assert_true(focus_is(&desk->focus, ORDER[i]));
	}
	for (int i = 3; i >= 0; i--) {
		press(desk, KEY_TAB, INPUT_SHIFT);
		assert_true(focus_is(&desk->focus, ORDER[i]));
	}
}

static void
arrows_move_in_a_group_and_choose(void **state)
{
	struct desk *desk = *state;
	focus_set(&desk->focus, "radio-1");
	draw(desk);
	assert_message(press(desk, KEY_RIGHT, 0), FOCUS_ACTIVATE, "radio-2");
	assert_message(press(desk, KEY_RIGHT, 0), FOCUS_ACTIVATE, "radio-0"); /* round */
	assert_message(press(desk, KEY_LEFT, 0), FOCUS_ACTIVATE, "radio-2");
	assert_message(press(desk, KEY_HOME, 0), FOCUS_ACTIVATE, "radio-0");
	assert_message(press(desk, KEY_DOWN, 0), FOCUS_ACTIVATE, "radio-1");
}

static void
typing_goes_to_the_field_and_shortcuts_keep_off(void **state)
{
	struct desk *desk = *state;
	assert_message(press(desk, 'S', 0), FOCUS_NOTHING, "");
	const struct input typed = { .kind = INPUT_TEXT, .text = "s" };
	assert_message(send(desk, &typed), FOCUS_EDITED, "name");
	assert_string_equal(desk->name.text, "s");
	focus_set(&desk->focus, "go");
	draw(desk);
	assert_message(press(desk, 'S', 0), FOCUS_ACTIVATE, "same");
	assert_message(send(desk, &typed), FOCUS_NOTHING, "");
	assert_message(press(desk, 'S', INPUT_CTRL), FOCUS_KEY, "");
}

static void
function_keys_press_from_anywhere_unless_disabled(void **state)
{
	struct desk *desk = *state;
	assert_message(press(desk, KEY_F12, 0), FOCUS_ACTIVATE, "go");
	assert_message(press(desk, KEY_F5, 0), FOCUS_KEY, "");
	assert_message(press(desk, KEY_F3, 0), FOCUS_KEY, "");
}

static void
enter_presses_the_focused_button_or_else_the_primary_one(void **state)
{
	struct desk *desk = *state;
	assert_message(press(desk, KEY_ENTER, 0), FOCUS_ACTIVATE, "go"); /* in a text field */
	focus_set(&desk->focus, "same");
	draw(desk);
	assert_message(press(desk, KEY_ENTER, 0), FOCUS_ACTIVATE, "same");
	assert_message(press(desk, KEY_SPACE, 0), FOCUS_ACTIVATE, "same");
	focus_set(&desk->focus, "radio-1");
	draw(desk);
	assert_message(press(desk, KEY_ENTER, 0), FOCUS_ACTIVATE, "go");
	assert_message(press(desk, KEY_SPACE, 0), FOCUS_ACTIVATE, "radio-1");
}

static void
what_a_field_refuses_is_told_with_the_reason(void **state)
{
	struct desk *desk = *state;
	desk->name.mask = EDIT_DIGITS;
	const struct input typed = { .kind = INPUT_TEXT, .text = "x" };
	const struct focus_message message = send(desk, &typed);
	assert_message(message, FOCUS_REFUSED, "name");
	assert_int_equal(message.verdict, EDIT_FORBIDDEN);
}

static void
a_click_presses_only_if_it_ends_where_it_began(void **state)
{
	struct desk *desk = *state;
	assert_message(click(desk, "go", 1), FOCUS_ACTIVATE, "go");
	assert_true(focus_is(&desk->focus, "go"));
	const struct tree_rect *go = &desk->tree.nodes[tree_find(&desk->tree, "go")].at;
	send(desk, &(struct input){ .kind = INPUT_PRESS, .x = go->x + 1, .y = go->y + 1, .clicks = 1 });
	assert_message(send(desk, &(struct input){ .kind = INPUT_RELEASE, .x = 700, .y = 590 }), FOCUS_DRAW, "");
	const struct tree_rect *same = &desk->tree.nodes[tree_find(&desk->tree, "same")].at;
	send(desk, &(struct input){ .kind = INPUT_PRESS, .x = go->x + 1, .y = go->y + 1, .clicks = 1 });
	const struct input slid = { .kind = INPUT_RELEASE, .x = same->x + 1, .y = same->y + 1 };
	assert_message(send(desk, &slid), FOCUS_DRAW, "");
	assert_int_equal(click(desk, "off", 1).kind, FOCUS_NOTHING);
}

static void
the_pointer_places_the_caret_and_selects(void **state)
{
	struct desk *desk = *state;
	edit_set(&desk->phone, "6123 4567");
	draw(desk);
	click(desk, "phone", 1); /* 20 px: between the second and third of 8 px */
	assert_true(focus_is(&desk->focus, "phone"));
	assert_int_equal(desk->phone.caret, 3);
	const struct tree_rect *r = &desk->tree.nodes[tree_find(&desk->tree, "phone")].at;
	send(desk, &(struct input){ .kind = INPUT_PRESS, .x = r->x, .y = r->y, .clicks = 1 });
	send(desk, &(struct input){ .kind = INPUT_MOVE, .x = r->x + 40, .y = r->y });
	assert_int_equal(desk->phone.anchor, 0);
	assert_int_equal(desk->phone.caret, 5);
	send(desk, &(struct input){ .kind = INPUT_RELEASE, .x = r->x + 40, .y = r->y });
	click(desk, "phone", 2);
	assert_int_equal(desk->phone.anchor, 0);
	assert_int_equal(desk->phone.caret, 4);
	click(desk, "phone", 3);
	assert_int_equal(desk->phone.caret, 9);
}

static void
a_dialog_holds_focus_pointer_and_keys_and_gives_focus_back(void **state)
{
	struct desk *desk = *state;
	focus_set(&desk->focus, "phone");
	desk->dialog = true;
	draw(desk);
	assert_true(focus_is(&desk->focus, "yes"));
	press(desk, KEY_TAB, 0);
	press(desk, KEY_TAB, 0);
	assert_true(focus_is(&desk->focus, "yes"));
	assert_message(press(desk, KEY_F12, 0), FOCUS_ACTIVATE, "yes");
	assert_message(press(desk, KEY_ESCAPE, 0), FOCUS_ACTIVATE, "cancel");
	assert_message(press(desk, 'S', 0), FOCUS_KEY, "");
	assert_int_equal(click(desk, "name", 1).kind, FOCUS_NOTHING);
	desk->second = true;
	draw(desk);
	assert_true(focus_is(&desk->focus, "sure"));
	desk->second = false;
	draw(desk);
	assert_true(focus_is(&desk->focus, "yes"));
	desk->dialog = false;
	draw(desk);
	assert_true(focus_is(&desk->focus, "phone"));
}

static void
focus_survives_a_rebuild_and_moves_on_when_its_box_is_gone(void **state)
{
	struct desk *desk = *state;
	desk->name.len = 0;
	press(desk, KEY_TAB, 0);
	draw(desk);
	assert_true(focus_is(&desk->focus, "phone"));
	desk->no_phone = true;
	draw(desk);
	assert_false(focus_is(&desk->focus, "phone"));
	assert_true(tree_find_key(&desk->tree, desk->focus.key) != TREE_NONE);
}

static void
undo_belongs_to_the_field_that_has_the_focus(void **state)
{
	struct desk *desk = *state;
	send(desk, &(struct input){ .kind = INPUT_TEXT, .text = "a" });
	press(desk, KEY_TAB, 0);
	press(desk, 'Z', INPUT_CTRL);
	assert_string_equal(desk->name.text, "a");
	assert_int_equal(desk->focus.history.count, 0);
}

static void
leaving_a_field_ends_what_is_being_composed(void **state)
{
	struct desk *desk = *state;
	send(desk, &(struct input){ .kind = INPUT_EDITING, .text = "zh", .caret = 2 });
	assert_string_equal(desk->name.preedit, "zh");
	press(desk, KEY_TAB, 0);
	assert_string_equal(desk->name.preedit, "");
}

static void
a_scan_is_told_with_the_field_it_fell_into(void **state)
{
	struct desk *desk = *state;
	edit_set(&desk->name, "LEUNG");
	for (int i = 0; i < 6; i++) {
		const struct input typed = { .kind = INPUT_TEXT, .text = { (char)('0' + i) }, .at_ms = 100 + 2 * i };
		assert_int_equal(send(desk, &typed).kind, FOCUS_EDITED);
	}
	const struct input enter = { .kind = INPUT_KEY, .key = KEY_ENTER, .at_ms = 114 };
	assert_message(send(desk, &enter), FOCUS_SCANNED, "name");
	assert_string_equal(desk->focus.scan.text, "012345");
	assert_string_equal(desk->name.text, "LEUNG");
}

static void
a_scan_presses_nothing_by_its_letters(void **state)
{
	struct desk *desk = *state;
	struct input held;
	focus_set(&desk->focus, "go");
	draw(desk);
	for (int i = 0; i < 6; i++) { /* no text field: only keys come */
		const struct input key = { .kind = INPUT_KEY, .key = 'S', .at_ms = 100 + 29 * i };
		assert_false(focus_hold_next(&desk->focus.hold, &key, key.at_ms, &held));
		assert_int_equal(send(desk, &key).kind, FOCUS_NOTHING);
	}
	assert_int_equal(focus_hold_until_ms(&desk->focus.hold), 0);
	const struct input enter = { .kind = INPUT_KEY, .key = KEY_ENTER, .at_ms = 246 };
	assert_false(focus_hold_next(&desk->focus.hold, &enter, enter.at_ms, &held));
	assert_message(send(desk, &enter), FOCUS_SCANNED, "go");
	assert_string_equal(desk->focus.scan.text, "SSSSSS");
	assert_false(focus_hold_next(&desk->focus.hold, NULL, 10000, &held));
}

static void
keys_pressed_by_a_person_are_late_but_in_order(void **state)
{
	struct desk *desk = *state;
	struct input held;
	focus_set(&desk->focus, "go");
	draw(desk);
	const struct input first = { .kind = INPUT_KEY, .key = 'S', .at_ms = 100 };
	const struct input second = { .kind = INPUT_KEY, .key = 'X', .at_ms = 110 };
	assert_int_equal(send(desk, &first).kind, FOCUS_NOTHING);
	assert_int_equal(send(desk, &second).kind, FOCUS_NOTHING);
	assert_int_equal(focus_hold_until_ms(&desk->focus.hold), 140);
	assert_false(focus_hold_next(&desk->focus.hold, NULL, 139, &held));
	assert_true(focus_hold_next(&desk->focus.hold, NULL, 140, &held));
	assert_message(send(desk, &held), FOCUS_ACTIVATE, "same");
	assert_true(focus_hold_next(&desk->focus.hold, NULL, 140, &held));
	assert_int_equal(held.key, 'X');
	assert_message(send(desk, &held), FOCUS_KEY, "");
	assert_false(focus_hold_next(&desk->focus.hold, NULL, 140, &held));

	const struct input third = { .kind = INPUT_KEY, .key = 'S', .at_ms = 500 };
	const struct input f12 = { .kind = INPUT_KEY, .key = KEY_F12, .at_ms = 501 };
	const struct input by = { .kind = INPUT_MOVE, .at_ms = 501 };
	assert_int_equal(send(desk, &third).kind, FOCUS_NOTHING);
	assert_false(focus_hold_next(&desk->focus.hold, &by, 501, &held));
	assert_true(focus_hold_next(&desk->focus.hold, &f12, 501, &held)); /* before what is pressed after it */
	assert_int_equal(held.key, 'S');
}

static void
hover_follows_the_pointer_and_leaves_with_it(void **state)
{
	struct desk *desk = *state;
	const struct tree_rect *go = &desk->tree.nodes[tree_find(&desk->tree, "go")].at;
	const struct input over = { .kind = INPUT_MOVE, .x = go->x + 5, .y = go->y + 5 };
	assert_int_equal(send(desk, &over).kind, FOCUS_DRAW);
	assert_int_equal(send(desk, &over).kind, FOCUS_NOTHING);
	assert_true(desk->tree.nodes[tree_find(&desk->tree, "go")].box.state & STATE_HOVER);
	assert_int_equal(send(desk, &(struct input){ .kind = INPUT_LEAVE }).kind, FOCUS_DRAW);
	assert_int_equal(desk->focus.hover, 0);
}

static void
wheel_and_page_keys_scroll_within_bounds(void **state)
{
	struct desk *desk = *state;
	struct tree *tree = &desk->tree;
	const struct tree_look look = { THEME_LIGHT, LANG_EN, 1, 1 };
	tree_begin(tree, &look, &desk->focus, 200, 200);
	BOX(tree, .dir = DIR_COL, .align = ALIGN_STRETCH)
	{
		BOX(tree, .id = "area", .dir = DIR_COL, .h = GROW(1), .scroll = true)
		{
			LEAF(tree, .h = PX(1000));
		}
	}
	layout_run(tree, &PLAIN, &desk->focus);
	const struct input down = { .kind = INPUT_WHEEL, .x = 10, .y = 10, .wheel = -1 };
	assert_int_equal(focus_input(&desk->focus, tree, &PLAIN, &down).kind, FOCUS_DRAW);
	assert_int_equal(focus_scroll(&desk->focus, tree_key("area")), 72);
	for (int i = 0; i < 30; i++) {
		focus_input(&desk->focus, tree, &PLAIN, &(struct input){ .kind = INPUT_KEY, .key = KEY_PAGE_DOWN });
	}
	assert_int_equal(focus_scroll(&desk->focus, tree_key("area")), 800);
	assert_int_equal(focus_input(&desk->focus, tree, &PLAIN, &down).kind, FOCUS_NOTHING);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(the_first_focus_is_the_one_that_asks_for_it, setup, teardown),
		cmocka_unit_test_setup_teardown(tab_goes_in_tree_order_and_round_and_takes_a_group_as_one, setup, teardown),
		cmocka_unit_test_setup_teardown(arrows_move_in_a_group_and_choose, setup, teardown),
		cmocka_unit_test_setup_teardown(typing_goes_to_the_field_and_shortcuts_keep_off, setup, teardown),
		cmocka_unit_test_setup_teardown(function_keys_press_from_anywhere_unless_disabled, setup, teardown),
		cmocka_unit_test_setup_teardown(enter_presses_the_focused_button_or_else_the_primary_one, setup, teardown),
		cmocka_unit_test_setup_teardown(what_a_field_refuses_is_told_with_the_reason, setup, teardown),
		cmocka_unit_test_setup_teardown(a_click_presses_only_if_it_ends_where_it_began, setup, teardown),
		cmocka_unit_test_setup_teardown(the_pointer_places_the_caret_and_selects, setup, teardown),
		cmocka_unit_test_setup_teardown(a_dialog_holds_focus_pointer_and_keys_and_gives_focus_back, setup, teardown),
		cmocka_unit_test_setup_teardown(focus_survives_a_rebuild_and_moves_on_when_its_box_is_gone, setup, teardown),
		cmocka_unit_test_setup_teardown(undo_belongs_to_the_field_that_has_the_focus, setup, teardown),
		cmocka_unit_test_setup_teardown(leaving_a_field_ends_what_is_being_composed, setup, teardown),
		cmocka_unit_test_setup_teardown(a_scan_is_told_with_the_field_it_fell_into, setup, teardown),
		cmocka_unit_test_setup_teardown(a_scan_presses_nothing_by_its_letters, setup, teardown),
		cmocka_unit_test_setup_teardown(keys_pressed_by_a_person_are_late_but_in_order, setup, teardown),
		cmocka_unit_test_setup_teardown(hover_follows_the_pointer_and_leaves_with_it, setup, teardown),
		cmocka_unit_test_setup_teardown(wheel_and_page_keys_scroll_within_bounds, setup, teardown),
	};
	return cmocka_run_group_tests_name("focus", tests, NULL, NULL);
}
