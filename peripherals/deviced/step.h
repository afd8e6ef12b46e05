#pragma once
/* One step of a token's life, on a link that ends with the step's time, in the bytes of peripherals/token. */
#include "peripherals/card/link.h"
#include "peripherals/wire/device_wire.h"

struct step {
	uint8_t number;         /* enum token_step; that of the parameters has to be the same */
	struct span parameters; /* borrowed; token_job_put(); secret */
	struct span pin;        /* borrowed; empty unless it came on pin.sock; secret */
};

struct step_end {
	bool done;     /* the step did what it was to do; otherwise the outcome says why not */
	uint8_t tries; /* of the PIN that are left, DEVICE_WIRE_TRIES_UNKNOWN when that is not known */
};

/* Carry it out and append what it found (token_job_put_result()). The errors of token_job_take() and token_job_run().
 */
NODISCARD bool step_run(
	struct link link, const struct step *step, struct buffer *outcome, struct step_end *end, struct error *err);
