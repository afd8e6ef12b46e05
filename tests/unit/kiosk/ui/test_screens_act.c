/* What keys and clicks mean on the screens around a case. */
#include <stdio.h>
#include <string.h>

#include "kiosk/ui/semantics.h"
#include "tests/support/check.h"
#include "tests/support/fixture_view.h"
#include "tests/unit/kiosk/ui/support/stage.h"

static const char PASSWORD[] = "correct horse battery";

/* ---- sign-in ---- */

static void
enter_goes_from_number_to_password_and_then_signs_in(void **state)
{
	struct stage *stage = *state;
	stage_show(stage, "sign-in");
	assert_true(stage_focused(stage, "field-sign-in-number"));
	stage_type(stage, "20418");
	stage_key(stage, KEY_ENTER);
	assert_int_equal(stage->count, 0);
	assert_true(stage_focused(stage, "field-sign-in-password"));
	stage_type(stage, PASSWORD);
	stage_key(stage, KEY_ENTER);
	const struct command *command = stage_command(stage);
	assert_int_equal(command->kind, COMMAND_SIGN_IN);
	assert_string_equal(command->text, "20418");
	assert_string_equal(command->secret, PASSWORD);
	assert_int_equal(stage->local.edits[FIELD_SIGN_IN_PASSWORD].len, 0);
	assert_true(stage_focused(stage, "field-sign-in-password"));
}

static void
a_supervisor_releases_the_clock_with_number_and_password(void **state)
{
	struct stage *stage = *state;
	stage_show(stage, "clock-back");
	stage_type(stage, "10007");
	stage_key(stage, KEY_ENTER);
	assert_int_equal(stage->count, 0);
	stage_type(stage, PASSWORD);
	stage_key(stage, KEY_F12);
	const struct command *command = stage_command(stage);
	assert_int_equal(command->kind, COMMAND_CLOCK_RELEASE);
	assert_string_equal(command->text, "10007");
	assert_string_equal(command->secret, PASSWORD);
	assert_int_equal(stage->local.edits[FIELD_SIGN_IN_PASSWORD].len, 0);
}

static void
a_password_never_travels_as_a_field(void **state)
{
	struct stage *stage = *state;
	stage_show(stage, "sign-in");
	stage_key(stage, KEY_TAB);
	stage_type(stage, PASSWORD);
	struct command out[SCREEN_COMMANDS];
	assert_int_equal(screen_pause(&stage->view, &stage->local, out), 0);
}

static void
tries_left_stand_before_the_password_is_typed(void **state)
{
	struct stage *stage = *state;
	stage_show(stage, "sign-in-wrong");
	assert_true(stage_reads(stage, "7 tries left"));
	assert_true(stage_reads(stage, "Staff number or password is not right"));
	assert_string_equal(stage->local.edits[FIELD_SIGN_IN_NUMBER].text, "20418");
}

static void
waiting_counts_down_and_nothing_is_sent_meanwhile(void **state)
{
	struct stage *stage = *state;
	stage_show(stage, "sign-in-wait");
	assert_true(stage_reads(stage, "Wait 12 seconds before the next try"));
	assert_int_equal(screen_next_ms(&stage->view, &stage->local), FIXTURE_VIEW_NOW + 1000);
	stage_type(stage, PASSWORD);
	stage_key(stage, KEY_F12);
	assert_int_equal(stage->count, 0);
	stage->local.now_ms += 11500;
	stage_build(stage);
	assert_true(stage_reads(stage, "Wait 1 second before the next try"));
	stage->local.now_ms += 1000;
	stage_build(stage);
	stage_key(stage, KEY_F12);
	assert_int_equal(stage_command(stage)->kind, COMMAND_SIGN_IN);
}

static void
a_new_password_is_sent_twice_and_wiped(void **state)
{
	struct stage *stage = *state;
	stage_show(stage, "new-password");
	stage_type(stage, PASSWORD);
	assert_true(stage_reads(stage, "At least 15 characters: 21 typed"));
	stage_key(stage, KEY_ENTER);
	assert_true(stage_focused(stage, "field-staff-again"));
	stage_type(stage, PASSWORD);
	stage_key(stage, KEY_F12);
	assert_int_equal(stage_command(stage)->kind, COMMAND_PASSWORD);
	assert_string_equal(stage->commands[0].secret, PASSWORD);
	assert_string_equal(stage->commands[0].again, PASSWORD);
	assert_int_equal(stage->local.again.len, 0);
	assert_int_equal(stage->local.edits[FIELD_STAFF_PASSWORD].len, 0);
}

static void
a_locked_screen_hides_the_case_and_opens_with_the_password(void **state)
{
	struct stage *stage = *state;
	stage_show(stage, "locked");
	assert_false(stage_has(stage, "rail"));
	assert_false(stage_reads(stage, "Case WR04-261104-047"));
	stage_type(stage, PASSWORD);
	stage_key(stage, KEY_F12);
	assert_int_equal(stage_command(stage)->kind, COMMAND_UNLOCK);
	assert_string_equal(stage->commands[0].secret, PASSWORD);
	stage_key(stage, KEY_F11);
	assert_int_equal(stage->count, 0);
}

