#include <string.h>

#include "kiosk/base/log.h"
#include "kiosk/base/text.h"
#include "kiosk/counter/internal.h"

#define SECOND_MS 1000u

/* A staff number as it is kept: tidy, capital letters. False if it cannot be one. */
static bool
read_number(const char *typed, char out[static OFFICER_NUMBER])
{
	struct error ignored;
	out[0] = '\0';
	if (!text_tidy(typed, out, OFFICER_NUMBER, &ignored))
		return false;
	text_upper(out);
	return officer_number(out) == OFFICER_OK;
}

static bool
find_till(struct counter *counter)
{
	struct error err;
	counter->till = (struct store_till){ 0 };
	return store_till(counter->store, counter->officer.number, &counter->till, &err) ||
		   counter_fail(counter, FAULT_STORE, &err);
}

/* Drafts that nobody put on hold: what was in hand when the counter stopped. */
static void
tell_resumed(struct counter *counter)
{
	struct store_draft_head heads[VIEW_HELD];
	struct error ignored;
	size_t count = 0;
	if (!store_drafts(counter->store, heads, VIEW_HELD, &count, &ignored))
		return;
	for (size_t i = 0; i < count; i++) {
		if (!heads[i].held)
			counter_notice(counter, NOTICE_RESUMED, heads[i].case_number);
	}
	secret_wipe(heads, sizeof(heads));
}

/* The counter stopped between commit and paper. */
static void
tell_owed(struct counter *counter)
{
	char receipt[STORE_RECEIPT] = "";
	struct error ignored;
	if (store_receipt_owed(counter->store, receipt, &ignored) && receipt[0] != '\0')
		counter_notice(counter, NOTICE_RECEIPT_OWED, receipt);
}

/* No till is opened on a day that may be the wrong one: home says why. */
static bool
wants_till(struct counter *counter)
{
	return counter->officer.role == OFFICER_CLERK && !counter->till.open && !counter_clock_holds(counter);
}

static void
come_in(struct counter *counter, const struct store_sign_in_result *result)
{
	counter->officer = result->officer;
	counter->signed_in = true;
	counter->signed_in_ms = counter_now(counter);
	counter->last_sign_in_ms = result->last_ms;
	if (!find_till(counter))
		return;
	memset(counter->form, 0, sizeof(counter->form));
	if (result->officer.must_change)
		(void)counter_step(counter, EVENT_MUST_CHANGE);
	else
		(void)counter_step(counter, wants_till(counter) ? EVENT_SIGNED_IN_TILL : EVENT_SIGNED_IN);
	tell_resumed(counter);
	tell_owed(counter);
}

/* When the wait is over the counter says so by itself. */
static int
on_waited(sd_event_source *source, uint64_t at_us, void *self)
{
	struct counter *counter = self;
	(void)source, (void)at_us;
	counter->wait_s = 0;
	if (counter->said[FIELD_SIGN_IN_PASSWORD] == PROBLEM_WAIT)
		(void)counter_say(counter, FIELD_SIGN_IN_PASSWORD, PROBLEM_NONE);
	counter_publish_soon(counter);
	return 0;
}

/* What the store said to a password that did not open; false. */
static bool
tell_wrong(struct counter *counter, const struct store_sign_in_result *result)
{
	static const enum field_problem problems[] = {
		[STORE_SIGN_IN_OK] = PROBLEM_NONE,
		[STORE_SIGN_IN_WRONG] = PROBLEM_WRONG,
		[STORE_SIGN_IN_WAIT] = PROBLEM_WAIT,
		[STORE_SIGN_IN_LOCKED] = PROBLEM_LOCKED,
	};
	counter->tries_left = result->what == STORE_SIGN_IN_WRONG ? result->tries_left : 0;
	counter->wait_s = result->what == STORE_SIGN_IN_WAIT ? result->wait_s : 0;
	if (counter->wait_s > 0)
		(void)counter_timer(counter, &counter->wait_timer, (uint64_t)counter->wait_s * SECOND_MS, on_waited);
	return counter_say(counter, FIELD_SIGN_IN_PASSWORD, problems[result->what]);
}

static bool
check_password(struct counter *counter, const char *number, const char *password, struct store_sign_in_result *result)
{
	struct error err;
	if (!store_officer_sign_in(counter->store, number, text_span(password), counter_now(counter), result, &err))
		return counter_fail(counter, FAULT_STORE, &err);
	return result->what == STORE_SIGN_IN_OK || tell_wrong(counter, result);
}

