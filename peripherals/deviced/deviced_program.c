#include "peripherals/deviced/deviced_program.h"

#include <getopt.h>
#include <openssl/crypto.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#include "kiosk/base/log.h"
#include "kiosk/base/sandbox.h"
#include "kiosk/base/secret.h"
#include "kiosk/base/text.h"
#include "peripherals/deviced/deviced.h"
#include "peripherals/deviced/explain.h"

#define SOCKET      "/run/counter/device.sock"
#define PIN_SOCKET  "/run/counter/pin.sock"
#define FOLDERS     8u /* most of a profile, with those of the sockets */
#define FOLDER_MOST 256u

static const char help[] = "Usage: %s [OPTION]...\n"
						   "Finds card readers, tokens and receipt printers on USB and does the counter's jobs on\n"
						   "them. It has no network, starts no programs and keeps nothing.\n"
						   "\n"
						   "      --socket PATH      where the counter connects, instead of " SOCKET "\n"
						   "      --pin-socket PATH  where a PIN comes from, instead of " PIN_SOCKET "\n"
						   "      --group            let the group of both sockets connect too\n"
						   "      --list             print the devices, what they are good for and what is in them,\n"
						   "                         and exit\n"
						   "      --explain WHICH    print what a device says about itself and why it is used or not,\n"
						   "                         and exit; WHICH is VID:PID or a part of its name\n"
						   "  -h, --help             print this, and exit\n"
						   "      --version          print the version, and exit\n"
						   "\n"
						   "Stops cleanly on SIGTERM and SIGINT. Exit status: 0 stopped as asked, 1 could not go\n"
						   "on, 64 wrong command line.\n";

enum option_code { OPTION_SOCKET = 256, OPTION_PIN_SOCKET, OPTION_GROUP, OPTION_LIST, OPTION_EXPLAIN, OPTION_VERSION };

static const struct option options[] = {
	{ "socket", required_argument, NULL, OPTION_SOCKET },
	{ "pin-socket", required_argument, NULL, OPTION_PIN_SOCKET },
	{ "group", no_argument, NULL, OPTION_GROUP },
	{ "list", no_argument, NULL, OPTION_LIST },
	{ "explain", required_argument, NULL, OPTION_EXPLAIN },
	{ "help", no_argument, NULL, 'h' },
	{ "version", no_argument, NULL, OPTION_VERSION },
	{ 0 },
};

enum task { TASK_SERVE, TASK_LIST, TASK_EXPLAIN, TASK_HELP, TASK_VERSION, TASK_USAGE };

struct request {
	enum task task;
	struct deviced_settings settings;
	const char *which;
};

static int
fail(const char *event, const struct error *err)
{
	LOG(LOG_LEVEL_ERROR, event, log_error(err));
	return EXIT_FAILURE;
}

static void
take_option(struct request *request, int code)
{
	switch (code) {
	case OPTION_SOCKET:
		request->settings.socket = optarg;
		break;
	case OPTION_PIN_SOCKET:
		request->settings.pin_socket = optarg;
		break;
	case OPTION_GROUP:
		request->settings.group = true;
		break;
	case OPTION_LIST:
		request->task = TASK_LIST;
		break;
	case OPTION_EXPLAIN:
		request->task = TASK_EXPLAIN;
		request->which = optarg;
		break;
	case OPTION_VERSION:
		request->task = TASK_VERSION;
		break;
	case 'h':
		request->task = TASK_HELP;
		break;
	default:
		request->task = TASK_USAGE;
		break;
	}
}

static struct request
read_options(int argc, char **argv)
{
	struct request request = { .task = TASK_SERVE, .settings = { SOCKET, PIN_SOCKET, false } };
	for (int code; request.task != TASK_USAGE && (code = getopt_long(argc, argv, "h", options, NULL)) != -1;)
		take_option(&request, code);
	if (optind < argc) {
		(void)fprintf(stderr, "unexpected argument; see --help\n");
		request.task = TASK_USAGE;
	}
	return request;
}

/* The folder that a socket lies in. */
static bool
folder_of(const char *path, char out[static FOLDER_MOST], struct error *err)
{
	const char *slash = strrchr(path, '/');
	size_t len = slash == NULL ? 0 : (size_t)(slash - path);
	if (len >= FOLDER_MOST)
		return error_set(err, ERROR_INVALID, "the path of a socket is too long");
	if (slash == NULL)
		return text_copy(out, FOLDER_MOST, ".");
	return text_format(out, FOLDER_MOST, "%.*s", len == 0 ? 1 : (int)len, path);
}

static bool
confine(const struct landlock_folder *folders, size_t count, const struct request *request, struct error *err)
{
	struct landlock_folder all[FOLDERS];
	char sockets[FOLDER_MOST], pin_sockets[FOLDER_MOST];
	if (count + 2 > FOLDERS)
		return error_set(err, ERROR_FULL, "too many folders");
	if (!folder_of(request->settings.socket, sockets, err) ||
		!folder_of(request->settings.pin_socket, pin_sockets, err))
		return false;
	memcpy(all, folders, count * sizeof(all[0]));
	if (request->task == TASK_SERVE) {
		all[count++] = (struct landlock_folder){ sockets, LANDLOCK_SOCKETS };
		all[count++] = (struct landlock_folder){ pin_sockets, LANDLOCK_SOCKETS };
	}
	return landlock_enter(all, count, err);
}

static int
serve(const struct deviced_settings *settings)
{
	struct deviced *deviced = NULL;
	struct error err = { 0 };
	if (!deviced_open(settings, &deviced, &err))
		return fail("cannot-start", &err);
	bool ok = deviced_run(deviced, &err);
	deviced_close(deviced);
	return ok ? EXIT_SUCCESS : fail("cannot-go-on", &err);
}

static int
carry_out(const char *name, const struct request *request)
{
	struct error err = { 0 };
	switch (request->task) {
	case TASK_SERVE:
		return serve(&request->settings);
	case TASK_LIST:
		return deviced_list(stdout, &err) ? EXIT_SUCCESS : fail("cannot-list", &err);
	case TASK_EXPLAIN:
		return explain(stdout, request->which, &err) && fflush(stdout) == 0 ? EXIT_SUCCESS
																			: fail("cannot-explain", &err);
	case TASK_HELP:
		return printf(help, name) >= 0 && fflush(stdout) == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
	case TASK_VERSION:
		return printf("%s " COUNTER_VERSION "\n", name) >= 0 && fflush(stdout) == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
	case TASK_USAGE:
		break;
	}
	return EX_USAGE;
}

int
deviced_program(const char *name, const struct landlock_folder *folders, size_t count, int argc, char **argv)
{
	struct error err = { 0 };
	if (!sandbox_quiet(&err) || !sandbox_enter(SANDBOX_DEVICED, &err))
		return fail("no-sandbox", &err);
	const struct request request = read_options(argc, argv);
	if (!confine(folders, count, &request, &err))
		return fail("no-sandbox", &err);
	(void)signal(SIGPIPE, SIG_IGN);
	/* its configuration file is out of reach from now on, and not wanted */
	(void)OPENSSL_init_crypto(OPENSSL_INIT_NO_LOAD_CONFIG, NULL);
	secret_start();
	return carry_out(name, &request);
}
