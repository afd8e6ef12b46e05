#include "kiosk/ui/say.h"
#include "kiosk/ui/screens.h"

static const char *const NEWS[NOTICES] = {
	[NOTICE_LINE_UP] = SAY("The line to the centre is back"),
	[NOTICE_LINE_DOWN] = SAY("No line to the centre. You can go on"),
	[NOTICE_COPY] = SAY("A copy was made. It is marked COPY"),
	[NOTICE_PRINTED] = SAY("The receipt was made"),
	[NOTICE_CATALOGUE_BAD] = SAY("The new catalogue was refused. The last good one stays in force"),
	[NOTICE_SAME_DAY] = SAY("There is another application for this number today"),
	[NOTICE_PRINT_FAILED] = SAY("The receipt could not be made. The case is kept. Try again"),
	[NOTICE_SEND_TRIED] = SAY("Trying to send now"),
	[NOTICE_QUOTED_AGAIN] = SAY("The fee was worked out again. Look at it with the applicant"),
	[NOTICE_NOT_COMMITTED] = SAY("The case was not kept. No receipt was made. Try again"),
	[NOTICE_CATALOGUE_NEW] = SAY("A new catalogue is in force"),
	[NOTICE_CLOCK_RELEASED] = SAY("The clock is released. Day and times go on from what it says"),
};

static const char *const HINTS[] = {
	[SCREEN_HINT_CHARACTER] = SAY("This field does not take that character"),
	[SCREEN_HINT_FULL] = SAY("This field is full"),
	[SCREEN_HINT_PASTE] = SAY("Nothing was pasted: it does not fit this field"),
	[SCREEN_HINT_STRIPPED] = SAY("Characters that nobody can see were left out. Look at the field again"),
	[SCREEN_HINT_SCANNED] = SAY("The scan went into the barcode of the form"),
	[SCREEN_HINT_SCAN_FULL] = SAY("Not entered: another number is there. Put the cursor into the field to replace"),
	[SCREEN_HINT_SCAN_SHAPE] = SAY("Not entered: what was scanned does not fit"),
	[SCREEN_HINT_SCAN_LATER] = SAY("Not entered yet: scan the form again at Applicant details, where its barcode goes"),
	[SCREEN_HINT_SCAN_UNUSED] = SAY("Not entered: this screen takes nothing from the scanner"),
};

/* News about a case, a number or a person. */
static const char *
about(struct tree *tree, enum view_notice notice, const char *subject)
{
	const enum lang lang = tree->look.lang;
	switch (notice) {
	case NOTICE_ACCEPTED:
		return tree_text(tree, say(lang, "The centre confirmed %s"), subject);
	case NOTICE_HELD:
		return tree_text(tree, say(lang, "Case %s is held"), subject);
	case NOTICE_RESUMED:
		return tree_text(tree, say(lang, "Case %s is as you left it"), subject);
	case NOTICE_CANCELLED:
		return tree_text(tree, say(lang, "Case %s is cancelled"), subject);
	case NOTICE_STAFF_ADDED:
		return tree_text(tree, say(lang, "%s can sign in now"), subject);
	case NOTICE_UNLOCKED:
		return tree_text(tree, say(lang, "%s is unlocked"), subject);
	case NOTICE_RECEIVED:
		return tree_text(tree, say(lang, "Taken into stock: %s"), subject);
	case NOTICE_SPOILED:
		return tree_text(tree, say(lang, "Spoiled: %s"), subject);
	case NOTICE_RECEIPT_OWED:
		return tree_text(tree, say(lang, "Receipt %s was never printed. Find the case and print it"), subject);
	case NOTICE_NOT_FOUND:
		return tree_text(tree, say(lang, "Nothing here has the number %s"), subject);
	default:
		return NULL;
	}
}

static enum widget_tone
tone_of(enum view_notice notice)
{
	switch (notice) {
	case NOTICE_LINE_DOWN:
	case NOTICE_CATALOGUE_BAD:
	case NOTICE_SAME_DAY:
	case NOTICE_PRINT_FAILED:
	case NOTICE_QUOTED_AGAIN:
	case NOTICE_NOT_COMMITTED:
	case NOTICE_NOT_FOUND:
	case NOTICE_RECEIPT_OWED:
		return TONE_WARN;
	default:
		return TONE_OK;
	}
}

void
screen_toast(struct tree *tree, const struct view *view, const struct screen_local *local)
{
	if (local->hint != SCREEN_HINT_NONE && local->now_ms < local->hint_until_ms) {
		widget_toast(
			tree, say(tree->look.lang, HINTS[local->hint]), local->hint == SCREEN_HINT_SCANNED ? TONE_OK : TONE_WARN);
		return;
	}
	if (view->notice == NOTICE_NONE || view->notice >= NOTICES || local->now_ms >= local->toast_until_ms) {
		return;
	}
	const char *words = about(tree, view->notice, view->notice_subject);
	words = words ? words : NEWS[view->notice] ? say(tree->look.lang, NEWS[view->notice]) : NULL;
	if (words) {
		widget_toast(tree, words, tone_of(view->notice));
	}
}
