#include <pango/pango.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kiosk/paint/paint.h"
#include "kiosk/ui/damage.h"
#include "kiosk/ui/grapheme.h"
#include "kiosk/ui/layout.h"
#include "tests/support/check.h"

#define WIDTH  640
#define HEIGHT 480

struct desk {
	struct paint *paint;
	struct tree_measure measure;
	struct tree tree;
	struct list list;
	struct damage damage;
	struct focus focus;
	struct tree_look look;
	struct edit name, remarks;
	int ticks;
	bool dialog;
	uint32_t glass[WIDTH * HEIGHT], whole[WIDTH * HEIGHT];
};

static void
card(struct desk *desk, struct tree *tree)
{
	BOX(tree, .dir = DIR_COL, .bg = COLOR_SURFACE, .radius = RADIUS_CARD, .elevation = 2, .pad = PAD(20), .gap = 10,
		.align = ALIGN_STRETCH)
	{
		LEAF(tree, .text = "申請人 Applicant", .type = TYPE_H2, .lang = LANG_HANT);
		LEAF(tree, .id = "name", .name = "Name", .state = STATE_FOCUSABLE, .edit = &desk->name, .h = PX(48),
			.pad = PAD_XY(14, 0), .radius = RADIUS_CONTROL, .bg = COLOR_SURFACE, .line = COLOR_FIELD);
		LEAF(tree, .id = "remarks", .name = "Remarks", .state = STATE_FOCUSABLE, .edit = &desk->remarks, .h = PX(48),
			.pad = PAD_XY(14, 0), .radius = RADIUS_CONTROL, .bg = COLOR_SURFACE, .line = COLOR_FIELD);
		LEAF(tree,
			.text = tree_text(tree,
				"Tick %d of a sentence that is long enough to be wrapped on to a second "
				"line somewhere.",
				desk->ticks),
			.wrap = true, .color = COLOR_TEXT_2, .tabular = true);
		BOX(tree, .gap = 8, .align = ALIGN_CENTER)
		{
			LEAF(tree, .icon = ICON_ALERT, .color = COLOR_WARN);
			LEAF(tree, .path = { "M0 10L5 0L10 10Z", 10, 10, 0 }, .color = COLOR_OK, .w = PX(20), .h = PX(20));
			LEAF(tree, .id = "go", .name = "Go", .state = STATE_FOCUSABLE, .text = "Go", .w = PX(90), .h = PX(44),
				.bg = COLOR_PRIMARY, .hover_bg = COLOR_PRIMARY_HOVER, .color = COLOR_ON_PRIMARY, .radius = 10,
				.text_align = ALIGN_CENTER);
		}
	}
}

static int
draw(struct desk *desk, struct tree_rect rects[DAMAGE_MOST])
{
	struct tree *tree = &desk->tree;
	tree_begin(tree, &desk->look, &desk->focus, WIDTH, HEIGHT);
	BOX(tree, .dir = DIR_COL, .align = ALIGN_STRETCH, .bg = COLOR_CANVAS)
	{
		LEAF(tree, .h = PX(30), .bg = COLOR_TRAINING, .hatch = COLOR_TRAINING_STRIPE);
		BOX(tree, .id = "body", .dir = DIR_COL, .h = GROW(1), .align = ALIGN_STRETCH, .pad = PAD(24), .gap = 20,
			.scroll = true)
		{
			card(desk, tree);
			LEAF(tree, .h = PX(200), .bg = COLOR_INFO_SOFT, .line = COLOR_INFO_LINE, .radius = 8);
		}
		if (desk->dialog) {
			LEAF(
				tree, .over = true, .over_x = ALIGN_STRETCH, .over_y = ALIGN_STRETCH, .bg = COLOR_SCRIM, .scrim = true);
			BOX(tree, .id = "dialog", .scope = true, .over = true, .over_x = ALIGN_CENTER, .over_y = ALIGN_CENTER,
				.w = PX(300), .h = PX(160), .bg = COLOR_SURFACE, .radius = 16, .elevation = 3, .pad = PAD(20))
			{
				LEAF(tree, .text = "Sure?");
			}
		}
	}
	layout_run(tree, &desk->measure, &desk->focus);
	list_build(&desk->list, tree, &desk->measure);
	return damage_find(&desk->damage, &desk->list, rects);
}

static struct paint_pixels
pixels_of(uint32_t *at)
{
	return (struct paint_pixels){ at, WIDTH, HEIGHT, WIDTH * (int)sizeof *at };
}