/* Number and password as they were typed; false if they open nothing, and told. */
static bool
take_credentials(struct counter *counter, struct command *command, struct store_sign_in_result *result)
{
	char number[OFFICER_NUMBER];
	(void)text_copy(counter->form[FIELD_SIGN_IN_NUMBER], VIEW_TEXT, command->text);
	(void)counter_say(counter, FIELD_SIGN_IN_NUMBER, PROBLEM_NONE);
	(void)counter_say(counter, FIELD_SIGN_IN_PASSWORD, PROBLEM_NONE);
	if (command->text[0] == '\0')
		(void)counter_say(counter, FIELD_SIGN_IN_NUMBER, PROBLEM_EMPTY);
	if (command->secret[0] == '\0')
		(void)counter_say(counter, FIELD_SIGN_IN_PASSWORD, PROBLEM_EMPTY);
	if (command->text[0] == '\0' || command->secret[0] == '\0')
		return false;
	if (!read_number(command->text, number)) /* what can be no number is asked all the same: it takes as long */
		(void)text_copy(number, sizeof(number), "-");
	return check_password(counter, number, command->secret, result);
}

void
counter_officer_sign_in(struct counter *counter, struct command *command)
{
	struct store_sign_in_result result = { 0 };
	if (take_credentials(counter, command, &result))
		come_in(counter, &result);
}

void
counter_officer_unlock(struct counter *counter, struct command *command)
{
	struct store_sign_in_result result = { 0 };
	(void)counter_say(counter, FIELD_SIGN_IN_PASSWORD, command->secret[0] == '\0' ? PROBLEM_EMPTY : PROBLEM_NONE);
	if (command->secret[0] != '\0' && check_password(counter, counter->officer.number, command->secret, &result))
		(void)counter_step(counter, EVENT_UNLOCKED);
}

/* True if the pair may become a password; what is wrong is said at the two fields. */
static bool
judge_password(struct counter *counter, const char *password, const char *again, const struct officer *officer)
{
	enum officer_fault fault = officer_password(text_span(password), officer->number, officer->name);
	enum field_problem problem = password[0] == '\0' ? PROBLEM_EMPTY : case_judge_officer(fault);
	bool equal = strcmp(password, again) == 0;
	(void)counter_say(counter, FIELD_STAFF_PASSWORD, problem);
	(void)counter_say(counter, FIELD_STAFF_AGAIN, problem == PROBLEM_NONE && !equal ? PROBLEM_NOT_EQUAL : PROBLEM_NONE);
	return problem == PROBLEM_NONE && equal;
}

void
counter_officer_password(struct counter *counter, struct command *command)
{
	struct error err = { 0 };
	if (!judge_password(counter, command->secret, command->again, &counter->officer))
		return;
	if (!store_officer_password(
			counter->store, counter->officer.number, text_span(command->secret), counter_now(counter), &err)) {
		if (err.kind == ERROR_REFUSED)
			(void)counter_say(counter, FIELD_STAFF_PASSWORD, PROBLEM_COMMON);
		else
			(void)counter_fail(counter, FAULT_STORE, &err);
		return;
	}
	counter->officer.must_change = false;
	(void)counter_step(counter, wants_till(counter) ? EVENT_CHANGED_TILL : EVENT_CHANGED);
}

void
counter_officer_counts(struct counter *counter, struct command *command)
{
	struct money sum;
	struct error err = { 0 };
	int64_t now_ms = counter_now(counter);
	if (counter_clock_holds(counter)) {
		(void)counter_step(counter, EVENT_CLOCK);
		return;
	}
	for (size_t i = 0; i < PAYMENT_PIECES; i++) {
		if (command->counts[i] < 0) {
			(void)counter_say(counter, FIELD_COUNT_PIECES, PROBLEM_NEGATIVE);
			return;
		}
	}
	if (!payment_count(command->counts, &sum, &err)) {
		(void)counter_say(counter, FIELD_COUNT_PIECES, PROBLEM_ABSURD);
		return;
	}
	if (sum.minor == 0) {
		(void)counter_say(counter, FIELD_COUNT_PIECES, PROBLEM_NOTHING);
		return;
	}
	if (!store_till_open(
			counter->store, counter->officer.number, command->counts, counter->day, now_ms, &counter->till, &err))
		(void)counter_fail(counter, FAULT_STORE, &err);
	else
		(void)counter_step(counter, EVENT_TILL_OPENED);
}

/* The officer that the staff screen describes; false if a field is wrong. */
static bool
read_officer(struct counter *counter, struct officer *out)
{
	struct error err;
	char name[VIEW_TEXT];
	const char *typed = counter->form[FIELD_STAFF_NUMBER];
	int32_t role = counter->form_choice[FIELD_STAFF_ROLE];
	*out = (struct officer){ .role = role == OFFICER_SUPERVISOR ? OFFICER_SUPERVISOR : OFFICER_CLERK,
		.must_change = true };
	enum field_problem number = typed[0] == '\0' ? PROBLEM_EMPTY : PROBLEM_NONE;
	if (number == PROBLEM_NONE && !read_number(typed, out->number))
		number = PROBLEM_SHAPE;
	(void)counter_say(counter, FIELD_STAFF_NUMBER, number);
	enum field_problem called = PROBLEM_NONE;
	if (!text_tidy(counter->form[FIELD_STAFF_NAME], name, sizeof(name), &err))
		called = PROBLEM_CHARACTER;
	else if (officer_name(name) != OFFICER_OK || !text_copy(out->name, sizeof(out->name), name))
		called = name[0] == '\0' ? PROBLEM_EMPTY : PROBLEM_LONG;
	(void)counter_say(counter, FIELD_STAFF_NAME, called);
	(void)counter_say(counter, FIELD_STAFF_ROLE, role < 0 ? PROBLEM_EMPTY : PROBLEM_NONE);
	return number == PROBLEM_NONE && called == PROBLEM_NONE && role >= 0;
}

