#pragma once
/* The command line of deviced; what differs between the product and training is which folders it may reach. */
#include "kiosk/base/landlock.h"

/*
 * Main of both. The sandbox goes up before anything else: these folders, and those of the sockets. Gives the exit
 * status. name is that of the program, borrowed.
 */
int deviced_program(const char *name, const struct landlock_folder *folders, size_t count, int argc, char **argv);
