#include "kiosk/ui/focus_below.h"

#include "kiosk/ui/focus.h"
#include "kiosk/ui/tree.h"

static enum focus_shows
shows(const struct focus *focus, const struct tree_node *node)
{
	const int hidden = node->box.scroll && node->key ? node->content_h - node->at.h : 0;
	return hidden <= 0 ? FOCUS_SHOWS_ALL : hidden > focus_scroll(focus, node->key) ? FOCUS_SHOWS_PART : FOCUS_SHOWS_END;
}

bool
focus_below_note(struct focus *focus, const struct tree *tree)
{
	struct focus_below now = { .count = 0 };
	bool other = false;
	for (int i = 0; i < tree->count && now.count < FOCUS_BELOW_MOST; i++) {
		const struct tree_node *node = &tree->nodes[i];
		const enum focus_shows is = shows(focus, node), was = focus_below(focus, node->key);
		if (is == FOCUS_SHOWS_ALL) {
			continue;
		}
		focus->reveal = focus->reveal || was == FOCUS_SHOWS_ALL;
		other = other || is != was;
		now.keys[now.count] = node->key;
		now.shows[now.count++] = is;
	}
	other = other || now.count != focus->below.count;
	focus->below = now;
	return other;
}

enum focus_shows
focus_below(const struct focus *focus, uint64_t key)
{
	for (unsigned i = 0; i < focus->below.count; i++) {
		if (focus->below.keys[i] == key) {
			return focus->below.shows[i];
		}
	}
	return FOCUS_SHOWS_ALL;
}
