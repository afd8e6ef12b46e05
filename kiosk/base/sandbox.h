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
};

/* Core dumps off, PR_SET_DUMPABLE 0, no_new_privs; RLIMIT_CORE 0. Every program calls it, also those without a profile.
 */
NODISCARD bool sandbox_quiet(struct error *err);
/* Load the seccomp filter of the profile for all threads (TSYNC). Forbidden calls fail with EPERM, except execve and
 * ptrace and module, mount and reboot families, which kill the process. ERROR_SYSTEM if the kernel has no seccomp. */
NODISCARD bool sandbox_enter(enum sandbox_profile profile, struct error *err);
