#include "kiosk/base/sandbox.h"

#include <errno.h>
#include <linux/netlink.h>
#include <sched.h>
#include <seccomp.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>

#define COUNT(table)   (sizeof(table) / sizeof((table)[0]))
#define LOW_HALF       UINT32_MAX /* of a 64-bit argument: what the kernel looks at when it takes an int */
#define LAST_DOMAIN    AF_NETLINK /* of the socket domains that any profile allows */
#define DOMAIN_BIT(af) (1u << (af))

/* What no program of ours calls in good faith: the process ends. */
static const int deadly[] = {
	/* another program */
	SCMP_SYS(execve),
	SCMP_SYS(execveat),
	/* another process's mind */
	SCMP_SYS(ptrace),
	/* the kernel's own code */
	SCMP_SYS(init_module),
	SCMP_SYS(finit_module),
	SCMP_SYS(delete_module),
	SCMP_SYS(create_module),
	SCMP_SYS(kexec_load),
	SCMP_SYS(kexec_file_load),
	SCMP_SYS(reboot),
	/* what is mounted where */
	SCMP_SYS(mount),
	SCMP_SYS(umount),
	SCMP_SYS(umount2),
	SCMP_SYS(pivot_root),
	SCMP_SYS(fsopen),
	SCMP_SYS(fsconfig),
	SCMP_SYS(fsmount),
	SCMP_SYS(fspick),
	SCMP_SYS(move_mount),
	SCMP_SYS(open_tree),
	SCMP_SYS(mount_setattr),
	SCMP_SYS(swapon),
	SCMP_SYS(swapoff),
};

/* What a library may try and live without: EPERM. */
static const int refused[] = {
	/* new processes; threads go through clone(), see refuse_processes() */
	SCMP_SYS(fork),
	SCMP_SYS(vfork),
	/* other processes */
	SCMP_SYS(process_vm_readv),
	SCMP_SYS(process_vm_writev),
	SCMP_SYS(process_madvise),
	SCMP_SYS(process_mrelease),
	SCMP_SYS(pidfd_getfd),
	SCMP_SYS(kcmp),
	SCMP_SYS(move_pages),
	SCMP_SYS(migrate_pages),
	/* parts of the kernel that have often been the way out */
	SCMP_SYS(bpf),
	SCMP_SYS(perf_event_open),
	SCMP_SYS(userfaultfd),
	SCMP_SYS(io_uring_setup),
	SCMP_SYS(io_uring_enter),
	SCMP_SYS(io_uring_register),
	SCMP_SYS(keyctl),
	SCMP_SYS(add_key),
	SCMP_SYS(request_key),
	SCMP_SYS(fanotify_init),
	SCMP_SYS(fanotify_mark),
	SCMP_SYS(modify_ldt),
	SCMP_SYS(vmsplice),
	SCMP_SYS(uselib),
	SCMP_SYS(lookup_dcookie),
	SCMP_SYS(nfsservctl),
	SCMP_SYS(vm86),
	SCMP_SYS(vm86old),
	SCMP_SYS(personality),
	/* other views of the system, and files by number */
	SCMP_SYS(chroot),
	SCMP_SYS(setns),
	SCMP_SYS(unshare),
	SCMP_SYS(open_by_handle_at),
	/* other identities */
	SCMP_SYS(setuid),
	SCMP_SYS(setgid),
	SCMP_SYS(setreuid),
	SCMP_SYS(setregid),
	SCMP_SYS(setresuid),
	SCMP_SYS(setresgid),
	SCMP_SYS(setfsuid),
	SCMP_SYS(setfsgid),
	SCMP_SYS(setgroups),
	SCMP_SYS(capset),
	/* the machine's settings */
	SCMP_SYS(settimeofday),
	SCMP_SYS(clock_settime),
	SCMP_SYS(clock_settime64),
	SCMP_SYS(stime),
	SCMP_SYS(sethostname),
	SCMP_SYS(setdomainname),
	SCMP_SYS(acct),
	SCMP_SYS(quotactl),
	SCMP_SYS(quotactl_fd),
	SCMP_SYS(syslog),
	SCMP_SYS(iopl),
	SCMP_SYS(ioperm),
	SCMP_SYS(vhangup),
	SCMP_SYS(mknod),
	SCMP_SYS(mknodat),
};

/* New kinds of process through clone(): every namespace, and whatever is not a thread. */
static const uint64_t clone_refused[] = { CLONE_NEWNS, CLONE_NEWUTS, CLONE_NEWIPC, CLONE_NEWUSER, CLONE_NEWPID,
	CLONE_NEWNET, CLONE_NEWCGROUP };

/* Typing into somebody else's terminal. */
static const uint64_t ioctl_refused[] = { TIOCSTI, TIOCLINUX };

static bool
filter_error(struct error *err, const char *doing, int result)
{
	return error_set_from(err, ERROR_SYSTEM, DOMAIN_ERRNO, -result, "%s: %s", doing, strerror(-result));
}

static bool
add_calls(scmp_filter_ctx filter, uint32_t action, const int *calls, size_t count, struct error *err)
{
	for (size_t i = 0; i < count; i++) {
		int r = seccomp_rule_add_array(filter, action, calls[i], 0, NULL);
		if (r < 0)
			return filter_error(err, "adding a call to the filter", r);
	}
	return true;
}

