/*
 * Loaded before a program (LD_PRELOAD) to end it at an exact call of those that make something durable or seen. The
 * environment tells it:
 *   KILL_AT=CALL:N          SIGKILL when the program is about to make its N-th CALL (from 1)
 *   KILL_AT=CALL:N:after    the same, right after that call has returned
 *   KILL_LOG=FILE           append the name of every call, to learn how many there are
 * The threads of a program count together; what goes to standard error is not counted.
 */
#include <fcntl.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#define NAME 16

/* There is nobody who could hand these on to a preloaded library. */
static atomic_int kill_shim_left; /* calls until the end; 0: never */
static bool kill_shim_after;
static char kill_shim_call[NAME];
static int kill_shim_log = -1;

__attribute__((constructor)) static void
begin(void)
{
	const char *at = getenv("KILL_AT"), *log = getenv("KILL_LOG");
	const char *colon = at != NULL ? strchr(at, ':') : NULL;
	char *end = NULL;
	if (log != NULL)
		kill_shim_log = open(log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
	if (colon == NULL || (size_t)(colon - at) >= sizeof(kill_shim_call))
		return;
	memcpy(kill_shim_call, at, (size_t)(colon - at));
	atomic_store(&kill_shim_left, (int)strtol(colon + 1, &end, 10));
	kill_shim_after = strcmp(end, ":after") == 0;
}

static void
die(void)
{
	(void)syscall(SYS_kill, getpid(), SIGKILL);
}

/* True if this is the call after which the program ends. */
static bool
before(const char *call)
{
	char line[NAME + 1];
	int len = snprintf(line, sizeof(line), "%s\n", call);
	if (kill_shim_log >= 0)
		(void)syscall(SYS_write, kill_shim_log, line, (size_t)len);
	if (strcmp(call, kill_shim_call) != 0 || atomic_fetch_sub(&kill_shim_left, 1) != 1)
		return false;
	if (!kill_shim_after)
		die();
	return true;
}

static long
after(bool last, long result)
{
	if (last)
		die();
	return result;
}

/* --- the calls, as the C library has them --- */

int
fsync(int fd)
{
	bool last = before("fsync");
	return (int)after(last, syscall(SYS_fsync, fd));
}

int
fdatasync(int fd)
{
	bool last = before("fdatasync");
	return (int)after(last, syscall(SYS_fdatasync, fd));
}

ssize_t
pwrite(int fd, const void *at, size_t len, off_t offset)
{
	bool last = before("pwrite");
	return after(last, syscall(SYS_pwrite64, fd, at, len, offset));
}

ssize_t
pwrite64(int fd, const void *at, size_t len, off64_t offset)
{
	return pwrite(fd, at, len, offset);
}

ssize_t
write(int fd, const void *at, size_t len)
{
	bool last = fd != STDERR_FILENO && before("write");
	return after(last, syscall(SYS_write, fd, at, len));
}

ssize_t
writev(int fd, const struct iovec *parts, int count)
{
	bool last = fd != STDERR_FILENO && before("write");
	return after(last, syscall(SYS_writev, fd, parts, count));
}

ssize_t
send(int fd, const void *at, size_t len, int flags)
{
	bool last = before("send");
	return after(last, syscall(SYS_sendto, fd, at, len, flags, NULL, 0));
}

ssize_t
sendmsg(int fd, const struct msghdr *message, int flags)
{
	bool last = before("sendmsg");
	return after(last, syscall(SYS_sendmsg, fd, message, flags));
}

int
ftruncate(int fd, off_t len)
{
	bool last = before("ftruncate");
	return (int)after(last, syscall(SYS_ftruncate, fd, len));
}

int
ftruncate64(int fd, off64_t len)
{
	return ftruncate(fd, len);
}

int
rename(const char *from, const char *to)
{
	bool last = before("rename");
	return (int)after(last, syscall(SYS_rename, from, to));
}

int
renameat2(int from_at, const char *from, int to_at, const char *to, unsigned flags)
{
	bool last = before("rename");
	return (int)after(last, syscall(SYS_renameat2, from_at, from, to_at, to, flags));
}

int
unlink(const char *path)
{
	bool last = before("unlink");
	return (int)after(last, syscall(SYS_unlink, path));
}
