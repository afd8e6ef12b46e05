#pragma once
/* What a reader says unasked on its interrupt pipe (CCID 1.1, 6.3). */
#include <stdbool.h>

#include "kiosk/base/attr.h"
#include "kiosk/base/error.h"
#include "kiosk/base/span.h"

#define CCID_NOTICE_SLOTS 255u

struct ccid_notice {
	bool hardware; /* a hardware error in `slot`, nothing else is set */
	uint8_t slot;
	uint8_t slots;                                /* of the reader, and used of what follows */
	uint8_t present[(CCID_NOTICE_SLOTS + 7) / 8]; /* bit n: a card lies in slot n */
	uint8_t changed[(CCID_NOTICE_SLOTS + 7) / 8]; /* bit n: since the last notice */
};

/* Read one packet of a reader with that many slots. ERROR_INVALID when it is none. */
NODISCARD bool ccid_notice_read(struct span packet, uint8_t slots, struct ccid_notice *out, struct error *err);
/* False for slots that the reader has not. */
bool ccid_notice_present(const struct ccid_notice *notice, uint8_t slot);
bool ccid_notice_changed(const struct ccid_notice *notice, uint8_t slot);
