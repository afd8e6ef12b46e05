#include <errno.h>
#include <fcntl.h>
#include <linux/net.h>
#include <linux/netlink.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/personality.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/timerfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include "kiosk/base/sandbox.h"
#include "tests/support/check.h"

/* What an attempt comes to in a process under a profile. */
enum fate { WORKS, DENIED, DEADLY };

struct attempt {
	const char *name;
	long (*act)(void); /* negative with errno on failure */
	enum fate counter, syncd, deviced;
};

static long
try_socket_unix(void)
{
	return socket(AF_UNIX, SOCK_SEQPACKET, 0);
}

static long
try_socketpair(void)
{
	int fds[2];
	return socketpair(AF_UNIX, SOCK_SEQPACKET, 0, fds);
}

static long
try_socket_inet(void)
{
	return socket(AF_INET, SOCK_STREAM, 0);
}

static long
try_socket_inet_with_high_bits(void)
{
	return syscall(SYS_socket, 0x100000000L | AF_INET, SOCK_STREAM, 0);
}

static long
try_socket_inet6(void)
{
	return socket(AF_INET6, SOCK_DGRAM, 0);
}

static long
try_socket_netlink(void)
{
	return socket(AF_NETLINK, SOCK_RAW, 0);
}

static long
try_device_events(void)
{
	return socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_KOBJECT_UEVENT);
}

static long
try_socket_packet(void)
{
	return socket(AF_PACKET, SOCK_RAW, 0);
}

static long
try_socket_vsock(void)
{
	return socket(AF_VSOCK, SOCK_STREAM, 0);
}

static long
try_socket_crypto(void)
{
	return socket(AF_ALG, SOCK_SEQPACKET, 0);
}

static long
try_socketpair_tipc(void)
{
	int fds[2];
	return socketpair(AF_TIPC, SOCK_SEQPACKET, 0, fds);
}

static long
try_exec(void)
{
	char *const argv[] = { (char[]){ "true" }, NULL };
	return execv("/bin/true", argv);
}

static long
try_execveat(void)
{
	char *const argv[] = { (char[]){ "true" }, NULL };
	return syscall(SYS_execveat, AT_FDCWD, "/bin/true", argv, NULL, 0);
}

static long
try_ptrace(void)
{
	return ptrace(PTRACE_TRACEME, 0, NULL, NULL);
}

static long
try_mount(void)
{
	return mount("none", "/nonexistent", "tmpfs", 0, NULL);
}

static long
try_reboot(void)
{
	return syscall(SYS_reboot, 0, 0, 0, NULL); /* wrong magic numbers: EINVAL at the worst */
}

static long
try_module(void)
{
	return syscall(SYS_finit_module, -1, "", 0);
}

static long
try_bpf(void)
{
	return syscall(SYS_bpf, -1, NULL, 0);
}

static long
try_keyctl(void)
{
	return syscall(SYS_keyctl, 0, 0, 0, 0, 0);
}

static long
try_userfaultfd(void)
{
	return syscall(SYS_userfaultfd, 0);
}

static long
try_io_uring(void)
{
	char params[256] = { 0 };
	return syscall(SYS_io_uring_setup, 1, params);
}

static long
try_reading_another_process(void)
{
	return syscall(SYS_process_vm_readv, getpid(), NULL, 0, NULL, 0, 0);
}

static long
try_unshare(void)
{
	return unshare(CLONE_FS); /* permitted to everybody outside */
}

static long
try_chroot(void)
{
	return chroot("/");
}

static long
try_personality(void)
{
	return personality(0xFFFFFFFF);
}

static long
try_setuid(void)
{
	return setuid(getuid());
}

static long
try_mknod(void)
{
	return mknod("/nonexistent/device", S_IFCHR, 0);
}

static long
try_typing_into_the_terminal(void)
{
	int r = ioctl(STDIN_FILENO, TIOCSTI, "x");
	return r != 0 && errno != EPERM ? 0 : r; /* ENOTTY is what comes without the filter */
}

static long
try_fork(void)
{
	pid_t child = fork();
	if (child == 0)
		_exit(0);
	return child;
}

static long
try_new_namespace(void)
{
	return syscall(SYS_clone, CLONE_NEWUSER | SIGCHLD, NULL, NULL, NULL, NULL);
}

static void *
do_nothing(void *self)
{
	return self;
}

static long
try_thread(void)
{
	pthread_t thread;
	return pthread_create(&thread, NULL, do_nothing, NULL) == 0 && pthread_join(thread, NULL) == 0 ? 0 : -1;
}

