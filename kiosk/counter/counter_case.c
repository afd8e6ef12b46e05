#include <string.h>

#include "kiosk/base/log.h"
#include "kiosk/base/text.h"
#include "kiosk/counter/case_code.h"
#include "kiosk/counter/internal.h"

#define COUNT(table)  (sizeof(table) / sizeof((table)[0]))
#define SAVE_PAUSE_MS 300u /* what is typed is durable at most this late */

/* How a reason stands in the store. */
static const char *const hold_names[HOLD_REASONS] = { [HOLD_FETCH_MONEY] = "fetch-money",
	[HOLD_FETCH_DOCUMENT] = "fetch-document",
	[HOLD_CORRECT_FORM] = "correct-form",
	[HOLD_DOUBT] = "doubt",
	[HOLD_OTHER] = "other" };

static const struct {
	enum flow_state step;
	enum flow_event resume, change;
} step_events[] = {
	{ FLOW_IDENTITY, EVENT_RESUME_IDENTITY, EVENT_CHANGE_IDENTITY },
	{ FLOW_DETAILS, EVENT_RESUME_DETAILS, EVENT_CHANGE_DETAILS },
	{ FLOW_DECLARATION, EVENT_RESUME_DECLARATION, EVENT_CHANGE_DECLARATION },
	{ FLOW_PAYMENT, EVENT_RESUME_PAYMENT, EVENT_CHANGE_PAYMENT },
	{ FLOW_CHECK, EVENT_RESUME_CHECK, FLOW_EVENTS },
};

bool
counter_case_in_hand(const struct counter *counter)
{
	return counter->file.case_number[0] != '\0';
}

struct case_rules
counter_case_rules(const struct counter *counter)
{
	return (struct case_rules){ .catalogue = counter->catalogue,
		.product = catalogue_product(counter->catalogue, counter->file.product),
		.today = counter->day };
}

int
counter_case_reason(const char *why)
{
	for (int i = 0; i < HOLD_REASONS; i++)
		if (strcmp(hold_names[i], why) == 0)
			return i;
	return -1;
}

/* --- the draft --- */

static bool
put_draft(struct counter *counter, enum flow_state step, const char *why)
{
	struct buffer out = buffer_into(counter->draft, sizeof(counter->draft));
	struct case_file *file = &counter->file;
	struct store_draft_head head = { .held = why != NULL, .begun_ms = file->begun_ms, .step = (int)step };
	struct error err = { 0 };
	file->step = step;
	(void)text_copy(head.case_number, sizeof(head.case_number), file->case_number);
	(void)text_copy(head.product, sizeof(head.product), file->product);
	(void)text_copy(head.officer, sizeof(head.officer), counter->officer.number);
	(void)text_copy(head.why, sizeof(head.why), why != NULL ? why : "");
	case_name(file, head.name, sizeof(head.name));
	case_code_write(file, &out);
	int64_t now_ms = counter_now(counter);
	bool ok = out.ok ? store_draft_put(counter->store, &head, buffer_span(&out), now_ms, &err)
					 : error_set(&err, ERROR_FULL, "a draft is larger than %u bytes", CASE_CODE_MOST);
	secret_wipe(counter->draft, sizeof(counter->draft));
	secret_wipe(&head, sizeof(head));
	counter->unsaved = counter->unsaved && !ok;
	counter->saved_ms = ok ? now_ms : counter->saved_ms;
	return ok || (counter->state != FLOW_FAULT && counter_fail(counter, FAULT_STORE, &err));
}

bool
counter_case_save(struct counter *counter, enum flow_state step)
{
	return put_draft(counter, step, NULL);
}

static int
on_save(sd_event_source *source, uint64_t at_us, void *self)
{
	struct counter *counter = self;
	(void)source, (void)at_us;
	if (counter->unsaved && counter_case_in_hand(counter)) {
		(void)counter_case_save(counter, counter->file.step);
		counter_publish_soon(counter);
	}
	return 0;
}

/* The first change starts the pause; those that follow do not put it off. */
static void
changed(struct counter *counter)
{
	if (counter->unsaved)
		return;
	counter->unsaved = true;
	if (!counter_timer(counter, &counter->save_timer, SAVE_PAUSE_MS, on_save))
		(void)counter_case_save(counter, counter->file.step);
}

/* --- effects --- */

static bool
audit(struct counter *counter, const char *event, const char *detail)
{
	struct error err = { 0 };
	return store_audit(counter->store, event, counter->officer.number, counter->file.case_number, detail,
			   counter_now(counter), &err) ||
		   counter_fail(counter, FAULT_STORE, &err);
}

