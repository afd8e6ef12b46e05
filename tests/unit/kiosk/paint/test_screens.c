/* Every screen with real fonts: three languages, three text sizes, two themes; nothing is cut, nothing overlaps, every
 * key and name is there and readable. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kiosk/model/catalogue.h"
#include "kiosk/paint/paint.h"
#include "kiosk/ui/layout.h"
#include "kiosk/ui/list.h"
#include "kiosk/ui/say.h"
#include "kiosk/ui/screen.h"
#include "kiosk/ui/semantics.h"
#include "tests/support/check.h"
#include "tests/support/fixture_case.h"
#include "tests/support/fixture_view.h"

#define SETTLES 4

struct scene {
	struct catalogue *catalogue;
	struct paint *paint;
	struct tree tree;
	struct view view;
	struct screen_local local;
	int faults;
};

static int
open_scene(void **state)
{
	struct error err = { 0 };
	struct scene *scene = calloc(1, sizeof *scene);
	assert_non_null(scene);
	say_start(TEST_BINARY_DIR "/assets/locale");
	assert_true(catalogue_load(TEST_SOURCE_DIR "/assets/catalogue", true, NULL, NULL, &scene->catalogue, &err));
	scene->paint = paint_new();
	*state = scene;
	return 0;
}

static int
close_scene(void **state)
{
	struct scene *scene = *state;
	tree_finish(&scene->tree);
	paint_free(scene->paint);
	catalogue_free(scene->catalogue);
	free(scene);
	return 0;
}

static void
compose(struct scene *scene, int width, int height)
{
	struct tree_measure measure = paint_measure(scene->paint);
	for (int i = 0; i < SETTLES; i++) {
		tree_begin(&scene->tree, &scene->local.look, &scene->local.focus, width, height);
		screen_draw(&scene->tree, &scene->view, &scene->local);
		layout_run(&scene->tree, &measure, &scene->local.focus);
		if (!focus_settle(&scene->local.focus, &scene->tree)) {
			return;
		}
	}
	fail_msg("the focus never settles");
}

static const char *
label(const struct scene *scene, int node, char out[static 120])
{
	const struct tree_box *box = &scene->tree.nodes[node].box;
	return box->text ? box->text : semantics_name(&scene->tree, node, out, 120);
}

static void
judge(struct scene *scene, const char *what)
{
	static const char *const KINDS[] = { "outside", "cut", "overlap" };
	struct layout_finding layout[4];
	struct semantics_finding lint[4];
	char text[120];
	const struct tree_look *look = &scene->local.look;
	const size_t bad = layout_overflow(&scene->tree, layout, 4), wrong = semantics_lint(&scene->tree, lint, 4);
	for (size_t i = 0; i < bad && i < 4; i++) {
		(void)fprintf(stderr, "%s lang %d %.0f %% theme %d: %s \"%s\"\n", what, (int)look->lang,
			(double)look->text_scale * 100, (int)look->theme, KINDS[layout[i].fault],
			label(scene, layout[i].node, text));
	}
	for (size_t i = 0; i < wrong && i < 4; i++) {
		(void)fprintf(stderr, "%s lang %d %.0f %% theme %d: %s \"%s\"\n", what, (int)look->lang,
			(double)look->text_scale * 100, (int)look->theme, semantics_fault_name(lint[i].fault),
			label(scene, lint[i].node, text));
	}
	scene->faults += bad + wrong > 0 || scene->tree.full;
}

static void
enter(struct scene *scene, const struct tree_look *look)
{
	memset(&scene->local, 0, sizeof scene->local);
	screen_start(&scene->local, look);
	scene->local.now_ms = FIXTURE_VIEW_NOW;
	screen_view(&scene->view, &scene->local);
}

static void
sweep(struct scene *scene, const char *name, int width, int height)
{
	static const float SIZES[] = { 1.0f, 1.4f, 2.0f };
	for (enum lang lang = LANG_EN; lang < LANG_COUNT; lang++) {
		for (size_t size = 0; size < 3; size++) {
			for (enum theme theme = 0; theme < THEME_COUNT; theme++) {
				enter(scene, &(struct tree_look){ theme, lang, 1.0f, SIZES[size] });
				compose(scene, width, height);
				judge(scene, name);
			}
		}
	}
}

static void
everything_fits_at_every_size_in_every_language(void **state)
{
	struct scene *scene = *state;
	for (size_t i = 0; fixture_view_name(i); i++) {
		assert_true(fixture_view(fixture_view_name(i), scene->catalogue, &scene->view));
		sweep(scene, fixture_view_name(i), 1920, 1080);
	}
	for (size_t i = 0; fixture_case_name(i); i++) {
		assert_true(fixture_case(fixture_case_name(i), scene->catalogue, &scene->view));
		sweep(scene, fixture_case_name(i), 1920, 1080);
	}
	assert_int_equal(scene->faults, 0);
}

static void
everything_fits_on_a_small_and_on_a_narrow_screen(void **state)
{
	static const int SIZES[][2] = { { 1366, 768 }, { 1600, 900 }, { 1280, 1024 } };
	struct scene *scene = *state;
	for (size_t size = 0; size < sizeof SIZES / sizeof *SIZES; size++) {
		for (size_t i = 0; fixture_view_name(i); i++) {
			for (enum lang lang = LANG_EN; lang < LANG_COUNT; lang++) {
				assert_true(fixture_view(fixture_view_name(i), scene->catalogue, &scene->view));
				enter(scene, &(struct tree_look){ THEME_LIGHT, lang, 1.0f, 1.0f });
				compose(scene, SIZES[size][0], SIZES[size][1]);
				judge(scene, fixture_view_name(i));
			}
		}
	}
	assert_int_equal(scene->faults, 0);
}

static void
every_dialog_fits_and_keeps_the_focus_inside(void **state)
{
	static const float SIZES[] = { 1.0f, 1.4f, 2.0f };
	struct scene *scene = *state;
	assert_true(fixture_view("home-line-down", scene->catalogue, &scene->view));
	for (enum lang lang = LANG_EN; lang < LANG_COUNT; lang++) {
		for (size_t size = 0; size < 3; size++) {
			for (enum screen_dialog dialog = SCREEN_DIALOG_HOLD; dialog <= SCREEN_DIALOG_MORE; dialog++) {
				enter(scene, &(struct tree_look){ THEME_LIGHT, lang, 1.0f, SIZES[size] });
				compose(scene, 1920, 1080);
				scene->local.dialog = dialog;
				compose(scene, 1920, 1080);
				judge(scene, "dialog");
				const int focused = tree_find_key(&scene->tree, scene->local.focus.key);
				assert_int_not_equal(focused, TREE_NONE);
				assert_true(tree_within(&scene->tree, focused, tree_scope(&scene->tree)));
			}
		}
	}
	assert_int_equal(scene->faults, 0);
}

static void
no_phrase_is_left_in_english(void **state)
{
	struct scene *scene = *state;
	const struct {
		const char *view, *english;
	} WORDS[] = { { "sign-in", "Password" }, { "home", "Held cases" }, { "queue", "Lanes" }, { "till", "Notes" } };
	for (size_t i = 0; i < sizeof WORDS / sizeof *WORDS; i++) {
		assert_true(fixture_view(WORDS[i].view, scene->catalogue, &scene->view));
		enter(scene, &(struct tree_look){ THEME_LIGHT, LANG_HANT, 1.0f, 1.0f });
		compose(scene, 1920, 1080);
		for (int n = 0; n < scene->tree.count; n++) {
			const char *text = scene->tree.nodes[n].box.text;
			assert_false(text && strcmp(text, WORDS[i].english) == 0);
		}
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(everything_fits_at_every_size_in_every_language, open_scene, close_scene),
		cmocka_unit_test_setup_teardown(everything_fits_on_a_small_and_on_a_narrow_screen, open_scene, close_scene),
		cmocka_unit_test_setup_teardown(every_dialog_fits_and_keeps_the_focus_inside, open_scene, close_scene),
		cmocka_unit_test_setup_teardown(no_phrase_is_left_in_english, open_scene, close_scene),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
