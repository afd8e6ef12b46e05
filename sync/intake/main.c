/* intake: the reference centre. It takes sealed packets from counters, keeps each once and answers signed receipts. */
#include <errno.h>
#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <systemd/sd-daemon.h>
#include <systemd/sd-event.h>

#include "kiosk/base/clock.h"
#include "kiosk/base/conf.h"
#include "kiosk/base/log.h"
#include "kiosk/base/sandbox.h"
#include "kiosk/base/secret.h"
#include "kiosk/base/text.h"
#include "kiosk/model/date.h"
#include "sync/intake/commands.h"
#include "sync/intake/health.h"
#include "sync/intake/issuer_socket.h"
#include "sync/intake/server.h"
#include "sync/intake/sqlite_codes.h"
#include "sync/intake/sqlite_store.h"

enum { EXIT_OK = 0, EXIT_FAILED = 1, EXIT_USAGE = 2 };

enum command {
	COMMAND_SERVE,
	COMMAND_INIT,
	COMMAND_NEW_KIOSK,
	COMMAND_GAPS,
	COMMAND_LIST,
	COMMAND_OPEN,
	COMMAND_PRINT_CONFIG
};

struct settings {
	char folder[CENTRE_PATH];
	char name[128];
	char address[64];
	int64_t port, threads, connections, idle_s, request_s, upload_mb, reserve_mb;
	int64_t health_port;
	char issuer[108];
	char hosts[ISSUER_HOSTS];
	int64_t code_hours;
};

struct options {
	enum command command;
	unsigned commands; /* how many were given */
	const char *config;
	const char *folder;
	const char *port;
	const char *health_port;
	const char *issuer;
	const char *hosts;
	const char *id; /* of --open */
	struct intake_codes_kiosk kiosk;
	bool for_kiosk; /* --branch and its like were given */
};

#define FIELD(field) offsetof(struct settings, field)
#define TEXT(field)  FIELD(field), sizeof(((struct settings *)NULL)->field), 0, 0
/* clang-format off */
static const struct conf_setting known_settings[] = {
	{ "centre", "folder", CONF_PATH, TEXT(folder), "/var/lib/intake",
		"Folder with the centre's keys, certificates and database." },
	{ "centre", "name", CONF_TEXT, TEXT(name), "e-Cert centre", "Name of the centre, in receipts." },
	{ "server", "address", CONF_TEXT, TEXT(address), "127.0.0.1", "IP address to listen on." },
	{ "server", "port", CONF_NUMBER, FIELD(port), 0, 0, 65535, "8443", "TCP port; 0 for any (see the file port)." },
	{ "server", "hosts", CONF_TEXT, TEXT(hosts), "localhost,127.0.0.1,::1",
		"Names and addresses of the server certificate that --init asks for, separated by commas." },
	{ "server", "threads", CONF_NUMBER, FIELD(threads), 0, 1, 64, "4", "Threads that read and open packets." },
	{ "server", "connections", CONF_NUMBER, FIELD(connections), 0, 4, 100000, "1024", "Most connections at once." },
	{ "server", "idle_s", CONF_NUMBER, FIELD(idle_s), 0, 1, 3600, "120",
		"Seconds after which a connection without a request is closed." },
	{ "server", "request_s", CONF_NUMBER, FIELD(request_s), 0, 1, 3600, "120",
		"Seconds that a body may take to arrive." },
	{ "server", "upload_mb", CONF_NUMBER, FIELD(upload_mb), 0, 8, 65536, "256",
		"Megabytes that all unfinished bodies may hold; more is answered with 503." },
	{ "server", "reserve_mb", CONF_NUMBER, FIELD(reserve_mb), 0, 0, 1048576, "64",
		"Megabytes of disk that stay free; below that nothing is stored." },
	{ "health", "port", CONF_NUMBER, FIELD(health_port), 0, 0, 65535, "0",
		"Port of the health page on 127.0.0.1; 0 for none." },
	{ "issuer", "socket", CONF_PATH, TEXT(issuer), "/run/training_ca/issuer.sock", "Socket of the issuer." },
	{ "codes", "hours", CONF_NUMBER, FIELD(code_hours), 0, 1, 720, "24", "Hours that a one-time code lasts." },
};
/* clang-format on */
#define KNOWN_SETTINGS (sizeof(known_settings) / sizeof(known_settings[0]))