/* ---- till ---- */

static void
a_float_is_counted_from_the_keyboard(void **state)
{
	struct stage *stage = *state;
	stage_show(stage, "till");
	assert_true(stage_focused(stage, "piece-0"));
	stage_type(stage, "2");
	stage_key(stage, KEY_ENTER);
	assert_true(stage_focused(stage, "piece-1"));
	stage_type(stage, "1");
	stage_type(stage, "+");
	stage_type(stage, "+");
	stage_type(stage, "-");
	assert_string_equal(stage->local.count_edits[1].text, "2");
	stage_key(stage, KEY_DOWN);
	stage_key(stage, KEY_UP);
	assert_true(stage_focused(stage, "piece-1"));
	stage_click(stage, "piece-12-more");
	assert_true(stage_reads(stage, "$3,000.10"));
	assert_true(stage_reads(stage, "Open the till with $3,000.10"));
	stage_key(stage, KEY_F12);
	const struct command *command = stage_command(stage);
	assert_int_equal(command->kind, COMMAND_COUNTS);
	assert_int_equal(command->counts[0], 2);
	assert_int_equal(command->counts[1], 2);
	assert_int_equal(command->counts[12], 1);
	for (int i = 2; i < 12; i++) {
		assert_int_equal(command->counts[i], 0);
	}
}

static void
counting_never_goes_below_zero_and_can_start_again(void **state)
{
	struct stage *stage = *state;
	stage_show(stage, "till");
	stage_click(stage, "piece-3-less");
	assert_string_equal(stage->local.count_edits[3].text, "");
	stage_click(stage, "piece-3-more");
	assert_string_equal(stage->local.count_edits[3].text, "1");
	stage_key(stage, KEY_F9);
	assert_string_equal(stage->local.count_edits[3].text, "");
	assert_true(stage_focused(stage, "piece-0"));
	stage_key(stage, KEY_ESCAPE);
	assert_int_equal(stage_command(stage)->kind, COMMAND_BACK);
}

static void
the_summary_of_the_till_leads_to_the_first_piece(void **state)
{
	struct stage *stage = *state;
	stage_show(stage, "till-empty");
	assert_true(stage_focused(stage, "summary-0"));
	stage_key(stage, KEY_ENTER);
	assert_true(stage_focused(stage, "piece-0"));
}

/* ---- home ---- */

static void
keys_of_home_do_what_stands_on_them(void **state)
{
	static const struct {
		unsigned key;
		enum command_kind kind;
	} KEYS[] = { { KEY_F3, COMMAND_NEW }, { KEY_F12, COMMAND_NEW }, { KEY_F2, COMMAND_FIND }, { KEY_F8, COMMAND_QUEUE },
		{ KEY_F11, COMMAND_LOCK } };
	struct stage *stage = *state;
	for (size_t i = 0; i < sizeof KEYS / sizeof *KEYS; i++) {
		stage_show(stage, "home");
		stage_key(stage, KEYS[i].key);
		assert_int_equal(stage_command(stage)->kind, KEYS[i].kind);
	}
}

static void
held_and_finished_cases_open(void **state)
{
	struct stage *stage = *state;
	stage_show(stage, "home");
	stage_click(stage, "held-1");
	assert_int_equal(stage_command(stage)->kind, COMMAND_RESUME);
	assert_string_equal(stage->commands[0].text, "WR04-261103-061");
	stage_key(stage, KEY_UP);
	assert_true(stage_focused(stage, "held-0"));
	stage_key(stage, KEY_ENTER);
	assert_string_equal(stage_command(stage)->text, "WR04-261104-039");
	stage_click(stage, "case-0");
	assert_int_equal(stage_command(stage)->kind, COMMAND_OPEN);
	assert_string_equal(stage->commands[0].text, "WR04-261104-046");
}

static void
staff_is_only_for_supervisors(void **state)
{
	struct stage *stage = *state;
	stage_show(stage, "home");
	assert_false(stage_has(stage, "staff"));
	stage_key(stage, KEY_F7);
	assert_int_equal(stage->count, 0);
	stage->view.officer.role = OFFICER_SUPERVISOR;
	stage_view(stage);
	stage_key(stage, KEY_F7);
	assert_int_equal(stage_command(stage)->kind, COMMAND_STAFF);
}

static void
the_status_line_goes_from_waiting_to_accepted(void **state)
{
	struct stage *stage = *state;
	stage_show(stage, "home");
	assert_true(stage_reads(stage, "2 to send, oldest 3 min"));
	stage->view.sync.waiting = 0;
	stage->view.sync.oldest_ms = 0;
	stage->view.sync.last_accepted_ms = FIXTURE_VIEW_NOW;
	stage->view.notice = NOTICE_ACCEPTED;
	stage->view.notice_number = 7;
	memcpy(stage->view.notice_subject, "WR04-261104-046", 16);
	stage_view(stage);
	assert_true(stage_reads(stage, "All sent, last confirmed 14:32"));
	assert_true(stage_reads(stage, "The centre confirmed WR04-261104-046"));
	stage->local.now_ms += 6001;
	stage_build(stage);
	assert_false(stage_reads(stage, "The centre confirmed WR04-261104-046"));
}

