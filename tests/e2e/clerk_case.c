#include <string.h>

#include "kiosk/base/clock.h"
#include "kiosk/base/text.h"
#include "kiosk/flow/flow.h"
#include "tests/e2e/clerk.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))
#define PEOPLE       4u
#define ACCEPTED_MS  60000
#define SAVED_MS     1000u
#define LOOK_MS      10000u
#define NOW_MS       1500u
#define CASH_MINOR   50000
#define SLIP_MINOR   4000

/* What is filled in, in the order in which it is asked. */
struct entry {
	enum flow_state step;
	enum field field;
	const char *text; /* NULL: a choice */
	int32_t choice;
};
static const struct entry entries[] = {
	{ FLOW_IDENTITY, FIELD_CARD_BIRTH, "23/05/1991", 0 },
	{ FLOW_IDENTITY, FIELD_FORM_BIRTH, "23051991", 0 },
	{ FLOW_IDENTITY, FIELD_GIVEN, "Hoi Ching", 0 },
	{ FLOW_IDENTITY, FIELD_CHINESE, "梁凱晴", 0 },
	{ FLOW_IDENTITY, FIELD_SAME_SURNAME, NULL, APPLICATION_SAME },
	{ FLOW_IDENTITY, FIELD_SAME_GIVEN, NULL, APPLICATION_SAME },
	{ FLOW_IDENTITY, FIELD_SAME_CHINESE, NULL, APPLICATION_SAME },
	{ FLOW_IDENTITY, FIELD_GENERATION, NULL, 2018 },
	{ FLOW_DETAILS, FIELD_TITLE, NULL, APPLICATION_TITLE_MS },
	{ FLOW_DETAILS, FIELD_PHONE, "9123 4567", 0 },
	{ FLOW_DETAILS, FIELD_CERT_EMAIL, "hoi.ching@example.org", 0 },
	{ FLOW_DETAILS, FIELD_CONTACT_SAME, NULL, 1 },
	{ FLOW_DETAILS, FIELD_ROOM, "1203", 0 },
	{ FLOW_DETAILS, FIELD_FLOOR, "12", 0 },
	{ FLOW_DETAILS, FIELD_BUILDING, "Lantern House", 0 },
	{ FLOW_DETAILS, FIELD_ESTATE, "8 Kettle Street", 0 },
	{ FLOW_DETAILS, FIELD_DISTRICT, "Sham Shui Po", 0 },
	{ FLOW_DETAILS, FIELD_AREA, NULL, APPLICATION_AREA_KLN },
	{ FLOW_DETAILS, FIELD_BARCODE, "798A-0012345", 0 },
	{ FLOW_DETAILS, FIELD_ENVELOPE, "PE-4471902", 0 },
	{ FLOW_DECLARATION, FIELD_DECLARATION_LANGUAGE, NULL, LANGUAGE_ZH_HK },
};

/* Who comes: the n-th case of the day is the n-th person's. */
static const struct {
	const char *number, *check, *form, *surname;
} people[PEOPLE] = {
	{ "A123456", "3", "A123456(3)", "Leung" },
	{ "B123456", "6", "B123456(6)", "Yung" },
	{ "E364912", "5", "E364912(5)", "Au" },
	{ "AB987654", "3", "AB987654(3)", "Szeto" },
};

static void
step(struct clerk *clerk, enum command_kind kind)
{
	clerk_step(clerk, &(struct command){ .kind = kind });
}

static void
type(struct clerk *clerk, enum field field, const char *text)
{
	struct command command = { .kind = COMMAND_FIELD, .field = field };
	if (strcmp(clerk->view->fields[field].text, text) == 0)
		return; /* it is there since before */
	(void)text_copy(command.text, sizeof(command.text), text);
	clerk_do(clerk, &command);
}

static void
tick(struct clerk *clerk, uint32_t count)
{
	for (uint32_t i = 0; i < count; i++)
		clerk_do(clerk, &(struct command){ .kind = COMMAND_TICK, .index = (int32_t)i, .on = true });
}

static bool
is_there(const struct view *view, const struct entry *entry)
{
	const struct view_field *field = &view->fields[entry->field];
	return entry->text != NULL ? strcmp(field->text, entry->text) == 0 : field->choice == entry->choice;
}

static void
fill(struct clerk *clerk)
{
	for (size_t i = 0; i < COUNT(entries); i++) {
		const struct entry *entry = &entries[i];
		struct command choose = { .kind = COMMAND_CHOICE, .field = entry->field, .index = entry->choice };
		if (entry->step != clerk->view->state || is_there(clerk->view, entry))
			continue;
		if (entry->text != NULL)
			type(clerk, entry->field, entry->text);
		else
			clerk_do(clerk, &choose);
	}
}

/* How many of the entries of this step are as they were filled in. */
static unsigned
filled(const struct view *view, enum flow_state state)
{
	unsigned count = 0;
	for (size_t i = 0; i < COUNT(entries); i++)
		count += entries[i].step == state && is_there(view, &entries[i]) ? 1 : 0;
	return count;
}

static void
note_filled(const struct clerk *clerk, const char *word)
{
	const struct view *view = clerk->view;
	clerk_note(clerk, "%s %s %d %s tenders %zu identity %u details %u declaration %u", word, view->case_number,
		(int)view->state, flow_state_name(view->state), view->payment.count, filled(view, FLOW_IDENTITY),
		filled(view, FLOW_DETAILS), filled(view, FLOW_DECLARATION));
}

/* What was typed is durable after a pause; it is told when the view says so. */
static void
wait_until_saved(struct clerk *clerk)
{
	int64_t typed_ms = clock_now_ms(), deadline_ms = clock_monotonic_ms() + SAVED_MS;
	while (clerk->view->saved_ms <= typed_ms && clock_monotonic_ms() < deadline_ms)
		(void)clerk_look(clerk, SAVED_MS / 10);
	if (clerk->view->saved_ms > typed_ms)
		note_filled(clerk, "draft");
}

