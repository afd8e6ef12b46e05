#include "tests/support/fixture_view.h"

#include <stdio.h>
#include <string.h>

#include "kiosk/flow/command.h"

#define MINUTE_MS   60000
#define HOUR_MS     (60 * MINUTE_MS)
#define NOW_MINUTES (14 * 60 + 32)

#define COPY(field, text) (void)snprintf((field), sizeof(field), "%s", (text))

int64_t
fixture_view_at(int hour, int minute)
{
	return FIXTURE_VIEW_NOW + (int64_t)(hour * 60 + minute - NOW_MINUTES) * MINUTE_MS;
}

static void
officer(struct officer *out, const char *number, const char *name, enum officer_role role)
{
	*out = (struct officer){ .role = role };
	COPY(out->number, number);
	COPY(out->name, name);
}

void
fixture_view_base(struct view *out, const struct catalogue *catalogue)
{
	memset(out, 0, sizeof *out);
	out->generation = 1;
	out->catalogue = catalogue;
	out->training = true;
	COPY(out->branch, "WR");
	COPY(out->counter, "04");
	COPY(out->branch_name[LANGUAGE_EN], "Wharf Road Post Office");
	COPY(out->branch_name[LANGUAGE_ZH_HK], "碼頭道郵政局");
	COPY(out->branch_name[LANGUAGE_ZH_CN], "码头道邮政局");
	out->offset_min = 480;
	out->day = (struct date){ 2026, 11, 4 };
	out->signed_in = true;
	officer(&out->officer, "20418", "Lau Wing Ki", OFFICER_CLERK);
	out->signed_in_ms = fixture_view_at(8, 41);
	out->till_open = true;
	out->till_opened_ms = fixture_view_at(8, 46);
	out->saved_ms = fixture_view_at(14, 31);
	out->store_ok = out->catalogue_ok = out->sync_ok = out->room_ok = true;
	out->sync = (struct view_sync){ .line = VIEW_LINE_UP,
		.since_ms = fixture_view_at(8, 40),
		.answer_ms = fixture_view_at(14, 31),
		.waiting = 2,
		.accepted_today = 15,
		.oldest_ms = fixture_view_at(14, 29),
		.last_accepted_ms = fixture_view_at(14, 28) };
	out->sync.lanes[2].waiting = 2;
	out->sync.lanes[2].oldest_ms = fixture_view_at(14, 29);
	out->sync.lanes[2].last_ms = fixture_view_at(14, 28);
	out->sync.lanes[4].last_ms = fixture_view_at(14, 0);
	for (size_t i = 0; i < FIELDS; i++) {
		out->fields[i].choice = -1;
	}
}

/* ---- lists ---- */

static void
hold(struct view *out, const char *number, const char *name, int32_t why, enum flow_state step, int64_t at_ms)
{
	struct view_case *at = &out->held[out->held_count++];
	*at = (struct view_case){ .why = why, .step = step, .at_ms = at_ms };
	COPY(at->case_number, number);
	COPY(at->name, name);
	COPY(at->product, "personal");
}

static void
held(struct view *out)
{
	hold(out, "WR04-261104-039", "WONG Tsz Kit 黃子傑", HOLD_FETCH_MONEY, FLOW_PAYMENT, fixture_view_at(13, 20));
	hold(out, "WR04-261103-061", "YIP Lai Sheung 葉麗嫦", HOLD_DOUBT, FLOW_IDENTITY,
		fixture_view_at(14, 10) - 24 * HOUR_MS);
	hold(out, "WR04-261104-018", "TSANG Chun Hei 曾俊熙", HOLD_CORRECT_FORM, FLOW_DETAILS, fixture_view_at(11, 5));
}

static void
finish(struct view *out, int number, int receipt, const char *name, int64_t at_ms, bool accepted)
{
	struct view_case *at = &out->cases[out->case_count++];
	*at = (struct view_case){ .why = -1, .at_ms = at_ms, .accepted = accepted };
	(void)snprintf(at->case_number, sizeof at->case_number, "WR04-261104-%03d", number);
	(void)snprintf(at->receipt, sizeof at->receipt, "WR04-%06d", receipt);
	(void)snprintf(at->packet_id, sizeof at->packet_id, "261104-WR-04-%06d-7f3a9c2b", number);
	COPY(at->name, name);
	COPY(at->product, "personal");
}