/* ---- staff, queue, find, fault ---- */

static void
a_person_is_added_with_every_field_sent_first(void **state)
{
	struct stage *stage = *state;
	stage_show(stage, "staff");
	assert_true(stage_focused(stage, "field-staff-number"));
	stage_type(stage, "20477");
	stage_key(stage, KEY_TAB);
	stage_type(stage, "K");
	const struct command *first = stage_command(stage);
	assert_int_equal(first->kind, COMMAND_FIELD);
	assert_int_equal(first->field, FIELD_STAFF_NUMBER);
	assert_string_equal(first->text, "20477");
	stage_click(stage, "field-staff-role-1");
	assert_int_equal(stage->count, 2);
	assert_int_equal(stage->commands[0].field, FIELD_STAFF_NAME);
	assert_int_equal(stage->commands[1].kind, COMMAND_CHOICE);
	assert_int_equal(stage->commands[1].index, OFFICER_SUPERVISOR);
	stage_click(stage, "field-staff-password");
	stage_type(stage, PASSWORD);
	stage_key(stage, KEY_TAB);
	stage_type(stage, "correct");
	stage_key(stage, KEY_F12);
	assert_int_equal(stage_command(stage)->kind, COMMAND_STAFF_ADD);
	assert_string_equal(stage->commands[0].secret, PASSWORD);
	assert_string_equal(stage->commands[0].again, "correct");
	assert_int_equal(stage->local.edits[FIELD_STAFF_PASSWORD].len, 0);
	assert_int_equal(stage->local.again.len, 0);
}

static void
only_a_locked_account_has_unlock(void **state)
{
	struct stage *stage = *state;
	stage_show(stage, "staff");
	assert_false(stage_has(stage, "unlock-1"));
	stage_click(stage, "unlock-2");
	assert_int_equal(stage_command(stage)->kind, COMMAND_STAFF_UNLOCK);
	assert_string_equal(stage->commands[0].text, "20433");
}

static void
a_parked_item_is_retried_with_r(void **state)
{
	struct stage *stage = *state;
	stage_show(stage, "queue");
	stage_key(stage, 'R');
	assert_int_equal(stage_command(stage)->kind, COMMAND_QUEUE_RETRY);
	assert_string_equal(stage->commands[0].text, "261104-WR-04-000022-7f3a9c2b");
	stage_click(stage, "item-1");
	assert_int_equal(stage->count, 0);
	assert_false(stage_has(stage, "retry"));
	stage_key(stage, KEY_ENTER);
	assert_int_equal(stage_command(stage)->kind, COMMAND_OPEN);
	assert_string_equal(stage->commands[0].text, "261104-WR-04-000041-7f3a9c2b");
	stage_key(stage, KEY_F12);
	assert_int_equal(stage_command(stage)->kind, COMMAND_QUEUE_NOW);
}

static void
the_next_try_counts_down_in_seconds(void **state)
{
	struct stage *stage = *state;
	stage_show(stage, "queue");
	assert_true(stage_reads(stage, "Next try in 0:42"));
	assert_int_equal(screen_next_ms(&stage->view, &stage->local), FIXTURE_VIEW_NOW + 1000);
	stage_show(stage, "queue-sent");
	assert_int_equal(screen_next_ms(&stage->view, &stage->local), FIXTURE_VIEW_NOW + 60000);
}

static void
every_trouble_of_the_line_is_an_amber_pill(void **state)
{
	static const struct {
		enum view_line line;
		const char *words;
	} TROUBLES[] = { { VIEW_LINE_DOWN, "Centre: no line" }, { VIEW_LINE_REFUSED, "Centre refuses this counter" },
		{ VIEW_LINE_UNABLE, "Centre takes nothing now" }, { VIEW_LINE_NO_DAEMON, "Sending has stopped" } };
	struct stage *stage = *state;
	for (size_t i = 0; i < sizeof TROUBLES / sizeof *TROUBLES; i++) {
		stage_show(stage, "details");
		assert_false(stage_reads(stage, TROUBLES[i].words));
		stage->view.sync.line = TROUBLES[i].line;
		stage_view(stage);
		assert_true(stage_reads(stage, TROUBLES[i].words));
		assert_int_equal(stage->tree.nodes[tree_find(&stage->tree, "line")].box.bg, COLOR_FAULT);
	}
}

