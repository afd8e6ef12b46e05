#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include "kiosk/base/channel.h"
#include "kiosk/base/clock.h"
#include "kiosk/base/file.h"
#include "kiosk/base/text.h"
#include "tests/support/check.h"
#include "tests/support/folder.h"

struct ends {
	struct channel a, b;
	size_t descriptors; /* open when the test began */
	struct error err;
};

static size_t
open_descriptors(void)
{
	size_t n = 0;
	DIR *dir = opendir("/proc/self/fd");
	assert_non_null(dir);
	while (readdir(dir) != NULL)
		n++;
	(void)closedir(dir);
	return n;
}

static int
enter(void **state)
{
	static struct ends ends;
	ends = (struct ends){ .descriptors = open_descriptors() };
	*state = &ends;
	return channel_pair(&ends.a, &ends.b, &ends.err) ? 0 : -1;
}

/* Every test also shows that it left no descriptor open. */
static int
leave(void **state)
{
	struct ends *ends = *state;
	channel_close(&ends->a);
	channel_close(&ends->b);
	channel_close(&ends->b); /* a closed one is fine */
	return open_descriptors() == ends->descriptors ? 0 : -1;
}

static void
carries_whole_messages_in_order(void **state)
{
	struct ends *e = *state;
	uint8_t in[16];
	struct channel_message got;
	assert_true(channel_send(&e->a, 0xABCD, text_span("first"), -1, 1000, &e->err));
	assert_true(channel_send(&e->a, 7, (struct span){ 0 }, -1, 1000, &e->err));
	assert_true(channel_receive(&e->b, in, sizeof(in), 1000, &got, &e->err));
	assert_int_equal(got.type, 0xABCD);
	assert_int_equal(got.body.len, 5);
	assert_memory_equal(got.body.at, "first", 5);
	assert_int_equal(got.memfd, -1);
	assert_true(channel_receive(&e->b, in, sizeof(in), 0, &got, &e->err));
	assert_int_equal(got.type, 7);
	assert_int_equal(got.body.len, 0);
	assert_true(channel_send(&e->b, 1, text_span("back"), -1, 1000, &e->err));
	assert_true(channel_receive(&e->a, in, 4, 1000, &got, &e->err)); /* exactly as large as the body */
	assert_int_equal(got.body.len, 4);
}

static void
descriptors_do_not_outlive_an_exec(void **state)
{
	struct ends *e = *state;
	int memfd = -1;
	uint8_t in[4];
	struct channel_message got;
	assert_true(channel_memfd(text_span("x"), &memfd, &e->err));
	assert_true(channel_send(&e->a, 1, (struct span){ 0 }, memfd, 1000, &e->err));
	assert_true(channel_receive(&e->b, in, sizeof(in), 1000, &got, &e->err));
	const int fds[] = { e->a.fd, e->b.fd, memfd, got.memfd };
	for (size_t i = 0; i < 4; i++)
		assert_true((fcntl(fds[i], F_GETFD) & FD_CLOEXEC) != 0);
	file_close(&memfd);
	file_close(&got.memfd);
}

static void *
send_largest(void *state)
{
	struct ends *e = state;
	static uint8_t body[CHANNEL_MOST - 2];
	struct error err;
	for (unsigned i = 0; i < 20; i++) {
		memset(body, (int)i, sizeof(body));
		if (!channel_send(&e->a, (uint16_t)i, (struct span){ body, sizeof(body) }, -1, 5000, &err))
			return e;
	}
	return NULL;
}

static void
carries_the_largest_message_twenty_times(void **state)
{
	struct ends *e = *state;
	static uint8_t in[CHANNEL_MOST];
	pthread_t sender;
	void *failed = NULL;
	assert_int_equal(pthread_create(&sender, NULL, send_largest, e), 0);
	for (unsigned i = 0; i < 20; i++) {
		struct channel_message got;
		assert_true(channel_receive(&e->b, in, sizeof(in), 5000, &got, &e->err));
		assert_int_equal(got.type, i);
		assert_int_equal(got.body.len, CHANNEL_MOST - 2);
		assert_true(got.body.at[0] == i && got.body.at[got.body.len - 1] == i);
	}
	assert_int_equal(pthread_join(sender, &failed), 0);
	assert_null(failed);
}

