/*
 * How fast a counter's backlog reaches the centre, durable at both ends, beside two local Postfix instances over TLS in
 * the same rounds: at least eight times. Ours: 1,000 sealed packets of about 4 KB in the spool of syncd; from the
 * moment intake answers until the counter holds the last receipt. Postfix: its deferred queue, from the flush until it
 * is empty.
 *
 * Prints the rates; exits 0, 1 when the ratio is missed, 77 when Postfix is not there.
 */
#include <jansson.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "kiosk/base/channel.h"
#include "kiosk/base/clock.h"
#include "kiosk/base/digest.h"
#include "kiosk/base/text.h"
#include "sync/packet/packet.h"
#include "sync/seal/seal.h"
#include "sync/wire/wire.h"
#include "tests/bench/postfix_pair.h"
#include "tests/support/bench.h"
#include "tests/support/folder.h"
#include "tests/support/process.h"
#include "tests/unit/sync/packet/sample.h"

#define GOAL        8.0
#define ROUNDS      BENCH_ROUNDS
#define PACKETS     1000 /* of ours in a round */
#define MAILS       300  /* of Postfix's in a round; its time is scaled to ours */
#define MAIL_BYTES  4096
#define PATIENCE_MS 60000

struct bench {
	char folder[256];
	struct process ca, intake, syncd;
	struct channel counter;
	struct secret signing_key, opening_key;
	struct seal_key *signing;
	struct seal_certificate *packet, *authority, *receipt;
	struct postfix_pair postfix;
	int64_t sequence;
	size_t bytes; /* of the sealed packets so far */
	struct span receipts[PACKETS];
	int memfds[PACKETS];
	char ids[PACKETS][WIRE_ID];
	uint8_t hashes[PACKETS][32];
};

static void
must(bool ok, const char *what)
{
	if (ok)
		return;
	(void)fprintf(stderr, "sync_bench: %s\n", what);
	exit(2);
}

static void
path_of(const struct bench *bench, const char *name, char out[static 512])
{
	must(text_format(out, 512, "%s/%s", bench->folder, name), "path");
}

static struct file_bytes
read_file(const struct bench *bench, const char *name)
{
	struct file_bytes bytes = { 0 };
	struct error err = { 0 };
	char path[512];
	path_of(bench, name, path);
	must(file_read(path, 1u << 20, &bytes, &err), err.text);
	return bytes;
}

static void
await_file(const struct bench *bench, const char *name)
{
	char path[512];
	struct stat status;
	path_of(bench, name, path);
	for (int i = 0; i < 1000; i++) {
		const struct timespec wait = { .tv_nsec = 10000000 };
		if (stat(path, &status) == 0 && (status.st_size > 0 || S_ISSOCK(status.st_mode)))
			return;
		(void)nanosleep(&wait, NULL);
	}
	must(false, path);
}

static void
start_centre(struct bench *bench)
{
	char ca[512], socket[512], centre[512], log[512], command[2048];
	path_of(bench, "ca", ca);
	path_of(bench, "ca.sock", socket);
	path_of(bench, "centre", centre);
	path_of(bench, "log", log);
	process_start(
		(const char *const[]){ BIN "/training_ca", "--folder", ca, "--listen", socket, NULL }, log, &bench->ca);
	await_file(bench, "ca.sock");
	must(text_format(command, sizeof(command),
			 BIN "/intake --init --folder %s --issuer %s --host localhost,127.0.0.1 >>%s 2>&1", centre, socket, log) &&
			 system(command) == 0,
		"intake --init");
	process_start((const char *const[]){ BIN "/intake", "--folder", centre, "--issuer", socket, "--port", "0", NULL },
		log, &bench->intake);
	await_file(bench, "centre/port");
}

