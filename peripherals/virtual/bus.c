#include "peripherals/virtual/bus.h"

#include <errno.h>
#include <glib.h>
#include <linux/usbdevice_fs.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <umockdev.h>
#include <unistd.h>

#include "kiosk/base/clock.h"
#include "kiosk/base/file.h"
#include "peripherals/virtual/bus_node.h"

enum { SETUP = 8, URB_MOST = 128 * 1024, SPEED_HIGH = 3 };

struct urb {
	struct urb *next;
	UMockdevIoctlData *request, *buffer; /* owned; buffer may be NULL */
	void *client;                        /* borrowed: who submitted it */
	struct virtual_device_transfer at;   /* OUT: len bytes were taken */
	int status;
};

struct place { /* of one device */
	struct bus *bus;
	struct virtual_device *device; /* borrowed */
	const char *driver;            /* borrowed */
	bool driven;                   /* the kernel's driver holds it */
	struct bus_node node;
	bool there; /* announced to programs */
	UMockdevIoctlBase *handler;
	void *claimed; /* by which client; NULL: by none */
	struct urb *pending, *done;
};

struct bus {
	UMockdevTestbed *testbed;
	char *root;
	pthread_mutex_t lock;
	int wake;
	unsigned last_address;
	unsigned clients; /* connections that umockdev still knows */
	struct place places[BUS_DEVICES];
	unsigned count;
};

/* What an ioctl gives: -1 with an errno, or a value. */
struct result {
	long value;
	int error;
};

static const struct result fine = { 0, 0 };

static struct result
failed(int number)
{
	return (struct result){ -1, number };
}

static void
urb_free(struct urb *urb)
{
	if (urb->buffer)
		g_object_unref(urb->buffer);
	g_object_unref(urb->request);
	free(urb);
}

static void
append(struct urb **list, struct urb *urb)
{
	while (*list)
		list = &(*list)->next;
	urb->next = NULL;
	*list = urb;
}

static void
end_urb(struct place *place, struct urb *urb, int status)
{
	urb->status = status;
	append(&place->done, urb);
	bus_node_gate(&place->node, true);
}

static int
status_of(enum virtual_device_answer answer)
{
	switch (answer) {
	case VIRTUAL_DEVICE_DONE:
	case VIRTUAL_DEVICE_WAIT:
		return 0;
	case VIRTUAL_DEVICE_STALL:
		return -EPIPE;
	case VIRTUAL_DEVICE_OVERFLOW:
		return -EOVERFLOW;
	case VIRTUAL_DEVICE_GONE:
		return -ESHUTDOWN;
	}
	return -EPROTO;
}

static enum virtual_device_answer
carry(struct place *place, struct urb *urb)
{
	if (urb->at.endpoint & 0x80)
		return virtual_device_in(place->device, &urb->at);
	size_t taken = 0;
	const struct span rest = { urb->at.at + urb->at.len, urb->at.cap - urb->at.len };
	const enum virtual_device_answer answer = virtual_device_out(place->device, urb->at.endpoint, rest, &taken);
	urb->at.len += taken;
	return answer;
}

/* Carry out what can be, in order on each endpoint. */
static void
pump(struct place *place)
{
	uint32_t blocked = 0;
	for (struct urb **at = &place->pending; *at;) {
		struct urb *urb = *at;
		const unsigned bit = (urb->at.endpoint & 0x0Fu) | (urb->at.endpoint & 0x80 ? 16u : 0u);
		enum virtual_device_answer answer = VIRTUAL_DEVICE_WAIT;
		if (!(blocked & 1u << bit))
			answer = carry(place, urb);
		if (answer == VIRTUAL_DEVICE_WAIT) {
			blocked |= 1u << bit;
			at = &urb->next;
			continue;
		}
		*at = urb->next;
		end_urb(place, urb, status_of(answer));
	}
}

/* One step of a device; gives when the next is due. */
static int64_t
step(struct place *place, int64_t now_ms)
{
	const int64_t before = virtual_device_tick(place->device, now_ms);
	if (!place->pending)
		return before;
	pump(place);
	return virtual_device_tick(place->device, now_ms);
}

static void
wake(struct bus *bus)
{
	const uint64_t one = 1;
	const ssize_t written = write(bus->wake, &one, sizeof(one));
	(void)written; /* full means awake */
}

/* ---- what the kernel answers ---- */

