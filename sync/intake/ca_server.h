#pragma once
/* Answers questions of issuer_wire.h out of a CA. One connection, one question, at most 2 seconds for each. */
#include "kiosk/base/attr.h"
#include "kiosk/base/channel.h"
#include "kiosk/base/error.h"
#include "sync/intake/ca.h"

/* Receive one question from `peer`, answer it; the caller closes. `*asked` is the profile's word or "ca" when a
 * certificate was given. A refusal is an answer too: the error then says what was refused. */
NODISCARD bool ca_server_answer(const struct ca *ca, struct channel *peer, const char **asked, struct error *err);
