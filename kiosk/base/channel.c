#include "kiosk/base/channel.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "kiosk/base/clock.h"
#include "kiosk/base/file.h"

#define CHANNEL_HEADER  2u
#define CHANNEL_BUFFER  (2 * (int)CHANNEL_MOST) /* asked for; the kernel may give less */
#define CHANNEL_SPARE   64                      /* bytes the kernel keeps of a send buffer (unix_dgram_sendmsg: 32) */
#define CHANNEL_BACKLOG 8
#define CHANNEL_FDS     4 /* room for descriptors of one message; one is allowed, the others are closed */
#define CHANNEL_SEALS   (F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE)

union control {
	char bytes[CMSG_SPACE(CHANNEL_FDS * sizeof(int))];
	struct cmsghdr align;
};

static bool
system_error(struct error *err, const char *doing)
{
	int number = errno;
	return error_set_from(err, ERROR_SYSTEM, DOMAIN_ERRNO, number, "%s: %s", doing, strerror(number));
}

static bool
is_gone(int number)
{
	return number == EPIPE || number == ECONNRESET || number == ENOTCONN || number == ECONNREFUSED;
}

/* A failed sendmsg or recvmsg. */
static bool
transfer_error(struct error *err, const char *doing)
{
	int number = errno;
	if (is_gone(number))
		return error_set_from(err, ERROR_GONE, DOMAIN_ERRNO, number, "%s: the other end has closed", doing);
	if (number == EMSGSIZE)
		return error_set_from(err, ERROR_FULL, DOMAIN_ERRNO, number, "%s: larger than the socket takes", doing);
	return system_error(err, doing);
}

static int64_t
deadline_after(unsigned timeout_ms)
{
	return timeout_ms == UINT_MAX ? INT64_MAX : clock_monotonic_ms() + timeout_ms;
}

static int
time_left(int64_t deadline)
{
	if (deadline == INT64_MAX)
		return -1;
	int64_t left = deadline - clock_monotonic_ms();
	return left <= 0 ? 0 : left > INT_MAX ? INT_MAX : (int)left;
}

/* Wait until fd is ready for `events`, or the deadline. Readiness is only a hint; the caller tries again. */
static bool
wait_for(int fd, short events, int64_t deadline, struct error *err)
{
	for (;;) {
		struct pollfd ready = { .fd = fd, .events = events };
		int left = time_left(deadline);
		int n = poll(&ready, 1, left);
		if (n > 0)
			return true;
		if (n < 0 && errno != EINTR)
			return system_error(err, "waiting for a channel");
		if (n == 0 && left >= 0 && time_left(deadline) == 0)
			return error_set(err, ERROR_TIMEOUT, "the other end of the channel did not answer in time");
	}
}

/* A message must fit whole, so the send buffer has to hold one. */
static bool
make_room(int fd, struct error *err)
{
	int size = CHANNEL_BUFFER;
	int given = 0;
	socklen_t len = sizeof(given);
	if (setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &size, sizeof(size)) != 0 ||
		setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof(size)) != 0 ||
		getsockopt(fd, SOL_SOCKET, SO_SNDBUF, &given, &len) != 0)
		return system_error(err, "sizing a channel");
	if (given < (int)CHANNEL_MOST + CHANNEL_SPARE)
		return error_set(
			err, ERROR_SYSTEM, "the system gives a channel %d bytes (net.core.wmem_max is too small)", given);
	return true;
}

static bool
address_of(const char *path, struct sockaddr_un *out, struct error *err)
{
	size_t len = strlen(path);
	*out = (struct sockaddr_un){ .sun_family = AF_UNIX };
	if (len == 0 || len >= sizeof(out->sun_path))
		return error_set(err, ERROR_INVALID, "the path of a socket must have 1 to %zu bytes, not %zu",
			sizeof(out->sun_path) - 1, len);
	memcpy(out->sun_path, path, len);
	return true;
}

/* Remove what an earlier run left; anything but a socket stays and is an error. */
static bool
remove_old(const char *path, struct error *err)
{
	struct stat status;
	if (lstat(path, &status) != 0)
		return errno == ENOENT || system_error(err, path);
	if (!S_ISSOCK(status.st_mode))
		return error_set(err, ERROR_REFUSED, "%s is there and not a socket", path);
	if (unlink(path) != 0 && errno != ENOENT)
		return system_error(err, path);
	return true;
}

/* Descriptors that came with a message: the first one is kept, the others are closed. Returns how many there were. */
static size_t
take_descriptors(struct msghdr *header, int *kept)
{
	size_t count = 0;
	for (struct cmsghdr *c = CMSG_FIRSTHDR(header); c != NULL; c = CMSG_NXTHDR(header, c)) {
		if (c->cmsg_level != SOL_SOCKET || c->cmsg_type != SCM_RIGHTS)
			continue;
		size_t here = (c->cmsg_len - CMSG_LEN(0)) / sizeof(int);
		for (size_t i = 0; i < here; i++) {
			int fd = -1;
			memcpy(&fd, CMSG_DATA(c) + i * sizeof(int), sizeof(fd));
			if (count++ == 0)
				*kept = fd;
			else
				file_close(&fd);
		}
	}
	return count;
}

