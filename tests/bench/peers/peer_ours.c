/* The form of form.h in a window; says so after its first frame and then waits for inputs as the counter does. */
#include <stdio.h>

#include "kiosk/shell/window.h"
#include "kiosk/ui/damage.h"
#include "kiosk/ui/layout.h"
#include "tests/bench/form.h"

struct desk {
	struct form form;
	struct focus focus;
	struct tree tree;
	struct list list;
	struct damage damage;
	struct paint *paint;
	struct window *window;
};

static bool
frame(struct desk *desk, struct error *err)
{
	const struct tree_look look = { THEME_LIGHT, LANG_EN, 1, 1 };
	const struct tree_measure measure = paint_measure(desk->paint);
	struct tree_rect rects[DAMAGE_MOST];
	struct paint_pixels pixels;
	if (!window_pixels(desk->window, &pixels, err)) {
		return false;
	}
	tree_begin(&desk->tree, &look, &desk->focus, pixels.width, pixels.height);
	form_draw(&desk->form, &desk->tree);
	layout_run(&desk->tree, &measure, &desk->focus);
	focus_settle(&desk->focus, &desk->tree);
	list_build(&desk->list, &desk->tree, &measure);
	const int count = damage_find(&desk->damage, &desk->list, rects);
	paint_list(desk->paint, &desk->list, &pixels, rects, count);
	return window_show(desk->window, rects, count, err);
}

/* What one input changes; false to end. */
static bool
act(struct desk *desk, const struct input *input)
{
	const struct tree_measure measure = paint_measure(desk->paint);
	if (input->kind == INPUT_REDRAW || input->kind == INPUT_RESIZE) {
		damage_forget(&desk->damage);
	}
	focus_input(&desk->focus, &desk->tree, &measure, input);
	return input->kind != INPUT_QUIT;
}

int
main(void)
{
	static struct desk desk;
	struct error err = { 0 };
	const struct window_options options = { .title = "Form", .width = 1920, .height = 1080 };
	if (!window_open(&options, &desk.window, &err)) {
		(void)fprintf(stderr, "%s\n", err.text);
		return 1;
	}
	desk.paint = paint_new();
	form_init(&desk.form);
	focus_set(&desk.focus, "field-1");
	bool told = false, more = true;
	while (more && frame(&desk, &err)) {
		if (!told) {
			told = puts("first frame") >= 0 && fflush(stdout) == 0;
		}
		struct input input;
		window_wait(desk.window, INT64_MAX, &input);
		do {
			more = act(&desk, &input);
		} while (more && window_next(desk.window, &input));
	}
	damage_finish(&desk.damage);
	list_finish(&desk.list);
	tree_finish(&desk.tree);
	paint_free(desk.paint);
	window_close(desk.window);
	return 0;
}
