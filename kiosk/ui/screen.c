#include "kiosk/ui/screen.h"

#include <string.h>

#include "kiosk/base/secret.h"
#include "kiosk/base/text.h"
#include "kiosk/ui/say.h"
#include "kiosk/ui/screens.h"

#define TOAST_MS  6000
#define MINUTE_MS 60000
#define SECOND_MS 1000

static const struct screen *const SCREENS[FLOW_STATES] = {
	[FLOW_UNPROVISIONED] = &screen_unprovisioned,
	[FLOW_SIGN_IN] = &screen_sign_in,
	[FLOW_NEW_PASSWORD] = &screen_new_password,
	[FLOW_TILL] = &screen_till,
	[FLOW_HOME] = &screen_home,
	[FLOW_STAFF] = &screen_staff,
	[FLOW_QUEUE] = &screen_queue,
	[FLOW_FIND] = &screen_find,
	[FLOW_STORED] = &screen_stored,
	[FLOW_PRODUCT] = &screen_product,
	[FLOW_NOT_HERE] = &screen_not_here,
	[FLOW_IDENTITY] = &screen_identity,
	[FLOW_DETAILS] = &screen_details,
	[FLOW_DECLARATION] = &screen_declaration,
	[FLOW_PAYMENT] = &screen_payment,
	[FLOW_CHECK] = &screen_check,
	[FLOW_HAND_OVER] = &screen_hand_over,
	[FLOW_LOCKED] = &screen_locked,
	[FLOW_FAULT] = &screen_fault,
	[FLOW_CLOCK] = &screen_clock,
	[FLOW_STOCK] = &screen_stock,
};

bool
screen_in_case(enum flow_state state)
{
	return state >= FLOW_IDENTITY && state <= FLOW_CHECK;
}

void
screen_open(struct screen_local *local, enum screen_dialog dialog)
{
	local->dialog = dialog;
}

void
screen_person(struct tree *tree, const struct view *view)
{
	if (view->masked[0]) {
		widget_chip(tree, tree_text(tree, say(tree->look.lang, "%s, %s"), view->display_name, view->masked), TONE_OK,
			ICON_SHIELD);
	}
}

void
screen_start(struct screen_local *local, const struct tree_look *look)
{
	local->look = *look;
	screen_edit_start(local);
}

/* ---- drawing ---- */

/* Seconds to wait are counted from the first frame that knows of them. */
static void
count_down(const struct view *view, struct screen_local *local)
{
	if (view->generation != local->waited_for) {
		local->waited_for = view->generation;
		local->wait_until_ms = view->wait_s > 0 ? local->now_ms + (int64_t)view->wait_s * SECOND_MS : 0;
	}
}

static bool
has_rail(enum flow_state state)
{
	return screen_in_case(state) || state == FLOW_HAND_OVER;
}

void
screen_draw(struct tree *tree, const struct view *view, struct screen_local *local)
{
	count_down(view, local);
	BOX(tree, .dir = DIR_COL, .align = ALIGN_STRETCH, .bg = COLOR_CANVAS)
	{
		screen_header(tree, view, local);
		BOX(tree, .dir = widget_narrow(tree) ? DIR_COL : DIR_ROW, .align = ALIGN_STRETCH, .h = GROW(1))
		{
			if (has_rail(view->state)) {
				screen_rail(tree, view);
			}
			BOX(tree, .role = ROLE_MAIN, .name = words_step(tree->look.lang, view->state), .dir = DIR_COL,
				.align = ALIGN_STRETCH, .w = GROW(1), .h = GROW(1))
			{
				SCREENS[view->state]->draw(tree, view, local);
			}
		}
		screen_toast(tree, view, local);
		screen_dialog(tree, view, local);
	}
}

/* ---- a new view ---- */

static void
enter(const struct view *view, struct screen_local *local)
{
	local->entered = view->state;
	(void)text_copy(local->entered_case, sizeof local->entered_case, view->case_number);
	local->dialog = SCREEN_DIALOG_NONE;
	local->hint_until_ms = 0;
	local->selected[0] = '\0';
	local->term = 0;
	local->tenders_seen = (uint32_t)view->payment.count;
	local->focus.key = 0; /* the state's own first field takes it */
	focus_hold_drop(&local->focus.hold);
	memset(local->focus.scrolls, 0, sizeof local->focus.scrolls);
	screen_edit_enter(view, local);
}

/* The summary in hand got shorter: its last line, or Continue when all is mended. Never a field: keys that tick lines
 * would be typed into it. */
static void
leave_summary(struct screen_local *local, uint32_t problems)
{
	char id[sizeof "summary-000"];
	for (uint32_t at = problems; at < local->problems; at++) {
		(void)text_format(id, sizeof id, "summary-%u", at);
		if (!focus_is(&local->focus, id)) {
			continue;
		}
		(void)text_format(id, sizeof id, "summary-%u", problems - 1);
		focus_set(&local->focus, problems > 0 ? id : "next");
		return;
	}
}

