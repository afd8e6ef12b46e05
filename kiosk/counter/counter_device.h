#pragma once
/*
 * The counter's end of device.sock: which devices are there, what is in their slots, and how the header shows it.
 * deviced may come and go; what it said is forgotten with the connection.
 */
#include <systemd/sd-event.h>

#include "kiosk/base/channel.h"
#include "kiosk/flow/view_token.h"
#include "peripherals/wire/device_wire.h"

#define COUNTER_DEVICE_CARDS 32u /* slots with something in them that are looked after */

struct counter;

struct counter_device {
	struct channel channel; /* fd -1: none */
	sd_event_source *io, *timer;
	unsigned failures; /* in a row */
	bool heard;        /* devices and cards are of this connection */
	struct device_wire_devices devices;
	struct device_wire_card cards[COUNTER_DEVICE_CARDS]; /* what is in; slots that are empty are left out */
	size_t card_count;
};

/* Connect, and go on trying; nothing happens in a counter that is set up without devices. */
void counter_device_start(struct counter *counter);
void counter_device_stop(struct counter *counter);
/* How printer and token port stand; pure but for what was heard. */
struct view_device counter_device_printer(const struct counter *counter);
struct view_device counter_device_port(const struct counter *counter);
