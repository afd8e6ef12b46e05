#pragma once
/*
 * All that a screen may show, made by the counter thread and replaced as a whole. Screens keep only what is on the
 * glass (focus, caret, half-typed text). A value: it is sent over a channel; the only pointer is to the catalogue,
 * which is read-only and lives until the shell has drawn a later view (command.drawn).
 */
#include <stdbool.h>
#include <stdint.h>

#include "kiosk/flow/field.h"
#include "kiosk/flow/state.h"
#include "kiosk/flow/view_token.h"
#include "kiosk/model/application.h"
#include "kiosk/model/officer.h"

#define VIEW_HELD     10u
#define VIEW_CASES    24u
#define VIEW_STAFF    16u
#define VIEW_OUTBOX   16u
#define VIEW_CHECKS   16u
#define VIEW_TEXT     256u
#define VIEW_PROBLEMS 16u

/* Lines of the hand-over list; view.given_line says which this case has. */
enum view_given {
	VIEW_GIVEN_CARD,     /* the applicant's own identity card is back in their hand */
	VIEW_GIVEN_RECEIPT,  /* the receipt */
	VIEW_GIVEN_TOLD,     /* what happens next was told */
	VIEW_GIVEN_ENVELOPE, /* the PIN envelope's copy or notice; only for products with one */
	VIEW_GIVEN_TOKEN,    /* the token itself, when it was delivered */
	VIEW_GIVEN_SLIP,     /* the collection slip, when the token was put away */
	VIEW_GIVEN_REFUND,   /* the case was rejected: what was paid goes back, by the refund task */
	VIEW_GIVEN_MOST
};

struct view_field {
	char text[VIEW_TEXT];       /* what the counter holds; a checked HKID number is already masked here */
	int32_t choice;             /* for fields that are a choice; -1 none yet */
	enum field_problem problem; /* shown only when `told` */
	bool told;                  /* the field was left or Continue was asked: say what is wrong */
};

struct view_case { /* one row of held or finished cases */
	char case_number[APPLICATION_CASE];
	char receipt[24];
	char packet_id[APPLICATION_ID];
	char product[CATALOGUE_ID];
	char name[APPLICATION_NAME]; /* name without number */
	int32_t why;                 /* enum hold_reason, or -1 */
	enum flow_state step;        /* held: where it goes on */
	int64_t at_ms;
	bool accepted, parked;
};

/* UNABLE: the centre answers and takes nothing now. */
enum view_line {
	VIEW_LINE_UNKNOWN,
	VIEW_LINE_UP,
	VIEW_LINE_DOWN,
	VIEW_LINE_REFUSED,
	VIEW_LINE_UNABLE,
	VIEW_LINE_NO_DAEMON
};
struct view_sync {
	enum view_line line;
	int64_t since_ms, next_ms, answer_ms;
	int32_t tries;
	char why[160]; /* for the engineer: shown in help, not on the face */
	int64_t waiting, parked, accepted_today, oldest_ms, last_accepted_ms;
	struct {
		int64_t waiting, oldest_ms, last_ms;
	} lanes[5];
};
enum view_item_state { VIEW_ITEM_WAITING, VIEW_ITEM_SPOOLED, VIEW_ITEM_PARKED, VIEW_ITEM_ACCEPTED };
struct view_item {
	char packet_id[APPLICATION_ID], case_number[APPLICATION_CASE], receipt[24];
	enum view_item_state state;
	int32_t lane, status, tries;
	int64_t created_ms;
	char why[160];
};

/* Short news shown as a toast; never needed to go on. */
enum view_notice {
	NOTICE_NONE,
	NOTICE_ACCEPTED, /* the centre confirmed notice_subject */
	NOTICE_LINE_UP,
	NOTICE_LINE_DOWN,
	NOTICE_HELD,
	NOTICE_RESUMED, /* after a restart: the draft is as it was */
	NOTICE_CANCELLED,
	NOTICE_COPY, /* a COPY was made */
	NOTICE_PRINTED,
	NOTICE_STAFF_ADDED,
	NOTICE_UNLOCKED,
	NOTICE_CATALOGUE_BAD, /* a new catalogue was refused, the last good one stays in force */
	NOTICE_SAME_DAY,      /* another application for this number today */
	NOTICE_PRINT_FAILED,
	NOTICE_SEND_TRIED,
	NOTICE_QUOTED_AGAIN,  /* another day or another catalogue than when it was quoted: look at the fee again */
	NOTICE_NOT_COMMITTED, /* sealing or keeping failed: nothing has happened, no receipt was made; try again */
	NOTICE_NOT_FOUND,     /* no case, receipt or packet of that number here */
	NOTICE_CATALOGUE_NEW, /* another catalogue is in force */
	NOTICE_CLOCK_RELEASED,
	NOTICE_RECEIPT_OWED, /* at the sign-in: this receipt never came out of the printer */
	NOTICE_RELEASED,
	NOTICE_REJECTED,
	NOTICE_BAGGED,      /* token notice_subject waits under its serial */
	NOTICE_CERTIFICATE, /* it came for case notice_subject: insert the token */
	NOTICE_DELIVERED,
	NOTICE_RECEIVED, /* stock taken in */
	NOTICE_SPOILED,
	NOTICES
};