static const char help[] = "usage: intake [--config FILE] [--folder DIR] [COMMAND] [OPTION...]\n"
						   "\n"
						   "Without a command: serve until SIGTERM.\n"
						   "\n"
						   "  --init           make keys, get certificates from the issuer\n"
						   "      --issuer SOCKET  --host NAME[,NAME...]\n"
						   "  --new-kiosk      print a one-time code for a counter\n"
						   "      --branch CODE  --counter NN  [--name-en TEXT] [--name-hk TEXT] [--name-cn TEXT]\n"
						   "  --list           every packet: id, time, bytes, SHA-256\n"
						   "  --gaps           sequence numbers that never came\n"
						   "  --open ID        print what is in a packet (training centres only)\n"
						   "  --print-config   every setting with its default, as a configuration file\n"
						   "  --help, --version\n"
						   "\n"
						   "  --config FILE    settings; without it the defaults hold\n"
						   "  --folder DIR     keys, certificates, centre.db; the port in use is in DIR/port\n"
						   "  --port N         TCP port, 0 for any\n"
						   "  --health-port N  health page on 127.0.0.1\n"
						   "  --issuer SOCKET  who turns requests into certificates\n"
						   "\n"
						   "Exit status: 0 done or stopped by SIGTERM, 1 failed, 2 wrong usage or configuration.\n";

static int
failed(const char *event, const struct error *err)
{
	LOG(LOG_LEVEL_ERROR, event, log_error(err));
	return EXIT_FAILED;
}

static bool
open_database(
	const struct settings *settings, struct intake_store *store, struct intake_codes *codes, struct error *err)
{
	char path[CENTRE_PATH];
	if (!centre_path(settings->folder, "centre.db", path, err))
		return false;
	if (store != NULL && !sqlite_store_open(path, store, err))
		return false;
	if (codes == NULL || sqlite_codes_open(path, codes, err))
		return true;
	if (store != NULL)
		store->ops->close(store->self);
	return false;
}

static int
command_init(const struct settings *settings)
{
	struct issuer issuer = issuer_socket(settings->issuer);
	struct intake_store store;
	struct error err;
	const bool done =
		centre_make(settings->folder, issuer, settings->hosts, &err) && open_database(settings, &store, NULL, &err);
	issuer.ops->close(issuer.self);
	if (!done)
		return failed("not_made", &err);
	store.ops->close(store.self);
	return EXIT_OK;
}

static int
command_new_kiosk(const struct settings *settings, const struct intake_codes_kiosk *wanted)
{
	struct intake_codes_kiosk kiosk = *wanted;
	struct intake_codes codes;
	struct error err;
	char code[ENROLMENT_CODE_TEXT];
	char until[DATE_TEXT];
	kiosk.made_ms = clock_now_ms();
	kiosk.expires_ms = kiosk.made_ms + settings->code_hours * 3600 * 1000;
	date_instant_iso(kiosk.expires_ms, until);
	if (!open_database(settings, NULL, &codes, &err))
		return failed("no_code", &err);
	const bool done = commands_new_kiosk(codes, &kiosk, code, &err);
	codes.ops->close(codes.self);
	if (!done)
		return failed("no_code", &err);
	(void)fprintf(stderr, "for %s-%s, once, until %s\n", kiosk.branch, kiosk.counter, until);
	const bool written = puts(code) >= 0 && fflush(stdout) == 0;
	secret_wipe(code, sizeof(code));
	return written ? EXIT_OK : EXIT_FAILED;
}