/* Refuse `call` when its argument `arg` compares. */
static bool
add_when(scmp_filter_ctx filter, int call, struct scmp_arg_cmp when, struct error *err)
{
	int r = seccomp_rule_add_array(filter, SCMP_ACT_ERRNO(EPERM), call, 1, &when);
	return r >= 0 || filter_error(err, "adding an argument to the filter", r);
}

/* Refuse every socket domain whose bit is not set. A domain with bits in the upper half is larger than the last. */
static bool
refuse_domains(scmp_filter_ctx filter, int call, unsigned allowed, struct error *err)
{
	for (unsigned domain = 0; domain <= LAST_DOMAIN; domain++) {
		struct scmp_arg_cmp is = { .arg = 0, .op = SCMP_CMP_EQ, .datum_a = domain };
		if ((allowed & DOMAIN_BIT(domain)) == 0 && !add_when(filter, call, is, err))
			return false;
	}
	struct scmp_arg_cmp later = { .arg = 0, .op = SCMP_CMP_GT, .datum_a = LAST_DOMAIN };
	return add_when(filter, call, later, err);
}

static bool
refuse_processes(scmp_filter_ctx filter, struct error *err)
{
	for (size_t i = 0; i < COUNT(clone_refused); i++) {
		struct scmp_arg_cmp has = { 0, SCMP_CMP_MASKED_EQ, clone_refused[i], clone_refused[i] };
		if (!add_when(filter, SCMP_SYS(clone), has, err))
			return false;
	}
	struct scmp_arg_cmp no_thread = { 0, SCMP_CMP_MASKED_EQ, CLONE_THREAD, 0 };
	if (!add_when(filter, SCMP_SYS(clone), no_thread, err))
		return false;
	/* the flags of clone3() lie in memory, out of a filter's sight; on ENOSYS the C library takes clone() */
	int r = seccomp_rule_add_array(filter, SCMP_ACT_ERRNO(ENOSYS), SCMP_SYS(clone3), 0, NULL);
	return r >= 0 || filter_error(err, "adding clone3 to the filter", r);
}

static bool
refuse_ioctls(scmp_filter_ctx filter, struct error *err)
{
	for (size_t i = 0; i < COUNT(ioctl_refused); i++) {
		struct scmp_arg_cmp is = { 1, SCMP_CMP_MASKED_EQ, LOW_HALF, ioctl_refused[i] };
		if (!add_when(filter, SCMP_SYS(ioctl), is, err))
			return false;
	}
	return true;
}

static unsigned
domains_of(enum sandbox_profile profile)
{
	switch (profile) {
	case SANDBOX_COUNTER:
		return DOMAIN_BIT(AF_UNIX);
	case SANDBOX_DEVICED: /* netlink: see refuse_netlink() */
		return DOMAIN_BIT(AF_UNIX) | DOMAIN_BIT(AF_NETLINK);
	case SANDBOX_SYNCD: /* netlink: name resolution asks it for this machine's addresses */
		return DOMAIN_BIT(AF_UNIX) | DOMAIN_BIT(AF_INET) | DOMAIN_BIT(AF_INET6) | DOMAIN_BIT(AF_NETLINK);
	}
	return 0;
}

/* Of netlink deviced may hear of devices that come and go, and nothing of the network. */
static bool
refuse_netlink(scmp_filter_ctx filter, enum sandbox_profile profile, struct error *err)
{
	const struct scmp_arg_cmp other[] = { { 0, SCMP_CMP_EQ, AF_NETLINK, 0 },
		{ 2, SCMP_CMP_NE, NETLINK_KOBJECT_UEVENT, 0 } };
	if (profile != SANDBOX_DEVICED)
		return true;
	int r = seccomp_rule_add_array(filter, SCMP_ACT_ERRNO(EPERM), SCMP_SYS(socket), COUNT(other), other);
	return r >= 0 || filter_error(err, "adding netlink to the filter", r);
}

static bool
fill(scmp_filter_ctx filter, enum sandbox_profile profile, struct error *err)
{
	return add_calls(filter, SCMP_ACT_KILL_PROCESS, deadly, COUNT(deadly), err) &&
		   add_calls(filter, SCMP_ACT_ERRNO(EPERM), refused, COUNT(refused), err) && refuse_processes(filter, err) &&
		   refuse_ioctls(filter, err) && refuse_domains(filter, SCMP_SYS(socket), domains_of(profile), err) &&
		   refuse_netlink(filter, profile, err) &&
		   refuse_domains(filter, SCMP_SYS(socketpair), DOMAIN_BIT(AF_UNIX), err);
}

static bool
load(scmp_filter_ctx filter, struct error *err)
{
	int r = seccomp_attr_set(filter, SCMP_FLTATR_CTL_TSYNC, 1);
	if (r == 0)
		r = seccomp_attr_set(filter, SCMP_FLTATR_ACT_BADARCH, SCMP_ACT_KILL_PROCESS);
	if (r == 0)
		r = seccomp_load(filter);
	return r == 0 || filter_error(err, "loading the system call filter", r);
}

bool
sandbox_quiet(struct error *err)
{
	const struct rlimit none = { 0 };
	if (setrlimit(RLIMIT_CORE, &none) != 0 || prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0 ||
		prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
		return filter_error(err, "giving up core dumps and new privileges", -errno);
	return true;
}

bool
sandbox_enter(enum sandbox_profile profile, struct error *err)
{
	scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ALLOW);
	if (filter == NULL)
		return error_set(err, ERROR_SYSTEM, "making the system call filter");
	bool ok = fill(filter, profile, err) && load(filter, err);
	seccomp_release(filter);
	return ok;
}