/* Whatever the default of this machine is, a channel has asked for more. */
static void
buffers_are_larger_than_a_socket_has_by_itself(void **state)
{
	struct ends *e = *state;
	int fds[2];
	int plain = 0;
	socklen_t len = sizeof(plain);
	assert_int_equal(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, fds), 0);
	assert_int_equal(getsockopt(fds[0], SOL_SOCKET, SO_SNDBUF, &plain, &len), 0);
	for (size_t i = 0; i < 2; i++) {
		int ours = 0;
		file_close(&fds[i]);
		assert_int_equal(getsockopt(i == 0 ? e->a.fd : e->b.fd, SOL_SOCKET, SO_SNDBUF, &ours, &len), 0);
		assert_true(ours > plain);
	}
}

static void
one_byte_more_than_the_largest_is_refused(void **state)
{
	struct ends *e = *state;
	static uint8_t body[CHANNEL_MOST - 1];
	assert_false(channel_send(&e->a, 1, (struct span){ body, sizeof(body) }, -1, 0, &e->err));
	assert_int_equal(e->err.kind, ERROR_FULL);
	assert_true(channel_send(&e->a, 1, (struct span){ body, sizeof(body) - 1 }, -1, 0, &e->err));
}

static void
a_wait_ends_at_its_deadline(void **state)
{
	struct ends *e = *state;
	static uint8_t body[CHANNEL_MOST - 2];
	uint8_t in[4];
	struct channel_message got;
	int64_t before = clock_monotonic_ms();
	assert_false(channel_receive(&e->a, in, sizeof(in), 0, &got, &e->err));
	assert_int_equal(e->err.kind, ERROR_TIMEOUT);
	assert_true(clock_monotonic_ms() - before < 50);
	assert_false(channel_receive(&e->a, in, sizeof(in), 60, &got, &e->err));
	assert_int_equal(e->err.kind, ERROR_TIMEOUT);
	assert_true(clock_monotonic_ms() - before >= 60);

	unsigned sent = 0; /* nobody reads: the channel fills up */
	while (sent < 100 && channel_send(&e->a, 1, (struct span){ body, sizeof(body) }, -1, 20, &e->err))
		sent++;
	assert_in_range(sent, 1, 99);
	assert_int_equal(e->err.kind, ERROR_TIMEOUT);
}

static void
on_alarm(int signal)
{
	(void)signal;
}

static void
signals_neither_end_nor_stretch_a_wait(void **state)
{
	struct ends *e = *state;
	uint8_t in[4];
	struct channel_message got;
	const struct sigaction act = { .sa_handler = on_alarm };
	const struct itimerval often = { { 0, 3000 }, { 0, 3000 } };
	const struct itimerval never = { { 0, 0 }, { 0, 0 } };
	assert_int_equal(sigaction(SIGALRM, &act, NULL), 0);
	assert_int_equal(setitimer(ITIMER_REAL, &often, NULL), 0);
	int64_t before = clock_monotonic_ms();
	bool received = channel_receive(&e->a, in, sizeof(in), 200, &got, &e->err);
	int64_t took = clock_monotonic_ms() - before;
	assert_int_equal(setitimer(ITIMER_REAL, &never, NULL), 0);
	assert_false(received);
	assert_int_equal(e->err.kind, ERROR_TIMEOUT);
	assert_in_range(took, 200, 2000);
}