static void
finished(struct view *out)
{
	finish(out, 46, 317, "FUNG Lok Yiu 馮樂瑤", fixture_view_at(14, 24), false);
	finish(out, 45, 316, "KWAN Chi Ho 關志豪", fixture_view_at(14, 11), true);
	finish(out, 44, 315, "CHAN Ka Yan 陳嘉欣", fixture_view_at(13, 52), true);
	finish(out, 43, 314, "HO Siu Fong 何小芳", fixture_view_at(13, 31), true);
	finish(out, 42, 313, "NG Wai Lam 吳慧琳", fixture_view_at(13, 8), true);
	out->today.cases = 17;
	out->today.taken = (struct money){ 384600 };
	out->today.cash = (struct money){ 219000 };
	out->today.other = (struct money){ 165600 };
}

static void
line_down(struct view *out)
{
	out->sync.line = VIEW_LINE_DOWN;
	out->sync.since_ms = fixture_view_at(14, 5);
	out->sync.answer_ms = fixture_view_at(14, 5);
	out->sync.next_ms = FIXTURE_VIEW_NOW + 42000;
	out->sync.tries = 7;
	out->sync.waiting = 12;
	out->sync.accepted_today = 31;
	out->sync.oldest_ms = fixture_view_at(14, 5);
	out->sync.last_accepted_ms = fixture_view_at(14, 5);
	COPY(out->sync.why, "connecting: timeout was reached after 10000 ms");
	out->sync.lanes[2].waiting = 9;
	out->sync.lanes[2].oldest_ms = fixture_view_at(14, 5);
	out->sync.lanes[3].waiting = 3;
	out->sync.lanes[3].oldest_ms = fixture_view_at(14, 10);
	out->sync.lanes[3].last_ms = fixture_view_at(13, 58);
}

static void
item(struct view *out, int number, int receipt, enum view_item_state state, int32_t tries, int64_t at_ms)
{
	struct view_item *at = &out->items[out->item_count++];
	*at = (struct view_item){ .state = state, .lane = 2, .tries = tries, .created_ms = at_ms };
	(void)snprintf(at->packet_id, sizeof at->packet_id, "261104-WR-04-%06d-7f3a9c2b", number);
	(void)snprintf(at->case_number, sizeof at->case_number, "WR04-261104-%03d", number);
	(void)snprintf(at->receipt, sizeof at->receipt, "WR04-%06d", receipt);
	if (state == VIEW_ITEM_PARKED) {
		at->status = 422;
		COPY(at->why, "422 address has no district");
	}
}

/* ---- states ---- */

static void
unprovisioned(struct view *out)
{
	out->state = FLOW_UNPROVISIONED;
	out->training = out->signed_in = out->till_open = false;
	out->counter[0] = out->branch[0] = '\0';
	memset(out->branch_name, 0, sizeof out->branch_name);
	out->sync = (struct view_sync){ .line = VIEW_LINE_UNKNOWN };
	out->saved_ms = 0;
}

static void
sign_in(struct view *out)
{
	out->state = FLOW_SIGN_IN;
	out->signed_in = out->till_open = false;
	held(out);
}

static void
sign_in_wrong(struct view *out)
{
	sign_in(out);
	out->tries_left = 7;
	COPY(out->fields[FIELD_SIGN_IN_NUMBER].text, "20418");
	out->fields[FIELD_SIGN_IN_PASSWORD].problem = PROBLEM_WRONG;
	out->fields[FIELD_SIGN_IN_PASSWORD].told = true;
	line_down(out);
}

static void
sign_in_wait(struct view *out)
{
	sign_in_wrong(out);
	out->tries_left = 4;
	out->wait_s = 12;
	out->fields[FIELD_SIGN_IN_PASSWORD].problem = PROBLEM_WAIT;
}