static long
try_what_an_event_loop_needs(void)
{
	sigset_t none;
	(void)sigemptyset(&none);
	return epoll_create1(EPOLL_CLOEXEC) >= 0 && eventfd(0, 0) >= 0 && timerfd_create(CLOCK_MONOTONIC, 0) >= 0 &&
				   signalfd(-1, &none, 0) >= 0
			   ? 0
			   : -1;
}

static long
try_what_the_store_and_the_display_need(void)
{
	void *at = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	struct flock lock = { .l_type = F_RDLCK, .l_whence = SEEK_SET, .l_len = 1 };
	int memfd = memfd_create("test", MFD_ALLOW_SEALING);
	return at != MAP_FAILED && memfd >= 0 && fcntl(memfd, F_SETLK, &lock) == 0 && fsync(memfd) == 0 &&
				   syscall(SYS_getrandom, at, 16, 0) == 16
			   ? 0
			   : -1;
}

/* clang-format off */
static const struct attempt attempts[] = {
	{ "socket AF_UNIX",        try_socket_unix,                         WORKS,  WORKS,  WORKS },
	{ "socketpair AF_UNIX",    try_socketpair,                          WORKS,  WORKS,  WORKS },
	{ "socket AF_INET",        try_socket_inet,                         DENIED, WORKS,  DENIED },
	{ "socket AF_INET, high bits set", try_socket_inet_with_high_bits,  DENIED, DENIED, DENIED },
	{ "socket AF_INET6",       try_socket_inet6,                        DENIED, WORKS,  DENIED },
	{ "socket AF_NETLINK",     try_socket_netlink,                      DENIED, WORKS,  DENIED },
	{ "device events",         try_device_events,                       DENIED, WORKS,  WORKS },
	{ "socket AF_PACKET",      try_socket_packet,                       DENIED, DENIED, DENIED },
	{ "socket AF_VSOCK",       try_socket_vsock,                        DENIED, DENIED, DENIED },
	{ "socket AF_ALG",         try_socket_crypto,                       DENIED, DENIED, DENIED },
	{ "socketpair AF_TIPC",    try_socketpair_tipc,                     DENIED, DENIED, DENIED },
	{ "execve",                try_exec,                                DEADLY, DEADLY, DEADLY },
	{ "execveat",              try_execveat,                            DEADLY, DEADLY, DEADLY },
	{ "ptrace",                try_ptrace,                              DEADLY, DEADLY, DEADLY },
	{ "mount",                 try_mount,                               DEADLY, DEADLY, DEADLY },
	{ "reboot",                try_reboot,                              DEADLY, DEADLY, DEADLY },
	{ "finit_module",          try_module,                              DEADLY, DEADLY, DEADLY },
	{ "bpf",                   try_bpf,                                 DENIED, DENIED, DENIED },
	{ "keyctl",                try_keyctl,                              DENIED, DENIED, DENIED },
	{ "userfaultfd",           try_userfaultfd,                         DENIED, DENIED, DENIED },
	{ "io_uring_setup",        try_io_uring,                            DENIED, DENIED, DENIED },
	{ "process_vm_readv",      try_reading_another_process,             DENIED, DENIED, DENIED },
	{ "unshare",               try_unshare,                             DENIED, DENIED, DENIED },
	{ "chroot",                try_chroot,                              DENIED, DENIED, DENIED },
	{ "personality",           try_personality,                         DENIED, DENIED, DENIED },
	{ "setuid",                try_setuid,                              DENIED, DENIED, DENIED },
	{ "mknod",                 try_mknod,                               DENIED, DENIED, DENIED },
	{ "TIOCSTI",               try_typing_into_the_terminal,            DENIED, DENIED, DENIED },
	{ "fork",                  try_fork,                                DENIED, DENIED, DENIED },
	{ "clone, new namespace",  try_new_namespace,                       DENIED, DENIED, DENIED },
	{ "pthread_create",        try_thread,                              WORKS,  WORKS,  WORKS },
	{ "event loop",            try_what_an_event_loop_needs,            WORKS,  WORKS,  WORKS },
	{ "store and display",     try_what_the_store_and_the_display_need, WORKS,  WORKS,  WORKS },
};
/* clang-format on */

enum { REPORT_WORKS = 10, REPORT_DENIED, REPORT_FAILED, REPORT_NO_SANDBOX };

static int
report(long (*act)(void))
{
	errno = 0;
	return act() >= 0 ? REPORT_WORKS : errno == EPERM ? REPORT_DENIED : REPORT_FAILED;
}