/* What stops the counter (FLOW_FAULT), by kind. */
enum view_fault { FAULT_NONE, FAULT_STORE, FAULT_CATALOGUE, FAULT_KEY, FAULT_DISK, FAULT_OPEN, FAULTS };

struct view {
	uint32_t generation; /* grows by one with each view */
	enum flow_state state;
	const struct catalogue *catalogue;
	bool training;
	char branch[8], counter[4];
	char branch_name[LANGUAGES][96];
	int32_t offset_min;
	struct date day;      /* business day */
	bool clock_suspect;   /* it went back, and no supervisor has released it yet: what is written is marked */
	bool clock_holds;     /* ... and its day is not the business day: no case and no till begins before */
	int64_t clock_log_ms; /* what it is behind of: the last instant in the log; 0 if it is not behind any more */

	/* who */
	bool signed_in;
	struct officer officer;
	int64_t signed_in_ms, last_sign_in_ms;
	uint32_t tries_left, wait_s;
	bool till_open;
	int64_t till_opened_ms;

	/* news */
	enum view_notice notice;
	uint32_t notice_number; /* another one than last time: show it again */
	char notice_subject[APPLICATION_ID];
	enum view_fault fault;
	char fault_text[232]; /* for the engineer */
	int64_t saved_ms;     /* when what is in sight was last made durable */

	/* start-up checks (sign-in screen) */
	bool store_ok, catalogue_ok, sync_ok, room_ok;
	bool catalogue_bad; /* a newer one was refused: fault_text says why; the last good one stays in force */

	/* home */
	struct {
		int64_t cases;
		struct money taken, cash, other;
	} today;
	struct view_case held[VIEW_HELD];
	uint32_t held_count;
	struct view_case cases[VIEW_CASES]; /* finished today, newest first */
	uint32_t case_count;

	struct view_sync sync;
	struct view_item items[VIEW_OUTBOX]; /* queue screen: parked first, then oldest */
	uint32_t item_count;

	struct {
		struct officer officer;
		bool locked;
		int64_t last_ms;
	} staff[VIEW_STAFF];
	uint32_t staff_count;

	/* devices, what waits for a token, stock */
	struct view_device printer, token_port;
	struct view_work work[VIEW_WORK]; /* oldest first */
	uint32_t work_count;
	int64_t work_ready; /* of all that waits, how many can go on now */
	struct view_stock stock;

	/* the case in hand */
	char product[CATALOGUE_ID];
	char case_number[APPLICATION_CASE];
	int64_t begun_ms;
	int64_t step_ms[FLOW_STATES]; /* when a step was completed, 0 if not */
	bool from_check;              /* Continue returns to Check */
	struct view_field fields[FIELDS];
	enum field summary[VIEW_PROBLEMS]; /* the error summary of this step, in order; empty until Continue was asked */
	uint32_t summary_count;
	uint32_t summary_number; /* another one than last time: move the focus to the summary */
	bool identity_hidden;    /* checked: identity fields are read-only and the number masked until COMMAND_CHANGE */
	char masked[HKID_MASK];  /* once checked */
	char display_name[2 * APPLICATION_NAME];
	enum hkid_fault hkid_fault;                           /* live: for the panel beside the number */
	bool form_equals_card_number, form_equals_card_birth; /* compared by the program, both sides given */
	struct {
		char id[CATALOGUE_ID];
		bool on;
	} checks[VIEW_CHECKS]; /* card features in the catalogue's order for this generation */
	uint32_t check_count, checks_seen, checks_least;
	char checked_by[OFFICER_NUMBER];
	int64_t checked_ms;
	bool declared[CATALOGUE_LIST]; /* items accepted on paper */
	uint32_t declared_count;
	struct fee_quote fee;
	bool quoted_again; /* `fee` is of another day than the first quote of this case */
	struct payment payment;
	struct money left;
	int32_t change_pieces[PAYMENT_PIECES];

	/* its token, for products that are written here */
	struct view_token token;
	struct view_release release;
	struct view_pin pin;

	/* after the commit */
	struct {
		bool there;
		char number[24];
		char packet_id[APPLICATION_ID];
		char officer[OFFICER_NUMBER];
		int64_t at_ms;
		int32_t copies; /* made so far */
		bool accepted;  /* the centre's signed receipt is stored */
		int64_t accepted_ms;
		bool printed; /* the receipt itself is on paper: what is printed now is a copy */
		char masked[HKID_MASK];
		struct application application; /* as committed, hkid wiped: the masked form stands above */
	} receipt;
	enum view_given given_line[VIEW_GIVEN_MOST]; /* what the n-th line of the list is */
	bool given[CATALOGUE_LIST];                  /* its tick */
	uint32_t given_count;
};