/* One recvmsg that does not wait, retried only for signals. */
static ssize_t
receive_now(int fd, struct msghdr *header)
{
	ssize_t n = 0;
	do
		n = recvmsg(fd, header, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
	while (n < 0 && errno == EINTR);
	return n;
}

/* What recvmsg brought, judged and put into *out. */
static bool
unpack(struct msghdr *header, size_t len, const uint8_t type[CHANNEL_HEADER], const uint8_t *in,
	struct channel_message *out, struct error *err)
{
	CLEANUP(file_close) int memfd = -1;
	size_t descriptors = take_descriptors(header, &memfd);
	if ((header->msg_flags & MSG_CTRUNC) != 0 || descriptors > 1)
		return error_set(err, ERROR_INVALID, "a message with more than one descriptor");
	if ((header->msg_flags & MSG_TRUNC) != 0)
		return error_set(err, ERROR_INVALID, "a message longer than its reader takes");
	if (len == 0)
		return error_set(err, ERROR_GONE, "the other end has closed");
	if (len < CHANNEL_HEADER)
		return error_set(err, ERROR_INVALID, "a message without a type");
	*out = (struct channel_message){
		.type = (uint16_t)(type[0] | type[1] << 8),
		.body = { in, len - CHANNEL_HEADER },
		.memfd = file_take(&memfd),
	};
	return true;
}

static const struct channel_rule *
rule_for(const struct channel_rule *rules, size_t count, uint16_t type)
{
	for (size_t i = 0; i < count; i++)
		if (rules[i].type == type)
			return &rules[i];
	return NULL;
}

static bool
check_rule(const struct channel_rule *rule, unsigned state, const struct channel_message *message, struct error *err)
{
	unsigned type = message->type;
	if (rule == NULL)
		return error_set(err, ERROR_REFUSED, "message type %u is unknown", type);
	if ((rule->states & 1u << state) == 0)
		return error_set(err, ERROR_REFUSED, "message type %u is not allowed in state %u", type, state);
	if (message->body.len > rule->most)
		return error_set(
			err, ERROR_REFUSED, "message type %u has %zu bytes, over %zu", type, message->body.len, rule->most);
	if (rule->memfd != (message->memfd >= 0))
		return error_set(
			err, ERROR_REFUSED, "message type %u must come %s a memfd", type, rule->memfd ? "with" : "without");
	return true;
}

bool
channel_pair(struct channel *a, struct channel *b, struct error *err)
{
	int fds[2];
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, fds) != 0)
		return system_error(err, "making a channel");
	CLEANUP(file_close) int one = fds[0];
	CLEANUP(file_close) int two = fds[1];
	if (!make_room(one, err) || !make_room(two, err))
		return false;
	a->fd = file_take(&one);
	b->fd = file_take(&two);
	return true;
}

bool
channel_listen(const char *path, bool group, int *listener, struct error *err)
{
	struct sockaddr_un address;
	mode_t mode = group ? 0660 : 0600;
	if (!address_of(path, &address, err) || !remove_old(path, err))
		return false;
	CLEANUP(file_close) int fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0)
		return system_error(err, "making a channel");
	/* bind() takes the mode from the socket, less the umask: closed from its first moment, opened afterwards */
	if (fchmod(fd, 0600) != 0 || bind(fd, (const struct sockaddr *)&address, sizeof(address)) != 0 ||
		chmod(path, mode) != 0 || listen(fd, CHANNEL_BACKLOG) != 0)
		return system_error(err, path);
	*listener = file_take(&fd);
	return true;
}

bool
channel_accept(int listener, struct channel *out, struct error *err)
{
	int r = -1;
	do
		r = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
	while (r < 0 && errno == EINTR);
	CLEANUP(file_close) int fd = r;
	if (fd < 0 && (errno == EAGAIN || errno == ECONNABORTED))
		return error_set(err, ERROR_TIMEOUT, "nobody is waiting to be accepted");
	if (fd < 0)
		return system_error(err, "accepting a channel");
	if (!make_room(fd, err))
		return false;
	out->fd = file_take(&fd);
	return true;
}

bool
channel_connect(const char *path, struct channel *out, struct error *err)
{
	struct sockaddr_un address;
	if (!address_of(path, &address, err))
		return false;
	/* non-blocking for the connect only: a full backlog must not hold us */
	CLEANUP(file_close) int fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0)
		return system_error(err, "making a channel");
	if (connect(fd, (const struct sockaddr *)&address, sizeof(address)) != 0) {
		int number = errno;
		enum error_kind kind = number == ENOENT || is_gone(number) ? ERROR_GONE
							   : number == EAGAIN                  ? ERROR_TIMEOUT
																   : ERROR_SYSTEM;
		return error_set_from(err, kind, DOMAIN_ERRNO, number, "connecting to %s: %s", path, strerror(number));
	}
	if (fcntl(fd, F_SETFL, 0) != 0)
		return system_error(err, "connecting");
	if (!make_room(fd, err))
		return false;
	out->fd = file_take(&fd);
	return true;
}

