#pragma once
/*
 * Messages of device.sock, between the counter (the only client) and deviced, and of pin.sock, between the counter's
 * shell thread and deviced: a PIN never travels on device.sock. Bodies are written with buffer_* and read with
 * cursor_*. What a step needs and what it found are opaque here: peripherals/token writes and reads them.
 *
 * deviced remembers nothing between messages and keeps no line of jobs: one job per device at a time, a further one is
 * FAILED at once as ERROR_FULL. Every job (STEP, PIN_JOB, PRINT) ends with exactly one RESULT, PRINTED
 * or FAILED, at the latest two seconds after its own time; when the counter closes the socket, what waits is dropped
 * and what is under way ends by itself.
 */
#include "kiosk/base/attr.h"
#include "kiosk/base/buffer.h"
#include "kiosk/base/cursor.h"
#include "kiosk/base/error.h"

#define DEVICE_WIRE_VERSION       1u
#define DEVICE_WIRE_DEVICES       16u     /* most devices of one snapshot; further ones are not used and logged */
#define DEVICE_WIRE_SLOTS         8u      /* of one reader that are used */
#define DEVICE_WIRE_SERIAL        40u     /* bytes, NUL included; what the USB device says, printable ASCII */
#define DEVICE_WIRE_NAME          64u     /* likewise */
#define DEVICE_WIRE_WHY           96u     /* likewise */
#define DEVICE_WIRE_ATR           33u     /* bytes of an answer to reset */
#define DEVICE_WIRE_STEP_MOST     3840u   /* bytes of a step's parameters: they fit into locked memory */
#define DEVICE_WIRE_OUTCOME_MOST  16384u  /* bytes of what a step found */
#define DEVICE_WIRE_WITHIN_MOST   180000u /* ms; the longest time of a job */
#define DEVICE_WIRE_PIN_MOST      16u     /* bytes of a PIN */
#define DEVICE_WIRE_BITMAP_MOST   (576u / 8 * 16384u) /* bytes of a bitmap */
#define DEVICE_WIRE_TRIES_UNKNOWN 0xFFu

enum device_wire_type {
	/* counter to deviced; in state NEW only HELLO, afterwards everything but HELLO */
	DEVICE_WIRE_HELLO = 1,   /* u32 version; answered with DEVICES and a CARD for each card that is in */
	DEVICE_WIRE_STEP = 2,    /* struct device_wire_step: carry out one step on the card of a slot */
	DEVICE_WIRE_PIN_JOB = 3, /* struct device_wire_pin_job: such a step that needs a PIN from pin.sock */
	DEVICE_WIRE_PRINT = 4,   /* struct device_wire_print, memfd: the bitmap */
	DEVICE_WIRE_CANCEL = 5,  /* u32 job: it ends as FAILED unless it is too late: a step under way is finished, a print
							  * stops behind its band; a job that is not known is passed over */
	/* deviced to counter */
	DEVICE_WIRE_SNAPSHOT = 32, /* struct device_wire_devices, after HELLO and at every change */
	DEVICE_WIRE_CARD = 33,     /* struct device_wire_card, at every change */
	DEVICE_WIRE_PROGRESS = 34, /* struct device_wire_progress: bands printed */
	DEVICE_WIRE_RESULT = 35,   /* struct device_wire_result: a step came to its end */
	DEVICE_WIRE_PRINTED = 36,  /* u32 job: all of it is on paper and the printer said it is well */
	DEVICE_WIRE_FAILED = 37,   /* struct device_wire_failed */
	/* pin.sock: one PIN, one answer, then it is closed */
	DEVICE_WIRE_PIN = 64,    /* struct device_wire_pin */
	DEVICE_WIRE_PINNED = 96, /* struct device_wire_pinned */
};

enum device_wire_kind { DEVICE_WIRE_READER, DEVICE_WIRE_TOKEN, DEVICE_WIRE_PRINTER, DEVICE_WIRE_KINDS };

