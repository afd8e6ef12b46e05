/* clerk: works a counter without a window, for the kill table. Never packaged. */
#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

#include "kiosk/base/sandbox.h"
#include "kiosk/base/secret.h"
#include "tests/e2e/clerk.h"

static const char help[] =
	"Usage: clerk --config FILE --told FILE [OPTION]...\n"
	"Works two cases at a counter as a clerk would, and notes in the file told what the counter said.\n"
	"\n"
	"      --setup      instead: the supervisor's and the clerk's first morning\n"
	"      --cases N    finish N cases (1 to 4) instead of two\n"
	"      --kill-at I  die (SIGKILL) at the I-th boundary of a step of the flow: an odd one lies right after\n"
	"                   the command was sent, an even one right after the view came that shows it done\n"
	"\n"
	"Numbers and passwords come from the environment; see tests/e2e/kills. Exit status: 0 all was done, 2\n"
	"wrong command line, 3 something was not as it must be.\n";

static const struct option options[] = {
	{ "config", required_argument, NULL, 'c' },
	{ "told", required_argument, NULL, 't' },
	{ "setup", no_argument, NULL, 's' },
	{ "cases", required_argument, NULL, 'n' },
	{ "kill-at", required_argument, NULL, 'k' },
	{ "help", no_argument, NULL, 'h' },
	{ 0 },
};

struct wish {
	const char *config, *told;
	int cases, kill_at;
	bool setup;
};

static int
number(const char *text)
{
	char *end = NULL;
	long value = strtol(text, &end, 10);
	return *end == '\0' && value >= 1 && value <= 1000000 ? (int)value : 0;
}

static bool
take(struct wish *wish, int code)
{
	switch (code) {
	case 'c':
		wish->config = optarg;
		return true;
	case 't':
		wish->told = optarg;
		return true;
	case 's':
		wish->setup = true;
		return true;
	case 'n':
		wish->cases = number(optarg);
		return wish->cases >= 1 && wish->cases <= 4;
	case 'k':
		wish->kill_at = number(optarg);
		return wish->kill_at > 0;
	default:
		return false;
	}
}

static bool
read_command_line(int argc, char **argv, struct wish *wish)
{
	for (int code; (code = getopt_long(argc, argv, "", options, NULL)) != -1;) {
		if (code == 'h') {
			(void)fputs(help, stdout);
			exit(EXIT_SUCCESS);
		}
		if (!take(wish, code))
			return false;
	}
	return optind == argc && wish->config != NULL && wish->told != NULL;
}

int
main(int argc, char **argv)
{
	static struct clerk clerk;
	struct wish wish = { .cases = 2 };
	struct error err = { 0 };
	if (!sandbox_quiet(&err) || !sandbox_enter(SANDBOX_COUNTER, &err))
		clerk_fail("%s", err.text);
	secret_start();
	(void)signal(SIGPIPE, SIG_IGN);
	if (!read_command_line(argc, argv, &wish)) {
		(void)fputs("clerk: see clerk --help\n", stderr);
		return 2;
	}
	clerk.kill_at = wish.kill_at;
	clerk_start(&clerk, wish.config, wish.told);
	if (wish.setup)
		clerk_setup(&clerk);
	else
		clerk_cases(&clerk, (unsigned)wish.cases);
	clerk_stop(&clerk);
	return EXIT_SUCCESS;
}