static int
command_on_store(const struct settings *settings, const struct options *options)
{
	struct intake_store store;
	struct centre centre = { 0 };
	struct error err;
	bool done = false;
	if (!open_database(settings, &store, NULL, &err))
		return failed("no_database", &err);
	if (options->command == COMMAND_LIST)
		done = commands_list(store, stdout, &err);
	else if (options->command == COMMAND_GAPS)
		done = commands_gaps(store, stdout, &err);
	else
		done = centre_open(settings->folder, &centre, &err) && commands_open(store, &centre, options->id, stdout, &err);
	centre_close(&centre);
	store.ops->close(store.self);
	return done ? EXIT_OK : failed("not_shown", &err);
}

static bool
start_health(const struct settings *settings, bool training, struct health **out, struct error *err)
{
	const struct health_config config = { .port = (uint16_t)settings->health_port,
		.folder = settings->folder,
		.centre_name = settings->name,
		.disk_reserve = (uint64_t)settings->reserve_mb << 20,
		.training = training };
	struct intake_store store;
	if (settings->health_port == 0)
		return true;
	return open_database(settings, &store, NULL, err) && health_start(&config, store, out, err);
}

static bool
start_server(const struct settings *settings, const struct centre *centre, struct server **out, struct error *err)
{
	const struct server_config config = { .folder = settings->folder,
		.centre_name = settings->name,
		.address = settings->address,
		.port = (uint16_t)settings->port,
		.listener = sd_listen_fds(1) == 1 ? SD_LISTEN_FDS_START : -1,
		.threads = (unsigned)settings->threads,
		.connections = (unsigned)settings->connections,
		.idle_s = (unsigned)settings->idle_s,
		.request_s = (unsigned)settings->request_s,
		.upload_memory = (uint64_t)settings->upload_mb << 20,
		.disk_reserve = (uint64_t)settings->reserve_mb << 20 };
	struct server_parts parts = { .centre = centre };
	if (!open_database(settings, &parts.store, &parts.codes, err))
		return false;
	parts.issuer = issuer_socket(settings->issuer);
	return server_start(&config, parts, out, err);
}

/* Whoever started us reads the port here; the file is there only while somebody listens. */
static bool
write_port(const struct settings *settings, uint16_t port, struct error *err)
{
	char path[CENTRE_PATH];
	char text[16];
	(void)text_format(text, sizeof(text), "%u\n", (unsigned)port);
	if (!centre_path(settings->folder, "port", path, err))
		return false;
	return port == 0 ? file_remove(path, err) : file_write(path, text_span(text), 0644, err);
}

static int
wait_for_signal(void)
{
	sd_event *loop = NULL;
	int ended = sd_event_new(&loop);
	if (ended >= 0)
		ended = sd_event_add_signal(loop, NULL, SIGTERM, NULL, NULL);
	if (ended >= 0)
		ended = sd_event_add_signal(loop, NULL, SIGINT, NULL, NULL);
	if (ended >= 0) {
		(void)sd_event_set_watchdog(loop, 1);
		(void)sd_notify(0, "READY=1");
		ended = sd_event_loop(loop);
	}
	(void)sd_notify(0, "STOPPING=1");
	(void)sd_event_unref(loop);
	return ended < 0 ? EXIT_FAILED : EXIT_OK;
}

static int
serve_from(const struct settings *settings, const struct centre *centre)
{
	struct server *server = NULL;
	struct health *health = NULL;
	struct error err;
	int status = EXIT_FAILED;
	if (write_port(settings, 0, &err) && start_health(settings, centre->training, &health, &err) &&
		start_server(settings, centre, &server, &err) && write_port(settings, server_port(server), &err)) {
		LOG(LOG_LEVEL_NOTICE, "ready", log_count("port", server_port(server)),
			log_kind("kind", centre->training ? "training" : "production"));
		status = wait_for_signal();
		if (!write_port(settings, 0, &err))
			LOG(LOG_LEVEL_WARNING, "port_file_left", log_error(&err));
	} else {
		(void)failed("not_started", &err);
	}
	server_stop(server);
	health_stop(health);
	log_write(LOG_LEVEL_NOTICE, "stopped", NULL, 0);
	return status;
}