static struct result
do_control(struct place *place, struct urb *urb)
{
	const uint8_t *raw = urb->at.at;
	if (urb->at.cap < SETUP)
		return failed(EINVAL);
	const struct virtual_device_setup setup = {
		.request_type = raw[0],
		.request = raw[1],
		.value = (uint16_t)(raw[2] | raw[3] << 8),
		.index = (uint16_t)(raw[4] | raw[5] << 8),
		.length = (uint16_t)(raw[6] | raw[7] << 8),
	};
	if (setup.length > urb->at.cap - SETUP)
		return failed(EINVAL);
	struct buffer in = buffer_into(urb->at.at + SETUP, urb->at.cap - SETUP);
	const struct span out = { raw + SETUP, setup.request_type & 0x80 ? 0 : setup.length };
	const enum virtual_device_answer answer = virtual_device_control(place->device, &setup, out, &in);
	urb->at.len = setup.request_type & 0x80 ? in.len : setup.length;
	end_urb(place, urb, status_of(answer));
	return fine;
}

static bool
has_endpoint(const struct virtual_device *device, uint8_t address)
{
	for (size_t i = 0; i < device->endpoint_count; i++)
		if (device->endpoints[i].address == address)
			return true;
	return false;
}

static void
lose_all(struct place *place)
{
	struct urb *urb;
	while ((urb = place->pending)) {
		place->pending = urb->next;
		end_urb(place, urb, -ESHUTDOWN);
	}
	bus_node_gate(&place->node, true);
}

static struct urb *
take_urb(UMockdevIoctlData *arg, void *client)
{
	UMockdevIoctlData *request = umockdev_ioctl_data_resolve(arg, 0, sizeof(struct usbdevfs_urb), NULL);
	if (!request)
		return NULL;
	const struct usbdevfs_urb *asked = (const struct usbdevfs_urb *)(const void *)request->data;
	struct urb *urb = calloc(1, sizeof(*urb));
	if (!urb)
		abort();
	urb->request = request;
	urb->client = client;
	urb->at.endpoint = asked->endpoint;
	if (asked->buffer_length > 0 && asked->buffer_length <= URB_MOST) {
		urb->at.cap = (size_t)asked->buffer_length;
		urb->buffer = umockdev_ioctl_data_resolve(request, offsetof(struct usbdevfs_urb, buffer), urb->at.cap, NULL);
	}
	urb->at.at = urb->buffer ? urb->buffer->data : NULL;
	if (asked->buffer_length == 0 || urb->buffer)
		return urb;
	urb_free(urb);
	return NULL;
}

static struct result
submit(struct place *place, UMockdevIoctlData *arg, void *client)
{
	struct urb *urb = take_urb(arg, client);
	struct result result = fine;
	if (!urb)
		return failed(EINVAL);
	const struct usbdevfs_urb *asked = (const struct usbdevfs_urb *)(const void *)urb->request->data;
	const bool control = asked->type == USBDEVFS_URB_TYPE_CONTROL;
	virtual_device_tick(place->device, clock_monotonic_ms());
	if (!virtual_device_urb(place->device)) { /* the main thread tells programs */
		lose_all(place);
		result = failed(ENODEV);
	} else if (control)
		result = do_control(place, urb);
	else if (!has_endpoint(place->device, urb->at.endpoint))
		result = failed(ENOENT);
	else
		append(&place->pending, urb);
	if (result.error)
		urb_free(urb);
	if (step(place, clock_monotonic_ms()) != INT64_MAX || !place->device->plugged)
		wake(place->bus);
	return result;
}

static struct result
discard(struct place *place, const UMockdevIoctlData *arg)
{
	unsigned long address;
	memcpy(&address, arg->data, sizeof(address));
	struct urb **at = &place->pending;
	while (*at && (*at)->request->client_addr != address)
		at = &(*at)->next;
	if (!*at)
		return failed(EINVAL);
	struct urb *urb = *at;
	*at = urb->next;
	end_urb(place, urb, -ENOENT);
	return fine;
}

/* The first URB of this client that ended, out of the list; NULL: none. */
static struct urb *
reap(struct place *place, const void *client)
{
	struct urb **at = &place->done;
	while (*at && (*at)->client != client)
		at = &(*at)->next;
	struct urb *urb = *at;
	if (urb)
		*at = urb->next;
	if (!place->done && place->device->plugged)
		bus_node_gate(&place->node, false);
	return urb;
}