static void
sign_in_locked(struct view *out)
{
	sign_in_wrong(out);
	out->tries_left = 0;
	out->fields[FIELD_SIGN_IN_PASSWORD].problem = PROBLEM_LOCKED;
	out->catalogue_ok = out->room_ok = false;
}

static void
new_password(struct view *out)
{
	out->state = FLOW_NEW_PASSWORD;
	out->officer.must_change = true;
	out->till_open = false;
}

static void
new_password_common(struct view *out)
{
	new_password(out);
	out->fields[FIELD_STAFF_PASSWORD].problem = PROBLEM_COMMON;
	out->fields[FIELD_STAFF_PASSWORD].told = true;
	out->fields[FIELD_STAFF_AGAIN].problem = PROBLEM_NOT_EQUAL;
	out->fields[FIELD_STAFF_AGAIN].told = true;
}

static void
till(struct view *out)
{
	out->state = FLOW_TILL;
	out->till_open = false;
}

static void
till_empty(struct view *out)
{
	till(out);
	out->fields[FIELD_COUNT_PIECES].problem = PROBLEM_NOTHING;
	out->fields[FIELD_COUNT_PIECES].told = true;
}

static void
home(struct view *out)
{
	out->state = FLOW_HOME;
	held(out);
	finished(out);
}

static void
home_line_down(struct view *out)
{
	home(out);
	line_down(out);
	out->sync.parked = 1;
	out->cases[1].accepted = false;
	out->cases[1].parked = true;
	out->notice = NOTICE_LINE_DOWN;
	out->notice_number = 1;
}

static void
home_empty(struct view *out)
{
	out->state = FLOW_HOME;
	out->till_open = false;
	officer(&out->officer, "10007", "Ho Yuen Ting", OFFICER_SUPERVISOR);
	out->sync = (struct view_sync){ .line = VIEW_LINE_UP, .since_ms = fixture_view_at(8, 40) };
	out->room_ok = false;
	out->clock_suspect = true;
	out->catalogue_bad = true;
}

static void
clock_back(struct view *out)
{
	out->state = FLOW_CLOCK;
	out->clock_suspect = true;
	out->clock_log_ms = fixture_view_at(14, 37);
}

static void
clock_held(struct view *out)
{
	out->state = FLOW_CLOCK;
	out->clock_suspect = out->clock_holds = true;
	out->day = (struct date){ 2027, 11, 4 };
	out->clock_log_ms = FIXTURE_VIEW_NOW + 365 * 24 * (int64_t)HOUR_MS;
	COPY(out->fields[FIELD_SIGN_IN_NUMBER].text, "20418");
	out->fields[FIELD_SIGN_IN_NUMBER].problem = PROBLEM_NOT_SUPERVISOR;
	out->fields[FIELD_SIGN_IN_NUMBER].told = true;
}

static void
staff(struct view *out)
{
	static const struct {
		const char *number, *name;
		enum officer_role role;
		bool must_change, locked;
	} PEOPLE[] = {
		{ "10007", "Ho Yuen Ting", OFFICER_SUPERVISOR, false, false },
		{ "20418", "Lau Wing Ki", OFFICER_CLERK, false, false },
		{ "20433", "Yip Ka Ho", OFFICER_CLERK, false, true },
		{ "20460", "Cheung Mei Yan", OFFICER_CLERK, true, false },
	};
	out->state = FLOW_STAFF;
	officer(&out->officer, "10007", "Ho Yuen Ting", OFFICER_SUPERVISOR);
	for (size_t i = 0; i < sizeof PEOPLE / sizeof *PEOPLE; i++) {
		officer(&out->staff[i].officer, PEOPLE[i].number, PEOPLE[i].name, PEOPLE[i].role);
		out->staff[i].officer.must_change = PEOPLE[i].must_change;
		out->staff[i].locked = PEOPLE[i].locked;
		out->staff[i].last_ms = i < 3 ? fixture_view_at(8, 30 + (int)i) : 0;
		out->staff_count++;
	}
	out->fields[FIELD_STAFF_ROLE].choice = OFFICER_CLERK;
}