static void
the_end_of_the_other_side_is_seen(void **state)
{
	struct ends *e = *state;
	uint8_t in[8];
	struct channel_message got;
	assert_true(channel_send(&e->a, 5, text_span("last"), -1, 0, &e->err));
	channel_close(&e->a);
	assert_true(channel_receive(&e->b, in, sizeof(in), 0, &got, &e->err)); /* what was sent still arrives */
	assert_false(channel_receive(&e->b, in, sizeof(in), UINT_MAX, &got, &e->err));
	assert_int_equal(e->err.kind, ERROR_GONE);
	assert_false(channel_send(&e->b, 5, text_span("x"), -1, 1000, &e->err)); /* and no SIGPIPE */
	assert_int_equal(e->err.kind, ERROR_GONE);
	assert_false(channel_send(&e->a, 5, text_span("x"), -1, 0, &e->err));
	assert_int_equal(e->err.kind, ERROR_GONE);
	assert_false(channel_receive(&e->a, in, sizeof(in), 0, &got, &e->err));
	assert_int_equal(e->err.kind, ERROR_GONE);
}

static void
a_reset_is_an_end_too(void **state)
{
	struct ends *e = *state;
	uint8_t in[8];
	struct channel_message got;
	assert_true(channel_send(&e->b, 5, text_span("unread"), -1, 0, &e->err));
	channel_close(&e->a);
	assert_false(channel_receive(&e->b, in, sizeof(in), 0, &got, &e->err));
	assert_int_equal(e->err.kind, ERROR_GONE);
}

static void
cut_and_headless_messages_are_invalid(void **state)
{
	struct ends *e = *state;
	uint8_t in[4];
	struct channel_message got = { .type = 99 };
	assert_true(channel_send(&e->a, 1, text_span("12345"), -1, 0, &e->err));
	assert_false(channel_receive(&e->b, in, sizeof(in), 0, &got, &e->err));
	assert_int_equal(e->err.kind, ERROR_INVALID);
	assert_int_equal(send(e->a.fd, "x", 1, 0), 1);
	assert_false(channel_receive(&e->b, in, sizeof(in), 0, &got, &e->err));
	assert_int_equal(e->err.kind, ERROR_INVALID);
	assert_int_equal(got.type, 99); /* nothing was written */
}

/* Send `count` copies of one descriptor with one message, as a hostile peer may. */
static void
send_descriptors(int socket, size_t count, size_t body)
{
	union {
		char bytes[CMSG_SPACE(16 * sizeof(int))];
		struct cmsghdr align;
	} control = { .bytes = { 0 } };
	char bytes[8] = { 1 };
	struct iovec part = { bytes, body };
	struct msghdr header = { .msg_iov = &part,
		.msg_iovlen = 1,
		.msg_control = control.bytes,
		.msg_controllen = CMSG_SPACE(count * sizeof(int)) };
	struct cmsghdr *c = CMSG_FIRSTHDR(&header);
	c->cmsg_level = SOL_SOCKET;
	c->cmsg_type = SCM_RIGHTS;
	c->cmsg_len = CMSG_LEN(count * sizeof(int));
	for (size_t i = 0; i < count; i++) {
		int fd = STDIN_FILENO;
		memcpy(CMSG_DATA(c) + i * sizeof(int), &fd, sizeof(fd));
	}
	assert_int_equal(sendmsg(socket, &header, 0), body);
}

static void
surplus_descriptors_are_closed(void **state)
{
	struct ends *e = *state;
	uint8_t in[4];
	struct channel_message got;
	static const size_t counts[] = { 2, 4, 5, 16 }; /* 5 and 16 are more than there is room for */
	size_t before = open_descriptors();
	for (size_t i = 0; i < sizeof(counts) / sizeof(counts[0]); i++) {
		send_descriptors(e->a.fd, counts[i], 4);
		assert_false(channel_receive(&e->b, in, sizeof(in), 0, &got, &e->err));
		assert_int_equal(e->err.kind, ERROR_INVALID);
		assert_int_equal(open_descriptors(), before);
	}
	send_descriptors(e->a.fd, 1, 1); /* headless */
	assert_false(channel_receive(&e->b, in, sizeof(in), 0, &got, &e->err));
	assert_int_equal(open_descriptors(), before);
	send_descriptors(e->a.fd, 1, 8); /* too long */
	assert_false(channel_receive(&e->b, in, sizeof(in), 0, &got, &e->err));
	assert_int_equal(open_descriptors(), before);
}

