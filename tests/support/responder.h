#pragma once
/*
 * A centre that says what a test wants, over TLS 1.3: it reads whole requests on kept connections and asks the test for
 * each answer, down to answers that break off, come late or are no HTTP at all. Threads of the test's own process.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tests/support/authority.h"

#define RESPONDER_BODY (128u * 1024) /* bytes of an answer */

struct responder_request {
	const char *method, *path;
	const uint8_t *body; /* NUL behind it */
	size_t len;
	const char *client; /* CN of the client's certificate; "" if it showed none */
};

struct responder_reply {
	int status;
	char type[64];    /* of content; empty: none is named */
	char header[256]; /* more lines, each ending in \r\n */
	uint8_t body[RESPONDER_BODY];
	size_t len;
	bool raw;           /* the body is all that is sent */
	size_t break_after; /* bytes sent before the connection is broken off; 0: all are sent */
	unsigned delay_ms;  /* before anything is sent */
};

/* Called for one request at a time, from a thread of the responder; the reply is zeroed. */
typedef void (*responder_fn)(void *self, const struct responder_request *request, struct responder_reply *reply);

struct responder_settings {
	const struct authority_pair *server;
	const char *client_ca; /* PEM: whose client certificates are read */
	bool old_tls;          /* TLS 1.2 and nothing newer */
	uint16_t port;         /* on 127.0.0.1; 0: any */
	responder_fn answer;
	void *self;
};

struct responder;

struct responder *responder_start(const struct responder_settings *settings);
uint16_t responder_port(const struct responder *responder);
/* Break all connections off and wait for its threads. Accepts NULL. */
void responder_stop(struct responder *responder);
