/*
 * How our reader stack does beside pcscd with libccid, on two emulated buses with the same reader and card, in the same
 * rounds: APDUs a second (at least 0.9 times theirs), transfers for an APDU (no more than theirs), from the insertion
 * of a card until the program is told (at most a quarter of theirs), and how often an idle deviced with a card in it
 * wakes (never).
 *
 * Prints the figures; exits 0, 1 when one is missed, 77 when pcscd is not there, is running already, or we are not
 * root.
 */
#include <dirent.h>
#include <libusb.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <winscard.h>

#include "kiosk/base/clock.h"
#include "kiosk/base/text.h"
#include "peripherals/card/apdu.h"
#include "peripherals/deviced/deadline_link.h"
#include "peripherals/port/usb_port.h"
#include "tests/support/bench.h"
#include "tests/support/device_scene.h"
#include "tests/support/folder.h"

#define RATE_GOAL   0.9
#define INSERT_GOAL 4.0 /* ours in a quarter of the time */
#define RESET_GOAL  1.0 /* pcscd tells with the ATR; so do we, a second time */
#define APDUS       150 /* of a round */
#define INSERTIONS  3   /* likewise */
#define IDLE_S      5
#define PCSCD       "/usr/sbin/pcscd"
#define WRAPPER     "/usr/bin/umockdev-wrapper"

/* SELECT of the PIV application: a short command, an answer of one message. */
static const uint8_t command[] = { 0x00, 0xA4, 0x04, 0x00, 0x05, 0xA0, 0x00, 0x00, 0x03, 0x08, 0x00 };

struct theirs {
	char folder[256];
	struct device_scene scene; /* its bus only */
	struct process pcscd;
	SCARDCONTEXT context;
	SCARDHANDLE card;
	char reader[128];
};

struct ours {
	struct device_scene scene;
	libusb_context *context;
	atomic_bool over;
	pthread_t events;
	struct usb_port *port;
	struct ccid ccid;
};

struct bench {
	struct theirs theirs;
	struct ours ours;
};

static void
must(bool ok, const char *what)
{
	if (ok)
		return;
	(void)fprintf(stderr, "devices_bench: %s\n", what);
	exit(2);
}

/* Transfers that the reader of a bus has seen. */
static unsigned long
transfers(struct device_scene *scene)
{
	char state[256];
	device_scene_ask(scene, state, "state 0");
	const char *urbs = strstr(state, "urbs=");
	must(urbs != NULL, "vusbd does not count");
	return strtoul(urbs + 5, NULL, 10);
}

static void
start_pcscd(struct theirs *theirs)
{
	char empty[300];
	must(text_format(empty, sizeof(empty), "%s/none", theirs->folder) && mkdir(empty, 0700) == 0, "folder");
	(void)mkdir("/run/pcscd", 0755);
	process_start((const char *const[]){ WRAPPER, PCSCD, "-f", "-c", empty, NULL }, theirs->scene.log, &theirs->pcscd);
	for (int turn = 0;; turn++) {
		DWORD len = sizeof(theirs->reader);
		must(turn < 1000, "pcscd does not find the reader");
		if (SCardEstablishContext(SCARD_SCOPE_SYSTEM, NULL, NULL, &theirs->context) == SCARD_S_SUCCESS) {
			if (SCardListReaders(theirs->context, NULL, theirs->reader, &len) == SCARD_S_SUCCESS && len > 2)
				return;
			(void)SCardReleaseContext(theirs->context);
		}
		(void)poll(NULL, 0, 10);
	}
}

/* Whether pcscd says that a card is in. */
static bool
they_see_a_card(struct theirs *theirs, DWORD timeout_ms, DWORD known)
{
	SCARD_READERSTATE state = { .szReader = theirs->reader, .dwCurrentState = known };
	LONG r = SCardGetStatusChange(theirs->context, timeout_ms, &state, 1);
	must(r == SCARD_S_SUCCESS || r == SCARD_E_TIMEOUT, "SCardGetStatusChange");
	return (state.dwEventState & SCARD_STATE_PRESENT) != 0 && (state.dwEventState & SCARD_STATE_MUTE) == 0;
}

static void
they_connect(struct theirs *theirs)
{
	DWORD protocol = 0;
	LONG r = SCARD_E_NO_SMARTCARD;
	for (int turn = 0; turn < 500 && r != SCARD_S_SUCCESS; turn++) {
		r = SCardConnect(theirs->context, theirs->reader, SCARD_SHARE_SHARED, SCARD_PROTOCOL_T0 | SCARD_PROTOCOL_T1,
			&theirs->card, &protocol);
		if (r != SCARD_S_SUCCESS)
			(void)poll(NULL, 0, 10);
	}
	must(r == SCARD_S_SUCCESS, "SCardConnect");
}

