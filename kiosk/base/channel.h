#pragma once
/*
 * A channel carries whole messages between two threads or two processes: a SOCK_SEQPACKET socket, one message at a
 * time, big things as sealed memfds. A message is a type (u16 little-endian) and its body. Each end has a table of what
 * it accepts and in which of its states; anything else closes the channel.
 */
#include "kiosk/base/attr.h"
#include "kiosk/base/buffer.h"
#include "kiosk/base/cursor.h"
#include "kiosk/base/error.h"

#define CHANNEL_MOST (192u * 1024u) /* bytes of one message, header included */

struct channel {
	int fd; /* owned; -1 when closed */
};

struct channel_message {
	uint16_t type;
	struct span body;
	int memfd; /* owned by whoever holds the message; -1 if none */
};

/* One row of what an end accepts. The handler returns false to close the channel. It may take message->memfd (set it to
 * -1); what it leaves is closed for it. */
struct channel_rule {
	uint16_t type;
	unsigned states; /* bit set over the end's own states: 1u << state */
	size_t most;     /* bytes of body */
	bool memfd;      /* must come with one; otherwise must come without */
	bool (*handle)(void *self, struct channel_message *message, struct error *err);
};

/* Two ends of one channel inside this process. Close-on-exec; non-blocking is off. */
NODISCARD bool channel_pair(struct channel *a, struct channel *b, struct error *err);
/* Listen at `path` (mode 0600, or 0660 when `group`); an old socket there is removed. */
NODISCARD bool channel_listen(const char *path, bool group, int *listener, struct error *err);
NODISCARD bool channel_accept(int listener, struct channel *out, struct error *err);
/* ERROR_GONE if nobody listens there. */
NODISCARD bool channel_connect(const char *path, struct channel *out, struct error *err);

/* Send one message, waiting at most timeout_ms. memfd -1 for none; it stays the caller's. ERROR_FULL when over
 * CHANNEL_MOST, ERROR_GONE, ERROR_TIMEOUT. */
NODISCARD bool channel_send(
	struct channel *to, uint16_t type, struct span body, int memfd, unsigned timeout_ms, struct error *err);
/* Receive one message into in[cap]; out->body points into it. timeout_ms 0 asks once, UINT_MAX waits for ever (only
 * for threads that own nothing else). ERROR_GONE at the end of the stream, ERROR_INVALID for a cut or headless message.
 */
NODISCARD bool channel_receive(
	struct channel *from, uint8_t *in, size_t cap, unsigned timeout_ms, struct channel_message *out, struct error *err);
/* Find the rule for a message and call it. ERROR_REFUSED (naming the type number) if it is unknown, not allowed in
 * `state`, too long, or with or without a memfd against its rule. */
NODISCARD bool channel_dispatch(const struct channel_rule *rules, size_t count, unsigned state, void *self,
	struct channel_message *message, struct error *err);
/* Accepts a closed one. */
void channel_close(struct channel *channel);

/* Put bytes into a memfd sealed against every change; the caller closes it. */
NODISCARD bool channel_memfd(struct span bytes, int *fd, struct error *err);
/* Map a sealed memfd read-only: ERROR_INVALID if it is not sealed or larger than `most`. channel_unmap() gives it back.
 */
NODISCARD bool channel_map(int fd, size_t most, struct span *out, struct error *err);
void channel_unmap(struct span *mapped);