static bool
begin(struct counter *counter)
{
	char number[APPLICATION_CASE];
	struct error err = { 0 };
	int64_t now_ms = counter_now(counter);
	const struct catalogue_product *product = catalogue_product(counter->catalogue, counter->chosen);
	if (product == NULL)
		return false;
	if (!store_case_next(counter->store, counter->day, number, &err))
		return counter_fail(counter, FAULT_STORE, &err);
	case_begin(&counter->file, number, product, counter->chosen_term, now_ms);
	counter->quoted_again = false;
	return counter_case_save(counter, FLOW_IDENTITY);
}

/* Ask the catalogue for the fee of today. False, and told, if it states none. */
static bool
quote(struct counter *counter)
{
	struct case_file *file = &counter->file;
	struct case_rules rules = counter_case_rules(counter);
	struct fee_quote fresh;
	struct error err = { 0 };
	if (!fee_quote(rules.catalogue, rules.product, file->term_months, counter->day, &fresh, &err)) {
		LOG(LOG_LEVEL_WARNING, "fee.refused", log_id("case", file->case_number), log_error(&err));
		counter->asked = true; /* the step in sight has no amount: its summary says it */
		return counter_say(counter, FIELD_AMOUNT, PROBLEM_NO_FEE);
	}
	bool other = file->fee.day.year != 0 &&
				 (date_compare(file->fee.day, fresh.day) != 0 || money_compare(file->fee.total, fresh.total) != 0 ||
					 strcmp(file->fee.version, fresh.version) != 0);
	if (other) {
		counter->quoted_again = true;
		counter_notice(counter, NOTICE_QUOTED_AGAIN, file->case_number);
	}
	if (file->quoted_first.year == 0)
		file->quoted_first = fresh.day;
	file->fee = fresh;
	return true;
}

/* From here on the number shows masked. */
static bool
hide(struct counter *counter, enum flow_state to)
{
	struct case_file *file = &counter->file;
	struct hkid hkid;
	enum hkid_fault fault = HKID_OK;
	struct error err = { 0 };
	size_t others = 0;
	if (file->hidden)
		return counter_case_save(counter, to);
	if (!case_judge_card_number(file, &hkid, &fault))
		return false;
	if (!store_cases_of(counter->store, &hkid, counter->day, &others, &err))
		return counter_fail(counter, FAULT_STORE, &err);
	if (others > 0)
		counter_notice(counter, NOTICE_SAME_DAY, file->case_number);
	file->hidden = true;
	file->checked_ms = counter_now(counter);
	(void)text_copy(file->checked_by, sizeof(file->checked_by), counter->officer.number);
	return counter_case_save(counter, to) && audit(counter, "identity-checked", "");
}

static bool
show(struct counter *counter)
{
	counter->file.hidden = false;
	return counter_case_save(counter, FLOW_IDENTITY) && audit(counter, "identity-opened", "");
}

static void
forget(struct counter *counter)
{
	case_forget(&counter->file);
	counter->unsaved = false;
	counter->quoted_again = false;
}

static bool
hold(struct counter *counter)
{
	if (!put_draft(counter, counter->file.step, hold_names[counter->hold]) ||
		!audit(counter, "case-held", hold_names[counter->hold]))
		return false;
	counter_notice(counter, NOTICE_HELD, counter->file.case_number);
	forget(counter);
	return true;
}

static bool
drop(struct counter *counter)
{
	struct error err = { 0 };
	if (!store_draft_drop(counter->store, counter->file.case_number, counter->officer.number,
			counter->file.payment.count > 0 ? "money-returned" : "officer", counter_now(counter), &err))
		return counter_fail(counter, FAULT_STORE, &err);
	counter_notice(counter, NOTICE_CANCELLED, counter->file.case_number);
	forget(counter);
	return true;
}

bool
counter_case_effect(struct counter *counter, const struct flow_step *step)
{
	switch (step->effect) {
	case EFFECT_BEGIN:
		return begin(counter);
	case EFFECT_SAVE:
		/* a lock is no step: the case goes on where it is */
		return counter_case_save(counter, step->to == FLOW_LOCKED ? counter->file.step : step->to);
	case EFFECT_HIDE:
		return hide(counter, step->to);
	case EFFECT_SHOW:
		return show(counter);
	case EFFECT_QUOTE:
		return quote(counter) && counter_case_save(counter, step->to);
	case EFFECT_HOLD:
		return hold(counter);
	case EFFECT_LOAD:
		return counter_case_save(counter, step->to) && audit(counter, "case-resumed", flow_state_name(step->to));
	case EFFECT_DROP:
		return drop(counter);
	case EFFECT_NONE:
	case EFFECT_COMMIT:
	case EFFECT_FORGET:
	case EFFECT_RELEASE:
	case EFFECT_REJECT:
	case EFFECT_BAG:
	case EFFECT_REOPEN:
	case EFFECT_LEAVE:
		break;
	}
	return false;
}