void
counter_officer_add(struct counter *counter, struct command *command)
{
	struct officer officer;
	struct error err = { 0 };
	if (counter->officer.role != OFFICER_SUPERVISOR)
		return;
	bool sound = read_officer(counter, &officer);
	if (!judge_password(counter, command->secret, command->again, &officer) || !sound)
		return;
	if (!store_officer_add(counter->store, &officer, text_span(command->secret), counter->officer.number,
			counter_now(counter), &err)) {
		if (err.kind == ERROR_REFUSED && err.domain == DOMAIN_SQLITE) /* the table has this number */
			(void)counter_say(counter, FIELD_STAFF_NUMBER, PROBLEM_TAKEN);
		else
			(void)counter_fail(counter, FAULT_STORE, &err);
		return;
	}
	counter_notice(counter, NOTICE_STAFF_ADDED, officer.number);
	memset(counter->form, 0, sizeof(counter->form));
	counter->form_choice[FIELD_STAFF_ROLE] = -1;
	memset(counter->told, 0, sizeof(counter->told));
	counter->stale = true;
}

void
counter_officer_release(struct counter *counter, struct command *command)
{
	char number[OFFICER_NUMBER];
	struct error err = { 0 };
	if (counter->officer.role != OFFICER_SUPERVISOR || !read_number(command->text, number))
		return;
	if (!store_officer_unlock(counter->store, number, counter->officer.number, counter_now(counter), &err)) {
		if (counter_declined(&err))
			counter_notice(counter, NOTICE_NOT_FOUND, number);
		else
			(void)counter_fail(counter, FAULT_STORE, &err);
		return;
	}
	counter_notice(counter, NOTICE_UNLOCKED, number);
	counter->stale = true;
}

/* The clock goes on from what the computer says, on the word of a supervisor. */
static bool
release_clock(struct counter *counter, const char *supervisor)
{
	struct error err = { 0 };
	(void)counter_now(counter);
	int64_t wall_ms = counter->clock.wall_ms;
	if (!store_clock_release(counter->store, supervisor, wall_ms, &err))
		return counter_fail(counter, FAULT_STORE, &err);
	counter_clock_goes(counter, wall_ms);
	return true;
}

void
counter_officer_clock(struct counter *counter, struct command *command)
{
	struct store_sign_in_result result = { 0 };
	struct error err = { 0 };
	if (!take_credentials(counter, command, &result))
		return;
	/* that was the approval of this one thing: whoever was signed in still is, and nobody else */
	if (!store_officer_sign_out(counter->store, result.officer.number, "clock", counter_now(counter), &err)) {
		(void)counter_fail(counter, FAULT_STORE, &err);
		return;
	}
	bool own = !result.officer.must_change, leads = result.officer.role == OFFICER_SUPERVISOR;
	if (!own || !leads) {
		(void)counter_say(counter, FIELD_SIGN_IN_NUMBER, leads ? PROBLEM_NOT_OWN : PROBLEM_NOT_SUPERVISOR);
	} else if (release_clock(counter, result.officer.number)) {
		memset(counter->form, 0, sizeof(counter->form));
		counter_notice(counter, NOTICE_CLOCK_RELEASED, "");
		(void)counter_step(counter, EVENT_CLOCK_RELEASED);
	}
}

bool
counter_officer_leave(struct counter *counter)
{
	struct error err = { 0 };
	bool ok = true;
	if (counter_case_in_hand(counter))
		ok = counter_case_save(counter, counter->file.step);
	if (ok && counter->signed_in && counter->store != NULL)
		ok = store_officer_sign_out(counter->store, counter->officer.number, counter->ended ? "stop" : "officer",
				 counter_now(counter), &err) ||
			 counter->state == FLOW_FAULT || counter_fail(counter, FAULT_STORE, &err);
	case_forget(&counter->file);
	counter->unsaved = false;
	counter_commit_forget(counter);
	counter->signed_in = false;
	secret_wipe(&counter->officer, sizeof(counter->officer));
	counter->till = (struct store_till){ 0 };
	counter->tries_left = 0;
	return ok;
}