/* When this process may open no more, the kernel drops the descriptor and says so only in a flag. */
static void
a_descriptor_that_cannot_arrive_is_noticed(void **state)
{
	struct ends *e = *state;
	uint8_t in[4];
	struct channel_message got;
	struct rlimit before;
	assert_int_equal(getrlimit(RLIMIT_NOFILE, &before), 0);
	send_descriptors(e->a.fd, 1, 4);
	const struct rlimit none = { 0, before.rlim_max };
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &none), 0);
	bool received = channel_receive(&e->b, in, sizeof(in), 0, &got, &e->err);
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &before), 0);
	assert_false(received);
	assert_int_equal(e->err.kind, ERROR_INVALID);
}

static void
big_things_travel_as_sealed_memfds(void **state)
{
	struct ends *e = *state;
	static uint8_t big[1u << 20];
	uint8_t in[4];
	struct channel_message got;
	struct span seen = { 0 };
	int memfd = -1;
	for (size_t i = 0; i < sizeof(big); i++)
		big[i] = (uint8_t)(i * 7);
	assert_true(channel_memfd((struct span){ big, sizeof(big) }, &memfd, &e->err));
	assert_true(channel_send(&e->a, 3, text_span("pic"), memfd, 0, &e->err));
	file_close(&memfd);
	assert_true(channel_receive(&e->b, in, sizeof(in), 0, &got, &e->err));
	assert_true(channel_map(got.memfd, sizeof(big), &seen, &e->err));
	assert_int_equal(seen.len, sizeof(big));
	assert_memory_equal(seen.at, big, sizeof(big));
	assert_int_equal(pwrite(got.memfd, "x", 1, 0), -1);
	assert_int_equal(ftruncate(got.memfd, 0), -1);
	assert_int_equal(mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, got.memfd, 0), MAP_FAILED);
	channel_unmap(&seen);
	assert_null(seen.at);
	channel_unmap(&seen);
	assert_false(channel_map(got.memfd, sizeof(big) - 1, &seen, &e->err));
	assert_int_equal(e->err.kind, ERROR_INVALID);
	file_close(&got.memfd);
}

static void
an_unsealed_memfd_is_not_mapped(void **state)
{
	struct ends *e = *state;
	struct span seen = { 0 };
	static const int parts[] = { 0, F_SEAL_WRITE, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE,
		F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW, F_SEAL_SEAL | F_SEAL_GROW | F_SEAL_WRITE };
	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
		int fd = memfd_create("test", MFD_CLOEXEC | MFD_ALLOW_SEALING);
		assert_int_equal(ftruncate(fd, 10), 0);
		assert_int_equal(fcntl(fd, F_ADD_SEALS, parts[i]), 0);
		assert_false(channel_map(fd, 100, &seen, &e->err));
		assert_int_equal(e->err.kind, ERROR_INVALID);
		file_close(&fd);
	}
	assert_false(channel_map(STDIN_FILENO, 100, &seen, &e->err)); /* no memfd at all */
	assert_false(channel_map(-1, 100, &seen, &e->err));
	int empty = -1;
	assert_true(channel_memfd((struct span){ 0 }, &empty, &e->err));
	assert_true(channel_map(empty, 0, &seen, &e->err));
	assert_int_equal(seen.len, 0);
	file_close(&empty);
}

struct handled {
	unsigned calls;
	int kept; /* a memfd that the handler took */
};

static bool
count_call(void *self, struct channel_message *message, struct error *err)
{
	struct handled *handled = self;
	(void)message;
	(void)err;
	handled->calls++;
	return true;
}

static bool
keep_memfd(void *self, struct channel_message *message, struct error *err)
{
	struct handled *handled = self;
	(void)err;
	handled->kept = message->memfd;
	message->memfd = -1;
	return true;
}