static void
a_case_is_found_by_part_of_its_number_and_by_scan(void **state)
{
	struct stage *stage = *state;
	stage_show(stage, "find");
	stage_type(stage, "000315");
	assert_true(stage_has(stage, "case-2"));
	assert_false(stage_has(stage, "case-1"));
	stage_key(stage, KEY_ENTER);
	assert_string_equal(stage_command(stage)->text, "WR04-261104-044");
	stage_scan(stage, "WR04-000099");
	assert_int_equal(stage_command(stage)->kind, COMMAND_OPEN);
	assert_string_equal(stage->commands[0].text, "WR04-000099");
	assert_string_equal(stage->local.search.text, "000315");
}

static void
a_fault_looks_again_and_never_ends_blind(void **state)
{
	struct stage *stage = *state;
	stage_show(stage, "fault-store");
	stage_key(stage, KEY_F12);
	assert_int_equal(stage_command(stage)->kind, COMMAND_CONTINUE);
	stage_key(stage, KEY_F1);
	assert_true(stage_reads(stage, "opening store.db: read back journal_mode: delete"));
	stage_key(stage, KEY_ESCAPE);
	assert_false(stage_has(stage, "dialog"));
}

/* ---- what is common ---- */

static void
dialogs_close_with_escape_and_give_the_focus_back(void **state)
{
	struct stage *stage = *state;
	stage_show(stage, "details");
	stage_click(stage, "field-phone");
	assert_true(stage_focused(stage, "field-phone"));
	stage_key(stage, KEY_F1);
	assert_true(stage_has(stage, "dialog"));
	stage_key(stage, KEY_ESCAPE);
	assert_int_equal(stage->count, 0);
	assert_true(stage_focused(stage, "field-phone"));
}

static void
a_case_is_held_with_two_keys(void **state)
{
	struct stage *stage = *state;
	stage_show(stage, "details");
	stage_key(stage, KEY_F8);
	stage_key(stage, '4');
	const struct command *command = stage_command(stage);
	assert_int_equal(command->kind, COMMAND_HOLD);
	assert_int_equal(command->index, HOLD_DOUBT);
	stage_key(stage, KEY_F9);
	stage_key(stage, KEY_F8);
	assert_int_equal(stage_command(stage)->index, HOLD_DOUBT);
}

static void
cancelling_asks_first_and_the_safe_answer_has_the_focus(void **state)
{
	struct stage *stage = *state;
	stage_show(stage, "payment-split");
	stage_click(stage, "cancel");
	assert_int_equal(stage->count, 0);
	assert_true(stage_focused(stage, "dialog-close"));
	stage_key(stage, KEY_ENTER);
	assert_int_equal(stage->count, 0);
	stage_click(stage, "cancel");
	stage_click(stage, "dialog-cancel");
	assert_int_equal(stage_command(stage)->kind, COMMAND_CANCEL);
}

static void
a_taken_tender_leaves_no_amount_for_the_next(void **state)
{
	struct stage *stage = *state;
	stage_show(stage, "payment");
	stage_type(stage, "20");
	stage_key(stage, KEY_F12);
	assert_int_equal(stage->commands[stage->count - 1].kind, COMMAND_TENDER);
	assert_int_equal(stage->commands[stage->count - 1].amount, 2000);
	stage_view(stage); /* other news */
	assert_string_equal(stage->local.edits[FIELD_AMOUNT].text, "20");
	stage->view.payment.count = 1;
	stage_view(stage);
	assert_string_equal(stage->local.edits[FIELD_AMOUNT].text, "");
}

static void
an_amount_over_all_bounds_is_not_called_nothing(void **state)
{
	struct stage *stage = *state;
	stage_show(stage, "payment");
	stage_type(stage, "999999999999");
	stage_key(stage, KEY_F12);
	assert_int_equal(stage->commands[stage->count - 1].kind, COMMAND_TENDER);
	assert_true(stage->commands[stage->count - 1].amount > MONEY_MOST);
}

static void
a_missing_reference_gets_the_focus(void **state)
{
	struct stage *stage = *state;
	stage_show(stage, "payment");
	stage_click(stage, "method-1");
	assert_true(stage_focused(stage, "field-amount"));
	stage_type(stage, "20");
	stage_key(stage, KEY_ENTER);
	stage_build(stage);
	assert_true(stage_focused(stage, "field-reference"));
}

static void
what_a_field_refuses_is_said_for_a_while(void **state)
{
	struct stage *stage = *state;
	stage_show(stage, "payment");
	stage_type(stage, "1-");
	assert_string_equal(stage->local.edits[FIELD_AMOUNT].text, "1");
	assert_true(stage_reads(stage, "This field does not take that character"));
	assert_true(screen_next_ms(&stage->view, &stage->local) <= stage->local.now_ms + 6000);
	stage->local.now_ms += 6001;
	stage_build(stage);
	assert_false(stage_reads(stage, "This field does not take that character"));
	stage_show(stage, "till");
	stage_type(stage, "+-");
	assert_false(stage_reads(stage, "This field does not take that character"));
	stage_type(stage, "1234567");
	assert_true(stage_reads(stage, "This field is full"));
}

