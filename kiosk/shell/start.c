#include "kiosk/shell/start.h"

#include <getopt.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <systemd/sd-daemon.h>

#include "kiosk/base/log.h"
#include "kiosk/base/sandbox.h"
#include "kiosk/base/secret.h"
#include "kiosk/base/text.h"
#include "kiosk/counter/counter.h"
#include "kiosk/counter/counter_conf.h"
#include "kiosk/counter/counter_provision.h"
#include "kiosk/counter/counter_tool.h"
#include "kiosk/counter/counter_unlock.h"
#include "kiosk/shell/pdf_printer.h"
#include "kiosk/ui/say.h"

#define PROVISION_S 120u
#define PERCENT     100.0f
#define WORD_MOST   256u /* bytes of a code or a name, NUL included; longer ones are cut, and then refused */

static const char help[] =
	"Usage: counter [OPTION]...\n"
	"Works a post-office counter for e-Cert applications.\n"
	"\n"
	"  -c, --config FILE            read FILE instead of " COUNTER_CONF_FILE "\n"
	"      --fullscreen             cover the whole monitor\n"
	"      --provision CODE         make this a counter of the centre that gave the one-time code (\"-\":\n"
	"                               read it from standard input), with\n"
	"        --supervisor NUMBER    the first supervisor's staff number,\n"
	"        --name NAME            the supervisor's name,\n"
	"        --password-file FILE   and first password (asked on the terminal otherwise); exit\n"
	"      --unlock NUMBER          unlock a supervisor whom nobody at the counter can unlock, with a new\n"
	"        --password-file FILE   first password (asked on the terminal otherwise); exit\n"
	"      --check-catalogue DIR    name every fault of a catalogue, and exit\n"
	"      --print-catalogue[=DIR]  print certificate kinds, forms and fees, and exit\n"
	"        --training             with the training overlay\n"
	"      --verify-log[=STORE]     walk the audit log of the store or of a copy, and exit\n"
	"      --print-config           print every setting with its default and meaning, and exit\n"
	"  -h, --help                   print this, and exit\n"
	"      --version                print the version, and exit\n"
	"\n"
	"SIGTERM and SIGINT end it with everything saved; SIGHUP reads the catalogue again. Exit status: 0\n"
	"ended as asked, 1 could not go on or a check found a fault, 64 wrong command line, 78 wrong\n"
	"configuration.\n";

enum start_option {
	OPTION_FULLSCREEN = 256,
	OPTION_PROVISION,
	OPTION_SUPERVISOR,
	OPTION_NAME,
	OPTION_PASSWORD_FILE,
	OPTION_UNLOCK,
	OPTION_CHECK_CATALOGUE,
	OPTION_PRINT_CATALOGUE,
	OPTION_TRAINING,
	OPTION_VERIFY_LOG,
	OPTION_PRINT_CONFIG,
	OPTION_VERSION
};

static const struct option options[] = {
	{ "config", required_argument, NULL, 'c' },
	{ "fullscreen", no_argument, NULL, OPTION_FULLSCREEN },
	{ "provision", required_argument, NULL, OPTION_PROVISION },
	{ "supervisor", required_argument, NULL, OPTION_SUPERVISOR },
	{ "name", required_argument, NULL, OPTION_NAME },
	{ "password-file", required_argument, NULL, OPTION_PASSWORD_FILE },
	{ "unlock", required_argument, NULL, OPTION_UNLOCK },
	{ "check-catalogue", required_argument, NULL, OPTION_CHECK_CATALOGUE },
	{ "print-catalogue", optional_argument, NULL, OPTION_PRINT_CATALOGUE },
	{ "training", no_argument, NULL, OPTION_TRAINING },
	{ "verify-log", optional_argument, NULL, OPTION_VERIFY_LOG },
	{ "print-config", no_argument, NULL, OPTION_PRINT_CONFIG },
	{ "help", no_argument, NULL, 'h' },
	{ "version", no_argument, NULL, OPTION_VERSION },
	{ 0 },
};

struct wish { /* what the command line asks for */
	int what; /* the option that is not the window, or 0 */
	const char *config, *folder, *store, *unlock;
	struct counter_provision provision;
	char code[WORD_MOST], name[WORD_MOST]; /* what every user of the computer could read on the command line */
	bool fullscreen, training;
};

struct program {
	const struct start_watcher *watcher;
	struct counter_conf conf;
	struct counter_setup setup;
	struct window *window;
	struct paint *paint;
	struct channel shell; /* the shell's end */
	pthread_t counter;
	struct error counter_error; /* of the thread; read after it was joined */
	bool counter_ok;
};

