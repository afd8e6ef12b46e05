#pragma once
/*
 * The centre's HTTPS server: libmicrohttpd with GnuTLS, TLS 1.3 only, a client certificate asked for and judged once
 * per connection, a pool of epoll threads that read and open packets, one committer and one provisioner behind them.
 */
#include <stdint.h>

#include "kiosk/base/attr.h"
#include "kiosk/base/error.h"
#include "sync/intake/centre.h"
#include "sync/intake/intake_codes.h"
#include "sync/intake/intake_store.h"
#include "sync/intake/issuer.h"

struct server_config {
	const char *folder;      /* whose disk must keep its reserve */
	const char *centre_name; /* of the receipts */
	const char *address;     /* IPv4 or IPv6 address to listen on */
	uint16_t port;           /* 0: any */
	int listener;            /* a listening socket to use instead, the server's from server_start() on; -1: none */
	unsigned threads;        /* that read requests, 1..64 */
	unsigned connections;    /* most at once */
	unsigned idle_s;         /* a connection without a request is closed after this */
	unsigned request_s;      /* longest time for a body to come */
	uint64_t upload_memory;  /* bytes of all unfinished bodies */
	uint64_t disk_reserve;   /* bytes; below it nothing is stored */
};

/* The server borrows config (with its texts) and centre until server_stop(); store, codes and issuer are the server's
 * from server_start() on, also when it fails. */
struct server_parts {
	const struct centre *centre;
	struct intake_store store;
	struct intake_codes codes;
	struct issuer issuer;
};

struct server;

/* Listen and serve. ERROR_SYSTEM if the port cannot be had or the TLS key cannot be used. */
NODISCARD bool server_start(
	const struct server_config *config, struct server_parts parts, struct server **out, struct error *err);
/* The port it listens on. */
uint16_t server_port(const struct server *server);
/* Take no more connections, finish what is being stored, answer it, stop. Accepts NULL. */
void server_stop(struct server *server);
