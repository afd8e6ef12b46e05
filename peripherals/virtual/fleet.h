#pragma once
/*
 * The devices of one vusbd: made from words like "reader,short,card=piv", and ordered about by lines like
 * "insert 0". Numbers are the devices' places in the order of the command line.
 */
#include "kiosk/base/error.h"
#include "peripherals/virtual/bus.h"
#include "peripherals/virtual/virtual_vpcd.h"

enum { FLEET_REPLY = 256 };

struct fleet;

/* `fast_keys` may be NULL; both are borrowed. */
struct fleet *fleet_new(struct bus *bus, const char *fast_keys);
void fleet_free(struct fleet *fleet); /* after the bus is closed; accepts NULL */
/* Make one device and plug it in. ERROR_INVALID names the word. */
NODISCARD bool fleet_add(struct fleet *fleet, const char *words, struct error *err);
/* Carry out one order; to[FLEET_REPLY] is then "ok", a state, or "error: why". */
void fleet_obey(struct fleet *fleet, const char *line, char *to);
/* Port on 127.0.0.1 at which device `number` waits for a card in the vpcd protocol; 0: it does not, or no such device.
 */
unsigned fleet_vpcd_port(const struct fleet *fleet, unsigned number);
/* A card from there goes in; takes the place of what is in it. */
void fleet_insert(struct fleet *fleet, unsigned number, struct virtual_vpcd *vpcd);
/* Back to no card. */
void fleet_remove(struct fleet *fleet, unsigned number);