static int64_t
their_apdus(void *self)
{
	const struct theirs *theirs = self;
	const int64_t began = bench_now_ns();
	for (int i = 0; i < APDUS; i++) {
		uint8_t answer[512];
		DWORD len = sizeof(answer);
		if (SCardTransmit(theirs->card, SCARD_PCI_T1, command, sizeof(command), NULL, answer, &len) !=
				SCARD_S_SUCCESS ||
			len < 2 || answer[len - 2] != 0x90)
			return -1;
	}
	return bench_now_ns() - began;
}

static void *
run_events(void *self)
{
	struct ours *ours = self;
	while (!atomic_load(&ours->over)) {
		struct timeval turn = { .tv_usec = 100000 };
		(void)libusb_handle_events_timeout_completed(ours->context, &turn, NULL);
	}
	return NULL;
}

static void
on_notice(void *data, struct span packet)
{
	(void)data, (void)packet;
}

/* The reader as a thread of deviced has it: event thread beside it, notices on. */
static void
we_connect(struct ours *ours)
{
	const struct usb_port_wish wish = { .end_with_empty = true, .answered = true, .most = CCID_MOST };
	libusb_device **list = NULL;
	struct usb_facts facts;
	struct error err = { 0 };
	struct atr atr;
	bool listens = false;
	must(libusb_init(&ours->context) == 0, "libusb");
	must(pthread_create(&ours->events, NULL, run_events, ours) == 0, "event thread");
	ssize_t count = libusb_get_device_list(ours->context, &list);
	for (ssize_t i = 0; i < count && ours->port == NULL; i++)
		if (usb_port_facts(list[i], &facts, &err) && usb_facts_of_class(&facts, USB_FACTS_READER) != NULL)
			must(usb_port_open(
					 ours->context, list[i], usb_facts_of_class(&facts, USB_FACTS_READER), &wish, &ours->port, &err),
				err.text);
	libusb_free_device_list(list, 1);
	must(ours->port != NULL, "our reader is not there");
	must(usb_port_listen(ours->port, on_notice, NULL, &listens, &err) &&
			 ccid_init(&ours->ccid, usb_port(ours->port), &usb_facts_of_class(&facts, USB_FACTS_READER)->ccid, &err) &&
			 ccid_power_on(&ours->ccid, 0, &atr, 5000, &err),
		err.text);
}

static void
we_disconnect(struct ours *ours)
{
	const struct port port = usb_port(ours->port);
	ccid_finish(&ours->ccid);
	port.ops->close(port.self);
	atomic_store(&ours->over, true);
	(void)pthread_join(ours->events, NULL);
	libusb_exit(ours->context);
}

static int64_t
our_apdus(void *self)
{
	struct ours *ours = self;
	struct ccid_link slot = { &ours->ccid, 0, 5000 };
	const int64_t began = bench_now_ns();
	struct deadline_link timed = { &slot, clock_monotonic_ms() + 60000 };
	const struct link link = deadline_link(&timed);
	for (int i = 0; i < APDUS; i++) {
		uint8_t answer[512];
		struct buffer response = buffer_into(answer, sizeof(answer));
		struct error err;
		if (!link.ops->transmit(link.self, (struct span){ command, sizeof(command) }, &response, &err) ||
			response.len < 2 || answer[response.len - 2] != 0x90)
			return -1;
	}
	return bench_now_ns() - began;
}

/* Both sides once: transfers for the APDUs of a round. */
static bool
compare_transfers(struct bench *bench)
{
	unsigned long a = transfers(&bench->ours.scene);
	bool ok = our_apdus(&bench->ours) > 0;
	unsigned long ours = transfers(&bench->ours.scene) - a, b = transfers(&bench->theirs.scene);
	ok = their_apdus(&bench->theirs) > 0 && ok;
	unsigned long theirs = transfers(&bench->theirs.scene) - b;
	ok = ok && ours <= theirs;
	(void)printf("%s transfers for %d APDUs: ours %lu, pcscd %lu\n", ok ? "ok" : "MISSED", APDUS, ours, theirs);
	return ok;
}

static int64_t
their_insertions(void *self)
{
	struct theirs *theirs = self;
	int64_t sum = 0;
	for (int i = 0; i < INSERTIONS; i++) {
		device_scene_order(&theirs->scene, "remove 0");
		for (int turn = 0; they_see_a_card(theirs, 0, SCARD_STATE_UNAWARE); turn++) {
			must(turn < 500, "pcscd does not see the card go");
			(void)poll(NULL, 0, 10);
		}
		(void)poll(NULL, 0, 100);
		const int64_t began = bench_now_ns();
		device_scene_order(&theirs->scene, "insert 0");
		while (!they_see_a_card(theirs, 5000, SCARD_STATE_EMPTY))
			must(bench_now_ns() - began < 5000000000, "pcscd does not see the card");
		sum += bench_now_ns() - began;
	}
	return sum;
}

