#include <string.h>

#include "kiosk/base/text.h"
#include "kiosk/counter/internal.h"

#define MASK_CHECK "\u2022"

static bool
shows_case(enum flow_state state)
{
	return state >= FLOW_IDENTITY && state <= FLOW_CHECK;
}

static bool
shows_receipt(enum flow_state state)
{
	return state == FLOW_HAND_OVER || state == FLOW_STORED;
}

/* --- where and who --- */

static void
fill_place(struct counter *counter, struct view *view)
{
	const struct store_identity *identity = &counter->identity;
	view->catalogue = counter->catalogue;
	view->training = identity->training;
	memcpy(view->branch, identity->branch, sizeof(view->branch));
	memcpy(view->counter, identity->counter, sizeof(view->counter));
	memcpy(view->branch_name, identity->branch_name, sizeof(view->branch_name));
	view->offset_min = identity->offset_min;
	view->day = counter->day;
	view->clock_suspect = counter->clock.suspect;
	view->clock_holds = counter_clock_holds(counter);
	view->clock_log_ms = counter->clock.behind ? counter->clock.base_ms : 0;
	view->store_ok = counter->store != NULL;
	view->catalogue_ok = counter->catalogue != NULL;
	view->catalogue_bad = counter->catalogue_bad;
	view->sync_ok = counter->line.heard;
	view->fault = counter->fault;
	memcpy(view->fault_text, counter->fault_text, sizeof(view->fault_text));
}

static void
fill_officer(const struct counter *counter, struct view *view)
{
	view->signed_in = counter->signed_in;
	view->tries_left = counter->tries_left;
	view->wait_s = counter->wait_s;
	if (!counter->signed_in)
		return;
	view->officer = counter->officer;
	view->signed_in_ms = counter->signed_in_ms;
	view->last_sign_in_ms = counter->last_sign_in_ms;
	view->till_open = counter->till.open;
	view->till_opened_ms = counter->till.opened_ms;
}

static void
fill_news(const struct counter *counter, struct view *view)
{
	view->notice = counter->notice;
	view->notice_number = counter->notice_number;
	memcpy(view->notice_subject, counter->notice_subject, sizeof(view->notice_subject));
	view->saved_ms = counter->saved_ms;
}

/* --- figures and lists, read again only when something changed --- */

static bool
read_sum(struct counter *counter, struct view *view, struct error *err)
{
	struct store_outbox_sum sum;
	if (!store_outbox_sum(counter->store, counter->day, &sum, err))
		return false;
	view->sync.waiting = sum.waiting;
	view->sync.parked = sum.parked;
	view->sync.accepted_today = sum.accepted_today;
	view->sync.oldest_ms = sum.oldest_ms;
	view->sync.last_accepted_ms = sum.last_accepted_ms;
	for (size_t i = 0; i < sizeof(view->sync.lanes) / sizeof(view->sync.lanes[0]); i++) {
		view->sync.lanes[i].waiting = sum.lanes[i].waiting;
		view->sync.lanes[i].oldest_ms = sum.lanes[i].oldest_ms;
		view->sync.lanes[i].last_ms = sum.lanes[i].last_ms;
	}
	return true;
}

static bool
read_held(struct counter *counter, struct view *view, struct error *err)
{
	struct store_draft_head heads[VIEW_HELD];
	size_t count = 0;
	if (!store_drafts(counter->store, heads, VIEW_HELD, &count, err))
		return false;
	memset(view->held, 0, sizeof(view->held));
	for (size_t i = 0; i < count; i++) {
		struct view_case *row = &view->held[i];
		(void)text_copy(row->case_number, sizeof(row->case_number), heads[i].case_number);
		(void)text_copy(row->product, sizeof(row->product), heads[i].product);
		(void)text_copy(row->name, sizeof(row->name), heads[i].name);
		row->why = heads[i].held ? counter_case_reason(heads[i].why) : -1;
		row->step = heads[i].step >= FLOW_IDENTITY && heads[i].step <= FLOW_CHECK ? (enum flow_state)heads[i].step
																				  : FLOW_IDENTITY;
		row->at_ms = heads[i].saved_ms;
	}
	view->held_count = (uint32_t)count;
	secret_wipe(heads, sizeof(heads));
	return true;
}

