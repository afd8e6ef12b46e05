/* counter-training: the counter with somebody who looks on through COUNTER_DRIVER_FD. Never packaged. */
#include <stdlib.h>

#include "kiosk/shell/start.h"
#include "tests/driver/driver.h"

#define DRIVER_FD "COUNTER_DRIVER_FD"

static bool
begin(void *self, struct shell_watch *out, struct error *err)
{
	struct driver **driver = self;
	const char *number = getenv(DRIVER_FD);
	char *end = NULL;
	if (number == NULL)
		return error_set(err, ERROR_GONE, "%s is not set: nobody looks on", DRIVER_FD);
	long fd = strtol(number, &end, 10);
	if (end == number || *end != '\0' || fd < 3 || fd > 1023)
		return error_set(err, ERROR_INVALID, "%s is not the number of a descriptor", DRIVER_FD);
	if (!driver_start((int)fd, driver, err))
		return false;
	*out = driver_watch(*driver);
	return true;
}

static void
end(void *self)
{
	struct driver **driver = self;
	driver_stop(*driver);
	*driver = NULL;
}

int
main(int argc, char **argv)
{
	struct driver *driver = NULL;
	const struct start_watcher watcher = { begin, end, &driver };
	return start_run(argc, argv, &watcher);
}
