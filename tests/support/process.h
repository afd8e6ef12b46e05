#pragma once
/*
 * Programs that a test starts: their errors go to a file, they die with the test, and they can be made to die at an
 * exact system call. Functions abort when they cannot do what they say.
 */
#include <stdbool.h>
#include <sys/types.h>

/* The process that was started, or the one that traces it. */
struct process {
	pid_t pid;
};

/* argv ends with NULL; standard error is appended to `log`. */
void process_start(const char *const *argv, const char *log, struct process *out);
/*
 * The same, but the program is killed (SIGKILL) when it is about to enter its `count`-th call (from 1) of those that
 * make something durable or seen: fsync, fdatasync, rename, renameat2, unlink, ftruncate, pwrite, sendmsg.
 */
void process_start_doomed(const char *const *argv, const char *log, int count, struct process *out);
/* Whether it still runs. */
bool process_runs(struct process *process);
/* Send `signal` and wait at most ten seconds; exit status, or minus the signal that ended it. */
int process_end(struct process *process, int signal);
/* Wait at most ten seconds for it to end by itself; the same result. */
int process_wait(struct process *process);