static bool
refuse_call(void *self, struct channel_message *message, struct error *err)
{
	(void)self;
	(void)message;
	return error_set(err, ERROR_REFUSED, "the handler says no");
}

static void
dispatch_calls_only_what_the_table_allows(void **state)
{
	static const struct channel_rule rules[] = {
		{ 1, 1u << 0 | 1u << 31, 4, false, count_call },
		{ 2, 1u << 1, 0, true, keep_memfd },
		{ 3, 1u << 1, 0, true, count_call },
		{ 4, 1u << 0, 0, false, refuse_call },
	};
	static const struct {
		uint16_t type;
		unsigned state;
		size_t len;
		bool memfd, taken;
		const char *text;
	} rows[] = {
		{ 1, 0, 0, false, true, NULL },
		{ 1, 0, 4, false, true, NULL },
		{ 1, 31, 4, false, true, NULL },
		{ 1, 0, 5, false, false, "message type 1 has 5 bytes, over 4" },
		{ 1, 1, 0, false, false, "message type 1 is not allowed in state 1" },
		{ 1, 0, 0, true, false, "message type 1 must come without a memfd" },
		{ 2, 1, 0, true, true, NULL },
		{ 2, 1, 0, false, false, "message type 2 must come with a memfd" },
		{ 3, 1, 0, true, true, NULL },
		{ 4, 0, 0, false, false, "the handler says no" },
		{ 5, 0, 0, true, false, "message type 5 is unknown" },
		{ 65535, 0, 0, false, false, "message type 65535 is unknown" },
	};
	struct ends *e = *state;
	static const uint8_t body[8];
	size_t before = open_descriptors();
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct handled handled = { 0, -1 };
		struct channel_message message = { rows[i].type, { body, rows[i].len }, rows[i].memfd ? dup(0) : -1 };
		bool taken = channel_dispatch(rules, 4, rows[i].state, &handled, &message, &e->err);
		assert_int_equal(taken, rows[i].taken);
		assert_int_equal(message.memfd, -1);
		if (!taken) {
			assert_int_equal(e->err.kind, ERROR_REFUSED);
			assert_string_equal(e->err.text, rows[i].text);
			assert_int_equal(handled.calls, 0);
		}
		assert_int_equal(handled.kept >= 0, rows[i].type == 2 && taken);
		file_close(&handled.kept);
		assert_int_equal(open_descriptors(), before); /* taken or not, the descriptor is gone */
	}
}

static void
listens_accepts_and_connects_on_a_path(void **state)
{
	struct ends *e = *state;
	char folder[256];
	char path[300];
	struct stat status;
	int listener = -1;
	uint8_t in[8];
	struct channel_message got;
	folder_new(folder);
	(void)snprintf(path, sizeof(path), "%s/sock", folder);
	(void)umask(022);
	channel_close(&e->a);
	channel_close(&e->b);
	assert_false(channel_connect(path, &e->a, &e->err));
	assert_int_equal(e->err.kind, ERROR_GONE);
	assert_true(channel_listen(path, false, &listener, &e->err));
	assert_int_equal(stat(path, &status), 0);
	assert_int_equal(status.st_mode & 07777, 0600);
	assert_false(channel_accept(listener, &e->b, &e->err)); /* nobody there, and no wait */
	assert_int_equal(e->err.kind, ERROR_TIMEOUT);
	assert_true(channel_connect(path, &e->a, &e->err));
	assert_true(channel_accept(listener, &e->b, &e->err));
	static uint8_t body[CHANNEL_MOST - 2];
	assert_true(channel_send(&e->a, 9, (struct span){ body, sizeof(body) }, -1, 1000, &e->err));
	assert_false(channel_receive(&e->b, in, sizeof(in), 1000, &got, &e->err)); /* too long for in[] */
	assert_true(channel_send(&e->b, 9, text_span("hello"), -1, 1000, &e->err));
	assert_true(channel_receive(&e->a, in, sizeof(in), 1000, &got, &e->err));
	assert_int_equal(fcntl(e->a.fd, F_GETFL) & O_NONBLOCK, 0);
	assert_int_equal(fcntl(e->b.fd, F_GETFL) & O_NONBLOCK, 0);
	file_close(&listener);
	channel_close(&e->a);
	assert_false(channel_connect(path, &e->a, &e->err)); /* the file is there, nobody listens */
	assert_int_equal(e->err.kind, ERROR_GONE);
	assert_true(channel_listen(path, true, &listener, &e->err)); /* an old socket goes */
	assert_int_equal(stat(path, &status), 0);
	assert_int_equal(status.st_mode & 07777, 0660);
	file_close(&listener);
	folder_remove(folder);
}

