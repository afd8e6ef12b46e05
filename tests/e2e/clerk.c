#include "tests/e2e/clerk.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "kiosk/base/clock.h"
#include "kiosk/base/file.h"
#include "kiosk/base/text.h"

#define WAIT_MS 30000
#define FAILED  3
#define NOTE    512
#define PAPER   256

void
clerk_fail(const char *fmt, ...)
{
	va_list args;
	va_start(args, fmt);
	(void)fputs("clerk: ", stderr);
	(void)vfprintf(stderr, fmt, args);
	(void)fputc('\n', stderr);
	va_end(args);
	_exit(FAILED);
}

const char *
clerk_environment(const char *name)
{
	const char *value = getenv(name);
	if (value == NULL)
		clerk_fail("%s is not set", name);
	return value;
}

/* --- the thread --- */

static void
wake(void *self)
{
	(void)self;
}

/* A receipt on paper, as durable as the real one. */
static bool
print(void *self, const struct counter_job *job, struct error *err)
{
	char text[PAPER];
	(void)self;
	return (text_format(text, sizeof(text), "%s %s\n", job->receipt, job->application->case_number) ||
			   error_set(err, ERROR_FULL, "a long receipt")) &&
		   file_write(job->path, text_span(text), 0600, err);
}

static void
close_printer(void *self)
{
	(void)self;
}

static const struct counter_printer_ops printer_ops = { print, close_printer };

static void *
run(void *self)
{
	struct clerk *clerk = self;
	struct error err = { 0 };
	if (!counter_run(&clerk->setup, &err))
		clerk_fail("the counter thread: %s", err.text);
	return NULL;
}

