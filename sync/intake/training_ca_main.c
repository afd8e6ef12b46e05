/* training_ca: a certification authority for training centres, in a program of its own and never packaged. */
#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <systemd/sd-daemon.h>
#include <systemd/sd-event.h>
#include <unistd.h>

#include "kiosk/base/clock.h"
#include "kiosk/base/log.h"
#include "kiosk/base/sandbox.h"
#include "kiosk/base/secret.h"
#include "sync/intake/ca.h"
#include "sync/intake/ca_server.h"

enum { EXIT_OK = 0, EXIT_FAILED = 1, EXIT_USAGE = 2 };

struct options {
	const char *folder;
	const char *listen;
	bool group;
};

static const char help[] = "usage: training_ca --folder DIR [--listen SOCKET [--group]]\n"
						   "\n"
						   "Makes a training CA in DIR unless there is one, and with --listen answers\n"
						   "certificate requests of intake until SIGTERM.\n"
						   "\n"
						   "  --folder DIR     where ca-key.pem, ca.pem and issued/ lie\n"
						   "  --listen SOCKET  answer here (SOCK_SEQPACKET, mode 0600)\n"
						   "  --group          let the socket's group in too (mode 0660)\n"
						   "  --help           print this and exit\n"
						   "  --version        print the version and exit\n"
						   "\n"
						   "Exit status: 0 done or stopped by SIGTERM, 1 failed, 2 wrong usage.\n";

static int
on_question(sd_event_source *source, int listener, uint32_t events, void *self)
{
	CLEANUP(channel_close) struct channel peer = { .fd = -1 };
	const char *asked = NULL;
	struct error err;
	(void)source, (void)events;
	if (!channel_accept(listener, &peer, &err) || !ca_server_answer(self, &peer, &asked, &err))
		LOG(LOG_LEVEL_WARNING, "not_issued", log_error(&err));
	else
		LOG(LOG_LEVEL_INFO, "issued", log_kind("profile", asked));
	return 0;
}

static int
serve(struct ca *ca, const struct options *options)
{
	CLEANUP(file_close) int listener = -1;
	CLEANUP(sd_event_unrefp) sd_event *loop = NULL;
	struct error err;
	if (!channel_listen(options->listen, options->group, &listener, &err)) {
		LOG(LOG_LEVEL_ERROR, "cannot_listen", log_error(&err));
		return EXIT_FAILED;
	}
	if (sd_event_new(&loop) < 0 || sd_event_add_signal(loop, NULL, SIGTERM, NULL, NULL) < 0 ||
		sd_event_add_signal(loop, NULL, SIGINT, NULL, NULL) < 0 ||
		sd_event_add_io(loop, NULL, listener, EPOLLIN, on_question, ca) < 0) {
		log_write(LOG_LEVEL_ERROR, "no_event_loop", NULL, 0);
		return EXIT_FAILED;
	}
	(void)sd_event_set_watchdog(loop, 1);
	log_write(LOG_LEVEL_NOTICE, "ready", NULL, 0);
	(void)sd_notify(0, "READY=1");
	const int ended = sd_event_loop(loop);
	(void)sd_notify(0, "STOPPING=1");
	(void)unlink(options->listen);
	log_write(LOG_LEVEL_NOTICE, "stopped", NULL, 0);
	return ended < 0 ? EXIT_FAILED : EXIT_OK;
}

static int
run(const struct options *options)
{
	struct ca *ca = NULL;
	struct error err;
	bool opened = ca_open(options->folder, &ca, &err);
	if (!opened && err.kind == ERROR_GONE)
		opened = ca_make(options->folder, clock_now_ms(), &err) && ca_open(options->folder, &ca, &err);
	if (!opened) {
		LOG(LOG_LEVEL_ERROR, "no_ca", log_error(&err));
		return EXIT_FAILED;
	}
	const int status = options->listen != NULL ? serve(ca, options) : EXIT_OK;
	ca_close(ca);
	return status;
}

static int
usage(void)
{
	(void)fputs("training_ca: wrong usage; see training_ca --help\n", stderr);
	return EXIT_USAGE;
}

int
main(int argc, char **argv)
{
	static const struct option known[] = {
		{ "folder", required_argument, NULL, 'f' },
		{ "listen", required_argument, NULL, 'l' },
		{ "group", no_argument, NULL, 'g' },
		{ "help", no_argument, NULL, 'h' },
		{ "version", no_argument, NULL, 'v' },
		{ NULL, 0, NULL, 0 },
	};
	struct options options = { 0 };
	struct error err;
	sigset_t stop;
	for (int letter; (letter = getopt_long(argc, argv, "", known, NULL)) != -1;) {
		switch (letter) {
		case 'f':
			options.folder = optarg;
			break;
		case 'l':
			options.listen = optarg;
			break;
		case 'g':
			options.group = true;
			break;
		case 'h':
			return fputs(help, stdout) < 0 ? EXIT_FAILED : EXIT_OK;
		case 'v':
			return puts("training_ca " COUNTER_VERSION) < 0 ? EXIT_FAILED : EXIT_OK;
		default:
			return usage();
		}
	}
	if (optind != argc || options.folder == NULL || (options.group && options.listen == NULL))
		return usage();
	(void)sigemptyset(&stop);
	(void)sigaddset(&stop, SIGTERM);
	(void)sigaddset(&stop, SIGINT);
	(void)sigprocmask(SIG_BLOCK, &stop, NULL);
	if (!sandbox_quiet(&err)) {
		LOG(LOG_LEVEL_ERROR, "no_sandbox", log_error(&err));
		return EXIT_FAILED;
	}
	secret_start();
	return run(&options);
}
