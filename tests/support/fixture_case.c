#include "tests/support/fixture_case.h"

#include <string.h>

#include "kiosk/base/text.h"
#include "tests/support/fixture_view.h"

static const char *const names[] = { "product", "product-chosen", "not-here", "identity", "identity-wrong",
	"identity-checked", "details", "details-problem", "declaration", "payment", "payment-split", "payment-paid",
	"check", "hand-over", "hand-over-accepted", "stored", "stored-owed" };

const char *
fixture_case_name(size_t index)
{
	return index < sizeof(names) / sizeof(names[0]) ? names[index] : NULL;
}

static void
set(struct view *view, enum field field, const char *text)
{
	(void)text_copy(view->fields[field].text, sizeof(view->fields[field].text), text);
}

static void
begin(struct view *view)
{
	(void)text_copy(view->product, sizeof(view->product), "personal");
	(void)text_copy(view->case_number, sizeof(view->case_number), "WR04-261104-047");
	view->begun_ms = fixture_view_at(14, 27);
	view->step_ms[FLOW_PRODUCT] = fixture_view_at(14, 27);
	view->saved_ms = fixture_view_at(14, 32);
	for (size_t i = 0; i < FIELDS; i++)
		view->fields[i].choice = -1;
}

static void
card(struct view *view)
{
	const struct catalogue_check *check;
	set(view, FIELD_CARD_NUMBER, "E364912");
	set(view, FIELD_CARD_CHECK, "5");
	set(view, FIELD_FORM_NUMBER, "E364912(5)");
	set(view, FIELD_FORM_BIRTH, "23/05/1991");
	set(view, FIELD_CARD_BIRTH, "23/05/1991");
	set(view, FIELD_SURNAME, "LEUNG");
	set(view, FIELD_GIVEN, "HOI CHING");
	set(view, FIELD_CHINESE, "梁凱晴");
	view->fields[FIELD_SAME_SURNAME].choice = APPLICATION_SAME;
	view->fields[FIELD_SAME_GIVEN].choice = APPLICATION_SAME;
	view->fields[FIELD_SAME_CHINESE].choice = APPLICATION_SAME;
	view->fields[FIELD_GENERATION].choice = 2018;
	view->hkid_fault = HKID_OK;
	view->form_equals_card_number = view->form_equals_card_birth = true;
	view->checks_least = 3;
	for (size_t i = 0; (check = catalogue_check_at(view->catalogue, i)) != NULL && view->check_count < VIEW_CHECKS;
		 i++) {
		if (check->generation == 2003)
			continue;
		(void)text_copy(view->checks[view->check_count].id, sizeof(view->checks[0].id), check->id);
		view->checks[view->check_count].on = view->check_count < 5;
		view->check_count++;
	}
	view->checks_seen = 5;
	(void)text_copy(view->masked, sizeof(view->masked), "E364•••(•)");
	(void)text_copy(view->display_name, sizeof(view->display_name), "LEUNG Hoi Ching 梁凱晴");
}

static void
hide(struct view *view)
{
	view->identity_hidden = true;
	view->step_ms[FLOW_IDENTITY] = view->checked_ms = fixture_view_at(14, 33);
	(void)text_copy(view->checked_by, sizeof(view->checked_by), view->officer.number);
	set(view, FIELD_CARD_NUMBER, "E364•••");
	set(view, FIELD_CARD_CHECK, "•");
	set(view, FIELD_FORM_NUMBER, "E364•••(•)");
}

static void
details(struct view *view)
{
	view->fields[FIELD_TITLE].choice = APPLICATION_TITLE_MS;
	set(view, FIELD_PHONE, "9123 4567");
	set(view, FIELD_CERT_EMAIL, "hoiching.leung@example.hk");
	view->fields[FIELD_CONTACT_SAME].choice = 1;
	set(view, FIELD_ROOM, "12B");
	set(view, FIELD_FLOOR, "8");
	set(view, FIELD_BUILDING, "Harbour Court");
	set(view, FIELD_ESTATE, "168 Wharf Road");
	set(view, FIELD_DISTRICT, "North Point");
	view->fields[FIELD_AREA].choice = APPLICATION_AREA_HK;
	set(view, FIELD_BARCODE, "798A-000318");
	set(view, FIELD_ENVELOPE, "PE-700318");
}

static void
problem(struct view *view)
{
	set(view, FIELD_CERT_EMAIL, "hoiching.leung@");
	view->fields[FIELD_CERT_EMAIL].problem = PROBLEM_SHAPE;
	view->fields[FIELD_CERT_EMAIL].told = true;
	view->summary[0] = FIELD_CERT_EMAIL;
	view->summary_count = 1;
	view->summary_number = 1;
	view->sync.line = VIEW_LINE_DOWN;
	view->sync.since_ms = view->sync.answer_ms = fixture_view_at(14, 5);
	view->sync.next_ms = FIXTURE_VIEW_NOW + 42000;
}