/* --- what is typed, chosen and ticked --- */

/* Passwords are never kept, and the number of who signs in comes with the password. */
static bool
is_form_text(enum field field)
{
	return field == FIELD_STAFF_NUMBER || field == FIELD_STAFF_NAME || field == FIELD_AMOUNT ||
		   field == FIELD_REFERENCE || field == FIELD_SIGN_IN_NUMBER || field == FIELD_STOCK_FIRST ||
		   field == FIELD_STOCK_LAST || field == FIELD_STOCK_SERIAL;
}

void
counter_case_field(struct counter *counter, struct command *command)
{
	if (is_form_text(command->field)) {
		(void)text_copy(counter->form[command->field], VIEW_TEXT, command->text);
		(void)counter_say(
			counter, command->field, command->field == FIELD_AMOUNT ? case_judge_amount(command->text) : PROBLEM_NONE);
	} else if (counter_case_in_hand(counter) && case_kind(command->field) == CASE_TYPED) {
		counter->told[command->field] = true;
		if (case_type(&counter->file, command->field, command->text))
			changed(counter);
	}
}

/* How many choices a field has that belongs to no case, in the state in sight. */
static int32_t
form_choices(const struct counter *counter, enum field field)
{
	if (counter->state == FLOW_STAFF && field == FIELD_STAFF_ROLE)
		return OFFICER_ROLES;
	if (counter->state == FLOW_STOCK && field == FIELD_STOCK_KIND)
		return VIEW_BRANDS;
	if (counter->state == FLOW_STOCK && field == FIELD_STOCK_REASON)
		return STOCK_REASONS;
	return 0;
}

void
counter_case_choice(struct counter *counter, struct command *command)
{
	if (!counter_case_in_hand(counter)) {
		if (command->index >= 0 && command->index < form_choices(counter, command->field)) {
			counter->form_choice[command->field] = command->index;
			(void)counter_say(counter, command->field, PROBLEM_NONE);
		}
		return;
	}
	counter->told[command->field] = true;
	if (case_choose(&counter->file, command->field, command->index, counter->officer.number, counter_now(counter)))
		changed(counter);
}

void
counter_case_tick(struct counter *counter, struct command *command)
{
	int64_t now_ms = counter_now(counter);
	bool ticked = false;
	if (command->index < 0)
		return;
	size_t index = (size_t)command->index;
	if (counter->state == FLOW_HAND_OVER && index < VIEW_GIVEN_MOST)
		counter->given[index] = command->on;
	else if (counter->state == FLOW_IDENTITY)
		ticked = case_see(&counter->file, counter->catalogue, index, command->on, counter->officer.number, now_ms);
	else if (counter->state == FLOW_DECLARATION)
		ticked = case_declare(&counter->file, index, command->on, now_ms);
	if (ticked)
		changed(counter);
}

/* --- steps --- */

static bool
sells(const struct catalogue_product *product, int32_t *term)
{
	for (size_t i = 0; i < product->term_count; i++) {
		if (*term == 0)
			*term = product->terms[i];
		if (*term == product->terms[i])
			return true;
	}
	return false;
}

void
counter_case_product(struct counter *counter, struct command *command)
{
	const struct catalogue_product *product = catalogue_product(counter->catalogue, command->text);
	int32_t term = command->index;
	struct fee_quote quote;
	struct error err;
	if (product == NULL)
		return;
	(void)text_copy(counter->chosen, sizeof(counter->chosen), product->id);
	counter->chosen_term = term;
	if (product->service != CATALOGUE_HANDLED) {
		(void)counter_step(counter, EVENT_REDIRECTED);
		return;
	}
	if (!sells(product, &term) || !fee_quote(counter->catalogue, product, term, counter->day, &quote, &err))
		(void)counter_say(counter, FIELD_PRODUCT, PROBLEM_NO_FEE);
	else if (catalogue_method_at(counter->catalogue, 0) == NULL)
		(void)counter_say(counter, FIELD_PRODUCT, PROBLEM_NO_METHOD);
	else if (!store_has_room(counter->store))
		(void)counter_say(counter, FIELD_PRODUCT, PROBLEM_NO_ROOM);
	else if (counter_clock_holds(counter)) /* it was set since the product list was opened */
		(void)counter_step(counter, EVENT_CLOCK);
	else {
		counter->chosen_term = term;
		(void)counter_step(counter, EVENT_CHOSEN);
	}
}

