#pragma once
/* What intake does besides serving: each command once, on a store that a running intake may have open too. */
#include <stdio.h>

#include "kiosk/base/attr.h"
#include "kiosk/base/error.h"
#include "kiosk/model/enrolment_code.h"
#include "sync/intake/centre.h"
#include "sync/intake/intake_codes.h"
#include "sync/intake/intake_store.h"

/* Make a one-time code for a counter and keep its hash. The code is nowhere else afterwards. */
NODISCARD bool commands_new_kiosk(struct intake_codes codes, const struct intake_codes_kiosk *kiosk,
	char code[static ENROLMENT_CODE_TEXT], struct error *err);
/* One line for each packet: id, when it came, bytes, SHA-256, separated by tabs. */
NODISCARD bool commands_list(struct intake_store store, FILE *out, struct error *err);
/* One line for each run of sequence numbers that a counter never delivered, up to its highest:
 * "WR-04 000005..000007 3". */
NODISCARD bool commands_gaps(struct intake_store store, FILE *out, struct error *err);
/* The JSON of a packet, which holds personal data. ERROR_REFUSED at a centre that is not for training. */
NODISCARD bool commands_open(
	struct intake_store store, const struct centre *centre, const char *id, FILE *out, struct error *err);
