#pragma once
/*
 * A USB bus made of umockdev: programs started with umockdev-wrapper and UMOCKDEV_DIR find the device models on it
 * through an unmodified libusb. The only file that knows GLib and umockdev. The kernel's side of usbfs is played in
 * umockdev's own thread; whoever touches a model from elsewhere holds the lock.
 */
#include <stdbool.h>
#include <stdint.h>

#include "kiosk/base/error.h"
#include "peripherals/virtual/virtual_device.h"

enum { BUS_DEVICES = 16 };

struct bus;

/* The program is linked with umockdev's preload library in front of the C library. ERROR_FULL. */
NODISCARD bool bus_open(struct bus **out, struct error *err);
void bus_close(struct bus *bus);               /* the models are not freed; accepts NULL */
const char *bus_folder(const struct bus *bus); /* for UMOCKDEV_DIR; borrowed */
/* Give the device a port, not yet plugged in. `driver` is the kernel driver that would hold it, "" for none; borrowed.
 * The device is borrowed until bus_close(). Gives its number; ERROR_FULL. */
NODISCARD bool bus_add(
	struct bus *bus, struct virtual_device *device, const char *driver, unsigned *number, struct error *err);
/* Plug in or pull out; true also if it was so already. Without the lock. ERROR_SYSTEM. */
NODISCARD bool bus_plug(struct bus *bus, unsigned number, bool plugged, struct error *err);
void bus_lock(struct bus *bus);
void bus_unlock(struct bus *bus);
/* Readable when bus_tick() has something to do. */
int bus_wake_fd(const struct bus *bus);
/* Time passes: devices go on, transfers end. Gives when to come again, INT64_MAX for never. Without the lock. */
int64_t bus_tick(struct bus *bus, int64_t now_ms);