/* Tell everything that is wrong in the step in sight; true if nothing is. */
static bool
complete(struct counter *counter)
{
	struct case_rules rules = counter_case_rules(counter);
	enum field wrong[VIEW_PROBLEMS];
	size_t count = case_judge_step(&counter->file, &rules, counter->state, wrong);
	for (size_t i = 0; i < count; i++)
		counter->told[wrong[i]] = true;
	counter->asked = count > 0;
	counter->summary_number += count > 0 ? 1 : 0;
	return count == 0;
}

/* A reserve of disk is kept, so that who paid also gets through. */
static bool
has_room(struct counter *counter)
{
	if (counter->state != FLOW_DECLARATION || store_has_room(counter->store))
		return true;
	counter->summary_number++;
	counter->asked = true;
	return counter_say(counter, FIELD_AMOUNT, PROBLEM_NO_ROOM);
}

static void
next_step(struct counter *counter)
{
	enum flow_state from = counter->state;
	int64_t before = counter->file.step_ms[from];
	bool from_check = counter->file.from_check;
	if (!complete(counter) || !has_room(counter))
		return;
	counter->file.step_ms[from] = counter_now(counter);
	counter->file.from_check = false;
	if (counter_step(counter, from_check ? EVENT_CONTINUE_CHECK : EVENT_CONTINUE) || counter->state == FLOW_FAULT)
		return;
	counter->file.step_ms[from] = before;
	counter->file.from_check = from_check;
}

static void
change_to(struct counter *counter, enum flow_state step)
{
	for (size_t i = 0; i < COUNT(step_events); i++) {
		if (step_events[i].step != step || step_events[i].change == FLOW_EVENTS)
			continue;
		counter->file.from_check = counter->state == FLOW_CHECK;
		(void)counter_step(counter, step_events[i].change);
		return;
	}
}

/* The fee is that of another day, or of a catalogue that is not in force any more. */
static bool
fee_is_old(const struct counter *counter)
{
	return date_compare(counter->file.fee.day, counter->day) != 0 ||
		   strcmp(counter->file.fee.version, catalogue_version(counter->catalogue)) != 0;
}

/* Everything is looked at once more; a step that is not complete any more is opened. */
static void
accept(struct counter *counter)
{
	if (fee_is_old(counter) && !quote(counter)) {
		change_to(counter, FLOW_PAYMENT);
		return;
	}
	struct case_rules rules = counter_case_rules(counter);
	enum flow_state next = counter->file.hidden ? case_judge_next(&counter->file, &rules) : FLOW_IDENTITY;
	if (next == FLOW_CHECK) {
		(void)counter_step(counter, EVENT_ACCEPT);
		return;
	}
	change_to(counter, next);
	(void)complete(counter);
}

size_t
counter_case_given(const struct counter *counter, enum view_given lines[static VIEW_GIVEN_MOST])
{
	const struct catalogue_product *product =
		catalogue_product(counter->catalogue, counter->application.lines[0].product);
	size_t count = 0;
	lines[count++] = VIEW_GIVEN_CARD;
	lines[count++] = VIEW_GIVEN_RECEIPT;
	lines[count++] = VIEW_GIVEN_TOLD;
	if (product != NULL && product->pin_envelope)
		lines[count++] = VIEW_GIVEN_ENVELOPE;
	return count;
}

static void
hand_over(struct counter *counter)
{
	enum view_given lines[VIEW_GIVEN_MOST];
	size_t count = counter_case_given(counter, lines);
	for (size_t i = 0; i < count; i++) {
		if (counter->given[i])
			continue;
		(void)counter_say(counter, FIELD_CHECKLIST, PROBLEM_TICKS);
		counter->asked = true;
		counter->summary_number++;
		return;
	}
	(void)counter_step(counter, EVENT_DONE);
}

