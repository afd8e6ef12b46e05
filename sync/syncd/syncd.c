#include "sync/syncd/syncd.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <systemd/sd-daemon.h>
#include <unistd.h>

#include "kiosk/base/clock.h"
#include "kiosk/base/log.h"
#include "kiosk/base/text.h"
#include "sync/syncd/internal.h"

#define MEGABYTE (1024u * 1024u)

static void
on_accepted(void *self, struct spool_item *item)
{
	struct syncd *syncd = self;
	item->tell |= SYNCD_TELL_STATE;
	syncd->peer.receipts_untold = true;
	LOG(LOG_LEVEL_INFO, "accepted", log_id("id", item->id), log_count("bytes", item->len));
}

static void
on_parked(void *self, struct spool_item *item)
{
	(void)self;
	item->tell |= SYNCD_TELL_STATE;
	LOG(LOG_LEVEL_WARNING, "parked", log_id("id", item->id), log_count("status", item->status));
}

static void
on_lost(void *self, const char *id, const struct error *err)
{
	LOG(LOG_LEVEL_ERROR, "damaged", log_id("id", id), log_error(err));
	syncd_peer_tell_loose(self, id, "its bytes were damaged here; offer it again");
}

static void
on_failed(void *self, const char *id, const char *why)
{
	struct error err;
	(void)self;
	(void)error_set(&err, ERROR_GONE, "%s", why);
	LOG(LOG_LEVEL_INFO, "not-accepted-yet", log_id("id", id), log_error(&err));
}

static const struct upload_events events = {
	.accepted = on_accepted, .parked = on_parked, .lost = on_lost, .failed = on_failed
};

static void
on_aside(void *self, const char *name, const char *why)
{
	struct error err;
	(void)self;
	(void)error_set(&err, ERROR_INVALID, "%s", why);
	LOG(LOG_LEVEL_WARNING, "set-aside", log_id("file", name), log_error(&err));
}

static void
log_line(struct syncd *syncd)
{
	static const char *const names[] = { "unknown", "up", "down", "refused", "unable" };
	const struct upload_line line = upload_line(syncd->upload);
	struct error why;
	if (line.state == syncd->logged)
		return;
	syncd->logged = line.state;
	(void)error_set(&why, ERROR_GONE, "%s", line.why);
	LOG(LOG_LEVEL_NOTICE, "line", log_kind("state", names[line.state]),
		log_count("waiting", spool_count(syncd->spool, SPOOL_WAITING)),
		line.why[0] != '\0' ? log_error(&why) : (struct log_field){ .type = LOG_END });
}

/* Judge answers, send what may be sent, and set when to look again. */
static int
drive(struct syncd *syncd, int64_t mono_ms)
{
	int64_t next_ms = upload_run(syncd->upload, mono_ms, clock_now_ms());
	if (next_ms == INT64_MAX)
		return sd_event_source_set_enabled(syncd->wake, SD_EVENT_OFF);
	uint64_t in_us = next_ms > mono_ms ? (uint64_t)(next_ms - mono_ms) * 1000 : 0;
	int r = sd_event_source_set_time_relative(syncd->wake, in_us);
	return r < 0 ? r : sd_event_source_set_enabled(syncd->wake, SD_EVENT_ONESHOT);
}

/* Of lowest priority: whatever else is ready goes first, so that answers which came together become durable together,
 * and the next requests are on their way before the disk is waited for. */
static int
on_settle(sd_event_source *source, void *self)
{
	struct syncd *syncd = self;
	int64_t mono_ms = clock_monotonic_ms();
	(void)source;
	syncd->settled = true;
	upload_keep(syncd->upload, mono_ms);
	int r = drive(syncd, mono_ms);
	log_line(syncd);
	syncd_peer_tell(syncd);
	return r;
}

/* Receipts go on to the counter while the centre is busy with the next packets, not only when there are none. */
static void
hand_on(struct syncd *syncd)
{
	if (syncd->peer.receipts_untold && syncd->peer.window <= SYNCD_WINDOW / 2)
		syncd_peer_tell(syncd);
}

/* After every event but the settling itself. */
static int
on_post(sd_event_source *source, void *self)
{
	struct syncd *syncd = self;
	(void)source;
	if (syncd->settled) {
		syncd->settled = false;
		return 0;
	}
	int r = drive(syncd, clock_monotonic_ms());
	hand_on(syncd);
	return r < 0 ? r : sd_event_source_set_enabled(syncd->settle, SD_EVENT_ONESHOT);
}

/* Nothing to do: on_post() comes after it. */
static int
on_wake(sd_event_source *source, uint64_t usec, void *self)
{
	(void)source, (void)usec, (void)self;
	return 0;
}

static int
on_stop(sd_event_source *source, const struct signalfd_siginfo *info, void *self)
{
	struct syncd *syncd = self;
	(void)source, (void)info;
	return sd_event_exit(syncd->loop, 0);
}

static bool
loop_error(struct error *err, int r, const char *doing)
{
	return error_set_from(err, ERROR_SYSTEM, DOMAIN_ERRNO, -r, "%s: %s", doing, strerror(-r));
}