static int
command_serve(const struct settings *settings)
{
	struct centre centre;
	struct error err;
	if (!centre_open(settings->folder, &centre, &err))
		return failed("no_centre", &err);
	const int status = serve_from(settings, &centre);
	centre_close(&centre);
	return status;
}

static int
run(const struct settings *settings, const struct options *options)
{
	switch (options->command) {
	case COMMAND_SERVE:
		return command_serve(settings);
	case COMMAND_INIT:
		return command_init(settings);
	case COMMAND_NEW_KIOSK:
		return command_new_kiosk(settings, &options->kiosk);
	case COMMAND_GAPS:
	case COMMAND_LIST:
	case COMMAND_OPEN:
		return command_on_store(settings, options);
	case COMMAND_PRINT_CONFIG:
		conf_print(known_settings, KNOWN_SETTINGS);
		return EXIT_OK;
	}
	return EXIT_USAGE;
}

static int
usage(const char *what)
{
	(void)fprintf(stderr, "intake: %s; see intake --help\n", what);
	return EXIT_USAGE;
}

/* A port on the command line. */
static bool
take_port(const char *text, int64_t *out, struct error *err)
{
	char *end = NULL;
	if (text == NULL)
		return true;
	errno = 0;
	const long value = strtol(text, &end, 10);
	if (errno != 0 || end == text || *end != '\0' || value < 0 || value > 65535)
		return error_set(err, ERROR_INVALID, "a port is a number from 0 to 65535");
	*out = value;
	return true;
}

static bool
take_text(const char *text, const char *what, char *out, size_t cap, struct error *err)
{
	return text == NULL || text_take(text_span(text), what, out, cap, err);
}

/* The file first, then what the command line says instead. */
static bool
read_settings(const struct options *options, struct settings *out, struct error *err)
{
	return conf_read(options->config, known_settings, KNOWN_SETTINGS, out, err) &&
		   take_text(options->folder, "--folder", out->folder, sizeof(out->folder), err) &&
		   take_text(options->issuer, "--issuer", out->issuer, sizeof(out->issuer), err) &&
		   take_text(options->hosts, "--host", out->hosts, sizeof(out->hosts), err) &&
		   take_port(options->port, &out->port, err) && take_port(options->health_port, &out->health_port, err);
}

/* Names that were not given are the branch's code. */
static bool
complete_kiosk(struct options *options, struct error *err)
{
	struct intake_codes_kiosk *kiosk = &options->kiosk;
	char *names[] = { kiosk->name_en, kiosk->name_hk, kiosk->name_cn };
	if (options->command != COMMAND_NEW_KIOSK)
		return !options->for_kiosk || error_set(err, ERROR_INVALID, "--branch and its like go with --new-kiosk");
	if (!issuer_branch_ok(kiosk->branch))
		return error_set(err, ERROR_INVALID, "--branch: 2 to 8 of A-Z and 0-9");
	if (!issuer_counter_ok(kiosk->counter))
		return error_set(err, ERROR_INVALID, "--counter: two digits");
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (names[i][0] == '\0')
			(void)text_format(names[i], INTAKE_CODES_BRANCH_NAME, "%s", kiosk->branch);
	}
	return true;
}

static void
choose(struct options *options, enum command command)
{
	options->command = command;
	options->commands++;
}

static bool
take_kiosk_option(struct options *options, int letter, const char *value, struct error *err)
{
	struct intake_codes_kiosk *kiosk = &options->kiosk;
	options->for_kiosk = true;
	switch (letter) {
	case 'b':
		return take_text(value, "--branch", kiosk->branch, sizeof(kiosk->branch), err);
	case 'c':
		return take_text(value, "--counter", kiosk->counter, sizeof(kiosk->counter), err);
	case '1':
		return take_text(value, "--name-en", kiosk->name_en, sizeof(kiosk->name_en), err);
	case '2':
		return take_text(value, "--name-hk", kiosk->name_hk, sizeof(kiosk->name_hk), err);
	default:
		return take_text(value, "--name-cn", kiosk->name_cn, sizeof(kiosk->name_cn), err);
	}
}

