#include "kiosk/counter/counter.h"

#include <assert.h>
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>

#include "kiosk/base/clock.h"
#include "kiosk/base/log.h"
#include "kiosk/base/text.h"
#include "kiosk/counter/internal.h"

#define PRINT_FOLDER_MODE 0700u
#define COMMANDS_AT_ONCE  32u /* taken before a view is made: a scanner's burst is one view */
#define PUBLISH_SOON_MS   100u
#define IDLE_MS           2000u  /* without a command for so long the write-ahead log is copied into the store */
#define END_MS            1000u  /* for the last message to the shell */
#define LEAVE_MS          500u   /* for the shell to send what is typed, after a signal */
#define ACCURACY_US       20000u /* how late a timer may be */
#define SQLITE_IS_FULL    13     /* SQLITE_FULL, the low byte of any of its extended codes */
#define SQLITE_SHM_FULL   (10 | 19 << 8) /* SQLITE_IOERR_SHMSIZE: no room for the index of the log */
#define DAY_MS            86400000ll
#define MINUTE_MS         60000ll

static_assert(sizeof(struct view) <= CHANNEL_MOST - 2, "a view is one message");
static_assert(sizeof(struct command) <= CHANNEL_MOST - 2, "a command is one message");

static void publish(struct counter *counter);

/* --- time --- */

int64_t
counter_now(struct counter *counter)
{
	int64_t wall_ms = counter->setup->now_ms != NULL ? counter->setup->now_ms() : clock_now_ms();
	int64_t now_ms = counter_clock_tell(&counter->clock, wall_ms);
	if (counter->identity.provisioned && !counter->clock.suspect)
		counter->day = date_of_instant(now_ms, counter->identity.offset_min);
	return now_ms;
}

bool
counter_timer(struct counter *counter, sd_event_source **source, uint64_t ms, sd_event_time_handler_t handler)
{
	uint64_t now_us = 0;
	if (sd_event_now(counter->loop, CLOCK_MONOTONIC, &now_us) < 0)
		return false;
	uint64_t at_us = now_us + ms * 1000u;
	if (*source == NULL)
		return sd_event_add_time(counter->loop, source, CLOCK_MONOTONIC, at_us, ACCURACY_US, handler, counter) >= 0;
	return sd_event_source_set_time(*source, at_us) >= 0 && sd_event_source_set_enabled(*source, SD_EVENT_ONESHOT) >= 0;
}

static int on_day(sd_event_source *source, uint64_t at_us, void *self);

/* Wake up when the business day ends; a clock that is set meanwhile is found at the next command. */
void
counter_arm_day(struct counter *counter)
{
	int64_t local_ms = counter_now(counter) + counter->identity.offset_min * MINUTE_MS;
	int64_t left_ms = DAY_MS - local_ms % DAY_MS;
	(void)counter_timer(counter, &counter->day_timer, (uint64_t)left_ms + 1, on_day);
}

static int
on_day(sd_event_source *source, uint64_t at_us, void *self)
{
	struct counter *counter = self;
	(void)source, (void)at_us;
	counter_arm_day(counter);
	(void)counter_clock_note(counter);
	counter->stale = true;
	publish(counter);
	return 0;
}

/* --- news --- */

void
counter_notice(struct counter *counter, enum view_notice notice, const char *subject)
{
	counter->notice = notice;
	counter->notice_number++;
	(void)text_copy(counter->notice_subject, sizeof(counter->notice_subject), subject);
}

bool
counter_say(struct counter *counter, enum field field, enum field_problem problem)
{
	counter->said[field] = problem;
	counter->told[field] = problem != PROBLEM_NONE; /* what the rules say of it is told when the step is asked */
	return false;
}

bool
counter_fail(struct counter *counter, enum view_fault fault, const struct error *error)
{
	LOG(LOG_LEVEL_ERROR, "counter.fault", log_kind("state", flow_state_name(counter->state)), log_error(error));
	bool full = error->domain == DOMAIN_SQLITE &&
				((error->detail & 0xff) == SQLITE_IS_FULL || error->detail == SQLITE_SHM_FULL);
	counter->fault = fault == FAULT_STORE && full ? FAULT_DISK : fault;
	(void)text_copy(counter->fault_text, sizeof(counter->fault_text), error->text);
	(void)counter_step(counter, EVENT_FAULT);
	return false;
}

bool
counter_declined(const struct error *error)
{
	return error->kind == ERROR_GONE || error->kind == ERROR_REFUSED;
}

/* --- the flow --- */