/* The form is for the next person or item, also the field in hand. */
static bool
empties_form(enum view_notice notice)
{
	return notice == NOTICE_STAFF_ADDED || notice == NOTICE_RECEIVED || notice == NOTICE_SPOILED;
}

void
screen_view(const struct view *view, struct screen_local *local)
{
	const bool first = local->waited_for == 0 && local->entered == FLOW_UNPROVISIONED;
	if (first || view->state != local->entered || strcmp(view->case_number, local->entered_case) != 0) {
		enter(view, local);
	} else {
		screen_edit_refresh(view, local);
	}
	enum field named[VIEW_PROBLEMS];
	const uint32_t problems = screen_problems(view, named);
	if (problems > 0 && (view->summary_number != local->summary_number || problems > local->problems)) {
		focus_set(&local->focus, "summary-0");
	} else {
		leave_summary(local, problems);
	}
	local->summary_number = view->summary_number;
	local->problems = problems;
	if (view->notice_number != local->toast_number) {
		local->toast_number = view->notice_number;
		local->toast_until_ms = view->notice == NOTICE_NONE ? 0 : local->now_ms + TOAST_MS;
		if (empties_form(view->notice))
			screen_edit_enter(view, local);
	}
}

/* ---- what was pressed ---- */

static bool
send(struct command *out, enum command_kind kind)
{
	*out = (struct command){ .kind = kind };
	return true;
}

static bool
choose(const char *id, struct command *out)
{
	const enum field field = words_field(id);
	const char *name = field == FIELD_NONE ? NULL : words_id(field);
	if (!name || id[strlen(name)] != '-') {
		return false;
	}
	*out = (struct command){
		.kind = COMMAND_CHOICE, .field = field, .index = screen_choice_value(field, id[strlen(name) + 1] - '0')
	};
	return true;
}

/* A link of the error summary: to the field it names. */
static bool
follow(const struct view *view, struct screen_local *local, const char *id)
{
	static const char PREFIX[] = "summary-";
	if (strncmp(id, PREFIX, sizeof PREFIX - 1) != 0) {
		return false;
	}
	uint32_t at = 0;
	for (const char *digit = id + sizeof PREFIX - 1; *digit >= '0' && *digit <= '9'; digit++) {
		at = at * 10 + (uint32_t)(*digit - '0');
	}
	enum field named[VIEW_PROBLEMS];
	if (at < screen_problems(view, named) && words_id(named[at])) {
		focus_set(&local->focus, words_id(named[at]));
	}
	return true;
}

static bool
open_dialog(const struct view *view, struct screen_local *local, const char *id)
{
	static const struct {
		const char *id;
		enum screen_dialog dialog;
		bool in_case;
	} DIALOGS[] = {
		{ "hold", SCREEN_DIALOG_HOLD, true },
		{ "cancel", SCREEN_DIALOG_CANCEL, true },
		{ "doubt", SCREEN_DIALOG_DOUBT, true },
		{ "help", SCREEN_DIALOG_HELP, false },
		{ "look", SCREEN_DIALOG_LOOK, false },
		{ "sign-out", SCREEN_DIALOG_SIGN_OUT, false },
		{ "more", SCREEN_DIALOG_MORE, false },
	};
	for (size_t i = 0; i < sizeof DIALOGS / sizeof *DIALOGS; i++) {
		if (strcmp(id, DIALOGS[i].id) == 0 && (!DIALOGS[i].in_case || screen_in_case(view->state))) {
			local->dialog = DIALOGS[i].dialog;
			return true;
		}
	}
	return false;
}

static bool
may_lock(const struct view *view)
{
	return view->signed_in && view->state != FLOW_LOCKED && view->state != FLOW_FAULT;
}

/* What every state understands alike. */
static bool
common(const struct view *view, struct screen_local *local, const char *id, struct command *out)
{
	if (strcmp(id, "next") == 0) {
		return send(out, COMMAND_CONTINUE);
	}
	if (strcmp(id, "back") == 0) {
		return send(out, COMMAND_BACK);
	}
	if (strcmp(id, "lock") == 0 && may_lock(view)) {
		return send(out, COMMAND_LOCK);
	}
	if (screen_look_act(local, id) || follow(view, local, id) || open_dialog(view, local, id)) {
		return false;
	}
	return choose(id, out);
}

/* True if *out holds a command. */
static bool
pressed(const struct view *view, struct screen_local *local, const char *id, struct command *out)
{
	static const char DIALOG_PREFIX[] = "dialog-";
	if (strncmp(id, DIALOG_PREFIX, sizeof DIALOG_PREFIX - 1) == 0) {
		return screen_dialog_act(view, local, id, out);
	}
	if (local->dialog == SCREEN_DIALOG_MORE) {
		local->dialog = SCREEN_DIALOG_NONE;
	}
	const bool scan = strcmp(id, "scan") == 0;
	if (!(scan && local->dialog != SCREEN_DIALOG_NONE) && SCREENS[view->state]->act(view, local, id, out)) {
		return out->kind != COMMAND_NONE;
	}
	if (scan) {
		screen_scan(view, local);
		return false;
	}
	return common(view, local, id, out);
}