static bool
read_cases(struct counter *counter, struct view *view, struct error *err)
{
	struct store_case_row rows[VIEW_CASES];
	size_t count = 0;
	if (!store_cases(counter->store, counter->day, rows, VIEW_CASES, &count, err))
		return false;
	memset(view->cases, 0, sizeof(view->cases));
	for (size_t i = 0; i < count; i++) {
		struct view_case *row = &view->cases[i];
		(void)text_copy(row->case_number, sizeof(row->case_number), rows[i].case_number);
		(void)text_copy(row->receipt, sizeof(row->receipt), rows[i].receipt);
		(void)text_copy(row->product, sizeof(row->product), rows[i].product);
		(void)text_copy(row->name, sizeof(row->name), rows[i].name);
		row->why = -1;
		row->at_ms = rows[i].at_ms;
		row->accepted = rows[i].accepted;
		row->parked = rows[i].parked;
	}
	view->case_count = (uint32_t)count;
	secret_wipe(rows, sizeof(rows));
	return true;
}

static bool
read_day(struct counter *counter, struct view *view, struct error *err)
{
	struct store_day day;
	if (!store_day(counter->store, counter->day, counter->officer.number, &day, err))
		return false;
	view->today.cases = day.cases;
	view->today.taken = day.taken;
	view->today.cash = view->today.other = (struct money){ 0 };
	for (size_t i = 0; i < day.method_count; i++) {
		struct money *to = strcmp(day.methods[i].method, "cash") == 0 ? &view->today.cash : &view->today.other;
		if (!money_add(*to, day.methods[i].amount, to, err))
			return false;
	}
	return true;
}

static bool
read_staff(struct counter *counter, struct view *view, struct error *err)
{
	struct store_officer_row rows[VIEW_STAFF];
	size_t count = 0;
	if (!store_officers(counter->store, rows, VIEW_STAFF, &count, err))
		return false;
	memset(view->staff, 0, sizeof(view->staff));
	for (size_t i = 0; i < count; i++) {
		view->staff[i].officer = rows[i].officer;
		view->staff[i].locked = rows[i].locked;
		view->staff[i].last_ms = rows[i].last_ms;
	}
	view->staff_count = (uint32_t)count;
	return true;
}

static void
put_item(struct view *view, const struct store_outbox_row *row)
{
	static const enum view_item_state states[] = { [STORE_OUTBOX_WAITING] = VIEW_ITEM_WAITING,
		[STORE_OUTBOX_SPOOLED] = VIEW_ITEM_SPOOLED,
		[STORE_OUTBOX_ACCEPTED] = VIEW_ITEM_ACCEPTED,
		[STORE_OUTBOX_PARKED] = VIEW_ITEM_PARKED };
	struct view_item *item = &view->items[view->item_count++];
	*item = (struct view_item){ .state = states[row->state],
		.lane = row->lane,
		.status = row->status,
		.tries = row->tries,
		.created_ms = row->created_ms };
	(void)text_copy(item->packet_id, sizeof(item->packet_id), row->id);
	(void)text_copy(item->case_number, sizeof(item->case_number), row->case_number);
	(void)text_copy(item->receipt, sizeof(item->receipt), row->receipt);
	(void)text_copy(item->why, sizeof(item->why), row->why);
}

/* Parked ones first, then the oldest. */
static bool
read_items(struct counter *counter, struct view *view, struct error *err)
{
	size_t count = 0;
	if (!store_outbox(counter->store, counter->rows, COUNTER_OFFERS, &count, err))
		return false;
	view->item_count = 0;
	for (size_t i = 0; i < count && view->item_count < VIEW_OUTBOX; i++)
		if (counter->rows[i].state == STORE_OUTBOX_PARKED)
			put_item(view, &counter->rows[i]);
	for (size_t i = 0; i < count && view->item_count < VIEW_OUTBOX; i++)
		if (counter->rows[i].state != STORE_OUTBOX_PARKED)
			put_item(view, &counter->rows[i]);
	return true;
}