static bool
carry_out(struct counter *counter, const struct flow_step *step)
{
	switch (step->effect) {
	case EFFECT_NONE:
		return true;
	case EFFECT_COMMIT:
		return counter_commit(counter);
	case EFFECT_LEAVE:
		return counter_officer_leave(counter);
	case EFFECT_FORGET:
		counter_commit_forget(counter);
		case_forget(&counter->file);
		counter->unsaved = false;
		return true;
	case EFFECT_BEGIN:
	case EFFECT_SAVE:
	case EFFECT_HIDE:
	case EFFECT_SHOW:
	case EFFECT_QUOTE:
	case EFFECT_HOLD:
	case EFFECT_LOAD:
	case EFFECT_DROP:
		return counter_case_effect(counter, step);
	case EFFECT_RELEASE:
	case EFFECT_REJECT:
	case EFFECT_BAG:
	case EFFECT_REOPEN:
		break;
	}
	return false;
}

/* What was said in one state is not said in the next. */
static void
enter(struct counter *counter, enum flow_state state)
{
	if (state == FLOW_LOCKED)
		counter->before_lock = counter->state;
	counter->state = state;
	counter->asked = false;
	counter->stale = true;
	counter->wait_s = 0;
	memset(counter->told, 0, sizeof(counter->told));
	memset(counter->said, 0, sizeof(counter->said));
}

bool
counter_step(struct counter *counter, enum flow_event event)
{
	const struct flow_step *step = flow_find(counter->state, event);
	if (step == NULL || !carry_out(counter, step))
		return false;
	enter(counter, flow_resume(step, counter->before_lock));
	return true;
}

/* --- the start-up checks --- */

static void
close_store(struct counter *counter)
{
	counter_line_stop(counter);
	counter_device_stop(counter);
	store_close(counter->store);
	counter->store = NULL;
	seal_key_free(counter->signing);
	seal_certificate_free(counter->ca);
	seal_certificate_free(counter->packet);
	seal_certificate_free(counter->receipt);
	counter->signing = NULL;
	counter->ca = counter->packet = counter->receipt = NULL;
}

static struct span
bytes_span(const struct file_bytes *bytes)
{
	return (struct span){ bytes->at, bytes->len };
}

static bool
read_keys(struct counter *counter, struct error *err)
{
	CLEANUP(store_certificates_free) struct store_certificates pem = { 0 };
	CLEANUP(secret_free) struct secret key = { 0 };
	if (!store_certificates(counter->store, &pem, err) || !store_signing_key(counter->store, &key, err))
		return error_in(err, "reading the counter's keys");
	return seal_key_read(secret_span(&key), bytes_span(&pem.signing), &counter->signing, err) &&
		   seal_certificate_read(bytes_span(&pem.ca), &counter->ca, err) &&
		   seal_certificate_read(bytes_span(&pem.packet), &counter->packet, err) &&
		   seal_certificate_read(bytes_span(&pem.receipt), &counter->receipt, err);
}

/* store_open() takes over a key; ours stays with the setup and is lent, because the store may be opened again. */
struct lending {
	const struct store_key *own; /* borrowed */
	bool failed;
};

static bool
lend_get(void *self, bool make, struct secret *key, struct error *err)
{
	struct lending *lending = self;
	lending->failed = !lending->own->ops->get(lending->own->self, make, key, err);
	return !lending->failed;
}

static void
lend_close(void *self)
{
	(void)self;
}

static const struct store_key_ops lend_ops = { lend_get, lend_close };

/* What kept the store closed. */
static enum view_fault
open_fault(const struct error *error, bool key_failed)
{
	if (error->kind == ERROR_REFUSED && error->domain == DOMAIN_ERRNO && error->detail == EWOULDBLOCK)
		return FAULT_OPEN;
	return key_failed || error->kind == ERROR_UNTRUSTED ? FAULT_KEY : FAULT_STORE; /* none, bad, or another store's */
}

static bool
open_store(struct counter *counter)
{
	struct error err = { 0 };
	struct lending lending = { .own = &counter->setup->key };
	struct store_key lent = { &lend_ops, &lending };
	close_store(counter);
	if (!store_open(counter->setup->store, lent, &counter->store, &err))
		return counter_fail(counter, open_fault(&err, lending.failed), &err);
	if (!store_identity(counter->store, &counter->identity, &err) || !counter_clock_start(counter, &err))
		return counter_fail(counter, FAULT_STORE, &err);
	if (!counter->identity.provisioned)
		return true;
	return read_keys(counter, &err) || counter_fail(counter, FAULT_KEY, &err);
}

