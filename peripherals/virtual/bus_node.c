#include "peripherals/virtual/bus_node.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "kiosk/base/file.h"

enum { PATH = 512 };

void
bus_node_gate(struct bus_node *node, bool open)
{
	uint8_t byte = 0;
	if (node->gate == -1 || node->open == open)
		return;
	node->open = open;
	const ssize_t moved = open ? read(node->gate, &byte, 1) : write(node->gate, &byte, 1);
	(void)moved; /* one byte in a page of room: neither can fail for want of it */
}

static void
make_folders(const char *root)
{
	static const char *const parts[] = { "/dev", "/dev/bus", "/dev/bus/usb", "/dev/bus/usb/001" };
	char path[PATH];
	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
		snprintf(path, sizeof(path), "%s%s", root, parts[i]);
		mkdir(path, 0755);
	}
}

bool
bus_node_make(struct bus_node *node, const char *root, unsigned port, unsigned address, struct error *err)
{
	char path[PATH];
	*node = (struct bus_node){ .port = port, .address = address, .gate = -1, .open = true };
	snprintf(node->device, sizeof(node->device), "/devices/usb1/1-%u", port);
	snprintf(node->interface, sizeof(node->interface), "1-%u:1.0", port);
	snprintf(node->name, sizeof(node->name), "/dev/bus/usb/001/%03u", address);
	snprintf(path, sizeof(path), "%s%s", root, node->name);
	make_folders(root);
	CLEANUP(file_close) int gate = -1;
	if (mkfifo(path, 0644) != 0 || (gate = open(path, O_RDWR | O_CLOEXEC | O_NONBLOCK)) == -1 ||
		fcntl(gate, F_SETPIPE_SZ, 4096) == -1)
		return error_set_from(err, ERROR_SYSTEM, DOMAIN_ERRNO, errno, "making %s: %s", path, strerror(errno));
	node->gate = file_take(&gate);
	bus_node_gate(node, false);
	return true;
}

void
bus_node_remove(struct bus_node *node, const char *root)
{
	char path[PATH];
	snprintf(path, sizeof(path), "%s%s", root, node->name);
	unlink(path);
	bus_node_gate(node, true);
	file_close(&node->gate);
}

struct text {
	char *at;
	size_t len;
	bool ok;
};

static void add(struct text *text, const char *fmt, ...) PRINTF(2, 3);

static void
add(struct text *text, const char *fmt, ...)
{
	const size_t room = BUS_NODE_TEXT - text->len;
	va_list args;
	va_start(args, fmt);
	const int len = vsnprintf(text->at + text->len, room, fmt, args);
	va_end(args);
	if (len < 0 || (size_t)len >= room)
		text->ok = false;
	else
		text->len += (size_t)len;
}

static void
add_device(struct text *text, const struct bus_node *node, const struct virtual_device *device)
{
	add(text, "P: %s\nE: SUBSYSTEM=usb\nE: DRIVER=usb\nE: BUSNUM=001\nE: DEVNUM=%03u\n", node->device, node->address);
	add(text, "E: DEVNAME=%s\nE: DEVTYPE=usb_device\nE: MAJOR=189\nE: MINOR=%u\n", node->name, node->address - 1);
	add(text, "E: PRODUCT=%x/%x/100\n", device->vendor, device->product);
	add(text, "E: ID_VENDOR_ID=%04x\nE: ID_MODEL_ID=%04x\n", device->vendor, device->product);
	add(text, "A: busnum=1\\n\nA: devnum=%u\\n\nA: devpath=%u\\n\n", node->address, node->port);
	add(text, "A: idVendor=%04x\\n\nA: idProduct=%04x\\n\n", device->vendor, device->product);
	add(text, "A: manufacturer=%s\\n\nA: product=%s\\n\n", device->strings[0], device->strings[1]);
	add(text, "A: serial=%s\\n\nA: bcdDevice=0100\\n\nA: bDeviceClass=00\\n\n", device->strings[2]);
	add(text, "A: bConfigurationValue=1\\n\nA: bNumConfigurations=1\\n\nA: bNumInterfaces=1\\n\n");
	add(text, "A: speed=480\\n\nA: version=2.00\\n\nA: maxchild=0\\n\nH: descriptors=");
	for (size_t i = 0; i < device->descriptors_len; i++)
		add(text, "%02X", device->descriptors[i]);
	add(text, "\n\n");
}

static void
add_interface(struct text *text, const struct bus_node *node, const struct virtual_device *device)
{
	const uint8_t *is = device->descriptors + 18 + 9; /* the only interface descriptor */
	add(text, "P: %s/%s\nE: SUBSYSTEM=usb\nE: DEVTYPE=usb_interface\n", node->device, node->interface);
	add(text, "E: PRODUCT=%x/%x/100\n", device->vendor, device->product);
	add(text, "E: INTERFACE=%u/%u/%u\n", is[5], is[6], is[7]);
	add(text, "A: bInterfaceNumber=00\\n\nA: bAlternateSetting= 0\\n\nA: bNumEndpoints=%02x\\n\n", is[4]);
	add(text, "A: bInterfaceClass=%02x\\n\nA: bInterfaceSubClass=%02x\\n\n", is[5], is[6]);
	add(text, "A: bInterfaceProtocol=%02x\\n\n\n", is[7]);
}

bool
bus_node_describe(const struct bus_node *node, const struct virtual_device *device,
	char *at) /* NOLINT(readability-non-const-parameter): written through */
{
	struct text text = { at, 0, true };
	add_device(&text, node, device);
	add_interface(&text, node, device);
	return text.ok;
}
