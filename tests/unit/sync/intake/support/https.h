#pragma once
/*
 * A client that can do what no decent client does: send half a request, the wrong length, somebody else's certificate.
 * HTTP/1.1 over TLS 1.3 by GnuTLS; every wait ends after 20 seconds.
 */
#include <gnutls/gnutls.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "kiosk/base/span.h"

struct https {
	int fd;
	gnutls_session_t session;
	gnutls_certificate_credentials_t credentials;
};

struct https_answer {
	int status;
	char media[64];
	char allow[64];
	char retry[16];
	uint8_t body[65536];
	size_t len;
	bool closes; /* the server said that it closes the connection */
};

/* Connect to localhost and shake hands, trusting `ca_pem`; with a client certificate unless it is NULL. Only TLS 1.3
 * unless `priorities` says otherwise. False when the handshake fails; nothing is left open then. */
bool https_open(struct https *out, uint16_t port, const char *ca_pem, const char *certificate_pem, const char *key_pem,
	const char *priorities);
/* False when the server is gone. */
bool https_send(struct https *to, const void *at, size_t len);
/* Read one whole answer. False when the connection ends or stalls before. */
bool https_receive(struct https *from, struct https_answer *out);
/* Send a request with Content-Length and read the answer. `media` may be NULL. */
bool https_ask(struct https *with, const char *method, const char *path, const char *media, struct span body,
	struct https_answer *out);
/* Close without a word. Accepts a closed one. */
void https_close(struct https *connection);
