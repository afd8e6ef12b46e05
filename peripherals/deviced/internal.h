#pragma once
/* What the files of this folder's main thread share; not for others. */
#include <pthread.h>
#include <systemd/sd-event.h>

#include "peripherals/deviced/device.h"
#include "peripherals/deviced/deviced.h"
#include "peripherals/deviced/usb_watch.h"

/* Bytes of a message from a thread: the longest is a RESULT. */
#define DEVICED_REPORT_MOST (DEVICE_WIRE_OUTCOME_MOST + 64u)

/* A device as the main thread has it. */
struct deviced_seat {
	bool used, runs, told; /* told: its thread has said what it is */
	struct device device;  /* the thread's */
	pthread_t thread;
	sd_event_source *source;        /* owned */
	struct device_wire_device self; /* as the thread told last */
	struct device_wire_card cards[DEVICE_WIRE_SLOTS];
	uint32_t job;       /* under way; 0: none */
	bool orphan;        /* whoever gave it is not there any more */
	bool waits_for_pin; /* the job does, under: */
	uint64_t number;
};

enum deviced_peer_state { DEVICED_PEER_NONE, DEVICED_PEER_NEW, DEVICED_PEER_READY };

/* The counter at the other end of device.sock. */
struct deviced_peer {
	enum deviced_peer_state state;
	struct channel channel;
	sd_event_source *source; /* owned */
};

/* Whoever sends a PIN. */
struct deviced_pin {
	struct channel channel;
	sd_event_source *source, *limit; /* owned */
	struct deviced_seat *seat;       /* that has the PIN; NULL until it was sent on */
};

struct deviced {
	sd_event *loop;
	sd_event_source *stops[2], *listen, *pin_listen, *news;
	int listener, pin_listener;
	struct usb_watch watch;
	uint32_t last_id; /* of a device */
	struct deviced_seat seats[DEVICE_WIRE_DEVICES];
	struct deviced_peer peer;
	struct deviced_pin pin;
	struct secret message; /* of the counter or of whoever sends a PIN, while it is handled */
	uint8_t report[DEVICED_REPORT_MOST];
};

/* deviced_seats.c: devices and their threads. */
NODISCARD bool deviced_seats_open(struct deviced *deviced, struct error *err);
void deviced_seats_close(struct deviced *deviced);
struct deviced_seat *deviced_seats_find(struct deviced *deviced, uint32_t id); /* NULL if there is none */
struct deviced_seat *deviced_seats_job(struct deviced *deviced, uint32_t job); /* likewise */
/* Every device that told what it is. */
struct device_wire_devices deviced_seats_all(const struct deviced *deviced);

/* deviced_peer.c: the counter. */
NODISCARD bool deviced_peer_listen(struct deviced *deviced, struct error *err);
/* Send one message if a counter is there and said hello; one that does not read is dropped. */
void deviced_peer_say(struct deviced *deviced, uint16_t type, struct span body);
void deviced_peer_devices(struct deviced *deviced);
void deviced_peer_close(struct deviced *deviced);

/* deviced_pin.c: who sends a PIN. */
NODISCARD bool deviced_pin_listen(struct deviced *deviced, struct error *err);
/* The seat's job is at its end: answer whoever sent its PIN, if nobody did yet. */
void deviced_pin_answer(
	struct deviced *deviced, const struct deviced_seat *seat, const struct device_wire_pinned *pinned);
void deviced_pin_close(struct deviced *deviced);
