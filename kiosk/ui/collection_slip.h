#pragma once
/*
 * The slip for somebody who has to come back for a token or certificate: what is collected, where, and what to bring.
 * Like the receipt: Chinese and English, the masked number and no name, a QR code with the application's number alone.
 */
#include "kiosk/model/application.h"
#include "kiosk/ui/strip.h"

struct collection_slip {
	bool training;
	char branch_name[LANGUAGES][96];
	char counter[4];
	char case_number[APPLICATION_CASE];
	char receipt[24]; /* number */
	char officer[24];
	char masked[HKID_MASK];
	char product[LANGUAGES][128];
	char serial[32]; /* of the token that waits in its bag; empty: none */
	bool own_pin;    /* the PIN is chosen at collection; else there is an envelope */
	int64_t at_ms;
	int offset_min;
	int copy; /* 0: the slip itself; else the number of this copy */
	struct qr code;
};

/* Make the code from case_number. ERROR_FULL only if the number is absurd. */
NODISCARD bool collection_slip_code(struct collection_slip *slip, struct error *err);
/* Open and close the boxes of the whole paper, STRIP_WIDTH_80 or STRIP_WIDTH_58 wide. */
void collection_slip_draw(struct tree *tree, const struct collection_slip *slip, int width);