static bool
read_lists(struct counter *counter, struct view *view, struct error *err)
{
	enum flow_state state = counter->state;
	bool home = state == FLOW_HOME || state == FLOW_FIND;
	return read_sum(counter, view, err) && (!home || read_held(counter, view, err)) &&
		   (!home || read_cases(counter, view, err)) && (!home || read_day(counter, view, err)) &&
		   (state != FLOW_STAFF || read_staff(counter, view, err)) &&
		   (state != FLOW_STOCK || counter_stock_read(counter, &view->stock, err)) &&
		   (state != FLOW_QUEUE || read_items(counter, view, err));
}

static void
clear_lists(struct view *view)
{
	memset(view->held, 0, sizeof(view->held));
	memset(view->cases, 0, sizeof(view->cases));
	memset(view->items, 0, sizeof(view->items));
	memset(view->staff, 0, sizeof(view->staff));
	memset(&view->today, 0, sizeof(view->today));
	memset(&view->stock, 0, sizeof(view->stock));
	view->held_count = view->case_count = view->item_count = view->staff_count = 0;
}

static void
refresh(struct counter *counter, struct view *view)
{
	struct error err = { 0 };
	if (!counter->stale || counter->store == NULL || !counter->identity.provisioned)
		return;
	counter->stale = false;
	clear_lists(view);
	view->room_ok = store_has_room(counter->store);
	if (!read_lists(counter, view, &err))
		(void)counter_fail(counter, FAULT_STORE, &err);
}

static void
fill_line(const struct counter *counter, struct view *view)
{
	static const enum view_line lines[] = { [WIRE_LINE_UNKNOWN] = VIEW_LINE_UNKNOWN,
		[WIRE_LINE_UP] = VIEW_LINE_UP,
		[WIRE_LINE_DOWN] = VIEW_LINE_DOWN,
		[WIRE_LINE_REFUSED] = VIEW_LINE_REFUSED,
		[WIRE_LINE_UNABLE] = VIEW_LINE_UNABLE,
		[WIRE_LINE_UNPROVISIONED] = VIEW_LINE_REFUSED };
	const struct wire_line *line = &counter->line.last;
	if (!counter->line.heard) {
		view->sync.line = counter->line.channel.fd >= 0 ? VIEW_LINE_UNKNOWN : VIEW_LINE_NO_DAEMON;
		view->sync.since_ms = view->sync.next_ms = 0;
		return;
	}
	view->sync.line = lines[line->state];
	view->sync.since_ms = line->since_ms;
	view->sync.next_ms = line->next_ms;
	view->sync.answer_ms = line->answer_ms;
	view->sync.tries = line->tries < INT32_MAX ? (int32_t)line->tries : INT32_MAX;
	memcpy(view->sync.why, line->why, sizeof(view->sync.why));
}

/* --- the case in hand --- */

static void
fill_number(const struct counter *counter, struct view *view)
{
	const struct case_file *file = &counter->file;
	struct hkid card, form;
	enum hkid_fault fault = HKID_OK, form_fault = HKID_OK;
	bool card_ok = case_judge_card_number(file, &card, &fault);
	bool form_ok = case_judge_form_number(file, &form, &form_fault);
	view->hkid_fault = fault;
	view->form_equals_card_number = card_ok && form_ok && hkid_equal(&card, &form);
	view->identity_hidden = file->hidden;
	if (!file->hidden || !card_ok)
		return;
	hkid_mask(&card, view->masked);
	char *bracket = NULL;
	(void)text_copy(view->fields[FIELD_CARD_NUMBER].text, VIEW_TEXT, view->masked);
	bracket = strchr(view->fields[FIELD_CARD_NUMBER].text, '(');
	if (bracket != NULL)
		*bracket = '\0';
	(void)text_copy(view->fields[FIELD_CARD_CHECK].text, VIEW_TEXT, MASK_CHECK);
	(void)text_copy(view->fields[FIELD_FORM_NUMBER].text, VIEW_TEXT, view->masked);
}

