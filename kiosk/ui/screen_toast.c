#include "kiosk/ui/say.h"
#include "kiosk/ui/screens.h"

static const struct news {
	const char *words;
	bool with_subject; /* "%s" in words */
	enum widget_tone tone;
} NEWS[NOTICES] = {
	[NOTICE_ACCEPTED] = { SAY("The centre confirmed %s"), true, TONE_OK },
	[NOTICE_LINE_UP] = { SAY("The line to the centre is back"), false, TONE_OK },
	[NOTICE_LINE_DOWN] = { SAY("No line to the centre. You can go on"), false, TONE_WARN },
	[NOTICE_HELD] = { SAY("Case %s is held"), true, TONE_OK },
	[NOTICE_RESUMED] = { SAY("Case %s is as you left it"), true, TONE_OK },
	[NOTICE_CANCELLED] = { SAY("Case %s is cancelled"), true, TONE_OK },
	[NOTICE_COPY] = { SAY("A copy was made. It is marked COPY"), false, TONE_OK },
	[NOTICE_PRINTED] = { SAY("The receipt was made"), false, TONE_OK },
	[NOTICE_STAFF_ADDED] = { SAY("%s can sign in now"), true, TONE_OK },
	[NOTICE_UNLOCKED] = { SAY("%s is unlocked"), true, TONE_OK },
	[NOTICE_CATALOGUE_BAD] = { SAY("The new catalogue was refused. The last good one stays in force"), false,
		TONE_WARN },
	[NOTICE_SAME_DAY] = { SAY("There is another application for this number today"), false, TONE_WARN },
	[NOTICE_PRINT_FAILED] = { SAY("The receipt could not be made. The case is kept. Try Print again"), false,
		TONE_WARN },
	[NOTICE_SEND_TRIED] = { SAY("Trying to send now"), false, TONE_OK },
	[NOTICE_QUOTED_AGAIN] = { SAY("This case goes on on another day. Look at the fee again"), false, TONE_WARN },
	[NOTICE_NOT_COMMITTED] = { SAY("The case was not kept. No receipt was made. Try again"), false, TONE_WARN },
	[NOTICE_CATALOGUE_NEW] = { SAY("A new catalogue is in force"), false, TONE_OK },
};

void
screen_toast(struct tree *tree, const struct view *view, const struct screen_local *local)
{
	const struct news *news = view->notice < NOTICES ? &NEWS[view->notice] : NULL;
	if (!news || !news->words || local->now_ms >= local->toast_until_ms) {
		return;
	}
	const char *words = say(tree->look.lang, news->words);
	widget_toast(tree, news->with_subject ? tree_text(tree, words, view->notice_subject) : words, news->tone);
}
