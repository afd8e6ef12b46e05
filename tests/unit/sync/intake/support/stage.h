#pragma once
/*
 * A whole centre for one test: a CA and a centre in a folder of their own, a server in this process, counters with
 * certificates. Everything aborts or fails the test when it cannot.
 */
#include "sync/intake/ca.h"
#include "sync/intake/centre.h"
#include "sync/intake/server.h"
#include "tests/unit/sync/intake/support/https.h"

struct stage {
	char folder[256];      /* removed by stage_free() */
	char centre_path[300]; /* the centre's folder */
	char database[320];
	struct ca *ca;
	const char *issuer_path; /* socket of an issuer to use; NULL: the CA in this process */
	struct centre centre;
	struct server_config config;
	struct server *server; /* NULL while stopped */
	uint16_t port;
};

/* A key and its certificate, PEM. */
struct stage_pair {
	char key[1024];
	char certificate[8192];
};

struct stage_counter {
	char branch[ISSUER_BRANCH];
	char counter[ISSUER_COUNTER];
	struct stage_pair line, signing, opening;
};

void stage_new(struct stage *stage);
void stage_start(struct stage *stage);
/* With a store of the test's own in place of SQLite's. */
void stage_start_on(struct stage *stage, struct intake_store store);
void stage_stop(struct stage *stage);
void stage_free(struct stage *stage);

/* An issuer over a CA in this process; `ca` is borrowed. */
struct issuer stage_issuer(struct ca *ca);
/* A certificate of `ca`; begins at now_ms (0: now). */
void stage_certify(struct ca *ca, enum issuer_profile profile, const char *branch, const char *counter, int64_t now_ms,
	unsigned days, struct stage_pair *out);
/* A key and certificate out of the centre's folder. */
void stage_own_pair(
	const struct stage *stage, const char *key_file, const char *certificate_file, struct stage_pair *out);
void stage_counter(struct ca *ca, const char *branch, const char *counter, struct stage_counter *out);

/* The content of the packet `id` (a valid one, of an invented person); a text, the caller's. */
struct file_bytes stage_json(const char *id);
/* `json` signed by `signer` and sealed to the stage's centre; the caller's. */
struct file_bytes stage_seal(const struct stage *stage, const struct stage_pair *signer, const char *json);
/* The packet `id` of the counter that the id names. */
struct file_bytes stage_packet(const struct stage *stage, const struct stage_counter *counter, const char *id);
/* "/v1/packets/ID" */
const char *stage_path(const char *id, char out[static 64]);

/* Connect as this counter (NULL: without a client certificate); fails the test if that fails. */
void stage_connect(const struct stage *stage, const struct stage_pair *line, struct https *out);
/* PUT a packet on a connection; the status, -1 if no answer came. */
int stage_put(struct https *with, const char *id, const struct file_bytes *packet, struct https_answer *answer);
/* How many rows the packet table has; opened afresh. */
int64_t stage_rows(const struct stage *stage);