bool
counter_look(struct counter *counter)
{
	struct error err = { 0 };
	if (!open_store(counter))
		return false;
	if (!counter->identity.provisioned) {
		close_store(counter); /* so that --provision can have it */
		return false;
	}
	if (counter->catalogue == NULL && !counter_catalogue_read(counter, &err))
		return counter_fail(counter, FAULT_CATALOGUE, &err);
	if (!file_folder(counter->setup->print_folder, PRINT_FOLDER_MODE, &err)) /* receipts can wait, cases not */
		LOG(LOG_LEVEL_WARNING, "print-folder.missing", log_error(&err));
	counter->fault = FAULT_NONE;
	if (!counter_clock_note(counter))
		return false;
	counter_arm_day(counter);
	counter_line_start(counter);
	counter_device_start(counter);
	return counter_step(counter, EVENT_PROVISIONED);
}

/* --- out --- */

static bool
send_view(struct counter *counter)
{
	struct error err = { 0 };
	struct span body = { (const uint8_t *)&counter->view, sizeof(counter->view) };
	bool sent = channel_send(&counter->setup->shell, COUNTER_VIEW, body, -1, 0, &err);
	counter->view_waits = !sent && err.kind == ERROR_TIMEOUT;
	(void)sd_event_source_set_io_events(counter->shell_io, counter->view_waits ? EPOLLIN | EPOLLOUT : EPOLLIN);
	if (sent)
		counter->setup->wake(counter->setup->wake_self);
	return sent || counter->view_waits;
}

static void
publish(struct counter *counter)
{
	if (counter->ended)
		return;
	(void)counter_now(counter);
	counter_view_fill(counter);
	if (!send_view(counter))
		counter_stop(counter);
}

static int
on_publish(sd_event_source *source, uint64_t at_us, void *self)
{
	(void)source, (void)at_us;
	publish(self);
	return 0;
}

void
counter_publish_soon(struct counter *counter)
{
	int on = SD_EVENT_OFF;
	if (counter->publish_timer != NULL)
		(void)sd_event_source_get_enabled(counter->publish_timer, &on);
	if (on == SD_EVENT_OFF)
		(void)counter_timer(counter, &counter->publish_timer, PUBLISH_SOON_MS, on_publish);
}

void
counter_stop(struct counter *counter)
{
	counter->ended = true;
	(void)sd_event_exit(counter->loop, 0);
}

/* --- in --- */

static bool
take_command(struct counter *counter, struct channel_message *message, struct error *err)
{
	struct command command;
	if (message->type != COUNTER_COMMAND || message->body.len != sizeof(command) || message->memfd >= 0)
		return error_set(err, ERROR_INVALID, "message type %u of %zu bytes", message->type, message->body.len);
	memcpy(&command, message->body.at, sizeof(command));
	counter_command(counter, &command);
	secret_wipe(&command, sizeof(command));
	return true;
}

static bool
take_commands(struct counter *counter, struct error *err)
{
	uint8_t in[sizeof(struct command)];
	struct channel_message message;
	bool ok = true;
	for (unsigned i = 0; ok && !counter->ended && i < COMMANDS_AT_ONCE; i++) {
		ok = channel_receive(&counter->setup->shell, in, sizeof(in), 0, &message, err);
		if (!ok)
			break;
		ok = take_command(counter, &message, err);
		file_close(&message.memfd);
		secret_wipe(in, sizeof(in));
	}
	return ok || err->kind == ERROR_TIMEOUT;
}

/* Once after the last command, so that no commit has to do it while somebody waits. */
static int
on_idle(sd_event_source *source, uint64_t at_us, void *self)
{
	struct counter *counter = self;
	(void)source, (void)at_us;
	if (counter->store != NULL)
		store_idle(counter->store);
	return 0;
}

static int
on_shell(sd_event_source *source, int fd, uint32_t events, void *self)
{
	struct counter *counter = self;
	struct error err = { 0 };
	(void)source, (void)fd;
	if ((events & EPOLLOUT) != 0 && counter->view_waits && !send_view(counter))
		counter_stop(counter);
	if ((events & ~(uint32_t)EPOLLOUT) == 0)
		return 0;
	if (!take_commands(counter, &err)) {
		LOG(err.kind == ERROR_GONE ? LOG_LEVEL_INFO : LOG_LEVEL_ERROR, "shell.gone", log_error(&err));
		counter_stop(counter);
	}
	publish(counter);
	if (!counter->ended)
		(void)counter_timer(counter, &counter->idle_timer, IDLE_MS, on_idle);
	return 0;
}

/* --- signals --- */

static int
on_leave(sd_event_source *source, uint64_t at_us, void *self)
{
	(void)source, (void)at_us;
	counter_stop(self);
	return 0;
}