static void
answer_reaped(struct urb *urb, UMockdevIoctlData *arg, UMockdevIoctlClient *client)
{
	struct usbdevfs_urb *asked = (struct usbdevfs_urb *)(void *)urb->request->data;
	asked->status = urb->status;
	asked->actual_length = (int)urb->at.len;
	UMockdevIoctlData *where = umockdev_ioctl_data_resolve(arg, 0, sizeof(void *), NULL);
	if (where)
		umockdev_ioctl_data_set_ptr(where, 0, urb->request);
	umockdev_ioctl_client_complete(client, where ? 0 : -1, where ? 0 : EFAULT);
	if (where)
		g_object_unref(where);
	urb_free(urb);
}

static struct result
claim(struct place *place, unsigned interface, void *client)
{
	if (interface != 0)
		return failed(ENOENT);
	if (place->driven || (place->claimed && place->claimed != client))
		return failed(EBUSY);
	place->claimed = client;
	return fine;
}

static struct result
release(struct place *place, unsigned interface, const void *client)
{
	if (interface != 0 || place->claimed != client)
		return failed(ENOENT);
	place->claimed = NULL;
	return fine;
}

static struct result
get_driver(const struct place *place, struct usbdevfs_getdriver *asked)
{
	const char *name = place->driven ? place->driver : place->claimed ? "usbfs" : NULL;
	if (!name)
		return failed(ENODATA);
	snprintf(asked->driver, sizeof(asked->driver), "%s", name);
	return fine;
}

static struct result
to_driver(struct place *place, const struct usbdevfs_ioctl *asked)
{
	if ((unsigned)asked->ioctl_code == USBDEVFS_DISCONNECT) {
		const bool driven = place->driven;
		place->driven = false;
		return driven ? fine : failed(ENODATA);
	}
	if ((unsigned)asked->ioctl_code != USBDEVFS_CONNECT)
		return failed(ENOTTY);
	place->driven = place->driver[0] && !place->claimed;
	return (struct result){ place->driven, 0 };
}

static size_t
argument_length(unsigned long request)
{
	switch (request) {
	case USBDEVFS_GET_CAPABILITIES:
	case USBDEVFS_CLAIMINTERFACE:
	case USBDEVFS_RELEASEINTERFACE:
	case USBDEVFS_CLEAR_HALT:
	case USBDEVFS_RESETEP:
		return sizeof(uint32_t);
	case USBDEVFS_GETDRIVER:
		return sizeof(struct usbdevfs_getdriver);
	case USBDEVFS_IOCTL:
		return sizeof(struct usbdevfs_ioctl);
	case USBDEVFS_DISCONNECT_CLAIM:
		return sizeof(struct usbdevfs_disconnect_claim);
	case USBDEVFS_CONNECTINFO:
		return sizeof(struct usbdevfs_connectinfo);
	default:
		return 0;
	}
}

static struct result
with_number(struct place *place, unsigned long request, uint32_t *number, void *client)
{
	switch (request) {
	case USBDEVFS_GET_CAPABILITIES:
		*number = USBDEVFS_CAP_ZERO_PACKET | USBDEVFS_CAP_BULK_CONTINUATION | USBDEVFS_CAP_NO_PACKET_SIZE_LIM |
				  USBDEVFS_CAP_BULK_SCATTER_GATHER | USBDEVFS_CAP_REAP_AFTER_DISCONNECT;
		return fine;
	case USBDEVFS_CLAIMINTERFACE:
		return claim(place, *number, client);
	case USBDEVFS_RELEASEINTERFACE:
		return release(place, *number, client);
	default: /* CLEAR_HALT, RESETEP */
		return virtual_device_clear_halt(place->device, (uint8_t)*number) ? fine : failed(ENOENT);
	}
}

static struct result
with_argument(struct place *place, unsigned long request, void *argument, void *client)
{
	struct usbdevfs_disconnect_claim *both = argument;
	struct usbdevfs_connectinfo *info = argument;
	switch (request) {
	case USBDEVFS_GETDRIVER:
		return get_driver(place, argument);
	case USBDEVFS_IOCTL:
		return to_driver(place, argument);
	case USBDEVFS_DISCONNECT_CLAIM:
		place->driven = false;
		return claim(place, both->interface, client);
	case USBDEVFS_CONNECTINFO:
		*info = (struct usbdevfs_connectinfo){ .devnum = place->node.address };
		return fine;
	default:
		return with_number(place, request, argument, client);
	}
}