static int
setup(void **state)
{
	struct desk *desk = calloc(1, sizeof *desk);
	assert_non_null(desk);
	desk->paint = paint_new();
	desk->measure = paint_measure(desk->paint);
	desk->look = (struct tree_look){ THEME_LIGHT, LANG_EN, 1, 1 };
	edit_set(&desk->name, "LEUNG Hoi Ching 梁凱晴");
	focus_set(&desk->focus, "name");
	*state = desk;
	return 0;
}

static int
teardown(void **state)
{
	struct desk *desk = *state;
	damage_finish(&desk->damage);
	list_finish(&desk->list);
	tree_finish(&desk->tree);
	paint_free(desk->paint);
	free(desk);
	return 0;
}

/* A step of somebody's work, by number. */
static void
act(struct desk *desk, unsigned i)
{
	const struct input typed = { .kind = INPUT_TEXT, .text = { (char)('a' + i % 26) } };
	switch (i * 7 % 9) {
	case 0:
	case 1:
		edit_input(&desk->name, NULL, &typed);
		break;
	case 2:
		focus_set(&desk->focus, i % 2 ? "go" : "remarks");
		break;
	case 3:
		desk->focus.hover = i % 2 ? tree_key("go") : 0;
		break;
	case 4:
		focus_scroll_set(&desk->focus, tree_key("body"), (int)(i * 37 % 150));
		break;
	case 5:
		desk->ticks += 7;
		break;
	case 6:
		desk->dialog = !desk->dialog;
		break;
	case 7:
		edit_select_word(&desk->name, i % 12);
		focus_set(&desk->focus, "name");
		break;
	default:
		desk->look.theme = i % 4 ? THEME_LIGHT : THEME_CONTRAST;
		break;
	}
}

/* Equal but for one step in a channel: Cairo rounds a soft edge differently when a clip cuts through it. */
static void
assert_same_picture(const uint32_t *a, const uint32_t *b)
{
	for (size_t i = 0; i < WIDTH * HEIGHT; i++) {
		for (int shift = 0; shift < 24; shift += 8) {
			const int x = (int)(a[i] >> shift & 0xFF), y = (int)(b[i] >> shift & 0xFF);
			assert_in_range(x - y + 1, 0, 2);
		}
	}
}

static void
painting_the_damage_gives_the_same_as_painting_all(void **state)
{
	static const float SCALES[] = { 1, 1.25f };
	struct desk *desk = *state;
	struct tree_rect rects[DAMAGE_MOST];
	for (unsigned i = 0; i < 160; i++) {
		desk->look.scale = SCALES[i / 80];
		act(desk, i);
		const int count = draw(desk, rects);
		const struct paint_pixels glass = pixels_of(desk->glass), whole = pixels_of(desk->whole);
		paint_list(desk->paint, &desk->list, &glass, rects, count);
		memset(desk->whole, 0xAA, sizeof desk->whole);
		paint_list(desk->paint, &desk->list, &whole, NULL, 0);
		assert_same_picture(desk->glass, desk->whole);
	}
}

static void
what_is_below_shows_at_round_corners(void **state)
{
	struct desk *desk = *state;
	struct tree_rect rects[DAMAGE_MOST];
	desk->dialog = true;
	draw(desk, rects);
	const struct tree_rect *dialog = &desk->tree.nodes[tree_find(&desk->tree, "dialog")].at;
	const struct paint_pixels glass = pixels_of(desk->glass), whole = pixels_of(desk->whole);
	paint_list(desk->paint, &desk->list, &whole, NULL, 0);
	memset(desk->glass, 0xAA, sizeof desk->glass);
	paint_list(desk->paint, &desk->list, &glass, dialog, 1);
	const size_t corner = (size_t)dialog->y * WIDTH + (size_t)dialog->x;
	assert_int_equal(desk->glass[corner] & 0xFFFFFF, desk->whole[corner] & 0xFFFFFF);
	assert_int_equal(desk->glass[corner - 1], 0xAAAAAAAA);
}

static unsigned
green_at(const struct desk *desk, int x, int y)
{
	return desk->whole[y * WIDTH + x] >> 8 & 0xFF;
}