/* What is typed and not yet sent is on the glass only: the shell is asked for it, once and briefly. */
static int
on_end(sd_event_source *source, const struct signalfd_siginfo *info, void *self)
{
	struct counter *counter = self;
	struct error ignored;
	(void)source;
	LOG(LOG_LEVEL_INFO, "counter.signal", log_count("number", info->ssi_signo));
	if (counter->leave_timer != NULL ||
		!channel_send(&counter->setup->shell, COUNTER_LEAVE, (struct span){ 0 }, -1, 0, &ignored) ||
		!counter_timer(counter, &counter->leave_timer, LEAVE_MS, on_leave))
		counter_stop(counter);
	counter->setup->wake(counter->setup->wake_self);
	return 0;
}

static int
on_reload(sd_event_source *source, const struct signalfd_siginfo *info, void *self)
{
	struct counter *counter = self;
	(void)source, (void)info;
	if (!counter->identity.provisioned || counter->catalogue == NULL)
		return 0;
	counter_catalogue_again(counter);
	publish(counter);
	return 0;
}

static bool
add_signals(struct counter *counter)
{
	return !counter->setup->signals || (sd_event_add_signal(counter->loop, NULL, SIGTERM, on_end, counter) >= 0 &&
										   sd_event_add_signal(counter->loop, NULL, SIGINT, on_end, counter) >= 0 &&
										   sd_event_add_signal(counter->loop, NULL, SIGHUP, on_reload, counter) >= 0);
}

/* --- from start to end --- */

static bool
start(struct counter *counter, struct error *err)
{
	counter->line.channel.fd = -1;
	counter->device.channel.fd = -1;
	counter->line.offers = calloc(COUNTER_OFFERS, sizeof(*counter->line.offers));
	counter->rows = calloc(COUNTER_OFFERS, sizeof(*counter->rows));
	for (size_t i = 0; i < FIELDS; i++)
		counter->form_choice[i] = -1;
	if (counter->line.offers == NULL || counter->rows == NULL)
		return error_set(err, ERROR_SYSTEM, "no memory for the counter");
	if (sd_event_new(&counter->loop) < 0 || !add_signals(counter) ||
		sd_event_add_io(counter->loop, &counter->shell_io, counter->setup->shell.fd, EPOLLIN, on_shell, counter) < 0)
		return error_set(err, ERROR_SYSTEM, "making the counter's event loop");
	return true;
}

/* Whatever was typed is saved; nobody stays signed in. */
static void
leave(struct counter *counter)
{
	struct error ignored;
	if (counter->store != NULL && counter->signed_in)
		(void)counter_officer_leave(counter);
	if (counter->setup->shell.fd >= 0 &&
		channel_send(&counter->setup->shell, COUNTER_END, (struct span){ 0 }, -1, END_MS, &ignored))
		counter->setup->wake(counter->setup->wake_self);
}

static void
finish(struct counter *counter)
{
	sd_event_source **sources[] = { &counter->shell_io, &counter->save_timer, &counter->publish_timer,
		&counter->idle_timer, &counter->wait_timer, &counter->day_timer, &counter->leave_timer };
	close_store(counter);
	for (size_t i = 0; i < sizeof(sources) / sizeof(sources[0]); i++)
		*sources[i] = sd_event_source_unref(*sources[i]);
	sd_event_unref(counter->loop);
	if (counter->setup->printer.ops != NULL)
		counter->setup->printer.ops->close(counter->setup->printer.self);
	if (counter->setup->key.ops != NULL)
		counter->setup->key.ops->close(counter->setup->key.self);
	counter->setup->key = (struct store_key){ 0 };
	counter->setup->printer = (struct counter_printer){ 0 };
	free(counter->line.offers);
	free(counter->rows);
}

bool
counter_run(struct counter_setup *setup, struct error *err)
{
	struct counter *counter = calloc(1, sizeof(*counter)); /* once, at the start; too large for a stack */
	if (counter == NULL)
		abort();
	counter->setup = setup;
	bool ok = start(counter, err);
	if (ok) {
		(void)counter_look(counter);
		publish(counter);
		if (setup->ready != NULL)
			setup->ready(setup->wake_self);
		ok = sd_event_loop(counter->loop) >= 0 || error_set(err, ERROR_SYSTEM, "the counter's event loop failed");
	}
	leave(counter);
	finish(counter);
	channel_close(&setup->shell);
	secret_wipe(counter, sizeof(*counter));
	free(counter);
	return ok;
}

void
counter_forget(struct counter_setup *setup)
{
	while (setup->catalogues != NULL) {
		struct counter_kept *kept = setup->catalogues;
		setup->catalogues = kept->next;
		catalogue_free(kept->catalogue);
		free(kept);
	}
}
