#include "kiosk/counter/counter_tool.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "kiosk/base/text.h"
#include "kiosk/model/catalogue.h"
#include "kiosk/store/store.h"

#define PATH_MOST 4096u

static void
print_fault(void *self, const struct catalogue_fault *fault)
{
	(void)self;
	if (fault->line > 0)
		(void)printf("%s:%d: %s\n", fault->file, fault->line, fault->rule);
	else
		(void)printf("%s: %s\n", fault->file, fault->rule);
}

static bool
check(const char *folder, bool training)
{
	struct catalogue *catalogue = NULL;
	struct error err = { 0 };
	if (catalogue_load(folder, training, print_fault, NULL, &catalogue, &err)) {
		(void)printf("%s: good\n", catalogue_version(catalogue));
		catalogue_free(catalogue);
		return true;
	}
	(void)printf("refused: %s\n", err.text);
	return false;
}

int
counter_tool_check_catalogue(const char *folder)
{
	char path[PATH_MOST];
	struct stat status;
	bool ok = check(folder, false);
	if (text_format(path, sizeof(path), "%s/training", folder) && stat(path, &status) == 0)
		ok = check(folder, true) && ok;
	return ok ? EXIT_SUCCESS : EXIT_FAILURE;
}

int
counter_tool_print_catalogue(const char *folder, bool training)
{
	struct catalogue *catalogue = NULL;
	struct error err = { 0 };
	if (!catalogue_load(folder, training, print_fault, NULL, &catalogue, &err)) {
		(void)fprintf(stderr, "counter: %s\n", err.text);
		return EXIT_FAILURE;
	}
	catalogue_print(catalogue);
	catalogue_free(catalogue);
	return EXIT_SUCCESS;
}

int
counter_tool_verify_log(const char *store)
{
	struct store_audit_report report = { 0 };
	struct error err = { 0 };
	char head[65];
	if (!store_verify_log(store, &report, &err)) {
		(void)fprintf(stderr, "counter: %s\n", err.text);
		return EXIT_FAILURE;
	}
	if (report.first_bad != 0) {
		(void)printf("row %lld does not hold: %s\n", (long long)report.first_bad, report.rule);
		return EXIT_FAILURE;
	}
	text_hex((struct span){ report.head, sizeof(report.head) }, head, sizeof(head));
	(void)printf("%lld rows hold; head %s\n", (long long)report.rows, head);
	if (report.suspect > 0)
		(void)printf("%lld of them were written while the clock was not to be trusted\n", (long long)report.suspect);
	return EXIT_SUCCESS;
}
