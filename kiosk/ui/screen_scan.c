#include <string.h>

#include "kiosk/ui/screens.h"

/* Fields that copy a number from paper: a scan into one of them is what the person meant. */
static bool
is_for_scans(enum field field)
{
	return field == FIELD_BARCODE || field == FIELD_ENVELOPE || field == FIELD_REFERENCE ||
		   field == FIELD_STAFF_NUMBER || field == FIELD_SIGN_IN_NUMBER;
}

static bool
put(struct screen_local *local, enum field field)
{
	if (!edit_set(&local->edits[field], local->focus.scan.text)) {
		screen_hint(local, SCREEN_HINT_SCAN_SHAPE);
		return false;
	}
	local->dirty[field] = true;
	local->hint = SCREEN_HINT_NONE;
	return true;
}

/* Anywhere else on the page of the paper's details a scan is the form's: the envelope's number is asked for beside it.
 */
static void
put_barcode(struct screen_local *local)
{
	const struct edit *there = &local->edits[FIELD_BARCODE];
	if (there->len > 0 && strcmp(there->text, local->focus.scan.text) != 0) {
		screen_hint(local, SCREEN_HINT_SCAN_FULL);
	} else if (put(local, FIELD_BARCODE)) {
		screen_hint(local, SCREEN_HINT_SCANNED);
	}
}

/* The text field with the focus. */
static enum field
focused(const struct screen_local *local)
{
	for (enum field field = FIELD_NONE + 1; field < FIELDS; field++) {
		if (is_for_scans(field) && focus_is(&local->focus, words_id(field))) {
			return field;
		}
	}
	return FIELD_NONE;
}

void
screen_scan(const struct view *view, struct screen_local *local)
{
	const enum field field = focused(local);
	if (local->dialog != SCREEN_DIALOG_NONE) {
		screen_hint(local, SCREEN_HINT_SCAN_UNUSED);
	} else if (field != FIELD_NONE) {
		(void)put(local, field);
	} else if (view->state == FLOW_DETAILS) {
		put_barcode(local);
	} else {
		screen_hint(local, view->state == FLOW_IDENTITY || view->state == FLOW_PRODUCT ? SCREEN_HINT_SCAN_LATER
																					   : SCREEN_HINT_SCAN_UNUSED);
	}
}
