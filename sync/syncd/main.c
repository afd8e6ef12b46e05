/* syncd: command line of the sync daemon. */
#include <curl/curl.h>
#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sysexits.h>

#include "kiosk/base/log.h"
#include "kiosk/base/sandbox.h"
#include "kiosk/base/secret.h"
#include "sync/syncd/syncd.h"

#define CONFIG_PATH "/etc/counter/syncd.conf"

static const char help[] = "Usage: syncd [OPTION]...\n"
						   "Takes sealed packets from the counter over a socket, keeps them on disk, and takes\n"
						   "them to the centre over mutual TLS 1.3 until it has a receipt for each.\n"
						   "\n"
						   "  -c, --config FILE   read FILE instead of " CONFIG_PATH "\n"
						   "      --print-config  print every setting with its default and meaning, and exit\n"
						   "      --check         read the configuration, say whether it is good, and exit\n"
						   "  -h, --help          print this, and exit\n"
						   "      --version       print the version, and exit\n"
						   "\n"
						   "Stops cleanly on SIGTERM and SIGINT. Exit status: 0 stopped as asked, 1 could not go\n"
						   "on, 64 wrong command line, 78 wrong configuration.\n";

enum option_code { OPTION_PRINT = 256, OPTION_CHECK, OPTION_VERSION };

static const struct option options[] = {
	{ "config", required_argument, NULL, 'c' },
	{ "print-config", no_argument, NULL, OPTION_PRINT },
	{ "check", no_argument, NULL, OPTION_CHECK },
	{ "help", no_argument, NULL, 'h' },
	{ "version", no_argument, NULL, OPTION_VERSION },
	{ 0 },
};

static int
say(const char *text)
{
	return fputs(text, stdout) >= 0 && fflush(stdout) == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

static int
fail(const char *event, const struct error *err)
{
	LOG(LOG_LEVEL_ERROR, event, log_error(err));
	return EXIT_FAILURE;
}

static int
serve(const char *config, bool check)
{
	static struct syncd_settings settings;
	struct syncd *syncd = NULL;
	struct error err = { 0 };
	if (!syncd_settings_read(config, &settings, &err)) {
		(void)fail("bad-configuration", &err);
		return EX_CONFIG;
	}
	if (check)
		return EXIT_SUCCESS;
	if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
		return EXIT_FAILURE;
	if (!syncd_open(&settings, &syncd, &err))
		return fail("cannot-start", &err);
	bool ok = syncd_run(syncd, &err);
	syncd_close(syncd);
	curl_global_cleanup();
	return ok ? EXIT_SUCCESS : fail("cannot-go-on", &err);
}

int
main(int argc, char **argv)
{
	const char *config = CONFIG_PATH;
	bool check = false;
	struct error err = { 0 };
	if (!sandbox_quiet(&err) || !sandbox_enter(SANDBOX_SYNCD, &err))
		return fail("no-sandbox", &err);
	(void)signal(SIGPIPE, SIG_IGN);
	secret_start();
	for (int code; (code = getopt_long(argc, argv, "c:h", options, NULL)) != -1;) {
		switch (code) {
		case 'c':
			config = optarg;
			break;
		case OPTION_CHECK:
			check = true;
			break;
		case OPTION_PRINT:
			syncd_settings_print();
			return fflush(stdout) == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
		case 'h':
			return say(help);
		case OPTION_VERSION:
			return say("syncd " COUNTER_VERSION "\n");
		default:
			return EX_USAGE;
		}
	}
	if (optind < argc) {
		(void)fprintf(stderr, "syncd: unexpected argument; see syncd --help\n");
		return EX_USAGE;
	}
	return serve(config, check);
}