static void
a_shadow_falls_below_its_box_and_fades(void **state)
{
	struct desk *desk = *state;
	struct tree *tree = &desk->tree;
	tree_begin(tree, &desk->look, NULL, WIDTH, HEIGHT);
	BOX(tree, .bg = COLOR_CANVAS, .dir = DIR_COL, .pad = PAD(100), .align = ALIGN_STRETCH)
	{
		LEAF(tree, .h = PX(120), .bg = COLOR_SURFACE, .radius = 16, .elevation = 2);
	}
	layout_run(tree, &desk->measure, NULL);
	list_build(&desk->list, tree, &desk->measure);
	const struct paint_pixels whole = pixels_of(desk->whole);
	paint_list(desk->paint, &desk->list, &whole, NULL, 0);
	const unsigned canvas = theme_rgb(THEME_LIGHT, COLOR_CANVAS) >> 8 & 0xFF;
	assert_int_equal(green_at(desk, 320, 150), 0xFF);
	assert_true(green_at(desk, 320, 222) < green_at(desk, 320, 97)); /* darker below than above */
	assert_true(green_at(desk, 320, 222) < green_at(desk, 320, 232));
	assert_int_equal(green_at(desk, 320, 260), canvas);
	assert_int_equal(green_at(desk, 320, 222), green_at(desk, 500, 222)); /* the stretched middle is even */
	assert_int_equal(green_at(desk, 97, 150), green_at(desk, WIDTH - 98, 150));
}

static void
an_unchanged_frame_shapes_nothing(void **state)
{
	struct desk *desk = *state;
	struct tree_rect rects[DAMAGE_MOST];
	const struct paint_pixels glass = pixels_of(desk->glass);
	draw(desk, rects);
	paint_list(desk->paint, &desk->list, &glass, NULL, 0);
	const unsigned long after = paint_stats(desk->paint).shaped + 1; /* the caret shapes its run again, once */
	for (int i = 0; i < 3; i++) {
		draw(desk, rects);
		paint_list(desk->paint, &desk->list, &glass, NULL, 0);
	}
	assert_in_range(paint_stats(desk->paint).shaped, after - 1, after);
}

static void
caches_do_not_grow_without_end(void **state)
{
	struct desk *desk = *state;
	struct tree_rect rects[DAMAGE_MOST];
	const struct paint_pixels glass = pixels_of(desk->glass);
	for (int i = 0; i < 1200; i++) {
		desk->ticks = i;
		const int count = draw(desk, rects);
		paint_list(desk->paint, &desk->list, &glass, rects, count);
	}
	assert_true(paint_stats(desk->paint).runs < 2 * 400 + 100); /* two runs a tick, kept 128 to 384 frames */
	paint_forget(desk->paint);
	assert_int_equal(paint_stats(desk->paint).runs, 0);
	assert_int_equal(paint_stats(desk->paint).mask_bytes, 0);
}

static struct tree_extent
extent(struct desk *desk, const char *text, enum lang lang, int width, bool wrap)
{
	const struct tree_box box = { .lang = lang };
	struct tree_run run = tree_run(&desk->tree, &box, text);
	run.width = width;
	run.wrap = wrap;
	struct tree_extent out;
	desk->measure.ops->extent(desk->measure.self, &run, &out);
	return out;
}

static void
chinese_does_not_change_the_height_of_a_line(void **state)
{
	struct desk *desk = *state;
	desk->tree.look = desk->look;
	assert_int_equal(extent(desk, "Name", LANG_EN, -1, false).h, 24);
	assert_int_equal(extent(desk, "姓名 Name", LANG_HANT, -1, false).h, 24);
	assert_int_equal(extent(desk, "姓名\xF0\xA8\x8B\xA2 Name 姓名", LANG_HANT, 70, true).h % 24, 0);
	assert_true(extent(desk, "姓名 Name 姓名", LANG_HANT, 70, true).h >= 48);
	assert_true(extent(desk, "A long name that does not fit", LANG_EN, 70, false).cut);
	assert_false(extent(desk, "A", LANG_EN, 70, false).cut);
}

static void
the_caret_stands_at_every_boundary_and_is_found_there(void **state)
{
	struct desk *desk = *state;
	desk->tree.look = desk->look;
	const char *text = "Ke\xCC\x81 梁\xF0\xA8\x8B\xA2 fi 12";
	const struct tree_box box = { .lang = LANG_HANT };
	const struct tree_run run = tree_run(&desk->tree, &box, text);
	int before = -1;
	for (size_t at = 0;; at = grapheme_after(text, at)) {
		const int x = desk->measure.ops->caret(desk->measure.self, &run, at);
		assert_true(x > before);
		assert_int_equal(desk->measure.ops->index(desk->measure.self, &run, x), at);
		before = x;
		if (text[at] == '\0') {
			break;
		}
	}
	assert_int_equal(desk->measure.ops->index(desk->measure.self, &run, -50), 0);
	assert_int_equal(desk->measure.ops->index(desk->measure.self, &run, 5000), strlen(text));
}

