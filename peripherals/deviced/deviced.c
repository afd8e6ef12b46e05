#include "peripherals/deviced/deviced.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <systemd/sd-daemon.h>

#include "kiosk/base/clock.h"
#include "kiosk/base/file.h"
#include "kiosk/base/log.h"
#include "kiosk/base/text.h"
#include "peripherals/deviced/internal.h"

#define QUIET_US 200000u /* without news for so long: nothing more comes */
#define LIST_MS  6000    /* longest look at everything */

static bool
loop_error(struct error *err, int r, const char *doing)
{
	return error_set_from(err, ERROR_SYSTEM, DOMAIN_ERRNO, -r, "%s: %s", doing, strerror(-r));
}

static int
on_stop(sd_event_source *source, const struct signalfd_siginfo *info, void *self)
{
	struct deviced *deviced = self;
	(void)source, (void)info;
	return sd_event_exit(deviced->loop, 0);
}

static bool
open_loop(struct deviced *deviced, struct error *err)
{
	sigset_t stops;
	(void)sigemptyset(&stops);
	(void)sigaddset(&stops, SIGTERM);
	(void)sigaddset(&stops, SIGINT);
	(void)sigprocmask(SIG_BLOCK, &stops, NULL);
	int r = sd_event_new(&deviced->loop);
	if (r >= 0)
		r = sd_event_add_signal(deviced->loop, &deviced->stops[0], SIGTERM, on_stop, deviced);
	if (r >= 0)
		r = sd_event_add_signal(deviced->loop, &deviced->stops[1], SIGINT, on_stop, deviced);
	if (r >= 0)
		r = sd_event_set_watchdog(deviced->loop, true);
	return r >= 0 || loop_error(err, r, "making the loop");
}

/* A socket that systemd hands over, told by its path. */
static bool
take_given(struct deviced *deviced, const struct deviced_settings *settings, int fd, struct error *err)
{
	bool is_pin = sd_is_socket_unix(fd, SOCK_SEQPACKET, 1, settings->pin_socket, 0) > 0;
	int *listener = is_pin ? &deviced->pin_listener : &deviced->listener;
	if (*listener >= 0 || (!is_pin && sd_is_socket_unix(fd, SOCK_SEQPACKET, 1, settings->socket, 0) <= 0))
		return error_set(err, ERROR_INVALID, "systemd handed over a socket that is neither %s nor %s", settings->socket,
			settings->pin_socket);
	*listener = fd;
	return true;
}

static bool
open_listeners(struct deviced *deviced, const struct deviced_settings *settings, struct error *err)
{
	int given = sd_listen_fds(1);
	if (given < 0)
		return loop_error(err, given, "asking for sockets");
	if (given == 0)
		return channel_listen(settings->socket, settings->group, &deviced->listener, err) &&
			   channel_listen(settings->pin_socket, settings->group, &deviced->pin_listener, err);
	for (int i = 0; i < given; i++)
		if (!take_given(deviced, settings, SD_LISTEN_FDS_START + i, err))
			return false;
	return (deviced->listener >= 0 && deviced->pin_listener >= 0) ||
		   error_set(err, ERROR_INVALID, "systemd handed over one socket and not both");
}

static struct deviced *
new_deviced(void)
{
	struct deviced *deviced = calloc(1, sizeof(*deviced));
	if (deviced == NULL)
		abort();
	deviced->listener = deviced->pin_listener = -1;
	deviced->peer.channel.fd = deviced->pin.channel.fd = -1;
	deviced->watch.news.fd = deviced->watch.post.fd = -1;
	for (unsigned i = 0; i < DEVICE_WIRE_DEVICES; i++)
		deviced->seats[i].device.channel.fd = deviced->seats[i].device.notices.fd = -1;
	return deviced;
}

bool
deviced_open(const struct deviced_settings *settings, struct deviced **out, struct error *err)
{
	struct deviced *deviced = new_deviced();
	bool ok = secret_new(DEVICE_MESSAGE_MOST, &deviced->message, err) && open_loop(deviced, err) &&
			  open_listeners(deviced, settings, err) && deviced_peer_listen(deviced, err) &&
			  deviced_pin_listen(deviced, err) && deviced_seats_open(deviced, err);
	if (!ok) {
		deviced_close(deviced);
		return false;
	}
	*out = deviced;
	return true;
}

