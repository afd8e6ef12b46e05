#pragma once
/*
 * What a program gives up before it does anything else: core dumps, new privileges, system calls it never needs.
 * First act of main, single-threaded: a thread made before stays free.
 */
#include "kiosk/base/attr.h"
#include "kiosk/base/error.h"

enum sandbox_profile {
	SANDBOX_COUNTER, /* display, files, unix sockets; no network, no exec, no ptrace */
	SANDBOX_SYNCD,   /* network and its spool; no exec, no ptrace */
	SANDBOX_DEVICED, /* unix sockets and the kernel's device events; no network, no exec; see landlock.h for files */
};

/* Core dumps off, PR_SET_DUMPABLE 0, no_new_privs; RLIMIT_CORE 0. Every program calls it, also those without a profile.
 */
NODISCARD bool sandbox_quiet(struct error *err);
/*
 * Load the seccomp filter of the profile for all threads (TSYNC). Forbidden calls fail with EPERM, except execve and
 * ptrace and module, mount, swap and reboot families, which kill the process. New threads are allowed, new processes
 * are not: clone3 fails with ENOSYS, upon which the C library takes clone. ERROR_SYSTEM if the kernel has no seccomp.
 *
 * AddressSanitizer looks for leaks by ptrace from a process of its own at exit: a program built with it runs with
 * ASAN_OPTIONS=detect_leaks=0, or it fails at its end.
 */
NODISCARD bool sandbox_enter(enum sandbox_profile profile, struct error *err);
