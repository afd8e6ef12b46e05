#pragma once
/*
 * System calls made in the threads of a running program, by ptrace: what an intruder in that thread could do. For
 * sandbox tests; needs root, and a machine whose system calls it knows (x86-64).
 */
#include <stdbool.h>
#include <sys/types.h>

#define INTRUDE_THREADS 64

/* Whether this machine and user can do it. */
bool intrude_possible(void);
/* The threads of a process, at most INTRUDE_THREADS; returns how many. */
unsigned intrude_threads(pid_t process, pid_t out[INTRUDE_THREADS]);
/*
 * Make one call in a thread that waits in a system call, and give its result: 0 or more, or minus the error number.
 * text, which may be NULL, is copied into the thread's stack and its address put in place of argument text_at (0 to 5).
 * When the call ends the program: minus 1000 minus the signal. Aborts when it cannot.
 */
long intrude(pid_t thread, long number, const long arguments[6], const char *text, unsigned text_at);
