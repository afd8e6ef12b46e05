#pragma once
/*
 * A port over a port that writes down what passes, for replay_port.c. It writes everything, PINs too: only for tests
 * and training.
 */
#include <stdio.h>

#include "peripherals/port/port.h"

struct record_port {
	struct port inner; /* owned once record_port() was called: closed with this one */
	FILE *out;         /* borrowed */
};

struct port record_port(struct record_port *state);
