#pragma once
/* What the files of the counter thread share; not for others. One struct counter, one thread. */
#include <systemd/sd-event.h>

#include "kiosk/counter/case.h"
#include "kiosk/counter/case_code.h"
#include "kiosk/counter/case_judge.h"
#include "kiosk/counter/counter.h"
#include "kiosk/counter/counter_device.h"
#include "kiosk/flow/command.h"
#include "kiosk/flow/flow.h"
#include "kiosk/store/store.h"
#include "sync/seal/seal.h"
#include "sync/wire/wire.h"

#define COUNTER_OFFERS 4096u /* items without a receipt that are looked after at once */

struct counter_offer {
	char id[APPLICATION_ID];
	char receipt[STORE_RECEIPT];
	bool sent;    /* on this connection */
	bool spooled; /* syncd has it */
	bool retry;   /* asked for by hand: syncd is to try a parked item again */
};

/* The connection to syncd. */
struct counter_line {
	struct channel channel; /* fd -1: none */
	sd_event_source *io, *timer;
	unsigned failures; /* in a row */
	bool heard;        /* `last` is of this connection */
	struct wire_line last;
	struct counter_offer *offers; /* owned; COUNTER_OFFERS, oldest first */
	size_t count, next;           /* next: first that may not be sent yet */
	unsigned in_flight;           /* sent and not yet spooled */
	bool more;                    /* the store holds more than fitted */
};

/* Instants that never go back, made of a clock that may. */
struct counter_clock {
	int64_t latest_ms; /* latest instant told */
	int64_t wall_ms;   /* what the computer's clock said then */
	bool suspect;      /* it went back further than STORE_CLOCK_BACK_MS; stays until a supervisor's release */
	bool noted;        /* the log says so */
	bool behind;       /* still: instants go on from base_ms by the monotonic clock */
	int64_t base_ms, base_monotonic_ms;
	int64_t behind_ms; /* how far it went back */
};

struct counter {
	struct counter_setup *setup;
	sd_event *loop;
	sd_event_source *shell_io, *save_timer, *publish_timer, *wait_timer, *day_timer, *idle_timer, *leave_timer;
	bool ended;

	struct store *store; /* NULL while unprovisioned or faulty */
	struct store_identity identity;
	struct seal_key *signing;
	struct seal_certificate *ca, *packet, *receipt;
	struct catalogue *catalogue; /* the one in force */
	bool catalogue_bad;          /* a newer one was refused, and none has been read since */

	enum flow_state state, before_lock;
	enum view_fault fault;
	char fault_text[232];
	struct date day; /* business day; kept while the clock is suspect */
	struct counter_clock clock;

	bool signed_in;
	struct officer officer;
	int64_t signed_in_ms, last_sign_in_ms;
	unsigned tries_left, wait_s;
	struct store_till till;

	/* the case in hand and what stands around it on the glass */
	struct case_file file;
	bool unsaved;
	int64_t saved_ms;
	uint8_t draft[CASE_CODE_MOST]; /* room to write one; wiped after */
	bool quoted_again;
	enum hold_reason hold;
	char chosen[CATALOGUE_ID]; /* on the product screen */
	int chosen_term;
	char form[FIELDS][VIEW_TEXT]; /* texts of fields that belong to no case */
	int32_t form_choice[FIELDS];
	bool told[FIELDS];
	enum field_problem said[FIELDS]; /* by an action; stays until the next one */
	bool asked;                      /* Continue was asked in this state and refused */
	uint32_t summary_number;

	/* a committed case in sight */
	bool has_receipt;
	struct application application;
	struct store_receipt stored;
	bool given[VIEW_GIVEN_MOST];

	struct counter_line line;
	struct counter_device device;
	struct store_outbox_row *rows; /* owned; room for COUNTER_OFFERS */

	enum view_notice notice;
	uint32_t notice_number;
	char notice_subject[APPLICATION_ID];

	char stock_found[STOCK_SERIAL]; /* the serial that was looked for on the stock screen; empty: none */

	bool stale;      /* lists and figures of the view have to be read again */
	bool view_waits; /* the channel was full */
	struct view view;
};

/* --- counter_clock.c --- */
/* What is told when the computer's clock says `wall_ms`: never earlier than before. A little behind waits for the
 * clock; far behind goes on without it, so that no wait lasts for ever. */
int64_t counter_clock_tell(struct counter_clock *clock, int64_t wall_ms);
/* Take over what the log knows of the clock; after the store was opened. */
bool counter_clock_start(struct counter *counter, struct error *err);
/* Write into the log that the clock went back, once. False, and told, if that failed. */
bool counter_clock_note(struct counter *counter);
/* True while no case and no till may begin: the clock is suspect, and its day is another than the business day. */
bool counter_clock_holds(struct counter *counter);
/* A supervisor released it: go on with what the computer's clock says. */
void counter_clock_goes(struct counter *counter, int64_t wall_ms);

/* --- counter.c --- */
/* The instant that things are written down with: never earlier than the one before, nor than the log. Moves the
 * business day, unless the clock is suspect. */