static void
staff_problem(struct view *out)
{
	static const enum field WRONG[] = { FIELD_STAFF_NUMBER, FIELD_STAFF_NAME, FIELD_STAFF_PASSWORD };
	static const enum field_problem WHY[] = { PROBLEM_TAKEN, PROBLEM_EMPTY, PROBLEM_SHORT };
	staff(out);
	COPY(out->fields[FIELD_STAFF_NUMBER].text, "20418");
	for (size_t i = 0; i < 3; i++) {
		out->fields[WRONG[i]].problem = WHY[i];
		out->fields[WRONG[i]].told = true;
	}
}

static void
queue(struct view *out)
{
	out->state = FLOW_QUEUE;
	line_down(out);
	out->sync.parked = 1;
	item(out, 22, 301, VIEW_ITEM_PARKED, 2, fixture_view_at(11, 50));
	item(out, 41, 312, VIEW_ITEM_WAITING, 7, fixture_view_at(14, 5));
	item(out, 43, 314, VIEW_ITEM_WAITING, 0, fixture_view_at(14, 12));
	item(out, 46, 317, VIEW_ITEM_SPOOLED, 0, fixture_view_at(14, 24));
}

static void
queue_sent(struct view *out)
{
	out->state = FLOW_QUEUE;
	out->sync.waiting = 0;
	out->sync.oldest_ms = 0;
	out->sync.lanes[2].waiting = 0;
}

static void
find(struct view *out)
{
	out->state = FLOW_FIND;
	finished(out);
	out->cases[3].accepted = false;
	out->cases[3].parked = true;
}

static void
find_none(struct view *out)
{
	out->state = FLOW_FIND;
}

static void
locked(struct view *out)
{
	out->state = FLOW_LOCKED;
}

static void
fault_store(struct view *out)
{
	out->state = FLOW_FAULT;
	out->signed_in = out->till_open = out->store_ok = false;
	out->fault = FAULT_STORE;
	out->saved_ms = 0;
	COPY(out->fault_text, "opening store.db: read back journal_mode: delete");
}

static void
fault_catalogue(struct view *out)
{
	fault_store(out);
	out->fault = FAULT_CATALOGUE;
	COPY(out->fault_text, "fees.json:14: amount is not a number of cents");
}

static void
fault_disk(struct view *out)
{
	fault_store(out);
	out->fault = FAULT_DISK;
	COPY(out->fault_text, "store: database or disk is full");
}

static void
fault_open(struct view *out)
{
	fault_store(out);
	out->fault = FAULT_OPEN;
	COPY(out->fault_text, "store: another process has it open");
}

static void
stock_item(struct view *out, const char *serial, enum stock_state state, const char *case_number, int64_t at_ms)
{
	struct view_stock_row *row = &out->stock.rows[out->stock.row_count++];
	*row = (struct view_stock_row){ .kind = STOCK_TOKEN, .state = state, .at_ms = at_ms };
	row->reason = state == STOCK_SPOILED ? STOCK_REASON_DAMAGED : STOCK_REASON_NONE;
	COPY(row->brand, "feitian");
	COPY(row->serial, serial);
	COPY(row->case_number, case_number);
	COPY(row->officer, "20418");
}

static void
stock_empty(struct view *out)
{
	static const char *const BRANDS[] = { "safenet", "feitian", "" };
	out->state = FLOW_STOCK;
	out->printer = (struct view_device){ .state = VIEW_DEVICE_READY };
	out->token_port = (struct view_device){ .state = VIEW_DEVICE_EMPTY };
	for (uint32_t i = 0; i < 3; i++) {
		out->stock.sums[i].kind = BRANDS[i][0] ? STOCK_TOKEN : STOCK_ENVELOPE;
		COPY(out->stock.sums[i].brand, BRANDS[i]);
	}
	out->stock.sum_count = 3;
}

