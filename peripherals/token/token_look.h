#pragma once
/* Everything that a token shows without a PIN, as evidence. Inside this folder only. */
#include "peripherals/token/token_work.h"

/*
 * Select and read; out->evidence is new, but keeps key_proved when the key is the same one. The management key is shown
 * afterwards where it is ours or the factory's. Spends no try. Stops with NOT_PIV.
 */
NODISCARD bool token_look(struct token_work *work, struct error *err);
