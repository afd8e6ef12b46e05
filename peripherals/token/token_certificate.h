#pragma once
/*
 * Whether a certificate is the right one for a token: its key, its dates, its name. Not its chain, which the counter
 * builds. Bytes come from a card or from the centre.
 */
#include "kiosk/base/span.h"
#include "peripherals/token/token.h"

/* The first thing that is wrong. key: SubjectPublicKeyInfo, DER; empty: not asked. name: the common name that the
 * certificate must have, compared byte for byte; NULL: not asked. now_ms: wall time. */
enum token_verdict token_certificate_check(struct span der, struct span key, const char *name, int64_t now_ms);
/* Whether its key is this one. False as well for what is no certificate. */
bool token_certificate_has_key(struct span der, struct span key);