bool
channel_send(struct channel *to, uint16_t type, struct span body, int memfd, unsigned timeout_ms, struct error *err)
{
	uint8_t head[CHANNEL_HEADER] = { (uint8_t)type, (uint8_t)(type >> 8) };
	struct iovec parts[2] = { { head, sizeof(head) }, { (void *)(uintptr_t)body.at, body.len } };
	union control control = { .bytes = { 0 } };
	struct msghdr header = { .msg_iov = parts, .msg_iovlen = 2 };
	if (body.len > CHANNEL_MOST - CHANNEL_HEADER)
		return error_set(
			err, ERROR_FULL, "message type %u has %zu bytes, over %u", type, body.len, CHANNEL_MOST - CHANNEL_HEADER);
	if (to->fd < 0)
		return error_set(err, ERROR_GONE, "the channel is closed");
	if (memfd >= 0) {
		header.msg_control = control.bytes;
		header.msg_controllen = CMSG_SPACE(sizeof(int));
		struct cmsghdr *c = CMSG_FIRSTHDR(&header);
		c->cmsg_level = SOL_SOCKET;
		c->cmsg_type = SCM_RIGHTS;
		c->cmsg_len = CMSG_LEN(sizeof(int));
		memcpy(CMSG_DATA(c), &memfd, sizeof(memfd));
	}
	const int64_t deadline = deadline_after(timeout_ms);
	for (;;) {
		if (sendmsg(to->fd, &header, MSG_NOSIGNAL | MSG_DONTWAIT) >= 0)
			return true;
		if (errno == EINTR)
			continue;
		if (errno != EAGAIN)
			return transfer_error(err, "sending");
		if (!wait_for(to->fd, POLLOUT, deadline, err))
			return error_in(err, "sending message type %u", type);
	}
}

bool
channel_receive(
	struct channel *from, uint8_t *in, size_t cap, unsigned timeout_ms, struct channel_message *out, struct error *err)
{
	if (from->fd < 0)
		return error_set(err, ERROR_GONE, "the channel is closed");
	const int64_t deadline = deadline_after(timeout_ms);
	for (;;) {
		uint8_t type[CHANNEL_HEADER];
		struct iovec parts[2] = { { type, sizeof(type) }, { in, cap } };
		union control control;
		struct msghdr header = {
			.msg_iov = parts, .msg_iovlen = 2, .msg_control = control.bytes, .msg_controllen = sizeof(control.bytes)
		};
		ssize_t n = receive_now(from->fd, &header);
		if (n >= 0)
			return unpack(&header, (size_t)n, type, in, out, err);
		if (errno != EAGAIN)
			return transfer_error(err, "receiving");
		if (!wait_for(from->fd, POLLIN, deadline, err))
			return error_in(err, "receiving");
	}
}

bool
channel_dispatch(const struct channel_rule *rules, size_t count, unsigned state, void *self,
	struct channel_message *message, struct error *err)
{
	assert(state < sizeof(unsigned) * CHAR_BIT);
	const struct channel_rule *rule = rule_for(rules, count, message->type);
	bool ok = check_rule(rule, state, message, err) && rule->handle(self, message, err);
	file_close(&message->memfd);
	return ok;
}

void
channel_close(struct channel *channel)
{
	file_close(&channel->fd);
}

bool
channel_memfd(struct span bytes, int *fd, struct error *err)
{
	CLEANUP(file_close) int made = memfd_create("counter", MFD_CLOEXEC | MFD_ALLOW_SEALING);
	if (made < 0)
		return system_error(err, "making a memfd");
	for (struct span rest = bytes; rest.len > 0;) {
		ssize_t n = write(made, rest.at, rest.len);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return system_error(err, "filling a memfd");
		rest.at += n;
		rest.len -= (size_t)n;
	}
	if (fcntl(made, F_ADD_SEALS, CHANNEL_SEALS) != 0)
		return system_error(err, "sealing a memfd");
	*fd = file_take(&made);
	return true;
}

bool
channel_map(int fd, size_t most, struct span *out, struct error *err)
{
	struct stat status;
	int seals = fcntl(fd, F_GET_SEALS);
	if (seals < 0 || (seals & CHANNEL_SEALS) != CHANNEL_SEALS)
		return error_set(err, ERROR_INVALID, "not a sealed memfd");
	if (fstat(fd, &status) != 0)
		return system_error(err, "looking at a memfd");
	if (status.st_size < 0 || (uintmax_t)status.st_size > most)
		return error_set(err, ERROR_INVALID, "a memfd of %jd bytes, over %zu", (intmax_t)status.st_size, most);
	size_t len = (size_t)status.st_size;
	if (len == 0) {
		*out = (struct span){ 0 };
		return true;
	}
	const void *at = mmap(NULL, len, PROT_READ, MAP_PRIVATE, fd, 0);
	if (at == MAP_FAILED)
		return system_error(err, "mapping a memfd");
	*out = (struct span){ at, len };
	return true;
}

void
channel_unmap(struct span *mapped)
{
	if (mapped->at != NULL)
		(void)munmap((void *)(uintptr_t)mapped->at, mapped->len);
	*mapped = (struct span){ 0 };
}