void
counter_case_continue(struct counter *counter, struct command *command)
{
	(void)command;
	switch (counter->state) {
	case FLOW_IDENTITY:
	case FLOW_DETAILS:
	case FLOW_DECLARATION:
	case FLOW_PAYMENT:
		next_step(counter);
		break;
	case FLOW_CHECK:
		accept(counter);
		break;
	case FLOW_HAND_OVER:
		hand_over(counter);
		break;
	case FLOW_NOT_HERE:
		(void)counter_step(counter, EVENT_DONE);
		break;
	case FLOW_STORED:
		(void)counter_step(counter, EVENT_BACK);
		break;
	case FLOW_UNPROVISIONED:
	case FLOW_FAULT:
		(void)counter_look(counter);
		break;
	case FLOW_SIGN_IN:
	case FLOW_NEW_PASSWORD:
	case FLOW_TILL:
	case FLOW_HOME:
	case FLOW_STAFF:
	case FLOW_QUEUE:
	case FLOW_FIND:
	case FLOW_PRODUCT:
	case FLOW_LOCKED:
	case FLOW_CLOCK:
	case FLOW_RELEASE:
	case FLOW_TOKEN:
	case FLOW_PIN:
	case FLOW_COLLECT:
	case FLOW_STOCK:
	case FLOW_STATES:
		break;
	}
}

/* A case in which nothing was done leaves nothing behind; one that was opened by a Change link goes back to Check. */
void
counter_case_back(struct counter *counter, struct command *command)
{
	(void)command;
	if (counter_case_in_hand(counter) && counter->file.from_check && counter->state != FLOW_CHECK) {
		next_step(counter);
		return;
	}
	counter->hold = HOLD_OTHER;
	bool blank = counter->state == FLOW_IDENTITY && case_is_blank(&counter->file);
	(void)counter_step(counter, blank ? EVENT_CANCEL : EVENT_BACK);
}

void
counter_case_change(struct counter *counter, struct command *command)
{
	if (counter->state == FLOW_CHECK) {
		change_to(counter, (enum flow_state)command->index);
	} else if (command->index == FLOW_IDENTITY && counter->file.hidden) {
		(void)counter_step(counter, EVENT_CHANGE_IDENTITY);
	}
}

void
counter_case_hold(struct counter *counter, struct command *command)
{
	if (command->index < 0 || command->index >= HOLD_REASONS)
		return;
	counter->hold = (enum hold_reason)command->index;
	(void)counter_step(counter, EVENT_HOLD);
}

/* --- resuming --- */

/* Where a loaded case goes on: not behind a step that is not complete under the catalogue and on the day of now. */
static enum flow_state
goes_on(const struct case_file *file, const struct case_rules *rules)
{
	enum flow_state next = file->hidden ? case_judge_next(file, rules) : FLOW_IDENTITY;
	return file->step < next ? file->step : next;
}

static bool
load(struct counter *counter, const char *case_number)
{
	struct store_draft_head head;
	CLEANUP(file_free) struct file_bytes bytes = { 0 };
	struct error err = { 0 };
	if (!store_draft_get(counter->store, case_number, &head, &bytes, &err))
		return err.kind == ERROR_GONE ? false : counter_fail(counter, FAULT_STORE, &err);
	secret_wipe(&head, sizeof(head));
	if (!case_code_read((struct span){ bytes.at, bytes.len }, &counter->file, &err))
		return counter_fail(counter, FAULT_STORE, &err);
	counter->quoted_again = false;
	return true;
}

void
counter_case_resume(struct counter *counter, struct command *command)
{
	if (counter_clock_holds(counter)) {
		(void)counter_step(counter, EVENT_CLOCK);
		return;
	}
	if (!counter->till.open) {
		(void)counter_step(counter, EVENT_TILL);
		return;
	}
	if (!load(counter, command->text)) {
		counter_notice(counter, NOTICE_NOT_FOUND, "");
		return;
	}
	struct case_rules rules = counter_case_rules(counter);
	bool known = rules.product != NULL && rules.product->service == CATALOGUE_HANDLED;
	if (known && counter->file.fee.day.year != 0 && !quote(counter))
		counter->file.fee = (struct fee_quote){ 0 };
	enum flow_state step = known ? goes_on(&counter->file, &rules) : FLOW_STATES;
	for (size_t i = 0; i < COUNT(step_events); i++) {
		if (step_events[i].step != step || !counter_step(counter, step_events[i].resume))
			continue;
		if (step == FLOW_PAYMENT && counter->quoted_again && counter->file.payment.count > 0)
			(void)complete(counter); /* what was taken is not the fee of today: said at once */
		return;
	}
	forget(counter); /* the catalogue has no such product any more: the draft stays as it is */
	counter_notice(counter, NOTICE_NOT_FOUND, command->text);
}