/* A step of the case: what stands in the next state is told to be saved. */
static void
go_on(struct clerk *clerk)
{
	step(clerk, COMMAND_CONTINUE);
	if (clerk->view->state != FLOW_HAND_OVER)
		note_filled(clerk, "draft");
}

static void
note_receipt(const struct clerk *clerk)
{
	const struct view *view = clerk->view;
	clerk_note(clerk, "receipt %s %s %lld %s", view->receipt.number, view->receipt.packet_id,
		(long long)view->receipt.application.fee.total.minor, view->receipt.application.case_number);
}

static void
at_home(struct clerk *clerk)
{
	struct command resume = { .kind = COMMAND_RESUME };
	clerk->who = clerk->view->case_count < PEOPLE ? clerk->view->case_count : PEOPLE - 1;
	if (clerk->view->held_count == 0) {
		step(clerk, COMMAND_NEW);
		return;
	}
	(void)text_copy(resume.text, sizeof(resume.text), clerk->view->held[0].case_number);
	clerk_step(clerk, &resume);
	note_filled(clerk, "resumed");
}

static void
choose_product(struct clerk *clerk)
{
	struct command product = { .kind = COMMAND_PRODUCT, .text = "personal" };
	clerk_step(clerk, &product);
	note_filled(clerk, "draft");
}

static void
check_identity(struct clerk *clerk, size_t who)
{
	type(clerk, FIELD_CARD_NUMBER, people[who].number);
	type(clerk, FIELD_CARD_CHECK, people[who].check);
	type(clerk, FIELD_FORM_NUMBER, people[who].form);
	type(clerk, FIELD_SURNAME, people[who].surname);
	fill(clerk);
	tick(clerk, clerk->view->check_count);
	go_on(clerk);
}

static void
take_details(struct clerk *clerk, bool slow)
{
	fill(clerk);
	if (slow)
		wait_until_saved(clerk);
	go_on(clerk);
}

/* Everyone but the first pays by two tenders. */
static void
take_money(struct clerk *clerk, size_t who)
{
	struct command slip = { .kind = COMMAND_TENDER, .text = "eps", .text2 = "441907", .amount = SLIP_MINOR };
	struct command cash = { .kind = COMMAND_TENDER, .text = "cash", .amount = CASH_MINOR };
	if (who > 0 && clerk->view->payment.count == 0) {
		clerk_step(clerk, &slip);
		note_filled(clerk, "draft");
	}
	if (clerk->view->left.minor > 0) {
		clerk_step(clerk, &cash);
		note_filled(clerk, "draft");
	}
	go_on(clerk);
}

static void
hand_over(struct clerk *clerk)
{
	note_receipt(clerk);
	tick(clerk, clerk->view->given_count);
	step(clerk, COMMAND_CONTINUE);
	clerk_note(clerk, "steps %d", clerk->step);
}

static void
go_on_with_case(struct clerk *clerk, size_t who)
{
	switch (clerk->view->state) {
	case FLOW_PRODUCT:
		choose_product(clerk);
		break;
	case FLOW_IDENTITY:
		check_identity(clerk, who);
		break;
	case FLOW_DETAILS:
		take_details(clerk, who == 0);
		break;
	case FLOW_DECLARATION:
		fill(clerk);
		tick(clerk, clerk->view->declared_count);
		go_on(clerk);
		break;
	case FLOW_PAYMENT:
		take_money(clerk, who);
		break;
	case FLOW_CHECK:
		go_on(clerk);
		break;
	default:
		clerk_fail("the case has come to state %d", (int)clerk->view->state);
	}
}

/* Nothing waits, and syncd has been heard since it was connected. */
static bool
all_accepted(const struct view *view)
{
	if (!view->sync_ok)
		return false;
	for (uint32_t i = 0; i < view->case_count; i++)
		if (!view->cases[i].accepted)
			return false;
	return view->sync.waiting == 0 && view->sync.parked == 0;
}

static void
wait_until_accepted(struct clerk *clerk)
{
	int64_t deadline_ms = clock_monotonic_ms() + ACCEPTED_MS;
	while (!all_accepted(clerk->view)) {
		if (clock_monotonic_ms() >= deadline_ms)
			clerk_fail("%lld packets wait, %lld are parked: %s", (long long)clerk->view->sync.waiting,
				(long long)clerk->view->sync.parked, clerk->view->sync.why);
		(void)clerk_look(clerk, NOW_MS);
	}
	for (uint32_t i = 0; i < clerk->view->case_count; i++)
		clerk_note(clerk, "accepted %s", clerk->view->cases[i].receipt);
}

/* One more thing to do; false when the day is over. */
static bool
work(struct clerk *clerk, unsigned cases)
{
	const struct view *view = clerk->view;
	switch (view->state) {
	case FLOW_UNPROVISIONED:
		if (!clerk_look(clerk, LOOK_MS))
			clerk_fail("the counter does not start");
		return true;
	case FLOW_SIGN_IN:
		clerk_sign_in(clerk, "CLERK", "CLERK_PASSWORD");
		return true;
	case FLOW_HOME:
		if (view->case_count >= cases && view->held_count == 0)
			return false;
		at_home(clerk);
		return true;
	case FLOW_HAND_OVER:
		hand_over(clerk);
		return true;
	default:
		go_on_with_case(clerk, clerk->who);
		return true;
	}
}

void
clerk_cases(struct clerk *clerk, unsigned cases)
{
	while (work(clerk, cases))
		;
	wait_until_accepted(clerk);
}