/* From the order to put the card in until deviced says so (SEEN), or what it is (IN). */
static int64_t
insert_until(struct ours *ours, enum device_wire_card_state state)
{
	struct device_scene *scene = &ours->scene;
	const uint32_t reader = scene->devices.device[0].id;
	int64_t sum = 0;
	for (int i = 0; i < INSERTIONS; i++) {
		device_scene_order(scene, "remove 0");
		must(device_scene_await_card(scene, reader, DEVICE_WIRE_CARD_OUT), "deviced does not see the card go");
		(void)poll(NULL, 0, 100);
		const int64_t began = bench_now_ns();
		device_scene_order(scene, "insert 0");
		for (enum device_wire_card_state is = DEVICE_WIRE_CARD_OUT;
			 is == DEVICE_WIRE_CARD_OUT || (is != state && state == DEVICE_WIRE_CARD_IN);) {
			struct pollfd ready = { .fd = scene->channel.fd, .events = POLLIN };
			must(poll(&ready, 1, 5000) == 1, "deviced does not see the card");
			device_scene_listen(scene);
			is = device_scene_card(scene, reader).state;
		}
		sum += bench_now_ns() - began;
		must(device_scene_await_card(scene, reader, DEVICE_WIRE_CARD_IN), "the card does not answer");
	}
	return sum;
}

static int64_t
our_insertions(void *self)
{
	return insert_until(self, DEVICE_WIRE_CARD_SEEN);
}

static int64_t
our_resets(void *self)
{
	return insert_until(self, DEVICE_WIRE_CARD_IN);
}

/* How often the threads of deviced gave up the processor by themselves so far. */
static unsigned long
wakes(pid_t pid)
{
	char path[64], line[128];
	unsigned long sum = 0;
	must(text_format(path, sizeof(path), "/proc/%d/task", (int)pid), "path");
	DIR *folder = opendir(path);
	must(folder != NULL, path);
	for (const struct dirent *entry; (entry = readdir(folder)) != NULL;) {
		char status[400];
		if (entry->d_name[0] == '.')
			continue;
		must(text_format(status, sizeof(status), "%s/%s/status", path, entry->d_name), "path");
		FILE *in = fopen(status, "re");
		must(in != NULL, status);
		while (fgets(line, sizeof(line), in) != NULL)
			if (strncmp(line, "voluntary_ctxt_switches:", 24) == 0)
				sum += strtoul(line + 24, NULL, 10);
		(void)fclose(in);
	}
	(void)closedir(folder);
	return sum;
}

static bool
idle(const struct ours *ours)
{
	(void)poll(NULL, 0, 500);
	unsigned long before = wakes(ours->scene.deviced.pid);
	(void)sleep(IDLE_S);
	unsigned long count = wakes(ours->scene.deviced.pid) - before;
	(void)printf("%s idle deviced, a card in: %lu wake-ups in %d s\n", count == 0 ? "ok" : "MISSED", count, IDLE_S);
	return count == 0;
}

static bool
measure(struct bench *bench)
{
	const struct bench_case our_rate = { "our stack, APDUs", our_apdus, &bench->ours };
	const struct bench_case their_rate = { "pcscd, APDUs", their_apdus, &bench->theirs };
	const struct bench_case our_news = { "deviced, card in until told", our_insertions, &bench->ours };
	const struct bench_case our_resets_too = { "deviced, until its ATR is told", our_resets, &bench->ours };
	const struct bench_case their_news = { "pcscd, card in until told", their_insertions, &bench->theirs };
	they_connect(&bench->theirs);
	we_connect(&bench->ours);
	bool ok = compare_transfers(bench);
	ok = bench_speed(our_rate, their_rate, BENCH_ROUNDS, RATE_GOAL, NULL) && ok;
	we_disconnect(&bench->ours);
	(void)SCardDisconnect(bench->theirs.card, SCARD_LEAVE_CARD);
	device_scene_begin(&bench->ours.scene);
	must(device_scene_await_devices(&bench->ours.scene, 1), "deviced does not find the reader");
	ok = bench_speed(our_news, their_news, BENCH_ROUNDS, INSERT_GOAL, NULL) && ok;
	ok = bench_speed(our_resets_too, their_news, BENCH_ROUNDS, RESET_GOAL, NULL) && ok;
	return idle(&bench->ours) && ok;
}

int
main(void)
{
	static const char *const words[] = { "reader,card=piv", NULL };
	static struct bench bench;
	SCARDCONTEXT running;
	if (geteuid() != 0 || access(PCSCD, X_OK) != 0 || access(WRAPPER, X_OK) != 0)
		return 77;
	if (SCardEstablishContext(SCARD_SCOPE_SYSTEM, NULL, NULL, &running) == SCARD_S_SUCCESS)
		return 77;
	folder_new(bench.theirs.folder);
	device_scene_bus(&bench.theirs.scene, BIN, words);
	start_pcscd(&bench.theirs);
	device_scene_bus(&bench.ours.scene, BIN, words); /* UMOCKDEV_DIR is ours from here on */
	bool ok = measure(&bench);
	(void)SCardReleaseContext(bench.theirs.context);
	(void)process_end(&bench.theirs.pcscd, SIGTERM);
	device_scene_close(&bench.theirs.scene);
	device_scene_close(&bench.ours.scene);
	folder_remove(bench.theirs.folder);
	return ok ? 0 : 1;
}