static void
fill_fields(const struct counter *counter, const struct case_rules *rules, struct view *view)
{
	const struct case_file *file = &counter->file;
	for (enum field i = FIELD_NONE + 1; i < FIELDS; i++) {
		struct view_field *field = &view->fields[i];
		enum case_kind kind = case_kind(i);
		if (kind == CASE_OTHER && i != FIELD_CHECKLIST && i != FIELD_AMOUNT)
			continue;
		if (kind == CASE_TYPED)
			memcpy(field->text, file->text[i], sizeof(field->text));
		if (kind == CASE_CHOSEN)
			field->choice = file->choice[i];
		field->told = counter->told[i];
		if (i != FIELD_AMOUNT || counter->state == FLOW_PAYMENT)
			field->problem = case_judge_field(file, rules, i);
	}
	view->form_equals_card_birth = file->text[FIELD_CARD_BIRTH][0] != '\0' && file->text[FIELD_FORM_BIRTH][0] != '\0' &&
								   view->fields[FIELD_FORM_BIRTH].problem == PROBLEM_NONE;
	fill_number(counter, view);
}

static void
fill_checks(const struct counter *counter, struct view *view)
{
	const struct case_file *file = &counter->file;
	const struct catalogue_check *check = NULL;
	int least = catalogue_checks_least(counter->catalogue), others = 0;
	for (size_t i = 0; i < VIEW_CHECKS && (check = case_check_at(file, counter->catalogue, i)) != NULL; i++) {
		(void)text_copy(view->checks[i].id, sizeof(view->checks[i].id), check->id);
		view->checks[i].on = case_seen(file, check->id) != NULL;
		view->check_count++;
		others += check->required ? 0 : 1;
		view->checks_seen += view->checks[i].on && !check->required ? 1 : 0;
	}
	least = least < others ? least : others;
	view->checks_least = least > 0 ? (uint32_t)least : 0;
	memcpy(view->checked_by, file->checked_by, sizeof(view->checked_by));
	view->checked_ms = file->checked_ms;
}

static void
fill_declaration(const struct counter *counter, const struct case_rules *rules, struct view *view)
{
	const struct catalogue_document *document = catalogue_document(rules->catalogue, rules->product->declaration);
	if (document == NULL)
		return;
	memcpy(view->declared, counter->file.declared, sizeof(view->declared));
	view->declared_count = (uint32_t)document->item_count;
}

static void
fill_money(const struct counter *counter, struct view *view)
{
	const struct case_file *file = &counter->file;
	int pieces[PAYMENT_PIECES];
	view->fee = file->fee;
	view->payment = file->payment;
	view->quoted_again = counter->quoted_again;
	view->left = payment_left(&file->payment, file->fee.total);
	payment_change_pieces(payment_change(&file->payment), pieces);
	for (size_t i = 0; i < PAYMENT_PIECES; i++)
		view->change_pieces[i] = pieces[i];
}

static void
fill_summary(const struct counter *counter, const struct case_rules *rules, struct view *view)
{
	enum field wrong[VIEW_PROBLEMS];
	if (!counter->asked)
		return;
	size_t count = case_judge_step(&counter->file, rules, counter->state, wrong);
	for (size_t i = 0; i < count; i++)
		view->summary[view->summary_count++] = wrong[i];
}

static void
fill_case(const struct counter *counter, struct view *view)
{
	const struct case_file *file = &counter->file;
	struct case_rules rules = counter_case_rules(counter);
	memcpy(view->product, file->product, sizeof(view->product));
	memcpy(view->case_number, file->case_number, sizeof(view->case_number));
	view->begun_ms = file->begun_ms;
	memcpy(view->step_ms, file->step_ms, sizeof(view->step_ms));
	view->from_check = file->from_check;
	case_name(file, view->display_name, sizeof(view->display_name));
	fill_fields(counter, &rules, view);
	fill_checks(counter, view);
	fill_declaration(counter, &rules, view);
	fill_money(counter, view);
	fill_summary(counter, &rules, view);
}

/* --- what is no case --- */

/* What an action said goes before what the rules say. */
static void
fill_form(const struct counter *counter, struct view *view)
{
	for (enum field i = FIELD_NONE + 1; i < FIELDS; i++) {
		struct view_field *field = &view->fields[i];
		if (case_kind(i) == CASE_OTHER) {
			memcpy(field->text, counter->form[i], sizeof(field->text));
			field->choice = counter->form_choice[i];
		}
		if (counter->said[i] != PROBLEM_NONE)
			field->problem = counter->said[i];
		field->told = counter->told[i];
		bool listed = false;
		for (size_t n = 0; n < view->summary_count; n++)
			listed = listed || view->summary[n] == i;
		if (counter->asked && counter->said[i] != PROBLEM_NONE && !listed && view->summary_count < VIEW_PROBLEMS)
			view->summary[view->summary_count++] = i;
	}
}

