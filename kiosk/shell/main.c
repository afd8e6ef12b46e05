/* counter: the program. */
#include "kiosk/shell/start.h"

int
main(int argc, char **argv)
{
	return start_run(argc, argv, NULL);
}
