/* vusbd: a USB bus with devices that are not there, for tests, demonstrations and training. */
#include <errno.h>
#include <getopt.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "kiosk/base/clock.h"
#include "kiosk/base/file.h"
#include "peripherals/virtual/bus.h"
#include "peripherals/virtual/fleet.h"
#include "peripherals/virtual/virtual_vpcd.h"

enum { EXIT_OK = 0, EXIT_FAILED = 1, EXIT_USAGE = 2 };
enum { PEERS = 8, LINE = 256, TELL_MS = 10000, TICK_MOST_MS = 60000 };

static const char help[] =
	"usage: vusbd [OPTION...] DEVICE...\n"
	"       vusbd --tell SOCKET ORDER\n"
	"\n"
	"Puts DEVICEs on an emulated USB bus until SIGTERM. Programs that are started as\n"
	"  UMOCKDEV_DIR=$(cat FILE) umockdev-wrapper PROGRAM\n"
	"find them through libusb and udev. For tests and training only.\n"
	"\n"
	"  --dir-file FILE     write the folder for UMOCKDEV_DIR here when the bus is ready\n"
	"  --control SOCKET    take orders here: one packet (SOCK_SEQPACKET), one order, one reply\n"
	"  --fast-keys DIR     take key pairs from DIR/rsa2048-N.pem and DIR/p256-N.pem before making some\n"
	"  --tell SOCKET ORDER send one order and print the reply; exit status 1 if it is an error\n"
	"  --help, --version\n"
	"\n"
	"DEVICE is reader, token or printer, with settings after commas:\n"
	"  reader   card=piv  a PIV card of its own, put in at the start\n"
	"           vpcd=PORT a card emulator may connect to 127.0.0.1:PORT (vpcd protocol) and is the card\n"
	"           short     short APDU level; message=N longest CCID message (extended level)\n"
	"  token    a reader with a PIV card that stays in\n"
	"  both     id=VVVV:PPPP, name=TEXT, serial=DIGITS, tries=N (PIN)\n"
	"  printer  id=VVVV:PPPP, serial=TEXT, width=576|384, png=DIR\n"
	"\n"
	"ORDER is a word, the DEVICE's number from 0, and what it needs:\n"
	"  plug N | unplug N | unplug-at N COUNT   at the COUNT-th URB from now\n"
	"  insert N | remove N                     the card\n"
	"  paper N out | paper N in [ROWS]         ROWS: it ends after so many\n"
	"  cover N open|closed\n"
	"  delay N MS | mute N on|off | stall N ENDPOINT | babble N BYTES\n"
	"  zlp N normal|missing|extra\n"
	"  garble N sound|sequence|slot|long|short|type|cut|endless   the next CCID answer\n"
	"  state N\n"
	"\n"
	"Exit status: 0 stopped by SIGTERM, 1 failed, 2 wrong usage.\n";

struct options {
	const char *dir_file, *control, *fast_keys, *tell;
};

struct visitor { /* who sends orders */
	int fd;
};

struct slot { /* a card from elsewhere */
	int listener;
	struct virtual_vpcd *vpcd;
	bool inside; /* its ATR came and it was put in */
};

struct server {
	struct bus *bus;
	struct fleet *fleet;
	int signals, control;
	struct visitor visitors[PEERS];
	struct slot slots[BUS_DEVICES];
};

/* An address of a socket in the file system; false if the path is too long. */
static bool
unix_address(const char *path, struct sockaddr_un *out)
{
	*out = (struct sockaddr_un){ .sun_family = AF_UNIX };
	return snprintf(out->sun_path, sizeof(out->sun_path), "%s", path) < (int)sizeof(out->sun_path);
}

static bool
system_error(struct error *err, const char *what)
{
	return error_set_from(err, ERROR_SYSTEM, DOMAIN_ERRNO, errno, "%s: %s", what, strerror(errno));
}

static int
tell(const char *path, const char *order)
{
	struct sockaddr_un at;
	char reply[FLEET_REPLY + 1];
	CLEANUP(file_close) int fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
	if (!unix_address(path, &at) || fd == -1 || connect(fd, (const struct sockaddr *)&at, sizeof(at)) != 0 ||
		send(fd, order, strlen(order), MSG_NOSIGNAL) < 0) {
		fprintf(stderr, "vusbd: %s: %s\n", path, strerror(errno));
		return EXIT_FAILED;
	}
	struct pollfd wait = { .fd = fd, .events = POLLIN };
	const ssize_t len = poll(&wait, 1, TELL_MS) == 1 ? recv(fd, reply, FLEET_REPLY, 0) : 0;
	if (len <= 0) {
		fprintf(stderr, "vusbd: no reply\n");
		return EXIT_FAILED;
	}
	reply[len] = '\0';
	printf("%s\n", reply);
	return strncmp(reply, "error", 5) == 0 ? EXIT_FAILED : EXIT_OK;
}

