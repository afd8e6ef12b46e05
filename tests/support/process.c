#include "tests/support/process.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define WAIT_STEPS   1000
#define WAIT_STEP_NS 10000000

/* linux/ptrace.h and sys/ptrace.h cannot be included together; this is the part of the former that is needed. */
struct call_info {
	uint8_t op, pad[3];
	uint32_t arch;
	uint64_t instruction, stack, number, arguments[6];
};
#define CALL_ENTRY 1

static void
need(bool ok, const char *what)
{
	if (ok)
		return;
	perror(what);
	abort();
}

static _Noreturn void
become(const char *const *argv, const char *log)
{
	int fd = open(log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
	if (fd < 0 || dup2(fd, STDERR_FILENO) < 0)
		_exit(126);
	/* the leak checker needs ptrace, which our programs give up; other reports must end them at once */
	(void)setenv("ASAN_OPTIONS", "detect_leaks=0:abort_on_error=1", 1);
	(void)execv(argv[0], (char *const *)(uintptr_t)argv);
	_exit(127);
}

void
process_start(const char *const *argv, const char *log, struct process *out)
{
	pid_t pid = fork();
	need(pid >= 0, "fork");
	if (pid == 0) {
		(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
		become(argv, log);
	}
	out->pid = pid;
}

static bool
counts(uint64_t number)
{
	switch (number) {
	case SYS_fsync:
	case SYS_fdatasync:
	case SYS_rename:
	case SYS_renameat2:
	case SYS_unlink:
	case SYS_ftruncate:
	case SYS_pwrite64:
	case SYS_sendmsg:
		return true;
	default:
		return false;
	}
}

/* What its end means to whoever waits for the tracer. */
static _Noreturn void
end_like(int status)
{
	if (WIFSIGNALED(status)) {
		(void)signal(WTERMSIG(status), SIG_DFL);
		(void)raise(WTERMSIG(status));
	}
	_exit(WIFEXITED(status) ? WEXITSTATUS(status) : 125);
}

static _Noreturn void
trace(pid_t pid, int count)
{
	int status = 0, seen = 0;
	if (waitpid(pid, &status, 0) != pid || !WIFSTOPPED(status))
		_exit(124);
	(void)ptrace(PTRACE_SETOPTIONS, pid, NULL, (void *)(uintptr_t)(PTRACE_O_TRACESYSGOOD | PTRACE_O_EXITKILL));
	for (int pass = 0;; pass = 0) {
		struct call_info info = { 0 };
		if (WIFSTOPPED(status) && WSTOPSIG(status) == (SIGTRAP | 0x80)) {
			(void)ptrace(PTRACE_GET_SYSCALL_INFO, pid, (void *)sizeof(info), &info);
			if (info.op == CALL_ENTRY && counts(info.number) && ++seen == count)
				(void)kill(pid, SIGKILL);
		} else if (WIFSTOPPED(status) && WSTOPSIG(status) != SIGTRAP) {
			pass = WSTOPSIG(status);
		}
		(void)ptrace(PTRACE_SYSCALL, pid, NULL, (void *)(intptr_t)pass);
		if (waitpid(pid, &status, 0) != pid)
			_exit(123);
		if (!WIFSTOPPED(status))
			end_like(status);
	}
}

/* The tracer hands on the signal to end. */
static pid_t traced_pid;

static void
hand_on(int number)
{
	(void)kill(traced_pid, number);
}

void
process_start_doomed(const char *const *argv, const char *log, int count, struct process *out)
{
	pid_t tracer = fork();
	need(tracer >= 0, "fork");
	if (tracer > 0) {
		out->pid = tracer;
		return;
	}
	(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
	pid_t pid = fork();
	if (pid < 0)
		_exit(122);
	if (pid == 0) {
		(void)ptrace(PTRACE_TRACEME, 0, NULL, NULL);
		become(argv, log);
	}
	traced_pid = pid;
	struct sigaction action = { .sa_handler = hand_on, .sa_flags = SA_RESTART };
	(void)sigaction(SIGTERM, &action, NULL);
	trace(pid, count);
}

bool
process_runs(struct process *process)
{
	siginfo_t info = { 0 };
	return process->pid > 0 && waitid(P_PID, (id_t)process->pid, &info, WEXITED | WNOHANG | WNOWAIT) == 0 &&
		   info.si_pid == 0;
}

int
process_wait(struct process *process)
{
	int status = 0;
	for (int step = 0; step < WAIT_STEPS; step++) {
		const struct timespec wait = { .tv_nsec = WAIT_STEP_NS };
		pid_t ended = waitpid(process->pid, &status, WNOHANG);
		need(ended >= 0, "waitpid");
		if (ended > 0) {
			process->pid = 0;
			return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
		}
		(void)nanosleep(&wait, NULL);
	}
	(void)kill(process->pid, SIGKILL);
	(void)waitpid(process->pid, &status, 0);
	process->pid = 0;
	return -SIGKILL;
}

int
process_end(struct process *process, int number)
{
	need(kill(process->pid, number) == 0, "kill");
	return process_wait(process);
}