static int
fail(const char *event, const struct error *err)
{
	LOG(LOG_LEVEL_ERROR, event, log_error(err));
	return EXIT_FAILURE;
}

/* --- command line --- */

/* Copy an argument and wipe it where ps and /proc show it. */
static const char *
take_word(char *argument, char out[static WORD_MOST])
{
	(void)text_copy(out, WORD_MOST, argument);
	secret_wipe(argument, strlen(argument));
	return out;
}

static bool
take_option(struct wish *wish, int code)
{
	switch (code) {
	case 'c':
		wish->config = optarg;
		return true;
	case OPTION_FULLSCREEN:
		wish->fullscreen = true;
		return true;
	case OPTION_SUPERVISOR:
		wish->provision.supervisor = optarg;
		return true;
	case OPTION_NAME:
		wish->provision.name = take_word(optarg, wish->name);
		return true;
	case OPTION_PASSWORD_FILE:
		wish->provision.password_file = optarg;
		return true;
	case OPTION_TRAINING:
		wish->training = true;
		return true;
	case OPTION_PROVISION:
		wish->provision.code = take_word(optarg, wish->code);
		break;
	case OPTION_CHECK_CATALOGUE:
	case OPTION_PRINT_CATALOGUE:
		wish->folder = optarg;
		break;
	case OPTION_VERIFY_LOG:
		wish->store = optarg;
		break;
	case OPTION_UNLOCK:
		wish->unlock = optarg;
		break;
	case OPTION_PRINT_CONFIG:
	case OPTION_VERSION:
	case 'h':
		break;
	default:
		return false;
	}
	bool first = wish->what == 0;
	wish->what = code;
	return first;
}

static bool
read_command_line(int argc, char **argv, struct wish *wish)
{
	*wish = (struct wish){ .config = COUNTER_CONF_FILE };
	for (int code; (code = getopt_long(argc, argv, "c:h", options, NULL)) != -1;) {
		if (take_option(wish, code))
			continue;
		(void)fprintf(stderr, "counter: see counter --help\n");
		return false;
	}
	if (optind < argc)
		(void)fprintf(stderr, "counter: unexpected argument; see counter --help\n");
	return optind == argc;
}

/* --- the window and its threads --- */

static void
wake(void *self)
{
	const struct program *program = self;
	window_wake(program->window);
}

static void
ready(void *self)
{
	(void)self;
	(void)sd_notify(0, "READY=1");
}

static void *
counter_thread(void *self)
{
	struct program *program = self;
	program->counter_ok = counter_run(&program->setup, &program->counter_error);
	wake(program); /* its end of the channel is closed: the shell must look */
	return NULL;
}

/* The counter thread takes them from its own loop. */
static void
block_signals(void)
{
	sigset_t set;
	(void)sigemptyset(&set);
	(void)sigaddset(&set, SIGTERM);
	(void)sigaddset(&set, SIGINT);
	(void)sigaddset(&set, SIGHUP);
	(void)pthread_sigmask(SIG_BLOCK, &set, NULL);
	(void)signal(SIGPIPE, SIG_IGN);
}

static bool
start_counter(struct program *program, struct error *err)
{
	struct counter_setup *setup = &program->setup;
	*setup = (struct counter_setup){ .store = program->conf.store,
		.catalogue = program->conf.catalogue,
		.sync_socket = program->conf.sync_socket,
		.device_socket = program->conf.device_socket,
		.print_folder = program->conf.print_folder,
		.wake = wake,
		.wake_self = program,
		.ready = ready,
		.signals = true };
	if (!counter_conf_key(&program->conf, &setup->key, err) || !channel_pair(&program->shell, &setup->shell, err))
		return false;
	setup->printer = pdf_printer_new();
	int r = pthread_create(&program->counter, NULL, counter_thread, program);
	return r == 0 || error_set_from(err, ERROR_SYSTEM, DOMAIN_ERRNO, r, "starting the counter thread: %s", strerror(r));
}

static struct tree_look
first_look(const struct counter_conf *conf)
{
	static const enum lang langs[LANGUAGES] = { LANG_EN, LANG_HANT, LANG_HANS };
	return (struct tree_look){ .theme = conf->contrast ? THEME_CONTRAST : THEME_LIGHT,
		.lang = langs[conf->language],
		.scale = (float)conf->scale_percent / PERCENT,
		.text_scale = (float)conf->text_percent / PERCENT };
}