static struct result
obey(struct place *place, unsigned long request, UMockdevIoctlData *arg, UMockdevIoctlClient *client)
{
	const bool after = request == USBDEVFS_DISCARDURB || request == USBDEVFS_RELEASEINTERFACE;
	if (!place->device->plugged && !after)
		return failed(ENODEV);
	if (request == USBDEVFS_SUBMITURB)
		return submit(place, arg, client);
	if (request == USBDEVFS_DISCARDURB)
		return discard(place, arg);
	if (request == USBDEVFS_GET_SPEED)
		return (struct result){ SPEED_HIGH, 0 };
	if (request == USBDEVFS_SETCONFIGURATION || request == USBDEVFS_SETINTERFACE || request == USBDEVFS_RESET)
		return fine;
	const size_t len = argument_length(request);
	UMockdevIoctlData *data = len ? umockdev_ioctl_data_resolve(arg, 0, len, NULL) : NULL;
	if (!data)
		return failed(len ? EFAULT : ENOTTY);
	const struct result result = with_argument(place, request, data->data, client);
	/* umockdev writes back what hangs below arg when the call is completed, so the reference may go */
	g_object_unref(data);
	return result;
}

static gboolean
on_ioctl(UMockdevIoctlBase *handler, UMockdevIoctlClient *client, gpointer self)
{
	struct place *place = self;
	const unsigned long request = umockdev_ioctl_client_get_request(client);
	UMockdevIoctlData *arg = umockdev_ioctl_client_get_arg(client);
	struct urb *reaped = NULL;
	struct result result;
	(void)handler;
	bus_lock(place->bus);
	if (request == USBDEVFS_REAPURB || request == USBDEVFS_REAPURBNDELAY) {
		reaped = reap(place, client);
		result = failed(place->device->plugged ? EAGAIN : ENODEV);
	} else
		result = obey(place, request, arg, client);
	bus_unlock(place->bus);
	if (reaped)
		answer_reaped(reaped, arg, client);
	else
		umockdev_ioctl_client_complete(client, result.value, result.error);
	return TRUE;
}

static void
drop_of(struct urb **list, const void *client)
{
	while (*list) {
		struct urb *urb = *list;
		if (urb->client != client) {
			list = &urb->next;
			continue;
		}
		*list = urb->next;
		urb_free(urb);
	}
}

static void
client_gone(gpointer self, GObject *client)
{
	struct place *place = self;
	bus_lock(place->bus);
	drop_of(&place->pending, client);
	drop_of(&place->done, client);
	place->bus->clients--;
	if (place->claimed == client)
		place->claimed = NULL;
	if (!place->done && place->device->plugged)
		bus_node_gate(&place->node, false);
	bus_unlock(place->bus);
}

/* umockdev 0.17.16 never says that a client went away, so its last reference tells. */
static void
on_client(UMockdevIoctlBase *handler, UMockdevIoctlClient *client, gpointer self)
{
	struct place *place = self;
	(void)handler;
	bus_lock(place->bus);
	place->bus->clients++;
	bus_unlock(place->bus);
	g_object_weak_ref(G_OBJECT(client), client_gone, self);
}

/* ---- plugging ---- */

static bool
announce(struct place *place, struct error *err)
{
	struct bus *bus = place->bus;
	char text[BUS_NODE_TEXT];
	GError *problem = NULL;
	if (!bus_node_describe(&place->node, place->device, text))
		return error_set(err, ERROR_FULL, "the device's description is too long");
	const bool added = umockdev_testbed_attach_ioctl(bus->testbed, place->node.name, place->handler, &problem) &&
					   umockdev_testbed_add_from_string(bus->testbed, text, &problem);
	snprintf(text, sizeof(text), "%s", problem ? problem->message : "refused");
	g_clear_error(&problem);
	return added || error_set(err, ERROR_SYSTEM, "umockdev: %.180s", text);
}

static bool
plug(struct place *place, struct error *err)
{
	struct bus *bus = place->bus;
	const unsigned port = (unsigned)(place - bus->places) + 1;
	if (!bus_node_make(&place->node, bus->root, port, ++bus->last_address, err))
		return false;
	place->handler = umockdev_ioctl_base_new();
	g_signal_connect(place->handler, "handle-ioctl", G_CALLBACK(on_ioctl), place);
	g_signal_connect(place->handler, "client-connected", G_CALLBACK(on_client), place);
	bus_lock(bus);
	place->driven = place->driver[0];
	virtual_device_tick(place->device, clock_monotonic_ms());
	virtual_device_plug(place->device, true);
	bus_unlock(bus);
	place->there = announce(place, err);
	return place->there;
}

