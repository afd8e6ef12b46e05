#include <string.h>

#include "kiosk/ui/damage.h"
#include "kiosk/ui/layout.h"
#include "tests/support/check.h"
#include "tests/unit/kiosk/ui/plain_measure.h"

#define WIDTH  1280
#define HEIGHT 800

struct glass {
	struct tree tree;
	struct list list;
	struct damage damage;
	struct focus focus;
	struct edit edit;
	struct tree_look look;
	const char *title;
	bool covered;
	struct tree_rect rects[DAMAGE_MOST];
};

static int
draw(struct glass *glass)
{
	struct tree *tree = &glass->tree;
	tree_begin(tree, &glass->look, &glass->focus, WIDTH, HEIGHT);
	BOX(tree, .dir = DIR_COL, .bg = COLOR_CANVAS, .pad = PAD(64), .gap = 64, .align = ALIGN_STRETCH)
	{
		LEAF(tree, .text = glass->title, .type = TYPE_H1);
		LEAF(tree, .id = "field", .name = "Field", .role = ROLE_TEXTBOX, .state = STATE_FOCUSABLE, .edit = &glass->edit,
			.h = PX(48), .pad = PAD_XY(14, 0), .bg = COLOR_SURFACE, .line = COLOR_FIELD, .radius = 10);
		LEAF(tree, .id = "button", .name = "Press", .text = "Press", .role = ROLE_BUTTON, .state = STATE_FOCUSABLE,
			.h = PX(48), .bg = COLOR_SURFACE, .hover_bg = COLOR_SUBTLE);
		if (glass->covered) {
			LEAF(tree, .over = true, .w = PX(200), .h = PX(200), .bg = COLOR_INFO_SOFT);
		}
	}
	layout_run(tree, &PLAIN, &glass->focus);
	list_build(&glass->list, tree, &PLAIN);
	return damage_find(&glass->damage, &glass->list, glass->rects);
}

static int
setup(void **state)
{
	static struct glass glass;
	glass = (struct glass){ .look = { THEME_LIGHT, LANG_EN, 1, 1 }, .title = "Title" };
	edit_set(&glass.edit, "some text");
	focus_set(&glass.focus, "field");
	*state = &glass;
	return 0;
}

static int
teardown(void **state)
{
	struct glass *glass = *state;
	damage_finish(&glass->damage);
	list_finish(&glass->list);
	tree_finish(&glass->tree);
	return 0;
}

static int
area(const struct glass *glass, int count)
{
	int sum = 0;
	for (int i = 0; i < count; i++) {
		sum += glass->rects[i].w * glass->rects[i].h;
	}
	return sum;
}

static bool
covered(const struct glass *glass, int count, int x, int y)
{
	for (int i = 0; i < count; i++) {
		const struct tree_rect *r = &glass->rects[i];
		if (x >= r->x && x < r->x + r->w && y >= r->y && y < r->y + r->h) {
			return true;
		}
	}
	return false;
}

static void
the_first_frame_is_all_damage_and_the_same_again_none(void **state)
{
	struct glass *glass = *state;
	assert_int_equal(draw(glass), 1);
	assert_int_equal(area(glass, 1), WIDTH * HEIGHT);
	assert_int_equal(draw(glass), 0);
	damage_forget(&glass->damage);
	assert_int_equal(draw(glass), 1);
	assert_int_equal(area(glass, 1), WIDTH * HEIGHT);
}

static void
one_typed_character_damages_only_its_cells(void **state)
{
	struct glass *glass = *state;
	draw(glass);
	const struct input typed = { .kind = INPUT_TEXT, .text = "x" };
	edit_input(&glass->edit, &glass->focus.history, &typed);
	const int count = draw(glass);
	assert_in_range(count, 1, 2);
	const struct tree_rect *field = &glass->tree.nodes[tree_find(&glass->tree, "field")].at;
	for (int i = 0; i < count; i++) {
		const struct tree_rect *r = &glass->rects[i];
		assert_true(r->y + DAMAGE_CELL > field->y && r->y + r->h < field->y + field->h + DAMAGE_CELL);
		assert_true(r->x + r->w <= field->x + 14 + 10 * 8 + 2 * DAMAGE_CELL);
	}
	assert_true(area(glass, count) < WIDTH * HEIGHT / 100);
}

static void
the_caret_alone_damages_at_most_two_cells_in_width(void **state)
{
	struct glass *glass = *state;
	draw(glass);
	glass->focus.caret_hidden = true;
	const int count = draw(glass);
	assert_int_equal(count, 1);
	assert_true(glass->rects[0].w <= 2 * DAMAGE_CELL && glass->rects[0].h <= 2 * DAMAGE_CELL);
}

static void
damage_covers_where_a_thing_was_and_where_it_is(void **state)
{
	struct glass *glass = *state;
	draw(glass);
	focus_set(&glass->focus, "button");
	const int count = draw(glass);
	const struct tree *tree = &glass->tree;
	const struct tree_rect *field = &tree->nodes[tree_find(tree, "field")].at;
	const struct tree_rect *button = &tree->nodes[tree_find(tree, "button")].at;
	assert_true(covered(glass, count, field->x - 4, field->y + 20));
	assert_true(covered(glass, count, button->x - 4, button->y + 20));
	assert_false(covered(glass, count, WIDTH - 1, HEIGHT - 1));
}

static void
theme_and_text_behind_equal_boxes_count(void **state)
{
	struct glass *glass = *state;
	draw(glass);
	glass->look.theme = THEME_CONTRAST;
	assert_true(area(glass, draw(glass)) == WIDTH * HEIGHT);
	glass->title = "Titlf"; /* same size, other letter */
	const int count = draw(glass);
	assert_true(count > 0 && covered(glass, count, 70, 80));
}