/* When its steps were done, as the committed application tells it: the draft is gone. */
static void
fill_done(const struct application *application, int64_t at_ms, struct view *view)
{
	view->begun_ms = view->step_ms[FLOW_PRODUCT] = application->begun_ms;
	for (size_t i = 0; i < application->check_count; i++)
		if (application->checks[i].at_ms > view->step_ms[FLOW_IDENTITY])
			view->step_ms[FLOW_IDENTITY] = application->checks[i].at_ms;
	view->step_ms[FLOW_DETAILS] = view->step_ms[FLOW_DECLARATION] = application->declaration_at_ms;
	view->step_ms[FLOW_PAYMENT] = view->step_ms[FLOW_CHECK] = at_ms;
}

static void
fill_person(const struct application_person *person, struct view *view)
{
	(void)text_format(view->display_name, sizeof(view->display_name), "%s%s%s%s%s", person->surname,
		person->given[0] != '\0' ? " " : "", person->given, person->chinese[0] != '\0' ? " " : "", person->chinese);
	hkid_mask(&person->hkid, view->masked);
	memcpy(view->receipt.masked, view->masked, sizeof(view->receipt.masked));
	secret_wipe(&view->receipt.application.person.hkid, sizeof(view->receipt.application.person.hkid));
}

static void
fill_receipt(const struct counter *counter, struct view *view)
{
	const struct store_receipt *stored = &counter->stored;
	const struct application *application = &counter->application;
	view->receipt.there = true;
	memcpy(view->receipt.number, stored->text, sizeof(view->receipt.number));
	memcpy(view->receipt.packet_id, stored->packet_id, sizeof(view->receipt.packet_id));
	memcpy(view->receipt.officer, stored->officer, sizeof(view->receipt.officer));
	view->receipt.at_ms = stored->at_ms;
	view->receipt.copies = stored->copies;
	view->receipt.accepted = stored->accepted;
	view->receipt.accepted_ms = stored->accepted_ms;
	view->receipt.printed = stored->printed;
	view->receipt.application = *application;
	fill_person(&application->person, view);
	fill_done(application, stored->at_ms, view);
	memcpy(view->case_number, application->case_number, sizeof(view->case_number));
	(void)text_copy(view->product, sizeof(view->product), application->lines[0].product);
	view->fee = application->fee;
	view->payment = application->payment;
	memcpy(view->given, counter->given, sizeof(counter->given));
	view->given_count = (uint32_t)counter_case_given(counter, view->given_line);
}

/* Everything that belongs to one screen starts empty: nothing of a case is left in a view that does not show it. */
static void
clear_case(struct view *view)
{
	size_t from = offsetof(struct view, product);
	secret_wipe((uint8_t *)view + from, sizeof(*view) - from);
	for (size_t i = 0; i < FIELDS; i++)
		view->fields[i].choice = -1;
}

void
counter_view_fill(struct counter *counter)
{
	struct view *view = &counter->view;
	refresh(counter, view); /* may end in FLOW_FAULT: before the state is told */
	if (!counter->signed_in || counter->state == FLOW_LOCKED || counter->state == FLOW_FAULT)
		clear_lists(view);
	clear_case(view);
	view->generation++;
	view->state = counter->state;
	fill_place(counter, view);
	fill_officer(counter, view);
	fill_news(counter, view);
	fill_line(counter, view);
	view->printer = counter_device_printer(counter);
	view->token_port = counter_device_port(counter);
	view->summary_number = counter->summary_number;
	if (counter->state == FLOW_PRODUCT || counter->state == FLOW_NOT_HERE)
		memcpy(view->product, counter->chosen, sizeof(view->product));
	if (shows_case(counter->state) && counter_case_in_hand(counter))
		fill_case(counter, view);
	if (shows_receipt(counter->state) && counter->has_receipt)
		fill_receipt(counter, view);
	fill_form(counter, view);
}
