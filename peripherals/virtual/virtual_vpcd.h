#pragma once
/*
 * A card that somebody else plays: a program that connected and speaks the vpcd protocol (two bytes of length, high
 * first, then the message; one-byte messages are 0 off, 1 on, 2 reset, 4 give the ATR). Never waits: whoever polls the
 * descriptor calls virtual_vpcd_receive().
 */
#include "peripherals/virtual/virtual_card.h"

enum {
	VIRTUAL_VPCD_ATR_MS = 2000,   /* to say its ATR after it connected */
	VIRTUAL_VPCD_APDU_MS = 60000, /* to answer a command: a card may make an RSA key in software */
	VIRTUAL_VPCD_MESSAGE = 65535
};

enum virtual_vpcd_state {
	VIRTUAL_VPCD_WAKING, /* no ATR yet */
	VIRTUAL_VPCD_READY,
	VIRTUAL_VPCD_LOST /* closed, too late, or not the protocol */
};

struct virtual_vpcd;

/* Owns the connected socket `fd` from now on; asks for the ATR. */
struct virtual_vpcd *virtual_vpcd_new(int fd, int64_t now_ms);
void virtual_vpcd_free(struct virtual_vpcd *vpcd); /* accepts NULL */
int virtual_vpcd_fd(const struct virtual_vpcd *vpcd);
/* Take what came. */
enum virtual_vpcd_state virtual_vpcd_receive(struct virtual_vpcd *vpcd, int64_t now_ms);
struct virtual_card virtual_vpcd_card(struct virtual_vpcd *vpcd); /* borrowed; once it is READY */
