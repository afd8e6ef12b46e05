/*
 * A window of ours beside the same form in GTK 3 and GTK 4, each a process of its own under one X server: milliseconds
 * from its start to its first frame (nine interleaved rounds), then private memory and wake-ups while nothing happens.
 * Starts Xvfb when there is no display. Exits 1 if our window wakes up while idle.
 */
#include <dirent.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define ROUNDS        9
#define PEERS_MOST    3
#define START_MOST_MS 20000
#define IDLE_MS       5000

struct peer {
	const char *name, *path;
	double first_ms[ROUNDS];
	long anon_kb, wakes;
	bool there;
};

struct child {
	pid_t pid;
	int out; /* what it prints */
};

static double
now_ms(void)
{
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static void
sleep_ms(long ms)
{
	nanosleep(&(struct timespec){ ms / 1000, ms % 1000 * 1000000 }, NULL);
}

static bool
start(const char *const *argv, struct child *out)
{
	int ends[2];
	if (pipe2(ends, O_CLOEXEC) != 0) {
		return false;
	}
	out->pid = fork();
	if (out->pid == 0) {
		dup2(ends[1], STDOUT_FILENO);
		const int nowhere = open("/dev/null", O_WRONLY | O_CLOEXEC);
		dup2(nowhere, STDERR_FILENO);
		execvp(argv[0], (char *const *)(uintptr_t)argv);
		_exit(127);
	}
	close(ends[1]);
	out->out = ends[0];
	return out->pid > 0;
}

static void
stop(struct child *child)
{
	kill(child->pid, SIGKILL);
	waitpid(child->pid, NULL, 0);
	close(child->out);
}

/* Its first line, at most START_MOST_MS from now. */
static bool
read_line(const struct child *child, char *line, size_t cap)
{
	struct pollfd ready = { .fd = child->out, .events = POLLIN };
	if (poll(&ready, 1, START_MOST_MS) != 1) {
		return false;
	}
	const ssize_t len = read(child->out, line, cap - 1);
	line[len > 0 ? len : 0] = '\0';
	return len > 0;
}

/* Sum of the numbers behind `label` in a file of /proc. */
static long
number_in(const char *path, const char *label)
{
	char line[256];
	long sum = 0;
	FILE *file = fopen(path, "re");
	while (file && fgets(line, sizeof line, file)) {
		if (strncmp(line, label, strlen(label)) == 0) {
			sum += strtol(line + strlen(label), NULL, 10);
		}
	}
	if (file) {
		(void)fclose(file);
	}
	return sum;
}

/* Times any of its threads was given the processor. */
static long
switches(pid_t pid)
{
	char path[300];
	(void)snprintf(path, sizeof path, "/proc/%d/task", pid);
	DIR *tasks = opendir(path);
	long sum = 0;
	for (struct dirent *task; tasks && (task = readdir(tasks));) {
		(void)snprintf(path, sizeof path, "/proc/%d/task/%.16s/status", pid, task->d_name);
		sum += number_in(path, "voluntary_ctxt_switches:");
	}
	if (tasks) {
		closedir(tasks);
	}
	return sum;
}

static void
measure(struct peer *peer, int round)
{
	const char *const argv[] = { peer->path, NULL };
	struct child child;
	char line[64];
	const double begin = now_ms();
	peer->there = access(peer->path, X_OK) == 0 && start(argv, &child);
	if (!peer->there) {
		return;
	}
	peer->there = read_line(&child, line, sizeof line);
	peer->first_ms[round] = now_ms() - begin;
	if (round == ROUNDS - 1) {
		char path[64];
		sleep_ms(2000); /* what it does once after its first frame */
		(void)snprintf(path, sizeof path, "/proc/%d/smaps_rollup", child.pid);
		peer->anon_kb = number_in(path, "Anonymous:");
		const long before = switches(child.pid);
		sleep_ms(IDLE_MS);
		peer->wakes = switches(child.pid) - before;
	}
	stop(&child);
}

static int
by_size(const void *a, const void *b)
{
	const double x = *(const double *)a, y = *(const double *)b;
	return (x > y) - (x < y);
}

static void
report(struct peer *peer)
{
	if (!peer->there) {
		printf("%-28s not built or did not start\n", peer->name);
		return;
	}
	qsort(peer->first_ms, ROUNDS, sizeof peer->first_ms[0], by_size);
	printf("%-28s %10.0f %10.0f %10.1f %12.1f\n", peer->name, peer->first_ms[ROUNDS / 2], peer->first_ms[ROUNDS - 1],
		(double)peer->anon_kb / 1024, (double)peer->wakes * 1000 / IDLE_MS);
}

/* An X server of our own; its display number is the line that it prints. */
static bool
start_display(struct child *out)
{
	static const char *const ARGV[] = { "Xvfb", "-displayfd", "1", "-screen", "0", "1920x1080x24", "-nolisten", "tcp",
		NULL };
	char line[64], display[64];
	if (!start(ARGV, out) || !read_line(out, line, sizeof line)) {
		return false;
	}
	(void)snprintf(display, sizeof display, ":%ld", strtol(line, NULL, 10));
	return setenv("DISPLAY", display, 1) == 0;
}

static void
compare(struct peer *peers)
{
	for (int round = 0; round < ROUNDS; round++) {
		for (int i = 0; i < PEERS_MOST; i++) {
			measure(&peers[i], round);
		}
	}
	printf("%-28s %10s %10s %10s %12s\n", "a form at 1920 x 1080", "first ms", "worst ms", "private MB", "wakes a s");
	for (int i = 0; i < PEERS_MOST; i++) {
		report(&peers[i]);
	}
}

int
main(void)
{
	static struct peer peers[PEERS_MOST] = {
		{ .name = "ours", .path = PEERS "/peer_ours" },
		{ .name = "GTK 3", .path = PEERS "/peer_gtk3" },
		{ .name = "GTK 4, drawn by Cairo", .path = PEERS "/peer_gtk4" },
	};
	struct child display = { 0 };
	const bool own = !getenv("DISPLAY");
	if (own && !start_display(&display)) {
		(void)fputs("no display and no Xvfb\n", stderr);
		return 1;
	}
	setenv("GSK_RENDERER", "cairo", 1);
	setenv("GDK_BACKEND", "x11", 1);
	setenv("NO_AT_BRIDGE", "1", 1);
	setenv("GTK_A11Y", "none", 1);
	setenv("DBUS_SESSION_BUS_ADDRESS", "disabled:", 1);
	compare(peers);
	if (own) {
		stop(&display);
	}
	const bool met = peers[0].there && peers[0].wakes == 0;
	printf("%s: no wake-up while idle\n", met ? "ok" : "MISSED");
	return met ? 0 : 1;
}