/* What a device is fit for. device_wire_words() says it in English for logs; screens choose their own by the number. */
enum device_wire_state {
	DEVICE_WIRE_STARTING,
	DEVICE_WIRE_READY,
	DEVICE_WIRE_HELD,        /* another program has it; `why` names it where it can be found out */
	DEVICE_WIRE_FORBIDDEN,   /* the system does not let us */
	DEVICE_WIRE_UNSUPPORTED, /* it speaks a level or has a shape that we do not speak */
	DEVICE_WIRE_BROKEN,      /* it does not answer, or not as its class has to */
	DEVICE_WIRE_PAPER_OUT,
	DEVICE_WIRE_COVER_OPEN,
	DEVICE_WIRE_OFFLINE, /* a printer that waits for somebody: error lamp, feed button */
	DEVICE_WIRE_STATES
};

struct device_wire_device {
	uint32_t id; /* from 1; never used twice while deviced runs, so a device that was plugged in again is another one */
	enum device_wire_kind kind;
	enum device_wire_state state;
	uint16_t vendor, product; /* USB ids */
	uint8_t slots;            /* 0 for printers, else 1 to DEVICE_WIRE_SLOTS */
	bool paper_low;           /* printers: nearly out; it still prints */
	uint16_t dots;            /* printers: width in dots, 0 for others and when not known */
	char serial[DEVICE_WIRE_SERIAL];
	char name[DEVICE_WIRE_NAME];
	char why[DEVICE_WIRE_WHY]; /* for the engineer: "reader: held by pcscd"; empty when READY */
};

struct device_wire_devices {
	unsigned count;
	struct device_wire_device device[DEVICE_WIRE_DEVICES];
};

enum device_wire_card_state {
	DEVICE_WIRE_CARD_OUT,
	DEVICE_WIRE_CARD_IN,   /* it answered to reset */
	DEVICE_WIRE_CARD_MUTE, /* something is in and does not answer: the wrong way round, no card, broken */
	DEVICE_WIRE_CARD_SEEN, /* something was put in and is being reset: IN, MUTE or OUT follows within seconds */
	DEVICE_WIRE_CARD_STATES
};

struct device_wire_card {
	uint32_t device;
	uint8_t slot;
	enum device_wire_card_state state;
	uint8_t atr_len; /* 2 to DEVICE_WIRE_ATR when IN, else 0 */
	uint8_t atr[DEVICE_WIRE_ATR];
};

/* One step on one card. The card is reset before it, so that no step finds what an earlier one left unlocked. */
struct device_wire_step {
	uint32_t job; /* the counter's number, not 0; not that of a job which has not ended */
	uint32_t device;
	uint8_t slot;
	uint8_t step;           /* enum token_step */
	uint32_t within_ms;     /* 1 to DEVICE_WIRE_WITHIN_MOST; from when it begins */
	struct span parameters; /* borrowed; at most DEVICE_WIRE_STEP_MOST bytes; secret */
};

/* A step that waits for a PIN: the counter gives the number to the shell thread, which sends it with the PIN. */
struct device_wire_pin_job {
	struct device_wire_step step; /* its within_ms begins when the PIN came */
	uint64_t number;              /* random, good for one PIN */
	uint32_t wait_ms;             /* for the PIN; 1 to DEVICE_WIRE_WITHIN_MOST */
};

/* Rows of width dots, each padded to whole bytes, the leftmost dot in bit 7, 1 is black. */
struct device_wire_print {
	uint32_t job, device;
	uint16_t width; /* dots; 8 to 576, a multiple of 8 */
	uint32_t height;
	uint32_t from_band; /* the first one to print; those before are on the paper already */
	bool cut;           /* behind the last row */
	bool kick;          /* open the drawer before the first row */
	uint32_t within_ms; /* as above */
};

struct device_wire_progress {
	uint32_t job, part, of; /* `part` of `of` is done */
};