static void
what_nobody_can_see_is_left_out_with_words(void **state)
{
	struct stage *stage = *state;
	stage_show(stage, "details");
	edit_wipe(&stage->local.edits[FIELD_ESTATE]);
	focus_set(&stage->local.focus, "field-estate");
	stage_build(stage);
	stage_type(stage, "1\u200b68");
	assert_string_equal(stage->local.edits[FIELD_ESTATE].text, "168");
	assert_true(stage_reads(stage, "Characters that nobody can see were left out. Look at the field again"));
}

static void
the_form_may_be_scanned_anywhere_on_the_page_that_asks_for_it(void **state)
{
	struct stage *stage = *state;
	stage_show(stage, "details");
	edit_wipe(&stage->local.edits[FIELD_BARCODE]);
	focus_set(&stage->local.focus, "field-phone");
	stage_build(stage);
	stage_scan(stage, "798A-000319");
	assert_string_equal(stage->local.edits[FIELD_BARCODE].text, "798A-000319");
	assert_string_equal(stage->local.edits[FIELD_PHONE].text, "9123 4567");
	assert_true(stage_focused(stage, "field-phone"));
	assert_true(stage_reads(stage, "The scan went into the barcode of the form"));
	struct command out[SCREEN_COMMANDS];
	assert_true(screen_unsent(&stage->local));
	assert_int_equal(screen_pause(&stage->view, &stage->local, out), 2); /* the phone was touched too */
	assert_int_equal(out[1].field, FIELD_BARCODE);
	assert_string_equal(out[1].text, "798A-000319");

	stage_scan(stage, "798A-000320"); /* another one does not replace it unasked */
	assert_string_equal(stage->local.edits[FIELD_BARCODE].text, "798A-000319");
	assert_true(stage_reads(stage, "Not entered: another number is there. Put the cursor into the field to replace"));
	focus_set(&stage->local.focus, "field-barcode");
	stage_build(stage);
	stage_scan(stage, "798A-000320");
	assert_string_equal(stage->local.edits[FIELD_BARCODE].text, "798A-000320");
	focus_set(&stage->local.focus, "field-envelope");
	stage_build(stage);
	stage_scan(stage, "PE-700319");
	assert_string_equal(stage->local.edits[FIELD_ENVELOPE].text, "PE-700319");
	stage_scan(stage, "http://x");
	assert_string_equal(stage->local.edits[FIELD_ENVELOPE].text, "PE-700319");
	assert_true(stage_reads(stage, "Not entered: what was scanned does not fit"));
}

static void
a_page_turns_in_the_body_also_when_the_focus_is_in_the_bar(void **state)
{
	struct stage *stage = *state;
	stage_show(stage, "identity");
	stage->height = 600;
	focus_set(&stage->local.focus, "next");
	stage_build(stage);
	stage_key(stage, KEY_PAGE_DOWN);
	assert_true(focus_scroll(&stage->local.focus, tree_key("body")) > 0);
	stage_key(stage, KEY_PAGE_UP);
	assert_int_equal(focus_scroll(&stage->local.focus, tree_key("body")), 0);
}

static void
a_scan_that_has_no_field_yet_is_never_lost_silently(void **state)
{
	struct stage *stage = *state;
	static const char LATER[] = "Not entered yet: scan the form again at Applicant details, where its barcode goes";
	static const char UNUSED[] = "Not entered: this screen takes nothing from the scanner";
	stage_show(stage, "identity");
	focus_set(&stage->local.focus, "field-surname");
	stage_build(stage);
	stage_scan(stage, "798A-000318");
	assert_string_equal(stage->local.edits[FIELD_SURNAME].text, "LEUNG");
	assert_true(stage_reads(stage, LATER));
	stage_show(stage, "product");
	stage_scan(stage, "798A-000318");
	assert_true(stage_reads(stage, LATER));
	stage_show(stage, "check");
	stage_scan(stage, "798A-000318");
	assert_true(stage_reads(stage, UNUSED));
	stage_show(stage, "details");
	stage_key(stage, KEY_F8);
	stage_scan(stage, "798A-000999");
	assert_string_equal(stage->local.edits[FIELD_BARCODE].text, "798A-000318");
	assert_true(stage_reads(stage, UNUSED));
}

static void
a_scan_never_ticks_a_feature(void **state)
{
	struct stage *stage = *state;
	stage_show(stage, "identity");
	focus_set(&stage->local.focus, "check-0");
	stage_build(stage);
	assert_true(stage_focused(stage, "check-0"));
	stage_scan(stage, "1234567");
	assert_int_equal(stage->sent, 0);
	stage_scan(stage, "21"); /* too short for a scan: a person's keys */
	assert_true(stage->sent >= 2);
	stage_key(stage, '1');
	assert_int_equal(stage_command(stage)->kind, COMMAND_TICK);
	assert_int_equal(stage_command(stage)->index, 0);
}

static void
all_kinds_are_in_sight_without_scrolling(void **state)
{
	struct stage *stage = *state;
	stage_show(stage, "product");
	const int body = tree_find(&stage->tree, "body");
	assert_true(stage->tree.nodes[body].content_h <= stage->tree.nodes[body].at.h);
	assert_true(stage_has(stage, "product-iam-smart"));
	assert_true(stage_has(stage, "product-personal"));
}

