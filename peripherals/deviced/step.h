#pragma once
/* One step of a token's life, on a link that ends with the step's time. What the bytes mean is peripherals/token's. */
#include "peripherals/card/link.h"
#include "peripherals/wire/device_wire.h"

struct step {
	uint8_t number;         /* enum token_step */
	struct span parameters; /* borrowed; secret */
	struct span pin;        /* borrowed; empty unless it came on pin.sock; secret */
	unsigned timeout_ms;
};

/* Carry it out and append what it found. tries: of the PIN, as far as it became known, else
 * DEVICE_WIRE_TRIES_UNKNOWN; set in any case. The errors of the link and of peripherals/token. */
NODISCARD bool step_run(
	struct link link, const struct step *step, struct buffer *outcome, uint8_t *tries, struct error *err);