static void
text_at_another_address_is_the_same_text(void **state)
{
	struct glass *glass = *state;
	static char other[] = "Title";
	draw(glass);
	glass->title = other;
	assert_int_equal(draw(glass), 0);
}

static void
a_cover_that_goes_damages_what_was_below(void **state)
{
	struct glass *glass = *state;
	draw(glass);
	glass->covered = true;
	assert_int_equal(area(glass, draw(glass)), 224 * 224); /* 200 px from the corner: seven cells */
	glass->covered = false;
	assert_int_equal(area(glass, draw(glass)), 224 * 224);
}

static void
another_outline_or_other_dots_are_damage(void **state)
{
	struct glass *glass = *state;
	static const char *const PATHS[] = { "M0 0L9 9", "M0 0L9 8", "M0 0L9 8" };
	uint8_t dots[4] = { 1, 0, 0, 1 };
	for (int i = 0; i < 6; i++) {
		dots[1] = i == 4;
		tree_begin(&glass->tree, &glass->look, NULL, 96, 96);
		BOX(&glass->tree, .bg = COLOR_CANVAS)
		{
			LEAF(&glass->tree, .w = PX(32), .h = PX(32), .path = { PATHS[i < 3 ? i : 2], 10, 10, 1 });
			LEAF(&glass->tree, .w = PX(32), .h = PX(32), .bitmap = { .at = dots, .w = 2, .h = 2, .stride = 2 });
		}
		layout_run(&glass->tree, &PLAIN, NULL);
		list_build(&glass->list, &glass->tree, &PLAIN);
		const int count = damage_find(&glass->damage, &glass->list, glass->rects);
		assert_int_equal(count > 0, i != 2 && i != 3);
	}
}

static void
another_window_size_is_all_damage(void **state)
{
	struct glass *glass = *state;
	draw(glass);
	tree_begin(&glass->tree, &glass->look, NULL, 333, 222);
	LEAF(&glass->tree, .bg = COLOR_CANVAS);
	layout_run(&glass->tree, &PLAIN, NULL);
	list_build(&glass->list, &glass->tree, &PLAIN);
	assert_int_equal(damage_find(&glass->damage, &glass->list, glass->rects), 1);
	assert_int_equal(area(glass, 1), 333 * 222);
}

static void
what_is_scrolled_out_or_clipped_is_not_in_the_list(void **state)
{
	struct glass *glass = *state;
	struct tree *tree = &glass->tree;
	focus_scroll_set(&glass->focus, tree_key("area"), 50);
	tree_begin(tree, &glass->look, &glass->focus, 200, 100);
	BOX(tree, .dir = DIR_COL, .align = ALIGN_STRETCH)
	{
		BOX(tree, .id = "area", .dir = DIR_COL, .h = GROW(1), .align = ALIGN_STRETCH, .scroll = true)
		{
			LEAF(tree, .h = PX(40), .bg = COLOR_OK);
			LEAF(tree, .h = PX(40), .bg = COLOR_BAD);
			LEAF(tree, .h = PX(140), .bg = COLOR_WARN);
		}
	}
	layout_run(tree, &PLAIN, &glass->focus);
	list_build(&glass->list, tree, &PLAIN);
	assert_int_equal(glass->list.count, 3); /* two boxes and the bar */
	assert_int_equal(glass->list.commands[0].color, COLOR_BAD);
	assert_true(glass->list.commands[0].clipped);
	assert_int_equal(glass->list.commands[0].bounds.h, 30);
	assert_int_equal(glass->list.commands[1].color, COLOR_WARN);
}

static void
the_dump_names_colours_and_text(void **state)
{
	struct glass *glass = *state;
	draw(glass);
	static uint8_t bytes[4096];
	struct buffer out = buffer_into(bytes, sizeof bytes - 1);
	list_dump(&glass->list, &out);
	assert_true(out.ok);
	bytes[out.len] = '\0';
	assert_non_null(strstr((char *)bytes, "rect 0,0 1280x800 color=canvas\n"));
	assert_non_null(strstr((char *)bytes, "28/36/600 \"Title\"\n"));
	assert_non_null(strstr((char *)bytes, "edge=focus/3"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(the_first_frame_is_all_damage_and_the_same_again_none, setup, teardown),
		cmocka_unit_test_setup_teardown(one_typed_character_damages_only_its_cells, setup, teardown),
		cmocka_unit_test_setup_teardown(the_caret_alone_damages_at_most_two_cells_in_width, setup, teardown),
		cmocka_unit_test_setup_teardown(damage_covers_where_a_thing_was_and_where_it_is, setup, teardown),
		cmocka_unit_test_setup_teardown(theme_and_text_behind_equal_boxes_count, setup, teardown),
		cmocka_unit_test_setup_teardown(text_at_another_address_is_the_same_text, setup, teardown),
		cmocka_unit_test_setup_teardown(a_cover_that_goes_damages_what_was_below, setup, teardown),
		cmocka_unit_test_setup_teardown(another_outline_or_other_dots_are_damage, setup, teardown),
		cmocka_unit_test_setup_teardown(another_window_size_is_all_damage, setup, teardown),
		cmocka_unit_test_setup_teardown(what_is_scrolled_out_or_clipped_is_not_in_the_list, setup, teardown),
		cmocka_unit_test_setup_teardown(the_dump_names_colours_and_text, setup, teardown),
	};
	return cmocka_run_group_tests_name("damage", tests, NULL, NULL);
}
