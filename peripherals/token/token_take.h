#pragma once
/* Taking over: management key, PUK and PIN become our transport values. Inside this folder only. */
#include "peripherals/token/token_work.h"

NODISCARD bool token_take(struct token_work *work, struct error *err);