static void
start_syncd(struct bench *bench)
{
	char config[512], log[512], text[2048];
	struct file_bytes port = read_file(bench, "centre/port");
	struct error err = { 0 };
	path_of(bench, "syncd.conf", config);
	path_of(bench, "log", log);
	must(text_format(text, sizeof(text),
			 "[centre]\nurl = https://127.0.0.1:%ld\nca = %s/ca/ca.pem\nconnect_s = 120\ntotal_s = 120\n"
			 "[syncd]\nstate_folder = %s/state\nsocket = %s/sync.sock\n",
			 strtol((const char *)port.at, NULL, 10), bench->folder, bench->folder, bench->folder),
		"configuration");
	must(file_write(config, text_span(text), 0600, &err), err.text);
	process_start((const char *const[]){ BIN "/syncd", "--config", config, NULL }, log, &bench->syncd);
	await_file(bench, "sync.sock");
	file_free(&port);
}

static void
say(struct bench *bench, enum wire_type type, const struct buffer *body, int memfd)
{
	struct error err = { 0 };
	must(body->ok && channel_send(&bench->counter, (uint16_t)type, buffer_span(body), memfd, PATIENCE_MS, &err),
		err.text);
}

static void
hear(struct bench *bench, uint8_t body[static 512], struct channel_message *out)
{
	struct error err = { 0 };
	must(channel_receive(&bench->counter, body, 512, PATIENCE_MS, out, &err), err.text);
	must(out->type != WIRE_PARKED && out->type != WIRE_UNPROVISIONED, "the centre refused");
}

static void
hear_only(struct bench *bench, enum wire_type type, struct channel_message *out)
{
	static uint8_t body[512];
	do
		hear(bench, body, out);
	while (out->type != type);
}

static struct seal_certificate *
certificate_of(const json_t *answer, const char *name)
{
	struct seal_certificate *certificate = NULL;
	struct error err = { 0 };
	const char *pem = json_string_value(json_object_get(answer, name));
	must(pem != NULL && seal_certificate_read(text_span(pem), &certificate, &err), name);
	return certificate;
}

static void
one_time_code(const struct bench *bench, char out[static 64])
{
	char command[1024];
	must(text_format(command, sizeof(command),
			 BIN "/intake --new-kiosk --folder %s/centre --branch WR --counter 04 2>>%s/log", bench->folder,
			 bench->folder),
		"command");
	FILE *in = popen(command, "r");
	must(in != NULL && fgets(out, 64, in) != NULL && pclose(in) == 0, "intake --new-kiosk");
	out[strcspn(out, "\n")] = '\0';
}

static void
provision(struct bench *bench)
{
	static uint8_t bytes[32768];
	struct buffer out = buffer_into(bytes, sizeof(bytes));
	struct file_bytes signing = { 0 }, opening = { 0 };
	struct channel_message message;
	struct span given = { 0 };
	struct error err = { 0 };
	char code[64];
	one_time_code(bench, code);
	must(seal_key_make("signing", &bench->signing_key, &signing, &err) &&
			 seal_key_make("opening", &bench->opening_key, &opening, &err),
		err.text);
	buffer_text(&out, code);
	buffer_text(&out, (const char *)signing.at);
	buffer_text(&out, (const char *)opening.at);
	say(bench, WIRE_PROVISION, &out, -1);
	hear_only(bench, WIRE_PROVISIONED, &message);
	must(channel_map(message.memfd, WIRE_PROVISION_MOST, &given, &err), err.text);
	json_t *answer = json_loadb((const char *)given.at, given.len, 0, NULL);
	const char *certificate = json_string_value(json_object_get(answer, "signing_certificate"));
	must(certificate != NULL &&
			 seal_key_read(secret_span(&bench->signing_key), text_span(certificate), &bench->signing, &err),
		err.text);
	bench->packet = certificate_of(answer, "packet_certificate");
	bench->authority = certificate_of(answer, "ca");
	bench->receipt = certificate_of(answer, "receipt_certificate");
	json_decref(answer);
	channel_unmap(&given);
	file_close(&message.memfd);
	file_free(&signing);
	file_free(&opening);
}

