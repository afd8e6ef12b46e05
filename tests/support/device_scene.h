#pragma once
/*
 * deviced as a program between a counter, which the test plays, and an emulated bus. Everything aborts when it cannot
 * do what it says.
 */
#include "kiosk/base/channel.h"
#include "peripherals/wire/device_wire.h"
#include "tests/support/process.h"

#define DEVICE_SCENE_MS 4000u /* longest wait for what should come soon */

struct device_scene {
	const char *programs; /* folder of vusbd and deviced-training; borrowed */
	char folder[256], socket[300], pin_socket[300], orders[300], log[300];
	struct process bus, deviced;
	struct channel channel; /* hello was said */
	uint8_t body[DEVICE_WIRE_OUTCOME_MOST + 256];
	/* What came so far. */
	struct device_wire_devices devices;
	unsigned snapshots;
	struct device_wire_card cards[32]; /* by device and slot, as they came; the last word counts */
	unsigned card_count;
};

/* Start both; words are vusbd's devices, NULL behind the last one. */
void device_scene_open(struct device_scene *scene, const char *programs, const char *const *words);
/* The two halves of it, for who needs a bus alone or late: the bus, which the environment's UMOCKDEV_DIR means from
 * then on, and deviced on it. */
void device_scene_bus(struct device_scene *scene, const char *programs, const char *const *words);
void device_scene_begin(struct device_scene *scene);
/* Stop what runs; aborts unless deviced ends with status 0 within ten seconds. */
void device_scene_close(struct device_scene *scene);
/* Kill deviced if it still runs, and start it again with as many devices. */
void device_scene_restart(struct device_scene *scene);
/* Connect as the counter, and say hello. An earlier connection is closed. */
void device_scene_connect(struct device_scene *scene);
/* Give vusbd an order, which has to be a good one. */
void device_scene_order(struct device_scene *scene, const char *fmt, ...) PRINTF(2, 3);
/* The same, with its answer. */
void device_scene_ask(struct device_scene *scene, char reply[static 256], const char *order);
/* Send one message as the counter. */
void device_scene_send(struct device_scene *scene, enum device_wire_type type, const struct buffer *body, int memfd);
/* The next message that is neither a snapshot nor a card, which are noted; false when none comes in time or the channel
 * was closed. */
bool device_scene_next(struct device_scene *scene, unsigned timeout_ms, struct channel_message *out);
/* Note what is there, without waiting. */
void device_scene_listen(struct device_scene *scene);
/* The n-th device (from 0) of a kind in the last snapshot; NULL if it is not there. */
const struct device_wire_device *device_scene_device(
	const struct device_scene *scene, enum device_wire_kind kind, unsigned n);
/* Wait until so many devices are there and none is STARTING. False when they do not come in time. */
bool device_scene_await_devices(struct device_scene *scene, unsigned count);
/* Wait until the card in slot 0 of a device is in a state. */
bool device_scene_await_card(struct device_scene *scene, uint32_t device, enum device_wire_card_state state);
/* What was said last of the card in slot 0; OUT if nothing was. */
struct device_wire_card device_scene_card(const struct device_scene *scene, uint32_t device);
/* Open descriptors of deviced; -1 where they cannot be seen. */
int device_scene_descriptors(const struct device_scene *scene);
