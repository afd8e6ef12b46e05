/*
 * A peer that sends anything: each message is cut from the input, sent through a real channel, received and dispatched.
 * A byte of flags (bit 0: with a memfd, bit 1: that memfd is not sealed, bit 2: two of them, bits 4..6: state), a u16
 * length, then that many bytes as they go on the wire, header included.
 */
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include "kiosk/base/channel.h"
#include "kiosk/base/file.h"
#include "tests/fuzz/fuzz.h"

#define MOST_MESSAGES 64

struct seen {
	unsigned state;
	size_t len;
	bool memfd;
};

static bool
note(void *self, struct channel_message *message, struct error *err)
{
	struct seen *seen = self;
	(void)err;
	seen->len = message->body.len;
	seen->memfd = message->memfd >= 0;
	require(message->body.len <= 16 && message->type >= 1 && message->type <= 3);
	uint8_t sum = 0;
	for (size_t i = 0; i < message->body.len; i++)
		sum ^= message->body.at[i]; /* every byte can be read */
	return sum != 0xFF;
}

static bool
look(void *self, struct channel_message *message, struct error *err)
{
	struct span mapped = { 0 };
	if (!channel_map(message->memfd, 64, &mapped, err))
		return false;
	require(mapped.len <= 64);
	channel_unmap(&mapped);
	return note(self, message, err);
}

static const struct channel_rule rules[] = {
	{ 1, 1u << 0 | 1u << 1, 16, false, note },
	{ 2, 1u << 1, 4, true, look },
	{ 3, 1u << 2 | 1u << 7, 0, false, note },
};

static void
send_raw(int to, struct span message, int fd, size_t copies)
{
	union {
		char bytes[CMSG_SPACE(2 * sizeof(int))];
		struct cmsghdr align;
	} control = { .bytes = { 0 } };
	struct iovec part = { (void *)(uintptr_t)message.at, message.len };
	struct msghdr header = { .msg_iov = &part, .msg_iovlen = 1 };
	if (copies > 0) {
		header.msg_control = control.bytes;
		header.msg_controllen = CMSG_SPACE(copies * sizeof(int));
		struct cmsghdr *c = CMSG_FIRSTHDR(&header);
		c->cmsg_level = SOL_SOCKET;
		c->cmsg_type = SCM_RIGHTS;
		c->cmsg_len = CMSG_LEN(copies * sizeof(int));
		for (size_t i = 0; i < copies; i++)
			memcpy(CMSG_DATA(c) + i * sizeof(int), &fd, sizeof(fd));
	}
	require(sendmsg(to, &header, MSG_NOSIGNAL) == (ssize_t)message.len);
}

static int
some_memfd(bool sealed, struct span bytes)
{
	struct error err;
	int fd = -1;
	if (sealed)
		require(channel_memfd(bytes, &fd, &err));
	else
		fd = memfd_create("loose", MFD_CLOEXEC | MFD_ALLOW_SEALING);
	return fd;
}

static bool
one_message(struct channel *ours, int theirs, struct cursor *in)
{
	struct error err;
	uint8_t body[64];
	struct channel_message message;
	uint8_t flags = cursor_u8(in);
	struct span raw = cursor_take(in, cursor_u16le(in));
	if (!in->ok || raw.len == 0)
		return false;
	const size_t copies = (flags & 1) == 0 ? 0 : (flags & 4) == 0 ? 1 : 2;
	CLEANUP(file_close) int fd = copies == 0 ? -1 : some_memfd((flags & 2) == 0, raw);
	send_raw(theirs, raw, fd, copies);
	if (!channel_receive(ours, body, sizeof(body), 0, &message, &err)) {
		require(err.kind == ERROR_INVALID && (raw.len < 2 || raw.len > sizeof(body) + 2 || copies == 2));
		return true;
	}
	require(message.body.len == raw.len - 2 && memcmp(message.body.at, raw.at + 2, message.body.len) == 0);
	struct seen seen = { .state = (flags >> 4) & 7u };
	bool taken = channel_dispatch(rules, 3, seen.state, &seen, &message, &err);
	require(message.memfd == -1);
	require(!taken || seen.memfd == (message.type == 2));
	return true;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct error err;
	CLEANUP(channel_close) struct channel ours = { -1 };
	CLEANUP(channel_close) struct channel theirs = { -1 };
	struct cursor in = cursor_over((struct span){ data, size });
	require(channel_pair(&ours, &theirs, &err));
	for (unsigned i = 0; i < MOST_MESSAGES && one_message(&ours, theirs.fd, &in); i++)
		continue;
	return 0;
}