static void
connect_counter(struct bench *bench)
{
	uint8_t bytes[4];
	struct buffer out = buffer_into(bytes, sizeof(bytes));
	struct error err = { 0 };
	char path[512];
	path_of(bench, "sync.sock", path);
	bool there = false;
	for (int i = 0; i < 500 && !there; i++) { /* the socket is bound a moment before it listens */
		const struct timespec wait = { .tv_nsec = 10000000 };
		there = channel_connect(path, &bench->counter, &err) || nanosleep(&wait, NULL) != 0;
	}
	must(there, err.text);
	buffer_u32le(&out, WIRE_VERSION);
	say(bench, WIRE_HELLO, &out, -1);
}

static void
make_packet(struct bench *bench, int i, struct file_bytes *out)
{
	static struct application application;
	struct packet_head head = sample_head();
	struct file_bytes json = { 0 };
	struct error err = { 0 };
	const uint8_t random[4] = { 0xbe, 0x4c, (uint8_t)(i >> 8), (uint8_t)i };
	sample_application(&application);
	head.sequence = ++bench->sequence;
	must(packet_id_make(head.day, head.branch, head.counter, head.sequence, random, head.id, &err) &&
			 packet_write(&application, &head, &json, &err),
		err.text);
	must(seal_packet((struct span){ json.at, json.len }, bench->signing, bench->packet, out, &err), err.text);
	must(text_copy(bench->ids[i], WIRE_ID, head.id), "id");
	digest_sha256((struct span){ out->at, out->len }, bench->hashes[i]);
	bench->bytes += out->len;
	file_free(&json);
}

/* One more packet in the spool, durably. */
static void
offer(struct bench *bench, int i)
{
	uint8_t bytes[256];
	struct buffer out = buffer_into(bytes, sizeof(bytes));
	struct file_bytes packet = { 0 };
	struct wire_item item = { .lane = WIRE_LANE_PACKET };
	struct channel_message message;
	struct error err = { 0 };
	int memfd = -1;
	make_packet(bench, i, &packet);
	(void)text_copy(item.id, sizeof(item.id), bench->ids[i]);
	memcpy(item.sha256, bench->hashes[i], sizeof(item.sha256));
	item.len = (uint32_t)packet.len;
	must(channel_memfd((struct span){ packet.at, packet.len }, &memfd, &err), err.text);
	wire_put_item(&out, &item);
	say(bench, WIRE_OFFER, &out, memfd);
	file_close(&memfd);
	file_free(&packet);
	hear_only(bench, WIRE_SPOOLED, &message);
}

static int
number_of(const struct bench *bench, const char *id)
{
	for (int i = 0; i < PACKETS; i++)
		if (strcmp(bench->ids[i], id) == 0)
			return i;
	must(false, "a receipt for something else");
	return 0;
}

/* Take one receipt and acknowledge it, as the counter does when it has stored it. */
static void
take_receipt(struct bench *bench)
{
	uint8_t bytes[128];
	struct buffer out = buffer_into(bytes, sizeof(bytes));
	struct channel_message message;
	struct error err = { 0 };
	char id[WIRE_ID];
	hear_only(bench, WIRE_ACCEPTED, &message);
	struct cursor in = cursor_over(message.body);
	must(wire_take_id(&in, id, &err), err.text);
	int i = number_of(bench, id);
	must(bench->memfds[i] < 0, "the same receipt twice");
	bench->memfds[i] = message.memfd;
	buffer_text(&out, id);
	say(bench, WIRE_ACKNOWLEDGE, &out, -1);
}

/* After the clock has stopped: each receipt is the centre's, and for its packet. */
static void
verify_receipts(struct bench *bench)
{
	for (int i = 0; i < PACKETS; i++) {
		struct span der = { 0 };
		struct file_bytes content = { 0 };
		struct error err = { 0 };
		char hash[65];
		must(channel_map(bench->memfds[i], WIRE_RECEIPT_MOST, &der, &err), err.text);
		must(seal_verify(der, bench->authority, bench->receipt, clock_now_ms(), &content, NULL, 0, &err), err.text);
		text_hex((struct span){ bench->hashes[i], 32 }, hash, sizeof(hash));
		must(strstr((const char *)content.at, bench->ids[i]) != NULL && strstr((const char *)content.at, hash) != NULL,
			"a receipt for another packet");
		channel_unmap(&der);
		file_free(&content);
		file_close(&bench->memfds[i]);
	}
}

