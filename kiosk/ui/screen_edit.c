#include <string.h>

#include "kiosk/base/text.h"
#include "kiosk/model/officer.h"
#include "kiosk/ui/screens.h"

#define SEARCH_MOST 40
#define PIECES_MOST 5

static const struct kind {
	enum edit_mask mask;
	unsigned most;
	bool is_text, secret, upper;
} KINDS[FIELDS] = {
	[FIELD_CARD_NUMBER] = { EDIT_ID, 8, .is_text = true, .upper = true },
	[FIELD_CARD_CHECK] = { EDIT_ID, 1, .is_text = true, .upper = true },
	[FIELD_FORM_NUMBER] = { EDIT_ID, 14, .is_text = true, .upper = true },
	[FIELD_CARD_BIRTH] = { EDIT_DATE, 10, .is_text = true },
	[FIELD_FORM_BIRTH] = { EDIT_DATE, 10, .is_text = true },
	[FIELD_SURNAME] = { EDIT_ANY, 40, .is_text = true },
	[FIELD_GIVEN] = { EDIT_ANY, 40, .is_text = true },
	[FIELD_CHINESE] = { EDIT_ANY, 15, .is_text = true },
	[FIELD_PHONE] = { EDIT_LATIN, 23, .is_text = true },
	[FIELD_CERT_EMAIL] = { EDIT_LATIN, 254, .is_text = true },
	[FIELD_CONTACT_EMAIL] = { EDIT_LATIN, 254, .is_text = true },
	[FIELD_ROOM] = { EDIT_ANY, 8, .is_text = true },
	[FIELD_FLOOR] = { EDIT_ANY, 8, .is_text = true },
	[FIELD_BLOCK] = { EDIT_ANY, 8, .is_text = true },
	[FIELD_BUILDING] = { EDIT_ANY, 50, .is_text = true },
	[FIELD_ESTATE] = { EDIT_ANY, 50, .is_text = true },
	[FIELD_DISTRICT] = { EDIT_ANY, 40, .is_text = true },
	[FIELD_BARCODE] = { EDIT_ID, 24, .is_text = true, .upper = true },
	[FIELD_ENVELOPE] = { EDIT_ID, 24, .is_text = true, .upper = true },
	[FIELD_STOCK_FIRST] = { EDIT_ID, STOCK_SERIAL - 1, .is_text = true, .upper = true },
	[FIELD_STOCK_LAST] = { EDIT_ID, STOCK_SERIAL - 1, .is_text = true, .upper = true },
	[FIELD_STOCK_SERIAL] = { EDIT_ID, STOCK_SERIAL - 1, .is_text = true, .upper = true },
	[FIELD_STAFF_NUMBER] = { EDIT_ID, 16, .is_text = true, .upper = true },
	[FIELD_STAFF_NAME] = { EDIT_ANY, 40, .is_text = true },
	[FIELD_STAFF_PASSWORD] = { EDIT_LATIN, OFFICER_PASSWORD_MOST, .is_text = true, .secret = true },
	[FIELD_SIGN_IN_NUMBER] = { EDIT_ID, 16, .is_text = true, .upper = true },
	[FIELD_SIGN_IN_PASSWORD] = { EDIT_LATIN, OFFICER_PASSWORD_MOST, .is_text = true, .secret = true },
	[FIELD_AMOUNT] = { EDIT_MONEY, 12, .is_text = true },
	[FIELD_REFERENCE] = { EDIT_LATIN, 31, .is_text = true },
};

static struct edit
blank(enum edit_mask mask, unsigned most, bool secret, bool upper)
{
	return (struct edit){ .mask = mask, .max_chars = most, .secret = secret, .upper = upper };
}

void
screen_edit_start(struct screen_local *local)
{
	for (enum field field = 0; field < FIELDS; field++) {
		const struct kind *kind = &KINDS[field];
		local->edits[field] = blank(kind->mask, kind->most, kind->secret, kind->upper);
	}
	local->search = blank(EDIT_ANY, SEARCH_MOST, false, false);
	local->again = blank(EDIT_LATIN, OFFICER_PASSWORD_MOST, true, false);
	for (size_t i = 0; i < PAYMENT_PIECES; i++) {
		local->count_edits[i] = blank(EDIT_DIGITS, PIECES_MOST, false, false);
	}
}

static void
load(const struct view *view, struct screen_local *local, enum field field)
{
	const char *text = view->fields[field].text;
	if (KINDS[field].is_text && !KINDS[field].secret && strcmp(local->edits[field].text, text) != 0) {
		(void)edit_set(&local->edits[field], text); /* a masked number does not fit the mask: the field stays empty */
	}
}

void
screen_edit_enter(const struct view *view, struct screen_local *local)
{
	for (enum field field = 0; field < FIELDS; field++) {
		edit_wipe(&local->edits[field]);
		load(view, local, field);
		local->dirty[field] = false;
	}
	edit_wipe(&local->search);
	edit_wipe(&local->again);
	for (size_t i = 0; i < PAYMENT_PIECES; i++) {
		edit_wipe(&local->count_edits[i]);
		local->counts[i] = 0;
	}
}

/* The counter may tidy what was typed; what is being typed stays as it is. */
void
screen_edit_refresh(const struct view *view, struct screen_local *local)
{
	for (enum field field = FIELD_NONE + 1; field < FIELDS; field++) {
		if (!local->dirty[field] && !focus_is(&local->focus, words_id(field))) {
			load(view, local, field);
		}
	}
}

size_t
screen_edit_send(struct screen_local *local, enum field but, struct command *out, size_t cap)
{
	size_t count = 0;
	for (enum field field = FIELD_NONE + 1; field < FIELDS && count < cap; field++) {
		if (!local->dirty[field] || field == but) {
			continue;
		}
		local->dirty[field] = false;
		if (!KINDS[field].is_text || KINDS[field].secret) {
			continue; /* goes with the action that needs it, and with no other */
		}
		out[count] = (struct command){ .kind = COMMAND_FIELD, .field = field };
		count += text_copy(out[count].text, sizeof out[count].text, local->edits[field].text);
	}
	return count;
}