static bool
open_loop(struct syncd *syncd, struct error *err)
{
	sigset_t stops;
	(void)sigemptyset(&stops);
	(void)sigaddset(&stops, SIGTERM);
	(void)sigaddset(&stops, SIGINT);
	(void)sigprocmask(SIG_BLOCK, &stops, NULL);
	int r = sd_event_new(&syncd->loop);
	if (r >= 0)
		r = sd_event_add_signal(syncd->loop, &syncd->stops[0], SIGTERM, on_stop, syncd);
	if (r >= 0)
		r = sd_event_add_signal(syncd->loop, &syncd->stops[1], SIGINT, on_stop, syncd);
	if (r >= 0)
		r = sd_event_add_time_relative(syncd->loop, &syncd->wake, CLOCK_MONOTONIC, 0, 1000, on_wake, syncd);
	if (r >= 0)
		r = sd_event_add_post(syncd->loop, &syncd->post, on_post, syncd);
	if (r >= 0)
		r = sd_event_add_defer(syncd->loop, &syncd->settle, on_settle, syncd);
	if (r >= 0)
		r = sd_event_source_set_priority(syncd->settle, SD_EVENT_PRIORITY_IDLE);
	if (r >= 0)
		r = sd_event_set_watchdog(syncd->loop, true);
	return r >= 0 || loop_error(err, r, "making the loop");
}

/* The socket that systemd hands over, or our own. */
static bool
open_listener(struct syncd *syncd, struct error *err)
{
	int given = sd_listen_fds(1);
	if (given < 0)
		return loop_error(err, given, "asking for sockets");
	if (given == 0)
		return channel_listen(syncd->settings.socket, syncd->settings.socket_group, &syncd->listener, err);
	if (given > 1 || sd_is_socket_unix(SD_LISTEN_FDS_START, SOCK_SEQPACKET, 1, NULL, 0) <= 0)
		return error_set(err, ERROR_INVALID, "systemd handed over something else than one SOCK_SEQPACKET socket");
	syncd->listener = SD_LISTEN_FDS_START;
	return true;
}

static bool
open_spool(struct syncd *syncd, struct error *err)
{
	char folder[PATH_MAX];
	const struct spool_limits limits = { .items = (uint32_t)syncd->settings.spool_items,
		.bytes = (uint64_t)syncd->settings.spool_mb * MEGABYTE,
		.spare = (uint64_t)syncd->settings.spare_mb * MEGABYTE };
	if (!file_folder(syncd->settings.state_folder, 0700, err))
		return false;
	if (!text_format(folder, sizeof(folder), "%s/spool", syncd->settings.state_folder))
		return error_set(err, ERROR_INVALID, "the state folder's path is too long");
	return spool_open(folder, &limits, on_aside, syncd, &syncd->spool, err);
}

bool
syncd_open(const struct syncd_settings *settings, struct syncd **out, struct error *err)
{
	struct syncd *syncd = calloc(1, sizeof(*syncd));
	if (syncd == NULL)
		abort();
	syncd->settings = *settings;
	syncd->listener = -1;
	syncd->peer.channel.fd = -1;
	syncd->started_ms = clock_now_ms();
	bool ok = open_spool(syncd, err) && open_loop(syncd, err);
	if (ok) {
		syncd->upload = upload_new(syncd->spool, &events, syncd);
		ok = syncd_line_read(settings->state_folder, &syncd->line, err) &&
			 (syncd->line.certificate.len == 0 || syncd_provision_use(syncd, err)) && open_listener(syncd, err) &&
			 syncd_peer_listen(syncd, err);
	}
	if (!ok) {
		syncd_close(syncd);
		return false;
	}
	*out = syncd;
	return true;
}

bool
syncd_run(struct syncd *syncd, struct error *err)
{
	LOG(LOG_LEVEL_NOTICE, "started", log_kind("version", COUNTER_VERSION),
		log_kind("provisioned", syncd->curl != NULL ? "yes" : "no"),
		log_count("waiting", spool_count(syncd->spool, SPOOL_WAITING)),
		log_count("accepted", spool_count(syncd->spool, SPOOL_ACCEPTED)),
		log_count("parked", spool_count(syncd->spool, SPOOL_PARKED)));
	(void)sd_notify(0, "READY=1");
	int r = sd_event_loop(syncd->loop);
	(void)sd_notify(0, "STOPPING=1");
	LOG(LOG_LEVEL_NOTICE, "stopped", log_count("waiting", spool_count(syncd->spool, SPOOL_WAITING)));
	return r >= 0 || loop_error(err, r, "running the loop");
}

void
syncd_close(struct syncd *syncd)
{
	if (syncd == NULL)
		return;
	syncd_peer_close(syncd);
	upload_free(syncd->upload);
	curl_http_close(syncd->curl);
	curl_http_close(syncd->first);
	spool_close(syncd->spool);
	syncd_line_free(&syncd->line);
	file_free(&syncd->asked);
	(void)sd_event_source_disable_unref(syncd->listen);
	(void)sd_event_source_disable_unref(syncd->wake);
	(void)sd_event_source_disable_unref(syncd->post);
	(void)sd_event_source_disable_unref(syncd->settle);
	(void)sd_event_source_disable_unref(syncd->stops[0]);
	(void)sd_event_source_disable_unref(syncd->stops[1]);
	(void)sd_event_unref(syncd->loop);
	file_close(&syncd->listener);
	free(syncd);
}