static void
stock(struct view *out)
{
	stock_empty(out);
	for (int i = 0; i < 3; i++) {
		out->stock.sums[i].states[STOCK_IN] = 22 - 6 * i;
		out->stock.sums[i].states[STOCK_GIVEN] = 9;
	}
	out->stock.sums[1].states[STOCK_BOUND] = out->stock.sums[1].states[STOCK_AWAITING] = 1;
	out->stock.sums[1].states[STOCK_READY] = out->stock.sums[1].states[STOCK_SPOILED] = 1;
	out->stock.sums[1].states[STOCK_LOST] = 1;
	out->printer = (struct view_device){ .state = VIEW_DEVICE_TROUBLE, .words = VIEW_DEVICE_PAPER_OUT };
	out->token_port = (struct view_device){ .state = VIEW_DEVICE_BUSY };
	stock_item(out, "FT2072", STOCK_BOUND, "WR04-261104-048", fixture_view_at(14, 20));
	stock_item(out, "FT2071", STOCK_AWAITING, "WR04-261104-047", fixture_view_at(13, 55));
	stock_item(out, "FT2070", STOCK_READY, "WR04-261104-046", fixture_view_at(13, 20));
	stock_item(out, "FT2069", STOCK_GIVEN, "WR04-261104-031", fixture_view_at(11, 48));
	stock_item(out, "FT2068", STOCK_SPOILED, "", fixture_view_at(10, 2));
	stock_item(out, "FT2067", STOCK_LOST, "", fixture_view_at(9, 40));
	stock_item(out, "FT2073", STOCK_IN, "", fixture_view_at(8, 52));
}

static void
stock_found(struct view *out)
{
	stock(out);
	out->stock.found = true;
	out->stock.row_count = 0;
	stock_item(out, "FT2073", STOCK_IN, "", fixture_view_at(8, 52));
	COPY(out->fields[FIELD_STOCK_SERIAL].text, "FT2073");
}

/* It was looked for and belongs to a case; nothing that was typed into the other form counts. */
static void
stock_taken(struct view *out)
{
	stock(out);
	out->stock.found = true;
	out->stock.row_count = 1;
	out->fields[FIELD_STOCK_SERIAL] =
		(struct view_field){ .text = "FT2072", .choice = -1, .problem = PROBLEM_NOT_FREE, .told = true };
}

static const struct {
	const char *name;
	void (*fill)(struct view *out);
} VIEWS[] = {
	{ "unprovisioned", unprovisioned },
	{ "sign-in", sign_in },
	{ "sign-in-wrong", sign_in_wrong },
	{ "sign-in-wait", sign_in_wait },
	{ "sign-in-locked", sign_in_locked },
	{ "new-password", new_password },
	{ "new-password-common", new_password_common },
	{ "till", till },
	{ "till-empty", till_empty },
	{ "home", home },
	{ "home-line-down", home_line_down },
	{ "home-empty", home_empty },
	{ "clock-back", clock_back },
	{ "clock-held", clock_held },
	{ "staff", staff },
	{ "staff-problem", staff_problem },
	{ "stock", stock },
	{ "stock-empty", stock_empty },
	{ "stock-found", stock_found },
	{ "stock-taken", stock_taken },
	{ "queue", queue },
	{ "queue-sent", queue_sent },
	{ "find", find },
	{ "find-none", find_none },
	{ "locked", locked },
	{ "fault-store", fault_store },
	{ "fault-catalogue", fault_catalogue },
	{ "fault-disk", fault_disk },
	{ "fault-open", fault_open },
};

const char *
fixture_view_name(size_t index)
{
	return index < sizeof VIEWS / sizeof *VIEWS ? VIEWS[index].name : NULL;
}

bool
fixture_view(const char *name, const struct catalogue *catalogue, struct view *out)
{
	fixture_view_base(out, catalogue);
	for (size_t i = 0; i < sizeof VIEWS / sizeof *VIEWS; i++) {
		if (strcmp(VIEWS[i].name, name) == 0) {
			VIEWS[i].fill(out);
			return true;
		}
	}
	return false;
}
