#include "kiosk/ui/say.h"
#include "kiosk/ui/screens.h"

bool
screen_line_down(const struct view *view)
{
	return view->sync.line == VIEW_LINE_DOWN || view->sync.line == VIEW_LINE_REFUSED ||
		   view->sync.line == VIEW_LINE_UNABLE || view->sync.line == VIEW_LINE_NO_DAEMON;
}

const char *
screen_line_words(struct tree *tree, const struct view *view, const struct screen_local *local)
{
	const enum lang lang = tree->look.lang;
	const struct view_sync *sync = &view->sync;
	if (sync->waiting > 0) {
		const int64_t age = local->now_ms - sync->oldest_ms;
		return tree_text(tree, say(lang, "%d to send, oldest %s"), (int)sync->waiting, words_age(tree, age));
	}
	if (sync->last_accepted_ms > 0) {
		return tree_text(
			tree, say(lang, "All sent, last confirmed %s"), words_when(tree, view, sync->last_accepted_ms));
	}
	return say(lang, "Nothing to send");
}