struct bystander { /* a thread that was there before the sandbox */
	long (*act)(void);
	int go[2];
	int report;
};

static void *
stand_by(void *self)
{
	struct bystander *by = self;
	char c;
	if (read(by->go[0], &c, 1) == 1)
		by->report = report(by->act);
	return NULL;
}

static void *
act_in_thread(void *self)
{
	struct bystander *by = self;
	by->report = report(by->act);
	return NULL;
}

enum where { MAIN, LATER_THREAD, EARLIER_THREAD };

static _Noreturn void
attempt_in_child(enum sandbox_profile profile, long (*act)(void), enum where where)
{
	struct error err;
	struct bystander by = { .act = act, .go = { -1, -1 }, .report = REPORT_FAILED };
	pthread_t thread;
	if (where == EARLIER_THREAD && (pipe(by.go) != 0 || pthread_create(&thread, NULL, stand_by, &by) != 0))
		_exit(REPORT_FAILED);
	if (!sandbox_quiet(&err) || !sandbox_enter(profile, &err))
		_exit(REPORT_NO_SANDBOX);
	if (where == MAIN)
		_exit(report(act));
	if (where == EARLIER_THREAD && write(by.go[1], "x", 1) != 1)
		_exit(REPORT_FAILED);
	if (where == LATER_THREAD && pthread_create(&thread, NULL, act_in_thread, &by) != 0)
		_exit(REPORT_FAILED);
	(void)pthread_join(thread, NULL);
	_exit(by.report);
}

static void
check_fates(enum sandbox_profile profile, enum where where)
{
	for (size_t i = 0; i < sizeof(attempts) / sizeof(attempts[0]); i++) {
		enum fate fate = profile == SANDBOX_COUNTER ? attempts[i].counter
						 : profile == SANDBOX_SYNCD ? attempts[i].syncd
													: attempts[i].deviced;
		int status = 0;
		pid_t child = fork();
		if (child == 0)
			attempt_in_child(profile, attempts[i].act, where);
		assert_int_equal(waitpid(child, &status, 0), child);
		bool as_told = fate == DEADLY
						   ? WIFSIGNALED(status) && WTERMSIG(status) == SIGSYS
						   : WIFEXITED(status) && WEXITSTATUS(status) == (fate == WORKS ? REPORT_WORKS : REPORT_DENIED);
		if (!as_told)
			fail_msg("%s: wait status %04X", attempts[i].name, (unsigned)status);
	}
}

static void
counter_keeps_what_it_needs_and_nothing_else(void **state)
{
	(void)state;
	check_fates(SANDBOX_COUNTER, MAIN);
}

static void
syncd_may_dial_and_nothing_else(void **state)
{
	(void)state;
	check_fates(SANDBOX_SYNCD, MAIN);
}

static void
deviced_hears_of_devices_and_nothing_else(void **state)
{
	(void)state;
	check_fates(SANDBOX_DEVICED, MAIN);
}

static void
a_thread_made_later_is_inside(void **state)
{
	(void)state;
	check_fates(SANDBOX_COUNTER, LATER_THREAD);
	check_fates(SANDBOX_SYNCD, LATER_THREAD);
	check_fates(SANDBOX_DEVICED, LATER_THREAD);
}

static void
a_thread_made_before_is_inside_too(void **state)
{
	(void)state;
	check_fates(SANDBOX_COUNTER, EARLIER_THREAD);
}

static void
a_quiet_program_leaves_no_core_and_gains_nothing(void **state)
{
	(void)state;
	pid_t child = fork();
	if (child == 0) {
		struct error err;
		struct rlimit core = { 1, 1 };
		bool quiet = sandbox_quiet(&err) && getrlimit(RLIMIT_CORE, &core) == 0 && core.rlim_max == 0 &&
					 prctl(PR_GET_DUMPABLE) == 0 && prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) == 1;
		_exit(quiet ? 0 : 1);
	}
	int status = -1;
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(counter_keeps_what_it_needs_and_nothing_else),
		cmocka_unit_test(syncd_may_dial_and_nothing_else),
		cmocka_unit_test(deviced_hears_of_devices_and_nothing_else),
		cmocka_unit_test(a_thread_made_later_is_inside),
		cmocka_unit_test(a_thread_made_before_is_inside_too),
		cmocka_unit_test(a_quiet_program_leaves_no_core_and_gains_nothing),
	};
	return cmocka_run_group_tests_name("sandbox", tests, NULL, NULL);
}
