/* deviced, the product: the USB devices of this machine. */
#include "peripherals/deviced/deviced_program.h"

/* /proc: the names of programs that hold what we want; udev: what it knows of devices. */
static const struct landlock_folder folders[] = {
	{ "/dev/bus/usb", LANDLOCK_READ | LANDLOCK_WRITE },
	{ "/sys/bus/usb", LANDLOCK_READ },
	{ "/sys/devices", LANDLOCK_READ },
	{ "/run/udev", LANDLOCK_READ },
	{ "/proc", LANDLOCK_READ },
};

int
main(int argc, char **argv)
{
	return deviced_program("deviced", folders, sizeof(folders) / sizeof(folders[0]), argc, argv);
}
