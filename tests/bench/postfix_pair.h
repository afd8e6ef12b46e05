#pragma once
/*
 * Two Postfix instances of this machine, one sending to the other over TLS 1.3 with a client certificate: the oldest
 * store-and-forward there is, both ends on disk. Needs root and the package postfix.
 */
#include <stdbool.h>
#include <stdint.h>

#include "tests/support/process.h"

struct postfix_pair {
	char folder[256];
	unsigned port;                   /* of the sender; the receiver has the next one */
	struct process sender, receiver; /* their masters; they die with us */
};

/* Whether Postfix is installed and we may start it. */
bool postfix_pair_possible(void);
/* Start both in `folder` (made, readable by others). False, having said why, if they do not run. */
bool postfix_pair_start(struct postfix_pair *pair, const char *folder);
/* Put `count` messages of `bytes` into the sender's deferred queue, let them go, and wait until the receiver has taken
 * them all. Nanoseconds from letting go; negative if they did not arrive in two minutes. */
int64_t postfix_pair_drain(struct postfix_pair *pair, int count, int bytes);
void postfix_pair_stop(struct postfix_pair *pair);