static void
a_full_backlog_does_not_hold_the_caller(void **state)
{
	struct ends *e = *state;
	char folder[256];
	char path[300];
	struct channel many[32];
	int listener = -1;
	size_t n = 0;
	folder_new(folder);
	(void)snprintf(path, sizeof(path), "%s/sock", folder);
	assert_true(channel_listen(path, false, &listener, &e->err));
	while (n < 32 && channel_connect(path, &many[n], &e->err))
		n++;
	assert_in_range(n, 1, 31);
	assert_int_equal(e->err.kind, ERROR_TIMEOUT);
	while (n > 0)
		channel_close(&many[--n]);
	file_close(&listener);
	folder_remove(folder);
}

static void
a_path_that_is_no_socket_stays(void **state)
{
	struct ends *e = *state;
	char folder[256];
	char path[300];
	int listener = -1;
	folder_new(folder);
	(void)snprintf(path, sizeof(path), "%s/precious", folder);
	assert_true(file_write(path, text_span("x"), 0600, &e->err));
	assert_false(channel_listen(path, false, &listener, &e->err));
	assert_int_equal(e->err.kind, ERROR_REFUSED);
	assert_int_equal(access(path, F_OK), 0);
	char longest[200];
	memset(longest, 'a', sizeof(longest) - 1);
	longest[sizeof(longest) - 1] = '\0';
	assert_false(channel_listen(longest, false, &listener, &e->err));
	assert_int_equal(e->err.kind, ERROR_INVALID);
	assert_false(channel_connect("", &e->a, &e->err));
	assert_int_equal(e->err.kind, ERROR_INVALID);
	assert_int_equal(listener, -1);
	folder_remove(folder);
}

int
main(void)
{
#define WITH_PAIR(test) cmocka_unit_test_setup_teardown(test, enter, leave)
	const struct CMUnitTest tests[] = {
		WITH_PAIR(carries_whole_messages_in_order),
		WITH_PAIR(descriptors_do_not_outlive_an_exec),
		WITH_PAIR(carries_the_largest_message_twenty_times),
		WITH_PAIR(buffers_are_larger_than_a_socket_has_by_itself),
		WITH_PAIR(one_byte_more_than_the_largest_is_refused),
		WITH_PAIR(a_wait_ends_at_its_deadline),
		WITH_PAIR(signals_neither_end_nor_stretch_a_wait),
		WITH_PAIR(the_end_of_the_other_side_is_seen),
		WITH_PAIR(a_reset_is_an_end_too),
		WITH_PAIR(cut_and_headless_messages_are_invalid),
		WITH_PAIR(surplus_descriptors_are_closed),
		WITH_PAIR(a_descriptor_that_cannot_arrive_is_noticed),
		WITH_PAIR(big_things_travel_as_sealed_memfds),
		WITH_PAIR(an_unsealed_memfd_is_not_mapped),
		WITH_PAIR(dispatch_calls_only_what_the_table_allows),
		WITH_PAIR(listens_accepts_and_connects_on_a_path),
		WITH_PAIR(a_full_backlog_does_not_hold_the_caller),
		WITH_PAIR(a_path_that_is_no_socket_stays),
	};
	return cmocka_run_group_tests_name("channel", tests, NULL, NULL);
}