static void
a_page_that_goes_on_says_so_in_large_text(void **state)
{
	struct stage *stage = *state;
	stage_show(stage, "identity");
	assert_false(stage_reads(stage, "More below"));
	stage->local.look.text_scale = 2.0f;
	stage_build(stage);
	assert_true(stage_reads(stage, "More below"));
	assert_true(stage_reads(stage, "Page Down"));
	const struct tree_rect field = stage->tree.nodes[tree_find_key(&stage->tree, stage->local.focus.key)].at;
	const struct tree_rect body = stage->tree.nodes[tree_find(&stage->tree, "body")].at;
	assert_true(field.y >= body.y && field.y + field.h <= body.y + body.h); /* the strip does not hide it */
	for (int i = 0; i < 12; i++) {
		stage_key(stage, KEY_PAGE_DOWN);
	}
	assert_false(stage_reads(stage, "More below"));
	assert_true(stage_reads(stage, "Page Up"));
	stage_show(stage, "not-here"); /* nothing said where all is in sight */
	stage_build(stage);
	assert_false(stage_reads(stage, "More below"));
}

/* ---- stock and devices ---- */

static void
a_bag_is_taken_in_by_two_scans(void **state)
{
	struct stage *stage = *state;
	stage_show(stage, "stock-empty");
	stage_click(stage, "field-stock-kind-1");
	assert_int_equal(stage_command(stage)->index, 1);
	stage_click(stage, "field-stock-first");
	stage_scan(stage, "FT-2101");
	assert_true(stage_focused(stage, "field-stock-last"));
	stage_scan(stage, "FT-2125");
	assert_true(stage_reads(stage, "25 items"));
	assert_int_equal(stage->sent, 2);
	stage_key(stage, KEY_F12);
	assert_int_equal(stage->count, 2);
	assert_string_equal(stage->commands[0].text, "FT-2125");
	assert_int_equal(stage->commands[1].kind, COMMAND_STOCK_RECEIVE);
	stage->view.notice = NOTICE_RECEIVED;
	stage->view.notice_number++;
	stage_view(stage); /* the field in hand is empty for the next bag */
	assert_int_equal(stage->local.edits[FIELD_STOCK_LAST].len, 0);
	assert_false(stage_reads(stage, "25 items"));
}

static void
a_scan_on_the_stock_page_finds_the_item(void **state)
{
	struct stage *stage = *state;
	stage_show(stage, "stock");
	assert_true(stage_focused(stage, "field-stock-serial"));
	stage_scan(stage, "FT2071");
	assert_int_equal(stage->count, 2);
	assert_int_equal(stage->commands[0].field, FIELD_STOCK_SERIAL);
	assert_string_equal(stage->commands[0].text, "FT2071");
	assert_int_equal(stage->commands[1].kind, COMMAND_STOCK_FIND);
	stage_click(stage, "stock-2");
	assert_string_equal(stage->commands[0].text, "FT2070");
	assert_int_equal(stage->commands[1].kind, COMMAND_STOCK_FIND);
}

static void
what_is_spoiled_is_what_is_in_sight(void **state)
{
	struct stage *stage = *state;
	stage_show(stage, "stock-found");
	stage_click(stage, "field-stock-reason-2");
	assert_int_equal(stage_command(stage)->index, STOCK_REASON_OTHER);
	stage_click(stage, "field-stock-serial");
	stage_type(stage, "9"); /* begins to look for another one */
	stage_key(stage, KEY_F12);
	assert_int_equal(stage->count, 2);
	assert_string_equal(stage->commands[0].text, "FT2073");
	assert_int_equal(stage->commands[1].kind, COMMAND_STOCK_SPOIL);
	stage_show(stage, "stock-taken"); /* with a case: spoiled from there */
	assert_false(stage_has(stage, "stock-spoil"));
	stage_key(stage, KEY_F12);
	assert_int_equal(stage->sent, 0);
}

static void
devices_say_what_a_person_must_do(void **state)
{
	struct stage *stage = *state;
	stage_show(stage, "stock");
	assert_true(stage_reads(stage, "Printer: paper out"));
	stage_show(stage, "stock-empty");
	assert_false(stage_reads(stage, "Printer: paper out"));
	assert_true(stage_has(stage, "printer"));
	stage_show(stage, "home"); /* a counter without devices says nothing of them */
	assert_false(stage_has(stage, "printer"));
	assert_false(stage_has(stage, "token-port"));
}