/* Pango knows the whole of Unicode; our small table must agree with it. */
static void
graphemes_are_those_of_pango(void **state)
{
	(void)state;
	static const char *const SAMPLES[] = {
		"LEUNG Hoi Ching",
		"e\xCC\x81\xCC\xA3o\xCC\x88",
		"梁凱晴\xF0\xA8\x8B\xA2\xE8\x91\x9B\xF3\xA0\x84\x80",
		"नमस्ते",
		"ที่อยู่",
		"가각\xE1\x84\x80\xE1\x85\xA1\xE1\x86\xA8",
		"\xF0\x9F\x87\xAD\xF0\x9F\x87\xB0\xF0\x9F\x87\xAD\xF0\x9F\x87\xB0\xF0\x9F\x87\xAD",
		"\xF0\x9F\x91\xA9\xE2\x80\x8D\xF0\x9F\x91\xA7 \xF0\x9F\x91\x8D\xF0\x9F\x8F\xBD \xE2\x9C\x8C\xEF\xB8\x8F",
		"مرحبا شُكْرًا",
		"שָׁלוֹם",
	};
	for (size_t i = 0; i < sizeof SAMPLES / sizeof SAMPLES[0]; i++) {
		const char *text = SAMPLES[i];
		const glong count = g_utf8_strlen(text, -1);
		PangoLogAttr *attrs = g_new0(PangoLogAttr, (gsize)count + 1);
		pango_get_log_attrs(text, (int)strlen(text), -1, pango_language_from_string("en"), attrs, (int)count + 1);
		size_t next = 0;
		for (glong c = 0; c <= count; c++) {
			const size_t at = (size_t)(g_utf8_offset_to_pointer(text, c) - text);
			if (attrs[c].is_cursor_position) {
				assert_int_equal(at, next);
				next = text[at] ? grapheme_after(text, at) : at;
			}
		}
		g_free(attrs);
	}
}

static size_t
inked(struct desk *desk, const char *text)
{
	struct tree *tree = &desk->tree;
	tree_begin(tree, &desk->look, NULL, WIDTH, HEIGHT);
	BOX(tree, .bg = COLOR_PAPER)
	{
		LEAF(tree, .text = text, .color = COLOR_INK, .pad = PAD(20));
	}
	layout_run(tree, &desk->measure, NULL);
	list_build(&desk->list, tree, &desk->measure);
	uint8_t *dots = malloc(WIDTH * HEIGHT);
	assert_non_null(dots);
	paint_raster(desk->paint, &desk->list, dots, WIDTH, HEIGHT);
	size_t count = 0;
	for (size_t i = 0; i < WIDTH * HEIGHT; i++) {
		assert_true(dots[i] <= 1);
		count += dots[i];
	}
	free(dots);
	return count;
}

static void
a_character_without_a_glyph_is_seen_as_a_box(void **state)
{
	struct desk *desk = *state;
	assert_int_equal(inked(desk, " "), 0);
	assert_true(inked(desk, "梁") > 20);
	assert_true(inked(desk, "\xF4\x8F\xBF\xBD") > 20); /* U+10FFFD, private use */
}

static void
dots_come_out_one_for_one(void **state)
{
	struct desk *desk = *state;
	static const uint8_t CODE[4][4] = { { 1, 0, 1, 1 }, { 0, 0, 0, 1 }, { 1, 1, 0, 0 }, { 0, 1, 0, 1 } };
	struct tree *tree = &desk->tree;
	tree_begin(tree, &desk->look, NULL, 32, 32);
	BOX(tree, .bg = COLOR_PAPER)
	{
		LEAF(tree, .role = ROLE_IMAGE, .name = "code", .w = PX(32), .h = PX(32), .color = COLOR_INK,
			.bitmap = { .at = CODE, .w = 4, .h = 4, .stride = 4, .format = BITMAP_BYTE });
	}
	layout_run(tree, &desk->measure, NULL);
	list_build(&desk->list, tree, &desk->measure);
	uint8_t dots[32 * 32];
	paint_raster(desk->paint, &desk->list, dots, 32, 32);
	for (int y = 0; y < 32; y++) {
		for (int x = 0; x < 32; x++) {
			assert_int_equal(dots[y * 32 + x], CODE[y / 8][x / 8]);
		}
	}
}

static void
high_contrast_has_edges_instead_of_shadows(void **state)
{
	struct desk *desk = *state;
	struct tree_rect rects[DAMAGE_MOST];
	for (enum theme theme = THEME_LIGHT; theme < THEME_COUNT; theme++) {
		desk->look.theme = theme;
		draw(desk, rects);
		int shadows = 0;
		for (int i = 0; i < desk->list.count; i++) {
			shadows += desk->list.commands[i].kind == LIST_SHADOW;
		}
		assert_int_equal(shadows, theme == THEME_LIGHT ? 1 : 0);
	}
}

