#pragma once
/*
 * Who is at the other end of a TLS connection. The library asks for a client certificate and does not insist; this is
 * where it is judged, once per connection, and the first thing that every handler looks at.
 */
#include <gnutls/gnutls.h>
#include <stdbool.h>
#include <stdint.h>

#include "sync/intake/issuer.h"

enum peer_verdict {
	PEER_UNKNOWN, /* not judged yet */
	PEER_NONE,    /* showed no certificate */
	PEER_FOREIGN, /* not of our CA, out of its time, or not a line certificate */
	PEER_LINE,    /* a counter's line certificate */
};

struct peer {
	enum peer_verdict verdict;
	char branch[ISSUER_BRANCH];   /* of PEER_LINE */
	char counter[ISSUER_COUNTER]; /* of PEER_LINE */
	int64_t expires_ms;           /* of PEER_LINE, UTC; a connection may outlive its certificate */
};

/* Judge a session whose handshake is over. Never PEER_UNKNOWN afterwards. */
void peer_judge(gnutls_session_t session, struct peer *out);
/* The verdict as of now_ms. */
enum peer_verdict peer_now(const struct peer *peer, int64_t now_ms);
