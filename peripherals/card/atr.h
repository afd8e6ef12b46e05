#pragma once
/* The answer to reset of a card (ISO/IEC 7816-3, 8.2): who it is and which protocols it speaks. */
#include <stdbool.h>

#include "kiosk/base/attr.h"
#include "kiosk/base/error.h"
#include "kiosk/base/span.h"

#define ATR_MOST       33u /* bytes with TS */
#define ATR_HISTORICAL 15u /* bytes */

struct atr {
	uint8_t bytes[ATR_MOST]; /* as the card sent them */
	uint8_t len;             /* of bytes[] */
	bool inverse;            /* TS 3F: inverse convention */
	uint16_t protocols;      /* bit n: T=n; T=0 where none is offered. Bit 15: global bytes follow */
	uint8_t first;           /* the protocol offered first */
	bool specific;           /* TA2: the card speaks `mode` and nothing else */
	uint8_t mode;            /* 0 to 14, when specific */
	uint8_t speed;           /* TA1: Fi and Di; 11 when absent */
	uint8_t historical_len;
	uint8_t historical[ATR_HISTORICAL];
};

/* Read an answer to reset. ERROR_INVALID for a wrong TS, a length that does not add up or a wrong TCK. */
NODISCARD bool atr_read(struct span bytes, struct atr *out, struct error *err);