static bool
work(struct program *program, const struct shell_watch *watch, struct error *err)
{
	struct shell_setup shell = { .window = program->window,
		.paint = program->paint,
		.counter = &program->shell,
		.look = first_look(&program->conf),
		.lock_minutes = (unsigned)program->conf.lock_minutes,
		.watch = *watch };
	if (!start_counter(program, err))
		return false;
	paint_warm(program->paint, &shell.look);
	bool ok = shell_run(&shell, err);
	(void)sd_notify(0, "STOPPING=1");
	channel_close(&program->shell); /* if the window failed, this ends the counter thread too */
	(void)pthread_join(program->counter, NULL);
	counter_forget(&program->setup);
	if (!ok || program->counter_ok)
		return ok;
	*err = program->counter_error;
	return false;
}

static bool
watched(struct program *program, struct error *err)
{
	const struct start_watcher *watcher = program->watcher;
	struct shell_watch watch = { 0 };
	if (watcher == NULL)
		return work(program, &watch, err);
	if (!watcher->begin(watcher->self, &watch, err))
		return false;
	bool ok = work(program, &watch, err);
	watcher->end(watcher->self);
	return ok;
}

static int
open_counter(const struct wish *wish, struct program *program)
{
	struct error err = { 0 };
	block_signals();
	say_start(program->conf.locale);
	struct window_options window = { .title = "e-Cert counter",
		.fullscreen = wish->fullscreen || program->conf.fullscreen,
		.clipboard = program->conf.clipboard };
	if (!window_open(&window, &program->window, &err))
		return fail("no-window", &err);
	program->paint = paint_new();
	bool ok = watched(program, &err);
	paint_free(program->paint);
	window_close(program->window);
	if (!ok)
		return fail("cannot-go-on", &err);
	LOG(LOG_LEVEL_INFO, "ended", log_kind("how", "as asked"));
	return EXIT_SUCCESS;
}

/* --- what else it can be asked for --- */

static int
say_text(const char *text)
{
	return fputs(text, stdout) >= 0 && fflush(stdout) == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

static int
provision(const struct wish *wish, const struct counter_conf *conf)
{
	struct error err = { 0 };
	if (counter_provision_run(conf, &wish->provision, PROVISION_S, &err))
		return EXIT_SUCCESS;
	(void)fprintf(stderr, "counter: %s\n", err.text);
	return EXIT_FAILURE;
}

static int
unlock(const struct wish *wish, const struct counter_conf *conf)
{
	struct error err = { 0 };
	if (counter_unlock_run(conf, wish->unlock, wish->provision.password_file, &err))
		return EXIT_SUCCESS;
	(void)fprintf(stderr, "counter: %s\n", err.text);
	return EXIT_FAILURE;
}

static int
with_configuration(const struct wish *wish, struct program *program)
{
	struct error err = { 0 };
	if (!counter_conf_read(wish->config, &program->conf, &err)) {
		(void)fail("bad-configuration", &err);
		return EX_CONFIG;
	}
	switch (wish->what) {
	case OPTION_PROVISION:
		return provision(wish, &program->conf);
	case OPTION_UNLOCK:
		return unlock(wish, &program->conf);
	case OPTION_PRINT_CATALOGUE:
		return counter_tool_print_catalogue(program->conf.catalogue, wish->training);
	case OPTION_VERIFY_LOG:
		return counter_tool_verify_log(program->conf.store);
	default:
		return open_counter(wish, program);
	}
}

static int
carry_out(const struct wish *wish, struct program *program)
{
	switch (wish->what) {
	case 'h':
		return say_text(help);
	case OPTION_VERSION:
		return say_text("counter " COUNTER_VERSION "\n");
	case OPTION_PRINT_CONFIG:
		counter_conf_print();
		return EXIT_SUCCESS;
	case OPTION_CHECK_CATALOGUE:
		return counter_tool_check_catalogue(wish->folder);
	case OPTION_PRINT_CATALOGUE:
		if (wish->folder != NULL)
			return counter_tool_print_catalogue(wish->folder, wish->training);
		break;
	case OPTION_VERIFY_LOG:
		if (wish->store != NULL)
			return counter_tool_verify_log(wish->store);
		break;
	default:
		break;
	}
	return with_configuration(wish, program);
}

int
start_run(int argc, char **argv, const struct start_watcher *watcher)
{
	struct wish wish;
	struct error err = { 0 };
	if (!sandbox_quiet(&err) || !sandbox_enter(SANDBOX_COUNTER, &err))
		return fail("no-sandbox", &err);
	secret_start();
	if (!read_command_line(argc, argv, &wish))
		return EX_USAGE;
	struct program *program = calloc(1, sizeof(*program));
	if (program == NULL)
		abort();
	program->watcher = watcher;
	program->shell.fd = -1;
	int status = carry_out(&wish, program);
	secret_wipe(&wish, sizeof(wish));
	free(program);
	return status;
}