static void
the_last_payment_there_may_be_asks_for_the_rest(void **state)
{
	struct stage *stage = *state;
	stage_show(stage, "payment-split");
	assert_true(stage_reads(stage, "Up to 4 ways in one payment"));
	stage->view.payment.count = PAYMENT_TENDERS - 1;
	stage_view(stage);
	assert_true(stage_reads(stage, "The next payment is the last: it covers the rest"));
	stage_type(stage, "1");
	const int take = tree_find(&stage->tree, "take");
	assert_int_not_equal(take, TREE_NONE);
	char name[160];
	assert_null(strstr(semantics_name(&stage->tree, take, name, sizeof name), "Take $1.00"));
	stage->view.fields[FIELD_AMOUNT].problem = PROBLEM_LAST;
	stage->view.fields[FIELD_AMOUNT].told = true;
	stage_view(stage);
	char words[128], left[MONEY_TEXT];
	money_format(stage->view.left, left);
	(void)snprintf(
		words, sizeof words, "The fourth payment is the last one. It must cover all that is left: $%s", left);
	assert_true(stage_reads(stage, words));
}

static void
language_size_and_contrast_change_on_the_glass_alone(void **state)
{
	struct stage *stage = *state;
	stage_show(stage, "home");
	stage_click(stage, "language-1");
	assert_int_equal(stage->local.look.lang, LANG_HANT);
	stage_key(stage, KEY_F6);
	stage_click(stage, "dialog-size-2");
	stage_click(stage, "dialog-contrast-1");
	assert_int_equal(stage->count, 0);
	assert_true(stage->local.look.text_scale > 1.9f);
	assert_int_equal(stage->local.look.theme, THEME_CONTRAST);
	stage_key(stage, KEY_ESCAPE);
	assert_false(stage_has(stage, "dialog"));
}

static void
where_it_is_tight_the_other_actions_are_under_more(void **state)
{
	struct stage *stage = *state;
	stage_show(stage, "details");
	stage->local.look.text_scale = 2.0f;
	stage_build(stage);
	assert_false(stage_has(stage, "hold"));
	stage_key(stage, KEY_F10);
	assert_true(stage_focused(stage, "hold"));
	stage_key(stage, KEY_F8);
	assert_true(stage_has(stage, "dialog-hold-0"));
	stage_key(stage, '1');
	assert_int_equal(stage_command(stage)->kind, COMMAND_HOLD);
}

static void
a_summary_takes_the_focus_and_leads_to_the_field(void **state)
{
	struct stage *stage = *state;
	stage_show(stage, "staff-problem");
	assert_true(stage_focused(stage, "summary-0"));
	assert_true(stage_reads(stage, "Staff number: This staff number is already in use"));
	assert_true(stage_reads(stage, "This staff number is already in use"));
	stage_key(stage, KEY_TAB);
	stage_key(stage, KEY_ENTER);
	assert_true(stage_focused(stage, "field-staff-name"));
}

static void
a_summary_that_shrinks_keeps_the_focus_out_of_the_fields(void **state)
{
	struct stage *stage = *state;
	stage_show(stage, "declaration");
	stage->view.summary_count = 2;
	stage->view.summary[0] = FIELD_DECLARATION_LANGUAGE;
	stage->view.summary[1] = FIELD_CHECKLIST;
	stage->view.fields[FIELD_DECLARATION_LANGUAGE] = (struct view_field){ .told = true, .problem = PROBLEM_EMPTY };
	stage->view.fields[FIELD_CHECKLIST] = (struct view_field){ .told = true, .problem = PROBLEM_TICKS };
	stage->view.summary_number++;
	stage_view(stage);
	stage_key(stage, KEY_TAB);
	assert_true(stage_focused(stage, "summary-1"));
	stage->view.summary_count = 1;
	stage_view(stage);
	assert_true(stage_focused(stage, "summary-0"));
	stage->view.summary_count = 0;
	stage_view(stage);
	assert_true(stage_focused(stage, "next"));
}

static void
a_product_that_cannot_begin_says_why(void **state)
{
	struct stage *stage = *state;
	stage_show(stage, "product-chosen");
	stage->view.fields[FIELD_PRODUCT] = (struct view_field){ .told = true, .problem = PROBLEM_NO_ROOM };
	stage->view.summary_number++;
	stage_view(stage);
	assert_true(stage_focused(stage, "summary-0"));
	assert_true(stage_reads(
		stage, "Certificate: The disk is nearly full. Finish open cases and call the technician; start no new case"));
}

static void
tries_that_nobody_counted_are_not_shown(void **state)
{
	struct stage *stage = *state;
	stage_show(stage, "queue");
	stage->view.sync.line = VIEW_LINE_DOWN;
	stage->view.sync.tries = 0;
	for (uint32_t i = 0; i < stage->view.item_count; i++) {
		stage->view.items[i].tries = 0;
	}
	stage_view(stage);
	assert_true(stage_reads(stage, "The centre did not answer. Cases can go on; they are sent when the line is back."));
	assert_false(stage_reads(stage, "Tried"));
}

static void
what_an_action_says_takes_the_focus_each_time(void **state)
{
	struct stage *stage = *state;
	stage_show(stage, "staff-problem");
	stage_click(stage, "field-staff-name");
	stage_view(stage); /* other news: the focus stays */
	assert_true(stage_focused(stage, "field-staff-name"));
	stage_key(stage, KEY_F12);
	stage_view(stage);
	assert_true(stage_focused(stage, "summary-0"));
}