/* Microseconds of processor time that a program has used; its own children are not counted. */
static double
used_us(pid_t pid)
{
	unsigned long long user = 0, kernel = 0;
	char path[64];
	(void)text_format(path, sizeof(path), "/proc/%d/stat", (int)pid);
	FILE *in = fopen(path, "r");
	must(in != NULL && fscanf(in, "%*d %*s %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %llu %llu", &user, &kernel) == 2,
		path);
	(void)fclose(in);
	return (double)(user + kernel) * 1e6 / (double)sysconf(_SC_CLK_TCK);
}

static int64_t
our_round(void *self)
{
	struct bench *bench = self;
	const pid_t pids[3] = { bench->syncd.pid, bench->intake.pid, getpid() };
	double used[3];
	struct buffer nothing = buffer_into(NULL, 0);
	must(kill(bench->intake.pid, SIGSTOP) == 0, "holding intake");
	for (int i = 0; i < PACKETS; i++) {
		offer(bench, i);
		bench->memfds[i] = -1;
	}
	for (int i = 0; i < 3; i++)
		used[i] = used_us(pids[i]);
	int64_t began = bench_now_ns();
	must(kill(bench->intake.pid, SIGCONT) == 0, "letting intake go");
	say(bench, WIRE_NOW, &nothing, -1);
	for (int i = 0; i < PACKETS; i++)
		take_receipt(bench);
	int64_t took = bench_now_ns() - began;
	for (int i = 0; i < 3; i++)
		used[i] = (used_us(pids[i]) - used[i]) / PACKETS;
	verify_receipts(bench);
	printf("  ours     %6.0f packets/s (us of processor each: syncd %.0f, intake %.0f, counter %.0f)\n",
		PACKETS * 1e9 / (double)took, used[0], used[1], used[2]);
	return took;
}

static int64_t
their_round(void *self)
{
	struct bench *bench = self;
	int64_t took = postfix_pair_drain(&bench->postfix, MAILS, MAIL_BYTES);
	if (took < 0)
		return -1;
	printf("  Postfix  %6.0f messages/s\n", MAILS * 1e9 / (double)took);
	return took * PACKETS / MAILS;
}

static void
stop(struct bench *bench)
{
	printf("a packet had %zu bytes, a message %d\n", bench->bytes / (size_t)bench->sequence, MAIL_BYTES);
	(void)process_end(&bench->syncd, SIGTERM);
	(void)process_end(&bench->intake, SIGTERM);
	(void)process_end(&bench->ca, SIGTERM);
	folder_remove(bench->folder);
}

/* `--ours` runs our side alone, to find out where its time goes. */
int
main(int argc, char **argv)
{
	static struct bench bench = { .counter = { .fd = -1 } };
	char folder[512];
	bool alone = argc == 2 && strcmp(argv[1], "--ours") == 0;
	if (!alone && !postfix_pair_possible()) {
		printf("sync_bench: needs root and the package postfix to compare with; not run\n");
		return 77;
	}
	(void)setvbuf(stdout, NULL, _IOLBF, 0);
	secret_start();
	folder_new(bench.folder);
	path_of(&bench, "postfix", folder);
	must(chmod(bench.folder, 0755) == 0 && mkdir(folder, 0755) == 0, "folder");
	start_centre(&bench);
	start_syncd(&bench);
	connect_counter(&bench);
	provision(&bench);
	for (unsigned i = 0; alone && i < ROUNDS; i++)
		(void)our_round(&bench);
	if (alone) {
		stop(&bench);
		return EXIT_SUCCESS;
	}
	must(postfix_pair_start(&bench.postfix, folder), "Postfix");
	bool ok = bench_speed((struct bench_case){ "drain of 1,000 packets", our_round, &bench },
		(struct bench_case){ "Postfix", their_round, &bench }, ROUNDS, GOAL, NULL);
	postfix_pair_stop(&bench.postfix);
	stop(&bench);
	return ok ? EXIT_SUCCESS : EXIT_FAILURE;
}
