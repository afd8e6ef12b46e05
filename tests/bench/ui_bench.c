/*
 * How long one event takes on the glass: tree, layout, display list, damage and paint, without the window. 1920 x 1080,
 * a form of about 400 boxes. Nine interleaved rounds; a round's figure is its median, the result the median of rounds.
 * Exits 1 if a limit of the design is missed.
 */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "kiosk/paint/paint.h"
#include "kiosk/ui/damage.h"
#include "kiosk/ui/layout.h"
#include "tests/bench/form.h"

#define WIDTH  1920
#define HEIGHT 1080
#define ROUNDS 11
#define TIMES  40

struct bench {
	struct form form;
	struct focus focus;
	struct tree tree;
	struct list list;
	struct damage damage;
	struct tree_look look;
	struct paint *paint;
	struct tree_measure measure;
	struct paint_pixels pixels;
	double damaged; /* share of the window, last frame */
};

struct scenario {
	const char *name;
	void (*change)(struct bench *bench, int i);
	bool full;
	double limit_ms;
};

static double
now_ms(void)
{
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static void
type_one(struct bench *bench, int i)
{
	struct edit *edit = &bench->form.fields[1];
	focus_set(&bench->focus, "field-1");
	if (edit->len > 40) {
		edit_set(edit, "HOI");
	}
	const struct input input = { .kind = INPUT_TEXT, .text = { (char)('a' + i % 26) }, .at_ms = i * 100 };
	edit_input(edit, &bench->focus.history, &input);
}

static void
hover(struct bench *bench, int i)
{
	bench->focus.hover = tree_key(i % 2 ? "action-0" : "action-2");
}

static void
tick(struct bench *bench, int i)
{
	bench->form.spin = i;
}

static void
blink(struct bench *bench, int i)
{
	bench->focus.caret_hidden = i % 2;
}

static void
move_focus(struct bench *bench, int i)
{
	focus_set(&bench->focus, i % 2 ? "field-7" : "check-2");
}

static void
switch_theme(struct bench *bench, int i)
{
	bench->look.theme = i % 2 ? THEME_CONTRAST : THEME_LIGHT;
}

static void
nothing(struct bench *bench, int i)
{
	(void)i;
	bench->look.theme = THEME_LIGHT;
}

static const struct scenario SCENARIOS[] = {
	{ "type one character", type_one, false, 1 },
	{ "hover a button", hover, false, 1 },
	{ "progress ticks", tick, false, 1 },
	{ "caret blinks", blink, false, 1 },
	{ "focus moves", move_focus, false, 1 },
	{ "full repaint, warm", nothing, true, 6 },
	{ "theme changes, warm", switch_theme, false, 0 },
};
enum { SCENARIO_COUNT = sizeof SCENARIOS / sizeof SCENARIOS[0] };

static void
frame(struct bench *bench, bool full)
{
	struct tree_rect rects[DAMAGE_MOST];
	tree_begin(&bench->tree, &bench->look, &bench->focus, WIDTH, HEIGHT);
	form_draw(&bench->form, &bench->tree);
	layout_run(&bench->tree, &bench->measure, &bench->focus);
	focus_settle(&bench->focus, &bench->tree);
	list_build(&bench->list, &bench->tree, &bench->measure);
	const int count = damage_find(&bench->damage, &bench->list, rects);
	bench->damaged = 0;
	for (int i = 0; i < count; i++) {
		bench->damaged += (double)rects[i].w * rects[i].h / ((double)WIDTH * HEIGHT);
	}
	paint_list(bench->paint, &bench->list, &bench->pixels, full ? NULL : rects, count);
}

static int
by_size(const void *a, const void *b)
{
	const double x = *(const double *)a, y = *(const double *)b;
	return (x > y) - (x < y);
}

static double
median(double *v, size_t count)
{
	qsort(v, count, sizeof *v, by_size);
	return v[count / 2];
}

static double
one_round(struct bench *bench, const struct scenario *scenario, double *damaged)
{
	double ms[TIMES];
	frame(bench, false);
	for (int i = 0; i < TIMES; i++) {
		scenario->change(bench, i);
		const double start = now_ms();
		frame(bench, scenario->full);
		ms[i] = now_ms() - start;
	}
	*damaged = scenario->full ? 1 : bench->damaged;
	return median(ms, TIMES);
}

static bool
report(double (*rounds)[ROUNDS], const double *damaged)
{
	bool met = true;
	printf("%-22s %9s %9s %9s %9s\n", "1920 x 1080, one core", "median ms", "limit ms", "worst", "damaged");
	for (int s = 0; s < SCENARIO_COUNT; s++) {
		const double ms = median(rounds[s], ROUNDS), limit = SCENARIOS[s].limit_ms;
		const bool missed = limit > 0 && ms > limit;
		printf("%-22s %9.3f %9.1f %9.3f %8.2f%% %s\n", SCENARIOS[s].name, ms, limit, rounds[s][ROUNDS - 1],
			100 * damaged[s], missed ? "MISSED" : "");
		met = met && !missed;
	}
	return met;
}

static void
start(struct bench *bench)
{
	bench->look = (struct tree_look){ THEME_LIGHT, LANG_EN, 1, 1 };
	const double begin = now_ms();
	bench->paint = paint_new();
	bench->measure = paint_measure(bench->paint);
	form_init(&bench->form);
	focus_set(&bench->focus, "field-1");
	frame(bench, true);
	const double first = now_ms() - begin;
	paint_forget(bench->paint);
	const double again = now_ms();
	frame(bench, true);
	const struct paint_stats stats = paint_stats(bench->paint);
	printf("%d boxes, %d commands; first frame in this process %.1f ms, with empty caches %.1f ms; %d runs, %zu kB "
		   "masks\n",
		bench->tree.count, bench->list.count, first, now_ms() - again, stats.runs, stats.mask_bytes / 1024);
}

int
main(void)
{
	static struct bench bench;
	static double rounds[SCENARIO_COUNT][ROUNDS], damaged[SCENARIO_COUNT];
	uint32_t *pixels = calloc((size_t)WIDTH * HEIGHT, sizeof *pixels);
	if (!pixels) {
		return 1;
	}
	bench.pixels = (struct paint_pixels){ pixels, WIDTH, HEIGHT, WIDTH * (int)sizeof *pixels };
	start(&bench);
	for (int r = 0; r < ROUNDS; r++) {
		for (int s = 0; s < SCENARIO_COUNT; s++) {
			rounds[s][r] = one_round(&bench, &SCENARIOS[s], &damaged[s]);
		}
	}
	const bool met = report(rounds, damaged);
	paint_free(bench.paint);
	damage_finish(&bench.damage);
	list_finish(&bench.list);
	tree_finish(&bench.tree);
	free(pixels);
	return met ? 0 : 1;
}