/* Keys that work although no box shows them (a field has the focus, or the action is under More). */
static const char *
loose_key(const struct view *view, const struct input *input)
{
	const bool in_case = screen_in_case(view->state);
	switch (input->key) {
	case KEY_F1:
		return "help";
	case KEY_F6:
		return "look";
	case KEY_F8:
		return in_case ? "hold" : "queue";
	case KEY_F9:
		return "doubt";
	case KEY_F2:
		return "find";
	case KEY_F7:
		return "staff";
	case KEY_F11:
		return "lock";
	case KEY_ENTER:
		return "key-enter";
	case KEY_UP:
		return "key-up";
	case KEY_DOWN:
		return "key-down";
	default:
		return NULL;
	}
}

static const char *
meaning(const struct view *view, const struct screen_local *local, const struct focus_message *message,
	const struct input *input)
{
	switch (message->kind) {
	case FOCUS_ACTIVATE:
		return message->id;
	case FOCUS_SCANNED:
		return "scan";
	case FOCUS_REFUSED:
		return input->kind != INPUT_TEXT       ? NULL
			   : strcmp(input->text, "+") == 0 ? "key-plus"
			   : strcmp(input->text, "-") == 0 ? "key-minus"
											   : NULL;
	case FOCUS_KEY:
		return local->dialog == SCREEN_DIALOG_NONE && input->mods == 0 ? loose_key(view, input) : NULL;
	default:
		return NULL;
	}
}

void
screen_hint(struct screen_local *local, enum screen_hint hint)
{
	local->hint = hint;
	local->hint_until_ms = local->now_ms + TOAST_MS;
}

/* What a field refused or left out is said, except a blank in a number and the keys that count pieces. */
static void
say_refused(
	const struct view *view, struct screen_local *local, const struct focus_message *message, const struct input *input)
{
	const bool paste = input->kind == INPUT_PASTE;
	const bool counts = view->state == FLOW_TILL && strpbrk(input->text, "+-") != NULL;
	if (message->kind == FOCUS_EDITED && message->verdict == EDIT_STRIPPED) {
		screen_hint(local, SCREEN_HINT_STRIPPED);
	} else if (message->kind == FOCUS_REFUSED && (paste || (strcmp(input->text, " ") != 0 && !counts))) {
		screen_hint(local, paste                               ? SCREEN_HINT_PASTE
						   : message->verdict == EDIT_TOO_LONG ? SCREEN_HINT_FULL
															   : SCREEN_HINT_CHARACTER);
	}
}

size_t
screen_act(const struct view *view, struct screen_local *local, const struct focus_message *message,
	const struct input *input, struct command out[static SCREEN_COMMANDS])
{
	say_refused(view, local, message, input);
	if (message->kind == FOCUS_EDITED) {
		const enum field field = words_field(message->id);
		local->dirty[field] = field != FIELD_NONE;
		return screen_edit_send(local, field, out, SCREEN_COMMANDS);
	}
	const char *id = meaning(view, local, message, input);
	if (!id) {
		return 0;
	}
	struct command command = { .kind = COMMAND_NONE };
	if (!pressed(view, local, id, &command)) {
		return 0;
	}
	const size_t count = screen_edit_send(local, FIELD_NONE, out, SCREEN_COMMANDS - 1);
	out[count] = command;
	secret_wipe(&command, sizeof command);
	return count + 1;
}

size_t
screen_pause(const struct view *view, struct screen_local *local, struct command out[static SCREEN_COMMANDS])
{
	(void)view;
	return screen_edit_send(local, FIELD_NONE, out, SCREEN_COMMANDS);
}

bool
screen_unsent(const struct screen_local *local)
{
	for (enum field field = FIELD_NONE + 1; field < FIELDS; field++) {
		if (local->dirty[field]) {
			return true;
		}
	}
	return false;
}

/* ---- time ---- */

static int64_t
earlier(int64_t a, int64_t b)
{
	return a == 0 || (b != 0 && b < a) ? b : a;
}

int64_t
screen_next_ms(const struct view *view, const struct screen_local *local)
{
	const int64_t now = local->now_ms;
	int64_t next = (now / MINUTE_MS + 1) * MINUTE_MS;
	if (local->toast_until_ms > now) {
		next = earlier(next, local->toast_until_ms);
	}
	if (local->hint_until_ms > now) {
		next = earlier(next, local->hint_until_ms);
	}
	const bool counts =
		local->wait_until_ms > now || (view->state == FLOW_QUEUE && screen_line_down(view) && view->sync.next_ms > now);
	return counts ? earlier(next, (now / SECOND_MS + 1) * SECOND_MS) : next;
}