int64_t counter_now(struct counter *counter);
/* Look at store, keys and catalogue (again); true if the officer may sign in. */
bool counter_look(struct counter *counter);
void counter_notice(struct counter *counter, enum view_notice notice, const char *subject);
/* Something of the program failed that the officer cannot work around: FLOW_FAULT with the kind of it. Returns false.
 */
bool counter_fail(struct counter *counter, enum view_fault fault, const struct error *error);
/* The store understood and said no, or has no such thing: said where it was asked. Whatever else it says is a fault. */
bool counter_declined(const struct error *error);
/* What is wrong with a field, by an action; told at once. Returns false. */
bool counter_say(struct counter *counter, enum field field, enum field_problem problem);
/* One step of the flow: the effect is carried out first; false, and nothing changed, if the event means nothing here or
 * the effect failed. */
bool counter_step(struct counter *counter, enum flow_event event);
/* Soon, for news that may come in numbers. */
void counter_publish_soon(struct counter *counter);
/* Once, ms from now. */
bool counter_timer(struct counter *counter, sd_event_source **source, uint64_t ms, sd_event_time_handler_t handler);
/* Wake up when the business day ends. */
void counter_arm_day(struct counter *counter);
void counter_stop(struct counter *counter);

/* --- counter_catalogue.c --- */
/* Read the catalogue (again) and put it in force if it is another one than before. */
bool counter_catalogue_read(struct counter *counter, struct error *err);
/* The same when the technician asks for it: a bad one leaves the last good one in force, and that is told. */
void counter_catalogue_again(struct counter *counter);
/* The shell has drawn the view of this generation: catalogues that only older ones point to are freed. */
void counter_catalogue_drawn(struct counter *counter, uint32_t generation);

/* --- counter_command.c --- */
void counter_command(struct counter *counter, struct command *command);

/* --- counter_officer.c --- */
void counter_officer_sign_in(struct counter *counter, struct command *command);
void counter_officer_unlock(struct counter *counter, struct command *command);
void counter_officer_password(struct counter *counter, struct command *command);
void counter_officer_counts(struct counter *counter, struct command *command);
void counter_officer_add(struct counter *counter, struct command *command);
void counter_officer_release(struct counter *counter, struct command *command);
/* A supervisor, whoever is signed in, says with number and password that the clock is right. */
void counter_officer_clock(struct counter *counter, struct command *command);
bool counter_officer_leave(struct counter *counter);

/* --- counter_case.c --- */
struct case_rules counter_case_rules(const struct counter *counter);
bool counter_case_in_hand(const struct counter *counter);
/* The enum hold_reason that a draft's `why` stands for, or -1. */
int counter_case_reason(const char *why);
/* Make the draft durable, in `step`. */
bool counter_case_save(struct counter *counter, enum flow_state step);
/* Carry out the effect of a step on the case. */
bool counter_case_effect(struct counter *counter, const struct flow_step *step);
void counter_case_field(struct counter *counter, struct command *command);
void counter_case_choice(struct counter *counter, struct command *command);
void counter_case_tick(struct counter *counter, struct command *command);
void counter_case_product(struct counter *counter, struct command *command);
void counter_case_continue(struct counter *counter, struct command *command);
void counter_case_back(struct counter *counter, struct command *command);
void counter_case_change(struct counter *counter, struct command *command);
void counter_case_hold(struct counter *counter, struct command *command);
void counter_case_resume(struct counter *counter, struct command *command);
void counter_case_tender(struct counter *counter, struct command *command);
/* Which lines the hand-over list of the committed case in sight has; how many. */
size_t counter_case_given(const struct counter *counter, enum view_given lines[static VIEW_GIVEN_MOST]);
void counter_case_untender(struct counter *counter, struct command *command);

/* --- counter_money.c --- */
void counter_money_tender(struct counter *counter, struct command *command);
void counter_money_untender(struct counter *counter, struct command *command);

/* --- counter_commit.c --- */
bool counter_commit(struct counter *counter);
void counter_commit_open(struct counter *counter, struct command *command);
void counter_commit_print(struct counter *counter, struct command *command);
/* Forget the committed case in sight. */
void counter_commit_forget(struct counter *counter);

/* --- counter_line.c --- */
void counter_line_start(struct counter *counter);
void counter_line_stop(struct counter *counter);
/* A packet was committed. */
void counter_line_offer(struct counter *counter, const char *id, const char *receipt);
void counter_line_now(struct counter *counter, struct command *command);
void counter_line_retry(struct counter *counter, struct command *command);

/* --- counter_stock.c --- */
void counter_stock_open(struct counter *counter, struct command *command);
void counter_stock_receive(struct counter *counter, struct command *command);
void counter_stock_spoil(struct counter *counter, struct command *command);
void counter_stock_find(struct counter *counter, struct command *command);
/* Sums and rows as they are now. */
NODISCARD bool counter_stock_read(struct counter *counter, struct view_stock *out, struct error *err);

/* --- counter_view.c --- */
void counter_view_fill(struct counter *counter);
