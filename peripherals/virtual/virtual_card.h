#pragma once
/* A smart card as a reader sees it: power, ATR, commands. virtual_piv.c and virtual_vpcd.c are cards. */
#include <stdbool.h>

#include "kiosk/base/buffer.h"
#include "kiosk/base/span.h"

enum { VIRTUAL_CARD_ATR = 33, VIRTUAL_CARD_APDU = 65536 + 10 };

enum virtual_card_answer {
	VIRTUAL_CARD_READY,
	VIRTUAL_CARD_BUSY, /* ask again */
	VIRTUAL_CARD_MUTE  /* the card went away or did not answer in its time */
};

struct virtual_card_ops {
	/* Power on or reset, and put the ATR. False: the card does not answer. */
	bool (*reset)(void *self, struct buffer *atr);
	void (*power_off)(void *self);
	/* Take one command; its answer is fetched with poll(). False: mute. */
	bool (*start)(void *self, struct span command, int64_t now_ms);
	/* The response with its status word, once. */
	enum virtual_card_answer (*poll)(void *self, struct buffer *response, int64_t now_ms);
};

struct virtual_card {
	const struct virtual_card_ops *ops; /* NULL: no card */
	void *self;                         /* borrowed */
};
