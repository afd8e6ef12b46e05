#include <stdio.h>

#include "kiosk/ui/layout.h"
#include "tests/support/check.h"
#include "tests/unit/kiosk/ui/plain_measure.h"

struct page {
	struct tree tree;
	struct focus focus;
};

static struct tree *
begin(struct page *page, float text_scale, int width, int height)
{
	const struct tree_look look = { THEME_LIGHT, LANG_EN, 1, text_scale };
	tree_begin(&page->tree, &look, &page->focus, width, height);
	return &page->tree;
}

static const struct tree_rect *
rect(const struct page *page, const char *id)
{
	const int node = tree_find(&page->tree, id);
	assert_true(node != TREE_NONE);
	return &page->tree.nodes[node].at;
}

static void
assert_rect(const struct page *page, const char *id, int x, int y, int w, int h)
{
	const struct tree_rect *r = rect(page, id);
	assert_int_equal(r->x, x);
	assert_int_equal(r->y, y);
	assert_int_equal(r->w, w);
	assert_int_equal(r->h, h);
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
growing_boxes_share_what_is_left_to_the_last_pixel(void **state)
{
	struct page *page = *state;
	struct tree *tree = begin(page, 1, 1000, 100);
	BOX(tree, .dir = DIR_ROW, .gap = 10, .align = ALIGN_STRETCH)
	{
		LEAF(tree, .id = "fixed", .w = PX(101));
		LEAF(tree, .id = "one", .w = GROW(1));
		LEAF(tree, .id = "two", .w = GROW(2));
	}
	layout_run(tree, &PLAIN, NULL);
	assert_rect(page, "fixed", 0, 0, 101, 100);
	assert_rect(page, "one", 111, 0, 293, 100);
	assert_rect(page, "two", 414, 0, 586, 100);
}

static void
padding_and_alignment_place_children(void **state)
{
	struct page *page = *state;
	struct tree *tree = begin(page, 1, 400, 300);
	BOX(tree, .dir = DIR_COL, .pad = { 10, 20, 30, 40 }, .align = ALIGN_END, .justify = ALIGN_CENTER)
	{
		LEAF(tree, .id = "a", .w = PX(50), .h = PX(20));
		LEAF(tree, .id = "b", .w = PX(60), .h = PX(40));
	}
	layout_run(tree, &PLAIN, NULL);
	assert_rect(page, "a", 330, 110, 50, 20);
	assert_rect(page, "b", 320, 130, 60, 40);
}

static void
between_spreads_the_room_between_children(void **state)
{
	struct page *page = *state;
	struct tree *tree = begin(page, 1, 300, 50);
	BOX(tree, .justify = ALIGN_BETWEEN)
	{
		LEAF(tree, .id = "a", .w = PX(50), .h = PX(10));
		LEAF(tree, .id = "b", .w = PX(50), .h = PX(10));
		LEAF(tree, .id = "c", .w = PX(50), .h = PX(10));
	}
	layout_run(tree, &PLAIN, NULL);
	assert_int_equal(rect(page, "b")->x, 125);
	assert_int_equal(rect(page, "c")->x, 250);
}

static void
the_highest_shrink_number_gives_way_first(void **state)
{
	struct page *page = *state;
	struct tree *tree = begin(page, 1, 200, 50);
	BOX(tree, .dir = DIR_ROW)
	{
		LEAF(tree, .id = "stays", .text = "0123456789", .cut_ok = true);                        /* 80 px */
		LEAF(tree, .id = "gives", .text = "01234567890123456789", .shrink = 2, .cut_ok = true); /* 160 px */
		LEAF(tree, .id = "kept", .w = PX(10));
	}
	layout_run(tree, &PLAIN, NULL);
	assert_int_equal(rect(page, "stays")->w, 80);
	assert_int_equal(rect(page, "gives")->w, 110);
	assert_int_equal(rect(page, "kept")->x, 190);
	assert_int_equal(layout_overflow(tree, NULL, 0), 0);
}

static void
equal_levels_shrink_in_proportion(void **state)
{
	struct page *page = *state;
	struct tree *tree = begin(page, 1, 180, 50);
	BOX(tree, .dir = DIR_ROW)
	{
		LEAF(tree, .id = "a", .text = "0123456789", .cut_ok = true);
		LEAF(tree, .id = "b", .text = "01234567890123456789", .cut_ok = true);
	}
	layout_run(tree, &PLAIN, NULL);
	assert_int_equal(rect(page, "a")->w + rect(page, "b")->w, 180);
	assert_true(rect(page, "a")->w < 80 && rect(page, "a")->w > 60);
}

static void
text_wraps_and_pushes_what_is_below(void **state)
{
	struct page *page = *state;
	struct tree *tree = begin(page, 1, 100, 300);
	BOX(tree, .dir = DIR_COL, .align = ALIGN_STRETCH)
	{
		LEAF(tree, .id = "para", .text = "0123456789012345678901234", .wrap = true); /* 200 px: two lines and a bit */
		LEAF(tree, .id = "below", .h = PX(10));
	}
	layout_run(tree, &PLAIN, NULL);
	assert_int_equal(rect(page, "para")->h, 3 * 24);
	assert_int_equal(rect(page, "below")->y, 3 * 24);
}

static void
grid_tracks_are_equal_and_rows_as_high_as_their_highest(void **state)
{
	struct page *page = *state;
	struct tree *tree = begin(page, 1, 320, 300);
	BOX(tree, .dir = DIR_GRID, .columns = 3, .gap = 10, .row_gap = 6)
	{
		LEAF(tree, .id = "a", .h = PX(30));
		LEAF(tree, .id = "b", .text = "x");
		LEAF(tree, .id = "c", .text = "x");
		LEAF(tree, .id = "d", .text = "x");
	}
	layout_run(tree, &PLAIN, NULL);
	assert_rect(page, "a", 0, 0, 100, 30);
	assert_rect(page, "b", 110, 0, 100, 30);
	assert_rect(page, "c", 220, 0, 100, 30);
	assert_rect(page, "d", 0, 36, 100, 24);
}

static void
minimum_and_maximum_hold_against_growing(void **state)
{
	struct page *page = *state;
	struct tree *tree = begin(page, 1, 1000, 100);
	BOX(tree, .dir = DIR_ROW)
	{
		LEAF(tree, .id = "least", .w = GROW(1), .min_w = 400, .h = PX(1));
		LEAF(tree, .id = "most", .w = GROW(8), .max_w = 300, .h = PX(1));
		LEAF(tree, .id = "rest", .w = GROW(1), .h = PX(1));
	}
	layout_run(tree, &PLAIN, NULL);
	assert_int_equal(rect(page, "most")->w, 300);
	assert_true(rect(page, "least")->w >= 400);
	assert_int_equal(rect(page, "rest")->x + rect(page, "rest")->w, 1000);
}

static void
a_growing_box_is_never_lower_than_its_content(void **state)
{
	struct page *page = *state;
	struct tree *tree = begin(page, 1, 100, 100);
	BOX(tree, .dir = DIR_COL, .align = ALIGN_STRETCH)
	{
		LEAF(tree, .h = PX(90));
		BOX(tree, .id = "card", .h = GROW(1), .dir = DIR_COL)
		{
			LEAF(tree, .h = PX(40));
		}
	}
	layout_run(tree, &PLAIN, NULL);
	assert_int_equal(rect(page, "card")->h, 40);
	struct layout_finding finding[2];
	assert_int_equal(layout_overflow(tree, finding, 2), 1);
	assert_int_equal(finding[0].fault, LAYOUT_OUTSIDE);
	assert_int_equal(finding[0].by, 30);
}

static void
a_cut_text_is_found_unless_it_is_expected(void **state)
{
	struct page *page = *state;
	for (int expected = 0; expected < 2; expected++) {
		struct tree *tree = begin(page, 1, 60, 50);
		BOX(tree, .dir = DIR_ROW)
		{
			LEAF(tree, .text = "a long sentence", .cut_ok = expected);
		}
		layout_run(tree, &PLAIN, NULL);
		struct layout_finding finding[1];
		assert_int_equal(layout_overflow(tree, finding, 1), expected ? 0 : 1);
	}
}

static void
controls_follow_the_text_size_but_gaps_do_not(void **state)
{
	struct page *page = *state;
	struct tree *tree = begin(page, 2, 1000, 200);
	BOX(tree, .dir = DIR_ROW, .gap = 10)
	{
		LEAF(tree, .id = "a", .w = PX(100), .h = PX(48));
		LEAF(tree, .id = "text", .text = "0123456789");
	}
	layout_run(tree, &PLAIN, NULL);
	assert_rect(page, "a", 0, 0, 190, 91);
	assert_rect(page, "text", 200, 0, 160, 48);
}

static void
a_form(struct tree *tree)
{
	static const char *const NAMES[] = { "Surname", "Given names", "Name in Chinese characters", "Telephone number" };
	BOX(tree, .dir = DIR_COL, .align = ALIGN_STRETCH, .bg = COLOR_CANVAS)
	{
		LEAF(tree, .h = PX(64), .bg = COLOR_HEADER);
		BOX(tree, .id = "body", .dir = DIR_COL, .h = GROW(1), .align = ALIGN_STRETCH, .pad = PAD(24), .gap = 16,
			.scroll = true)
		{
			BOX(tree, .dir = DIR_GRID, .columns = tree_columns(tree) > 1 ? 2 : 1, .gap = 16)
			{
				for (int i = 0; i < 12; i++) {
					BOX(tree, .dir = DIR_COL, .gap = 6, .align = ALIGN_STRETCH)
					{
						LEAF(tree, .text = NAMES[i % 4], .type = TYPE_SMALL_BOLD, .wrap = true);
						LEAF(tree, .id = tree_text(tree, "field-%d", i), .name = "field", .role = ROLE_TEXTBOX,
							.state = STATE_FOCUSABLE, .h = PX(48), .w = GROW(1));
					}
				}
			}
		}
		BOX(tree, .h = PX(80), .pad = PAD_XY(28, 0), .align = ALIGN_CENTER)
		{
			LEAF(tree, .text = "Continue", .type = TYPE_BODY_BOLD);
		}
	}
}

static void
nothing_overflows_at_any_text_size(void **state)
{
	static const float SIZES[] = { 1, 1.4f, 2 };
	struct page *page = *state;
	for (int i = 0; i < 3; i++) {
		for (int narrow = 0; narrow < 2; narrow++) {
			struct tree *tree = begin(page, SIZES[i], narrow ? 1366 : 1920, narrow ? 768 : 1080);
			a_form(tree);
			layout_run(tree, &PLAIN, &page->focus);
			assert_int_equal(layout_overflow(tree, NULL, 0), 0);
		}
	}
}

static void
a_scroll_area_keeps_the_focus_in_sight(void **state)
{
	struct page *page = *state;
	for (int i = 11; i >= 0; i -= 11) { /* to the end and back to the start */
		char id[16];
		(void)snprintf(id, sizeof id, "field-%d", i);
		focus_set(&page->focus, id);
		struct tree *tree = begin(page, 2, 1280, 800);
		a_form(tree);
		layout_run(tree, &PLAIN, &page->focus);
		const struct tree_rect *field = rect(page, id), *body = rect(page, "body");
		assert_true(field->y >= body->y);
		assert_true(field->y + field->h <= body->y + body->h);
		const struct tree_node *node = &tree->nodes[tree_find(tree, id)];
		assert_int_equal(node->clip.y, body->y);
		assert_true(i == 0 || focus_scroll(&page->focus, tree_key("body")) > 0);
	}
}

static void
an_offset_beyond_the_end_is_taken_back(void **state)
{
	struct page *page = *state;
	focus_scroll_set(&page->focus, tree_key("body"), 100000);
	struct tree *tree = begin(page, 1, 1280, 600);
	a_form(tree);
	layout_run(tree, &PLAIN, &page->focus);
	const struct tree_node *body = &tree->nodes[tree_find(tree, "body")];
	assert_int_equal(focus_scroll(&page->focus, tree_key("body")), body->content_h - body->at.h);
}

static void
a_popup_lies_below_its_field_or_above_when_there_is_no_room(void **state)
{
	struct page *page = *state;
	for (int low = 0; low < 2; low++) {
		struct tree *tree = begin(page, 1, 400, 300);
		BOX(tree, .dir = DIR_COL, .justify = low ? ALIGN_END : ALIGN_START, .align = ALIGN_STRETCH)
		{
			LEAF(tree, .id = "field", .h = PX(48));
			LEAF(tree, .id = "popup", .over = true, .beside = "field", .dy = 4, .w = PX(100), .h = PX(120));
		}
		layout_run(tree, &PLAIN, NULL);
		assert_rect(page, "popup", 0, low ? 300 - 48 - 4 - 120 : 52, 400, 120);
	}
}

static void
overlays_measure_from_their_edge(void **state)
{
	struct page *page = *state;
	struct tree *tree = begin(page, 1, 400, 300);
	BOX(tree, .dir = DIR_COL)
	{
		LEAF(tree, .id = "toast", .over = true, .over_x = ALIGN_END, .over_y = ALIGN_END, .dx = 8, .dy = 16,
			.w = PX(100), .h = PX(40));
		LEAF(tree, .id = "scrim", .over = true, .over_x = ALIGN_STRETCH, .over_y = ALIGN_STRETCH);
	}
	layout_run(tree, &PLAIN, NULL);
	assert_rect(page, "toast", 292, 244, 100, 40);
	assert_rect(page, "scrim", 0, 0, 400, 300);
}

static void
a_tree_that_is_too_large_drops_boxes_and_says_so(void **state)
{
	struct page *page = *state;
	struct tree *tree = begin(page, 1, 400, 300);
	BOX(tree, .dir = DIR_COL)
	{
		for (int i = 0; i < TREE_NODES_MOST + 100; i++) {
			BOX(tree, .dir = DIR_ROW)
			{
				LEAF(tree, .h = PX(1));
			}
		}
	}
	assert_true(tree->full);
	assert_int_equal(tree->count, TREE_NODES_MOST);
	layout_run(tree, &PLAIN, NULL);
	begin(page, 1, 400, 300);
	assert_false(tree->full);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(growing_boxes_share_what_is_left_to_the_last_pixel, setup, teardown),
		cmocka_unit_test_setup_teardown(padding_and_alignment_place_children, setup, teardown),
		cmocka_unit_test_setup_teardown(between_spreads_the_room_between_children, setup, teardown),
		cmocka_unit_test_setup_teardown(the_highest_shrink_number_gives_way_first, setup, teardown),
		cmocka_unit_test_setup_teardown(equal_levels_shrink_in_proportion, setup, teardown),
		cmocka_unit_test_setup_teardown(text_wraps_and_pushes_what_is_below, setup, teardown),
		cmocka_unit_test_setup_teardown(grid_tracks_are_equal_and_rows_as_high_as_their_highest, setup, teardown),
		cmocka_unit_test_setup_teardown(minimum_and_maximum_hold_against_growing, setup, teardown),
		cmocka_unit_test_setup_teardown(a_growing_box_is_never_lower_than_its_content, setup, teardown),
		cmocka_unit_test_setup_teardown(a_cut_text_is_found_unless_it_is_expected, setup, teardown),
		cmocka_unit_test_setup_teardown(controls_follow_the_text_size_but_gaps_do_not, setup, teardown),
		cmocka_unit_test_setup_teardown(nothing_overflows_at_any_text_size, setup, teardown),
		cmocka_unit_test_setup_teardown(a_scroll_area_keeps_the_focus_in_sight, setup, teardown),
		cmocka_unit_test_setup_teardown(an_offset_beyond_the_end_is_taken_back, setup, teardown),
		cmocka_unit_test_setup_teardown(a_popup_lies_below_its_field_or_above_when_there_is_no_room, setup, teardown),
		cmocka_unit_test_setup_teardown(overlays_measure_from_their_edge, setup, teardown),
		cmocka_unit_test_setup_teardown(a_tree_that_is_too_large_drops_boxes_and_says_so, setup, teardown),
	};
	return cmocka_run_group_tests_name("layout", tests, NULL, NULL);
}
