/* deviced-training: the same on an emulated bus, whose folder is named by UMOCKDEV_DIR; never packaged. */
#include <stdio.h>
#include <stdlib.h>
#include <sysexits.h>

#include "peripherals/deviced/deviced_program.h"

int
main(int argc, char **argv)
{
	const char *bus = getenv("UMOCKDEV_DIR");
	if (bus == NULL) {
		(void)fprintf(stderr, "deviced-training: UMOCKDEV_DIR is not set; there is no other bus for it\n");
		return EX_USAGE;
	}
	/* The emulated devices are behind sockets below this folder, and the emulator's news come to one made there. */
	const struct landlock_folder folders[] = {
		{ bus, LANDLOCK_READ | LANDLOCK_WRITE | LANDLOCK_SOCKETS },
		{ "/proc", LANDLOCK_READ },
	};
	return deviced_program("deviced-training", folders, sizeof(folders) / sizeof(folders[0]), argc, argv);
}