static bool
listen_control(struct server *server, const char *path, struct error *err)
{
	struct sockaddr_un at;
	if (!unix_address(path, &at))
		return error_set(err, ERROR_INVALID, "%s: too long for a socket", path);
	CLEANUP(file_close) int fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	unlink(path);
	if (fd == -1 || bind(fd, (const struct sockaddr *)&at, sizeof(at)) != 0 || listen(fd, PEERS) != 0)
		return system_error(err, path);
	server->control = file_take(&fd);
	return true;
}

static bool
listen_vpcd(struct slot *slot, unsigned port, struct error *err)
{
	const int yes = 1;
	const struct sockaddr_in at = {
		.sin_family = AF_INET, .sin_port = htons((uint16_t)port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)
	};
	CLEANUP(file_close) int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd == -1 || setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof(yes)) != 0 ||
		bind(fd, (const struct sockaddr *)&at, sizeof(at)) != 0 || listen(fd, 1) != 0)
		return system_error(err, "port for a card emulator");
	slot->listener = file_take(&fd);
	return true;
}

static bool
make_devices(struct server *server, char *const *words, struct error *err)
{
	for (unsigned i = 0; words[i]; i++) {
		if (!fleet_add(server->fleet, words[i], err))
			return false;
		const unsigned port = fleet_vpcd_port(server->fleet, i);
		if (port && !listen_vpcd(&server->slots[i], port, err))
			return false;
	}
	return true;
}

static bool
write_dir(const struct server *server, const char *path, struct error *err)
{
	char text[512];
	const int len = snprintf(text, sizeof(text), "%s\n", bus_folder(server->bus));
	if (path)
		return file_write(path, (struct span){ (const uint8_t *)text, (size_t)len }, 0644, err);
	printf("UMOCKDEV_DIR=%s", text);
	fflush(stdout);
	return true;
}

