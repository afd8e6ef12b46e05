#pragma once
/* The issuer behind a SOCK_SEQPACKET socket (training_ca --listen). */
#include "sync/intake/issuer.h"

/* `path` is copied. Nothing is connected yet: each question opens its own connection and waits at most 5 seconds
 * for its turn and 5 for the answer. */
struct issuer issuer_socket(const char *path);
