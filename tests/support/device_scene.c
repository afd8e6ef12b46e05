#include "tests/support/device_scene.h"

#include <dirent.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "kiosk/base/clock.h"
#include "kiosk/base/file.h"
#include "kiosk/base/text.h"
#include "tests/support/folder.h"

#define ARGUMENTS 24

static void
need(bool ok, const char *what)
{
	if (ok)
		return;
	(void)fprintf(stderr, "device scene: %s\n", what);
	abort();
}

static void
path_in(char out[static 300], const struct device_scene *scene, const char *name)
{
	need(text_format(out, 300, "%s/%s", scene->folder, name), "a path that is too long");
}

/* Wait for a file that a program makes when it is ready. */
static void
await_file(const char *path)
{
	struct stat status;
	const int64_t until_ms = clock_monotonic_ms() + 3 * DEVICE_SCENE_MS;
	while (stat(path, &status) != 0 || (S_ISREG(status.st_mode) && status.st_size == 0)) {
		need(clock_monotonic_ms() < until_ms, path);
		(void)poll(NULL, 0, 5);
	}
}

/* vusbd's threads meet in GLib, which ThreadSanitizer does not see into; deviced is what it looks at here. */
static void
start_unchecked(const char *const *argv, struct device_scene *scene)
{
	char options[256] = "";
	const char *set = getenv("TSAN_OPTIONS");
	(void)text_copy(options, sizeof(options), set != NULL ? set : "");
	need(setenv("TSAN_OPTIONS", "report_bugs=0", 1) == 0, "setenv");
	process_start(argv, scene->log, &scene->bus);
	need(setenv("TSAN_OPTIONS", options, 1) == 0, "setenv");
}

static void
start_bus(struct device_scene *scene, const char *const *words)
{
	char program[400], dir[300];
	const char *argv[ARGUMENTS] = { program, "--dir-file", dir, "--control", scene->orders };
	unsigned count = 5;
	struct file_bytes folder = { 0 };
	struct error err;
	need(text_format(program, sizeof(program), "%s/vusbd", scene->programs), "path of vusbd");
	path_in(dir, scene, "bus");
	for (; *words != NULL && count < ARGUMENTS - 1; words++)
		argv[count++] = *words;
	start_unchecked(argv, scene);
	await_file(dir);
	need(file_read(dir, PATH_MAX, &folder, &err), "the folder of the bus");
	folder.at[strcspn((const char *)folder.at, "\n")] = '\0';
	need(setenv("UMOCKDEV_DIR", (const char *)folder.at, 1) == 0, "setenv");
	file_free(&folder);
}

static void
start_deviced(struct device_scene *scene)
{
	char program[400];
	const char *argv[] = { program, "--socket", scene->socket, "--pin-socket", scene->pin_socket, NULL };
	need(text_format(program, sizeof(program), "%s/deviced-training", scene->programs), "path of deviced");
	process_start(argv, scene->log, &scene->deviced);
	await_file(scene->pin_socket);
}

void
device_scene_bus(struct device_scene *scene, const char *programs, const char *const *words)
{
	*scene = (struct device_scene){ .programs = programs, .channel.fd = -1 };
	folder_new(scene->folder);
	path_in(scene->socket, scene, "device.sock");
	path_in(scene->pin_socket, scene, "pin.sock");
	path_in(scene->orders, scene, "orders");
	path_in(scene->log, scene, "log");
	start_bus(scene, words);
}

void
device_scene_begin(struct device_scene *scene)
{
	start_deviced(scene);
	device_scene_connect(scene);
}

void
device_scene_open(struct device_scene *scene, const char *programs, const char *const *words)
{
	device_scene_bus(scene, programs, words);
	device_scene_begin(scene);
}

void
device_scene_close(struct device_scene *scene)
{
	channel_close(&scene->channel);
	int status = scene->deviced.pid > 0 ? process_end(&scene->deviced, SIGTERM) : 0;
	if (status != 0)
		(void)fprintf(stderr, "deviced ended with %d\n", status);
	need(status == 0, "deviced did not stop cleanly");
	(void)process_end(&scene->bus, SIGTERM);
	folder_remove(scene->folder);
}

void
device_scene_restart(struct device_scene *scene)
{
	const unsigned count = scene->devices.count;
	channel_close(&scene->channel);
	if (process_runs(&scene->deviced))
		(void)process_end(&scene->deviced, SIGKILL);
	else
		(void)waitpid(scene->deviced.pid, NULL, WNOHANG); /* unless whoever traced it has done so */
	need(unlink(scene->socket) == 0 && unlink(scene->pin_socket) == 0, "removing old sockets");
	start_deviced(scene);
	device_scene_connect(scene);
	need(device_scene_await_devices(scene, count), "devices after a restart");
}

void
device_scene_connect(struct device_scene *scene)
{
	uint8_t bytes[4];
	struct buffer hello = buffer_into(bytes, sizeof(bytes));
	struct error err = { 0 };
	bool connected = false;
	channel_close(&scene->channel);
	scene->devices.count = scene->card_count = scene->snapshots = 0;
	buffer_u32le(&hello, DEVICE_WIRE_VERSION);
	for (int64_t until_ms = clock_monotonic_ms() + DEVICE_SCENE_MS; !connected && clock_monotonic_ms() < until_ms;) {
		/* a daemon that has not yet noticed that the counter before went away closes at once */
		need(channel_connect(scene->socket, &scene->channel, &err), err.text);
		connected = channel_send(&scene->channel, DEVICE_WIRE_HELLO, buffer_span(&hello), -1, 1000, &err);
		for (int turn = 0; connected && scene->snapshots == 0 && turn < 200; turn++) {
			(void)poll(NULL, 0, 5);
			device_scene_listen(scene);
			connected = scene->channel.fd >= 0;
		}
		if (!connected)
			channel_close(&scene->channel);
	}
	need(connected && scene->snapshots > 0, "deviced does not answer hello");
}