static void
welcome(struct server *server)
{
	CLEANUP(file_close) int fd = accept4(server->control, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
	for (unsigned i = 0; i < PEERS && fd != -1; i++)
		if (server->visitors[i].fd == -1) {
			server->visitors[i].fd = file_take(&fd);
			return;
		}
}

static void
hear(struct server *server, struct visitor *visitor)
{
	char line[LINE], reply[FLEET_REPLY];
	const ssize_t len = recv(visitor->fd, line, sizeof(line) - 1, 0);
	if (len < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (len <= 0) {
		file_close(&visitor->fd);
		return;
	}
	line[len] = '\0';
	fleet_obey(server->fleet, line, reply);
	if (send(visitor->fd, reply, strlen(reply), MSG_NOSIGNAL | MSG_DONTWAIT) < 0)
		file_close(&visitor->fd);
}

static void
drop_card(struct server *server, unsigned number)
{
	struct slot *slot = &server->slots[number];
	if (slot->inside)
		fleet_remove(server->fleet, number);
	virtual_vpcd_free(slot->vpcd);
	slot->vpcd = NULL;
	slot->inside = false;
}

static void
take_card(struct server *server, unsigned number)
{
	const int yes = 1;
	struct slot *slot = &server->slots[number];
	const int fd = accept4(slot->listener, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
	if (fd == -1)
		return;
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof(yes));
	drop_card(server, number);
	slot->vpcd = virtual_vpcd_new(fd, clock_monotonic_ms());
}

static void
look_at_card(struct server *server, unsigned number)
{
	struct slot *slot = &server->slots[number];
	if (!slot->vpcd)
		return;
	bus_lock(server->bus);
	const enum virtual_vpcd_state state = virtual_vpcd_receive(slot->vpcd, clock_monotonic_ms());
	bus_unlock(server->bus);
	if (state == VIRTUAL_VPCD_LOST)
		drop_card(server, number);
	else if (state == VIRTUAL_VPCD_READY && !slot->inside) {
		slot->inside = true;
		fleet_insert(server->fleet, number, slot->vpcd);
	}
}

enum {
	POLL_SIGNALS,
	POLL_WAKE,
	POLL_CONTROL,
	POLL_VISITORS,
	POLL_LISTENERS = POLL_VISITORS + PEERS,
	POLL_CARDS = POLL_LISTENERS + BUS_DEVICES,
	POLL_COUNT = POLL_CARDS + BUS_DEVICES
};

static void
fill_polls(const struct server *server, struct pollfd *polls)
{
	for (unsigned i = 0; i < POLL_COUNT; i++)
		polls[i] = (struct pollfd){ .fd = -1, .events = POLLIN };
	polls[POLL_SIGNALS].fd = server->signals;
	polls[POLL_WAKE].fd = bus_wake_fd(server->bus);
	polls[POLL_CONTROL].fd = server->control;
	for (unsigned i = 0; i < PEERS; i++)
		polls[POLL_VISITORS + i].fd = server->visitors[i].fd;
	for (unsigned i = 0; i < BUS_DEVICES; i++) {
		polls[POLL_LISTENERS + i].fd = server->slots[i].listener;
		if (server->slots[i].vpcd)
			polls[POLL_CARDS + i].fd = virtual_vpcd_fd(server->slots[i].vpcd);
	}
}

/* How long nothing can be due. */
static int
patience(const struct server *server, int64_t next_ms, int64_t now_ms)
{
	int64_t wait_ms = next_ms - now_ms;
	for (unsigned i = 0; i < BUS_DEVICES; i++)
		if (server->slots[i].vpcd && !server->slots[i].inside && wait_ms > VIRTUAL_VPCD_ATR_MS)
			wait_ms = VIRTUAL_VPCD_ATR_MS;
	return (int)(wait_ms < 0 ? 0 : wait_ms > TICK_MOST_MS ? TICK_MOST_MS : wait_ms);
}

static void
serve(struct server *server)
{
	struct pollfd polls[POLL_COUNT];
	for (;;) {
		for (unsigned i = 0; i < BUS_DEVICES; i++)
			look_at_card(server, i);
		const int64_t now_ms = clock_monotonic_ms();
		const int64_t next_ms = bus_tick(server->bus, now_ms);
		fill_polls(server, polls);
		if (poll(polls, POLL_COUNT, patience(server, next_ms, now_ms)) < 0 && errno != EINTR)
			return;
		if (polls[POLL_SIGNALS].revents)
			return;
		if (polls[POLL_CONTROL].revents)
			welcome(server);
		for (unsigned i = 0; i < PEERS; i++)
			if (polls[POLL_VISITORS + i].revents)
				hear(server, &server->visitors[i]);
		for (unsigned i = 0; i < BUS_DEVICES; i++)
			if (polls[POLL_LISTENERS + i].revents)
				take_card(server, i);
	}
}

static bool
start(struct server *server, const struct options *options, char *const *words, struct error *err)
{
	if (!bus_open(&server->bus, err))
		return false;
	server->fleet = fleet_new(server->bus, options->fast_keys);
	return make_devices(server, words, err) && (!options->control || listen_control(server, options->control, err)) &&
		   write_dir(server, options->dir_file, err);
}

static void
stop(struct server *server, const struct options *options)
{
	for (unsigned i = 0; i < BUS_DEVICES; i++) {
		if (server->slots[i].vpcd)
			drop_card(server, i);
		file_close(&server->slots[i].listener);
	}
	for (unsigned i = 0; i < PEERS; i++)
		file_close(&server->visitors[i].fd);
	if (server->control != -1)
		unlink(options->control);
	file_close(&server->control);
	bus_close(server->bus);
	fleet_free(server->fleet);
	if (options->dir_file)
		unlink(options->dir_file);
}

/* Blocked before umockdev starts its thread, so that only the descriptor hears of them. */
static int
take_signals(void)
{
	sigset_t set;
	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGINT);
	sigprocmask(SIG_BLOCK, &set, NULL);
	return signalfd(-1, &set, SFD_CLOEXEC);
}

static int
run(const struct options *options, char *const *words)
{
	struct server server = { .signals = take_signals(), .control = -1 };
	struct error err = { 0 };
	for (unsigned i = 0; i < PEERS; i++)
		server.visitors[i].fd = -1;
	for (unsigned i = 0; i < BUS_DEVICES; i++)
		server.slots[i].listener = -1;
	const bool started = server.signals != -1 && start(&server, options, words, &err);
	if (started)
		serve(&server);
	else
		fprintf(stderr, "vusbd: %s\n", err.text);
	stop(&server, options);
	file_close(&server.signals);
	return started ? EXIT_OK : err.kind == ERROR_INVALID ? EXIT_USAGE : EXIT_FAILED;
}

int
main(int argc, char **argv)
{
	static const struct option known[] = {
		{ "dir-file", required_argument, NULL, 'd' },
		{ "control", required_argument, NULL, 'c' },
		{ "fast-keys", required_argument, NULL, 'f' },
		{ "tell", required_argument, NULL, 't' },
		{ "help", no_argument, NULL, 'h' },
		{ "version", no_argument, NULL, 'v' },
		{ NULL, 0, NULL, 0 },
	};
	struct options options = { 0 };
	for (int option; (option = getopt_long(argc, argv, "+", known, NULL)) != -1;)
		switch (option) {
		case 'd':
			options.dir_file = optarg;
			break;
		case 'c':
			options.control = optarg;
			break;
		case 'f':
			options.fast_keys = optarg;
			break;
		case 't':
			options.tell = optarg;
			break;
		case 'h':
			fputs(help, stdout);
			return EXIT_OK;
		case 'v':
			puts("vusbd " COUNTER_VERSION);
			return EXIT_OK;
		default:
			fputs("vusbd: try --help\n", stderr);
			return EXIT_USAGE;
		}
	if (options.tell ? argc - optind != 1 : argc == optind) {
		fputs("vusbd: try --help\n", stderr);
		return EXIT_USAGE;
	}
	return options.tell ? tell(options.tell, argv[optind]) : run(&options, argv + optind);
}