static void
declare(struct view *view)
{
	const struct catalogue_product *product = catalogue_product(view->catalogue, view->product);
	const struct catalogue_document *document = catalogue_document(view->catalogue, product->declaration);
	view->fields[FIELD_DECLARATION_LANGUAGE].choice = LANGUAGE_EN;
	view->declared_count = document == NULL ? 0 : (uint32_t)document->item_count;
	for (size_t i = 0; i + 1 < view->declared_count; i++)
		view->declared[i] = true;
	view->step_ms[FLOW_DETAILS] = fixture_view_at(14, 36);
}

static void
quote(struct view *view)
{
	struct error err = { 0 };
	if (!fee_quote(view->catalogue, catalogue_product(view->catalogue, view->product), 12, view->day, &view->fee, &err))
		return;
	view->left = view->fee.total;
	view->step_ms[FLOW_DECLARATION] = fixture_view_at(14, 38);
}

static void
pay(struct view *view, const char *method, int64_t cents, const char *reference)
{
	(void)payment_take(
		&view->payment, view->fee.total, catalogue_method(view->catalogue, method), (struct money){ cents }, reference);
	view->left = payment_left(&view->payment, view->fee.total);
}

static void
commit(struct view *view)
{
	struct application *application = &view->receipt.application;
	view->receipt.there = view->receipt.printed = true;
	(void)text_copy(view->receipt.number, sizeof(view->receipt.number), "WR04-000318");
	(void)text_copy(view->receipt.packet_id, sizeof(view->receipt.packet_id), "261104-WR-04-000318-7f3a9c2b");
	(void)text_copy(view->receipt.officer, sizeof(view->receipt.officer), view->officer.number);
	(void)text_copy(view->receipt.masked, sizeof(view->receipt.masked), view->masked);
	view->receipt.at_ms = fixture_view_at(14, 42);
	view->step_ms[FLOW_CHECK] = view->receipt.at_ms;
	(void)text_copy(application->case_number, sizeof(application->case_number), view->case_number);
	(void)text_copy(application->form, sizeof(application->form), "CPos 798A");
	(void)text_copy(application->lines[0].product, sizeof(application->lines[0].product), view->product);
	(void)text_copy(application->lines[0].pin_envelope, sizeof(application->lines[0].pin_envelope), "PE-700318");
	application->line_count = 1;
	application->fee = view->fee;
	application->payment = view->payment;
	view->given_count = VIEW_GIVEN_ENVELOPE + 1;
	for (uint32_t i = 0; i < view->given_count; i++)
		view->given_line[i] = (enum view_given)i;
	view->given[0] = view->given[1] = true;
}

/* Everything up to and with the step of this state. */
static void
up_to(struct view *view, enum flow_state state)
{
	view->state = state;
	begin(view);
	card(view);
	if (state == FLOW_IDENTITY)
		return;
	hide(view);
	details(view);
	if (state == FLOW_DETAILS)
		return;
	declare(view);
	if (state == FLOW_DECLARATION)
		return;
	quote(view);
	if (state == FLOW_PAYMENT)
		return;
	pay(view, "cash", 10000, "");
	view->step_ms[FLOW_PAYMENT] = fixture_view_at(14, 42);
	if (state != FLOW_CHECK)
		commit(view);
}

static bool
starts(const char *name, const char *with)
{
	return strncmp(name, with, strlen(with)) == 0;
}

static enum flow_state
state_of(const char *name)
{
	static const struct {
		const char *name;
		enum flow_state state;
	} states[] = { { "product", FLOW_PRODUCT }, { "not-here", FLOW_NOT_HERE }, { "identity", FLOW_IDENTITY },
		{ "details", FLOW_DETAILS }, { "declaration", FLOW_DECLARATION }, { "payment", FLOW_PAYMENT },
		{ "check", FLOW_CHECK }, { "hand-over", FLOW_HAND_OVER }, { "stored", FLOW_STORED } };
	for (size_t i = 0; i < sizeof(states) / sizeof(states[0]); i++)
		if (starts(name, states[i].name))
			return states[i].state;
	return FLOW_STATES;
}

bool
fixture_case(const char *name, const struct catalogue *catalogue, struct view *out)
{
	enum flow_state state = state_of(name);
	if (state == FLOW_STATES)
		return false;
	fixture_view_base(out, catalogue);
	if (state == FLOW_PRODUCT || state == FLOW_NOT_HERE) {
		out->state = state;
		if (state == FLOW_NOT_HERE)
			(void)text_copy(out->product, sizeof(out->product), "bank-corporate");
		return true;
	}
	up_to(out, state);
	if (strcmp(name, "identity-wrong") == 0) {
		out->hkid_fault = HKID_CHECK;
		set(out, FIELD_CARD_CHECK, "4");
		out->form_equals_card_number = false;
	} else if (strcmp(name, "identity-checked") == 0)
		hide(out);
	else if (strcmp(name, "details-problem") == 0)
		problem(out);
	else if (strcmp(name, "payment-split") == 0)
		pay(out, "eps", 2000, "004821");
	else if (strcmp(name, "payment-paid") == 0)
		pay(out, "cash", 10000, "");
	else if (strcmp(name, "hand-over-accepted") == 0 || state == FLOW_STORED) {
		out->receipt.accepted = true;
		out->receipt.accepted_ms = fixture_view_at(14, 43);
		out->receipt.printed = strcmp(name, "stored-owed") != 0;
	}
	return true;
}
