#include <string.h>

#include "kiosk/base/log.h"
#include "kiosk/base/text.h"
#include "kiosk/counter/internal.h"

typedef void (*handle_fn)(struct counter *counter, struct command *command);

static void
sign_out(struct counter *counter, struct command *command)
{
	(void)command;
	(void)counter_step(counter, EVENT_SIGN_OUT);
}

static void
lock(struct counter *counter, struct command *command)
{
	(void)command;
	(void)counter_step(counter, EVENT_LOCK);
}

static void
new_case(struct counter *counter, struct command *command)
{
	(void)command;
	bool holds = counter_clock_holds(counter);
	(void)counter_step(counter, holds ? EVENT_CLOCK : counter->till.open ? EVENT_NEW : EVENT_TILL);
}

static void
look_at_clock(struct counter *counter, struct command *command)
{
	(void)command;
	if (counter->clock.suspect)
		(void)counter_step(counter, EVENT_CLOCK);
}

static void
cancel(struct counter *counter, struct command *command)
{
	(void)command;
	(void)counter_step(counter, EVENT_CANCEL);
}

static void
staff(struct counter *counter, struct command *command)
{
	(void)command;
	if (counter->officer.role == OFFICER_SUPERVISOR)
		(void)counter_step(counter, EVENT_STAFF);
}

static void
queue(struct counter *counter, struct command *command)
{
	(void)command;
	(void)counter_step(counter, EVENT_QUEUE);
}

static void
find(struct counter *counter, struct command *command)
{
	(void)command;
	(void)counter_step(counter, EVENT_FIND);
}

static void
stop(struct counter *counter, struct command *command)
{
	(void)command;
	counter_stop(counter);
}

/* In which states a command means something. */
#define IN(state)   (1u << (state))
#define CASE_STATES (IN(FLOW_IDENTITY) | IN(FLOW_DETAILS) | IN(FLOW_DECLARATION) | IN(FLOW_PAYMENT) | IN(FLOW_CHECK))
#define EVERYWHERE  (IN(FLOW_STATES) - 1u)
#define FORM_STATES (CASE_STATES | IN(FLOW_STAFF) | IN(FLOW_STOCK) | IN(FLOW_SIGN_IN) | IN(FLOW_CLOCK))

/* clang-format off */
static const struct {
	handle_fn handle;
	unsigned states;
} rules[COMMAND_KINDS] = {
	[COMMAND_FIELD]        = { counter_case_field,       FORM_STATES },
	[COMMAND_CHOICE]       = { counter_case_choice,      CASE_STATES | IN(FLOW_STAFF) | IN(FLOW_STOCK) },
	[COMMAND_TICK]         = { counter_case_tick,        CASE_STATES | IN(FLOW_HAND_OVER) },
	[COMMAND_SIGN_IN]      = { counter_officer_sign_in,  IN(FLOW_SIGN_IN) },
	[COMMAND_PASSWORD]     = { counter_officer_password, IN(FLOW_NEW_PASSWORD) },
	[COMMAND_SIGN_OUT]     = { sign_out,                 EVERYWHERE },
	[COMMAND_LOCK]         = { lock,                     EVERYWHERE },
	[COMMAND_UNLOCK]       = { counter_officer_unlock,   IN(FLOW_LOCKED) },
	[COMMAND_COUNTS]       = { counter_officer_counts,   IN(FLOW_TILL) },
	[COMMAND_NEW]          = { new_case,                 IN(FLOW_HOME) },
	[COMMAND_PRODUCT]      = { counter_case_product,     IN(FLOW_PRODUCT) },
	[COMMAND_CONTINUE]     = { counter_case_continue,    EVERYWHERE },
	[COMMAND_BACK]         = { counter_case_back,        EVERYWHERE },
	[COMMAND_CHANGE]       = { counter_case_change,      IN(FLOW_IDENTITY) | IN(FLOW_CHECK) },
	[COMMAND_HOLD]         = { counter_case_hold,        CASE_STATES },
	[COMMAND_RESUME]       = { counter_case_resume,      IN(FLOW_HOME) },
	[COMMAND_CANCEL]       = { cancel,                   CASE_STATES },
	[COMMAND_TENDER]       = { counter_money_tender,      IN(FLOW_PAYMENT) },
	[COMMAND_UNTENDER]     = { counter_money_untender,    IN(FLOW_PAYMENT) },
	[COMMAND_STAFF]        = { staff,                    IN(FLOW_HOME) },
	[COMMAND_STAFF_ADD]    = { counter_officer_add,      IN(FLOW_STAFF) },
	[COMMAND_STAFF_UNLOCK] = { counter_officer_release,  IN(FLOW_STAFF) },
	[COMMAND_QUEUE]        = { queue,                    IN(FLOW_HOME) },
	[COMMAND_QUEUE_NOW]    = { counter_line_now,         IN(FLOW_QUEUE) | IN(FLOW_HOME) },
	[COMMAND_QUEUE_RETRY]  = { counter_line_retry,       IN(FLOW_QUEUE) },
	[COMMAND_FIND]         = { find,                     IN(FLOW_HOME) | IN(FLOW_STORED) },
	[COMMAND_OPEN]         = { counter_commit_open,      IN(FLOW_HOME) | IN(FLOW_FIND) | IN(FLOW_QUEUE) },
	[COMMAND_CLOCK]        = { look_at_clock,            IN(FLOW_HOME) },
	[COMMAND_CLOCK_RELEASE] = { counter_officer_clock,   IN(FLOW_CLOCK) },
	[COMMAND_PRINT]        = { counter_commit_print,     IN(FLOW_STORED) | IN(FLOW_HAND_OVER) },
	[COMMAND_STOCK]         = { counter_stock_open,      IN(FLOW_HOME) },
	[COMMAND_STOCK_RECEIVE] = { counter_stock_receive,   IN(FLOW_STOCK) },
	[COMMAND_STOCK_SPOIL]   = { counter_stock_spoil,     IN(FLOW_STOCK) },
	[COMMAND_STOCK_FIND]    = { counter_stock_find,      IN(FLOW_STOCK) },
	[COMMAND_STOP]         = { stop,                     EVERYWHERE },
};
/* clang-format on */

/* The shell's texts are checked like anybody's: ended, and UTF-8. */
static bool
is_text(char *text, size_t cap)
{
	text[cap - 1] = '\0';
	return text_is_utf8(text_span(text));
}

static bool
is_sound(struct command *command)
{
	return command->kind > COMMAND_NONE && command->kind < COMMAND_KINDS && command->field < FIELDS &&
		   is_text(command->text, sizeof(command->text)) && is_text(command->text2, sizeof(command->text2)) &&
		   is_text(command->secret, sizeof(command->secret)) && is_text(command->again, sizeof(command->again));
}

void
counter_command(struct counter *counter, struct command *command)
{
	if (!is_sound(command)) {
		LOG(LOG_LEVEL_WARNING, "command.refused", log_count("kind", command->kind));
		return;
	}
	counter_catalogue_drawn(counter, command->drawn);
	(void)counter_now(counter); /* the business day may have ended since, or the clock have been set */
	(void)counter_clock_note(counter);
	if ((rules[command->kind].states & IN(counter->state)) != 0)
		rules[command->kind].handle(counter, command);
}