struct device_wire_result {
	uint32_t job;
	uint8_t step;
	struct span outcome; /* borrowed; at most DEVICE_WIRE_OUTCOME_MOST bytes */
};

/* A job that did not come to its end. What is on the card or the paper then is not known from here: look again. */
struct device_wire_failed {
	uint32_t job;
	struct error why;
	uint32_t part;                /* prints: bands that are surely on paper */
	bool resumable;               /* prints: the same job from `part` goes on without a seam; else only a copy helps */
	enum device_wire_state state; /* of the device at the end of the job */
	bool left;                    /* the device is not there any more */
};

struct device_wire_pin {
	uint64_t number;
	struct span digits; /* borrowed; 1 to DEVICE_WIRE_PIN_MOST bytes; secret */
};

enum device_wire_pin_outcome {
	DEVICE_WIRE_PIN_SET,
	DEVICE_WIRE_PIN_DECLINED, /* by the card */
	DEVICE_WIRE_PIN_UNKNOWN,  /* no job waits under this number */
	DEVICE_WIRE_PIN_FAILED,   /* the card or reader did not do it; the counter knows why */
	DEVICE_WIRE_PIN_OUTCOMES
};

struct device_wire_pinned {
	enum device_wire_pin_outcome outcome;
	uint8_t tries; /* of the PIN that are left, or DEVICE_WIRE_TRIES_UNKNOWN */
};

/* English words for logs and --list; never NULL. */
const char *device_wire_kind_words(enum device_wire_kind kind);
const char *device_wire_words(enum device_wire_state state);

/* Every take: ERROR_INVALID for what is cut short, out of its range or no text. *out is set on success only. Borrowed
 * spans point into what is read. */
void device_wire_put_devices(struct buffer *out, const struct device_wire_devices *devices);
NODISCARD bool device_wire_take_devices(struct cursor *in, struct device_wire_devices *out, struct error *err);
void device_wire_put_card(struct buffer *out, const struct device_wire_card *card);
NODISCARD bool device_wire_take_card(struct cursor *in, struct device_wire_card *out, struct error *err);
void device_wire_put_step(struct buffer *out, const struct device_wire_step *step);
NODISCARD bool device_wire_take_step(struct cursor *in, struct device_wire_step *out, struct error *err);
void device_wire_put_pin_job(struct buffer *out, const struct device_wire_pin_job *job);
NODISCARD bool device_wire_take_pin_job(struct cursor *in, struct device_wire_pin_job *out, struct error *err);
void device_wire_put_print(struct buffer *out, const struct device_wire_print *print);
NODISCARD bool device_wire_take_print(struct cursor *in, struct device_wire_print *out, struct error *err);
void device_wire_put_progress(struct buffer *out, const struct device_wire_progress *progress);
NODISCARD bool device_wire_take_progress(struct cursor *in, struct device_wire_progress *out, struct error *err);
void device_wire_put_result(struct buffer *out, const struct device_wire_result *result);
NODISCARD bool device_wire_take_result(struct cursor *in, struct device_wire_result *out, struct error *err);
void device_wire_put_failed(struct buffer *out, const struct device_wire_failed *failed);
NODISCARD bool device_wire_take_failed(struct cursor *in, struct device_wire_failed *out, struct error *err);
void device_wire_put_pin(struct buffer *out, const struct device_wire_pin *pin);
NODISCARD bool device_wire_take_pin(struct cursor *in, struct device_wire_pin *out, struct error *err);
void device_wire_put_pinned(struct buffer *out, const struct device_wire_pinned *pinned);
NODISCARD bool device_wire_take_pinned(struct cursor *in, struct device_wire_pinned *out, struct error *err);
/* HELLO's version, CANCEL's and PRINTED's job: one u32 and nothing else. ERROR_INVALID otherwise. */
NODISCARD bool device_wire_take_number(struct span body, uint32_t *out, struct error *err);
