#include "tests/support/intrude.h"

#include <dirent.h>
#include <errno.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

#define FAR_BELOW 8192 /* bytes under the stack pointer: nothing of the thread lies there */
#define TEXT_MOST 256

static void
need(bool ok, const char *what)
{
	if (ok)
		return;
	perror(what);
	abort();
}

unsigned
intrude_threads(pid_t process, pid_t out[INTRUDE_THREADS])
{
	char path[64];
	unsigned count = 0;
	(void)snprintf(path, sizeof(path), "/proc/%d/task", (int)process);
	DIR *folder = opendir(path);
	need(folder != NULL, path);
	for (const struct dirent *entry; (entry = readdir(folder)) != NULL && count < INTRUDE_THREADS;)
		if (entry->d_name[0] != '.')
			out[count++] = (pid_t)strtol(entry->d_name, NULL, 10);
	(void)closedir(folder);
	return count;
}

#ifdef __x86_64__

bool
intrude_possible(void)
{
	return geteuid() == 0;
}

static void
write_text(pid_t thread, uint64_t at, const char *text)
{
	uint64_t words[TEXT_MOST / 8] = { 0 };
	need(strlen(text) < sizeof(words), "a text that is too long");
	memcpy(words, text, strlen(text));
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		need(ptrace(PTRACE_POKEDATA, thread, (void *)(uintptr_t)(at + 8 * i), (void *)(uintptr_t)words[i]) == 0,
			"writing into a thread");
}

static void
set_arguments(struct user_regs_struct *regs, const long arguments[6])
{
	regs->rdi = (unsigned long)arguments[0];
	regs->rsi = (unsigned long)arguments[1];
	regs->rdx = (unsigned long)arguments[2];
	regs->r10 = (unsigned long)arguments[3];
	regs->r8 = (unsigned long)arguments[4];
	regs->r9 = (unsigned long)arguments[5];
}

/* One step over the instruction that enters the kernel. */
static long
step_over(pid_t thread, const struct user_regs_struct *before)
{
	struct user_regs_struct after;
	int status = 0;
	need(ptrace(PTRACE_SINGLESTEP, thread, NULL, NULL) == 0, "stepping a thread");
	need(waitpid(thread, &status, __WALL) == thread, "waiting for a thread");
	if (WIFSIGNALED(status) || (WIFSTOPPED(status) && WSTOPSIG(status) == SIGSYS))
		return -1000 - (WIFSIGNALED(status) ? WTERMSIG(status) : SIGSYS);
	if (WIFEXITED(status)) /* another thread was told first */
		return -1000 - SIGSYS;
	need(ptrace(PTRACE_GETREGS, thread, NULL, &after) == 0, "reading a thread");
	need(ptrace(PTRACE_SETREGS, thread, NULL, before) == 0, "restoring a thread");
	need(ptrace(PTRACE_DETACH, thread, NULL, NULL) == 0, "letting a thread go");
	return (long)after.rax;
}

long
intrude(pid_t thread, long number, const long arguments[6], const char *text, unsigned text_at)
{
	struct user_regs_struct before, regs;
	long with_text[6];
	int status = 0;
	need(ptrace(PTRACE_ATTACH, thread, NULL, NULL) == 0, "holding a thread");
	need(waitpid(thread, &status, __WALL) == thread && WIFSTOPPED(status), "waiting for a thread");
	need(ptrace(PTRACE_GETREGS, thread, NULL, &before) == 0, "reading a thread");
	memcpy(with_text, arguments, sizeof(with_text));
	if (text != NULL) {
		uint64_t at = (before.rsp - FAR_BELOW) & ~(uint64_t)15;
		write_text(thread, at, text);
		with_text[text_at] = (long)at;
	}
	regs = before;
	set_arguments(&regs, with_text);
	errno = 0;
	long instruction = ptrace(PTRACE_PEEKTEXT, thread, (void *)(uintptr_t)(regs.rip - 2), NULL);
	need(errno == 0 && (instruction & 0xFFFF) == 0x050F, "the thread does not wait in a system call");
	regs.rip -= 2;
	regs.rax = (unsigned long)number;
	regs.orig_rax = (unsigned long)-1; /* what it waits for is not begun again now */
	need(ptrace(PTRACE_SETREGS, thread, NULL, &regs) == 0, "changing a thread");
	return step_over(thread, &before);
}

#else

bool
intrude_possible(void)
{
	return false;
}

long
intrude(pid_t thread, long number, const long arguments[6], const char *text, unsigned text_at)
{
	(void)thread, (void)number, (void)arguments, (void)text, (void)text_at;
	abort();
}

#endif