static bool
take_option(struct options *options, int letter, const char *value, struct error *err)
{
	static const struct {
		char letter;
		enum command command;
	} commands[] = { { 'I', COMMAND_INIT }, { 'N', COMMAND_NEW_KIOSK }, { 'G', COMMAND_GAPS }, { 'L', COMMAND_LIST },
		{ 'O', COMMAND_OPEN }, { 'P', COMMAND_PRINT_CONFIG } };
	const struct {
		char letter;
		const char **into;
	} values[] = { { 'C', &options->config }, { 'f', &options->folder }, { 'p', &options->port },
		{ 'H', &options->health_port }, { 'i', &options->issuer }, { 'n', &options->hosts }, { 'O', &options->id } };
	bool taken = false;
	for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++) {
		if (commands[i].letter == letter)
			choose(options, commands[i].command);
		taken = taken || commands[i].letter == letter;
	}
	for (size_t i = 0; i < sizeof(values) / sizeof(values[0]); i++) {
		if (values[i].letter == letter)
			*values[i].into = value;
		taken = taken || values[i].letter == letter;
	}
	return taken || take_kiosk_option(options, letter, value, err);
}

/* Read the command line. An exit status, or -1 to go on. */
static int
read_options(int argc, char **argv, struct options *options)
{
	static const struct option known[] = {
		{ "config", required_argument, NULL, 'C' },
		{ "folder", required_argument, NULL, 'f' },
		{ "port", required_argument, NULL, 'p' },
		{ "health-port", required_argument, NULL, 'H' },
		{ "issuer", required_argument, NULL, 'i' },
		{ "host", required_argument, NULL, 'n' },
		{ "init", no_argument, NULL, 'I' },
		{ "new-kiosk", no_argument, NULL, 'N' },
		{ "gaps", no_argument, NULL, 'G' },
		{ "list", no_argument, NULL, 'L' },
		{ "open", required_argument, NULL, 'O' },
		{ "print-config", no_argument, NULL, 'P' },
		{ "branch", required_argument, NULL, 'b' },
		{ "counter", required_argument, NULL, 'c' },
		{ "name-en", required_argument, NULL, '1' },
		{ "name-hk", required_argument, NULL, '2' },
		{ "name-cn", required_argument, NULL, '3' },
		{ "help", no_argument, NULL, 'h' },
		{ "version", no_argument, NULL, 'v' },
		{ NULL, 0, NULL, 0 },
	};
	struct error err;
	for (int letter; (letter = getopt_long(argc, argv, "", known, NULL)) != -1;) {
		if (letter == 'h')
			return fputs(help, stdout) < 0 ? EXIT_FAILED : EXIT_OK;
		if (letter == 'v')
			return puts("intake " COUNTER_VERSION) < 0 ? EXIT_FAILED : EXIT_OK;
		if (letter == '?')
			return usage("unknown option");
		if (!take_option(options, letter, optarg, &err))
			return usage(err.text);
	}
	if (optind != argc || options->commands > 1)
		return usage("one command at a time");
	if (!complete_kiosk(options, &err))
		return usage(err.text);
	return -1;
}

int
main(int argc, char **argv)
{
	struct options options = { .command = COMMAND_SERVE };
	struct settings settings;
	struct error err;
	sigset_t stop;
	(void)umask(0077); /* keys and packets are for the centre's own user alone, however it was started */
	const int status = read_options(argc, argv, &options);
	if (status != -1)
		return status;
	if (!read_settings(&options, &settings, &err)) {
		(void)failed("configuration", &err);
		return EXIT_USAGE;
	}
	if (!sandbox_quiet(&err))
		return failed("no_sandbox", &err);
	(void)signal(SIGPIPE, SIG_IGN);
	if (options.command == COMMAND_SERVE) { /* before the first thread: the loop takes them */
		(void)sigemptyset(&stop);
		(void)sigaddset(&stop, SIGTERM);
		(void)sigaddset(&stop, SIGINT);
		(void)sigprocmask(SIG_BLOCK, &stop, NULL);
	}
	secret_start();
	return run(&settings, &options);
}
