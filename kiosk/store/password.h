#pragma once
/* Passwords at rest: Argon2id (64 MiB, 3 passes, 1 lane) by libsodium, about 0.25 s whether right, wrong or nobody's.
 */
#include "kiosk/base/attr.h"
#include "kiosk/base/error.h"
#include "kiosk/base/span.h"

#define PASSWORD_HASH 128u /* bytes of a hash with its parameters and salt, NUL included */

NODISCARD bool password_hash(struct span password, char out[static PASSWORD_HASH], struct error *err);
bool password_matches(struct span password, const char *hash);
/* Spend the same time on a staff number that does not exist. */
void password_waste(struct span password);