static void
unplug(struct place *place)
{
	struct bus *bus = place->bus;
	char device[128], interface[192];
	snprintf(device, sizeof(device), "/sys%s", place->node.device);
	snprintf(interface, sizeof(interface), "%s/%s", device, place->node.interface);
	bus_lock(bus);
	virtual_device_plug(place->device, false);
	lose_all(place);
	place->claimed = NULL;
	bus_node_remove(&place->node, bus->root);
	bus_unlock(bus);
	/* properties of the event are read from the device's files, so the event comes first */
	umockdev_testbed_uevent(bus->testbed, interface, "remove");
	umockdev_testbed_uevent(bus->testbed, device, "remove");
	umockdev_testbed_remove_device(bus->testbed, interface);
	umockdev_testbed_remove_device(bus->testbed, device);
	umockdev_testbed_detach_ioctl(bus->testbed, place->node.name, NULL); /* open connections go on */
	g_clear_object(&place->handler);
	place->there = false;
}

bool
bus_plug(struct bus *bus, unsigned number, bool plugged, struct error *err)
{
	struct place *place = &bus->places[number];
	if (place->there == plugged)
		return true;
	if (plugged)
		return plug(place, err);
	unplug(place);
	return true;
}

/* Every open of any node in /dev would be sent to this socket, and the 51st would end the program. */
static void
forget_default(const char *root)
{
	char path[512];
	snprintf(path, sizeof(path), "%s/ioctl/_default", root);
	unlink(path);
}

bool
bus_open(struct bus **out, struct error *err)
{
	struct bus *bus = calloc(1, sizeof(*bus));
	if (!bus)
		return error_set(err, ERROR_FULL, "no memory for a bus");
	bus->testbed = umockdev_testbed_new();
	bus->root = umockdev_testbed_get_root_dir(bus->testbed);
	bus->wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	bus->last_address = 1;
	pthread_mutex_init(&bus->lock, NULL);
	forget_default(bus->root);
	*out = bus;
	return true;
}

void
bus_close(struct bus *bus)
{
	if (!bus)
		return;
	for (unsigned i = 0; i < bus->count; i++)
		if (bus->places[i].there)
			unplug(&bus->places[i]);
	g_object_unref(bus->testbed);
	g_free(bus->root);
	file_close(&bus->wake);
	bus_lock(bus);
	const bool alone = bus->clients == 0;
	bus_unlock(bus);
	if (alone) /* else umockdev's thread will still let go of a client and take the lock */
		free(bus);
}

const char *
bus_folder(const struct bus *bus)
{
	return bus->root;
}

bool
bus_add(struct bus *bus, struct virtual_device *device, const char *driver, unsigned *number, struct error *err)
{
	if (bus->count == BUS_DEVICES)
		return error_set(err, ERROR_FULL, "a bus has %d ports", BUS_DEVICES);
	bus->places[bus->count] =
		(struct place){ .bus = bus, .device = device, .driver = driver, .node = { .gate = -1, .open = true } };
	*number = bus->count++;
	return true;
}

void
bus_lock(struct bus *bus)
{
	pthread_mutex_lock(&bus->lock);
}

void
bus_unlock(struct bus *bus)
{
	pthread_mutex_unlock(&bus->lock);
}

int
bus_wake_fd(const struct bus *bus)
{
	return bus->wake;
}

int64_t
bus_tick(struct bus *bus, int64_t now_ms)
{
	uint64_t count;
	const ssize_t cleared = read(bus->wake, &count, sizeof(count));
	int64_t next = INT64_MAX;
	(void)cleared;
	for (unsigned i = 0; i < bus->count; i++) {
		struct place *place = &bus->places[i];
		if (!place->there)
			continue;
		bus_lock(bus);
		const bool plugged = place->device->plugged;
		const int64_t at_ms = plugged ? step(place, now_ms) : INT64_MAX;
		bus_unlock(bus);
		if (!plugged) /* it left by itself, in the middle of a transfer */
			unplug(place);
		next = at_ms < next ? at_ms : next;
	}
	return next;
}
