#pragma once
/* The steps, each on a token that was looked at and is the right one. Inside this folder only. */
#include "peripherals/token/token_work.h"

typedef bool (*token_steps_fn)(struct token_work *work, struct error *err);

/* What carries out a step, and about how many APDUs it takes with both looks. */
token_steps_fn token_steps_of(enum token_step step);
unsigned token_steps_commands(enum token_step step);