bool
deviced_run(struct deviced *deviced, struct error *err)
{
	LOG(LOG_LEVEL_NOTICE, "started", log_kind("version", COUNTER_VERSION));
	(void)sd_notify(0, "READY=1");
	int r = sd_event_loop(deviced->loop);
	(void)sd_notify(0, "STOPPING=1");
	LOG(LOG_LEVEL_NOTICE, "stopped", log_count("status", r < 0 ? 1 : 0));
	return r >= 0 || loop_error(err, r, "running the loop");
}

void
deviced_close(struct deviced *deviced)
{
	if (deviced == NULL)
		return;
	deviced_peer_close(deviced);
	deviced_pin_close(deviced);
	deviced_seats_close(deviced);
	(void)sd_event_source_disable_unref(deviced->listen);
	(void)sd_event_source_disable_unref(deviced->pin_listen);
	(void)sd_event_source_disable_unref(deviced->stops[0]);
	(void)sd_event_source_disable_unref(deviced->stops[1]);
	(void)sd_event_unref(deviced->loop);
	file_close(&deviced->listener);
	file_close(&deviced->pin_listener);
	secret_free(&deviced->message);
	free(deviced);
}

/* Whether some thread has not yet found out what it serves. */
static bool
unsettled(const struct deviced *deviced)
{
	for (unsigned i = 0; i < DEVICE_WIRE_DEVICES; i++)
		if (deviced->seats[i].used && (!deviced->seats[i].told || deviced->seats[i].self.state == DEVICE_WIRE_STARTING))
			return true;
	return false;
}

static void
print_cards(FILE *out, const struct deviced_seat *seat)
{
	for (unsigned slot = 0; slot < seat->self.slots; slot++) {
		const struct device_wire_card *card = &seat->cards[slot];
		char atr[2 * DEVICE_WIRE_ATR + 1] = "";
		text_hex((struct span){ card->atr, card->atr_len }, atr, sizeof(atr));
		(void)fprintf(out, "  slot %u: %s%s\n", slot,
			card->state == DEVICE_WIRE_CARD_IN     ? "card, ATR "
			: card->state == DEVICE_WIRE_CARD_SEEN ? "something, not reset yet"
			: card->state == DEVICE_WIRE_CARD_OUT  ? "empty"
												   : "something in it does not answer",
			atr);
	}
}

static void
print_seat(FILE *out, const struct deviced_seat *seat)
{
	const struct device_wire_device *self = &seat->self;
	(void)fprintf(out, "%04X:%04X %s, %s%s%s: %s\n", self->vendor, self->product, device_wire_kind_words(self->kind),
		self->name, self->serial[0] != '\0' ? ", serial " : "", self->serial,
		self->why[0] != '\0' ? self->why : device_wire_words(self->state));
	if (self->state == DEVICE_WIRE_READY)
		print_cards(out, seat);
}

static bool
list(struct deviced *deviced, FILE *out, struct error *err)
{
	unsigned printed = 0;
	const int64_t until_ms = clock_monotonic_ms() + LIST_MS;
	for (int r = 1; (r > 0 || unsettled(deviced)) && clock_monotonic_ms() < until_ms;) {
		r = sd_event_run(deviced->loop, QUIET_US);
		if (r < 0)
			return loop_error(err, r, "running the loop");
	}
	for (unsigned i = 0; i < DEVICE_WIRE_DEVICES; i++)
		if (deviced->seats[i].used && deviced->seats[i].told) {
			print_seat(out, &deviced->seats[i]);
			printed++;
		}
	if (printed == 0)
		(void)fputs("no reader, token or printer\n", out);
	return fflush(out) == 0 || error_set(err, ERROR_SYSTEM, "printing");
}

bool
deviced_list(FILE *out, struct error *err)
{
	struct deviced *deviced = new_deviced();
	bool ok = open_loop(deviced, err) && deviced_seats_open(deviced, err) && list(deviced, out, err);
	deviced_close(deviced);
	return ok;
}
