#pragma once
/* The place of one device on the emulated bus: its names in /sys and /dev, and the FIFO that stands for its usbfs node.
 */
#include <stdbool.h>

#include "kiosk/base/error.h"
#include "peripherals/virtual/virtual_device.h"

enum { BUS_NODE_TEXT = 4096 };

/* poll(POLLOUT) on a usbfs node means "a URB can be reaped". The node is a FIFO of one page that holds a byte, so not
 * writable, while nothing can be reaped. */
struct bus_node {
	unsigned port, address; /* where it is plugged in; its number on the bus */
	char device[64];        /* /devices/usb1/1-1 */
	char interface[64];     /* below it: 1-1:1.0 */
	char name[64];          /* /dev/bus/usb/001/002 */
	int gate;               /* owned; -1: not there */
	bool open;
};

/* Make the FIFO under `root`. ERROR_SYSTEM. */
NODISCARD bool bus_node_make(
	struct bus_node *node, const char *root, unsigned port, unsigned address, struct error *err);
/* Take the name away; whoever has it open keeps it. */
void bus_node_remove(struct bus_node *node, const char *root);
void bus_node_gate(struct bus_node *node, bool open);
/* The device and its interface in umockdev's format, into text[BUS_NODE_TEXT]; false: too long. */
bool bus_node_describe(const struct bus_node *node, const struct virtual_device *device, char *text);