void
device_scene_ask(struct device_scene *scene, char reply[static 256], const char *order)
{
	const ssize_t len = (ssize_t)strlen(order);
	struct channel orders = { .fd = -1 };
	struct error err = { 0 };
	need(channel_connect(scene->orders, &orders, &err), err.text);
	need(write(orders.fd, order, (size_t)len) == len, "sending an order");
	ssize_t got = read(orders.fd, reply, 255);
	need(got > 0, "an order is not answered");
	reply[got] = '\0';
	channel_close(&orders);
}

void
device_scene_order(struct device_scene *scene, const char *fmt, ...)
{
	char order[128], reply[256];
	va_list args;
	va_start(args, fmt);
	int len = vsnprintf(order, sizeof(order), fmt, args);
	va_end(args);
	need(len > 0 && (size_t)len < sizeof(order), "an order that is too long");
	device_scene_ask(scene, reply, order);
	if (strncmp(reply, "error", 5) == 0)
		(void)fprintf(stderr, "%s: %s\n", order, reply);
	need(strncmp(reply, "error", 5) != 0, "an order was refused");
}

void
device_scene_send(struct device_scene *scene, enum device_wire_type type, const struct buffer *body, int memfd)
{
	struct error err = { 0 };
	need(body->ok, "a message that is too long");
	need(channel_send(&scene->channel, (uint16_t)type, buffer_span(body), memfd, 1000, &err), err.text);
}

static void
note(struct device_scene *scene, const struct channel_message *message)
{
	struct cursor in = cursor_over(message->body);
	struct device_wire_card card;
	struct error err = { 0 };
	if (message->type == DEVICE_WIRE_SNAPSHOT) {
		need(device_wire_take_devices(&in, &scene->devices, &err) && cursor_done(&in), err.text);
		scene->snapshots++;
		return;
	}
	need(device_wire_take_card(&in, &card, &err) && cursor_done(&in), err.text);
	if (scene->card_count == sizeof(scene->cards) / sizeof(scene->cards[0]))
		memmove(scene->cards, scene->cards + 1, --scene->card_count * sizeof(scene->cards[0]));
	scene->cards[scene->card_count++] = card;
}

bool
device_scene_next(struct device_scene *scene, unsigned timeout_ms, struct channel_message *out)
{
	const int64_t until_ms = clock_monotonic_ms() + timeout_ms;
	for (;;) {
		struct error err;
		int64_t left = until_ms - clock_monotonic_ms();
		if (!channel_receive(
				&scene->channel, scene->body, sizeof(scene->body), left > 0 ? (unsigned)left : 0, out, &err)) {
			if (err.kind != ERROR_TIMEOUT)
				channel_close(&scene->channel);
			return false;
		}
		if (out->type != DEVICE_WIRE_SNAPSHOT && out->type != DEVICE_WIRE_CARD)
			return true;
		note(scene, out);
	}
}

void
device_scene_listen(struct device_scene *scene)
{
	struct channel_message message;
	need(!device_scene_next(scene, 0, &message), "a message that was not awaited");
}

const struct device_wire_device *
device_scene_device(const struct device_scene *scene, enum device_wire_kind kind, unsigned n)
{
	for (unsigned i = 0; i < scene->devices.count; i++)
		if (scene->devices.device[i].kind == kind && n-- == 0)
			return &scene->devices.device[i];
	return NULL;
}

static bool
settled(const struct device_scene *scene)
{
	for (unsigned i = 0; i < scene->devices.count; i++)
		if (scene->devices.device[i].state == DEVICE_WIRE_STARTING)
			return false;
	return true;
}

bool
device_scene_await_devices(struct device_scene *scene, unsigned count)
{
	const int64_t until_ms = clock_monotonic_ms() + DEVICE_SCENE_MS;
	while (scene->devices.count != count || !settled(scene)) {
		if (clock_monotonic_ms() >= until_ms)
			return false;
		(void)poll(NULL, 0, 2);
		device_scene_listen(scene);
	}
	return true;
}

struct device_wire_card
device_scene_card(const struct device_scene *scene, uint32_t device)
{
	for (unsigned i = scene->card_count; i > 0; i--)
		if (scene->cards[i - 1].device == device && scene->cards[i - 1].slot == 0)
			return scene->cards[i - 1];
	return (struct device_wire_card){ .device = device };
}

bool
device_scene_await_card(struct device_scene *scene, uint32_t device, enum device_wire_card_state state)
{
	const int64_t until_ms = clock_monotonic_ms() + DEVICE_SCENE_MS;
	while (device_scene_card(scene, device).state != state) {
		if (clock_monotonic_ms() >= until_ms)
			return false;
		(void)poll(NULL, 0, 2);
		device_scene_listen(scene);
	}
	return true;
}

int
device_scene_descriptors(const struct device_scene *scene)
{
	char path[64];
	int count = 0;
	need(text_format(path, sizeof(path), "/proc/%d/fd", (int)scene->deviced.pid), "a path");
	DIR *folder = opendir(path);
	if (folder == NULL)
		return -1;
	while (readdir(folder) != NULL)
		count++;
	(void)closedir(folder);
	return count;
}
