/*
 * screen_shots: draw screens of fixture views as PNG files, to look at.
 *
 *     screen_shots --catalogue DIR --locale DIR --output DIR [--size WxH] [--langs en,hk,cn] [--text 100,140,200]
 *         [--themes light,contrast] [--dialogs] [NAME...]
 *
 * Without names every view is drawn. Not part of the product.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kiosk/base/text.h"
#include "kiosk/model/catalogue.h"
#include "kiosk/paint/paint.h"
#include "kiosk/ui/layout.h"
#include "kiosk/ui/list.h"
#include "kiosk/ui/say.h"
#include "kiosk/ui/screen.h"
#include "kiosk/ui/semantics.h"
#include "tests/driver/png.h"
#include "tests/support/fixture_case.h"
#include "tests/support/fixture_view.h"

#define SETTLES 4

struct shots {
	const char *catalogue_dir, *locale, *output, *langs, *texts, *themes;
	int width, height;
	bool dialogs;
	struct catalogue *catalogue;
	struct paint *paint;
	struct tree tree;
	struct list list;
	struct paint_pixels pixels;
	struct view view;
	struct screen_local local;
	int bad;
};

static void
compose(struct shots *shots)
{
	struct tree_measure measure = paint_measure(shots->paint);
	for (int i = 0; i < SETTLES; i++) {
		tree_begin(&shots->tree, &shots->local.look, &shots->local.focus, shots->width, shots->height);
		screen_draw(&shots->tree, &shots->view, &shots->local);
		layout_run(&shots->tree, &measure, &shots->local.focus);
		if (!focus_settle(&shots->local.focus, &shots->tree)) {
			break;
		}
	}
	list_build(&shots->list, &shots->tree, &measure);
	paint_list(shots->paint, &shots->list, &shots->pixels, NULL, 0);
}

static void
report(struct shots *shots, const char *name)
{
	struct layout_finding faults[8];
	struct semantics_finding lint[8];
	static const char *const KINDS[] = { "outside", "cut", "overlap" };
	char spoken[160];
	const size_t cut = layout_overflow(&shots->tree, faults, 8), wrong = semantics_lint(&shots->tree, lint, 8);
	for (size_t i = 0; i < cut && i < 8; i++) {
		const struct tree_node *node = &shots->tree.nodes[faults[i].node];
		(void)printf("%s: %s by %d: id %s \"%s\"\n", name, KINDS[faults[i].fault], faults[i].by,
			node->box.id ? node->box.id : "-",
			node->box.text ? node->box.text : semantics_name(&shots->tree, faults[i].node, spoken, sizeof spoken));
	}
	for (size_t i = 0; i < wrong && i < 8; i++) {
		const struct tree_node *node = &shots->tree.nodes[lint[i].node];
		(void)printf("%s: %s %.1f: id %s \"%s\"\n", name, semantics_fault_name(lint[i].fault), lint[i].measure,
			node->box.id ? node->box.id : "-",
			node->box.text ? node->box.text : semantics_name(&shots->tree, lint[i].node, spoken, sizeof spoken));
	}
	shots->bad += cut + wrong > 0;
}

static void
write_picture(struct shots *shots, const char *view, enum screen_dialog dialog)
{
	static const char *const LANGS[] = { "", "en", "hk", "cn" };
	static const char *const DIALOGS[] = { "", "-hold", "-cancel", "-help", "-look", "-doubt", "-sign-out", "-more" };
	char name[128], path[512];
	struct error err = { 0 };
	(void)snprintf(name, sizeof name, "%s%s-%s-%d%s", view, DIALOGS[dialog], LANGS[shots->local.look.lang],
		(int)(shots->local.look.text_scale * 100 + 0.5f), shots->local.look.theme == THEME_CONTRAST ? "-contrast" : "");
	(void)snprintf(path, sizeof path, "%s/%s.png", shots->output, name);
	report(shots, name);
	if (!png_write(&shots->pixels, path, &err)) {
		(void)fprintf(stderr, "%s\n", err.text);
		exit(1);
	}
}

static void
draw(struct shots *shots, const char *name, const struct tree_look *look)
{
	memset(&shots->local, 0, sizeof shots->local);
	screen_start(&shots->local, look);
	shots->local.now_ms = FIXTURE_VIEW_NOW;

	screen_view(&shots->view, &shots->local);
	compose(shots);
	write_picture(shots, name, SCREEN_DIALOG_NONE);
	for (enum screen_dialog dialog = SCREEN_DIALOG_HOLD; shots->dialogs && dialog <= SCREEN_DIALOG_MORE; dialog++) {
		shots->local.dialog = dialog;
		compose(shots);
		if (shots->local.dialog == dialog) {
			write_picture(shots, name, dialog);
		}
		shots->local.dialog = SCREEN_DIALOG_NONE;
		compose(shots);
	}
}

static bool
listed(const char *list, const char *word)
{
	const char *at = strstr(list, word);
	return at != NULL;
}

static void
draw_all(struct shots *shots, const char *name)
{
	static const char *const LANGS[] = { "en", "hk", "cn" };
	static const char *const TEXTS[] = { "100", "140", "200" };
	static const char *const THEMES[] = { "light", "contrast" };
	if (!fixture_view(name, shots->catalogue, &shots->view) &&
		!(shots->catalogue && fixture_case(name, shots->catalogue, &shots->view))) {
		(void)fprintf(stderr, "no view is called %s\n", name);
		exit(2);
	}
	for (int lang = 0; lang < 3; lang++) {
		for (int text = 0; text < 3; text++) {
			for (int theme = 0; theme < 2; theme++) {
				const struct tree_look look = { (enum theme)theme, (enum lang)(LANG_EN + lang), 1.0f,
					(float)atof(TEXTS[text]) / 100 };
				if (listed(shots->langs, LANGS[lang]) && listed(shots->texts, TEXTS[text]) &&
					listed(shots->themes, THEMES[theme])) {
					draw(shots, name, &look);
				}
			}
		}
	}
}

static const char *
value(int argc, char **argv, int *i)
{
	if (*i + 1 >= argc) {
		(void)fprintf(stderr, "%s needs a value\n", argv[*i]);
		exit(2);
	}
	return argv[++*i];
}

static int
options(struct shots *shots, int argc, char **argv)
{
	int i = 1;
	for (; i < argc && strncmp(argv[i], "--", 2) == 0; i++) {
		if (strcmp(argv[i], "--catalogue") == 0) {
			shots->catalogue_dir = value(argc, argv, &i);
		} else if (strcmp(argv[i], "--locale") == 0) {
			shots->locale = value(argc, argv, &i);
		} else if (strcmp(argv[i], "--output") == 0) {
			shots->output = value(argc, argv, &i);
		} else if (strcmp(argv[i], "--langs") == 0) {
			shots->langs = value(argc, argv, &i);
		} else if (strcmp(argv[i], "--text") == 0) {
			shots->texts = value(argc, argv, &i);
		} else if (strcmp(argv[i], "--themes") == 0) {
			shots->themes = value(argc, argv, &i);
		} else if (strcmp(argv[i], "--dialogs") == 0) {
			shots->dialogs = true;
		} else if (strcmp(argv[i], "--size") != 0 ||
				   sscanf(value(argc, argv, &i), "%dx%d", &shots->width, &shots->height) != 2) {
			(void)fprintf(stderr, "unknown option %s\n", argv[i]);
			exit(2);
		}
	}
	return i;
}

int
main(int argc, char **argv)
{
	struct error err = { 0 };
	struct shots *shots = calloc(1, sizeof *shots);
	if (!shots) {
		return 1;
	}
	shots->output = ".";
	shots->langs = "en,hk,cn";
	shots->texts = "100,140,200";
	shots->themes = "light,contrast";
	shots->width = 1920;
	shots->height = 1080;
	int i = options(shots, argc, argv);
	if (shots->locale) {
		say_start(shots->locale);
	}
	if (shots->catalogue_dir && !catalogue_load(shots->catalogue_dir, true, NULL, NULL, &shots->catalogue, &err)) {
		(void)fprintf(stderr, "%s\n", err.text);
		return 1;
	}
	shots->paint = paint_new();
	shots->pixels = (struct paint_pixels){ calloc((size_t)(shots->width * shots->height), 4), shots->width,
		shots->height, shots->width * 4 };
	if (i < argc) {
		for (; i < argc; i++) {
			draw_all(shots, argv[i]);
		}
	} else {
		for (size_t n = 0; fixture_view_name(n); n++) {
			draw_all(shots, fixture_view_name(n));
		}
		for (size_t n = 0; shots->catalogue && fixture_case_name(n); n++) {
			draw_all(shots, fixture_case_name(n));
		}
	}
	free(shots->pixels.at);
	paint_free(shots->paint);
	list_finish(&shots->list);
	tree_finish(&shots->tree);
	catalogue_free(shots->catalogue);
	const int bad = shots->bad;
	free(shots);
	return bad > 0;
}
