#pragma once
/*
 * A clerk without a window: the counter thread as the program has it, sandbox included, with somebody at the other end
 * of its channel who does one thing after another and notes what was told. Whatever is not as it must be ends the
 * program with status 3 and a line that says why.
 */
#include <pthread.h>

#include "kiosk/base/attr.h"
#include "kiosk/counter/counter.h"
#include "kiosk/counter/counter_conf.h"
#include "kiosk/flow/command.h"
#include "kiosk/flow/view.h"

struct clerk {
	struct counter_conf conf;
	struct counter_setup setup;
	pthread_t thread;
	struct channel shell; /* our end */
	struct view *view;    /* owned; the last one */
	int notes;            /* owned; where what was told is noted */
	int step, kill_at;    /* boundaries passed; at which one to die, 0 for none */
	size_t who;           /* whose case is in hand: the n-th of the day */
};

_Noreturn void clerk_fail(const char *fmt, ...) PRINTF(1, 2);

/* Start the thread; `notes` is the path of a file that is appended to. */
void clerk_start(struct clerk *clerk, const char *config, const char *notes);
/* COMMAND_STOP; the thread must end well. */
void clerk_stop(struct clerk *clerk);

/* One more line of what was told; durable before this returns. */
void clerk_note(const struct clerk *clerk, const char *fmt, ...) PRINTF(2, 3);

/* Send, and wait until a view shows that it was done: the field reads so, the choice is made, the line ticked, another
 * tender counted, the sent state left. */
void clerk_do(struct clerk *clerk, const struct command *command);
/* The same for a step of the flow: boundaries of it, right after the command was sent and right after the view came,
 * are where --kill-at ends the program. */
void clerk_step(struct clerk *clerk, const struct command *command);
/* Wait for the next view, at most `wait_ms`; false if none came. */
bool clerk_look(struct clerk *clerk, unsigned wait_ms);

/* What they do; see clerk_setup.c and clerk_case.c. */
/* First morning: the supervisor takes a password of their own and adds the clerk; the clerk takes one and opens the
 * till. Numbers and passwords come from the environment: SUPERVISOR, SUPERVISOR_FIRST, SUPERVISOR_PASSWORD, CLERK,
 * CLERK_FIRST, CLERK_PASSWORD. */
void clerk_setup(struct clerk *clerk);
/* The day: sign in, go on with what is held, finish `cases` cases, wait until the centre has accepted them. */
void clerk_cases(struct clerk *clerk, unsigned cases);
/* Sign in with what these variables of the environment say. */
void clerk_sign_in(struct clerk *clerk, const char *number_name, const char *password_name);
/* A variable that must be there. */
const char *clerk_environment(const char *name);