static void
what_is_being_typed_survives_another_view(void **state)
{
	struct stage *stage = *state;
	stage_show(stage, "details");
	stage_click(stage, "field-building");
	stage_type(stage, "X");
	struct command out[SCREEN_COMMANDS];
	assert_int_equal(screen_pause(&stage->view, &stage->local, out), 1);
	assert_int_equal(out[0].field, FIELD_BUILDING);
	stage_view(stage); /* an old text of the field comes with other news */
	assert_string_equal(stage->local.edits[FIELD_BUILDING].text, out[0].text);
	stage_key(stage, KEY_TAB);
	stage_view(stage);
	assert_string_equal(stage->local.edits[FIELD_BUILDING].text, stage->view.fields[FIELD_BUILDING].text);
}

static void
a_field_typed_right_after_another_is_not_forgotten(void **state)
{
	struct stage *stage = *state;
	stage_show(stage, "details");
	stage_click(stage, "field-building");
	stage_type(stage, "X");
	assert_true(screen_unsent(&stage->local));
	stage_key(stage, KEY_TAB);
	stage_type(stage, "Y"); /* one character, which carries the field before it */
	assert_int_equal(stage->count, 1);
	assert_true(screen_unsent(&stage->local));
	struct command out[SCREEN_COMMANDS];
	assert_int_equal(screen_pause(&stage->view, &stage->local, out), 1);
	assert_int_equal(out[0].field, FIELD_ESTATE);
	assert_false(screen_unsent(&stage->local));
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, stage_open, stage_close)
	const struct CMUnitTest tests[] = {
		TEST(enter_goes_from_number_to_password_and_then_signs_in),
		TEST(a_supervisor_releases_the_clock_with_number_and_password),
		TEST(a_password_never_travels_as_a_field),
		TEST(tries_left_stand_before_the_password_is_typed),
		TEST(waiting_counts_down_and_nothing_is_sent_meanwhile),
		TEST(a_new_password_is_sent_twice_and_wiped),
		TEST(a_locked_screen_hides_the_case_and_opens_with_the_password),
		TEST(a_float_is_counted_from_the_keyboard),
		TEST(counting_never_goes_below_zero_and_can_start_again),
		TEST(the_summary_of_the_till_leads_to_the_first_piece),
		TEST(keys_of_home_do_what_stands_on_them),
		TEST(held_and_finished_cases_open),
		TEST(staff_is_only_for_supervisors),
		TEST(the_status_line_goes_from_waiting_to_accepted),
		TEST(a_person_is_added_with_every_field_sent_first),
		TEST(only_a_locked_account_has_unlock),
		TEST(a_parked_item_is_retried_with_r),
		TEST(the_next_try_counts_down_in_seconds),
		TEST(every_trouble_of_the_line_is_an_amber_pill),
		TEST(a_case_is_found_by_part_of_its_number_and_by_scan),
		TEST(a_fault_looks_again_and_never_ends_blind),
		TEST(dialogs_close_with_escape_and_give_the_focus_back),
		TEST(a_case_is_held_with_two_keys),
		TEST(cancelling_asks_first_and_the_safe_answer_has_the_focus),
		TEST(a_taken_tender_leaves_no_amount_for_the_next),
		TEST(an_amount_over_all_bounds_is_not_called_nothing),
		TEST(a_missing_reference_gets_the_focus),
		TEST(what_a_field_refuses_is_said_for_a_while),
		TEST(what_nobody_can_see_is_left_out_with_words),
		TEST(the_form_may_be_scanned_anywhere_on_the_page_that_asks_for_it),
		TEST(a_page_turns_in_the_body_also_when_the_focus_is_in_the_bar),
		TEST(a_scan_that_has_no_field_yet_is_never_lost_silently),
		TEST(a_scan_never_ticks_a_feature),
		TEST(all_kinds_are_in_sight_without_scrolling),
		TEST(a_page_that_goes_on_says_so_in_large_text),
		TEST(a_bag_is_taken_in_by_two_scans),
		TEST(a_scan_on_the_stock_page_finds_the_item),
		TEST(what_is_spoiled_is_what_is_in_sight),
		TEST(devices_say_what_a_person_must_do),
		TEST(the_last_payment_there_may_be_asks_for_the_rest),
		TEST(language_size_and_contrast_change_on_the_glass_alone),
		TEST(where_it_is_tight_the_other_actions_are_under_more),
		TEST(a_summary_takes_the_focus_and_leads_to_the_field),
		TEST(a_summary_that_shrinks_keeps_the_focus_out_of_the_fields),
		TEST(a_product_that_cannot_begin_says_why),
		TEST(tries_that_nobody_counted_are_not_shown),
		TEST(what_an_action_says_takes_the_focus_each_time),
		TEST(what_is_being_typed_survives_another_view),
		TEST(a_field_typed_right_after_another_is_not_forgotten),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