void
clerk_start(struct clerk *clerk, const char *config, const char *notes)
{
	struct error err = { 0 };
	clerk->view = calloc(1, sizeof(*clerk->view));
	clerk->notes = open(notes, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
	if (clerk->view == NULL || clerk->notes < 0)
		clerk_fail("%s: %s", notes, strerror(errno));
	if (!counter_conf_read(config, &clerk->conf, &err))
		clerk_fail("%s", err.text);
	clerk->setup = (struct counter_setup){ .store = clerk->conf.store,
		.catalogue = clerk->conf.catalogue,
		.sync_socket = clerk->conf.sync_socket,
		.device_socket = clerk->conf.device_socket,
		.print_folder = clerk->conf.print_folder,
		.printer = { &printer_ops, NULL },
		.wake = wake };
	if (!counter_conf_key(&clerk->conf, &clerk->setup.key, &err) ||
		!channel_pair(&clerk->shell, &clerk->setup.shell, &err))
		clerk_fail("%s", err.text);
	if (pthread_create(&clerk->thread, NULL, run, clerk) != 0)
		clerk_fail("no thread");
}

/* The next message; false if there is none in time. */
static bool
receive(struct clerk *clerk, unsigned wait_ms, uint16_t *type)
{
	static uint8_t in[CHANNEL_MOST];
	struct channel_message message;
	struct error err = { 0 };
	if (!channel_receive(&clerk->shell, in, sizeof(in), wait_ms, &message, &err)) {
		if (err.kind != ERROR_TIMEOUT)
			clerk_fail("the counter thread is gone: %s", err.text);
		return false;
	}
	*type = message.type;
	if (message.type == COUNTER_VIEW && message.body.len == sizeof(*clerk->view))
		memcpy(clerk->view, message.body.at, sizeof(*clerk->view));
	if (clerk->view->state == FLOW_FAULT)
		clerk_fail("the counter shows a fault: %s", clerk->view->fault_text);
	return true;
}

bool
clerk_look(struct clerk *clerk, unsigned wait_ms)
{
	uint16_t type = 0;
	return receive(clerk, wait_ms, &type) && type == COUNTER_VIEW;
}

static void
send(struct clerk *clerk, const struct command *command)
{
	struct error err = { 0 };
	struct span body = { (const uint8_t *)command, sizeof(*command) };
	if (!channel_send(&clerk->shell, COUNTER_COMMAND, body, -1, WAIT_MS, &err))
		clerk_fail("sending: %s", err.text);
}

void
clerk_stop(struct clerk *clerk)
{
	struct command stop = { .kind = COMMAND_STOP };
	uint16_t type = 0;
	send(clerk, &stop);
	while (type != COUNTER_END)
		if (!receive(clerk, WAIT_MS, &type))
			clerk_fail("the counter does not end");
	(void)pthread_join(clerk->thread, NULL);
	channel_close(&clerk->shell);
	counter_forget(&clerk->setup);
	free(clerk->view);
	file_close(&clerk->notes);
}

/* --- what was told --- */

/* By system calls of its own, so that nobody who counts the program's calls counts these. */
void
clerk_note(const struct clerk *clerk, const char *fmt, ...)
{
	char line[NOTE];
	va_list args;
	va_start(args, fmt);
	int len = vsnprintf(line, sizeof(line) - 1, fmt, args);
	va_end(args);
	if (len < 0 || (size_t)len >= sizeof(line) - 1)
		clerk_fail("a long note");
	line[len++] = '\n';
	if (syscall(SYS_write, clerk->notes, line, (size_t)len) != len || syscall(SYS_fdatasync, clerk->notes) != 0)
		clerk_fail("noting: %s", strerror(errno));
}

/* --- one thing after another --- */

static bool
is_ticked(const struct view *view, int32_t index)
{
	switch (view->state) {
	case FLOW_IDENTITY:
		return view->checks[index].on;
	case FLOW_DECLARATION:
		return view->declared[index];
	default:
		return view->given[index];
	}
}

/* Whether `now` shows that `command`, sent when the view was `before`, was done. */
static bool
is_done(const struct view *now, const struct view *before, const struct command *command)
{
	switch (command->kind) {
	case COMMAND_FIELD:
		return strcmp(now->fields[command->field].text, command->text) == 0;
	case COMMAND_CHOICE:
		return now->fields[command->field].choice == command->index;
	case COMMAND_TICK:
		return is_ticked(now, command->index);
	case COMMAND_TENDER:
		return now->payment.count > before->payment.count;
	case COMMAND_STAFF_ADD:
		return now->staff_count > before->staff_count;
	default:
		return now->state != before->state;
	}
}

static void
pass(struct clerk *clerk, bool boundary)
{
	if (boundary && ++clerk->step == clerk->kill_at)
		(void)kill(getpid(), SIGKILL);
}

static void
act(struct clerk *clerk, const struct command *command, bool boundary)
{
	static struct view before;
	int64_t deadline_ms = clock_monotonic_ms() + WAIT_MS;
	before = *clerk->view;
	send(clerk, command);
	pass(clerk, boundary);
	while (!is_done(clerk->view, &before, command)) {
		int64_t left_ms = deadline_ms - clock_monotonic_ms();
		if (left_ms <= 0 || !clerk_look(clerk, (unsigned)left_ms))
			clerk_fail("command %d (field %d) was not done in state %d; first problem at field %d", (int)command->kind,
				(int)command->field, (int)clerk->view->state,
				clerk->view->summary_count > 0 ? (int)clerk->view->summary[0] : -1);
	}
	pass(clerk, boundary);
}

void
clerk_do(struct clerk *clerk, const struct command *command)
{
	act(clerk, command, false);
}

void
clerk_step(struct clerk *clerk, const struct command *command)
{
	act(clerk, command, true);
}

void
clerk_sign_in(struct clerk *clerk, const char *number_name, const char *password_name)
{
	struct command command = { .kind = COMMAND_SIGN_IN };
	if (!text_copy(command.text, sizeof(command.text), clerk_environment(number_name)) ||
		!text_copy(command.secret, sizeof(command.secret), clerk_environment(password_name)))
		clerk_fail("a long staff number or password");
	clerk_step(clerk, &command);
}