static bool
to_file(void *self, const uint8_t *at, size_t len)
{
	return fwrite(at, 1, len, self) == len;
}

static bool
refuse(void *self, const uint8_t *at, size_t len)
{
	(void)self, (void)at, (void)len;
	return false;
}

/* What a command prints, in a static buffer. */
static const char *
output_of(const char *command)
{
	static char text[8192];
	FILE *pipe = popen(command, "r");
	assert_non_null(pipe);
	text[fread(text, 1, sizeof text - 1, pipe)] = '\0';
	pclose(pipe);
	return text;
}

static void
a_pdf_holds_text_that_can_be_read_again(void **state)
{
	struct desk *desk = *state;
	struct tree_rect rects[DAMAGE_MOST];
	struct error err = { 0 };
	const char *path = TEST_BINARY_DIR "/paint.pdf";
	FILE *file = fopen(path, "wb");
	assert_non_null(file);
	struct paint_pdf *pdf = paint_pdf_open(desk->paint, 80, 60, "Receipt", to_file, file);
	for (int page = 0; page < 2; page++) {
		desk->ticks = 4711 + page;
		draw(desk, rects);
		paint_pdf_page(pdf, &desk->list);
		paint_pdf_size(pdf, 80, 90);
	}
	assert_true(paint_pdf_close(pdf, &err));
	assert_int_equal(fclose(file), 0);
	const char *text = output_of("pdftotext -layout " TEST_BINARY_DIR "/paint.pdf - 2>&1");
	assert_non_null(strstr(text, "申請人 Applicant"));
	assert_non_null(strstr(text, "LEUNG Hoi Ching 梁凱晴"));
	assert_non_null(strstr(text, "Tick 4711"));
	assert_non_null(strstr(text, "Tick 4712"));
	const char *info = output_of("pdfinfo -f 1 -l 2 " TEST_BINARY_DIR "/paint.pdf 2>&1");
	assert_non_null(strstr(info, "Page    1 size:  226.772 x 170.079"));
	assert_non_null(strstr(info, "Page    2 size:  226.772 x 255.118"));
	assert_non_null(strstr(info, "Title:           Receipt"));
	assert_null(strstr(info, "CreationDate"));
	const char *fonts = output_of("pdffonts " TEST_BINARY_DIR "/paint.pdf 2>&1");
	assert_non_null(strstr(fonts, "Inter"));
	assert_non_null(strstr(fonts, "NotoSansCJK"));
	assert_null(strstr(fonts, " no  ")); /* every font is embedded */
}

static void
a_pdf_that_cannot_be_written_is_an_error(void **state)
{
	struct desk *desk = *state;
	struct tree_rect rects[DAMAGE_MOST];
	struct error err = { 0 };
	struct paint_pdf *pdf = paint_pdf_open(desk->paint, 80, 60, "Receipt", refuse, NULL);
	draw(desk, rects);
	paint_pdf_page(pdf, &desk->list);
	assert_false(paint_pdf_close(pdf, &err));
	assert_int_equal(err.kind, ERROR_SYSTEM);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(painting_the_damage_gives_the_same_as_painting_all, setup, teardown),
		cmocka_unit_test_setup_teardown(what_is_below_shows_at_round_corners, setup, teardown),
		cmocka_unit_test_setup_teardown(a_shadow_falls_below_its_box_and_fades, setup, teardown),
		cmocka_unit_test_setup_teardown(an_unchanged_frame_shapes_nothing, setup, teardown),
		cmocka_unit_test_setup_teardown(caches_do_not_grow_without_end, setup, teardown),
		cmocka_unit_test_setup_teardown(chinese_does_not_change_the_height_of_a_line, setup, teardown),
		cmocka_unit_test_setup_teardown(the_caret_stands_at_every_boundary_and_is_found_there, setup, teardown),
		cmocka_unit_test(graphemes_are_those_of_pango),
		cmocka_unit_test_setup_teardown(a_character_without_a_glyph_is_seen_as_a_box, setup, teardown),
		cmocka_unit_test_setup_teardown(dots_come_out_one_for_one, setup, teardown),
		cmocka_unit_test_setup_teardown(high_contrast_has_edges_instead_of_shadows, setup, teardown),
		cmocka_unit_test_setup_teardown(a_pdf_holds_text_that_can_be_read_again, setup, teardown),
		cmocka_unit_test_setup_teardown(a_pdf_that_cannot_be_written_is_an_error, setup, teardown),
	};
	return cmocka_run_group_tests_name("paint", tests, NULL, NULL);
}
